"""The whole folder of a week."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from manifests.plans import HOSTILE, LAT, LON, ZH, make_plan
from manifests.test_minimap import Lines

from bookcar.errors import MissingToolError
from bookcar.manifests.fonts import installed
from bookcar.manifests.write import write_manifests
from bookcar.plan import Plan

pytestmark = pytest.mark.skipif(
    "Noto Sans CJK SC" not in installed().families, reason="no font for Chinese is installed"
)


def _sums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _written(plan: Plan, folder: Path, language: str | None = None) -> dict[str, str]:
    folder.mkdir()
    write_manifests(plan, folder, language=language)
    return _sums(folder)


def test_every_file_is_there_and_the_same_each_time(tmp_path: Path) -> None:
    plan = make_plan(routes=2, names=HOSTILE, plan=ZH)
    first, second = _written(plan, tmp_path / "a"), _written(plan, tmp_path / "b")
    assert sorted(first) == [
        *("gpx/R01.gpx", "gpx/R02.gpx", "manifests.pdf", "manifests/R01.html"),
        *("manifests/R02.html", "unserved.csv", "visits.csv", "week.xlsx"),
    ]
    assert first == second


def test_a_week_without_routes(tmp_path: Path) -> None:
    files = _written(make_plan(routes=0), tmp_path / "a")
    assert {"manifests.pdf", "week.xlsx", "visits.csv", "unserved.csv"} == set(files)


def test_the_language_may_differ_from_the_plans(tmp_path: Path) -> None:
    plan = make_plan(routes=1)
    assert _written(plan, tmp_path / "a") != _written(plan, tmp_path / "b", "zh")
    assert "行车单" in (tmp_path / "b/manifests/R01.html").read_text("utf-8")


def test_roads_are_drawn_beneath(tmp_path: Path) -> None:
    roads = Lines({"county": [np.array([[LON, LAT], [LON + 0.02, LAT]])]})
    write_manifests(make_plan(routes=1), tmp_path, basemap=roads)
    assert "#a6a6a6" in (tmp_path / "manifests/R01.html").read_text("utf-8")


def test_nothing_is_written_when_a_glyph_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError):
        write_manifests(make_plan(names=("\U0010fffd",)), tmp_path)
    assert _sums(tmp_path) == {}


def test_it_says_how_far_it_is(tmp_path: Path) -> None:
    steps: list[object] = []

    class Watch:
        def start(self, step: str, total: int | None = None) -> None:
            steps.append((step, total))

        def advance(self, done: int, note: str = "") -> None:  # noqa: ARG002
            steps.append(done)

        def finish(self, summary: str) -> None:
            steps.append(summary)

    write_manifests(make_plan(routes=2), tmp_path, progress=Watch())
    assert steps == [("manifests", 5), 1, 2, 3, 4, 5, "2 routes"]
