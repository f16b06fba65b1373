"""CSV files as Excel, WPS and people's editors write them, and files that are damaged."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as over
from hypothesis import strategies as st
from inputs import folders as given

from bookcar.inputs.reader import read_district

CHINESE = """\
编号,名称,类型,经度,纬度,需书
S1,紫荆村,村,106.61,28.95,60
S2,福林村小学,学校,106.66,28.96,120
"""
FEW = dict.fromkeys(("batches", "visits", "requests"))


def _names(folder: Path, stops: bytes | str) -> list[str]:
    checked = given.check(folder, stops=stops, **FEW)
    assert checked.faults == (), checked.faults
    assert checked.district is not None
    return [stop.name for stop in checked.district.stops]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, newline: str) -> None:
    data = CHINESE.replace("\n", newline).encode(encoding)
    assert _names(tmp_path, data) == ["紫荆村", "福林村小学"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "，", "|"])
def test_separators(tmp_path: Path, separator: str) -> None:
    assert _names(tmp_path, CHINESE.replace(",", separator)) == ["紫荆村", "福林村小学"]


def test_excels_separator_line(tmp_path: Path) -> None:
    assert len(_names(tmp_path, "sep=;\n" + CHINESE.replace(",", ";"))) == 2


def test_decimal_commas_in_files_of_semicolons(tmp_path: Path) -> None:
    text = CHINESE.replace(",", ";").replace("106.61", "106,61")
    district = given.check(tmp_path, stops=text, **FEW).district
    assert district is not None
    assert district.stops[0].lon == 106.61


def test_a_comma_in_a_coordinate_is_never_taken_for_a_thousand(tmp_path: Path) -> None:
    text = CHINESE.replace("106.61", '"106,615"')
    (fault,) = given.faults(tmp_path, "coordinates-range", stops=text, **FEW)
    assert fault.value == "106,615"


def test_comments_blank_rows_and_columns_are_skipped_but_counted(tmp_path: Path) -> None:
    text = (
        "# made by hand,,\n\n编号,名称,类型,经度,纬度,需书,,\n,,,,,,,\n"
        "# S0,old\nS1,x,村,106.61,28.95,60,,\nS2,y,vilage,106.66,28.96,120,,\n,,,,,,,\n"
    )
    (fault,) = given.check(tmp_path, stops=text, **FEW).faults
    assert (fault.row, fault.column, fault.value) == (7, "类型", "vilage")


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path) -> None:
    """A line break inside quotation marks does not begin a row."""
    text = given.STOPS.replace("\n", ",note\n", 1).replace("Zijing,", "Zijing,", 1)
    lines = text.splitlines()
    lines[1] += ',"two\nlines"'
    lines[2] = lines[2].replace("school", "skool")
    (fault,) = given.check(tmp_path, stops="\n".join(lines)).faults
    assert fault.row == 3


def test_column_names_with_units_and_marks(tmp_path: Path) -> None:
    header = "ID*,名称（必填）,Kind,LON,Latitude,需书（册）,Every Weeks,service-min(分钟)"
    text = f"{header}\nS1,x,村,106,28,6,3,9\n"
    checked = given.check(tmp_path, stops=text, **FEW)
    assert checked.faults == ()
    assert checked.district is not None
    (stop,) = checked.district.stops
    assert (stop.books, stop.every_weeks, stop.service_s) == (6, 3, 540)


def test_another_unit_in_a_column_name_is_not_overlooked(tmp_path: Path) -> None:
    text = given.STOPS.replace(",mix\n", ",service_min(小时)\n")
    (fault,) = given.check(tmp_path, stops=text).faults
    assert (fault.rule, fault.severity) == ("unknown-column", "warning")


def test_western_text_is_not_taken_for_chinese(tmp_path: Path) -> None:
    text = given.STOPS.replace("Anyu", "Café Müller à côté")
    (fault,) = given.check(tmp_path, stops=text.encode("cp1252")).faults
    assert (fault.rule, fault.row) == ("unreadable-encoding", 4)


def test_cyrillic_text_is_not_taken_for_chinese(tmp_path: Path) -> None:
    text = given.STOPS.replace("Anyu", "библиотека имени Пушкина")
    (fault,) = given.check(tmp_path, stops=text.encode("cp1251")).faults
    assert fault.rule == "unreadable-encoding"


@over(data=st.data())
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mangled_bytes_never_raise(tmp_path: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(given.SOUND)))
    folder = given.write(tmp_path)
    content = bytearray(given.SOUND[name].encode())
    for _ in range(data.draw(st.integers(1, 12))):
        start = data.draw(st.integers(0, len(content)))
        width = data.draw(st.integers(0, 8))
        content[start : start + width] = data.draw(st.binary(max_size=12))
    (folder / name).write_bytes(content)
    checked = read_district(folder)
    assert (checked.district is None) == any(f.severity == "error" for f in checked.faults)


@over(content=st.binary(max_size=300), name=st.sampled_from(sorted(given.SOUND)))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_bytes_never_raise(tmp_path: Path, content: bytes, name: str) -> None:
    folder = given.write(tmp_path)
    (folder / name).write_bytes(content)
    read_district(folder)


@over(text=st.text(st.sampled_from('id,name\n"#;=１。村S1\t\r\0{}[]'), max_size=80))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_tables_never_raise(tmp_path: Path, text: str) -> None:
    given.check(tmp_path, stops=given.STOPS + text, batches=text)


@pytest.mark.slow
def test_a_table_of_40_000_stops_with_a_fault_in_each_is_checked_whole(tmp_path: Path) -> None:
    """No rule compares every row with every other; this would run for hours if one did."""
    rows = [f"S{i},x{i},vilage,{106 + i / 1e5},{28 + i / 1e5},50,,,,,V9," for i in range(40_000)]
    stops = given.STOPS.splitlines()[0] + "\n" + "\n".join(rows)
    visits = "date,stop,batch\n" + "\n".join(f"2026-09-01,Q{i},B{i}" for i in range(5_000))
    checked = given.check(tmp_path, stops=stops, visits=visits, batches=None)
    rules = [fault.rule for fault in checked.faults]
    assert rules.count("unknown-kind") == rules.count("unknown-vehicle") == 40_000
    assert rules.count("unknown-stop") == 5_000
