"""The whole way: lists become a district that checks, and nothing is guessed in silence."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from importing import lists

from bookcar.cli import main
from bookcar.inputs.reader import read, read_district
from bookcar.model import Stop
from bookcar.recurrence import EveryWeeks, IsoWeeks, MonthWeekdays, days_in_week

H = 3600
UK = (
    "organisation,mobile,route,community,stop,address,postcode,geox,geoy,day,type,arrival,departure,"
    "frequency,start,end,exceptions,timetable\n"
    'Hill,Van 1,A,Aden,School,"School, Aden",,-2.1,51.3,Monday,Public,13:30,16:30,'
    "FREQ=WEEKLY;INTERVAL=2,2026-01-05,,2027-01-18,https://example.org\n"
    "Hill,Van 2,B,Bray,Green,,,-2.15,51.31,Tuesday,Private,10:00,10:45,"
    "FREQ=MONTHLY;BYDAY=1TU,2026-01-06,2027-06-30,,\n"
)


def _run(*args: Any) -> Result:
    return CliRunner().invoke(main, ["import", *map(str, args)], env={"LANG": "en_GB"})


def _imported(tmp_path: Path, path: Path, *args: Any) -> dict[str, Stop]:
    result = _run(path, "--into", tmp_path / "d", *args)
    assert result.exit_code == 0, result.output
    return {stop.name: stop for stop in read(tmp_path / "d").stops}


def _refused(tmp_path: Path, path: Path, *args: Any) -> str:
    result = _run(path, "--into", tmp_path / "d", *args)
    assert result.exit_code == 2, result.output
    assert not (tmp_path / "d").exists()
    return result.output


def test_the_schema_of_uk_libraries(tmp_path: Path) -> None:
    path = tmp_path / "uk.csv"
    path.write_text(UK)
    stops = _imported(tmp_path, path)
    school, green = stops["School"], stops["Green"]
    assert (school.service_s, school.windows[0][0]) == (3 * H, 13 * H + 1800)
    first = dt.date(2026, 1, 5)
    assert school.recurs == EveryWeeks(weeks=2, first=first, weekdays=(0,))
    assert (school.weekdays, school.vehicles) == ((0,), ("Van-1",))
    assert (green.every_weeks, green.weekdays, green.service_s) == (5, (1,), 45 * 60)
    district = read(tmp_path / "d")
    assert [(car.id, car.name) for car in district.vehicles] == [
        ("Van-1", "Van 1"),
        ("Van-2", "Van 2"),
    ]
    (shut,) = district.calendar
    assert (shut.first, shut.what, shut.stops) == (dt.date(2027, 1, 18), "shut", (school.id,))
    rows = csv.DictReader(io.StringIO((tmp_path / "d" / "stops.csv").read_text("utf-8-sig")))
    assert [row["every"] for row in rows][1] == "FREQ=MONTHLY;BYDAY=1TU;UNTIL=20270630"
    assert district.time_zone == "Europe/London"


def test_next_years_list_takes_one_command_and_keeps_ids(tmp_path: Path) -> None:
    rows = [["Halt", *lists.STOPS[0][1:]], *lists.STOPS[1:]]
    rows[0][1] = "Quarter"
    path = lists.csv_file(tmp_path / "a.csv", rows)
    before = _imported(tmp_path, path, "--column", "Quarter=area")
    (tmp_path / "d" / "vehicles.csv").write_text("id,books,max_km,max_hours\nV9,10,100,8\n")
    moved = [rows[0], ["New", "Aden", "Fri", "09:00", "09:20", -2.1, 51.33], *rows[2:]]
    result = _run(lists.csv_file(tmp_path / "b.csv", moved), "--into", tmp_path / "d")
    assert result.exit_code == 0, result.output
    assert f"{before['School'].id} School" in result.output
    after = {stop.name: stop for stop in read(tmp_path / "d").stops}
    assert after.keys() == {"New", "Green", "Hall"}
    assert after["Hall"].id == before["Hall"].id
    assert after["New"].id not in {stop.id for stop in before.values()}
    assert after["Green"].area == "Bray"
    assert [car.id for car in read(tmp_path / "d").vehicles] == ["V9"]


def test_titles_totals_merged_headings_and_parts_are_dealt_with(tmp_path: Path) -> None:
    sheet = [
        ["Timetable 2027"],
        [],
        ["Stop", "Town", "Visit", None, None, "Place", None],
        [None, None, "Day", "Arrival", "Departure", "Lon", "Lat"],
        lists.STOPS[1],
        ["Tuesday round"],
        lists.STOPS[2],
        ["Total", 2, None, None, None, None, None],
    ]
    book = {"Notes": [["Read me"]], "2027": sheet}
    path = lists.workbook(tmp_path / "a.xlsx", book)
    result = _run(path, "--into", tmp_path / "d")
    assert result.exit_code == 0, result.output
    assert [stop.name for stop in read(tmp_path / "d").stops] == ["School", "Green"]
    for told in ("Notes", "rows 1", "6 Tuesday round", "8 Total"):
        assert told in result.output


def test_sheets_with_other_headings_are_named_not_chosen(tmp_path: Path) -> None:
    other = [["Name", "lon", "lat"], ["Shop", -2.1, 51.3]]
    path = lists.workbook(tmp_path / "a.xlsx", {"May": lists.STOPS, "Shops": other})
    assert "May, Shops" in _refused(tmp_path, path)
    assert _imported(tmp_path, path, "--sheet", "Shops").keys() == {"Shop"}


def _one(tmp_path: Path, head: list[str], *rows: list[str]) -> Path:
    return lists.csv_file(tmp_path / "a.csv", [head, *rows], separator=";")


def test_days_and_times_of_one_cell(tmp_path: Path) -> None:
    head = ["Name", "Day and time", "Location"]
    path = _one(
        tmp_path, head,
        ["A", "Tuesdays, 4.00 - 4.30pm", "55.906029,-3.168302"],
        ["B", "3.10 - 3.20pm on Wednesdays", "55.908267,-3.284587"],
        ["C", "Tu[1] 10:00-10:20; PH off", "55.92,-3.2"],
    )  # fmt: skip
    stops = _imported(tmp_path, path)
    assert (stops["A"].weekdays, stops["A"].windows[0][0]) == ((1,), 16 * H)
    assert (stops["A"].lon, stops["A"].lat) == (-3.168302, 55.906029)
    assert (stops["B"].weekdays, stops["B"].service_s) == ((2,), 600)
    assert stops["C"].every_weeks == 5


def test_a_week_of_a_cycle_asks_for_its_length(tmp_path: Path) -> None:
    path = _one(tmp_path, ["Name", "Day", "Week", "Lon", "Lat"], ["A", "Tuesday", "2", "1", "50"])
    assert "--cycle 2 --cycle-start" in _refused(tmp_path, path)
    stops = _imported(tmp_path, path, "--cycle", 2, "--cycle-start", "2027-01-06")
    assert stops["A"].recurs == EveryWeeks(weeks=2, first=dt.date(2027, 1, 12))


def test_a_grid_is_asked_for_and_known_by_the_depot(tmp_path: Path) -> None:
    path = _one(tmp_path, ["Name", "X", "Y"], ["A", "346868.9252", "162820.4224"])
    assert "--coordinates" in _refused(tmp_path, path)
    assert "--coordinates EPSG:27700" in _refused(tmp_path, path, "--depot", "-2.8,51.4")
    stops = _imported(tmp_path, path, "--coordinates", "epsg:27700")
    assert (stops["A"].lon, stops["A"].lat) == pytest.approx((-2.764503, 51.361953), abs=2e-6)


@pytest.mark.parametrize(
    ("head", "row", "told"),
    [
        (["Name", "Day", "Lon", "Lat"], ["A", "Thursday 1", "1", "50"], "row 2, Day 'Thursday 1'"),
        (
            ["Name", "Start", "Lon", "Lat"],
            ["A", "5/12/2026", "1", "50"],
            "2026-12-05 or 2026-05-12",
        ),
        (["Name", "Arrival", "Lon", "Lat"], ["A", "10.5", "1", "50"], "10:50 or 10:30"),
        (["Name", "Lon", "Lat"], ["A", "2°45'O", "50"], "Ost"),
        (["Stop", "STOP ", "Lon", "Lat"], ["A", "B", "1", "50"], "row 1, STOP"),
        (["Town", "Day"], ["A", "Monday"], "where the stops are"),
        (["Lon", "Lat"], ["1", "50"], "names of the stops"),
        (["foo", "bar"], ["1", "50"], "headings that are known"),
        (["Name", "Day", "Lon", "Lat"], ["A", "Mon", "", ""], "no coordinates"),
    ],
)
def test_what_can_be_read_in_two_ways_is_an_error(
    tmp_path: Path, head: list[str], row: list[str], told: str
) -> None:
    assert told in " ".join(_refused(tmp_path, _one(tmp_path, head, row)).split())


def test_rows_with_errors_can_be_left_out_and_are_listed(tmp_path: Path) -> None:
    path = _one(
        tmp_path, ["Name", "Day", "Lon", "Lat"],
        ["A", "Thursday 1", "1", "50"], ["B", "Friday", "1", "50"], ["B", "Friday", "1", "50"],
    )  # fmt: skip
    result = _run(path, "--into", tmp_path / "d", "--skip-rows")
    assert result.exit_code == 0, result.output
    assert "errors: rows a.csv 2" in result.output
    assert "same as an earlier row: a.csv 4" in result.output
    assert [stop.name for stop in read(tmp_path / "d").stops] == ["B"]


def test_stops_that_no_import_wrote_are_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "stops.csv").write_text("id,name\n")
    result = _run(lists.csv_file(tmp_path / "a.csv", lists.STOPS), "--into", folder)
    assert result.exit_code == 2
    assert (folder / "stops.csv").read_text() == "id,name\n"


def test_postcodes_of_a_table_place_stops(tmp_path: Path) -> None:
    codes = lists.csv_file(
        tmp_path / "codes.csv", [["Postcode", "lat", "lon"], ["EH16 6UH", 55.9, -3.17]]
    )
    path = _one(tmp_path, ["Name", "Address"], ["A", "Alnwickhill Park eh166uh"])
    stops = _imported(tmp_path, path, "--postcodes", codes)
    assert (stops["A"].lon, stops["A"].lat) == (-3.17, 55.9)
    missing = _one(tmp_path, ["Name", "Address"], ["A", "EH1 1AA"])
    folder = tmp_path / "e"
    result = _run(missing, "--into", folder, "--postcodes", codes)
    assert result.exit_code == 2
    assert "import-unplaced" in result.output


def test_an_imported_district_has_no_errors(tmp_path: Path) -> None:
    _imported(tmp_path, lists.csv_file(tmp_path / "a.csv", lists.STOPS), "--depot", "51.3, -2.12")
    checked = read_district(tmp_path / "d")
    assert checked.district
    assert (checked.district.depots[0].lon, checked.district.depots[0].lat) == (-2.12, 51.3)
    assert not checked.errors


def test_several_hours_by_weekday_in_one_cell_are_a_stop_each(tmp_path: Path) -> None:
    head = ["Name", "Times", "Lat", "Lon"]
    path = _one(
        tmp_path, head,
        ["A", "Mon 9-11; Thu 14-15", "55.9", "-3.1"],
        ["B", "1st Tue 10:00-10:30 & 3rd Tue 2.00-2.30pm", "55.8", "-3.1"],
        ["C", "Friday 9.15-10.00", "55.7", "-3.1"],
    )  # fmt: skip
    result = _run(path, "--into", tmp_path / "d")
    assert result.exit_code == 0, result.output
    assert "2 rows are a stop for each of them" in result.output
    found = [(s.name, s.weekdays, s.windows[0]) for s in read(tmp_path / "d").stops]
    assert found == [
        ("A", (0,), (9 * H, 11 * H)),
        ("A", (3,), (14 * H, 15 * H)),
        ("B", (), (10 * H, 10.5 * H)),
        ("B", (), (14 * H, 14.5 * H)),
        ("C", (4,), (9.25 * H, 10 * H)),
    ]
    again = _run(path, "--into", tmp_path / "d")
    assert "No longer" not in again.output
    assert [stop.id for stop in read(tmp_path / "d").stops] == [f"S{n:03d}" for n in range(1, 6)]


def test_opening_hours_that_differ_by_day_are_refused_with_both_ways(tmp_path: Path) -> None:
    row = ["A", "Mon 9:00-17:00; Sat 10:00-13:00", "55.9", "-3.1"]
    path = _one(tmp_path, ["Name", "Hours", "Lat", "Lon"], row)
    told = _refused(tmp_path, path)
    assert "row 2, Hours" in told
    assert "--hours stay" in told
    _imported(tmp_path, path, "--hours", "stay")
    assert [stop.service_s for stop in read(tmp_path / "d").stops] == [8 * H, 3 * H]


def test_a_weekday_with_a_number_is_the_week_of_a_cycle_where_it_is_said(tmp_path: Path) -> None:
    path = _one(tmp_path, ["Name", "Day", "Lon", "Lat"], ["A", "Thursday 2", "1", "50"])
    assert "--cycle 4 --cycle-start" in _refused(tmp_path, path)
    stops = _imported(tmp_path, path, "--cycle", 4, "--cycle-start", "2027-01-04")
    assert stops["A"].recurs == EveryWeeks(weeks=4, first=dt.date(2027, 1, 14))
    assert stops["A"].weekdays == (3,)


def test_weeks_of_the_year_as_openstreetmap_has_them(tmp_path: Path) -> None:
    head = ["Name", "opening_hours", "Lat", "Lon"]
    path = _one(tmp_path, head, ["A", "week 1-52/3 We 10:00-10:30", "55.9", "-3.1"])
    recurs = _imported(tmp_path, path)["A"].recurs
    assert recurs
    weeks = [n for n in range(1, 53) if days_in_week(recurs, dt.date.fromisocalendar(2027, n, 1))]
    assert weeks == [*range(1, 53, 3)]


@pytest.mark.parametrize("rows", [1, 4])
def test_an_old_encoding_is_known_by_the_places_of_the_list(tmp_path: Path, rows: int) -> None:
    names = ["Hôpital Sèvres", "Château d'Eau", "Mairie", "École des Prés"][:rows]
    text = "nom;jour;lat;lon\n" + "".join(f"{n};mardi;43,6{i};6,4\n" for i, n in enumerate(names))
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("cp1252"))
    result = _run(path, "--into", tmp_path / "d")
    assert result.exit_code == 0, result.output
    assert "Windows-1252" in result.output
    assert [stop.name for stop in read(tmp_path / "d").stops] == names


def test_an_old_encoding_of_nowhere_asks_for_the_zone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("nom;jour;adresse\nHôpital Sèvres;mardi;1 rue des Prés\n".encode("cp1252"))
    assert "--time-zone Europe/Paris" in _refused(tmp_path, path)


CHINESE = ["站名", "乡镇", "星期", "时间", "经度", "纬度"]


def _chinese(tmp_path: Path, *rows: list[str]) -> Path:
    return lists.csv_file(tmp_path / "a.csv", [CHINESE, *rows])


def test_a_list_in_chinese_with_days_as_people_write_them(tmp_path: Path) -> None:
    path = _chinese(
        tmp_path,
        ["中心小学", "石角", "每月第1个周四", "10:00-10:30", "106.75", "28.92"],
        ["文化站", "三江", "周一上午9:00-11:00，周四下午2:00-3:00", "", "106.71", "28.94"],
        ["广场", "打通", "周二", "10.30", "106.7", "28.9"],
        ["码头", "打通", "周三", "双周 9:00-9:30", "106.7", "28.91"],
        ["合计", "", "", "", "", ""],
    )
    district = _imported(tmp_path, path)
    assert district["中心小学"].recurs == MonthWeekdays(nth=((1, 3),))
    assert district["码头"].recurs == IsoWeeks(odd=False)
    assert district["广场"].windows[0][0] == 10.5 * H
    halls = [s for s in read(tmp_path / "d").stops if s.name == "文化站"]
    assert [(s.weekdays, s.windows[0]) for s in halls] == [
        ((0,), (9 * H, 11 * H)),
        ((3,), (14 * H, 15 * H)),
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["A", "石角", "周四 1", "10:00", "106.7", "28.9"], "星期 '周四 1' [import-cycle-week]"),
        (["A", "石角", "周四", "10.5", "106.7", "28.9"], "第 2 行，时间 '10.5' [bad-time]"),
        (["A", "石角", "周四", "10:00-10:30 雨天除外", "106.7", "28.9"], "[import-rest]"),
        (["A", "石角", "周四", "10:00", "28.9", "106.7"], "纬度 '106.7' [coordinates-swapped]"),
        (["A", "石角", "周四", "10:00", "206.7", "98.9"], "纬度 '98.9' [coordinates-range]"),
    ],
)  # fmt: skip
def test_what_a_list_in_chinese_has_wrong_is_said_in_chinese(
    tmp_path: Path, row: list[str], told: str
) -> None:
    path = _chinese(tmp_path, row)
    result = _run(path, "--into", tmp_path / "d", "--lang", "zh")
    assert result.exit_code == 2
    assert told in result.output
    assert "处理：" in result.output


def test_words_beside_a_time_are_never_left_out_in_silence(tmp_path: Path) -> None:
    head = ["Name", "Day", "Times", "Lat", "Lon"]
    path = _one(tmp_path, head, ["A", "Tuesday", "odd weeks 10:00-10:30", "55.9", "-3.1"])
    assert _imported(tmp_path, path)["A"].recurs == IsoWeeks(odd=True)
    other = _one(tmp_path, head, ["A", "Tuesday", "10:00-10:30 (ring first)", "55.9", "-3.1"])
    result = _run(other, "--into", tmp_path / "e")
    assert result.exit_code == 2
    assert "row 2, Times 'ring first' [import-rest]" in result.output


def test_a_list_without_names_says_so_once(tmp_path: Path) -> None:
    told = _refused(tmp_path, _one(tmp_path, ["Lon", "Lat"], ["1", "50"], ["2", "50"]))
    assert told.count("error:") == 1


@pytest.mark.parametrize(("cell", "begins"), [("10:00", 10), ("2.30pm", 14.5), ("14h", 14)])
def test_one_time_alone_is_the_arrival(tmp_path: Path, cell: str, begins: float) -> None:
    path = _one(tmp_path, ["Name", "Time", "Lat", "Lon"], ["A", cell, "55.9", "-3.1"])
    assert _imported(tmp_path, path)["A"].windows[0][0] == begins * H


def test_a_column_of_counts_is_not_guessed_to_be_times(tmp_path: Path) -> None:
    path = _one(tmp_path, ["Name", "Benches", "Lat", "Lon"], ["A", "12", "55.9", "-3.1"])
    result = _run(path, "--into", tmp_path / "d")
    assert "left out" in next(x for x in result.output.splitlines() if "Benches" in x)


def test_a_heading_or_sheet_that_nobody_has_is_told_with_those_there_are(tmp_path: Path) -> None:
    path = lists.csv_file(tmp_path / "a.csv", lists.STOPS)
    told = _refused(tmp_path, path, "--column", "Halt=name")
    assert "'Halt' [import-unmapped]" in told
    assert "Stop, Town, Day" in told
    book = lists.workbook(tmp_path / "a.xlsx", {"May": lists.STOPS})
    assert "There are: May." in _refused(tmp_path, book, "--sheet", "June")


def test_a_list_of_another_place_is_not_taken_for_next_years(tmp_path: Path) -> None:
    body = [[f"Stop {n}", "Aden", "Mon", "10:00", "10:20", -2.1, 51.3 + n / 100] for n in range(8)]
    path = lists.csv_file(tmp_path / "a.csv", [lists.STOPS[0], *body])
    _imported(tmp_path, path)
    before = (tmp_path / "d" / "stops.csv").read_bytes()
    other = lists.csv_file(tmp_path / "b.csv", lists.STOPS)
    result = _run(other, "--into", tmp_path / "d")
    assert result.exit_code == 2
    assert "8 of the 8 stops" in result.output
    assert (tmp_path / "d" / "stops.csv").read_bytes() == before
    assert _imported(tmp_path, other, "--replace").keys() == {"School", "Green", "Hall"}


def test_the_table_of_columns_is_as_wide_as_what_it_says(tmp_path: Path) -> None:
    path = lists.csv_file(tmp_path / "a.csv", [["Halt", "Foo", "Lon", "Lat"], ["A", "Mo", 1, 50]])
    output = _run(path, "--into", tmp_path / "d").output
    assert "its cells (a guess)  Mo" in output
