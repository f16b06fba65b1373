"""The whole folder of a week."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pypdf
import pytest
from manifests.plans import HOSTILE, LAT, LON, ZH, make_plan
from web.test_minimap import Lines

from bookcar.errors import MissingToolError, UsageError
from bookcar.manifests.write import write_manifests
from bookcar.plan import Plan


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
        *(
            "gpx/R01-route.gpx",
            "gpx/R01.gpx",
            "gpx/R02-route.gpx",
            "gpx/R02.gpx",
            "labels.pdf",
            "manifests.pdf",
            "manifests/R01.html",
        ),
        *("manifests/R02.html", "posters.pdf", "timetable.csv", "unserved.csv", "visits.csv"),
        *("visits.ics", "wall.pdf", "week.xlsx"),
    ]
    assert first == second


def test_a_week_without_routes(tmp_path: Path) -> None:
    files = _written(make_plan(routes=0), tmp_path / "a")
    assert set(files) == {
        *("labels.pdf", "manifests.pdf", "posters.pdf", "timetable.csv", "unserved.csv"),
        *("visits.csv", "visits.ics", "wall.pdf", "week.xlsx"),
    }


def test_a_route_asked_for_has_a_pdf_of_its_own(tmp_path: Path) -> None:
    write_manifests(make_plan(routes=2), tmp_path, single=("R02",))
    pages = pypdf.PdfReader(tmp_path / "manifests" / "R02.pdf").pages
    assert all(page.extract_text().startswith("R02") for page in pages)
    assert f"page 1 of {len(pages)}" in pages[0].extract_text()
    assert not (tmp_path / "manifests" / "R01.pdf").exists()


def test_a_route_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no route R09; there are R01, R02"):
        write_manifests(make_plan(routes=2), tmp_path, single=("R09",))
    assert not list(tmp_path.iterdir())


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

        def finish(self, summary: str, **figures: int) -> None:
            steps.append((summary, figures))

    write_manifests(make_plan(routes=2), tmp_path, progress=Watch())
    assert steps[0] == ("steps.manifests", 6)
    assert steps[1:] == [1, 2, 3, 4, 5, 6, ("steps.manifests-done", {"routes": 2})]
