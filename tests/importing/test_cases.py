"""Files as people have them, each read as its README says: by the tables, or by an import."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

from bookcar.cli import main
from bookcar.inputs.reader import read, read_district
from bookcar.model import District, Stop
from bookcar.recurrence import EveryWeeks, days_in_week

H = 3600
W49 = dt.date(2026, 11, 30)
pytestmark = pytest.mark.shared


@pytest.fixture
def case(tmp_path: Path) -> Any:
    """Return a copy of a case by the end of its name; skip where the cases are absent."""

    def copied(name: str) -> Path:
        folder = ROOT.parent / "shared" / "cases" / f"files-{name}"
        if not folder.is_dir():
            pytest.skip(f"the case {folder.name} is not beside the project")
        target = Path(shutil.copytree(folder, tmp_path / folder.name))
        for path in (target, *target.iterdir()):
            path.chmod(0o755)
        return target

    return copied


def _run(*args: object) -> Result:
    return CliRunner().invoke(main, [*map(str, args)], env={"LANG": "en_GB"})


def _imported(folder: Path, *args: object, file: str = "stops.csv") -> District:
    """Import a case's list beside its own settings and cars."""
    into = folder.parent / "into"
    into.mkdir(exist_ok=True)
    for name in ("district.toml", "vehicles.csv"):
        shutil.copy(folder / name, into / name)
    result = _run("import", folder / file, "--into", into, *args)
    assert result.exit_code == 0, result.output
    return read(into)


def _rules(folder: Path) -> list[str]:
    return [fault.rule for fault in read_district(folder).faults]


def _by_id(district: District) -> dict[str, Stop]:
    return {stop.id: stop for stop in district.stops}


def _planned(folder: Path, week: str = "2026-W49") -> dict[str, tuple[str, int, int]]:
    """Plan a week; return day, begin and end of each visit."""
    out = folder.parent / "out"
    options = ("--week", week, "--effort", "quick", "--routes", out, "--maps", out / "maps")
    result = _run("plan", folder, *options)
    assert result.exit_code in (0, 3), result.output
    plan = json.loads((out / folder.name / week / "plan.json").read_text("utf-8"))
    return {
        call["stop"]: (route["date"], call["begin"], call["depart"])
        for route in plan["routes"]
        for call in route["calls"]
        if call["kind"] == "visit"
    }


def test_hours_as_long_as_a_stay_are_told_and_named_so_are_one(case: Any) -> None:
    folder = case("01-arrival-departure-is-a-stay")
    assert "hours-not-stay" in _rules(folder)
    stops = _imported(folder, "--hours", "stay").stops
    assert [(s.windows[0], s.service_s) for s in stops] == [
        ((13.5 * H, 16.5 * H), 3 * H),
        ((13.5 * H, 16.5 * H), 3 * H),
        ((9.5 * H, 12.5 * H), 3 * H),
    ]


def test_a_weekday_with_a_bare_number_is_never_a_day_of_the_month(case: Any) -> None:
    folder = case("02-day-with-cycle-week")
    faults = read_district(folder).errors
    assert [(f.rule, f.variant) for f in faults] == [("bad-day", "numbered")] * 2
    result = _run("import", folder / "stops.csv", "--into", folder.parent / "into")
    assert result.exit_code == 2
    assert "--cycle 4 --cycle-start" in result.output
    stops = _by_id(_imported(folder, "--cycle", 4, "--cycle-start", "2026-11-30"))
    assert stops["L1"].recurs == EveryWeeks(weeks=4, first=dt.date(2026, 12, 3))
    assert stops["L2"].recurs == EveryWeeks(weeks=4, first=dt.date(2026, 12, 8))
    assert [stops[name].weekdays for name in ("L1", "L2")] == [(3,), (1,)]


