"""A fair from the week in which its books come to that in which they go: planned and audited."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from builders import MONDAY, batch, holiday
from fairs.fair import DAY, OPENS, STOCK, after, carried, county, fair
from msgspec.structs import replace

import bookcar as bc
from bookcar.as_of import as_of
from bookcar.due import due_stops
from bookcar.fairs.days import Span, bringing, fetching
from bookcar.model import CalendarEntry, District
from bookcar.plan import Plan
from bookcar.weeks import week_name

WEEK = 7 * DAY


def _plan(tables: District, monday: dt.date = MONDAY) -> Plan:
    """Return the plan of a week: `plan_week` raises if its audit finds anything."""
    return bc.plan_week(tables, week_name(monday), effort="quick")


def _loads(tables: District, monday: dt.date = MONDAY) -> list[tuple[str, int]]:
    return [(s.id, s.books) for s in as_of(tables, monday).stops if s.load]


def test_two_cars_bring_it_before_it_opens_and_fetch_it_after_it_ends() -> None:
    tables = county(fair(bring_from=OPENS - DAY))
    first = _plan(tables)
    brought = carried(first)
    assert {car for _, car, _ in brought} == {"L", "S"}
    assert all(MONDAY <= day < OPENS for day, _, _ in brought)
    assert 900 <= sum(books for *_, books in brought) < 900 + 60 * len(brought)
    assert first.unserved == ()
    second = _plan(after(tables, first), MONDAY + WEEK)
    fetched = carried(second)
    assert sum(books for *_, books in fetched) == sum(books for *_, books in brought)
    assert all(day > OPENS + 2 * DAY for day, _, _ in fetched)
    third = after(after(tables, first), second)
    assert _loads(third, MONDAY + 2 * WEEK) == []
    assert _plan(third, MONDAY + 2 * WEEK).events is msgspec.UNSET


def test_a_car_comes_twice_if_it_may_reload_and_two_on_one_day() -> None:
    tables = county(fair(bring_from=OPENS - DAY))
    cars = [replace(car, reloads=3) for car in tables.vehicles]
    plan = _plan(replace(tables, vehicles=tuple(cars)))
    assert {day for day, _, _ in carried(plan)} == {OPENS - DAY}
    only = _plan(replace(tables, vehicles=(replace(tables.vehicles[1], reloads=3),)))
    assert [car for _, car, _ in carried(only)] == ["S"] * 3


@pytest.mark.parametrize(
    ("fields", "span"),
    [
        ({}, Span(MONDAY, OPENS - DAY)),
        ({"bring_by": MONDAY + 2 * DAY}, Span(MONDAY, MONDAY + 2 * DAY)),
        ({"bring_from": MONDAY - DAY}, Span(MONDAY - DAY, OPENS - DAY)),
        ({"first": MONDAY}, Span(MONDAY - WEEK, MONDAY - DAY)),
        ({"books": 2_000}, Span(MONDAY, OPENS - DAY)),
        ({"books": 2_001}, Span(MONDAY - WEEK, OPENS - DAY)),
        ({"books": 4_501}, Span(MONDAY - 2 * WEEK, OPENS - DAY)),
    ],
)
def test_books_come_in_weeks_whose_cars_could_carry_twice_as_much(
    fields: dict[str, object], span: Span
) -> None:
    event = fair(**fields)
    assert bringing(county(event), event) == span


def test_books_go_from_the_day_after_it() -> None:
    event = fair()
    assert fetching(county(event), event) == Span(MONDAY + WEEK, MONDAY + WEEK + 6 * DAY)
    more = fair(books=2_501)
    assert fetching(county(more), more).last == MONDAY + 2 * WEEK + 6 * DAY


def test_several_weeks_share_it_by_what_their_cars_can_carry() -> None:
    event = fair(bring_from=MONDAY - WEEK)
    tables = county(event)
    before = MONDAY - WEEK
    assert sum(books for _, books in _loads(tables, before)) == 500  # 5 days of 9
    shut = replace(tables, calendar=(holiday(before, before + 4 * DAY),))
    assert _loads(shut, before) == []
    assert sum(books for _, books in _loads(shut)) == 900
    first = _plan(tables, before)
    there = sum(books for *_, books in carried(first))
    rest = _loads(after(tables, first))
    assert sum(books for _, books in rest) == 900 - there
    assert sum(b for *_, b in carried(_plan(after(tables, first)))) >= 900 - there


def test_what_was_not_fetched_in_time_is_fetched_as_soon_as_can_be() -> None:
    tables = county(fair(fetch_by=MONDAY + WEEK))
    held = replace(tables, batches=(*tables.batches, batch("LEFT", at="FAIR", pool="F")))
    late = as_of(held, MONDAY + 5 * WEEK)
    (load,) = [s for s in late.stops if s.load]
    assert late.batches_by_id["LEFT"].at == load.id
    assert carried(_plan(held, MONDAY + 5 * WEEK)) == [(MONDAY + 5 * WEEK, "L", 50)] or carried(
        _plan(held, MONDAY + 5 * WEEK)
    )


def test_while_it_lasts_nothing_is_carried_and_the_page_knows_what_is_there() -> None:
    tables = county(fair(last=OPENS + 2 * WEEK))
    held = replace(tables, batches=(*tables.batches, batch("THERE", at="FAIR", pool="F")))
    plan = _plan(held, MONDAY + WEEK)
    assert carried(plan) == []
    (event,) = plan.events
    assert [b.id for b in event.there] == ["THERE"]


def test_a_car_that_stays_drives_nowhere_else() -> None:
    off = CalendarEntry(first=OPENS, last=OPENS + 2 * DAY, what="car off", vehicles=("L",))
    tables = county(fair(stays=("L",)), calendar=(off,))
    plan = _plan(tables)
    assert all(r.vehicle == "S" for r in plan.routes if r.date >= OPENS)


def test_a_load_is_due_in_its_week_alone_whatever_was_visited() -> None:
    tables = county()
    then = as_of(tables, MONDAY)
    due = {d.stop.id: d for d in due_stops(then, MONDAY)}
    assert (due["FAIR/1"].due, due["FAIR/1"].overdue) == (True, 0)
    assert due["FAIR/1"].dates == tuple(MONDAY + n * DAY for n in range(4))
    assert "FAIR" not in due


def test_a_week_that_knows_its_loads_makes_them_no_second_time() -> None:
    tables = replace(county(), batches=(*county().batches, batch("LEFT", at="FAIR", pool="F")))
    for monday in (MONDAY, MONDAY + WEEK):
        once = as_of(tables, monday)
        assert as_of(once, monday) == once
        assert [s.id for s in as_of(once, MONDAY + 9 * WEEK).stops if s.load] == ["FAIR/1"]


def test_a_district_without_events_is_the_same_object() -> None:
    tables = replace(county(), events=())
    assert all(s.load is None for s in as_of(tables, MONDAY).stops)


def test_pools_of_others_lend_nothing() -> None:
    tables = county(pools=(replace(STOCK, stops=("S1",)), county().pools[1]))
    plan = _plan(tables)
    assert carried(plan) == []
    assert {row.reason for row in plan.unserved if row.stop.startswith("FAIR")} <= {"no-batch"}


def test_several_events_in_one_week() -> None:
    other = fair(id="E", name="E", books=200, stop=replace(fair().stop, id="E", name="E"))
    pools = (replace(STOCK, stops=("FAIR", "E")), county().pools[1])
    plan = _plan(county(fair(books=500), other, pools=pools))
    assert sum(b for *_, b in carried(plan, "E")) >= 200
    assert sum(b for *_, b in carried(plan)) >= 500


def test_weight_limits_a_load() -> None:
    tables = county()
    heavy = tuple(replace(b, kg=30) for b in tables.batches)
    cars = tuple(replace(car, kg=150) for car in tables.vehicles)
    plan = _plan(replace(tables, batches=heavy, vehicles=cars))
    assert sum(books for *_, books in carried(plan)) >= 900
    assert all(route.peak_kg <= 150 for route in plan.routes)
