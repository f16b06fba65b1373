"""Where the stops of a little map crowd, and where a closer map of them hides nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bookcar.web.geometry import Box, Paper, Points, Spot

WIDTH, HEIGHT = 126.0, 122.0
FOOT = 27.0  # below its ways, for its scale
_MARGIN = 15.0
_NEAR = 26.0  # units between neighbours of a crowd
_FEW = 3  # fewer stops are told apart by leaders alone
_MOVED = 2  # numbers that have no room where their stop is
_CLOSER = 1.8  # times the scale of the map, at the least
_GAP = 5.0
_LEAST_FRAME = 14.0


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Stops by their numbers, and all places that lie among them as lon-lat points."""

    numbers: frozenset[int]
    points: Points

    def paper(self) -> Paper:
        """Return the paper of a closer map of them."""
        return Paper.around([self.points], width=WIDTH, height=HEIGHT - FOOT, margin=_MARGIN)

    def frame(self, paper: Paper) -> Box:
        """Return the box on a map that the closer map shows."""
        spots = paper.place(self.points)
        low, high = spots.min(axis=0) - 4, spots.max(axis=0) + 4
        middle, half = (low + high) / 2, np.maximum(high - low, _LEAST_FRAME) / 2
        (left, top), (right, bottom) = middle - half, middle + half
        return (float(left), float(top), float(right), float(bottom))


def crowd_of(paper: Paper, stops: Points, moved: Sequence[bool], others: Points) -> Crowd | None:
    """Return the largest crowd of stops on a map, or None if their numbers have room there.

    Parameters
    ----------
    stops, others
        Stops in order, and depots and stores, as (k, 2) lon-lat points.
    moved
        Of each stop, whether its number stands beside it for want of room.
    """
    points = np.concatenate([stops, others])
    spots = paper.place(points)
    groups = [
        group
        for group in _groups(spots)
        if sum(k < len(stops) for k in group) >= _FEW
        and sum(moved[k] for k in group if k < len(stops)) >= _MOVED
    ]
    if not groups:
        return None
    largest = max(groups, key=lambda group: sum(k < len(stops) for k in group))
    numbers = frozenset(k + 1 for k in largest if k < len(stops))
    found = Crowd(numbers=numbers, points=points[largest])
    return found if found.paper().units >= _CLOSER * paper.units else None


def _groups(spots: Points) -> list[list[int]]:
    """Return the spots in groups, each of them near another one of its group, by their order."""
    left, groups = list(range(len(spots))), []
    while left:
        group = [left.pop(0)]
        for k in group:
            near = [j for j in left if math.dist(spots[k], spots[j]) <= _NEAR]
            group += near
            left = [j for j in left if j not in near]
        groups.append(sorted(group))
    return groups


def corners(width: float, height: float, *, low: float, arrow: float) -> Iterator[Box]:
    """Yield where a closer map can stand on a map: clear of its scale below and its arrow."""
    right, bottom = width - WIDTH - _GAP, height - HEIGHT - _GAP
    for left, top in ((right, bottom), (_GAP, _GAP), (right, arrow), (_GAP, bottom - low)):
        yield (left, top, left + WIDTH, top + HEIGHT)


def covers(box: Box, spots: Sequence[Spot], *, apart: float) -> bool:
    """Tell whether a box comes nearer to any spot than ``apart``."""
    left, top, right, bottom = box
    return any(
        left - apart < x < right + apart and top - apart < y < bottom + apart for x, y in spots
    )
