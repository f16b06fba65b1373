"""The rules of the timetable: a promise is made once, and says what it was before it was moved.

Whether the stop, the calendar and the cars allow what is promised is no fault of the table: they
may have changed since (`bookcar.advice.promise_warnings`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from bookcar.errors import Fault
from bookcar.inputs.raw_district import RawDistrict
from bookcar.inputs.sheet import Record
from bookcar.weeks import monday_of

_Key = tuple[str, dt.date]


def promise_twice(raw: RawDistrict) -> Iterator[Fault]:
    """Report two promises of a stop for one day, whatever became of either."""
    timetable = raw["timetable"]
    first: dict[_Key, Record] = {}
    for record in timetable.having("stop", "date"):
        earlier = first.setdefault((record.values["stop"], record.values["date"]), record)
        if earlier is not record:
            yield timetable.fault("promise-twice", at=record, column="date", first=earlier.row or 0)


def promises_in_a_week(raw: RawDistrict) -> Iterator[Fault]:
    """Report more promises of a stop in a week than it has visits."""
    timetable = raw["timetable"]
    visits = {
        record.values["id"]: record.values["visits_a_week"]
        for record in raw["stops"].having("id", "visits_a_week")
    }
    days: dict[_Key, list[dt.date]] = {}
    for record in timetable.having("stop", "date", "status"):
        stop, date = record.values["stop"], record.values["date"]
        if record.values["status"] == "cancelled":
            continue
        others = days.setdefault((stop, monday_of(date)), [])
        if date not in others and len(others) == visits.get(stop, 2):
            yield timetable.fault(
                "promises-in-a-week",
                at=record,
                column="date",
                visits=len(others),
                days=tuple(day.isoformat() for day in others),
            )
        elif date not in others:
            others.append(date)


def moved_twice(raw: RawDistrict) -> Iterator[Fault]:
    """Report a promise that was moved and still stands where it was, or was moved to two days."""
    timetable = raw["timetable"]
    rows = list(timetable.having("stop", "date", "status", "was"))
    standing: dict[_Key, Record] = {}
    for record in rows:
        if record.values["was"] is None:
            standing.setdefault((record.values["stop"], record.values["date"]), record)
    gone: dict[_Key, Record] = {}
    for record in rows:
        was = record.values["was"]
        if was is None:
            continue
        key = (record.values["stop"], was)
        if key in standing:
            other, variant = standing[key], ""
        elif (other := gone.setdefault(key, record)) is not record:
            variant = "again"
        else:
            continue
        yield timetable.fault(
            "moved-twice",
            variant=variant,
            at=record,
            column="was",
            other=other.row or 0,
            day=was.isoformat(),
        )


def moved_from_where(raw: RawDistrict) -> Iterator[Fault]:
    """Report a moved promise without the day that it was for, and such a day of one that stays."""
    timetable = raw["timetable"]
    for record in timetable.having("status", "was"):
        status, was = record.values["status"], record.values["was"]
        if status == "moved" and was is None:
            yield timetable.fault("moved-from-where", at=record, column="was")
        elif status == "promised" and was is not None:
            yield timetable.fault("moved-from-where", variant="promised", at=record, column="was")


def told_in_future(raw: RawDistrict) -> Iterator[Fault]:
    """Report a day on which people were told that has not come, where today is known."""
    timetable, today = raw["timetable"], raw.today
    for record in timetable.having("told"):
        told = record.values["told"]
        if today is not None and told is not None and told > today:
            yield timetable.fault(
                "told-in-future", at=record, column="told", today=today.isoformat()
            )


def nobody_told(raw: RawDistrict) -> Iterator[Fault]:
    """Warn once of the promises that were moved or cancelled while nobody was told of it."""
    timetable = raw["timetable"]
    untold = [
        record
        for record in timetable.having("stop", "date", "status", "told")
        if record.values["status"] != "promised" and record.values["told"] is None
    ]
    if untold:
        yield timetable.fault(
            "nobody-told",
            at=untold[0],
            column="told",
            severity="warning",
            count=len(untold),
            visits=tuple(_visit(record.values) for record in untold),
        )


def _visit(values: dict[str, Any]) -> tuple[str, str]:
    return values["stop"], values["date"].isoformat()
