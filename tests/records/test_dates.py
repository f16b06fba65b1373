"""Dates of a sheet that came back: the week settles what they mean."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookcar.records.dates import day_of, readings
from bookcar.weeks import week_dates

MONDAY = dt.date(2026, 11, 30)
WEEK = week_dates(MONDAY)
TUESDAY = dt.date(2026, 12, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01", "2026/12/1", "2026.12.01", "20261201", "2026年12月1日",
        "2026-12-01 00:00:00", "2026-12-01T00:00", "01.12.2026", "1.12.26", "1/12/2026",
        "12/1/2026", "12/01/26", "01-12-2026", "1. 12. 2026", "1.12.", "1/12", "12月1日",
        "1-Dec", "1-Dec-26", "1 December 2026", "01-dec.-2026", "46357", "46357.0",
        "Tue 2026-12-01", "Di, 01.12.2026", "12月1日（周二）", "２０２６－１２－０１",
        "2026/12/1 0:00",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(text: str) -> None:
    assert day_of(text, WEEK) == TUESDAY


@pytest.mark.parametrize("text", ["28.09.2026", "2025-12-01", "8.12.2026", "soon", "", "31.2.2026"])
def test_a_day_of_another_week_is_none_of_this(text: str) -> None:
    assert day_of(text, WEEK) is None


def test_a_week_over_the_new_year_settles_a_year_that_is_not_written() -> None:
    week = week_dates(dt.date(2026, 12, 28))
    assert day_of("31.12.", week) == dt.date(2026, 12, 31)
    assert day_of("1/1", week) == dt.date(2027, 1, 1)


@given(st.dates(dt.date(2000, 1, 3), dt.date(2099, 12, 25)), st.integers(0, 6))
def test_no_week_holds_two_readings_of_a_date(day: dt.date, weekday: int) -> None:
    week = week_dates(day - dt.timedelta(days=day.weekday()))
    meant = week[weekday]
    for text in (
        f"{meant.day}/{meant.month}/{meant.year}",
        f"{meant.month}/{meant.day}/{meant.year}",
    ):
        assert [one for one in readings(text, meant.year) if one in week] == [meant]
        assert day_of(text, week) == meant
