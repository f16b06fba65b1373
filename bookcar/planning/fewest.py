"""The fewest car-days: the same problem with car-days so dear that joining two always pays.

A car-day costs as much on top as the longest day any car may drive. Two routes that fit into one
are then joined however far that one drives: a route never costs more than that in kilometres and
hours. So that no stop is dropped to save a car-day, all prizes grow by one factor until the least
of them is worth a car-day of its own; what a stop is worth against another stays as it is.
Nothing is levelled: to share the hours of a day out takes car-days.
"""

from __future__ import annotations

from dataclasses import replace

from bookcar.optimiser.cost import solution_cost
from bookcar.optimiser.limits import most_of
from bookcar.optimiser.problem import CarDay, Problem, Solution
from bookcar.optimiser.start import Orders
from bookcar.planning.rounds import Search


def saving_car_days(search: Search) -> Search:
    """Return the search for the fewest car-days; its solutions say their cost in the usual terms.

    A bound of the dearer problem says nothing of that cost, so there is none.
    """

    def saving(
        problem: Problem,
        *,
        bound: bool | Problem = True,
        start: Orders = (),
    ) -> Solution:
        del bound
        found = search(with_dear_car_days(problem), bound=False, start=start)
        cost, terms = solution_cost(problem, found.routes, found.unserved)
        return replace(found, cost=cost, terms=terms)

    return saving


def with_dear_car_days(problem: Problem) -> Problem:
    """Return the problem in which first prizes count, then car-days, then everything else."""
    dearest = 1.0 + max((_longest_day(car) for car in problem.car_days), default=0.0)
    prizes = [task.prize for task in problem.tasks if task.prize > 0]
    factor = max(1.0, 2 * dearest / min(prizes, default=1.0))
    return replace(
        problem,
        tasks=tuple(replace(task, prize=task.prize * factor) for task in problem.tasks),
        car_days=tuple(
            replace(car, fixed_cost=car.fixed_cost + dearest) for car in problem.car_days
        ),
        levels=(),
    )


def _longest_day(car: CarDay) -> float:
    hours = min(car.max_seconds, car.ends - car.starts) / 3600
    metres = most_of(car, "metres") or 0
    return car.fixed_cost + car.cost_km * metres / 1000 + car.cost_hour * hours
