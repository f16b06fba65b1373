"""Bridges and tunnels: roads that do not follow the ground, so that no height of it is theirs.

A grid of heights has the valley under a bridge and the mountain over a tunnel. The road itself is
taken to be straight between its portals, so its heights there follow from those on either side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
import shapely

from bookcar.earth import M_PER_DEGREE
from bookcar.roads.extract import NOWHERE, reading
from bookcar.roads.network import Bools, Floats, Ints, degrees
from bookcar.roads.profile import OPEN_TUNNELS

NEAR_M = 5.0
"""How far from its line a point is taken to be on a bridge or in a tunnel: lines of legs are right
to a metre, and tubes side by side some ten apart."""


@dataclass(frozen=True, kw_only=True)
class Spans:
    """The bridges and tunnels of an extract, as lines.

    Attributes
    ----------
    offset
        Points ``offset[k]`` to ``offset[k + 1]`` belong to span ``k``, shape (spans + 1,).
    x, y
        Longitude and latitude of the points in units of `network.E7` degrees, int32.
    """

    offset: Ints
    x: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.offset) - 1

    def on(self, lons: Floats, lats: Floats) -> Bools:
        """Return for points of one shape whether each is on a bridge or in a tunnel."""
        found = np.zeros(lons.shape, dtype=bool)
        if len(self) and lons.size:
            points = shapely.points(lons.ravel() * self._shrink, lats.ravel())
            near = self._tree.query(points, predicate="dwithin", distance=NEAR_M / M_PER_DEGREE)
            found.ravel()[near[0]] = True
        return found

    @cached_property
    def _shrink(self) -> float:
        return math.cos(math.radians(float(degrees(self.y).mean())))

    @cached_property
    def _tree(self) -> shapely.STRtree:
        owner = np.repeat(np.arange(len(self)), np.diff(self.offset))
        points = np.column_stack([degrees(self.x) * self._shrink, degrees(self.y)])
        lines = np.asarray(shapely.linestrings(points, indices=owner), dtype=np.object_)
        return shapely.STRtree(np.atleast_1d(lines))


def read_spans(path: Path) -> Spans:
    """Read the bridges and tunnels of an extract's roads; galleries lie on the ground.

    Raises
    ------
    InputError
        If the file is missing, broken or not an OpenStreetMap file.
    """
    counts: list[int] = []
    points: list[tuple[int, int]] = []
    with reading(path) as source:
        things: Any = osmium.FileProcessor(source, osmium.osm.NODE | osmium.osm.WAY)
        things = things.with_locations().with_filter(osmium.filter.KeyFilter("bridge", "tunnel"))
        for thing in things:
            if thing.is_way() and _leaves_the_ground(thing.tags):
                line = [(n.x, n.y) for n in thing.nodes if n.x != NOWHERE]
                if len(line) > 1:
                    counts.append(len(line))
                    points += line
    both = np.array(points, dtype=np.int32).reshape(-1, 2)
    return Spans(
        offset=np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64),
        x=np.ascontiguousarray(both[:, 0]),
        y=np.ascontiguousarray(both[:, 1]),
    )


def _leaves_the_ground(tags: Any) -> bool:
    if "highway" not in tags:
        return False
    return tags.get("bridge", "no") != "no" or tags.get("tunnel", "no") not in OPEN_TUNNELS
