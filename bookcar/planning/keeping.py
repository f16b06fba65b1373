"""What a search begins with: an earlier plan of the same week, or what the timetable tells."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bookcar.optimiser.cost import route_cost
from bookcar.optimiser.problem import SolvedRoute
from bookcar.optimiser.start import Orders
from bookcar.optimiser.timing import schedule
from bookcar.plan import Plan, Reload, Route, Visit
from bookcar.plan_changes import TOLD_S, promises_of
from bookcar.planning.fleet import Fleet
from bookcar.planning.visit_options import VisitOption, visit_key
from bookcar.planning.week import Week

_Told = tuple[str, dt.date, str]
"""A stop, the day and the car that people were told."""


def begun_with(earlier: Plan | None, options: Sequence[VisitOption], fleet: Fleet) -> Orders:
    """Return the routes of an earlier plan as tasks of some options and of the fleet's reloads.

    What no longer is an option, a car-day or a store is left out.
    """
    if earlier is None:
        return ()
    car_days = {(day.date, day.vehicle.id): k for k, day in enumerate(fleet.days)}
    numbers = {option.key: task for task, option in enumerate(options)}
    seen: Counter[str] = Counter()
    return [
        (car_day, tasks)
        for route in earlier.routes
        if (car_day := car_days.get((route.date, route.vehicle))) is not None
        and (tasks := tuple(_tasks(route, numbers, _stores(fleet, car_day, len(options)), seen)))
    ]


def promised(options: Sequence[VisitOption], fleet: Fleet) -> Orders:
    """Return the routes that the timetable tells, as far as it names cars and times."""
    car_days = {(day.date, day.vehicle.id): k for k, day in enumerate(fleet.days)}
    routes: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for task, option in enumerate(options):
        entries = option.due.promises
        if option.number > len(entries):
            continue
        entry = entries[option.number - 1]
        car_day = car_days.get((entry.date, entry.vehicle))
        if car_day in option.fleet and entry.arrive is not None:
            routes[car_day].append((entry.arrive, task))
    return [(k, tuple(task for _, task in sorted(routes[k]))) for k in sorted(routes)]


def turned_to(earlier: Plan | None, week: Week, *, worth: float) -> Week:
    """Return the week with routes the other way round where that keeps more of the times told.

    A loop may be driven either way, and which of the two is nothing to the search. To turn a route
    costs no more than ``worth``.
    """
    if earlier is None:
        return week
    told = {(p.stop, p.date, p.vehicle): p.begin for p in promises_of(earlier)}
    return replace(week, routes=tuple(_turned(week, route, told, worth) for route in week.routes))


def _turned(week: Week, route: SolvedRoute, told: Mapping[_Told, int], worth: float) -> SolvedRoute:
    tasks = route.tasks[::-1]
    times = schedule(week.problem, route.car_day, tasks)
    if times is None:
        return route
    turned = replace(route, tasks=tasks, schedule=times)
    dearer = route_cost(week.problem, turned) - route_cost(week.problem, route)
    better = _as_told(week, turned, told) > _as_told(week, route, told)
    return turned if better and dearer <= worth else route


def _as_told(week: Week, route: SolvedRoute, told: Mapping[_Told, int]) -> int:
    """Return how many visits of a route come at the time that people were told."""
    day = week.fleet.days[route.car_day]
    times = zip(week.calls(route), route.schedule.begin, strict=True)
    return sum(
        abs(told[key] - begin) <= TOLD_S
        for call, begin in times
        if isinstance(call, VisitOption)
        and (key := (call.due.stop.id, day.date, day.vehicle.id)) in told
    )


def _stores(fleet: Fleet, car_day: int, behind: int) -> Mapping[str, list[int]]:
    """Return by store the tasks of the reloads that a car-day may make there."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, call in enumerate(fleet.reloads):
        if call.car_day == car_day:
            found[call.place].append(behind + number)
    return found


def _tasks(
    route: Route,
    numbers: Mapping[str, int],
    stores: Mapping[str, list[int]],
    seen: Counter[str],
) -> Iterator[int]:
    for halt in route.halts:
        if isinstance(halt, Visit):
            seen[halt.stop] += 1
            task = numbers.get(visit_key(halt.stop, seen[halt.stop]))
            if task is not None:
                yield task
        elif isinstance(halt, Reload) and stores[halt.depot]:
            yield stores[halt.depot].pop(0)
