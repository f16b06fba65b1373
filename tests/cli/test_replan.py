"""The rest of a week planned again on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.county import write_county
from click.testing import CliRunner, Result

from bookcar.cli import main
from bookcar.plan_file import load

FROM = ("--from", "2026-11-30 06:00")


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("replan")
    county = write_county(top / "county")
    assert (
        _run("plan", county, "--week", "2026-W49", "--effort", "quick", *_out(top)).exit_code == 0
    )
    return top


def _out(top: Path) -> tuple[object, ...]:
    return ("--routes", top / "routes", "--maps", top / "maps")


def _run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def _week(top: Path) -> Path:
    return top / "routes" / "county" / "2026-W49"


def _replan(top: Path, *args: object) -> Result:
    return _run("replan", _week(top), *FROM, *args, "--district", top / "county", *_out(top))


def test_nothing_changed_writes_nothing(planned: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in _week(planned).iterdir()}
    result = _replan(planned)
    assert result.exit_code == 0, result.output
    assert "Nothing changes" in result.output
    assert {p: p.stat().st_mtime_ns for p in _week(planned).iterdir()} == before


def test_what_cannot_have_happened_is_refused_at_once(planned: Path) -> None:
    result = _replan(planned, "--out", "X", "--shut", "S9")
    assert result.exit_code == 2
    assert "There is no vehicle 'X'" in result.output
    assert "There is no stop 'S9'" in result.output
    assert _replan(planned, "--late", "V").exit_code == 2


def test_a_shut_stop_is_written_told_and_audited(planned: Path) -> None:
    was = load(_week(planned))
    result = _replan(planned, "--shut", "S2", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["was"] == was.id
    assert told["changed"]
    assert told["taken"]["rung"] == "times"
    folder = _week(planned)
    assert load(folder).id == told["plan"]
    assert load(folder / f"plan-{was.id}.json").to_json() == was.to_json()
    assert b"S2" in (folder / "calls.csv").read_bytes()
    assert (folder / "difference.pdf").read_bytes().startswith(b"%PDF")
    assert "S2" in (folder / "difference.html").read_text("utf-8")
    assert b"STATUS:CANCELLED" in (folder / "visits.ics").read_bytes()
    audited = _run("audit", folder, "--district", planned / "county")
    assert audited.exit_code == 0, audited.output
    again = _run("manifest", folder, "--district", planned / "county", *_out(planned))
    assert again.exit_code == 0, again.output
    assert (folder / f"plan-{was.id}.json").exists()
    assert (folder / "calls.csv").exists()


def test_what_is_fetched_is_told_drawn_and_printed(tmp_path: Path) -> None:
    """Two cars, a batch for each stop: the other car meets the one that is out."""
    far = [f"S{k},n{k},village,{1.02 + k / 100},45.0{k},40,road" for k in range(3, 7)]
    batches = [f"B{k},40,LIB" for k in range(1, 7)]
    county = write_county(tmp_path / "county", stops=far, batches=batches)
    cars = "id,depot,books,max_km,max_hours,max_stops\nV,LIB,500,200,8,6\nW,LIB,500,200,8,6\n"
    (county / "vehicles.csv").write_text(cars, "utf-8")
    planned = _run("plan", county, "--week", "2026-W49", "--effort", "quick", *_out(tmp_path))
    assert planned.exit_code == 0, planned.output
    folder = _week(tmp_path)
    was = load(folder)
    route = was.routes[0]
    minute = route.halts[0].arrive // 60 + 1
    at = f"{route.date} {minute // 60:02d}:{minute % 60:02d}"
    line = ("replan", folder, "--from", at, "--out", route.vehicle, "--district", county)
    result = _run(*line, *_out(tmp_path))
    assert result.exit_code == 0, result.output
    new = load(folder)
    (k,) = (k for k, r in enumerate(new.routes) if r.fetches)
    (fetch,) = new.routes[k].fetches
    place = new.places_by_id[fetch.place].name
    assert f"fetches from {route.vehicle} at {place}" in result.stdout
    page = (folder / "manifests" / f"{new.routes[k].id}.html").read_text("utf-8")
    assert f"Fetch from {route.vehicle}" in page
    drawn = (tmp_path / "maps" / "county" / "2026-W49" / "routes.html").read_text("utf-8")
    assert f'"from":"{route.vehicle}"' in drawn.replace(" ", "")
    for command in ("audit", "manifest", "map"):
        more = () if command == "audit" else _out(tmp_path)
        again = _run(command, folder, "--district", county, *more)
        assert again.exit_code == 0, again.output
