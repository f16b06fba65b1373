"""Fastest ways between all places on a contracted graph, and the roads they take."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bookcar.roads.contract import Contracted, Edges
from bookcar.roads.network import Floats, Ints

NO_WAY = -1
_CELLS = 4_000_000  # numbers per working array: keeps memory far under 1 GB for any extract


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The fastest ways from one node to all places: each node with the edge that leads to it."""

    nodes: Ints
    edges: Ints


@dataclass(frozen=True, kw_only=True)
class Ways:
    """Fastest ways between all places.

    Attributes
    ----------
    us, mm
        Microseconds and millimetres, shape (places, places), `NO_WAY` where none leads.
    trees
        By source node.
    """

    us: Ints
    mm: Ints
    graph: Contracted
    trees: dict[int, Tree]

    def edges(self, origin: int, destination: int) -> list[int]:
        """Return the contracted edges of the way from one place (by index) to another."""
        source, node = int(self.graph.node[origin]), int(self.graph.target[destination])
        way: list[int] = []
        if source == self.graph.node[destination]:
            return way
        tree = self.trees[source]
        while node != source:
            edge = int(tree.edges[np.searchsorted(tree.nodes, node)])
            way.append(edge)
            node = int(self.graph.edges.tail[edge])
        return way[::-1]


def fastest_ways(graph: Contracted, *, done: Callable[[int], None] = lambda _: None) -> Ways:
    """Work out the fastest ways between all places: Dijkstra from each, with whole microseconds.

    Whole numbers make sums exact, so that among equally fast ways the same one is always taken:
    the one whose last edge is the shortest. ``done`` hears how many places are finished.
    """
    starts, number = np.unique(graph.node, return_inverse=True)
    targets, arrival = np.unique(graph.target, return_inverse=True)
    solver = _Solver(graph, targets)
    rows = max(1, _CELLS // max(len(graph.edges), graph.size, 1))
    us, mm = [], []
    trees: dict[int, Tree] = {}
    for begin in range(0, len(starts), rows):
        sources = starts[begin : begin + rows]
        block_us, block_mm, block_trees = solver.solve(sources)
        us.append(block_us)
        mm.append(block_mm)
        trees.update(zip(sources.tolist(), block_trees, strict=True))
        done(begin + len(sources))
    pick = np.ix_(number, arrival)
    there = number[:, None] == number  # places at one spot
    us_all, mm_all = (np.where(there, 0, np.concatenate(block)[pick]) for block in (us, mm))
    return Ways(us=us_all, mm=mm_all, graph=graph, trees=trees)


class _Solver:
    """Holds the graph in the orders that each block of sources needs again."""

    def __init__(self, graph: Contracted, targets: Ints) -> None:
        # by head, and of the edges that reach a node equally early the shortest last
        order = np.lexsort((-graph.edges.mm, graph.edges.head))
        self.order = order
        self.edges: Edges = graph.edges.pick(order)
        self.size = graph.size
        self.targets = targets
        edges = graph.edges
        weights = edges.us.astype(np.float64)
        self.matrix = csr_array((weights, (edges.tail, edges.head)), shape=(self.size, self.size))
        self.heads, self.begins = np.unique(self.edges.head, return_index=True)

    def solve(self, sources: Ints) -> tuple[Ints, Ints, list[Tree]]:
        """Return microseconds and millimetres from the sources to the targets, and the trees."""
        early: Floats = dijkstra(self.matrix, indices=sources)
        entered = self._entered_by(early)
        nodes = self._on_the_way(sources, entered)
        mm_at = self._measure(nodes, entered)
        flat = np.arange(len(sources))[:, None] * self.size + self.targets
        reached = np.isfinite(early[:, self.targets])
        us = np.where(reached, early[:, self.targets], NO_WAY).astype(np.int64)
        at = np.searchsorted(nodes, flat)
        mm = np.where(reached, mm_at[np.minimum(at, len(nodes) - 1)], NO_WAY)
        return us, mm, self._trees(len(sources), nodes, entered)

    def _entered_by(self, early: Floats) -> npt.NDArray[np.int64]:
        """Return the edge (in our order) by which each node is reached, flat; -1 for none."""
        count, edges = len(early), self.edges
        entered = np.full((count, self.size), -1, dtype=np.int64)
        if len(edges):
            departing = early[:, edges.tail]
            on_time = np.isfinite(departing) & (departing + edges.us == early[:, edges.head])
            rank = np.where(on_time, np.arange(len(edges)), -1)
            entered[:, self.heads] = np.maximum.reduceat(rank, self.begins, axis=1)
        return entered.ravel()

    def _on_the_way(self, sources: Ints, entered: Ints) -> Ints:
        """Return the nodes on the ways to the targets, flat and ascending."""
        rows = np.arange(len(sources)) * self.size
        marked = np.zeros(len(entered), dtype=np.bool_)
        front = (rows[:, None] + self.targets).ravel()
        front = front[(entered[front] >= 0) | np.isin(front, rows + sources)]
        while len(front):
            marked[front] = True
            front = self._before(front[entered[front] >= 0], entered)
            front = np.unique(front[~marked[front]])
        return np.flatnonzero(marked)

    def _before(self, flat: Ints, entered: Ints) -> Ints:
        return flat - flat % self.size + self.edges.tail[entered[flat]]

    def _measure(self, nodes: Ints, entered: Ints) -> Ints:
        """Return the millimetres from the source to each node, by doubling along the trees."""
        edge = entered[nodes]
        inner = edge >= 0
        before = np.arange(len(nodes))
        before[inner] = np.searchsorted(nodes, self._before(nodes[inner], entered))
        mm = np.where(inner, self.edges.mm[edge], 0) if len(self.edges) else np.zeros_like(nodes)
        while True:
            mm = mm + np.where(before != np.arange(len(nodes)), mm[before], 0)
            further = before[before]
            if (further == before).all():
                return mm
            before = further

    def _trees(self, count: int, nodes: Ints, entered: Ints) -> list[Tree]:
        cuts = np.searchsorted(nodes, np.arange(count + 1) * self.size)
        edge = entered[nodes]
        original = np.where(edge >= 0, self.order[edge], -1) if len(self.edges) else edge
        return [
            Tree(
                nodes=nodes[begin:end] - row * self.size,
                edges=original[begin:end],
            )
            for row, (begin, end) in enumerate(itertools.pairwise(cuts))
        ]
