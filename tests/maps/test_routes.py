from __future__ import annotations

import itertools
import json
import re

import msgspec
import pytest
from calls import changed
from maps.plans import HOSTILE, make_plan, make_roads

from bookcar.maps.routes import DASHES, DAY_COLOURS, route_map
from bookcar.phrases import Phrases
from bookcar.roads.basemap import Basemap
from bookcar.web.times import time_text

PLAN = make_plan(stops=60, routes=4, visits=5, unserved=6)


def data(page: str) -> dict:
    return json.loads(re.search(r'id="bookcar-data">(.*?)</script>', page, re.DOTALL)[1])


def without_lines(plan):
    """Return the plan as a matrix of the user's own leaves it: figures, no roads."""
    routes = tuple(
        changed(
            route,
            visits=tuple(
                msgspec.structs.replace(v, leg=msgspec.structs.replace(v.leg, line=""))
                for v in route.visits
            ),
            last_leg=msgspec.structs.replace(route.last_leg, line=""),
        )
        for route in plan.routes
    )
    return msgspec.structs.replace(plan, routes=routes)


def test_same_input_same_page():
    assert route_map(PLAN, make_roads()) == route_map(PLAN, make_roads())


def test_page_loads_nothing_from_elsewhere():
    page = route_map(PLAN, make_roads())
    assert not re.search(r"<(?:link|img|iframe|script)\b[^>]*\b(?:src|href)=", page)
    addresses = set(re.findall(r"https?://[\w.]+", page))
    # The licence's page, the name space of SVG, Leaflet's own link and its comments on old bugs.
    assert addresses <= {
        "https://www.openstreetmap.org",
        "http://www.w3.org",
        "https://leafletjs.com",
        "https://bugs.chromium.org",
        "https://bugzilla.mozilla.org",
    }


def test_full_week_is_small():
    """300 stops, 10 routes and 60,000 vertices of roads stay below 0.7 MB."""
    page = route_map(make_plan(), make_roads(towns=60, vertices=1_600))
    assert len(page.encode()) < 700_000


def test_every_visit_is_in_order_with_its_batches():
    drawn = data(route_map(PLAN, None))
    for route, shown in zip(PLAN.routes, drawn["routes"], strict=True):
        assert shown["id"] == route.id
        assert [PLAN.stops[v["stop"]].id for v in shown["visits"]] == [v.stop for v in route.visits]
        assert [[b[0] for b in v["drops"]] for v in shown["visits"]] == [
            list(v.drops) for v in route.visits
        ]
        assert shown["legs"] == [*(v.leg.line for v in route.visits), route.last_leg.line]


@pytest.mark.parametrize(
    ("clock", "language", "departs"),
    [("24h", "en", "08:00"), ("12h", "en", "8:00 am"), ("12h", "zh", "上午 8:00")],
)
def test_times_follow_the_clock_of_the_district(clock, language, departs):
    plan = msgspec.structs.replace(PLAN, clock=clock)
    shown = data(route_map(plan, None, language=language))
    assert {route["depart"] for route in shown["routes"]} == {departs}
    say = Phrases(language)
    for route, drawn in zip(plan.routes, shown["routes"], strict=True):
        assert drawn["back"] == time_text(route.back, say, clock)
        for visit, card in zip(route.visits, drawn["visits"], strict=True):
            assert card["arrive"] == time_text(visit.arrive, say, clock)
            assert card["depart"] == time_text(visit.depart, say, clock)


def test_every_unserved_stop_has_its_reason():
    drawn = data(route_map(PLAN, None, language="en"))
    phrases = Phrases("en")
    assert [PLAN.stops[i].id for i in drawn["unserved"]] == [u.stop for u in PLAN.unserved]
    for i, left in zip(drawn["unserved"], PLAN.unserved, strict=True):
        assert drawn["stops"][i]["reason"] == phrases(f"reasons.{left.reason}", **left.figures)


@pytest.mark.parametrize(("language", "tag"), [("zh", "zh-Hans"), ("en", "en")])
def test_page_names_its_language(language, tag):
    assert f'<html lang="{tag}">' in route_map(PLAN, None, language=language)


def test_language_is_the_plans_own_by_default():
    assert data(route_map(PLAN, None))["language"] == "zh"


def test_names_reach_the_page_in_the_data_block_only():
    page = route_map(make_plan(stops=30, routes=2, visits=4, names=HOSTILE), None)
    rest = re.sub(r'id="bookcar-data">.*?</script>', "", page, flags=re.DOTALL)
    for name in HOSTILE:
        assert name not in rest


@pytest.mark.parametrize(
    ("plan", "roads", "osm"),
    [
        (PLAN, make_roads(), True),
        (PLAN, None, True),
        (PLAN, Basemap(lines={}), True),
        (without_lines(PLAN), None, False),
        (msgspec.structs.replace(without_lines(PLAN), estimated=True), None, False),
        (msgspec.structs.replace(without_lines(PLAN), estimated=True), make_roads(), True),
    ],
    ids=["roads", "legs", "no lines but legs", "own matrix", "estimate", "estimate on a map"],
)
def test_openstreetmap_is_named_when_something_comes_from_it(plan, roads, osm):
    assert data(route_map(plan, roads))["osm"] is osm


def test_days_and_vehicles_can_be_told_apart():
    assert len(set(DAY_COLOURS)) == 7
    assert len(set(DASHES)) == len(DASHES)
    assert DAY_COLOURS[:5] == ("#0057B8", "#E69F00", "#C2185B", "#111111", "#00A99D")


def test_only_days_and_vehicles_with_routes_are_offered():
    drawn = data(route_map(PLAN, None))
    assert [day["date"] for day in drawn["days"]] == sorted(
        {r.date.isoformat() for r in PLAN.routes}
    )
    assert [car["id"] for car in drawn["vehicles"]] == [car.id for car in PLAN.vehicles]
    assert {tuple(car["dash"]) for car in drawn["vehicles"]} == set(DASHES[:2])


def test_every_phrase_the_scripts_ask_for_exists():
    """The scripts say words by their key; each literal key is in the catalogue."""
    from bookcar.maps import assets  # noqa: PLC0415

    words = Phrases("en").topic("common") | Phrases("en").topic("maps")
    names = sorted(file.name for file in assets._folder("web").iterdir() if ".js" in file.name)
    asked = itertools.chain.from_iterable(
        re.findall(r"\bsay\('([a-z0-9-]+)'[,)]", assets.own(name)) for name in names
    )
    assert sorted(set(asked) - set(words)) == []