@pytest.mark.parametrize("how", ["tables", "import"])
def test_dots_group_thousands_where_decimals_have_commas(case: Any, how: str) -> None:
    folder = case("03-dot-thousands")
    district = read(folder) if how == "tables" else _imported(folder)
    (stop,), (car,) = district.stops, district.vehicles
    assert (car.books, car.max_metres, car.max_seconds) == (2000, 1_200_000, 8.5 * H)
    assert (stop.books, stop.people, stop.lon, stop.lat) == (1000, 3000, 8.9, 47.6)


@pytest.mark.parametrize(
    ("name", "names", "codec"),
    [
        ("04-euc-jp-becomes-chinese", ["北小学校前"], "EUC-JP"),
        ("05-cp1252-excel-csv", ["CHÂTEAUDOUBLE", "FIGANIÈRES"], "Windows-1252"),
    ],
)
def test_old_encodings_are_read_and_told(
    case: Any, name: str, names: list[str], codec: str
) -> None:
    folder = case(name)
    assert [stop.name for stop in read(folder).stops] == names
    assert "encoding-taken" in _rules(folder)
    for beside in (False, True):  # the country is told by the list's own places, or the settings
        into = folder.parent / f"into{beside}"
        into.mkdir()
        if beside:
            shutil.copy(folder / "district.toml", into)
        result = _run("import", folder / "stops.csv", "--into", into)
        assert result.exit_code == 0, result.output
        assert codec in result.output
        assert [stop.name for stop in read(into).stops] == names


def test_the_schema_of_uk_libraries_is_named_by_the_tables_and_read_by_import(case: Any) -> None:
    folder = case("06-rrule-frequency")
    assert "bookcar import" in _run("check", folder).output
    one, other = _imported(folder, "--column", "mobile=ignored").stops
    assert (one.name, one.area, one.lon, one.lat) == (
        *("Mount. Pleasant", "Acaster Malbis"),
        *(-1.1039099, 53.8962775),
    )
    assert (one.windows, one.service_s) == (((10 * H, 10.75 * H),), 45 * 60)
    assert (other.windows, other.service_s) == (((12 * H + 600, 12 * H + 1200),), 600)
    assert one.recurs == EveryWeeks(weeks=2, first=dt.date(2019, 9, 12), weekdays=(3,))
    assert other.recurs == EveryWeeks(weeks=2, first=dt.date(2019, 9, 17), weekdays=(1,))
    assert [stop.every_weeks for stop in (one, other)] == [2, 2]


@pytest.mark.parametrize("how", ["tables", "import"])
def test_four_notations_of_the_first_tuesday(case: Any, how: str) -> None:
    folder = case("07-monthly-by-weekday")
    stops = read(folder).stops if how == "tables" else _imported(folder).stops
    due = {dt.date(2026, 12, 1), dt.date(2027, 1, 5)}
    for stop in stops:
        assert stop.recurs
        mondays = [W49 + dt.timedelta(weeks=n) for n in range(6)]
        assert {day for monday in mondays for day in days_in_week(stop.recurs, monday)} == due


@pytest.mark.parametrize("how", ["tables", "import"])
def test_times_with_dots_h_pm_and_spans(case: Any, how: str) -> None:
    folder = case("08-times-with-dots-and-h")
    stops = read(folder).stops if how == "tables" else _imported(folder).stops
    assert [stop.windows for stop in stops] == [
        ((10 * H, 10.75 * H),),
        ((13.5 * H, 14 * H),),
        ((10.5 * H, 11.25 * H),),
        ((10.5 * H, 11.25 * H),),
        ((16 * H, 16.5 * H),),
    ]


def test_layers_of_places_are_named_by_check_and_read_by_import(case: Any) -> None:
    folder = case("09-stops-in-kml-or-geojson")
    (fault,) = read_district(folder).errors
    assert (fault.rule, fault.file) == ("missing-file", "stops.csv")
    assert "stops.geojson, stops.kml" in fault.problem
    assert "bookcar import" in fault.fix
    cycle = ("--cycle", 2, "--cycle-start", "2026-11-30")
    kml = _without_cars(folder, "stops.kml", cycle)
    assert (kml.lon, kml.lat, kml.weekdays) == (-3.312082, 56.332392, (1,))
    assert (kml.windows, kml.service_s) == (((14.5 * H, 15.5 * H),), H)
    assert kml.recurs == EveryWeeks(weeks=2, first=dt.date(2026, 12, 8))
    geo = _without_cars(folder, "stops.geojson", cycle)
    assert (geo.lon, geo.lat) == pytest.approx((-2.857544, 56.521362), abs=1e-6)
    assert (geo.name, geo.weekdays, geo.service_s) == ("WELLBANK: by PS", (0,), 75 * 60)


