"""Visits in parts: a stop that wants, or holds, more books than a car carries gets several.

The parts are visits of one week on different days, each with a share of the books; a batch is never
split. How many they are is told by the cars that may come and by the batches in the depots alone,
before any route is known.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

import msgspec

from bookcar.calendars.days import Calendar
from bookcar.due import DueStop, due_stops
from bookcar.model import Batch, District, Stop, Vehicle

_Loads = TypeVar("_Loads", bound=Batch)
_NO_LIMIT = 10**9


class _Room(NamedTuple):
    """What a car carries; ``kg`` is as much as may be where only books are limited."""

    books: int
    kg: int

    def takes(self, books: int, kg: int) -> bool:
        return books <= self.books and kg <= self.kg


def with_parts(district: District, monday: dt.date) -> District:
    """Return the district with the stops that are delivered in parts in a week.

    Such a stop has `Stop.in_all`, as many visits as parts, at least a day apart, and at each the
    books of one part. A stop that wants two visits a week is not: each brings what a car can.
    """
    held = _held(district)
    asking = {stop.id for stop in district.stops if _may_be_more(district, stop, held)}
    if not asking:
        return district
    shelf = _shelf(district)
    found = {
        due.stop.id: part
        for due in due_stops(district, monday)
        if due.stop.id in asking and due.due
        if (part := _in_parts(district, due, shelf, held[due.stop.id])) is not None
    }
    stops = tuple(found.get(stop.id, stop) for stop in district.stops)
    return msgspec.structs.replace(district, stops=stops)


def part_of(stop: Stop, number: int, batches: Sequence[_Loads]) -> tuple[_Loads, ...]:
    """Return which of the batches that are at a stop its visit of a number collects.

    Of one that is not delivered in parts, that is all of them.
    """
    if not stop.in_parts:
        return tuple(batches)
    own = shares(batches, stop.visits_a_week)
    return own[number - 1] if number <= len(own) else ()


def shares(batches: Iterable[_Loads], count: int) -> list[tuple[_Loads, ...]]:
    """Return batches in so many shares, as even in books as they come, the largest first."""
    found: list[list[_Loads]] = [[] for _ in range(count)]
    books = [0] * count
    for batch in sorted(batches, key=lambda one: (-one.books, one.id)):
        least = books.index(min(books))
        found[least].append(batch)
        books[least] += batch.books
    return [tuple(sorted(share, key=lambda one: one.id)) for share in found]


def _held(district: District) -> dict[str, list[Batch]]:
    """Return by stop the batches that are there and are collected at stops of its kind."""
    rotating = {s.id for s in district.stops if s.kind in district.settings.batches.rotate}
    held: dict[str, list[Batch]] = defaultdict(list)
    for batch in district.batches:
        if batch.at in rotating:
            held[batch.at].append(batch)
    return held


def _shelf(district: District) -> list[Batch]:
    """Return the batches with books that are in depots, the largest first."""
    there = (b for b in district.batches if b.books and b.at in district.depots_by_id)
    return sorted(there, key=lambda batch: (-batch.books, -batch.kg, batch.id))


def _is_for(district: District, batch: Batch, stop: Stop) -> bool:
    """Tell whether the pool of a batch, if it has one, is for a stop."""
    return district.pools_by_id[batch.pool].serves(stop) if batch.pool else not stop.pool


def _may_be_more(district: District, stop: Stop, held: dict[str, list[Batch]]) -> bool:
    if stop.visits_a_week > 1 or stop.access == "foot" or stop.load is not None:
        return False
    rooms = [
        _room(car) for car in district.vehicles if not stop.vehicles or car.id in stop.vehicles
    ]
    return any(
        not room.takes(*_sum(held.get(stop.id, ()))) or stop.books > room.books for room in rooms
    )


def _in_parts(
    district: District, due: DueStop, shelf: Sequence[Batch], held: Sequence[Batch]
) -> Stop | None:
    """Return a stop as its week delivers it; None if one visit will do, or has to."""
    by_day, wanted = _rooms(district, due), due.stop.books
    shelf = [batch for batch in shelf if _is_for(district, batch, due.stop)]
    every = (room for some in by_day.values() for room in some)
    if not by_day or any(wanted <= room.books and room.takes(*_sum(held)) for room in every):
        return None
    rooms = sorted((max(some) for some in by_day.values()), reverse=True)
    count = next(
        (n for n in range(1, len(rooms) + 1) if _enough(wanted, rooms[:n], shelf, held)),
        len(rooms),
    )
    count = min(count, _useful(wanted, rooms, shelf, held))
    if count < 2:
        return None
    return msgspec.structs.replace(
        due.stop,
        in_all=wanted,
        books=-(-wanted // count),
        visits_a_week=count,
        days_between=1,
    )


def _rooms(district: District, due: DueStop) -> dict[dt.date, list[_Room]]:
    """Return what the cars that may come carry, on each day of a stop on which one goes out."""
    calendar, allowed = Calendar(district), due.stop.vehicles
    cars = [car for car in district.vehicles if not allowed or car.id in allowed]
    found = {day: [_room(c) for c in cars if calendar.works(c, day)] for day in due.dates}
    return {day: rooms for day, rooms in found.items() if rooms}


def _enough(
    books: int, rooms: Sequence[_Room], shelf: Sequence[Batch], held: Sequence[Batch]
) -> bool:
    """Tell whether so many visits can bring the books wanted, and take what is held."""
    return _takes_held(rooms, held) and _loaded(books, rooms, shelf) >= books


def _useful(
    books: int, rooms: Sequence[_Room], shelf: Sequence[Batch], held: Sequence[Batch]
) -> int:
    """Return the fewest visits after which one more brings nothing that the batches allow."""
    most = _loaded(books, rooms, shelf)
    for count in range(1, len(rooms) + 1):
        if _takes_held(rooms[:count], held) and _loaded(books, rooms[:count], shelf) >= most:
            return count
    return len(rooms)


def _takes_held(rooms: Sequence[_Room], held: Sequence[Batch]) -> bool:
    sums = sorted((_sum(share) for share in shares(held, len(rooms))), reverse=True)
    return all(room.takes(*own) for room, own in zip(rooms, sums, strict=True))


def _loaded(books: int, rooms: Sequence[_Room], shelf: Sequence[Batch]) -> int:
    """Return how many of the books wanted so many visits bring: evenly, or each as full as can be.

    The largest batches come first, and a batch goes to the first visit that has room for it.
    """
    even = -(-books // len(rooms))
    return max(_packed(books, rooms, shelf, most) for most in (even, books))


def _packed(books: int, rooms: Sequence[_Room], shelf: Sequence[Batch], most: int) -> int:
    """Return what visits bring of the books that get no batch more once they have so many."""
    got = [_Room(0, 0)] * len(rooms)
    for batch in shelf:
        for k, room in enumerate(rooms):
            more = _Room(got[k].books + batch.books, got[k].kg + batch.kg)
            if got[k].books < most and room.takes(*more):
                got[k] = more
                break
        if sum(min(one.books, most) for one in got) >= books:
            break
    return min(books, sum(min(one.books, most) for one in got))


def _room(car: Vehicle) -> _Room:
    return _Room(car.books, _NO_LIMIT if car.kg is None else car.kg)


def _sum(batches: Iterable[Batch]) -> tuple[int, int]:
    some = tuple(batches)
    return sum(batch.books for batch in some), sum(batch.kg for batch in some)
