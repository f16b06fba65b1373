"""Batches and routes, each in the light of the other.

Batches in the store can go to any stop on any day, so a first round gives out those and finds the
routes. What those routes collect is back in the store on the next day: if stops were left short, a
second round gives out these batches too, keeps every stop of the first round on its day, and lets
the newly supplied stops in on the days their batches allow. A visit whose batch did not come back
in time is taken out again, so the result is right whatever the search did.

A stop with two visits a week has two errands, each with batches of its own. Either may turn out to
be the earlier one, so the search counts what the stop holds as collected by both; once the routes
are found, only the earlier visit collects it. What the week brings stays until the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bookcar.batches.assign import Assignment, Supply, assign_batches
from bookcar.batches.holdings import collectable, had_before
from bookcar.due import DueStop
from bookcar.model import Batch, District
from bookcar.optimiser.problem import Problem, Solution, SolvedRoute
from bookcar.optimiser.timing import schedule
from bookcar.plan import NoBound
from bookcar.planning.errands import Errand, Fleet, errands_of, had_by_visit
from bookcar.planning.week_problem import week_problem
from bookcar.progress import SILENT, Progress
from bookcar.roads.travel import Travel

Search = Callable[[Problem], Solution]
Prepare = Callable[[Problem, Sequence[Errand]], Problem]
"""What becomes of a problem, with the errands its tasks stand for, before it is searched."""


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week's routes over its errands; `SolvedRoute.tasks` are indices into ``errands``.

    Attributes
    ----------
    unsupplied
        The errands no batch could be found for; they are on no route.
    left_out
        Ids of the stops that somebody took out by hand.
    bound
        No routes for ``problem`` cost less; None if no such figure is known.
    no_bound
        Why it is not, or would say nothing.
    fewest_car_days
        Whether the search was to save car-days before kilometres.
    interrupted
        Whether Ctrl-C ended the search.
    """

    fleet: Fleet
    errands: tuple[Errand, ...]
    unsupplied: tuple[Errand, ...]
    problem: Problem
    routes: tuple[SolvedRoute, ...]
    iterations: int
    left_out: frozenset[str] = frozenset()
    bound: float | None = None
    no_bound: NoBound = ""
    fewest_car_days: bool = False
    interrupted: bool = False


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What stays the same over the rounds."""

    district: District
    travel: Travel
    fleet: Fleet
    had: Mapping[str, frozenset[str]]
    search: Search
    progress: Progress
    prepare: Prepare | None = None


def plan_rounds(
    district: District,
    travel: Travel,
    due: Sequence[DueStop],
    *,
    fleet: Fleet,
    search: Search,
    progress: Progress = SILENT,
) -> Week:
    """Decide which due stops are served, by which car on which day, with which batches.

    Parameters
    ----------
    search
        Solves a `Problem`; seed and effort are already in it.
    """
    errands = errands_of(due, fleet=fleet, travel=travel, weights=district.settings.weights)
    return plan_errands(district, travel, errands, fleet=fleet, search=search, progress=progress)


def plan_errands(
    district: District,
    travel: Travel,
    errands: Sequence[Errand],
    *,
    fleet: Fleet,
    search: Search,
    prepare: Prepare | None = None,
    progress: Progress = SILENT,
) -> Week:
    """Do as `plan_rounds` for errands already known, each with the car-days that may make it.

    What somebody fixed and ``prepare`` puts into the problem is kept with its batches, so there is
    no second round then.
    """
    had = had_by_visit(had_before(district, fleet.monday), errands)
    given = _Given(
        district=district,
        travel=travel,
        fleet=fleet,
        had=had,
        search=search,
        progress=progress,
        prepare=prepare,
    )
    first = _round(given, errands, in_store(district), days={})
    week = settled(first)
    returned = _returned(week)
    wanting = [*week.unsupplied, *(e for e in week.errands if e.short)]
    if week.interrupted or prepare or not returned or not wanting:
        return week
    return _second_round(given, week, returned)


def _second_round(given: _Given, first: Week, returned: tuple[Supply, ...]) -> Week:
    days = _days(first)
    errands = [_on_day(e, days, first.fleet) for e in (*first.errands, *first.unsupplied)]
    supplies = (*in_store(given.district), *returned)
    week = _without_missing(_round(given, errands, supplies, days=days))
    return replace(week, bound=None, no_bound="second-round")


def settled(week: Week) -> Week:
    """Return the week with what a stop holds collected by the earlier of its two visits only.

    Less aboard breaks no limit, so the routes and their times stand.
    """
    dates = _days(week)
    first: dict[str, dt.date] = {}
    served = [t for route in week.routes for t in route.tasks if week.errands[t].collects]
    for errand in (week.errands[t] for t in served):
        date = first.setdefault(errand.due.stop.id, dates[errand.key])
        first[errand.due.stop.id] = min(date, dates[errand.key])
    late = {t for t in served if dates[(e := week.errands[t]).key] > first[e.due.stop.id]}
    errands = (replace(e, collects=()) if t in late else e for t, e in enumerate(week.errands))
    tasks = (
        replace(task, collect_books=0, collect_kg=0) if t in late else task
        for t, task in enumerate(week.problem.tasks)
    )
    return replace(week, errands=tuple(errands), problem=replace(week.problem, tasks=tuple(tasks)))


def _round(
    given: _Given,
    errands: Sequence[Errand],
    supplies: Sequence[Supply],
    *,
    days: Mapping[str, dt.date],
) -> Week:
    assignment = _assign(given, errands, supplies, days)
    supplied = [_supplied(given, e, assignment, supplies) for e in errands]
    able = tuple(e for e in supplied if e.fleet and (e.drops or not e.due.stop.books))
    lacking = tuple(e for e in supplied if e not in able)
    problem = week_problem(able, given.fleet, given.travel, settings=given.district.settings)
    if given.prepare:
        problem = given.prepare(problem, able)
    solution = given.search(problem)
    return Week(
        fleet=given.fleet,
        errands=able,
        unsupplied=lacking,
        problem=problem,
        routes=solution.routes,
        iterations=solution.iterations,
        bound=solution.bound,
        no_bound="" if solution.bound is not None else "unknown",
        interrupted=solution.interrupted,
    )


def _assign(
    given: _Given,
    errands: Sequence[Errand],
    supplies: Sequence[Supply],
    days: Mapping[str, dt.date],
) -> Assignment:
    demands = [
        errand.demand(depots=given.fleet.depots(errand.fleet), day=days.get(errand.key))
        for errand in errands
        if errand.due.stop.books > 0 and not _keeps(errand)
    ]
    kept = {batch.id for errand in errands if _keeps(errand) for batch in errand.drops}
    free = [supply for supply in supplies if supply.batch.id not in kept]
    return assign_batches(demands, free, had=given.had, progress=given.progress)


def _keeps(errand: Errand) -> bool:
    return errand.must and bool(errand.drops)


def _supplied(
    given: _Given, errand: Errand, assignment: Assignment, supplies: Sequence[Supply]
) -> Errand:
    """Return the errand with its batches, on the car-days that can have them aboard."""
    stop = errand.due.stop
    if _keeps(errand):
        return replace(errand, collects=collectable(given.district, stop))
    by_id = {supply.batch.id: supply for supply in supplies}
    taken = [by_id[batch] for batch in assignment.drops.get(errand.key, ())]
    depot = assignment.depot.get(errand.key)
    ready = max((supply.since for supply in taken if supply.since), default=None)
    days = given.fleet.days
    car_days = tuple(
        k
        for k in errand.fleet
        if (depot is None or days[k].vehicle.depot == depot)
        and (ready is None or days[k].date >= ready)
    )
    return replace(
        errand,
        fleet=car_days,
        drops=tuple(supply.batch for supply in taken),
        collects=collectable(given.district, stop),
        short=assignment.short.get(errand.key, 0),
    )


def in_store(district: District) -> tuple[Supply, ...]:
    """Return the batches that are in a depot now, each at its depot."""
    depots = {depot.id for depot in district.depots}
    return tuple(
        Supply(batch=b, depot=b.at, since=None) for b in district.batches if b.at in depots
    )


def _returned(week: Week) -> tuple[Supply, ...]:
    """Return what the routes bring back, available in the depot from the next day on."""
    return tuple(
        Supply(batch=batch, depot=day.vehicle.depot, since=day.date + dt.timedelta(days=1))
        for route in week.routes
        for day in [week.fleet.days[route.car_day]]
        for task in route.tasks
        for batch in week.errands[task].collects
    )


def _days(week: Week) -> dict[str, dt.date]:
    return {
        week.errands[task].key: week.fleet.days[route.car_day].date
        for route in week.routes
        for task in route.tasks
    }


def _on_day(errand: Errand, days: Mapping[str, dt.date], fleet: Fleet) -> Errand:
    """Keep a stop that was served on its day, and let the others come as they may."""
    day = days.get(errand.key)
    if day is None:
        return errand
    return replace(errand, fleet=tuple(k for k in errand.fleet if fleet.days[k].date == day))


def _without_missing(week: Week) -> Week:
    """Take out every visit whose batch is not in the depot that morning, until none is left."""
    while True:
        missing = _first_missing(settled(week))
        if missing is None:
            return settled(week)
        routes = (_without(week.problem, route, missing) for route in week.routes)
        week = replace(week, routes=tuple(route for route in routes if route.tasks))


def _first_missing(week: Week) -> int | None:
    store = {supply.batch.id: supply.since for supply in _returned(week)}
    depots = {day.vehicle.depot for day in week.fleet.days}
    for route in week.routes:
        date = week.fleet.days[route.car_day].date
        for task in route.tasks:
            for batch in week.errands[task].drops:
                if batch.at not in depots and not _is_back(batch, store, date):
                    return task
    return None


def _is_back(batch: Batch, store: Mapping[str, dt.date | None], date: dt.date) -> bool:
    since = store.get(batch.id)
    return since is not None and since <= date


def _without(problem: Problem, route: SolvedRoute, task: int) -> SolvedRoute:
    """Return a route without a task, re-timed; further tasks go if no timing is left."""
    tasks = tuple(t for t in route.tasks if t != task)
    if tasks == route.tasks:
        return route
    while tasks:
        times = schedule(problem, route.car_day, tasks)
        if times is not None:
            return replace(route, tasks=tasks, schedule=times)
        tasks = tasks[:-1]
    return replace(route, tasks=())
