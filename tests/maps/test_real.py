"""The maps of two real plans, Andorra's and Qijiang's, with every filter and button pressed."""

from __future__ import annotations

import io
import math
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from maps.overlaps import CENTRES, CLOSER, COLLISIONS, COVERED_TIMES, NAMES, SIGNS

import bookcar as bc
from bookcar.advice.wording import explanation
from bookcar.cli import main
from bookcar.maps.coverage import coverage_map
from bookcar.maps.measures import Measures, measure
from bookcar.maps.routes import route_map
from bookcar.maps.service_level import visit_class, weeks_since
from bookcar.model import District
from bookcar.phrases import Phrases
from bookcar.plan import Plan
from bookcar.plan_file import load
from bookcar.roads.basemap import Basemap, basemap
from bookcar.roads.walk import walk_network
from bookcar.weeks import clock

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BADGES = ".leaflet-badges-pane .badge:not(.depot)"
STOPS = ".leaflet-stops-pane path, .leaflet-unserved-pane path"
SIZES = ((1500, 950), (1024, 768), (360, 740))
BYTES = 620_000  # at most 0.7 MB is promised; these two districts are not the largest
PAPER = {"a4": [297, 210], "a3": [420, 297]}


@dataclass(frozen=True)
class Case:
    """A plan with all its maps are drawn from."""

    plan: Plan
    district: District
    ground: Basemap
    measures: Measures

    def page(self, name: str, language: str) -> str:
        areas = self.district.areas
        if name == "routes":
            return route_map(self.plan, self.ground, areas=areas, language=language)
        return coverage_map(
            self.plan, self.ground, areas=areas, measures=self.measures, language=language
        )


def begin_andorra(shared: Path) -> None:
    extract = str(shared / "osm" / "andorra.osm.pbf")
    run("init", "andorra", "--from-osm", extract, "--time-zone", "Europe/Andorra")
    shutil.copytree(shared / "dem", "andorra/dem")
    toml = Path("andorra/district.toml")
    toml.write_text(
        toml.read_text("utf-8").replace('# heights = "dem"', 'heights = "dem"'), "utf-8"
    )


def run(*arguments: str) -> None:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.fixture(
    scope="module", params=[pytest.param("andorra", marks=pytest.mark.shared), "qijiang"]
)
def case(request, root: Path, tmp_path_factory) -> Case:
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("BOOKCAR_CACHE", str(folder / "cache"))
        if request.param == "andorra":
            begin_andorra(request.getfixturevalue("shared"))
        else:
            shutil.copytree(root / "examples" / "qijiang", "qijiang")
        run("plan", request.param, "--week", "2026-W49", "--effort", "quick")
        district = bc.read(request.param)
        plan = load(folder / "routes" / request.param / "2026-W49")
        return Case(
            plan, district, basemap(district), measure(plan, district, walk_network(district))
        )


@pytest.fixture(scope="module")
def routes(case, write) -> Path:
    return write(case.page("routes", "en"))


@pytest.fixture(scope="module")
def coverage(case, write) -> Path:
    return write(case.page("coverage", "en"))


@pytest.fixture(scope="module")
def pages(routes, coverage) -> dict[str, Path]:
    return {"routes": routes, "coverage": coverage}


def clocks(route) -> list[str]:
    return [clock(visit.arrive) for visit in route.visits]


@pytest.mark.parametrize("drawn", ["routes en", "routes zh", "coverage en", "coverage zh"])
def test_page_is_small_the_same_twice_and_asks_for_nothing(browser, case, write, drawn):
    name, language = drawn.split()
    page = case.page(name, language)
    assert case.page(name, language) == page
    assert len(page.encode()) <= BYTES
    path = write(page)
    for size in SIZES:
        browser.open(path, size=size, timeout=60)
        assert browser.requests() == []
        assert browser.console() == []
        assert browser.run("return document.documentElement.lang.slice(0, 2)") == language
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth")


