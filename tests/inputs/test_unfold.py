"""Cells that hold two things, read as a district: spans, rules among days, two coordinates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from inputs import folders as given
from inputs.folders import check

from bookcar.inputs.sources import RawTable
from bookcar.inputs.unfold import unfold
from bookcar.model import Stop
from bookcar.recurrence import EveryWeeks, IsoWeeks, MonthWeekdays

BARE = {"visits": None, "requests": None, "batches": None}
H, M = 3600, 60


def _stop(tmp_path: Path, columns: str, cells: str, **changed: str) -> Stop:
    stops = f"id,name,kind,lon,lat,books,{columns}\nS1,x,村,106.61,28.95,0,{cells}\n"
    checked = check(tmp_path / "d", stops=stops, **BARE, **changed)
    assert checked.district, [str(fault) for fault in checked.faults]
    return checked.district.stops[0]


@pytest.mark.parametrize(
    ("columns", "cells", "window"),
    [
        ("opens,closes", "10:30 - 11:15,", "10:30 11:15"),
        ("opens", "10h30 à 11h15", "10:30 11:15"),
        ("opens,closes", "4.00,4.30pm", "16:00 16:30"),
        ("opens,closes", "11.30,12.30pm", "11:30 12:30"),
        ("opens,closes", "10.00,10.45", "10:00 10:45"),
    ],
)
def test_hours_are_read_from_one_cell_or_two(
    tmp_path: Path, columns: str, cells: str, window: str
) -> None:
    stop = _stop(tmp_path, columns, cells)
    (span,) = stop.windows
    assert " ".join(f"{s // H:02d}:{s % H // M:02d}" for s in span) == window


def test_several_spans_of_one_cell_are_several_windows(tmp_path: Path) -> None:
    stop = _stop(tmp_path, "opens", '"9:00-11:00, 14:00-16:00"')
    assert stop.windows == ((9 * H, 11 * H), (14 * H, 16 * H))


@pytest.mark.parametrize(
    ("cell", "weekdays", "rule"),
    [
        ("FREQ=MONTHLY;BYDAY=1TU", (), MonthWeekdays(nth=((1, 1),))),
        ("Tuesday (first)", (), MonthWeekdays(nth=((1, 1),))),
        ("odd weeks Tue", (1,), IsoWeeks(odd=True)),
        ("joka toinen torstai", (3,), None),
    ],
)
def test_a_rule_among_the_days_is_a_rule(
    tmp_path: Path, cell: str, weekdays: tuple[int, ...], rule: object
) -> None:
    stop = _stop(tmp_path, "days", cell)
    assert (stop.weekdays, stop.recurs) == (weekdays, rule)
    assert stop.every_weeks == (2 if rule is None else stop.every_weeks)


def test_days_in_the_rule_are_days(tmp_path: Path) -> None:
    stop = _stop(tmp_path, "every,first_visit", "every other Thu,2027-01-07")
    first = dt.date(2027, 1, 7)
    assert (stop.weekdays, stop.recurs) == ((3,), EveryWeeks(weeks=2, first=first))


def test_the_language_of_a_column_settles_what_a_short_day_means() -> None:
    rows = [(1, ["id", "days"]), (2, ["A", "ma"]), (3, ["B", "ke, pe"])]
    found = unfold(RawTable(name="stops", file="stops.csv", rows=rows))
    assert [cells[1] for _, cells in found.rows] == ["days", "Mon", "ke, pe"]


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Location", '"28.95,106.61"'),
        ("Coordinates", '"28°57\'N, 106°36\'36""E"'),
        ("经纬度", '"106.61,28.95"'),
        ("gps", '"106.61, 28.95"'),
        ("wkt", "POINT (106.61 28.95)"),
    ],
)
def test_two_coordinates_stand_in_one_cell(tmp_path: Path, heading: str, cell: str) -> None:
    stops = f"id,name,kind,books,{heading}\nS1,x,村,0,{cell}\n"
    checked = check(tmp_path / "d", stops=stops, **BARE)
    assert checked.district, [str(fault) for fault in checked.faults]
    stop = checked.district.stops[0]
    assert (round(stop.lon, 6), round(stop.lat, 6)) == (106.61, 28.95)
    assert not checked.faults


def test_arriving_and_leaving_are_a_stay_at_a_time(tmp_path: Path) -> None:
    stop = _stop(tmp_path, "arrival,departure", "13:30,16:30")
    assert stop.service_s == 3 * H
    assert stop.windows == ((13 * H + 30 * M, 16 * H + 30 * M),)
    late = given.TOML + "late_min = 10\n"
    stop = _stop(tmp_path / "late", "arrive,stay_min", "13:30,15", district=late)
    assert (stop.service_s, stop.windows) == (15 * M, ((13 * H + 30 * M, 13 * H + 55 * M),))


def test_thousands_are_parted_by_dots_where_the_file_has_decimal_commas(tmp_path: Path) -> None:
    stops = "id;name;kind;lon;lat;books;people\nS1;x;village;106,61;28,95;1.000;3.000\n"
    cars = "id;books;max_km;max_hours\nV1;2.000;1.200;8,5\n"
    checked = check(tmp_path / "d", stops=stops, vehicles=cars, **BARE)
    assert checked.district, [str(fault) for fault in checked.faults]
    (stop,), (car,) = checked.district.stops, checked.district.vehicles
    assert (stop.books, stop.people) == (1000, 3000)
    assert (car.books, car.max_metres) == (2000, 1_200_000)


@pytest.mark.parametrize("cell", ["31/12/2026", "12/31/2026", "31.12.2026", "31 décembre 2026"])
def test_a_date_is_read_in_its_order(tmp_path: Path, cell: str) -> None:
    stop = _stop(tmp_path, "first_visit,every", f"{cell},2 weeks")
    assert stop.recurs == EveryWeeks(weeks=2, first=dt.date(2026, 12, 31))


def test_the_column_says_whether_days_or_months_come_first(tmp_path: Path) -> None:
    head = "id,name,kind,lon,lat,books,first_visit"
    row = "S{},x,村,106.6{},28.95,0,{}\n"
    either = row.format(1, 1, "5/12/2026")
    checked = check(tmp_path / "a", stops=f"{head}\n{either}", **BARE)
    assert [(f.rule, f.variant) for f in checked.errors] == [("bad-date", "two")]
    settled = f"{head}\n{either}{row.format(2, 2, '31/12/2026')}"
    checked = check(tmp_path / "b", stops=settled, **BARE)
    assert checked.district
    firsts = [stop.recurs.first for stop in checked.district.stops if stop.recurs]
    assert firsts == [dt.date(2026, 12, 5), dt.date(2026, 12, 31)]


def test_a_kind_that_nobody_knows_counts_as_other_and_is_told(tmp_path: Path) -> None:
    stops = given.STOPS.replace("village", "Allotment garden").replace("school", "Grundschule")
    checked = check(tmp_path / "d", stops=stops)
    assert checked.district
    kinds = [stop.kind for stop in checked.district.stops]
    assert kinds == ["other", "school", "bookhouse", "other", "teahouse"]
    assert [f.severity for f in checked.faults if f.rule == "unknown-kind"] == ["warning"] * 2
