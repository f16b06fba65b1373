"""The visits as calendars that phones subscribe to: iCalendar, RFC 5545, on the clock of the place.

Each series has its time zone (TZID), a rule (RRULE), the days on which the car does not come
(EXDATE) and those on which it comes besides (RDATE): on the clock of the place, for an instant of
UTC would be an hour off after the change to summer time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from bookcar.published.recurring import Told, told_series
from bookcar.recurrence import WEEKDAY_CODES
from bookcar.timetable import Timetable
from bookcar.web.text import printable


def whole_ics(timetable: Timetable) -> bytes:
    """Return every public stop's visits, always the same bytes."""
    return _calendar(timetable, told_series(timetable), timetable.district)


def stops_ics(timetable: Timetable) -> dict[str, bytes]:
    """Return a calendar for each public stop, by its id."""
    by_stop: dict[str, list[Told]] = {}
    for told in told_series(timetable):
        by_stop.setdefault(told.stop.id, []).append(told)
    return {
        stop: _calendar(timetable, own, f"{own[0].stop.name} · {timetable.district}")
        for stop, own in by_stop.items()
    }


def _calendar(timetable: Timetable, series: Iterable[Told], name: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//bookcar//bookcar {timetable.provenance.bookcar}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", printable(name))
    for told in series:
        calendar.add_component(_event(timetable, told))
    calendar.add_missing_timezones(
        first_date=timetable.first, last_date=timetable.last + dt.timedelta(days=1)
    )
    data: bytes = calendar.to_ical()
    return data


def _event(timetable: Timetable, told: Told) -> Event:
    zone, dates, stop = ZoneInfo(timetable.time_zone), told.dates, told.stop
    event = Event()
    event.add("uid", _uid(timetable, told))
    event.add("dtstamp", dt.datetime.combine(timetable.first, dt.time(), dt.UTC))
    event.add("dtstart", _at(dates.first, told.begin, zone))
    event.add("dtend", _at(dates.first, told.leave, zone))
    if dates.count > 1:
        codes = [WEEKDAY_CODES[day] for day in dates.weekdays]
        rule = {"freq": "weekly", "interval": dates.weeks, "count": dates.count, "byday": codes}
        event.add("rrule", rule | {"wkst": "MO"})
    if dates.without:
        event.add("exdate", [_at(day, told.begin, zone) for day in dates.without])
    if dates.also:
        event.add("rdate", [_at(day, told.begin, zone) for day in dates.also])
    event.add("summary", printable(stop.name))
    event.add("location", ", ".join(filter(None, (stop.name, stop.landmark, stop.area))))
    event.add("geo", (round(stop.lat, 5), round(stop.lon, 5)))
    return event


def _at(day: dt.date, seconds: int, zone: ZoneInfo) -> dt.datetime:
    """Return a time of the clock on the wall."""
    return dt.datetime.combine(day, dt.time(), zone) + dt.timedelta(seconds=seconds)


def _uid(timetable: Timetable, told: Told) -> str:
    """Return what tells an event from others, the same whenever the timetable is made again."""
    key = (timetable.district, timetable.first.isoformat(), told.stop.id, told.vehicle)
    text = "\n".join((*key, str(told.begin)))
    return f"{hashlib.sha256(text.encode()).hexdigest()[:24]}@bookcar"
