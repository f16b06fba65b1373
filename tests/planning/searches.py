"""A search for tests that is easy to foresee: each task goes onto the first car-day with room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bookcar.optimiser.cost import solution_cost
from bookcar.optimiser.problem import Problem, Solution, SolvedRoute
from bookcar.optimiser.timing import schedule


def first_fit(problem: Problem, **_: object) -> Solution:
    """Begin with the fixed routes, then add every other task behind what is there."""
    orders = {fixed.car_day: list(fixed.tasks) for fixed in problem.fixed}
    placed = {task for order in orders.values() for task in order}
    left = []
    for number, task in enumerate(problem.tasks):
        if number in placed:
            continue
        for car_day in task.car_days:
            order = [*orders.get(car_day, []), number]
            if _apart(problem, orders, number, car_day) and schedule(problem, car_day, order):
                orders[car_day] = order
                break
        else:
            left.append(number)
    routes = tuple(routed(problem, car_day, tuple(orders[car_day])) for car_day in sorted(orders))
    cost, terms = solution_cost(problem, routes, left)
    return Solution(routes=routes, unserved=tuple(left), cost=cost, terms=terms, iterations=1)


def interrupted(problem: Problem, **_: object) -> Solution:
    """Do as `first_fit`, and say that Ctrl-C came."""
    return replace(first_fit(problem), interrupted=True)


def nothing(problem: Problem, **_: object) -> Solution:
    """Serve nobody."""
    return Solution(routes=(), unserved=tuple(range(len(problem.tasks))), cost=0.0, iterations=0)


def _apart(
    problem: Problem, orders: Mapping[int, Sequence[int]], number: int, car_day: int
) -> bool:
    day = problem.car_days[car_day].day
    others = {
        other: spacing.days
        for spacing in problem.spacings
        if number in spacing.tasks
        for other in spacing.tasks
        if other != number
    }
    return all(
        abs(problem.car_days[there].day - day) >= others[task]
        for there, order in orders.items()
        for task in order
        if task in others
    )


def routed(problem: Problem, car_day: int, order: tuple[int, ...]) -> SolvedRoute:
    """Return the route of some tasks in this order."""
    times = schedule(problem, car_day, order)
    assert times is not None
    return SolvedRoute(car_day=car_day, tasks=order, schedule=times)
