"""Days and how often they come, in Chinese."""

from __future__ import annotations

import pytest

from bookcar.inputs.chinese_days import read
from bookcar.inputs.rules_dates import every
from bookcar.inputs.sources import read_csv
from bookcar.inputs.unfold import unfold


@pytest.mark.parametrize(
    ("text", "days", "rule"),
    [
        ("每月第1个周四", "", "1st Thu"),
        ("第一个星期二", "", "1st Tue"),
        ("每月第1、3个周四", "", "1st and 3rd Thu"),
        ("双周周三", "Wed", "even weeks"),
        ("单周 周二、周四", "Tue Thu", "odd weeks"),
        ("每两周的周二", "Tue", "2 weeks"),
        ("隔周周五", "Fri", "2 weeks"),
        ("周二，每4周一次", "Tue", "4 weeks"),
        ("周二（双周）", "Tue", "even weeks"),
        ("每周二、四", "Tue Thu", "1 week"),
        ("双周", "", "even weeks"),
    ],
)
def test_days_and_how_often(text: str, days: str, rule: str) -> None:
    found = read(text)
    assert found
    assert (found.days_text, every(found.every)) == (days, every(rule))


@pytest.mark.parametrize(
    "text", ["周二", "周一至周五", "逢3、6、9", "3号", "一三五", "每天", "雨天除外"]
)
def test_what_says_nothing_of_how_often_is_left(text: str) -> None:
    assert read(text) is None


def test_a_table_has_the_rule_in_a_column_of_its_own() -> None:
    data = "id,服务日\nA,每月第1个周四\nB,双周周三\nC,周二\n".encode()
    raw, faults = read_csv(data, name="stops", file="stops.csv")
    assert not faults
    assert [cells for _, cells in unfold(raw).rows] == [
        ["id", "服务日", "every"],
        ["A", "", "每月第1个周四"],
        ["B", "Wed", "even weeks"],
        ["C", "周二", ""],
    ]
