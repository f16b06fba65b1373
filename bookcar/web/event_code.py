"""Events for the code on a poster: iCalendar without a time zone, as short as it can be.

They are on the clock of the phone, which is that of the place: who reads the code there needs no
time zone (RFC 5545, 3.3.5, form 1).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from bookcar.web.text import cut, printable

_NAME = 24


def calendar(lines: Iterable[str]) -> str:
    """Return lines of events as a whole calendar."""
    return "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR"))


def event(name: str, day: dt.date, begin: int, end: int) -> Iterator[str]:
    """Yield the lines of one event; ``begin`` and ``end`` are seconds of that day."""
    yield from ("BEGIN:VEVENT", f"SUMMARY:{summary(name)}")
    yield f"DTSTART:{at(day, begin)}"
    yield f"DTEND:{at(day, end)}"
    yield "END:VEVENT"


def summary(name: str) -> str:
    """Return a stop's name with what has a meaning in a calendar escaped (RFC 5545, 3.3.11)."""
    shown = cut(printable(name), _NAME)
    for character in "\\;,":
        shown = shown.replace(character, f"\\{character}")
    return shown


def at(day: dt.date, seconds: int) -> str:
    """Return a time of a day, rounded down to the minute as on the sheets."""
    return f"{day:%Y%m%d}T{seconds // 3600:02d}{seconds % 3600 // 60:02d}00"
