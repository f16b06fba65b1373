from __future__ import annotations

import itertools

import msgspec
import networkx as nx
import numpy as np
import pytest
from roads.osmfile import PATH, ROAD, on_roads, stop_at, write_osm

from bookcar.roads import walk as walking
from bookcar.roads.network import metres_between
from bookcar.roads.places import find_places
from bookcar.roads.walk import service_area, walk_network

CROSS = {1: (0, 0), 2: (3_000, 0), 3: (3_000, 800), 4: (3_000, -2_500), 5: (7_000, 0)}
CROSS_WAYS = [([1, 2], ROAD), ([2, 3], PATH), ([2, 4], PATH), ([2, 5], ROAD)]


@pytest.fixture
def cross(tmp_path):
    """A road of 7 km with a crossing at 3 km; stop S1 stands 1 km west of it."""
    extract = write_osm(tmp_path / "cross.osm", CROSS, CROSS_WAYS)
    stops = stop_at("S1", 2_000, 0), stop_at("S2", 3_000, 790), stop_at("S3", 3_000, -1_050)
    return on_roads(extract, *stops, stop_at("S4", 2_000, 4_000))


def metres(lines):
    return sum(metres_between(*a, *b) for line in lines for a, b in itertools.pairwise(line))


def test_area_of_a_crossing_worked_out_by_hand(cross, tmp_path):
    """Half an hour at 4 km/h is 2 km: all the way back, and 1 km beyond the crossing each way."""
    area = service_area(walk_network(cross, cache=tmp_path), ["S1"])
    assert metres(area.lines) == pytest.approx(2_000 + 1_000 + 800 + 1_000 + 1_000, abs=2)
    east = max(lon for line in area.lines for lon, _ in line)
    assert east == pytest.approx(stop_at("S9", 4_000, 0).lon, abs=2e-5)


def test_stops_within_the_walk_are_reached_and_others_not(cross, tmp_path):
    """1,790 m are walked in time, 2,050 m are not, and a stop at no road is reached by nobody."""
    walk = walk_network(cross, cache=tmp_path)
    assert service_area(walk, ["S1"]).stops == {"S1", "S2"}
    assert service_area(walk, ["S1"], seconds=1_850).stops == {"S1", "S2", "S3"}
    assert service_area(walk, ["S4"]).stops == {"S4"}
    assert service_area(walk, ["S4"]).lines == ()


def test_way_from_the_house_to_the_road_is_walked_too(tmp_path):
    extract = write_osm(tmp_path / "road.osm", {1: (0, 0), 2: (5_000, 0)}, [([1, 2], ROAD)])
    near = on_roads(extract, stop_at("S1", 1_000, 90), stop_at("S2", 2_880, 0))
    far = on_roads(extract, stop_at("S1", 1_000, 90), stop_at("S2", 2_920, 0))
    assert "S2" in service_area(walk_network(near, cache=tmp_path), ["S1"]).stops
    assert "S2" not in service_area(walk_network(far, cache=tmp_path), ["S1"]).stops


def test_nobody_walks_a_motorway_and_one_way_streets_go_both_ways(tmp_path):
    nodes = {1: (0, 0), 2: (1_500, 0), 3: (0, 50), 4: (3_000, 50)}
    ways = [([2, 1], ROAD | {"oneway": "yes"}), ([3, 4], {"highway": "motorway"})]
    extract = write_osm(tmp_path / "roads.osm", nodes, ways)
    tables = on_roads(extract, stop_at("S1", 100, 10), stop_at("S2", 1_400, 10))
    area = service_area(walk_network(tables, cache=tmp_path), ["S1"])
    assert area.stops == {"S1", "S2"}
    assert metres(area.lines) == pytest.approx(1_500, abs=2)


def test_a_loop_keeps_the_stretch_out_of_reach_open(tmp_path):
    """Around a square of 1.5 km a side, 2 km each way leave 2 km of its far side unreached."""
    nodes = {1: (0, 0), 2: (1_500, 0), 3: (1_500, 1_500), 4: (0, 1_500)}
    extract = write_osm(tmp_path / "loop.osm", nodes, [([1, 2, 3, 4, 1], ROAD)])
    walk = walk_network(on_roads(extract, stop_at("S1", 0, 0)), cache=tmp_path)
    assert metres(service_area(walk, ["S1"]).lines) == pytest.approx(4_000, abs=3)


