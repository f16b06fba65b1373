"""What is said of batches that went round and are dropped where they stay."""

from __future__ import annotations

import datetime as dt
from typing import Any

from builders import MONDAY, batch, district, past_visit, stop, vehicle

import bookcar as bc
from bookcar.plan import Plan


def _planned(**fields: Any) -> Plan:
    """Plan a week in which only a bookhouse is due, and B1 the only batch in the store."""
    tables = district(
        stop("S1", kind="bookhouse"),
        stop("S2", every_weeks=52),
        vehicles=(vehicle("V", weekdays=(1,)),),
        **{"batches": (batch("B1"),), "visits": _visits("S2")} | fields,
    )
    return bc.plan_week(tables, "2026-W49", effort="quick")


def _visits(at: str) -> tuple[Any, ...]:
    days = [MONDAY - dt.timedelta(weeks=weeks) for weeks in (8, 4)]
    moves = zip(days, ("dropped", "collected"), strict=True)
    return tuple(past_visit(at, day, batch="B1", action=action) for day, action in moves)


def test_a_batch_that_went_round_and_is_given_away_is_told() -> None:
    plan = _planned()
    assert [visit.drops for route in plan.routes for visit in route.visits] == [("B1",)]
    (warning,) = plan.warnings
    assert (warning.rule, warning.value) == ("leaves-rotation", "B1")
    assert "1 batch with 50 books went round so far and is dropped" in warning.problem
    assert "B1 at S1" in warning.problem


def test_a_batch_that_has_been_nowhere_yet_may_stay_where_it_is_dropped() -> None:
    never = past_visit("S2", MONDAY - dt.timedelta(weeks=4))
    assert _planned(visits=(never,)).warnings == ()


def test_missed_visits_are_no_rotation() -> None:
    missed = past_visit("S2", MONDAY - dt.timedelta(weeks=4), batch="B1", status="missed")
    seen = past_visit("S2", MONDAY - dt.timedelta(weeks=4))
    assert _planned(visits=(missed, seen)).warnings == ()
