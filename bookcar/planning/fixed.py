"""A week around routes fixed by hand: their batches, their times, what they break, and the rest.

Fixed routes come first: each visit keeps the batches of the plan that was adjusted if the depot
still has them that morning, else it gets others. Car-days, stops and batches of fixed routes are
then taken out, and what is left is planned as any week, or left unserved.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

from bookcar.batches.assign import assign_batches
from bookcar.batches.holdings import collectable
from bookcar.due import DueStop
from bookcar.errors import Fault, InputError
from bookcar.model import Batch, District
from bookcar.optimiser.problem import SolvedRoute
from bookcar.plan import Plan, Reload, Route
from bookcar.planning.errands import (
    Call,
    Errand,
    Fleet,
    FleetDay,
    allowed_car_days,
    errands_of,
    had_by_visit,
)
from bookcar.planning.fixed_routes import FixedRoutes
from bookcar.planning.fixed_words import gone, kept_whole, other_plan
from bookcar.planning.given import Given
from bookcar.planning.overrides import FixedReload, FixedRoute, FixedVisit, Overrides
from bookcar.planning.pinned import Pinned, numbered
from bookcar.planning.rounds import Search, in_store, plan_errands, settled
from bookcar.planning.week import Week
from bookcar.progress import SILENT, Progress
from bookcar.roads.travel import Travel


def plan_around(
    district: District,
    travel: Travel,
    due: Sequence[DueStop],
    *,
    fleet: Fleet,
    overrides: Overrides,
    base: Plan | None,
    search: Search | None,
    progress: Progress = SILENT,
) -> tuple[Week, tuple[Fault, ...]]:
    """Build the week around the routes of ``overrides``; also what its readers should know of it.

    Parameters
    ----------
    base
        The plan that was adjusted, for the batches of its visits.
    search
        Plans what is not fixed; None keeps every other route of ``base`` as it is and plans
        nothing anew.

    Raises
    ------
    InputError
        With every limit that a fixed route breaks, and every visit that no batch is left for.
    """
    routes = overrides.routes
    if search is None and base is not None:
        wanted = {stop.id: stop.visits_a_week for stop in district.stops}
        routes = (*routes, *_other_routes(base, fleet, overrides, wanted))
    given = Given(district, travel, due, fleet, overrides)
    seen: Counter[str] = Counter()
    routes = numbered(sorted(routes, key=lambda route: route.car_day), seen)
    starts, pins = numbered(overrides.starts, seen), numbered(overrides.pins, seen)
    drops = _drops(base, (*routes, *starts, *pins), fleet)
    fixed = FixedRoutes(given, routes, drops)
    pinned = Pinned(given=given, starts=starts, pins=pins, drops=drops)
    faults = list(given.not_due((*routes, *starts, *pins))) or [*fixed.faults(), *pinned.refused()]
    if search is None:
        faults += [kept_whole(overrides.file, visit.row) for visit, _ in pinned.visits()]
    if faults:
        raise InputError(faults)
    rest = None if search is None else _rest(fixed, pinned, search, progress)
    told = (*overrides.warnings, *other_plan(overrides, base))
    notes = (*told, *fixed.notes(), *pinned.notes())
    return _merged(fixed, rest), notes


def _other_routes(
    base: Plan, fleet: Fleet, overrides: Overrides, wanted: Mapping[str, int]
) -> Iterator[FixedRoute]:
    """Yield the routes of a plan that no override names, without the visits that one names.

    Of a stop with two visits as many stay as are not named, on routes that keep other stops first:
    a route all of whose stops are named is one that was emptied. Of one left out none stays.
    """
    car_days = {(day.vehicle.id, day.date): k for k, day in enumerate(fleet.days)}
    taken = {route.car_day for route in overrides.routes}
    used, out = overrides.named(), overrides.out()
    for route in sorted(base.routes, key=lambda r: all(v.stop in used for v in r.visits)):
        car_day = car_days.get((route.vehicle, route.date))
        if car_day is None:
            raise InputError([gone(overrides.file, route.id, route.vehicle, route.date)])
        if car_day in taken:
            continue
        stay = [v.stop for v in route.visits if v.stop not in out]
        left = [name for name in stay if used[name] < wanted.get(name, 1)]
        used.update(stop for stop in left if wanted.get(stop, 1) > 1)
        if left:
            yield FixedRoute(car_day=car_day, calls=tuple(_calls_left(route, left)))


def _calls_left(route: Route, stops: Collection[str]) -> Iterator[FixedVisit | FixedReload]:
    """Yield the calls at some stops of a route, and the reloads that one of them comes after."""
    reload: FixedReload | None = None
    for call in route.calls:
        if isinstance(call, Reload):
            reload = FixedReload(place=call.place)
        elif call.stop in stops:
            if reload is not None:
                yield reload
            reload = None
            yield FixedVisit(stop=call.stop)


def _drops(
    base: Plan | None, routes: Iterable[FixedRoute], fleet: Fleet
) -> dict[str, tuple[str, ...]]:
    """Return the batches each fixed visit had in a plan: on its day, else on another."""
    had: dict[str, dict[dt.date, tuple[str, ...]]] = defaultdict(dict)
    for route in base.routes if base else ():
        for visit in route.visits:
            had[visit.stop][route.date] = visit.drops
    visits = [(v, fleet.days[route.car_day].date) for route in routes for v in route.visits]
    wanted = {v.key: had[v.stop].pop(day) for v, day in visits if day in had[v.stop]}
    for v, _ in visits:
        if v.key not in wanted and had[v.stop]:
            wanted[v.key] = had[v.stop].pop(min(had[v.stop]))
    return wanted


def _rest(fixed: FixedRoutes, pinned: Pinned, search: Search, progress: Progress) -> Week | None:
    """Plan what is not on a fixed route, without the car-days, visits and batches of fixed routes.

    What is at a stop with a fixed visit is that visit's to collect.
    """
    given = fixed.given
    days = _free_days(fixed)
    if not days:
        return None
    fleet = given.fleet.only(days)
    used = {batch.id for errand in fixed.errands for batch in errand.drops}
    batches = (b for b in given.district.batches if b.id not in used and b.at not in fixed.stops)
    held = pinned.errands(days, taken=used)
    week = plan_errands(
        msgspec.structs.replace(given.district, batches=tuple(batches)),
        given.travel,
        [*held, *_free_errands(fixed, fleet, Counter(errand.due.stop.id for errand in held))],
        fleet=fleet,
        search=search,
        prepare=pinned.prepare if held else None,
        stores=pinned.stores() if held and fleet.elsewhere() else None,
        progress=progress,
    )
    missed = list(pinned.missed(week, days))
    if missed:
        raise InputError(missed)
    return week


def _free_errands(fixed: FixedRoutes, fleet: Fleet, held: Mapping[str, int]) -> list[Errand]:
    """Return the visits that are neither fixed nor left out, far enough from those that are.

    A stop left out gets none but those that a row names.
    """
    given = fixed.given
    errands = errands_of(
        given.due, fleet=fleet, travel=given.travel, weights=given.district.settings.weights
    )
    out = given.overrides.out()
    fixed_days: dict[str, list[dt.date]] = defaultdict(list)
    for visit, day in fixed.visits:
        fixed_days[visit.stop].append(day.date)
    found = []
    for errand in errands:
        stop = errand.due.stop
        own = fixed_days[stop.id]
        if stop.id not in out and len(own) + held[stop.id] < errand.number:
            days = (k for k in errand.fleet if _apart(errand, fleet.days[k], own))
            found.append(replace(errand, fleet=tuple(days)))
    return found


def _apart(errand: Errand, day: FleetDay, others: Iterable[dt.date]) -> bool:
    gap = errand.due.stop.days_between
    return all(abs((day.date - other).days) >= gap for other in others)


def _free_days(fixed: FixedRoutes) -> list[int]:
    taken = {route.car_day for route in fixed.routes}
    return [k for k in range(len(fixed.given.fleet.days)) if k not in taken]


def _merged(fixed: FixedRoutes, rest: Week | None) -> Week:
    """Return fixed routes, the others, and every stop left over, as one week."""
    given = fixed.given
    days = _free_days(fixed)
    found = [e for route in rest.routes for e in rest.made(route)] if rest else []
    errands = [
        replace(e, fleet=allowed_car_days(e.due, given.fleet, given.travel))
        for e in (*fixed.errands, *found)
    ]
    left = _left_over(given, errands)
    unsupplied = tuple(e for e in left if e.due.stop.books and not e.drops)
    errands += [e for e in left if e not in unsupplied]
    more = len(errands) - len(fixed.errands)
    routes = [_renumbered(r, len(fixed.errands), more) for r in fixed.solved()]
    for route in rest.routes if rest else ():
        calls = rest.calls(route) if rest else ()
        tasks = _numbers(calls, errands, given.fleet, days)
        routes.append(replace(route, car_day=days[route.car_day], tasks=tasks))
    week = Week(
        fleet=given.fleet,
        errands=tuple(errands),
        unsupplied=unsupplied,
        problem=given.problem(errands),
        routes=tuple(sorted(routes, key=lambda route: route.car_day)),
        iterations=rest.iterations if rest else 0,
        left_out=given.overrides.out(),
        no_bound="by-hand",
        interrupted=rest is not None and rest.interrupted,
    )
    return settled(week)


def _renumbered(route: SolvedRoute, reloads_from: int, more: int) -> SolvedRoute:
    """Return a route with its reloads counted behind so many more errands."""
    tasks = (task + more if task >= reloads_from else task for task in route.tasks)
    return replace(route, tasks=tuple(tasks))


def _numbers(
    calls: Iterable[Errand | Call], errands: Sequence[Errand], fleet: Fleet, days: Sequence[int]
) -> tuple[int, ...]:
    """Return the tasks of a route of the rest of the week, whose car-days are ``days``."""
    numbers = {errand.key: k for k, errand in enumerate(errands)}
    return tuple(
        numbers[call.key]
        if isinstance(call, Errand)
        else len(errands) + fleet.calls.index(replace(call, car_day=days[call.car_day]))
        for call in calls
    )


def _left_over(given: Given, served: Sequence[Errand]) -> list[Errand]:
    """Return the errands not made, with a batch where one is left, so that reasons are right."""
    made = {errand.key for errand in served}
    weights = given.district.settings.weights
    wanted = errands_of(given.due, fleet=given.fleet, travel=given.travel, weights=weights)
    left = [errand for errand in wanted if errand.key not in made]
    used = {batch.id for errand in served for batch in errand.drops}
    supplies = [supply for supply in in_store(given.district) if supply.batch.id not in used]
    demands = [e.demand(depots=given.fleet.depots(e.fleet) or None) for e in left]
    drops = assign_batches(demands, supplies, had=had_by_visit(given.had, left)).drops
    by_id = {supply.batch.id: supply.batch for supply in supplies}
    return [
        replace(
            e,
            drops=_named_batches(by_id, drops.get(e.key, ())),
            collects=collectable(given.district, e.due.stop),
        )
        for e in left
    ]


def _named_batches(by_id: Mapping[str, Batch], names: Iterable[str]) -> tuple[Batch, ...]:
    return tuple(by_id[name] for name in names)
