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

from bookcar.adjust.context import Context
from bookcar.adjust.filling import filled_beside
from bookcar.adjust.messages import gone, kept_whole, other_plan
from bookcar.adjust.overrides import FixedReload, FixedRoute, FixedVisit, Overrides
from bookcar.adjust.part_numbers import as_in_plan
from bookcar.adjust.partial_routes import PartialRoutes, numbered
from bookcar.adjust.underway import cars_left
from bookcar.adjust.whole_routes import FixedRoutes
from bookcar.errors import Fault, InputError
from bookcar.optimiser.problem import FixedRoute as Beginning
from bookcar.optimiser.problem import SolvedRoute
from bookcar.plan import Plan, Route
from bookcar.plan_index import trips
from bookcar.planning.fleet import Fleet, FleetDay, ReloadOption
from bookcar.planning.prepared import Prepared
from bookcar.planning.returning import settled
from bookcar.planning.rounds import Search, handed_around, plan_options, with_all_that_fits
from bookcar.planning.stock import dropped, supplies_of
from bookcar.planning.supply import Supplied, Supplier
from bookcar.planning.visit_options import VisitOption, allowed_car_days, options_of
from bookcar.planning.week import Week
from bookcar.progress import SILENT, Progress


def plan_around(
    prepared: Prepared,
    *,
    overrides: Overrides,
    base: Plan | None,
    search: Search | None,
    give: bool = True,
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
    give
        Whether visits that are left over are given batches that are left.

    Raises
    ------
    InputError
        With every limit that a fixed route breaks, and every visit that no batch is left for.
    """
    routes = overrides.routes
    if search is None and base is not None:
        wanted = {stop.id: stop.visits_a_week for stop in prepared.district.stops}
        routes = (*routes, *_other_routes(base, prepared.fleet, overrides, wanted))
    context = Context(prepared, overrides, base)
    seen: Counter[str] = Counter()
    routes = numbered(sorted(routes, key=lambda route: route.car_day), seen)
    starts, pins = numbered(overrides.starts, seen), numbered(overrides.pins, seen)
    routes, starts, pins = as_in_plan(
        (routes, starts, pins), base, prepared.district, prepared.fleet
    )
    drops = _drops(base, (*routes, *starts, *pins), prepared.fleet)
    in_parts = {stop.id for stop in prepared.district.stops if stop.in_parts}
    emptied = _emptied((*routes, *starts, *pins), prepared.fleet, in_parts)
    fixed = FixedRoutes(context, routes, drops, emptied)
    partial = PartialRoutes(
        context=context,
        starts=starts,
        pins=pins,
        drops=drops,
        planned=_planned(base),
        emptied=emptied,
    )
    faults = list(context.not_due((*routes, *starts, *pins))) or [
        *fixed.faults(),
        *partial.refused(),
    ]
    if search is None:
        faults += [kept_whole(overrides.file, visit.row) for visit, _ in partial.visits()]
    if faults:
        raise InputError(faults)
    rest = None if search is None else _rest(fixed, partial, search, progress)
    left = cars_left(overrides, base, prepared.fleet)
    told = (*overrides.warnings, *other_plan(overrides, base), *left)
    notes = (*told, *fixed.notes(), *partial.notes())
    week = _merged(fixed, rest, give=give)
    if rest is not None and fixed.routes:
        week = filled_beside(context, week, {route.car_day for route in fixed.routes})
    return week, notes


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
    for trip in trips(route):
        left = [visit.stop for visit in trip.visits if visit.stop in stops]
        if trip.reload and left:
            yield FixedReload(place=trip.reload.depot)
        yield from (FixedVisit(stop=stop) for stop in left)


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


def _emptied(
    routes: Iterable[FixedRoute], fleet: Fleet, in_parts: Collection[str]
) -> frozenset[str]:
    """Return the keys of the visits before which a fixed one has collected what the stop holds.

    At stops delivered in parts, each collects its own.
    """
    visits = [(fleet.days[route.car_day].date, v) for route in routes for v in route.visits]
    first: dict[str, dt.date] = {}
    for day, visit in visits:
        first[visit.stop] = min(day, first.get(visit.stop, day))
    return frozenset(
        visit.key for day, visit in visits if day > first[visit.stop] and visit.stop not in in_parts
    )


def _planned(base: Plan | None) -> dict[tuple[str, dt.date, str], tuple[str, ...]]:
    """Return what every visit of a plan drops, by its stop, date and vehicle."""
    return {
        (visit.stop, route.date, route.vehicle): visit.drops
        for route in (base.routes if base else ())
        for visit in route.visits
    }


def _rest(
    fixed: FixedRoutes, partial: PartialRoutes, search: Search, progress: Progress
) -> Week | None:
    """Plan what is not on a fixed route, without the car-days, visits and batches of fixed routes.

    What is at a stop with a fixed visit is that visit's to collect.
    """
    context = fixed.context
    days = _free_days(fixed)
    if not days:
        return None
    fleet = context.fleet.only(days)
    used = frozenset(batch.id for option in fixed.options for batch in option.drops)
    batches = (b for b in context.district.batches if b.at not in fixed.collected)
    held = partial.options(days, taken=used)
    district = msgspec.structs.replace(context.district, batches=tuple(batches))
    prepared = replace(context.prepared, district=district, fleet=fleet)
    free = _free_options(fixed, fleet, held)
    taken = used | {batch.id for option in held for batch in option.drops}
    carried_on = partial.carried_on(free, days, taken=taken)
    prepare = partial.prepare if held else None

    def planned(others: Sequence[VisitOption]) -> Week:
        return plan_options(
            prepared,
            [*held, *others],
            search=search,
            prepare=prepare,
            stores=partial.stores() if held and fleet.elsewhere() else None,
            used=used,
            progress=progress,
        )

    week = planned(carried_on)
    undone = {days.index(car_day) for _, car_day in partial.undone(week, days)}
    if undone:  # a required stop may have taken the place of what is fixed
        week = planned([_giving_way(option, undone) for option in carried_on])
    missed = list(partial.missed(week, days))
    if missed:  # before its batches go to what still fits
        raise InputError(missed)
    handed = handed_around(
        prepared, week, [*held, *carried_on], search=search, prepare=partial.prepare, used=used
    )
    if not any(partial.undone(handed, days)):
        week = handed
    made = week.dates()  # what nobody takes aboard for it is not all that a stop may get
    kept = (one if one.key in made else other for one, other in zip(carried_on, free, strict=True))
    return with_all_that_fits(prepared, week, options=[*held, *kept], prepare=prepare, used=used)


def _giving_way(option: VisitOption, car_days: Collection[int]) -> VisitOption:
    """Return a visit that must be made without some car-days: it may still be put in there."""
    if not option.due.stop.required or option.keeps:
        return option
    return replace(option, fleet=tuple(k for k in option.fleet if k not in car_days))


def _free_options(
    fixed: FixedRoutes, fleet: Fleet, held: Sequence[VisitOption]
) -> list[VisitOption]:
    """Return the visits that are neither fixed nor left out, far enough from those that are.

    A stop left out gets none but those that a row names.
    """
    context = fixed.context
    options = options_of(replace(context.prepared, fleet=fleet))
    out = context.overrides.out()
    fixed_days: dict[str, list[dt.date]] = defaultdict(list)
    for visit, day in fixed.visits:
        fixed_days[visit.stop].append(day.date)
    for other in held:
        fixed_days[other.due.stop.id] += (fleet.days[k].date for k in other.fleet)
    fixed_keys = {visit.key for visit, _ in fixed.visits} | {other.key for other in held}
    found = []
    for option in options:
        stop = option.due.stop
        own = fixed_days[stop.id]
        if stop.id not in out and option.key not in fixed_keys:
            days = (k for k in option.fleet if _apart(option, fleet.days[k], own))
            found.append(replace(option, fleet=tuple(days)))
    return found


def _apart(option: VisitOption, day: FleetDay, others: Iterable[dt.date]) -> bool:
    gap = option.due.stop.days_between
    return all(abs((day.date - other).days) >= gap for other in others)


def _free_days(fixed: FixedRoutes) -> list[int]:
    taken = {route.car_day for route in fixed.routes}
    return [k for k in range(len(fixed.context.fleet.days)) if k not in taken]


def _merged(fixed: FixedRoutes, rest: Week | None, *, give: bool) -> Week:
    """Return fixed routes, the others, and every stop left over, as one week."""
    made = _with_left_over(fixed, rest, Supplied(able=(), lacking=()))
    if give:
        return _with_left_over(fixed, rest, _left_over(fixed.context, made))
    return replace(made, unsupplied=tuple(_not_made(fixed.context, made)))


def _with_left_over(fixed: FixedRoutes, rest: Week | None, left: Supplied) -> Week:
    context = fixed.context
    days = _free_days(fixed)
    found = [e for route in rest.routes for e in rest.made(route)] if rest else []
    options = [
        replace(e, fleet=allowed_car_days(e.due, context.fleet, context.travel))
        for e in (*fixed.options, *found)
    ]
    options += left.able
    more = len(options) - len(fixed.options)
    routes = [_renumbered(r, len(fixed.options), more) for r in fixed.solved()]
    for route in rest.routes if rest else ():
        calls = rest.calls(route) if rest else ()
        tasks = _numbers(calls, options, context.fleet, days)
        routes.append(replace(route, car_day=days[route.car_day], tasks=tasks))
    week = Week(
        fleet=context.fleet,
        options=tuple(options),
        unsupplied=left.lacking,
        problem=replace(
            context.problem(options), fixed=tuple(_beginnings(rest, routes, days) if rest else ())
        ),
        routes=tuple(sorted(routes, key=lambda route: route.car_day)),
        iterations=rest.iterations if rest else 0,
        left_out=context.overrides.out(),
        no_bound="by-hand",
        interrupted=rest is not None and rest.interrupted,
    )
    return settled(week)


def _beginnings(
    rest: Week, routes: Iterable[SolvedRoute], days: Sequence[int]
) -> Iterator[Beginning]:
    """Yield the beginnings that the rest of the week was planned with, as tasks of ``routes``."""
    orders = {route.car_day: route.tasks for route in routes}
    for beginning in rest.problem.fixed:
        car_day = days[beginning.car_day]
        kept = orders[car_day][: len(beginning.tasks)]
        yield replace(beginning, car_day=car_day, tasks=kept)


def _renumbered(route: SolvedRoute, reloads_from: int, more: int) -> SolvedRoute:
    """Return a route with its reloads counted behind so many more options."""
    tasks = (task + more if task >= reloads_from else task for task in route.tasks)
    return replace(route, tasks=tuple(tasks))


def _numbers(
    calls: Iterable[VisitOption | ReloadOption],
    options: Sequence[VisitOption],
    fleet: Fleet,
    days: Sequence[int],
) -> tuple[int, ...]:
    """Return the tasks of a route of the rest of the week, whose car-days are ``days``."""
    numbers = {option.key: k for k, option in enumerate(options)}
    return tuple(
        numbers[call.key]
        if isinstance(call, VisitOption)
        else len(options) + fleet.reloads.index(replace(call, car_day=days[call.car_day]))
        for call in calls
    )


def _left_over(context: Context, week: Week) -> Supplied:
    """Return the options that a week does not make, with a batch where one is left.

    What its routes bring back is there for them, or another stop's, as it is for reasons.
    """
    left = _not_made(context, week)
    supplier, supplies = Supplier.of(context.prepared, left), supplies_of(context.prepared, week)
    return supplier.supplied(left, supplies, days={}, loaded_at=None, taken=dropped(week))


def _not_made(context: Context, week: Week) -> list[VisitOption]:
    made = week.dates()
    return [option for option in options_of(context.prepared) if option.key not in made]
