"""Roads for callers, roads with hours, ferries, and where a car may stand."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from unittest import mock

import networkx as nx
import pytest
from builders import vehicle
from hypothesis import given, settings
from hypothesis import strategies as st
from roads.osmfile import PATH, ROAD, depot_at, on_roads, stop_at, write_osm
from roads.test_exact import CAR, maps
from roads.test_exact import _metres as _length

from bookcar.model import RoadProfile
from bookcar.roads.driving import drive_between
from bookcar.roads.osm import read_network
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Table, Travel, Unclear

LOOP = {1: (0, 0), 2: (400, 0), 3: (800, 0), 4: (400, 600)}
STRAIGHT, ROUND = 800, 1442
PHASES = ("leaving", "through", "arriving")
WINTER, SUMMER = dt.date(2026, 12, 2), dt.date(2026, 6, 3)


def _travel(tmp_path: Path, direct: Mapping[str, str], *dates: dt.date, **fields: object) -> Travel:
    ways = [([1, 2, 3], {**ROAD, **direct}), ([1, 4, 3], ROAD)]
    nodes = fields.pop("nodes", None)
    path = write_osm(tmp_path / "loop.osm", LOOP, ways, nodes)  # type: ignore[arg-type]
    district = on_roads(path, stop_at("S1", 800, 0), stop_at("S2", 300, 10), **fields)
    return travel_for(district, dates=dates, cache=tmp_path / "cache")


def _metres(travel: Travel) -> list[int]:
    (table,) = travel.tables.values()
    return table.metres[0, 1:].tolist()


@pytest.mark.parametrize("value", ["destination", "private", "delivery", "customers"])
def test_a_road_for_callers_is_no_way_through(tmp_path: Path, value: str) -> None:
    """The far end is reached the long way round; the place in the street itself directly."""
    assert _metres(_travel(tmp_path, {"motor_vehicle": value})) == [ROUND, 300]


def test_a_place_in_a_private_road_is_told(tmp_path: Path) -> None:
    placed = _travel(tmp_path, {"access": "private"}).tables["car"].placed
    assert {name: stand.private for name, stand in placed.items()} == {
        "D": False,
        "S1": False,
        "S2": True,
    }
    asked_for = _travel(tmp_path, {"access": "customers"}).tables["car"].placed
    assert not asked_for["S2"].private


def test_a_private_road_is_a_last_stretch_as_far_as_a_driveway_goes(tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (1000, 0), 3: (1000, 2000)}
    ways = [([1, 2], ROAD), ([2, 3], {**ROAD, "access": "private"})]
    path = write_osm(tmp_path / "a.osm", nodes, ways)
    stops = stop_at("S1", 1000, 400), stop_at("S2", 1000, 700), stop_at("S3", 1040, 30)
    found = travel_for(on_roads(path, *stops), cache=tmp_path / "cache").tables["car"]
    assert found.metres[0, 1] == 1400
    assert (found.unreached["S2"].reason, found.unreached["S2"].road_m) == ("off-road", 700)
    assert found.unreached.keys() == {"S2"}
    assert {name: stand.private for name, stand in found.placed.items()} == {
        "D": False,
        "S1": True,
        "S3": True,
    }


def test_from_a_place_in_such_a_road_the_car_leaves_either_way(tmp_path: Path) -> None:
    table = _travel(tmp_path, {"access": "private"}).tables["car"]
    assert table.metres[2].tolist() == [300, 500, 0]


def test_two_places_in_one_road_for_callers(tmp_path: Path) -> None:
    ways = [([1, 2, 3], {**ROAD, "access": "private"}), ([1, 4, 3], ROAD)]
    path = write_osm(tmp_path / "loop.osm", LOOP, ways)
    stops = stop_at("S1", 300, 0), stop_at("S2", 500, 0), stop_at("S3", 500, 20)
    travel = travel_for(on_roads(path, *stops), cache=tmp_path / "cache")
    assert travel.tables["car"].metres[1:, 1:].tolist() == [[0, 200, 200], [200, 0, 0], [200, 0, 0]]
    assert len(travel.way("car", 1, 2)) >= 2


def test_a_one_way_road_of_no_return_opens_no_road_for_callers(tmp_path: Path) -> None:
    """From 3 a road leads away for good; by way of the private road one comes back from there."""
    nodes = {1: (0, 0), 2: (300, 0), 3: (700, 0), 4: (700, 300), 5: (1500, 0)}
    away, private = {**ROAD, "oneway": "yes"}, {**ROAD, "access": "private"}
    ways = [([1, 2], ROAD), ([2, 3], away), ([3, 4, 1], private), ([3, 5], away)]
    path = write_osm(tmp_path / "a.osm", nodes, ways)
    district = on_roads(path, stop_at("S1", 700, 150))
    with mock.patch("bookcar.roads.private_roads.DRIVEWAY_MM", 10**9):
        found = travel_for(district, cache=tmp_path / "cache").tables["car"]
    assert (found.metres[0, 1], found.unreached) == (850, {})


def test_a_lane_behind_a_private_road_is_no_way_through_either(tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (300, 0), 3: (500, 0), 4: (800, 0), 5: (400, 600)}
    private = {**ROAD, "access": "private"}
    ways = [([1, 2], private), ([2, 3], ROAD), ([3, 4], private), ([1, 5, 4], ROAD)]
    path = write_osm(tmp_path / "a.osm", nodes, ways)
    district = on_roads(path, stop_at("S1", 800, 0), stop_at("S2", 400, 0))
    assert _metres(travel_for(district, cache=tmp_path / "cache")) == [ROUND, 400]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(maps(), st.data())
def test_ways_with_roads_for_callers_equal_networkx(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple, data: st.DataObject
) -> None:
    nodes, ways = drawn
    private = [data.draw(st.booleans()) for _ in ways]
    private[0] = False
    slow = {"highway": "service"}
    one, own = {"oneway": "yes"}, {"access": "private"}
    drawn_ways = [
        (refs, slow | (one if oneway else {}) | (own if last else {}))
        for (refs, oneway), last in zip(ways, private, strict=True)
    ]
    path = write_osm(tmp_path_factory.mktemp("lawful") / "a.osm", nodes, drawn_ways)
    stops = [stop_at(f"S{node}", *place) for node, place in nodes.items()]
    district = on_roads(path, *stops, depots=[depot_at(*nodes[1])], max_snap_m=1)
    with mock.patch("bookcar.roads.private_roads.DRIVEWAY_MM", 10**9):
        found = drive_between(district, read_network(path), CAR).table
    lawful, through = _states(nodes, ways, private)
    names = [1, *nodes]
    for i, origin in enumerate(names):
        start = (origin, "through" if origin in through else "leaving")
        if start not in lawful:
            continue
        lengths = nx.single_source_dijkstra_path_length(lawful, start, weight="metres")
        for j, node in enumerate(names):
            if origin == node or found.metres[i, j] < 0:
                continue
            shortest = min(lengths.get((node, phase), math.inf) for phase in PHASES)
            assert abs(int(found.metres[i, j]) - shortest) <= 1, (origin, node)


def _states(nodes: dict, ways: list, private: list[bool]) -> tuple[nx.DiGraph, set[int]]:
    graph = nx.DiGraph()
    for (refs, oneway), last in zip(ways, private, strict=True):
        for a, b in pairwise(refs):
            for u, v in [(a, b)] if oneway else [(a, b), (b, a)]:
                graph.add_edge(u, v, metres=_length(nodes[u], nodes[v]), last=last)
    home = next(part for part in nx.strongly_connected_components(graph) if 1 in part)
    graph = graph.subgraph(home)
    free = nx.DiGraph((u, v) for u, v, last in graph.edges(data="last") if not last)
    parts = list(nx.strongly_connected_components(free))
    length = {k: free.subgraph(p) for k, p in enumerate(parts)}
    weight = {
        k: sum({frozenset(e): graph.edges[e]["metres"] for e in part.edges}.values())
        for k, part in length.items()
    }
    through = set(length[max(weight, key=weight.__getitem__)]) if weight else set(graph)
    if not any(weight.values()):
        through = set(graph)
    states = nx.DiGraph()
    for u, v, facts in graph.edges(data=True):
        on, off = u in through, v in through
        if on and off and (not facts["last"] or not any(weight.values())):
            moves = [("through", "through")]
        else:
            moves = [] if on else [("leaving", "through" if off else "leaving")]
            moves += [] if off else [("through" if on else "arriving", "arriving")]
        states.add_edges_from(((u, a), (v, b), facts) for a, b in moves)
    return states, through


# --- seasons and hours ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "winter", "summer"),
    [
        ({"motor_vehicle:conditional": "no @ (Nov-Apr)"}, ROUND, STRAIGHT),
        ({"motor_vehicle:conditional": "no @ Nov 15-Mar 15"}, ROUND, STRAIGHT),
        ({"access": "no", "motor_vehicle:conditional": "yes @ (May-Oct)"}, ROUND, STRAIGHT),
        ({"vehicle:conditional": "no @ (22:00-06:00)"}, STRAIGHT, STRAIGHT),
        ({"vehicle:conditional": "no @ (07:00-09:00)"}, ROUND, ROUND),
        ({"seasonal": "summer"}, ROUND, STRAIGHT),
        ({"seasonal": "no"}, STRAIGHT, STRAIGHT),
        ({"ice_road": "yes"}, STRAIGHT, ROUND),
        ({"access:conditional": "no @ (weight>7)"}, STRAIGHT, STRAIGHT),
    ],
)
def test_a_road_with_times(
    tmp_path: Path, tags: Mapping[str, str], winter: int, summer: int
) -> None:
    assert _metres(_travel(tmp_path, tags, WINTER))[0] == winter
    assert _metres(_travel(tmp_path, tags, SUMMER))[0] == summer
    assert _metres(_travel(tmp_path, tags))[0] == STRAIGHT  # no day asked for: whenever it is open


def test_a_road_shut_on_one_day_of_the_week_is_not_counted_on(tmp_path: Path) -> None:
    shut = {"motor_vehicle:conditional": "no @ (We)"}
    assert _metres(_travel(tmp_path, shut, WINTER, WINTER + dt.timedelta(days=1)))[0] == ROUND
    assert _metres(_travel(tmp_path, shut, WINTER + dt.timedelta(days=1)))[0] == STRAIGHT


def test_what_is_shut_is_told(tmp_path: Path) -> None:
    travel = _travel(tmp_path, {"motor_vehicle:conditional": "no @ (Nov-Apr)"}, WINTER)
    assert [note.key for note in travel.note] == ["common.roads-osm", "common.roads-shut"]


def test_a_gate_with_times(tmp_path: Path) -> None:
    gate = {2: {"barrier": "gate", "opening_hours": "Apr-Oct"}}
    assert _metres(_travel(tmp_path, {}, WINTER, nodes=gate))[0] == ROUND
    assert _metres(_travel(tmp_path, {}, SUMMER, nodes=gate))[0] == STRAIGHT


def test_a_condition_nobody_can_evaluate_is_named_where_it_lies_on_the_way(tmp_path: Path) -> None:
    travel = _travel(tmp_path, {"motor_vehicle:conditional": "no @ snow"}, WINTER)
    assert _metres(travel)[0] == STRAIGHT
    words = "otherwise=open\nmotor_vehicle:conditional=no @ snow"
    assert travel.unclear("car", 0, 1) == {Unclear(way=101, words=words)}


def test_a_lorry_is_held_by_a_condition_of_its_weight(tmp_path: Path) -> None:
    lorry = RoadProfile(name="lorry", weight_t=7.5)
    fields = {"profiles": [lorry], "vehicles": (vehicle(profile="lorry"),)}
    tags = {"access:conditional": "no @ (weight>7)"}
    assert _metres(_travel(tmp_path, tags, WINTER, **fields))[0] == ROUND


# --- kinds of car ---------------------------------------------------------------------------------

LORRY = RoadProfile(name="lorry", weight_t=7.5, length_m=9, axle_t=5)


@pytest.mark.parametrize(
    ("tags", "car", "lorry"),
    [
        ({"hgv": "no"}, STRAIGHT, ROUND),
        ({"maxweight:hgv": "7"}, STRAIGHT, ROUND),
        ({"maxlength": "8"}, STRAIGHT, ROUND),
        ({"maxaxleload": "4"}, STRAIGHT, ROUND),
        ({"maxheight": "1.9"}, ROUND, ROUND),  # no book car is so low
        ({"maxheight": "2.6"}, STRAIGHT, STRAIGHT),
    ],
)
def test_roads_for_some_cars(tmp_path: Path, tags: Mapping[str, str], car: int, lorry: int) -> None:
    assert _metres(_travel(tmp_path, tags))[0] == car
    fields = {"profiles": [LORRY], "vehicles": (vehicle(profile="lorry"),)}
    assert _metres(_travel(tmp_path, tags, **fields))[0] == lorry


def test_a_lorry_may_be_called_one_without_its_weight(tmp_path: Path) -> None:
    named = RoadProfile(name="big", lorry=True)
    fields = {"profiles": [named], "vehicles": (vehicle(profile="big"),)}
    assert _metres(_travel(tmp_path, {"hgv": "no"}, **fields))[0] == ROUND


# --- ferries --------------------------------------------------------------------------------------


def _island(tmp_path: Path, **settings_fields: object) -> Table:
    nodes = {1: (0, 0), 2: (500, 0), 3: (1500, 0), 4: (2000, 0)}
    boat = {"route": "ferry", "motor_vehicle": "yes", "duration": "00:20"}
    path = write_osm(tmp_path / "a.osm", nodes, [([1, 2], ROAD), ([2, 3], boat), ([3, 4], ROAD)])
    district = on_roads(path, stop_at("S1", 1900, 10))
    roads = _replaced(district.settings.roads, **settings_fields)
    district = _replaced(district, settings=_replaced(district.settings, roads=roads))
    return travel_for(district, cache=tmp_path / "cache").tables["car"]


def _replaced(thing: object, **fields: object) -> object:
    import msgspec  # noqa: PLC0415

    return msgspec.structs.replace(thing, **fields)


def test_a_stop_behind_a_ferry_says_so(tmp_path: Path) -> None:
    assert _island(tmp_path).unreached["S1"].reason == "ferry-only"


def test_a_ferry_takes_its_time_and_the_wait_for_it(tmp_path: Path) -> None:
    table = _island(tmp_path, ferries=True)
    on_land_s = 900 / 30 * 3.6
    assert table.unreached == {}
    assert table.seconds[0, 1] == pytest.approx(20 * 60 + 10 * 60 + on_land_s, abs=2)


# --- stopping places ------------------------------------------------------------------------------


def _placed(tmp_path: Path, way: Mapping[str, str], **fields: object) -> Table:
    """Return where a car stands for a place 40 m from ``way`` and 90 m from a street beyond it."""
    nodes = {1: (0, 90), 2: (1000, 90), 3: (0, -40), 4: (1000, -40)}
    ways = [([1, 2], {**ROAD, "name": "Mill Lane"}), ([3, 4], way), ([1, 3], ROAD), ([2, 4], ROAD)]
    path = write_osm(tmp_path / "a.osm", nodes, [*ways, *fields.pop("more", [])])
    stop = stop_at("S1", 500, 0, **fields)
    district = on_roads(path, stop, depots=[depot_at(0, 90)])
    return travel_for(district, cache=tmp_path / "cache").tables["car"]


@pytest.mark.parametrize(
    ("way", "stands"),
    [
        ({"highway": "tertiary"}, 40),
        ({"highway": "motorway", "oneway": "no"}, 90),
        ({"highway": "trunk_link"}, 90),
        ({"highway": "tertiary", "foot": "no"}, 90),  # no reader gets there
        ({"highway": "tertiary", "foot": "no", "sidewalk": "right"}, 40),
        ({"highway": "tertiary", "tunnel": "yes"}, 90),
        ({"highway": "tertiary", "bridge": "yes"}, 90),  # a kilometre long
        ({"highway": "trunk", "motorroad": "yes"}, 90),
    ],
)
def test_a_car_stands_where_it_may(tmp_path: Path, way: Mapping[str, str], stands: int) -> None:
    assert _placed(tmp_path, way).placed["S1"].metres == stands


def test_a_place_stands_in_the_road_it_is_named_after(tmp_path: Path) -> None:
    found = _placed(tmp_path, {"highway": "tertiary"}, name="Mill Lane School").placed["S1"]
    assert (found.road, found.way, found.metres) == ("Mill Lane", 101, 90)


def _by_a_river(tmp_path: Path, *, far_street: bool) -> Table:
    nodes = {1: (0, 90), 2: (1000, 90), 3: (0, -40), 4: (1000, -40), 5: (-50, -20), 6: (1050, -20)}
    ways = [([3, 4], ROAD), ([5, 6], {"waterway": "river"}), ([1, 3], ROAD), ([2, 4], ROAD)]
    if far_street:
        ways.append(([1, 2], ROAD))
    path = write_osm(tmp_path / "a.osm", nodes, ways)
    district = on_roads(path, stop_at("S1", 500, 0), depots=[depot_at(0, 90)])
    return travel_for(district, cache=tmp_path / "cache").tables["car"]


def test_a_car_stands_on_the_places_side_of_the_river(tmp_path: Path) -> None:
    found = _by_a_river(tmp_path, far_street=True).placed["S1"]
    assert (found.metres, found.across) == (90, False)


def test_where_all_roads_are_beyond_the_river_that_is_told(tmp_path: Path) -> None:
    found = _by_a_river(tmp_path, far_street=False).placed["S1"]
    assert (found.metres, found.across) == (40, True)


def test_nobody_crosses_a_motorway_on_foot(tmp_path: Path) -> None:
    nodes = {1: (0, -60), 2: (1000, -60), 3: (0, -20), 4: (1000, -20), 5: (0, 90), 6: (1000, 90)}
    fast = {"highway": "motorway", "oneway": "no"}
    ways = [([1, 2], ROAD), ([3, 4], fast), ([5, 6], ROAD), ([1, 3, 5], ROAD), ([2, 4, 6], PATH)]
    path = write_osm(tmp_path / "a.osm", nodes, ways)
    district = on_roads(path, stop_at("S1", 500, 0), depots=[depot_at(0, -60)])
    placed = travel_for(district, cache=tmp_path / "cache").tables["car"].placed
    assert placed["S1"].metres == 90
