"""Tracks for navigation devices, read back by gpxpy."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import gpxpy
import msgspec
import polyline
import pytest
from manifests.plans import HOSTILE, make_plan

from bookcar.manifests.gpx import places_gpx, route_gpx
from bookcar.manifests.rows import week_sheet
from bookcar.plan import Plan, Visit
from bookcar.web.text import printable


def _gpx(plan: Plan) -> Any:
    week = week_sheet(plan)
    return route_gpx(plan, plan.routes[0], week=week, sheet=week.routes[0])


def _places(plan: Plan) -> Any:
    week = week_sheet(plan)
    return places_gpx(plan, plan.routes[0], week=week, sheet=week.routes[0])


def test_a_track_with_waypoints_and_a_route_are_a_file_each() -> None:
    plan = make_plan(routes=1, stops=4)
    gpx, places = (gpxpy.parse(data.decode()) for data in (_gpx(plan), _places(plan)))
    assert (len(gpx.routes), len(gpx.tracks)) == (0, 1)
    assert (len(places.waypoints), len(places.tracks)) == (0, 0)
    names = ["00 Library", *(f"0{k} 花田村{k}" for k in range(1, 5))]
    assert [point.name for point in gpx.waypoints] == names
    (route,) = places.routes
    assert [point.name for point in route.points] == [*names, names[0]]
    for point, stop in zip(gpx.waypoints[1:], plan.stops[:4], strict=True):
        assert (point.longitude, point.latitude) == (stop.lon, stop.lat)


def test_the_track_is_the_road_driven() -> None:
    plan = make_plan(routes=1, stops=4)
    (track,) = gpxpy.parse(_gpx(plan).decode()).tracks
    (segment,) = track.segments
    route = plan.routes[0]
    legs = [*(visit.leg for visit in route.visits), route.last_leg]
    expected: list[tuple[float, float]] = []
    for leg in legs:
        expected += [p for p in polyline.decode(leg.line) if not expected or p != expected[-1]]
    points = [(point.latitude, point.longitude) for point in segment.points]
    assert points[0] == points[-1]
    assert all(a == pytest.approx(b) for a, b in zip(points, expected, strict=True))


def test_without_roads_the_track_is_straight() -> None:
    gpx = gpxpy.parse(_gpx(make_plan(routes=1, stops=4, lines=False)).decode())
    assert gpx.tracks[0].get_points_no() == 6


def test_hostile_names_come_back_as_they_are() -> None:
    plan = make_plan(routes=1, stops=len(HOSTILE), names=HOSTILE)
    gpx = gpxpy.parse(_gpx(plan).decode())
    names = [point.name[3:] for point in gpx.waypoints[1:]]
    assert names == [printable(name) for name in HOSTILE]


def test_elements_stand_in_the_schemas_order() -> None:
    order = ["name", "cmt", "desc", "sym"]
    root = ET.fromstring(_gpx(make_plan()))
    for file in (root, ET.fromstring(_places(make_plan()))):
        kinds = [element.tag.split("}")[1] for element in file]
        assert kinds == sorted(kinds, key=["metadata", "wpt", "rte", "trk"].index)
    for point in root.iter("{http://www.topografix.com/GPX/1/1}wpt"):
        tags = [child.tag.split("}")[1] for child in point]
        assert tags == sorted(tags, key=order.index)


def test_a_comment_names_when_the_car_comes_and_when_people_are_served() -> None:
    plan = make_plan(routes=1, stops=2)
    (route,) = plan.routes
    first, *others = route.calls
    at_once = [
        msgspec.structs.replace(one, begin=one.arrive) if isinstance(one, Visit) else one
        for one in others
    ]
    calls = (msgspec.structs.replace(first, begin=first.arrive + 600), *at_once)
    plan = msgspec.structs.replace(plan, routes=(msgspec.structs.replace(route, calls=calls),))
    a, b = week_sheet(plan).routes[0].rows
    comments = [point.comment for point in gpxpy.parse(_gpx(plan).decode()).waypoints[1:]]
    assert a.begin.text != a.arrive.text
    assert comments == [
        f"arrives {a.arrive.text}, people served from {a.begin.text}, leaves {a.depart.text}",
        f"arrives {b.arrive.text}, leaves {b.depart.text}",
    ]


def test_longitude_180_is_written_as_minus_180() -> None:
    gpx = gpxpy.parse(_gpx(make_plan(routes=1, stops=1, stop={"lon": 180.0})).decode())
    assert gpx.waypoints[1].longitude == -180
