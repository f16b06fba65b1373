"""Weekdays and market days of the month."""

from __future__ import annotations

import pytest

from bookcar.inputs.rules_cells import BadCell
from bookcar.inputs.rules_days import days, weekdays

THREES = (3, 6, 9, 13, 16, 19, 23, 26, 29)


@pytest.mark.parametrize(
    ("text", "week", "month"),
    [
        ("Mon Tue", (0, 1), ()),
        ("tuesday, Sunday", (1, 6), ()),
        ("Mon-Fri", (0, 1, 2, 3, 4), ()),
        ("Sat - Mon", (0, 5, 6), ()),
        ("周一 周三", (0, 2), ()),
        ("星期一、星期日", (0, 6), ()),
        ("礼拜天", (6,), ()),
        ("周一至周五", (0, 1, 2, 3, 4), ()),
        ("周一到周三", (0, 1, 2), ()),
        ("一三五", (0, 2, 4), ()),
        ("周二四六", (1, 3, 5), ()),
        ("一 三 五", (0, 2, 4), ()),
        ("3 6 9 13", (), (3, 6, 9, 13)),
        ("3、6、9", (), (3, 6, 9)),
        ("3号 13日", (), (3, 13)),
        ("31.0", (), (31,)),
        ("逢3、6、9", (), THREES),
        ("逢三六九", (), THREES),
        ("逢3逢6逢9", (), THREES),
        ("逢十", (), (10, 20, 30)),
        ("周一 3日", (0,), (3,)),
        ("每天", (), ()),
        ("daily", (), ()),
    ],
)
def test_days_in_every_spelling(text: str, week: tuple[int, ...], month: tuple[int, ...]) -> None:
    assert days(text) == (week, month)


@pytest.mark.parametrize("text", ["32", "0", "3 99", "逢11"])
def test_days_no_month_has_are_refused(text: str) -> None:
    with pytest.raises(BadCell) as bad:
        days(text)
    assert bad.value.rule == "no-such-day"


@pytest.mark.parametrize("text", ["Funday", "初三", "Mon-3", "周八", "3.5"])
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(BadCell) as bad:
        days(text)
    assert bad.value.rule == "bad-day"


def test_a_car_works_on_weekdays_only() -> None:
    assert weekdays("每天") == (0, 1, 2, 3, 4, 5, 6)
    with pytest.raises(BadCell):
        weekdays("3 6 9")
