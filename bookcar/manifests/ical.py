"""The visits as a calendar that phones and mail programs import: iCalendar, RFC 5545.

Times are those of the sheets: whole minutes, on the clock of the place (TZID). An instant of UTC
is shown in the zone that the phone happens to be in, and an hour off where its rules are old. An
event begins when people are served, as on the posters: who comes before may find the crew at rest.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from bookcar.manifests.sheet import ReloadRow, RouteSheet, StopRow, WeekSheet
from bookcar.phrases import Phrases
from bookcar.plan import Again, Fetch, Halt, Plan, place_of
from bookcar.web.text import printable


def visits_ics(plan: Plan, week: WeekSheet, *, was: Plan | None = None) -> bytes:
    """Return an event per call, always the same bytes for a plan.

    An event keeps its UID when a week is planned anew, so that a second import moves it. One of a
    week planned again from a moment on has a higher SEQUENCE, and what is gone since ``was`` is
    there as CANCELLED.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//bookcar//bookcar {week.version}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", week.header)
    for event in (*_events(plan, week), *_cancelled(plan, was, week)):
        calendar.add_component(event)
    if plan.routes:
        calendar.add_missing_timezones(
            first_date=week.monday, last_date=week.monday + dt.timedelta(days=8)
        )
    data: bytes = calendar.to_ical()
    return data


def _events(plan: Plan, week: WeekSheet) -> Iterator[Event]:
    zone = ZoneInfo(plan.time_zone)
    stamp = dt.datetime.combine(week.monday, dt.time(), dt.UTC)
    say = Phrases(week.language)
    seen: Counter[str] = Counter()
    for route, sheet in zip(plan.routes, week.routes, strict=True):
        midnight = dt.datetime.combine(route.date, dt.time(), zone)
        for call, row in zip(route.halts, sheet.calls, strict=True):
            spot = _spot(call)
            seen[spot] += 1
            event = Event()
            event.add("uid", _uid(plan, spot, seen[spot]))
            event.add("dtstamp", stamp)
            if plan.replanned:
                event.add("sequence", plan.replanned.number)
            event.add("dtstart", _at(midnight, call.begin))
            event.add("dtend", _at(midnight, call.depart))
            event.add("summary", f"{sheet.id} {_title(row)} {_name(row, say)}")
            event.add("location", _location(row))
            event.add("geo", (round(row.lat, 5), round(row.lon, 5)))
            event.add("description", _said(sheet, row, say))
            event.add("categories", [sheet.id])
            yield event


def _cancelled(plan: Plan, was: Plan | None, week: WeekSheet) -> Iterator[Event]:
    """Yield the calls that are made no more, as their events were."""
    if was is None or plan.replanned is None:
        return
    zone = ZoneInfo(plan.time_zone)
    stamp = dt.datetime.combine(week.monday, dt.time(), dt.UTC)
    made = Counter(_spot(halt) for route in plan.routes for halt in route.halts)
    seen: Counter[str] = Counter()
    for route in was.routes:
        midnight = dt.datetime.combine(route.date, dt.time(), zone)
        for halt in route.halts:
            place, spot = was.places_by_id[place_of(halt)], _spot(halt)
            seen[spot] += 1
            if seen[spot] > made[spot]:
                event = Event()
                event.add("uid", _uid(was, spot, seen[spot]))
                event.add("dtstamp", stamp)
                event.add("sequence", plan.replanned.number)
                event.add("status", "CANCELLED")
                event.add("dtstart", _at(midnight, halt.begin))
                event.add("dtend", _at(midnight, halt.depart))
                event.add("summary", printable(place.name))
                yield event


def _at(midnight: dt.datetime, seconds: int) -> dt.datetime:
    """Return a time on the clock of that day, rounded down to the minute as on the sheets."""
    return midnight + dt.timedelta(minutes=seconds // 60)


def _title(row: StopRow | ReloadRow) -> str:
    return row.title if isinstance(row, ReloadRow) else f"{row.number:02d}"


def _name(row: StopRow | ReloadRow, say: Phrases) -> str:
    return (row.name_en if say.language == "en" else "") or row.name


def _location(row: StopRow | ReloadRow) -> str:
    more = () if isinstance(row, ReloadRow) else (row.landmark, row.area)
    return ", ".join(filter(None, (row.name, *more)))


def _spot(halt: Halt) -> str:
    """Return what a call is at: a stop, for once or again, a depot, or a car that stands at one."""
    if isinstance(halt, Again):
        return f"{halt.stop}\nagain"
    return f"{halt.place}\n{halt.vehicle}" if isinstance(halt, Fetch) else place_of(halt)


def _uid(plan: Plan, spot: str, number: int) -> str:
    """Return what tells an event from others, the second call at a place from its first."""
    again = () if number == 1 else (str(number),)
    key = "\n".join((plan.district, plan.week, spot, *again))
    return f"{hashlib.sha256(key.encode()).hexdigest()[:24]}@bookcar"


def _said(sheet: RouteSheet, row: StopRow | ReloadRow, say: Phrases) -> str:
    lines = [" · ".join(filter(None, (sheet.vehicle, sheet.driver)))]
    if isinstance(row, ReloadRow):
        lines.append(row.phone)
        moves = {"put-off": row.off, "take-on": row.on}
    else:
        lines.append(" · ".join(filter(None, (row.contact, row.phone))))
        moves = {"drop": row.drops, "collect": row.collects}
    for key, batches in moves.items():
        if batches:
            named = ", ".join(f"{batch.id} ({batch.text})" for batch in batches)
            lines.append(f"{say(f'manifests.{key}')}: {named}")
    if isinstance(row, StopRow):
        lines += [*row.requests, row.note]
        if row.to_find:
            lines.append(f"{say('manifests.to-find')}: {', '.join(row.to_find)}")
    return "\n".join(filter(None, lines))
