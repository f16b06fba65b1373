"""Play the week, and find a stop: cars where the plan has them, filters that the address keeps."""

from __future__ import annotations

import itertools
import math

import msgspec
import polyline
import pytest
from handing import planned, ring
from maps.plans import make_areas, make_plan, make_roads

from bookcar.maps.routes import DASHES, route_map

pytestmark = pytest.mark.browser

PLAN = make_plan(stops=120, routes=6, visits=5, unserved=9)
SET = """
const slider = document.getElementById('clock');
slider.value = arguments[0];
slider.dispatchEvent(new Event('input'));
"""
CARS = """
return Object.values(bookcar.map._layers)
  .filter((layer) => layer.options?.icon?.options?.className === 'car')
  .map((layer) => [layer.options.icon.options.html.textContent, layer.getLatLng()])
  .map(([name, at]) => [name, at.lat, at.lng]);
"""


@pytest.fixture(scope="module")
def page(write):
    return write(route_map(PLAN, make_roads(), areas=make_areas(), language="en"))


def _span(day):
    """Return from when to when cars are out on a day, in seconds, as the slider has it."""
    out = [route for route in PLAN.routes if route.date == day]
    return min(r.depart for r in out) // 600 * 600, max(r.back for r in out)


def _place(day, seconds):
    """Return the place on the slider of a time, told from the plan alone."""
    days = sorted({route.date for route in PLAN.routes})
    before = (_span(one) for one in days[: days.index(day)])
    from_ = sum(math.ceil((end - begin) / 60) + 1 for begin, end in before)
    return from_ + (seconds - _span(day)[0]) // 60


def _out_at(day, seconds):
    return {r.id for r in PLAN.routes if r.date == day and r.depart <= seconds <= r.back}


