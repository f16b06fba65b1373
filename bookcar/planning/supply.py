"""Which batches each visit option gets, and on which car-days they can be aboard.

A batch is only given out where a car that could make the visit alone can bring it: from a depot
whose cars keep every limit, in a set that such a car can carry. Who could not be served anyway
reserves none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import msgspec

from bookcar.batches.assign import Supply, assign_batches
from bookcar.batches.doubles import Doubles, doubles_of
from bookcar.batches.holdings import collectable
from bookcar.batches.required import Drops, may_have, supply_required
from bookcar.batches.terms import Demand, Room
from bookcar.model import Batch, Vehicle
from bookcar.optimiser.limits import LOADS
from bookcar.planning.alone import Reach, tried_alone
from bookcar.planning.prepared import Prepared
from bookcar.planning.visit_options import VisitOption, had_by_visit
from bookcar.planning.wishes import Wishes
from bookcar.progress import SILENT, Progress


@dataclass(frozen=True, kw_only=True)
class Supplied:
    """Visit options that can be made as far as batches go, and those that cannot.

    An ``able`` one has its batches, and the car-days that could make it alone with them aboard.
    One that is ``lacking`` has none, and all its car-days.
    """

    able: tuple[VisitOption, ...]
    lacking: tuple[VisitOption, ...]


@dataclass(frozen=True, kw_only=True)
class Supplier:
    """Gives out batches to the visit options of a week.

    Attributes
    ----------
    had
        By the key of an option, the batches its stop must not get.
    seen
        By stop, those of them that are not there now, longest ago first.
    reach
        By the key of an option that nobody fixed, the car-days that could make it.
    wishes
        What readers ask for; of two visits to a stop in a week, the first is asked.
    doubles
        By stop, the copies in each batch of titles that it keeps already.
    """

    prepared: Prepared
    had: Mapping[str, frozenset[str]]
    seen: Mapping[str, tuple[str, ...]]
    reach: Mapping[str, Reach]
    wishes: Wishes
    doubles: Doubles
    progress: Progress = SILENT
    _rooms: dict[tuple[object, ...], tuple[Room, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, prepared: Prepared, options: Sequence[VisitOption], *, progress: Progress = SILENT
    ) -> Self:
        """Return the supplier of some options, each tried alone on its car-days."""
        return cls(
            prepared=prepared,
            had=had_by_visit(prepared.had, options),
            seen=prepared.seen,
            wishes=Wishes.of(prepared.district, prepared.horizon),
            doubles=doubles_of(
                prepared.district, prepared.horizon.monday, (e.due.stop.id for e in options)
            ),
            reach=tried_alone([e for e in options if not e.must], prepared),
            progress=progress,
        )

    def supplied(
        self,
        options: Sequence[VisitOption],
        supplies: Sequence[Supply],
        *,
        days: Mapping[str, dt.date],
        loaded_at: Mapping[str, str] | None,
        taken: frozenset[str] = frozenset(),
    ) -> Supplied:
        """Return the options, in their order, with their batches.

        Parameters
        ----------
        days, loaded_at
            By the key of an option: its day if that is known, and the depot it had better be
            supplied from. With ``loaded_at``, batches must come aboard in the depot they are in.
        taken
            Ids of batches that others get: they are not given out, but who could have one waits.
        """
        kept = {batch.id for option in options if _keeps(option) for batch in option.drops}
        there = {supply.batch.id for supply in supplies}
        gone = [s for s in out_of_depots(self.prepared) if s.batch.id not in there]
        known = [_weighed(supply) for supply in (*supplies, *gone)]
        free = [s for s in known if s.batch.id in there and s.batch.id not in kept | taken]
        asking = [e for e in options if e.due.stop.books > 0 and not _keeps(e)]
        again = self._seen_all(asking, known, days=days)
        new = [e for e in asking if e.key not in again]
        drops = self._drops(new, free, days=days, loaded_at=loaded_at)
        drops |= self._once_more(asking, again, {s.batch.id for s in free} - _given(drops))
        drops = self._for_required(asking, free, drops, again=again, days=days)
        bound = loaded_at is not None
        bare = self.prepared.district.settings.batches.when_seen_all == "no-books"
        able, lacking = [], []
        for option in options:
            own = drops.get(option.key, [])
            found = self._with_batches(option, own, bound=bound, bare=bare and option.key in again)
            if found is not None:
                able.append(found)
            else:
                collects = self._collects(option)
                lacking.append(replace(option, drops=(), collects=collects, short=0, store=None))
        return Supplied(able=tuple(able), lacking=tuple(lacking))

    def _seen_all(
        self,
        asking: Sequence[VisitOption],
        free: Sequence[Supply],
        *,
        days: Mapping[str, dt.date],
    ) -> dict[str, list[Supply]]:
        """Return, by the key of each option that has had all that could be brought to it, that.

        The batch that left it longest ago stands first. Where none could be brought at all, nothing
        was seen. What comes back in the week counts if it is there on the day of the visit.
        """
        by_id = {supply.batch.id: supply for supply in free}
        found: dict[str, list[Supply]] = {}
        for option in asking:
            whole = self._demand(option, day=days.get(option.key), dated=bool(days))
            names = self.seen.get(option.due.stop.id, ())
            known = [by_id[name] for name in names if name in by_id]
            could = [supply for supply in known if may_have(whole, supply, ())]
            anywhere = self._demand(self._anywhere(option), day=None, dated=False)
            new = (
                may_have(whole if supply.since else anywhere, supply, self._had(whole))
                for supply in free
            )
            if could and not any(new):
                found[option.key] = could
        return found

    def _anywhere(self, option: VisitOption) -> VisitOption:
        """Return a visit on every car-day that could make it, also where its day is known."""
        reach = self.reach.get(option.key, {})
        every = tuple(sorted({k for days in reach.values() for k in days}))
        return option if option.must else replace(option, fleet=every)

    def _once_more(
        self, options: Sequence[VisitOption], again: Mapping[str, Sequence[Supply]], left: set[str]
    ) -> Drops:
        """Give each what left it longest ago and is ``left``, until it has its books."""
        if self.prepared.district.settings.batches.when_seen_all != "oldest":
            return {}
        found: Drops = {}
        for option in sorted(options, key=lambda e: (not e.due.stop.required, -e.prize, e.key)):
            own = self._oldest(option, [s for s in again.get(option.key, ()) if s.batch.id in left])
            if own:
                found[option.key] = own
                left = left - {supply.batch.id for supply in own}
        return found

    def _oldest(self, option: VisitOption, left: Sequence[Supply]) -> list[Supply]:
        """Return the first batch, and of its depot those that a car can bring as well."""
        own: list[Supply] = []
        for supply in left:
            if own and supply.depot != own[0].depot:
                continue
            if sum(s.batch.books for s in own) >= option.due.stop.books:
                break
            if self._car_days(option, [*own, supply]):
                own.append(supply)
        return own

    def _drops(
        self,
        asking: Sequence[VisitOption],
        free: Sequence[Supply],
        *,
        days: Mapping[str, dt.date],
        loaded_at: Mapping[str, str] | None,
    ) -> Drops:
        """Give out batches, those of the depots in ``loaded_at`` first."""
        dated = any(supply.since for supply in free)
        every = [self._demand(e, day=days.get(e.key), dated=dated) for e in asking]
        first = every
        if loaded_at is not None:
            pairs = zip(every, asking, strict=True)
            first = [_from(demand, self._near_depots(e, loaded_at)) for demand, e in pairs]
        drops = self._assigned(first, free)
        left = [demand for demand in every if demand.stop.id not in drops]
        if loaded_at is not None and left:
            taken = {supply.batch.id for some in drops.values() for supply in some}
            drops |= self._assigned(left, [s for s in free if s.batch.id not in taken])
        return drops

    def _for_required(
        self,
        asking: Sequence[VisitOption],
        free: Sequence[Supply],
        drops: Drops,
        *,
        again: Mapping[str, Sequence[Supply]],
        days: Mapping[str, dt.date],
    ) -> Drops:
        """Return what is given out, no required stop left without a batch that another gets."""
        dated = any(supply.since for supply in free)
        every = [self._demand(e, day=days.get(e.key), dated=dated) for e in asking]
        oldest = self.prepared.district.settings.batches.when_seen_all == "oldest"
        left = {supply.batch.id for supply in free}
        choices: dict[str, Sequence[Supply]] = {}
        for demand in every:
            key = demand.stop.id
            if demand.stop.required and key in again:
                choices[key] = [s for s in again[key] if oldest and s.batch.id in left]
            elif demand.stop.required:
                choices[key] = [s for s in free if may_have(demand, s, self._had(demand))]
        return supply_required(drops, every, choices)

    def _had(self, demand: Demand) -> frozenset[str]:
        return self.had.get(demand.stop.id, frozenset())

    def _assigned(self, demands: Sequence[Demand], free: Sequence[Supply]) -> Drops:
        found = assign_batches(demands, free, had=self.had, progress=self.progress)
        by_id = {supply.batch.id: supply for supply in free}
        return {stop: [by_id[name] for name in names] for stop, names in found.drops.items()}

    def _demand(self, option: VisitOption, *, day: dt.date | None, dated: bool) -> Demand:
        """Return what an option asks, from the depots whose cars could bring it.

        ``dated`` tells whether it matters until which day they do.
        """
        cars = self._cars(option)
        rooms = {} if option.must else {d: self._rooms_of(cars[d], dated=dated) for d in cars}
        wishes = self.wishes.at(option.due.stop.id, day) if option.number == 1 else ()
        asked = option.demand(
            depots=frozenset(cars),
            day=day,
            rooms=rooms,
            wishes=wishes,
            doubles=self.doubles.get(option.due.stop.id),
        )
        return msgspec.structs.replace(asked, weight=asked.weight * self._pressing(option))

    def _pressing(self, option: VisitOption) -> float:
        """Return by how much more a promise of an earlier day weighs: what comes back is too late.

        At most twice as much.
        """
        promises = option.due.promises
        if option.number > len(promises):
            return 1.0
        last = self.prepared.horizon.dates[-1]
        return 1.0 + (last - promises[option.number - 1].date).days / 7

    def _cars(self, option: VisitOption) -> Reach:
        """Return the car-days that could make a visit alone, by depot; all if somebody fixed it."""
        if option.must:
            stores = self.prepared.fleet.stores(option.fleet)
            depots = sorted(stores) if option.store is None else [option.store]
            return {d: self._coming_to(d, option.fleet) for d in depots}
        may = set(option.fleet)
        reach = self.reach[option.key]
        cars = {depot: tuple(k for k in days if k in may) for depot, days in reach.items()}
        return {depot: days for depot, days in cars.items() if days}

    def _coming_to(self, depot: str, car_days: Iterable[int]) -> tuple[int, ...]:
        return tuple(k for k in car_days if depot in self.prepared.fleet.stores((k,)))

    def _rooms_of(self, car_days: tuple[int, ...], *, dated: bool) -> tuple[Room, ...]:
        key = (car_days, dated)
        if key not in self._rooms:
            days = [self.prepared.fleet.days[k] for k in car_days]
            rooms = {Room(_capacity(d.vehicle), d.date if dated else dt.date.max) for d in days}
            self._rooms[key] = _widest(rooms)
        return self._rooms[key]

    def _near_depots(self, option: VisitOption, loaded_at: Mapping[str, str]) -> frozenset[str]:
        """Return where to supply an option from: its depot, or any its cars come to and use."""
        if option.key in loaded_at:
            return frozenset({loaded_at[option.key]})
        fleet = self.prepared.fleet
        usable = fleet.stores(option.fleet) & frozenset(loaded_at.values())
        return fleet.depots(option.fleet) | usable

    def _with_batches(
        self, option: VisitOption, drops: Sequence[Supply], *, bound: bool, bare: bool
    ) -> VisitOption | None:
        """Return an option on the car-days that can have its batches aboard; None if it needs more.

        ``bound`` tells whether they must come aboard in the depot they are in, ``bare`` whether it
        is made without books.
        """
        collects = self._collects(option)
        if _keeps(option):
            return replace(option, collects=collects)
        books = option.due.stop.books
        if books > 0 and not drops and not bare:
            return None
        car_days = self._car_days(option, drops)
        if not car_days:
            return None
        return replace(
            option,
            fleet=car_days,
            drops=tuple(sorted((supply.batch for supply in drops), key=lambda batch: batch.id)),
            collects=collects,
            short=max(0, books - sum(supply.batch.books for supply in drops)),
            store=drops[0].depot if bound and drops else None,
        )

    def _collects(self, option: VisitOption) -> tuple[Batch, ...]:
        if option.emptied:
            return ()
        prepared = self.prepared
        held = collectable(prepared.district, option.due.stop, prepared.horizon.monday)
        return option.own(held)

    def _car_days(self, option: VisitOption, drops: Sequence[Supply]) -> tuple[int, ...]:
        """Return the car-days that could make a visit alone with some batches aboard."""
        cars = self._cars(option)
        if not drops:
            return tuple(sorted({k for days in cars.values() for k in days}))
        ready = max(supply.since or dt.date.min for supply in drops)
        loads = tuple(map(sum, zip(*(supply.loads for supply in drops), strict=True)))
        days = self.prepared.fleet.days
        return tuple(
            k
            for k in cars[drops[0].depot]
            if days[k].date >= ready
            and (option.must or Room(_capacity(days[k].vehicle)).takes(loads))
        )


def _from(demand: Demand, depots: frozenset[str]) -> Demand:
    """Return a demand on some of its depots only."""
    return msgspec.structs.replace(demand, depots=(demand.depots or frozenset()) & depots)


def _widest(rooms: Iterable[Room]) -> tuple[Room, ...]:
    """Return the rooms that no other covers."""
    last: dict[tuple[int | None, ...], dt.date] = {}
    for room in rooms:
        last[room.loads] = max(last.get(room.loads, room.day), room.day)
    every = [Room(loads, day) for loads, day in last.items()]
    kept = (r for r in every if not any(o is not r and o.covers(r) for o in every))
    return tuple(sorted(kept, key=lambda r: (tuple((m is None, m or 0) for m in r.loads), r.day)))


def _given(drops: Drops) -> set[str]:
    return {supply.batch.id for some in drops.values() for supply in some}


def _weighed(supply: Supply) -> Supply:
    return msgspec.structs.replace(supply, loads=_loads(supply.batch))


def _loads(batch: Batch) -> tuple[int, ...]:
    return tuple(load.of_batches([batch]) for load in LOADS)


def _capacity(vehicle: Vehicle) -> tuple[int | None, ...]:
    return tuple(load.of_vehicle(vehicle) for load in LOADS)


def _keeps(option: VisitOption) -> bool:
    return option.keeps or (option.must and bool(option.drops))


def in_depots(prepared: Prepared) -> tuple[Supply, ...]:
    """Return the batches that are in a depot now and given out, each at its depot."""
    depots = prepared.district.depots_by_id
    there = (b for b in prepared.district.batches if b.at in depots)
    return prepared.pools.given_out(Supply(batch=b, depot=b.at, since=None) for b in there)


def out_of_depots(prepared: Prepared) -> tuple[Supply, ...]:
    """Return the batches that cars have left with, each at the depot that it came from."""
    places = prepared.fleet.came_from()
    return prepared.pools.marked(
        Supply(batch=batch, depot=places[aboard.store], since=None)
        for aboard in prepared.fleet.aboard()
        for batch in aboard.batches
        if aboard.store in places
    )
