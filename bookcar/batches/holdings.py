"""What a stop holds now, what a visit collects, and what it has had too recently to get again."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping

from bookcar.model import Batch, District, Stop


def at_stop(district: District, stop_id: str) -> tuple[Batch, ...]:
    """Return the batches that are at a stop now, in the district's order."""
    return tuple(batch for batch in district.batches if batch.at == stop_id)


def collectable(district: District, stop: Stop) -> tuple[Batch, ...]:
    """Return the batches a visit collects: all that are there, at the kinds of stop that rotate."""
    if stop.kind not in district.settings.batches.rotate:
        return ()
    return at_stop(district, stop.id)


def had_before(district: District, monday: dt.date) -> Mapping[str, frozenset[str]]:
    """Return, by stop, the batches it must not get in the week of ``monday``.

    These are the batches there now, and those that left it less than ``no_repeat_months`` before
    that Monday, counted by the calendar. A batch leaves when it is collected; if that was never
    recorded although it is elsewhere now, the day it was dropped counts. Only visits that were
    done count; stops that have had nothing are left out.
    """
    first = months_before(monday, district.settings.batches.no_repeat_months)
    had: defaultdict[str, set[str]] = defaultdict(set)
    for visit in district.visits:
        moved = visit.status == "done" and visit.action and visit.batch
        if moved and visit.date > first:
            had[visit.stop].add(visit.batch)
    stops = {stop.id for stop in district.stops}
    for batch in district.batches:
        if batch.at in stops:
            had[batch.at].add(batch.id)
    return {stop: frozenset(had[stop]) for stop in sorted(had)}


def seen_longest_ago(district: District, monday: dt.date) -> Mapping[str, tuple[str, ...]]:
    """Return, by stop, the batches of `had_before` that are not there now, longest ago first."""
    last: defaultdict[str, dict[str, dt.date]] = defaultdict(dict)
    for visit in district.visits:
        if visit.status == "done" and visit.action and visit.batch:
            days = last[visit.stop]
            days[visit.batch] = max(visit.date, days.get(visit.batch, visit.date))
    at = {batch.id: batch.at for batch in district.batches}
    return {
        stop: tuple(sorted((b for b in had if at.get(b) != stop), key=lambda b: (last[stop][b], b)))
        for stop, had in had_before(district, monday).items()
    }


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day of the month, ``months`` earlier; the month's last if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < dt.MINYEAR:
        return dt.date.min
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
