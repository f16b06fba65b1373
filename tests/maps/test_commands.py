"""``bookcar coverage`` and ``bookcar compare`` on a small county."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli.county import write_county
from click.testing import CliRunner, Result

from bookcar.cli import main


@pytest.fixture
def county(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = write_county(Path("county"))
    rows = "date,stop,action,books\n2026-11-04,S1,dropped,40\n2026-11-25,S2,dropped,40\n"
    (folder / "visits.csv").write_text(rows, "utf-8")
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def data(path: Path) -> dict:
    text = path.read_text("utf-8")
    return json.loads(re.search(r'id="bookcar-data">(.*?)</script>', text, re.DOTALL)[1])


def plan(county: Path, week: str) -> Path:
    assert run("plan", county, "--week", week, "--effort", "quick").exit_code == 0
    return Path("routes/county") / week


def test_coverage_of_a_day(county):
    result = run("coverage", county, "--as-of", "2026-11-20")
    assert result.exit_code == 0, result.output
    drawn = data(Path("maps/county/coverage-2026-11-20.html"))
    assert drawn["modes"]["recorded"]["weeks"] == [2, None]
    assert list(drawn["modes"]) == ["recorded"]
    assert drawn["as_of"] == "2026-11-20"
    assert drawn["plan"] == ""


def test_coverage_after_a_plan(county):
    folder = plan(county, "2026-W49")
    result = run("coverage", county, "--plan", folder, "--json")
    assert result.exit_code == 0, result.output
    (path,) = json.loads(result.stdout)["files"]
    assert path == "maps/county/2026-W49/coverage-2026-11-29.html"
    modes = data(Path(path))["modes"]
    assert modes["recorded"]["weeks"] == [4, 1]
    assert modes["planned"]["weeks"] == [0, 1]


def test_coverage_after_a_plan_whose_tables_have_changed_since(county):
    """As ``bookcar map`` does: one village is new, another was left, the plan has its own two."""
    folder = plan(county, "2026-W49")
    stops = (county / "stops.csv").read_text("utf-8").splitlines()
    rows = [*(row for row in stops if "S2" not in row), "S3,Casa,village,1.03,45.01,40,road"]
    (county / "stops.csv").write_text("\n".join(rows), "utf-8")
    (county / "visits.csv").write_text("date,stop\n2026-11-04,S1\n2026-11-25,S3\n", "utf-8")
    result = run("coverage", county, "--plan", folder)
    assert result.exit_code == 0, result.output
    page = Path("maps/county/2026-W49/coverage-2026-11-29.html")
    assert "Bourg" in page.read_text("utf-8")
    assert "Casa" not in page.read_text("utf-8")
    drawn = data(page)
    assert drawn["modes"]["recorded"]["weeks"] == [4, None]
    assert drawn["modes"]["planned"]["weeks"] == [0, None]


def test_coverage_needs_a_plan_of_the_same_district(county):
    folder = plan(county, "2026-W49")
    other = write_county(Path("other"))
    text = (other / "stops.csv").read_text("utf-8")
    (other / "stops.csv").write_text(text.replace("S1", "X1").replace("S2", "X2"), "utf-8")
    result = run("coverage", other, "--plan", folder)
    assert result.exit_code == 2
    assert "2026-W49, and other has none of its stops. Name a plan" in result.output
    assert "--district" not in result.output


def test_coverage_names_a_bad_date(county):
    result = run("coverage", county, "--as-of", "yesterday")
    assert result.exit_code == 2
    assert "yesterday" in result.output


def test_coverage_twice_gives_the_same_bytes(county):
    path = Path("maps/county/coverage-2026-11-20.html")
    pages = set()
    for _ in range(2):
        run("coverage", county, "--as-of", "2026-11-20", "--lang", "zh")
        pages.add(path.read_bytes())
    assert len(pages) == 1


def test_compare_names_who_loses(county):
    before, after = plan(county, "2026-W49"), plan(county, "2026-W52")
    result = run("compare", before, after)
    assert result.exit_code == 0, result.output
    assert "stops gain service" in result.output
    drawn = data(Path("maps/county/2026-W52/compare.html"))
    assert drawn["before"]["week"] == "2026-W49"
    found = json.loads(run("compare", before, after, "--json").stdout)
    ids = [i for name in ("gained", "lost", "kept", "neither") for i in found[name]]
    assert sorted(ids) == ["S1", "S2"]


def test_compare_refuses_plans_of_two_districts(county, tmp_path):
    folder = plan(county, "2026-W49")
    text = (folder / "plan.json").read_text("utf-8")
    other = tmp_path / "other.json"
    other.write_text(text.replace('"S1"', '"X1"').replace('"S2"', '"X2"'), "utf-8")
    result = run("compare", folder, other)
    assert result.exit_code == 2
    assert "no stop in common" in result.output


def test_map_writes_data_for_gis(county):
    folder = plan(county, "2026-W49")
    result = run("map", folder, "--gpkg")
    assert result.exit_code == 0, result.output
    names = {path.name for path in Path("maps/county/2026-W49").iterdir()}
    assert names >= {"routes.geojson", "stops.geojson", "week.gpkg", "routes.html"}
    assert "maps/county/2026-W49/week.gpkg" in result.output


def test_map_without_a_browser_says_so_and_leaves_the_maps_alone(county, monkeypatch):
    folder = plan(county, "2026-W49")
    before = {p: p.read_bytes() for p in Path("maps/county/2026-W49").iterdir()}
    monkeypatch.setattr("bookcar.maps.picture.PLACES", ())
    monkeypatch.setenv("PATH", "")
    result = run("map", folder, "--png")
    assert result.exit_code == 2
    assert "Install Chromium" in result.output
    assert {p: p.read_bytes() for p in Path("maps/county/2026-W49").iterdir()} == before
