"""The road graph of a profile without what no way between the places needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bookcar.roads.network import BACKWARD, FORWARD, Bools, Ints, Network
from bookcar.roads.snap import Spot


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Directed edges between numbered nodes, each with microseconds and millimetres."""

    tail: Ints
    head: Ints
    us: Ints
    mm: Ints

    def __len__(self) -> int:
        return len(self.tail)

    def pick(self, chosen: npt.NDArray[np.intp]) -> Edges:
        """Return some of the edges in the order given."""
        return Edges(
            tail=self.tail[chosen], head=self.head[chosen], us=self.us[chosen], mm=self.mm[chosen]
        )


@dataclass(frozen=True, kw_only=True)
class Split:
    """A network split at places, as directed edges.

    Attributes
    ----------
    node
        The node of each place.
    piece, begin_mm, end_mm
        Which stretch of which piece an edge is; ``begin_mm`` is the greater where it is driven
        against the piece.
    """

    edges: Edges
    node: Ints
    piece: Ints
    begin_mm: Ints
    end_mm: Ints


@dataclass(frozen=True, kw_only=True)
class Contracted:
    """The shorter graph: its nodes are places and junctions where a driver has a choice.

    Attributes
    ----------
    size
        Number of nodes.
    node, target
        The node at which a car leaves each place, and the one at which it arrives there.
    first
        The edge of the split network with which a contracted edge begins.
    following
        The edge that follows an edge of the split network within a contracted one, -1 for none.
    """

    edges: Edges
    size: int
    node: Ints
    target: Ints
    first: Ints
    following: Ints


def split(network: Network, spots: Sequence[Spot]) -> Split:
    """Cut the pieces at the spots, so that every place is a node and no length changes."""
    piece = np.array([spot.piece for spot in spots], dtype=np.int64)
    mm = np.array([spot.mm for spot in spots], dtype=np.int64)
    us = np.array([spot.us for spot in spots], dtype=np.int64)
    node, fresh = _nodes_of_spots(network, piece, mm)
    pieces = np.arange(len(network))
    zero = np.zeros_like(pieces)
    rows = np.column_stack(
        [
            np.concatenate([pieces, pieces, piece[fresh]]),
            np.concatenate([zero, network.total_us, us[fresh]]),
            np.concatenate([zero, network.total_mm, mm[fresh]]),
            np.concatenate([network.tail, network.head, node[fresh]]),
        ]
    )
    rows = rows[np.lexsort((rows[:, 2], rows[:, 0]))]
    same = rows[:-1, 0] == rows[1:, 0]
    return _both_ways(network, rows[:-1][same], rows[1:][same], node=node)


def _nodes_of_spots(network: Network, piece: Ints, mm: Ints) -> tuple[Ints, npt.NDArray[np.intp]]:
    """Return the node of each spot, and one spot for each node that is new.

    Spots at one millimetre are one node, however their microseconds were rounded: an edge of no
    length would have no direction.
    """
    at_tail, at_head = mm <= 0, mm >= network.total_mm[piece]
    inside = np.flatnonzero(~at_tail & ~at_head)
    node = np.where(at_tail, network.tail[piece], network.head[piece]).astype(np.int64)
    keys = np.column_stack([piece[inside], mm[inside]])
    unique, first, number = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    node[inside] = _first_free(network) + number.reshape(-1)
    return node, inside[first] if len(unique) else inside


def _first_free(network: Network) -> int:
    return int(max(network.tail.max(), network.head.max())) + 1


def _both_ways(network: Network, begin: Ints, end: Ints, *, node: Ints) -> Split:
    flags = network.flags[begin[:, 0]]
    ahead, back = (flags & FORWARD) > 0, (flags & BACKWARD) > 0
    start = np.concatenate([begin[ahead], end[back]])
    stop = np.concatenate([end[ahead], begin[back]])
    edges = Edges(
        tail=start[:, 3],
        head=stop[:, 3],
        us=np.maximum(np.abs(stop[:, 1] - start[:, 1]), 1),
        mm=np.abs(stop[:, 2] - start[:, 2]),
    )
    return Split(edges=edges, node=node, piece=start[:, 0], begin_mm=start[:, 2], end_mm=stop[:, 2])


