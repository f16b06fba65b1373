"""Workbooks as Excel and WPS write them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from inputs import folders as given

from bookcar.inputs.reader import read, read_district
from bookcar.inputs.workbook import cell_text
from bookcar.model import Where

TABLES = ("stops", "vehicles", "batches", "visits", "requests", "closures")
SHEETS: dict[str, str | list[list[object]]] = {t: given.SOUND[f"{t}.csv"] for t in TABLES}
SETTINGS: list[list[object]] = [
    ["key", "value"],
    ["name", "綦江"],
    ["language", "zh"],
    ["time_zone", "Asia/Shanghai"],
    ["depot.1.id", "LIB"],
    ["depot.1.name", "图书馆"],
    ["depot.1.lon", 106.648],
    ["depot.1.lat", "29.023"],
    ["week.starts", dt.time(8, 30)],
    ["week.days", "Mon Tue"],
    ["week.service_min", 25],
    ["week.holidays", dt.date(2026, 10, 1)],
    ["roads.max_snap_m", 300.0],
    ["roads.profile.1.name", "big"],
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "district.toml").write_text(given.TOML, "utf-8")
    return tmp_path


def _stops(folder: Path, rows: list[list[object]]) -> list[tuple[str, int | None, str | None]]:
    header: list[object] = ["id", "name", "kind", "lon", "lat", "books", "opens", "closes"]
    vehicles = "id,books,max_km,max_hours\nV1,1200,200,8\n"
    given.workbook(folder / "b.xlsx", {"stops": [header, *rows], "vehicles": vehicles})
    return [(f.rule, f.row, f.column) for f in read_district(folder).faults]


def test_a_workbook_gives_the_same_district_as_csv_files(tmp_path: Path) -> None:
    from_csv = given.check(tmp_path / "csv").district
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "district.toml").write_text(given.TOML, "utf-8")
    given.workbook(tmp_path / "book" / "b.xlsx", SHEETS)
    from_book = read(tmp_path / "book")
    assert from_csv is not None
    for table in ("depots", "stops", "vehicles", "batches", "visits", "requests", "closures"):
        assert getattr(from_book, table) == getattr(from_csv, table)
    assert from_book.where("stops", "S2") == Where("b.xlsx: stops", 3)
    assert sorted(from_book.inputs) == ["b.xlsx", "district.toml"]


def test_the_path_of_the_workbook_will_do(folder: Path) -> None:
    path = given.workbook(folder / "b.xlsx", SHEETS)
    given.workbook(folder / "old.xlsx", {"x": "1"})
    assert read(path).folder == path


def test_a_sheet_of_keys_stands_for_district_toml(tmp_path: Path) -> None:
    path = given.workbook(tmp_path / "b.xlsx", {"district": SETTINGS, **SHEETS})
    checked = read_district(path)
    assert checked.faults == ()
    assert checked.district is not None
    district = checked.district
    assert (district.name, district.depots[0].lat) == ("綦江", 29.023)
    assert district.vehicles[0].starts == 8 * 3600 + 1800
    assert district.settings.weekdays == (0, 1)
    assert [entry.first for entry in district.calendar] == [dt.date(2026, 10, 1)]
    assert district.settings.roads.max_snap_m == 300
    assert [p.name for p in district.settings.roads.profiles] == ["car", "big"]


def test_faults_of_a_sheet_of_keys_name_row_and_key(tmp_path: Path) -> None:
    rows = [*SETTINGS, ["week.begins", "x"], ["week.break_min", "soon"]]
    path = given.workbook(tmp_path / "b.xlsx", {"district": rows, **SHEETS})
    found = [(f.rule, f.file, f.row, f.column) for f in read_district(path).faults]
    assert found == [
        ("unknown-key", "b.xlsx: district", 15, "week.begins"),
        ("bad-number", "b.xlsx: district", 16, "week.break_min"),
    ]


def test_chinese_sheet_names(folder: Path) -> None:
    given.workbook(
        folder / "b.xlsx",
        {"说明": "x", "站点": given.STOPS, "车辆": given.VEHICLES, "服务记录": given.VISITS},
    )
    assert len(read(folder).visits) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (True, "yes"),
        (dt.datetime(2026, 11, 30), "2026-11-30"),
        (dt.datetime(2026, 11, 30, 8), "2026-11-30 08:00:00"),
        (dt.date(2026, 11, 30), "2026-11-30"),
        (dt.time(8, 30), "08:30:00"),
        (dt.timedelta(hours=24), "24:00"),
        (13800000000, "13800000000"),
    ],
)
def test_cells_become_what_a_person_would_type(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_numbers_times_and_blank_rows_as_excel_stores_them(folder: Path) -> None:
    rows: list[list[object]] = [
        [12.0, "x", "村", "106.61", 28.95, "60", dt.time(8), dt.time(17)],
        [None] * 8,
        ["13", "y", "村", 106.62, 28.95, 60.0, "08:00", dt.timedelta(hours=24), None, None],
        [None] * 8,
    ]
    assert _stops(folder, rows) == []
    stops = read(folder).stops
    assert [s.id for s in stops] == ["12", "13"]
    assert [s.windows for s in stops] == [((28_800, 61_200),), ((28_800, 86_400),)]


def test_text_that_looks_like_a_formula_is_an_id(folder: Path) -> None:
    path = folder / "b.xlsx"
    given.workbook(path, {"stops": given.STOPS, "vehicles": given.VEHICLES})
    book = openpyxl.load_workbook(path)
    book["stops"]["A2"].value = "=S1"
    book["stops"]["A2"].data_type = "s"
    book.save(path)
    assert read(folder).stops[0].id == "=S1"


def test_a_formula_without_its_result_is_an_error(folder: Path) -> None:
    found = _stops(folder, [["S1", "x", "村", 106.6, 28.9, "=20+40"]])
    assert ("formula-without-value", 2, None) in found


def test_excel_errors_are_named(folder: Path) -> None:
    assert _stops(folder, [["S1", "x", "村", 106.6, 28.9, "#REF!"]]) == [
        ("excel-error", 2, "books")
    ]


def test_merged_cells_are_an_error(folder: Path) -> None:
    path = folder / "b.xlsx"
    given.workbook(path, {"stops": given.STOPS, "vehicles": given.VEHICLES})
    book = openpyxl.load_workbook(path)
    book["stops"].merge_cells("G2:G4")
    book.save(path)
    found = [(f.rule, f.row, f.value) for f in read_district(folder).faults]
    assert found == [("merged-cells", 2, "G2:G4")]


def test_what_is_not_a_workbook(folder: Path) -> None:
    (folder / "b.xlsx").write_bytes(b"\xd0\xcf\x11\xe0 an old .xls or one with a password")
    (fault,) = read_district(folder).faults
    assert (fault.rule, fault.file) == ("not-a-workbook", "b.xlsx")


def test_an_old_workbook_is_named(folder: Path) -> None:
    (folder / "b.xls").write_bytes(b"x")
    assert ("not-a-workbook", "b.xls") in [(f.rule, f.file) for f in read_district(folder).faults]


def test_a_damaged_sheet_does_not_raise(folder: Path) -> None:
    path = given.workbook(folder / "b.xlsx", SHEETS)
    data = path.read_bytes()
    for cut in range(0, len(data), len(data) // 25):
        path.write_bytes(data[:cut] + b"\0" * 40 + data[cut + 40 :])
        read_district(folder)


def test_several_workbooks_are_ambiguous(folder: Path) -> None:
    for name in ("a.xlsx", "b.xlsx", "~$b.xlsx"):
        given.workbook(folder / name, SHEETS)
    (fault,) = read_district(folder).faults
    assert fault.rule == "several-workbooks"
    assert "a.xlsx, b.xlsx" in fault.problem


def test_missing_and_misnamed_sheets(folder: Path) -> None:
    given.workbook(folder / "b.xlsx", {"stop s": given.STOPS, "vehicels": given.VEHICLES})
    found = [(f.rule, f.file) for f in read_district(folder).faults]
    assert ("missing-file", "b.xlsx: vehicles") in found
    assert ("misnamed-table", "b.xlsx: vehicels") in found


def test_two_sheets_for_one_table(folder: Path) -> None:
    given.workbook(folder / "b.xlsx", {**SHEETS, "站点": given.STOPS})
    (fault,) = read_district(folder).faults
    assert fault.rule == "duplicate-table"


@pytest.mark.parametrize("named", [True, False], ids=["workbook named", "folder named"])
def test_a_table_without_a_sheet_is_read_from_the_csv_beside_the_workbook(
    folder: Path, named: bool
) -> None:
    """Who closes a week adds rows to visits.csv, whatever the other tables are kept in."""
    sheets = {table: SHEETS[table] for table in ("stops", "vehicles", "batches")}
    path = given.workbook(folder / "b.xlsx", sheets)
    (folder / "visits.csv").write_text(given.VISITS, "utf-8")
    checked = read_district(path if named else folder)
    assert checked.faults == ()
    assert checked.district is not None
    assert [visit.stop for visit in checked.district.visits] == ["S2", "S1"]
    assert sorted(checked.district.inputs) == ["b.xlsx", "district.toml", "visits.csv"]


@pytest.mark.parametrize("named", [True, False], ids=["workbook named", "folder named"])
def test_a_csv_that_a_sheet_stands_in_place_of_is_named(folder: Path, named: bool) -> None:
    path = given.workbook(folder / "b.xlsx", SHEETS)
    for name in ("visits.csv", "matrix.csv"):
        (folder / name).write_text(given.VISITS, "utf-8")
    (fault,) = (f for f in read_district(path if named else folder).faults if f.file[-3:] == "csv")
    assert (fault.rule, fault.severity) == ("two-sources", "warning")
    assert fault.file == "visits.csv"
    assert "b.xlsx: visits" in fault.problem


def test_a_needed_table_may_stand_beside_a_workbook_that_is_named(folder: Path) -> None:
    path = given.workbook(folder / "b.xlsx", {"stops": given.STOPS})
    (folder / "vehicles.csv").write_text(given.VEHICLES, "utf-8")
    assert [vehicle.id for vehicle in read(path).vehicles] == ["V1", "V2"]


def test_a_csv_that_is_nearly_a_table_is_named_beside_a_workbook_too(folder: Path) -> None:
    sheets = {table: SHEETS[table] for table in ("stops", "vehicles")}
    given.workbook(folder / "b.xlsx", sheets)
    (folder / "vists.csv").write_text(given.VISITS, "utf-8")
    (fault,) = read_district(folder).faults
    assert (fault.rule, fault.file) == ("misnamed-table", "vists.csv")
