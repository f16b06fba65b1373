"""How it is with an event: what was brought and came back by the records, and what is to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from bookcar.batches.pools import Pools
from bookcar.due import due_stops
from bookcar.fairs.days import Span, bringing, car_days, fetching, held, lenders, share, weeks_of
from bookcar.fairs.loads import most_brought, with_fairs
from bookcar.inputs.movements import before
from bookcar.model import Batch, District, Event, PastVisit
from bookcar.weeks import monday_of


class EventWeek(msgspec.Struct, frozen=True, kw_only=True):
    """A week of an event as it lies ahead.

    Attributes
    ----------
    brings, fetches
        Books to be brought or fetched, if every week before carries its share.
    car_days
        On which cars may come for that, and how many ``books`` they could carry, a load each.
    """

    monday: dt.date
    brings: int
    fetches: int
    car_days: int
    books: int


class Lender(msgspec.Struct, frozen=True, kw_only=True):
    """A pool that lends to an event: batches in the store, and those that stay for its stops."""

    pool: str
    batches: int
    kept: int
    lendable: int
    books: int


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """An event as the records have it before a week, and what is to come.

    Attributes
    ----------
    brought, back
        Books that were brought to it and that came back, as the visits count them.
    there
        Books of the batches that are there now.
    missing
        Books that were brought, are not there and did not come back.
    not_back
        Batches that are still there though the days for fetching them are over.
    wanted
        Books that still are to be brought.
    weeks
        From the first week on in which anything is to be carried.
    lenders
        What its pools could lend in the first of these weeks in which books are brought.
    """

    event: Event
    monday: dt.date
    brought: int
    back: int
    there: int
    missing: int
    not_back: tuple[str, ...]
    wanted: int
    weeks: tuple[EventWeek, ...]
    lenders: tuple[Lender, ...]

    @property
    def lendable(self) -> int:
        """Books that its pools could lend."""
        return sum(one.books for one in self.lenders)

    @property
    def lacking(self) -> int:
        """Books that no pool lends."""
        return max(0, self.wanted - self.lendable)

    @property
    def too_many(self) -> int:
        """Books that its cars cannot bring in the weeks for that."""
        rooms = sum(week.books for week in self.weeks if week.monday < monday_of(self.event.first))
        same = [week.books for week in self.weeks if week.monday == monday_of(self.event.first)]
        return max(0, self.wanted - rooms - sum(same))


def outlook(district: District, event: Event, monday: dt.date) -> Outlook:
    """Return how it is with an event before a week."""
    then = before(district, monday)
    there = held(then, event)
    brought, back = _moved(then, event, "dropped"), _moved(then, event, "collected")
    bring = bringing(then, event)
    wanted = max(0, event.books - _books(there)) if monday <= bring.last else 0
    fetch = fetching(then, event)
    late = monday > fetch.last
    return Outlook(
        event=event,
        monday=monday,
        brought=brought,
        back=back,
        there=_books(there),
        missing=max(0, brought - back - _books(there)),
        not_back=tuple(batch.id for batch in there) if late else (),
        wanted=wanted,
        weeks=tuple(_weeks(then, event, monday, there)),
        lenders=tuple(_lenders(then, event, monday)) if wanted else (),
    )


def _moved(district: District, event: Event, action: str) -> int:
    sizes = {batch.id: batch.books for batch in district.batches}
    return sum(
        visit.books or sizes.get(visit.batch, 0)
        for visit in district.visits
        if _counts(visit, action) and district.place_of(visit.stop) == event.id
    )


def _counts(visit: PastVisit, action: str) -> bool:
    return visit.status == "done" and visit.action == action


def _weeks(
    district: District, event: Event, monday: dt.date, there: tuple[Batch, ...]
) -> Iterable[EventWeek]:
    """Yield the weeks ahead in which something is carried, each with its share."""
    bring, fetch = bringing(district, event), fetching(district, event)
    at = _books(there)
    if at and monday > fetch.last:  # what was not fetched in time is, as soon as can be
        days = car_days(district, event, monday, Span(monday, monday + dt.timedelta(days=6)))
        most = sum(one.vehicle.books for one in days)
        yield EventWeek(monday=monday, brings=0, fetches=at, car_days=len(days), books=most)
    for week in weeks_of(district, event):
        if week < monday:
            continue
        days = (*car_days(district, event, week, bring), *car_days(district, event, week, fetch))
        brings = share(district, event, week, span=bring, books=max(0, event.books - at))
        brings = min(brings, most_brought(district, event, week))
        at += brings
        fetches = share(district, event, week, span=fetch, books=at)
        at -= fetches
        if brings or fetches:
            yield EventWeek(
                monday=week,
                brings=brings,
                fetches=fetches,
                car_days=len(days),
                books=most_brought(district, event, week)
                if brings
                else sum(one.vehicle.books for one in days),
            )


def _lenders(district: District, event: Event, monday: dt.date) -> Iterable[Lender]:
    """Yield what each pool lends in the first week that brings books, as its store is now."""
    week = max(monday, monday_of(bringing(district, event).first))
    alone = msgspec.structs.replace(district, events=(event,))
    then = with_fairs(alone, week)
    wanting = [due.stop.id for due in due_stops(then, week) if due.due and due.stop.books]
    pools = Pools.of(then, week, wanting)
    for name in lenders(district, event):
        shelf = [b for b in then.batches if b.pool == name and b.at in then.depots_by_id]
        lent = [b for b in shelf if pools.lends(b.id)]
        yield Lender(
            pool=name,
            batches=len(shelf),
            kept=pools.kept.get(name, 0),
            lendable=len(lent),
            books=_books(lent),
        )


def _books(batches: Iterable[Batch]) -> int:
    return sum(batch.books for batch in batches)
