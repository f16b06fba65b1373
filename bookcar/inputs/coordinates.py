"""Converting between WGS-84 and the shifted coordinates of Chinese map services.

GCJ-02 (Amap, Tencent, Google in China) shifts WGS-84 by some hundred metres; BD-09 (Baidu) shifts
GCJ-02 again. The constants and series are those published in
https://en.wikipedia.org/wiki/Restrictions_on_geographic_data_in_China and in
https://github.com/googollee/eviltransform; the inverses here are found by iteration.
"""

from __future__ import annotations

import math
from collections.abc import Callable

Point = tuple[float, float]

# Krasovsky 1940: semi-major axis in metres and squared eccentricity.
_AXIS = 6_378_245.0
_ECCENTRICITY2 = 0.006_693_421_622_965_943
# The rectangle outside which the services do not shift.
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_BD_TURN = math.pi * 3000 / 180
_EXACT = 1e-10


def in_china(lon: float, lat: float) -> bool:
    """Tell whether a point lies in the rectangle in which coordinates are shifted."""
    return _WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH


def wgs84_to_gcj02(lon: float, lat: float) -> Point:
    """Return a WGS-84 point as GCJ-02."""
    if not in_china(lon, lat):
        return lon, lat
    east, north = _series(lon - 105, lat - 35)
    radians = math.radians(lat)
    w = 1 - _ECCENTRICITY2 * math.sin(radians) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY2) / (w * math.sqrt(w))
    parallel = _AXIS / math.sqrt(w) * math.cos(radians)
    return lon + math.degrees(east / parallel), lat + math.degrees(north / meridian)


def gcj02_to_wgs84(lon: float, lat: float) -> Point:
    """Return a GCJ-02 point as WGS-84."""
    return _inverse(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: float, lat: float) -> Point:
    """Return a GCJ-02 point as BD-09."""
    if not in_china(lon, lat):
        return lon, lat
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD_TURN)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_TURN)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def bd09_to_gcj02(lon: float, lat: float) -> Point:
    """Return a BD-09 point as GCJ-02."""
    return _inverse(gcj02_to_bd09, lon, lat)


def bd09_to_wgs84(lon: float, lat: float) -> Point:
    """Return a BD-09 point as WGS-84."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def wgs84_to_bd09(lon: float, lat: float) -> Point:
    """Return a WGS-84 point as BD-09."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def unchanged(lon: float, lat: float) -> Point:
    """Return a WGS-84 point as it is."""
    return lon, lat


TO_WGS84: dict[str, Callable[[float, float], Point]] = {
    "wgs84": unchanged,
    "gcj02": gcj02_to_wgs84,
    "bd09": bd09_to_wgs84,
}


def _series(x: float, y: float) -> Point:
    """Return the shift to the east and north in metres, as published."""
    root, product = math.sqrt(abs(x)), x * y
    common = 20 * (math.sin(6 * math.pi * x) + math.sin(2 * math.pi * x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * product + 0.1 * root
    east += 2 / 3 * (common + 20 * math.sin(math.pi * x) + 40 * math.sin(math.pi / 3 * x))
    east += 2 / 3 * (150 * math.sin(math.pi / 12 * x) + 300 * math.sin(math.pi / 30 * x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * product + 0.2 * root
    north += 2 / 3 * (common + 20 * math.sin(math.pi * y) + 40 * math.sin(math.pi / 3 * y))
    north += 2 / 3 * (160 * math.sin(math.pi / 12 * y) + 320 * math.sin(math.pi / 30 * y))
    return east, north


def _inverse(forward: Callable[[float, float], Point], lon: float, lat: float) -> Point:
    """Return the point that ``forward`` moves to the given one.

    The shift changes by less than a thousandth of a step, so each round gains three digits.
    """
    if not in_china(lon, lat):
        return lon, lat
    x, y = lon, lat
    for _ in range(12):
        moved_lon, moved_lat = forward(x, y)
        x, y = x + lon - moved_lon, y + lat - moved_lat
        if abs(lon - moved_lon) < _EXACT and abs(lat - moved_lat) < _EXACT:
            break
    return x, y
