"""Routes fixed by hand: their batches, their times, and what they break."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bookcar.adjust.context import Context, named
from bookcar.adjust.messages import note
from bookcar.adjust.overrides import FixedRoute, FixedVisit
from bookcar.batches.assign import Assignment, Supply, assign_batches
from bookcar.errors import Fault
from bookcar.model import Batch
from bookcar.optimiser.problem import SolvedRoute
from bookcar.optimiser.violations import Trial, try_route
from bookcar.parts import part_of
from bookcar.planning.fleet import FleetDay
from bookcar.planning.supply import in_depots
from bookcar.planning.visit_options import HandedOn, VisitOption, had_by_visit


@dataclass(frozen=True)
class FixedRoutes:
    """The fixed routes of a week, worked out once.

    ``wanted`` are the batches each visit had; the visits of the keys ``emptied`` come after another
    that is fixed, which collects what the stop holds.
    """

    context: Context
    routes: Sequence[FixedRoute]
    wanted: Mapping[str, tuple[str, ...]]
    emptied: frozenset[str] = frozenset()

    @cached_property
    def visits(self) -> list[tuple[FixedVisit, FleetDay]]:
        """Return every visit with the car-day that makes it."""
        days = self.context.fleet.days
        return [(v, days[route.car_day]) for route in self.routes for v in route.visits]

    @cached_property
    def collected(self) -> frozenset[str]:
        """Return the stops of which a visit of these routes collects all that they hold."""
        return frozenset(
            visit.stop
            for visit, _ in self.visits
            if visit.key not in self.emptied and not self.context.by_stop[visit.stop].stop.in_parts
        )

    @cached_property
    def supplies(self) -> dict[str, Supply]:
        """Return every batch that can be had: in the depots now, or brought back by then."""
        supplies = {s.batch.id: s for s in in_depots(self.context.prepared)}
        days = self.context.fleet.days
        put_off = {
            key: store
            for route in self.routes
            for key, store in route.put_off_at(days[route.car_day].vehicle.depot).items()
        }
        aboard = {batch.id for some in self.context.aboard.values() for batch in some}
        for visit, day in self.visits:
            if visit.key in self.emptied:
                continue
            since = day.date + dt.timedelta(days=1)
            brought_back = (
                Supply(batch=batch, depot=put_off[visit.key], since=since)
                for batch in self._collects(visit)
                if batch.id not in aboard
            )
            for back in self.context.prepared.pools.given_out(brought_back):
                supplies.setdefault(back.batch.id, back)
        return supplies

    @cached_property
    def stores(self) -> dict[str, str]:
        """Return where the batches of each visit come aboard, by its key."""
        return {
            key: store
            for route in self.routes
            for key, store in route.loaded_at(self.context.fleet).items()
        }

    @cached_property
    def kept(self) -> dict[str, tuple[str, ...]]:
        """Return the batches of visits that can still have those of the plan adjusted."""
        return {
            visit.key: self.wanted[visit.key]
            for visit, day in self.visits
            if self.wanted.get(visit.key)
            and all(self._can_have(batch, visit, day) for batch in self.wanted[visit.key])
        }

    @cached_property
    def handed(self) -> dict[str, tuple[HandedOn, ...]]:
        """Return, by the key of a visit, what of its batches earlier visits of its trip collect.

        It is there only as long as they come before it.
        """
        found: dict[str, tuple[HandedOn, ...]] = {}
        for route in self.routes if self.context.district.settings.batches.hand_on else ():
            aboard: dict[str, str] = {}
            for call in route.calls:
                if not isinstance(call, FixedVisit):
                    aboard.clear()
                    continue
                wanted = self.wanted.get(call.key, ())
                own = tuple(HandedOn(name, aboard[name]) for name in wanted if name in aboard)
                if own:
                    found[call.key] = own
                aboard |= {batch.id: call.key for batch in self._collects(call)}
        return found

    def _can_have(self, batch: str, visit: FixedVisit, day: FleetDay) -> bool:
        supply = self.supplies.get(batch)
        if any(batch == one.batch for one in self.handed.get(visit.key, ())):
            return supply is not None and self.context.may_keep(visit.stop, (batch,))
        return (
            supply is not None
            and supply.depot == self.stores[visit.key]
            and (supply.since is None or supply.since <= day.date)
            and self.context.may_keep(visit.stop, (batch,))
        )

    @cached_property
    def assigned(self) -> Assignment:
        """Return the batches of the visits that keep none."""
        asking = [
            (self._bare(visit), day)
            for visit, day in self.visits
            if visit.key not in self.kept
            and not self.context.comes_bare(visit.stop, self.stores[visit.key])
        ]
        demands = [
            option.demand(depots=frozenset({self.stores[option.key]}), day=day.date)
            for option, day in asking
        ]
        taken = {batch for batches in self.kept.values() for batch in batches}
        left = [supply for name, supply in self.supplies.items() if name not in taken]
        had = had_by_visit(self.context.had, (option for option, _ in asking))
        return assign_batches(demands, left, had=had)

    def _bare(self, visit: FixedVisit) -> VisitOption:
        """Return the option of a visit without its batches; it may be made on every car-day."""
        everywhere = tuple(range(len(self.context.fleet.days)))
        return self.context.option(self.context.by_stop[visit.stop], everywhere, visit.number)

    @cached_property
    def options(self) -> list[VisitOption]:
        """Return an option per visit, in order; they may be made on every car-day."""
        return [self._option(visit) for visit, _ in self.visits]

    def _option(self, visit: FixedVisit) -> VisitOption:
        bare = self._bare(visit)
        drops = self.kept.get(visit.key) or self.assigned.drops.get(visit.key, ())
        return replace(
            bare,
            drops=tuple(self.supplies[batch].batch for batch in drops),
            collects=self._collects(visit),
            short=0 if visit.key in self.kept else self.assigned.short.get(visit.key, 0),
            store=self.stores[visit.key],
            handed=self.handed.get(visit.key, ()) if visit.key in self.kept else (),
        )

    def _collects(self, visit: FixedVisit) -> tuple[Batch, ...]:
        stop = self.context.by_stop[visit.stop].stop
        if visit.key in self.emptied:
            return ()
        return part_of(stop, visit.number, self.context.collectable(visit.stop))

    @cached_property
    def orders(self) -> list[tuple[int, ...]]:
        """Return the tasks of each route: its visits among the options, its reloads behind them."""
        numbers = {option.key: k for k, option in enumerate(self.options)}
        fleet, orders = self.context.fleet, []
        for route in self.routes:
            free = [k for k, call in enumerate(fleet.reloads) if call.car_day == route.car_day]
            order = []
            for call in route.calls:
                if isinstance(call, FixedVisit):
                    order.append(numbers[call.key])
                    continue
                number = next(k for k in free if fleet.reloads[k].place == call.place)
                free.remove(number)
                order.append(len(numbers) + number)
            orders.append(tuple(order))
        return orders

    @cached_property
    def trials(self) -> list[Trial]:
        """Return each route as it would be driven."""
        problem = self.context.problem(self.options)
        return [
            try_route(problem, route.car_day, order)
            for route, order in zip(self.routes, self.orders, strict=True)
        ]

    def solved(self) -> list[SolvedRoute]:
        """Return the routes with their times; only once there are no faults."""
        return [
            SolvedRoute(car_day=route.car_day, tasks=order, schedule=trial.times)
            for route, order, trial in zip(self.routes, self.orders, self.trials, strict=True)
            if trial.times is not None
        ]

    def faults(self) -> list[Fault]:
        """Return everything the fixed routes break, in the order of the routes."""
        cannot = [fault for route in self.routes for fault in self.context.no_reload(route)]
        if cannot:
            return cannot  # there is no such route to be tried
        found: list[Fault | None] = []
        options = {option.key: option for option in self.options}
        problem = self.context.problem(self.options)
        for route, order, trial in zip(self.routes, self.orders, self.trials, strict=True):
            tasks = [problem.tasks[n] for n in order]
            day = self.context.fleet.days[route.car_day]
            found += [self.context.refused(visit, day) for visit in route.visits]
            found += [
                self.context.without_batch(visit, day, options[visit.key]) for visit in route.visits
            ]
            found += [self.context.broken(route, day, one, tasks) for one in trial.violations]
            filling = [visit for visit in route.visits if visit.key not in self.emptied]
            found += self.context.too_full(filling, day, trial.violations)
        found += self._too_close()
        return [fault for fault in found if fault is not None]

    def _too_close(self) -> Iterator[Fault]:
        """Yield the visits to a stop that come too soon after another one of it, or before."""
        others: dict[str, list[dt.date]] = {}
        for visit, day in self.visits:
            stop = self.context.by_stop[visit.stop].stop
            near = [
                other
                for other in others.setdefault(stop.id, [])
                if abs((day.date - other).days) < stop.days_between
            ]
            others[stop.id].append(day.date)
            if near:
                yield self.context.fault(
                    day,
                    rule="stop-spacing",
                    visit=visit,
                    place=named(self.context.by_stop[stop.id]),
                    other=near[0].isoformat(),
                    days=stop.days_between,
                )

    def notes(self) -> Iterator[Fault]:
        """Yield what a reader of the plan should know: what is fixed, left out, brought instead."""
        file = self.context.overrides.file
        days = [self.context.fleet.days[route.car_day] for route in self.context.overrides.routes]
        if days:
            listed = tuple((d.vehicle.id, d.date.weekday()) for d in days)
            yield note("by-hand", file, routes=listed)
        placed = self.context.overrides.placed()
        for visit in self.context.overrides.left_out:
            place = named(self.context.by_stop[visit.stop])
            variant = "but-one" if placed[visit.stop] else ""
            yield note("left-out", file, row=visit.row, variant=variant, place=place)
        for (visit, _), option in zip(self.visits, self.options, strict=True):
            if self.wanted.get(visit.key) and visit.key not in self.kept:
                has = tuple(batch.id for batch in option.drops)
                yield note(
                    "other-batch",
                    file,
                    row=visit.row,
                    place=named(option.due),
                    gets=has,
                    had=self.wanted[visit.key],
                )
