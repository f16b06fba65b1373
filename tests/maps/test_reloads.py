"""Reloads on the route map and in what is exported from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import Browser, browser
from reloading import STORE, far_plan, yard_plan

from bookcar.maps.exports import route_features, stop_features
from bookcar.maps.routes import route_map
from bookcar.plan import Plan

__all__ = ["browser"]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return far_plan()


@pytest.fixture(scope="module")
def page(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "routes.html"
    path.write_text(route_map(plan, None), "utf-8")
    return path


def test_the_line_passes_the_store(plan: Plan) -> None:
    (route,) = route_features(plan)
    assert route["properties"]["order"] == " ".join(plan.routes[0].places[1:-1])
    assert (route["properties"]["stops"], route["properties"]["reloads"]) == (4, 2)
    line = [tuple(point) for point in route["geometry"]["coordinates"]]
    assert line.count((106.865, 29.03)) == 2


def test_the_line_passes_a_store_before_the_first_stop() -> None:
    plan = yard_plan()
    (route,) = route_features(plan)
    assert route["properties"]["order"].split()[0] == "E"
    assert (route["properties"]["stops"], route["properties"]["reloads"]) == (3, 1)
    line = [tuple(point) for point in route["geometry"]["coordinates"]]
    away = [point for point in line if point != (106.65, 29.02)]
    assert away[0] == (106.865, 29.03)


def test_a_store_says_which_routes_reload_there(plan: Plan) -> None:
    depots = [f for f in stop_features(plan) if f["properties"]["status"] == "depot"]
    assert [f["properties"].get("reloads") for f in depots] == [None, "R01"]


@pytest.mark.browser
def test_the_map_lists_reloads_in_cards_list_and_table(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert browser.run("return document.title") != "owned"
    items = browser.run(
        "return [...document.querySelectorAll('ol.visits > li')].map((li) => li.textContent)"
    )
    assert len(items) == 6
    assert sum(STORE in item for item in items) == 2
    legend = browser.run("return document.querySelector('.legend').textContent")
    assert "store where cars reload" in legend
    calls = browser.run("return bookcar.calls(bookcar.data.routes[0]).map((c) => !!c.reload)")
    assert sum(calls) == 2
    assert not calls[0]
    points = browser.run("return bookcar.data.routes[0].legs.length")
    assert points == 7
