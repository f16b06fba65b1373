"""Ways in a hierarchy: on random graphs, full of equally fast ways, against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookcar.compiled import called
from bookcar.roads.contract import Contracted, Edges
from bookcar.roads.hierarchy import build
from bookcar.roads.hierarchy import heap as heaps
from bookcar.roads.hierarchy.heap import heap_for
from bookcar.roads.matrix import NO_WAY, Ways, fastest_ways

put, pop, empty = called(heaps.put), called(heaps.pop), called(heaps.empty)

SECOND, METRE = 1_000_000, 1_000  # in microseconds, in millimetres
BOTH = 10**6  # more than the metres of any way, so that seconds * BOTH + metres orders ways

Weights = dict[tuple[int, int], tuple[int, int]]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, Weights]:
    """Return a number of nodes, and seconds and metres of edges; few seconds, so many ties."""
    size = draw(st.integers(2, 12))
    node = st.integers(0, size - 1)
    ends = st.tuples(node, node).filter(lambda pair: pair[0] != pair[1])
    weight = st.tuples(st.integers(1, 3), st.integers(0, 9))
    return size, draw(st.dictionaries(ends, weight, min_size=1, max_size=40))


def graph_of(
    size: int, weights: Weights, *, node: list[int], target: list[int] | None = None
) -> Contracted:
    tails, heads = (np.array(ends, dtype=np.int64) for ends in zip(*weights, strict=True))
    seconds, metres = (
        np.array(some, dtype=np.int64) for some in zip(*weights.values(), strict=True)
    )
    edges = Edges(tail=tails, head=heads, us=seconds * SECOND, mm=metres * METRE)
    nothing = np.zeros(0, dtype=np.int64)
    return Contracted(
        edges=edges,
        size=size,
        node=np.array(node, dtype=np.int64),
        target=np.array(node if target is None else target, dtype=np.int64),
        first=nothing,
        following=nothing,
    )


def best(size: int, weights: Weights) -> dict[tuple[int, int], tuple[int, int]]:
    """Return seconds and metres of the fastest ways, of equally fast ones the shortest."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(size))
    for (tail, head), (seconds, metres) in weights.items():
        graph.add_edge(tail, head, weight=seconds * BOTH + metres)
    lengths = dict(nx.all_pairs_dijkstra_path_length(graph))
    return {(i, j): divmod(both, BOTH) for i in lengths for j, both in lengths[i].items()}


def hold(ways: Ways, size: int, weights: Weights) -> None:
    """Hold a table, and the road of each way, to networkx."""
    wanted = best(size, weights)
    graph = ways.graph
    for i, begin in enumerate(graph.node.tolist()):
        for j, end in enumerate(graph.target.tolist()):
            if graph.node[i] == graph.node[j]:
                assert (ways.seconds[i, j], ways.metres[i, j]) == (0, 0)
                assert ways.edges(i, j) == []
            elif (begin, end) in wanted:
                assert (ways.seconds[i, j], ways.metres[i, j]) == wanted[begin, end]
                _hold_road(ways, i, j)
            else:
                assert ways.seconds[i, j] == ways.metres[i, j] == NO_WAY
                with pytest.raises(ValueError, match="no way leads"):
                    ways.edges(i, j)


def _hold_road(ways: Ways, i: int, j: int) -> None:
    edges, road = ways.graph.edges, ways.edges(i, j)
    tails, heads = edges.tail[road].tolist(), edges.head[road].tolist()
    begin, end = int(ways.graph.node[i]), int(ways.graph.target[j])
    assert [begin, *heads] == [*tails, end]
    assert edges.us[road].sum() == ways.seconds[i, j] * SECOND
    assert edges.mm[road].sum() == ways.metres[i, j] * METRE


@settings(max_examples=150, derandomize=True, deadline=None)
@given(graphs())
def test_all_ways_are_the_fastest_and_of_those_the_shortest(drawn: tuple[int, Weights]) -> None:
    size, weights = drawn
    ways = fastest_ways(graph_of(size, weights, node=list(range(size))))
    hold(ways, size, weights)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(graphs(), st.data())
def test_places_that_are_left_and_reached_at_other_nodes(
    drawn: tuple[int, Weights], data: st.DataObject
) -> None:
    """Some nodes are no place, and what no way between the places needs is left out."""
    size, weights = drawn
    nodes = st.lists(st.integers(0, size - 1), min_size=3, max_size=3)
    graph = graph_of(size, weights, node=data.draw(nodes), target=data.draw(nodes))
    hold(fastest_ways(graph), size, weights)


def lattice(side: int) -> Weights:
    """Return a lattice in which all ways that do not go back are equally fast and long."""
    at = {(x, y): x * side + y for x in range(side) for y in range(side)}
    return {
        (at[x, y], at[x + a, y + b]): (1, 1)
        for x, y in at
        for a, b in ((0, 1), (1, 0), (0, -1), (-1, 0))
        if (x + a, y + b) in at
    }


def test_a_lattice_needs_many_shortcuts_and_gets_room_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weights = lattice(20)
    places = list(range(0, 400, 7))
    roomy = fastest_ways(graph_of(400, weights, node=places))
    monkeypatch.setattr(build, "ROOM", 1)
    tight = fastest_ways(graph_of(400, weights, node=places))
    assert len(tight.hierarchy.left) == len(roomy.hierarchy.left) > len(weights)
    hold(tight, 400, weights)


def test_the_same_graph_gives_the_same_ways_however_many_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weights = lattice(15)
    graph = graph_of(225, weights, node=list(range(225)))
    found = []
    for threads in (1, 3):
        monkeypatch.setattr("os.cpu_count", lambda threads=threads: threads)
        told: list[int] = []
        ways = fastest_ways(graph, done=told.append)
        found.append([ways.edges(i, 224 - i) for i in range(100)])
        assert told == [64, 128, 192, 225]
    assert found[0] == found[1]


def test_a_graph_without_an_edge() -> None:
    none = np.zeros(0, dtype=np.int64)
    graph = Contracted(
        edges=Edges(tail=none, head=none, us=none, mm=none),
        size=2,
        node=np.array([0, 1, 0]),
        target=np.array([0, 1, 0]),
        first=none,
        following=none,
    )
    assert fastest_ways(graph).metres.tolist() == [[0, -1, 0], [-1, 0, -1], [0, -1, 0]]


def test_half_a_second_and_half_a_metre_are_rounded_upward() -> None:
    edges = Edges(
        tail=np.array([0, 1]),
        head=np.array([1, 0]),
        us=np.array([1_500_000, 1_499_999]),
        mm=np.array([2_500, 2_499]),
    )
    none = np.zeros(0, dtype=np.int64)
    node = np.array([0, 1])
    ways = fastest_ways(
        Contracted(edges=edges, size=2, node=node, target=node, first=none, following=none)
    )
    assert ways.seconds.tolist() == [[0, 2], [1, 0]]
    assert ways.metres.tolist() == [[0, 3], [2, 0]]


def test_a_heap_gives_the_lowest_key_and_of_those_the_lowest_node() -> None:
    rng = np.random.default_rng(1)
    heap = heap_for(50)
    for _ in range(20):
        keys: dict[int, int] = {}
        for node, key in rng.integers(0, [50, 9], size=(80, 2)).tolist():
            put(heap, node, key)
            keys[node] = key
        out = [int(pop(heap)) for _ in range(len(keys) // 2)]
        assert out == sorted(keys, key=lambda node: (keys[node], node))[: len(out)]
        empty(heap)
    assert heap.size[0] == 0
    assert set(heap.at.tolist()) == {-1}
