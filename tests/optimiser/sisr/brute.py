"""The best solution of a tiny problem, by trying everything."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations

from bookcar.optimiser.cost import route_cost
from bookcar.optimiser.problem import Problem, Solution, SolvedRoute
from bookcar.optimiser.timing import schedule

REQUIRED = 1e6


Keeps = Callable[[int, tuple[int, ...]], bool]


def least_cost(problem: Problem, *, keeps: Keeps = lambda _car, _order: True) -> float:
    """Return the least cost of all, a required stop left out being a million.

    ``keeps`` tells which orders of a car-day are looked at.
    """
    reached = {0: 0.0}
    for car in range(len(problem.car_days)):
        sets = _cheapest_orders(problem, car, keeps)
        following: dict[int, float] = {}
        for done, cost in reached.items():
            for more, extra in sets.items():
                if not done & more:
                    both = done | more
                    following[both] = min(following.get(both, float("inf")), cost + extra)
        reached = following
    return min(cost + _left_out(problem, done) for done, cost in reached.items())


def valued(problem: Problem, solution: Solution) -> float:
    """Return a solution's cost on the scale of `least_cost`."""
    missed = sum(problem.tasks[i].required for i in solution.unserved)
    return solution.cost + REQUIRED * missed


def _left_out(problem: Problem, done: int) -> float:
    return sum(
        REQUIRED if task.required else task.prize
        for i, task in enumerate(problem.tasks)
        if not done >> i & 1
    )


def _cheapest_orders(problem: Problem, car: int, keeps: Keeps) -> dict[int, float]:
    """Return the cost of the best order of every set of tasks that the car-day can serve."""
    costs = {0: 0.0}
    everything = range(len(problem.tasks))
    for size in range(1, len(problem.tasks) + 1):
        for chosen in combinations(everything, size):
            orders = [order for order in permutations(chosen) if keeps(car, order)]
            found = [c for order in orders if (c := _cost(problem, car, order)) is not None]
            if found:
                costs[sum(1 << i for i in chosen)] = min(found)
    return costs


def _cost(problem: Problem, car: int, order: tuple[int, ...]) -> float | None:
    times = schedule(problem, car, order)
    if times is None:
        return None
    return route_cost(problem, SolvedRoute(car_day=car, tasks=order, schedule=times))
