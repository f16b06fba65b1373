"""Rivers, streams and lakes of an extract: no car needs them, but people find their way by them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium

from bookcar.roads.extract import NOWHERE, reading
from bookcar.roads.network import Floats, Ints, degrees

RIVER, STREAM, OUTER, INNER = range(4)

_WAYS = {"river": RIVER, "canal": RIVER, "stream": STREAM}
_AREAS = (("natural", "water"), ("waterway", "riverbank"), ("landuse", "reservoir"))
_UNSEEN = (("tunnel", "yes"), ("tunnel", "culvert"), ("intermittent", "yes"))


@dataclass(frozen=True, kw_only=True)
class Water:
    """The waters of an extract as lines and rings.

    Attributes
    ----------
    kind
        Of each piece: `RIVER` (canals too) or `STREAM`, a line; `OUTER`, the shore of a lake or a
        wide river, with the `INNER` shores of its islands right behind it.
    offset
        Points ``offset[k]`` to ``offset[k + 1]`` belong to piece ``k``, shape (pieces + 1,).
    x, y
        Longitude and latitude of the points in units of `network.E7` degrees, int32.
    """

    kind: npt.NDArray[np.uint8]
    offset: Ints
    x: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.kind)

    def lon_lat(self, piece: int) -> Floats:
        """Return the points of a piece, shape (k, 2)."""
        span = slice(self.offset[piece], self.offset[piece + 1])
        return np.column_stack([degrees(self.x[span]), degrees(self.y[span])])

    def lines(self, kind: int) -> list[Floats]:
        """Return the lines of a kind, in the order of the file."""
        return [self.lon_lat(int(k)) for k in np.flatnonzero(self.kind == kind)]

    def shores(self) -> Iterator[list[Floats]]:
        """Yield the rings of each lake: its shore, then those of its islands."""
        starts = np.flatnonzero(self.kind == OUTER)
        for k in starts.tolist():
            end = k + 1
            while end < len(self) and self.kind[end] == INNER:
                end += 1
            yield [self.lon_lat(piece) for piece in range(k, end)]


def read_water(path: Path) -> Water:
    """Read the rivers, streams and lakes of an extract; what runs dry or underground is left out.

    Raises
    ------
    InputError
        If the file is missing, broken or not an OpenStreetMap file.
    """
    found = _Found()
    tags = [("waterway", value) for value in _WAYS] + list(_AREAS)
    with reading(path) as source:
        areas = osmium.filter.TagFilter(*_AREAS)
        things: Any = osmium.FileProcessor(
            source, osmium.osm.NODE | osmium.osm.WAY | osmium.osm.AREA
        )
        things = things.with_areas(areas).with_filter(osmium.filter.TagFilter(*tags))
        for thing in things:
            if thing.is_way():
                found.take_way(thing)
            elif thing.is_area():
                found.take_area(thing)
    return found.water()


class _Found:
    """Pieces as the file gives them."""

    def __init__(self) -> None:
        self.kinds: list[int] = []
        self.counts: list[int] = []
        self.points: list[tuple[int, int]] = []

    def take_way(self, way: Any) -> None:
        kind = _WAYS.get(way.tags.get("waterway", ""))
        if kind is not None and not _unseen(way):
            self._take(kind, way.nodes, least=2)

    def take_area(self, area: Any) -> None:
        if any(area.tags.get(key) == value for key, value in _AREAS) and not _unseen(area):
            for outer in area.outer_rings():
                if self._take(OUTER, outer, least=4):
                    for inner in area.inner_rings(outer):
                        self._take(INNER, inner, least=4)

    def _take(self, kind: int, nodes: Any, *, least: int) -> bool:
        """Take a line or ring if the extract holds enough of it to be drawn."""
        points = [(n.x, n.y) for n in nodes if n.x != NOWHERE]
        if len(points) < least:
            return False
        self.kinds.append(kind)
        self.counts.append(len(points))
        self.points += points
        return True

    def water(self) -> Water:
        points = np.array(self.points, dtype=np.int32).reshape(-1, 2)
        return Water(
            kind=np.array(self.kinds, dtype=np.uint8),
            offset=np.concatenate([[0], np.cumsum(self.counts, dtype=np.int64)]).astype(np.int64),
            x=np.ascontiguousarray(points[:, 0]),
            y=np.ascontiguousarray(points[:, 1]),
        )


def _unseen(thing: Any) -> bool:
    return any(thing.tags.get(key) == value for key, value in _UNSEEN)
