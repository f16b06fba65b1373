"""Dates of rules are those of dateutil, over ten years with two weeks 53."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from dateutil import rrule as du
from hypothesis import given
from hypothesis import strategies as st

from bookcar.recurrence import (
    BadRRuleError,
    EveryWeeks,
    IsoWeeks,
    MonthWeekdays,
    RRule,
    Rule,
    check_rrule,
    days_in_week,
    longest_gap,
    most_in_a_week,
    names_days,
    rrule,
)
from bookcar.weeks import monday_of, week_name

START = dt.date(2026, 1, 5)
MONDAYS = [START + dt.timedelta(weeks=n) for n in range(522)]
FIRSTS = st.dates(dt.date(2025, 1, 1), dt.date(2027, 12, 31))
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_NUMBERS = st.integers(1, 31)
DAYS = st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True).map(sorted).map(tuple)


def _ours(rule: Rule) -> list[dt.date]:
    return [day for monday in MONDAYS for day in days_in_week(rule, monday)]


def _theirs(freq: int, first: dt.date, **parts: Any) -> list[dt.date]:
    return _cut(du.rrule(freq, dtstart=dt.datetime.combine(first, dt.time()), **parts))


def _text(text: str, first: dt.date) -> list[dt.date]:
    return _cut(du.rrulestr(text, dtstart=dt.datetime.combine(first, dt.time())))


def _cut(rule: Any) -> list[dt.date]:
    ends = [dt.datetime.combine(d, dt.time()) for d in (START, MONDAYS[-1] + dt.timedelta(days=6))]
    return [moment.date() for moment in rule.between(*ends, inc=True)]


def _weeks(days: Iterable[dt.date]) -> list[dt.date]:
    return sorted({monday_of(day) for day in days})


def test_the_ten_years_have_two_weeks_53() -> None:
    names = {week_name(monday) for monday in MONDAYS}
    assert {"2026-W53", "2032-W53"} <= names


@given(weeks=st.integers(1, 26), first=FIRSTS, days=DAYS)
def test_weeks_on_certain_days(weeks: int, first: dt.date, days: tuple[int, ...]) -> None:
    rule = EveryWeeks(weeks=weeks, first=first, weekdays=days)
    assert _ours(rule) == _theirs(du.WEEKLY, first, interval=weeks, byweekday=days)


@given(weeks=st.integers(1, 52), first=FIRSTS)
def test_weeks_on_any_day(weeks: int, first: dt.date) -> None:
    rule = EveryWeeks(weeks=weeks, first=first)
    assert _weeks(_ours(rule)) == _weeks(_theirs(du.WEEKLY, first, interval=weeks))
    assert first.weekday() in {day.weekday() for day in _ours(rule)}


@pytest.mark.parametrize("odd", [True, False])
def test_odd_and_even_weeks(odd: bool) -> None:
    numbers = [n for n in range(1, 54) if n % 2 == odd]
    every_day = _theirs(du.YEARLY, START, byweekno=numbers, byweekday=range(7))
    assert _ours(IsoWeeks(odd=odd)) == every_day


def test_after_week_53_week_1_is_odd_again() -> None:
    rule = IsoWeeks(odd=True)
    visited = [week_name(m) for m in MONDAYS if days_in_week(rule, m)]
    at = visited.index("2026-W53")
    assert visited[at - 1 : at + 3] == ["2026-W51", "2026-W53", "2027-W01", "2027-W03"]


def test_every_second_week_is_not_the_odd_one_after_a_week_53() -> None:
    weeks = EveryWeeks(weeks=2, first=START)
    visited = [week_name(m) for m in MONDAYS if days_in_week(weeks, m)]
    assert "2026-W52" in visited
    assert "2027-W01" in visited  # week 53 lies between


@given(
    nth=st.lists(
        st.tuples(st.sampled_from([1, 2, 3, 4, 5, -1, -2]), st.integers(0, 6)),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    first=st.none() | FIRSTS,
)
def test_weekdays_of_the_month(nth: list[tuple[int, int]], first: dt.date | None) -> None:
    weekdays = [du.weekday(day, number) for number, day in nth]
    rule = MonthWeekdays(nth=tuple(nth), first=first)
    assert _ours(rule) == _theirs(du.MONTHLY, first or START, byweekday=weekdays)


PARTS = st.one_of(
    st.builds(
        lambda n, days: f"FREQ=WEEKLY;INTERVAL={n};BYDAY={','.join(CODES[d] for d in days)}",
        st.integers(1, 12),
        DAYS,
    ),
    st.builds(lambda n: f"FREQ=WEEKLY;INTERVAL={n}", st.integers(1, 12)),
    st.builds(lambda n: f"FREQ=WEEKLY;INTERVAL={n};WKST=SU", st.integers(1, 12)),
    st.builds("FREQ=MONTHLY;BYDAY={}{}".format, st.integers(1, 5), st.sampled_from(CODES)),
    st.builds(
        lambda n, d: f"FREQ=MONTHLY;BYDAY={CODES[d]};BYSETPOS={n}",
        st.sampled_from([1, 2, 3, 4, 5, -1]),
        st.integers(0, 6),
    ),
    st.builds("FREQ=MONTHLY;INTERVAL={};BYMONTHDAY={}".format, st.integers(1, 6), DAY_NUMBERS),
    st.builds(lambda n: f"FREQ=YEARLY;BYWEEKNO={n};BYDAY=TU", st.integers(1, 53)),
    st.builds(lambda n: f"FREQ=DAILY;INTERVAL={n}", st.integers(1, 40)),
)  # fmt: skip
ENDS = st.one_of(
    st.just(""),
    st.builds(lambda n: f";COUNT={n}", st.integers(1, 60)),
    st.dates(dt.date(2026, 6, 1), dt.date(2035, 1, 1)).map(lambda day: f";UNTIL={day:%Y%m%d}"),
)  # fmt: skip


@given(text=PARTS, end=ENDS, first=FIRSTS)
def test_rrules(text: str, end: str, first: dt.date) -> None:
    if text.endswith("WKST=SU"):
        text += f";BYDAY={CODES[first.weekday()]}"
    assert _ours(rrule(text + end, first)) == _text(text + end, first)


def test_a_weekly_rrule_is_a_cycle_in_weeks() -> None:
    first = dt.date(2026, 1, 6)
    assert rrule("FREQ=WEEKLY;INTERVAL=4", first) == EveryWeeks(weeks=4, first=first, weekdays=(1,))
    named = rrule("rrule:freq=weekly;byday=th,mo", first)
    assert named == EveryWeeks(weeks=1, first=first, weekdays=(0, 3))
    assert isinstance(rrule("FREQ=WEEKLY;UNTIL=20270101", first), RRule)


def test_until_ends_with_its_day_whatever_the_time() -> None:
    first = dt.date(2026, 1, 6)
    days = _ours(rrule("FREQ=MONTHLY;BYDAY=1TU;UNTIL=20260303T000000Z", first))
    assert days == [first, dt.date(2026, 2, 3), dt.date(2026, 3, 3)]


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("FREQ=HOURLY", "FREQ=HOURLY"),
        ("INTERVAL=2", "FREQ="),
        ("FREQ=WEEKLY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=WEEKLY;INTERVAL=2.5", "INTERVAL=2.5"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY=1MO"),
        ("FREQ=WEEKLY;BYHOUR=9", "BYHOUR=9"),
        ("FREQ=WEEKLY;COUNT=2;UNTIL=20270101", "COUNT and UNTIL"),
        ("FREQ=WEEKLY;UNTIL=1.1.2027", "UNTIL=1.1.2027"),
        ("FREQ=WEEKLY;FREQ=DAILY", "FREQ=WEEKLY;FREQ=DAILY"),
        ("FREQ=WEEKLY;BYDAY", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=XX", "invalid 'BYDAY': XX"),
        ("FREQ=MONTHLY;BYDAY=9MO", "FREQ=MONTHLY;BYDAY=9MO"),
    ],
)
def test_what_is_no_rrule_says_which_part_is_wrong(text: str, detail: str) -> None:
    with pytest.raises(BadRRuleError) as caught:
        check_rrule(text)
    assert caught.value.detail == detail


def test_the_longest_gap_and_the_dates_of_a_week() -> None:
    first = dt.date(2026, 1, 6)
    gaps: dict[Rule, tuple[int, int, bool]] = {
        EveryWeeks(weeks=3, first=first): (3, 1, False),
        IsoWeeks(odd=False): (2, 1, False),
        IsoWeeks(odd=True): (2, 1, False),
        MonthWeekdays(nth=((1, 1),)): (5, 1, True),
        rrule("FREQ=WEEKLY;BYDAY=MO,TH", first): (1, 2, True),
        rrule("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1", first): (53, 1, True),
        rrule("FREQ=DAILY;COUNT=1", first): (520, 1, True),
    }
    for rule, told in gaps.items():
        assert (longest_gap(rule), most_in_a_week(rule), names_days(rule)) == told, rule


@pytest.mark.shared
@pytest.mark.parametrize("county", ["aberdeenshire", "angus", "somerset", "wiltshire"])
def test_uk_timetables_fall_on_the_day_that_they_print(shared: Path, county: str) -> None:
    text = (shared / "timetables" / f"{county}.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    for row in rows:
        rule = rrule(row["frequency"], dt.date.fromisoformat(row["start"]))
        days = {f"{day:%A}" for day in _ours(rule)}
        assert days == {row["day"]}, row
    assert len(rows) > 100
