"""The hierarchy of a road graph: its nodes by rank, and the edges that lead up and down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bookcar.roads.contract import Edges
from bookcar.roads.hierarchy.contraction import FAR, Roads, Scratch, take_out_all
from bookcar.roads.hierarchy.heap import heap_for
from bookcar.roads.hierarchy.sweep import Fan
from bookcar.roads.network import Bools, Ints, ranges

Numbers = npt.NDArray[np.int32]

ROOM = 4
"""Edges of the graph and shortcuts there is room for at first, for each edge of the graph."""


@dataclass(frozen=True, kw_only=True)
class Hierarchy:
    """The nodes that ways between places may need, numbered by rank.

    Attributes
    ----------
    size
        Their number.
    number
        Of each node of the graph, -1 for one that no way needs.
    up, down
        Edges that leave a node for higher ones, and that enter it from higher ones.
    up_edge, down_edge
        The edge that each of them is: one of the graph, or behind those a shortcut.
    left, right
        By edge: the two that a shortcut stands for, -1 for an edge of the graph.
    """

    size: int
    number: Numbers
    up: Fan
    down: Fan
    up_edge: Ints
    down_edge: Ints
    left: Numbers
    right: Numbers

    def unpacked(self, edges: Sequence[int]) -> list[int]:
        """Return the edges of the graph that edges and shortcuts stand for, in their order."""
        found = []
        waiting = list(edges)[::-1]
        while waiting:
            edge = waiting.pop()
            if self.left[edge] < 0:
                found.append(edge)
            else:
                waiting += [int(self.right[edge]), int(self.left[edge])]
        return found


def hierarchy_of(edges: Edges, size: int, *, sources: Ints, targets: Ints) -> Hierarchy:
    """Return the hierarchy of a graph, as far as ways from sources to targets need it.

    Parameters
    ----------
    edges
        At most one from a node to another, none from a node to itself, each of a microsecond at
        least.
    size
        Number of nodes.
    """
    roads = _contracted(edges, size)
    kept = np.flatnonzero(roads.kept[: roads.count[0]])
    tail, head = roads.rank[roads.tail[kept]], roads.rank[roads.head[kept]]
    rises = tail < head
    climbed = _above(tail[rises], head[rises], roads.rank[sources], size)
    descended = _above(head[~rises], tail[~rises], roads.rank[targets], size)
    needed = climbed | descended
    by_rank = np.where(needed, np.cumsum(needed) - 1, -1).astype(np.int32)
    (up, up_edge), (down, down_edge) = (
        _fan(roads, kept[chosen], by_rank, wanted)
        for chosen, wanted in ((rises, climbed), (~rises, descended))
    )
    return Hierarchy(
        size=int(needed.sum()),
        number=by_rank[roads.rank],
        up=up,
        down=down,
        up_edge=up_edge,
        down_edge=down_edge,
        left=roads.left[: roads.count[0]].copy(),
        right=roads.right[: roads.count[0]].copy(),
    )


def _contracted(edges: Edges, size: int) -> Roads:
    """Take all nodes out of a graph; where its shortcuts find no room, in twice the room."""
    room = ROOM * len(edges)
    while True:
        roads = _roads(edges, size, room)
        if take_out_all(roads, _scratch(size)):
            return roads
        room *= 2


def _roads(edges: Edges, size: int, room: int) -> Roads:
    return Roads(
        tail=_roomy(edges.tail, room).astype(np.int32),
        head=_roomy(edges.head, room).astype(np.int32),
        us=_roomy(edges.us, room),
        mm=_roomy(edges.mm, room),
        left=np.full(room, -1, dtype=np.int32),
        right=np.full(room, -1, dtype=np.int32),
        next_out=np.full(room, -1, dtype=np.int32),
        next_in=np.full(room, -1, dtype=np.int32),
        first_out=np.full(size, -1, dtype=np.int32),
        first_in=np.full(size, -1, dtype=np.int32),
        kept=np.zeros(room, dtype=np.bool_),
        count=np.array([len(edges)], dtype=np.int64),
        rank=np.full(size, -1, dtype=np.int32),
        depth=np.zeros(size, dtype=np.int32),
    )


def _roomy(values: Ints, room: int) -> Ints:
    """Return the values with room behind them."""
    wide = np.full(room, -1, dtype=np.int64)
    wide[: len(values)] = values
    return wide


def _scratch(size: int) -> Scratch:
    return Scratch(
        us=np.full(size, FAR, dtype=np.int64),
        mm=np.zeros(size, dtype=np.int64),
        touched=np.zeros(size, dtype=np.int32),
        counts=np.zeros(2, dtype=np.int64),
        search=heap_for(size),
        queue=heap_for(size),
        neighbours=np.zeros(size, dtype=np.int32),
        marked=np.zeros(size, dtype=np.bool_),
    )


def _above(low: Numbers, high: Numbers, begin: Numbers, size: int) -> Bools:
    """Tell which nodes can be climbed to from some along edges from low to high."""
    order = np.argsort(low, kind="stable")
    begins = np.searchsorted(low[order], np.arange(size + 1))
    high = high[order]
    found = np.zeros(size, dtype=np.bool_)
    front = np.unique(begin)
    while len(front):
        found[front] = True
        onward = high[ranges(begins[front], begins[front + 1] - begins[front])]
        front = np.unique(onward[~found[onward]])
    return found


def _fan(roads: Roads, edges: Ints, number: Numbers, wanted: Bools) -> tuple[Fan, Ints]:
    """Return those of some edges that begin or end at wanted nodes, and which edges they are.

    Parameters
    ----------
    number, wanted
        By rank.
    """
    tail, head = roads.rank[roads.tail[edges]], roads.rank[roads.head[edges]]
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((high, low))
    order = order[wanted[low[order]]]
    edges, low, high = edges[order], number[low[order]], number[high[order]]
    nodes = number[wanted]
    begins = np.append(np.searchsorted(low, nodes), len(low))
    return Fan(
        nodes=nodes, begins=begins, other=high, us=roads.us[edges], mm=roads.mm[edges]
    ), edges
