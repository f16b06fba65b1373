"""What ``bookcar check`` says of the visits that the calendar meets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bookcar.advice.calendar_warnings import entry_place
from bookcar.calendars.hits import Hit, calendar_hits, once_halted, together
from bookcar.model import District
from bookcar.phrases import Phrases
from bookcar.weeks import monday_of

_WEEKS = 26


def calendar_lines(district: District, today: dt.date, say: Phrases) -> Iterator[str]:
    """Yield a line for each day and entry that meets visits; none without a calendar or rules."""
    until = _last_day(today).isoformat()
    hits = _hits(district, today)
    if hits:
        yield say("calendar.head", day=until)
    elif district.calendar and any(stop.recurs for stop in district.stops):
        yield say("calendar.nothing", day=until)
    for hit, stops in together(hits):
        place = entry_place(district, hit.entry)
        row = say("faults.at.row", row=place.row) if place.row else ""
        yield "  " + say(
            f"calendar.hit-{hit.fate}",
            where=place.file + row,
            day=hit.day.isoformat(),
            to=hit.to.isoformat() if hit.to else "",
            what=hit.entry.what,
            note=hit.entry.note,
            count=len(stops),
            stops=tuple(f"{stop.id} {stop.name}" for stop in stops),
        )


def calendar_rows(district: District, today: dt.date) -> list[dict[str, object]]:
    """Return the same as data: a row for each visit."""
    return [
        {
            "stop": hit.stop.id,
            "day": hit.day,
            "becomes": hit.fate,
            "to": hit.to,
            "what": hit.entry.what,
            "row": hit.entry.row,
        }
        for hit in _hits(district, today)
    ]


def _hits(district: District, today: dt.date) -> tuple[Hit, ...]:
    first = monday_of(today)
    return once_halted(
        calendar_hits(district, (first + dt.timedelta(weeks=n) for n in range(_WEEKS)))
    )


def _last_day(today: dt.date) -> dt.date:
    return monday_of(today) + dt.timedelta(weeks=_WEEKS, days=-1)
