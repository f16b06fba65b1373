"""Private roads: how far a car goes along them to a place."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from bookcar.roads.drive import Drive
from bookcar.roads.last_stretch import for_callers
from bookcar.roads.network import LAST, PRIVATE, Floats
from bookcar.roads.snap import Spot

DRIVEWAY_MM = 500_000
"""A private road is a last stretch so far; a longer one is somebody's own, and has a gate."""


class PrivateRoads:
    """The roads of a drive that are private, or that only private ones lead to.

    Attributes
    ----------
    pieces
        Tells of each piece whether it is one.
    """

    def __init__(self, drive: Drive) -> None:
        network, inner = drive.network, for_callers(drive) & (drive.part >= 0)
        self.network = network
        self.pieces = inner & ((network.flags & LAST == 0) | (network.flags & PRIVATE > 0))
        self.within = self._within() if self.pieces.any() else np.zeros(0)

    def _within(self) -> Floats:
        """Return the millimetres along private roads from the others to each node."""
        network = self.network
        size = int(max(network.tail.max(), network.head.max())) + 1
        others = np.union1d(network.tail[~self.pieces], network.head[~self.pieces])
        own = np.flatnonzero(self.pieces)
        ends = (
            np.concatenate([network.tail[own], network.head[own], np.full(len(others), size)]),
            np.concatenate([network.head[own], network.tail[own], others]),
        )
        length = np.maximum(network.total_mm[own], 1)
        weights = np.concatenate([length, length, np.full(len(others), 0.5)])
        order = np.lexsort((weights, ends[1], ends[0]))  # of parallel roads the shortest
        tail, head, mm = ends[0][order], ends[1][order], weights[order]
        first = np.ones(len(mm), dtype=np.bool_)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        shape = (size + 1, size + 1)
        matrix = coo_array((mm[first], (tail[first], head[first])), shape=shape).tocsr()
        found: Floats = dijkstra(matrix, indices=size)
        return np.floor(found[:size])

    def holds(self, spot: Spot) -> bool:
        """Tell whether a spot is in a private road; its end is on the road that it leaves."""
        return bool(self.pieces[spot.piece]) and self._mm(spot) > 0

    def too_far(self, spot: Spot) -> bool:
        """Tell whether a spot is further along private roads than a driveway is long."""
        return bool(self.pieces[spot.piece]) and self._mm(spot) > DRIVEWAY_MM

    def _mm(self, spot: Spot) -> float:
        piece = spot.piece
        tail, head = int(self.network.tail[piece]), int(self.network.head[piece])
        rest = int(self.network.total_mm[piece]) - spot.mm
        return float(min(self.within[tail] + spot.mm, self.within[head] + rest))
