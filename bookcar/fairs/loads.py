"""What a week brings to an event or fetches from it, as loads: each a stop that one car visits.

A load is no larger than what a car carries, whole batches counted; any car may carry any, so two
cars come on one day, and one car twice. So the search needs to know nothing of events.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from fractions import Fraction

import msgspec

from bookcar.fairs.days import (
    CarDay,
    Span,
    bringing,
    car_days,
    fetching,
    held,
    in_turn,
    lenders,
    room_of,
    share,
)
from bookcar.model import Batch, District, Event, Load, Stop, load_id

_PERCENT_FULL = 95
"""How full a load is planned to be: batches are whole, and seldom fill a car to the last book."""


def with_fairs(district: District, monday: dt.date) -> District:
    """Return a district, as it stood before a week, with the loads of its events as stops.

    What a load fetches is at its stop; what stays at an event is at the event. The pools that lend
    to it are for what is brought.
    """
    if not district.events:
        return district
    found = _without_loads(district)
    for event in district.events:
        found = _with_event(found, event, monday)
    visits = tuple(
        msgspec.structs.replace(visit, stop=place)
        if (place := district.place_of(visit.stop)) != visit.stop
        else visit
        for visit in found.visits
    )
    return msgspec.structs.replace(found, visits=visits)


def _without_loads(district: District) -> District:
    """Return a district without the loads of another week, or of this one if they are known."""
    loads = {stop.id for stop in district.stops if stop.load is not None}
    if not loads:
        return district
    return msgspec.structs.replace(
        district,
        stops=tuple(stop for stop in district.stops if stop.load is None),
        batches=tuple(
            msgspec.structs.replace(b, at=district.place_of(b.at)) if b.at in loads else b
            for b in district.batches
        ),
        pools=tuple(
            msgspec.structs.replace(pool, stops=tuple(s for s in pool.stops if s not in loads))
            if loads & {*pool.stops}
            else pool
            for pool in district.pools
        ),
    )


def _with_event(district: District, event: Event, monday: dt.date) -> District:
    there = held(district, event)
    brought = _to_bring(district, event, monday, sum(batch.books for batch in there))
    fetched = _to_fetch(district, event, monday, there, first=1 + len(brought))
    stops = [*brought, *(stop for stop, _ in fetched)]
    if not stops:
        return district
    at = {batch.id: stop.id for stop, batches in fetched for batch in batches}
    lending = lenders(district, event) if brought else ()
    ids = tuple(stop.id for stop in brought)
    return msgspec.structs.replace(
        district,
        stops=(*district.stops, *stops),
        batches=tuple(
            msgspec.structs.replace(b, at=at[b.id]) if b.id in at else b for b in district.batches
        ),
        pools=tuple(
            msgspec.structs.replace(pool, stops=(*pool.stops, *ids)) if pool.id in lending else pool
            for pool in district.pools
        ),
    )


def _to_bring(district: District, event: Event, monday: dt.date, there: int) -> list[Stop]:
    span = bringing(district, event)
    books = share(district, event, monday, span=span, books=max(0, event.books - there))
    days = car_days(district, event, monday, span)
    if not books or not days:
        return []
    shelf = _shelf(district, event)
    rooms = _rooms(books, [_usable(one, shelf) for one in in_turn(days)])
    wanted = _shared_out(min(books, sum(rooms)), rooms)
    return [
        _stop(event, days, brings=True, number=n, of=len(wanted), books=books)
        for n, books in enumerate(wanted, start=1)
    ]


def most_brought(district: District, event: Event, monday: dt.date) -> int:
    """Return how many books the cars of a week could bring to an event, in whole batches."""
    days = car_days(district, event, monday, bringing(district, event))
    shelf = _shelf(district, event)
    return sum(_usable(one, shelf) for one in in_turn(days))


def _shelf(district: District, event: Event) -> tuple[Batch, ...]:
    """Return the batches that may be brought to an event, wherever they are."""
    own = lenders(district, event)
    return tuple(batch for batch in district.batches if batch.pool in own and batch.books)


def _usable(one: CarDay, shelf: Sequence[Batch]) -> int:
    """Return how many books a car brings of whole batches, by books and by weight."""
    books, kg = room_of(one.vehicle)
    each = max((Fraction(batch.kg, batch.books) for batch in shelf), default=Fraction(0))
    if each:
        books = min(books, int(kg / each))
    return max(1, books * _PERCENT_FULL // 100)


def _rooms(books: int, usable: Sequence[int]) -> list[int]:
    """Return the first rooms that hold so many books together, or all."""
    found: list[int] = []
    for room in usable:
        if sum(found) >= books:
            break
        found.append(room)
    return found


def _shared_out(books: int, rooms: Sequence[int]) -> list[int]:
    """Return books in shares as large as the rooms are, in whole numbers that add up."""
    shares, done, left = [], 0, sum(rooms)
    for room in rooms:
        share_of = -(-(books - done) * room // left)
        shares.append(share_of)
        done += share_of
        left -= room
    return [one for one in shares if one]


def _to_fetch(
    district: District, event: Event, monday: dt.date, there: Sequence[Batch], *, first: int
) -> list[tuple[Stop, tuple[Batch, ...]]]:
    span = fetching(district, event)
    late = monday > span.last
    if late:  # whatever is still there is fetched as soon as a car can
        span = Span(monday, monday + dt.timedelta(days=6))
    days = car_days(district, event, monday, span)
    if not there or not days:
        return []
    books = share(district, event, monday, span=span, books=_books(there))
    loads = _packed(_first_books(there, books), [room_of(d.vehicle) for d in in_turn(days)])
    return [
        (_stop(event, days, brings=False, number=n, of=first - 1 + len(loads)), load)
        for n, load in enumerate(loads, start=first)
    ]


def _first_books(batches: Iterable[Batch], books: int) -> list[Batch]:
    """Return the first batches, by their ids, that are so many books together."""
    found: list[Batch] = []
    for batch in sorted(batches, key=lambda batch: batch.id):
        if sum(one.books for one in found) >= books:
            break
        found.append(batch)
    return found


def _packed(batches: Sequence[Batch], rooms: Sequence[tuple[int, int]]) -> list[tuple[Batch, ...]]:
    """Return batches in loads that rooms of books and kg take, the largest first.

    The first rooms are taken that hold all of them; what none has room for waits.
    """
    best: list[list[Batch]] = []
    for count in range(1, len(rooms) + 1):
        best, left = _in_rooms(batches, rooms[:count])
        if not left:
            break
    return [tuple(sorted(load, key=lambda batch: batch.id)) for load in best if load]


def _in_rooms(
    batches: Iterable[Batch], rooms: Sequence[tuple[int, int]]
) -> tuple[list[list[Batch]], int]:
    """Return what each room gets, and how many batches none has room for."""
    loads: list[list[Batch]] = [[] for _ in rooms]
    left = 0
    for batch in sorted(batches, key=lambda batch: (-batch.books, -batch.kg, batch.id)):
        fits = [k for k, room in enumerate(rooms) if _takes(room, [*loads[k], batch])]
        if not fits:
            left += 1
            continue
        emptiest = min(fits, key=lambda k: (Fraction(_books(loads[k]), max(1, rooms[k][0])), k))
        loads[emptiest].append(batch)
    return loads, left


def _takes(room: tuple[int, int], batches: Sequence[Batch]) -> bool:
    return _books(batches) <= room[0] and sum(batch.kg for batch in batches) <= room[1]


def _books(batches: Iterable[Batch]) -> int:
    return sum(batch.books for batch in batches)


def _stop(
    event: Event, days: Sequence[CarDay], *, brings: bool, number: int, of: int, books: int = 0
) -> Stop:
    """Return the stop of a load; its name needs no language."""
    mark = f" {number}/{of}" if of > 1 else ""
    return msgspec.structs.replace(
        event.stop,
        id=load_id(event.id, number),
        name=event.stop.name + mark,
        name_en=event.stop.name_en and event.stop.name_en + mark,
        books=books,
        every_weeks=1,
        required=True,
        public=False,
        load=Load(
            event=event.id,
            brings=brings,
            number=number,
            of=of,
            days=tuple(dict.fromkeys(one.day for one in days)),
        ),
    )
