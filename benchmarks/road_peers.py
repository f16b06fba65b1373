"""The roads of a drive as a graph of mapped points, and other libraries' shortest ways on it.

Each takes the same graph and places, and gives a function that works out a share of all pairs:
whoever is slow does only a few sources, and is scaled up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bookcar.roads.network import BACKWARD, FORWARD, Network

BLOCK = 32  # sources at a time, so that distances and predecessors fit the memory


@dataclass(frozen=True)
class Peer:
    """A library's way: work for some of the sources, and what it gives."""

    name: str
    gives: str
    work: Callable[[np.ndarray], object]
    sources: int | None = None


def node_level(roads: Network, points: np.ndarray) -> tuple[csr_array, np.ndarray]:
    """Return seconds between neighbouring points of the roads, and the places as nodes."""
    node = np.arange(roads.offset[-1]) + int(max(roads.tail.max(), roads.head.max())) + 1
    node[roads.offset[:-1]], node[roads.offset[1:] - 1] = roads.tail, roads.head
    inner = np.setdiff1d(np.arange(len(node) - 1), roads.offset[1:] - 1)
    flags = np.repeat(roads.flags, np.diff(roads.offset))[inner]
    ahead, back = inner[(flags & FORWARD) > 0], inner[(flags & BACKWARD) > 0]
    tail = np.concatenate([node[ahead], node[back + 1]])
    head = np.concatenate([node[ahead + 1], node[back]])
    names, number = np.unique(np.concatenate([tail, head, node[points]]), return_inverse=True)
    tail, head, places = np.split(number, [len(tail), 2 * len(tail)])
    step = np.concatenate([ahead, back])
    return _matrix((roads.us[step + 1] - roads.us[step]) / 1e6, tail, head, len(names)), places


def _matrix(weight: np.ndarray, tail: np.ndarray, head: np.ndarray, size: int) -> csr_array:
    order = np.lexsort((weight, head, tail))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    kept = order[first]
    return csr_array((weight[kept], (tail[kept], head[kept])), shape=(size, size))


def peers(graph: csr_array, places: np.ndarray) -> list[Peer]:
    """Return those whose library is installed."""
    makers = (_scipy, _pandana, _rustworkx, _networkx)
    found = (maker(graph, places) for maker in makers)
    return [peer for peer in found if peer is not None]


def _scipy(graph: csr_array, _places: np.ndarray) -> Peer:
    def work(sources: np.ndarray) -> None:
        for begin in range(0, len(sources), BLOCK):
            dijkstra(graph, indices=sources[begin : begin + BLOCK], return_predecessors=True)

    return Peer("scipy", "seconds, predecessors", work)


def _networkx(graph: csr_array, _places: np.ndarray) -> Peer:
    network: nx.DiGraph[int] = nx.from_scipy_sparse_array(graph, create_using=nx.DiGraph)

    def work(sources: np.ndarray) -> None:
        for source in sources.tolist():
            nx.dijkstra_predecessor_and_distance(network, source)

    return Peer("networkx", "seconds, predecessors", work, 3)


def _rustworkx(graph: csr_array, _places: np.ndarray) -> Peer | None:
    try:
        import rustworkx as rx  # noqa: PLC0415  optional
    except ImportError:
        return None
    coo = graph.tocoo()
    network: Any = rx.PyDiGraph()
    network.add_nodes_from(range(graph.shape[0]))
    network.add_edges_from(
        list(zip(coo.row.tolist(), coo.col.tolist(), coo.data.tolist(), strict=True))
    )

    def work(sources: np.ndarray) -> None:
        for source in sources.tolist():
            rx.dijkstra_shortest_path_lengths(network, source, float)

    return Peer("rustworkx", "seconds alone", work, 60)


def _pandana(graph: csr_array, places: np.ndarray) -> Peer | None:
    try:
        import pandana  # noqa: PLC0415  optional
        import pandas as pd  # noqa: PLC0415  comes with it
    except ImportError:
        return None
    coo, nodes = graph.tocoo(), pd.Series(np.zeros(graph.shape[0]))
    weights = pd.DataFrame({"s": coo.data})
    network = pandana.Network(
        nodes, nodes, pd.Series(coo.row), pd.Series(coo.col), weights, twoway=False
    )

    def work(sources: np.ndarray) -> None:
        network.shortest_path_lengths(
            np.repeat(sources, len(places)), np.tile(places, len(sources)), imp_name="s"
        )

    return Peer("pandana", "seconds to a thousandth, pair by pair, on all cores", work, 60)
