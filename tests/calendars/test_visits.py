"""Dates of stops: rules with the calendar on top."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from builders import district, holiday, stop, vehicle
from hypothesis import given
from hypothesis import strategies as st

from bookcar.calendars.visits import RuleDates, rule_dates
from bookcar.model import CalendarEntry, Settings
from bookcar.recurrence import EveryWeeks, IsoWeeks, MonthWeekdays, Rule, days_in_week, rrule
from bookcar.weeks import monday_of

FIRST = dt.date(2026, 1, 5)
D = dt.date


def _dates(rule: Rule, *entries: CalendarEntry, **fields: Any) -> RuleDates:
    cars = fields.pop("cars", (vehicle("V"),))
    settings = fields.pop("settings", Settings())
    tables = district(
        stop("S1", recurs=rule, **fields), vehicles=cars, calendar=entries, settings=settings
    )
    return rule_dates(tables)["S1"]


def _all(dates: RuleDates, weeks: int = 26, first: dt.date = FIRST) -> list[dt.date]:
    mondays = (monday_of(first) + dt.timedelta(weeks=n) for n in range(weeks))
    return [day for monday in mondays for day in dates.dates_in(monday)]


def _fates(dates: RuleDates, monday: dt.date) -> list[str]:
    return [one.fate for one in dates.given_in(monday)]


def test_without_a_calendar_the_dates_are_those_of_the_rule() -> None:
    rule = MonthWeekdays(nth=((1, 1), (3, 1)))
    assert _all(_dates(rule), 5) == [D(2026, 1, 6), D(2026, 1, 20), D(2026, 2, 3)]


def test_a_dropped_visit_falls_away_and_the_next_stays() -> None:
    """Derbyshire's second car in 2025: Good Friday is dropped."""
    rule = rrule("FREQ=WEEKLY;INTERVAL=4", D(2025, 3, 21))
    dates = _dates(rule, holiday(D(2025, 4, 18)))
    assert _all(dates, 10, D(2025, 3, 17)) == [D(2025, 3, 21), D(2025, 5, 16)]
    assert _fates(dates, D(2025, 4, 14)) == ["dropped"]


def test_a_moved_visit_is_made_in_the_week_of_its_new_day() -> None:
    """Derbyshire's first car in 2025: Good Friday on 7 April, a bank holiday a week before."""
    rule = rrule("FREQ=WEEKLY;INTERVAL=4", D(2025, 3, 21))
    good_friday = holiday(D(2025, 4, 18), does="move", to=D(2025, 4, 7), vehicles=("V",))
    dates = _dates(rule, good_friday, vehicles=("V",))
    assert _all(dates, 10, D(2025, 3, 17)) == [D(2025, 3, 21), D(2025, 4, 7), D(2025, 5, 16)]
    assert _fates(dates, D(2025, 4, 14)) == ["moved"]
    assert dates.dates_in(D(2025, 4, 14)) == ()


def test_of_two_cars_each_does_its_own_with_a_holiday() -> None:
    entries = (
        holiday(D(2025, 4, 18)),
        holiday(D(2025, 4, 18), does="move", to=D(2025, 4, 7), vehicles=("V",)),
    )
    rule = rrule("FREQ=WEEKLY;INTERVAL=4", D(2025, 3, 21))
    cars = (vehicle("V"), vehicle("W"))
    told = {}
    for car in ("V", "W"):
        dates = _dates(rule, *entries, vehicles=(car,), cars=cars)
        told[car] = _fates(dates, D(2025, 4, 14))
    assert told == {"V": ["moved"], "W": ["dropped"]}
    assert _fates(_dates(rule, *entries, cars=cars), D(2025, 4, 14)) == ["dropped"]


