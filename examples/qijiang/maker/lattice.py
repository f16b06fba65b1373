"""The plane as a jittered lattice of triangles: whatever is drawn along its edges never crosses.

Roads meet where they share a point, as they do in OpenStreetMap, without any repair.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from maker.chance import Chance
from maker.relief import Noise, Point, Relief

SPACING = 220.0
JITTER = 0.24

Edge = tuple[int, int]


def edge(a: int, b: int) -> Edge:
    """Return the edge between two points, the same whichever comes first."""
    return (a, b) if a < b else (b, a)


@dataclass(frozen=True)
class Lattice:
    """Points, their heights and neighbours.

    Attributes
    ----------
    places, heights
        Metres on the plane and above the sea.
    near
        Neighbours of each point, anticlockwise.
    rough
        What each point adds to the cost of a road, 1 for nothing.
    wet
        The river each point's nearest stretch is on and the side it lies on; two points with
        the same river and different sides have water between them.
    """

    places: list[Point]
    heights: list[float]
    near: list[tuple[int, ...]]
    rough: list[float]
    wet: set[Edge]
    _cells: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def length(self, a: int, b: int) -> float:
        """Return the straight metres between two points."""
        (ax, ay), (bx, by) = self.places[a], self.places[b]
        return math.hypot(bx - ax, by - ay)

    def climb(self, a: int, b: int) -> float:
        """Return the difference in height between two points, never negative."""
        return abs(self.heights[a] - self.heights[b])

    def nearest(self, place: Point) -> int:
        """Return the point nearest to a place."""
        return min(self.around(place, 2 * SPACING), key=lambda n: (self.away(n, place), n))

    def around(self, place: Point, radius: float) -> list[int]:
        """Return the points within a distance of a place, ascending."""
        i, j = _cell(place)
        reach = math.ceil(radius / CELL)
        found = [
            n
            for u in range(i - reach, i + reach + 1)
            for v in range(j - reach, j + reach + 1)
            for n in self._cells.get((u, v), ())
            if self.away(n, place) <= radius
        ]
        return sorted(found)

    def away(self, n: int, place: Point) -> float:
        """Return the metres from a point to a place."""
        return math.hypot(self.places[n][0] - place[0], self.places[n][1] - place[1])


CELL = 1_000.0


def make_lattice(seed: int, relief: Relief, centres: Iterable[tuple[Point, float]]) -> Lattice:
    """Return the lattice within circles (centre and radius) on the plane."""
    columns, places, index = _points(Chance(seed, "lattice"), list(centres))
    x, y = np.array([p[0] for p in places]), np.array([p[1] for p in places])
    rough = 1.6 + 2.8 * Noise(Chance(seed, "rough"), 1_200.0)(x, y)
    near = [_neighbours(cell, index) for cell in columns]
    lattice = Lattice(
        places,
        relief.heights(x, y).tolist(),
        near,
        np.round(np.clip(rough, 0.5, 5.0), 3).tolist(),
        _wet_edges(places, near, relief),
    )
    for number, place in enumerate(places):
        lattice._cells.setdefault(_cell(place), []).append(number)
    return lattice


def cheapest_way(
    lattice: Lattice,
    start: int,
    is_goal: Callable[[int], bool],
    price: Callable[[int, int], float],
    *,
    limit: float = math.inf,
) -> list[int]:
    """Return the points of the cheapest way to a goal, empty if none costs up to ``limit``.

    Dijkstra's algorithm; of equally cheap ways the one through lower numbers.
    """
    best, came = {start: 0.0}, {start: start}
    done: set[int] = set()
    heap = [(0.0, start)]
    while heap:
        cost, here = heapq.heappop(heap)
        if here in done:
            continue
        if is_goal(here):
            return _unwind(came, here)
        done.add(here)
        for other in lattice.near[here]:
            total = cost + price(here, other)
            if total <= limit and total < best.get(other, math.inf):
                best[other], came[other] = total, here
                heapq.heappush(heap, (total, other))
    return []


def _unwind(came: dict[int, int], end: int) -> list[int]:
    way = [end]
    while came[way[-1]] != way[-1]:
        way.append(came[way[-1]])
    return way[::-1]


def _cell(place: Point) -> tuple[int, int]:
    return math.floor(place[0] / CELL), math.floor(place[1] / CELL)


def _points(
    chance: Chance, centres: list[tuple[Point, float]]
) -> tuple[list[tuple[int, int]], list[Point], dict[tuple[int, int], int]]:
    west = min(x - r for (x, _), r in centres)
    east = max(x + r for (x, _), r in centres)
    south = min(y - r for (_, y), r in centres)
    north = max(y + r for (_, y), r in centres)
    row_step = SPACING * math.sqrt(3) / 2
    columns: list[tuple[int, int]] = []
    places: list[Point] = []
    index: dict[tuple[int, int], int] = {}
    for row in range(int((north - south) / row_step)):
        for column in range(int((east - west) / SPACING)):
            x = west + (column + (row % 2) / 2) * SPACING + chance.between(-1, 1) * JITTER * SPACING
            y = south + row * row_step + chance.between(-1, 1) * JITTER * SPACING
            if any((x - cx) ** 2 + (y - cy) ** 2 <= r * r for (cx, cy), r in centres):
                index[row, column] = len(places)
                columns.append((row, column))
                places.append((x, y))
    return columns, places, index


def _neighbours(cell: tuple[int, int], index: dict[tuple[int, int], int]) -> tuple[int, ...]:
    row, column = cell
    shift = row % 2
    around = (
        (row, column + 1),
        (row + 1, column + shift),
        (row + 1, column + shift - 1),
        (row, column - 1),
        (row - 1, column + shift - 1),
        (row - 1, column + shift),
    )
    return tuple(index[cell] for cell in around if cell in index)


def _wet_edges(places: list[Point], near: list[tuple[int, ...]], relief: Relief) -> set[Edge]:
    """Return the edges that cross a river."""
    cells: dict[tuple[int, int], list[int]] = {}
    for number, place in enumerate(places):
        cells.setdefault(_cell(place), []).append(number)
    wet = set()
    for river in relief.rivers:
        for a, b in zip(river.line, river.line[1:], strict=False):
            i, j = _cell(a)
            beside = {
                edge(n, other)
                for u in (i - 1, i, i + 1)
                for v in (j - 1, j, j + 1)
                for n in cells.get((u, v), ())
                for other in near[n]
            }
            wet |= {e for e in beside if _cross(a, b, places[e[0]], places[e[1]])}
    return wet


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _turn(a, b, c) != _turn(a, b, d) and _turn(c, d, a) != _turn(c, d, b)


def _turn(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])
