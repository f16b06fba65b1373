"""ISO weeks and clock times."""

from __future__ import annotations

import datetime as dt

import pytest

from bookcar.errors import UsageError
from bookcar.weeks import clock, parse_week, week_dates, week_name, weeks_between


@pytest.mark.parametrize("text", ["2026-W49", "2026w49", " 2026-w49 "])
def test_a_week_begins_on_its_monday(text: str) -> None:
    assert parse_week(text) == dt.date(2026, 11, 30)


def test_a_long_year_has_a_53rd_week() -> None:
    assert week_name(parse_week("2026-W53")) == "2026-W53"
    assert parse_week("2026-W53") == dt.date(2026, 12, 28)


@pytest.mark.parametrize("text", ["2025-W53", "2026-W00", "2026-49", "next", ""])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="Write it like 2026-W49"):
        parse_week(text)


def test_a_date_or_a_week_too_many_is_told_the_right_week() -> None:
    with pytest.raises(UsageError, match="that day is in 2026-W50"):
        parse_week("2026-12-07")
    with pytest.raises(UsageError, match="the last week of 2026 is 2026-W53"):
        parse_week("2026-W54")


def test_a_week_has_seven_days_from_monday() -> None:
    days = week_dates(dt.date(2026, 11, 30))
    assert [day.weekday() for day in days] == [0, 1, 2, 3, 4, 5, 6]


def test_weeks_are_counted_by_their_mondays() -> None:
    assert weeks_between(dt.date(2026, 11, 29), dt.date(2026, 11, 30)) == 1
    assert weeks_between(dt.date(2026, 11, 30), dt.date(2026, 12, 6)) == 0


def test_a_clock_rounds_down() -> None:
    assert clock(8 * 3600 + 59) == "08:00"
