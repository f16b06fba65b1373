"""Nodes taken out of a road graph one by one, each with shortcuts for the ways through it.

Contraction hierarchies: Geisberger, Sanders, Schultes and Vetter, Exact routing in large road
networks using contraction hierarchies, Transportation Science 46 (2012). Whether a shortcut is
needed is asked of a short search for another way as good; where that is broken off, the shortcut
is made: it is never wrong, only sometimes for nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.compiled import by_address, compiled, entry
from bookcar.roads.hierarchy.heap import Heap, empty, pop, put

FAR = np.int64(2**61)
SETTLED = 40
"""So many nodes are looked at for another way. More find more of them, and take longer."""

Numbers = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


@by_address
class Roads(NamedTuple):
    """The graph as it is left, and all edges it ever had.

    Attributes
    ----------
    tail, head, us, mm
        Of each edge; there is room for shortcuts behind the first ``count[0]``.
    left, right
        The two edges that a shortcut stands for, -1 for an edge of the graph itself.
    next_out, next_in, first_out, first_in
        Edges that leave and enter each node that is left, as chained lists.
    kept
        Whether an edge was in the graph when the first of its ends was taken out.
    rank, depth
        By node: which one it was to be taken out, -1 for not yet; and how many it stands above.
    """

    tail: Numbers
    head: Numbers
    us: Ints
    mm: Ints
    left: Numbers
    right: Numbers
    next_out: Numbers
    next_in: Numbers
    first_out: Numbers
    first_in: Numbers
    kept: npt.NDArray[np.bool_]
    count: Ints
    rank: Numbers
    depth: Numbers


@by_address
class Scratch(NamedTuple):
    """Working space: labels of a search with the nodes it touched, both heaps, neighbours."""

    us: Ints
    mm: Ints
    touched: Numbers
    counts: Ints
    search: Heap
    queue: Heap
    neighbours: Numbers
    marked: npt.NDArray[np.bool_]


@entry
def take_out_all(roads: Roads, scratch: Scratch) -> bool:
    """Take all nodes out, those first that leave least behind; tell whether there was room."""
    for edge in range(roads.count[0]):
        _link(roads, edge)
    for node in range(len(roads.rank)):
        put(scratch.queue, node, _priority(roads, scratch, node))
    rank = 0
    while scratch.queue.size[0] > 0:
        node = pop(scratch.queue)
        if _through(roads, scratch, node, True) < 0:
            return False
        _unlink_all(roads, scratch, node)
        roads.rank[node] = rank
        rank += 1
        for k in range(scratch.counts[1]):
            other = scratch.neighbours[k]
            scratch.marked[other] = False
            roads.depth[other] = max(roads.depth[other], roads.depth[node] + 1)
            put(scratch.queue, other, _priority(roads, scratch, other))
    return True


@compiled
def _priority(roads: Roads, scratch: Scratch, node: int) -> int:
    """Return how late a node is best taken out: edges more, and how many it stands above."""
    edges = 0
    edge = roads.first_in[node]
    while edge >= 0:
        edges += 1
        edge = roads.next_in[edge]
    edge = roads.first_out[node]
    while edge >= 0:
        edges += 1
        edge = roads.next_out[edge]
    return 2 * (_through(roads, scratch, node, False) - edges) + roads.depth[node]


@compiled
def _through(roads: Roads, scratch: Scratch, node: int, real: bool) -> int:
    """Count the shortcuts that a node needs, and add them if ``real``; -1 for no room."""
    furthest = np.int64(0)
    leaving = roads.first_out[node]
    while leaving >= 0:
        furthest = max(furthest, roads.us[leaving])
        leaving = roads.next_out[leaving]
    needed = 0
    entering = roads.first_in[node]
    while entering >= 0:
        begin = roads.tail[entering]
        _search(roads, scratch, begin, node, roads.us[entering] + furthest)
        leaving = roads.first_out[node]
        while leaving >= 0:
            end = roads.head[leaving]
            us = roads.us[entering] + roads.us[leaving]
            mm = roads.mm[entering] + roads.mm[leaving]
            if end != begin and _less(us, mm, scratch.us[end], scratch.mm[end]):
                needed += 1
                if real and not _add(roads, entering, leaving, us, mm):
                    return -1
            leaving = roads.next_out[leaving]
        entering = roads.next_in[entering]
    return needed


@compiled
def _less(us: int, mm: int, other_us: int, other_mm: int) -> bool:
    return us < other_us or (us == other_us and mm < other_mm)


@compiled
def _search(roads: Roads, scratch: Scratch, begin: int, avoided: int, most: int) -> None:
    """Label nodes with ways from ``begin`` that do not lead through a node."""
    for k in range(scratch.counts[0]):
        scratch.us[scratch.touched[k]] = FAR
    empty(scratch.search)
    scratch.counts[0] = 1
    scratch.touched[0] = begin
    scratch.us[begin] = scratch.mm[begin] = 0
    put(scratch.search, begin, 0)
    for _ in range(SETTLED):
        if scratch.search.size[0] == 0:
            break
        node = pop(scratch.search)
        edge = roads.first_out[node]
        while edge >= 0:
            end = roads.head[edge]
            us, mm = scratch.us[node] + roads.us[edge], scratch.mm[node] + roads.mm[edge]
            if end != avoided and us <= most and _less(us, mm, scratch.us[end], scratch.mm[end]):
                if scratch.us[end] == FAR:
                    scratch.touched[scratch.counts[0]] = end
                    scratch.counts[0] += 1
                scratch.us[end], scratch.mm[end] = us, mm
                put(scratch.search, end, us)
            edge = roads.next_out[edge]


@compiled
def _add(roads: Roads, entering: int, leaving: int, us: int, mm: int) -> bool:
    """Add a shortcut in the place of a slower edge, if there is one."""
    edge = roads.count[0]
    if edge == len(roads.tail):
        return False
    roads.count[0] += 1
    begin, end = roads.tail[entering], roads.head[leaving]
    slower = roads.first_out[begin]
    while slower >= 0 and roads.head[slower] != end:
        slower = roads.next_out[slower]
    if slower >= 0:
        _unlink(roads.first_out, roads.next_out, begin, slower)
        _unlink(roads.first_in, roads.next_in, end, slower)
    roads.tail[edge], roads.head[edge] = begin, end
    roads.us[edge], roads.mm[edge] = us, mm
    roads.left[edge], roads.right[edge] = entering, leaving
    _link(roads, edge)
    return True


@compiled
def _link(roads: Roads, edge: int) -> None:
    begin, end = roads.tail[edge], roads.head[edge]
    roads.next_out[edge], roads.first_out[begin] = roads.first_out[begin], edge
    roads.next_in[edge], roads.first_in[end] = roads.first_in[end], edge


@compiled
def _unlink(first: Numbers, following: Numbers, node: int, edge: int) -> None:
    """Take an edge out of the chain of a node."""
    if first[node] == edge:
        first[node] = following[edge]
        return
    before = first[node]
    while following[before] != edge:
        before = following[before]
    following[before] = following[edge]


@compiled
def _unlink_all(roads: Roads, scratch: Scratch, node: int) -> None:
    """Take a node from its neighbours, and note them: ``counts[1]`` of them, all marked."""
    scratch.counts[1] = 0
    edge = roads.first_in[node]
    while edge >= 0:
        roads.kept[edge] = True
        _unlink(roads.first_out, roads.next_out, roads.tail[edge], edge)
        _note(scratch, roads.tail[edge])
        edge = roads.next_in[edge]
    edge = roads.first_out[node]
    while edge >= 0:
        roads.kept[edge] = True
        _unlink(roads.first_in, roads.next_in, roads.head[edge], edge)
        _note(scratch, roads.head[edge])
        edge = roads.next_out[edge]


@compiled
def _note(scratch: Scratch, node: int) -> None:
    if not scratch.marked[node]:
        scratch.marked[node] = True
        scratch.neighbours[scratch.counts[1]] = node
        scratch.counts[1] += 1
