"""Whom the batches of each pool may go to in a week, and which of them stay in the store.

A batch that can be had carries a mark (`Supply.mark`): its pool, or in a ring its pool and the stop
whose turn it is. A demand names the marks that it takes (`Demand.marks`). Where the district has no
pools and no promises, nothing is marked and every demand takes all.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import msgspec

from bookcar.batches.holdings import had_before
from bookcar.batches.promised import PoolNeed, PromisedNeeds, pool_of
from bookcar.batches.terms import Supply
from bookcar.fairs.days import lenders
from bookcar.fairs.lending import borrowers, kept_back
from bookcar.model import Batch, District, Event, Pool, Stop

Withheld = Literal["reserve", "mending"]
"""Why a batch that is in the store is not given out."""

NO_POOL = ""
_LENT = "\n\n"  # behind the pool, in the mark of what may be lent to events
_PROMISED, _LATER = "\n\t", "\n\v"  # likewise, of what stays for promises: see `Pools.promising`


@dataclass(frozen=True, kw_only=True)
class Pools:
    """What pools hold a week to.

    Attributes
    ----------
    marks
        By batch, what its supply is marked with, of every batch that belongs to a pool.
    taken_by
        By stop, the marks it takes; empty in a district without pools.
    withheld
        By batch, why it stays in the store this week.
    reserves
        By pool, what stays in the store as its reserve: what a smaller one would keep comes first.
    filling
        The pools of which what comes back in the week stays: their reserve is not whole.
    kept
        By pool that lends to events of the week, the batches that stay for its stops
        (`bookcar.fairs.lending`).
    promised
        By batch in the store that stays for visits which the timetable promises, the day of the
        last promise of its pool.
    """

    marks: Mapping[str, str] = field(default_factory=dict)
    taken_by: Mapping[str, frozenset[str]] = field(default_factory=dict)
    withheld: Mapping[str, Withheld] = field(default_factory=dict)
    reserves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    filling: frozenset[str] = frozenset()
    kept: Mapping[str, int] = field(default_factory=dict)
    promised: Mapping[str, dt.date] = field(default_factory=dict)

    @classmethod
    def of(cls, district: District, monday: dt.date, wanting: Collection[str]) -> Pools:
        """Return what the pools of a district hold the week of ``monday`` to.

        Parameters
        ----------
        wanting
            Ids of the stops that want books in the week: the reserve is of what is new to the
            fewest of them.
        """
        lent, needs = borrowers(district), _needs(district, monday)
        if not district.pools and not lent and needs is None:
            return cls()
        rings = {p.id: ring_of(district, p) for p in district.pools if p.order == "ring"}
        last = _last_stops(district) if rings else {}
        marks = {b.id: _mark(b, rings, last) for b in district.batches if b.pool}
        taken_by = {stop.id: _taken_by(district, stop) for stop in district.stops}
        worn = _worn(district)
        whole = cls(marks=marks, taken_by=taken_by, withheld=dict.fromkeys(worn, "mending"))
        kept = whole.with_reserves(district, had_before(district, monday), wanting)
        if lent:
            kept = kept.lending(district, monday, lent, wanting=wanting)
        return kept.promising(district, monday, needs) if needs else kept

    def lending(
        self,
        district: District,
        monday: dt.date,
        lent: Mapping[str, Sequence[Event]],
        *,
        wanting: Collection[str],
    ) -> Pools:
        """Return the same with the batches marked that may be lent to the week's events.

        Of what is in the store and not withheld as many stay as stops need until it is back; lent
        are those that are new to the fewest stops that want books.
        """
        had = had_before(district, monday)
        wished = self._new_to(had, [stop for stop in wanting if stop in self.taken_by])
        marks, kept = dict(self.marks), {}
        for pool, events in lent.items():
            kept[pool] = kept_back(district, monday, pool, events)
            shelf = sorted(
                (
                    b
                    for b in district.batches
                    if b.pool == pool
                    and b.books
                    and b.at in district.depots_by_id
                    and b.id not in self.withheld
                ),
                key=lambda b: (wished.get(b.id, 0), _newest_first(b)),
            )
            count = max(0, len(shelf) - kept[pool])
            marks |= {batch.id: _lent(pool) for batch in shelf[:count]}
        return replace(self, marks=marks, kept=kept)

    def promising(self, district: District, monday: dt.date, needs: PromisedNeeds) -> Pools:
        """Return the same with the batches marked that stay for promises of this week and later.

        What the promises of the week need goes to their stops alone; what later ones need, also to
        stops that give back as many as they take. Of the batches that the week brings back, those
        at stops with a promise are for promises as far as what is in the store is not enough.
        """
        had, marks = had_before(district, monday), dict(self.marks)
        promised: dict[str, dt.date] = {}
        for pool, need in needs.of_pools.items():
            free = [b for b in district.batches if b.pool == pool and b.books and self._plain(b)]
            shelf = [b for b in free if b.at in district.depots_by_id]
            held = self._matched(district, shelf, need, had)
            promised |= dict.fromkeys(held, need.until)
            marks |= {b: self._with(_PROMISED, pool, b) for b in held[: need.week]}
            marks |= {b: self._with(_LATER, pool, b) for b in held[need.week :]}
            back = [b for b in free if needs.comes_back(b)]
            claimed = [b.id for b in back if needs.claimants.get(b.at) == pool]
            more = claimed[: max(0, need.all - len(held))]
            marks |= dict.fromkeys(more, pool + _PROMISED)
            if len(held) > need.week or len(held) < need.first:
                others = {s for s in district.stops_by_id if needs.claimants.get(s) != pool}
                marks |= {b.id: pool + _LATER for b in free if b.at in others}
        stops = {stop.id: stop for stop in district.stops}
        taken_by = {
            name: taken | _promised_to(district, stops[name], needs)
            for name, taken in self.taken_by.items()
        }
        return replace(self, marks=marks, taken_by=taken_by, promised=promised)

    def _plain(self, batch: Batch) -> bool:
        """Tell whether a batch is given out and not for one stop of a ring alone."""
        mark = self.marks.get(batch.id, NO_POOL)
        return batch.id not in self.withheld and mark in (batch.pool, _lent(batch.pool))

    def _with(self, why: str, pool: str, batch: str) -> str:
        return pool + why + (_LENT if self.lends(batch) else "")

    def _matched(
        self,
        district: District,
        shelf: Sequence[Batch],
        need: PoolNeed,
        had: Mapping[str, frozenset[str]],
    ) -> list[str]:
        """Return the batches of a pool that stay for its promises, those of the week first.

        Each is new to one of the stops that ask, as far as there are such; of those that may be
        lent to events as few as may be.
        """
        count = min(need.first, len(shelf))
        asking = [name for name, number in need.asking for _ in range(number)]
        takers: dict[str, int] = {}

        def place(number: int, tried: set[str]) -> bool:
            stop = district.stops_by_id[asking[number]]
            had_by_it = had.get(stop.id, frozenset())
            for batch in sorted(
                (b for b in shelf if b.id not in had_by_it and b.id not in tried),
                key=lambda b: (self.lends(b.id), b.id in takers, abs(b.books - stop.books), b.id),
            ):
                if batch.id in tried:
                    continue
                tried.add(batch.id)
                if batch.id not in takers or place(takers[batch.id], tried):
                    takers[batch.id] = number
                    return True
            return False

        for number in range(len(asking)):
            if len(takers) == count:
                break
            place(number, set())
        held = sorted(takers, key=lambda name: takers[name])
        rest = (b for b in shelf if b.id not in takers)
        more = sorted(rest, key=lambda b: (self.lends(b.id), _newest_first(b)))
        return [*held, *(b.id for b in more[: count - len(held)])]

    def with_reserves(
        self, district: District, had: Mapping[str, frozenset[str]], wanting: Collection[str]
    ) -> Pools:
        """Return the same with the reserve of each pool kept in the store.

        It is of the batches there when the week begins that are not to be mended: of those that are
        new to the fewest stops that want books, and of these the latest come.
        """
        keeping = [pool for pool in district.pools if pool.reserve]
        if not keeping:
            return self
        shelves: defaultdict[str, list[Batch]] = defaultdict(list)
        for batch in district.batches:
            in_store = batch.at in district.depots_by_id and batch.id not in self.withheld
            if batch.pool and batch.books and in_store:
                shelves[batch.pool].append(batch)
        wished = self._new_to(had, wanting)
        kept = {
            pool.id: tuple(
                batch.id
                for batch in sorted(
                    shelves[pool.id], key=lambda b: (wished.get(b.id, 0), _newest_first(b))
                )[: pool.reserve]
            )
            for pool in keeping
        }
        reserve: dict[str, Withheld] = {b: "reserve" for names in kept.values() for b in names}
        return replace(
            self,
            withheld={**self.withheld, **reserve},
            reserves=kept,
            filling=frozenset(p.id for p in keeping if len(kept[p.id]) < p.reserve),
        )

    def _new_to(
        self, had: Mapping[str, frozenset[str]], wanting: Collection[str]
    ) -> Mapping[str, int]:
        """Return to how many of the stops that want books each batch could go."""
        takers = Counter(mark for stop in wanting for mark in self.taken_by[stop])
        count = {batch: takers[mark] for batch, mark in self.marks.items()}
        for stop in wanting:
            for batch in had.get(stop, ()):
                if batch in count and self.marks[batch] in self.taken_by[stop]:
                    count[batch] -= 1
        return count

    def marks_of(self, stop: str) -> frozenset[str] | None:
        """Return the marks that a stop takes; None for all."""
        return self.taken_by.get(stop)

    def may_get(self, stop: str, batch: str) -> bool:
        """Tell whether a batch is for a stop and it is its turn, wherever the batch is."""
        marks = self.marks_of(stop)
        return marks is None or self.marks.get(batch, NO_POOL) in marks

    def its_turn(self, stop: str, batch: str) -> bool:
        """Tell whether a batch is for a stop and it is its turn, were there no promises."""
        marks, mark = self.marks_of(stop), self.marks.get(batch, NO_POOL)
        for why in (_PROMISED, _LATER):
            mark = mark.replace(why, "")
        return marks is None or mark in marks

    def lends(self, batch: str) -> bool:
        """Tell whether a batch may be lent to the events of the week."""
        return self.marks.get(batch, "").endswith(_LENT)

    def marked(self, supplies: Iterable[Supply]) -> tuple[Supply, ...]:
        """Return supplies with their marks, all of them."""
        if not self.marks:
            return tuple(supplies)
        return tuple(
            msgspec.structs.replace(supply, mark=self.marks.get(supply.batch.id, NO_POOL))
            for supply in supplies
        )

    def given_out(self, supplies: Iterable[Supply]) -> tuple[Supply, ...]:
        """Return the supplies that are given out, with their marks; the others stay in the store.

        One that comes back in the week fills up a reserve that is not whole.
        """
        return self.marked(
            supply
            for supply in supplies
            if supply.batch.id not in self.withheld
            and not (supply.since is not None and supply.batch.pool in self.filling)
        )


def ring_of(district: District, pool: Pool) -> tuple[str, ...]:
    """Return the ids of the stops that a ring goes round: those on a road that want its books."""
    return tuple(
        stop.id
        for stop in district.stops
        if stop.books > 0 and stop.access == "road" and pool.serves(stop)
    )


def moves_of(district: District) -> Mapping[str, int]:
    """Return how often each batch was brought to a stop since it was last mended."""
    mended = {batch.id: batch.mended or dt.date.min for batch in district.batches}
    return Counter(
        visit.batch
        for visit in district.visits
        if visit.status == "done"
        and visit.action == "dropped"
        and visit.date > mended.get(visit.batch, dt.date.max)
    )


def _mark(batch: Batch, rings: Mapping[str, Sequence[str]], last: Mapping[str, str]) -> str:
    ring, here = rings.get(batch.pool, ()), last.get(batch.id, "")
    if here not in ring:
        return batch.pool
    return _turn(batch.pool, ring[(ring.index(here) + 1) % len(ring)])


def _turn(pool: str, stop: str) -> str:
    """Return the mark of a batch of a ring whose next stop is known; no id has a line break."""
    return f"{pool}\n{stop}"


def _last_stops(district: District) -> Mapping[str, str]:
    """Return the stop where each batch is, or else was last; those that never were at one lack."""
    moves = (v for v in district.visits if (v.action, v.status) == ("dropped", "done"))
    last = {visit.batch: visit.stop for visit in sorted(moves, key=lambda visit: visit.date)}
    here = {batch.id: batch.at for batch in district.batches if batch.at in district.stops_by_id}
    return last | here


def _lent(pool: str) -> str:
    """Return the mark of a batch that may be lent to an event; no id has a line break."""
    return pool + _LENT


def _taken_by(district: District, stop: Stop) -> frozenset[str]:
    if stop.load is not None:
        lending = lenders(district, district.events_by_id[stop.load.event])
        whys = ("", _PROMISED, _LATER) if stop.load.brings else ()
        return frozenset(_lent(pool + why) for pool in lending for why in whys)
    own = [pool.id for pool in district.pools if pool.serves(stop)]
    marks = {*own, *(_turn(pool, stop.id) for pool in own)}
    free = set() if stop.pool else {NO_POOL}
    lent = {_lent(pool) for pool in (*own, *free)} if district.events else set()
    return frozenset(marks | free | lent)


def _needs(district: District, monday: dt.date) -> PromisedNeeds | None:
    """Return what promises need in a week; None if there are none, or staff do not want it."""
    if not district.timetable or not district.settings.timetable.hold_back:
        return None
    needs = PromisedNeeds(district, monday)
    return needs if needs.of_pools else None


def _promised_to(district: District, stop: Stop, needs: PromisedNeeds) -> frozenset[str]:
    """Return the marks of what stays for promises that a stop may get."""
    pool = pool_of(district, stop)
    if stop.load is not None or (stop.pool and pool != stop.pool):
        return frozenset()
    if stop.id in needs.claimants:
        whys: tuple[str, ...] = (_PROMISED, _LATER)
    else:
        whys = (_LATER,) if needs.neutral(stop) else ()
    return frozenset(pool + why + lent for why in whys for lent in ("", _LENT))


def _worn(district: District) -> frozenset[str]:
    """Return the batches that are to be mended before they go out again, wherever they are."""
    moves = moves_of(district)
    return frozenset(
        batch.id
        for batch in district.batches
        if batch.pool
        for most in (district.pools_by_id[batch.pool].mend_after,)
        if most is not None and moves[batch.id] >= most
    )


def _newest_first(batch: Batch) -> tuple[int, str]:
    return -(batch.since.toordinal() if batch.since else 0), batch.id
