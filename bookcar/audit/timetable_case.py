"""A timetable under audit, with the tables and ways to hold it to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bookcar.calendars.days import Calendar, StopDays
from bookcar.due import DueStop, due_stops
from bookcar.model import District, Stop, Vehicle
from bookcar.roads.travel import Travel
from bookcar.timetable import Timetable, TimetableRoute, TimetableVisit
from bookcar.weeks import monday_of


@dataclass(frozen=True)
class TimetableCase:
    """A timetable under audit; the district is as it stood before its first week."""

    timetable: Timetable
    district: District
    travel: Travel

    @cached_property
    def calendar(self) -> Calendar:
        """Return the calendar of the district."""
        return Calendar(self.district)

    @cached_property
    def days(self) -> dict[str, StopDays]:
        """Return the days of every stop."""
        return {stop.id: self.calendar.of_stop(stop) for stop in self.district.stops}

    @cached_property
    def due(self) -> dict[str, DueStop]:
        """Return every stop as the first week sees it."""
        return {d.stop.id: d for d in due_stops(self.district, monday_of(self.timetable.first))}

    @property
    def stops(self) -> Mapping[str, Stop]:
        """Return the district's stops by id."""
        return self.district.stops_by_id

    def vehicle(self, route: TimetableRoute) -> Vehicle:
        """Return the vehicle of a route."""
        return self.district.vehicles_by_id[route.vehicle]

    def visits(self) -> Iterator[tuple[TimetableRoute, TimetableVisit]]:
        """Yield every visit with its route."""
        for route in self.timetable.routes:
            for visit in route.visits:
                yield route, visit

    def dates(self, stop: str) -> tuple[dt.date, ...]:
        """Return the dates of a stop, ascending."""
        return tuple(r.date for r, _ in self.timetable.visits_by_stop.get(stop, ()))
