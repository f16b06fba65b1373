"""What would help a stop that no route serves, in words, from the plan's own figures.

These are the ways open to a planner, not a plan solved again: for a stop without room the route
nearest to it, and what that route has to spare, say where to look first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec

from bookcar.earth import M_PER_DEGREE
from bookcar.model import Place
from bookcar.phrases import Phrases
from bookcar.plan import Plan, PlanVehicle, Route, Unserved


class Spare(msgspec.Struct, frozen=True, kw_only=True):
    """What a route has left to its vehicle's limits."""

    seconds: int
    metres: int
    books: int


def spare(route: Route, vehicle: PlanVehicle) -> Spare:
    """Return what a route has left: time to the nearer of both limits, way, and books."""
    return Spare(
        seconds=min(vehicle.ends - route.back, vehicle.max_seconds - (route.back - route.depart)),
        metres=vehicle.max_metres - route.metres,
        books=vehicle.books - route.peak_books,
    )


def remedy(plan: Plan, row: Unserved, say: Phrases) -> str:
    """Return a sentence on what would let a stop be served."""
    said = say(f"reasons.help-{row.reason}", **row.figures)
    if row.reason not in ("no-room", "not-worth"):
        return said
    near = nearest_route(plan, row.stop)
    return f"{_near(plan, *near, say=say)} {said}" if near else said


def nearest_route(plan: Plan, stop: str) -> tuple[Route, int] | None:
    """Return the route that comes nearest to a stop, and the straight metres to it."""
    places = {place.id: place for place in (*plan.depots, *plan.stops)}
    found = ((route, _least(places[stop], _places(route, places))) for route in plan.routes)
    return min(found, key=lambda pair: (pair[1], pair[0].id), default=None)


def _places(route: Route, places: dict[str, Place]) -> Iterator[Place]:
    yield from (places[visit.stop] for visit in route.visits)


def _least(place: Place, others: Iterator[Place]) -> int:
    return min((_metres(place, other) for other in others), default=0)


def _metres(place: Place, other: Place) -> int:
    east = (place.lon - other.lon + 180) % 360 - 180
    east *= math.cos(math.radians((place.lat + other.lat) / 2))
    return round(M_PER_DEGREE * math.hypot(east, place.lat - other.lat))


def _near(plan: Plan, route: Route, metres: int, *, say: Phrases) -> str:
    vehicle = next(vehicle for vehicle in plan.vehicles if vehicle.id == route.vehicle)
    left = spare(route, vehicle)
    return say(
        "reasons.nearest",
        route=route.id,
        day=say(f"common.day-{route.date.weekday()}"),
        away=f"{metres / 1000:.1f}",
        minutes=max(left.seconds // 60, 0),
        km=f"{max(left.metres, 0) / 1000:.1f}",
        books=max(left.books, 0),
    )
