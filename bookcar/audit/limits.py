"""Rules on how much of a kind a route may have; each limit of the search has one, made apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.phrases.sentence import Sentence


def max_stops(case: Case) -> Iterator[Sentence]:
    """A route has no more stops than its vehicle may make."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].max_stops
        if limit is not None and len(route.visits) > limit:
            yield breach("max-stops", route=route.id, visits=len(route.visits), limit=limit)


def max_hours(case: Case) -> Iterator[Sentence]:
    """No route is longer than its driver's day."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].max_seconds
        if route.back - route.depart > limit:
            hours = (route.back - route.depart) / 3600
            yield breach("max-hours", route=route.id, hours=hours, limit=limit / 3600)


def max_km(case: Case) -> Iterator[Sentence]:
    """No route drives further than its vehicle may in a day."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].max_metres
        metres = sum(leg.metres for *_, leg in case.legs(route))
        if metres > limit:
            yield breach("max-km", route=route.id, metres=metres / 1000, limit=limit / 1000)


def max_driving(case: Case) -> Iterator[Sentence]:
    """No car is driven for longer than it may be in a day."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].max_driving_s
        seconds = sum(leg.seconds for *_, leg in case.legs(route))
        if limit is not None and seconds > limit:
            yield breach("max-driving", route=route.id, seconds=seconds / 60, limit=limit / 60)


RULES: tuple[Callable[[Case], Iterator[Sentence]], ...] = (
    max_stops,
    max_hours,
    max_km,
    max_driving,
)
"""In the order in which they are checked."""
