"""Batches and routes, each in the light of the other.

Batches in the store can go to any stop on any day, so a first round gives out those and finds the
routes. What those routes collect is back in the store on the next day: if stops were left short, a
second round gives out these batches too, keeps every stop of the first round on its day, and lets
the newly supplied stops in on the days their batches allow. A visit whose batch did not come back
in time is taken out again, so the result is right whatever the search did. Where a timetable
promises visits, some rounds before that give what comes back to promises of later days.

Where cars reload at other stores than their own, a first round plans as if every store of a car had
what any of them has. If its routes drop what was not where they loaded, batches are given out
again, for each stop from the store before it as far as that goes, and the search keeps to that.

Where the district lets batches go from stop to stop along a route, that comes last
(`bookcar.planning.handing_on`).

A stop with two visits a week has two options, each with batches of its own. Either may turn out to
be the earlier one, so the search counts what the stop holds as collected by both; once the routes
are found, only the earlier visit collects it. What the week brings stays until the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

from bookcar.batches.holdings import collectable
from bookcar.batches.terms import Supply
from bookcar.model import Batch
from bookcar.optimiser.cost import solution_cost
from bookcar.optimiser.problem import Problem, Solution
from bookcar.optimiser.start import Orders
from bookcar.planning.fleet import Fleet
from bookcar.planning.handing_on import HandingOn
from bookcar.planning.keeping import begun_with, promised
from bookcar.planning.last_pass import LastPass
from bookcar.planning.prepared import Prepared
from bookcar.planning.returning import (
    filled_up,
    first_missing,
    returned_by,
    settled,
    without_missing,
)
from bookcar.planning.stock import supplies_of
from bookcar.planning.supply import Supplier, in_depots
from bookcar.planning.visit_options import (
    SEVERAL,
    VisitOption,
    after_givers,
    allowed_car_days,
    options_of,
    without_days_made,
)
from bookcar.planning.week import Week
from bookcar.planning.week_problem import week_problem
from bookcar.progress import SILENT, Progress
from bookcar.roads.travel import Travel


class Search(Protocol):
    """Finds routes, and a bound on their cost where that is of use.

    ``bound`` and ``start`` are as in `bookcar.optimiser.search.solve`.
    """

    def __call__(
        self,
        problem: Problem,
        *,
        bound: bool | Problem = True,
        start: Orders = (),
    ) -> Solution:
        """Return the best routes found."""
        ...


PROMISED_ROUNDS = 4
"""Rounds at most in which what comes back is given to promises of later days."""

Prepare = Callable[[Problem, Sequence[VisitOption]], Problem]
"""What becomes of a problem, with the options its tasks stand for, before it is searched."""


def _searched_on(prepared: Prepared, week: Week, search: Search) -> Week:
    """Return a week searched on from its routes, with a bound for its batches as they are now.

    What is made stays on its day, so that the batches that come back by then are there.
    """
    days = week.dates()
    known = [replace(e, collects=_held(prepared, e)) for e in week.options]
    free = (without_days_made(e, known, days, week.fleet) for e in known)
    options = after_givers([_on_day(e, days, week.fleet) for e in free], week.fleet)
    wide = tuple(_on_all_days(prepared, options, supplies_of(prepared, week)))
    problem = _problem(prepared, options)
    start = [(route.car_day, route.tasks) for route in week.routes]
    solution = search(problem, bound=_problem(prepared, wide), start=start)
    return without_missing(_routed(replace(week, options=options, problem=problem), solution))


def _held(prepared: Prepared, option: VisitOption) -> tuple[Batch, ...]:
    return option.own(collectable(prepared.district, option.due.stop, prepared.horizon.monday))


def _problem(prepared: Prepared, options: Sequence[VisitOption]) -> Problem:
    settings = prepared.district.settings
    return week_problem(options, prepared.fleet, prepared.travel, settings=settings)


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What stays the same over the rounds."""

    prepared: Prepared
    supplier: Supplier
    search: Search
    prepare: Prepare | None = None
    used: frozenset[str] = frozenset()

    @property
    def travel(self) -> Travel:
        """Return the driving between all places."""
        return self.prepared.travel

    @property
    def fleet(self) -> Fleet:
        """Return the car-days."""
        return self.prepared.fleet

    def problem(self, options: Sequence[VisitOption]) -> Problem:
        """Return the problem of some options on all car-days."""
        return _problem(self.prepared, options)

    def bounding(self, options: Sequence[VisitOption]) -> bool | Problem:
        """Return the problem that bounds the cost of some options where their own does not.

        Several parts of a stop have days dealt out for the search, and may have any other.
        """
        if all(e.due.stop.visits_a_week < SEVERAL for e in options):
            return True
        wide = _on_all_days(self.prepared, options, in_depots(self.prepared))
        return self.problem(tuple(wide))


