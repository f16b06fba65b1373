"""The visits as a calendar that phones and mail programs import: iCalendar, RFC 5545."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bookcar.manifests.sheet import ReloadRow, RouteSheet, StopRow, WeekSheet
from bookcar.model import Place
from bookcar.phrases import Phrases
from bookcar.plan import Plan, place_of

_LINE = 75  # octets of a line, the break left out


def visits_ics(plan: Plan, week: WeekSheet) -> bytes:
    """Return an event per call, in UTC, and always the same bytes for a plan.

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
    places: dict[str, Place] = {place.id: place for place in (*plan.depots, *plan.stops)}
    zone = ZoneInfo(plan.time_zone)
    say = Phrases(week.language)
    seen: Counter[str] = Counter()
    for route, sheet in zip(plan.routes, week.routes, strict=True):
        midnight = dt.datetime.combine(route.date, dt.time(), zone)
        for call, row in zip(route.calls, sheet.calls, strict=True):
            place = places[place_of(call)]
            yield "BEGIN:VEVENT"
            seen[place.id] += 1
            yield f"UID:{_uid(plan, place.id, seen[place.id])}"
            yield f"DTSTAMP:{_utc(stamp)}"
            yield f"DTSTART:{_utc(_at(midnight, call.arrive))}"
            yield f"DTEND:{_utc(_at(midnight, call.depart))}"
            yield f"SUMMARY:{_text(f'{sheet.id} {_title(row)} {row.name}')}"
            yield f"LOCATION:{_text(_location(row))}"
            yield f"GEO:{place.lat:.5f};{place.lon:.5f}"
            yield f"DESCRIPTION:{_text(_said(sheet, row, say))}"
            yield f"CATEGORIES:{_text(sheet.id)}"
            yield "END:VEVENT"


def _at(midnight: dt.datetime, seconds: int) -> dt.datetime:
    """Return a time on the clock of that day, as the plan counts, whatever the clock's changes."""
    return midnight + dt.timedelta(seconds=seconds)


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _title(row: StopRow | ReloadRow) -> str:
    return row.title if isinstance(row, ReloadRow) else f"{row.number:02d}"


def _location(row: StopRow | ReloadRow) -> str:
    more = () if isinstance(row, ReloadRow) else (row.landmark, row.area)
    return ", ".join(filter(None, (row.name, *more)))


def _uid(plan: Plan, place: str, number: int) -> str:
    """Return what tells an event from others, the second call at a place from its first."""
    again = () if number == 1 else (str(number),)
    key = "\n".join((plan.district, plan.week, place, *again))
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
