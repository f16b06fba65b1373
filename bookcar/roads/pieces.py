"""Ways cut into pieces at junctions, with millimetres and microseconds along each piece."""

from __future__ import annotations

from typing import Any

import numpy as np

from bookcar.roads import profile, speeds, turns
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
from bookcar.roads.ways import Ways

SHORT_M = 30.0  # further than this from a corner, the way is straight whatever is mapped


def cut(ways: Ways) -> Network:
    """Return the network of some ways; there is at least one."""
    return _Cutter(ways).network()


class _Cutter:
    """Cuts ways into pieces at junctions and works out how long each point takes to reach."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.rules = list(ways.rules)
        self.rule = np.array(ways.rule, dtype=np.int64)
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
        rules, rule = self.rules, self.rule[way]
        flags = np.array([_flags(rule) for rule in rules], dtype=np.uint8)
        limits = np.array([rule.limits for rule in rules], dtype=np.float32)
        return Network(
            tail=tail,
            head=head,
            way=np.array(self.ways.ids, dtype=np.int64)[way],
            klass=np.array(self.ways.classes, dtype=np.uint8)[way],
            flags=self._without_long_bridges(flags[rule], rule, mm[last] - mm[first]),
            name=np.array(self.ways.names, dtype=np.int32)[way],
            condition=np.array(self.ways.conditions, dtype=np.int32)[way],
            limits=limits[rule],
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
        found = self._forbidden(number, way, tail, head) if self.ways.turns else []
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

    def _forbidden(self, number: Ints, way: Ints, tail: Ints, head: Ints) -> list[turns.Turn]:
        rules = self.ways.turns
        named = [way for rule in rules for way in (rule.begin, *rule.ways, rule.end)]
        ids = np.array(self.ways.ids, dtype=np.int64)[way]
        of_named = np.isin(ids, named)
        met = np.unique(np.concatenate([tail[of_named], head[of_named]]))
        junctions = turns.Junctions()
        near = np.flatnonzero(np.isin(tail, met) | np.isin(head, met))
        for piece in zip(ids[near].tolist(), tail[near].tolist(), head[near].tolist(), strict=True):
            junctions.add(*piece)
        numbers = dict(zip(self.refs[number[met]].tolist(), met.tolist(), strict=True))
        return turns.forbidden(rules, junctions, numbers)

    def _without_long_bridges(self, flags: Flags, rule: Ints, mm: Ints) -> Flags:
        """Let no car stand on a bridge longer than `profile.LONG_BRIDGE_M`."""
        bridge = np.array([rule.bridge for rule in self.rules])[rule]
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
        refs = self.refs[number]
        for row in np.flatnonzero(np.isin(refs, list(self.ways.barriers))).tolist():
            barrier = self.ways.barriers[int(refs[row])]
            blocked[row], limits[row] = barrier.blocks, barrier.limits
            conditions[row] = barrier.condition
        return {"blocked": blocked, "node_limits": limits, "node_condition": conditions}

    def _running_totals(self) -> tuple[Ints, Ints]:
        """Return millimetres and microseconds up to each point, counted over all ways on end."""
        length, inside = self._segments()
        kmh = np.array([rule.kmh for rule in self.rules])[self.rule[self.way_of[:-1]]]
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
        crossing = np.array([rule.crossing_s for rule in self.rules], dtype=np.float64)[self.rule]
        ferry = np.array([rule.ferry for rule in self.rules])[self.rule]
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
