"""An OpenStreetMap extract read into the road network, as arrays or as a networkx graph."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import networkx as nx
import numpy as np
import osmium

from bookcar.errors import Fault, InputError
from bookcar.phrases import Figure
from bookcar.roads import profile, speeds, turns
from bookcar.roads.access import blocks
from bookcar.roads.conditions import condition
from bookcar.roads.edited import in_order
from bookcar.roads.network import (
    BACKWARD,
    DRIVEWAY,
    FERRY,
    FOOT,
    FORWARD,
    HALT,
    LAST,
    LIMITS,
    PRIVATE,
    Bools,
    Flags,
    Floats,
    Ints,
    Network,
    degrees,
    metres_between,
)

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
NOWHERE = 2**31 - 1  # osmium's coordinate of a node that the extract does not hold
SHORT_M = 30.0  # further than this from a corner, the way is straight whatever is mapped
_WALK_S_PER_M = 3.6 / profile.FOOT_KMH


def read_network(path: Path) -> Network:
    """Read the roads and paths of an extract.

    Raises
    ------
    InputError
        If the file is missing, broken, not an OpenStreetMap file, or holds no road.
    """
    ways = _read_ways(path)
    if not ways.ids:
        _refuse(path, "empty")
    return _Cutter(ways).network()


def read_graph(path: Path) -> nx.MultiDiGraph[int]:
    """Read an extract into a graph whose nodes are junctions and ends of ways.

    Nodes have ``lon``, ``lat`` and ``blocked`` (no car passes). A piece of way is two edges, one
    each way, if it can be driven or walked both ways, told apart by ``direction`` (``forward`` or
    ``backward`` along the OSM way). Edges have ``way`` (its id), ``name``, ``highway``, ``metres``,
    ``drive_s`` and ``foot_s`` (None where one may not drive or walk), ``last`` (only to places on
    it), ``ferry``, ``condition`` (see `bookcar.roads.conditions`), ``limits`` (by name of `LIMITS`,
    those that there are) and ``geometry``, an array of (lon, lat) of shape (points, 2). Turns
    that are forbidden are not in it: `Network.turns`.

    Raises
    ------
    InputError
        As `read_network`.
    """
    return graph_of(read_network(path))


def graph_of(network: Network) -> nx.MultiDiGraph[int]:
    """Return a network as the graph that `read_graph` describes."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    for k in range(len(network)):
        line = network.lon_lat(k)
        tail, head = int(network.tail[k]), int(network.head[k])
        for node, (lon, lat) in ((tail, line[0]), (head, line[-1])):
            blocked = bool(network.blocked[node])
            graph.add_node(node, lon=float(lon), lat=float(lat), blocked=blocked)
        facts = _edge_facts(network, k)
        flags = int(network.flags[k])
        for direction, flag in (("forward", FORWARD), ("backward", BACKWARD)):
            if not flags & (flag | FOOT):
                continue
            ahead = direction == "forward"
            graph.add_edge(
                *((tail, head) if ahead else (head, tail)),
                direction=direction,
                drive_s=int(network.total_us[k]) / 1e6 if flags & flag else None,
                geometry=line if ahead else line[::-1],
                **facts,
            )
    return graph


def _edge_facts(network: Network, k: int) -> dict[str, Any]:
    metres = int(network.total_mm[k]) / 1000
    flags = int(network.flags[k])
    most = zip(LIMITS, network.limits[k].tolist(), strict=True)
    return {
        "way": int(network.way[k]),
        "name": str(network.texts[network.name[k]]),
        "highway": profile.CLASSES[network.klass[k]],
        "metres": metres,
        "foot_s": metres * _WALK_S_PER_M if flags & FOOT else None,
        "last": bool(flags & LAST),
        "ferry": bool(flags & FERRY),
        "condition": str(network.texts[network.condition[k]]),
        "limits": {name: limit for name, limit in most if math.isfinite(limit)},
    }


@dataclass
class _Barrier:
    """A node that stops some car, or every car at some times."""

    blocks: bool
    limits: tuple[float, ...]
    condition: int


