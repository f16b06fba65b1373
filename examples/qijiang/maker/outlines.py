"""Made-up township outlines: the land nearer to a town than to any other, its borders bent."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from maker.chance import Chance
from maker.facts import Town
from maker.relief import Noise, Point, to_degrees, to_plane

REACH = 9_000.0  # metres a township reaches where it has no neighbour
STEP = 450.0
BEND = 420.0


def outlines(seed: int, towns: list[Town]) -> dict[str, Any]:
    """Return a GeoJSON FeatureCollection of the towns that are ours."""
    seats = {town.name: to_plane(town.lon, town.lat) for town in towns}
    chance = Chance(seed, "outlines")
    bend = Noise(chance, 2_300), Noise(chance, 2_300)
    features = []
    for town in towns:
        if town.ours:
            others = [seat for name, seat in seats.items() if name != town.name]
            ring = [_bent(place, bend) for place in _dense(_cell(seats[town.name], others))]
            features.append(_feature(town, ring))
    return {"type": "FeatureCollection", "features": features}


def _feature(town: Town, ring: list[Point]) -> dict[str, Any]:
    degrees = [[round(number, 5) for number in to_degrees(*place)] for place in ring]
    return {
        "type": "Feature",
        "properties": {
            "name": town.name,
            "name_en": town.name_en,
            "people": town.people,
            "note": "made-up outline, not the township's boundary",
        },
        "geometry": {"type": "Polygon", "coordinates": [[*degrees, degrees[0]]]},
    }


def _cell(seat: Point, others: list[Point]) -> list[Point]:
    """Return the corners of a circle around a seat, cut half-way to every other seat."""
    turns = [2 * math.pi * i / 48 for i in range(48)]
    ring = [(seat[0] + REACH * math.cos(t), seat[1] + REACH * math.sin(t)) for t in turns]
    for other in others:
        ring = _cut(ring, seat, other)
    return ring


def _cut(ring: list[Point], seat: Point, other: Point) -> list[Point]:
    """Return the part of a convex ring nearer to the seat (Sutherland and Hodgman 1974)."""
    out = []
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        from_a, from_b = _nearer(a, seat, other), _nearer(b, seat, other)
        if from_a >= 0:
            out.append(a)
        if (from_a >= 0) != (from_b >= 0):
            t = from_a / (from_a - from_b)
            out.append((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t))
    return out


def _nearer(place: Point, seat: Point, other: Point) -> float:
    to_seat = (place[0] - seat[0]) ** 2 + (place[1] - seat[1]) ** 2
    to_other = (place[0] - other[0]) ** 2 + (place[1] - other[1]) ** 2
    return to_other - to_seat


def _dense(ring: list[Point]) -> list[Point]:
    """Return the ring with points along its sides, the same seen from either neighbour."""
    out = []
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        parts = max(1, round(math.hypot(b[0] - a[0], b[1] - a[1]) / STEP))
        out += [
            (a[0] + (b[0] - a[0]) * i / parts, a[1] + (b[1] - a[1]) * i / parts)
            for i in range(parts)
        ]
    return out


def _bent(place: Point, bend: tuple[Noise, Noise]) -> Point:
    x, y = np.array([place[0]]), np.array([place[1]])
    east, north = (float(noise(x, y)[0]) * BEND for noise in bend)
    return place[0] + east, place[1] + north