def plan_rounds(
    prepared: Prepared,
    *,
    search: Search,
    progress: Progress = SILENT,
    held: Collection[str] = (),
) -> Week:
    """Decide which due stops are served, by which car on which day, with which batches.

    Parameters
    ----------
    search
        Solves a `Problem`; seed and effort are already in it.
    held
        Ids of the stops that are visited near the times promised.
    """
    options = options_of(prepared, held=held)
    week = _unhanded(prepared, options, search=search, progress=progress)
    if week.interrupted or not prepared.district.settings.batches.hand_on:
        return week
    return _handed_on(prepared, week, options, search)


def _handed_on(
    prepared: Prepared, week: Week, options: Sequence[VisitOption], search: Search
) -> Week:
    """Return a week with what is handed on along its routes, searched on for a bound."""

    def go(problem: Problem, start: Orders) -> Solution:
        return search(problem, bound=False, start=start)

    handing = HandingOn(prepared=prepared, options=options, go=go, value=week_cost)
    best = handing.best(week)
    if best is week or best.interrupted:
        return best
    again = _searched_on(prepared, best, search)
    bounded = replace(best, bound=again.bound, no_bound=again.no_bound, iterations=again.iterations)
    again = with_all_that_fits(prepared, handing.released(again), options=options)
    return again if week_cost(again) < week_cost(best) else bounded


def handed_around(
    prepared: Prepared,
    week: Week,
    options: Sequence[VisitOption],
    *,
    search: Search,
    prepare: Prepare,
    used: frozenset[str],
) -> Week:
    """Return a week with what can be handed on around what somebody fixed, if the district does.

    Parameters
    ----------
    options, prepare, used
        Those the week was planned of.
    """
    if week.interrupted or not prepared.district.settings.batches.hand_on:
        return week

    def go(problem: Problem, start: Orders) -> Solution:
        return search(problem, bound=False, start=start)

    return HandingOn(
        prepared=prepared, options=options, go=go, value=week_cost, prepare=prepare, used=used
    ).best(week)


def _unhanded(
    prepared: Prepared,
    options: Sequence[VisitOption],
    *,
    search: Search,
    progress: Progress,
) -> Week:
    """Return a week in which all that is dropped comes from a depot."""
    found = plan_options(prepared, options, search=search, progress=progress)
    week = with_all_that_fits(prepared, found, options=options)
    if week is found or found.bound is None or week.interrupted:
        return week
    again = _searched_on(prepared, week, search)
    bounded = replace(week, bound=again.bound, no_bound=again.no_bound, iterations=again.iterations)
    if (
        week_cost(again) < week_cost(week)
        and with_all_that_fits(prepared, again, options=options) is again
    ):
        return again
    return bounded


def with_all_that_fits(
    prepared: Prepared,
    week: Week,
    *,
    options: Sequence[VisitOption],
    prepare: Prepare | None = None,
    used: frozenset[str] = frozenset(),
    asked: frozenset[str] | None = None,
) -> Week:
    """Return a week with what still fits into its routes, whoever its batches were given to.

    Parameters
    ----------
    options, prepare, used
        Those the week was planned of.
    asked
        Ids of the stops to try; all if None.
    """

    def problem(some: Sequence[VisitOption]) -> Problem:
        own = _problem(prepared, some)
        return prepare(own, some) if prepare else own

    last = LastPass(prepared=prepared, options=options, problem=problem, used=used, asked=asked)
    return last.filled(week)


