"""Cells that say days and times together, taken apart; days between times are never lost."""

from __future__ import annotations

import datetime as dt

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as some

from bookcar.inputs.when import is_mixed, parts_of, read_when

H = 3600


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Mon 9-11; Thu 14-15", ["Mon 9-11", "Thu 14-15"]),
        ("Mon 9-11 & Thu 14-15", ["Mon 9-11", "Thu 14-15"]),
        ("Mon 9.00-11.00 Thu 2-3pm", ["Mon 9.00-11.00", "Thu 2-3pm"]),
        ("lun 9h-11h ; jeu 14h-15h", ["lun 9h-11h", "jeu 14h-15h"]),
        (
            "Mo 09:00-12:00,14:00-16:00; Di 10-11 Uhr",
            ["Mo 09:00-12:00, 14:00-16:00", "Di 10-11 Uhr"],
        ),
        ("周一上午9:00-11:00，周四下午2:00-3:00", ["周一上午9:00-11:00", "周四下午2:00-3:00"]),
        ("1st Tue 10:00-10:30; 3rd Tue 11-12", ["1st Tue 10:00-10:30", "3rd Tue 11-12"]),
    ],
)
def test_visits_of_one_cell_are_parted(text: str, parts: list[str]) -> None:
    assert parts_of(text) == parts
    assert all(read_when(part).spans for part in parts)


@pytest.mark.parametrize(
    "text",
    [
        "Tuesdays, 4.00 - 4.30pm",
        "3.10 - 3.20pm on Wednesdays",
        "Mon, Wed 9-11",
        "9-12 and 14-16 Mon",
        "14:30-15:30; Mobile 1 Week 2 Tuesday",
        "Tu[1] 10:00-10:20; PH off",
        "Mo 9:00-12:00, 14:00-16:00",
    ],
)
def test_one_visit_is_not_parted(text: str) -> None:
    assert parts_of(text) == [text]
    assert not is_mixed(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Mon 9-11", (9, 11)),
        ("di 10 – 12", (10, 12)),
        ("周一 9-11", (9, 11)),
        ("Fri 20-24", (20, 24)),
    ],
)
def test_bare_hours_after_a_weekday_are_times(text: str, span: tuple[int, int]) -> None:
    assert read_when(text).spans == ((span[0] * H, span[1] * H),)


@pytest.mark.parametrize("text", ["Mon 2-4", "9-11", "Mon 11-9", "Mon 1-2-3", "Mon 23-29"])
def test_other_figures_are_not(text: str) -> None:
    assert not read_when(text).spans


def test_days_between_times_that_cannot_be_parted_are_seen() -> None:
    assert parts_of("9:00-11:00 Mon 14:00-15:00 Thu") == ["9:00-11:00 Mon 14:00-15:00 Thu"]
    assert is_mixed("9:00-11:00 Mon 14:00-15:00 Thu")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("week 1-53/2 Tu 10:00-10:30", "odd weeks tu"),
        ("week 2-52/2 Tu 10:00-10:30", "even weeks tu"),
        ("week 1-53 Tu 10:00-10:30", "tu"),
    ],
)
def test_weeks_of_opening_hours_have_words(text: str, days: str) -> None:
    assert (read_when(text).days, read_when(text).every) == (days, "")


@given(some.integers(1, 10), some.integers(3, 8), some.integers(2026, 2036))
def test_weeks_of_opening_hours_are_those_of_the_year(first: int, step: int, year: int) -> None:
    when = read_when(f"week {first}-52/{step} We 10:00-10:30")
    monday = dt.datetime.fromisocalendar(year, 1, 1)
    rule = rrulestr(when.every, dtstart=monday)
    end = dt.datetime.fromisocalendar(year + 1, 1, 1) - dt.timedelta(days=1)
    found = rule.between(monday, end, inc=True)
    wanted = [dt.datetime.fromisocalendar(year, week, 3) for week in range(first, 53, step)]
    assert found == wanted
