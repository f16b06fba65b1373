"""Routes to begin a search with, as far as they keep the limits of the problem at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bookcar.optimiser.idle import without_idle_reloads
from bookcar.optimiser.patterns import chosen
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.sharing import too_many
from bookcar.optimiser.timing import schedule

Order = tuple[int, ...]

Orders = Sequence[tuple[int, Order]]
"""Car-days, each with its tasks in order."""


def usable(problem: Problem, start: Orders) -> list[tuple[int, tuple[int, ...]]]:
    """Return given routes with what they can keep of their tasks, behind what is fixed.

    A task that breaks a limit behind those before it is left out, and so is one that is there
    already or too near to the other visit to its stop, whose group then keeps no pattern, or for
    which there is no more of a supply.
    """
    orders = {fixed.car_day: fixed.tasks for fixed in problem.fixed if fixed.tasks}
    closed = {fixed.car_day for fixed in problem.fixed if not fixed.open}
    day_of = {task: problem.car_days[car].day for car, order in orders.items() for task in order}
    twins = _twins(problem)
    for car_day, tasks in start:
        if car_day in closed:
            continue
        day = problem.car_days[car_day].day
        order = orders.get(car_day, ())
        for task in tasks:
            fits = task not in day_of and _apart(twins, day_of, task, day)
            if fits and schedule(problem, car_day, (*order, task)) is not None:
                order = (*order, task)
                day_of[task] = day
        orders[car_day] = order
    orders = _in_patterns(problem, orders)
    return sorted(_worth_driving(problem, orders))


def _in_patterns(problem: Problem, orders: dict[int, Order]) -> dict[int, Order]:
    """Return routes without the visits of groups that keep no pattern, but what is fixed.

    Where a route breaks a limit without them, it is given up.
    """
    fixed = {route.car_day: route.tasks for route in problem.fixed}
    while True:
        made = {task: car for car, order in orders.items() for task in order}
        patterns = chosen(problem, made)
        pairs = zip(problem.groups, patterns, strict=True)
        out = {i for group, pattern in pairs if pattern is None for i in group.tasks if i in made}
        out |= too_many(problem, patterns, made)
        out -= {task for order in fixed.values() for task in order}
        if not out:
            return orders
        for car, order in orders.items():
            shorter = tuple(task for task in order if task not in out)
            if shorter != order:
                fits = shorter and schedule(problem, car, shorter) is not None
                orders[car] = shorter if fits else fixed.get(car, ())


def _worth_driving(
    problem: Problem, orders: Mapping[int, tuple[int, ...]]
) -> Iterable[tuple[int, tuple[int, ...]]]:
    for car_day, order in orders.items():
        if any(not problem.tasks[task].reload for task in order):
            needed = without_idle_reloads(problem, car_day, order)
            if needed:
                yield car_day, needed


def _twins(problem: Problem) -> dict[int, tuple[int, int]]:
    """Return for each task with a spacing the other one and the days between."""
    return {
        one: (other, spacing.days)
        for spacing in problem.spacings
        for one, other in (spacing.tasks, spacing.tasks[::-1])
    }


def _apart(
    twins: Mapping[int, tuple[int, int]], day_of: Mapping[int, int], task: int, day: int
) -> bool:
    other, days = twins.get(task, (-1, 0))
    return other not in day_of or abs(day_of[other] - day) >= days
