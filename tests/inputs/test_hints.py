"""Hints name what helps, or nothing: files that are there, columns and ids that are meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from inputs import folders

from bookcar.errors import Fault
from bookcar.inputs.reader import read_district


def _one(folder: Path, rule: str, **changed: str | bytes | None) -> Fault:
    (fault,) = folders.faults(folder, rule, **changed)
    return fault


def test_files_that_are_not_read_are_named_where_a_table_is_missing(tmp_path: Path) -> None:
    fault = _one(
        tmp_path / "d", "missing-file", stops=None, villages=folders.STOPS, map__kml="<kml/>"
    )
    assert fault.file == "stops.csv"
    assert fault.figures["others"] == ("map.kml", "villages.csv")
    assert "map.kml, villages.csv" in fault.problem
    assert "stops.csv" in fault.fix


def test_sheets_that_are_not_read_are_named_where_a_sheet_is_missing(tmp_path: Path) -> None:
    path = folders.workbook(
        tmp_path / "b.xlsx", {"district": "key,value\nname,X\n", "Sheet1": "a,b\n1,2\n"}
    )
    faults = [f for f in read_district(path).faults if f.rule == "missing-file"]
    assert {fault.file for fault in faults} == {"b.xlsx: stops", "b.xlsx: vehicles"}
    assert all("Sheet1" in fault.problem for fault in faults)
    assert "vehicles" in faults[-1].fix


@pytest.mark.parametrize("heading", ["Name", "stop", "Longitude ", "notation"])
def test_a_column_that_is_there_or_hardly_alike_is_not_suggested(
    tmp_path: Path, heading: str
) -> None:
    stops = folders.STOPS.replace("\n", f",x{heading}\n", 1)
    faults = folders.faults(tmp_path / "d", "unknown-column", stops=stops)
    assert [fault.variant for fault in faults] == [""]


def test_a_misspelt_column_is_suggested(tmp_path: Path) -> None:
    stops = folders.STOPS.replace(",mix", ",mix,telefone")
    assert _one(tmp_path / "d", "unknown-column", stops=stops).figures["meant"] == "phone"


def test_an_id_with_another_number_is_not_suggested(tmp_path: Path) -> None:
    visits = folders.VISITS.replace("S1,V2", "S9,V2")
    fault = _one(tmp_path / "d", "unknown-stop", visits=visits)
    assert "Write S" not in fault.fix


def test_an_id_spelt_otherwise_is_suggested(tmp_path: Path) -> None:
    visits = folders.VISITS.replace("S1,V2", "s-01,V2")
    fault = _one(tmp_path / "d", "unknown-stop", visits=visits)
    assert "Write S1 if that is meant" in fault.fix


def test_a_key_in_a_section_that_stands_above_all_is_said_to_belong_there(tmp_path: Path) -> None:
    toml = folders.TOML + 'time_zone = "Asia/Shanghai"\n'
    fault = _one(tmp_path / "d", "unknown-key", district=toml.replace("time_zone", "name_en", 1))
    assert "time_zone" in fault.problem
    assert "above" in fault.fix


@pytest.mark.parametrize(
    ("row", "taken"),
    [
        ("合计,,,,,338,,,,,,\n", False),
        ("Total:,5,,,,338,,,,,,\n", False),
        ("Total,Totalville,village,106.62,28.95,60,,,,,,\n", True),
        ("S6,Total,village,106.62,28.95,60,,,,,,\n", True),
    ],
)
def test_a_row_of_totals_is_no_stop(tmp_path: Path, row: str, taken: bool) -> None:
    checked = folders.check(tmp_path / "d", stops=folders.STOPS + row)
    assert checked.errors == ()
    assert checked.district is not None
    assert len(checked.district.stops) == 5 + taken
    assert [f.rule for f in checked.faults if f.rule == "totals-row"] == ["totals-row"] * (
        not taken
    )


def test_the_totals_of_a_title_list_are_no_title(tmp_path: Path) -> None:
    batches = folders.BATCHES.replace("LIB,,,", "LIB,,,b1.csv")
    titles = "title,author,copies\n合计,贾平凹,1\n活着,余华,59\n合计,,60\n"
    checked = folders.check(tmp_path / "d", batches=batches, b1__csv=titles)
    assert [fault.rule for fault in checked.faults] == ["totals-row"]
    assert checked.district is not None
    assert len(checked.district.titles["b1.csv"]) == 2
