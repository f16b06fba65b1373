"""The measures of the coverage map and the map of changes, in a real browser."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from maps.plans import (
    HOSTILE,
    HOSTILE_30,
    make_areas,
    make_measures,
    make_plan,
    make_roads,
    make_two,
)

from bookcar.maps.compare import GAINED, LOST, compare, compare_map
from bookcar.maps.coverage import coverage_map
from bookcar.maps.routes import route_map
from bookcar.maps.shading import NEED_SHADES, SHADES

pytestmark = pytest.mark.browser

ROADS = make_roads()
BEFORE, AFTER = make_two(120)
LATER = msgspec.structs.replace(AFTER, week="2026-W50")
WALKS = ".leaflet-walks-pane path"
STOPS = ".leaflet-stops-pane path"
FILLS = (
    "return Array.from(document.querySelectorAll('.leaflet-areas-pane path'),"
    "p => p.getAttribute('fill'))"
)


@pytest.fixture(scope="module")
def coverage(write):
    measures = make_measures(AFTER, ROADS)
    return write(coverage_map(AFTER, ROADS, areas=make_areas(), measures=measures, language="en"))


@pytest.fixture(scope="module")
def changes(write):
    return write(compare_map(BEFORE, AFTER, ROADS, areas=make_areas(), language="en"))


def choose(browser, key: str) -> None:
    """Choose a measure from the list with the keyboard, as a reader without a mouse does."""
    select = browser.driver.find_element("css selector", "#measure")
    values = browser.run("return Array.from(arguments[0].options, o => o.value)", select)
    at = browser.run("return arguments[0].selectedIndex", select)
    steps = values.index(key) - at
    select.send_keys(("\ue015" if steps > 0 else "\ue013") * abs(steps))


@pytest.mark.parametrize("size", [(1500, 950), (1024, 768), (360, 740)], ids=lambda s: s[0])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_open_without_network_or_errors(browser, write, language, size):
    measures = make_measures(AFTER, ROADS)
    for page in (
        coverage_map(AFTER, ROADS, areas=make_areas(), measures=measures, language=language),
        compare_map(BEFORE, LATER, ROADS, areas=make_areas(), language=language),
        compare_map(BEFORE, AFTER, None, language=language),
    ):
        browser.open(write(page), size=size)
        assert browser.requests() == []
        assert browser.console() == []
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
        assert browser.run("return document.body.scrollHeight <= innerHeight")


def test_each_measure_shades_lists_and_explains(browser, coverage):
    browser.open(coverage)
    seen = set()
    for key in ("window", "walk", "visits", "books", "need"):
        choose(browser, key)
        palette = NEED_SHADES if key == "need" else SHADES
        fills = browser.run(FILLS)
        assert set(fills) <= {*palette, "url(#hatch)"}
        counts = [int(text) for text in browser.texts("#panel [data-shade]")]
        assert sum(counts) == 12
        assert len(browser.texts(".areas tbody tr")) == 13
        seen.add((browser.text("#panel section:has(#measure) h2"), tuple(fills)))
    assert len(seen) == 5


def test_walks_are_drawn_with_their_measure_only_and_grow_with_the_plan(browser, coverage):
    browser.open(coverage)
    assert browser.count(WALKS) == 0
    choose(browser, "walk")
    before = browser.run(f"return document.querySelector('{WALKS}').getAttribute('d').length")
    browser.click("[data-value=planned]")
    after = browser.run(f"return document.querySelector('{WALKS}').getAttribute('d').length")
    assert after > before > 100
    choose(browser, "books")
    assert browser.count(WALKS) == 0


def test_figures_follow_the_buttons(browser, coverage):
    browser.open(coverage)
    choose(browser, "visits")
    before = browser.texts(".areas tbody td:last-child")
    share = browser.texts(".figures b")[-1]
    browser.click("[data-value=planned]")
    assert browser.texts(".areas tbody td:last-child") != before
    assert int(browser.texts(".figures b")[-1].split()[0]) >= int(share.split()[0])


def test_gaps_are_late_and_far_from_any_visited_stop(browser, coverage):
    browser.open(coverage)
    near = make_measures(AFTER, ROADS).recorded.area.stops
    late = [s for s in AFTER.stops if s.weeks_since is None or s.weeks_since > s.every_weeks]
    gaps = sorted((s for s in late if s.id not in near), key=lambda s: (-s.people, s.id))
    assert 0 < len(gaps) < len(late)
    assert browser.texts("#gaps li bdi")[0] == gaps[0].name
    assert len(browser.texts("#gaps li")) == len(gaps)


def test_where_nobody_says_how_many_people_live_nothing_says_none(browser, write):
    unsaid = tuple(msgspec.structs.replace(stop, people=0) for stop in AFTER.stops)
    plan = msgspec.structs.replace(AFTER, stops=unsaid)
    browser.open(write(coverage_map(plan, None, language="en")))
    assert set(browser.texts("#gaps small")) <= {"never"} | {f"{n} weeks ago" for n in range(99)}
    browser.click("[data-value=table]")
    rows = browser.texts("#tables .table:last-child tbody td:nth-child(4)")
    assert rows[-len(unsaid) :] == [""] * len(unsaid)


def test_table_has_every_measure_of_every_township(browser, coverage):
    browser.open(coverage)
    browser.click("[data-value=table]")
    assert browser.count("#tables table") == 3
    assert browser.count("#tables table:first-of-type thead th") == 2 + 5 + 2 + 5 + 7
    assert browser.texts("#tables caption")[:2] == [
        "Townships, worst first – As recorded",
        "Townships, worst first – After this plan",
    ]


def test_records_alone_have_no_second_button(browser, write):
    plan = msgspec.structs.replace(AFTER, id="", routes=(), unserved=())
    browser.open(write(coverage_map(plan, None, language="en")))
    assert browser.console() == []
    assert browser.count("[data-value=planned]") == 0
    assert "plan" not in browser.text("#panel header .quiet")


def test_map_of_changes_draws_lists_and_filters(browser, changes):
    found = compare(BEFORE, AFTER)
    browser.open(changes)
    gained, lost = len(found.of(GAINED)), len(found.of(LOST))
    assert min(gained, lost) > 0
    assert browser.texts(".changes .figures b")[:2] == [f"+{gained}", f"−{lost}"]
    assert [int(n) for n in browser.texts("[data-change]")][:2] == [gained, lost]
    assert browser.texts("#lost li button > span > bdi:first-child") == [
        s.name for s in found.of(LOST)
    ]
    browser.click("#panel .legend li:nth-child(2) input")
    assert browser.count(STOPS) == 120 - lost
    browser.click("#lost [data-stop]")
    assert browser.count(STOPS) == 120
    assert browser.texts(".card h3 bdi")[0] == found.of(LOST)[0].name
    assert browser.texts(".card p")[0] == "loses service"


def test_shading_of_changes_can_be_that_of_either_plan(browser, changes):
    browser.open(changes)
    fills = []
    for key in ("change", "before", "after"):
        choose(browser, key)
        fills.append(tuple(browser.run(FILLS)))
    assert len(set(fills)) == 3
    browser.click("[data-value=table]")
    assert browser.count("#tables tbody tr") == 13 + 120


def test_hostile_names_stay_text(browser, write):
    old, new = (make_plan(stops=48, routes=2, visits=v, unserved=9, names=HOSTILE) for v in (6, 9))
    areas = tuple(
        msgspec.structs.replace(area, name=name, name_en="")
        for area, name in zip(make_areas(), HOSTILE, strict=True)
    )
    measures = make_measures(new, ROADS)
    for page in (
        coverage_map(new, ROADS, areas=areas, measures=measures, language="en"),
        compare_map(old, new, ROADS, areas=areas, language="en"),
    ):
        browser.open(write(page))
        assert set(HOSTILE) - set(browser.texts(".areas bdi")) == set()
        browser.click("[data-value=table]")
        assert set(HOSTILE) - set(browser.texts("#tables bdi")) == set()
        assert "owned" not in browser.run("return document.title")
        assert browser.count("img, iframe, [onload], [onerror]") == 0
        assert browser.console() == []
        assert browser.requests() == []


@pytest.mark.parametrize("page_of", [coverage_map, route_map])
def test_popup_of_each_of_30_hostile_names_says_the_name(browser, write, page_of):
    assert len(HOSTILE_30) == len(set(HOSTILE_30)) == 30
    plan = make_plan(stops=30, routes=1, visits=5, unserved=5, names=HOSTILE_30)
    browser.open(write(page_of(plan, None, language="en")))
    shown = browser.run(EVERY_POPUP)
    assert sorted(shown) == sorted(HOSTILE_30)
    assert browser.console() == []
    assert "owned" not in browser.run("return document.title")


EVERY_POPUP = """
const places = [];
bookcar.map.eachLayer(layer => {
  const sign = layer.getPopup && layer.getPopup() && layer.getElement && layer.getElement();
  if (sign && !sign.classList.contains('depot')) places.push(layer);
});
return places.map(layer => {
  layer.openPopup();
  return layer.getPopup().getElement().querySelector('.card h3 bdi').textContent;
});
"""


def test_legend_is_on_the_first_sheet_of_paper(browser, coverage, changes):
    pypdf = pytest.importorskip("pypdf")
    for page, measures in ((coverage, ("walk", "need")), (changes, ("change",))):
        for key in measures:
            browser.open(page)
            choose(browser, key)
            sheets = pypdf.PdfReader(io.BytesIO(browser.pdf())).pages
            words = re.sub(r"\s+", " ", sheets[0].extract_text())
            assert "so weeks compare" in words, key
            assert "main road" in words, key
            assert "township line" in words, key
            assert "Townships, worst" in sheets[1].extract_text()


@pytest.fixture(scope="module")
def crowd(write):
    plan = make_plan(stops=4_200, routes=2, visits=5, unserved=5)
    return write(coverage_map(plan, None, areas=make_areas(), language="en"))


def test_many_stops_stand_on_a_canvas_and_can_be_clicked(browser, crowd):
    browser.open(crowd)
    assert browser.count(STOPS) == 0
    assert browser.count(".leaflet-stops-pane canvas") == 1
    browser.run("bookcar.map.setView(bookcar.data.stops[0].at, 18, {animate: false})")
    box = "const b = document.querySelector('.map').getBoundingClientRect(); "
    x, y = browser.run(box + "return [b.left + b.width / 2, b.top + b.height / 2]")
    click = {"x": x, "y": y, "button": "left", "clickCount": 1}
    for kind in ("mousePressed", "mouseReleased"):
        browser.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": kind, **click})
    name = browser.run("return bookcar.data.stops[0].name")
    browser.run("return new Promise(done => setTimeout(done, 50))")
    assert browser.texts(".card h3 bdi")[0] == name
    assert browser.console() == []


def test_many_stops_are_paths_on_paper_and_a_canvas_again_after_it(browser, crowd):
    browser.open(crowd)
    browser.run("window.dispatchEvent(new Event('beforeprint'))")
    assert browser.count(STOPS) == 4_200
    browser.run("window.dispatchEvent(new Event('afterprint'))")
    assert browser.count(STOPS) == 0
    assert browser.run(INK) > 1_000
    browser.click(".legend li:nth-child(1) input")
    assert browser.run(INK) > 1_000


def test_lists_of_very_many_stops_end_with_a_word_where_the_rest_is(browser, crowd):
    browser.open(crowd)
    assert len(browser.texts("#gaps li")) == 500
    total = int(re.search(r"\((\d+)\)", browser.texts("#gaps h2")[0])[1])
    assert browser.texts("#gaps .quiet") == [f"{total - 500:,} more in the table."]


INK = """
return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
  const canvas = document.querySelector('.leaflet-stops-pane canvas');
  const dots = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let ink = 0;
  for (let i = 3; i < dots.length; i += 4) ink += dots[i] > 0;
  done(ink);
})));
"""
