"""The timetable on top of the calendar: what was promised when, and whether its day allows it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import msgspec

from bookcar.calendars.days import Calendar
from bookcar.model import CalendarEntry, District, Stop, TimetableEntry, Vehicle
from bookcar.weeks import monday_of

Bar = Literal["closed", "day", "no-car"]


class Barred(msgspec.Struct, frozen=True):
    """Why nobody can come on the day of a promise, whatever else is to be done.

    Attributes
    ----------
    by
        ``closed``: the calendar closes the stop; ``day``: the stop or the library takes no visit on
        such a day; ``no-car``: no car that may come goes out.
    entry
        Of the calendar, if that is the reason.
    """

    by: Bar
    entry: CalendarEntry | None = None


class Timetable(msgspec.Struct, frozen=True, dict=True):  # for look-ups
    """The promises of a district, in the calendar and with the records of that district."""

    district: District

    @cached_property
    def by_stop(self) -> Mapping[str, tuple[TimetableEntry, ...]]:
        """The promises of each stop that has any, by day; of a car that is no more, by any."""
        cars = self.district.vehicles_by_id
        found: defaultdict[str, list[TimetableEntry]] = defaultdict(list)
        for entry in sorted(self.district.timetable, key=lambda entry: entry.date):
            car = entry.vehicle if entry.vehicle in cars else ""
            found[entry.stop].append(msgspec.structs.replace(entry, vehicle=car))
        return {stop: tuple(entries) for stop, entries in found.items()}

    def in_week(self, stop: str, monday: dt.date) -> tuple[TimetableEntry, ...]:
        """Return the promises of a stop that stand in a week, by day."""
        every = self.by_stop.get(stop, ())
        return tuple(e for e in every if e.stands and monday_of(e.date) == monday)

    def next_after(self, stop: str, monday: dt.date) -> dt.date | None:
        """Return the day of the next promise of a stop that stands, in a later week."""
        every = self.by_stop.get(stop, ())
        return next((e.date for e in every if e.stands and monday_of(e.date) > monday), None)

    def stands(self, stop: str, first: dt.date, last: dt.date) -> bool:
        """Tell whether a stop has a promise that stands from one day to another."""
        return any(e.stands and first <= e.date <= last for e in self.by_stop.get(stop, ()))

    def missed(self, stop: str, monday: dt.date) -> TimetableEntry | None:
        """Return the last promise of a stop before a week, if nobody has come since its Monday.

        Nobody is known not to have come where nothing was recorded in its week.
        """
        every = self.by_stop.get(stop, ())
        past = [e for e in every if e.stands and monday_of(e.date) < monday]
        if not past or monday_of(past[-1].date) not in self._recorded:
            return None
        made = self._made.get(stop, dt.date.min)
        return None if made >= monday_of(past[-1].date) else past[-1]

    @cached_property
    def _recorded(self) -> frozenset[dt.date]:
        return frozenset(monday_of(visit.date) for visit in self.district.visits)

    @cached_property
    def _made(self) -> Mapping[str, dt.date]:
        done = (visit for visit in self.district.visits if visit.status == "done")
        return {visit.stop: visit.date for visit in sorted(done, key=lambda visit: visit.date)}

    def covers(self, monday: dt.date) -> bool:
        """Tell whether a week lies between the first promise that was made and the last."""
        return self._span is not None and self._span[0] <= monday <= self._span[1]

    @cached_property
    def _span(self) -> tuple[dt.date, dt.date] | None:
        days = [entry.was or entry.date for entry in self.district.timetable]
        return (monday_of(min(days)), monday_of(max(days))) if days else None

    @cached_property
    def _calendar(self) -> Calendar:
        return Calendar(self.district)

    def barred(self, entry: TimetableEntry) -> Barred | None:
        """Return why nobody can come on the day of a promise; None if somebody can."""
        stop = self.district.stops_by_id[entry.stop]
        days = self._calendar.of_stop(stop)
        if entry.date not in days.open_days(monday_of(entry.date)):
            closing = days.closed_by(entry.date)
            return Barred("closed" if closing else "day", closing)
        if not any(self.goes(car, stop, entry.date) for car in self.district.vehicles):
            return Barred("no-car")
        return None

    def goes(self, vehicle: Vehicle, stop: Stop, day: dt.date) -> bool:
        """Tell whether a vehicle may come to a stop, and goes out on a day."""
        may = not stop.vehicles or vehicle.id in stop.vehicles
        return may and self._calendar.works(vehicle, day)
