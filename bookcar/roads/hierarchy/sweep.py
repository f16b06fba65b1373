"""From one node to all, in two sweeps over a hierarchy: up from it, then down to the others.

PHAST: Delling, Goldberg, Nowatzyk and Werneck, PHAST: hardware-accelerated shortest path trees,
Journal of Parallel and Distributed Computing 73 (2013); on the part that the places need, RPHAST:
Delling, Goldberg and Werneck, Faster batched shortest paths in road networks, ATMOS 2011. No
priority queue: nodes are taken in the order of their rank.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.compiled import by_address, compiled, entry
from bookcar.roads.hierarchy.contraction import FAR

MILLION, THOUSAND = 1_000_000, 1_000

Numbers = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


@by_address
class Fan(NamedTuple):
    """Edges that join nodes with higher ones.

    Attributes
    ----------
    nodes
        The nodes that matter, ascending; the edges of the k-th from ``begins[k]`` on.
    other
        The higher node of each edge.
    """

    nodes: Numbers
    begins: Ints
    other: Numbers
    us: Ints
    mm: Ints


@by_address
class Labels(NamedTuple):
    """The fastest ways found from the node that a sweep began at, by node.

    Attributes
    ----------
    us, mm
        Microseconds, `FAR` where there is no way, and millimetres.
    entered
        The edge of the fan swept last by which the way comes, -1 at its begin.
    """

    us: Ints
    mm: Ints
    entered: Numbers


def labels_for(size: int) -> Labels:
    """Return labels of so many nodes."""
    return Labels(
        us=np.full(size, FAR, dtype=np.int64),
        mm=np.zeros(size, dtype=np.int64),
        entered=np.full(size, -1, dtype=np.int32),
    )


@entry
def sweep(
    up: Fan,
    down: Fan,
    sources: Ints,
    targets: Numbers,
    labels: Labels,
    seconds: npt.NDArray[np.int32],
    metres: npt.NDArray[np.int32],
) -> None:
    """Write whole seconds and metres of the fastest ways from sources to targets, -1 for none.

    Halves are rounded upward. Of equally fast ways the shortest counts. Sources are given by their
    places in the fan, targets as nodes.
    """
    for row in range(len(sources)):
        climb(up, sources[row], labels)
        _descend(down, labels)
        for column in range(len(targets)):
            us, mm = labels.us[targets[column]], labels.mm[targets[column]]
            reached = us < FAR
            seconds[row, column] = (us + MILLION // 2) // MILLION if reached else -1
            metres[row, column] = (mm + THOUSAND // 2) // THOUSAND if reached else -1


@entry
def climb(fan: Fan, begin: int, labels: Labels) -> None:
    """Label all nodes above one with the fastest ways that only climb; the others with `FAR`.

    ``begin`` is its place in the fan.
    """
    for node in range(len(labels.us)):
        labels.us[node] = FAR
    first = fan.nodes[begin]
    labels.us[first] = labels.mm[first] = 0
    labels.entered[first] = -1
    for k in range(begin, len(fan.nodes)):
        us, mm = labels.us[fan.nodes[k]], labels.mm[fan.nodes[k]]
        if us < FAR:
            for edge in range(fan.begins[k], fan.begins[k + 1]):
                _improve(labels, fan.other[edge], us + fan.us[edge], mm + fan.mm[edge], edge)


@compiled
def _descend(fan: Fan, labels: Labels) -> None:
    for k in range(len(fan.nodes) - 1, -1, -1):
        for edge in range(fan.begins[k], fan.begins[k + 1]):
            above = fan.other[edge]
            if labels.us[above] < FAR:
                us, mm = labels.us[above] + fan.us[edge], labels.mm[above] + fan.mm[edge]
                _improve(labels, fan.nodes[k], us, mm, edge)


@compiled
def _improve(labels: Labels, node: int, us: int, mm: int, edge: int) -> None:
    if us < labels.us[node] or (us == labels.us[node] and mm < labels.mm[node]):
        labels.us[node], labels.mm[node], labels.entered[node] = us, mm, edge
