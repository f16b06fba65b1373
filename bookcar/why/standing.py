"""A planned week as it stands, and as it would stand in a district that differs in something.

The routes of a plan are read back as the board's ``--keep`` does; whatever is tried on them goes
through the planner's own limits. Nothing is searched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bookcar.adjust.around import plan_around
from bookcar.adjust.overrides import FixedVisit, Overrides
from bookcar.due import prize, with_told
from bookcar.model import District
from bookcar.optimiser.insertion import Verdict
from bookcar.optimiser.timing import schedule
from bookcar.plan import Plan
from bookcar.planning.chances import Chances, chances_of
from bookcar.planning.prepared import Prepared, Scope
from bookcar.planning.rounds import with_all_that_fits
from bookcar.planning.visit_options import (
    VisitOption,
    allowed_car_days,
    options_of,
    with_days_of_all,
)
from bookcar.planning.week import Week
from bookcar.planning.week_problem import week_problem
from bookcar.progress import SILENT, Progress
from bookcar.roads.travel import Travel
from bookcar.weeks import Horizon, parse_week


@dataclass(frozen=True)
class Fit:
    """A visit that fits into a week and costs less than it is worth, and where."""

    option: VisitOption
    verdict: Verdict
    date: dt.date
    vehicle: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A plan's week.

    Attributes
    ----------
    given
        The district as its tables have it.
    reshaped
        Stops that a change gives another number of visits than the plan counts with: of these
        nothing is told.
    """

    given: District
    plan: Plan
    prepared: Prepared
    week: Week
    reshaped: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        district: District,
        plan: Plan,
        *,
        travel: Travel | None = None,
        progress: Progress = SILENT,
    ) -> Standing:
        """Return the week of a plan with its routes as they are.

        Parameters
        ----------
        travel
            Between the depots and the stops that are due or visited; by default it is measured.

        Raises
        ------
        InputError
            If the plan breaks a limit of the district, or the roads cannot be read.
        """
        if plan.provenance.fewest_car_days:
            district = district.saving_car_days()
        scope = _scope(district, plan)
        visited = {visit.stop for route in plan.routes for visit in route.visits}
        prepared = (
            scope.on_roads(scope.due_ids | visited, progress=progress)
            if travel is None
            else scope.with_travel(travel)
        )
        out = [row.stop for row in plan.unserved if row.reason == "left-out"]
        overrides = Overrides(
            file="plan.json", routes=(), left_out=tuple(FixedVisit(stop=stop) for stop in out)
        )
        week, _ = plan_around(prepared, overrides=overrides, base=plan, search=None, give=False)
        return cls(given=district, plan=plan, prepared=prepared, week=_held(prepared, plan, week))

    def changed(self, district: District) -> Standing:
        """Return the same routes in a district that allows more; all else counts as it has it."""
        same = district.stops is self.given.stops and district.batches is self.given.batches
        prepared = (
            self.prepared.with_cars(district)
            if same
            else _scope(district, self.plan).with_travel(self.prepared.travel)
        )
        return replace(
            self,
            given=district,
            prepared=prepared,
            week=_carried_over(self.week, prepared),
            reshaped=_reshaped(self.prepared, prepared),
        )

    @cached_property
    def options(self) -> Sequence[VisitOption]:
        """Every visit that some car-day could make."""
        return options_of(self.prepared)

    @cached_property
    def lacking(self) -> tuple[VisitOption, ...]:
        """The first visit that each stop lacks, those taken out by hand aside."""
        made = self.week.dates()
        without = self.week.left_out | self.reshaped
        first: dict[str, VisitOption] = {}
        for option in self.options:
            if option.key not in made and option.due.stop.id not in without:
                first.setdefault(option.due.stop.id, option)
        return tuple(
            with_days_of_all(option, self.options, made, self.week.fleet)
            for option in first.values()
        )

    def chances(self, stops: Collection[str]) -> Chances:
        """Return what the first visits that some stops lack could bring."""
        asked = [option for option in self.lacking if option.due.stop.id in stops]
        return chances_of(self.prepared, self.week, asked)

    def paying(self, stops: Collection[str]) -> dict[str, Fit]:
        """Return, by stop, the visit that would be put in for less than it is worth.

        Each by itself, with all routes as they are; where it does not fit, its stop is absent.
        """
        if not any(option.due.stop.id in stops for option in self.lacking):
            return {}
        offers = self.chances(stops).offers
        every = [task for own in offers.tasks.values() for task in own]
        found: dict[str, Fit] = {}
        for task, verdict in offers.in_week(every, why=False).items():
            visit = offers.visit(task)
            stop = visit.due.stop.id
            best = found.get(stop)
            if verdict.way is None or not verdict.pays:
                continue
            if best is None or verdict.cost < best.verdict.cost:
                day = self.week.fleet.days[verdict.way.car_day]
                found[stop] = Fit(visit, verdict, day.date, day.vehicle.id)
        return found

    def filled(
        self,
        stops: Collection[str],
        *,
        week: Week | None = None,
        car_days: frozenset[int] | None = None,
    ) -> Week:
        """Return the week with what fits of some stops put in, one after the other.

        Parameters
        ----------
        week
            The week to begin with; this one by default.
        car_days
            Those on which they may be put in; all by default.
        """
        week = self.week if week is None else week
        made = week.dates()
        asked = frozenset(stops) - self.reshaped
        wanted = [e for e in self.options if e.key in made or e.due.stop.id in asked]
        if car_days is not None:
            own = [replace(e, fleet=tuple(k for k in e.fleet if k in car_days)) for e in wanted]
            wanted = [e if e.key in made else o for e, o in zip(wanted, own, strict=True)]
            wanted = [e for e in wanted if e.fleet or e.key in made]
        return with_all_that_fits(self.prepared, week, options=wanted)

    def served_by(self, week: Week) -> tuple[str, ...]:
        """Return the stops that another week of the same plan visits oftener, in their order."""
        more = week.dates().keys() - self.week.dates().keys()
        return tuple(d.stop.id for d in self.prepared.due if _keys_of(d.stop.id, more))


