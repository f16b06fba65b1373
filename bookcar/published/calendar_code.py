"""The code on a poster that puts the dates of a stop into a phone's calendar, without a network.

It holds the events themselves (RFC 5545), on the clock of the phone, which is that of the place:
who reads it there needs no time zone. Where all dates make too fine a code, the next ones do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bookcar.published.recurring import Told, told_series
from bookcar.recurrence import WEEKDAY_CODES
from bookcar.timetable import Timetable, TimetableStop
from bookcar.web.text import cut, printable

MOST_BYTES = 420
"""A code of so many bytes has 77 modules a side (version 15, level M): half a millimetre each on
40 mm, which any phone reads from the paper."""

_NAME = 24


def calendar_codes(timetable: Timetable) -> dict[str, str]:
    """Return by id of each public stop what its code holds: all of its dates, or the next ones."""
    by_stop: dict[str, list[Told]] = {}
    for told in told_series(timetable):
        by_stop.setdefault(told.stop.id, []).append(told)
    return {stop: _fitting(series) for stop, series in by_stop.items()}


def _fitting(series: Sequence[Told]) -> str:
    """Return the calendar with every date, else with as many of the next visits as fit."""
    whole = _calendar(line for told in series for line in _event(told))
    if len(whole.encode()) <= MOST_BYTES:
        return whole
    visits = sorted((day, told.begin, told) for told in series for day in told.every)
    for count in range(len(visits), 1, -1):
        text = _calendar(line for day, _, told in visits[:count] for line in _single(told, day))
        if len(text.encode()) <= MOST_BYTES:
            return text
    day, _, told = visits[0]
    return _calendar(_single(told, day))


def _calendar(lines: Iterator[str]) -> str:
    return "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR"))


def _event(told: Told) -> Iterator[str]:
    dates = told.dates
    yield from ("BEGIN:VEVENT", f"SUMMARY:{_summary(told.stop)}")
    yield f"DTSTART:{_at(dates.first, told.begin)}"
    yield f"DTEND:{_at(dates.first, told.leave)}"
    if dates.count > 1:
        days = ",".join(WEEKDAY_CODES[day] for day in dates.weekdays)
        yield f"RRULE:FREQ=WEEKLY;INTERVAL={dates.weeks};COUNT={dates.count};BYDAY={days}"
    for name, days_apart in (("EXDATE", dates.without), ("RDATE", dates.also)):
        if days_apart:
            yield f"{name}:{','.join(_at(day, told.begin) for day in days_apart)}"
    yield "END:VEVENT"


def _single(told: Told, day: dt.date) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"SUMMARY:{_summary(told.stop)}")
    yield f"DTSTART:{_at(day, told.begin)}"
    yield f"DTEND:{_at(day, told.leave)}"
    yield "END:VEVENT"


def _summary(stop: TimetableStop) -> str:
    """Return the stop's name with what has a meaning in a calendar escaped (RFC 5545, 3.3.11)."""
    name = cut(printable(stop.name), _NAME)
    for character in "\\;,":
        name = name.replace(character, f"\\{character}")
    return name


def _at(day: dt.date, seconds: int) -> str:
    return f"{day:%Y%m%d}T{seconds // 3600:02d}{seconds % 3600 // 60:02d}00"
