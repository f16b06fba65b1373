"""What was checked of a week, and what could not be, for want of data to check it by."""

from __future__ import annotations

from collections.abc import Callable

from bookcar.plan import Plan

_DAY = (0, 86_400)


def checked(plan: Plan) -> list[tuple[str, bool]]:
    """Return the phrases of the rules that a plan keeps, and whether there was data to check by.

    A rule without data holds of any plan: it comforts nobody to see it ticked.
    """
    return [
        (key if there else f"{key}-none", there) for key, known in _RULES for there in [known(plan)]
    ]


def _weights(plan: Plan) -> bool:
    """Tell whether batches and cars have weights."""
    cars = {route.vehicle for route in plan.routes}
    limited = all(plan.vehicles_by_id[car].kg is not None for car in cars)
    return limited and any(batch.kg for batch in plan.batches)


def _breaks(plan: Plan) -> bool:
    return any(route.breaks for route in plan.routes)


def _opening_hours(plan: Plan) -> bool:
    visited = {visit.stop for route in plan.routes for visit in route.visits}
    return any(plan.stops_by_id[stop].windows not in ((), (_DAY,)) for stop in visited)


def _history(plan: Plan) -> bool:
    return any(stop.weeks_since is not None for stop in plan.stops)


def _always(_plan: Plan) -> bool:
    return True


_RULES: tuple[tuple[str, Callable[[Plan], bool]], ...] = (
    ("checked-books", _always),
    ("checked-kg", _weights),
    ("checked-times", _always),
    ("checked-breaks", _breaks),
    ("checked-open", _opening_hours),
    ("checked-batches", _always),
    ("checked-history", _history),
    ("checked-due", _always),
)
