"""What a solution costs, term by term."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.optimiser.timing import route_metres


def solution_cost(
    problem: Problem, routes: Sequence[SolvedRoute], unserved: Iterable[int]
) -> tuple[float, dict[str, float]]:
    """Return the cost of routes and unserved tasks, and the terms it is the sum of.

    The terms are ``fixed``, ``km``, ``hours`` (from departure until return) and ``prizes_lost``
    (of unserved tasks that are not required), all in cost units.
    """
    terms = {
        "fixed": sum((problem.car_days[r.car_day].fixed_cost for r in routes), 0.0),
        "km": sum((km_cost(problem, r) for r in routes), 0.0),
        "hours": sum((hours_cost(problem, r) for r in routes), 0.0),
        "prizes_lost": prizes_lost(problem, unserved),
    }
    return sum(terms.values()), terms


def route_cost(problem: Problem, route: SolvedRoute) -> float:
    """Return what one route costs: fixed, km and hours."""
    fixed = problem.car_days[route.car_day].fixed_cost
    return fixed + km_cost(problem, route) + hours_cost(problem, route)


def km_cost(problem: Problem, route: SolvedRoute) -> float:
    """Return the cost of the metres driven, the return included."""
    metres = route_metres(problem, route.car_day, route.tasks)
    return problem.car_days[route.car_day].cost_km * metres / 1000


def hours_cost(problem: Problem, route: SolvedRoute) -> float:
    """Return the cost of the time from departure until return."""
    seconds = route.schedule.back - route.schedule.depart
    return problem.car_days[route.car_day].cost_hour * seconds / 3600


def prizes_lost(problem: Problem, unserved: Iterable[int]) -> float:
    """Return the sum of the prizes of unserved tasks that are not required."""
    tasks = (problem.tasks[i] for i in sorted(unserved))
    return sum((task.prize for task in tasks if not task.required), 0.0)
