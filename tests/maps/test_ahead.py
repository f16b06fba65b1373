"""Weeks on: the page counts stops and townships as Python would, its address keeps the view."""

from __future__ import annotations

import json
import re

import msgspec
import numpy as np
import pytest
import shapely
from maps.plans import make_areas, make_measures, make_plan, make_roads

from bookcar.maps.backdrop import backdrop, cut
from bookcar.maps.coverage import coverage_map
from bookcar.maps.service_level import visit_class
from bookcar.maps.townships import outline_of
from bookcar.pages.late import late_next_week
from bookcar.phrases import Phrases
from bookcar.roads.basemap import Basemap

PLAN = make_plan(stops=120, routes=6, visits=5, unserved=9)
SET = """
const slider = document.getElementById('ahead');
slider.value = arguments[0];
slider.dispatchEvent(new Event('input'));
"""


@pytest.fixture(scope="module")
def page(write):
    return write(coverage_map(PLAN, make_roads(), areas=make_areas(), language="en"))


def _later(plan, weeks):
    """Return the plan as if it had been made so many weeks later, and nothing driven between."""
    stops = tuple(
        msgspec.structs.replace(
            stop, weeks_since=None if stop.weeks_since is None else stop.weeks_since + weeks
        )
        for stop in plan.stops
    )
    return msgspec.structs.replace(plan, stops=stops)


def _page(plan, *, walks):
    measures = make_measures(plan, make_roads()) if walks else None
    return coverage_map(plan, make_roads(), areas=make_areas(), measures=measures, language="en")


def _modes(plan, *, walks):
    found = _page(plan, walks=walks)
    block = re.search(r'id="bookcar-data"[^>]*>(.*?)</script>', found, re.DOTALL)
    assert block
    return json.loads(block[1])["modes"]


@pytest.mark.browser
@pytest.mark.parametrize("walks", [False, True])
@pytest.mark.parametrize("targets", [(4,), (2, 3, 26)])
def test_weeks_on_count_as_python_counts(browser, write, targets, walks):
    """What the page works out is what a plan made so many weeks later says, to the last cell."""
    stops = tuple(
        msgspec.structs.replace(stop, every_weeks=targets[k % len(targets)])
        for k, stop in enumerate(PLAN.stops)
    )
    plan = msgspec.structs.replace(PLAN, stops=stops)
    browser.open(write(_page(plan, walks=walks)))
    for weeks in (1, 3, 12):
        made = browser.run("return bookcar.ahead(bookcar.data.modes.recorded, arguments[0])", weeks)
        told = _modes(_later(plan, weeks), walks=walks)["recorded"]
        walked = ("reached", "reachable") if walks else ()
        for key in ("weeks", "classes", "counts", "within", "people", "longest", "gaps", *walked):
            assert made[key] == told[key], (key, weeks)
        for key in {"window", "walk", "walk-stops", "need"} & told["shading"].keys():
            shown = [
                {key: cell[key] for key in ("shade", "value", "count")}
                for cell in made["shading"][key]["cells"]
            ]
            assert shown == told["shading"][key]["cells"], (key, weeks)
            assert made["shading"][key]["order"] == told["shading"][key]["order"], (key, weeks)
    assert not walks or "walk" in told["shading"]


@pytest.mark.browser
def test_late_the_week_after_is_what_the_weeks_page_tells(browser, page):
    late = late_next_week(PLAN)
    assert late > 0
    browser.open(page, fragment="#planned")
    assert f"{late}late the week after" in browser.text(".figures").replace("\n", "")
    browser.run(SET, 1)
    counted = [int(text) for text in browser.texts("[data-class]")]
    assert counted[2] + counted[3] == late


@pytest.mark.browser
def test_the_list_of_gaps_follows_the_slider(browser, page):
    browser.open(page, fragment="#planned")
    for weeks in (0, 2, 6):
        browser.run(SET, weeks)
        counted = [int(text) for text in browser.texts("[data-class]")]
        assert f"({sum(counted[2:])})" in browser.text("#gaps h2")
    assert sum(counted[2:]) > 0


