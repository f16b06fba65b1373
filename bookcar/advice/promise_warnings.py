"""The promises to come that the tables no longer allow, as warnings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial

from bookcar.advice.warn import warning
from bookcar.calendars.promises import Timetable
from bookcar.errors import Fault
from bookcar.model import District, Stop, TimetableEntry, Vehicle
from bookcar.weeks import clock


def promise_warnings(district: District, today: dt.date | None) -> Iterator[Fault]:
    """Yield a warning for each promise that cannot be kept on its day, by its car, at its time.

    Parameters
    ----------
    today
        Promises before that day are history; None for all.
    """
    timetable = Timetable(district)
    for entry in district.timetable:
        if entry.stands and (today is None or entry.date >= today):
            yield from _of_entry(timetable, entry)


def _of_entry(timetable: Timetable, entry: TimetableEntry) -> Iterator[Fault]:
    district = timetable.district
    stop = district.stops_by_id[entry.stop]
    warn = partial(
        warning,
        district.where("timetable", str(entry.row)),
        rule="promise-cannot-be-kept",
        stop=stop.id,
        day=entry.date.isoformat(),
    )
    barred = timetable.barred(entry)
    if barred is not None:
        closed = barred.entry
        more = {"what": closed.what, "note": closed.note} if closed else {}
        yield warn(column="date", value=entry.date.isoformat(), variant=barred.by, **more)
        return
    car = district.vehicles_by_id.get(entry.vehicle)
    if car is not None and not timetable.goes(car, stop, entry.date):
        yield warn(column="vehicle", value=car.id, variant="car")
    if entry.arrive is not None and not _open(stop, car, entry.arrive):
        yield warn(
            column="arrive",
            value=clock(entry.arrive),
            variant="hours",
            arrive=entry.arrive,
            hours=tuple(second for window in stop.windows for second in window),
        )


def _open(stop: Stop, car: Vehicle | None, begin: int) -> bool:
    """Tell whether a service may begin at a time, and its car is out then."""
    end = begin + stop.service_s
    in_hours = any(opens <= begin and end <= closes for opens, closes in stop.windows)
    return in_hours and (car is None or (car.starts <= begin and end <= car.ends))
