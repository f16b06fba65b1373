"""Hand-ons when a week is closed: those that did not happen, and what the next week believes."""

from __future__ import annotations

from pathlib import Path

import pytest
from records.weeks import WEEK, fill_in, plan_again, rows_of, write_rows

import bookcar as bc
from bookcar.plan import Plan

TABLES = {
    "stops.csv": "id,name,kind,lon,lat,books,every_weeks\n"
    + "".join(f"S{k},Village {k},village,{1 + k / 100},45.0,100,1\n" for k in range(1, 4)),
    "vehicles.csv": "id,books,max_km,max_hours,days\nV,150,200,9,Mon\n",
    "batches.csv": "id,books,kg,crates,at,since\nN1,100,40,1,LIB,\n"
    + "".join(f"B{k},100,40,1,S{k},2026-01-05\n" for k in range(1, 4)),
    "district.toml": """\
name = "County"
language = "en"
time_zone = "Europe/Paris"
[[depot]]
id = "LIB"
name = "County library"
lon = 1.0
lat = 45.0
[batches]
hand_on = true
no_repeat_months = 0
""",
}


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """Return a folder with a county and its week, in which S1 hands on to S2, and that to S3."""
    county = tmp_path / "county"
    county.mkdir()
    for name, text in TABLES.items():
        (county / name).write_text(text, "utf-8")
    plan, _ = plan_again(tmp_path, county, WEEK)
    assert _drops(plan) == {"S1": ("N1",), "S2": ("B1",), "S3": ("B2",)}
    return tmp_path


def _drops(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {visit.stop: visit.drops for route in plan.routes for visit in route.visits}


def _closed(top: Path, *missed: str) -> dict[str, str]:
    """Close the week without some visits; return where the batches are then."""
    bc.close_week(top / "routes" / "county" / WEEK, top / "county", done_except=missed)
    tables = bc.read(top / "county")  # by all rules, those of custody among them
    return {batch.id: batch.at for batch in tables.batches}


def test_as_planned_every_batch_is_one_stop_further(top: Path) -> None:
    assert _closed(top) == {"N1": "S1", "B1": "S2", "B2": "S3", "B3": "LIB"}
    rows = rows_of(top / "county" / "visits.csv")
    moves = [(row["stop"], row["batch"], row["action"]) for row in rows if row["batch"] == "B1"]
    assert moves == [("S1", "B1", "collected"), ("S2", "B1", "dropped")]


def test_what_was_not_dropped_came_home(top: Path) -> None:
    assert _closed(top, "S3") == {"N1": "S1", "B1": "S2", "B2": "LIB", "B3": "S3"}


def test_what_was_not_collected_went_on_to_nobody(top: Path) -> None:
    at = _closed(top, "S1")
    assert at == {"N1": "LIB", "B1": "S1", "B2": "S3", "B3": "LIB"}
    plan, _ = plan_again(top, top / "county", "2026-W50")
    assert plan.batches_by_id["B1"].at == "S1"


def test_a_driver_may_say_that_one_batch_stayed_aboard(top: Path) -> None:
    folder = top / "routes" / "county" / WEEK
    rows = rows_of(folder / "visits.csv")
    assert [row["batch"] for row in rows if row["stop"] == "S2"] == ["B1", "B2"]
    fill_in(folder / "visits.csv", ("S2", {"status": "done"}))
    told = rows_of(folder / "visits.csv")
    for row in told:
        if row["batch"] == "B1" and row["action"] == "dropped":
            row["status"] = "missed"
    write_rows(folder / "visits.csv", told, columns=list(told[0]))
    assert _closed(top) == {"N1": "S1", "B1": "LIB", "B2": "S3", "B3": "LIB"}


def test_the_next_week_believes_what_was_recorded(top: Path) -> None:
    _closed(top)
    plan, _ = plan_again(top, top / "county", "2026-W50")
    assert plan.totals.served == 3
    assert {b.id: b.at for b in plan.batches} == {
        "N1": "S1", "B1": "S2", "B2": "S3", "B3": "LIB",
    }  # fmt: skip
