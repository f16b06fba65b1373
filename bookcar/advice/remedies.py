"""What a route has to spare."""

from __future__ import annotations

import msgspec

from bookcar.plan import PlanVehicle, Route


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
