"""The maps as people use them, in a real browser."""

from __future__ import annotations

import io

import msgspec
import polyline
import pytest
from maps.plans import HOSTILE, make_areas, make_plan, make_roads

from bookcar.maps.coverage import coverage_map
from bookcar.maps.routes import route_map
from bookcar.phrases import Phrases

NO_ROOM = Phrases("en")("reasons.no-vehicle")

pytestmark = pytest.mark.browser

PLAN = make_plan(stops=120, routes=6, visits=5, unserved=9)
BADGES = ".leaflet-badges-pane .badge:not(.depot)"
LINES = ".leaflet-lines-pane path"  # three a route: casing, line, and one for the mouse
STOPS = ".leaflet-stops-pane path, .leaflet-unserved-pane path"
FIGURES = ".figures b"


@pytest.fixture(scope="module")
def routes(write):
    return write(route_map(PLAN, make_roads(), language="en"))


@pytest.fixture(scope="module")
def coverage(write):
    return write(coverage_map(PLAN, make_roads(), areas=make_areas(), language="en"))


@pytest.mark.parametrize(("language", "said"), [("en", "1 stop · "), ("zh", "1 站 · ")])
def test_a_route_of_one_stop_says_one(browser, write, language, said):
    plan = make_plan(stops=3, routes=1, visits=1, unserved=0)
    browser.open(write(route_map(plan, None, language=language)))
    (line,) = browser.texts("[data-route] small")
    assert line.startswith(said)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [(1500, 950), (1024, 768), (360, 740)], ids=lambda s: s[0])
def test_pages_open_without_network_or_errors(browser, write, language, size):
    for page in (
        route_map(PLAN, make_roads(), language=language),
        coverage_map(PLAN, make_roads(), areas=make_areas(), language=language),
    ):
        browser.open(write(page), size=size)
        assert browser.requests() == []
        assert browser.console() == []
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
        assert browser.run("return document.querySelector('.map').offsetHeight") > 300


@pytest.mark.parametrize(
    "fields",
    [{"stops": 0, "routes": 0}, {"stops": 3, "routes": 0}, {"stops": 1, "routes": 1, "visits": 1}],
    ids=str,
)
def test_pages_of_small_plans_open(browser, write, fields):
    plan = make_plan(**{"visits": 0, "unserved": 0} | fields)
    for page in (route_map(plan, None), coverage_map(plan, None)):
        browser.open(write(page))
        assert browser.console() == []


def test_decoder_agrees_with_the_library(browser, routes):
    line = polyline.encode([(-89.99999, 179.99999), (0, 0), (29.02001, -106.65), (29.02, -106.65)])
    browser.open(routes)
    assert browser.run("return bookcar.decode(arguments[0])", line) == [
        list(point) for point in polyline.decode(line)
    ]


def test_road_driven_twice_is_drawn_once(browser, routes):
    browser.open(routes)
    there_and_back = [[0, 0], [0, 1], [0, 2], [0, 1], [0, 0], [1, 0]]
    parts = browser.run("return bookcar.once(arguments[0])", there_and_back)
    assert parts == [[[0, 0], [0, 1], [0, 2]], [[0, 0], [1, 0]]]


def test_everything_in_the_plan_is_drawn(browser, routes):
    browser.open(routes)
    assert browser.count(LINES) == 3 * 6
    assert browser.count(BADGES) == 30
    assert browser.count(STOPS) == 120 - 30
    assert browser.count(".badge.depot") == 1
    assert browser.texts(FIGURES)[:3] == ["6", "30", "9"]


def test_day_filter_leaves_that_days_routes(browser, routes):
    browser.open(routes)
    browser.click(".chips [data-value='1']")
    assert browser.count(BADGES) == 10
    assert browser.texts(FIGURES)[:2] == ["2", "10"]
    assert browser.texts(".figures i")[:2] == [" of 6", " of 30"]
    assert browser.count(".routes .hidden-route") == 4


def test_day_and_vehicle_filters_go_together(browser, routes):
    browser.open(routes)
    browser.click("[aria-label^='Day'] [data-value='1']")
    browser.click("[aria-label^='Vehicle'] [data-value='1']")
    assert browser.texts(f"{BADGES} .badge-number") == ["1", "2", "3", "4", "5"]
    browser.click("[aria-label^='Day'] [data-value=all]")
    assert browser.count(BADGES) == 15
    assert browser.texts("[aria-pressed=true]") == ["Map", "All", "渝A·1037"]