@pytest.mark.browser
def test_the_slider_makes_stops_late_and_back(browser, page):
    browser.open(page)
    first = browser.texts("[data-class]")
    browser.run(SET, 8)
    later = browser.texts("[data-class]")
    weeks = [stop.weeks_since for stop in PLAN.stops]
    classes = [
        visit_class(None if w is None else w + 8, stop.every_weeks)
        for w, stop in zip(weeks, PLAN.stops, strict=True)
    ]
    assert later == [f"{classes.count(c):,}" for c in range(5)]
    assert browser.run(
        "return document.getElementById('ahead').getAttribute('aria-valuetext')"
    ) == ("in 8 weeks")
    browser.run(SET, 0)
    assert browser.texts("[data-class]") == first
    assert browser.console() == []


@pytest.mark.browser
def test_the_view_is_kept_in_the_address(browser, page):
    browser.open(page)
    assert browser.run("return location.hash") == ""
    browser.run(SET, 3)
    browser.click("[data-value=planned]")
    browser.run("document.querySelectorAll('.legend input')[1].click()")
    assert browser.run("return location.hash") == "#mode=planned&ahead=3&hide=1"
    seen = browser.texts(".figures b, [data-class]")
    browser.reload()
    assert browser.texts(".figures b, [data-class]") == seen
    assert browser.count("[data-value=planned][aria-pressed=true]") == 1
    assert not browser.run("return document.querySelectorAll('.legend input')[1].checked")
    browser.open(page, fragment="#planned")
    assert browser.count("[data-value=planned][aria-pressed=true]") == 1
    browser.open(page, fragment="#ahead=-4&measure=none&hide=77")
    assert browser.run("return document.getElementById('ahead').value") == "0"
    assert browser.console() == []


@pytest.mark.browser
def test_a_stop_is_found_on_the_coverage_map(browser, page):
    browser.open(page)
    browser.write("#search", PLAN.stops[3].name)
    browser.run("document.querySelector('.found button').click()")
    assert PLAN.stops[3].name in browser.text(".leaflet-popup h3")


# ---- shares that do not saturate


def test_the_highest_class_of_shares_is_all(write):
    said = coverage_map(PLAN, None, areas=make_areas(), language="en")
    assert Phrases("en")("maps.shade-all", n="100\N{NO-BREAK SPACE}%") in said
    assert "90–99\N{NO-BREAK SPACE}%" in said


# ---- roads end with the district


def test_roads_are_cut_where_the_townships_end():
    outline = shapely.box(0, 0, 1, 1)
    inside = np.array([[0.1, 0.1], [0.9, 0.9]])
    across = np.array([[0.5, 0.5], [0.5, 3.0]])
    through = np.array([[-1.0, 0.2], [2.0, 0.2]])
    twice = np.array([[0.2, 0.9], [0.2, 2.0], [0.8, 2.0], [0.8, 0.9]])
    beyond = np.array([[4.0, 4.0], [5.0, 5.0]])
    kept = cut({"trunk": [inside, across, beyond], "path": [through, twice]}, outline)
    assert [line.tolist() for line in kept["trunk"]] == [
        inside.tolist(),
        [[0.5, 0.5], [0.5, 1.0]],
    ]
    assert [line.tolist() for line in kept["path"]] == [
        [[0.0, 0.2], [1.0, 0.2]],
        [[0.2, 0.9], [0.2, 1.0]],
        [[0.8, 1.0], [0.8, 0.9]],
    ]


def test_about_a_stop_outside_all_townships_roads_are_kept():
    areas = make_areas()
    inside = outline_of(areas, PLAN.stops)
    far = msgspec.structs.replace(PLAN.stops[0], lon=120.0, lat=35.0)
    wider = outline_of(areas, (*PLAN.stops, far))
    road = np.array([[119.999, 35.0], [120.001, 35.0]])
    assert inside is not None
    assert wider is not None
    assert cut({"path": [road]}, inside) == {"path": []}
    (kept,) = cut({"path": [road]}, wider)["path"]
    assert kept.tolist() == road.tolist()
    assert outline_of((), PLAN.stops) is None


def test_without_townships_every_road_is_drawn():
    road = np.array([[120.0, 35.0], [120.1, 35.1]])
    roads = Basemap(lines={"trunk": [road]})
    assert backdrop(roads)["roads"]["trunk"]
    assert backdrop(roads, shapely.box(0, 0, 1, 1))["roads"] == {}