def test_ground_has_waters_hills_and_township_lines(browser, case, routes):
    browser.open(routes, timeout=60)
    rivers = browser.count(".leaflet-waters-pane path:not([d='M0 0'])")
    assert (rivers > 0) == any(case.ground.waters.values())
    assert browser.count(".leaflet-hills-pane img") == (case.ground.heights is not None)
    assert browser.count(".leaflet-areas-pane path") == len(case.district.areas)
    assert browser.count(".leaflet-control-scale-line, .north, .credit") == 3
    header = browser.text("#panel header")
    assert case.plan.id in header
    assert case.plan.week in header


def test_every_day_and_vehicle_filter_leaves_its_routes(browser, case, routes):
    browser.open(routes, timeout=60)
    data = browser.run("return bookcar.data.routes.map(r => [r.day, r.vehicle, r.visits.length])")
    for group, column in (("Day", 0), ("Vehicle", 1)):
        for value in {row[column] for row in data}:
            browser.click(f"[aria-label^='{group}'] [data-value='{value}']")
            assert browser.count(BADGES) == sum(row[2] for row in data if row[column] == value)
            assert browser.texts(".figures b")[0] == str([r[column] for r in data].count(value))
        browser.click(f"[aria-label^='{group}'] [data-value=all]")
        assert browser.count(BADGES) == case.plan.totals.served


def test_every_route_opens_alone_thick_with_arrows_and_times(browser, case, routes):
    for route in case.plan.routes:
        browser.open(routes, fragment=f"#{route.id}", timeout=60)
        assert browser.texts(f"{BADGES} .badge-time") == clocks(route)
        shown = "return getComputedStyle(document.querySelector('.badge-time')).display"
        assert browser.run(shown) != "none"
        assert browser.count(".leaflet-lines-pane path[stroke-width='5']") == 1
        assert browser.count(".arrow") > 0
        assert browser.texts(".chosen .visits .time") == clocks(route)
        browser.click(f"[data-route='{route.id}']")
        assert browser.count(BADGES) == case.plan.totals.served


def test_card_of_every_visit_of_a_route_says_what_the_plan_says(browser, case, routes):
    stops = {stop.id: stop for stop in case.plan.stops}
    route = case.plan.routes[-1]
    browser.open(routes, fragment=f"#{route.id}", timeout=60)
    for i, visit in enumerate(route.visits, start=1):
        browser.click(f".chosen .visits li:nth-child({i}) button")
        card, stop = browser.texts(".card")[-1], stops[visit.stop]  # the one before still fades
        for part in (stop.name, clock(visit.arrive), *visit.drops, *visit.collects):
            assert part in card
        for part in (stop.contact, stop.landmark, stop.phone):
            assert part in card


def test_every_unserved_stop_is_listed_with_its_reason(browser, case, routes):
    say = Phrases("en")
    browser.open(routes, timeout=60)
    reasons = [explanation(case.plan, row, say) for row in case.plan.unserved]
    assert browser.texts("#unserved small") == reasons
    idle = len(case.plan.stops) - case.plan.totals.served - len(reasons)
    assert browser.count(STOPS) == len(reasons) + idle
    browser.click("[data-layer=unserved]")
    assert browser.count(STOPS) == idle
    browser.click("[data-layer=idle]")
    assert browser.count(STOPS) == 0


@pytest.mark.parametrize("size", SIZES, ids=lambda s: s[0])
@pytest.mark.parametrize("page", ["routes", "coverage"])
def test_names_keep_off_stops_and_each_other_at_every_zoom(browser, pages, page, size):
    browser.open(pages[page], size=size, timeout=60)
    places = browser.run("return bookcar.data.stops.map(stop => stop.at)")
    shown = 0
    for _ in range(5):  # on the thickest of the stops
        names, collisions = browser.run(COLLISIONS, SIGNS[page])
        assert collisions == []
        shown = max(shown, names)
        browser.run(CLOSER, places)
    assert shown >= 5


