"""Reloads that no stop follows before the next one or the end: nobody drives there for nothing.

Where the way by a depot is the shorter one, a route may keep a limit with such a reload and break
it without. So it has to do without the stops before it, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from bookcar.optimiser.problem import Problem
from bookcar.optimiser.timing import schedule


def idle_places(problem: Problem, order: Sequence[int]) -> list[int]:
    """Return the places of the reloads of a route that no stop follows."""
    reloads = [problem.tasks[k].reload for k in order]
    following = (*reloads[1:], True)
    return [at for at, reload in enumerate(reloads) if reload and following[at]]


def without_idle_reloads(problem: Problem, car_day: int, order: tuple[int, ...]) -> tuple[int, ...]:
    """Return a route that keeps every limit without the reloads that it can do without.

    Where a reload is idle and the route breaks a limit without it, the stops before it go as well,
    the last first, until the route keeps them all. What a car-day is fixed to begin with stays.
    """
    fixed = next((route.tasks for route in problem.fixed if route.car_day == car_day), ())
    for i in [i for i in order if problem.tasks[i].reload and i not in fixed]:
        shorter = tuple(task for task in order if task != i)
        if schedule(problem, car_day, shorter) is not None:
            order = shorter
    while idle := [at for at in idle_places(problem, order) if at >= len(fixed)]:
        order = _cut(problem, car_day, order, idle[-1], first=len(fixed))
    return order


def _cut(
    problem: Problem, car_day: int, order: tuple[int, ...], at: int, *, first: int
) -> tuple[int, ...]:
    """Return a route without an idle reload and as few stops before it as may be."""
    for end in range(at - 1, first - 1, -1):
        shorter = (*order[:end], *order[at + 1 :])
        if schedule(problem, car_day, shorter) is not None:
            return shorter
    return order[:first]
