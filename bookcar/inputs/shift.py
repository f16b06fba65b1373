"""Telling whether a district's coordinates are those of a Chinese map service."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence

from bookcar.errors import Fault
from bookcar.inputs import coordinates as co
from bookcar.model import District

DistanceToRoad = Callable[[Sequence[co.Point]], Sequence[float | None]]

_FEWEST = 5
_FACTOR = 3.0
_NEAR_ENOUGH_M = 60.0
# What the coordinates would really be, and how a point as read becomes the place it means.
_HYPOTHESES: dict[str, Callable[[float, float], co.Point]] = {
    "gcj02": co.gcj02_to_wgs84,
    "bd09": co.bd09_to_wgs84,
    "wgs84": co.wgs84_to_gcj02,
}


def shifted_coordinates(district: District, distance_to_road: DistanceToRoad) -> Fault | None:
    """Warn if the stops lie off the roads by the offset of a Chinese map service.

    The median distance from a stop to the nearest road is compared with the one after converting
    all stops; it must fall to a third or less. Stops with a road at their door (median below 60 m)
    are left alone, as are districts outside China, with fewer than 5 stops, or without roads.

    Parameters
    ----------
    distance_to_road
        Gives the metres from each (lon, lat) point to the nearest road; None where there is none.
    """
    points = [(s.lon, s.lat) for s in district.stops if s.access == "road"]
    points = [point for point in points if co.in_china(*point)]
    if len(points) < _FEWEST:
        return None
    given = _median(distance_to_road(points))
    if given < _NEAR_ENOUGH_M or math.isinf(given):
        return None
    medians = {
        system: _median(distance_to_road([convert(*point) for point in points]))
        for system, convert in _HYPOTHESES.items()
    }
    best = min(medians, key=lambda system: medians[system])
    if medians[best] * _FACTOR > given:
        return None
    return _fault(district, best, given, medians[best])


def _median(distances: Sequence[float | None]) -> float:
    """Return the median; a point with no road anywhere near counts as infinitely far."""
    return statistics.median_high([math.inf if d is None else float(d) for d in distances])


def _fault(district: District, system: str, given_m: float, median_m: float) -> Fault:
    first = district.stops[0]
    return Fault(
        rule="shifted-coordinates",
        variant="converted" if system == "wgs84" else system,
        file=district.where("stops", first.id).file,
        column="lon",
        severity="warning",
        figures={"given_m": round(given_m), "metres": round(median_m)},
    )
