"""Roads for callers only: driven first or last, never on the way elsewhere.

The graph gets layers, so that the shortest way in it is the shortest lawful one: a car leaves its
place over such roads to the roads for all, and once it turns off these it cannot come back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from bookcar.roads.contract import Edges, Split
from bookcar.roads.drive import Drive
from bookcar.roads.network import BACKWARD, FORWARD, LAST, Bools, Ints, Network


@dataclass(frozen=True, kw_only=True)
class Layered:
    """A split network in which no way leads through roads for callers.

    Attributes
    ----------
    rows
        The edge of the network split at places that each edge copies.
    source, target
        The node where a car leaves each place, and the one where it arrives there.
    """

    split: Split
    rows: Ints
    source: Ints
    target: Ints

    def copied(self, rows: Ints, tails: Ints, heads: Ints, *, target: Ints) -> Layered:
        """Return other edges made from these: which each copies, and its ends."""
        split = self.split
        return Layered(
            split=Split(
                edges=Edges(
                    tail=tails, head=heads, us=split.edges.us[rows], mm=split.edges.mm[rows]
                ),
                node=split.node,
                piece=split.piece[rows],
                begin_mm=split.begin_mm[rows],
                end_mm=split.end_mm[rows],
            ),
            rows=self.rows[rows],
            source=self.source,
            target=target,
        )


def layered(parts: Split, drive: Drive) -> Layered:
    """Return a split network with the roads for callers as first and last stretch only."""
    inner = for_callers(drive)[parts.piece]
    every = np.arange(len(parts.edges), dtype=np.int64)
    plain = Layered(split=parts, rows=every, source=parts.node, target=parts.node)
    if not inner.any():
        return plain
    edges, size = parts.edges, _size(parts)
    through = np.zeros(size, dtype=np.bool_)
    through[edges.tail[~inner]] = through[edges.head[~inner]] = True
    inside = np.zeros(size, dtype=np.bool_)
    inside[parts.node] = True
    inside &= ~through
    rows, tails, heads = _copies(edges, inner, through=through, place=inside)
    node = parts.node
    target = np.where(inside[node], node + 3 * size, node)
    source = np.where(inside[node], node + size, node)
    return replace(plain.copied(rows, tails, heads, target=target), source=source)


def _copies(
    edges: Edges, inner: Bools, *, through: Bools, place: Bools
) -> tuple[npt.NDArray[np.intp], Ints, Ints]:
    """Return the edges of all layers: which each is a copy of, its tail and its head.

    Nodes of roads for all keep their numbers; those of the layers of leaving, of arriving and of
    having arrived stand one, two and three times the number of nodes behind.
    """
    size = len(through)
    tail, head = edges.tail, edges.head
    leaving = np.flatnonzero(inner & ~through[tail])
    arriving = np.flatnonzero(inner & ~through[head])
    off = leaving, tail[leaving] + size, np.where(through[head], head, head + size)[leaving]
    begin = np.where(through[tail], tail, tail + 2 * size)
    on = arriving, begin[arriving], head[arriving] + 2 * size
    ends = [
        (rows[at], tails[at], head[rows[at]] + 3 * size)
        for rows, tails, _ in (off, on)
        for at in [np.flatnonzero(place[head[rows]])]
    ]
    freely = np.flatnonzero(~inner)
    every = [(freely, tail[freely], head[freely]), off, on, *ends]
    rows, tails, heads = (np.concatenate(column) for column in zip(*every, strict=True))
    return rows, tails, heads


def _size(parts: Split) -> int:
    edges = parts.edges
    nodes = (edges.tail, edges.head, parts.node)
    return int(max(part.max(initial=0) for part in nodes)) + 1


def for_callers(drive: Drive) -> Bools:
    """Tell which pieces are driven first or last only.

    Those that are tagged so, and what can be reached only over them: a lane behind a private road
    is no way through either. Of each part of the network the longest stretch of roads that hang
    together without them is for all.
    """
    network = drive.network
    tagged = (network.flags & LAST) > 0
    if not tagged.any():
        return tagged
    free = np.flatnonzero(~tagged)
    label = np.full(len(network), -1, dtype=np.int64)
    label[free] = _labels(network, free)
    inner = tagged | (drive.part < 0)  # what one cannot come back from leads nowhere
    inside = np.flatnonzero(drive.part >= 0)
    longest = _longest(drive, label)[drive.part[inside]]
    inner[inside] = (longest >= 0) & (label[inside] != longest)
    return inner


def _longest(drive: Drive, label: Ints) -> Ints:
    """Return the label of the longest stretch of each part, -1 where none is; of equals the first.

    Parameters
    ----------
    label
        Of each piece, which stretch it belongs to, -1 for none.
    """
    longest = np.full(len(drive.size_mm), -1, dtype=np.int64)
    free = np.flatnonzero((drive.part >= 0) & (label >= 0))
    if not len(free):
        return longest
    many = int(label.max()) + 1
    stretches, number = np.unique(
        drive.part[free].astype(np.int64) * many + label[free], return_inverse=True
    )
    part, name = np.divmod(stretches, many)
    order = np.lexsort((-name, np.bincount(number, drive.network.total_mm[free]), part))
    longest[part[order]] = name[order]  # of those written to one place the last stays
    return longest


def _labels(network: Network, pieces: npt.NDArray[np.intp]) -> Ints:
    """Return which strongly connected part of some pieces each belongs to, -1 for none."""
    tail, head, flags = (a[pieces] for a in (network.tail, network.head, network.flags))
    ahead, back = (flags & FORWARD) > 0, (flags & BACKWARD) > 0
    ends = np.concatenate([tail[ahead], head[back]]), np.concatenate([head[ahead], tail[back]])
    size = int(max(network.tail.max(), network.head.max())) + 1
    matrix = csr_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(size, size))
    _, label = connected_components(matrix, directed=True, connection="strong")
    return np.where(label[tail] == label[head], label[tail], -1).astype(np.int64)
