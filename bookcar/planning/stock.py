"""What a visit that nobody makes could bring: batches that are free, and those that others get."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from bookcar.batches.terms import Supply
from bookcar.model import Batch
from bookcar.optimiser.limits import LOADS
from bookcar.planning.pool_lack import Lacking, lacking_batch
from bookcar.planning.prepared import Prepared
from bookcar.planning.returning import returned_by
from bookcar.planning.supply import in_depots, out_of_depots
from bookcar.planning.visit_options import VisitOption
from bookcar.planning.week import Week

_EVER = dt.date.min
_Key = tuple[str, dt.date, str]
"""Of batches alike but for their loads: the depot, the day from which they are there, the mark."""


@dataclass(frozen=True, kw_only=True)
class Cargo:
    """Batches that come aboard at a depot (None: nothing to load), on these car-days."""

    depot: str | None
    drops: tuple[Batch, ...]
    car_days: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Stock:
    """Which batches there are for whom in a week, those that its routes bring back among them.

    Attributes
    ----------
    free, taken
        By batch id, what no visit of the week drops, and what one does.
    had, seen
        By stop, the batches that it must not get, and of those the ones that are not there now,
        longest ago first.
    returned
        What the routes bring back, also what then stays in the store.
    """

    prepared: Prepared
    free: Mapping[str, Supply]
    taken: Mapping[str, Supply]
    had: Mapping[str, frozenset[str]]
    seen: Mapping[str, tuple[str, ...]]
    returned: tuple[Supply, ...] = ()
    _known_stores: dict[tuple[int, ...], frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, prepared: Prepared, week: Week, *, used: frozenset[str] = frozenset()) -> Stock:
        """Return what is in the depots before the week, and what its routes bring back.

        What a car that has left drops is as if it were in its depot; what it does not drop is in no
        depot until it is back. ``used`` are batches that visits get which are not of the week.
        """
        supplies = supplies_of(prepared, week)
        used |= dropped(week)
        known = {s.batch.id: s for s in (*out_of_depots(prepared), *supplies)}
        return cls(
            prepared=prepared,
            free={s.batch.id: s for s in supplies if s.batch.id not in used},
            taken={name: supply for name, supply in known.items() if name in used},
            had=prepared.had,
            seen=prepared.seen,
            returned=returned_by(week),
        )

    def new(self, option: VisitOption) -> list[Cargo]:
        """Return each free batch that the stop has not had, but those that a smaller one covers.

        A visit that keeps what is aboard for it brings that.
        """
        if option.keeps:
            return [Cargo(depot=option.store, drops=option.drops, car_days=option.fleet)]
        return self._cargoes(option, self._unseen(option, self._free_lots))

    def others(self, option: VisitOption) -> list[Cargo]:
        """Return the same of the batches that other visits drop."""
        return self._cargoes(option, self._unseen(option, self._taken_lots))

    def again(self, option: VisitOption) -> list[Cargo]:
        """Return each free batch that left the stop earlier, longest ago first.

        One that fits only where an older one does is left out.
        """
        return self._again(option, self.free)

    def whatever(self, option: VisitOption) -> list[Cargo]:
        """Return the same with those that other visits drop among them."""
        return self._again(option, {**self.free, **self.taken})

    def _again(self, option: VisitOption, of: Mapping[str, Supply]) -> list[Cargo]:
        names = self.seen.get(option.due.stop.id, ())
        known = (of[name] for name in names if name in of and of[name].batch.books)
        return self._cargoes(option, (s for s in known if _takes(option, s.mark)))

    def oldest(self, stop: str, batch: Batch, free: Collection[str]) -> Batch:
        """Return what may come instead of a batch that a stop has had: longest ago, no larger.

        It is in the same depot, from before the week, and one of those that are ``free``.
        """
        names = self.seen.get(stop, ())
        earlier = names[: names.index(batch.id)] if batch.id in names else ()
        known = (self.free[name] for name in earlier if name in free)
        fitting = (
            supply.batch
            for supply in known
            if supply.since is None
            and self.prepared.pools.may_get(stop, supply.batch.id)
            and supply.batch.at == batch.at
            and supply.batch.books
            and _covers(_loads(supply.batch), _loads(batch))
        )
        return next(fitting, batch)

    def lacks(self, option: VisitOption) -> Lacking | None:
        """Return why there is no batch for a stop that it has not had, whoever gets it; or None."""
        had = self.had.get(option.due.stop.id, frozenset())
        lots = [*self._free_lots.items(), *self._taken_lots.items()]
        lots = [(key, lot) for key, lot in lots if _takes(option, key[2])]
        unseen = [key[:2] for key, lot in lots if lot.smallest(had)]
        if not unseen:
            # What a car has left with is as if it were in its depot yet, as everywhere here.
            left = {supply.batch.id for supply in out_of_depots(self.prepared)}
            back = {supply.batch.id for supply in self.returned}
            stop = option.due.stop
            return lacking_batch(self.prepared, stop, had, returned=back, left=left)
        if not any(depot in self._stores(option.fleet) for depot, _ in unseen):
            return Lacking(code="batch-elsewhere")
        days = self.prepared.fleet.days
        for depot, since in unseen:
            if any(days[k].date >= since and depot in self._stores((k,)) for k in option.fleet):
                return None
        return Lacking(code="batch-too-late")

    def _unseen(self, option: VisitOption, lots: Mapping[_Key, _Lot]) -> Iterator[Supply]:
        """Yield the smallest batches of each lot that a stop has not had."""
        had = self.had.get(option.due.stop.id, frozenset())
        for (depot, since, mark), lot in lots.items():
            for batch in lot.smallest(had) if _takes(option, mark) else ():
                yield Supply(batch=batch, depot=depot, since=since, mark=mark)

    def _cargoes(self, option: VisitOption, supplies: Iterable[Supply]) -> list[Cargo]:
        """Return batches that cars of a visit come to, but those that fit only where one did."""
        stores = self._stores(option.fleet)
        found: list[tuple[Supply, tuple[int, ...]]] = []
        for supply in supplies:
            loads = _loads(supply.batch)
            covered = (_comes_with(one, its, supply, loads) for one, its in found)
            if supply.depot in stores and not any(covered):
                found.append((supply, loads))
        cargoes = (
            Cargo(depot=s.depot, drops=(s.batch,), car_days=self._in_time(s, option.fleet))
            for s, _ in found
        )
        return [cargo for cargo in cargoes if cargo.car_days]

    @cached_property
    def _free_lots(self) -> Mapping[_Key, _Lot]:
        return _lots(self.free.values())

    @cached_property
    def _taken_lots(self) -> Mapping[_Key, _Lot]:
        return _lots(self.taken.values())

    def _stores(self, cars: tuple[int, ...]) -> frozenset[str]:
        if cars not in self._known_stores:
            self._known_stores[cars] = self.prepared.fleet.stores(frozenset(cars))
        return self._known_stores[cars]

    def _in_time(self, supply: Supply, cars: Iterable[int]) -> tuple[int, ...]:
        """Return the car-days that load at a batch's depot from the day on which it is there."""
        days, since = self.prepared.fleet.days, supply.since or _EVER
        return tuple(
            k for k in cars if days[k].date >= since and supply.depot in self._stores((k,))
        )