def _reshaped(before: Prepared, after: Prepared) -> frozenset[str]:
    """Return the stops that get another number of visits, or more or less books at each."""
    was = {d.stop.id: (d.stop.visits_a_week, d.stop.books, d.stop.in_all) for d in before.due}
    return frozenset(
        d.stop.id
        for d in after.due
        if was.get(d.stop.id) != (d.stop.visits_a_week, d.stop.books, d.stop.in_all)
    )


def _keys_of(stop: str, keys: Collection[str]) -> bool:
    return any(key == stop or key.startswith(f"{stop}\n") for key in keys)


def _scope(district: District, plan: Plan) -> Scope:
    scope = Scope.of(district, Horizon(parse_week(plan.week)))
    if plan.kept_near is None:
        return scope
    return replace(scope, due=with_told(scope.due, plan.kept_near.promises))


def _held(prepared: Prepared, plan: Plan, week: Week) -> Week:
    """Return a week in which the promises that the plan keeps to the minute are kept so."""
    kept = {(p.stop, p.date) for p in plan.promises if p.becomes == "same" and p.arrive is not None}
    made = week.dates()
    options = tuple(
        replace(e, held=True) if (e.due.stop.id, made.get(e.key)) in kept else e
        for e in week.options
    )
    if options == week.options:
        return week
    held = _retimed(prepared, week, options)
    late = {week.fleet.days[k].date for k in held.missed}
    if not late:
        return held.week
    free = tuple(replace(e, held=False) if made.get(e.key) in late else e for e in options)
    return _retimed(prepared, week, free).week


@dataclass(frozen=True)
class _Retimed:
    week: Week
    missed: tuple[int, ...]


def _retimed(prepared: Prepared, week: Week, options: tuple[VisitOption, ...]) -> _Retimed:
    """Return a week of other hours with its routes at the times that these leave them.

    A route that they leave none keeps its times, and is named.
    """
    settings = prepared.district.settings
    problem = week_problem(options, prepared.fleet, prepared.travel, settings=settings)
    times = [schedule(problem, route.car_day, route.tasks) for route in week.routes]
    routes = (
        route if own is None else replace(route, schedule=own)
        for route, own in zip(week.routes, times, strict=True)
    )
    missed = (r.car_day for r, own in zip(week.routes, times, strict=True) if own is None)
    return _Retimed(
        replace(week, options=options, problem=problem, routes=tuple(routes)), tuple(missed)
    )


def _carried_over(week: Week, prepared: Prepared) -> Week:
    """Return a week over the car-days and stops of another district, its routes as they are."""
    fleet, old = prepared.fleet, week.fleet
    numbers = {(day.date, day.vehicle.id): k for k, day in enumerate(fleet.days)}
    cars = [numbers.get((day.date, day.vehicle.id)) for day in old.days]
    calls = {(call.car_day, call.place, call.number): k for k, call in enumerate(fleet.reloads)}
    due = {d.stop.id: d for d in prepared.due}
    weights = prepared.district.settings.weights

    def known(option: VisitOption) -> VisitOption:
        own = due[option.due.stop.id]
        return replace(
            option,
            due=own,
            prize=prize(own, weights, visit=option.number),
            fleet=allowed_car_days(own, fleet, prepared.travel),
        )

    options = tuple(known(option) for option in week.options)

    def number(task: int) -> int:
        if task < len(options):
            return task
        call = old.reloads[task - len(options)]
        car_day = cars[call.car_day]
        assert car_day is not None
        return len(options) + calls[car_day, call.place, call.number]

    routes = []
    for route in week.routes:
        car_day = cars[route.car_day]
        assert car_day is not None
        tasks = tuple(number(task) for task in route.tasks)
        routes.append(replace(route, car_day=car_day, tasks=tasks))
    settings = prepared.district.settings
    return replace(
        week,
        fleet=fleet,
        options=options,
        unsupplied=tuple(known(option) for option in week.unsupplied),
        problem=week_problem(options, fleet, prepared.travel, settings=settings),
        routes=tuple(sorted(routes, key=lambda route: route.car_day)),
    )
