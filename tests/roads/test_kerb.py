"""Stops on their own side of the road: small maps, and random ones against networkx."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from unittest import mock

import msgspec
import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roads.osmfile import PATH, ROAD, Turn, Way, depot_at, on_roads, stop_at, write_osm
from roads.test_exact import CAR, SLOW, _metres, maps
from roads.test_turns import RESTRICTION, _banned, _bans, _meetings, turning_places

from bookcar.model import District, DrivingSide
from bookcar.roads.driving import drive_between
from bookcar.roads.driving_side import driving_side
from bookcar.roads.osm import read_network
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Travel

# A road to the east that ends 1 km beyond its only junction, at 2.
NODES = {1: (0, 0), 2: (1000, 0), 3: (2000, 0), 4: (1000, 500)}
WAYS = [([1, 2], ROAD), ([2, 3], ROAD), ([2, 4], ROAD)]
SOUTH, NORTH = -30, 30


def _travel(
    tmp_path: Path,
    stops: Sequence[tuple[str, float, float, str]],
    *,
    ways: Sequence[Way] = WAYS,
    turns: Sequence[Turn] = (),
    side: DrivingSide | None = None,
) -> Travel:
    path = write_osm(tmp_path / "a.osm", NODES, ways, turns=turns)
    district = on_roads(path, *(stop_at(name, x, y, kerb=kerb) for name, x, y, kerb in stops))
    return travel_for(_driving(district, side), cache=tmp_path / "cache")


def _driving(district: District, side: DrivingSide | None) -> District:
    roads = msgspec.structs.replace(district.settings.roads, driving_side=side)
    given = msgspec.structs.replace(district.settings, roads=roads)
    return msgspec.structs.replace(district, settings=given)


def _there_and_back(travel: Travel, stop: int = 1) -> tuple[int, int]:
    metres = travel.tables["car"].metres
    return int(metres[0, stop]), int(metres[stop, 0])


@pytest.mark.parametrize(
    ("y", "side", "ways"),
    [
        (SOUTH, "right", (400, 1600)),  # on to the junction at 1000, and back
        (NORTH, "right", (1600, 400)),
        (SOUTH, "left", (1600, 400)),
        (NORTH, "left", (400, 1600)),
        (SOUTH, None, (400, 1600)),  # UTC is no country's
    ],
)
def test_a_car_comes_and_goes_with_the_stop_at_its_kerb(
    tmp_path: Path, y: float, side: DrivingSide | None, ways: tuple[int, int]
) -> None:
    travel = _travel(tmp_path, [("S1", 400, y, "side")], side=side)
    assert _there_and_back(travel) == ways
    assert travel.tables["car"].placed["S1"].beside == "side"


def test_who_does_not_ask_is_served_from_either_side(tmp_path: Path) -> None:
    travel = _travel(tmp_path, [("S1", 400, SOUTH, "any"), ("S2", 400, NORTH, "any")])
    assert _there_and_back(travel) == (400, 400)
    assert travel.tables["car"].placed["S1"].beside == ""


def test_the_car_turns_round_at_the_end_of_a_road(tmp_path: Path) -> None:
    travel = _travel(tmp_path, [("S1", 1600, NORTH, "side"), ("S2", 1600, SOUTH, "side")])
    assert _there_and_back(travel, 1) == (1600 + 2 * 400, 1600)
    assert _there_and_back(travel, 2) == (1600, 1600 + 2 * 400)


def test_no_car_turns_round_at_a_stop_it_passes(tmp_path: Path) -> None:
    stops = [("S1", 400, NORTH, "side"), ("S2", 500, NORTH, "any"), ("S3", 600, 0, "side")]
    travel = _travel(tmp_path, stops)
    assert _there_and_back(travel, 1) == (1600, 400)
    metres = travel.tables["car"].metres
    assert metres[2, 1] == 100  # who stops there may turn round
    assert metres[0, 3] == 600


def test_two_stops_at_one_spot(tmp_path: Path) -> None:
    """Across the road from each other the car drives round; who does not ask is served at once."""
    stops = [("S1", 400, SOUTH, "side"), ("S2", 400, NORTH, "side"), ("S3", 400, NORTH, "any")]
    travel = _travel(tmp_path, [*stops, ("S4", 400, SOUTH - 10, "side")])
    metres = travel.tables["car"].metres[1:, 1:].tolist()
    assert metres == [[0, 1200, 0, 0], [800, 0, 0, 800], [0, 0, 0, 0], [0, 1200, 0, 0]]
    assert len(travel.way("car", 1, 3)) == 2
    assert len(travel.way("car", 1, 2)) > 2


def test_the_next_stop_on_the_same_side_is_driven_to_directly(tmp_path: Path) -> None:
    travel = _travel(tmp_path, [("S1", 400, SOUTH, "side"), ("S2", 600, SOUTH, "side")])
    metres = travel.tables["car"].metres
    assert (metres[1, 2], metres[2, 1]) == (200, 400 + 1000 + 400)


def test_no_car_turns_round_where_its_road_just_goes_on(tmp_path: Path) -> None:
    """At 600 m a footpath crosses, at 700 m the road gets a name."""
    nodes = NODES | {5: (600, 0), 6: (600, 100), 7: (700, 0)}
    ways = [([1, 5, 7], ROAD), ([7, 2], ROAD | {"name": "A"}), ([5, 6], PATH), *WAYS[1:]]
    path = write_osm(tmp_path / "a.osm", nodes, ways)
    district = on_roads(path, stop_at("S1", 400, NORTH, kerb="side"))
    metres = travel_for(district, cache=tmp_path / "cache").tables["car"].metres
    assert metres[0, 1] == 1600


def test_in_a_one_way_road_a_car_stands_on_either_side(tmp_path: Path) -> None:
    ways = [([1, 2], ROAD | {"oneway": "yes"}), ([2, 3], ROAD), ([2, 4, 1], ROAD)]
    travel = _travel(tmp_path, [("S1", 400, NORTH, "side"), ("S2", 400, SOUTH, "side")], ways=ways)
    found = travel.tables["car"]
    assert found.metres[0, 1:].tolist() == [400, 400]
    assert {stand.beside for stand in found.placed.values()} == {"", "one-way"}


def test_a_stop_on_the_line_of_a_road_has_no_side(tmp_path: Path) -> None:
    travel = _travel(tmp_path, [("S1", 400, 0.5, "side")])
    assert _there_and_back(travel) == (400, 400)
    assert travel.tables["car"].placed["S1"].beside == "on-the-road"


def test_at_the_end_of_a_road_the_car_turns_round_anyway(tmp_path: Path) -> None:
    travel = _travel(tmp_path, [("S1", 2010, NORTH, "side")])
    assert _there_and_back(travel) == (2000, 2000)
    assert travel.tables["car"].placed["S1"].beside == "road-end"


def test_at_a_junction_the_car_stands_before_or_behind_it(tmp_path: Path) -> None:
    """Two metres from the crossing, where there is a side again."""
    travel = _travel(tmp_path, [("S1", 1000.5, SOUTH, "side")])
    there, back = _there_and_back(travel)
    assert there in (998, 1002)
    assert back == {998: 998 + 2 * 2, 1002: 1002 + 2 * 998}[there]


def test_a_private_road_is_entered_for_the_side_too(tmp_path: Path) -> None:
    ways = [([1, 2, 3], ROAD), ([2, 4], ROAD | {"access": "private"})]
    stops = [("S1", 1030, 200, "side"), ("S2", 970, 200, "side")]
    found = _travel(tmp_path, stops, ways=ways)
    assert _there_and_back(found, 1) == (1200, 1200 + 2 * 300)
    assert _there_and_back(found, 2) == (1200 + 2 * 300, 1200)


def test_a_forbidden_turn_holds_on_the_way_back_to_the_kerb(tmp_path: Path) -> None:
    """At the junction it may not turn round; at the end of the road to the north it does."""
    no_u_turn = [("from", 101), ("via", 2), ("to", 101)]
    turns = [(no_u_turn, RESTRICTION | {"restriction": "no_u_turn"})]
    travel = _travel(tmp_path, [("S1", 400, NORTH, "side")], turns=turns)
    assert _there_and_back(travel) == (1600 + 2 * 500, 400)


@pytest.mark.parametrize(
    ("time_zone", "side"),
    [
        ("Europe/London", "left"),
        ("Asia/Hong_Kong", "left"),
        ("Africa/Nairobi", "left"),
        ("Asia/Shanghai", "right"),
        ("Europe/Andorra", "right"),
        ("UTC", "right"),
    ],
)
def test_a_country_drives_on_a_side(time_zone: str, side: DrivingSide) -> None:
    district = on_roads(Path("a.osm"), time_zone=time_zone)
    assert driving_side(district) == side
    other: DrivingSide = "left" if side == "right" else "right"
    assert driving_side(_driving(district, other)) == other


Spots = dict[int, tuple[int, int, float, str]]
"""Number of a spot: the nodes between which it lies, the share of the way, and the side it asks."""


@settings(max_examples=100, derandomize=True, deadline=None)
@given(maps(), st.data())
def test_ways_to_kerbs_equal_those_of_an_edge_expanded_graph(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple, data: st.DataObject
) -> None:
    nodes, ways = drawn
    bans = data.draw(st.lists(_bans(ways), max_size=4)) if _meetings(ways) else []
    spots = data.draw(_spots(ways))
    path = _write(tmp_path_factory.mktemp("kerb") / "a.osm", nodes, ways, bans)
    stops = [_stop(nodes, k, spot) for k, spot in spots.items()]
    district = on_roads(path, *stops, depots=[depot_at(*nodes[1])], max_snap_m=5)
    with mock.patch("bookcar.roads.private_roads.DRIVEWAY_MM", 10**9):
        table = drive_between(district, read_network(path), CAR).table
    graph = _expanded(nodes, ways, bans, spots)
    names = [1, *spots]
    meant = [0] + [i for i, k in enumerate(spots, 1) if _stands_right(table, ways, spots[k], k)]
    for i in meant:
        found = nx.single_source_dijkstra_path_length(graph, ("from", names[i]), weight="metres")
        for j in meant:
            if i == j or names[i] == names[j]:
                continue
            expected = found.get(("to", names[j]), math.inf)
            metres = int(table.metres[i, j])
            assert (metres < 0) == (expected == math.inf), (names[i], names[j])
            assert metres < 0 or abs(metres - expected) <= 1, (names[i], names[j])


def _spots(ways: list) -> st.SearchStrategy[Spots]:
    """Draw places beside the roads, no two at one spot."""
    segments = sorted({pair for refs, _ in ways for pair in pairwise(refs)})
    place = st.tuples(
        st.sampled_from(segments),
        st.sampled_from([0.23, 0.4, 0.77]),
        st.sampled_from(["left", "right", "any"]),
    )
    drawn = st.lists(place, min_size=1, max_size=5, unique_by=lambda spot: spot[:2])
    return drawn.map(
        lambda found: {1000 + k: (*seg, share, side) for k, (seg, share, side) in enumerate(found)}
    )


def _stop(nodes: dict, k: int, spot: tuple[int, int, float, str]) -> object:
    a, b, share, side = spot
    (x1, y1), (x2, y2) = nodes[a], nodes[b]
    length = math.hypot(x2 - x1, y2 - y1)
    off = {"left": 3, "right": -3, "any": 3}[side]
    x = x1 + share * (x2 - x1) - off * (y2 - y1) / length
    y = y1 + share * (y2 - y1) + off * (x2 - x1) / length
    return stop_at(f"S{k}", x, y, kerb="any" if side == "any" else "side")


def _write(path: Path, nodes: dict, ways: list, bans: list) -> Path:
    turns = [
        (
            [("from", 101 + f), ("via", v if w is None else 101 + w), ("to", 101 + t)],
            RESTRICTION | {"restriction": "no_turn"},
        )
        for f, v, w, t in bans
    ]
    tagged = [(refs, SLOW | ({"oneway": "yes"} if one else {})) for refs, one in ways]
    return write_osm(path, nodes, tagged, turns=turns)


def _stands_right(table: object, ways: list, spot: tuple, k: int) -> bool:
    """Tell whether a place was put on its own road, and not on one that crosses it there."""
    placed = table.placed.get(f"S{k}")  # type: ignore[attr-defined]
    own = next(n for n, (refs, _) in enumerate(ways) if tuple(spot[:2]) in pairwise(refs))
    return placed is not None and placed.way == 101 + own


def _expanded(nodes: dict, ways: list, bans: list, spots: Spots) -> nx.DiGraph:
    """Return a graph whose nodes are the last two segments driven, with the spots as nodes."""
    at = dict(nodes) | {k: _on(nodes, spot) for k, spot in spots.items()}
    turning, segments = turning_places(ways), _segments(ways, spots)
    graph, todo = nx.DiGraph(), [(None, segment) for segment in segments]
    for k, u, v in segments:
        if _keeps_side(spots.get(u), (k, u, v), ways, spots):
            graph.add_edge(("from", u), (None, (k, u, v)), metres=_metres(at[u], at[v]))
    while todo:
        state = todo.pop()
        before, now = state
        if _keeps_side(spots.get(now[2]), now, ways, spots):
            graph.add_edge(state, ("to", now[2]), metres=0.0)
        for after in segments:
            back = after[2] == now[1] and now[2] not in turning
            if after[1] != now[2] or back or _banned(before, now, after, bans):
                continue
            # a spot does not end the segment it lies on
            following = (before if now[2] in spots else now, after)
            if following[0] is not None and not graph.has_node(following):
                todo.append(following)
            graph.add_edge(state, following, metres=_metres(at[after[1]], at[after[2]]))
    return graph


def _segments(ways: list, spots: Spots) -> list[tuple[int, int, int]]:
    return [
        (k, u, v)
        for k, (refs, oneway) in enumerate(ways)
        for a, b in pairwise(_with_spots(refs, spots))
        for u, v in ([(a, b)] if oneway else [(a, b), (b, a)])
    ]


def _keeps_side(spot: tuple | None, segment: tuple, ways: list, spots: Spots) -> bool:
    """Tell whether who drives a segment has a spot on the right, if it asks for a side."""
    k, u, v = segment
    refs, oneway = ways[k]
    order = _with_spots(refs, spots)
    forward = order.index(u) < order.index(v)
    return spot is None or oneway or spot[3] == "any" or (spot[3] == "right") == forward


def _with_spots(refs: list[int], spots: Spots) -> list[int]:
    found = [refs[0]]
    for a, b in pairwise(refs):
        here = [(share, k) for k, (u, v, share, _) in spots.items() if (u, v) == (a, b)]
        found += [*(k for _, k in sorted(here)), b]
    return found


def _on(nodes: dict, spot: tuple[int, int, float, str]) -> tuple[float, float]:
    a, b, t, _ = spot
    return tuple((1 - t) * p + t * q for p, q in zip(nodes[a], nodes[b], strict=True))  # type: ignore[return-value]
