"""Promises in their weeks, and the days on which nobody can keep them."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import MONDAY, district, holiday, stop, vehicle

from bookcar.calendars.promises import Barred, Timetable
from bookcar.model import CalendarEntry, TimetableEntry

TUESDAY, SATURDAY = MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=5)
WEEK = dt.timedelta(weeks=1)


def _promise(date: dt.date, **fields: object) -> TimetableEntry:
    return TimetableEntry(stop="S1", date=date, **fields)  # type: ignore[arg-type]


def test_a_week_has_the_promises_that_stand_in_it() -> None:
    tables = district(
        stop("S1"),
        timetable=(
            _promise(TUESDAY, status="moved", was=TUESDAY - WEEK),
            _promise(MONDAY),
            _promise(MONDAY + WEEK, status="cancelled"),
        ),
    )
    timetable = Timetable(tables)
    assert [entry.date for entry in timetable.in_week("S1", MONDAY)] == [MONDAY, TUESDAY]
    assert timetable.in_week("S1", MONDAY + WEEK) == ()
    covered = [n for n in range(-3, 4) if timetable.covers(MONDAY + n * WEEK)]
    assert covered == [-1, 0, 1]
    assert not Timetable(district(stop("S1"))).covers(MONDAY)


CAR_OFF = CalendarEntry(first=MONDAY, last=MONDAY, what="car off", vehicles=("V",))


@pytest.mark.parametrize(
    ("date", "fields", "barred"),
    [
        (MONDAY, {}, None),
        (SATURDAY, {}, Barred("day")),
        (MONDAY, {"calendar": (holiday(MONDAY),)}, Barred("closed", holiday(MONDAY))),
        (MONDAY, {"calendar": (CAR_OFF,)}, Barred("closed", CAR_OFF)),
        (MONDAY, {"vehicles": (vehicle("V", weekdays=(1, 2)),)}, Barred("no-car")),
        (MONDAY, {"calendar": (CAR_OFF,), "vehicles": (vehicle("V"), vehicle("W"))}, None),
    ],
)
def test_a_day_bars_everybody_or_nobody(
    date: dt.date, fields: dict[str, object], barred: Barred | None
) -> None:
    assert Timetable(district(stop("S1"), **fields)).barred(_promise(date)) == barred