@dataclass
class _Ways:
    """What the file gives, way after way; nodes of way ``k`` follow those of way ``k - 1``."""

    ids: list[int] = field(default_factory=list)
    classes: list[int] = field(default_factory=list)
    names: list[int] = field(default_factory=list)
    conditions: list[int] = field(default_factory=list)
    rules: list[profile.Rule] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    refs: list[int] = field(default_factory=list)
    x: list[int] = field(default_factory=list)
    y: list[int] = field(default_factory=list)
    barriers: dict[int, _Barrier] = field(default_factory=dict)
    turns: list[turns.Rule] = field(default_factory=list)
    texts: dict[str, int] = field(default_factory=lambda: {"": 0})

    def add(self, way: Any) -> None:
        """Take a way, in several parts if the extract lacks nodes in its midst."""
        tags = {tag.k: tag.v for tag in way.tags}
        rule, klass = profile.rule(tags), profile.class_of(tags)
        if rule is None or klass is None:
            return
        name, condition = self.number_of(tags.get("name", "")), self.number_of(rule.condition)
        for run in _known_runs([(node.ref, node.x, node.y) for node in way.nodes]):
            self.ids.append(way.id)
            self.classes.append(profile.CLASSES.index(klass))
            self.names.append(name)
            self.conditions.append(condition)
            self.rules.append(rule)
            self.counts.append(len(run))
            for ref, x, y in run:
                self.refs.append(ref)
                self.x.append(x)
                self.y.append(y)

    def add_barrier(self, node: Any) -> None:
        """Take a node if it stops some car or every car."""
        tags = {tag.k: tag.v for tag in node.tags}
        when = condition(tags)
        stops = blocks(tags) and not when
        limits = profile.limits(tags)
        if stops or when or min(limits) < math.inf:
            self.barriers[node.id] = _Barrier(stops, limits, self.number_of(when))

    def add_turns(self, relations: Iterable[Any]) -> None:
        """Take the relations that forbid turns."""
        rules = (turns.rule_of(relation) for relation in relations)
        self.turns = [rule for rule in rules if rule is not None]

    def number_of(self, text: str) -> int:
        """Return the number of a text that many pieces share."""
        return self.texts.setdefault(text, len(self.texts))


def _known_runs(nodes: list[tuple[int, int, int]]) -> Iterator[list[tuple[int, int, int]]]:
    run: list[tuple[int, int, int]] = []
    for node in [*nodes, (0, NOWHERE, NOWHERE)]:
        if node[1] != NOWHERE:
            if not run or node != run[-1]:
                run.append(node)
            continue
        if len(run) > 1:
            yield run
        run = []


def _read_ways(path: Path) -> _Ways:
    ways = _Ways()
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


