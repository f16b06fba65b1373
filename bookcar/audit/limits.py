"""Rules on how much of a kind a route may have; each limit of the search has one, made apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bookcar.audit.case import Case


def max_stops(case: Case) -> Iterator[str]:
    """A route has no more stops than its vehicle may make."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].max_stops
        if limit is not None and len(route.visits) > limit:
            yield f"{route.id}: {len(route.visits)} stops; the limit is {limit}."


def max_hours(case: Case) -> Iterator[str]:
    """No route is longer than its driver's day."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].max_seconds
        if route.back - route.depart > limit:
            hours = (route.back - route.depart) / 3600
            yield f"{route.id}: takes {hours:.2f} h; the limit is {limit / 3600:.2f} h."


def max_km(case: Case) -> Iterator[str]:
    """No route drives further than its vehicle may in a day."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].max_metres
        metres = sum(leg.metres for *_, leg in case.legs(route))
        if metres > limit:
            yield f"{route.id}: {metres / 1000:.1f} km; the limit is {limit / 1000:.1f} km."


def max_driving(case: Case) -> Iterator[str]:
    """No car is driven for longer than it may be in a day."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].max_driving_s
        seconds = sum(leg.seconds for *_, leg in case.legs(route))
        if limit is not None and seconds > limit:
            yield f"{route.id}: {seconds / 60:.0f} min of driving; the limit is {limit / 60:.0f}."


RULES: tuple[Callable[[Case], Iterator[str]], ...] = (max_stops, max_hours, max_km, max_driving)
"""In the order in which they are checked."""
