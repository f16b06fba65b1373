"""What fixed routes and fixed visits have in common: the week they are in, and what they break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bookcar.adjust.overrides import FixedReload, FixedRoute, FixedVisit, Overrides
from bookcar.batches.holdings import collectable, had_before, seen_longest_ago
from bookcar.due import DueStop, prize
from bookcar.errors import Fault
from bookcar.model import Batch, District
from bookcar.optimiser.limits import LOADS
from bookcar.optimiser.problem import Problem, Task
from bookcar.optimiser.violations import Violation
from bookcar.phrases import Figure
from bookcar.plan import Plan, Route, Visit
from bookcar.planning.fleet import Fleet, FleetDay, near_enough
from bookcar.planning.prepared import Prepared
from bookcar.planning.visit_options import VisitOption, refusal
from bookcar.planning.week_problem import week_problem
from bookcar.roads.travel import Travel


@dataclass(frozen=True)
class Context:
    """A week to be adjusted by hand, and the faults of what an adjustment breaks.

    ``base`` is the plan that is adjusted, if there is one.
    """

    prepared: Prepared
    overrides: Overrides
    base: Plan | None = None

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
        """Return by stop the batches it must not get.

        Where the district says so, a stop that has had all the batches of a depot may get them
        again.
        """
        had = self._had_before
        if self.district.settings.batches.when_seen_all != "oldest":
            return had
        return {stop: names - self._seen_out(stop, names) for stop, names in had.items()}

    def may_keep(self, stop: str, batches: Iterable[str]) -> bool:
        """Tell whether a stop may get what it got in the plan that is adjusted.

        What came to it again there comes again: then no car could bring it another.
        """
        names, pools = {*batches}, self.prepared.pools
        if not all(pools.may_get(stop, name) for name in names):
            return False
        return not (self.had.get(stop, frozenset()) - self._repeated.get(stop, set())) & names

    def collectable(self, stop: str) -> tuple[Batch, ...]:
        """Return the batches that a visit to a stop collects."""
        monday = self.prepared.horizon.monday
        return collectable(self.district, self.by_stop[stop].stop, monday)

    @cached_property
    def _repeated(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        if self.district.settings.batches.when_seen_all == "oldest":
            for visit in self._planned():
                found[visit.stop].update(visit.repeats)
        return found

    def _planned(self) -> Iterator[Visit]:
        for route in self.base.routes if self.base else ():
            yield from route.visits

    @cached_property
    def _had_before(self) -> Mapping[str, frozenset[str]]:
        return had_before(self.district, self.prepared.horizon.monday)

    def _seen_out(self, stop: str, had: frozenset[str]) -> frozenset[str]:
        """Return the batches of the depots all of whose batches for a stop it has had.

        But those that may not come again.
        """
        shelves = (self._shelf(depot.id, stop) for depot in self.district.depots)
        seen = frozenset().union(*(shelf for shelf in shelves if shelf <= had))
        return seen & {*self._seen_longest_ago.get(stop, ())}

    @cached_property
    def _seen_longest_ago(self) -> Mapping[str, tuple[str, ...]]:
        return seen_longest_ago(self.district, self.prepared.horizon.monday)

    def _shelf(self, depot: str, stop: str) -> frozenset[str]:
        """Return the batches of a depot for a stop, those among them that cars have left with."""
        own = {depot, *(store for store, place in self._came_from.items() if place == depot)}
        pools = self.prepared.pools
        return frozenset(
            b.id
            for b in self.district.batches
            if b.at in own and b.books and b.id not in pools.withheld and pools.may_get(stop, b.id)
        )

    @cached_property
    def _came_from(self) -> Mapping[str, str]:
        return self.fleet.came_from()

    @cached_property
    def aboard(self) -> Mapping[str, tuple[Batch, ...]]:
        """Return what came aboard at each loading that is over, by its store."""
        return {aboard.store: aboard.batches for aboard in self.fleet.aboard()}

    def held(self, store: str) -> frozenset[str]:
        """Return the batches of a store: what is in a depot, or came aboard a car that has left."""
        return self._held.get(store, frozenset())

    @cached_property
    def _held(self) -> dict[str, frozenset[str]]:
        places: dict[str, set[str]] = defaultdict(set)
        for batch in self.district.batches:
            places[batch.at].add(batch.id)
        depots = {depot.id: frozenset(places[depot.id]) for depot in self.district.depots}
        aboard = ((store, frozenset(b.id for b in some)) for store, some in self.aboard.items())
        return depots | dict(aboard)

    def problem(self, options: Sequence[VisitOption]) -> Problem:
        """Return the problem of options on all car-days of the week."""
        return week_problem(options, self.fleet, self.travel, settings=self.district.settings)

    def option(self, due: DueStop, fleet: tuple[int, ...], number: int) -> VisitOption:
        """Return the bare option of a visit."""
        worth = prize(due, self.district.settings.weights, visit=number)
        marks = self.prepared.pools.marks_of(due.stop.id)
        return VisitOption(due=due, number=number, prize=worth, fleet=fleet, marks=marks)

    def not_due(self, routes: Iterable[FixedRoute]) -> Iterator[Fault]:
        """Yield the visits to stops that are not due or no longer in the tables."""
        for visit in (visit for route in routes for visit in route.visits):
            due = self.by_stop.get(visit.stop)
            if due is not None and due.due:
                continue
            figures: dict[str, Figure] = {"stop": visit.stop}
            if due is not None:
                figures |= {"name": due.stop.name, "weeks": -due.overdue}
            yield Fault(
                rule="stop-not-due",
                file=self.overrides.file,
                row=visit.row,
                variant="gone" if due is None else "",
                figures=figures,
            )

    def refused(self, visit: FixedVisit, day: FleetDay) -> Fault | None:
        """Return the fault of a visit that its stop does not take, whatever the route."""
        due = self.by_stop[visit.stop]
        why = refusal(due, day, self.fleet.crews, self.travel.meetings)
        if why is None:
            return None
        dates = due.dates
        variant = "none" if why == "day" and not due.dates else ""
        if why == "foot" and visit.stop in self.fleet.crews:
            variant, dates = "day", tuple(sorted(self.fleet.crews[visit.stop].dates))
        return self.fault(
            day,
            rule=f"stop-{why}",
            visit=visit,
            variant=variant,
            place=self._place(visit),
            days=tuple(date.isoformat() for date in dates),
            carriers=self._carriers(visit),
            vehicles=due.stop.vehicles,
        )

    def no_reload(self, route: FixedRoute) -> Iterator[Fault]:
        """Yield the reloads of a route that its vehicle may not make, there or so often."""
        day = self.fleet.days[route.car_day]
        limit = day.vehicle.reloads
        stores = {call.place for call in self.fleet.reloads if call.car_day == route.car_day}
        reloads = [call for call in route.calls if isinstance(call, FixedReload)]
        for number, call in enumerate(reloads, start=1):
            if call.place in stores and number <= limit:
                continue
            stores_of = {"stores": tuple(sorted(stores))}
            if call.place not in stores and limit:
                yield self._no_store(call, day, **stores_of)
            else:
                yield self.fault(day, rule="route-reloads", visit=call, limit=limit, figure=number)

    def _no_store(self, call: FixedReload, day: FleetDay, **figures: Any) -> Fault:
        """Return the fault of a depot at which a vehicle cannot reload."""
        vehicle = day.vehicle
        if call.place not in vehicle.stores:
            variant = ""
        elif not near_enough(vehicle, call.place, self.travel):
            variant = "far"
        else:
            variant = "closed"
        return self.fault(
            day,
            rule="route-reload",
            visit=call,
            variant=variant,
            place=self._place(call),
            starts=vehicle.starts,
            ends=vehicle.ends,
            minutes=vehicle.reload_s // 60,
            hours=self._hours(call),
            **figures,
        )

    def without_batch(self, visit: FixedVisit, day: FleetDay, option: VisitOption) -> Fault | None:
        """Return the fault of a visit that brings nothing to a stop that wants books."""
        stop = option.due.stop
        if option.drops or not stop.books:
            return None
        depot = option.store or day.vehicle.depot
        if self.comes_bare(stop.id, depot):
            return None
        variant = "aboard" if depot in self.aboard else ""
        depot = day.vehicle.depot if variant else depot
        place = self._place(visit)
        return self.fault(
            day, rule="no-batch", visit=visit, variant=variant, place=place, depot=depot
        )

    def comes_bare(self, stop: str, store: str) -> bool:
        """Tell whether a stop is visited without books, as it has had all there is in a store.

        Or all that a car could bring, as in the plan that is adjusted.
        """
        shelf = self._shelf(self._came_from.get(store, store), stop)
        seen_out = bool(shelf) and shelf <= self._had_before.get(stop, frozenset())
        return (seen_out and self._bare_if_seen) or self.came_bare(stop)

    def came_bare(self, stop: str) -> bool:
        """Tell whether the plan that is adjusted visits a stop without books, as it has had all."""
        visits = (visit for visit in self._planned() if visit.stop == stop)
        return self._bare_if_seen and any(not visit.drops for visit in visits)

    @property
    def _bare_if_seen(self) -> bool:
        return self.district.settings.batches.when_seen_all == "no-books"

    def not_drivable(self, route: FixedRoute, day: FleetDay) -> Fault:
        """Return the fault of a route that cannot be driven though it keeps each limit alone."""
        return self.fault(day, rule="override-missed", visit=route.calls[0], variant="together")

    def too_full(
        self, visits: Iterable[FixedVisit], day: FleetDay, violations: Iterable[Violation]
    ) -> Iterator[Fault]:
        """Yield of some visits those that would not fill a car, were an earlier one fixed too."""
        if {violation.code for violation in violations} & {load.code for load in LOADS}:
            yield from self.not_emptied(visits, day)

    def broken(
        self, route: FixedRoute, day: FleetDay, violation: Violation, tasks: Sequence[Task]
    ) -> Fault | None:
        """Return the fault of a route that breaks a limit; ``tasks`` are those of its calls.

        None where `refused` tells already that nobody carries to a stop that day.
        """
        k = violation.position
        call = None if k is None or k >= len(route.calls) else route.calls[k]
        hours: Iterable[int] = () if call is None else self._hours(call)
        variant = "stop" if violation.code == "opening-hours" and call is not None else ""
        if variant and call is not None and k is not None and self._carriers(call):
            met = tasks[k].windows.get(self.fleet.horizon.index(day.date), ())
            if isinstance(call, FixedVisit) and self.refused(call, day):
                return None
            variant = "on-foot" if met else "no-hours"
            hours = (second for window in met for second in window)
        return self.fault(
            day,
            rule=f"route-{violation.code}",
            visit=call,
            variant=variant,
            place=("home",) if call is None else self._place(call),
            figure=violation.figure,
            limit=violation.limit,
            hours=tuple(hours),
            carriers=() if call is None else self._carriers(call),
        )

    def not_emptied(self, visits: Iterable[FixedVisit], day: FleetDay) -> Iterator[Fault]:
        """Yield those of some visits whose stop an earlier one empties in the plan adjusted.

        To be told where a car is too full, and that earlier visit is not fixed as well.
        """
        for visit in visits:
            earlier = self._emptied_by(visit.stop, day)
            if earlier is not None:
                yield self.fault(
                    day,
                    rule="override-missed",
                    visit=visit,
                    variant="emptied",
                    place=self._place(visit),
                    other=earlier.vehicle,
                    when=earlier.date.isoformat(),
                )

    def _emptied_by(self, stop: str, day: FleetDay) -> Route | None:
        """Return the route of the plan adjusted that empties a stop before a day."""
        earlier = (
            (route for route in self.base.routes if route.date < day.date) if self.base else ()
        )
        return next(
            (r for r in earlier if any(v.stop == stop and v.collects for v in r.visits)), None
        )

    def _carriers(self, call: FixedVisit | FixedReload) -> tuple[str, ...]:
        """Return the names of those who carry to a stop on foot; none of any other."""
        crew = self.fleet.crews.get(call.stop) if isinstance(call, FixedVisit) else None
        return () if crew is None else tuple(carrier.name for carrier in crew.carriers)

    def _place(self, call: FixedVisit | FixedReload) -> tuple[str, str, str]:
        """Return a stop or depot as phrases name a place."""
        if isinstance(call, FixedVisit):
            return named(self.by_stop[call.stop])
        return ("depot", call.place, self.district.depots_by_id[call.place].name)

    def _hours(self, call: FixedVisit | FixedReload) -> tuple[int, ...]:
        if isinstance(call, FixedVisit):
            windows = self.by_stop[call.stop].stop.windows
        else:
            windows = self.district.depots_by_id[call.place].windows
        return tuple(second for window in windows for second in window)

    def fault(
        self,
        day: FleetDay,
        *,
        rule: str,
        visit: FixedVisit | FixedReload | None,
        variant: str = "",
        **figures: Figure,
    ) -> Fault:
        """Return a fault of a car-day, with the row of a visit if it is about one."""
        return Fault(
            rule=rule,
            file=self.overrides.file,
            row=None if visit is None else visit.row,
            variant=variant,
            figures={"vehicle": day.vehicle.id, "date": day.date.isoformat(), **figures},
        )


def named(due: DueStop) -> tuple[str, str, str]:
    """Return a stop as phrases name a place."""
    return ("stop", due.stop.id, due.stop.name)