def contract(edges: Edges, node: Ints, target: Ints | None = None) -> Contracted:
    """Drop dead ends and join chains, keeping every shortest way between the nodes of places.

    A dead end is a tree that hangs off one junction and holds no place; a chain runs through nodes
    with two neighbours that are no place. Of parallel edges the fastest remains. ``target`` holds
    the nodes at which cars arrive, where they are others than those at which they leave.
    """
    target = node if target is None else target
    ends = np.concatenate([node, target])
    size = int(max(edges.tail.max(initial=0), edges.head.max(initial=0), ends.max(initial=0))) + 1
    place = np.zeros(size, dtype=np.bool_)
    place[ends] = True
    kept = _fastest(edges)
    alive, neighbours = _peel(edges.pick(kept), place)
    kept = kept[alive[edges.tail[kept]] & alive[edges.head[kept]]]
    passed = alive & ~place & (neighbours == 2)
    chains, first, following = _join(edges, kept, passed)
    best = _fastest(chains)
    chains, first = chains.pick(best), first[best]
    nodes = np.unique(np.concatenate([chains.tail, chains.head, ends]))
    numbered = Edges(
        tail=np.searchsorted(nodes, chains.tail),
        head=np.searchsorted(nodes, chains.head),
        us=chains.us,
        mm=chains.mm,
    )
    return Contracted(
        edges=numbered,
        size=len(nodes),
        node=np.searchsorted(nodes, node),
        target=np.searchsorted(nodes, target),
        first=first,
        following=following,
    )


def _fastest(edges: Edges) -> npt.NDArray[np.intp]:
    """Return the fastest edge between each two nodes, ascending; of equal ones the shorter."""
    order = np.lexsort((edges.mm, edges.us, edges.head, edges.tail))
    tail, head = edges.tail[order], edges.head[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    chosen = order[new]
    return np.sort(chosen[edges.tail[chosen] != edges.head[chosen]])


def _peel(edges: Edges, place: Bools) -> tuple[Bools, Ints]:
    """Return which nodes are left without the dead ends, and their numbers of neighbours.

    The sum of a node's living neighbours is kept beside their number: of a node with one
    neighbour, it is the neighbour.
    """
    low, high = np.minimum(edges.tail, edges.head), np.maximum(edges.tail, edges.head)
    pairs = np.unique(np.column_stack([low, high]), axis=0)
    ends, others = pairs.ravel(), pairs[:, ::-1].ravel()
    size = len(place)
    neighbours = np.bincount(ends, minlength=size)
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, ends, others)
    alive = neighbours > 0
    leaves = np.flatnonzero(alive & ~place & (neighbours == 1))
    while len(leaves):
        alive[leaves] = False
        trunk = total[leaves]
        np.subtract.at(neighbours, trunk, 1)
        np.subtract.at(total, trunk, leaves)
        bare = np.unique(trunk)
        leaves = bare[alive[bare] & ~place[bare] & (neighbours[bare] == 1)]
    return alive & ((neighbours > 0) | place), neighbours


def _join(edges: Edges, kept: npt.NDArray[np.intp], passed: Bools) -> tuple[Edges, Ints, Ints]:
    """Join the edges that meet in passed nodes, by doubling: each round reaches twice as far."""
    following = _following(edges, kept, passed)
    count = len(edges)
    reach = np.append(np.where(following < 0, count, following), count)
    us, mm = np.append(edges.us, 0), np.append(edges.mm, 0)
    last = np.arange(count + 1)
    for _ in range(count.bit_length()):
        if (reach == count).all():
            break
        us, mm = us + us[reach], mm + mm[reach]
        last = np.where(reach < count, last[reach], last)
        reach = reach[reach]
    starts = kept[~passed[edges.tail[kept]]]
    whole = ~passed[edges.head[last[starts]]]
    starts = starts[whole]
    chains = Edges(
        tail=edges.tail[starts], head=edges.head[last[starts]], us=us[starts], mm=mm[starts]
    )
    return chains, starts, following


def _following(edges: Edges, kept: npt.NDArray[np.intp], passed: Bools) -> Ints:
    """Return the edge by which a driver goes on without turning back, where the node is passed."""
    following = np.full(len(edges), -1, dtype=np.int64)
    leaving = kept[np.argsort(edges.tail[kept], kind="stable")]
    tails = edges.tail[leaving]
    entering = kept[passed[edges.head[kept]]]
    low = np.searchsorted(tails, edges.head[entering], side="left")
    high = np.searchsorted(tails, edges.head[entering], side="right")
    for nth in range(2):  # a passed node has two neighbours, so at most two ways out
        has = low + nth < high
        edge = leaving[(low + nth)[has]]
        onward = edges.head[edge] != edges.tail[entering[has]]
        following[entering[has][onward]] = edge[onward]
    return following
