"""How long the routes of a week are in all, and what they cost."""

from __future__ import annotations

from bookcar.optimiser.cost import route_cost
from bookcar.optimiser.timing import route_metres
from bookcar.planning.week import Week


def metres_of(week: Week) -> int:
    """Return the metres of all routes."""
    return sum(route_metres(week.problem, r.car_day, r.tasks) for r in week.routes)


def seconds_of(week: Week) -> int:
    """Return the seconds from leaving the depot to being back of all routes."""
    return sum(r.schedule.back - r.schedule.depart for r in week.routes)


def cost_of(week: Week) -> float:
    """Return the cost of all routes, each by itself."""
    return sum(route_cost(week.problem, r) for r in week.routes)