def test_cars_are_where_the_plan_has_them_all_week(browser, page):
    """At a stop while it is served, and on the map only while it is out."""
    browser.open(page)
    seen = 0
    for route in PLAN.routes:
        for visit in route.visits:
            seconds = -(-visit.begin // 60) * 60
            if seconds > visit.depart:
                continue
            browser.run(SET, _place(route.date, seconds))
            cars = {name: (lat, lon) for name, lat, lon in browser.run(CARS)}
            assert set(cars) == _out_at(route.date, seconds)
            stop = PLAN.stops_by_id[visit.stop]
            lat, lon = cars[route.id]
            assert math.hypot(lat - stop.lat, lon - stop.lon) < 0.002
            seen += 1
    assert seen >= 20


def test_between_two_stops_a_car_is_as_far_on_its_road_as_the_clock(browser, page):
    browser.open(page)
    tried = 0
    for route in PLAN.routes:
        for leg, before, visit in zip(
            route.legs[1:], route.visits[:-1], route.visits[1:], strict=False
        ):
            middle = (before.depart + visit.arrive) // 120 * 60
            if not leg.line or not before.depart < middle < visit.arrive:
                continue
            browser.run(SET, _place(route.date, middle))
            cars = {name: (lat, lon) for name, lat, lon in browser.run(CARS)}
            share = (middle - before.depart) / (visit.arrive - before.depart)
            assert math.dist(cars[route.id], _along(polyline.decode(leg.line), share)) < 0.003
            tried += 1
    assert tried >= 3


def _along(points, share):
    """Return the spot at a share of a line, measured flat: it is short."""
    wide = math.cos(math.radians(points[0][0]))
    steps = [math.hypot(b[0] - a[0], (b[1] - a[1]) * wide) for a, b in itertools.pairwise(points)]
    left = share * sum(steps)
    for (a, b), step in zip(itertools.pairwise(points), steps, strict=True):
        if left <= step:
            part = left / step if step else 0
            return tuple(p + (q - p) * part for p, q in zip(a, b, strict=True))
        left -= step
    return points[-1]


def test_playing_shows_one_day_and_says_what_each_car_does(browser, page):
    route = PLAN.routes[0]
    visit = route.visits[1]
    browser.open(page)
    everything = browser.count(".leaflet-badges-pane .badge:not(.depot)")
    browser.run(SET, _place(route.date, visit.begin // 60 * 60 + 60))
    assert f"{visit.begin // 3600:02d}:" in browser.text(".player .now")
    said = browser.texts(".player .cars li")
    assert any(text.startswith(route.id) and "2 " in text for text in said)
    assert browser.count(".leaflet-badges-pane .badge:not(.depot)") < everything
    browser.click("#play-end")
    assert browser.run(CARS) == []
    assert browser.count(".leaflet-badges-pane .badge:not(.depot)") == everything
    assert browser.console() == []


def test_it_plays_and_pauses(browser, page):
    browser.open(page)
    browser.click("#play")
    assert (
        browser.run("return document.getElementById('play').getAttribute('aria-pressed')") == "true"
    )
    browser.driver.set_script_timeout(5)
    browser.driver.execute_async_script("setTimeout(arguments[0], 700)")
    browser.click("#play")
    place = browser.run("return Number(document.getElementById('clock').value)")
    assert place > 2
    browser.driver.execute_async_script("setTimeout(arguments[0], 200)")
    assert browser.run("return Number(document.getElementById('clock').value)") == place


def test_a_route_chosen_ends_the_play(browser, page):
    browser.open(page)
    browser.run(SET, 30)
    browser.run("document.querySelector('[data-route=R02]').click()")
    assert browser.run(CARS) == []
    assert browser.run("return location.hash") == "#R02"


# ---- search


def test_a_stop_is_found_by_a_part_of_its_name_and_opened(browser, page):
    wanted = PLAN.stops[17]
    browser.open(page)
    browser.write("#search", wanted.name.upper())
    found = browser.texts(".found li b")
    assert any(text.startswith(wanted.name) for text in found)
    browser.driver.find_element("css selector", "#search").send_keys("\ue007")
    assert wanted.name in browser.text(".leaflet-popup h3")
    browser.write("#search", "no such stop anywhere")
    assert browser.texts(".found li") == []
    assert "0 stops found" in browser.text(".search p")


# ---- the address


def test_filters_are_kept_in_the_address(browser, page):
    browser.open(page)
    day = PLAN.routes[0].date.weekday()
    car = PLAN.routes[0].vehicle
    browser.click(f"[data-value='{day}']")
    assert browser.run("return location.hash") == f"#day={day}"
    shown = browser.texts(".figures b")
    browser.reload()
    assert browser.texts(".figures b") == shown
    browser.open(page, fragment=f"#day={day}&car={car}")
    assert browser.count(".filter [aria-pressed=true]:not([data-value=all])") == 2
    browser.open(page, fragment="#day=77&car=%E0%A4%A&x")
    assert browser.count(".filter [aria-pressed=true][data-value=all]") == 2
    assert browser.console() == []


# ---- routes told apart without colour


@pytest.mark.parametrize("routes", [12, 40])
def test_every_route_has_its_name_on_its_line_and_on_its_stops(browser, write, routes):
    plan = make_plan(stops=200, routes=routes, visits=200 // routes - 1, unserved=3)
    browser.open(write(route_map(plan, make_roads(), language="en")))
    named = browser.texts(".line-name")
    assert len(set(named)) == len(named)
    assert len(named) >= routes * 0.8
    assert set(named) <= {route.id for route in plan.routes}
    signs = browser.texts(".badge:not(.depot) .badge-route")
    assert {name: signs.count(name) for name in set(signs)} == {
        route.id: len(route.visits) for route in plan.routes
    }


def test_twelve_cars_have_twelve_strokes():
    assert len(set(DASHES)) == len(DASHES) >= 12


def test_the_panel_shows_a_whole_pattern_of_every_car(browser, write, monkeypatch):
    """Half of a pattern looks like half of another one: a long dash like a solid line."""
    longest = max(DASHES, key=sum)
    monkeypatch.setattr("bookcar.maps.routes.DASHES", (longest,))
    browser.open(write(route_map(make_plan(), None, language="en")))
    lines = browser.run(
        "return [...document.querySelectorAll('#panel line[stroke-dasharray]')]"
        ".map((l) => [l.getAttribute('stroke-dasharray'),"
        " l.getAttribute('x2') - l.getAttribute('x1')])"
    )
    assert len(lines) > 2
    for dash, shown in lines:
        assert 4 * sum(longest) > sum(map(float, dash.split())) <= shown


# ---- what is handed on


def test_what_comes_straight_from_an_earlier_stop_is_marked_and_said(browser, write):
    """A ring of four stops: each but the first gets what the one before gave back."""
    plan = planned(ring(4, books=150))
    (route,) = plan.routes
    browser.open(write(route_map(plan, None, language="en")))
    assert browser.count(".badge .handed") == len(route.visits) - 1 == 3
    assert "gets books straight from an earlier stop" in browser.text("#panel")
    browser.run("document.querySelector('[data-route] + ol [data-stop]').click()")
    for number in (1, 2, 3, 4):
        browser.run("document.querySelectorAll('.visits button')[arguments[0]].click()", number - 1)
        said = browser.texts(".leaflet-popup dd b")
        wanted = f" · straight from stop {number - 1}"
        assert (wanted in said) == (number > 1)
    assert browser.console() == []


def test_without_hand_ons_nothing_says_so(browser, page):
    browser.open(page)
    assert browser.count(".handed") == 0


# ---- a depot covers no stop


def test_a_stop_at_the_depot_can_be_clicked(browser, write):
    plan = make_plan(stops=40, routes=2, visits=6, unserved=3)
    depot = plan.depots[0]
    near = [v.stop for r in plan.routes for v in r.visits][:3]
    near += [plan.unserved[0].stop]
    stops = tuple(
        msgspec.structs.replace(s, lon=depot.lon + 1e-4 * near.index(s.id), lat=depot.lat)
        if s.id in near
        else s
        for s in plan.stops
    )
    moved = msgspec.structs.replace(plan, stops=stops)
    browser.open(write(route_map(moved, None, language="en")))
    covered = browser.run(
        """
        const box = document.querySelector('.badge.depot rect').getBoundingClientRect();
        const marks = '.badge:not(.depot) > div > svg:last-child path:nth-child(2), '
          + '.leaflet-unserved-pane path';
        return Array.from(document.querySelectorAll(marks), (mark) => {
          const at = mark.getBoundingClientRect();
          const x = at.left + at.width / 2, y = at.top + at.height / 2;
          return x > box.left && x < box.right && y > box.top && y < box.bottom;
        }).filter(Boolean).length;
        """
    )
    assert covered == 0
