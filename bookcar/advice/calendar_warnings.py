"""The visits that fall away, move or wait by the calendar, as warnings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bookcar.calendars.hits import calendar_hits, together
from bookcar.errors import Fault
from bookcar.model import CalendarEntry, District, Where
from bookcar.phrases import Figure


def calendar_warnings(district: District, monday: dt.date) -> Iterator[Fault]:
    """Yield a warning for each day of a week and entry that meets visits of rules."""
    for hit, stops in together(calendar_hits(district, [monday])):
        figures: dict[str, Figure] = {
            "day": hit.day.isoformat(),
            "what": hit.entry.what,
            "note": hit.entry.note,
            "stops": tuple(f"{stop.id} {stop.name}" for stop in stops),
        }
        if hit.to is not None:
            figures["to"] = hit.to.isoformat()
        place = entry_place(district, hit.entry)
        yield Fault(
            rule=f"calendar-{hit.fate}",
            severity="warning",
            file=place.file,
            row=place.row,
            column="week.holidays" if hit.entry.row is None else "from",
            value=hit.entry.first.isoformat(),
            figures=figures,
        )


def entry_place(district: District, entry: CalendarEntry) -> Where:
    """Return where an entry stands: its row of the calendar, or the holidays of district.toml."""
    if entry.row is None:
        return Where("district.toml")
    return district.where("calendar", str(entry.row))
