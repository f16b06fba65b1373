"""Figures with decimal commas and points, as spreadsheets of different countries write them."""

from __future__ import annotations

from typing import Any

import pytest

from bookcar.inputs.decode import decode
from bookcar.inputs.numbers import mark_of
from bookcar.inputs.sources import read_csv


def _read(column: str, *cells: str, separator: str = ";") -> list[Any]:
    """Return the values of a column of the visits table, or the rule of what is wrong with them."""
    lines = [separator.join(("date", "stop", column))]
    lines += [separator.join(("2026-11-30", "S1", f'"{cell}"')) for cell in cells]
    raw, _ = read_csv("\n".join(lines).encode(), name="visits", file="visits.csv")
    sheet, faults = decode(raw, {})
    wrong = {fault.row: f"{fault.rule}.{fault.variant}".rstrip(".") for fault in faults}
    return [wrong.get(r.row) or r.values.get(column) for r in sheet.records]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1.041,5", ","), ("1,041.5", "."), ("8,50", ","), ("8.50", "."), ("0.500", "."),
        ("0,500", ","), ("1.041.500", ","), ("1234.567", "."), ("-12,5", ","),
        ("1.041", None), ("1,041", None), ("1.2.3,4,5", None),
    ],
)  # fmt: skip
def test_what_a_figure_says_of_itself(text: str, mark: str | None) -> None:
    assert mark_of(text) == mark


@pytest.mark.parametrize("separator", [";", ","])
def test_what_can_only_be_one_figure_is_that_in_every_file(separator: str) -> None:
    cells = {"1.041,5": 1_041_500, "8,50": 8_500, "8.50": 8_500, "1,041.5": 1_041_500}
    for text, metres in cells.items():
        assert _read("km", text, separator=separator) == [metres]


def test_the_column_settles_what_may_be_either() -> None:
    """Beside 8,5 a point parts thousands; beside 8.5 it is a decimal point."""
    assert _read("km", "1.041", "8,5") == [1_041_000, 8_500]
    assert _read("km", "1.041", "8.5") == [1_041, 8_500]
    assert _read("km", "1,041", "8,5", separator=",") == [1_041, 8_500]


def test_what_nothing_settles_is_an_error_with_both_readings() -> None:
    assert _read("km", "1.041") == ["bad-number.two-readings"]
    assert _read("km", "1.041", "8,5", "8.5")[0] == "bad-number.two-readings"


def test_a_column_of_whole_numbers_takes_what_is_whole() -> None:
    assert _read("books", "1.041") == [1_041]
    assert _read("books", "12.000", "7") == ["bad-number.two-readings", 7]


def test_files_with_commas_between_cells_read_as_ever() -> None:
    assert _read("km", "1,041", "1.041", separator=",") == [1_041_000, 1_041]
    assert _read("km", "1,041") == [1_041], "by its semicolons the file has decimal commas"
