"""`bookcar check` names the promises to come that the tables no longer allow."""

from __future__ import annotations

import datetime as dt

from builders import MONDAY, H, district, holiday, stop, vehicle

from bookcar.advice.promise_warnings import promise_warnings
from bookcar.model import TimetableEntry
from bookcar.phrases import LANGUAGES

DAYS = [MONDAY + dt.timedelta(days=n) for n in range(7)]


def _told(*entries: TimetableEntry, today: dt.date | None = None) -> list[tuple[str, str | None]]:
    tables = district(
        stop("S1", windows=((9 * H, 12 * H),)),
        vehicles=(vehicle("V"), vehicle("W", weekdays=(0,))),
        calendar=(holiday(DAYS[2]),),
        timetable=entries,
    )
    faults = list(promise_warnings(tables, today))
    for fault in faults:
        assert all(fault.problem_in(one) and fault.fix_in(one) for one in LANGUAGES)
    return [(fault.variant, fault.value) for fault in faults]


def _promise(day: int, **fields: object) -> TimetableEntry:
    return TimetableEntry(stop="S1", date=DAYS[day], **fields)  # type: ignore[arg-type]


def test_what_can_be_kept_is_not_mentioned() -> None:
    assert _told(_promise(0, vehicle="W", arrive=9 * H), _promise(1, vehicle="gone")) == []


def test_a_day_a_car_and_a_time_that_cannot_be_kept_are_named() -> None:
    assert _told(
        _promise(1, vehicle="W"),
        _promise(2),
        _promise(3, arrive=11 * H + 50 * 60),
        _promise(5, vehicle="W", arrive=0),
    ) == [("car", "W"), ("closed", "2026-12-02"), ("hours", "11:50"), ("day", "2026-12-05")]


def test_what_is_over_or_cancelled_is_not_mentioned() -> None:
    cancelled = _promise(2, status="cancelled")
    assert _told(_promise(2), cancelled, today=DAYS[3]) == []
    assert _told(_promise(2), today=DAYS[2]) == [("closed", "2026-12-02")]
