"""The pages with a screen reader's eyes: axe-core finds nothing serious."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from browser import Browser, browser
from manifests.axe import serious
from manifests.plans import HOSTILE, ZH, make_plan
from pages.boards import busy_district, planned

from bookcar.manifests.page import route_page
from bookcar.manifests.profile import Profile, profile_svg
from bookcar.manifests.rows import week_sheet
from bookcar.pages.board import board_page
from bookcar.pages.week import week_page
from bookcar.web.markup import document, tag
from bookcar.web.minimap import route_map

__all__ = ["browser"]

PROFILE = profile_svg(
    Profile(
        metres=np.array([0.0, 4_000.0, 9_000.0]),
        heights=np.array([300.0, 720.0, 300.0]),
        stops=(1_000.0, 4_000.0, 6_000.0, 8_000.0),
        climb=420,
    )
)

pytestmark = pytest.mark.browser


def _found(browser: Browser, page: str, folder: Path, ready: str | None = None) -> list[str]:
    path = folder / "page.html"
    path.write_text(page, "utf-8")
    browser.open(path, ready=ready)
    return serious(browser)


@pytest.mark.parametrize("names", [(), HOSTILE])
def test_the_manifest_keeps_nobody_out(
    browser: Browser, tmp_path: Path, names: tuple[str, ...]
) -> None:
    plan = make_plan(routes=1, stops=4, names=names, plan=ZH if names else {})
    week = week_sheet(plan)
    page = route_page(
        week.routes[0], week, map_svg=route_map(plan, plan.routes[0]), profile_svg=PROFILE
    )
    assert _found(browser, page, tmp_path) == []


def test_the_weeks_page_keeps_nobody_out(browser: Browser, tmp_path: Path) -> None:
    assert _found(browser, week_page(make_plan(), maps_href="../maps"), tmp_path) == []


def test_the_board_keeps_nobody_out(browser: Browser, tmp_path: Path) -> None:
    tables = busy_district()
    plan, travel = planned(tables)
    path = tmp_path / "board.html"
    path.write_text(board_page(plan, tables, travel), "utf-8")
    browser.open(path)
    browser.click(".card")
    assert serious(browser) == []


def test_a_page_that_keeps_people_out_is_found(browser: Browser, tmp_path: Path) -> None:
    page = document(tag("button", type="button"), title="x", language="en", css="")
    assert any(found.startswith("button-name") for found in _found(browser, page, tmp_path))
