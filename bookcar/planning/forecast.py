"""The stock over the weeks to come: whether each stop that falls due finds a batch new to it.

The weeks follow each other as if every due stop were visited: it gives back what it had, and gets
of the batches in the depots what `bookcar.batches` would give it. No car, road or opening hour
limits that, so the stock lasts longer where fewer stops are visited. Where a stop finds no batch,
one is taken to be made up for it, which then goes round with the others: so many are needed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from bookcar.batches.assign import Supply, assign_batches
from bookcar.batches.holdings import collectable, had_before, seen_longest_ago
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
    """

    monday: dt.date
    due: tuple[str, ...]
    again: tuple[str, ...]
    lacking: tuple[str, ...]
    left: int


def forecast(
    district: District, monday: dt.date, *, weeks: int, progress: Progress = SILENT
) -> tuple[StockWeek, ...]:
    """Return what becomes of the stock in some weeks from ``monday`` on.

    Raises
    ------
    ValueError
        If ``monday`` is another day of the week.
    """
    progress.start("steps.stock", total=weeks)
    now, found = before(district, monday), []
    for n in range(weeks):
        week, now = _week(now, monday + dt.timedelta(weeks=n))
        found.append(week)
        progress.advance(n + 1)
    progress.finish("steps.stock-done", count=weeks)
    return tuple(found)


def _week(district: District, monday: dt.date) -> tuple[StockWeek, District]:
    """Return a week, and the district as it stands after it."""
    visited = [due for due in due_stops(district, monday) if _comes(due)]
    wanting = [due for due in visited if due.stop.books > 0]
    had = had_before(district, monday)
    shelf = _shelf(district)
    drops = _given(district, wanting, shelf, had)
    back = {b.id for due in visited for b in collectable(district, due.stop)}
    lacking = [due for due in wanting if due.stop.id not in drops]
    # What the first visits of the week bring back goes to the later ones.
    drops |= _given(district, lacking, _less(shelf | back, drops), had)
    lacking = [due for due in lacking if due.stop.id not in drops]
    again = _once_more(district, lacking, _less(shelf | back, drops), monday)
    lacking = [due for due in lacking if due.stop.id not in again]
    bare = district.settings.batches.when_seen_all == "no-books"
    drops |= {stop: () if bare else books for stop, books in again.items()}
    made_up = {due.stop.id: _made_up(due.stop, monday) for due in lacking}
    drops |= {stop: (batch.id,) for stop, batch in made_up.items()}
    more = (*district.batches, *made_up.values())
    after = _after(msgspec.structs.replace(district, batches=more), visited, drops)
    week = StockWeek(
        monday=monday,
        due=tuple(due.stop.id for due in wanting),
        again=tuple(again),
        lacking=tuple(made_up),
        left=len(_shelf(after)),
    )
    return week, after


def _made_up(stop: Stop, monday: dt.date) -> Batch:
    """Return a batch of as many books as a stop wants; no id of the tables has a line break."""
    return Batch(id=f"{stop.id}\n{monday}", books=stop.books, at=stop.id, mix=stop.mix)


def _comes(due: DueStop) -> bool:
    return due.due and bool(due.dates) and due.stop.access == "road"


def _shelf(district: District) -> set[str]:
    """Return the batches that are in a depot."""
    return {batch.id for batch in district.batches if batch.at in district.depots_by_id}


def _less(batches: set[str], drops: Mapping[str, Sequence[str]]) -> set[str]:
    return batches - {name for some in drops.values() for name in some}


def _given(
    district: District,
    wanting: Sequence[DueStop],
    free: set[str],
    had: Mapping[str, frozenset[str]],
) -> Drops:
    """Return what each stop gets of the free batches that are new to it."""
    weights = district.settings.weights
    demands = [Demand(stop=due.stop, weight=prize(due, weights)) for due in wanting]
    depot = district.depots[0].id
    supplies = [
        Supply(batch=batch, depot=batch.at if batch.at in district.depots_by_id else depot)
        for batch in district.batches
        if batch.id in free
    ]
    return dict(assign_batches(demands, supplies, had=had).drops)


def _once_more(
    district: District, lacking: Sequence[DueStop], free: set[str], monday: dt.date
) -> Drops:
    """Return what stops get that have had all the batches there are, the longest ago first."""
    if not lacking:
        return {}
    seen, had = seen_longest_ago(district, monday), had_before(district, monday)
    every = {batch.id for batch in district.batches if batch.at in district.depots_by_id}
    found: Drops = {}
    for due in lacking:
        stop = due.stop.id
        own = [name for name in seen.get(stop, ()) if name in free]
        if own and every <= had[stop]:
            found[stop] = (own[0],)
            free = free - {own[0]}
    return found


def _after(
    district: District, made: Sequence[DueStop], drops: Mapping[str, Sequence[str]]
) -> District:
    """Return the district with the visits of a week recorded as done, and its batches moved."""
    done = [visit for due in made for visit in _recorded(district, due, drops)]
    at = {v.batch: v.stop for v in done if v.action == "dropped"}
    put_off = {v.batch: v.depot for v in done if v.action == "collected"}
    batches = tuple(
        msgspec.structs.replace(b, at=at.get(b.id) or put_off.get(b.id, b.at))
        for b in district.batches
    )
    return msgspec.structs.replace(district, visits=(*district.visits, *done), batches=batches)


def _recorded(
    district: District, due: DueStop, drops: Mapping[str, Sequence[str]]
) -> Iterator[PastVisit]:
    """Yield the rows of a visit on the first day on which it may be made."""
    stop, date = due.stop, due.dates[0]
    depot = district.depots[0].id
    for batch in collectable(district, stop):
        yield PastVisit(date=date, stop=stop.id, batch=batch.id, action="collected", depot=depot)
    for name in drops.get(stop.id, ()):
        yield PastVisit(date=date, stop=stop.id, batch=name, action="dropped")
    yield PastVisit(date=date, stop=stop.id)
