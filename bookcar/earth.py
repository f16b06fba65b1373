"""Distances on the globe, in the sphere that every part of bookcar counts by."""

from __future__ import annotations

import math

EARTH_M = 6_371_008.8
"""Mean radius of the earth (IUGG), in metres."""

M_PER_DEGREE = math.radians(EARTH_M)
"""Metres of a degree of latitude."""

Point = tuple[float, float]
"""Longitude and latitude in degrees."""


def metres(a: Point, b: Point) -> float:
    """Return the great-circle distance between two points (haversine)."""
    lon_a, lat_a, lon_b, lat_b = map(math.radians, (*a, *b))
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, half)))
