"""The best solution of a tiny problem by trying all of them, whatever ties its routes together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

from optimiser.sisr.brute import REQUIRED

from bookcar.optimiser.cost import solution_cost
from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.optimiser.timing import schedule


def least(problem: Problem) -> float:
    """Return the least cost of all, a required stop left out being a million."""
    return min(_valued(problem, routes) for routes in _solutions(problem))


def keeps(problem: Problem, routes: list[SolvedRoute]) -> bool:
    """Tell whether routes keep the spacings and the fixed routes."""
    day = {i: problem.car_days[r.car_day].day for r in routes for i in r.tasks}
    for spacing in problem.spacings:
        one, other = spacing.tasks
        if one in day and other in day and abs(day[one] - day[other]) < spacing.days:
            return False
    orders = {r.car_day: r.tasks for r in routes}
    for fixed in problem.fixed:
        order = orders.get(fixed.car_day, ())
        if order[: len(fixed.tasks)] != fixed.tasks:
            return False
        if not fixed.open and order != fixed.tasks:
            return False
    return True


def _solutions(problem: Problem) -> Iterator[list[SolvedRoute]]:
    choices = [list(_routes(problem, car)) for car in range(len(problem.car_days))]

    def extend(car: int, chosen: list[SolvedRoute], done: set[int]) -> Iterator[list[SolvedRoute]]:
        if car == len(choices):
            if keeps(problem, chosen):
                yield chosen
            return
        yield from extend(car + 1, chosen, done)
        for route in choices[car]:
            if not done & set(route.tasks):
                yield from extend(car + 1, [*chosen, route], done | set(route.tasks))

    return extend(0, [], set())


def _routes(problem: Problem, car: int) -> Iterator[SolvedRoute]:
    tasks = range(len(problem.tasks))
    for size in range(1, len(problem.tasks) + 1):
        for chosen in combinations(tasks, size):
            for order in permutations(chosen):
                times = schedule(problem, car, order)
                if times is not None:
                    yield SolvedRoute(car_day=car, tasks=order, schedule=times)


def _valued(problem: Problem, routes: list[SolvedRoute]) -> float:
    served = {i for route in routes for i in route.tasks}
    unserved = [i for i in range(len(problem.tasks)) if i not in served]
    missed = sum(problem.tasks[i].required for i in unserved)
    return solution_cost(problem, routes, unserved)[0] + REQUIRED * missed
