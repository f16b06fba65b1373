"""The rest of a week searched by the kernel, near the orders that there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bookcar.optimiser.problem import FixedRoute, Problem, Spacing
from bookcar.optimiser.sisr.solve import solve
from bookcar.planning.visit_options import SEVERAL
from bookcar.replan.desk import Desk, Order

ITERATIONS = 3_000
"""Of each chain: a breakdown waits for seconds, not for minutes."""

Allows = Callable[[int, int], bool]
"""Whether a job may be made on a car-day."""


def searched(
    desk: Desk,
    start: Mapping[int, Order],
    *,
    allows: Allows,
    all_of_them: bool,
    seed: int,
    told: bool = True,
) -> tuple[dict[int, Order], tuple[int, ...]]:
    """Return orders and the jobs left over, found from given orders on.

    Parameters
    ----------
    all_of_them
        Whether each job is worth more than any way to it.
    told
        Whether it counts what people were told.
    """
    at = {number: k for k, order in start.items() for number in order}
    problem = _problem(desk, start, at, allows=allows, all_of_them=all_of_them, told=told)
    orders = [(k, _tasks(desk, k, order)) for k, order in sorted(start.items()) if order]
    found = solve(problem, seed=seed, iterations=ITERATIONS, start=orders)
    made = {k: start[k] if desk.rides[k].locked else () for k in start}
    for route in found.routes:
        if not desk.rides[route.car_day].locked:
            made[route.car_day] = tuple(task for task in route.tasks if task < len(desk.jobs))
    there = {number for order in made.values() for number in order}
    return made, tuple(n for n in range(len(desk.jobs)) if n not in there)


def _problem(
    desk: Desk,
    start: Mapping[int, Order],
    at: Mapping[int, int],
    *,
    allows: Allows,
    all_of_them: bool,
    told: bool,
) -> Problem:
    """Return a task for each job, as it stands, then the reloads of rides that keep theirs."""
    tasks = []
    for number, job in enumerate(desk.jobs):
        k = at.get(number)
        aboard = k is not None and desk.with_car(number, k)
        fleet = {k} if k is not None and (aboard or not job.visit) else desk.allowed[number]
        task = desk.problem.tasks[2 * number + aboard]
        days = tuple(
            sorted(
                d for d in fleet if d == k or (allows(number, d) and _apart(desk, number, d, at))
            )
        )
        tasks.append(
            replace(
                task,
                prize=min(desk.worth(number), 1e5) if job.visit else 0.0,
                required=job.visit and (all_of_them or task.required),
                car_days=() if job.reload else days,
                surcharges=task.surcharges if told else {},
            )
        )
    behind = 2 * len(desk.jobs)
    kept = {
        task
        for k, order in start.items()
        if desk.rides[k].locked
        for task in desk.tasks_of(k, order)
        if task >= behind
    }
    reloads = [
        task if behind + n in kept else replace(task, car_days=())
        for n, task in enumerate(desk.problem.tasks[behind:])
    ]
    fixed = []
    for k, order in start.items():
        ride = desk.rides[k]
        if ride.locked and order:
            fixed.append(FixedRoute(car_day=k, tasks=_tasks(desk, k, order)))
        elif ride.under_way and order:
            fixed.append(FixedRoute(car_day=k, tasks=_tasks(desk, k, order[:1]), open=True))
    return replace(
        desk.problem, tasks=(*tasks, *reloads), fixed=tuple(fixed), spacings=tuple(_spacings(desk))
    )


def _tasks(desk: Desk, k: int, order: Order) -> tuple[int, ...]:
    """Return jobs as tasks of the searched problem: one for each, then the reloads."""
    behind, more = 2 * len(desk.jobs), len(desk.jobs)
    return tuple(
        task - behind + more if task >= behind else number
        for number, task in zip(order, desk.tasks_of(k, order), strict=True)
    )


def _apart(desk: Desk, number: int, k: int, at: Mapping[int, int]) -> bool:
    """Tell whether a visit may go to a car-day, as far as the others to its stop do.

    Two are kept apart by the search. Of several parts each has days of its own: the day on which it
    is, and its turn of those on which none is.
    """
    if not desk.apart(number, k, {}):
        return False
    parts = _parts(desk, desk.jobs[number].stop)
    if number not in parts:
        return True
    days = desk.prepared.fleet.days
    taken = {other: days[at[other]].date for other in parts if other in at}
    date = days[k].date
    if date in taken.values():
        return taken.get(number) == date
    free = sorted({day.date for day in days} - set(taken.values()))
    return free.index(date) % len(parts) == parts.index(number)


def _parts(desk: Desk, stop: str) -> Sequence[int]:
    """Return the visits to a stop that is delivered in so many parts that they need own days."""
    place = desk.prepared.district.stops_by_id.get(stop)
    if place is None or place.visits_a_week < SEVERAL:
        return ()
    return [n for n, job in enumerate(desk.jobs) if job.visit and job.stop == stop]


def _spacings(desk: Desk) -> list[Spacing]:
    by_stop: defaultdict[str, list[int]] = defaultdict(list)
    for number, job in enumerate(desk.jobs):
        if job.visit and not _parts(desk, job.stop):
            by_stop[job.stop].append(number)
    stops = desk.prepared.district.stops_by_id
    return [
        Spacing(tasks=(one, other), days=stops[stop].days_between)
        for stop, numbers in by_stop.items()
        for one, other in pairwise(numbers)
    ]
