"""What a brute force needs of a district and its plan: cars, stops, batches and routes as calls."""

from __future__ import annotations

import datetime as dt
import math
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from soak.brute import NOTHING, Call, Car, Legs, Lifted, drives

from bookcar.due import DueStop, due_stops, prize
from bookcar.inputs.movements import before
from bookcar.model import Batch, District, Stop, Vehicle
from bookcar.plan import Plan, Reload, Route, Visit
from bookcar.roads.travel import Travel
from bookcar.weeks import parse_week


class CarDay(NamedTuple):
    """A vehicle on a date."""

    date: dt.date
    vehicle: str


class Try(NamedTuple):
    """A route with one visit more: its car-day, its calls, and what it costs more."""

    car_day: CarDay
    calls: tuple[Call, ...]
    cost: float


@dataclass(frozen=True)
class World:
    """A district as a plan's week sees it; car-days in ``fixed`` keep so many of their calls."""

    given: District
    travel: Travel
    plan: Plan
    fixed: dict[CarDay, int]
    by_hand: bool = False

    @cached_property
    def monday(self) -> dt.date:
        """The first day of the week."""
        return parse_week(self.plan.week)

    @cached_property
    def district(self) -> District:
        """The district as it stood before the week."""
        return before(self.given, self.monday)

    @cached_property
    def due(self) -> dict[str, DueStop]:
        """Every stop as the week sees it."""
        return {d.stop.id: d for d in due_stops(self.district, self.monday)}

    @cached_property
    def vehicles(self) -> dict[str, Vehicle]:
        """The vehicles by id."""
        return {vehicle.id: vehicle for vehicle in self.district.vehicles}

    @cached_property
    def batches(self) -> dict[str, Batch]:
        """The batches by id, as they were before the week."""
        return {batch.id: batch for batch in self.district.batches}

    @cached_property
    def routes(self) -> dict[CarDay, Route]:
        """The plan's routes by car-day."""
        return {CarDay(route.date, route.vehicle): route for route in self.plan.routes}

    @cached_property
    def car_days(self) -> tuple[CarDay, ...]:
        """Every vehicle on each of its working days."""
        settings = self.district.settings
        week = [self.monday + dt.timedelta(days=k) for k in range(7)]
        return tuple(
            CarDay(day, vehicle.id)
            for day in week
            if day.weekday() in settings.weekdays and day not in settings.holidays
            for vehicle in self.district.vehicles
            if day.weekday() in vehicle.weekdays
        )

    def may_come(self, stop: Stop) -> list[CarDay]:
        """Return the car-days that may come by day, by vehicle and by road."""
        return [k for k in self.car_days if self.allowed(stop, k) and self.joined(stop, k)]

    def allowed(self, stop: Stop, car_day: CarDay) -> bool:
        """Tell whether a stop takes this vehicle on this day."""
        day = car_day.date
        fits = not (stop.weekdays or stop.month_days)
        fits = fits or day.weekday() in stop.weekdays or day.day in stop.month_days
        return fits and (not stop.vehicles or car_day.vehicle in stop.vehicles)

    def joined(self, stop: Stop, car_day: CarDay) -> bool:
        """Tell whether a road leads from the car's depot to a stop and back."""
        home = self.vehicles[car_day.vehicle].depot
        legs = self.legs(self.vehicles[car_day.vehicle], [home, stop.id, home])
        return stop.access != "foot" and legs is not None

    def legs(self, vehicle: Vehicle, places: Sequence[str]) -> Legs | None:
        """Return the legs between places as a vehicle drives them; None if a road is missing."""
        table, rows = self.travel.tables[vehicle.profile], self.travel.rows
        seconds, metres = [], []
        for a, b in pairwise(places):
            if a not in rows or b not in rows or table.seconds[rows[a], rows[b]] < 0:
                return None
            metres.append(int(table.metres[rows[a], rows[b]]))
            free = math.ceil(int(table.seconds[rows[a], rows[b]]) / vehicle.speed_factor)
            seconds.append(free + (self.district.settings.buffer_s if metres[-1] > 0 else 0))
        return Legs(tuple(seconds), tuple(metres))

    def made(self, stop: str) -> list[dt.date]:
        """Return the days on which the plan visits a stop."""
        return [r.date for r in self.plan.routes for v in r.visits if v.stop == stop]

    def far_enough(self, stop: Stop, day: dt.date) -> bool:
        """Tell whether a day keeps its distance from the stop's visits made."""
        return all(abs((day - other).days) >= stop.days_between for other in self.made(stop.id))

    @cached_property
    def used(self) -> frozenset[str]:
        """The batches that the plan drops."""
        return frozenset(b for r in self.plan.routes for v in r.visits for b in v.drops)

    def had(self, stop: str) -> set[str]:
        """Return the batches that a stop has, or that left it within the months of no repeat."""
        months = self.district.settings.batches.no_repeat_months
        year, month = divmod(self.monday.year * 12 + self.monday.month - 1 - months, 12)
        day = min(self.monday.day, monthrange(year, month + 1)[1])
        first = dt.date(year, month + 1, day)
        here = {b.id for b in self.district.batches if b.at == stop}
        return here | {
            v.batch
            for v in self.district.visits
            if v.stop == stop and v.status == "done" and v.action and v.batch and v.date > first
        }

    def unseen(self, stop: str) -> list[Batch]:
        """Return the batches in depots that a stop has not had, whoever gets them."""
        had = self.had(stop)
        return [b for b in self.district.batches if b.at in self.depots and b.id not in had]

    @cached_property
    def depots(self) -> frozenset[str]:
        """The ids of the depots."""
        return frozenset(depot.id for depot in self.district.depots)

    def stores(self, vehicle: Vehicle) -> tuple[str, ...]:
        """Return the depots where a vehicle may reload."""
        return (vehicle.reload_at or (vehicle.depot,)) if vehicle.reloads else ()

    def held(self, stop: Stop, day: dt.date) -> tuple[int, int]:
        """Return the load that a visit on a day would collect."""
        rotates = stop.kind in self.district.settings.batches.rotate
        if not rotates or any(made < day for made in self.made(stop.id)):
            return 0, 0
        return _load(b for b in self.district.batches if b.at == stop.id)

    def car(self, vehicle: Vehicle) -> Car:
        """Return a vehicle's limits."""
        return Car(
            books=vehicle.books,
            kg=vehicle.kg,
            metres=vehicle.max_metres,
            seconds=vehicle.max_seconds,
            starts=vehicle.starts,
            ends=vehicle.ends,
            break_s=vehicle.break_s,
            break_after_s=vehicle.break_after_s,
            stops=vehicle.max_stops,
            reloads=vehicle.reloads,
            driving=vehicle.max_driving_s,
        )

    def visit(self, stop: Stop, day: dt.date, drops: Sequence[Batch]) -> Call:
        """Return a visit with these batches."""
        return Call(
            place=stop.id,
            service_s=stop.service_s,
            windows=stop.windows,
            drops=_load(drops),
            collects=self.held(stop, day),
        )

    def reload(self, vehicle: Vehicle, depot: str) -> Call:
        """Return a reload at a depot."""
        windows = next(d.windows for d in self.district.depots if d.id == depot)
        return Call(place=depot, service_s=vehicle.reload_s, windows=windows, reload=True)

    def planned(self, route: Route) -> tuple[Call, ...]:
        """Return the calls of a route of the plan."""
        vehicle = self.vehicles[route.vehicle]
        return tuple(
            self.reload(vehicle, call.depot)
            if isinstance(call, Reload)
            else self._planned_visit(call)
            for call in route.halts
        )

    def _planned_visit(self, visit: Visit) -> Call:
        stop = self.due[visit.stop].stop
        return Call(
            place=stop.id,
            service_s=stop.service_s,
            windows=stop.windows,
            drops=_load(self.batches[b] for b in visit.drops),
            collects=_load(self.batches[b] for b in visit.collects),
        )

    def drives(self, car_day: CarDay, calls: Sequence[Call], lifted: Lifted = NOTHING) -> bool:
        """Tell whether a car-day can drive a route, with some limits lifted."""
        vehicle = self.vehicles[car_day.vehicle]
        places = [vehicle.depot, *(call.place for call in calls), vehicle.depot]
        return drives(self.car(vehicle), calls, self.legs(vehicle, places), lifted)

    def choices(self, stop: Stop, depot: str) -> list[tuple[Batch, ...]]:
        """Return what a visit may bring from a depot and nobody gets, different loads only.

        A stop that has had all there is for it gets an old one, or nothing, as the district says.
        """
        if not stop.books:
            return [()]
        free = [b for b in self.unseen(stop.id) if b.id not in self.used]
        if not self.unseen(stop.id):
            if self.district.settings.batches.when_seen_all == "no-books":
                return [()]
            free = [b for b in self.district.batches if b.at in self.depots - {stop.id}]
            free = [b for b in free if b.id not in self.used]
        return [(b,) for b in {(b.books, b.kg): b for b in free if b.at == depot}.values()]

    def alone(self, stop: Stop, *, free: bool = True) -> Iterator[tuple[CarDay, tuple[Call, ...]]]:
        """Yield every route of a stop alone, behind a reload or not.

        Without ``free``, as if every depot had a batch of next to nothing.
        """
        for car_day in self.may_come(stop):
            if not self.far_enough(stop, car_day.date):
                continue
            vehicle = self.vehicles[car_day.vehicle]
            for depot in (None, *self.stores(vehicle)):
                first = () if depot is None else (self.reload(vehicle, depot),)
                some = self.choices(stop, depot or vehicle.depot) if free else [()]
                for drops in some:
                    yield car_day, (*first, self.visit(stop, car_day.date, drops))

    def insertions(self, stop: Stop, lifted: Lifted = NOTHING, *, also: str = "") -> Iterator[Try]:
        """Yield every route of the plan, or empty one, that has room for one more visit.

        ``also`` is ``spacing`` or ``fixed``, if that is not kept to either.
        """
        for car_day in self.may_come(stop):
            kept = 0 if also == "fixed" else self.fixed.get(car_day, 0)
            if kept >= 0 and (also == "spacing" or self.far_enough(stop, car_day.date)):
                for calls in self._longer(stop, car_day, kept, more="reloads" in lifted):
                    if self.drives(car_day, calls, lifted):
                        yield Try(car_day, calls, self.extra(stop, car_day, calls))

    def _longer(
        self, stop: Stop, car_day: CarDay, kept: int, *, more: bool
    ) -> Iterator[tuple[Call, ...]]:
        """Yield a route with one visit more at every place, with or without a reload more."""
        vehicle = self.vehicles[car_day.vehicle]
        route = self.routes.get(car_day)
        own = self.planned(route) if route else ()
        for at in range(kept, len(own) + 1):
            depot = next((c.place for c in own[:at][::-1] if c.reload), vehicle.depot)
            for drops in self.choices(stop, depot):
                yield (*own[:at], self.visit(stop, car_day.date, drops), *own[at:])
        stores = vehicle.reload_at or (vehicle.depot,) if more else self.stores(vehicle)
        for store in stores:
            for base in self._with_reload(vehicle, own, store, kept):
                yield from self._behind(stop, car_day, base, kept)

    def _with_reload(
        self, vehicle: Vehicle, own: tuple[Call, ...], store: str, kept: int
    ) -> Iterator[tuple[Call, ...]]:
        """Yield a route with a reload more, where what is dropped after it is in that store."""
        for at in range(kept, len(own) + 1):
            here = next((c.place for c in own[:at][::-1] if c.reload), vehicle.depot)
            after = own[at : next((k for k, c in enumerate(own) if k >= at and c.reload), None)]
            if store == here or not any(call.drops != (0, 0) for call in after):
                yield (*own[:at], self.reload(vehicle, store), *own[at:])

    def _behind(
        self, stop: Stop, car_day: CarDay, base: tuple[Call, ...], kept: int
    ) -> Iterator[tuple[Call, ...]]:
        """Yield a route with one visit more, and no reload that no visit follows."""
        home = self.vehicles[car_day.vehicle].depot
        for at in range(kept, len(base) + 1):
            depot = next((c.place for c in base[:at][::-1] if c.reload), home)
            for drops in self.choices(stop, depot):
                longer = (*base[:at], self.visit(stop, car_day.date, drops), *base[at:])
                idle = any(a.reload and b.reload for a, b in pairwise(longer))
                if not idle and not longer[-1].reload:
                    yield longer

    def extra(self, stop: Stop, car_day: CarDay, calls: Sequence[Call]) -> float:
        """Return what a longer route costs more, but for its hours and the balance of drivers."""
        vehicle = self.vehicles[car_day.vehicle]
        route = self.routes.get(car_day)
        places = [vehicle.depot, *(call.place for call in calls), vehicle.depot]
        legs = self.legs(vehicle, places)
        assert legs is not None
        metres = sum(legs.metres) - (route.metres if route else 0)
        fixed = 0.0 if route else vehicle.fixed_cost + self.district.settings.weights.car_day
        return fixed + vehicle.cost_km * metres / 1000 + self._change(stop, car_day)

    def _change(self, stop: Stop, car_day: CarDay) -> float:
        due, weights, cost = self.due[stop.id], self.district.settings.weights, 0.0
        day, driver = car_day.date.weekday(), self.vehicles[car_day.vehicle].driven_by
        if due.last_weekdays and not stop.month_days and day not in due.last_weekdays:
            cost += weights.other_weekday
        if due.last_drivers and driver not in due.last_drivers:
            cost += weights.other_driver
        return cost

    def worth(self, stop: Stop) -> float:
        """Return what the missing visit is worth at most; without end if it is required."""
        first = 1 if not self.made(stop.id) else 2
        value = prize(self.due[stop.id], self.district.settings.weights, visit=first)
        return math.inf if stop.required else value

    @property
    def counts_hours(self) -> bool:
        """Whether costs depend on times, which `extra` does not count."""
        weights = self.district.settings.weights
        return weights.balance_hour > 0 or any(v.cost_hour > 0 for v in self.district.vehicles)


def _load(batches: Sequence[Batch] | Iterator[Batch]) -> tuple[int, int]:
    some = tuple(batches)
    return sum(b.books for b in some), sum(b.kg for b in some)
