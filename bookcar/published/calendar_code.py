"""The code on a poster that puts the dates of a stop into a phone's calendar, without a network.

It holds the events themselves (RFC 5545), on the clock of the phone, which is that of the place:
who reads it there needs no time zone. Where all dates make too fine a code, the next ones do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bookcar.published.recurring import Told, told_series
from bookcar.recurrence import WEEKDAY_CODES
from bookcar.timetable import Timetable
from bookcar.web.event_code import at, calendar, event, summary

MOST_BYTES = 420
"""A code of so many bytes has 77 modules a side (version 15, level M): half a millimetre each on
40 mm, which any phone reads from the paper."""


def calendar_codes(timetable: Timetable) -> dict[str, str]:
    """Return by id of each public stop what its code holds: all of its dates, or the next ones."""
    by_stop: dict[str, list[Told]] = {}
    for told in told_series(timetable):
        by_stop.setdefault(told.stop.id, []).append(told)
    return {stop: _fitting(series) for stop, series in by_stop.items()}


def _fitting(series: Sequence[Told]) -> str:
    """Return the calendar with every date, else with as many of the next visits as fit."""
    whole = calendar(line for told in series for line in _event(told))
    if len(whole.encode()) <= MOST_BYTES:
        return whole
    visits = sorted((day, told.begin, told) for told in series for day in told.every)
    for count in range(len(visits), 1, -1):
        text = calendar(
            line
            for day, _, told in visits[:count]
            for line in event(told.stop.name, day, told.begin, told.leave)
        )
        if len(text.encode()) <= MOST_BYTES:
            return text
    day, _, told = visits[0]
    return calendar(_single(told, day))


def _single(told: Told, day: dt.date) -> Iterator[str]:
    return event(told.stop.name, day, told.begin, told.leave)


def _event(told: Told) -> Iterator[str]:
    dates = told.dates
    yield from ("BEGIN:VEVENT", f"SUMMARY:{summary(told.stop.name)}")
    yield f"DTSTART:{at(dates.first, told.begin)}"
    yield f"DTEND:{at(dates.first, told.leave)}"
    if dates.count > 1:
        days = ",".join(WEEKDAY_CODES[day] for day in dates.weekdays)
        yield f"RRULE:FREQ=WEEKLY;INTERVAL={dates.weeks};COUNT={dates.count};BYDAY={days}"
    for name, days_apart in (("EXDATE", dates.without), ("RDATE", dates.also)):
        if days_apart:
            yield f"{name}:{','.join(at(day, told.begin) for day in days_apart)}"
    yield "END:VEVENT"
