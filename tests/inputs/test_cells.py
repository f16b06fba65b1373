"""Single cells: what people and spreadsheets write, and what it means."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from bookcar.errors import Fault
from bookcar.inputs import rules_cells as cells
from bookcar.inputs.columns import tables
from bookcar.inputs.rules_cells import BadCell


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("68", 68),
        ("68.0", 68),
        ("６８", 68),
        (" 68\u00a0", 68),
        ("1,200", 1200),
        ("1，200", 1200),
        ("1 200", 1200),
        ("1.2E+3", 1200),
        ("+5", 5),
        ("0", 0),
    ],
)
def test_whole_numbers_in_every_spelling(text: str, value: int) -> None:
    assert cells.whole(0)(text) == value


@pytest.mark.parametrize(
    "text", ["", "-", "abc", "1e999", "inf", "0x10", "1,2", "12,34", "٣", "½x"]
)
def test_what_is_not_a_number_is_refused(text: str) -> None:
    with pytest.raises(BadCell):
        cells.number(text)


def test_km_and_hours_become_metres_and_seconds() -> None:
    columns = tables()["vehicles"].columns
    assert columns["max_km"].parse("199.9") == 199_900
    assert columns["max_hours"].parse("8.5") == 30_600
    assert columns["break_min"].parse("45") == 2_700


@pytest.mark.parametrize(("text", "kg"), [("18.4", 18), ("18.5", 19), ("17.5", 18)])
def test_kilograms_are_rounded_halves_up(text: str, kg: int) -> None:
    assert tables()["batches"].columns["kg"].parse(text) == kg


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30",
        "2026/11/30",
        "2026.11.30",
        "2026年11月30日",
        "20261130",
        "２０２６－１１－３０",
        "2026-11-30 00:00:00",
        " 2026-11-30 ",
    ],
)
def test_dates_in_every_spelling(text: str) -> None:
    assert cells.date(text) == dt.date(2026, 11, 30)


@over(st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)))
def test_every_iso_date_is_read_as_itself(day: dt.date) -> None:
    assert cells.date(day.isoformat()) == day


def test_excels_number_for_a_day_is_told_with_the_day() -> None:
    with pytest.raises(BadCell) as bad:
        cells.date("46356")
    assert (bad.value.variant, bad.value.figures) == ("excel", {"day": "2026-11-30"})


@pytest.mark.parametrize(
    ("text", "mix"),
    [
        ("children:0.5 farming:0.3", {"children": 0.5, "farming": 0.3}),
        ("少儿：0.5，农业：0.5", {"少儿": 0.5, "农业": 0.5}),
        ("Children = 50% ; b=50 %", {"children": 0.5, "b": 0.5}),
        ("a:1 b:0", {"a": 1.0}),
    ],
)
def test_shares_in_every_spelling(text: str, mix: dict[str, float]) -> None:
    assert cells.shares(text) == mix


@pytest.mark.parametrize("text", ["children", "a:x", "a:0.5 b", "a:0", "a:-1", ":0.5", "a:0.5:0.5"])
def test_what_is_not_shares_is_refused(text: str) -> None:
    with pytest.raises(BadCell):
        cells.shares(text)


@pytest.mark.parametrize(
    ("text", "label"),
    [("12.0", "12"), ("１２", "12"), ("S-1", "S-1"), ("=A1", "=A1"), ("1.5", "1.5")],
)
def test_ids_have_one_spelling(text: str, label: str) -> None:
    assert cells.label(text) == label


def test_names_keep_every_character_that_can_be_printed() -> None:
    name = "村（东）{{ x }} </script> ` \u202e=1+1"
    assert cells.words(f" \u3000{name}\u200b ") == name


@over(st.text(max_size=40))
def test_no_text_makes_a_parser_raise_anything_but_its_own(text: str) -> None:
    for table in tables().values():
        for column in table.columns.values():
            fault = _fault(column.parse, text)
            if fault is not None:
                told = Fault(rule=fault.rule, file="", variant=fault.variant, figures=fault.figures)
                assert told.problem.endswith(".")
                assert told.fix


def _fault(parse: cells.Parser, text: str) -> BadCell | None:
    try:
        parse(text)
    except BadCell as bad:
        return bad
    return None