def test_route_in_the_list_opens_alone_thick_and_with_arrows(browser, routes):
    browser.open(routes)
    assert browser.count(".arrow") == 0
    browser.click("[data-route=R03]")
    assert browser.count(BADGES) == 5
    assert browser.count(".arrow") > 0
    assert browser.count(f"{LINES}[stroke-width='5']") == 1
    assert browser.run("return location.hash") == "#R03"
    assert len(browser.texts(".routes .chosen .visits li")) == 5
    browser.click(".all-routes")
    assert browser.count(BADGES) == 30
    assert browser.run("return location.hash") == ""


def test_address_opens_a_route(browser, routes):
    browser.open(routes, fragment="#R05")
    assert browser.texts(".routes [aria-expanded=true] b") == ["R05 Wed 12-02"]
    assert browser.count(BADGES) == 5
    browser.run("location.hash = '#R01'")
    browser.run("return new Promise(done => setTimeout(done, 50))")
    assert browser.texts(".routes [aria-expanded=true] b") == ["R01 Mon 11-30"]


def test_unknown_route_in_the_address_shows_the_week(browser, routes):
    browser.open(routes, fragment="#%E0%A4%A")
    assert browser.count(BADGES) == 30
    assert browser.console() == []


def test_card_of_a_visit_shows_what_happens_there(browser, routes):
    browser.open(routes, fragment="#R01")
    browser.click(".chosen [data-stop]")
    card = browser.text(".card")
    visit = PLAN.routes[0].visits[0]
    stop = next(s for s in PLAN.stops if s.id == visit.stop)
    for part in (stop.name, stop.contact, stop.phone, stop.landmark, visit.drops[0], "活着"):
        assert part in card
    assert browser.texts(".card b")[0].count(":") == 2


def test_card_of_an_unserved_stop_shows_the_reason(browser, routes):
    browser.open(routes)
    assert len(browser.texts("#unserved li")) == 9
    browser.click("#unserved [data-stop]")
    assert browser.text(".card .reason") == NO_ROOM


def test_unserved_and_idle_stops_can_be_hidden(browser, routes):
    browser.open(routes)
    browser.click("[data-layer=unserved]")
    assert browser.count(STOPS) == 120 - 30 - 9
    browser.click("[data-layer=idle]")
    assert browser.count(STOPS) == 0


def test_keyboard_reaches_filters_routes_and_stops(browser, routes):
    browser.open(routes)
    browser.run("document.querySelector('[data-route=R02]').focus()")
    _press(browser, "\ue007")
    assert browser.count(BADGES) == 5
    browser.run(f"document.querySelector('{BADGES}').focus()")
    _press(browser, "\ue007")
    assert browser.count(".card") == 1
    assert (
        browser.run("return document.querySelector('.leaflet-popup-close-button').ariaLabel")
        == "Close"
    )
    _press(browser, "\ue00c")
    _press(browser, "\ue00c")
    assert browser.count(BADGES) == 30


def test_table_says_what_the_map_shows(browser, routes):
    browser.open(routes)
    browser.click("[data-value=table]")
    assert browser.count("#tables table") == 6 + 2
    assert browser.count("#tables tbody tr") == 120
    reasons = browser.texts("#tables table:nth-of-type(1) tbody tr td:last-child")
    assert reasons.count(NO_ROOM) == 3
    browser.click("#tables .link")
    assert browser.count(".card") == 1
    assert browser.run("return document.querySelector('#tables').hidden")


def test_estimate_is_said_first(browser, write):
    plan = msgspec.structs.replace(PLAN, estimated=True)
    browser.open(write(route_map(plan, None, language="en")))
    assert browser.text(".notice").startswith("Distances and times are estimated")


def test_foot_names_plan_week_and_use(browser, routes):
    browser.open(routes)
    foot = browser.text("footer")
    for part in ("OpenStreetMap contributors", PLAN.id, "2026-W49", "internal use", "q.osm.pbf"):
        assert part in foot


