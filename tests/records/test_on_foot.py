"""A stop on foot from its plan to what is recorded, mapped and reported of it: served as any."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from cli.county import write_county
from records.weeks import WEEK, plan_again, rows_of

import bookcar as bc
from bookcar.maps.coverage import coverage_map
from bookcar.plan import Plan
from bookcar.report.build import report_of
from bookcar.report.text import paragraphs

HAMLET = "S9,Hamlet,village,1.03,45.014,40,foot"
CARRIER = "id,name,at,serves\nK,Anne,S9,S9\n"


@pytest.fixture
def planned(tmp_path: Path) -> tuple[Path, Plan, Path]:
    """Return a county with a hamlet on foot and who fetches for it, its plan and its folder."""
    county = write_county(
        tmp_path / "county", stops=(HAMLET,), batches=("B1,40,LIB", "B2,40,LIB", "B3,40,LIB")
    )
    (county / "carriers.csv").write_text(CARRIER, "utf-8")
    plan, folder = plan_again(tmp_path, county, WEEK)
    return county, plan, folder


def _drop(plan: Plan) -> tuple[dt.date, str]:
    ((date, batch),) = (
        (route.date, batch)
        for route in plan.routes
        for visit in route.visits
        if visit.stop == "S9" and visit.foot
        for batch in visit.drops
    )
    return date, batch


def test_a_week_with_a_walk_is_closed_as_any(planned: tuple[Path, Plan, Path]) -> None:
    county, plan, folder = planned
    date, batch = _drop(plan)
    bc.close_week(folder, county)
    (row,) = (row for row in rows_of(county / "visits.csv") if row["stop"] == "S9")
    assert (row["date"], row["batch"], row["action"]) == (date.isoformat(), batch, "dropped")
    after = bc.read(county)
    assert {b.id for b in after.batches if b.at == "S9"} == {batch}
    again = bc.plan_week(after, "2026-W50", effort="quick")
    assert "S9" not in {v.stop for route in again.routes for v in route.visits}


def test_what_was_carried_is_reported(planned: tuple[Path, Plan, Path]) -> None:
    county, _, folder = planned
    bc.close_week(folder, county)
    report = report_of(bc.read(county), dt.date(2026, 11, 1), dt.date(2026, 12, 31), language="en")
    (told,) = (text for text in paragraphs(report) if "no car reaches" in text)
    assert "One stop" in told
    assert "Hamlet" in told


def test_a_walk_counts_as_covered(planned: tuple[Path, Plan, Path]) -> None:
    _, plan, _ = planned
    found = re.search(
        r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', coverage_map(plan, None), re.S
    )
    assert found
    drawn = json.loads(found[1])
    (number,) = (k for k, stop in enumerate(drawn["stops"]) if stop["name"] == "Hamlet")
    weeks = {mode: drawn["modes"][mode]["weeks"][number] for mode in ("recorded", "planned")}
    assert weeks == {"recorded": None, "planned": 0}
