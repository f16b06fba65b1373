"""What a solution costs, term by term."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from bookcar.optimiser.patterns import chosen, made_by, pattern_cost, vehicle_cost
from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.optimiser.sharing import levels_cost
from bookcar.optimiser.timing import route_metres


def solution_cost(
    problem: Problem, routes: Sequence[SolvedRoute], unserved: Iterable[int]
) -> tuple[float, dict[str, float]]:
    """Return the cost of routes and unserved tasks, and the terms it is the sum of.

    The terms are ``fixed``, ``km``, ``hours`` (from departure until return), ``changes`` (the
    tasks' surcharges), ``balance`` (of the drivers' hours) and ``prizes_lost`` (of unserved tasks
    that are not required), all in cost units. With groups there are ``patterns`` (those chosen) and
    ``other_vehicle`` (visits by another than their group's), too; with levels ``uneven``.
    """
    terms = {
        "fixed": sum((problem.car_days[r.car_day].fixed_cost for r in routes), 0.0),
        "km": sum((km_cost(problem, r) for r in routes), 0.0),
        "hours": sum((hours_cost(problem, r) for r in routes), 0.0),
        "changes": sum((surcharges(problem, r) for r in routes), 0.0),
        "balance": balance_cost(problem, routes),
        "prizes_lost": prizes_lost(problem, unserved),
    }
    if problem.groups:
        made = made_by(routes)
        terms["patterns"] = pattern_cost(problem, chosen(problem, made))
        terms["other_vehicle"] = vehicle_cost(problem, made)
    if problem.levels:
        terms["uneven"] = levels_cost(problem, routes)
    return sum(terms.values()), terms


def route_cost(problem: Problem, route: SolvedRoute) -> float:
    """Return what one route costs: fixed, km, hours and surcharges."""
    fixed = problem.car_days[route.car_day].fixed_cost
    own = km_cost(problem, route) + hours_cost(problem, route)
    return fixed + own + surcharges(problem, route)


def km_cost(problem: Problem, route: SolvedRoute) -> float:
    """Return the cost of the metres driven, the return included."""
    metres = route_metres(problem, route.car_day, route.tasks)
    return problem.car_days[route.car_day].cost_km * metres / 1000


def hours_cost(problem: Problem, route: SolvedRoute) -> float:
    """Return the cost of the time from departure until return."""
    seconds = route.schedule.back - route.schedule.depart
    return problem.car_days[route.car_day].cost_hour * seconds / 3600


def surcharges(problem: Problem, route: SolvedRoute) -> float:
    """Return what the tasks of a route cost on top on its car-day."""
    return sum((problem.tasks[i].surcharges.get(route.car_day, 0.0) for i in route.tasks), 0.0)


def balance_cost(problem: Problem, routes: Sequence[SolvedRoute]) -> float:
    """Return the cost of the hours by which drivers' weeks differ from their mean."""
    hours = {car.driver: 0.0 for car in problem.car_days if car.driver is not None}
    if not hours or problem.balance == 0:
        return 0.0
    for route in routes:
        driver = problem.car_days[route.car_day].driver
        if driver is not None:
            hours[driver] += (route.schedule.back - route.schedule.depart) / 3600
    mean = sum(hours.values()) / len(hours)
    return problem.balance * sum(abs(own - mean) for own in hours.values())


def prizes_lost(problem: Problem, unserved: Iterable[int]) -> float:
    """Return the sum of the prizes of unserved tasks that are not required."""
    tasks = (problem.tasks[i] for i in sorted(unserved))
    return sum((task.prize for task in tasks if not task.required), 0.0)


def in_hundredths(
    terms: Mapping[str, float], bound: float | None
) -> tuple[dict[str, float], float, float | None]:
    """Return the terms of a cost in hundredths, their sum, and a bound that is not above it.

    What is said of a cost anywhere is of these, so that its figures add up and are alike.
    """
    rounded = {name: round(value, 2) for name, value in terms.items()}
    cost = round(sum(rounded.values()), 2)
    return rounded, cost, None if bound is None else min(round(bound, 2), cost)


def gap(cost: float, bound: float) -> float | None:
    """Return by which part a cost can be above the best at most, rounded up to ten thousandths.

    None where the bound is nothing, and so tells nothing.
    """
    if bound <= 0:
        return 0.0 if cost <= 0 else None
    return max(0, math.ceil(round(10_000 * (cost - bound) / bound, 6))) / 10_000
