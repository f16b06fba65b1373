"""The little map on a manifest."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from manifests.plans import LAT, LON, make_plan

from bookcar.web.geometry import Paper, Points, thinned
from bookcar.web.minimap import HEIGHT, WIDTH, route_map

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Lines:
    lines: Mapping[str, Sequence[Points]]


def _numbers(svg: str) -> dict[str, tuple[float, float]]:
    texts = ET.fromstring(svg).iter(f"{SVG}text")
    return {
        str(t.text): (float(t.get("x", "")), float(t.get("y", "")))
        for t in texts
        if str(t.text).isdigit()
    }


def test_every_stop_has_its_number_inside_and_apart() -> None:
    plan = make_plan(routes=1, stops=25)
    spots = _numbers(route_map(plan, plan.routes[0]))
    assert list(spots) == [str(k) for k in range(1, 26)]
    for k, (x, y) in enumerate(spots.values()):
        assert 8 < x < WIDTH - 8
        assert 8 < y < HEIGHT - 4
        others = list(spots.values())[k + 1 :]
        assert all(math.dist((x, y), other) > 16 for other in others)


def test_stops_in_one_place_are_pushed_apart() -> None:
    plan = make_plan(routes=1, stops=9, stop={"lon": LON, "lat": LAT})
    spots = list(_numbers(route_map(plan, plan.routes[0])).values())
    assert min(math.dist(a, b) for k, a in enumerate(spots) for b in spots[:k]) > 16


def test_schools_are_square_and_straight_lines_dashed() -> None:
    plan = make_plan(routes=1, stops=3, lines=False)
    svg = route_map(plan, plan.routes[0])
    assert svg.count("<circle") == 2
    assert "stroke-dasharray" in svg
    assert "stroke-dasharray" not in route_map(make_plan(), make_plan().routes[0])


def test_roads_beneath_are_drawn_by_class_and_only_where_they_show() -> None:
    plan = make_plan(routes=1)
    near = np.array([[LON, LAT], [LON + 0.01, LAT + 0.01]])
    far = near + 10
    plain = route_map(plan, plan.routes[0])
    assert route_map(plan, plan.routes[0], roads=Lines({"county": [far], "path": []})) == plain
    drawn = route_map(plan, plan.routes[0], roads=Lines({"county": [far, near], "trunk": [near]}))
    assert drawn.count('stroke="#a6a6a6"') == 1
    assert drawn.index("#a6a6a6") < drawn.index("#969696")


@pytest.mark.parametrize("lat", [0.0, 42.5, -75.0])
def test_the_scale_is_true(lat: float) -> None:
    ends = np.array([[10.0, lat], [10.2, lat + 0.1]])
    paper = Paper.around([ends], width=640, height=264, margin=20)
    a, b = paper.place(ends)
    metres = math.hypot(0.2 * 111_195 * math.cos(math.radians(lat + 0.05)), 0.1 * 111_195)
    assert math.dist(a, b) / paper.units == pytest.approx(metres, rel=1e-6)
    assert a[1] > b[1]


def test_the_date_line_cuts_nothing() -> None:
    paper = Paper.around(
        [np.array([[179.9, -17.0], [-179.9, -17.0]])], width=640, height=264, margin=20
    )
    left, right = paper.place(np.array([[179.9, -17.0], [-179.9, -17.0]]))
    assert right[0] - left[0] == pytest.approx(600)


def test_thinning_keeps_both_ends() -> None:
    line = np.column_stack((np.linspace(0, 10, 1001), np.zeros(1001)))
    kept = thinned(line, 1.0)
    assert (kept[0] == line[0]).all()
    assert (kept[-1] == line[-1]).all()
    assert 10 <= len(kept) <= 12


def test_the_scale_bar_is_a_round_length() -> None:
    plan = make_plan(routes=1)
    assert re.search(r">(1|2|5)0* k?m<", route_map(plan, plan.routes[0]))
