"""How long the routes of a week are in all, and what they cost."""

from __future__ import annotations

from bookcar.optimiser.cost import route_cost
from bookcar.optimiser.timing import route_metres
from bookcar.planning.week import Week
from bookcar.whys import Back


def later_back(before: Week, after: Week, vehicle: str) -> tuple[Back, ...]:
    """Return the days on which a car comes back later in one week than in another."""
    was = ((before.fleet.days[r.car_day], r.schedule.back) for r in before.routes)
    known = {day.date: back for day, back in was if day.vehicle.id == vehicle}
    days = ((after.fleet.days[r.car_day], r.schedule.back) for r in after.routes)
    return tuple(
        Back(date=day.date, vehicle=vehicle, back=back)
        for day, back in days
        if day.vehicle.id == vehicle and back > known.get(day.date, 0)
    )


def metres_of(week: Week) -> int:
    """Return the metres of all routes."""
    return sum(route_metres(week.problem, r.car_day, r.tasks) for r in week.routes)


def seconds_of(week: Week) -> int:
    """Return the seconds from leaving the depot to being back of all routes."""
    return sum(r.schedule.back - r.schedule.depart for r in week.routes)


def cost_of(week: Week) -> float:
    """Return the cost of all routes, each by itself."""
    return sum(route_cost(week.problem, r) for r in week.routes)
