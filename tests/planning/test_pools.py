"""Pools in a week: who gets which batches, what stays in the store, and why somebody gets none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from builders import MONDAY, batch, district, past_visit, stop

import bookcar as bc
from bookcar.advice.wording import explanation, remedy
from bookcar.batches.holdings import collectable
from bookcar.model import BatchSettings, District, PastVisit, Pool, Settings
from bookcar.pages.stock_lines import stock_lines
from bookcar.phrases import LANGUAGES, Language, Phrases
from bookcar.plan import Plan
from bookcar.planning.forecast import forecast

WEEK = "2026-W49"


def _pool(id: str = "P", **fields: Any) -> Pool:
    return Pool(**{"id": id, "name": f"pool {id}"} | fields)


TEA, HOUSE = _pool("T", kinds=("teahouse",)), _pool("H", kinds=("bookhouse",))


def _plan(tables: District) -> Plan:
    return bc.plan_week(tables, WEEK, effort="quick")


def _drops(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {visit.stop: visit.drops for route in plan.routes for visit in route.visits}


def _reasons(plan: Plan) -> dict[str, str]:
    return {row.stop: row.reason for row in plan.unserved}


def _days_ago(days: int) -> dt.date:
    return MONDAY - dt.timedelta(days=days)


def _was_at(stop: str, name: str, *, since: int, until: int | None) -> tuple[PastVisit, ...]:
    """Return that a batch was brought to a stop so many days ago, and collected."""
    brought = past_visit(stop, _days_ago(since), batch=name, action="dropped")
    if until is None:
        return (brought,)
    return brought, past_visit(stop, _days_ago(until), batch=name, action="collected")


def test_a_pool_goes_nowhere_else_however_scarce_books_are() -> None:
    tables = district(
        stop("S1", kind="teahouse", priority=0),
        stop("S2", kind="bookhouse", priority=9),
        stop("S3", kind="bookhouse", priority=9),
        pools=(TEA, HOUSE),
        batches=(batch("T1", pool="T"), batch("T2", pool="T"), batch("H1", pool="H")),
    )
    plan = _plan(tables)
    drops = _drops(plan)
    assert drops.keys() == {"S1", next(iter(drops.keys() - {"S1"}))}
    assert drops["S1"] in (("T1",), ("T2",))
    assert set(_reasons(plan).values()) == {"batch-taken"}
    free = msgspec.structs.replace(tables, pools=(), batches=tuple(_bare(tables)))
    assert len(_drops(_plan(free))) == 3


def _bare(tables: District) -> list[Any]:
    return [msgspec.structs.replace(b, pool="") for b in tables.batches]


def test_batches_without_a_pool_go_to_any_stop_that_names_none() -> None:
    tables = district(
        stop("S1", kind="teahouse"),
        stop("S2", kind="village"),
        stop("S3", kind="teahouse", pool="T"),
        pools=(TEA,),
        batches=(batch("A"), batch("B")),
    )
    plan = _plan(tables)
    assert _drops(plan).keys() == {"S1", "S2"}
    assert _reasons(plan) == {"S3": "pool-empty"}


def test_a_stop_of_a_pool_gets_that_one_alone() -> None:
    tables = district(
        stop("S1", kind="teahouse", pool="Q"),
        pools=(TEA, _pool("Q", kinds=("teahouse",))),
        batches=(batch("T1", pool="T"), batch("Q1", pool="Q"), batch("A")),
    )
    assert _drops(_plan(tables)) == {"S1": ("Q1",)}


def test_the_reserve_is_what_is_new_to_the_fewest() -> None:
    """S1 has had T1, so that T1 is of the least use; with it in reserve both are served."""
    tables = district(
        stop("S1", kind="teahouse", every_weeks=1),
        stop("S2", kind="teahouse"),
        pools=(msgspec.structs.replace(TEA, reserve=1),),
        batches=(batch("T1", pool="T"), batch("T2", pool="T"), batch("T3", pool="T")),
        visits=_was_at("S1", "T1", since=80, until=40),
    )
    assert set(_drops(_plan(tables)).values()) == {("T2",), ("T3",)}


def test_nothing_goes_out_while_the_reserve_is_not_whole() -> None:
    """What S1 gives back early in the week would do for S2, but it fills the reserve."""
    tables = district(
        stop("S1", kind="teahouse", weekdays=(0,), every_weeks=1),
        stop("S2", kind="teahouse", weekdays=(3,)),
        pools=(msgspec.structs.replace(TEA, reserve=1),),
        batches=(batch("T1", pool="T", at="S1"), batch("A")),
    )
    plan = _plan(tables)
    assert set(_drops(plan).values()) == {("A",)}
    without = msgspec.structs.replace(tables, pools=(TEA,))
    assert _drops(_plan(without)) == {"S1": ("A",), "S2": ("T1",)}


REASONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "pool-empty": ({}, {"batches": (batch("T1", pool="T", at="S9"),)}),
    "pool-reserve": ({"reserve": 1}, {}),
    "pool-mending": ({"mend_after": 1}, {"visits": _was_at("S9", "T1", since=80, until=40)}),
    "pool-turn": ({"order": "ring"}, {"visits": _was_at("S1", "T1", since=900, until=850)}),
    "no-batch": ({"no_repeat_months": 24}, {"visits": _was_at("S1", "T1", since=80, until=40)}),
}


def _lacking(reason: str) -> District:
    """Return a tea house for which its pool has nothing; S9 is another, which gets no visit."""
    fields, more = REASONS[reason]
    given: dict[str, Any] = {"batches": (batch("T1", pool="T"),)} | more
    return district(
        stop("S1", kind="teahouse"),
        stop("S9", kind="teahouse", weekdays=(6,)),
        pools=(msgspec.structs.replace(TEA, **fields),),
        **given,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_what_a_pool_keeps_is_the_reason(reason: str, language: Language) -> None:
    plan = _plan_of_reasons(_lacking(reason))
    row = next(row for row in plan.unserved if row.stop == "S1")
    assert row.reason == reason
    say = Phrases(language)
    assert reason == "no-batch" or "pool T" in explanation(plan, row, say)
    assert "50" in remedy(plan, row, say)


def _plan_of_reasons(tables: District) -> Plan:
    """Return the plan, with a village served so that there is one."""
    village = stop("S5", books=0)
    return _plan(msgspec.structs.replace(tables, stops=(*tables.stops, village)))


HELPS: dict[str, Any] = {
    "pool-reserve": {"pools": (TEA,)},
    "pool-mending": {
        "pools": (msgspec.structs.replace(TEA, mend_after=1),),
        "batches": (batch("T1", pool="T", mended=_days_ago(1)),),
    },
    "pool-turn": {"pools": (TEA,), "visits": _was_at("S1", "T1", since=900, until=850)},
}


@pytest.mark.parametrize("reason", HELPS)
def test_what_would_help_does(reason: str) -> None:
    tables = msgspec.structs.replace(_lacking(reason), **HELPS[reason])
    assert _drops(_plan_of_reasons(tables))["S1"] == ("T1",)


def test_the_reserve_named_lets_the_batch_out() -> None:
    """Two are in reserve, and S1 has had the first of them: lowered to one, the other goes out."""
    tables = district(
        stop("S1", kind="teahouse", every_weeks=1),
        stop("S5", books=0),
        pools=(msgspec.structs.replace(TEA, reserve=2, no_repeat_months=24),),
        batches=(batch("T1", pool="T"), batch("T2", pool="T")),
        visits=_was_at("S1", "T1", since=80, until=40),
    )
    (row,) = _plan(tables).unserved
    assert (row.reason, row.figures["reserve"], row.figures["most"]) == ("pool-reserve", 2, 1)
    pools = (msgspec.structs.replace(TEA, reserve=row.figures["most"], no_repeat_months=24),)
    assert _drops(_plan(msgspec.structs.replace(tables, pools=pools)))["S1"] == ("T2",)


def test_a_batch_stays_its_weeks_and_is_then_collected_wherever_it_is() -> None:
    pool = _pool("P", kinds=("village", "bookhouse"), weeks=4)
    for kind in ("village", "bookhouse"):
        place = stop("S1", kind=kind)
        for weeks, gone in ((3, ()), (4, ("B",))):
            since = MONDAY - dt.timedelta(weeks=weeks) + dt.timedelta(days=4)
            held = batch("B", pool="P", at="S1", since=since)
            tables = district(place, pools=(pool,), batches=(held,))
            assert tuple(b.id for b in collectable(tables, place, MONDAY)) == gone


def test_nothing_of_a_pool_comes_again_within_its_months() -> None:
    """The district lets the oldest come again; a pool that says how many months does not."""
    visits = _was_at("S1", "T1", since=80, until=40)
    tables = district(
        stop("S1", kind="teahouse"),
        stop("S5", books=0),
        batches=(batch("T1", pool="T"),),
        visits=visits,
        pools=(TEA,),
    )
    assert _drops(_plan(tables))["S1"] == ("T1",)
    months = (msgspec.structs.replace(TEA, no_repeat_months=6),)
    assert _reasons(_plan(msgspec.structs.replace(tables, pools=months))) == {"S1": "no-batch"}
    bare = msgspec.structs.replace(
        tables, pools=months, settings=Settings(batches=BatchSettings(when_seen_all="no-books"))
    )
    assert _drops(_plan(bare))["S1"] == ()
    shorter = (msgspec.structs.replace(TEA, no_repeat_months=1),)
    plan = _plan(msgspec.structs.replace(tables, pools=shorter))
    assert [v.repeats for r in plan.routes for v in r.visits if v.stop == "S1"] == [()]


def test_a_ring_leads_from_each_stop_to_the_next() -> None:
    """T1 was at S1 and T2 at the last, so they go to S2 and round again to S1."""
    tables = district(
        stop("S1", kind="teahouse"),
        stop("S2", kind="teahouse"),
        stop("S3", kind="teahouse", access="foot"),
        stop("S4", kind="teahouse"),
        pools=(msgspec.structs.replace(TEA, order="ring"),),
        batches=(batch("T1", pool="T"), batch("T2", pool="T"), batch("T3", pool="T")),
        visits=(
            *_was_at("S1", "T1", since=80, until=40),
            *_was_at("S4", "T2", since=80, until=40),
        ),
    )
    assert _drops(_plan(tables)) == {"S2": ("T1",), "S1": ("T2",), "S4": ("T3",)}


def test_the_plan_names_the_pools_of_its_batches_and_no_others() -> None:
    tables = district(
        stop("S1", kind="teahouse"),
        pools=(TEA, HOUSE),
        batches=(batch("T1", pool="T"), batch("H1", pool="H")),
    )
    plan = _plan(tables)
    assert [(pool.id, pool.name) for pool in plan.pools or ()] == [("T", "pool T")]
    assert [plan.pool_name(b) for b in plan.batches] == ["pool T"]


def test_where_no_batch_has_a_pool_the_plan_says_nothing_of_pools() -> None:
    plan = _plan(district(stop("S1")))
    assert b'"pool' not in plan.to_json()


def test_check_says_how_long_each_pool_lasts() -> None:
    tables = district(
        stop("S1", kind="teahouse", every_weeks=1),
        stop("S2", kind="bookhouse", every_weeks=1),
        pools=(msgspec.structs.replace(TEA, no_repeat_months=24), HOUSE),
        batches=(
            *(batch(f"T{n}", pool="T") for n in range(3)),
            *(batch(f"H{n}", pool="H") for n in range(5)),
        ),
    )
    stock = forecast(tables, MONDAY, weeks=4)
    assert [week.lacking for week in stock] == [(), (), (), ("S1",)]
    first, tea, house = stock_lines(tables, stock, Phrases("en"))
    assert first.startswith("The batches run out in 2026-W52")
    assert tea.startswith(
        "pool T: 3 batches (3 in store) for 1 stop last for 3 weeks; in 2026-W52 1 stop finds none "
        "that it has not had, and until 2026-W52 1 more is needed. "
        "Without more batches 3 of 4 visits are made until 2026-W52: on average"
    )
    assert house == "pool H: 5 batches (5 in store) for 1 stop; enough until 2026-W52."


def test_a_forecast_mends_and_keeps_the_reserve() -> None:
    """One of three is kept; of the others each is a week at the stop and one being mended."""
    pool = _pool("T", kinds=("teahouse",), reserve=1, mend_after=1, no_repeat_months=0)
    tables = district(
        stop("S1", kind="teahouse", every_weeks=1),
        pools=(pool,),
        batches=tuple(batch(f"T{n}", pool="T") for n in range(4)),
    )
    assert not any(week.lacking for week in forecast(tables, MONDAY, weeks=8))
    fewer = msgspec.structs.replace(tables, batches=tables.batches[:2])
    assert any(week.lacking for week in forecast(fewer, MONDAY, weeks=8))