def test_a_cycle_that_halts_goes_on_where_it_stopped() -> None:
    """Arles: every four weeks, and six where two weeks of school holiday lie between."""
    rule = EveryWeeks(weeks=4, first=FIRST, weekdays=(1,))
    breaks = (
        holiday(D(2026, 1, 19), D(2026, 1, 30), what="rest", does="halt"),
        holiday(D(2026, 3, 2), D(2026, 3, 15), what="rest", does="halt"),
    )
    found = _all(_dates(rule, *breaks), 26)
    gaps = [(b - a).days // 7 for a, b in pairwise(found)]
    assert found[0] == D(2026, 1, 6)
    assert gaps[:4] == [6, 6, 4, 4]


def test_a_visit_in_a_week_that_halts_waits_for_the_first_that_counts() -> None:
    rule = EveryWeeks(weeks=2, first=FIRST, weekdays=(0,))
    dates = _dates(rule, holiday(D(2026, 1, 19), D(2026, 2, 1), does="halt"))
    assert _all(dates, 8) == [D(2026, 1, 5), D(2026, 2, 2), D(2026, 2, 16)]
    assert _fates(dates, D(2026, 1, 19)) == _fates(dates, D(2026, 1, 26)) == ["halted"]
    assert dates.next_after(D(2026, 1, 19)) == D(2026, 2, 2)


def test_a_week_halts_only_if_all_its_days_of_a_visit_do() -> None:
    partly = holiday(D(2026, 1, 19), D(2026, 1, 21), does="halt")
    free = EveryWeeks(weeks=2, first=FIRST)
    assert _dates(free, partly).dates_in(D(2026, 1, 19)) == (D(2026, 1, 22), D(2026, 1, 23))
    tuesdays = EveryWeeks(weeks=2, first=FIRST, weekdays=(1,))
    assert _all(_dates(tuesdays, partly), 5)[1] == D(2026, 1, 27)


def test_a_rule_of_the_month_has_no_weeks_to_count_so_a_halt_drops() -> None:
    dates = _dates(MonthWeekdays(nth=((1, 1),)), holiday(D(2026, 2, 2), D(2026, 2, 8), does="halt"))
    assert _all(dates, 10) == [D(2026, 1, 6), D(2026, 3, 3)]
    assert _fates(dates, D(2026, 2, 2)) == ["dropped"]


def test_a_visit_that_may_choose_its_day_moves_only_if_none_is_open() -> None:
    free = EveryWeeks(weeks=2, first=FIRST)
    to = D(2026, 1, 28)
    one = holiday(D(2026, 1, 19), does="move", to=to)
    assert _dates(free, one).dates_in(D(2026, 1, 19)) == tuple(D(2026, 1, n) for n in range(20, 24))
    assert _dates(free, one).dates_in(D(2026, 1, 26)) == ()
    week = holiday(D(2026, 1, 19), D(2026, 1, 25), does="move", to=to)
    assert _dates(free, week).dates_in(D(2026, 1, 19)) == ()
    assert _dates(free, week).dates_in(D(2026, 1, 26)) == (to,)


def test_a_day_that_stands_in_is_open_to_a_visit_that_may_choose() -> None:
    rule = IsoWeeks(odd=True)  # 2026-W03 begins on 12 January
    entry = holiday(D(2026, 1, 15), does="move", to=D(2026, 1, 17))
    days = _dates(rule, entry).dates_in(D(2026, 1, 12))
    assert [day.day for day in days] == [12, 13, 14, 16, 17]


def test_the_first_week_begins_with_the_first_visit() -> None:
    rule = EveryWeeks(weeks=2, first=D(2026, 1, 7))
    assert _dates(rule).dates_in(FIRST) == (D(2026, 1, 7), D(2026, 1, 8), D(2026, 1, 9))


def test_a_rule_on_days_that_the_library_or_stop_has_not_gives_no_day() -> None:
    saturdays = MonthWeekdays(nth=((2, 5),))
    for fields in ({}, {"settings": Settings(weekdays=(0, 5)), "weekdays": (0,)}):
        dates = _dates(saturdays, **fields)
        assert (_fates(dates, D(2026, 1, 5)), dates.dates_in(D(2026, 1, 5))) == (["no-day"], ())
        closed = _dates(saturdays, holiday(D(2026, 1, 10)), **fields)
        assert _fates(closed, D(2026, 1, 5)) == ["no-day"]


def test_school_days_drop_the_visits_of_school_holidays() -> None:
    rule = rrule("FREQ=WEEKLY;INTERVAL=2", D(2026, 1, 6))
    entry = holiday(D(2026, 2, 1), D(2026, 2, 28), what="school holiday")
    assert len(_all(_dates(rule, entry), 8)) == 4
    assert _all(_dates(rule, entry, school_days=True), 8) == [D(2026, 1, 6), D(2026, 1, 20)]


@given(
    weeks=st.integers(1, 8),
    weekday=st.integers(0, 4),
    spans=st.lists(st.tuples(st.integers(0, 500), st.integers(1, 60)), min_size=1, max_size=5),
)
def test_a_cycle_counts_every_week_that_does_not_halt(
    weeks: int, weekday: int, spans: list[tuple[int, int]]
) -> None:
    """The oracle walks through the weeks one by one."""
    entries = tuple(
        holiday(FIRST + dt.timedelta(days=a), FIRST + dt.timedelta(days=a + n), does="halt")
        for a, n in spans
    )
    dates = _dates(EveryWeeks(weeks=weeks, first=FIRST, weekdays=(weekday,)), *entries)
    expected, counted = [], 0
    for n in range(104):
        day = FIRST + dt.timedelta(weeks=n, days=weekday)
        if any(entry.covers(day) for entry in entries):
            continue
        if counted % weeks == 0:
            expected.append(day)
        counted += 1
    assert _all(dates, 104) == expected


@given(
    nth=st.tuples(st.integers(1, 4), st.integers(0, 4)),
    closed=st.lists(st.integers(0, 700), min_size=1, max_size=40, unique=True),
    shift=st.integers(-30, 30),
    moved=st.booleans(),
)
def test_what_is_dropped_or_moved_is_the_rules_dates_less_those_closed(
    nth: tuple[int, int], closed: list[int], shift: int, moved: bool
) -> None:
    """Every closed day is moved by as many days, to a day that is open, or dropped."""
    days = {FIRST + dt.timedelta(days=n) for n in closed}
    rule = MonthWeekdays(nth=(nth,))
    given_days = [
        day for n in range(-6, 112) for day in days_in_week(rule, FIRST + dt.timedelta(weeks=n))
    ]
    target = {day: day + dt.timedelta(days=shift) for day in days}
    entries = tuple(
        holiday(day, does="move", to=target[day])
        if moved and target[day] not in days
        else holiday(day)
        for day in sorted(days)
    )
    expected = {day for day in given_days if day not in days}
    expected |= {e.to for e in entries if e.to is not None and e.first in given_days}
    until = FIRST + dt.timedelta(weeks=104)
    found = _all(_dates(rule, *entries), 104)
    assert found == sorted(day for day in expected if FIRST <= day < until)


@pytest.mark.parametrize("weeks", [2, 4])
def test_phases_share_out_the_weeks(weeks: int) -> None:
    """Pairs with first visits a week apart are due in different weeks, through a week 53."""
    rules = [
        EveryWeeks(weeks=weeks, first=D(2026, 11, 2) + dt.timedelta(weeks=n)) for n in range(weeks)
    ]
    for n in range(weeks, 60):
        monday = D(2026, 11, 2) + dt.timedelta(weeks=n)
        assert sum(bool(_dates(rule).dates_in(monday)) for rule in rules) == 1
