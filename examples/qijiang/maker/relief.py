"""A made-up relief: folded ridges that run north-north-east, rising southward, cut by rivers.

Everything is in metres on a plane around `ORIGIN`; 1 m here is 1 m on the ground to a few parts
in a thousand, which is enough for a landscape that does not exist.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maker.chance import Chance

Floats = NDArray[np.float64]
Point = tuple[float, float]

ORIGIN = (106.65, 28.83)
METRES_NORTH = 111_195.0
METRES_EAST = METRES_NORTH * math.cos(math.radians(ORIGIN[1]))


def to_plane(lon: float, lat: float) -> Point:
    """Return metres east and north of the origin."""
    return (lon - ORIGIN[0]) * METRES_EAST, (lat - ORIGIN[1]) * METRES_NORTH


def to_degrees(x: float, y: float) -> Point:
    """Return longitude and latitude."""
    return ORIGIN[0] + x / METRES_EAST, ORIGIN[1] + y / METRES_NORTH


@dataclass(frozen=True)
class River:
    """A line from source to mouth, with the height of the water at both."""

    name: str
    line: tuple[Point, ...]
    high: float
    low: float


class Noise:
    """Smooth noise between -1 and 1 (value noise on a grid of ``wave`` metres)."""

    SIZE = 64

    def __init__(self, chance: Chance, wave: float) -> None:
        self._wave = wave
        values = [chance.between(-1, 1) for _ in range(self.SIZE**2)]
        self._values = np.array(values).reshape(self.SIZE, self.SIZE)

    def __call__(self, x: Floats, y: Floats) -> Floats:
        """Return the noise at each point."""
        u, v = x / self._wave + 32.5, y / self._wave + 32.5
        i, j = np.floor(u).astype(int), np.floor(v).astype(int)
        s, t = _ease(u - i), _ease(v - j)
        south = self._at(i, j) * (1 - s) + self._at(i + 1, j) * s
        north = self._at(i, j + 1) * (1 - s) + self._at(i + 1, j + 1) * s
        return south * (1 - t) + north * t

    def _at(self, i: NDArray[np.int64], j: NDArray[np.int64]) -> Floats:
        return self._values[i % self.SIZE, j % self.SIZE]


class Relief:
    """Height above the sea at any point."""

    TURN = math.radians(25)  # the ridges' way, east of north
    LAYERS = ((11_000.0, 160.0), (4_500.0, 125.0), (1_900.0, 95.0), (950.0, 48.0), (520.0, 15.0))

    def __init__(self, seed: int, rivers: list[River]) -> None:
        chance = Chance(seed, "relief")
        self.rivers = rivers
        self._layers = [(Noise(chance, wave), size) for wave, size in self.LAYERS]

    def heights(self, x: Floats, y: Floats) -> Floats:
        """Return whole metres at each point."""
        hills = self._hills(x, y)
        for river in self.rivers:
            away, water = _distance_to(river, x, y)
            # A flat floor 110 m to each side, then slopes that reach the hills after 1.3 km.
            share = _ease(np.clip((away - 110) / 1_200, 0, 1))
            hills = np.minimum(hills, water + np.maximum(hills - water, 0) * share)
        whole: Floats = np.round(np.maximum(hills, 190))
        return whole

    def _hills(self, x: Floats, y: Floats) -> Floats:
        across = x * math.cos(self.TURN) - y * math.sin(self.TURN)
        along = x * math.sin(self.TURN) + y * math.cos(self.TURN)
        total: Floats = 680 - y / 1_000 * 11 + np.abs(x) / 1_000 * 4
        for noise, size in self._layers:
            total = total + (0.45 - np.abs(noise(across, along * 0.45))) * 2 * size
        return total


def _ease(t: Floats) -> Floats:
    return t * t * (3 - 2 * t)


def _distance_to(river: River, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the distance to the river and the height of its water at the nearest point."""
    best, water = np.full(x.shape, np.inf), np.zeros(x.shape)
    parts = len(river.line) - 1
    for part in range(parts):
        (ax, ay), (bx, by) = river.line[part], river.line[part + 1]
        dx, dy = bx - ax, by - ay
        t = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1)
        away = np.hypot(x - ax - t * dx, y - ay - t * dy)
        nearer = away < best
        best = np.where(nearer, away, best)
        fallen = (part + t) / parts
        water = np.where(nearer, river.high + (river.low - river.high) * fallen, water)
    return best, water


def meander(points: list[Point], chance: Chance, *, size: float, step: float) -> tuple[Point, ...]:
    """Return a line through the points that swings from side to side between them."""
    line = [points[0]]
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        length = math.hypot(bx - ax, by - ay)
        bends = max(2, round(length / 2_500))
        swing = [chance.between(0.6, 1.2) * size for _ in range(bends)]
        count = max(2, round(length / step))
        side = 1 if chance.happens(0.5) else -1
        for number in range(1, count + 1):
            t = number / count
            bend = min(int(t * bends), bends - 1)
            off = side * swing[bend] * math.sin(t * bends * math.pi)
            x = ax + (bx - ax) * t - (by - ay) / length * off
            y = ay + (by - ay) * t + (bx - ax) / length * off
            line.append((x, y))
    return tuple(line)