@contextmanager
def reading(path: Path) -> Iterator[Path]:
    """Give a file with the map of an extract that osmium reads right.

    Raises
    ------
    InputError
        As `refusing`.
    """
    with refusing(path), in_order(path) as source:
        yield source


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong while an extract is read into an InputError.

    Raises
    ------
    InputError
        If the file is missing, unreadable, of another kind, or broken.
    """
    if not path.is_file():
        _refuse(path, "missing")
    if not path.name.lower().endswith(SUFFIXES):
        _refuse(path, "ending", endings=SUFFIXES)
    if path.stat().st_size == 0:
        _refuse(path, "no-bytes")
    try:
        yield
    except OSError as error:
        _refuse(path, "unreadable", reason=error.strerror or str(error))
    except (RuntimeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        _refuse(path, "", detail=str(error))


def _refuse(path: Path, variant: str, **figures: Figure) -> NoReturn:
    raise InputError([Fault(rule="extract", variant=variant, file=path.name, figures=figures)])


class _Cutter:
    """Cuts ways into pieces at junctions and works out how long each point takes to reach."""

    def __init__(self, ways: _Ways) -> None:
        self.ways = ways
        self.counts = np.array(ways.counts, dtype=np.int64)
        self.ends = np.cumsum(self.counts)
        self.starts = self.ends - self.counts
        self.way_of = np.repeat(np.arange(len(self.counts)), self.counts)
        self.x = np.array(ways.x, dtype=np.int32)
        self.y = np.array(ways.y, dtype=np.int32)
        self.refs, self.node, self.uses = np.unique(
            np.array(ways.refs, dtype=np.int64), return_inverse=True, return_counts=True
        )

    def network(self) -> Network:
        """Return the pieces; a point where two meet belongs to both."""
        first, last = self._cuts()
        counts = last - first + 1
        offset = np.concatenate([[0], np.cumsum(counts)])
        points = np.arange(offset[-1]) + np.repeat(first - offset[:-1], counts)
        mm, us = self._running_totals()
        way = self.way_of[first]
        number, tail, head = self._number_junctions(first, last)
        rules = self.ways.rules
        flags = np.array([_flags(rule) for rule in rules], dtype=np.uint8)
        limits = np.array([rule.limits for rule in rules], dtype=np.float32)
        return Network(
            tail=tail,
            head=head,
            way=np.array(self.ways.ids, dtype=np.int64)[way],
            klass=np.array(self.ways.classes, dtype=np.uint8)[way],
            flags=self._without_long_bridges(flags[way], way, mm[last] - mm[first]),
            name=np.array(self.ways.names, dtype=np.int32)[way],
            condition=np.array(self.ways.conditions, dtype=np.int32)[way],
            limits=limits[way],
            offset=offset,
            x=self.x[points],
            y=self.y[points],
            mm=mm[points] - np.repeat(mm[first], counts),
            us=us[points] - np.repeat(us[first], counts),
            **self._barriers(number, int(max(tail.max(), head.max())) + 1),
            **self._turns_at(number, way, tail, head),
            texts=np.array(list(self.ways.texts), dtype=np.str_),
        )

    def _turns_at(self, number: Ints, way: Ints, tail: Ints, head: Ints) -> dict[str, Any]:
        """Return the forbidden turns, by the names of `Network`."""
        junctions = turns.Junctions()
        ids = np.array(self.ways.ids, dtype=np.int64)[way]
        pieces = zip(ids.tolist(), tail.tolist(), head.tolist(), strict=True)
        for piece in pieces if self.ways.turns else ():
            junctions.add(*piece)
        numbers = {ref: k for k, ref in enumerate(self.refs[number].tolist())}
        found = turns.forbidden(self.ways.turns, junctions, numbers)
        steps = [
            (k, way_id, node)
            for k, turn in enumerate(found)
            for way_id, node in zip(turn.ways, (*turn.nodes, -1), strict=True)
        ]
        conditions = [self.ways.number_of(turn.condition) for turn in found]
        return {
            "turn_steps": np.array(steps, dtype=np.int64).reshape(-1, 3),
            "turn_lorry": np.array([turn.lorry for turn in found], dtype=np.bool_),
            "turn_condition": np.array(conditions, dtype=np.int32),
        }

    def _without_long_bridges(self, flags: Flags, way: Ints, mm: Ints) -> Flags:
        """Let no car stand on a bridge longer than `profile.LONG_BRIDGE_M`."""
        bridge = np.array([rule.bridge for rule in self.ways.rules])[way]
        long = bridge & (mm > profile.LONG_BRIDGE_M * 1000)
        return np.where(long, flags & ~np.uint8(HALT), flags).astype(np.uint8)

    def _cuts(self) -> tuple[Ints, Ints]:
        """Return the first and last point of every piece."""
        barriers = np.fromiter(self.ways.barriers, dtype=np.int64)
        cut = (self.uses > 1) | np.isin(self.refs, barriers)
        at = cut[self.node]
        at[self.starts] = at[self.ends - 1] = True
        cuts = np.flatnonzero(at)
        same = self.way_of[cuts[:-1]] == self.way_of[cuts[1:]]
        return cuts[:-1][same], cuts[1:][same]

    def _number_junctions(
        self, first: Ints, last: Ints
    ) -> tuple[Ints, np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        ends = self.node[np.concatenate([first, last])]
        number, junction = np.unique(ends, return_inverse=True)
        tail, head = np.split(junction.astype(np.int32), 2)
        return number, tail, head

    def _barriers(self, number: Ints, junctions: int) -> dict[str, Any]:
        """Return what holds at the junctions, by the names of `Network`."""
        blocked = np.zeros(junctions, dtype=np.bool_)
        limits = np.full((junctions, len(LIMITS)), np.inf, dtype=np.float32)
        conditions = np.zeros(junctions, dtype=np.int32)
        for row, ref in enumerate(self.refs[number].tolist()):
            barrier = self.ways.barriers.get(ref)
            if barrier is not None:
                blocked[row], limits[row] = barrier.blocks, barrier.limits
                conditions[row] = barrier.condition
        return {"blocked": blocked, "node_limits": limits, "node_condition": conditions}

    def _running_totals(self) -> tuple[Ints, Ints]:
        """Return millimetres and microseconds up to each point, counted over all ways on end."""
        length, inside = self._segments()
        kmh = np.array([rule.kmh for rule in self.ways.rules])[self.way_of[:-1]]
        driven = np.where(kmh > 0, kmh, 1.0)
        seconds = length * 3.6 / driven + self._bend_seconds(length, inside, driven)
        seconds = self._with_crossings(seconds, length, inside)
        mm = np.where(inside, np.maximum(np.rint(length * 1e3), 1), 0).astype(np.int64)
        us = np.where(inside & (kmh > 0), np.maximum(np.rint(seconds * 1e6), 1), 0)
        zero = np.zeros(1, dtype=np.int64)
        return (
            np.concatenate([zero, np.cumsum(mm)]),
            np.concatenate([zero, np.cumsum(us.astype(np.int64))]),
        )

    def _with_crossings(self, seconds: Floats, length: Floats, inside: Bools) -> Floats:
        """Let each ferry take the time it says, and the wait for it, spread along its way."""
        crossing = np.array([rule.crossing_s for rule in self.ways.rules], dtype=np.float64)
        ferry = np.array([rule.ferry for rule in self.ways.rules])
        if not ferry.any():
            return seconds
        way = self.way_of[:-1]
        whole = np.bincount(way, np.where(inside, length, 0.0), minlength=len(ferry))
        sailed = np.where(crossing > 0, crossing, whole * 3.6 / profile.FERRY_KMH)
        share = length / np.maximum(whole[way], 1e-9)
        return np.where(ferry[way], (sailed[way] + profile.BOARDING_S) * share, seconds)

    def _segments(self) -> tuple[Floats, np.ndarray[Any, Any]]:
        """Return metres from each point to the next, and whether both are of one way."""
        lon, lat = degrees(self.x), degrees(self.y)
        length = metres_between(lon[:-1], lat[:-1], lon[1:], lat[1:])
        return length, self.way_of[:-1] == self.way_of[1:]

    def _bend_seconds(self, length: Floats, inside: np.ndarray[Any, Any], kmh: Floats) -> Floats:
        """Return the seconds that bends add to each segment: half of each of its two corners'."""
        turn = self._turns(length, inside)
        short = np.minimum(length, SHORT_M)
        arc = (short[:-1] + short[1:]) / 2
        tight = arc < turn * speeds.bend_radius_m(kmh[1:])
        half = np.where(tight, turn * speeds.BEND_S_PER_RAD / 2, 0.0)
        extra = np.zeros_like(length)
        extra[:-1] += half
        extra[1:] += half
        return extra

    def _turns(self, length: Floats, inside: np.ndarray[Any, Any]) -> Floats:
        """Return by how many radians the way turns between each segment and the next."""
        lat = np.radians(degrees(self.y))
        east = np.diff(self.x.astype(np.float64)) * np.cos((lat[:-1] + lat[1:]) / 2)
        north = np.diff(self.y.astype(np.float64))
        bearing = np.arctan2(east, north)
        turn = np.abs((np.diff(bearing) + np.pi) % (2 * np.pi) - np.pi)
        real = inside[:-1] & inside[1:] & (length[:-1] > 0) & (length[1:] > 0)
        return np.where(real, turn, 0.0)


def _flags(rule: profile.Rule) -> int:
    drive = FORWARD * rule.forward | BACKWARD * rule.backward
    allowed = HALT * rule.halt | LAST * rule.last | PRIVATE * rule.private
    allowed |= DRIVEWAY * rule.driveway
    return drive | FOOT * rule.foot | FERRY * rule.ferry | allowed
