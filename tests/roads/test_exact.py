"""Contraction and snapping change no distance: random maps against networkx, node by node."""

from __future__ import annotations

import math
import tempfile
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from roads.osmfile import depot_at, lon_lat, on_roads, stop_at, write_osm

from bookcar.model import RoadProfile, Stop
from bookcar.roads.driving import Driving, drive_between
from bookcar.roads.network import metres_between
from bookcar.roads.osm import read_network

SLOW = {"highway": "service"}  # 15 km/h: no corner of these maps is tight enough to slow it
KMH = 15
CAR = RoadProfile(name="car")


@st.composite
def maps(draw: st.DrawFn) -> tuple[dict[int, tuple[int, int]], list[tuple[list[int], bool]]]:
    """Return crossings on a coarse lattice, and roads among them that may be one-way."""
    cells = draw(
        st.lists(
            st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=14, unique=True
        )
    )
    # shifted off the lattice, so that no road runs along another or through a foreign crossing
    nodes = {
        k: (700 * x + 37 * k * k % 211, 900 * y + 53 * k * k % 197)
        for k, (x, y) in enumerate(cells, start=1)
    }
    road = st.lists(st.sampled_from(sorted(nodes)), min_size=2, max_size=5, unique=True)
    ways = draw(st.lists(st.tuples(road, st.booleans()), min_size=1, max_size=9))
    return nodes, _without_doubles([([1, 2], False), *ways])


def _without_doubles(ways: list[tuple[list[int], bool]]) -> list[tuple[list[int], bool]]:
    """Drop the ways that run over a segment of another: a place there lies on either."""
    taken: set[frozenset[int]] = set()
    kept = []
    for refs, oneway in ways:
        segments = {frozenset(pair) for pair in pairwise(refs)}
        if not segments & taken:
            kept.append((refs, oneway))
            taken |= segments
    return kept


Segment = tuple[int, int]


def node_graph(
    nodes: dict[int, tuple[int, int]],
    ways: list[tuple[list[int], bool]],
    spots: dict[str, tuple[Segment, float]],
) -> nx.DiGraph:
    """Return a graph with an edge for each bit of road between two nodes or spots."""
    graph = nx.DiGraph()
    for refs, oneway in ways:
        for a, b in pairwise(refs):
            here = [(share, name) for name, (segment, share) in spots.items() if segment == (a, b)]
            on = [(0.0, a), *sorted(here), (1.0, b)]
            for (s, u), (t, v) in pairwise(on):
                _add(graph, (u, v), (t - s) * _metres(nodes[a], nodes[b]), oneway)
    return graph


def _add(graph: nx.DiGraph, ends: tuple[object, object], metres: float, oneway: bool) -> None:
    for u, v in [ends] if oneway else [ends, ends[::-1]]:
        if metres < graph.get_edge_data(u, v, {"metres": math.inf})["metres"]:
            graph.add_edge(u, v, metres=metres)


def _metres(a: tuple[int, int], b: tuple[int, int]) -> float:
    (lon1, lat1), (lon2, lat2) = lon_lat(*a), lon_lat(*b)
    ends = (np.array([v]) for v in (lon1, lat1, lon2, lat2))
    return float(metres_between(*ends)[0])


def drive(nodes: dict, ways: list, spots: list[tuple[float, float]]) -> tuple[Driving, list[Stop]]:
    drawn = [(refs, SLOW | ({"oneway": "yes"} if oneway else {})) for refs, oneway in ways]
    stops = [stop_at(f"S{k}", *place) for k, place in enumerate(spots, start=1)]
    with tempfile.TemporaryDirectory() as folder:
        path = write_osm(Path(folder) / "random.osm", nodes, drawn)
        network = read_network(path)
        district = on_roads(path, *stops, depots=[depot_at(*nodes[1])], max_snap_m=1)
        return drive_between(district, network, CAR), stops


@settings(max_examples=60, derandomize=True)
@given(maps(), st.data())
def test_all_distances_equal_networkx(drawn: tuple, data: st.DataObject) -> None:
    nodes, ways = drawn
    segments = sorted({pair for refs, _ in ways for pair in pairwise(refs)})
    shares = st.sampled_from([0.13, 0.4, 0.77])
    chosen = data.draw(
        st.lists(st.tuples(st.sampled_from(segments), shares), max_size=5, unique=True)
    )
    spots = {f"S{k}": spot for k, spot in enumerate(chosen, start=1)}
    places = [
        tuple((1 - t) * p + t * q for p, q in zip(nodes[a], nodes[b], strict=True))
        for (a, b), t in chosen
    ]
    found, stops = drive(nodes, ways, places)
    graph = node_graph(nodes, ways, spots)
    names = [1, *spots]
    for i, origin in enumerate(names):
        lengths = nx.single_source_dijkstra_path_length(graph, origin, weight="metres")
        for j, destination in enumerate(names):
            metres = int(found.table.metres[i, j])
            if metres < 0:
                continue
            assert abs(metres - lengths[destination]) <= 1
            assert abs(found.table.seconds[i, j] - lengths[destination] * 3.6 / KMH) <= 1
            _check_way(found, i, j, metres)
    _check_unreached(found, graph, stops)


def _check_way(found: Driving, i: int, j: int, metres: int) -> None:
    line = np.array(found.way(i, j))
    steps = metres_between(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1])
    assert abs(steps.sum() - metres) <= 1


def _check_unreached(found: Driving, graph: nx.DiGraph, stops: list[Stop]) -> None:
    home = next(part for part in nx.strongly_connected_components(graph) if 1 in part)
    for stop in stops:
        if stop.id in home:
            assert stop.id not in found.table.unreached