def plan_options(
    prepared: Prepared,
    options: Sequence[VisitOption],
    *,
    search: Search,
    prepare: Prepare | None = None,
    stores: Mapping[str, str] | None = None,
    used: frozenset[str] = frozenset(),
    progress: Progress = SILENT,
) -> Week:
    """Do so for options already known, each with the car-days that may make it, by search alone.

    What somebody fixed and ``prepare`` puts into the problem is kept with its batches, so there is
    no second round then; ``stores`` has where these come aboard, by the key of an option. What is
    ``used`` goes to visits that are none of these: who could have had it waits.
    """
    fleet = prepared.fleet
    given = _Given(
        prepared=prepared,
        supplier=Supplier.of(prepared, options, progress=progress),
        search=search,
        prepare=prepare,
        used=used,
    )
    found = _round(given, options, in_depots(prepared), days={}, stores=stores)
    week = settled(found)
    if stores is None and fleet.elsewhere() and first_missing(week) is not None:
        stores = week.loaded_at()
        found = _round(given, options, in_depots(prepared), days={}, stores=stores)
        week = settled(found)
    returned = prepared.pools.given_out(returned_by(week))
    wanting = [*week.unsupplied, *(e for e in week.options if e.short)]
    if week.interrupted or prepare or not returned or not wanting:
        return week
    first = _on_promised_days(given, week)
    second = _second_round(given, first)
    if week_cost(second) < week_cost(first):
        return second
    return first if first is not week or second.interrupted else _gone_on(given, found)


def _on_promised_days(given: _Given, week: Week) -> Week:
    """Return a week with the promises that what comes back before their days serves.

    What one round brings back serves the promises of the next, so there are several.
    """
    for _ in range(PROMISED_ROUNDS):
        days = _promised_days(week)
        if not days or week.interrupted:
            break
        again = _second_round(given, week, days)
        if week_cost(again) >= week_cost(week):
            break
        week = again
    return week


def _promised_days(week: Week) -> dict[str, dt.date]:
    """Return the days of promises whose visits found no batch, by the key of the option."""
    found = {}
    for option in week.unsupplied:
        promises = option.due.promises
        if option.number <= len(promises):
            day = promises[option.number - 1].date
            if any(week.fleet.days[k].date == day for k in option.fleet):
                found[option.key] = day
    return found


def _second_round(
    given: _Given, first: Week, promised: Mapping[str, dt.date] = MappingProxyType({})
) -> Week:
    """Return a week in which what its routes bring back is given out; it may be no better.

    ``promised``: the days that some options have to have, though they were not made.
    """
    returned = given.prepared.pools.given_out(returned_by(first))
    days = first.dates() | dict(promised)
    options = [_on_day(e, days, first.fleet) for e in (*first.options, *first.unsupplied)]
    supplies = (*in_depots(given.prepared), *returned)
    stores = first.loaded_at() if first.fleet.elsewhere() else None
    week = _round(given, options, supplies, days=days, stores=stores, first=first)
    return _free_again(filled_up(without_missing(week)), first, promised)


def _free_again(week: Week, first: Week, promised: Mapping[str, dt.date]) -> Week:
    """Return a week in which options that were not made may come on all their days again."""
    wide = {e.key: e for e in first.unsupplied if e.key in promised}
    return replace(week, unsupplied=tuple(wide.get(e.key, e) for e in week.unsupplied))


def _gone_on(given: _Given, found: Week) -> Week:
    """Return the first round searched on, so that it has a bound too.

    Its batches serve better: what a second round counts on may not come back in time. Where a car
    would then load what is in another depot, its routes stay as they were, beside the same bound.
    """
    start = [(route.car_day, route.tasks) for route in found.routes]
    bound = given.bounding(found.options)
    longer = settled(_routed(found, given.search(found.problem, bound=bound, start=start)))
    if first_missing(longer) is None:
        return longer
    return settled(replace(longer, routes=found.routes))


def better_of(found: Week, other: Week | None) -> Week:
    """Return the week that was searched, or another where that misses less and costs less.

    Where the one that was searched serves fewer stops, the other is taken whatever it costs.
    """
    if other is None or found.interrupted:
        return found
    fewer = _served(found) < _served(other)
    missed, also = week_cost(found), week_cost(other)
    if missed[0] != also[0]:
        return found if missed[0] < also[0] else replace(other, iterations=found.iterations)
    return replace(other, iterations=found.iterations) if fewer or also < missed else found


def _served(week: Week) -> tuple[int, int]:
    """Return how many stops get all visits they want, and how many visits are made."""
    made = week.dates()
    every = (*week.options, *week.unsupplied)
    lacking = {option.due.stop.id for option in every if option.key not in made}
    return len({option.due.stop.id for option in every} - lacking), len(made)


