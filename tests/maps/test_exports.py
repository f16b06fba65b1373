from __future__ import annotations

import json

import geopandas as gpd
import msgspec
import polyline
import pytest
from calls import changed
from maps.plans import HOSTILE, make_plan

from bookcar.maps.exports import geojson, route_features, stop_features, write_geopackage
from bookcar.phrases import Phrases
from bookcar.plan import Unserved

NO_ROOM = Phrases("en")("reasons.no-vehicle")

PLAN = make_plan(stops=40, routes=3, visits=5, unserved=6)


def layers(plan):
    return {"routes": route_features(plan), "stops": stop_features(plan, language="en")}


def test_geojson_is_read_by_geopandas_with_every_stop_in_its_place(tmp_path):
    path = tmp_path / "stops.geojson"
    path.write_bytes(geojson(stop_features(PLAN)))
    frame = gpd.read_file(path).set_index("id")
    assert frame.crs.to_epsg() == 4326
    assert len(frame) == 1 + 40
    for stop in PLAN.stops:
        row = frame.loc[stop.id]
        assert (row.geometry.x, row.geometry.y) == (stop.lon, stop.lat)
        assert row["name"] == stop.name
    assert frame["status"].value_counts().to_dict() == {
        "not due": 19, "served": 15, "unserved": 6, "depot": 1,
    }  # fmt: skip


def test_routes_follow_their_roads_from_depot_to_depot():
    for route, feature in zip(PLAN.routes, route_features(PLAN), strict=True):
        line = feature["geometry"]["coordinates"]
        legs = [*(v.leg.line for v in route.visits), route.last_leg.line]
        assert set(line) >= {(x, y) for leg in legs for y, x in polyline.decode(leg)}
        assert line[0] == line[-1] == (PLAN.depots[0].lon, PLAN.depots[0].lat)
        assert feature["properties"]["order"].split() == [v.stop for v in route.visits]
        assert feature["properties"]["by_road"] is True


def test_routes_without_roads_go_straight_and_say_so():
    route = PLAN.routes[0]
    bare = changed(
        route,
        visits=tuple(
            msgspec.structs.replace(v, leg=msgspec.structs.replace(v.leg, line=""))
            for v in route.visits
        ),
        last_leg=msgspec.structs.replace(route.last_leg, line=""),
    )
    (feature,) = route_features(msgspec.structs.replace(PLAN, routes=(bare,)))
    assert len(feature["geometry"]["coordinates"]) == 1 + 5 + 1
    assert feature["properties"]["by_road"] is False


def test_unserved_stops_carry_their_reason():
    reasons = [f["properties"].get("reason") for f in stop_features(PLAN, language="en")]
    assert reasons.count(NO_ROOM) >= 1
    assert sum(reason is not None for reason in reasons) == 6


def test_nobodys_phone_number_leaves_the_house():
    assert "0000-0000" not in geojson([*route_features(PLAN), *stop_features(PLAN)]).decode()


def test_hostile_names_come_back_as_they_were():
    plan = make_plan(stops=24, routes=1, visits=3, unserved=1, names=HOSTILE)
    read = json.loads(geojson(stop_features(plan)))["features"]
    assert [f["properties"]["name"] for f in read[1:]] == [s.name for s in plan.stops]


def test_geopackage_has_both_layers_as_qgis_reads_them(tmp_path):
    path = tmp_path / "week.gpkg"
    write_geopackage(layers(PLAN), path, date="2026-11-30")
    routes, stops = (gpd.read_file(path, layer=name) for name in ("routes", "stops"))
    assert list(routes["id"]) == [route.id for route in PLAN.routes]
    assert set(routes.geom_type) == {"LineString"}
    assert len(stops) == 41
    assert stops.crs.to_epsg() == 4326


def test_geopackage_twice_is_the_same_bytes(tmp_path):
    paths = [tmp_path / name for name in ("a.gpkg", "b.gpkg")]
    for path in paths:
        write_geopackage(layers(PLAN), path, date="2026-11-30")
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("routes", [0, 2])
def test_a_week_without_routes_writes_too(tmp_path, routes):
    plan = make_plan(stops=5, routes=routes, visits=1 if routes else 0, unserved=0)
    path = tmp_path / "week.gpkg"
    write_geopackage(layers(plan), path, date="2026-11-30")
    assert gpd.list_layers(path)["name"].tolist() == (["routes"] if routes else []) + ["stops"]
    assert json.loads(geojson(route_features(plan)))["type"] == "FeatureCollection"


def test_a_stop_visited_twice_has_its_first_visit_and_the_day_of_the_second():
    first, second = PLAN.routes[0], PLAN.routes[2]
    again = msgspec.structs.replace(second.visits[0], stop=first.visits[1].stop)
    visits = (again, *second.visits[1:])
    routes = (*PLAN.routes[:2], changed(second, visits=visits))
    plan = msgspec.structs.replace(PLAN, routes=routes)
    features = {f["properties"]["id"]: f["properties"] for f in stop_features(plan)}
    found = features[again.stop]
    assert (found["status"], found["route"], found["order"]) == ("served", first.id, 2)
    assert (found["route_2"], found["date_2"]) == (second.id, second.date.isoformat())
    assert "route_2" not in features[first.visits[0].stop]


def test_a_stop_that_gets_one_of_two_visits_is_served_in_part():
    stop = PLAN.routes[0].visits[0].stop
    row = Unserved(stop=stop, reason="no-vehicle", made=1)
    plan = msgspec.structs.replace(PLAN, unserved=(*PLAN.unserved, row))
    features = {f["properties"]["id"]: f["properties"] for f in stop_features(plan, language="en")}
    assert features[stop]["status"] == "served in part"
    assert features[stop]["reason"].startswith("One of two visits is missing: ")
