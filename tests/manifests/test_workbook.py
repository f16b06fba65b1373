"""The week as a workbook, read back by another library."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from typing import Any

import msgspec
import openpyxl
import pytest
from manifests.plans import HOSTILE, ZH, make_plan

from bookcar.inputs.columns import any_table
from bookcar.inputs.text import key
from bookcar.manifests.rows import week_sheet
from bookcar.manifests.tables import VISITS
from bookcar.manifests.workbook import week_workbook
from bookcar.phrases import Language
from bookcar.plan import Plan
from bookcar.records.visits import planned_visits
from bookcar.web.text import printable


def _book(plan: Plan, language: str | None = None) -> Any:
    data = week_workbook(week_sheet(plan, language=language))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # on styles, of no account here
        return openpyxl.load_workbook(io.BytesIO(data))


def _table(book: Any, name: str) -> list[dict[str, Any]]:
    head, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_sheets_hold_the_plans_figures() -> None:
    plan = make_plan(routes=3, stops=4, batches=2)
    book = _book(plan)
    assert book.sheetnames == ["Routes", "Visits", "Batches", "Unserved", "Figures"]
    for route, row in zip(plan.routes, _table(book, "Routes"), strict=True):
        assert row["Route"] == route.id
        assert row["Date"] == dt.datetime.combine(route.date, dt.time())
        assert row["km"] == round(route.metres / 1000, 1)
        assert row["Most books aboard"] == route.peak_books
    visits = [(route, visit) for route in plan.routes for visit in route.visits]
    for (route, visit), row in zip(visits, _table(book, "Visits"), strict=True):
        assert (row["Route"], row["Stop id"]) == (route.id, visit.stop)
        assert row["Batches dropped"] == "\n".join(visit.drops)
        assert row["Books aboard after"] == visit.books
    batches = _table(book, "Batches")
    assert sum(row["Books"] for row in batches if row["Action"] == "Drop") == plan.totals.books
    assert len(batches) == plan.totals.batches_dropped + plan.totals.batches_collected
    assert [row["Stop id"] for row in _table(book, "Unserved")] == [u.stop for u in plan.unserved]
    figures = {row["Figure"]: row["Value"] for row in _table(book, "Figures")}
    assert figures["Stops served"] == plan.totals.served
    assert figures["km"] == round(plan.totals.metres / 1000, 1)


@pytest.mark.parametrize(("language", "name"), [("en", "Fill in"), ("zh", "填写")])
def test_a_sheet_is_there_to_fill_in_what_happened(language: Language, name: str) -> None:
    plan = make_plan(routes=2, stops=3, batches=2)
    week = week_sheet(plan, language=language)
    visits = [msgspec.structs.replace(v, requests=()) for v in planned_visits(plan)]
    data = week_workbook(week, visits=visits)
    book = openpyxl.load_workbook(io.BytesIO(data))
    head, *rows = book[name].iter_rows(values_only=True)
    aliases = any_table("visits").aliases
    columns = [aliases.get(key(str(cell))) for cell in head]
    assert [c for c in columns if c] == list(VISITS)
    assert columns.count(None) == 1  # the stop's name
    moves = [
        (r.date, v.stop, b) for r in plan.routes for v in r.visits for b in (*v.drops, *v.collects)
    ]
    at = {column: i for i, column in enumerate(columns)}
    told = [(row[at["date"]].date(), row[at["stop"]], row[at["batch"]]) for row in rows]
    assert told == moves
    assert {row[at["status"]] for row in rows} == {None}
    (chosen,) = book[name].data_validations.dataValidation
    words = chosen.formula1.strip('"').split(",")
    assert [any_table("visits").columns["status"].parse(word) for word in words] == [
        "done",
        "missed",
    ]


def test_times_are_times() -> None:
    plan = make_plan()
    row = _table(_book(plan), "Visits")[0]
    arrive = plan.routes[0].visits[0].arrive
    shown = row["Arrives"]
    assert isinstance(shown, dt.time | dt.timedelta | dt.datetime)
    seconds = (
        shown.total_seconds()
        if isinstance(shown, dt.timedelta)
        else shown.hour * 3600 + shown.minute * 60 + shown.second
    )
    assert seconds == pytest.approx(arrive, abs=1)


def test_texts_stay_texts() -> None:
    plan = make_plan(routes=1, stops=len(HOSTILE), names=HOSTILE, stop={"note": "=1+1"})
    book = _book(plan)
    names = [row["Name"] for row in _table(book, "Visits")]
    assert names == [printable(name) for name in HOSTILE]
    for row in book["Visits"].iter_rows(min_row=2):
        assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
        assert row[-1].value == "=1+1"
        assert row[13].data_type == "s"  # the phone: +86 ...


def test_headings_are_frozen_filtered_and_repeated() -> None:
    for sheet in _book(make_plan()).worksheets:
        assert sheet.freeze_panes.endswith("2")
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize in (9, "9")


def test_chinese_sheets() -> None:
    book = _book(make_plan(plan=ZH))
    assert book.sheetnames == ["路线", "站点", "装车", "未安排", "汇总"]


def test_a_week_without_routes_has_its_sheets() -> None:
    assert len(_table(_book(make_plan(routes=0)), "Routes")) <= 1


def test_the_same_plan_gives_the_same_bytes() -> None:
    week = week_sheet(make_plan())
    assert week_workbook(week) == week_workbook(week)
    properties = openpyxl.load_workbook(io.BytesIO(week_workbook(week))).properties
    assert properties.created == dt.datetime(2026, 11, 30)
