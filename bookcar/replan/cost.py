"""What a plan costs that was not found by the search: its terms, worked out from its routes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bookcar.due import DueStop, change
from bookcar.model import District
from bookcar.optimiser.sharing import cost_of_hours
from bookcar.plan import Objective, Route, Unserved
from bookcar.planning.fleet import Fleet
from bookcar.planning.levels import levels_of


def objective_of(
    district: District,
    fleet: Fleet,
    due: Iterable[DueStop],
    *,
    routes: Sequence[Route],
    unserved: Iterable[Unserved],
) -> Objective:
    """Return the cost of routes, with no bound: what was driven cannot be planned any more."""
    weights, cars = district.settings.weights, district.vehicles_by_id
    by_stop = {d.stop.id: d for d in due}
    exact = {
        "fixed": sum(cars[r.vehicle].fixed_cost + weights.car_day for r in routes),
        "km": sum(cars[r.vehicle].cost_km * r.metres / 1000 for r in routes),
        "hours": sum(cars[r.vehicle].cost_hour * (r.back - r.depart) / 3600 for r in routes),
        "changes": sum(
            change(by_stop[visit.stop], route.date, cars[route.vehicle], weights)
            for route in routes
            for visit in route.visits
        ),
        "balance": _balance(district, fleet, routes),
        "uneven": _uneven(district, fleet, routes),
        "prizes_lost": sum(row.lost for row in unserved),
    }
    terms = {
        name: round(float(value), 2)
        for name, value in exact.items()
        if name != "uneven" or district.settings.weights.level_days
    }
    return Objective(terms=terms, cost=round(sum(terms.values()), 2), no_bound="by-hand")


def _balance(district: District, fleet: Fleet, routes: Iterable[Route]) -> float:
    hours = {day.vehicle.driven_by: 0.0 for day in fleet.days}
    for route in routes:
        driver = district.vehicles_by_id[route.vehicle].driven_by
        hours[driver] = hours.get(driver, 0.0) + (route.back - route.depart) / 3600
    mean = sum(hours.values()) / max(1, len(hours))
    weight = district.settings.weights.balance_hour
    return weight * sum(abs(own - mean) for own in hours.values())


def _uneven(district: District, fleet: Fleet, routes: Sequence[Route]) -> float:
    numbers = {(day.date, day.vehicle.id): k for k, day in enumerate(fleet.days)}
    hours = [0.0] * len(numbers)
    for route in routes:
        if (number := numbers.get((route.date, route.vehicle))) is not None:
            hours[number] += (route.back - route.depart) / 3600
    return cost_of_hours(levels_of(fleet.days, district.settings), hours)
