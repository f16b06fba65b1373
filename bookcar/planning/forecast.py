"""The stock over the weeks to come: whether each stop that falls due finds a batch new to it.

The weeks follow each other as if every due stop were visited: it gives back what it had, and gets
of the batches in the depots what `bookcar.batches` would give it. What the first visits of a week
bring back serves others, and what those bring back is there in the next week, as in a plan. No car,
road or opening hour limits that, so the stock lasts longer where fewer stops are visited. Where a
stop finds no batch, one is taken to be made up for it, which then goes round with the others: so
many are needed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from bookcar.batches.assign import Supply, assign_batches
from bookcar.batches.holdings import collectable, had_before, seen_longest_ago
from bookcar.batches.pools import Pools
from bookcar.batches.promised import pool_of
from bookcar.batches.terms import Demand
from bookcar.due import DueStop, due_stops, prize
from bookcar.inputs.movements import before
from bookcar.model import Batch, District, PastVisit, Stop
from bookcar.progress import SILENT, Progress

Drops = dict[str, tuple[str, ...]]


class StockWeek(msgspec.Struct, frozen=True, kw_only=True):
    """A week of a forecast.

    Attributes
    ----------
    due
        Ids of the stops that are due, may be visited by road, and want books.
    again
        Of them, those that get what they have had before, as they have had all there is.
    lacking
        Those that find no batch, so that one has to be made up for each.
    left
        Batches in the depots when the week is over.
    made
        Of all stops, those that are due and find a batch if none is made up for anybody: who finds
        none is not visited, and waits.
    """

    monday: dt.date
    due: tuple[str, ...]
    again: tuple[str, ...]
    lacking: tuple[str, ...]
    left: int
    made: tuple[str, ...] = ()


def forecast(
    district: District,
    monday: dt.date,
    *,
    weeks: int,
    among: Collection[str] | None = None,
    progress: Progress = SILENT,
) -> tuple[StockWeek, ...]:
    """Return what becomes of the stock in some weeks from ``monday`` on.

    Parameters
    ----------
    among
        Ids of the stops that are visited; None for all.

    Raises
    ------
    ValueError
        If ``monday`` is another day of the week.
    """
    progress.start("steps.stock", total=weeks)
    now: District = before(district, monday)
    bare, found, parted = now, [], False
    for n in range(weeks):
        day = monday + dt.timedelta(weeks=n)
        week, after = _week(now, day, among)
        if parted or week.lacking:  # until then the two are the same
            alone, bare = without_more(bare if parted else now, day, among=among)
            week = msgspec.structs.replace(week, made=alone.made)
            parted = True
        found.append(week)
        now = after
        progress.advance(n + 1)
    progress.finish("steps.stock-done", count=weeks)
    return tuple(found)


def without_more(
    district: District, monday: dt.date, *, among: Collection[str] | None = None
) -> tuple[StockWeek, District]:
    """Return what becomes of a week, and the district after it, with the batches there are.

    A stop that finds none is not visited, so it gives nothing back and waits. ``among``: as in
    `forecast`.
    """
    visited, drops, again = _visited_of(district, monday, among)
    wanting = [due.stop.id for due in visited if due.stop.books > 0]
    lacking = tuple(stop for stop in wanting if stop not in drops)
    without = set(lacking)
    made = [due for due in visited if due.stop.id not in without]
    pools = Pools.of(district, monday, wanting)
    mended = tuple(_mended(batch, pools, monday) for batch in district.batches)
    after = _after(msgspec.structs.replace(district, batches=mended), monday, made, drops)
    week = StockWeek(
        monday=monday,
        due=tuple(wanting),
        again=again,
        lacking=lacking,
        left=len(_shelf(after)),
        made=tuple(stop for stop in wanting if stop not in without),
    )
    return week, after


def _visited_of(
    district: District, monday: dt.date, among: Collection[str] | None
) -> tuple[list[DueStop], Drops, tuple[str, ...]]:
    """Return who is due, what they get of the batches there are, and who gets old ones again.

    What the second ones get is brought back by the first, who got theirs from the depots.
    """
    every = due_stops(district, monday)
    visited = [d for d in every if _comes(d) and (among is None or d.stop.id in among)]
    wanting = [due for due in visited if due.stop.books > 0]
    had = had_before(district, monday)
    pools = Pools.of(district, monday, [due.stop.id for due in wanting])
    shelf = _shelf(district)
    drops = _given(district, wanting, pools.given_out(shelf), pools=pools, had=had)
    lacking = [due for due in wanting if due.stop.id not in drops]
    without = {due.stop.id for due in lacking}
    made = [due for due in visited if due.stop.id not in without]
    there = pools.given_out((*shelf, *_brought_back(district, made, monday)))
    drops |= _given(district, lacking, _less(there, drops), pools=pools, had=had)
    lacking = [due for due in lacking if due.stop.id not in drops]
    again = _once_more(district, lacking, _less(there, drops), pools=pools, monday=monday)
    bare = district.settings.batches.when_seen_all == "no-books"
    drops |= {stop: () if bare else books for stop, books in again.items()}
    return visited, drops, tuple(again)


def after_visits(district: District, visits: Sequence[PastVisit], *, store: str) -> District:
    """Return the district after some visits as if they were recorded."""
    moved = {v.batch: (v.depot or store, v.date) for v in visits if v.action == "collected"}
    moved |= {v.batch: (v.stop, v.date) for v in visits if v.action == "dropped"}
    batches = tuple(_moved(b, *moved[b.id]) if b.id in moved else b for b in district.batches)
    return msgspec.structs.replace(district, visits=(*district.visits, *visits), batches=batches)


def _week(
    district: District, monday: dt.date, among: Collection[str] | None
) -> tuple[StockWeek, District]:
    """Return a week, and the district as it stands after it."""
    visited, drops, again = _visited_of(district, monday, among)
    wanting = [due for due in visited if due.stop.books > 0]
    lacking = [due for due in wanting if due.stop.id not in drops]
    pools = Pools.of(district, monday, [due.stop.id for due in wanting])
    made_up, swapped = _helped(district, lacking, pools, monday)
    drops = drops | swapped | {stop: (batch.id,) for stop, batch in made_up.items()}
    mended = [_mended(b, pools, monday) for b in district.batches]
    more = (*mended, *made_up.values())
    after = _after(msgspec.structs.replace(district, batches=more), monday, visited, drops)
    week = StockWeek(
        monday=monday,
        due=tuple(due.stop.id for due in wanting),
        again=again,
        lacking=tuple(made_up),
        left=len(_shelf(after)),
        made=tuple(due.stop.id for due in wanting),
    )
    return week, after


def _helped(
    district: District, lacking: Sequence[DueStop], pools: Pools, monday: dt.date
) -> tuple[dict[str, Batch], Drops]:
    """Return the batches made up for stops that find none, and what those get that need none then.

    What a stop brings back that gets one serves others; what these bring back is too late.
    """
    had = had_before(district, monday)
    made: dict[str, Batch] = {}
    drops: Drops = {}
    waiting = list(lacking)
    while waiting:
        due = waiting.pop(0)
        made[due.stop.id] = _made_up(district, due.stop, monday)
        back = pools.given_out(_brought_back(district, [due], monday))
        if back and waiting:
            drops |= _given(district, waiting, back, pools=pools, had=had)
            waiting = [other for other in waiting if other.stop.id not in drops]
    return made, drops


def _mended(batch: Batch, pools: Pools, monday: dt.date) -> Batch:
    """Return a batch that stayed in the store to be mended as if that took a week."""
    if pools.withheld.get(batch.id) != "mending":
        return batch
    return msgspec.structs.replace(batch, mended=monday + dt.timedelta(days=6))


def _made_up(district: District, stop: Stop, monday: dt.date) -> Batch:
    """Return a batch of as many books as a stop wants; no id of the tables has a line break."""
    return Batch(
        id=f"{stop.id}\n{monday}",
        books=stop.books,
        at=stop.id,
        mix=stop.mix,
        pool=pool_of(district, stop),
    )


def _comes(due: DueStop) -> bool:
    return due.due and bool(due.dates) and due.stop.access == "road"


def _shelf(district: District) -> tuple[Supply, ...]:
    """Return the batches that are in a depot."""
    return tuple(
        Supply(batch=batch, depot=batch.at)
        for batch in district.batches
        if batch.at in district.depots_by_id
    )


def _brought_back(
    district: District, visited: Sequence[DueStop], monday: dt.date
) -> Iterator[Supply]:
    """Yield what the visits of a week bring back."""
    depot = district.depots[0].id
    for due in visited:
        for batch in collectable(district, due.stop, monday):
            yield Supply(batch=batch, depot=depot, since=monday)


def _less(supplies: Sequence[Supply], drops: Mapping[str, Sequence[str]]) -> list[Supply]:
    gone = {name for some in drops.values() for name in some}
    return [supply for supply in supplies if supply.batch.id not in gone]


def _given(
    district: District,
    wanting: Sequence[DueStop],
    free: Sequence[Supply],
    *,
    pools: Pools,
    had: Mapping[str, frozenset[str]],
) -> Drops:
    """Return what each stop gets of the free batches that are new to it."""
    weights = district.settings.weights
    demands = [
        Demand(stop=due.stop, weight=prize(due, weights), marks=pools.marks_of(due.stop.id))
        for due in wanting
    ]
    supplies = [msgspec.structs.replace(supply, since=None) for supply in free]
    return dict(assign_batches(demands, supplies, had=had).drops)


def _once_more(
    district: District,
    lacking: Sequence[DueStop],
    free: Sequence[Supply],
    *,
    pools: Pools,
    monday: dt.date,
) -> Drops:
    """Return what stops get that have had all the batches there are, the longest ago first."""
    if not lacking:
        return {}
    seen, had = seen_longest_ago(district, monday), had_before(district, monday)
    every = {supply.batch.id for supply in pools.given_out(_shelf(district))}
    names = {supply.batch.id for supply in free}
    found: Drops = {}
    for due in lacking:
        stop = due.stop.id
        may = {batch for batch in every if pools.may_get(stop, batch)}
        own = [b for b in seen.get(stop, ()) if b in names and pools.may_get(stop, b)]
        if own and may <= had[stop]:
            found[stop] = (own[0],)
            names.discard(own[0])
    return found


def _after(
    district: District,
    monday: dt.date,
    made: Sequence[DueStop],
    drops: Mapping[str, Sequence[str]],
) -> District:
    """Return the district with the visits of a week recorded as done, and its batches moved."""
    done = [visit for due in made for visit in _recorded(district, monday, due, drops)]
    return after_visits(district, done, store=district.depots[0].id)


def _moved(batch: Batch, place: str, day: dt.date) -> Batch:
    """Return a batch in another place; since when it is there matters in pools alone."""
    since = day if batch.pool else batch.since
    return msgspec.structs.replace(batch, at=place, since=since)


def _recorded(
    district: District, monday: dt.date, due: DueStop, drops: Mapping[str, Sequence[str]]
) -> Iterator[PastVisit]:
    """Yield the rows of a visit on the first day on which it may be made."""
    stop, date = due.stop, due.dates[0]
    depot = district.depots[0].id
    for batch in collectable(district, stop, monday):
        yield PastVisit(date=date, stop=stop.id, batch=batch.id, action="collected", depot=depot)
    for name in drops.get(stop.id, ()):
        yield PastVisit(date=date, stop=stop.id, batch=name, action="dropped")
    yield PastVisit(date=date, stop=stop.id)
