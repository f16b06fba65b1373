"""Forbidden turns: what relations say, and random maps against an edge-expanded graph."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from builders import vehicle
from hypothesis import given, settings
from hypothesis import strategies as st
from roads.osmfile import ROAD, Turn, depot_at, on_roads, stop_at, write_osm
from roads.test_exact import CAR, SLOW, maps
from roads.test_exact import _metres as length

from bookcar.model import RoadProfile
from bookcar.roads.driving import drive_between
from bookcar.roads.osm import read_network
from bookcar.roads.sources import travel_for

# A crossing at 2: from the west (1) to the north (4) directly, or round by the east (3).
NODES = {1: (0, 0), 2: (500, 0), 3: (900, 0), 4: (500, 400), 5: (500, -300)}
WAYS = [([1, 2], ROAD), ([2, 4], ROAD), ([2, 3], ROAD), ([3, 4], ROAD), ([2, 5], ROAD)]
WEST, NORTH, EAST, DIAGONAL, SOUTH = range(101, 106)
DIRECT, BY_THE_EAST = 900, 1466
AT_CROSSING = [("from", WEST), ("via", 2), ("to", NORTH)]
RESTRICTION = {"type": "restriction"}


def _metres(tmp_path: Path, turns: Sequence[Turn], *dates: dt.date, **fields: object) -> list[int]:
    path = write_osm(tmp_path / "a.osm", NODES, WAYS, turns=turns)
    district = on_roads(path, stop_at("S1", 500, 400), **fields)
    (table,) = travel_for(district, dates=dates, cache=tmp_path / "cache").tables.values()
    return [int(table.metres[0, 1]), int(table.metres[1, 0])]


@pytest.mark.parametrize(
    ("tags", "there"),
    [
        ({"restriction": "no_left_turn"}, BY_THE_EAST),
        ({"restriction": "no_entry"}, BY_THE_EAST),
        ({"restriction": "give_way"}, DIRECT),
        ({"restriction:motorcar": "no_left_turn"}, BY_THE_EAST),
        ({"restriction:bicycle": "no_left_turn"}, DIRECT),
        ({"restriction": "no_left_turn", "except": "motorcar;psv"}, DIRECT),
        ({"restriction": "no_left_turn", "except": "psv"}, BY_THE_EAST),
        ({"restriction": "only_left_turn"}, DIRECT),
        ({"restriction:hgv": "no_left_turn"}, DIRECT),
    ],
)
def test_what_a_relation_forbids(tmp_path: Path, tags: Mapping[str, str], there: int) -> None:
    assert _metres(tmp_path, [(AT_CROSSING, RESTRICTION | tags)]) == [there, DIRECT]


def test_the_only_turn_allowed(tmp_path: Path) -> None:
    """Straight on alone: the car turns north by the diagonal, behind the crossing."""
    only = [("from", WEST), ("via", 2), ("to", EAST)]
    turns = [(only, RESTRICTION | {"restriction": "only_straight_on"})]
    assert _metres(tmp_path, turns) == [BY_THE_EAST, DIRECT]


def test_a_turn_for_lorries_alone(tmp_path: Path) -> None:
    turns = [(AT_CROSSING, RESTRICTION | {"restriction:hgv": "no_left_turn"})]
    lorry = RoadProfile(name="lorry", weight_t=7.5)
    fields = {"profiles": [lorry], "vehicles": (vehicle(profile="lorry"),)}
    assert _metres(tmp_path, turns, **fields)[0] == BY_THE_EAST


def test_a_turn_with_times(tmp_path: Path) -> None:
    tags = RESTRICTION | {"restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-10:00)"}
    turns = [(AT_CROSSING, tags)]
    wednesday = dt.date(2026, 12, 2)
    assert _metres(tmp_path, turns, wednesday)[0] == BY_THE_EAST
    assert _metres(tmp_path, turns, wednesday + dt.timedelta(days=3))[0] == DIRECT


def test_a_turn_over_a_way(tmp_path: Path) -> None:
    """From the west by the east to the diagonal is forbidden as a whole, and the left turn too."""
    both = [
        (AT_CROSSING, RESTRICTION | {"restriction": "no_left_turn"}),
        (
            [("from", WEST), ("via", EAST), ("to", DIAGONAL)],
            RESTRICTION | {"restriction": "no_left_turn"},
        ),
    ]
    there, back = _metres(tmp_path, both)
    assert back == DIRECT
    assert there == 500 + 2 * 300 + 400  # down to the end in the south, and back


@pytest.mark.parametrize(
    "members",
    [
        [("from", WEST), ("to", NORTH)],
        [("from", WEST), ("via", 2)],
        [("from", WEST), ("via", 77), ("to", NORTH)],
        [("from", WEST), ("via", 3), ("to", NORTH)],
        [("from", 999), ("via", 2), ("to", NORTH)],
        [("from", WEST), ("via", DIAGONAL), ("to", NORTH)],
        [("from", WEST), ("from", EAST), ("via", 2), ("to", NORTH)],
    ],
)
def test_a_broken_relation_forbids_nothing(tmp_path: Path, members: list[tuple[str, int]]) -> None:
    tags = RESTRICTION | {"restriction": "no_left_turn"}
    assert _metres(tmp_path, [(members, tags)]) == [DIRECT, DIRECT]


def test_a_stop_at_the_junction_is_reached_and_left(tmp_path: Path) -> None:
    """Whoever stops at the crossing may go on any way; whoever drives through may not."""
    turns = [(AT_CROSSING, RESTRICTION | {"restriction": "no_left_turn"})]
    path = write_osm(tmp_path / "a.osm", NODES, WAYS, turns=turns)
    stops = stop_at("S1", 500, 0), stop_at("S2", 500, 400), stop_at("S3", 500, 1)
    district = on_roads(path, *stops)
    metres = travel_for(district, cache=tmp_path / "cache").tables["car"].metres.tolist()
    assert metres[0] == [0, 500, BY_THE_EAST, 500]
    assert metres[1] == [500, 0, 400, 0]


def test_nobody_turns_round_at_a_stop_that_is_passed(tmp_path: Path) -> None:
    turns = [(AT_CROSSING, RESTRICTION | {"restriction": "no_left_turn"})]
    path = write_osm(tmp_path / "a.osm", NODES, WAYS, turns=turns)
    with_one_south = on_roads(path, stop_at("S1", 500, 400), stop_at("S2", 500, -20))
    metres = travel_for(with_one_south, cache=tmp_path / "cache").tables["car"].metres
    assert metres[0, 1] == BY_THE_EAST
    assert metres[2, 1] == 420


@settings(max_examples=80, derandomize=True, deadline=None)
@given(maps(), st.data())
def test_ways_equal_those_of_an_edge_expanded_graph(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple, data: st.DataObject
) -> None:
    nodes, ways = drawn
    ids = {k: 101 + k for k in range(len(ways))}
    bans = data.draw(st.lists(_bans(ways), max_size=6)) if _meetings(ways) else []
    turns = [
        (
            [("from", ids[f]), ("via", v if w is None else ids[w]), ("to", ids[t])],
            RESTRICTION | {"restriction": "no_turn"},
        )
        for f, v, w, t in bans
    ]
    tagged = [(refs, SLOW | ({"oneway": "yes"} if one else {})) for refs, one in ways]
    path = write_osm(tmp_path_factory.mktemp("turns") / "a.osm", nodes, tagged, turns=turns)
    stops = [stop_at(f"S{node}", *place) for node, place in nodes.items()]
    district = on_roads(path, *stops, depots=[depot_at(*nodes[1])], max_snap_m=1)
    table = drive_between(district, read_network(path), CAR).table
    graph = _expanded(nodes, ways, bans)
    names = [1, *nodes]
    for i, origin in enumerate(names):
        if ("from", origin) not in graph:
            continue
        found = nx.single_source_dijkstra_path_length(graph, ("from", origin), weight="metres")
        for j, node in enumerate(names):
            if origin == node or f"S{node}" in table.unreached or f"S{origin}" in table.unreached:
                continue
            expected = found.get(("to", node), math.inf)
            metres = int(table.metres[i, j])
            assert (metres < 0) == (expected == math.inf), (origin, node)
            assert metres < 0 or abs(metres - expected) <= 1, (origin, node)


Ban = tuple[int, int, int | None, int]
"""From way, node, way between (then the node is where it begins), to way; ways by position."""


def _ends(ways: list, k: int) -> tuple[int, int]:
    return ways[k][0][0], ways[k][0][-1]


def _meetings(ways: list) -> list[Ban]:
    """Return the turns from the end of a way to the end of another, at a node or over a way."""
    found: list[Ban] = []
    for f in range(len(ways)):
        for v in set(_ends(ways, f)):
            for t in range(len(ways)):
                if t == f:
                    continue
                if v in _ends(ways, t):
                    found.append((f, v, None, t))
                if len(ways[t][0]) == 2 and v in _ends(ways, t):
                    other = next(n for n in _ends(ways, t) if n != v)
                    found += [
                        (f, v, t, last)
                        for last in range(len(ways))
                        if last not in (f, t)
                        and other in _ends(ways, last)
                        and _ends(ways, last) != v
                        if v not in _ends(ways, last)
                    ]
    return sorted(set(found), key=str)


def _bans(ways: list) -> st.SearchStrategy[Ban]:
    return st.sampled_from(_meetings(ways) or [(0, 0, None, 0)])


def turning_places(ways: list) -> set[int]:
    """Return where cars turn round: where ways end, or more than two roads meet."""
    ends: dict[int, int] = {}
    for k, (refs, _) in enumerate(ways):
        for ref in refs:
            ends[ref] = ends.get(ref, 0) + (1 if ref in _ends(ways, k) else 2)
    return {ref for ref, count in ends.items() if count != 2}


def _expanded(nodes: dict, ways: list, bans: list[Ban]) -> nx.DiGraph:
    """Return a graph whose nodes are the last two segments driven, each with its way."""
    junctions = turning_places(ways)
    segments = [
        (k, u, v)
        for k, (refs, oneway) in enumerate(ways)
        for a, b in pairwise(refs)
        for u, v in ([(a, b)] if oneway else [(a, b), (b, a)])
    ]
    leaving: dict[int, list] = {}
    for segment in segments:
        leaving.setdefault(segment[1], []).append(segment)
    graph = nx.DiGraph()
    for k, u, v in segments:
        metres = length(nodes[u], nodes[v])
        graph.add_edge(("from", u), (None, (k, u, v)), metres=metres)
    todo, seen = [(None, s) for s in segments], set()
    while todo:
        state = todo.pop()
        if state in seen:
            continue
        seen.add(state)
        before, (k, u, v) = state
        graph.add_edge(state, ("to", v), metres=0.0)
        for after in leaving.get(v, []):
            if after[2] == u and v not in junctions:
                continue  # nobody turns round between junctions
            if _banned(before, (k, u, v), after, bans):
                continue
            graph.add_edge(state, ((k, u, v), after), metres=length(nodes[v], nodes[after[2]]))
            todo.append(((k, u, v), after))
    return graph


def _banned(before: tuple | None, now: tuple, after: tuple, bans: list[Ban]) -> bool:
    return any(_bans_it(ban, before, now, after) for ban in bans)


def _bans_it(ban: Ban, before: tuple | None, now: tuple, after: tuple) -> bool:
    f, node, over, t = ban
    if over is None:
        return (now[0], now[2], after[0]) == (f, node, t)
    began = before is not None and (before[0], before[2]) == (f, node)
    return began and (now[0], after[0]) == (over, t)
