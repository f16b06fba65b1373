"""The least ways between places whose straight ones may be longer, against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from bookcar.roads.travel import UNREACHABLE, Table


def _table(seed: int, places: int) -> Table:
    """Return seconds and metres by chance, three ways in ten missing."""
    draw = np.random.default_rng(seed)
    shape = (places, places)
    blocked = draw.random(shape) < 0.3
    np.fill_diagonal(blocked, val=False)
    tables = [draw.integers(1, 1_000, shape, dtype=np.int32) for _ in range(2)]
    for one in tables:
        np.fill_diagonal(one, 0)
        one[blocked] = UNREACHABLE
    return Table(seconds=tables[0], metres=tables[1])


@pytest.mark.parametrize("seed", range(8))
def test_least_ways_equal_networkx(seed: int) -> None:
    table = _table(seed, 9 if seed % 2 else 3)
    for which, legs in enumerate((table.seconds, table.metres)):
        graph = nx.DiGraph()
        graph.add_nodes_from(range(len(legs)))
        known = [(int(a), int(b)) for a, b in np.argwhere(legs != UNREACHABLE)]
        graph.add_weighted_edges_from((a, b, int(legs[a, b])) for a, b in known)
        for a in graph:
            lengths = nx.single_source_dijkstra_path_length(graph, a)
            for b in graph:
                assert table.least(a, b)[which] == lengths.get(b, np.inf)
