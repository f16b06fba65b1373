"""A search for tests that is easy to foresee: each task goes onto the first car-day with room."""

from __future__ import annotations

from bookcar.optimiser.problem import Problem, Solution, SolvedRoute
from bookcar.optimiser.timing import schedule


def first_fit(problem: Problem) -> Solution:
    orders: dict[int, list[int]] = {}
    left = []
    for number, task in enumerate(problem.tasks):
        for car_day in task.car_days:
            order = [*orders.get(car_day, []), number]
            if schedule(problem, car_day, order) is not None:
                orders[car_day] = order
                break
        else:
            left.append(number)
    routes = tuple(_route(problem, car_day, tuple(orders[car_day])) for car_day in sorted(orders))
    return Solution(routes=routes, unserved=tuple(left), cost=0.0, iterations=1)


def nothing(problem: Problem) -> Solution:
    """Serve nobody."""
    return Solution(routes=(), unserved=tuple(range(len(problem.tasks))), cost=0.0, iterations=0)


def _route(problem: Problem, car_day: int, order: tuple[int, ...]) -> SolvedRoute:
    times = schedule(problem, car_day, order)
    assert times is not None
    return SolvedRoute(car_day=car_day, tasks=order, schedule=times)
