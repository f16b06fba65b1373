"""Who is due by a campaign, with how many books, until a visit has brought them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from builders import MONDAY, batch, district, past_visit, stop

import bookcar as bc
from bookcar.audit import audit
from bookcar.calendars.campaigns import reached, running
from bookcar.due import due_stops
from bookcar.inputs.movements import before
from bookcar.model import Campaign, District, PastVisit, Pool, TimetableEntry
from bookcar.recurrence import EveryWeeks
from bookcar.roads.sources import travel_for

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
LAST = MONDAY + 2 * WEEK + 2 * DAY


def campaign(**fields: Any) -> Campaign:
    defaults = {"id": "C", "name": "", "first": MONDAY + DAY, "last": LAST, "stops": ("S1",)}
    return Campaign(**{**defaults, "books": 68, **fields})


def tables(*visits: PastVisit, **fields: Any) -> District:
    """Return a stop visited two weeks ago, so that nothing but the campaign asks for it."""
    just = past_visit("S1", MONDAY - 2 * WEEK)
    return district(
        stop("S1", **fields.pop("stop", {})),
        **{"campaigns": (campaign(),), "visits": (just, *visits), **fields},
    )


def due(given: District, weeks: int = 0) -> bool:
    return due_stops(given, MONDAY + weeks * WEEK)[0].due


def test_a_stop_of_a_campaign_is_due_in_its_weeks_on_its_days() -> None:
    given = tables()
    assert [due(given, n) for n in (-1, 0, 1, 2)] == [False, True, True, True]
    assert due_stops(given, MONDAY)[0].dates[0] == MONDAY + DAY
    rare = tables(stop={"every_weeks": 8})
    assert due_stops(rare, MONDAY + 2 * WEEK)[0].dates[-1] == LAST
    assert not due(rare, 3)


def test_who_was_brought_books_is_due_no_more() -> None:
    brought = past_visit("S1", MONDAY + 2 * DAY, batch="B001", action="dropped")
    assert not due(tables(brought), 1)
    assert reached(tables(brought), campaign()) == {"S1": MONDAY + 2 * DAY}


@pytest.mark.parametrize(
    "visit",
    [
        past_visit("S1", MONDAY, batch="B001", action="dropped"),  # before it began
        past_visit("S1", MONDAY + 2 * DAY, status="missed"),
        past_visit("S1", MONDAY + 2 * DAY, batch="B001", action="collected"),
        past_visit("S1", MONDAY + 2 * DAY),  # brought nothing
    ],
)
def test_a_visit_that_brought_nothing_in_time_does_not_count(visit: PastVisit) -> None:
    assert due(tables(visit, stop={"every_weeks": 8}), 1)


def test_without_batches_every_visit_counts() -> None:
    seen = past_visit("S1", MONDAY + 2 * DAY)
    assert not due(tables(seen, batches=()), 1)


def test_its_stops_want_its_books_until_they_have_them() -> None:
    given = tables()
    assert before(given, MONDAY).stops[0].books == 68
    assert before(given, MONDAY - WEEK).stops[0].books == 50
    brought = past_visit("S1", MONDAY + 2 * DAY, batch="B001", action="dropped")
    assert before(tables(brought), MONDAY + WEEK).stops[0].books == 50
    assert before(tables(campaigns=(campaign(books=None),)), MONDAY).stops[0].books == 50


def test_a_schedule_that_was_adopted_is_kept() -> None:
    entry = TimetableEntry(stop="S1", date=MONDAY + WEEK + DAY)
    given = tables(timetable=(entry,))
    assert [due(given, n) for n in (0, 1)] == [False, True]
    assert not running(given, MONDAY + 3 * WEEK)


def test_a_week_of_a_campaign_is_planned_and_audited_with_its_books() -> None:
    """Its rule gives no visit this week; the campaign asks for one with 68 books."""
    rule = EveryWeeks(weeks=2, first=MONDAY + WEEK)
    given = tables(stop={"recurs": rule})
    plan = bc.plan_week(given, "2026-W49", effort="quick")
    assert [visit.stop for route in plan.routes for visit in route.visits] == ["S1"]
    assert plan.stops[0].books == 68
    assert audit(plan, given, travel_for(given)) == []


def test_its_books_come_from_its_pool_and_no_other() -> None:
    pools = (Pool(id="TOP", name="", kinds=("village",)), Pool(id="P", name="", kinds=("village",)))
    shelf = (batch("B1", books=68, pool="P"), batch("B2", books=68, pool="TOP"))
    given = tables(campaigns=(campaign(pool="TOP"),), pools=pools, batches=shelf)
    plan = bc.plan_week(given, "2026-W49", effort="quick")
    assert [visit.drops for route in plan.routes for visit in route.visits] == [("B2",)]
    assert audit(plan, given, travel_for(given)) == []
    empty = tables(campaigns=(campaign(pool="TOP"),), pools=pools, batches=shelf[:1])
    (left,) = bc.plan_week(empty, "2026-W49", effort="quick").unserved
    assert left.reason == "pool-empty"