def test_no_credit_to_openstreetmap_where_nothing_is_drawn_from_it(browser, write):
    plan = make_plan(stops=5, routes=0, visits=0, unserved=0)
    browser.open(write(route_map(plan, None, language="en")))
    assert "OpenStreetMap" not in browser.text(".credit")


def test_coverage_counts_follow_the_mode(browser, coverage):
    browser.open(coverage)
    before = int(browser.texts(FIGURES)[0])
    assert browser.count(STOPS) == 120
    browser.click("[data-value=planned]")
    after = int(browser.texts(FIGURES)[0])
    served = {v.stop for r in PLAN.routes for v in r.visits}
    late = [s for s in PLAN.stops if s.id in served and (s.weeks_since or 99) > s.every_weeks]
    assert after - before == len(late) > 0
    assert sum(map(int, browser.texts("[data-class]"))) == 120
    assert browser.count(STOPS) == 120


def test_coverage_class_can_be_hidden(browser, coverage):
    browser.open(coverage)
    never = int(browser.texts("[data-class]")[4])
    browser.click(".legend li:nth-child(5) input")
    assert browser.count(STOPS) == 120 - never


def test_townships_are_shaded_hatched_and_listed(browser, coverage):
    browser.open(coverage)
    fills = browser.run(
        "return Array.from(document.querySelectorAll('.leaflet-areas-pane path'),"
        "p => p.getAttribute('fill'))"
    )
    assert len(fills) == 12
    assert "url(#hatch)" in fills
    assert sum(map(int, browser.texts("[data-shade]"))) == 12
    assert len(browser.texts(".areas tbody tr")) == 13  # and the stops in none
    browser.click(".areas [data-area]")
    assert browser.run("return bookcar.map.getZoom()") > 11


def test_gap_opens_on_the_map(browser, coverage):
    browser.open(coverage)
    first = browser.texts("#gaps li bdi")[0]
    browser.click("#gaps [data-stop]")
    assert browser.texts(".card h3 bdi")[0] == first


def test_without_outlines_the_page_says_so(browser, write):
    browser.open(write(coverage_map(PLAN, None, language="en")))
    assert "No township outlines were given" in browser.text(".areas")
    assert len(browser.texts(".areas tbody tr")) == 12
    assert browser.count(".leaflet-areas-pane path") == 0


def test_printing_fits_the_paper_and_gives_the_view_back(browser, routes):
    pypdf = pytest.importorskip("pypdf")
    browser.open(routes, fragment="#R02")
    before = browser.run("return bookcar.map.getBounds().toBBoxString()")
    pages = pypdf.PdfReader(io.BytesIO(browser.pdf())).pages
    assert sorted(round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]) == [210, 297]
    assert "Route map" in pages[0].extract_text()
    assert browser.run("return bookcar.map.getBounds().toBBoxString()") == before
    assert not browser.run("return document.documentElement.classList.contains('printing')")


def test_paper_is_the_districts(browser, write):
    pypdf = pytest.importorskip("pypdf")
    plan = msgspec.structs.replace(PLAN, paper="letter")
    browser.open(write(route_map(plan, make_roads(), language="en")))
    sheet = pypdf.PdfReader(io.BytesIO(browser.pdf())).pages[0]
    assert sorted(float(side) / 72 for side in sheet.mediabox[2:]) == [8.5, 11]
    browser.run("window.print = () => {}")
    browser.click("button[data-paper=tabloid]")
    sheet = pypdf.PdfReader(io.BytesIO(browser.pdf())).pages[0]
    assert sorted(float(side) / 72 for side in sheet.mediabox[2:]) == [11, 17]
    assert "internal use" in sheet.extract_text()


