"""A closer map of stops that crowd, beside or on the little map of a route."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import msgspec
import numpy as np
import pytest
from manifests.plans import LAT, LON, make_plan

from bookcar.plan import Plan
from bookcar.web import inset
from bookcar.web.geometry import Paper
from bookcar.web.inset import crowd_of
from bookcar.web.minimap import HEIGHT, WIDTH, route_map

SVG = "{http://www.w3.org/2000/svg}"
Number = tuple[int, float, float]


def _at(spots: list[tuple[float, float]]) -> Plan:
    """Return a plan of one route whose stops lie so many kilometres east and north of its depot."""
    plan = make_plan(routes=1, stops=len(spots), lines=False)
    order = {visit.stop: k for k, visit in enumerate(plan.routes[0].visits)}
    lon, lat = plan.depots[0].lon, plan.depots[0].lat
    east = 111.195 * math.cos(math.radians(lat))
    stops = []
    for stop in plan.stops:
        x, y = spots[order[stop.id]] if stop.id in order else (0.0, 0.0)
        stops.append(msgspec.structs.replace(stop, lon=lon + x / east, lat=lat + y / 111.195))
    return msgspec.structs.replace(plan, stops=tuple(stops))


def _pictures(svg: str) -> list[ET.Element]:
    """Return the pictures in a picture that have a place in it: closer maps."""
    return [e for e in ET.fromstring(svg).findall(f"{SVG}svg") if e.get("x")]


def _numbers(root: ET.Element) -> Iterator[Number]:
    for text in root.findall(f"{SVG}text"):
        if str(text.text).isdigit():
            yield int(str(text.text)), float(text.get("x", "")), float(text.get("y", "")) - 3.6


TOWN = [(0.5, 0.1), (0.2, 0.6), (-0.4, 0.3), (-0.3, -0.4)]
"""Four stops about the depot, a few hundred metres from it and from each other."""
FAR_NORTH = [(0.5, 12.0), (1.5, 20.0)]
ALL_ROUND = [(-15.0, -14.0), (15.0, -14.0), (15.0, 14.0), (-15.0, 14.0), (0.0, 15.0), (0.0, -15.0)]


def test_stops_that_have_room_need_no_closer_map() -> None:
    assert not _pictures(route_map(_at(FAR_NORTH), _at(FAR_NORTH).routes[0]))


@pytest.mark.parametrize("spots", [TOWN + FAR_NORTH, FAR_NORTH + TOWN, TOWN + ALL_ROUND])
def test_every_number_stands_once_on_either_map(spots: list[tuple[float, float]]) -> None:
    plan = _at(spots)
    svg = route_map(plan, plan.routes[0])
    (closer,) = _pictures(svg)
    near = list(_numbers(closer))
    far = list(_numbers(ET.fromstring(svg)))
    crowd = {spots.index(spot) + 1 for spot in TOWN}
    assert {number for number, _, _ in near} == crowd
    assert sorted(n for n, _, _ in near + far) == list(range(1, len(spots) + 1))
    for numbers in (near, far):
        for (_, *one), (_, *other) in itertools.combinations(numbers, 2):
            assert math.dist(one, other) > 16
    for _, x, y in near:
        assert 8 < x < inset.WIDTH - 8
        assert 8 < y <= inset.HEIGHT - inset.FOOT - 9


@pytest.mark.parametrize("spots", [TOWN + FAR_NORTH, TOWN + ALL_ROUND])
def test_the_closer_map_hides_no_way_and_no_number(spots: list[tuple[float, float]]) -> None:
    """Where the route leaves no corner free, the map of the whole gives way."""
    plan = _at(spots)
    svg = route_map(plan, plan.routes[0])
    root = ET.fromstring(svg)
    (closer,) = _pictures(svg)
    left, top = float(closer.get("x", "")), float(closer.get("y", ""))
    right, bottom = left + inset.WIDTH, top + inset.HEIGHT
    assert left >= 0
    assert top >= 0
    assert right <= WIDTH
    assert bottom <= HEIGHT
    drawn = [p for p in root.findall(f"{SVG}path") if p.get("stroke-width") == "2.4"]
    assert len(drawn) == len(spots) + 1
    for path in drawn:
        ends = [tuple(map(float, p.split())) for p in path.get("d", "")[1:].split("L")]
        for part in np.linspace(0, 1, 50):
            x, y = np.array(ends[0]) * (1 - part) + np.array(ends[-1]) * part
            assert not (left < x < right and top < y < bottom)
    for _, x, y in _numbers(root):
        assert not (left - 8 < x < right + 8 and top - 8 < y < bottom + 8)


def test_the_frame_on_the_map_is_where_the_crowd_is() -> None:
    plan = _at(TOWN + FAR_NORTH)
    svg = route_map(plan, plan.routes[0])
    frames = [
        rect for rect in ET.fromstring(svg).findall(f"{SVG}rect") if rect.get("fill") == "none"
    ]
    frame = next(rect for rect in frames if rect.get("stroke-width") == "1.2")
    x, y, wide, high = (float(frame.get(key, "")) for key in ("x", "y", "width", "height"))
    depot = np.array([[plan.depots[0].lon, plan.depots[0].lat]])
    served = [plan.stops_by_id[visit.stop] for visit in plan.routes[0].visits]
    lines = [np.array([[stop.lon, stop.lat] for stop in served] + depot.tolist())]
    paper = Paper.around(lines, width=WIDTH, height=HEIGHT - 22, margin=20)
    (spot,) = paper.place(depot)
    assert x < spot[0] < x + wide
    assert y < spot[1] < y + high
    assert wide < 40
    assert high < 40


def test_a_crowd_in_one_place_needs_no_closer_map_that_shows_no_more() -> None:
    points = np.array([[LON, LAT]] * 5)
    paper = Paper.around([points], width=WIDTH, height=HEIGHT, margin=20)
    assert crowd_of(paper, points, [False] + [True] * 4, points[:1]) is None


def test_stops_of_two_towns_are_two_crowds_and_the_larger_is_shown() -> None:
    here = np.array([[LON + k * 0.001, LAT] for k in range(3)])
    there = np.array([[LON + 0.5 + k * 0.001, LAT] for k in range(4)])
    points = np.concatenate([here, there])
    paper = Paper.around([points], width=WIDTH, height=HEIGHT, margin=20)
    crowd = crowd_of(paper, points, [True] * 7, np.empty((0, 2)))
    assert crowd is not None
    assert crowd.numbers == {4, 5, 6, 7}
    assert crowd_of(paper, points[:2], [True] * 2, np.empty((0, 2))) is None
    assert crowd_of(paper, points, [True] + [False] * 6, np.empty((0, 2))) is None
