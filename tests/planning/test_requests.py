"""Readers' requests: which visit brings one, and what is said of the others."""

from __future__ import annotations

import datetime as dt
from typing import Any

from builders import MONDAY, batch, district, past_visit, stop, vehicle

import bookcar as bc
from bookcar.model import Request
from bookcar.plan import Plan

TUESDAY = MONDAY + dt.timedelta(days=1)


def _asked(name: str = "Q1", **fields: Any) -> Request:
    defaults = {"id": name, "date": dt.date(2026, 11, 1), "stop": "S1", "title": "To Live"}
    return Request(**defaults | fields)


def _planned(*requests: Request) -> Plan:
    """Plan a week in which S1 is visited on Tuesday, and S2 is not due."""
    tables = district(
        stop("S1"),
        stop("S2"),
        vehicles=(vehicle("V", weekdays=(1,)),),
        batches=(batch("B1"), batch("B2")),
        visits=(past_visit("S2", MONDAY - dt.timedelta(weeks=1)),),
        requests=requests,
    )
    return bc.plan_week(tables, "2026-W49", effort="quick")


def _brought(plan: Plan) -> list[str]:
    return [name for route in plan.routes for visit in route.visits for name in visit.requests]


def test_a_request_comes_with_a_visit_between_its_two_days() -> None:
    plan = _planned(
        _asked("Q1"),
        _asked("Q2", wanted_by=TUESDAY),
        _asked("Q3", date=TUESDAY),
        _asked("Q4", status="cancelled"),
    )
    assert _brought(plan) == ["Q1", "Q2", "Q3"]
    assert [request.id for request in plan.requests] == ["Q1", "Q2", "Q3"]
    assert plan.warnings == ()


def test_a_request_wanted_by_the_day_before_is_not_printed_but_told() -> None:
    plan = _planned(_asked(wanted_by=MONDAY))
    assert _brought(plan) == []
    (warning,) = plan.warnings
    assert (warning.rule, warning.column, warning.value) == (
        "request-too-late",
        "wanted_by",
        "2026-11-30",
    )
    assert "it is wanted by Mon 30 Nov, and stop S1 is visited on Tue 1 Dec" in warning.problem
    assert "cancelled under status" in warning.fix


def test_a_request_that_lapses_without_a_visit_is_told_by_itself() -> None:
    long_ago = _asked("Q1", stop="S2", wanted_by=dt.date(2026, 11, 20))
    plan = _planned(long_ago, _asked("Q2", stop="S2", wanted_by=TUESDAY))
    assert [w.rule for w in plan.warnings] == ["request-too-late"] * 2
    assert "stop S2 gets no visit by then" in plan.warnings[0].problem


def test_requests_that_wait_for_a_later_week_are_told_together() -> None:
    plan = _planned(
        _asked("Q1", stop="S2"),
        _asked("Q2", stop="S2", wanted_by=dt.date(2026, 12, 24)),
        _asked("Q3", date=TUESDAY + dt.timedelta(days=1)),
        _asked("Q4", date=MONDAY + dt.timedelta(weeks=1)),
    )
    (warning,) = plan.warnings
    assert warning.rule == "requests-waiting"
    assert warning.problem.endswith(": Q1 for S2, Q2 for S2, Q3 for S1.")
