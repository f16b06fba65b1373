"""The ways, barriers and forbidden turns of an extract, as the file gives them."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import osmium

from bookcar.roads import profile, turns
from bookcar.roads.access import blocks
from bookcar.roads.conditions import condition
from bookcar.roads.extract import NOWHERE, reading

Wide: TypeAlias = "array[int]"  # of 64 bits
Narrow: TypeAlias = "array[int]"  # of 32
Node = tuple[int, int, int]
"""Its id, and its place in OpenStreetMap's integers."""


@dataclass
class Barrier:
    """A node that stops some car, or every car at some times."""

    blocks: bool
    limits: tuple[float, ...]
    condition: int


@dataclass
class Ways:
    """What an extract gives, way after way; nodes of way ``k`` follow those of way ``k - 1``.

    Attributes
    ----------
    ids, classes, names, conditions, rule, counts
        Of each way; as numbers of ``texts`` and ``rules``, and how many nodes it has.
    refs, x, y
        Of each node.
    texts, rules
        By text and by rule, which many ways share: its number.
    """

    ids: Wide = field(default_factory=lambda: array("q"))
    classes: Narrow = field(default_factory=lambda: array("i"))
    names: Narrow = field(default_factory=lambda: array("i"))
    conditions: Narrow = field(default_factory=lambda: array("i"))
    rule: Narrow = field(default_factory=lambda: array("i"))
    counts: Narrow = field(default_factory=lambda: array("i"))
    refs: Wide = field(default_factory=lambda: array("q"))
    x: Narrow = field(default_factory=lambda: array("i"))
    y: Narrow = field(default_factory=lambda: array("i"))
    barriers: dict[int, Barrier] = field(default_factory=dict)
    turns: list[turns.Rule] = field(default_factory=list)
    texts: dict[str, int] = field(default_factory=lambda: {"": 0})
    rules: dict[profile.Rule, int] = field(default_factory=dict)

    def add(self, way: Any) -> None:
        """Take a way, in several parts if the extract lacks nodes in its midst."""
        tags = {tag.k: tag.v for tag in way.tags}
        rule, klass = profile.rule(tags), profile.class_of(tags)
        if rule is None or klass is None:
            return
        name, condition = self.number_of(tags.get("name", "")), self.number_of(rule.condition)
        number = self.rules.setdefault(rule, len(self.rules))
        for run in _known_runs(way.nodes):
            self.ids.append(way.id)
            self.classes.append(profile.CLASSES.index(klass))
            self.names.append(name)
            self.conditions.append(condition)
            self.rule.append(number)
            self.counts.append(len(run))
            refs, xs, ys = zip(*run, strict=True)
            self.refs.extend(refs)
            self.x.extend(xs)
            self.y.extend(ys)

    def add_barrier(self, node: Any) -> None:
        """Take a node if it stops some car or every car."""
        tags = {tag.k: tag.v for tag in node.tags}
        when = condition(tags)
        stops = blocks(tags) and not when
        limits = profile.limits(tags)
        if stops or when or min(limits) < math.inf:
            self.barriers[node.id] = Barrier(stops, limits, self.number_of(when))

    def add_turns(self, relations: Iterable[Any]) -> None:
        """Take the relations that forbid turns."""
        rules = (turns.rule_of(relation) for relation in relations)
        self.turns = [rule for rule in rules if rule is not None]

    def number_of(self, text: str) -> int:
        """Return the number of a text that many pieces share."""
        return self.texts.setdefault(text, len(self.texts))


def _known_runs(nodes: Iterable[Any]) -> Iterator[list[Node]]:
    """Yield the nodes, each once on end, in runs of those that the extract holds."""
    run: list[Node] = []
    last = None
    for node in nodes:
        ref, at = node.ref, node.location
        if (x := at.x) == NOWHERE:
            if len(run) > 1:
                yield run
            run, last = [], None
        elif ref != last:
            run.append((ref, x, at.y))
            last = ref
    if len(run) > 1:
        yield run


def read_ways(path: Path) -> Ways:
    """Read what an extract says of roads and paths.

    Raises
    ------
    InputError
        If the file is missing, broken, or not an OpenStreetMap file.
    """
    ways = Ways()
    with reading(path) as source:
        wanted = osmium.filter.KeyFilter("highway", "barrier", "ford", "route")
        kinds = osmium.osm.NODE | osmium.osm.WAY
        things: Any = osmium.FileProcessor(source, kinds).with_locations().with_filter(wanted)
        for thing in things:
            if thing.is_way():
                ways.add(thing)
            else:
                ways.add_barrier(thing)
        relations: Any = osmium.FileProcessor(source, osmium.osm.RELATION)
        ways.add_turns(relations.with_filter(osmium.filter.TagFilter(("type", "restriction"))))
    return ways
