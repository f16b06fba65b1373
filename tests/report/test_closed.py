"""A week that was planned and closed is reported as it was closed."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

import bookcar as bc
from bookcar.report.figures import Report

MONDAY = dt.date(2026, 11, 30)
SUNDAY = MONDAY + dt.timedelta(days=6)


@pytest.fixture
def sample(root: Path, tmp_path: Path) -> Path:
    """Return a folder with the sample district and its planned week."""
    shutil.copytree(root / "examples" / "fuhuan", tmp_path / "fuhuan")
    shutil.copytree(root / "routes" / "fuhuan", tmp_path / "routes")
    return tmp_path


def reported(sample: Path) -> Report:
    return bc.report_of(bc.read(sample / "fuhuan"), MONDAY, SUNDAY, plans=sample / "routes")


def test_an_open_week_has_planned_visits_of_which_nothing_is_recorded(sample: Path) -> None:
    plan = bc.load(sample / "routes" / "2026-W49")
    report = reported(sample)
    assert report["planned"].value == report["forgotten"].value == plan.totals.visits
    assert report["done"].value == 0


def test_a_closed_week_is_told_with_the_plan_s_times_and_km(sample: Path) -> None:
    folder = sample / "routes" / "2026-W49"
    plan = bc.load(folder)
    visits = [(visit, route) for route in plan.routes for visit in route.visits]
    missed = visits[0][0].stop
    bc.close_week(folder, sample / "fuhuan", done_except=[missed])
    report = reported(sample)
    done = [visit for visit, _ in visits if visit.stop != missed]
    assert report["planned"].value == len(visits)
    assert report["done"].value == len(done)
    assert report["missed"].value == len(visits) - len(done)
    assert report["forgotten"].value == 0
    books = plan.batches_by_id
    assert report["dropped"].value == sum(books[b].books for v in done for b in v.drops)
    seconds, metres = report["seconds"], report["metres"]
    assert (seconds.recorded, seconds.planned) == (0, len(done))
    assert seconds.value == seconds.from_plans == sum(v.depart - v.begin for v in done)
    assert metres.value == metres.from_plans == sum(route.metres for route in plan.routes)
    assert report["readers"].value is None
    assert report.times is None
