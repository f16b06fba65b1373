"""Changes typed at a district: tables as they would be, planned beside the week as it is."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import msgspec
import openpyxl
import pytest

import bookcar as bc
from bookcar.errors import InputError, UsageError
from bookcar.inputs.reader import read
from bookcar.phrases import LANGUAGES, Phrases
from bookcar.phrases.sentence import Sentence
from bookcar.scenarios import saved
from bookcar.scenarios.changes import Scenario
from bookcar.scenarios.run import ready_made, run
from bookcar.scenarios.tables import adopt, changed_district
from bookcar.scenarios.words import OutcomeWords
from bookcar.scenarios.write import workbook

WEEK = "2026-W49"
LINE = "\n".join(
    [
        "id,name,kind,lon,lat,books,people,weekdays,opens,closes,priority",
        *(
            f"S{k},stop {k},village,{106.65 + 0.02 * k:.2f},29.02,50,{100 * k},,08:00,17:00,0"
            for k in range(1, 7)
        ),
    ]
).replace("weekdays", "days")


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """Return a county of six stops of which one car may visit four, on Monday alone."""
    folder = tmp_path / "county"
    folder.mkdir()
    (folder / "district.toml").write_text(
        'name = "County"\nlanguage = "en"\ntime_zone = "UTC"\n\n[[depot]]\nid = "D"\n'
        'name = "store"\nlon = 106.65\nlat = 29.02\n',
        "utf-8",
    )
    (folder / "stops.csv").write_text(LINE + "\n", "utf-8")
    (folder / "vehicles.csv").write_text(
        "id,books,max_km,max_hours,days,max_stops,driver\nC1,800,200,8,Mon,4,Li\n", "utf-8"
    )
    rows = "".join(f"B{k},50,20\n" for k in range(1, 13))
    (folder / "batches.csv").write_text("id,books,kg\n" + rows, "utf-8")
    return folder


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _changed(county: Path, *changes: str) -> bc.District:
    return changed_district(county, Scenario(name="x", changes=changes), WEEK)


def test_a_cell_is_set_as_the_table_would_have_it(county: Path) -> None:
    before = _bytes(county)
    found = _changed(county, "vehicles.C1.max_hours=9.5", "stop.S1.closes=12:00")
    assert found.vehicles[0].max_seconds == 34_200
    assert found.stops[0].windows == ((8 * 3600, 12 * 3600),)
    assert _bytes(county) == before


def test_columns_and_tables_have_the_names_that_people_give_them(county: Path) -> None:
    assert _changed(county, "车辆.C1.每日工时上限（小时）=9").vehicles[0].max_seconds == 32_400


def test_a_column_that_is_lacking_is_added(county: Path) -> None:
    assert _changed(county, "stops.S2.required=yes").stops[1].required


def test_a_row_is_added_like_another_with_cells_of_its_own(county: Path) -> None:
    found = _changed(county, "+vehicle C2 like C1 books=500", "vehicles.C2.max_stops=1")
    assert [(v.id, v.books, v.max_stops, v.driver) for v in found.vehicles] == [
        ("C1", 800, 4, "Li"),
        ("C2", 500, 1, ""),
    ]
    more = _changed(county, "+batch B99 books=70 kg=9 at=D")
    assert more.batches[-1].books == 70


def test_a_stop_less_takes_no_visit_and_keeps_its_past(county: Path) -> None:
    found = _changed(county, "-stop S3")
    assert {stop.id for stop in found.stops} >= {"S3"}
    plan = bc.plan_week(found, WEEK, effort="quick")
    assert all(v.stop != "S3" for route in plan.routes for v in route.visits)


def test_a_place_is_moved_and_a_car_is_out(county: Path) -> None:
    assert _changed(county, "depot D at 106.70,29.03").depots[0].lon == 106.70
    assert _changed(county, "stop S1 at 106.70,29.03").stops[0].lat == 29.03
    off = _changed(county, "vehicle C1 off").calendar[0]
    assert (off.what, off.vehicles, off.first.isoformat()) == ("car off", ("C1",), "2026-11-30")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ("more cars", "usage.change"),
        ("planes.C1.books=4", "usage.change-table"),
        ("vehicles.C1.wings=2", "usage.change-column"),
        ("vehicles.C9.books=2", "usage.change-row"),
        ("-stop S99", "usage.change-row"),
        ("vehicle C9 off", "usage.change-row"),
        ("+vehicle C2 like C9", "usage.change-row"),
        ("+vehicle C1 like C1", "usage.change-twice"),
        ("stop S1 off", "usage.change"),
    ],
)
def test_what_is_no_change_is_refused_in_words(county: Path, change: str, key: str) -> None:
    with pytest.raises(UsageError) as caught:
        _changed(county, change)
    assert isinstance(caught.value.said, Sentence)
    assert caught.value.said.key == key
    for language in LANGUAGES:
        assert caught.value.text_in(language)


def test_a_value_is_held_to_the_rules_of_its_table(county: Path) -> None:
    with pytest.raises(InputError) as caught:
        _changed(county, "vehicles.C1.max_hours=90")
    assert caught.value.faults[0].column in ("max_hours", "vehicles.max_hours")


def test_nothing_changed_gives_the_same_plan(county: Path) -> None:
    base, same, again = run(
        county,
        WEEK,
        [Scenario(name="same"), Scenario(name="as it was", changes=("vehicles.C1.books=800",))],
        effort="quick",
    )
    assert same.plan.to_json() == base.plan.to_json() == again.plan.to_json()
    assert (same.gained, same.lost) == ((), ())


def test_who_allows_more_serves_no_fewer(county: Path) -> None:
    scenarios = [
        Scenario(name="car", changes=("+vehicle C2 like C1",)),
        Scenario(name="stops", changes=("vehicles.C1.max_stops=5",)),
        Scenario(name="less", changes=("vehicles.C1.max_stops=3",)),
    ]
    base, car, stops, less = run(county, WEEK, scenarios, effort="quick")
    assert base.figures.served == 4
    assert (car.figures.served, len(car.gained), car.lost) == (6, 2, ())
    assert (stops.figures.served, stops.lost) == (5, ())
    assert (less.figures.served, len(less.lost)) == (3, 1)
    assert base.figures.metres == sum(route.metres for route in base.plan.routes)
    assert car.figures.near is None


def test_the_week_as_it_is_may_be_given(county: Path) -> None:
    plan = bc.plan_week(read(county), WEEK, effort="normal", seed=3)
    base, _ = run(county, WEEK, [Scenario(name="same")], base=plan, effort="quick")
    assert base.plan.id == plan.id


def test_a_scenario_is_saved_by_name_and_adopted(county: Path) -> None:
    scenario = Scenario(name="longer", changes=("vehicles.C1.max_hours=9", "-stop S2"))
    wanted = changed_district(county, scenario, WEEK)
    saved.save(county, scenario)
    saved.save(county, Scenario(name="other"))
    assert saved.load(county, "longer") == scenario
    with pytest.raises(UsageError, match="longer, other"):
        saved.load(county, "nobody")
    stops = (county / "stops.csv").read_bytes()
    assert adopt(county, scenario, WEEK) == ("calendar.csv", "stops.csv", "vehicles.csv")
    assert (county / "stops.csv").read_bytes() == stops
    now = read(county)
    assert (now.vehicles, now.calendar) == (wanted.vehicles, wanted.calendar)


def test_a_depot_is_not_written_for_anybody(county: Path) -> None:
    before = _bytes(county)
    scenario = Scenario(name="x", changes=("vehicles.C1.books=900", "depot D at 106.70,29.03"))
    with pytest.raises(UsageError, match=r"district\.toml"):
        adopt(county, scenario, WEEK)
    assert _bytes(county) == before


def test_scenarios_that_cannot_be_read_are_not_written_over(county: Path) -> None:
    (county / saved.FILE).write_text("[", "utf-8")
    with pytest.raises(UsageError):
        saved.save(county, Scenario(name="x"))
    assert (county / saved.FILE).read_text("utf-8") == "["


def test_ready_made_ones_are_changes_like_others(county: Path) -> None:
    names = [s.name for s in ready_made(read(county), ways=(7,))]
    assert names == ["C1+1", "way-7"]
    shutil.copy(county / "vehicles.csv", county / "kept.txt")
    (county / "vehicles.csv").write_text(
        (county / "vehicles.csv").read_text("utf-8") + "C2,800,200,8,Tue,4,\n", "utf-8"
    )
    for scenario in ready_made(read(county)):
        assert changed_district(county, scenario, WEEK).vehicles


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_the_figures_as_numbers(county: Path, language: str) -> None:
    found = run(
        county, WEEK, [Scenario(name="car", changes=("+vehicle C2 like C1",))], effort="quick"
    )
    say = Phrases(language)  # type: ignore[arg-type]
    data = workbook(found, say)
    assert data == workbook(found, say)
    book = openpyxl.load_workbook(io.BytesIO(data))
    figures, stops = book.worksheets
    assert [figures.cell(2, column).value for column in (2, 3)] == [4, 6]
    assert {row[2].value for row in stops.iter_rows(min_row=2)} == set(found[1].gained)
    words = OutcomeWords(say)
    assert dict(words.rows(found))[say("scenarios.row-served")] == ["4", "6 (+2)"]
    assert all(name in words.told(found[1]) for name in found[1].gained)
    assert msgspec.json.encode(found[0].plan)
