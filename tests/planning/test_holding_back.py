"""What promises of later weeks need stays in the store, and others are told so."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from builders import MONDAY, batch, district, past_visit, stop, vehicle

import bookcar as bc
from bookcar.advice.wording import explanation, remedy
from bookcar.audit import audit
from bookcar.batches.promised import PromisedNeeds
from bookcar.model import District, Pool, Settings, TimetableEntry, TimetableSettings
from bookcar.phrases import LANGUAGES, Phrases
from bookcar.plan import Plan
from bookcar.roads.sources import travel_for

DAY = dt.timedelta(days=1)
TOP_UPS = Pool(id="H", name="top-ups", kinds=("bookhouse",))
FREE = Settings(timetable=TimetableSettings(hold_back=False))


def promise(stop: str, day: int, **fields: Any) -> TimetableEntry:
    return TimetableEntry(stop=stop, date=MONDAY + day * DAY, **fields)


def planned(tables: District) -> Plan:
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    assert audit(plan, tables, travel_for(tables)) == []
    return plan


def served(plan: Plan) -> set[str]:
    return {visit.stop for route in plan.routes for visit in route.visits}


def reasons(plan: Plan) -> dict[str, str]:
    return {row.stop: row.reason for row in plan.unserved}


def bookhouses(count: int, batches: int, *entries: TimetableEntry, **fields: Any) -> District:
    """Return bookhouses, which keep what they get, and a store with some batches for them."""
    given: dict[str, Any] = {"vehicles": (vehicle("V"), vehicle("W"))}
    return district(
        *(stop(f"S{k}", kind="bookhouse") for k in range(1, count + 1)),
        pools=(TOP_UPS,),
        batches=tuple(batch(f"H{k}", pool="H") for k in range(batches)),
        timetable=entries,
        **given | fields,
    )


@pytest.mark.parametrize("spare", [0, 1, 2])
def test_others_get_what_promises_of_this_week_and_later_leave(spare: int) -> None:
    """Two are promised this week, two in five weeks; two more are due without a promise."""
    entries = [promise("S1", 1), promise("S2", 2), promise("S3", 35), promise("S4", 36)]
    plan = planned(bookhouses(6, 4 + spare, *entries))
    assert {"S1", "S2"} <= served(plan)
    assert len(served(plan)) == 2 + spare
    assert {one.becomes for one in plan.promises} == {"same"}
    held = {"S5", "S6"} - served(plan)
    if not spare:
        assert {reasons(plan)[name] for name in held} == {"kept-for-promises"}


def test_the_later_weeks_find_what_was_kept() -> None:
    entries = [promise("S1", 1), promise("S3", 8), promise("S4", 9)]
    tables = bookhouses(6, 3, *entries)
    first = planned(tables)
    assert served(first) == {"S1"}
    (name,) = [b for route in first.routes for v in route.visits for b in v.drops]
    moved = tuple(
        msgspec.structs.replace(b, at="S1") if b.id == name else b for b in tables.batches
    )
    done = (past_visit("S1", MONDAY + DAY, batch=name, action="dropped"),)
    later = msgspec.structs.replace(tables, batches=moved, visits=done)
    second = bc.plan_week(later, "2026-W50", effort="quick")
    assert served(second) == {"S3", "S4"}


def test_staff_may_decide_that_others_get_them() -> None:
    entries = [promise("S1", 1), promise("S3", 8), promise("S4", 9)]
    tables = bookhouses(6, 3, *entries, settings=FREE)
    assert len(served(planned(tables))) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reason_says_of_which_pool_and_until_when(language: Any) -> None:
    plan = planned(bookhouses(3, 2, promise("S1", 1), promise("S2", 36)))
    (row,) = [row for row in plan.unserved if row.stop == "S3"]
    assert row.figures["until"] == str(MONDAY + 36 * DAY)
    assert (row.figures["pool"], row.figures["kept"]) == ("top-ups", 2)
    say = Phrases(language)
    assert "top-ups" in explanation(plan, row, say)
    assert "timetable.hold_back" in remedy(plan, row, say)


def test_what_would_help_does() -> None:
    """One batch more, or a promise of its own in place of the later one."""
    entries = [promise("S1", 1), promise("S2", 36)]
    assert served(planned(bookhouses(3, 2, *entries))) == {"S1"}
    assert len(served(planned(bookhouses(3, 3, *entries)))) == 2
    assert served(planned(bookhouses(3, 2, *entries, promise("S3", 2)))) == {"S1", "S3"}


def test_a_district_without_pools_holds_back_as_well() -> None:
    tables = msgspec.structs.replace(
        bookhouses(4, 2, promise("S1", 1), promise("S2", 8)),
        pools=(),
        batches=(batch("B1"), batch("B2")),
    )
    plan = planned(tables)
    assert served(plan) == {"S1"}
    assert set(reasons(plan).values()) == {"kept-for-promises"}


def test_who_gives_back_what_it_takes_may_take_what_later_weeks_need() -> None:
    """A village gives its batch back, so the promise of the next week finds as many as before."""
    tables = district(
        stop("S1"),
        stop("S2"),
        vehicles=(vehicle("V"),),
        batches=(batch("B1"), batch("B2", at="S2", since=MONDAY - 40 * DAY)),
        timetable=(promise("S1", 1, status="cancelled"), promise("S1", 9)),
    )
    assert served(planned(tables)) == {"S2"}
    empty = msgspec.structs.replace(tables, batches=(batch("B1"),))
    plan = bc.plan_week(
        msgspec.structs.replace(empty, stops=(*empty.stops, stop("S9", books=0))),
        "2026-W49",
        effort="quick",
    )
    assert reasons(plan)["S2"] == "kept-for-promises"


def test_a_promise_that_was_missed_comes_before_those_without() -> None:
    """S1 was missed last week; S2 is promised in five weeks: both batches are theirs."""
    tables = bookhouses(
        3,
        2,
        promise("S1", -5),
        promise("S2", 36),
        visits=(past_visit("S1", MONDAY - 5 * DAY, status="missed"),),
    )
    plan = planned(tables)
    assert served(plan) == {"S1"}


def test_needs_are_those_of_a_store_played_through_by_hand() -> None:
    """Villages give back: one batch goes round this week, and later two are out at a time."""
    tables = district(
        *(stop(f"S{k}") for k in range(1, 5)),
        batches=(
            *(batch(f"B{k}") for k in range(3)),
            *(batch(f"C{k}", at=f"S{k}", since=MONDAY - 40 * DAY) for k in range(1, 5)),
        ),
        timetable=(
            promise("S1", 0), promise("S2", 1), promise("S3", 7), promise("S4", 7),
        ),
    )  # fmt: skip
    (need,) = PromisedNeeds(tables, MONDAY).of_pools.values()
    assert (need.week, need.first, need.all) == (1, 2, 4)
    assert PromisedNeeds(tables, MONDAY).claimants.keys() == {"S1", "S2"}
    bare = msgspec.structs.replace(tables, batches=tables.batches[:3])
    (need,) = PromisedNeeds(bare, MONDAY).of_pools.values()
    assert (need.week, need.first, need.all) == (2, 4, 4)


def test_the_audit_finds_what_was_taken_from_later_promises() -> None:
    entries = [promise("S1", 1), promise("S3", 8), promise("S4", 9)]
    free = bookhouses(6, 3, *entries, settings=FREE)
    plan = planned(free)
    strict = msgspec.structs.replace(free, settings=Settings())
    found = [line for line in audit(plan, strict, travel_for(strict)) if "promises leave" in line]
    assert found
    assert all(line.startswith("keeps-batches-for-promises") for line in found)
