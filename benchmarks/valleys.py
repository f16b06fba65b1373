"""A made-up county of valleys and its driving times: uphill slower than downhill, and no shortcuts.

Roads are a graph of junctions: a main road along which valleys branch off, each climbing to its
head, with a pass between some heads. A place hangs on a junction by a lane of its own.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

Ints = npt.NDArray[np.int32]

_BUFFER_S = 240
"""Added to each leg, as the planner adds it for turning, parking and unloading."""

_MAIN_KMH, _VALLEY_KMH, _LANE_KMH, _PASS_KMH = 45, 32, 15, 22


@dataclass(frozen=True, kw_only=True)
class Place:
    """A depot or village: its junction, the lane to it in metres, and how high that climbs."""

    junction: int
    lane: int
    climb: int
    cluster: int


@dataclass(frozen=True, kw_only=True)
class _Road:
    a: int
    b: int
    metres: int
    climb: int
    kmh: int


class County(tuple[Place, ...]):
    """Places, the depots first, with the roads between their junctions."""

    roads: tuple[_Road, ...]


def settle(draw: random.Random, *, depots: int, villages: int) -> County:
    """Return a county: valleys by the square root of its villages, some four clusters in each."""
    valleys = max(3, round(villages**0.5 / 1.6))
    roads, junctions = _roads(draw, valleys)
    main = [ends[0] for ends in junctions]
    towns = [main[len(main) * (2 * d + 1) // (2 * depots)] for d in range(depots)]
    places = [Place(junction=t, lane=0, climb=0, cluster=-1) for t in towns]
    clusters = [valley[draw.randrange(1, len(valley))] for valley in junctions for _ in range(4)]
    for _ in range(villages):
        cluster = draw.randrange(len(clusters))
        valley = junctions[cluster // 4]
        at = valley.index(clusters[cluster]) + round(draw.gauss(0, 1.2))
        junction = valley[min(max(at, 0), len(valley) - 1)]
        lane = round(draw.expovariate(1 / 900)) + 50
        climb = round(lane * draw.uniform(0, 0.12))
        places.append(Place(junction=junction, lane=lane, climb=climb, cluster=cluster))
    county = County(places)
    county.roads = tuple(roads)
    return county


def _roads(draw: random.Random, valleys: int) -> tuple[list[_Road], list[list[int]]]:
    """Return the roads, and the junctions of each valley from the main road up to its head."""
    roads, junctions, count = [], [], 0
    for valley in range(valleys):
        length = draw.randint(6, 14)
        line = list(range(count, count + length))
        count += length
        for a, b in pairwise(line):
            metres = draw.randint(900, 2_200)
            climb = round(metres * draw.uniform(0, 0.06))
            roads.append(_Road(a=a, b=b, metres=metres, climb=climb, kmh=_VALLEY_KMH))
        if valley:
            down = junctions[-1][0]
            metres = draw.randint(2_000, 5_000)
            roads.append(_Road(a=down, b=line[0], metres=metres, climb=40, kmh=_MAIN_KMH))
            if draw.random() < 0.3:
                top = junctions[-1][-1]
                metres = draw.randint(6_000, 12_000)
                climb = draw.randint(-150, 150)
                roads.append(_Road(a=top, b=line[-1], metres=metres, climb=climb, kmh=_PASS_KMH))
        junctions.append(line)
    return roads, junctions


def drive(county: County) -> tuple[Ints, Ints]:
    """Return seconds, the buffer in, and metres of the quickest way between all places."""
    between, apart = _between_junctions(county.roads)
    at = np.array([p.junction for p in county])
    lane = np.array([p.lane for p in county])
    up, down = np.array([_lane_seconds(p) for p in county]).T
    seconds = np.zeros((len(county), len(county)), dtype=np.int32)
    metres = np.zeros_like(seconds)
    for i, junction in enumerate(at):  # a row at a time: 10,000 places would fill the memory
        seconds[i] = np.ceil(down[i] + between[junction, at] + up + _BUFFER_S)
        metres[i] = lane[i] + apart[junction, at] + lane
    np.fill_diagonal(seconds, 0)
    np.fill_diagonal(metres, 0)
    return seconds, metres


def _lane_seconds(place: Place) -> tuple[float, float]:
    there = _seconds(place.lane, place.climb, _LANE_KMH)
    return there, _seconds(place.lane, -place.climb, _LANE_KMH)


def _seconds(metres: int, climb: int, kmh: int) -> float:
    """Return the time of a piece of road: 6 s more for each metre up, 1 s for each down."""
    return metres * 3.6 / kmh + (6 * climb if climb > 0 else -climb)


def _between_junctions(roads: tuple[_Road, ...]) -> tuple[npt.NDArray[np.float64], Ints]:
    count = 1 + max(max(r.a, r.b) for r in roads)
    there = [(r.a, r.b, _seconds(r.metres, r.climb, r.kmh), r.metres) for r in roads]
    back = [(r.b, r.a, _seconds(r.metres, -r.climb, r.kmh), r.metres) for r in roads]
    legs = {(a, b): metres for a, b, _, metres in there + back}
    tails, heads, costs, _ = zip(*there, *back, strict=True)
    graph = csr_array((costs, (tails, heads)), shape=(count, count))
    seconds, before = dijkstra(graph, return_predecessors=True)
    metres = np.zeros((count, count), dtype=np.int32)
    for start in range(count):
        for to in np.argsort(seconds[start])[1:].tolist():
            last = int(before[start, to])
            metres[start, to] = metres[start, last] + legs[last, to]
    return seconds, metres
