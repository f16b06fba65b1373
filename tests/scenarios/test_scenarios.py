"""Changes typed at a district: tables as they would be, planned beside the week as it is."""

from __future__ import annotations

import io
import random
import shutil
from pathlib import Path

import jsonschema
import msgspec
import numpy as np
import openpyxl
import pytest
from written import small_county

import bookcar as bc
from bookcar.errors import InfeasibleError, InputError, UsageError
from bookcar.inputs.reader import read
from bookcar.phrases import LANGUAGES, Language, Phrases
from bookcar.roads.cache import load_network
from bookcar.roads.network import FORWARD
from bookcar.scenarios import saved
from bookcar.scenarios.changes import Scenario
from bookcar.scenarios.data import what_if_data, what_if_schema
from bookcar.scenarios.money import cost_of
from bookcar.scenarios.run import ready_made, run
from bookcar.scenarios.tables import adopt, changed_district
from bookcar.scenarios.words import OutcomeWords
from bookcar.scenarios.write import workbook, write_what_if

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
    rows = "".join(f"B{k},50,20\n" for k in range(1, 13))
    return small_county(
        tmp_path / "county",
        depot=(106.65, 29.02),
        stops=LINE + "\n",
        vehicles="id,books,max_km,max_hours,days,max_stops,driver\nC1,800,200,8,Mon,4,Li\n",
        batches="id,books,kg\n" + rows,
    )


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _changed(county: Path, *changes: str) -> bc.District:
    return changed_district(county, Scenario(name="x", changes=changes), WEEK).district


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
    ("change", "rule"),
    [
        ("more cars", "change-form"),
        ("planes.C1.books=4", "change-table"),
        ("vehicles.C1.wings=2", "change-column"),
        ("vehicles.C9.books=2", "change-row"),
        ("-stop S99", "change-row"),
        ("vehicle C9 off", "change-row"),
        ("depot X at 106.6,29.0", "change-row"),
        ("+vehicle C2 like C9", "change-row"),
        ("+vehicle C1 like C1", "change-twice"),
        ("stop S1 off", "change-form"),
        ("stop S1 at 29.0,106.6", "change-place"),
        ("money 120%", "change-money"),
        ("money -100%", "change-money"),
        ("way 7 closed", "change-road"),
    ],
)
def test_what_is_no_change_is_refused_in_words(county: Path, change: str, rule: str) -> None:
    with pytest.raises(InputError) as caught:
        _changed(county, change)
    (fault,) = caught.value.faults
    assert (fault.rule, fault.value) == (rule, change)
    for language in LANGUAGES:
        assert change in fault.text_in(language)
        assert "{" not in fault.text_in(language)


