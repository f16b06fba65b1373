"""``bookcar campaign``: what it prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bookcar.cli import main

TOML = """\
name = "Testshire"
time_zone = "UTC"
[[depot]]
id = "D"
name = "Library"
lon = 106.65
lat = 29.02
"""
STOPS = "id,name,kind,area,lon,lat,books\n" + "".join(
    f"S{k},stop {k},bookhouse,North,{106.65 + k / 100:.2f},29.02,50\n" for k in range(1, 4)
)
VEHICLES = "id,books,max_km,max_hours,max_stops,days\nV,1200,200,9,2,Mon\n"
CAMPAIGNS = "id,name,from,to,stops,books\nC,Top-up,2027-01-04,2027-01-17,bookhouse,68\n"


@pytest.fixture
def county(tmp_path: Path) -> Path:
    folder = tmp_path / "county"
    folder.mkdir()
    (folder / "district.toml").write_text(TOML)
    (folder / "stops.csv").write_text(STOPS)
    (folder / "vehicles.csv").write_text(VEHICLES)
    (folder / "batches.csv").write_text("id,books\n" + "".join(f"B{k},68\n" for k in range(3)))
    (folder / "campaigns.csv").write_text(CAMPAIGNS)
    return folder


def _run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def test_it_prints_the_weeks_and_writes_the_schedule(county: Path) -> None:
    routes = str(county.parent / "routes")
    told = _run("campaign", str(county), "--effort", "quick", "--routes", routes)
    assert "All 3 stops can be reached: 2 weeks more, until 2027-W02" in told
    assert "Books suffice: 204 are still needed" in told
    folder = county.parent / "routes" / "county" / "campaign-C"
    assert sorted(p.name for p in folder.iterdir()) == [
        "SHA256SUMS",
        "campaign.json",
        "index.html",
        "timetable.csv",
    ]
    rows = (folder / "timetable.csv").read_text("utf-8-sig")
    assert rows.count("\n") == 4
    assert rows.splitlines()[0] == "stop,date,vehicle,arrive,leave,status,was,told,note"
    (county / "timetable.csv").write_text(rows)
    again = _run("campaign", str(county), "--effort", "quick", "--routes", routes, "--json")
    data = json.loads(again)
    assert (data["planned"], data["lacking"], data["left"]) == (3, 0, 0)
    assert (folder / "timetable.csv").read_text("utf-8-sig").count("\n") == 1


def test_a_campaign_is_named_where_there_are_several(county: Path) -> None:
    more = CAMPAIGNS + "E,,2027-03-01,2027-03-07,S1,\n"
    (county / "campaigns.csv").write_text(more)
    assert "C or E" in _run("campaign", str(county), code=2)
    assert "no campaign 'X'" in _run("campaign", str(county), "X", code=2)
    (county / "campaigns.csv").unlink()
    assert "has no campaigns" in _run("campaign", str(county), code=2)


def test_stops_that_do_not_fit_give_another_exit_code(county: Path) -> None:
    (county / "campaigns.csv").write_text(CAMPAIGNS.replace("2027-01-17", "2027-01-10"))
    routes = ["--routes", str(county.parent / "routes")]
    told = _run("campaign", str(county), "--effort", "quick", "--strict", *routes, code=4)
    assert "2 of 3 stops can be reached: 1 week more, until 2027-W01" in told
    assert "no day: no room in any route (S" in told


def test_it_is_audited_again_and_a_changed_one_is_found(county: Path) -> None:
    routes = county.parent / "routes"
    _run("campaign", str(county), "--effort", "quick", "--routes", str(routes))
    folder = routes / "county" / "campaign-C"
    told = _run("audit", str(folder), "--district", str(county))
    assert told.endswith("rules kept.\n")
    data = json.loads((folder / "campaign.json").read_text("utf-8"))
    data["schedule"]["visits"][0]["books"] = 1
    (folder / "campaign.json").write_text(json.dumps(data), "utf-8")
    broken = _run("audit", str(folder), "--district", str(county), "--json", code=2)
    rules = {finding.partition(":")[0] for finding in json.loads(broken)["findings"]}
    assert {"campaign-id", "campaign-loads"} <= rules
    (folder / "campaign.json").write_text("{}", "utf-8")
    assert "is not a campaign" in _run("audit", str(folder), "--district", str(county), code=2)
