"""What pools may lend to events: what is in the store, less what the next weeks need of it.

A pool keeps as many batches as its stops are to get until the lent ones are back: those that the
timetable promises, or where it says nothing, those that fall due, no more than cars can visit. What
the visits of a week bring back serves the weeks after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bookcar.calendars.days import Calendar
from bookcar.calendars.promises import Timetable
from bookcar.due import DueStop, due_stops
from bookcar.fairs.days import fetching, lenders
from bookcar.model import Batch, District, Event, Stop
from bookcar.weeks import monday_of, week_dates, weeks_between

_WEEK = dt.timedelta(weeks=1)


def borrowers(district: District) -> Mapping[str, tuple[Event, ...]]:
    """Return by pool the events that books of it are brought to, of a district as of a week.

    An empty id stands for the batches of no pool.
    """
    names = {stop.load.event for stop in district.stops if stop.load and stop.load.brings}
    events = [event for event in district.events if event.id in names]
    pools = dict.fromkeys(pool for event in events for pool in lenders(district, event))
    return {
        pool: tuple(event for event in events if pool in lenders(district, event)) for pool in pools
    }


def kept_back(district: District, monday: dt.date, pool: str, events: Sequence[Event]) -> int:
    """Return how many batches of a pool stay in the store for its stops until events give back.

    Parameters
    ----------
    monday
        Of the week in which the batches are lent; the district is as it stood before it.
    """
    until = max(monday_of(fetching(district, event).last) for event in events)
    return _Needs(district, monday, pool).peak(until)


@dataclass
class _Needs:
    """What stops need of a pool, week by week; ``there`` is how many batches each gives back."""

    district: District
    monday: dt.date
    pool: str
    there: dict[str, int] = field(default_factory=dict)
    next_due: dict[str, dt.date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        own = [b for b in self.district.batches if b.pool == self.pool and b.books]
        self.size = max(1, sum(batch.books for batch in own) // max(1, len(own)))
        self.stops = {s.id for s in self.district.stops if self._takes(s)}
        self.at: dict[str, list[Batch]] = {}
        for batch in own:
            self.at.setdefault(batch.at, []).append(batch)

    def peak(self, until: dt.date) -> int:
        """Return the most that is out at a time more than had come back by then."""
        most = out = 0
        monday = self.monday
        while monday <= until:
            visited = self._visited(monday)
            out += sum(-(-stop.books // self.size) for stop in visited)
            most = max(most, out)
            out -= sum(self._gives_back(stop, monday) for stop in visited)
            monday += _WEEK
        return most

    def _takes(self, stop: Stop) -> bool:
        """Tell whether a stop is served from the pool; from none, where no pool is for it."""
        if stop.load is not None or stop.books <= 0 or stop.access == "foot":
            return False
        if self.pool:
            return self.district.pools_by_id[self.pool].serves(stop)
        return not stop.pool and not any(pool.serves(stop) for pool in self.district.pools)

    def _visited(self, monday: dt.date) -> list[Stop]:
        timetable = Timetable(self.district)
        if timetable.covers(monday):
            return [
                stop
                for stop in self.district.stops
                if stop.id in self.stops
                for _ in timetable.in_week(stop.id, monday)
            ]
        return list(self._due(monday))

    def _due(self, monday: dt.date) -> Iterator[Stop]:
        """Yield who falls due and can be visited, the longest overdue first."""
        waiting = [due for due in due_stops(self.district, monday) if self._wanting(due, monday)]
        waiting.sort(key=lambda due: -due.overdue)
        for due in waiting[: most_visits(self.district, monday)]:
            if due.stop.recurs is None:
                self.next_due[due.stop.id] = monday + due.stop.every_weeks * _WEEK
            yield from [due.stop] * due.stop.visits_a_week

    def _wanting(self, due: DueStop, monday: dt.date) -> bool:
        due_again = self.next_due.get(due.stop.id, monday) <= monday
        return due.due and bool(due.dates) and due_again and due.stop.id in self.stops

    def _gives_back(self, stop: Stop, monday: dt.date) -> int:
        """Return how many batches of the pool come back from a stop that is visited."""
        if stop.id not in self.there:
            here = self.at.get(stop.id, ())
            self.there[stop.id] = sum(self._comes_back(batch, stop, monday) for batch in here)
        given = self.there[stop.id]
        stays = self._weeks() is None and not self._rotates(stop)
        self.there[stop.id] = 0 if stays else -(-stop.books // self.size)
        return given

    def _comes_back(self, batch: Batch, stop: Stop, monday: dt.date) -> bool:
        weeks = self._weeks()
        if weeks is None:
            return self._rotates(stop)
        return batch.since is None or weeks_between(batch.since, monday) >= weeks

    def _weeks(self) -> int | None:
        return self.district.pools_by_id[self.pool].weeks if self.pool else None

    def _rotates(self, stop: Stop) -> bool:
        return stop.kind in self.district.settings.batches.rotate


def most_visits(district: District, monday: dt.date) -> int:
    """Return how many stops the cars of a week can visit, by their limits and the shortest stay."""
    calendar = Calendar(district)
    stay = min((stop.service_s for stop in district.stops if stop.load is None), default=0)
    stay = max(60, stay + district.settings.buffer_s)
    return sum(
        min(car.max_stops or car.max_seconds // stay, car.max_seconds // stay)
        for day in week_dates(monday)
        for car in district.vehicles
        if calendar.works(car, day)
    )
