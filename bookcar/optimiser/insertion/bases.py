"""The routes that one more stop is put into: as they stand, and with one reload more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bookcar.optimiser.idle import idle_places
from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.optimiser.timing import first_unhanded, first_unstocked, loads_fit, store_at


@dataclass(frozen=True, kw_only=True)
class Base:
    """A route to put a stop into.

    Attributes
    ----------
    first
        The first place that is not fixed.
    only
        The one place at which a stop may come, if a reload would be idle or no road would lead on
        otherwise; None: any.
    """

    car_day: int
    tasks: tuple[int, ...]
    first: int = 0
    only: int | None = None


def bases_of(
    problem: Problem, routes: Iterable[SolvedRoute], *, calls: Collection[int] | None = None
) -> tuple[Base, ...]:
    """Return the routes to try: each car-day's own, and that with a reload more at every place.

    Parameters
    ----------
    calls
        The reloads that may be put in; None for all that are in no route.
    """
    orders = {route.car_day: route.tasks for route in routes}
    used = {task for order in orders.values() for task in order}
    by_car = _by_car(problem, used, calls)
    fixed = {fixed.car_day: fixed for fixed in problem.fixed}
    found: list[Base] = []
    for car_day in range(len(problem.car_days)):
        order, first = orders.get(car_day, ()), 0
        if car_day in fixed:
            kept = fixed[car_day]
            first = len(kept.tasks) if kept.open else len(order) + 1
        found += base_of(problem, Base(car_day=car_day, tasks=order, first=first), new=())
        for call in by_car.get(car_day, {}).values():
            for longer, at in _with_call(problem, car_day, (order, first), call):
                found += base_of(problem, longer, new=(at, at + 1))
    return tuple(found)


def bases_on(problem: Problem, route: Base) -> tuple[Base, ...]:
    """Return what `bases_of` does for one car-day on which the visits are those of ``route``.

    They need not be of a route that keeps its limits: orders too full by themselves are left out.
    """
    car, order = problem.car_days[route.car_day], (route.tasks, route.first)
    bases = [route] if _is_stocked(problem, route) else []
    for call in _by_car(problem, set(route.tasks), None).get(route.car_day, {}).values():
        bases += [base for base, _ in _with_call(problem, route.car_day, order, call)]
    return tuple(
        one
        for base in bases
        if loads_fit(car, [problem.tasks[k] for k in base.tasks])
        for one in base_of(problem, base)
    )


def _is_stocked(problem: Problem, route: Base) -> bool:
    car = problem.car_days[route.car_day]
    return first_unstocked(car, [problem.tasks[k] for k in route.tasks]) is None


def _by_car(
    problem: Problem, used: Collection[int], calls: Collection[int] | None
) -> Mapping[int, Mapping[int, int]]:
    """Return by car-day and store one of the reloads that may be put in."""
    if calls is None:
        calls = [k for k, task in enumerate(problem.tasks) if task.reload and k not in used]
    by_car: dict[int, dict[int, int]] = {}
    for call in calls:
        task = problem.tasks[call]
        for car in task.car_days:
            by_car.setdefault(car, {}).setdefault(store_at(task), call)
    return by_car


def base_of(
    problem: Problem, route: Base, *, new: Collection[int] | None = None
) -> tuple[Base, ...]:
    """Return a route as a base with the one place at which a stop mends it, if it needs that.

    A reload is idle that no stop follows before the next one or the end: the way by its depot may
    be the shorter one, but nobody drives there for nothing. And no road may lead to the depot of a
    reload, or on from it, but by the stop. Nothing is returned where one stop is not enough for
    all of that, nor where a stop gets what none before it hands on. What is fixed for good does
    not count.

    Parameters
    ----------
    new
        The legs that may be without a road; None for all of them.
    """
    if first_unhanded(problem, route.tasks) is not None:
        return ()
    idle = {at + 1 for at in idle_places(problem, route.tasks) if at + 1 >= route.first}
    legs = range(len(route.tasks) + 1) if new is None else new
    places = idle | {at for at in legs if not _leads_on(problem, route, at)}
    if len(places) > 1:
        return ()
    only = next(iter(places), None)
    return (Base(car_day=route.car_day, tasks=route.tasks, first=route.first, only=only),)


def _leads_on(problem: Problem, route: Base, at: int) -> bool:
    """Tell whether a road leads to a place of a route from the one before it."""
    car = problem.car_days[route.car_day]
    table, ends = problem.tables[car.table], (car.start, car.end)
    here = problem.tasks[route.tasks[at - 1]].location if at else ends[0]
    there = problem.tasks[route.tasks[at]].location if at < len(route.tasks) else ends[1]
    return bool(table.seconds[here, there] >= 0 and table.metres[here, there] >= 0)


def _with_call(
    problem: Problem, car_day: int, route: tuple[tuple[int, ...], int], call: int
) -> Iterator[tuple[Base, int]]:
    """Yield a route with a reload more, and its place, wherever it leaves no stop unsupplied."""
    order, first = route
    car = problem.car_days[car_day]
    for at in range(first, len(order) + 1):
        longer = (*order[:at], call, *order[at:])
        if first_unstocked(car, [problem.tasks[k] for k in longer]) is None:
            yield Base(car_day=car_day, tasks=longer, first=first), at
