"""On which days the books of an event are brought and fetched, and with how many car-days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bookcar.calendars.days import Calendar
from bookcar.model import Batch, District, Event, Vehicle
from bookcar.weeks import monday_of, week_dates

ROOM_FACTOR = 2
"""Cars could carry as much more in the weeks taken: half of their days stay for everybody else."""
MOST_WEEKS = 13
"""So many weeks before or after an event at most, where its row names none."""

_DAY, _WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
_NO_LIMIT = 10**9


class CarDay(NamedTuple):
    """A car on a day on which it may come to an event."""

    day: dt.date
    vehicle: Vehicle


class Span(NamedTuple):
    """Days, both included."""

    first: dt.date
    last: dt.date

    def mondays(self) -> tuple[dt.date, ...]:
        """Return the Mondays of its weeks."""
        count = 1 + (monday_of(self.last) - monday_of(self.first)).days // 7
        return tuple(monday_of(self.first) + n * _WEEK for n in range(max(0, count)))


def bringing(district: District, event: Event) -> Span:
    """Return on which days books are brought to an event.

    The last is the one before it opens; the first is the Monday so many weeks before that cars
    could carry twice as much.
    """
    last = event.bring_by or event.first - _DAY
    return Span(event.bring_from or _first(district, event, last), last)


def fetching(district: District, event: Event) -> Span:
    """Return on which days books are fetched: from the day after it on, as `bringing`."""
    first = event.fetch_from or event.last + _DAY
    return Span(first, event.fetch_by or _last(district, event, first))


def car_days(district: District, event: Event, monday: dt.date, span: Span) -> tuple[CarDay, ...]:
    """Return who may come to an event on which day of a week, of the days of a span."""
    calendar = Calendar(district)
    stop = event.stop
    cars = [car for car in district.vehicles if not stop.vehicles or car.id in stop.vehicles]
    days = [d for d in calendar.of_stop(stop).open_days(monday) if span.first <= d <= span.last]
    return tuple(CarDay(day, car) for day in days for car in cars if calendar.works(car, day))


def lenders(district: District, event: Event) -> tuple[str, ...]:
    """Return the pools that lend to an event; an empty id stands for batches of none."""
    named = event.pools or [pool.id for pool in district.pools if event.id in pool.stops]
    rings = {pool.id for pool in district.pools if pool.order == "ring"}
    return tuple(pool for pool in named if pool not in rings) or ("",)


def held(district: District, event: Event) -> tuple[Batch, ...]:
    """Return the batches that are at an event."""
    return tuple(batch for batch in district.batches if district.place_of(batch.at) == event.id)


def share(district: District, event: Event, monday: dt.date, *, span: Span, books: int) -> int:
    """Return how many of the books still to be carried a week carries: by what its cars can.

    Once the days of a span are over nothing is left to share; the last week takes the rest.
    """
    weeks = [week for week in span.mondays() if week >= monday]
    rooms = [sum(one.vehicle.books for one in car_days(district, event, w, span)) for w in weeks]
    if not weeks or weeks[0] != monday or not rooms[0]:
        return 0
    return -(-books * rooms[0] // sum(rooms))


def weeks_of(district: District, event: Event) -> tuple[dt.date, ...]:
    """Return the Mondays from the first week in which books come to the last in which they go."""
    return Span(bringing(district, event).first, fetching(district, event).last).mondays()


def _first(district: District, event: Event, last: dt.date) -> dt.date:
    rooms = 0
    for count in range(MOST_WEEKS):
        first = monday_of(last) - count * _WEEK
        rooms += _room(district, event, first, Span(first, last))
        if rooms >= ROOM_FACTOR * event.books:
            return first
    return monday_of(last)


def _last(district: District, event: Event, first: dt.date) -> dt.date:
    rooms = 0
    for count in range(MOST_WEEKS):
        monday = monday_of(first) + count * _WEEK
        sunday = week_dates(monday)[-1]
        rooms += _room(district, event, monday, Span(first, sunday))
        if rooms >= ROOM_FACTOR * event.books:
            return sunday
    return week_dates(monday_of(first))[-1]


def _room(district: District, event: Event, monday: dt.date, span: Span) -> int:
    return sum(one.vehicle.books for one in car_days(district, event, monday, span))


def in_turn(days: Sequence[CarDay]) -> Iterator[CarDay]:
    """Yield car-days so that each car comes once before any comes again, the largest first.

    Each comes as often as it can: on all its days, then on all of them again if it reloads.
    """
    by_car: dict[str, list[CarDay]] = {}
    for one in sorted(days, key=lambda one: -one.vehicle.books):
        by_car.setdefault(one.vehicle.id, []).append(one)
    by_car = {car: own * (1 + own[0].vehicle.reloads) for car, own in by_car.items()}
    for turn in range(max(map(len, by_car.values()), default=0)):
        yield from (own[turn] for own in by_car.values() if turn < len(own))


def room_of(vehicle: Vehicle) -> tuple[int, int]:
    """Return how many books and kg a car carries; kg as much as may be where only books count."""
    return vehicle.books, _NO_LIMIT if vehicle.kg is None else vehicle.kg
