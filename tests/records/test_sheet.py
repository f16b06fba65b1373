"""Sheets that came back, whatever a spreadsheet did to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from records.weeks import MONDAY, fill_in, known, week

from bookcar.model import Where
from bookcar.records.known import Known
from bookcar.records.sheet import read_sheet
from bookcar.records.visits import ToldMove, ToldVisit

FILLED = (
    "date,stop,vehicle,batch,action,books,status,note,depot,arrive,leave,readers,loans,new_cards,km,who\n"
    "2026-12-01,S2,V,B2,dropped,38,done,two wet,,09:05,09:40,31,12,1,66.5,Wang\n"
    "2026-11-30,S1,V,B1,dropped,40,missed,,,,,,,,,\n"
)
CHINESE = {
    "date": "服务日期", "stop": "站点编号", "vehicle": "车辆", "batch": "批次", "action": "动作",
    "books": "册数（册）", "status": "完成情况", "note": "备注", "depot": "入库书库",
    "arrive": "到达", "leave": "离开", "readers": "到车读者（人）", "loans": "借出册数",
    "new_cards": "新办证", "km": "当日公里", "who": "司机",
    "dropped": "送", "done": "完成", "missed": "未到",
}  # fmt: skip


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Known:
    district, _, plan = week(tmp_path_factory.mktemp("sheet"))
    return known(plan, district)


def _chinese(text: str) -> str:
    for word, ours in CHINESE.items():
        text = ",".join(ours if cell == word else cell for cell in text.split(","))
        text = text.replace(f"\n{word},", f"\n{ours},").replace(f",{word}\n", f",{ours}\n")
    return text.replace("date,", f"{CHINESE['date']},", 1)


def _semicolons(text: str) -> str:
    return (
        text.replace("66.5", "66,5")
        .replace(",66,5,", ";66,5;")
        .replace(",", ";")
        .replace("66;5", "66,5")
    )


def _days_first(text: str) -> str:
    return text.replace("2026-12-01", "01.12.2026").replace("2026-11-30", "30.11.2026")


def _months_first(text: str) -> str:
    return text.replace("2026-12-01", "12/1/2026").replace("2026-11-30", "11/30/26")


def _columns_turned(text: str) -> str:
    return "".join(",".join(reversed(line.split(","))) + "\n" for line in text.splitlines())


Spoil = Callable[[str], bytes]
SPOILT: dict[str, Spoil] = {
    "as it is": str.encode,
    "BOM, CRLF": lambda t: b"\xef\xbb\xbf" + t.replace("\n", "\r\n").encode(),
    "German Excel": lambda t: b"\xef\xbb\xbf" + _days_first(_semicolons(t)).encode(),
    "American Excel": lambda t: _months_first(t).encode(),
    "Chinese Excel": lambda t: _chinese(t).replace("2026-12-01", "2026/12/1").encode("gb18030"),
    "Unicode text": lambda t: t.replace(",", "\t").encode("utf-16"),
    "serials": lambda t: t.replace("2026-12-01", "46357").replace("2026-11-30", "46356.0").encode(),
    "columns turned round": lambda t: _columns_turned(t).encode(),
    "sep and blank rows": lambda t: ("sep=,\n" + t.replace("\n2026", "\n,,,\n2026")).encode(),
    "ids spelt otherwise": lambda t: t.replace(",S2,V,B2", ",s2,v,b2").encode(),
    "guarded": lambda t: t.replace("two wet", "'=two wet").encode(),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_sheet_is_read_whatever_was_done_to_it(
    county: Known, tmp_path: Path, spoilt: str
) -> None:
    (tmp_path / "visits.csv").write_bytes(SPOILT[spoilt](FILLED))
    told, faults = read_sheet(tmp_path / "visits.csv", replace(county, country="CN"))
    assert [str(fault) for fault in faults] == []
    done, missed = sorted(told, key=lambda visit: visit.stop, reverse=True)
    where, note = done.where, "=two wet" if spoilt == "guarded" else "two wet"
    assert done == ToldVisit(
        date=dt.date(2026, 12, 1), stop="S2", vehicle="V", status="done", where=where,
        moves=(ToldMove(batch="B2", action="dropped", books=38, where=where, note=note),),
        arrive=9 * 3600 + 300,
        leave=9 * 3600 + 2400, readers=31, loans=12, new_cards=1, day_metres=66_500, who="Wang",
    )  # fmt: skip
    assert (missed.date, missed.stop, missed.status) == (MONDAY, "S1", "missed")


def test_a_workbook_is_read_by_the_sheet_that_can_be_filled_in(
    county: Known, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["date", "stop", "note"])
    sheet = book.create_sheet("anything")
    sheet.append(["stop", "date", "status", "batch", "action", "arrive"])
    sheet.append(["S2", dt.datetime(2026, 12, 1), "done", "B2", "dropped", dt.time(9, 5)])
    book.save(tmp_path / "week.xlsx")
    told, faults = read_sheet(tmp_path / "week.xlsx", county)
    assert faults == []
    (visit,) = told
    assert (visit.date, visit.arrive) == (dt.date(2026, 12, 1), 9 * 3600 + 300)
    assert visit.where == Where("week.xlsx: anything", 2)


def test_ids_get_their_zeros_back_where_one_is_meant() -> None:
    ids = {"stops": {"7": "007", "12": None}}
    one = Known(plan=None, days=(), planned=(), ids=ids)  # type: ignore[arg-type]
    assert one.id("stops", "7") == "007"
    assert one.id("stops", "7.0") == "007"
    assert one.id("stops", "012") == "012"
    assert one.id("stops", "99") == "99"


def test_a_row_without_a_day_is_of_the_only_visit_of_its_stop(
    county: Known, tmp_path: Path
) -> None:
    (tmp_path / "v.csv").write_text("date,stop,status\n,S1,missed\n")
    (visit,), faults = read_sheet(tmp_path / "v.csv", county)
    assert (faults, visit.date, visit.status) == ([], MONDAY, "missed")


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("2026-12-08,S1,V,,,,done", ("outside-week", 2, "date")),
        ("28.09.2026,S1,V,,,,done", ("outside-week", 2, "date")),
        ("soon,S1,V,,,,done", ("bad-date", 2, "date")),
        ("2026-11-30,S1,V,B1,dropped,40,perhaps", ("bad-choice", 2, "status")),
        ("2026-11-30,S1,V,B1,dropped,-1,done", ("negative", 2, "books")),
        (
            "2026-11-30,S1,V,B1,dropped,40,missed\n2026-11-30,S1,V,B2,dropped,40,",
            ("half-filled-visit", 3, "status"),
        ),
        (
            "2026-11-30,S1,V,B1,dropped,40,done,5\n2026-11-30,S1,V,B2,dropped,40,done,6",
            ("counted-twice", 3, "readers"),
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_cell(
    county: Known, tmp_path: Path, rows: str, fault: tuple[str, int, str]
) -> None:
    head = "date,stop,vehicle,batch,action,books,status,readers\n"
    (tmp_path / "v.csv").write_text(head + rows + "\n")
    _, faults = read_sheet(tmp_path / "v.csv", county)
    assert [(f.rule, f.file, f.row, f.column) for f in faults] == [(fault[0], "v.csv", *fault[1:])]


def test_a_sheet_nobody_filled_in_says_as_planned(county: Known, tmp_path: Path) -> None:
    _, folder, _ = week(tmp_path)
    fill_in(folder / "visits.csv", ("S1", {"note": "lovely"}))
    told, faults = read_sheet(folder / "visits.csv", county)
    assert faults == []
    notes = [(v.status, v.note, [move.note for move in v.moves]) for v in told]
    assert notes == [("", "", [""]), ("", "", ["lovely"])]