@pytest.mark.parametrize(("paper", "sheet"), [("a4", (210, 297)), ("a3", (297, 420))])
def test_paper_stands_where_what_is_shown_is_tall(browser, write, paper, sheet):
    pypdf = pytest.importorskip("pypdf")
    browser.open(write(route_map(PLAN, make_roads(), language="en")))
    browser.run("window.print = () => {}")
    browser.click(f"button[data-paper={paper}]")
    for east, stands in ((0.05, True), (0.9, False)):
        browser.run(
            "bookcar.focus = () => L.latLngBounds([29.0, 106.6], [29.4, 106.6 + arguments[0]])",
            east,
        )
        browser.run("window.dispatchEvent(new Event('beforeprint'))")
        size = browser.run("const s = bookcar.map.getSize(); return [s.x, s.y]")
        held = browser.run("return bookcar.map.getBounds().contains(bookcar.focus())")
        browser.run("window.dispatchEvent(new Event('afterprint'))")
        pages = pypdf.PdfReader(io.BytesIO(browser.pdf())).pages
        sides = tuple(round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:])
        assert sides == (sheet if stands else sheet[::-1])
        assert "Route map" in pages[0].extract_text()
        assert (size[1] > 1.5 * size[0]) == stands
        assert held


def test_hostile_names_on_the_route_map_stay_text(browser, write):
    """Cards and tables show every name letter for letter, and nothing in it runs."""
    plan = make_plan(stops=48, routes=2, visits=12, unserved=12, names=HOSTILE)
    browser.open(write(route_map(plan, make_roads(), language="en")))
    assert set(HOSTILE) - set(browser.run(OPEN_EVERY_CARD)) == set()
    browser.click("[data-value=table]")
    assert set(HOSTILE) - set(browser.texts("#tables bdi")) == set()
    _nothing_ran(browser, "Route map 2026-W49 – " + HOSTILE[0])


def test_hostile_names_on_the_coverage_map_stay_text(browser, write):
    plan = make_plan(stops=48, routes=2, visits=12, unserved=12, names=HOSTILE)
    areas = tuple(
        msgspec.structs.replace(area, name=name, name_en="")
        for area, name in zip(make_areas(), HOSTILE, strict=True)
    )
    browser.open(write(coverage_map(plan, None, areas=areas, language="en")))
    assert set(HOSTILE) - set(browser.texts(".areas bdi")) == set()
    browser.click("#gaps [data-stop]")
    assert set(browser.texts(".card bdi")) & set(HOSTILE)
    browser.click("[data-value=table]")
    assert set(HOSTILE) - set(browser.texts("#tables bdi")) == set()
    _nothing_ran(browser, "Coverage map 2026-W49 – " + HOSTILE[0])


def _nothing_ran(browser, title: str) -> None:
    assert browser.run("return document.title") == title
    assert browser.count("script:not([type])") == len(browser.texts("script")) - 1
    assert browser.count("img, iframe, [onload], [onerror]") == 0
    assert browser.console() == []
    assert browser.requests() == []


OPEN_EVERY_CARD = """
return [].concat(...Array.from(document.querySelectorAll('.visits button, #unserved button'), b => {
  b.click();
  return Array.from(document.querySelectorAll('.card bdi'), n => n.textContent);
}));
"""


def test_text_can_be_read(browser, routes, coverage):
    """Every text of the panel has a contrast of at least 4.5 to 1 on its background."""
    for page in (routes, coverage):
        browser.open(page, fragment="#R01")
        assert browser.run(LOW_CONTRAST) == []
        browser.click("#panel [data-stop]")
        assert browser.count(".card") == 1
        assert browser.run(LOW_CONTRAST) == []
        browser.click("[data-value=table]")
        assert browser.run(LOW_CONTRAST) == []


def test_focus_can_be_seen_wherever_the_tab_key_leads(browser, routes):
    browser.open(routes)
    seen = set()
    for _ in range(12):
        browser.driver.switch_to.active_element.send_keys("\ue004")
        style, width, place = browser.run(FOCUS)
        assert (style, width >= 2) == ("solid", True)
        seen.add(place)
    assert len(seen) == 12


def test_one_key_leads_to_the_table_and_back(browser, routes):
    browser.open(routes)
    body = browser.driver.find_element("css selector", "body")
    body.send_keys("t")
    assert browser.run("return document.activeElement.id") == "tables"
    assert browser.count("#tables table") == 6 + 2
    browser.driver.switch_to.active_element.send_keys("T")
    assert browser.run("return document.querySelector('#tables').hidden")
    assert browser.run("return document.activeElement.classList.contains('map')")


