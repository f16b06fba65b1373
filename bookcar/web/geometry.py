"""The road of a route as points, and the flat paper it is drawn on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt
import polyline

from bookcar.earth import M_PER_DEGREE
from bookcar.model import Place
from bookcar.plan import Leg, Plan, Route

Points = npt.NDArray[np.float64]
Spot = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom on paper."""

_FLATTEST, _TALLEST = 0.6, 1.4
_LEAST_SPAN_M = 1_000.0


@dataclass(frozen=True, kw_only=True)
class Way:
    """A leg as (k, 2) points, lon and lat; ``known`` is False for a straight line in its stead."""

    points: Points
    known: bool


def route_places(plan: Plan, route: Route) -> list[Place]:
    """Return the places of a route in order: the depot, its calls, the depot again.

    A stop that no car reaches lies where the car is met.
    """
    met = {halt.stop: halt.foot for halt in route.visits if halt.foot}
    places = [plan.places_by_id[name] for name in route.places]
    return [
        msgspec.structs.replace(place, lon=foot.lon, lat=foot.lat)
        if (foot := met.get(place.id))
        else place
        for place in places
    ]


def route_ways(plan: Plan, route: Route) -> list[Way]:
    """Return the way of every leg of a route, the return last."""
    places = route_places(plan, route)
    return [_way(*ends) for ends in zip(route.legs, places[:-1], places[1:], strict=True)]


def _way(leg: Leg, start: Place, end: Place) -> Way:
    if leg.line:
        decoded = np.asarray(polyline.decode(leg.line, 5), float).reshape(-1, 2)
        return Way(points=decoded[:, ::-1], known=True)
    straight = np.array([[start.lon, start.lat], [end.lon, end.lat]])
    return Way(points=straight, known=False)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A local map projection: degrees to units of paper, y downwards.

    Equirectangular about the middle of what is drawn, true to scale there in both directions.
    ``units`` is units per metre.
    """

    width: float
    height: float
    lon: float
    lat: float
    units: float

    @classmethod
    def around(
        cls, shapes: Iterable[Points], *, width: float, height: float, margin: float
    ) -> Paper:
        """Return the paper on which all the shapes just fit, with a margin on every side."""
        points = np.concatenate(list(shapes))
        lon = _unwrapped(points[:, 0], points[0, 0])
        lat = points[:, 1]
        middle = (lon.min() + lon.max()) / 2, (lat.min() + lat.max()) / 2
        east = float(np.ptp(lon)) * M_PER_DEGREE * _shrink(middle[1])
        north = float(np.ptp(lat)) * M_PER_DEGREE
        units = min(
            (width - 2 * margin) / max(east, _LEAST_SPAN_M),
            (height - 2 * margin) / max(north, _LEAST_SPAN_M),
        )
        return cls(width=width, height=height, lon=middle[0], lat=middle[1], units=units)

    def place(self, points: Points) -> Points:
        """Return (k, 2) lon-lat points on the paper."""
        scale = self.units * M_PER_DEGREE
        x = (_unwrapped(points[:, 0], self.lon) - self.lon) * scale * _shrink(self.lat)
        y = (self.lat - points[:, 1]) * scale
        return np.column_stack((x + self.width / 2, y + self.height / 2))


def height_for(places: Points, width: float) -> float:
    """Return how high a map of a width is on which places have room: no strip, either way."""
    unit = Paper.around([places], width=1e6, height=1e6, margin=0)
    east, north = np.ptp(unit.place(places), axis=0)
    return width * min(max(float(north / max(east, 1.0)), _FLATTEST), _TALLEST)


def _unwrapped(lon: Points, about: float) -> Points:
    """Return longitudes within 180 degrees of another, so that the date line cuts nothing."""
    return (lon - about + 180.0) % 360.0 - 180.0 + about


def _shrink(lat: float) -> float:
    """Return how much shorter a degree of longitude is than one of latitude."""
    return max(float(np.cos(np.radians(lat))), 0.01)


def thinned(drawn: Points, least: float) -> Points:
    """Return points on paper without those nearer than ``least`` to the one kept before."""
    if len(drawn) <= 2:
        return drawn
    travelled = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(drawn, axis=0).T))))
    keep = np.concatenate(([True], np.diff(np.floor(travelled / least)) > 0))
    keep[-1] = True
    return drawn[keep]