def test_parallel_paths_do_not_add_up(tmp_path):
    nodes = {1: (0, 0), 2: (1_000, 0), 3: (500, 400)}
    extract = write_osm(tmp_path / "two.osm", nodes, [([1, 2], ROAD), ([1, 3, 2], PATH)])
    tables = on_roads(extract, stop_at("S1", 0, 0), stop_at("S2", 1_000, 0))
    area = service_area(walk_network(tables, cache=tmp_path), ["S1"], seconds=901)
    assert area.stops == {"S1", "S2"}


def test_a_scrap_of_path_does_not_hide_the_road_behind_it(tmp_path):
    nodes = {1: (0, 0), 2: (3_000, 0), 3: (500, 40), 4: (520, 40)}
    extract = write_osm(tmp_path / "scrap.osm", nodes, [([1, 2], ROAD), ([3, 4], PATH)])
    tables = on_roads(extract, stop_at("S1", 510, 40), stop_at("S2", 1_500, 0))
    assert "S2" in service_area(walk_network(tables, cache=tmp_path), ["S1"]).stops


def test_no_stops_asked_for_reach_nothing(cross, tmp_path):
    area = service_area(walk_network(cross, cache=tmp_path), [])
    assert area.stops == frozenset()
    assert area.lines == ()


def test_without_an_extract_there_is_nothing_to_walk(cross):
    roads = msgspec.structs.replace(cross.settings.roads, extract=None)
    settings = msgspec.structs.replace(cross.settings, roads=roads)
    assert walk_network(msgspec.structs.replace(cross, settings=settings)) is None


def test_a_stop_that_only_the_plan_has_is_walked_to(cross, tmp_path):
    """S2 was taken from the tables, S3 is new in them: the plan has the one, not the other."""
    planned = [stop for stop in cross.stops if stop.id != "S3"]
    walk = walk_network(cross.with_stops(["S1", "S3", "S4"]), stops=planned, cache=tmp_path)
    assert service_area(walk, ["S1"], seconds=1_850).stops == {"S1", "S2"}


@pytest.mark.parametrize("count", [1, 4])
def test_area_agrees_with_the_ego_graph_of_networkx(shared, tmp_path, count):
    """Junctions within half an hour, on the roads and paths of Andorra."""
    extract = shared / "osm" / "andorra.osm.pbf"
    places = find_places(extract).stops[:60]
    tables = on_roads(extract, *places, max_snap_m=500)
    walk = walk_network(tables, cache=tmp_path)
    asked = [s.id for s in places[:count]]
    at_node = walking._walked_us(walk, [walk.row[s] for s in asked], 1_800_000_000)
    graph = _graph(walk, asked)
    ego = nx.ego_graph(graph, "start", radius=1_800_000_000, distance="us")
    assert set(np.flatnonzero(np.isfinite(at_node)).tolist()) == set(ego) - {"start"}
    assert len(ego) > 200 * count
    times = nx.single_source_dijkstra_path_length(ego, "start", weight="us")
    ten_ms = 10_000  # a stop stands between two whole millimetres
    assert all(abs(times[n] - at_node[n]) <= ten_ms for n in ego if n != "start")
    reached = {s for s, row in walk.row.items() if _in_time(walk, times, row)}
    assert service_area(walk, asked).stops == reached


def _in_time(walk, times, row):
    node = int(walk.split.node[row])
    return node in times and times[node] + walk.off_us[row] <= 1_800_000_000


def _graph(walk, asked):
    """Return the split network as networkx has it: every edge apart, both ways."""
    graph = nx.MultiGraph()
    edges = walk.split.edges
    for tail, head, mm in zip(
        edges.tail.tolist(), edges.head.tolist(), edges.mm.tolist(), strict=True
    ):
        graph.add_edge(tail, head, us=max(mm * 900, 1))
    for stop in asked:
        row = walk.row[stop]
        graph.add_edge("start", int(walk.split.node[row]), us=max(int(walk.off_us[row]), 1))
    return graph
