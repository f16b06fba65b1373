"""A planned week as it stands, and as it would stand in a district that differs in something.

The routes of a plan are read back as the board's ``--keep`` does; whatever is tried on them goes
through the planner's own limits. Nothing is searched.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bookcar.adjust.around import plan_around
from bookcar.adjust.overrides import FixedVisit, Overrides
from bookcar.due import prize, with_told
from bookcar.model import District, Stop
from bookcar.optimiser.insertion import Verdict
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.timing import route_metres, schedule
from bookcar.plan import Plan
from bookcar.planning.chances import Chances, chances_of
from bookcar.planning.fleet import FleetDay
from bookcar.planning.prepared import Prepared, Scope
from bookcar.planning.rounds import with_all_that_fits
from bookcar.planning.sharing import looked_at_on_foot, missing_on_foot, seen_with
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

_NOT_ALONE = 3
"""A stop that could not be visited even if no route were in the way."""


@dataclass(frozen=True)
class Fit:
    """A visit that fits into a week and costs less than it is worth, and where."""

    option: VisitOption
    verdict: Verdict
    week: Week
    problem: Problem
    """The week's, with the visit in it."""

    @property
    def day(self) -> FleetDay:
        """Its car-day."""
        assert self.verdict.way is not None
        return self.week.fleet.days[self.verdict.way.car_day]

    @cached_property
    def longer(self) -> tuple[int, int]:
        """The metres and seconds that its route is longer with it than without."""
        route = self.verdict.route
        assert route is not None
        metres = route_metres(self.problem, route.car_day, route.tasks)
        seconds = route.schedule.back - route.schedule.depart
        for own in self.week.routes:
            if own.car_day == route.car_day:
                metres -= route_metres(self.week.problem, own.car_day, own.tasks)
                seconds -= own.schedule.back - own.schedule.depart
        return metres, seconds


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
        prepared = prepared.carried_as_in(plan)
        out = [row.stop for row in plan.unserved if row.reason == "left-out"]
        overrides = Overrides(
            file="plan.json", routes=(), left_out=tuple(FixedVisit(stop=stop) for stop in out)
        )
        week, _ = plan_around(prepared, overrides=overrides, base=plan, search=None, give=False)
        week = _held(prepared, plan, _unbound(prepared, week))
        prepared, week = seen_on_foot(prepared, week)
        return cls(given=district, plan=plan, prepared=prepared, week=week)

    @property
    def stops(self) -> frozenset[str]:
        """The stops that are due or visited."""
        visited = {visit.stop for route in self.plan.routes for visit in route.visits}
        return frozenset(d.stop.id for d in self.prepared.due if d.due) | visited

    def changed(self, district: District, *, travel: Travel | None = None) -> Standing:
        """Return the same routes in a district that allows more; all else counts as it has it.

        Parameters
        ----------
        travel
            With ways that the week is not known by; by default its own.
        """
        same = district.stops is self.given.stops and district.batches is self.given.batches
        prepared = (
            self.prepared.with_cars(district)
            if same and travel is None
            else _scope(district, self.plan).with_travel(travel or self.prepared.travel)
        )
        prepared = _carried_by_the_same(self.week, prepared)
        reshaped = _reshaped(self.prepared, prepared)
        prepared, week = seen_on_foot(prepared, _carried_over(self.week, prepared))
        return replace(self, given=district, prepared=prepared, week=week, reshaped=reshaped)

    def with_week(self, week: Week) -> Standing:
        """Return the same district with other routes, which its carriers come for."""
        prepared, week = seen_on_foot(self.prepared.with_crews(week.fleet.crews), week)
        return replace(self, prepared=prepared, week=week)

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
                found[stop] = Fit(visit, verdict, self.week, offers.problem)
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
        asked = frozenset(stops) - self.reshaped
        later = self._carried_beside(asked)
        full = self._filled(week, asked - set(later), car_days)
        standing = self
        for stop in later:  # what their carriers have left is known only now
            standing = standing.with_week(full)
            full = standing._filled(standing.week, frozenset({stop}), car_days)
        return full

    def _filled(self, week: Week, asked: Collection[str], car_days: frozenset[int] | None) -> Week:
        made = week.dates()
        wanted = [e for e in self.options if e.key in made or e.due.stop.id in asked]
        if car_days is not None:
            own = [replace(e, fleet=tuple(k for k in e.fleet if k in car_days)) for e in wanted]
            wanted = [e if e.key in made else o for e, o in zip(wanted, own, strict=True)]
            wanted = [e for e in wanted if e.fleet or e.key in made]
        return with_all_that_fits(self.prepared, week, options=wanted)

    def _carried_beside(self, asked: Collection[str]) -> list[str]:
        """Return stops whose carriers are those of one before them, too."""
        taken: set[str] = set()
        found = []
        for due in missing_on_foot(self.prepared, self.week):
            crew = self.prepared.fleet.crews.get(due.stop.id)
            names = set() if crew is None else {carrier.id for carrier in crew.carriers}
            if due.stop.id in asked and names & taken:
                found.append(due.stop.id)
            elif due.stop.id in asked:
                taken |= names
        return found

    def served_by(self, week: Week) -> tuple[str, ...]:
        """Return the stops that another week of the same plan visits oftener, in their order."""
        more = week.dates().keys() - self.week.dates().keys()
        return tuple(d.stop.id for d in self.prepared.due if _keys_of(d.stop.id, more))


