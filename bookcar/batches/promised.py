"""What the visits that the timetable promises need of each pool, this week and later.

A promised visit takes as many batches of the pool that is for its stop as fill what the stop wants,
all of mean size; what it gives back is there from the next day on. So a pool needs in its store the
most that is out at a time more than had come back by then: for the week, and beyond it for as long
as there are promises. What other stops may have is what is left of it. In a ring every batch has a
stop whose turn it is, so nothing is kept.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from bookcar.calendars.promises import Timetable
from bookcar.model import Batch, District, Stop
from bookcar.weeks import monday_of, weeks_between

_Held = tuple[str, dt.date | None]
"""The pool of a batch that is at a stop, and since when."""

_DAY, _WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)


@dataclass(frozen=True, kw_only=True)
class PoolNeed:
    """What the promises need of a pool, in batches.

    Attributes
    ----------
    week
        In the store when the week begins, for its own promises.
    first
        In the store when the week begins, for its own promises and later ones.
    all
        In the store or brought back in the week, for both.
    asking
        The stops that ask for them, each with how many, by the day of their visits.
    until
        The day of the last promise that asks for some.
    """

    week: int
    first: int
    all: int
    asking: tuple[tuple[str, int], ...]
    until: dt.date


@dataclass(frozen=True)
class _Moved:
    """What a visit takes of a pool on a day, and what it gives back, there from the next on."""

    day: dt.date
    out: int
    back: int


@dataclass(frozen=True)
class PromisedNeeds:
    """The promises of a district from a week on, as it stood before that."""

    district: District
    monday: dt.date

    @cached_property
    def claimants(self) -> Mapping[str, str]:
        """The stops promised a visit this week, or one before that nobody made, and their pools."""
        days = ((day, stop) for day, stop in self._visits if day < self.monday + _WEEK)
        return {stop.id: pool_of(self.district, stop) for _, stop in days}

    def comes_back(self, batch: Batch) -> bool:
        """Tell whether a visit this week to the stop where a batch is collects it."""
        stop = self.district.stops_by_id.get(batch.at)
        since = self._since(batch)
        return stop is not None and self._leaves(stop, batch.pool, since, self.monday)

    def neutral(self, stop: Stop) -> bool:
        """Tell whether a stop visited this week gives back as many batches as it takes."""
        pool = pool_of(self.district, stop)
        if pool not in self._sizes:
            return False
        held = self._held.get(stop.id, ())
        back = sum(of == pool and self._leaves(stop, of, day, self.monday) for of, day in held)
        return back >= self._takes(stop, pool)

    @cached_property
    def of_pools(self) -> Mapping[str, PoolNeed]:
        """The need of each pool that promises ask for."""
        moved: defaultdict[str, list[_Moved]] = defaultdict(list)
        asking: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        until: dict[str, dt.date] = {}
        there = {name: list(own) for name, own in self._held.items()}
        for day, stop in self._visits:
            pool, monday = pool_of(self.district, stop), max(monday_of(day), self.monday)
            if pool not in self._sizes or self._in_ring(pool):
                continue
            count = self._takes(stop, pool)
            own = there.get(stop.id, [])
            gone = [row for row in own if self._leaves(stop, *row, monday)]
            # What was to be brought before may be on any day of the week, and late for the others.
            late = day < self.monday
            moved[pool].append(_Moved(max(day, self.monday), count, 0))
            for other, _ in gone:
                moved[other].append(_Moved(self.monday + 6 * _DAY if late else day, 0, 1))
            brought = [(pool, max(day, self.monday))] * count
            there[stop.id] = [*(row for row in own if row not in gone), *brought]
            asking[pool].append((stop.id, count))
            until[pool] = max(day, self.monday)
        return {
            pool: self._need(moved[pool], tuple(rows), until[pool]) for pool, rows in asking.items()
        }

    def _need(
        self, moved: Iterable[_Moved], asking: tuple[tuple[str, int], ...], until: dt.date
    ) -> PoolNeed:
        own = [one for one in moved if one.day < self.monday + _WEEK]
        later = _most_out(one for one in moved if one.day >= self.monday + _WEEK)
        week, taken = _most_out(own), sum(one.out for one in own)
        first = max(week, taken - sum(one.back for one in own) + later)
        return PoolNeed(week=week, first=first, all=taken + later, asking=asking, until=until)

    @cached_property
    def _visits(self) -> tuple[tuple[dt.date, Stop], ...]:
        """The promises that stand from the week on and those missed before, by day."""
        timetable, stops = Timetable(self.district), self.district.stops_by_id
        found = [
            (entry.date, stops[name])
            for name, entries in timetable.by_stop.items()
            for entry in entries
            if entry.stands and entry.date >= self.monday
        ]
        this_week = {stop.id for day, stop in found if day < self.monday + _WEEK}
        for name in timetable.by_stop if timetable.covers(self.monday) else ():
            missed = timetable.missed(name, self.monday)
            if missed is not None and name not in this_week:
                found.append((missed.date, stops[name]))
        wanting = (row for row in found if row[1].books > 0 and row[1].load is None)
        return tuple(sorted(wanting, key=lambda row: (row[0], row[1].id)))

    @cached_property
    def _held(self) -> Mapping[str, list[_Held]]:
        """What is at each stop, all of it since before the week, whatever the table says."""
        held: defaultdict[str, list[_Held]] = defaultdict(list)
        for batch in self.district.batches:
            if batch.books and batch.at in self.district.stops_by_id:
                held[batch.at].append((batch.pool, self._since(batch)))
        return held

    def _since(self, batch: Batch) -> dt.date | None:
        return batch.since and min(batch.since, self.monday - _DAY)

    @cached_property
    def _sizes(self) -> Mapping[str, int]:
        """The mean size of the batches of each pool, in books."""
        sizes: defaultdict[str, list[int]] = defaultdict(list)
        for batch in self.district.batches:
            if batch.books:
                sizes[batch.pool].append(batch.books)
        return {pool: max(1, sum(own) // len(own)) for pool, own in sizes.items()}

    def _in_ring(self, pool: str) -> bool:
        """Tell whether each batch of a pool has a stop whose turn it is."""
        return bool(pool) and self.district.pools_by_id[pool].order == "ring"

    def _takes(self, stop: Stop, pool: str) -> int:
        """Return how many batches of a pool come nearest to what a stop wants, one at least."""
        size = self._sizes[pool]
        return max(1, (2 * stop.books + size) // (2 * size))

    def _leaves(self, stop: Stop, pool: str, since: dt.date | None, monday: dt.date) -> bool:
        """Tell whether a visit in a week collects a batch that is at a stop since a day."""
        if since is not None and since >= monday:
            return False
        weeks = self.district.pools_by_id[pool].weeks if pool else None
        if weeks is None:
            return stop.kind in self.district.settings.batches.rotate
        return since is None or weeks_between(since, monday) >= weeks


def pool_of(district: District, stop: Stop) -> str:
    """Return the id of the first pool that is for a stop; empty if none is."""
    return next((pool.id for pool in district.pools if pool.serves(stop)), "")


def _most_out(moved: Iterable[_Moved]) -> int:
    """Return the most that is out at a time more than had come back by then."""
    most = out = 0
    for _, own in groupby(sorted(moved, key=lambda one: one.day), key=lambda one: one.day):
        rows = list(own)
        out += sum(one.out for one in rows)
        most = max(most, out)
        out -= sum(one.back for one in rows)
    return most