def test_all_that_is_wrong_is_told_at_once(county: Path) -> None:
    scenarios = [
        Scenario(name="one", changes=("more cars", "vehicles.C9.books=2", "vehicles.C1.books=9")),
        Scenario(name="two", changes=("-stop S99", "more cars")),
        Scenario(name="three", changes=("vehicles.C1.max_hours=90", "stops.S1.closes=25:00")),
    ]
    with pytest.raises(InputError) as caught:
        run(county, WEEK, scenarios, effort="quick")
    found = [(fault.file, fault.rule, fault.value) for fault in caught.value.faults]
    assert found[:3] == [
        ("--change", "change-form", "more cars"),
        ("--change", "change-row", "vehicles.C9.books=2"),
        ("--change", "change-row", "-stop S99"),
    ]
    assert [(file, value) for file, _, value in found[3:]] == [
        ("stops.csv", "25:00"),
        ("vehicles.csv", "90"),
    ]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the example, which has roads."""
    folder = tmp_path_factory.mktemp("example") / "qijiang"
    shutil.copytree(Path(__file__).parents[2] / "examples" / "qijiang", folder)
    return folder


def test_a_road_is_closed_by_its_way_or_by_a_place_on_it(example: Path) -> None:
    district = read(example)
    assert district.settings.roads.extract is not None
    network = load_network(district.settings.roads.extract)
    piece = int(np.flatnonzero(network.flags & FORWARD)[0])
    way = int(network.way[piece])
    lon, lat = (
        network.lon_lat(piece).mean(axis=0)
        if len(network.lon_lat(piece)) == 2
        else (network.lon_lat(piece)[1])
    )
    by_way = _changed(example, f"way {way} closed").closures[-1]
    assert by_way.ways == (way,)
    assert (by_way.first.isoformat(), by_way.last.isoformat()) == ("2026-11-30", "2026-12-06")
    assert _changed(example, f"bridge at {lon:.7f},{lat:.7f} closed").closures[-1].ways == (way,)
    with pytest.raises(InputError) as caught:
        _changed(example, "bridge at 0,0 closed", "way 987654321 closed")
    assert [fault.variant for fault in caught.value.faults] == ["far", ""]


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
    wanted = changed_district(county, scenario, WEEK).district
    saved.save(county, scenario)
    saved.save(county, Scenario(name="other"))
    assert saved.load(county, "longer") == scenario
    with pytest.raises(UsageError, match="longer, other"):
        saved.load(county, "nobody")
    stops = (county / "stops.csv").read_bytes()
    assert adopt(county, scenario, WEEK) == ("calendar.csv", "vehicles.csv")
    assert (county / "stops.csv").read_bytes() == stops
    now = read(county)
    assert (now.vehicles, now.calendar) == (wanted.vehicles, wanted.calendar)


def test_a_depot_is_not_written_for_anybody(county: Path) -> None:
    before = _bytes(county)
    scenario = Scenario(name="x", changes=("vehicles.C1.books=900", "depot D at 106.70,29.03"))
    with pytest.raises(InputError, match=r"district\.toml"):
        adopt(county, scenario, WEEK)
    with pytest.raises(InputError, match=r"weights"):
        adopt(county, Scenario(name="x", changes=("vehicles.C1.books=900", "money 90%")), WEEK)
    assert _bytes(county) == before


def test_scenarios_that_cannot_be_read_are_not_written_over(county: Path) -> None:
    (county / saved.FILE).write_text("[", "utf-8")
    with pytest.raises(UsageError):
        saved.save(county, Scenario(name="x"))
    assert (county / saved.FILE).read_text("utf-8") == "["


def test_ready_made_ones_are_changes_like_others(county: Path) -> None:
    assert [s.name for s in ready_made(read(county))] == ["C1+1", "money-90%"]
    shutil.copy(county / "vehicles.csv", county / "kept.txt")
    (county / "vehicles.csv").write_text(
        (county / "vehicles.csv").read_text("utf-8") + "C2,800,200,8,Tue,4,\n", "utf-8"
    )
    for scenario in ready_made(read(county)):
        assert changed_district(county, scenario, WEEK).differs


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


def test_less_money_leaves_out_what_costs_most_for_what_it_is_worth(county: Path) -> None:
    (county / "vehicles.csv").write_text(
        "id,books,max_km,max_hours,max_stops\nC1,800,200,8,1\n", "utf-8"
    )  # a day for each stop, the farther the dearer
    base, less = run(county, WEEK, [Scenario(name="less", changes=("money 80%",))], effort="quick")
    assert base.figures.served == 5
    assert less.gained == ()
    cost = {r.visits[0].stop: r.metres for r in base.plans[0].routes}
    kept = {v.stop for r in less.plans[0].routes for v in r.visits}
    assert kept == set(sorted(cost, key=cost.__getitem__)[: len(kept)])
    assert len(kept) == 4
    assert less.figures.cost <= 0.8 * base.figures.cost
    assert less.figures.cost == pytest.approx(cost_of(less.plans), abs=0.01)
    assert [note.key for note in less.notes] == ["scenarios.money-held"]


def test_what_is_required_is_visited_whatever_it_costs(county: Path) -> None:
    stops = (county / "stops.csv").read_text("utf-8").splitlines()
    rows = [
        f"{stops[0]},required",
        *(f"{row},yes" for row in stops[1:4]),
        *(f"{row}," for row in stops[4:]),
    ]
    (county / "stops.csv").write_text("\n".join(rows) + "\n", "utf-8")
    _, less = run(county, WEEK, [Scenario(name="less", changes=("money 5%",))], effort="quick")
    assert {v.stop for r in less.plans[0].routes for v in r.visits} == {"S1", "S2", "S3"}
    assert [note.key for note in less.notes] == ["scenarios.money-required"]
    assert less.notes[0].figures["limit"] < less.figures.cost


def test_weeks_are_lived_one_after_another(county: Path) -> None:
    scenarios = [Scenario(name="same"), Scenario(name="car", changes=("+vehicle C2 like C1",))]
    base, same, car = run(county, WEEK, scenarios, weeks=2, effort="quick")
    assert [plan.week for plan in base.plans] == ["2026-W49", "2026-W50"]
    assert [p.to_json() for p in same.plans] == [p.to_json() for p in base.plans]
    visited = [{v.stop for r in p.routes for v in r.visits} for p in base.plans]
    assert len(visited[0]) == 4
    assert not visited[0] & visited[1]  # who was visited is not due again
    assert base.figures.stops == 6
    assert base.figures.served == sum(plan.totals.served for plan in base.plans) == 6
    assert base.figures.due == 6 + 2
    assert (car.figures.due, car.figures.served) == (6, 6)
    assert (car.gained, car.lost) == ((), ())
    batches = [b for p in base.plans for r in p.routes for v in r.visits for b in v.drops]
    assert len(batches) == len(set(batches)) == 6


@pytest.mark.parametrize("hand_on", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_with_a_car_more_no_fewer_stops_are_served(county: Path, seed: int, hand_on: bool) -> None:
    draw = random.Random(seed)
    head = LINE.splitlines()[0]
    rows = [
        f"S{k},stop {k},{draw.choice(['village', 'school'])},"
        f"{106.5 + draw.random() / 2:.5f},{28.9 + draw.random() / 4:.5f},"
        f"{draw.choice([20, 50, 90])},{draw.randrange(2000)},"
        f"{draw.choice(['', 'Mon', 'Tue', 'Mon Tue'])},08:00,{draw.choice([12, 15, 17])}:00,"
        f"{draw.randrange(3)}"
        for k in range(12)
    ]
    (county / "stops.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")
    (county / "vehicles.csv").write_text(
        "id,books,max_km,max_hours,days,max_stops,driver,cost_km\n"
        f"C1,{draw.choice([150, 250])},{draw.choice([80, 150])},{draw.choice([4, 7])},"
        f"Mon Tue,{draw.choice([3, 5])},Li,{draw.choice([1, 3])}\n",
        "utf-8",
    )
    batches = "".join(
        f"B{k},{draw.choice([20, 50, 90])},9,{'S0' if k < 2 else 'D'}\n" for k in range(30)
    )
    (county / "batches.csv").write_text("id,books,kg,at\n" + batches, "utf-8")
    if hand_on:
        with (county / "district.toml").open("a", encoding="utf-8") as file:
            file.write("\n[batches]\nhand_on = true\n")
    scenarios = [
        Scenario(name="car", changes=("+vehicle C2 like C1",)),
        Scenario(name="hours", changes=("vehicles.C1.max_hours=9",)),
    ]
    base, *more = run(county, WEEK, scenarios, effort="quick", seed=seed)
    assert base.figures.served > 0
    for outcome in more:
        assert outcome.figures.served >= base.figures.served


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_is_written_whole_and_the_same_again(
    county: Path, tmp_path: Path, language: Language
) -> None:
    before = _bytes(county)
    scenarios = [
        Scenario(name="a/b <car>", changes=("+vehicle C2 like C1",)),
        Scenario(name="vehicles.C1.max_stops=3", changes=("vehicles.C1.max_stops=3",)),
    ]
    found = run(county, WEEK, scenarios, effort="quick")
    out = tmp_path / "out"
    names = [path.name for path in write_what_if(found, out, language=language)]
    assert names == [
        "what-if.html",
        "what-if.xlsx",
        "what-if.json",
        "1-a-b-car.html",
        "2-vehicles.C1.max_stops-3.html",
    ]
    written = _bytes(out)
    assert set(written) == {"SHA256SUMS", *names, *(f"plan-{n}-{WEEK}.json" for n in range(3))}
    page = written["what-if.html"].decode()
    assert 'http-equiv="Content-Security-Policy"' in page
    assert "a/b &lt;car&gt;" in page
    assert "<code>+vehicle C2 like C1</code>" in page
    assert "<code>vehicles.C1.max_stops=3</code>" not in page  # its name says so
    assert page.count("<svg") == 2 * (1 + 4)
    for stop in (*found[1].gained, *found[2].lost):
        assert f"<title>stop {stop[1:]} ({stop})</title>" in page
    data = msgspec.json.decode(written["what-if.json"])
    jsonschema.validate(data, what_if_schema())
    assert data == msgspec.json.decode(msgspec.json.encode(what_if_data(found)))
    assert data["scenarios"][1]["gained"] == list(found[1].gained)
    write_what_if(found, out, language=language)
    assert _bytes(out) == written
    assert _bytes(county) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scenario_that_cannot_be_planned_says_why_beside_the_others(
    county: Path, tmp_path: Path, language: Language
) -> None:
    scenarios = [
        Scenario(name="none", changes=("vehicle C1 off",)),
        Scenario(name="less", changes=("vehicles.C1.max_stops=3",)),
    ]
    base, none, less = run(county, WEEK, scenarios, effort="quick")
    assert base.figures is not None
    assert less.figures is not None
    assert less.figures.served == 3 < base.figures.served
    assert none.figures is None
    assert none.plans == ()
    assert none.gained == none.lost == ()
    why = Phrases(language)("usage.no-vehicle", week=WEEK)
    words = OutcomeWords(Phrases(language))
    assert why in words.told(none)
    assert all(cells[1] == "–" != cells[2] for _, cells in words.rows([base, none, less]))
    out = tmp_path / "out"
    names = [path.name for path in write_what_if([base, none, less], out, language=language)]
    assert names == ["what-if.html", "what-if.xlsx", "what-if.json", "2-less.html"]
    assert why in (out / "what-if.html").read_text("utf-8")
    data = msgspec.json.decode((out / "what-if.json").read_bytes())
    jsonschema.validate(data, what_if_schema())
    own = data["scenarios"][1]
    assert own["figures"] is None
    assert own["impossible"]["key"] == "usage.no-vehicle"
    assert data["scenarios"][2]["impossible"] is None
    sheet = openpyxl.load_workbook(io.BytesIO((out / "what-if.xlsx").read_bytes())).worksheets[0]
    assert why in str(sheet.cell(2, 3).value)


def test_weeks_that_cannot_be_planned_as_they_are_leave_nothing_to_compare(county: Path) -> None:
    adopt(county, Scenario(name="off", changes=("vehicle C1 off",)), WEEK)
    with pytest.raises(InfeasibleError):
        run(county, WEEK, [Scenario(name="a", changes=("vehicles.C1.max_stops=3",))])
