"""Fastest ways between all places on a contracted graph, and the roads they take."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bookcar.roads.contract import Contracted
from bookcar.roads.hierarchy.build import Hierarchy, hierarchy_of
from bookcar.roads.hierarchy.contraction import FAR
from bookcar.roads.hierarchy.sweep import Fan, Labels, climb, labels_for, sweep
from bookcar.roads.network import Ints

NO_WAY = -1
_ROWS = 64  # of the table that a thread makes in one go

Table = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Ways:
    """Fastest ways between all places.

    Attributes
    ----------
    seconds, metres
        Whole ones, halves upward, shape (places, places), `NO_WAY` where no way leads.
    hierarchy
        In which the roads of a way are found when they are asked for: nothing is kept for each
        pair of places.
    """

    seconds: Table
    metres: Table
    graph: Contracted
    hierarchy: Hierarchy

    def edges(self, origin: int, destination: int) -> list[int]:
        """Return the contracted edges of the way from one place (by index) to another."""
        if self.graph.node[origin] == self.graph.node[destination]:
            return []
        roads = self.hierarchy
        there = _climbed(roads, roads.up, int(self.graph.node[origin]))
        back = _climbed(roads, roads.down, int(self.graph.target[destination]))
        top = _highest(there, back)
        rising = _steps(roads.up, there, top)[::-1]
        falling = _steps(roads.down, back, top)
        whole = [*roads.up_edge[rising].tolist(), *roads.down_edge[falling].tolist()]
        return roads.unpacked(whole)


def _climbed(roads: Hierarchy, fan: Fan, begin: int) -> Labels:
    labels = labels_for(roads.size)
    climb(fan, int(np.searchsorted(fan.nodes, roads.number[begin])), labels)
    return labels


def _highest(there: Labels, back: Labels) -> int:
    """Return the node at which the fastest way stops climbing; of equally fast ones the shortest.

    Raises
    ------
    ValueError
        If no way leads from the one place to the other.
    """
    met = np.flatnonzero((there.us < FAR) & (back.us < FAR))
    if not len(met):
        raise ValueError("no way leads from the one place to the other")
    order = np.lexsort((there.mm[met] + back.mm[met], there.us[met] + back.us[met]))
    return int(met[order[0]])


def _steps(fan: Fan, labels: Labels, top: int) -> Ints:
    """Return the entries of a fan from the top of a way down to where it began."""
    steps = []
    node = top
    while (step := int(labels.entered[node])) >= 0:
        steps.append(step)
        node = int(fan.nodes[np.searchsorted(fan.begins, step, side="right") - 1])
    return np.array(steps, dtype=np.int64)


def fastest_ways(graph: Contracted, *, done: Callable[[int], None] = lambda _: None) -> Ways:
    """Work out the fastest ways between all places, with whole microseconds.

    Whole numbers make sums exact, so that the same way is taken whatever the order of the work: of
    equally fast ones the shortest. ``done`` hears how many places are finished.
    """
    roads = hierarchy_of(graph.edges, graph.size, sources=graph.node, targets=graph.target)
    sources = np.searchsorted(roads.up.nodes, roads.number[graph.node])
    targets = roads.number[graph.target]
    count = len(sources)
    seconds, metres = (np.empty((count, count), dtype=np.int32) for _ in range(2))

    def work(begin: int) -> int:
        rows = slice(begin, begin + _ROWS)
        labels = labels_for(roads.size)
        sweep(roads.up, roads.down, sources[rows], targets, labels, seconds[rows], metres[rows])
        here = graph.node[rows, None] == graph.node  # places at one spot
        seconds[rows][here] = metres[rows][here] = 0
        return min(begin + _ROWS, count)

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for finished in threads.map(work, range(0, count, _ROWS)):
            done(finished)
    return Ways(seconds=seconds, metres=metres, graph=graph, hierarchy=roads)
