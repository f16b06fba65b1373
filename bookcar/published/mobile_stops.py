"""The timetable in the schema that UK libraries share for mobile stops.

The schema is that of https://schema.librarydata.uk (mobile library stops): a row for each stop with
a rule of RFC 5545. It can leave a date out and not add one: a visit that the calendar moves has a
row of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bookcar.manifests.tables import table_csv
from bookcar.manifests.timetable import COLUMNS
from bookcar.published.recurring import Told, told_series
from bookcar.timetable import Timetable
from bookcar.weeks import clock

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ONCE = "FREQ=WEEKLY;COUNT=1"

_Row = tuple[str | float, ...]


def stops_csv(timetable: Timetable) -> bytes:
    """Return the rows of the public stops, by stop and time of day."""
    rows = (row for told in told_series(timetable) for row in _rows(timetable, told))
    return table_csv(COLUMNS, rows)


def _rows(timetable: Timetable, told: Told) -> Iterator[_Row]:
    """Yield a row for each weekday of a series, and one for each date besides."""
    dates = told.dates
    for weekday in dates.weekdays if dates.count > 1 else ():
        own = [d for d in told.every if d.weekday() == weekday and d not in dates.also]
        if own:
            frequency = f"FREQ=WEEKLY;INTERVAL={dates.weeks}"
            lacks = [d for d in dates.without if d.weekday() == weekday and own[0] < d < own[-1]]
            yield _row(timetable, told, (own[0], own[-1]), frequency=frequency, lacks=lacks)
    single = dates.also if dates.count > 1 else told.every
    for day in single:
        yield _row(timetable, told, (day, day), frequency=ONCE)


def _row(
    timetable: Timetable,
    told: Told,
    span: tuple[dt.date, dt.date],
    *,
    frequency: str,
    lacks: Sequence[dt.date] = (),
) -> _Row:
    stop, (first, last) = told.stop, span
    car, day = timetable.vehicles_by_id[told.vehicle], DAYS[first.weekday()]
    return (
        *(timetable.district, car.name or car.id, f"{car.id} {day}", stop.area or stop.name),
        *(stop.name, stop.landmark, ""),
        *(round(stop.lon, 5), round(stop.lat, 5)),
        *(day, "Public"),
        *(clock(told.begin), clock(told.leave), frequency),
        *(first.isoformat(), last.isoformat()),
        *(",".join(day.isoformat() for day in lacks), ""),
    )
