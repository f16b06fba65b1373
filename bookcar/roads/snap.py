"""Places put on the nearest point of a road, wherever along it that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from bookcar.roads.network import Floats, Ints, Network, degrees, mercator

EQUAL_M = 0.001
JUNCTION_MM = 2_000


@dataclass(frozen=True, kw_only=True)
class Index:
    """The lines of some pieces on the Mercator plane, to be searched from a point.

    Attributes
    ----------
    pieces
        Piece of the network each line of the tree is, ascending.
    """

    network: Network
    pieces: npt.NDArray[np.intp]
    tree: shapely.STRtree


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A point on a road.

    Attributes
    ----------
    piece
        Piece of the network it lies on.
    mm, us
        Millimetres and microseconds from the start of the piece.
    metres
        How far the place itself lies from it.
    """

    piece: int
    mm: int
    us: int
    metres: float


def index(network: Network, pieces: npt.NDArray[np.intp] | None = None) -> Index:
    """Return an index of all pieces of a network, or of some."""
    if pieces is None:
        pieces = np.arange(len(network))
    part = network.take(pieces)
    plane = mercator(degrees(part.x), degrees(part.y))
    owner = np.repeat(np.arange(len(pieces)), np.diff(part.offset))
    lines: Any = shapely.linestrings(plane, indices=owner) if len(pieces) else []
    return Index(network=network, pieces=pieces, tree=shapely.STRtree(lines))


def nearest(found_in: Index, lon_lat: Sequence[tuple[float, float]]) -> tuple[Ints, Floats]:
    """Return the nearest piece of each point and the metres to it; -1 and infinity for none.

    Of pieces equally near to a millimetre, as at a junction, the first of the network is taken, so
    that the last bits of a float decide nothing.
    """
    piece = np.full(len(lon_lat), -1, dtype=np.int64)
    metres = np.full(len(lon_lat), np.inf)
    if not len(lon_lat) or not len(found_in.pieces):
        return piece, metres
    points, scale = _on_plane(lon_lat)
    (which, _), distance = found_in.tree.query_nearest(
        points, return_distance=True, all_matches=False
    )
    metres[which] = distance * scale[which]
    ties = found_in.tree.query(points, predicate="dwithin", distance=metres / scale + EQUAL_M)
    order = np.lexsort((ties[1], ties[0]))
    which, first = np.unique(ties[0][order], return_index=True)
    piece[which] = found_in.pieces[ties[1][order][first]]
    return piece, metres


def near(found_in: Index, lon_lat: tuple[float, float], metres: float) -> npt.NDArray[np.intp]:
    """Return the pieces within some metres of a point, ascending."""
    points, scale = _on_plane([lon_lat])
    hits = found_in.tree.query(points[0], predicate="dwithin", distance=metres / scale[0])
    return found_in.pieces[np.sort(hits)]


def spot(network: Network, piece: int, lon_lat: tuple[float, float]) -> Spot:
    """Return the point of a piece nearest to a place: the foot of the perpendicular, or an end.

    Within two metres of a junction it is the junction: a place at a corner must not stand a
    hand's breadth into a one-way street.
    """
    line = network.lon_lat(piece)
    plane = mercator(line[:, 0], line[:, 1])
    place = mercator(np.array([lon_lat[0]]), np.array([lon_lat[1]]))[0]
    step = np.diff(plane, axis=0)
    square = np.maximum((step**2).sum(axis=1), 1e-12)
    share = np.clip(((place - plane[:-1]) * step).sum(axis=1) / square, 0.0, 1.0)
    distance = np.hypot(*(plane[:-1] + share[:, None] * step - place).T)
    at = int(distance.argmin())
    start = int(network.offset[piece]) + at
    mm, us = (_between(along, start, share[at]) for along in (network.mm, network.us))
    total_mm, total_us = (
        int(along[network.offset[piece + 1] - 1]) for along in (network.mm, network.us)
    )
    if min(mm, total_mm - mm) <= JUNCTION_MM:
        mm, us = (0, 0) if mm <= total_mm - mm else (total_mm, total_us)
    metres = float(distance[at] * np.cos(np.radians(lon_lat[1])))
    return Spot(piece=piece, mm=mm, us=us, metres=metres)


def _between(along: Ints, start: int, share: float) -> int:
    return int(along[start]) + round(share * int(along[start + 1] - along[start]))


def _on_plane(lon_lat: Sequence[tuple[float, float]]) -> tuple[npt.NDArray[np.object_], Floats]:
    """Return points on the plane, and how many metres a metre of the plane is at each."""
    places = np.array(lon_lat, dtype=np.float64).reshape(-1, 2)
    points: Any = shapely.points(mercator(places[:, 0], places[:, 1]))
    return points, np.cos(np.radians(places[:, 1]))