def week_cost(week: Week) -> tuple[int, float]:
    """Return the required stops missed, and the cost with the prizes of all stops left out."""
    made = week.dates()
    left = [task for task, option in enumerate(week.options) if option.key not in made]
    missed = sum(week.problem.tasks[task].required for task in left)
    missed += sum(option.due.stop.required for option in week.unsupplied)
    optional = sum(e.prize for e in week.unsupplied if not e.due.stop.required)
    cost, _ = solution_cost(week.problem, week.routes, left)
    return missed, cost + optional


def _round(
    given: _Given,
    options: Sequence[VisitOption],
    supplies: Sequence[Supply],
    *,
    days: Mapping[str, dt.date],
    stores: Mapping[str, str] | None = None,
    first: Week | None = None,
) -> Week:
    """Give out batches and find routes.

    Parameters
    ----------
    days, stores
        By the key of an option: its day if that is known, and the store it had better be supplied
        from. With stores, an option comes after a call at its own.
    first
        The week of the first round, in the second: its routes are what the search begins with, and
        the bound holds for its stops on all their days again, not only on those that it found.
    """
    supplied = given.supplier.supplied(
        options, supplies, days=days, loaded_at=stores, taken=given.used
    )
    able, lacking = supplied.able, supplied.lacking
    problem = given.problem(able)
    if given.prepare:
        problem = given.prepare(problem, able)
    if first is None:
        again = not given.prepare and _may_go_on(able, lacking)
        begun = begun_with(given.prepared.earlier, able, given.fleet) or promised(able, given.fleet)
        solution = given.search(problem, bound=not again and given.bounding(able), start=begun)
    else:
        wide = given.problem(tuple(_on_all_days(given.prepared, able, supplies)))
        solution = given.search(problem, bound=wide, start=_carried_on(first, able))
    week = Week(
        fleet=given.fleet,
        options=able,
        unsupplied=lacking,
        problem=problem,
        routes=(),
        iterations=0,
    )
    return _routed(week, solution)


def _routed(week: Week, solution: Solution) -> Week:
    """Return a week with the routes of a solution of its problem."""
    return replace(
        week,
        routes=solution.routes,
        iterations=week.iterations + solution.iterations,
        bound=solution.bound,
        no_bound="" if solution.bound is not None else "unknown",
        interrupted=solution.interrupted,
    )


def _may_go_on(able: Iterable[VisitOption], lacking: Sequence[VisitOption]) -> bool:
    """Tell whether a second round is likely, which has a bound of its own."""
    wanting = bool(lacking) or any(option.short for option in able)
    return wanting and any(option.collects for option in able)


def _carried_on(first: Week, options: Sequence[VisitOption]) -> Orders:
    """Return the routes of the first round as tasks of some options, and of the reloads."""
    numbers = {option.key: k for k, option in enumerate(options)}
    orders = []
    for route in first.routes:
        behind = len(options) - len(first.options)
        tasks = (
            numbers.get(first.options[task].key) if task < len(first.options) else task + behind
            for task in route.tasks
        )
        orders.append((route.car_day, tuple(task for task in tasks if task is not None)))
    return orders


def _on_all_days(
    prepared: Prepared, options: Iterable[VisitOption], supplies: Iterable[Supply]
) -> Iterator[VisitOption]:
    """Yield the options on every car-day that comes to the depot of their batches, on any day."""
    depot_of = {supply.batch.id: supply.depot for supply in supplies}
    for option in options:
        # What a visit fixed by hand drops may be withheld, by its pool's reserve for one.
        depots = {depot_of.get(batch.id, batch.at) for batch in option.loads}
        every = allowed_car_days(option.due, prepared.fleet, prepared.travel)
        stores = prepared.fleet.stores
        able = (k for k in every if depots <= stores((k,)) or k in option.fleet)
        yield replace(option, fleet=tuple(able))


def _on_day(option: VisitOption, days: Mapping[str, dt.date], fleet: Fleet) -> VisitOption:
    """Keep a stop that was served on its day, and let the others come as they may."""
    day = days.get(option.key)
    if day is None:
        return option
    return replace(option, fleet=tuple(k for k in option.fleet if fleet.days[k].date == day))
