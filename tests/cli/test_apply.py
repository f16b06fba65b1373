"""Routes fixed by hand on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.county import write_county
from click.testing import CliRunner, Result

from bookcar.cli import main

MON = "2026-11-30"


@pytest.fixture
def county(tmp_path: Path) -> Path:
    return write_county(tmp_path / "county")


def _plan(county: Path, *args: object) -> Result:
    out = county.parent
    where = ("--routes", out / "routes", "--maps", out / "maps", "--effort", "quick")
    line = ["plan", county, "--week", "2026-W49", *where, *args]
    return CliRunner().invoke(main, [str(arg) for arg in line])


def _visits(county: Path) -> list[list[str]]:
    path = county.parent / "routes" / "county" / "2026-W49" / "plan.json"
    return [
        [call["stop"] for call in route["calls"] if call["kind"] == "visit"]
        for route in json.loads(path.read_bytes())["routes"]
    ]


def _overrides(county: Path, *rows: str) -> Path:
    path = county.parent / "overrides.csv"
    path.write_text("\n".join(["date,vehicle,position,stop", *rows]) + "\n", "utf-8")
    return path


def test_a_route_is_driven_as_the_file_says(county: Path) -> None:
    for order in (["S1", "S2"], ["S2", "S1"]):
        rows = [f"{MON},V,{k},{stop}" for k, stop in enumerate(order, 1)]
        result = _plan(county, "--apply", _overrides(county, *rows))
        assert result.exit_code == 0, result.output
        assert _visits(county) == [order]


def test_keep_changes_only_what_the_file_says(county: Path) -> None:
    assert _plan(county).exit_code == 0
    result = _plan(county, "--apply", _overrides(county, ",,,S2"), "--keep")
    assert result.exit_code == 0, result.output
    assert "This week stop S2 Bourg is left out by hand." in " ".join(result.output.split())
    assert _visits(county) == [["S1"]]


def test_a_bad_file_writes_nothing_and_says_why(county: Path) -> None:
    assert _plan(county).exit_code == 0
    before = _visits(county)
    result = _plan(county, "--apply", _overrides(county, f"{MON},V,1,S9"), "--keep")
    assert result.exit_code == 2
    assert "There is no stop 'S9'" in result.output
    assert _visits(county) == before


def test_keep_needs_a_file_and_a_plan(county: Path) -> None:
    assert "--keep goes with --apply" in _plan(county, "--keep").output
    result = _plan(county, "--apply", _overrides(county, f"{MON},V,1,S1"), "--keep")
    assert result.exit_code == 2
    assert "There is no plan to keep" in result.output