def test_names_that_had_no_room_come_back_nearer_by(browser, case, coverage):
    """Every township's name is seen at some zoom, and in the table at any."""
    browser.open(coverage, timeout=60)
    every = {text for text in browser.texts(".area-name bdi") if text}
    seen = set(browser.run(NAMES))
    assert len(seen) > len(every) / 2
    for area in browser.run(
        "return Array.from(document.querySelectorAll('[data-area]'), b => b.dataset.area)"
    ):
        browser.run("document.querySelector(`[data-area='${arguments[0]}']`).click()", area)
        seen |= set(browser.run(NAMES))
    assert seen == every
    assert every <= set(browser.texts(".areas tbody bdi"))


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda s: s[0])
def test_badges_of_the_week_stand_apart_without_zooming(browser, case, routes, size):
    browser.open(routes, size=size, timeout=60)
    assert browser.count(".crowded") == 0
    badges, depots = browser.run(CENTRES)
    assert len(badges) == case.plan.totals.served
    spots = [complex(*spot) for spot in badges]
    pairs = [abs(a - b) for i, a in enumerate(spots) for b in spots[:i]]
    pairs += [abs(a - complex(*b)) for a in spots for b in depots]
    assert min(pairs) >= 24  # as wide as a badge with its rim


def test_times_of_a_route_alone_can_all_be_read(browser, case, routes):
    for route in case.plan.routes:
        browser.open(routes, fragment=f"#{route.id}", timeout=60)
        assert browser.run(COVERED_TIMES) == []


def test_every_coverage_button_does_what_it_says(browser, case, coverage):
    browser.open(coverage, timeout=60)
    for mode, planned in (("recorded", False), ("planned", True)):
        browser.click(f"[data-value={mode}]")
        weeks = weeks_since(case.plan, planned=planned)
        counts = Counter(
            visit_class(w, s.every_weeks) for w, s in zip(weeks, case.plan.stops, strict=True)
        )
        assert [int(n) for n in browser.texts("[data-class]")] == [counts[c] for c in range(5)]
        for c in range(5):
            browser.click(f"[data-layer=class-{c}]")
            assert browser.count(STOPS) == len(case.plan.stops) - counts[c]
            browser.click(f"[data-layer=class-{c}]")
        values = browser.run(
            "return Array.from(document.querySelectorAll('#measure option'), o => o.value)"
        )
        titles = set()
        for value in values:
            browser.run(MEASURE, value)
            titles.add(browser.text("#panel section:has(#measure) h2"))
        assert len(titles) == len(values) > 1


@pytest.mark.parametrize("page", ["routes", "coverage"])
def test_one_key_shows_every_stop_as_a_table(browser, case, pages, page):
    browser.open(pages[page], timeout=60)
    browser.driver.find_element("css selector", "body").send_keys("t")
    assert browser.run("return !document.querySelector('#tables').hidden")
    cells = set(browser.texts("#tables th bdi:first-child"))
    assert {stop.name for stop in case.plan.stops} <= cells
    browser.driver.switch_to.active_element.send_keys("t")
    assert browser.run("return document.querySelector('#tables').hidden")


def is_tall(plan) -> bool:
    """Tell whether the places lie further apart from north to south than from west to east."""
    places = [*plan.stops, *plan.depots]
    high, wide = (np.ptp([getattr(p, axis) for p in places]) for axis in ("lat", "lon"))
    return high > wide * math.cos(math.radians(places[0].lat))


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_paper_holds_map_and_legend(browser, case, pages, paper):
    pypdf = pytest.importorskip("pypdf")
    size = PAPER[paper][::-1] if is_tall(case.plan) else PAPER[paper]
    for name, word in (("routes", "main road"), ("coverage", "never visited")):
        browser.open(pages[name], timeout=60)
        browser.run("window.print = () => {}")
        browser.click(f"[data-paper={paper}]")
        sheet = pypdf.PdfReader(io.BytesIO(browser.pdf())).pages[0]
        assert [round(float(side) / 72 * 25.4) for side in sheet.mediabox[2:]] == size
        words = sheet.extract_text()
        assert word in words
        assert "internal use" in words


MEASURE = """
const select = document.querySelector('#measure');
select.value = arguments[0];
select.dispatchEvent(new Event('change'));
"""
