"""What a brute force needs of a district and its plan: cars, stops, batches and routes as calls."""

from __future__ import annotations

import datetime as dt
import math
from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, pairwise
from typing import NamedTuple

from soak.brute import NOTHING, Call, Car, Legs, Lifted, drives
from soak.walks import Band, Out, Window

from bookcar.as_of import as_of
from bookcar.audit.case import Case
from bookcar.audit.fairs import back_by, may_lend
from bookcar.daylight import daylight
from bookcar.due import DueStop, due_stops, prize
from bookcar.model import Batch, Carrier, CarrierSettings, District, Event, Pool, Stop, Vehicle
from bookcar.parts import shares
from bookcar.plan import Again, Plan, Reload, Route, Visit
from bookcar.plan_index import trips
from bookcar.roads.travel import Travel
from bookcar.weeks import parse_week


class CarDay(NamedTuple):
    """A vehicle on a date."""

    date: dt.date
    vehicle: str


class Held(NamedTuple):
    """A batch in a depot, from a day on; or ``gone`` from it with a car that has left."""

    batch: Batch
    depot: str
    since: dt.date
    gone: bool = False


class Try(NamedTuple):
    """A route with one visit more: its car-day, its calls, and what it costs more."""

    car_day: CarDay
    calls: tuple[Call, ...]
    cost: float


