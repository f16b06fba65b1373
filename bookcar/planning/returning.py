"""What routes bring back during a week, and which visits that serves in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bookcar.batches.terms import Supply
from bookcar.model import Batch
from bookcar.optimiser.idle import without_idle_reloads
from bookcar.optimiser.insertion import filled
from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.optimiser.timing import schedule
from bookcar.planning.week import Week
from bookcar.planning.week_problem import carried_anew


def settled(week: Week) -> Week:
    """Return the week with what a stop holds collected by the earlier of its two visits only.

    Of parts each collects its own. Less aboard breaks no limit, so the routes and their times
    stand, but those on which less is carried down on foot: they are timed anew, without the visit
    where that leaves them no times.
    """
    dates = week.dates()
    first: dict[str, dt.date] = {}
    served = {
        t: e for t, e in enumerate(week.options) if e.key in dates and e.collects and not e.in_parts
    }
    for option in served.values():
        date = first.setdefault(option.due.stop.id, dates[option.key])
        first[option.due.stop.id] = min(date, dates[option.key])
    late = {t for t, option in served.items() if dates[option.key] > first[option.due.stop.id]}
    options, tasks = list(week.options), list(week.problem.tasks)
    afoot = {t for t in late if options[t].due.stop.id in week.fleet.crews}
    for t in late:
        options[t] = replace(options[t], collects=())
        tasks[t] = replace(tasks[t], collects=())
        if t in afoot:
            tasks[t] = carried_anew(tasks[t], options[t], week.fleet)
    problem = replace(week.problem, tasks=tuple(tasks))
    routes = (
        _timed_anew(problem, route, sorted(afoot.intersection(route.tasks)))
        for route in week.routes
    )
    return replace(
        week,
        options=tuple(options),
        problem=problem,
        routes=tuple(route for route in routes if route.tasks),
    )


def _timed_anew(problem: Problem, route: SolvedRoute, changed: Sequence[int]) -> SolvedRoute:
    """Return a route with the times that some changed tasks leave it, or without them."""
    if not changed:
        return route
    times = schedule(problem, route.car_day, route.tasks)
    if times is not None:
        return replace(route, schedule=times)
    for task in changed:
        route = _without(problem, route, task)
    return route


def returned_by(week: Week) -> tuple[Supply, ...]:
    """Return what the routes bring back, available in the depot from the next day on.

    That is what is collected and not handed on, and what stayed aboard of cars that have left.
    """
    return tuple(
        Supply(batch=batch, depot=depot, since=date + dt.timedelta(days=1))
        for route in week.routes
        for batch, depot, date in _brought_back(week, route)
    )


def _brought_back(week: Week, route: SolvedRoute) -> Iterator[tuple[Batch, str, dt.date]]:
    day = week.fleet.days[route.car_day]
    for part, stays in zip(week.parts(route), week.stays_aboard(route), strict=True):
        depot = part.after.place if part.after else day.vehicle.depot
        handed = {name for option in part.visits for name in option.handed_on}
        collected = (b for option in part.visits for b in option.collects if b.id not in handed)
        yield from ((batch, depot, day.date) for batch in (*collected, *stays))


def without_missing(week: Week) -> Week:
    """Take out every visit whose batch is not in the depot that morning, until none is left."""
    while True:
        missing = first_missing(settled(week))
        if missing is None:
            return settled(week)
        routes = (_without(week.problem, route, missing) for route in week.routes)
        week = replace(week, routes=tuple(route for route in routes if route.tasks))


def first_missing(week: Week) -> int | None:
    """Return the first task whose batch is not in the store where it is to come aboard."""
    returned = {supply.batch.id: supply for supply in returned_by(week)}
    aboard = {load.store: {batch.id for batch in load.batches} for load in week.fleet.aboard()}
    stores = week.loaded_at()
    for route in week.routes:
        date = week.fleet.days[route.car_day].date
        for task in route.tasks:
            for batch in week.options[task].loads if task < len(week.options) else ():
                supply = returned.get(batch.id, Supply(batch=batch, depot=batch.at))
                store = stores[week.options[task].key]
                if batch.id in aboard.get(store, ()):
                    continue
                if not _is_there(supply, store, date):
                    return task
    return None


def filled_up(week: Week) -> Week:
    """Put in what fits after all, on the car-days that have its batches aboard by then."""
    returned, stores = {supply.batch.id: supply for supply in returned_by(week)}, week.fleet.stores
    tasks = list(week.problem.tasks)
    for k, option in enumerate(week.options):
        supplies = [returned.get(b.id, Supply(batch=b, depot=b.at)) for b in option.loads]
        there = (
            car
            for car in option.fleet
            if all(
                any(_is_there(s, depot, week.fleet.days[car].date) for depot in stores((car,)))
                for s in supplies
            )
        )
        tasks[k] = replace(tasks[k], car_days=tuple(there))
    routes = filled(replace(week.problem, tasks=tuple(tasks)), week.routes)
    full = replace(week, routes=routes)
    return settled(full) if first_missing(settled(full)) is None else week


def _is_there(supply: Supply, store: str, date: dt.date) -> bool:
    return supply.depot == store and (supply.since is None or supply.since <= date)


def _without(problem: Problem, route: SolvedRoute, task: int) -> SolvedRoute:
    """Return a route without a task, re-timed; further tasks go if no timing is left.

    What it was to hand on is not there, so who was to get that goes with it.
    """
    gone = {task}
    for t in route.tasks:  # givers come first
        if gone & set(problem.givers.get(t, ())):
            gone.add(t)
    tasks = tuple(t for t in route.tasks if t not in gone)
    if tasks == route.tasks:
        return route
    while not all(problem.tasks[t].reload for t in tasks):
        if schedule(problem, route.car_day, tasks) is not None:
            tasks = without_idle_reloads(problem, route.car_day, tasks)
            if not tasks:
                break
            times = schedule(problem, route.car_day, tasks)
            assert times is not None
            return replace(route, tasks=tasks, schedule=times)
        tasks = tasks[:-1]
    return replace(route, tasks=())
