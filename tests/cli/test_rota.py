"""``bookcar rota``: what it prints, writes and refuses."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from bookcar.cli import main
from bookcar.plan_file import load

TOML = """\
name = "Testshire"
time_zone = "UTC"
[[depot]]
id = "D"
name = "Library"
lon = 106.65
lat = 29.02
"""
STOPS = "id,name,kind,lon,lat,books,every_weeks\n" + "".join(
    f"S{k},<b>stop {k},teahouse,{106.65 + k / 100:.2f},29.02,50,2\n" for k in (1, 2)
)
VEHICLES = "id,books,max_km,max_hours,max_stops,days\nV,1200,200,9,9,Mon\n"
POOLS = "id,name,for,weeks,no_repeat_months\nT,Tea houses,teahouse,2,24\n"
BATCHES = "id,books,at,pool\n" + "".join(f"T{k},50,D,T\n" for k in range(4))


@pytest.fixture
def county(tmp_path: Path) -> Path:
    folder = tmp_path / "county"
    folder.mkdir()
    for name, text in (
        ("district.toml", TOML),
        ("stops.csv", STOPS),
        ("vehicles.csv", VEHICLES),
        ("pools.csv", POOLS),
        ("batches.csv", BATCHES),
    ):
        (folder / name).write_text(text)
    return folder


def _run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _rota(county: Path, *more: str) -> tuple[str, Path]:
    routes = county.parent / "routes"
    told = _run("rota", str(county), "--routes", str(routes), "--from", "2026-W49", *more)
    return told, routes / "county" / "rotation"


def test_it_says_who_finds_nothing_and_writes_the_page(county: Path) -> None:
    told, folder = _rota(county, "--weeks", "12")
    assert "2 stops of 2 will find no collection when due" in told
    assert sorted(p.name for p in folder.iterdir()) == [
        "SHA256SUMS",
        "rotation.csv",
        "rotation.html",
        "stops.csv",
    ]
    rows = _rows(folder / "rotation.csv")
    assert len(rows) == 4 * (8 + 12)
    assert {row["how"] for row in rows} == {"recorded", "expected"}
    stops = _rows(folder / "stops.csv")
    assert [row["next"] for row in stops] == ["2026-W49", "2026-W49"]
    gaps = stops[0]["gaps"].split()
    page = (folder / "rotation.html").read_text("utf-8")
    assert gaps[0] in page
    assert "&lt;b&gt;stop 1" in page
    assert "<b>stop 1" not in page


def test_the_same_input_gives_the_same_bytes(county: Path) -> None:
    _, folder = _rota(county)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    _rota(county)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_week_with_a_plan_goes_as_it_says(county: Path) -> None:
    routes = str(county.parent / "routes")
    maps = str(county.parent / "maps")
    _run(
        *("plan", str(county), "--week", "2026-W49", "--effort", "quick"),
        *("--routes", routes, "--maps", maps),
    )
    plan = load(county.parent / "routes" / "county" / "2026-W49")
    _, folder = _rota(county, "--back", "0")
    first = [row for row in _rows(folder / "rotation.csv") if row["week"] == "2026-W49"]
    assert {row["how"] for row in first} == {"planned"}
    at = {row["batch"]: row["place"] for row in first}
    drops = {name: v.stop for route in plan.routes for v in route.visits for name in v.drops}
    assert drops
    assert {batch: place for batch, place in at.items() if place != "D"} == drops


KOHA = """
CREATE TABLE rotas (rota_id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, description TEXT,
    cyclical INTEGER CHECK (cyclical IN (0, 1)), active INTEGER CHECK (active IN (0, 1)));
CREATE TABLE stages (stage_id INTEGER PRIMARY KEY, position INTEGER NOT NULL,
    rota_id INTEGER NOT NULL REFERENCES rotas (rota_id),
    branchcode_id TEXT NOT NULL CHECK (length(branchcode_id) <= 10),
    duration INTEGER NOT NULL, UNIQUE (rota_id, position));
CREATE TABLE items (itemnumber_id TEXT, barcode TEXT UNIQUE,
    stage_id INTEGER NOT NULL REFERENCES stages (stage_id),
    indemand INTEGER CHECK (indemand IN (0, 1)), fresh INTEGER CHECK (fresh IN (0, 1)));
"""


def test_the_tables_for_koha_fit_its_schema(county: Path) -> None:
    """Loaded into tables with the keys that Koha's have."""
    (county / "visits.csv").write_text(
        "date,stop,batch,action\n2026-10-05,S2,T1,dropped\n2026-11-02,S2,T1,collected\n"
    )
    (county / "batches.csv").write_text(
        "id,books,at,pool,titles\nT0,2,D,T,t0.csv\nT1,50,D,T,\nT2,50,S1,T,\nT3,50,D,T,\n"
    )
    (county / "t0.csv").write_text("title,barcode\nOne,0041\nTwo,0042\n")
    _, folder = _rota(county, "--koha")
    base = sqlite3.connect(":memory:")
    base.executescript("PRAGMA foreign_keys = ON;" + KOHA)
    for name in ("rotas", "stages", "items"):
        for row in _rows(folder / f"stockrotation{name}.csv"):
            marks, columns = ", ".join("?" * len(row)), ", ".join(row)
            base.execute(f"INSERT INTO {name} ({columns}) VALUES ({marks})", list(row.values()))
    found = base.execute(
        "SELECT barcode, title, branchcode_id, position, duration, fresh FROM items "
        "JOIN stages USING (stage_id) JOIN rotas USING (rota_id) ORDER BY barcode"
    )
    assert list(found) == [
        ("0041", "Tea houses", "S1", 1, 14, 1),
        ("0042", "Tea houses", "S1", 1, 14, 1),
        ("T1", "Tea houses", "S2", 2, 14, 0),
        ("T2", "Tea houses", "S1", 1, 14, 0),
        ("T3", "Tea houses", "S1", 1, 14, 1),
    ]


def test_an_id_that_is_no_code_of_a_branch_is_refused(county: Path) -> None:
    stops = (county / "stops.csv").read_text().replace("S2,", "south-village-2,")
    (county / "stops.csv").write_text(stops)
    routes = str(county.parent / "routes")
    arguments = ["rota", str(county), "--routes", routes, "--from", "2026-W49", "--koha"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "south-village-2" in result.output
    assert not (county.parent / "routes").exists()


def test_it_speaks_chinese(county: Path) -> None:
    told, folder = _rota(county, "--lang", "zh")
    assert "轮换表" in (folder / "rotation.html").read_text("utf-8")
    assert "没有书可换" in told


def test_without_records_it_asks_for_a_week(county: Path) -> None:
    result = CliRunner().invoke(main, ["rota", str(county)])
    assert result.exit_code == 2
    assert "--from" in result.output
