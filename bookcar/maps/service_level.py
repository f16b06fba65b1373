"""How long stops have waited, and whether that is within the target of each."""

from __future__ import annotations

from collections.abc import Sequence

from bookcar.plan import Plan, PlanStop

EARLY, ON_TARGET, LATE, VERY_LATE, NEVER = range(5)


def visit_class(weeks: int | None, target: int) -> int:
    """Return the class of a stop visited so many weeks ago that wants a visit every ``target``.

    For a target of 4: up to 2, 3-4, 5-8, 9 and more weeks, never.
    """
    if weeks is None:
        return NEVER
    halves_of_target = -(-2 * weeks // target)
    return {0: EARLY, 1: EARLY, 2: ON_TARGET, 3: LATE, 4: LATE}.get(halves_of_target, VERY_LATE)


def served(plan: Plan) -> frozenset[str]:
    """Return the ids of the stops that a plan's routes visit."""
    return frozenset(visit.stop for route in plan.routes for visit in route.visits)


def weeks_since(plan: Plan, *, planned: bool) -> list[int | None]:
    """Return each stop's weeks since its last visit, as recorded or after this plan."""
    visited = served(plan) if planned else frozenset()
    return [0 if stop.id in visited else stop.weeks_since for stop in plan.stops]


def within_target(stops: Sequence[PlanStop], weeks: Sequence[int | None]) -> list[bool]:
    """Tell of each stop whether its last visit lies within its own target."""
    return [
        visit_class(w, stop.every_weeks) <= ON_TARGET for w, stop in zip(weeks, stops, strict=True)
    ]
