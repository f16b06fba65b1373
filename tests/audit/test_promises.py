"""A promise of the timetable is kept, or what becomes of it is told, truly."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from audit.clean import Audited, clean
from builders import MONDAY, H

from bookcar.advice.promises import promise_faults
from bookcar.due import due_stops
from bookcar.model import TimetableEntry
from bookcar.plan import PlanPromise
from bookcar.plan_changes import promises_kept, promises_of

DAY = dt.timedelta(days=1)
AT = 8 * H + 840  # when the service of S1 begins on Monday


def promised(*entries: TimetableEntry) -> Audited:
    """Return the clean plan with some promises, and what becomes of them in it."""
    case = clean().with_district(timetable=entries)
    due = {d.stop.id: d for d in due_stops(case.district, MONDAY)}
    stops = (msgspec.structs.replace(s, overdue=due[s.id].overdue) for s in case.plan.stops)
    kept = promises_kept([e for d in due.values() for e in d.promises], promises_of(case.plan))
    return case.with_plan(stops=tuple(stops), promises=kept, warnings=tuple(promise_faults(kept)))


def entry(date: dt.date = MONDAY, **fields: Any) -> TimetableEntry:
    return TimetableEntry(**{"stop": "S1", "date": date} | fields)


@pytest.mark.parametrize(
    ("fields", "becomes"),
    [
        ({}, "same"),
        ({"vehicle": "V", "arrive": AT}, "same"),
        ({"vehicle": "sold"}, "same"),
        ({"arrive": AT + 300}, "same"),
        ({"arrive": AT + 301}, "time"),
        ({"arrive": AT - 900}, "same"),
        ({"arrive": AT - 901}, "time"),
        ({"vehicle": "W", "arrive": 0}, "car"),
        ({"date": MONDAY + DAY}, "day"),
        ({"stop": "S4"}, "gone"),
    ],
)
def test_what_becomes_of_a_promise_is_found_and_its_audit_agrees(
    fields: dict[str, Any], becomes: str
) -> None:
    case = promised(entry(**fields))
    (promise,) = case.plan.promises
    assert promise.becomes == becomes
    assert "keeps-timetable" not in case.broken()


def _first(case: Audited, **fields: Any) -> Audited:
    first, *rest = case.plan.promises
    return case.with_plan(promises=(msgspec.structs.replace(first, **fields), *rest))


@pytest.mark.parametrize("becomes", ["day", "car", "time", "gone"])
def test_a_kept_promise_is_not_said_to_be_broken(becomes: str) -> None:
    case = promised(entry())
    assert "keeps-timetable" in _first(case, becomes=becomes).broken()


@pytest.mark.parametrize(
    "broken",
    [
        lambda c: _first(c, becomes="same"),
        lambda c: _first(c, arrive=AT + 60),
        lambda c: _first(c, date=MONDAY + 3 * DAY),
        lambda c: c.with_plan(promises=()),
        lambda c: c.with_plan(promises=2 * c.plan.promises),
        lambda c: c.with_plan(warnings=()),
        lambda c: c.with_plan(promises=(*c.plan.promises, PlanPromise(stop="S2", date=MONDAY))),
    ],
)
def test_a_broken_promise_that_is_told_wrongly_or_not_at_all_is_a_breach(broken: Any) -> None:
    case = promised(entry(MONDAY + DAY))
    assert "keeps-timetable" not in case.broken()
    assert "keeps-timetable" in broken(case).broken()


def test_cancelled_promises_and_those_of_other_weeks_are_not_of_the_week() -> None:
    case = promised(entry(MONDAY - 7 * DAY), entry(status="cancelled"), entry(MONDAY + 7 * DAY))
    assert case.plan.promises == ()
    assert "keeps-timetable" not in case.broken()
