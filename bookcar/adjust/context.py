"""What fixed routes and fixed visits have in common: the week they are in, and what they break."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bookcar.adjust.messages import days_hint, in_words, named
from bookcar.adjust.overrides import FixedReload, FixedRoute, FixedVisit, Overrides
from bookcar.batches.holdings import had_before
from bookcar.due import DueStop, prize
from bookcar.errors import Fault
from bookcar.model import Depot, District, Vehicle
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.violations import Violation
from bookcar.planning.fleet import Fleet, FleetDay, near_enough
from bookcar.planning.prepared import Prepared
from bookcar.planning.visit_options import VisitOption, refusal
from bookcar.planning.week_problem import week_problem
from bookcar.roads.travel import Travel
from bookcar.weeks import clock


@dataclass(frozen=True)
class Context:
    """A week to be adjusted by hand, and the sentences about what an adjustment breaks."""

    prepared: Prepared
    overrides: Overrides

    @property
    def district(self) -> District:
        """Return the district as it stood before the horizon."""
        return self.prepared.district

    @property
    def travel(self) -> Travel:
        """Return the driving between all places."""
        return self.prepared.travel

    @property
    def fleet(self) -> Fleet:
        """Return the car-days."""
        return self.prepared.fleet

    @property
    def due(self) -> Sequence[DueStop]:
        """Return every stop of the district as the horizon sees it."""
        return self.prepared.due

    @cached_property
    def by_stop(self) -> dict[str, DueStop]:
        """Return every stop of the district by id."""
        return {d.stop.id: d for d in self.due}

    @cached_property
    def had(self) -> Mapping[str, frozenset[str]]:
        """Return by stop the batches it must not get."""
        return had_before(self.district, self.prepared.horizon.monday)

    def problem(self, options: Sequence[VisitOption]) -> Problem:
        """Return the problem of options on all car-days of the week."""
        return week_problem(options, self.fleet, self.travel, settings=self.district.settings)

    def option(self, due: DueStop, fleet: tuple[int, ...], number: int) -> VisitOption:
        """Return the bare option of a visit."""
        worth = prize(due, self.district.settings.weights, visit=number)
        return VisitOption(due=due, number=number, prize=worth, fleet=fleet)

    def not_due(self, routes: Iterable[FixedRoute]) -> Iterator[Fault]:
        """Yield the visits to stops that are not due or no longer in the tables."""
        for visit in (visit for route in routes for visit in route.visits):
            due = self.by_stop.get(visit.stop)
            if due is not None and due.due:
                continue
            problem = f"Stop {visit.stop} is no longer in the stops table."
            if due is not None:
                weeks = "another week" if due.overdue == -1 else f"another {-due.overdue} weeks"
                problem = f"Stop {due.stop.id} {due.stop.name} is not due for {weeks}."
            yield Fault(
                rule="stop-not-due",
                file=self.overrides.file,
                row=visit.row,
                problem=problem,
                fix="Take it off its route; a stop kept from the plan, by leaving it out.",
            )

    def refused(self, visit: FixedVisit, day: FleetDay) -> Fault | None:
        """Return the fault of a visit that its stop does not take, whatever the route."""
        due = self.by_stop[visit.stop]
        why = refusal(due, day)
        if why is None:
            return None
        texts = {
            "foot": ("is reached only on foot", "Leave it out."),
            "day": (f"takes no visit on {day.date:%a %d %b}", days_hint(due)),
            "vehicle": (
                f"does not take {day.vehicle.id}",
                f"Send one of {', '.join(due.stop.vehicles)}.",
            ),
        }
        problem, fix = texts[why]
        return self.fault(day, f"{named(due)} {problem}.", fix, rule=f"stop-{why}", visit=visit)

    def no_reload(self, route: FixedRoute) -> Iterator[Fault]:
        """Yield the reloads of a route that its vehicle may not make, there or so often."""
        day = self.fleet.days[route.car_day]
        limit = day.vehicle.reloads
        stores = {call.place for call in self.fleet.reloads if call.car_day == route.car_day}
        reloads = [call for call in route.calls if isinstance(call, FixedReload)]
        for number, call in enumerate(reloads, start=1):
            if call.place in stores and number <= limit:
                continue
            if call.place in stores or not limit:
                problem = f"it may reload {limit} times a day, this is time {number}."
                fix = "Take the reload off, or raise reloads in vehicles."
                yield self.fault(day, problem, fix, rule="route-reloads", visit=call)
                continue
            problem, fix = self._no_store(call, day.vehicle)
            if stores:
                fix = f"It can reload at {', '.join(sorted(stores))}. {fix}"
            yield self.fault(day, problem, fix, rule="route-reload", visit=call)

    def _no_store(self, call: FixedReload, vehicle: Vehicle) -> tuple[str, str]:
        """Return why a vehicle cannot reload at a depot, and what may be done about it."""
        depot = self._named(call)
        if call.place not in vehicle.stores:
            return f"it does not reload at {depot}.", "Add the depot to reload_at in vehicles."
        if not near_enough(vehicle, call.place, self.travel):
            problem = f"it cannot drive to {depot} and back in its day."
            return problem, "Take the reload off, or correct where the depot lies."
        problem = (
            f"it works {clock(vehicle.starts)}-{clock(vehicle.ends)} and cannot be at {depot} "
            f"for {vehicle.reload_s // 60} min while that is open ({self._hours(call)})."
        )
        fix = "Change the depot's opens and closes in district.toml, or take the reload off."
        return problem, fix

    def without_batch(self, visit: FixedVisit, day: FleetDay, option: VisitOption) -> Fault | None:
        """Return the fault of a visit that brings nothing to a stop that wants books."""
        stop = option.due.stop
        if option.drops or not stop.books:
            return None
        problem = (
            f"no batch is left for {named(option.due)}: depot "
            f"{option.store or day.vehicle.depot} has none that "
            f"morning that it has not had lately."
        )
        fix = "Visit it later in the week, leave it out, or free a batch."
        return self.fault(day, problem, fix, rule="no-batch", visit=visit)

    def not_drivable(self, route: FixedRoute, day: FleetDay) -> Fault:
        """Return the fault of a route that cannot be driven though it keeps each limit alone."""
        problem = "these stops cannot be driven in this order with the batches they get."
        fix = "Fix fewer of them, or take a reload off."
        return self.fault(day, problem, fix, rule="override-missed", visit=route.calls[0])

    def broken(self, route: FixedRoute, day: FleetDay, violation: Violation) -> Fault:
        """Return the fault of a route that breaks a limit."""
        k = violation.position
        call = None if k is None or k >= len(route.calls) else route.calls[k]
        problem, fix = in_words(violation, "the depot" if call is None else self._named(call))
        if violation.code == "opening-hours" and call is not None:
            fix = f"It is open {self._hours(call)}. {fix}"
        return self.fault(day, problem, fix, rule=f"route-{violation.code}", visit=call)

    def _named(self, call: FixedVisit | FixedReload) -> str:
        if isinstance(call, FixedVisit):
            return named(self.by_stop[call.stop])
        return f"depot {call.place} {self._depots[call.place].name}"

    def _hours(self, call: FixedVisit | FixedReload) -> str:
        if isinstance(call, FixedVisit):
            windows = self.by_stop[call.stop].stop.windows
        else:
            windows = self._depots[call.place].windows
        return ", ".join(f"{clock(opens)}-{clock(closes)}" for opens, closes in windows)

    @cached_property
    def _depots(self) -> dict[str, Depot]:
        return {depot.id: depot for depot in self.district.depots}

    def fault(
        self,
        day: FleetDay,
        problem: str,
        fix: str,
        *,
        rule: str,
        visit: FixedVisit | FixedReload | None,
    ) -> Fault:
        """Return a fault of a car-day, with the row of a visit if it is about one."""
        return Fault(
            rule=rule,
            file=self.overrides.file,
            row=None if visit is None else visit.row,
            problem=f"{day.vehicle.id} on {day.date:%a %d %b}: {problem}",
            fix=fix,
        )
