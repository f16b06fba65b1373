"""Stops on their own side of the road: a car comes and goes with them at its kerb.

A place in the midst of a two-way road gets a node to arrive at, entered only in the direction that
has the place on the side on which people drive, and one to leave from in the same direction. What
drives by does not change. As nobody turns round at a place that is passed, a car on the other side
goes on to the next junction or end, turns there and comes back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bookcar.model import DrivingSide, Place, Stop
from bookcar.roads.contract import Split
from bookcar.roads.last_stretch import Layered
from bookcar.roads.network import BACKWARD, FORWARD, Bools, Ints, Network, mercator, ranges
from bookcar.roads.snap import JUNCTION_MM, Spot
from bookcar.roads.travel import Beside

ON_THE_ROAD_M = 1.0
"""A place so near to the line of a road lies on neither side of it."""
ANY = 0

Figures = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class AtKerb:
    """Where a car stands for a place, and how.

    Attributes
    ----------
    direction
        In which it drives there, `FORWARD` or `BACKWARD` along the piece; `ANY` if it may choose.
    """

    spot: Spot
    beside: Beside = ""
    direction: int = ANY


class Kerbs:
    """Tells how a car stands for places on a network where people drive on one side."""

    def __init__(self, network: Network, drives: DrivingSide) -> None:
        self.network, self.drives = network, drives

    def at(self, spot: Spot, place: Place) -> AtKerb:
        """Return how a car stands for a place that may ask for its own side of the road.

        Away from a junction by as much as `snap` takes for one: on a crossing there is no side. In
        a one-way road a car may stand on either; at the end of a road it turns round.
        """
        if not isinstance(place, Stop) or place.kerb != "side":
            return AtKerb(spot=spot)
        network, total = self.network, int(self.network.total_mm[spot.piece])
        if not _both_ways(network, spot):
            return AtKerb(spot=spot, beside="one-way")
        if self._is_dead_end(spot, total):
            return AtKerb(spot=spot, beside="road-end")
        left_m = _left_m(network, spot, place)
        if total <= 2 * JUNCTION_MM or abs(left_m) < ON_THE_ROAD_M:
            return AtKerb(spot=spot, beside="on-the-road")
        mm = min(max(spot.mm, JUNCTION_MM), total - JUNCTION_MM)
        ahead = (left_m > 0) == (self.drives == "left")
        return AtKerb(
            spot=_moved(network, spot, mm), beside="side", direction=FORWARD if ahead else BACKWARD
        )

    def _is_dead_end(self, spot: Spot, total: int) -> bool:
        if spot.mm not in (0, total):
            return False
        ends = self.network.tail if spot.mm == 0 else self.network.head
        return bool(self._uses[ends[spot.piece]] == 1)

    @cached_property
    def _uses(self) -> Ints:
        """How many pieces end at each junction."""
        return np.bincount(np.concatenate([self.network.tail, self.network.head]))


def _both_ways(network: Network, spot: Spot) -> bool:
    both = FORWARD | BACKWARD
    return bool(network.flags[spot.piece] & both == both)


def _moved(network: Network, spot: Spot, mm: int) -> Spot:
    span = slice(network.offset[spot.piece], network.offset[spot.piece + 1])
    us = round(float(np.interp(mm, network.mm[span], network.us[span])))
    return replace(spot, mm=mm, us=us)


def _left_m(network: Network, spot: Spot, place: Place) -> float:
    """Return how far left of the line of a road a place lies, as who drives forward sees it."""
    span = slice(network.offset[spot.piece], network.offset[spot.piece + 1])
    mm = network.mm[span]
    at = int(np.clip(np.searchsorted(mm, spot.mm, side="right"), 1, len(mm) - 1))
    line = network.lon_lat(spot.piece)[at - 1 : at + 1]
    begin, end = mercator(line[:, 0], line[:, 1])
    there = mercator(np.array([place.lon]), np.array([place.lat]))[0]
    ahead, aside = end - begin, there - begin
    cross = float(ahead[0] * aside[1] - ahead[1] * aside[0])
    return cross / max(float(np.hypot(*ahead)), 1e-9) * float(np.cos(np.radians(place.lat)))


def held_to_kerbs(layers: Layered, parts: Split, directions: Ints) -> Layered:
    """Return the graph in which cars come to places and leave them in given directions.

    Parameters
    ----------
    layers
        What the graph is made from: ``layers.rows`` names the edges of ``parts`` its edges copy.
    directions
        Of each place, `FORWARD` or `BACKWARD` along its piece, or `ANY`: shape (places,).
    """
    asked = np.flatnonzero(directions)
    if not len(asked):
        return layers
    keys = np.column_stack([layers.source, layers.target, directions])[asked]
    stands, number = np.unique(keys, axis=0, return_inverse=True)
    number, forward = number.reshape(-1), parts.begin_mm < parts.end_mm
    wanted, edges = stands[:, 2] == FORWARD, layers.split.edges
    free = int(max(edges.tail.max(), edges.head.max(), layers.target.max())) + 1
    source, target = layers.source.copy(), layers.target.copy()
    source[asked], target[asked] = free + number, free + len(stands) + number
    out, leaving = _edges_at(edges.tail, stands[:, 0], forward[layers.rows], wanted)
    # the edges out count as edges in: a car may drive from one such place straight to the next
    rows = np.concatenate([np.arange(len(edges)), out])
    tails = np.concatenate([edges.tail, free + leaving])
    heads = edges.head[rows]
    into, arriving = _edges_at(heads, stands[:, 1], forward[layers.rows[rows]], wanted)
    grown = layers.copied(
        np.concatenate([rows, rows[into]]),
        np.concatenate([tails, tails[into]]),
        np.concatenate([heads, free + len(stands) + arriving]),
        target=target,
    )
    return replace(grown, source=source)


def _edges_at(ends: Ints, nodes: Ints, forward: Bools, wanted: Bools) -> tuple[Ints, Ints]:
    """Return the edges with an end at each node that run as wanted, and which node it is."""
    order = np.argsort(ends, kind="stable")
    low, high = (np.searchsorted(ends[order], nodes, side=side) for side in ("left", "right"))
    owner = np.repeat(np.arange(len(nodes)), high - low)
    found = order[ranges(low, high - low)]
    right = forward[found] == wanted[owner]
    return found[right], owner[right]


@dataclass(frozen=True, kw_only=True)
class Together:
    """Which places are served without driving in between: at one spot, if not across the road.

    Attributes
    ----------
    node, directions
        The node of each place, and in which direction a car comes to it: shape (places,).
    """

    node: Ints
    directions: Ints

    def holds(self, origin: int, destination: int) -> bool:
        """Tell whether two places are served together."""
        facing = self.directions[origin] * self.directions[destination] == FORWARD * BACKWARD
        return bool(self.node[origin] == self.node[destination] and not facing)

    def without_driving(self, figures: Figures) -> Figures:
        """Return seconds or metres between the places that are 0 where they are served together."""
        asked = self.node[self.directions != ANY]
        shared = np.flatnonzero(np.isin(self.node, asked))
        for place in shared.tolist():
            near = shared[self.node[shared] == self.node[place]]
            figures[place, [j for j in near.tolist() if self.holds(place, j)]] = 0
        return figures