@dataclass(frozen=True)
class World:
    """A district as a plan's week sees it.

    The cars of ``fixed`` have left, and made so many of their calls. Of a stop delivered in parts,
    a visit more is the one of ``turn`` among those that are missing.
    """

    given: District
    travel: Travel
    plan: Plan
    fixed: dict[CarDay, int]
    by_hand: bool = False
    turn: int = 0

    @cached_property
    def monday(self) -> dt.date:
        """The first day of the week."""
        return parse_week(self.plan.week)

    @cached_property
    def district(self) -> District:
        """The district as it stood before the week."""
        return as_of(self.given, self.monday)

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
            if day.weekday() in settings.weekdays and day not in self.holidays
            for vehicle in self.district.vehicles
            if day.weekday() in vehicle.weekdays and not self._away(day, vehicle.id)
        )

    @cached_property
    def holidays(self) -> frozenset[dt.date]:
        """The days on which no car goes out, as soak districts have them."""
        return frozenset(e.first for e in self.district.calendar if not e.vehicles)

    def _away(self, day: dt.date, vehicle: str) -> bool:
        """Tell whether a vehicle is off on a day, as it is while it stays at a fair."""
        off = (e for e in self.district.calendar if vehicle in e.vehicles)
        return any(entry.first <= day <= entry.last for entry in off)

    def may_come(self, stop: Stop) -> list[CarDay]:
        """Return the car-days that may come by day, by vehicle and by road, carriers met."""
        days = {
            k.date for k in self.car_days if not self.afoot(stop) or self.bands_on(stop, k.date)
        }
        return [
            k
            for k in self.car_days
            if k.date in days and self.allowed(stop, k) and self.joined(stop, k)
        ]

    def allowed(self, stop: Stop, car_day: CarDay) -> bool:
        """Tell whether a stop takes this vehicle on this day."""
        day = car_day.date
        if stop.load is not None and day not in stop.load.days:
            return False
        fits = not (stop.weekdays or stop.month_days)
        fits = fits or day.weekday() in stop.weekdays or day.day in stop.month_days
        return fits and (not stop.vehicles or car_day.vehicle in stop.vehicles)

    def joined(self, stop: Stop, car_day: CarDay) -> bool:
        """Tell whether a road leads from the car's depot to where a stop is served and back."""
        return any(self.leads_to(car_day.vehicle, place) for place in self.places(stop))

    def leads_to(self, car: str, place: str) -> bool:
        """Tell whether a road leads from the car's depot to a place and back."""
        vehicle = self.vehicles[car]
        return self.legs(vehicle, [vehicle.depot, place, vehicle.depot]) is not None

    def afoot(self, stop: Stop) -> bool:
        """Tell whether no car reaches a stop, as far as that is known of carriers."""
        return stop.id in self.travel.meetings

    def places(self, stop: Stop) -> list[str]:
        """Return where a car may stand for a stop: there, or where carriers may be met."""
        if self.afoot(stop):
            return [meeting.row for meeting in self.travel.meetings[stop.id]]
        return [] if stop.access == "foot" else [stop.id]

    @cached_property
    def _bands(self) -> dict[str, tuple[Band, ...]]:
        return {}

    def bands(self, stop: Stop) -> tuple[Band, ...]:
        """Return who could carry to a stop on some day beside what they do in the plan.

        From each place as few as can; to one that is visited, those who come there.
        """
        if stop.id not in self._bands:
            made = next((v for v in self._visits if v.stop == stop.id and v.foot), None)
            self._bands[stop.id] = (
                (self.band_of(made),) if made else tuple(self.able(stop, busy=True))
            )
        return self._bands[stop.id]

    @cached_property
    def _visits(self) -> list[Visit]:
        return [visit for route in self.plan.routes for visit in route.visits]

    def band_of(self, visit: Visit) -> Band:
        """Return who carries for a visit of the plan."""
        assert visit.foot
        meeting = self.travel.meetings[visit.stop][visit.foot.choice - 1]
        names = tuple(self.district.carriers_by_id[tour.carrier] for tour in visit.foot.tours)
        return Band(names, meeting, self.walking)

    def able(self, stop: Stop, *, busy: bool = False) -> Iterator[Band]:
        """Yield from each place who could carry to a stop, as few as can."""
        loads = self.about(stop)
        for meeting in self.travel.meetings.get(stop.id, ()):
            own = [c for c in self.serving(stop) if c.id in meeting.homes]
            for size in (1, 2, 3):
                some = [Band(cs, meeting, self.walking) for cs in combinations(own, size)]
                able = [b for b in some if self._windows(stop, b, loads, busy=busy)]
                yield from able
                if able:
                    break

    @cached_property
    def walking(self) -> CarrierSettings:
        """How people walk here."""
        return self.district.settings.carriers

    def serving(self, stop: Stop) -> list[Carrier]:
        """Return the carriers who serve a stop."""
        return [c for c in self.district.carriers if stop.id in c.stops]

    def about(self, stop: Stop) -> tuple[int, int]:
        """Return about how many kg a visit brings and collects, before batches are given out."""
        books = sum(b.books for b in self.district.batches if b.kg)
        kg = sum(b.kg for b in self.district.batches)
        here = [b for b in self.district.batches if b.at == stop.id]
        back = sum(b.kg for b in here if self._is_collected(b, stop))
        return round(stop.books * (kg / books if books else 0.0)), back

    def days_of(self, stop: Stop, carriers: Sequence[Carrier]) -> list[dt.date]:
        """Return the days on which a car is out, the stop may be visited, and carriers work."""
        days = sorted({k.date for k in self.car_days if k.date in self.due[stop.id].dates})
        return [d for d in days if all(d.weekday() in c.weekdays for c in carriers)]

    def light(self, stop: Stop, day: dt.date) -> Window:
        """Return when it is light at a stop."""
        return daylight(stop.lon, stop.lat, day, self.district.time_zone)

    def _windows(
        self, stop: Stop, band: Band, loads: tuple[int, int], *, busy: bool
    ) -> dict[dt.date, tuple[int, tuple[Window, ...]]]:
        """Return by day how long a car stands and when, handing over if any day allows that.

        With ``busy`` beside what they do in the plan.
        """
        for waits in (False, True):
            found = {
                d: band.met(
                    loads,
                    light=self.light(stop, d),
                    hours=stop.windows,
                    waits=waits,
                    out=self.out.get(d, {}) if busy else {},
                )
                for d in self.days_of(stop, band.carriers)
            }
            found = {d: met for d, met in found.items() if met[1]}
            if found:
                return found
        return {}

    @cached_property
    def out(self) -> dict[dt.date, dict[str, list[Out]]]:
        """What carriers do in the plan, by day."""
        found: dict[dt.date, dict[str, list[Out]]] = {}
        for route in self.plan.routes:
            for visit in route.visits:
                for tour in visit.foot.tours if visit.foot else ():
                    own = found.setdefault(route.date, {}).setdefault(tour.carrier, [])
                    own.append(Out(tour.leaves, tour.home, tour.metres))
        return found

    def bands_on(self, stop: Stop, day: dt.date) -> list[Band]:
        """Return who could carry about what a stop will get on a day; what it is, is for later."""
        return [band for band in self.bands(stop) if day in self.possible(stop, band)]

    def possible(self, stop: Stop, band: Band) -> list[dt.date]:
        """Return the days on which somebody could carry about what a stop will get."""
        if self.made(stop.id):
            return self.days_of(stop, band.carriers)
        return sorted(self._windows(stop, band, self.about(stop), busy=True))

    def carried(self, stop: Stop, band: Band, *, busy: bool = False) -> list[dt.date]:
        """Return the days on which a band can carry to a stop, ``busy`` with others or not."""
        return sorted(self._windows(stop, band, self.about(stop), busy=busy))

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
        """Tell whether a day keeps its distance from the stop's visits made.

        And comes after one that hands on what the stop holds: before it, it would take that.
        """
        made = self.made(stop.id)
        apart = all(abs((day - other).days) >= stop.days_between for other in made)
        return apart and not (stop.id in self._giving and not stop.in_parts and day < min(made))

    @cached_property
    def _giving(self) -> frozenset[str]:
        """The stops of which a visit hands on what it collects to a later one of its route."""
        handed = (t.handed_on.values() for route in self.plan.routes for t in trips(route))
        return frozenset(giver.stop for some in handed for giver, _ in some)

    @cached_property
    def used(self) -> frozenset[str]:
        """The batches that the plan drops."""
        return frozenset(b for r in self.plan.routes for v in r.visits for b in v.drops)

    def had(self, stop: str) -> set[str]:
        """Return the batches that a stop has, or that left it within the months of no repeat."""
        here = {b.id for b in self.district.batches if b.at == stop}
        return here | {
            v.batch
            for v in self.district.visits
            if v.stop == stop
            and v.status == "done"
            and v.action
            and v.batch
            and v.date > self._no_repeat_from(v.batch)
        }

    def _no_repeat_from(self, batch: str) -> dt.date:
        months = self.district.settings.batches.no_repeat_months
        pool = self.pool_of(batch)
        if pool is not None and pool.no_repeat_months is not None:
            months = pool.no_repeat_months
        year, month = divmod(self.monday.year * 12 + self.monday.month - 1 - months, 12)
        day = min(self.monday.day, monthrange(year, month + 1)[1])
        return dt.date(year, month + 1, day)

    def pool_of(self, batch: str) -> Pool | None:
        """Return the pool that a batch belongs to."""
        known = {pool.id: pool for pool in self.district.pools}
        return known.get(self.batches[batch].pool) if batch in self.batches else None

    def is_for(self, batch: str, stop: str) -> bool:
        """Tell whether a batch may go to a stop by what its pool is for, turns aside."""
        pool, place = self.pool_of(batch), self.due[stop].stop
        if place.load is not None:
            own = self.district.events_by_id[place.load.event]
            return place.load.brings and self.batches[batch].pool in self._lenders(own)
        if pool is None:
            return not place.pool
        named = place.id in pool.stops or place.kind in pool.kinds
        return named and place.pool in ("", pool.id)

    def _lenders(self, event: Event) -> set[str]:
        """Return the pools that lend to an event; an empty id stands for none."""
        named = set(event.pools) or {p.id for p in self.district.pools if event.id in p.stops}
        rings = {pool.id for pool in self.district.pools if pool.order == "ring"}
        return (named - rings) or {""}

    @cached_property
    def lendable(self) -> frozenset[str]:
        """The batches that may be lent to events: as many as the audit's own count allows."""
        loads = [d.stop.load for d in self.due.values() if d.stop.load and d.stop.load.brings]
        names = {load.event for load in loads}
        events = [event for event in self.district.events if event.id in names]
        case = Case(self.plan, self.district, self.travel)
        found: set[str] = set()
        for name in {pool for event in events for pool in self._lenders(event)}:
            until = max(back_by(case, e) for e in events if name in self._lenders(e))
            there = [
                b
                for b in self.batches.values()
                if b.pool == name and b.books and b.at in self.depots and not self.worn(b.id)
            ]
            kept = self.reserved if name else frozenset()
            left = [b for b in there if b.id not in kept]
            left.sort(key=self._use if name else lambda b: (0, *self._use(b)[1:]))
            found |= {b.id for b in left[: may_lend(case, name, until)]}
        return frozenset(found)

    def its_turn(self, batch: str, stop: str) -> bool:
        """Tell whether the ring of a batch, if it has one, leads to a stop next."""
        pool = self.pool_of(batch)
        if pool is None or pool.order == "free":
            return True
        every = [d.stop for d in self.due.values()]
        ring = [s.id for s in every if s.books and s.access == "road" and self.is_for(batch, s.id)]
        at = self.batches[batch].at
        if at not in self.due:
            rows = [
                v
                for v in self.district.visits
                if (v.batch, v.action, v.status) == (batch, "dropped", "done")
            ]
            at = sorted(rows, key=lambda v: v.date)[-1].stop if rows else ""
        return at not in ring or [*ring, ring[0]][ring.index(at) + 1] == stop

    def worn(self, batch: str) -> bool:
        """Tell whether a batch is to be mended first."""
        pool = self.pool_of(batch)
        if pool is None or pool.mend_after is None:
            return False
        since = self.batches[batch].mended or dt.date.min
        moves = [
            v
            for v in self.district.visits
            if (v.batch, v.action, v.status) == (batch, "dropped", "done") and v.date > since
        ]
        return len(moves) >= pool.mend_after

    def for_all(self, stop: str) -> list[Held]:
        """Return what is in the stores in the week, and for a stop, though it be kept there."""
        return [held for held in self._known if self.is_for(held.batch.id, stop)]

    @cached_property
    def reserved(self) -> frozenset[str]:
        """The batches that stay as a reserve: those new to the fewest stops, the latest first.

        Where there are too few of them, what comes back in the week stays as well.
        """
        found: set[str] = set()
        for pool in self.district.pools:
            own = [b for b in self.batches.values() if b.pool == pool.id and b.books]
            there = [b for b in own if b.at in self.depots and not self.worn(b.id)]
            there.sort(key=self._use)
            found |= {b.id for b in there[: pool.reserve]}
            if len(there) < pool.reserve:
                found |= {b.id for b in own if b.at not in self.depots}
        return frozenset(found)

    def _use(self, batch: Batch) -> tuple[int, int, str]:
        """Return what orders the batches of a pool: to how many that want books each could go."""
        every = (d for d in self.due.values() if d.due and d.stop.books)
        asking = [d.stop.id for d in every if d.stop.load is None]
        takers = [
            stop
            for stop in asking
            if self.due[stop].stop.access == "road"
            and self.is_for(batch.id, stop)
            and self.its_turn(batch.id, stop)
            and batch.id not in self.had(stop)
        ]
        return len(takers), -(batch.since.toordinal() if batch.since else 0), batch.id

    @cached_property
    def supplies(self) -> tuple[Held, ...]:
        """The batches with books in depots before the week, and those that routes bring back."""
        out = {held.batch.id for held in self.aboard()}
        first = (
            Held(b, b.at, dt.date.min)
            for b in self.district.batches
            if b.at in self.depots and b.id not in out
        )
        return tuple(held for held in (*first, *self._returned()) if held.batch.books)

    def aboard(self) -> Iterator[Held]:
        """Yield the batches that are aboard the cars that have left, whoever gets them."""
        for car_day, made in self.fixed.items():
            for depot, batch in _came_aboard(self.routes[car_day], made):
                yield Held(self.batches[batch], depot, dt.date.min, gone=True)

    def _returned(self) -> Iterator[Held]:
        for route in self.plan.routes:
            day, aboard = route.date + dt.timedelta(days=1), list(route.stays_aboard)
            for halt in route.halts:
                if isinstance(halt, Reload):
                    yield from (Held(self.batches[b], halt.depot, day) for b in aboard)
                    aboard = list(halt.stays_aboard)
                else:
                    drops = halt.drops if isinstance(halt, Visit) else ()
                    aboard = [batch for batch in aboard if batch not in drops]
                    aboard += () if isinstance(halt, Again) else halt.collects
            yield from (Held(self.batches[b], route.depot, day) for b in aboard)

    @cached_property
    def _known(self) -> tuple[Held, ...]:
        gone = (h for h in self.aboard() if h.batch.books and h.batch.id in self.used)
        return (*self.supplies, *gone)

    def unseen(self, stop: str) -> list[Held]:
        """Return what there is in the week that a stop has not had, whoever gets it.

        What has left with a car that drops it is as if it were in its depot yet.
        """
        had = self.had(stop)
        return [h for h in self._known if h.batch.id not in had and self._goes_to(h, stop)]

    def _goes_to(self, held: Held, stop: str) -> bool:
        name = held.batch.id
        kept = self.worn(name) or name in self.reserved
        if self.due[stop].stop.load is not None:
            kept = kept or name not in self.lendable or held.since > dt.date.min
        return self.is_for(name, stop) and self.its_turn(name, stop) and not kept

    def seen(self, stop: str) -> list[Held]:
        """Return what a stop has had, and what is not there now."""
        had = self.had(stop)
        oldest = self.district.settings.batches.when_seen_all == "oldest"
        never = {
            pool.id for pool in self.district.pools if oldest and pool.no_repeat_months is not None
        }
        return [
            h
            for h in self._known
            if h.batch.id in had
            and h.batch.at != stop
            and h.batch.pool not in never
            and self._goes_to(h, stop)
        ]

    def free(self, held: Held) -> bool:
        """Tell whether a visit more could get a batch."""
        return not held.gone and held.batch.id not in self.used

    def last_left(self, stop: str, batch: str) -> dt.date:
        """Return the last day on which a batch came to or left a stop."""
        return max(
            v.date
            for v in self.district.visits
            if (v.stop, v.batch, v.status) == (stop, batch, "done") and v.action
        )

    @cached_property
    def _pools(self) -> dict[str, tuple[str, list[Held]]]:
        return {}

    def pool(self, stop: Stop) -> tuple[str, list[Held]]:
        """Return which batches a stop could get: ``new`` ones, or, if it could get none, ``again``.

        What no car can bring it even alone does not count.
        """
        if stop.id not in self._pools:
            new, old = self.unseen(stop.id), self.seen(stop.id)
            if self.could_come(stop, new) or not self.could_come(stop, old):
                self._pools[stop.id] = "new", new
            else:
                self._pools[stop.id] = "again", old
        return self._pools[stop.id]

    def could_come(
        self, stop: Stop, pool: Sequence[Held], *, instead_of: dt.date | None = None
    ) -> bool:
        """Tell whether a car could bring a stop one of some batches, if it made nothing else.

        ``instead_of`` is the day of the visit that this one is made for, if any is.
        """
        others = self.made(stop.id)
        if instead_of is not None:
            others.remove(instead_of)
        routes = (
            (car_day, (*first, visit))
            for car_day in self.may_come(stop)
            for depot, first in self._loadings(car_day)
            for drops in _different(pool, depot, car_day.date)
            for visit in self.visits(stop, car_day.date, drops, others)
        )
        return any(self.drives(*route, empty=True) for route in routes)

    def _loadings(self, car_day: CarDay) -> Iterator[tuple[str, tuple[Call, ...]]]:
        """Yield the depots where a car-day may load yet, each with the reload that is there.

        One that has left loads nowhere until it reloads.
        """
        vehicle = self.vehicles[car_day.vehicle]
        yield "" if car_day in self.fixed else vehicle.depot, ()
        made = (
            self.planned(self.routes[car_day])[: self.fixed[car_day]]
            if car_day in self.fixed
            else ()
        )
        if sum(call.reload for call in made) < vehicle.reloads:
            for store in self.stores(vehicle):
                yield store, (self.reload(vehicle, store),)

    @cached_property
    def depots(self) -> frozenset[str]:
        """The ids of the depots."""
        return frozenset(depot.id for depot in self.district.depots)

    def stores(self, vehicle: Vehicle) -> tuple[str, ...]:
        """Return the depots where a vehicle may reload."""
        return (vehicle.reload_at or (vehicle.depot,)) if vehicle.reloads else ()

    def held(self, stop: Stop, day: dt.date, others: Collection[dt.date]) -> tuple[int, int]:
        """Return the load that a visit on a day would collect, beside others on their days."""
        if stop.in_parts:
            return self._part_held(stop, others)
        if any(other < day for other in others):
            return 0, 0
        here = (b for b in self.district.batches if b.at == stop.id)
        return _load(b for b in here if self._is_collected(b, stop))

    def _is_collected(self, batch: Batch, stop: Stop) -> bool:
        pool = self.pool_of(batch.id)
        if stop.load is not None:
            return not stop.load.brings
        if pool is None or pool.weeks is None:
            return stop.kind in self.district.settings.batches.rotate
        if batch.since is None:
            return True
        begun = batch.since - dt.timedelta(days=batch.since.weekday())
        return begun + dt.timedelta(weeks=pool.weeks) <= self.monday

    def _part_held(self, stop: Stop, others: Collection[dt.date]) -> tuple[int, int]:
        """Return the load of what a part that is not made collects: the share of its ``turn``.

        Where it stands for one that is made and not among ``others``, that of this one.
        """
        visits = ((route.date, visit) for route in self.plan.routes for visit in route.visits)
        parts = {date: visit.collects for date, visit in visits if visit.stop == stop.id}
        for date, own in parts.items():
            if date not in others:
                return _load(self.batches[name] for name in own)
        made = [set(own) for own in parts.values()]
        here = [b for b in self.district.batches if b.at == stop.id]
        there = [b for b in here if self._is_collected(b, stop)]
        left = shares(there, stop.visits_a_week)
        for own in made:
            left.remove(next(share for share in left if {b.id for b in share} == own))
        return _load(left[self.turn])

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
            by_driving=self.district.settings.break_rule == "driving",
        )

    def visit(
        self,
        stop: Stop,
        day: dt.date,
        drops: Sequence[Batch],
        others: Collection[dt.date] | None = None,
    ) -> Call:
        """Return a visit with these batches, beside the ``others`` to its stop: by default all."""
        beside = self.made(stop.id) if others is None else others
        return Call(
            place=stop.id,
            service_s=stop.service_s,
            windows=stop.windows,
            drops=_load(drops),
            collects=self.held(stop, day, beside),
        )

    def visits(
        self,
        stop: Stop,
        day: dt.date,
        drops: Sequence[Batch],
        others: Collection[dt.date] | None = None,
    ) -> Iterator[Call]:
        """Yield a visit as `visit` has it, or, for a stop on foot, one for each way to make it."""
        plain = self.visit(stop, day, drops, others)
        if not self.afoot(stop):
            yield plain
            return
        for band in self.bands_on(stop, day):
            loads = plain.drops[1], plain.collects[1]
            met = self._windows(stop, band, loads, busy=True).get(day)
            if met is not None:
                row = band.meeting.row
                yield replace(plain, at=row, service_s=met[0], windows=met[1])

    def to_carry(self, stop: Stop) -> set[tuple[int, int]]:
        """Return how many kg the visits would bring, and collect, that cars could come for."""
        days = {k.date for k in self.may_come(stop)}
        stores = {
            depot
            for car_day in self.may_come(stop)
            for depot, first in self._loadings(car_day)
            if not first or self.drives(car_day, first, empty=True)
        }
        return {
            (plain.drops[1], plain.collects[1])
            for day in days
            for depot in stores
            for drops in self.choices(stop, depot, day, whosoever=True)
            for plain in [self.visit(stop, day, drops)]
        }

    def carrying(self, stop: Stop) -> Iterator[tuple[tuple[str, ...], tuple[int, int]]]:
        """Yield who of those who come could carry one of the loads there are, and which."""
        for loads in sorted(self.to_carry(stop)):
            for band in self.bands(stop):
                if self._windows(stop, band, loads, busy=True):
                    yield tuple(carrier.id for carrier in band.carriers), loads

    def reload(self, vehicle: Vehicle, depot: str) -> Call:
        """Return a reload at a depot."""
        windows = next(d.windows for d in self.district.depots if d.id == depot)
        return Call(place=depot, service_s=vehicle.reload_s, windows=windows, reload=True)

    def planned(self, route: Route, beside: Stop | None = None) -> tuple[Call, ...]:
        """Return the calls of a route of the plan.

        Carriers who serve the stop ``beside`` keep their times.
        """
        vehicle = self.vehicles[route.vehicle]
        givers: dict[str, str] = {}
        calls = []
        for call in route.halts:
            if isinstance(call, Reload):
                stays = _load(self.batches[b] for b in call.stays_aboard)
                calls.append(replace(self.reload(vehicle, call.depot), stays=stays))
                givers.clear()
            elif isinstance(call, Again):
                calls.append(self._again(call, route, beside))
            else:
                plain = self._planned_visit(call, givers)
                calls.append(self._met(call, route.date, plain, beside))
                givers |= dict.fromkeys(call.collects, call.stop)
        return tuple(calls)

    def _planned_visit(self, visit: Visit, givers: Mapping[str, str]) -> Call:
        """Return a visit; what ``givers`` gave back comes from no depot."""
        stop = self.due[visit.stop].stop
        handed = _load(self.batches[b] for b in visit.drops if b in givers)
        back = _load(self.batches[b] for b in visit.collects)
        return Call(
            place=stop.id,
            service_s=stop.service_s,
            windows=stop.windows,
            drops=_load(self.batches[b] for b in visit.drops if b not in givers),
            collects=(back[0] - handed[0], back[1] - handed[1]),
            gets=frozenset(givers[b] for b in visit.drops if b in givers),
        )

    def _met(self, visit: Visit, day: dt.date, call: Call, beside: Stop | None) -> Call:
        """Return a visit of the plan as carriers make it, where they do."""
        if not visit.foot:
            return call
        stop, band = self.due[visit.stop].stop, self.band_of(visit)
        if visit.comes_again:
            service, windows, _ = self._met_twice(visit, day, beside)
            call = replace(call, collects=(0, 0))
            return replace(call, at=band.meeting.row, service_s=service, windows=windows)
        loads = [sum(self.batches[b].kg for b in some) for some in (visit.drops, visit.collects)]
        own = {tour.carrier: tour.leaves for tour in visit.foot.tours}
        service, windows = band.met(
            (loads[0], loads[1]),
            light=self.light(stop, day),
            hours=stop.windows,
            waits=visit.foot.waits,
            out={
                name: [one for one in tours if one.leaves != own.get(name)]
                for name, tours in self.out[day].items()
            },
        )
        if self._settled(band, beside):
            windows = ((visit.begin, visit.depart),)
        return replace(call, at=band.meeting.row, service_s=service, windows=windows)

    def _settled(self, band: Band, beside: Stop | None) -> bool:
        """Tell whether who carries keeps the time told: those do who serve the stop looked at."""
        shares = beside is not None and any(beside.id in c.stops for c in band.carriers)
        return shares and beside is not None and self.afoot(beside)

    def _met_twice(
        self, visit: Visit, day: dt.date, beside: Stop | None
    ) -> tuple[int, tuple[Window, ...], tuple[Window, ...]]:
        """Return how long a car stands at each call of a visit, and when it may at both."""
        stop, band = self.due[visit.stop].stop, self.band_of(visit)
        loads = [sum(self.batches[b].kg for b in some) for some in (visit.drops, visit.collects)]
        own = {tour.carrier: tour.leaves for tour in visit.foot.tours} if visit.foot else {}
        service, first, again = band.met_twice(
            (loads[0], loads[1]),
            visit.depart,
            light=self.light(stop, day),
            hours=stop.windows,
            out={
                name: [one for one in tours if one.leaves != own.get(name)]
                for name, tours in self.out[day].items()
            },
        )
        if self._settled(band, beside):
            first = ((visit.begin, visit.depart),)
        return service, first, again

    def _again(self, call: Again, route: Route, beside: Stop | None) -> Call:
        """Return a second call where carriers are met."""
        visit = next(v for v in route.visits if v.stop == call.stop)
        service, _, windows = self._met_twice(visit, route.date, beside)
        band = self.band_of(visit)
        if self._settled(band, beside):
            windows = ((call.begin, call.depart),)
        return Call(
            place=call.stop,
            service_s=service,
            windows=windows,
            collects=_load(self.batches[b] for b in call.takes),
            at=band.meeting.row,
        )

    def drives(
        self,
        car_day: CarDay,
        calls: Sequence[Call],
        lifted: Lifted = NOTHING,
        *,
        empty: bool = False,
    ) -> bool:
        """Tell whether a car-day can drive a route, with some limits lifted.

        What a car has aboard that has left counts, but where it is ``empty``.
        """
        vehicle = self.vehicles[car_day.vehicle]
        places = [vehicle.depot, *(call.stands for call in calls), vehicle.depot]
        route = self.routes.get(car_day)
        stays = () if empty or route is None else route.stays_aboard
        car = replace(self.car(vehicle), stays=_load(self.batches[b] for b in stays))
        return drives(car, calls, self.legs(vehicle, places), lifted)

    def choices(
        self, stop: Stop, depot: str, day: dt.date, *, whosoever: bool = False
    ) -> list[tuple[Batch, ...]]:
        """Return what a visit may bring from a depot and nobody gets, different loads only.

        Or, ``whosoever`` gets it.

        A stop that has had all there is for it gets an old one, or nothing, as the district says.
        """
        if not stop.books:
            return [()]
        how, pool = self.pool(stop)
        if how == "again" and self.district.settings.batches.when_seen_all == "no-books":
            return [()]
        free = [h for h in pool if whosoever or self.free(h)]
        return _different(free, depot, day)

    def alone(
        self, stop: Stop, *, whosoever: bool = False, bare: bool = False
    ) -> Iterator[tuple[CarDay, tuple[Call, ...]]]:
        """Yield every route of a stop alone, behind a reload or not.

        With ``bare``, as if every depot had a batch of next to nothing.
        """
        for car_day in self.may_come(stop):
            if not self.far_enough(stop, car_day.date):
                continue
            for depot, first in self._loadings(car_day):
                some = self.choices(stop, depot, car_day.date, whosoever=whosoever)
                for drops in [()] if bare else some:
                    for visit in self.visits(stop, car_day.date, drops):
                        yield car_day, (*first, visit)

    def insertions(
        self,
        stop: Stop,
        lifted: Lifted = NOTHING,
        *,
        also: str = "",
        only: Collection[tuple[dt.date | None, str]] | None = None,
    ) -> Iterator[Try]:
        """Yield every route of the plan, or empty one, that has room for one more visit.

        ``also`` is ``spacing`` or ``fixed``, if that is not kept to either; ``only`` are the days
        and vehicles to try.
        """
        for car_day in self.may_come(stop):
            if only is not None and car_day not in only:
                continue
            kept = 0 if also == "fixed" else self.fixed.get(car_day, 0)
            if also == "spacing" or self.far_enough(stop, car_day.date):
                for calls in self._longer(stop, car_day, kept, more="reloads" in lifted):
                    if self.drives(car_day, calls, lifted):
                        yield Try(car_day, calls, self.extra(stop, car_day, calls))

    def _longer(
        self, stop: Stop, car_day: CarDay, kept: int, *, more: bool
    ) -> Iterator[tuple[Call, ...]]:
        """Yield a route with one visit more at every place, with or without a reload more."""
        vehicle = self.vehicles[car_day.vehicle]
        route = self.routes.get(car_day)
        own = self.planned(route, stop) if route else ()
        for at in range(kept, len(own) + 1):
            depot = self._loaded(car_day, own, at)
            for drops in self.choices(stop, depot, car_day.date):
                for visit in self.visits(stop, car_day.date, drops):
                    yield (*own[:at], visit, *own[at:])
        stores = vehicle.reload_at or (vehicle.depot,) if more else self.stores(vehicle)
        for store in stores:
            for base in self._with_reload(car_day, own, store, kept):
                yield from self._behind(stop, car_day, base, kept)

    def _loaded(self, car_day: CarDay, calls: Sequence[Call], at: int) -> str:
        """Return the depot where what is dropped at a place comes aboard; none if that is over."""
        gone = self.fixed.get(car_day, 0)
        later = (k for k in range(at - 1, -1, -1) if calls[k].reload)
        last = next(later, None)
        if car_day in self.fixed and (last is None or last < gone):
            return ""
        return self.vehicles[car_day.vehicle].depot if last is None else calls[last].place

    def _with_reload(
        self, car_day: CarDay, own: tuple[Call, ...], store: str, kept: int
    ) -> Iterator[tuple[Call, ...]]:
        """Yield a route with a reload more, where what is dropped after it is in that store."""
        vehicle = self.vehicles[car_day.vehicle]
        for at in range(kept, len(own) + 1):
            here = self._loaded(car_day, own, at)
            after = own[at : next((k for k, c in enumerate(own) if k >= at and c.reload), None)]
            if store == here or not any(call.drops != (0, 0) for call in after):
                yield (*own[:at], self.reload(vehicle, store), *own[at:])

    def _behind(
        self, stop: Stop, car_day: CarDay, base: tuple[Call, ...], kept: int
    ) -> Iterator[tuple[Call, ...]]:
        """Yield a route with one visit more, and no reload that no visit follows."""
        for at in range(kept, len(base) + 1):
            depot = self._loaded(car_day, base, at)
            for drops in self.choices(stop, depot, car_day.date):
                for visit in self.visits(stop, car_day.date, drops):
                    longer = (*base[:at], visit, *base[at:])
                    idle = any(a.reload and b.reload for a, b in pairwise(longer))
                    if not idle and not longer[-1].reload:
                        yield longer

    def extra(self, stop: Stop, car_day: CarDay, calls: Sequence[Call]) -> float:
        """Return what a longer route costs more, but for its hours and the balance of drivers."""
        vehicle = self.vehicles[car_day.vehicle]
        route = self.routes.get(car_day)
        places = [vehicle.depot, *(call.stands for call in calls), vehicle.depot]
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

    def worth(self, stop: Stop, visit: int) -> float:
        """Return what a missing visit, the first or the second, is worth; no end if required."""
        value = prize(self.due[stop.id], self.district.settings.weights, visit=visit)
        return math.inf if stop.required else value

    def evened(self, vehicle: str) -> float:
        """Return what a visit may save at most by evening out the hours of drivers, days and cars.

        What a driver works more brings him, and the mean, nearer to the others: each hour counts
        less than twice. So it is with a day and its share, of which a part is free, and with a car.
        """
        hours, weights = self.vehicles[vehicle].max_seconds / 3600, self.district.settings.weights
        return hours * (2 * weights.balance_hour + 2 * (2.25 + 2.05) * weights.level_days)

    @property
    def counts_hours(self) -> bool:
        """Whether costs depend on times, which `extra` does not count."""
        weights = self.district.settings.weights
        tied = weights.balance_hour > 0 or weights.level_days > 0
        return tied or any(v.cost_hour > 0 for v in self.district.vehicles)


def _came_aboard(route: Route, made: int) -> Iterator[tuple[str, str]]:
    """Yield each batch that a car which has made so many calls has loaded, and where."""
    depot, over = route.depot, True
    yield from ((depot, batch) for batch in route.stays_aboard)
    for k, halt in enumerate(route.halts):
        if isinstance(halt, Reload):
            depot, over = halt.depot, k < made
            yield from ((depot, batch) for batch in halt.stays_aboard)
        elif over and isinstance(halt, Visit):
            yield from ((depot, batch) for batch in halt.drops)


def _different(pool: Sequence[Held], depot: str, day: dt.date) -> list[tuple[Batch, ...]]:
    """Return the batches that are in a depot on a day, one for each load."""
    there = (h.batch for h in pool if h.depot == depot and h.since <= day)
    return [(b,) for b in {(b.books, b.kg): b for b in there}.values()]


def _load(batches: Sequence[Batch] | Iterator[Batch]) -> tuple[int, int]:
    some = tuple(batches)
    return sum(b.books for b in some), sum(b.kg for b in some)
