"""The rule on batches that promises of the timetable need: others get what is left of them.

What promises need is worked out here once more, day by day, from the tables alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.audit.pools import moves_on
from bookcar.audit.promises import missed_promise
from bookcar.model import Stop
from bookcar.phrases.sentence import Sentence


def keeps_batches_for_promises(case: Case) -> Iterator[Sentence]:
    """Stops without a promise leave in the store what promises of this week and later need.

    A promise needs as many batches of the first pool that is for its stop as come nearest to what
    the stop wants, one at least, all of mean size; what its visits give back serves later ones. A
    stop that gives back as many as it takes may take any. In a ring nothing is kept.
    """
    if not case.district.settings.timetable.hold_back:
        return
    needs = _Needs(case)
    for pool in sorted(needs.pools):
        may, took = needs.spare(pool), _taken_by_others(case, needs, pool)
        if took > max(0, may):
            yield breach("keeps-batches-for-promises", pool=pool or "-", took=took, may=max(0, may))


def pools_of_promises(case: Case) -> frozenset[str]:
    """Return the pools of which batches in the store may stay for promises; "" is no pool."""
    if not case.district.settings.timetable.hold_back:
        return frozenset()
    return frozenset(_Needs(case).pools)


def _taken_by_others(case: Case, needs: _Needs, pool: str) -> int:
    """Return how many batches more than they give back stops without a promise take of a pool.

    What events give back counts, too; what they get is lent by rules of its own.
    """
    dropped, collected = Counter[str](), Counter[str]()
    for _, visit in case.visits():
        dropped[visit.stop] += sum(case.batches[name].pool == pool for name in visit.drops)
        collected[visit.stop] += sum(case.batches[name].pool == pool for name in visit.collects)
    taken = 0
    for name in dropped:
        stop = case.stops[name]
        own = needs.pool_of(stop) == pool
        if stop.load is not None:
            taken -= collected[name]
        elif not (own and name in needs.this_week):
            more = dropped[name] - collected[name]
            gives = sum(
                of == pool and moves_on(case, stop, (of, since), case.monday)
                for of, since in needs.at.get(name, ())
            )
            enough = own and gives >= needs.count(stop, pool)
            taken += min(0, more) if enough else more
    return taken


class _Needs:
    """What promises need, and what there is of it."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.at: dict[str, list[tuple[str, dt.date | None]]] = defaultdict(list)
        before = case.monday - dt.timedelta(days=1)
        for batch in case.district.batches:
            if batch.books and batch.at in case.stops:
                since = batch.since and min(batch.since, before)
                self.at[batch.at].append((batch.pool, since))
        own = [e for e in case.district.timetable if e.status != "cancelled"]
        self.dates = sorted((e.date, e.stop) for e in own if e.date >= case.monday)
        late = {e.stop for e in own if missed_promise(case, e.stop) is not None}
        coming = {name for day, name in self.dates if day <= case.days()[-1]}
        self.late = sorted(late - coming)
        self.this_week = coming | set(self.late)
        self.pools = {
            self.pool_of(case.stops[name])
            for name in {*self.late, *(name for _, name in self.dates)}
            if case.stops[name].books and case.stops[name].load is None
        }
        rings = {pool.id for pool in case.district.pools if pool.order == "ring"}
        self.pools = {p for p in self.pools - rings if self.books(p)}

    def books(self, pool: str) -> list[int]:
        """Return the books of each batch of a pool."""
        return [b.books for b in self.case.district.batches if b.pool == pool and b.books]

    def pool_of(self, stop: Stop) -> str:
        """Return the first pool that is for a stop, an empty id if none is."""
        for pool in self.case.district.pools:
            named = stop.id in pool.stops or (stop.load is None and stop.kind in pool.kinds)
            if named and stop.pool in ("", pool.id):
                return pool.id
        return ""

    def count(self, stop: Stop, pool: str) -> int:
        """Return how many batches of mean size come nearest to what a stop wants, one at least."""
        books = self.books(pool)
        mean = max(1, sum(books) // len(books))
        whole, rest = divmod(stop.books, mean)
        return max(1, whole + (2 * rest >= mean))

    def spare(self, pool: str) -> int:
        """Return what is left of a pool for others, with all that the week's promises give back."""
        case = self.case
        row = case.district.pools_by_id.get(pool)
        mends = row.mend_after if row else None
        there = sum(
            batch.pool == pool
            and batch.books > 0
            and batch.at in case.depots
            and (mends is None or case.moves.get(batch.id, 0) < mends)
            for batch in case.district.batches
        )
        left = max(0, there - (row.reserve if row else 0))
        end, lowest, back, today = case.days()[-1], left, 0, case.monday
        for day, takes, gives in self._moves(pool):
            if day <= end:
                left += gives - takes
                lowest = left
                continue
            if day > today:
                left, back, today = left + back, 0, day
            left, back = left - takes, back + gives
            lowest = min(lowest, left)
        return lowest

    def _moves(self, pool: str) -> Iterator[tuple[dt.date, int, int]]:
        """Yield the days of promised visits, with the batches that each takes and gives back."""
        case = self.case
        holds = {name: list(own) for name, own in self.at.items()}
        for day, name in [*((case.monday, name) for name in self.late), *self.dates]:
            stop, own = case.stops[name], self.pool_of(case.stops[name])
            if not stop.books or own not in self.pools:
                continue
            monday = day - dt.timedelta(days=day.weekday())
            gone = [one for one in holds.get(name, ()) if moves_on(case, stop, one, monday)]
            stay = [one for one in holds.get(name, ()) if one not in gone]
            takes = self.count(stop, own)
            holds[name] = [*stay, *[(own, day)] * takes]
            yield day, takes * (own == pool), sum(of == pool for of, _ in gone)
