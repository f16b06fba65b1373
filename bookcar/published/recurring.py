"""Dates as other programs want them: a weekly rule with the days it lacks and those it does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import msgspec

from bookcar.timetable import Timetable, TimetableRoute, TimetableStop, TimetableVisit
from bookcar.weeks import monday_of

LONGEST = 26
"""Weeks from one date of a rule to the next at most."""


class Recurring(msgspec.Struct, frozen=True, kw_only=True):
    """Dates as a rule of RFC 5545: every so many weeks from ``first`` on its weekdays.

    Attributes
    ----------
    count
        How many dates the rule gives, the first among them; 1 for no rule.
    without, also
        Dates of the rule that are none (EXDATE), and dates that it lacks (RDATE).
    """

    first: dt.date
    weeks: int
    weekdays: tuple[int, ...]
    count: int
    without: tuple[dt.date, ...] = ()
    also: tuple[dt.date, ...] = ()

    @property
    def last(self) -> dt.date:
        """The last date of the rule."""
        return _base(self.first, self.weeks, self.weekdays, count=self.count)[-1]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Visits to a stop at one time of day by one car."""

    stop: TimetableStop
    vehicle: str
    begin: int
    leave: int
    dates: Recurring
    every: tuple[dt.date, ...]


def recurring(dates: Sequence[dt.date]) -> Recurring:
    """Return ascending dates as the rule with the fewest exceptions.

    Of equal ones the one of more weeks, then the one that begins earlier.
    """
    given = set(dates)
    ranked = []
    for first in dates:
        for weekdays in {(first.weekday(),), tuple(sorted({day.weekday() for day in dates}))}:
            for weeks in range(1, LONGEST + 1):
                base = _base(first, weeks, weekdays, until=dates[-1])
                apart = len(given.symmetric_difference(base))
                ranked.append((apart, len(weekdays), -weeks, first, weekdays, base))
    _, _, weeks, first, weekdays, base = min(ranked)
    return Recurring(
        first=first,
        weeks=1 if len(base) == 1 else -weeks,
        weekdays=weekdays,
        count=len(base),
        without=tuple(day for day in base if day not in given),
        also=tuple(day for day in dates if day not in base),
    )


def _base(
    first: dt.date,
    weeks: int,
    weekdays: Sequence[int],
    *,
    until: dt.date | None = None,
    count: int | None = None,
) -> tuple[dt.date, ...]:
    """Return the dates of a rule from ``first`` on, until a day or so many."""
    found: list[dt.date] = []
    monday = monday_of(first)
    while True:
        for day in (monday + dt.timedelta(days=n) for n in weekdays):
            if (until is not None and day > until) or len(found) == count:
                return tuple(found)
            if day >= first:
                found.append(day)
        monday += dt.timedelta(weeks=weeks)


def told_series(timetable: Timetable, *, private: bool = False) -> Iterator[Told]:
    """Yield the visits to every public stop, or to those that are not, by stop and time of day."""
    for stop in timetable.served:
        if stop.public is not private:
            visits = timetable.visits_by_stop[stop.id]
            for key in sorted({_key(route, visit) for route, visit in visits}):
                dates = tuple(r.date for r, v in visits if _key(r, v) == key)
                begin, leave, vehicle = key
                yield Told(
                    stop=stop,
                    vehicle=vehicle,
                    begin=begin,
                    leave=leave,
                    dates=recurring(dates),
                    every=dates,
                )


def _key(route: TimetableRoute, visit: TimetableVisit) -> tuple[int, int, str]:
    return visit.begin, visit.leave, route.vehicle
