"""Closures that leave their roads open are told, in the check and in the plan."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from builders import district, stop
from inputs import folders
from roads.osmfile import ROAD, on_roads, stop_at, write_osm

import bookcar as bc
from bookcar.advice.closure_warnings import closure_warnings
from bookcar.check import check_district
from bookcar.errors import Fault
from bookcar.model import Closure, RoadSettings, Settings
from bookcar.phrases.sentence import told
from bookcar.roads.travel import Unclosed

RULES = ("unknown-way", "shape-off-road", "closures-unused")
SLIDE = """{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "slide",
"properties": {}, "geometry": {"type": "LineString", "coordinates": [[107, 29], [107, 29.1]]}}]}"""
CLOSURES = "from,to,ways,shape\n2026-11-01,2026-12-31,101 1012,\n2026-11-01,2026-12-31,,slide\n"


def _of_closures(faults: tuple[Fault, ...]) -> list[Fault]:
    return [fault for fault in faults if fault.rule in RULES]


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A sound district on one road, with a closure of a mistyped way and one of a field."""
    roads = '[roads]\nextract = "a.osm"\n'
    folder = folders.write(
        tmp_path / "county",
        district=folders.TOML + roads,
        closures=CLOSURES,
        closures__geojson=SLIDE,
    )
    write_osm(folder / "a.osm", {1: (-900, 400), 2: (900, 400)}, [([1, 2], ROAD)])
    return folder


def test_a_check_names_row_value_and_cure(county: Path) -> None:
    way, shape = _of_closures(check_district(county).faults)
    assert way.where() == "closures.csv row 2, ways '1012'"
    assert "No road for cars in the extract a.osm has the way id 1012" in way.problem
    assert "The other way of this row, 101, is closed." in way.problem
    assert "closes nothing" not in way.problem
    assert "Correct the id" in way.fix
    assert way.fix.endswith("delete only its id, not the row.")
    assert shape.where() == "closures.csv row 3, shape 'slide'"
    assert "touches no road" in shape.problem
    assert {way.severity, shape.severity} == {"warning"}


def test_a_check_without_an_extract_says_once_that_no_closure_counts(county: Path) -> None:
    (county / "district.toml").write_text(folders.TOML, "utf-8")
    (unused,) = _of_closures(check_district(county).faults)
    assert unused.where() == "closures.csv row 2, from '2026-11-01'"
    assert "The 2 closures change nothing" in unused.problem
    assert "estimated from coordinates" in unused.problem


def test_a_matrix_is_named() -> None:
    roads = RoadSettings(matrix=Path("own.csv"))
    closure = Closure(first=dt.date(2026, 12, 1), last=dt.date(2026, 12, 1), ways=(1,))
    tables = district(settings=Settings(roads=roads))
    (unused,) = closure_warnings(tables, [Unclosed(closure=closure, reason="no-roads")])
    assert "taken from own.csv" in unused.problem
    assert "The closure changes nothing" in unused.problem


@pytest.mark.parametrize(
    ("ways", "problem", "fix"),
    [
        ((7, 8), "way id 7 or 8: this closes nothing", "delete the row."),
        ((1, 7, 2), "The other ways of this row, 1 and 2, are closed.", "delete only its id"),
    ],
)
def test_a_row_with_an_unknown_way_says_what_it_closes(
    ways: tuple[int, ...], problem: str, fix: str
) -> None:
    day = dt.date(2026, 12, 1)
    closure = Closure(first=day, last=day, ways=ways)
    missed = Unclosed(closure=closure, reason="way", ways=tuple(w for w in ways if w > 2))
    (fault,) = closure_warnings(district(), [missed])
    assert problem in fault.problem
    assert fix in fault.fix


def test_how_many_closures_count_for_nothing_is_told() -> None:
    day = dt.date(2026, 12, 1)
    closure = Closure(first=day, last=day, ways=(1,))
    (unused,) = closure_warnings(district(), [Unclosed(closure=closure, reason="no-roads")] * 3)
    assert "The 3 closures change nothing" in unused.problem


@pytest.mark.parametrize("first", [dt.date(2026, 12, 4), dt.date(2026, 12, 7)])
def test_a_plan_carries_what_holds_in_its_week(first: dt.date, tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", {1: (0, 0), 2: (800, 0)}, [([1, 2], ROAD)])
    closure = Closure(first=first, last=first, ways=(1012,))
    tables = on_roads(path, stop_at("S1", 800, 0), closures=(closure,))
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    inside = first < dt.date(2026, 12, 7)
    assert [fault.rule for fault in _of_closures(plan.warnings)] == ["unknown-way"] * inside
    assert told(plan.road_note, "en").endswith("closed this week: 0.") == inside


def test_an_estimated_plan_carries_that_it_keeps_to_no_closure() -> None:
    closure = Closure(first=dt.date(2026, 12, 1), last=dt.date(2026, 12, 1), ways=(1,))
    plan = bc.plan_week(district(stop("S1"), closures=(closure,)), "2026-W49", effort="quick")
    assert [fault.rule for fault in _of_closures(plan.warnings)] == ["closures-unused"]
