"""Turns that are forbidden at junctions: read from the relations of an extract.

https://wiki.openstreetmap.org/wiki/Relation:restriction has the tags. A turn that is the only one
allowed is kept as the others, forbidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bookcar.roads.access import Tags

_APPLIES = ("restriction", "restriction:motor_vehicle", "restriction:motorcar")
_LORRY = ("restriction:hgv", "restriction:goods")
_EXCEPTED = ("motor_vehicle", "motorcar")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A relation as the file has it: ids of ways, and of the node or the ways between them."""

    begin: int
    end: int
    node: int | None
    ways: tuple[int, ...]
    only: bool
    lorry: bool
    condition: str


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A forbidden turn: along ``ways``, one more than the junctions ``nodes`` between them."""

    ways: tuple[int, ...]
    nodes: tuple[int, ...]
    lorry: bool
    condition: str


def rule_of(relation: Any) -> Rule | None:
    """Return what a relation forbids to cars; None for nothing, or what nobody can follow."""
    tags = {tag.k: tag.v for tag in relation.tags}
    said = _said(tags)
    members = [(member.role, member.type, member.ref) for member in relation.members]
    begins = [ref for role, kind, ref in members if (role, kind) == ("from", "w")]
    ends = [ref for role, kind, ref in members if (role, kind) == ("to", "w")]
    nodes = [ref for role, kind, ref in members if (role, kind) == ("via", "n")]
    ways = tuple(ref for role, kind, ref in members if (role, kind) == ("via", "w"))
    if said is None or len(begins) != 1 or len(ends) != 1 or len(nodes) + bool(ways) != 1:
        return None
    value, lorry, condition = said
    return Rule(
        begin=begins[0],
        end=ends[0],
        node=nodes[0] if nodes else None,
        ways=ways,
        only=value.startswith("only_"),
        lorry=lorry,
        condition=condition,
    )


def _said(tags: Tags) -> tuple[str, bool, str] | None:
    """Return the kind of turn, whether it is for lorries alone, and when it holds."""
    excepted = {word.strip() for word in tags.get("except", "").split(";")}
    if excepted & set(_EXCEPTED):
        return None
    for key in (*_APPLIES, *_LORRY):
        lorry = key in _LORRY
        value = tags.get(key)
        if value and value.startswith(("no_", "only_")):
            return value, lorry, ""
        timed = tags.get(f"{key}:conditional", "")
        value, at, times = timed.partition("@")
        if at and value.strip().startswith(("no_", "only_")):
            return value.strip(), lorry, f"otherwise=open\naccess:conditional=no @ {times.strip()}"
    return None


@dataclass(kw_only=True)
class Junctions:
    """What is needed of the pieces to find turns: along each way its junctions in order.

    Attributes
    ----------
    along
        By way id: the junctions at the ends of its pieces, in the order of the way; a way that the
        extract holds in parts has several runs.
    """

    along: dict[int, list[list[int]]] = field(default_factory=dict)
    at: dict[int, set[int]] = field(default_factory=dict)

    def add(self, way: int, tail: int, head: int) -> None:
        """Take a piece; those of a way come one after the other."""
        runs = self.along.setdefault(way, [])
        if runs and runs[-1][-1] == tail:
            runs[-1].append(head)
        else:
            runs.append([tail, head])
        for node in (tail, head):
            self.at.setdefault(node, set()).add(way)


def forbidden(
    rules: Sequence[Rule], junctions: Junctions, numbers: Mapping[int, int]
) -> list[Turn]:
    """Return the turns that rules forbid.

    Parameters
    ----------
    numbers
        The junction of each node id.
    """
    return [turn for rule in rules for turn in _turns_of(rule, junctions, numbers)]


def _turns_of(rule: Rule, junctions: Junctions, numbers: Mapping[int, int]) -> Iterator[Turn]:
    if rule.node is not None:
        nodes = [numbers[rule.node]] if rule.node in numbers else []
        between: list[int] = []
    else:
        nodes, between = _through(rule, junctions)
    if not nodes or not _meets(junctions, rule.begin, nodes[0]):
        return
    here = junctions.at.get(nodes[-1], set())
    if not _meets(junctions, rule.end, nodes[-1]):
        return
    last = between[-1] if between else rule.begin
    ends = sorted(here - {rule.end, last}) if rule.only else [rule.end]
    for end in ends:
        yield Turn(
            ways=(rule.begin, *between, end),
            nodes=tuple(nodes),
            lorry=rule.lorry,
            condition=rule.condition,
        )


def _meets(junctions: Junctions, way: int, node: int) -> bool:
    """Tell whether a way ends at a junction: where it goes on, nobody knows which side is meant."""
    runs = junctions.along.get(way, [])
    return any(node in (run[0], run[-1]) for run in runs)


def _through(rule: Rule, junctions: Junctions) -> tuple[list[int], list[int]]:
    """Return the junctions along the ways between, and the way of each piece from one to the next.

    Nothing where the ways do not follow each other.
    """
    starts = [end for run in junctions.along.get(rule.begin, []) for end in (run[0], run[-1])]
    for start in starts:
        nodes, between = [start], []
        for way in rule.ways:
            run = _run_from(junctions, way, nodes[-1])
            nodes += run[1:]
            between += [way] * (len(run) - 1)
            if not run:
                break
        if len(nodes) > len(rule.ways) and _meets(junctions, rule.end, nodes[-1]):
            return nodes, between
    return [], []


def _run_from(junctions: Junctions, way: int, node: int) -> list[int]:
    """Return the junctions of a way from one of its ends to the other; nothing if it is no end."""
    for run in junctions.along.get(way, []):
        if run[0] == node:
            return run
        if run[-1] == node:
            return run[::-1]
    return []