def seen_on_foot(prepared: Prepared, week: Week) -> tuple[Prepared, Week]:
    """Return a week in which stops on foot that lack a visit get what their carriers have left.

    Each as if no other of them got one. What carriers do already stays at its time.
    """
    if not prepared.travel.meetings or not missing_on_foot(prepared, week):
        return prepared, week
    views = list(looked_at_on_foot(prepared, week))
    crews = dict(views[0][0].fleet.crews)
    if len(views) > 1:
        nearest: dict[str, int] = {}
        for free, seen in views:
            for stop, lacks in _lacking_of(free, seen).items():
                if lacks < nearest.get(stop, _NOT_ALONE + 1):
                    nearest[stop] = lacks
                    crews |= {stop: free.fleet.crews[stop]} if stop in free.fleet.crews else {}
    prepared = prepared.with_crews(crews)
    return prepared, seen_with(prepared, week)


def _lacking_of(prepared: Prepared, week: Week) -> dict[str, int]:
    """Return how much the stops that lack a visit are from getting one: 0 if it pays as it is."""
    made = week.dates()
    asked: dict[str, VisitOption] = {}
    for option in options_of(prepared):
        if option.key not in made:
            asked.setdefault(option.due.stop.id, option)
    offers = chances_of(prepared, week, list(asked.values())).offers
    found = dict.fromkeys((due.stop.id for due in prepared.due), _NOT_ALONE)
    tasks = [task for own in offers.tasks.values() for task in own]
    for task, verdict in offers.in_week(tasks, why=False).items():
        stop = offers.visit(task).due.stop.id
        lacks = 0 if verdict.pays else 1 if verdict.fits else 2
        found[stop] = min(found[stop], lacks)
    return found


def _carried_by_the_same(week: Week, prepared: Prepared) -> Prepared:
    """Return what is prepared with the carriers of a week for the stops that it visits."""
    if not prepared.travel.meetings:
        return prepared
    made = {option.due.stop.id for route in week.routes for option in week.made(route)}
    same = {stop: crew for stop, crew in week.fleet.crews.items() if stop in made}
    return prepared.with_crews({**prepared.fleet.crews, **same})


def _reshaped(before: Prepared, after: Prepared) -> frozenset[str]:
    """Return the stops that get another number of visits, or more or less books at each."""
    was = {stop.id: _shape(stop) for stop in before.district.stops}
    return frozenset(s.id for s in after.district.stops if was.get(s.id) != _shape(s))


def _shape(stop: Stop) -> tuple[object, ...]:
    return stop.visits_a_week, stop.books, stop.in_all


def _keys_of(stop: str, keys: Collection[str]) -> bool:
    return any(key == stop or key.startswith(f"{stop}\n") for key in keys)


def _scope(district: District, plan: Plan) -> Scope:
    scope = Scope.of(district, Horizon(parse_week(plan.week)))
    if plan.kept_near is None:
        return scope
    return replace(scope, due=with_told(scope.due, plan.kept_near.promises))


def _unbound(prepared: Prepared, week: Week) -> Week:
    """Return a week in which visits that bring nothing may come behind a reload at any depot."""
    options = tuple(e if e.loads else replace(e, store=None) for e in week.options)
    settings = prepared.district.settings
    problem = week_problem(options, week.fleet, prepared.travel, settings=settings)
    return replace(week, options=options, problem=problem)


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