def supplies_of(prepared: Prepared, week: Week) -> tuple[Supply, ...]:
    """Return the batches in the depots before a week, and those that its routes bring back.

    One that was brought back and stayed aboard another car since is where that leaves it.
    """
    every = (*in_depots(prepared), *prepared.pools.given_out(returned_by(week)))
    return tuple({supply.batch.id: supply for supply in every}.values())


def dropped(week: Week) -> frozenset[str]:
    """Return the ids of the batches that the visits of a week drop."""
    made = (option for route in week.routes for option in week.made(route))
    return frozenset(batch.id for option in made for batch in option.drops)


@dataclass(frozen=True, kw_only=True)
class _Lot:
    """Batches by ascending loads; ``least`` has the least of each load from one of them on."""

    batches: tuple[Batch, ...]
    loads: tuple[tuple[int, ...], ...]
    least: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, batches: Iterable[Batch]) -> _Lot:
        ordered = sorted(batches, key=lambda batch: (_loads(batch), batch.id))
        loads = tuple(_loads(batch) for batch in ordered)
        least = list(accumulate(reversed(loads), _lower))
        return cls(batches=tuple(ordered), loads=loads, least=tuple(reversed(least)))

    def smallest(self, had: frozenset[str]) -> list[Batch]:
        """Return the batches, those had aside, than which no other is smaller in every load."""
        kept: list[tuple[tuple[int, ...], Batch]] = []
        for batch, loads, least in zip(self.batches, self.loads, self.least, strict=True):
            if any(_covers(small, least) for small, _ in kept):
                break
            if batch.id not in had and not any(_covers(small, loads) for small, _ in kept):
                kept.append((loads, batch))
        return [batch for _, batch in kept]


def _takes(option: VisitOption, mark: str) -> bool:
    return option.marks is None or mark in option.marks


def _lots(supplies: Iterable[Supply]) -> Mapping[_Key, _Lot]:
    """Return the batches of each depot by the day from which they are there, and their mark."""
    lots: dict[_Key, list[Batch]] = {}
    for supply in supplies:
        if supply.batch.books:
            key = (supply.depot, supply.since or _EVER, supply.mark)
            lots.setdefault(key, []).append(supply.batch)
    return {key: _Lot.of(lots[key]) for key in sorted(lots)}


def _comes_with(one: Supply, its: Sequence[int], other: Supply, loads: Sequence[int]) -> bool:
    """Tell whether one batch can be had wherever and whenever another is, and is no larger."""
    early = (one.since or _EVER) <= (other.since or _EVER)
    return one.depot == other.depot and early and _covers(its, loads)


def _lower(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(min, one, other))


def _covers(small: Sequence[int], loads: Sequence[int]) -> bool:
    return all(a <= b for a, b in zip(small, loads, strict=True))


def _loads(batch: Batch) -> tuple[int, ...]:
    return tuple(load.of_batches((batch,)) for load in LOADS)
