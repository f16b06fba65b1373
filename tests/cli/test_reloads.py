"""Reloads from the tables to the files, on the command line, and the week after."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from cli.county import write_county
from click.testing import CliRunner, Result

from bookcar.cli import main
from bookcar.inputs.reader import read

SUB_STORE = '\n[[depot]]\nid = "SUB"\nname = "分库"\nlon = 1.21\nlat = 45.0\nopens = "08:30"\n'


def _county(folder: Path, car: str, *batches: str) -> Path:
    """Write two villages of 40 books, 16 km away, for a car of 50 books on Mondays."""
    stops = ("S3,Far,village,1.20,45.01,40,road", "S4,Farther,village,1.22,45.01,40,road")
    county = write_county(folder, stops=stops, batches=batches)
    rows = (county / "stops.csv").read_text("utf-8").splitlines()
    kept = [row for row in rows if not row.startswith(("S1", "S2"))]
    (county / "stops.csv").write_text("\n".join(kept) + "\n", "utf-8")
    toml = (county / "district.toml").read_text("utf-8")
    (county / "district.toml").write_text(toml + SUB_STORE, "utf-8")
    head = "id,depot,books,max_km,max_hours,days,reloads,reload_min,reload_at"
    (county / "vehicles.csv").write_text(f"{head}\n{car}\n", "utf-8")
    return county


def _run(command: str, county: Path, *args: object) -> Result:
    out = county.parent
    where = ("--routes", out / "routes", "--maps", out / "maps")
    return CliRunner().invoke(main, [command, str(county), *map(str, (*args, *where))])


def _plan(county: Path) -> dict:
    result = _run("plan", county, "--week", "2026-W49", "--effort", "quick")
    assert result.exit_code == 0, result.output
    return json.loads(_week(county).joinpath("plan.json").read_bytes())


def _week(county: Path) -> Path:
    return county.parent / "routes" / county.name / "2026-W49"


@pytest.mark.parametrize(
    ("car", "served", "places"),
    [
        ("V,LIB,50,200,9,Mon,,,", 1, []),
        ("V,LIB,50,200,9,Mon,1,15,", 2, ["LIB"]),
        ("V,LIB,50,200,9,Mon,1,15,SUB", 2, ["SUB"]),
        ("V,LIB,500,200,9,Mon,3,15,LIB", 2, []),
    ],
)
def test_a_week_is_planned_with_its_reloads(
    car: str, served: int, places: list[str], tmp_path: Path
) -> None:
    county = _county(tmp_path / "county", car, "B1,40,LIB", "B2,40,LIB", "B3,40,SUB")
    plan = _plan(county)
    assert plan["totals"]["served"] == served
    (route,) = plan["routes"]
    reloads = [(k, call) for k, call in enumerate(route["calls"]) if call["kind"] == "reload"]
    assert [reload["depot"] for _, reload in reloads] == places
    for k, reload in reloads:
        assert reload["depart"] - reload["begin"] == 900
        assert reload["loads"] == route["calls"][k + 1]["drops"]
    audit = CliRunner().invoke(main, ["audit", str(_week(county)), "--district", str(county)])
    assert audit.exit_code == 0, audit.output


def test_a_nearer_sub_store_saves_the_way_to_the_depot(tmp_path: Path) -> None:
    batches = ("B1,40,LIB", "B2,40,LIB", "B3,40,SUB")
    home = _plan(_county(tmp_path / "home", "V,LIB,50,200,9,Mon,1,15,LIB", *batches))
    near = _plan(_county(tmp_path / "near", "V,LIB,50,200,9,Mon,1,15,SUB", *batches))
    assert home["totals"]["served"] == near["totals"]["served"] == 2
    assert near["totals"]["metres"] < 0.6 * home["totals"]["metres"]


def test_what_was_put_off_is_there_when_the_week_is_closed(tmp_path: Path) -> None:
    batches = ("B1,40,LIB", "B3,40,SUB", "OLD3,40,S3", "OLD4,40,S4")
    county = _county(tmp_path / "county", "V,LIB,50,200,9,Mon,1,15,SUB", *batches)
    plan = _plan(county)
    (route,) = plan["routes"]
    (reload,) = (call for call in route["calls"] if call["kind"] == "reload")
    with (_week(county) / "visits.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row | {"status": "done"} for row in csv.DictReader(file)]
    with (county / "visits.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    at = {batch.id: batch.at for batch in read(county).batches}
    assert {at[name] for name in reload["unloads"]} == {"SUB"}
    visits = [call for call in route["calls"] if call["kind"] == "visit"]
    home = {name for visit in visits for name in visit["collects"]} - set(reload["unloads"])
    assert {at[name] for name in home} == {"LIB"}
    vehicles = (county / "vehicles.csv").read_text("utf-8")
    (county / "vehicles.csv").write_text(vehicles.replace("V,LIB", "V,SUB"), "utf-8")
    assert {batch.id: batch.at for batch in read(county).batches} == at  # the car moved, not they


def test_columns_are_understood_in_chinese(tmp_path: Path) -> None:
    county = _county(tmp_path / "county", "V,LIB,50,200,9,Mon,1,15,SUB", "B1,40,LIB", "B3,40,SUB")
    text = (county / "vehicles.csv").read_text("utf-8").splitlines()
    columns = "id,depot,books,max_km,max_hours,days,每日补书次数,补书分钟,补书地点"
    (county / "vehicles.csv").write_text("\n".join([columns, *text[1:]]) + "\n", "utf-8")
    (car,) = read(county).vehicles
    assert (car.reloads, car.reload_s, car.reload_at) == (1, 900, ("SUB",))
    assert read(county).depots[1].windows == ((8 * 3600 + 1800, 86_400),)


def test_a_store_out_of_reach_is_a_warning(tmp_path: Path) -> None:
    county = _county(tmp_path / "county", "V,LIB,50,200,9,Mon,1,15,SUB", "B1,40,LIB", "B2,40,LIB")
    toml = (county / "district.toml").read_text("utf-8").replace("1.21", "4.21")
    (county / "district.toml").write_text(toml, "utf-8")
    plan = _plan(county)
    assert plan["totals"]["served"] == 1
    (warning,) = [w for w in plan["warnings"] if w["rule"] == "store-out-of-reach"]
    assert (warning["file"], warning["row"], warning["column"]) == ("vehicles.csv", 2, "reload_at")
