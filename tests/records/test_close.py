"""A week is closed: what is recorded, in which form, and that it is taken back byte for byte."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cli.county import write_county
from records.weeks import MONDAY, WEEK, fill_in, plan_again, rows_of, sums, write_rows

import bookcar as bc
from bookcar.errors import InputError, UsageError
from bookcar.inputs.columns import any_table
from bookcar.inputs.text import key
from bookcar.manifests.rows import week_sheet
from bookcar.manifests.workbook import week_workbook
from bookcar.phrases import Language, Phrases
from bookcar.records.close import prepare
from bookcar.records.closing import Closing
from bookcar.records.ledger import FILE
from bookcar.records.undo import undo_close
from bookcar.records.visits import planned_visits
from bookcar.records.words import told_lines

HISTORY = (
    "date,stop,vehicle,batch,action,books,status\n"
    "2026-11-02,S2,V,B2,dropped,40,done\n2026-11-16,S2,V,B2,collected,40,done\n"
)


def _folder(top: Path) -> Path:
    return top / "routes" / "county" / WEEK


def _close(top: Path, **how: Any) -> Closing:
    return bc.close_week(_folder(top), top / "county", **how)


def _prepared(top: Path, **how: Any) -> Closing:
    return prepare(_folder(top), top / "county", **how)


def _all_files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def _refused(top: Path, **how: Any) -> list[tuple[str, str, int | None, str | None]]:
    before = _all_files(top / "county")
    with pytest.raises(InputError) as error:
        _close(top, **how)
    assert _all_files(top / "county") == before
    faults = [f for f in error.value.faults if f.severity == "error"]
    assert all(f.text_in(language) for f in faults for language in ("en", "zh"))
    return [(f.rule, f.file, f.row, f.column) for f in faults]


def test_a_week_as_planned_becomes_rows_and_batches_are_where_they_were_left(top: Path) -> None:
    closing = _close(top)
    rows = rows_of(top / "county" / "visits.csv")
    assert [(r["date"], r["stop"], r["batch"], r["status"]) for r in rows] == [
        ("2026-11-30", "S2", "B2", "done"),
        ("2026-11-30", "S1", "B1", "done"),
    ]
    tables = bc.read(top / "county")
    assert {b.id: b.at for b in tables.batches} == {"B1": "S1", "B2": "S2"}
    assert tables == closing.after
    assert (closing.closed.done, closing.closed.missed) == (2, 0)


def test_only_missing_columns_are_added_and_old_rows_stay(top: Path) -> None:
    (top / "county" / "visits.csv").write_text(HISTORY)
    fill_in(_folder(top) / "visits.csv", ("S1", {"status": "done", "readers": "7", "note": "rain"}))
    _close(top)
    lines = (top / "county" / "visits.csv").read_text().splitlines()
    assert lines[0] == "date,stop,vehicle,batch,action,books,status,note,readers"
    assert lines[1] == "2026-11-02,S2,V,B2,dropped,40,done,,"
    assert lines[3:] == [
        "2026-11-30,S2,V,B2,dropped,40,done,,",
        "2026-11-30,S1,V,B1,dropped,40,done,rain,7",
    ]


def test_a_table_without_status_gets_one_in_which_all_before_was_done(top: Path) -> None:
    (top / "county" / "visits.csv").write_text("date;stop\n2026/11/2;S1\n")
    _close(top, done_except=["s1"])
    assert (top / "county" / "visits.csv").read_text().splitlines() == [
        "date;stop;vehicle;batch;action;books;status",
        "2026/11/2;S1;;;;;done",
        "2026/11/30;S2;V;B2;dropped;40;done",
        "2026/11/30;S1;V;;;;missed",
    ]


def test_a_chinese_table_is_written_in_its_own_words(top: Path) -> None:
    head = "日期,站点,车辆,批次,动作,册数,状态\n2026年11月02日,S2,V,B2,投放,40,已到\n"
    rest = "2026年11月16日,S2,V,B2,收回,40,已到\n"
    (top / "county" / "visits.csv").write_bytes((head + rest).encode("gb18030"))
    toml = top / "county" / "district.toml"
    toml.write_text(toml.read_text("utf-8").replace("Europe/Paris", "Asia/Shanghai"), "utf-8")
    fill_in(_folder(top) / "visits.csv", ("S1", {"status": "missed", "km": "66.5"}))
    _close(top)
    text = (top / "county" / "visits.csv").read_bytes().decode("gb18030")
    assert text.splitlines()[0].endswith("状态,当日公里")
    assert text.splitlines()[3:] == [
        "2026年11月30日,S2,V,B2,投放,40,已到,",
        "2026年11月30日,S1,V,,,,未到,66.5",
    ]


def test_what_went_otherwise_is_recorded_as_told(top: Path) -> None:
    fill_in(
        _folder(top) / "visits.csv",
        ("S2", {"status": "done", "date": "1.12.2026", "vehicle": "V2", "books": "38"}),
        ("S1", {"status": "done", "books": "0"}),
    )  # fmt: skip
    closing = _close(top)
    rows = rows_of(top / "county" / "visits.csv")
    assert [(r["date"], r["stop"], r["vehicle"], r["batch"], r["books"]) for r in rows] == [
        ("2026-11-30", "S1", "V", "", ""),
        ("2026-12-01", "S2", "V2", "B2", "38"),
    ]
    assert rows[0]["note"] == "not dropped: B1"
    assert {b.id: b.at for b in bc.read(top / "county").batches} == {"B1": "LIB", "B2": "S2"}
    assert [f.rule for f in closing.warnings] == ["unknown-vehicle"]


def test_requests_that_came_with_a_visit_are_brought(tmp_path: Path) -> None:
    district = write_county(tmp_path / "county")
    requests = "id,date,stop,title\nQ1,2026-11-20,S1,Iliad\nQ2,2026-11-20,S2,Emma\n"
    (district / "requests.csv").write_text(requests)
    _, folder = plan_again(tmp_path, district, WEEK)
    closing = bc.close_week(folder, district, done_except=["S2"])
    assert closing.requests == ("Q1",)
    assert (district / "requests.csv").read_text().splitlines() == [
        "id,date,stop,title,status",
        "Q1,2026-11-20,S1,Iliad,brought",
        "Q2,2026-11-20,S2,Emma,",
    ]
    assert {r.id: r.status for r in bc.read(district).requests} == {"Q1": "brought", "Q2": "open"}


def _listed(tmp_path: Path) -> tuple[Path, Path]:
    """Return a county whose B1 lists one of two wishes of S1, and the folder of its week."""
    district = write_county(tmp_path / "county")
    (district / "batches.csv").write_text("id,books,at,titles\nB1,40,LIB,b1.csv\nB2,40,LIB,\n")
    (district / "b1.csv").write_text("title,copies\nIliad,40\n")
    requests = "Q1,2026-11-20,S1,Iliad\nQ2,2026-11-20,S1,Emma\n"
    (district / "requests.csv").write_text("id,date,stop,title\n" + requests)
    _, folder = plan_again(tmp_path, district, WEEK)
    return district, folder


def test_a_request_in_a_batch_that_was_not_dropped_is_not_brought(tmp_path: Path) -> None:
    district, folder = _listed(tmp_path)
    closing = bc.close_week(folder, district)
    assert closing.requests == ("Q1",)  # Emma was only to be looked for
    bc.undo_close(district)
    fill_in(folder / "visits.csv", ("S1", {"status": "done", "books": "0"}))
    assert bc.close_week(folder, district).requests == ()


def test_what_was_found_in_the_store_is_brought_if_the_driver_says_so(tmp_path: Path) -> None:
    district, folder = _listed(tmp_path)
    plan = bc.load(folder)
    (route,) = [r for r in plan.routes if any(v.stop == "S1" for v in r.visits)]
    visit = {"stop": "S1", "status": "done", "dropped": [{"batch": "B1", "books": 40}]}
    file = {
        "bookcar_return": 1, "plan": plan.id, "week": plan.week, "route": route.id,
        "date": route.date.isoformat(), "vehicle": route.vehicle, "who": "",
        "odometer_out": None, "odometer_back": None, "visits": [visit | {"requests": ["Q2"]}],
    }  # fmt: skip
    (folder / f"{route.id}-return.json").write_text(json.dumps(file), "utf-8")
    assert bc.close_week(folder, district).requests == ("Q2",)


@pytest.mark.parametrize(
    ("cell", "brought"),
    [("Q1 Q2", ("Q1", "Q2")), ("Q2", ("Q2",)), ("q1;", ("Q1",)), ("", ())],
)
def test_a_sheet_says_which_requests_were_handed_over(
    tmp_path: Path, cell: str, brought: tuple[str, ...]
) -> None:
    """Q1 and Q2 come along; Q3 is of another stop, whose car came with it as planned."""
    district = write_county(tmp_path / "county")
    rows = "Q1,2026-11-20,S1,Iliad\nQ2,2026-11-20,S1,Emma\nQ3,2026-11-20,S2,Ulysses\n"
    (district / "requests.csv").write_text("id,date,stop,title\n" + rows)
    _, folder = plan_again(tmp_path, district, WEEK)
    sheet = folder / "visits.csv"
    assert sorted(row["requests"] for row in rows_of(sheet)) == ["Q1 Q2", "Q3"]
    fill_in(sheet, ("S1", {"requests": cell}))
    closing = bc.close_week(folder, district)
    assert set(closing.requests) == {*brought, "Q3"}
    missing = {"Q1", "Q2"} - set(brought)
    lines = told_lines(closing, Phrases("en"))
    said = {text.rpartition(" ")[2] for about, text in lines if about == "not handed over"}
    assert said == missing


def test_a_sheet_without_the_column_says_nothing_of_requests(tmp_path: Path) -> None:
    district, folder = _listed(tmp_path)
    rows = [{k: v for k, v in r.items() if k != "requests"} for r in rows_of(folder / "visits.csv")]
    write_rows(folder / "visits.csv", rows, columns=list(rows[0]))
    assert bc.close_week(folder, district).requests == ("Q1",)


def test_requests_are_told_in_the_workbook_as_well(tmp_path: Path) -> None:
    district, folder = _listed(tmp_path)
    plan = bc.load(folder)
    data = week_workbook(week_sheet(plan, language="zh"), visits=planned_visits(plan))
    (folder / "visits.csv").unlink()
    (folder / "week.xlsx").write_bytes(data)
    book = openpyxl.load_workbook(folder / "week.xlsx")
    sheet = book[Phrases("zh")("manifests.sheet-fill-in")]
    heads = [cell.value for cell in sheet[1]]
    at = heads.index(Phrases("zh")("manifests.handed-over"))
    assert [row[at].value for row in sheet.iter_rows(min_row=2)][::-1] == ["Q1", None]
    sheet.cell(3, at + 1).value = "Q2"
    book.save(folder / "week.xlsx")
    assert bc.close_week(folder, district).requests == ("Q2",)


def test_a_request_that_nobody_knows_is_named(tmp_path: Path) -> None:
    district, folder = _listed(tmp_path)
    fill_in(folder / "visits.csv", ("S1", {"requests": "Q1 Q9"}))
    with pytest.raises(InputError) as error:
        bc.close_week(folder, district)
    faults = [(f.rule, f.row, f.column, f.value) for f in error.value.faults]
    assert faults == [("unknown-request", 3, "requests", "Q9")]


def test_a_note_stays_at_its_batch(tmp_path: Path) -> None:
    district = write_county(
        tmp_path / "county", stops=(), batches=("B1,20,LIB", "B2,20,LIB", "B3,20,LIB", "B4,20,LIB")
    )
    _, folder = plan_again(tmp_path, district, WEEK)
    rows = rows_of(folder / "visits.csv")
    mine = [row for row in rows if row["stop"] == rows[0]["stop"]]
    assert len(mine) == 2
    mine[1]["note"] = "wet"
    mine[1]["status"] = mine[0]["status"] = "done"
    mine[0]["readers"] = "7"
    write_rows(folder / "visits.csv", rows, columns=list(rows[0]))
    bc.close_week(folder, district)
    notes = {row["batch"]: row["note"] for row in rows_of(district / "visits.csv")}
    assert {batch: note for batch, note in notes.items() if note} == {mine[1]["batch"]: "wet"}


def test_rows_of_another_week_are_one_fault_and_others_are_told_with_it(top: Path) -> None:
    """Two layers at once: what no date can be, and more books than the batch has."""
    sheet = _folder(top) / "visits.csv"
    rows = rows_of(sheet)
    extra = [{**rows[0], "date": f"2026-11-2{k}", "status": "done"} for k in (3, 4, 5)]
    extra.append({**rows[0], "date": "2026-10-05", "status": "done"})
    rows[1] |= {"books": "4000", "status": "done"}
    write_rows(sheet, [*rows, *extra], columns=list(rows[0]))
    with pytest.raises(InputError) as error:
        _close(top)
    faults = [f for f in error.value.faults if f.severity == "error"]
    told = [(f.rule, f.variant, f.row) for f in faults]
    assert sorted(told) == [
        ("more-books-than-batch", "told", 3),
        ("outside-week", "", 7),
        ("outside-week", "rows", 4),
    ]
    (several,) = (f for f in faults if f.variant == "rows")
    assert "3 rows are of 2026-W48" in several.problem_in("en")


def test_closing_twice_changes_nothing(top: Path) -> None:
    fill_in(_folder(top) / "visits.csv", ("S1", {"status": "missed"}))
    _close(top)
    before = _all_files(top / "county")
    again = _close(top)
    assert again.was_closed
    assert _all_files(top / "county") == before


def test_a_sheet_corrected_after_the_close_is_told_and_needs_an_undo(top: Path) -> None:
    _close(top)
    fill_in(_folder(top) / "visits.csv", ("S1", {"status": "missed"}))
    assert _refused(top) == [("closed-otherwise", FILE, None, None)]
    undo_close(top / "county", week=WEEK)
    _close(top)
    assert [r["status"] for r in rows_of(top / "county" / "visits.csv")] == ["done", "missed"]


def test_undo_gives_back_every_byte(top: Path) -> None:
    (top / "county" / "visits.csv").write_bytes(HISTORY.replace("\n", "\r\n").encode("utf-16"))
    before = _all_files(top / "county")
    _close(top)
    assert (top / "county" / FILE).is_file()
    bc.undo_close(top / "county")
    assert _all_files(top / "county") == before
    assert not (top / "county" / "closed").exists()


def test_undo_is_refused_where_it_would_lose_something(top: Path) -> None:
    with pytest.raises(UsageError, match="No week is closed"):
        undo_close(top / "county")
    _close(top)
    with pytest.raises(UsageError, match="2026-W48 is not closed"):
        undo_close(top / "county", week="2026-W48")
    with (top / "county" / "visits.csv").open("a") as stream:
        stream.write("2026-12-03,S1,V,,,,done\n")
    before = _all_files(top / "county")
    with pytest.raises(InputError) as error:
        undo_close(top / "county")
    assert [f.rule for f in error.value.faults] == ["edited-since-close"]
    assert _all_files(top / "county") == before


def test_several_weeks_are_taken_back_one_after_the_other(tmp_path: Path) -> None:
    district = _lives_through(tmp_path)
    states = [_all_files(district)]
    for name in ("2026-W49", "2026-W53", "2027-W04"):
        _, folder = plan_again(tmp_path, district, name)
        assert bc.close_week(folder, district).rows
        states.append(_all_files(district))
    for state in reversed(states[:-1]):
        undo_close(district)
        assert _all_files(district) == state


def test_a_week_recorded_by_hand_in_part_is_completed(top: Path) -> None:
    (top / "county" / "visits.csv").write_text(
        "date,stop,vehicle,batch,action,books,status\n2026-11-30,S2,V,B2,dropped,40,done\n"
    )
    closing = _close(top)
    assert [r.visit.stop for r in closing.rows] == ["S1"]
    assert [r["stop"] for r in rows_of(top / "county" / "visits.csv")] == ["S2", "S1"]


def test_a_day_that_has_not_come_is_no_record(top: Path) -> None:
    sunday_before = MONDAY - dt.timedelta(days=1)
    assert _refused(top, today=sunday_before) == [("visit-in-future", "plan.json", None, "date")]
    _close(top, today=MONDAY)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"stop": "S9", "status": "done"}, ("unknown-stop", 4, "stop")),
        (
            {"stop": "S2", "batch": "B1", "action": "dropped", "status": "done", "books": "40"},
            ("batch-not-there", 4, "batch"),
        ),
        (
            {"date": "2026-12-02", "stop": "S1", "batch": "B2", "action": "collected",
             "status": "done", "books": "40"},
            ("batch-not-there", 4, "batch"),
        ),
        (
            {"stop": "S2", "batch": "B2", "action": "dropped", "status": "done", "books": "99"},
            ("more-books-than-batch", 2, "books"),
        ),
        ({"stop": "S1", "arrive": "10:00", "leave": "9:00", "status": "done"},
         ("leaves-before-arrives", 4, "leave")),
    ],
)  # fmt: skip
def test_records_that_cannot_be_are_refused_at_the_cell_that_tells_them(
    top: Path, row: dict[str, str], fault: tuple[str, int, str]
) -> None:
    path = _folder(top) / "visits.csv"
    fill_in(path, ("*", {"status": "done"}))
    rows = [one for one in rows_of(path) if one["batch"] != row.get("batch") or fault[1] == 4]
    more = {"date": "2026-12-01", "vehicle": "V"} | row
    if fault[1] == 2:
        rows, more = [{**more, "date": "2026-11-30"}, *rows], {}
    write_rows(path, [*rows, *([more] if more else [])], columns=list(rows_of(path)[0]))
    assert (fault[0], "visits.csv", fault[1], fault[2]) in _refused(top)


def test_the_other_row_is_one_of_the_sheet_that_came_back(top: Path) -> None:
    """A batch dropped twice: nobody has the table with both rows in it."""
    path = _folder(top) / "visits.csv"
    fill_in(path, ("*", {"status": "done"}))
    twice = {"date": "2026-12-01", "vehicle": "V", "stop": "S2", "batch": "B1", "action": "dropped"}
    more = twice | {"status": "done", "books": "40"}
    write_rows(path, [*rows_of(path), more], columns=list(rows_of(path)[0]))
    with pytest.raises(InputError) as error:
        _close(top)
    (fault,) = [f for f in error.value.faults if f.rule == "batch-not-there"]
    assert rows_of(path)[fault.figures["other"] - 2]["batch"] == "B1"


def test_a_batch_of_which_the_table_knows_something_newer_is_told(top: Path) -> None:
    (top / "county" / "batches.csv").write_text(
        "id,books,at,since\nB1,40,LIB,2026-11-30\nB2,40,LIB,\n"
    )
    (warning,) = _close(top).warnings
    assert (warning.rule, warning.file, warning.row) == ("batch-since-later", "batches.csv", 2)
    assert "has B1 at LIB from this day on" in warning.problem


def test_a_stop_that_is_not_in_the_plan_cannot_have_been_missed(top: Path) -> None:
    with pytest.raises(UsageError, match="does not visit S7 and S8"):
        _close(top, done_except=["S1", "S8", "S7"])


def test_a_table_changed_between_reading_and_writing_is_not_written_over(top: Path) -> None:
    closing = _prepared(top)
    (top / "county" / "visits.csv").write_text(HISTORY)
    with pytest.raises(UsageError, match="was changed meanwhile"):
        closing.write()
    assert (top / "county" / "visits.csv").read_text() == HISTORY


def test_the_sheets_of_a_workbook_are_added_to(top: Path) -> None:
    district = top / "county"
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in ("stops", "vehicles", "batches"):
        sheet = book.create_sheet(name)
        for line in (district / f"{name}.csv").read_text().splitlines():
            sheet.append([float(c) if c.replace(".", "").isdigit() else c for c in line.split(",")])
        (district / f"{name}.csv").unlink()
    sheet = book.create_sheet("visits")
    sheet.append(["stop", "date", "status", "mine"])
    sheet.append(["S1", dt.date(2026, 11, 2), "ok", 5])
    sheet["B2"].number_format = "dd.mm.yyyy"
    book.create_sheet("note mine")["C3"] = "kept"
    book.save(district / "county.xlsx")
    before = _all_files(district)
    _close(top, done_except=["S1"])
    after = openpyxl.load_workbook(district / "county.xlsx")
    rows = [[cell.value for cell in row] for row in after["visits"].iter_rows()]
    assert rows[0] == ["stop", "date", "status", "mine", "vehicle", "batch", "action", "books"]
    assert rows[2] == ["S2", dt.datetime(2026, 11, 30), "ok", None, "V", "B2", "dropped", 40]
    assert rows[3][:3] == ["S1", dt.datetime(2026, 11, 30), "missed"]
    assert after["visits"]["B3"].number_format == "dd.mm.yyyy"
    assert after["note mine"]["C3"].value == "kept"
    first = (district / "county.xlsx").read_bytes()
    undo_close(district)
    assert _all_files(district) == before
    _close(top, done_except=["S1"])
    assert (district / "county.xlsx").read_bytes() == first


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_weeks_own_workbook_is_filled_in(top: Path, language: Language) -> None:
    plan = bc.load(_folder(top))
    sheet = week_sheet(plan, language=language)
    path = _folder(top) / "week.xlsx"
    path.write_bytes(week_workbook(sheet, visits=planned_visits(plan)))
    sums(_folder(top))
    assert _prepared(top).files == ()
    book = openpyxl.load_workbook(path)
    fill_in_sheet = book.worksheets[2]
    head = [cell.value for cell in fill_in_sheet[1]]
    at = {any_table("visits").aliases.get(key(name)): i for i, name in enumerate(head, 1)}
    for row in (2, 3):
        word = book.worksheets[2].data_validations.dataValidation[0].formula1.strip('"').split(",")
        fill_in_sheet.cell(row, at["status"]).value = word[row - 2]
    fill_in_sheet.cell(2, at["arrive"]).value = dt.time(9, 5)
    fill_in_sheet.cell(2, at["readers"]).value = 12
    fill_in_sheet.cell(2, at["date"]).value = dt.datetime(2026, 12, 2)
    book.save(path)
    closing = bc.close_week(_folder(top), top / "county")
    assert [p.name for p in closing.files] == ["week.xlsx"]
    assert closing.warnings == ()
    missed, done = rows_of(top / "county" / "visits.csv")
    assert (missed["stop"], missed["status"]) == ("S1", "missed")
    assert (done["date"], done["arrive"], done["readers"]) == ("2026-12-02", "09:05", "12")


def test_a_sheet_kept_from_an_earlier_plan_is_named_and_not_read(top: Path) -> None:
    (_folder(top) / "kept-visits.csv").write_text("date,stop,status\n2026-11-30,S1,missed\n")
    closing = _prepared(top)
    assert ([p.name for p in closing.unread], closing.closed.missed) == (["kept-visits.csv"], 0)
    named = _prepared(top, files=[_folder(top) / "kept-visits.csv"])
    assert (named.unread, named.closed.missed) == ((), 1)


def test_a_sheet_with_a_copys_name_is_named_and_not_read(top: Path) -> None:
    (_folder(top) / "visits (1).csv").write_text("date,stop,status\n2026-11-30,S1,missed\n")
    closing = _prepared(top)
    assert ([p.name for p in closing.unread], closing.closed.missed) == (["visits (1).csv"], 0)


def test_visits_that_a_sheet_leaves_out_are_told(top: Path) -> None:
    """A sheet that was cut off, or is of another week, must not pass for a week done."""
    say = Phrases("en")
    assert "nothing said, taken" not in str(told_lines(_prepared(top), say))
    sheet = top / "cut.csv"
    sheet.write_text("date,stop,status\n2026-11-30,S1,done\n")
    lines = told_lines(_prepared(top, files=[sheet]), say)
    untold = [text for about, text in lines if "nothing said" in about]
    assert len(untold) == len(_prepared(top).visits) - 1
    assert untold[0].startswith("S2 ")


def test_a_phone_that_says_nothing_of_a_stop_is_told_apart(top: Path) -> None:
    """Silence counts as done as planned; a line of its own and the sum say that it was silence."""
    plan = bc.load(_folder(top))
    route = plan.routes[0]
    first, *others = (visit.stop for visit in route.visits)
    came = {
        "bookcar_return": 1,
        "plan": plan.id,
        "week": plan.week,
        "route": route.id,
        "date": route.date.isoformat(),
        "vehicle": route.vehicle,
        "visits": [{"stop": first, "status": "done"}, *({"stop": stop} for stop in others)],
    }
    path = top / "R01-return.json"
    path.write_text(json.dumps(came))
    closing = _prepared(top, files=[path])
    lines = told_lines(closing, Phrases("en"))
    silent = {text.split()[0] for about, text in lines if about == "nothing said, taken as done"}
    assert silent == {visit.stop for visit in closing.visits} - {first}
    unsaid = len(closing.visits) - 1
    assert (
        "visits",
        f"{unsaid + 1} done ({unsaid} of them by the plan: nothing was said), 0 missed",
    ) in lines


def test_a_phone_and_a_sheet_are_read_together(top: Path) -> None:
    plan = bc.load(_folder(top))
    visit = {
        "stop": "S2",
        "status": "done",
        "readers": 4,
        "dropped": [{"batch": "B2", "books": 39}],
    }
    file = {"bookcar_return": 1, "plan": plan.id, "week": WEEK, "route": plan.routes[0].id,
            "date": "2026-11-30", "vehicle": "V", "odometer_out": 100, "odometer_back": 116,
            "visits": [visit]}  # fmt: skip
    (_folder(top) / "R01-return.json").write_text(json.dumps(file))
    fill_in(_folder(top) / "visits.csv", ("S1", {"status": "missed", "note": "flood"}))
    closing = _close(top)
    assert [path.name for path in closing.files] == ["visits.csv", "R01-return.json"]
    first, second = rows_of(top / "county" / "visits.csv")
    assert (first["books"], first["readers"], first["km"]) == ("39", "4", "16")
    assert (second["status"], second["note"]) == ("missed", "flood")


def test_a_week_planned_by_the_version_before_can_be_closed(top: Path) -> None:
    path = _folder(top) / "plan.json"
    plan = json.loads(path.read_bytes())
    for owner in (plan["provenance"], plan, *plan["routes"], *plan["requests"]):
        for name in (
            "by_clock",
            "kept_near",
            "stays_aboard",
            "carried",
            "in_batch",
            "kind",
            "copy",
        ):
            owner.pop(name, None)
    for call in (call for route in plan["routes"] for call in route["calls"]):
        call.pop("to_find", None)
    path.write_text(json.dumps(plan | {"schema_version": 5}))
    assert len(_close(top).rows) == 2
    path.write_text(json.dumps(plan | {"schema_version": 4}))
    with pytest.raises(InputError):
        _close(top)


def test_a_workbook_that_would_lose_something_is_refused_untouched(top: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "visits"
    book.active.append(["date", "stop", "books"])
    book.active.append([dt.date(2026, 11, 2), "S1", 40])
    totals = book.create_sheet("note mine")
    totals["A1"] = "=SUM(visits!C2:C3)"
    for name in ("stops", "vehicles", "batches"):
        path = top / "county" / f"{name}.csv"
        sheet = book.create_sheet(name)
        for line in path.read_text().splitlines():
            sheet.append([float(c) if c.replace(".", "").isdigit() else c for c in line.split(",")])
        path.unlink()
    book.save(top / "county" / "county.xlsx")
    assert _refused(top) == [("workbook-would-lose", "county.xlsx", None, None)]


def test_what_is_kept_of_old_closes_ends_after_some_weeks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookcar.records.closing.KEPT", 2)
    district = _lives_through(tmp_path, "2026-W49", "2026-W53", "2027-W04")
    kept = sorted(p.name for p in (district / "closed").iterdir())
    assert kept == ["2026-W53", "2027-W04", "closed.json"]
    for _ in range(2):
        undo_close(district)
    before = _all_files(district)
    with pytest.raises(InputError) as error:
        undo_close(district)
    assert [f.rule for f in error.value.faults] == ["close-not-kept"]
    assert _all_files(district) == before


def _lives_through(top: Path, *weeks: str) -> Path:
    """Plan and close weeks of a county with books enough for all of them; return the county."""
    batches = [f"B{i},40,LIB" for i in range(1, 9)]
    district = write_county(top / "county", batches=batches)
    (district / "visits.csv").write_text("date,stop\n")
    for name in weeks:
        _, folder = plan_again(top, district, name)
        assert bc.close_week(folder, district).rows
    return district