def test_route_alone_has_its_times_on_the_map(browser, routes):
    browser.open(routes)
    shown = "return getComputedStyle(document.querySelector('.badge-time')).display"
    assert browser.run(shown) == "none"
    browser.click("[data-route=R03]")
    assert browser.run(shown) != "none"
    assert browser.texts(f"{BADGES} .badge-time") == browser.texts(".chosen .time")


def test_route_map_draws_township_lines_with_names_inside_them(browser, write):
    browser.open(write(route_map(PLAN, None, areas=make_areas(), language="en")))
    assert browser.count(".leaflet-areas-pane path[stroke-dasharray]") == 12
    assert sorted(browser.texts(".area-name bdi")) == sorted(a.name_en for a in make_areas())
    assert "township line" in browser.text("#panel .legend")


def test_legend_names_the_ground_that_is_there(browser, write, routes):
    roads = ["main road", "county road", "other road", "path"]
    browser.open(routes)
    assert [w for w in roads if w in browser.text("#panel .legend")] == roads
    browser.open(write(route_map(PLAN, None, language="en")))
    assert not any(w in browser.text("#panel .legend") for w in roads)


def test_names_move_off_what_stands_there_or_are_hidden(browser, routes):
    browser.open(routes)
    place = """
    const label = Object.assign({x: 0, y: 0, w: 60, h: 20}, arguments[2]);
    return bookcar.place([label], arguments[0], arguments[1]);
    """
    on_it, all_about = (
        {"x": -30, "y": -10, "w": 60, "h": 20},
        {"x": -999, "y": -999, "w": 1998, "h": 1998},
    )
    for obstacles in ([[on_it], []], [[], [on_it]]):  # a mark, or lines
        (moved,) = browser.run(place, *obstacles, {})
        assert abs(moved["x"]) >= 60 or abs(moved["y"]) >= 18
    assert browser.run(place, [all_about], [], {}) == [None]
    free_corner = {"x": 1000, "y": 1000, "w": 200, "h": 50}
    (moved,) = browser.run(place, [all_about], [], {"whole": free_corner})
    assert max(moved["x"] - 30, moved["y"] - 10) >= 999
    gap = [{"x": -999, "y": y, "w": 1998, "h": 980} for y in (-995, 5)]  # 20 high, 10 too low
    (brief,) = browser.run(place, gap, [], {"h": 25, "brief": {"w": 50, "h": 15}})
    assert brief["brief"]
    assert -15 + 7.5 <= brief["y"] <= 5 - 7.5


def test_badges_of_one_place_stand_apart_and_near_it(browser, routes):
    browser.open(routes)
    ways = {"gap": 27, "reach": 34, "farthest": 150}
    moved = browser.run(
        "return bookcar.spread(arguments[0], [{x: 0, y: 0}], arguments[1])",
        [{"x": 0, "y": 0}] * 40,
        ways,
    )
    spots = [complex(p["x"], p["y"]) for p in moved] + [0j]
    pairs = [abs(a - b) for i, a in enumerate(spots) for b in spots[:i]]
    assert min(pairs) >= 26
    assert max(map(abs, spots)) <= 150


FOCUS = """
const node = document.activeElement, style = getComputedStyle(node);
const place = Array.from(document.querySelectorAll('*')).indexOf(node);
return [style.outlineStyle, parseFloat(style.outlineWidth), place];
"""


LOW_CONTRAST = """
function luminance(rgb) {
  const c = rgb.map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : Math.pow((v + .055) / 1.055, 2.4));
  return .2126 * c[0] + .7152 * c[1] + .0722 * c[2];
}
function numbers(text) { return text.match(/[\\d.]+/g).map(Number); }
function behind(node) {
  for (; node; node = node.parentElement) {
    const c = numbers(getComputedStyle(node).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c.slice(0, 3);
  }
  return [255, 255, 255];
}
const low = [];
document.querySelectorAll('#panel *, #tables *, .card *, .credit, .zoom button').forEach(node => {
  const own = Array.from(node.childNodes).some(n => n.nodeType === 3 && n.textContent.trim());
  if (!own || node.closest('svg')) return;
  const a = luminance(numbers(getComputedStyle(node).color)), b = luminance(behind(node));
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) low.push([node.textContent, ratio]);
});
return low;
"""


def _press(browser, key: str) -> None:
    browser.driver.switch_to.active_element.send_keys(key)
