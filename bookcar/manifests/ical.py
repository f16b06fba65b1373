"""The visits as a calendar that phones and mail programs import: iCalendar, RFC 5545."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bookcar.manifests.sheet import RouteSheet, StopRow, WeekSheet
from bookcar.phrases import Phrases
from bookcar.plan import Plan, Visit

_LINE = 75  # octets of a line, the break left out


def visits_ics(plan: Plan, week: WeekSheet) -> bytes:
    """Return an event per visit, in UTC, and always the same bytes for a plan.

    An event keeps its UID when a week is planned anew, so that a second import moves it.
    """
    stamp = dt.datetime.combine(week.monday, dt.time(), dt.UTC)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//bookcar//bookcar {week.version}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(week.header)}",
        *_events(plan, week, stamp),
        "END:VCALENDAR",
    ]
    return "".join(_folded(line) for line in lines).encode()


def _events(plan: Plan, week: WeekSheet, stamp: dt.datetime) -> Iterator[str]:
    stops = {stop.id: stop for stop in plan.stops}
    zone = ZoneInfo(plan.time_zone)
    say = Phrases(week.language)
    seen: Counter[str] = Counter()
    for route, sheet in zip(plan.routes, week.routes, strict=True):
        midnight = dt.datetime.combine(route.date, dt.time(), zone)
        for visit, row in zip(route.visits, sheet.rows, strict=True):
            stop = stops[visit.stop]
            yield "BEGIN:VEVENT"
            seen[visit.stop] += 1
            yield f"UID:{_uid(plan, visit, seen[visit.stop])}"
            yield f"DTSTAMP:{_utc(stamp)}"
            yield f"DTSTART:{_utc(_at(midnight, visit.arrive))}"
            yield f"DTEND:{_utc(_at(midnight, visit.depart))}"
            yield f"SUMMARY:{_text(f'{sheet.id} {row.number:02d} {row.name}')}"
            yield f"LOCATION:{_text(', '.join(filter(None, (row.name, row.landmark, row.area))))}"
            yield f"GEO:{stop.lat:.5f};{stop.lon:.5f}"
            yield f"DESCRIPTION:{_text(_said(sheet, row, say))}"
            yield f"CATEGORIES:{_text(sheet.id)}"
            yield "END:VEVENT"


def _at(midnight: dt.datetime, seconds: int) -> dt.datetime:
    """Return a time on the clock of that day, as the plan counts, whatever the clock's changes."""
    return midnight + dt.timedelta(seconds=seconds)


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _uid(plan: Plan, visit: Visit, number: int) -> str:
    """Return what tells an event from others, the second visit to a stop from its first."""
    again = () if number == 1 else (str(number),)
    key = "\n".join((plan.district, plan.week, visit.stop, *again))
    return f"{hashlib.sha256(key.encode()).hexdigest()[:24]}@bookcar"


def _said(sheet: RouteSheet, row: StopRow, say: Phrases) -> str:
    lines = [" · ".join(filter(None, (sheet.vehicle, sheet.driver)))]
    lines.append(" · ".join(filter(None, (row.contact, row.phone))))
    for key, batches in (("drop", row.drops), ("collect", row.collects)):
        if batches:
            named = ", ".join(f"{batch.id} ({batch.text})" for batch in batches)
            lines.append(f"{say(f'manifests.{key}')}: {named}")
    lines += [*row.requests, row.note]
    return "\n".join(filter(None, lines))


def _text(text: str) -> str:
    """Return a text escaped as RFC 5545 asks (section 3.3.11)."""
    for character in "\\;,":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a line broken after at most 75 octets, never inside a character."""
    pieces, size = [""], 0
    for character in line:
        octets = len(character.encode())
        if size + octets > _LINE:
            pieces.append(" ")
            size = 1
        pieces[-1] += character
        size += octets
    return "\r\n".join(pieces) + "\r\n"
