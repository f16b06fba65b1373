"""A plan opened again: from another folder, or after its tables have moved on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cli.county import write_county
from cli.test_cli import run

from bookcar.cli.redo import is_as_planned
from bookcar.inputs.folder import holds_district
from bookcar.plan_file import load


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a county that was planned from within itself."""
    county = write_county(tmp_path_factory.mktemp("above") / "county")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(county)
        result = run("plan", ".", "--week", "2026-W49", "--effort", "quick")
    assert result.exit_code == 0, result.output
    return county


@pytest.fixture
def county(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of it to change, named as seen from the working folder above it."""
    shutil.copytree(made, tmp_path / "county")
    monkeypatch.chdir(tmp_path)
    return Path("county")


WEEK = Path("routes", "county", "2026-W49")


def test_a_plan_of_the_working_folder_can_be_opened_from_elsewhere(county: Path) -> None:
    result = run("audit", county / WEEK)
    assert result.exit_code == 0, result.output
    assert run("audit", county / WEEK / "plan.json").exit_code == 0
    assert run("manifest", county / WEEK).exit_code == 0
    assert (WEEK / "manifests.pdf").exists()


def test_a_plan_of_the_working_folder_bears_its_name(county: Path) -> None:
    assert load(county / WEEK).provenance.folder == "../county"


def test_what_bookcar_wrote_is_no_district(county: Path) -> None:
    assert holds_district(county)
    assert (county / WEEK / "week.xlsx").exists()
    assert not holds_district(county / WEEK)
    assert not holds_district(county / "routes")
    assert not holds_district(county / "nowhere")
    shutil.copy(county / WEEK / "week.xlsx", county / "routes" / "tables.xlsx")
    assert holds_district(county / "routes")
    assert holds_district(county / "routes" / "tables.xlsx")
    assert not holds_district(county / "stops.csv")


def test_a_folder_that_only_bears_the_name_is_not_taken_for_the_district(county: Path) -> None:
    Path("elsewhere").mkdir()
    shutil.move(county / "routes", "elsewhere")
    county.rename("moved")
    for base in (Path(), Path("elsewhere")):
        (base / "county").mkdir()
    result = run("audit", Path("elsewhere", WEEK))
    assert result.exit_code == 2
    assert "which is not here" in result.output
    assert "--district DIR" in result.output
    assert run("audit", Path("elsewhere", WEEK), "--district", "moved").exit_code == 0


def test_another_district_is_told_from_the_plans_own(county: Path) -> None:
    other = write_county(Path("other"))
    stops = "id,name,kind,lon,lat,books\nX1,Xiao,village,1.02,45.01,40\n"
    (other / "stops.csv").write_text(stops, "utf-8")
    for command in ("audit", "manifest"):
        result = run(command, county / WEEK, "--district", other)
        assert result.exit_code == 2
        assert "other has none of its stops" in result.output
        assert "--district DIR" in result.output


def test_tables_that_cannot_be_read_may_be_the_wrong_ones(county: Path) -> None:
    (county / "stops.csv").write_text("id,name,kind,lon,lat,books\n", "utf-8")
    result = run("audit", county / WEEK)
    assert result.exit_code == 2
    assert "stops.csv" in result.output
    assert "name another folder with --district DIR" in result.output


def _visit_recorded(county: Path) -> None:
    visits = "date,stop,batch,action,status\n2026-11-30,S1,B1,dropped,done\n"
    (county / "visits.csv").write_text(visits, "utf-8")


def _replaced(county: Path, name: str, old: str, new: str) -> None:
    text = (county / name).read_text("utf-8")
    assert old in text
    (county / name).write_text(text.replace(old, new), "utf-8")


def _stop_closed(county: Path) -> None:
    _replaced(county, "stops.csv", "S2,Bourg,village,1.01,44.97,40,road\n", "")


def _batch_lost(county: Path) -> None:
    _replaced(county, "batches.csv", "B1,", "B9,")


def _car_sold(county: Path) -> None:
    _replaced(county, "vehicles.csv", "V,LIB", "W,LIB")


def _holidays(county: Path) -> None:
    days = ", ".join(f'"2026-{day}"' for day in ("11-30", "12-01", "12-02", "12-03", "12-04"))
    _replaced(county, "district.toml", "[week]", f"[week]\nholidays = [{days}]")


@pytest.mark.parametrize(
    ("change", "file"),
    [
        (_visit_recorded, "visits.csv"),
        (_stop_closed, "stops.csv"),
        (_batch_lost, "batches.csv"),
        (_car_sold, "vehicles.csv"),
        (_holidays, "district.toml"),
    ],
)
def test_lost_sheets_are_printed_again_whatever_became_of_the_tables(
    county: Path, change: object, file: str
) -> None:
    change(county)  # type: ignore[operator]
    sheets = (county / WEEK / "manifests" / "R01.html").read_bytes()
    audited = run("audit", county / WEEK)
    assert audited.exit_code == 2
    assert f"inputs-unchanged: {file}" in audited.output
    for command in ("manifest", "map"):
        result = run(command, county / WEEK)
        assert result.exit_code == 0, result.output
        assert "is written as it was made" in result.stderr
        assert f"since ({file})" in result.stderr
        assert ("board.html" in result.stderr) == (command == "manifest")
    assert (WEEK / "manifests" / "R01.html").read_bytes() == sheets
    assert (WEEK / "plan.json").read_bytes() == (county / WEEK / "plan.json").read_bytes()
    assert (WEEK / "board.html").exists()
    assert (Path("maps") / WEEK.relative_to("routes") / "routes.html").exists()


def test_what_has_changed_is_in_the_answer_for_programs(county: Path) -> None:
    _car_sold(county)
    answer = json.loads(run("manifest", county / WEEK, "--json").stdout)
    assert answer["changed_since"] == ["vehicles.csv"]


def test_a_plan_changed_by_hand_is_not_printed_for_its_tables_changed_too(county: Path) -> None:
    _stop_closed(county)
    plan = json.loads((county / WEEK / "plan.json").read_bytes())
    plan["routes"][0]["depart"] += 60
    (county / WEEK / "plan.json").write_text(json.dumps(plan), "utf-8")
    for command in ("manifest", "map"):
        result = run(command, county / WEEK)
        assert result.exit_code == 2
        assert "it was changed after it was written" in result.output
    assert not WEEK.exists()
    assert not Path("maps").exists()


def test_a_rule_that_no_table_bears_on_is_never_waived() -> None:
    changed = "inputs-unchanged: stops.csv has changed."
    assert is_as_planned([changed, "in-the-tables: R01: there is no stop 'S9' in the district."])
    assert not is_as_planned([changed, "plan-id: changed."])
    assert not is_as_planned([changed, "dates-in-week: R01: 2026-01-01 is not in the week."])
    assert not is_as_planned(["in-the-tables: R01: there is no stop 'S9' in the district."])
