"""Which days are open: for a vehicle, for a stop, with the days that stand in for closed ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from bookcar.model import CalendarEntry, District, Stop, Vehicle
from bookcar.weeks import monday_of, week_dates

_STRONGER = ("drop", "move", "halt")
"""Of two entries that are as particular: a cycle that halts has nothing to move or to drop."""


@dataclass(frozen=True)
class Calendar:
    """The calendar of a district.

    Of several entries for one day the most particular counts: one that names the stop before one
    that names its vehicles, one for its kind, and one for all; then ``halt`` before ``move`` before
    ``drop``.
    """

    district: District

    def works(self, vehicle: Vehicle, day: dt.date) -> bool:
        """Tell whether a vehicle may go out on a day."""
        entries = self.for_vehicle(vehicle)
        if any(entry.covers(day) for entry in entries):
            return False
        if self._usual(vehicle, day):
            return True
        instead = (entry for entry in entries if entry.does == "move" and entry.to == day)
        return any(self._usual(vehicle, closed) for entry in instead for closed in entry.days)

    def for_vehicle(self, vehicle: Vehicle) -> tuple[CalendarEntry, ...]:
        """Return the entries that keep a vehicle at home."""
        return tuple(
            entry
            for entry in self.district.calendar
            if vehicle.id in entry.vehicles or (entry.for_all and entry.what in ("holiday", "rest"))
        )

    def of_stop(self, stop: Stop) -> StopDays:
        """Return the days of a stop."""
        particular = [(_rank(entry, stop), entry) for entry in self.district.calendar]
        found = [(rank, entry) for rank, entry in particular if rank is not None]
        cars = self.district.vehicles
        return StopDays(
            stop=stop,
            working=self.district.settings.weekdays,
            entries=tuple(found),
            off=tuple(entry for entry in self.district.calendar if entry.vehicles),
            cars=tuple(car for car in cars if not stop.vehicles or car.id in stop.vehicles),
        )

    def _usual(self, vehicle: Vehicle, day: dt.date) -> bool:
        weekday = day.weekday()
        return weekday in vehicle.weekdays and weekday in self.district.settings.weekdays


@dataclass(frozen=True, kw_only=True)
class StopDays:
    """The days on which a stop may be visited at all, whatever its rule.

    Attributes
    ----------
    working
        Weekdays on which the library sends cars out.
    entries
        Those that apply to the stop, each with how particular it is.
    off
        Those that keep vehicles at home; a stop is closed if they keep every car from it.
    cars
        Those that may come.
    """

    stop: Stop
    working: Sequence[int]
    entries: tuple[tuple[int, CalendarEntry], ...]
    off: tuple[CalendarEntry, ...]
    cars: tuple[Vehicle, ...]
    _known: dict[dt.date, CalendarEntry | None] = field(default_factory=dict, compare=False)

    def usual(self, day: dt.date) -> bool:
        """Tell whether it may be visited on a day but for the calendar."""
        stop, weekday = self.stop, day.weekday()
        if weekday not in self.working:
            return False
        if stop.weekdays or stop.month_days:
            return weekday in stop.weekdays or day.day in stop.month_days
        return weekday < 5 or not stop.school_days

    def closed_by(self, day: dt.date) -> CalendarEntry | None:
        """Return the entry that counts on a day; None if the day is open."""
        if day not in self._known:
            self._known[day] = self._strongest(day)
        return self._known[day]

    def open_days(self, monday: dt.date) -> tuple[dt.date, ...]:
        """Return the days of a week on which it may be visited, those that stand in among them."""
        week = week_dates(monday)
        usual = {day for day in week if self.usual(day)}
        every = usual | {entry.to for entry in self.moves() if self._stands_in(entry)}
        return tuple(day for day in week if day in every and self.closed_by(day) is None)

    def moves(self) -> tuple[CalendarEntry, ...]:
        """Return the entries that move visits of the stop."""
        every = (*(entry for _, entry in self.entries), *self.off)
        return tuple(dict.fromkeys(entry for entry in every if entry.does == "move"))

    def halts(self, day: dt.date) -> bool:
        """Tell whether the cycle halts on a day."""
        entry = self.closed_by(day)
        return entry is not None and entry.does == "halt"

    def halting(self) -> frozenset[dt.date]:
        """Return the Mondays of every week that an entry may halt."""
        every = (*(entry for _, entry in self.entries), *self.off)
        return frozenset(
            monday_of(day) for entry in every if entry.does == "halt" for day in entry.days
        )

    def _stands_in(self, entry: CalendarEntry) -> bool:
        """Tell whether the day that an entry moves visits to stands in for a day of this stop."""
        return any(self.usual(day) and self.closed_by(day) is entry for day in entry.days)

    def _strongest(self, day: dt.date) -> CalendarEntry | None:
        found = [(rank, entry) for rank, entry in self.entries if entry.covers(day)]
        found += [(_VEHICLE, entry) for entry in self._kept_home(day)]
        if not found:
            return None
        return max(found, key=lambda one: (one[0], _STRONGER.index(one[1].does)))[1]

    def _kept_home(self, day: dt.date) -> list[CalendarEntry]:
        """Return the entries that between them keep every car at home that may come on a day."""
        off = [entry for entry in self.off if entry.covers(day)]
        cars = {car.id for car in self.cars if day.weekday() in car.weekdays}
        named = {name for entry in off for name in entry.vehicles}
        return [e for e in off if cars & set(e.vehicles)] if cars and cars <= named else []


_ALL, _KIND, _VEHICLE, _STOP = range(4)


def _rank(entry: CalendarEntry, stop: Stop) -> int | None:
    """Return how particular an entry is to a stop, None if it does not apply to it."""
    if stop.id in entry.stops:
        return _STOP
    if stop.kind in entry.kinds:
        return _KIND
    if not entry.for_all or (entry.what == "school holiday" and not stop.school_days):
        return None
    return _ALL
