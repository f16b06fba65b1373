"""The workbook is read back by openpyxl: its numbers add up, its charts are there and live."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import openpyxl
import pandas as pd
import pytest
from report.samples import HOSTILE, empty, full, hostile

from bookcar.phrases import LANGUAGES, Language, Phrases
from bookcar.report.workbook import report_workbook


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def frame(data: bytes, sheet: str) -> pd.DataFrame:
    return pd.read_excel(io.BytesIO(data), sheet_name=sheet, engine="openpyxl")


def test_the_columns_of_the_rows_add_up_to_the_figures(tmp_path: Path) -> None:
    report = full(tmp_path)
    data = report_workbook(report)
    rows = frame(data, "Rows")
    for head, key in (
        ("Books brought", "dropped"),
        ("Books collected", "collected"),
        ("readers", "readers"),
        ("loans", "loans"),
        ("new cards", "new_cards"),
    ):
        assert rows[head].sum() == report[key].value, key
        assert tuple(rows["Row"][rows[head].notna()]) == report[key].rows, key
    metres = report["metres"]
    assert round(rows["km"].sum() * 1000) == metres.value - metres.from_plans
    done = rows[rows["Status"] == "done"]
    assert done["Visit"].nunique() == report["done"].value


def test_the_tables_of_parts_add_up_to_the_figures(tmp_path: Path) -> None:
    report = full(tmp_path)
    data = report_workbook(report)
    for sheet in ("By township", "By car", "By month", "By kind of stop"):
        parts = frame(data, sheet)
        assert parts["made"].sum() == report["done"].value
        assert parts["books brought"].sum() == report["dropped"].value
        assert parts["hours"].sum() == pytest.approx(report["seconds"].value / 3600)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_charts_are_there_and_show_the_tables(tmp_path: Path, language: Language) -> None:
    report = full(tmp_path, language=language)
    say = Phrases(language)
    book = opened(report_workbook(report))
    charts = book[say("report.sheet-charts")]._charts
    assert len(charts) == 4
    shown = [[series.val.numRef.f for series in chart.series] for chart in charts]
    month, last = say("report.by-month"), len(report.groups["month"]) + 1
    assert all(len(series) == 2 for series in shown)
    for reference, key in zip(shown[0], ("done", "missed"), strict=True):
        table, _, cells = reference.rpartition("!")
        assert table.strip("'") == month
        column = book[month][cells.replace("$", "").split(":")[0]].column
        assert book[month].cell(1, column).value == say(f"report.head-{key}")
        values = [book[month].cell(row, column).value for row in range(2, last + 1)]
        assert values == [group[key].value for group in report.groups["month"]]
        assert cells.endswith(f"${last}")


def test_what_was_not_recorded_is_no_number() -> None:
    data = report_workbook(empty())
    figures = frame(data, "Figures").set_index("Figure")["Value"]
    assert figures["Visits made"] == 0
    assert figures["Readers at the cars"] == "no visits"
    assert frame(data, "Indicators")["Value"].tolist() == [0, 0, "not recorded", 0]
    assert "Charts" not in opened(data).sheetnames


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_never_formulas(language: Language) -> None:
    book = opened(report_workbook(hostile(language)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    assert any("{{ x }}</script>" in str(cell.value) for cell in cells)
    assert HOSTILE not in {cell.value for cell in cells}  # what turns the text is left out


def test_planned_visits_without_a_record_have_a_sheet_of_their_own(tmp_path: Path) -> None:
    report = full(tmp_path)
    listed = frame(report_workbook(report), "Without record")
    assert listed["Stop"].tolist() == [visit.stop for visit in report.forgotten]


def test_more_row_numbers_than_a_cell_holds_end_in_an_ellipsis(tmp_path: Path) -> None:
    report = full(tmp_path)
    many = msgspec.structs.replace(report["done"], rows=tuple(range(2, 40_000, 2)))
    figures = tuple(many if f.key == "done" else f for f in report.figures)
    data = report_workbook(msgspec.structs.replace(report, figures=figures))
    told = frame(data, "Figures").set_index("Figure")["Numbers of the rows"]["Visits made"]
    assert len(told) <= 32_767
    assert told.endswith("…")


def test_same_records_same_bytes(tmp_path: Path) -> None:
    one, two = (report_workbook(full(tmp_path / name)) for name in "ab")
    assert one == two
