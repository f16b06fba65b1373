"""Of how many batches a timetable may promise visits: those of each pool that are in the store.

A visit takes a batch. Where the stop gives one back, it is there for others on the next day; where
it gives none back, because it keeps what it gets or had nothing before, there is one less from then
on. Which batch is new to which stop is not looked at: `bookcar.planning.forecast` does that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from bookcar.batches.holdings import collectable
from bookcar.batches.pools import Pools
from bookcar.batches.promised import pool_of
from bookcar.model import District, Stop, TimetableEntry
from bookcar.planning.forecast import StockWeek, forecast
from bookcar.progress import SILENT, Progress
from bookcar.timetable import PoolStock, Timetable
from bookcar.weeks import monday_of

EVERY = 10_000
"""More visits than a timetable has to one stop."""


@dataclass(frozen=True, kw_only=True)
class Stock:
    """The batches of a district when a timetable begins, and who takes them.

    Attributes
    ----------
    store
        By pool: batches in the store that may be given out.
    pool
        Of each stop that wants books; empty if no pool is for it.
    stays
        By the same: with how many of its first visits a batch stays.
    """

    store: Mapping[str, int] = field(default_factory=dict)
    pool: Mapping[str, str] = field(default_factory=dict)
    stays: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, district: District, monday: dt.date, *, on_foot: Collection[str] = ()) -> Stock:
        """Return what limits a timetable from a week on; nothing does if no batches are known.

        ``on_foot`` are stops that carriers bring books to.
        """
        if not district.batches:
            return cls()
        wanting = [
            stop
            for stop in district.stops
            if stop.books > 0 and (stop.access == "road" or stop.id in on_foot)
        ]
        pools = Pools.of(district, monday, [stop.id for stop in wanting])
        pool = {stop.id: pool_of(district, stop) for stop in wanting}
        store = dict.fromkeys(pool.values(), 0)
        for batch in district.batches:
            there = batch.at in district.depots_by_id and batch.id not in pools.withheld
            if there and batch.books and batch.pool in store:
                store[batch.pool] += 1
        stays = {stop.id: _stays(district, stop, monday, pool[stop.id]) for stop in wanting}
        return cls(store=store, pool=pool, stays=stays)

    def left(
        self, visits: Iterable[tuple[str, Sequence[int]]], days: int
    ) -> Mapping[str, list[int]]:
        """Return what is left of each pool on each of some days.

        Parameters
        ----------
        visits
            Stops, each with its days, from 0, ascending.
        """
        left = {pool: [count] * days for pool, count in self.store.items()}
        for stop, own in visits:
            if stop in self.pool:
                for day, last in self._out(stop, own, days):
                    for d in range(day, last):
                        left[self.pool[stop]][d] -= 1
        return left

    def lasts(self, stop: str, own: Sequence[int], left: Mapping[str, Sequence[int]]) -> bool:
        """Tell whether there is a batch for each visit to a stop, beside those of the others."""
        if stop not in self.pool:
            return True
        there = list(left[self.pool[stop]])
        for day, last in self._out(stop, own, len(there)):
            for d in range(day, last):
                there[d] -= 1
        return min(there, default=0) >= 0

    def by_pool(
        self, visits: Mapping[str, Sequence[int]], days: int, names: Mapping[str, str]
    ) -> tuple[PoolStock, ...]:
        """Return how each pool fares with all visits; ``names`` of pools."""
        left = self.left(visits.items(), days)
        takes = {pool: [s for s in visits if self.pool.get(s) == pool] for pool in self.store}
        return tuple(
            PoolStock(
                pool=pool,
                name=names.get(pool, ""),
                store=count,
                visits=sum(len(visits[stop]) for stop in takes[pool]),
                most=count - min(left[pool], default=count),
            )
            for pool, count in self.store.items()
        )

    def _out(self, stop: str, own: Sequence[int], days: int) -> Iterable[tuple[int, int]]:
        """Yield from which day on, and until before which one, each visit has its batch out."""
        for number, day in enumerate(own):
            yield day, days if number < self.stays[stop] else day + 1


def _stays(district: District, stop: Stop, monday: dt.date, pool: str) -> int:
    weeks = district.pools_by_id[pool].weeks if pool else None
    keeps = weeks is None and stop.kind not in district.settings.batches.rotate
    if keeps or (weeks is not None and weeks > stop.every_weeks):
        return EVERY
    return 0 if collectable(district, stop, monday) else 1


def promised_stock(
    timetable: Timetable, district: District, *, progress: Progress = SILENT
) -> tuple[StockWeek, ...]:
    """Return what becomes of the stock week by week if every promised visit is made."""
    entries = tuple(
        TimetableEntry(stop=visit.stop, date=route.date, vehicle=route.vehicle)
        for route in timetable.routes
        for visit in route.visits
    )
    return forecast(
        msgspec.structs.replace(district, timetable=entries),
        monday_of(timetable.first),
        weeks=len(timetable.mondays),
        among=frozenset(timetable.visits_by_stop),
        progress=progress,
    )