def _without_cars(folder: Path, file: str, options: tuple[object, ...]) -> Stop:
    """Import a list with one stop; its cars are drafted."""
    into = folder.parent / Path(file).suffix
    result = _run("import", folder / file, "--into", into, *options)
    assert result.exit_code == 0, result.output
    (stop,) = read(into).stops
    return stop


def test_books_wanted_and_no_batches_are_told_before_a_week_is_planned(case: Any) -> None:
    folder = case("10-books-wanted-but-no-batches")
    result = _run("check", folder)
    assert "[no-batches]" in result.output
    assert "write 0 as their books" in result.output
    table = (folder / "stops.csv").read_text("utf-8-sig")
    (folder / "stops.csv").write_text(table.replace(",100", ",0"), "utf-8")
    output = _run("check", folder).output
    assert "[no-batches]" not in output
    assert "weights.stop to 154" in output
    with (folder / "district.toml").open("a", encoding="utf-8") as toml:
        toml.write("\n[weights]\nstop = 154\n")
    assert _planned(folder).keys() == {"V02", "V03"}


def test_eastings_and_northings_are_told_once_and_converted(case: Any) -> None:
    folder = case("11-easting-northing")
    errors = read_district(folder).errors
    assert [f.rule for f in errors] == ["coordinates-range"]
    assert "EPSG:27700" in errors[0].fix
    toml = (folder / "district.toml").read_text("utf-8")
    (folder / "district.toml").write_text(f'coordinates = "EPSG:27700"\n{toml}', "utf-8")
    for district in (read(folder), _imported(folder, "--coordinates", "EPSG:27700")):
        places = [(stop.lon, stop.lat) for stop in district.stops]
        wanted = [(-2.764503, 51.361953), (-2.797271, 51.392305)]
        for place, right in zip(places, wanted, strict=True):
            assert place == pytest.approx(right, abs=1e-6)


def test_day_and_time_and_place_of_one_cell_each(case: Any) -> None:
    folder = case("12-latlon-in-one-cell")
    assert "bookcar import" in _run("check", folder).output
    stops = _imported(folder).stops
    assert (stops[0].lat, stops[0].lon) == (55.906029, -3.168302)
    assert [(s.weekdays, *s.windows) for s in stops] == [
        ((1,), (16 * H, 16.5 * H)),
        ((2,), (15 * H + 600, 15 * H + 1200)),
        ((0,), (13.75 * H, 14.25 * H)),
    ]


def test_zeros_that_isbns_lost_are_told_in_one_line(case: Any) -> None:
    folder = case("13-isbn-lost-leading-zero")
    checked = read_district(folder)
    assert [fault.rule for fault in checked.faults] == ["isbn-zeros"]
    district = read(folder)
    assert [title.isbn for title in district.titles["titles.csv"]] == [
        "0679735771",
        "0375700455",
        "9788437604947",
    ]


def test_a_village_not_worth_the_way_is_told_with_what_would_do(case: Any) -> None:
    folder = case("14-far-village-dropped")
    result = _run("check", folder)
    assert "[not-worth-the-way]" in result.output
    assert "S1 LA BASTIDE" in result.output
    table = (folder / "stops.csv").read_text("utf-8-sig").splitlines()
    (folder / "stops.csv").write_text(f"{table[0]},required\n{table[1]},yes\n", "utf-8")
    assert "[not-worth-the-way]" not in _run("check", folder).output
    assert _planned(folder)["S1"] == ("2026-12-04", 10 * H, 12 * H)
