"""Closed roads taken out of the network for the days that are planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import shape as geometry_of

from bookcar.model import Closure
from bookcar.roads.network import BACKWARD, FORWARD, LIMITS, Bools, Network, degrees
from bookcar.roads.snap import index, nearest
from bookcar.roads.travel import Unclosed

_THICK_DEG = 1e-6  # a line drawn over a road closes a decimetre of it

Interval = tuple[int, int]
Pieces = npt.NDArray[np.intp]


def closed_on(closures: Sequence[Closure], dates: Sequence[dt.date]) -> list[Closure]:
    """Return the closures that hold on any of some days."""
    return [c for c in closures if any(c.first <= date <= c.last for date in dates)]


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What closures do to a network.

    Attributes
    ----------
    network
        What is left of it.
    pieces
        How many pieces of road for cars are closed, whole or in part.
    unclosed
        The closures that miss the roads.
    """

    network: Network
    pieces: int
    unclosed: tuple[Unclosed, ...]


def closing(network: Network, closures: Sequence[Closure]) -> Closing:
    """Take out of a network the ways that are closed and the stretches a shape covers.

    What is left of a road on either side of a shape stays, as a dead end.
    """
    touched = _touched(network, closures)
    closed = _closed_stretches(network, closures, touched)
    return Closing(
        network=_cut(network, closed) if closed else network,
        pieces=int(np.count_nonzero(_for_cars(network)[sorted(closed)])),
        unclosed=_unclosed(network, closures, touched),
    )


def unclosed(network: Network, closures: Sequence[Closure]) -> tuple[Unclosed, ...]:
    """Return the closures of which a way is no road for cars, or whose shape touches none."""
    return _unclosed(network, closures, _touched(network, closures))


def _unclosed(
    network: Network, closures: Sequence[Closure], touched: Sequence[Pieces]
) -> tuple[Unclosed, ...]:
    cars, missed = _for_cars(network), []
    for closure, pieces in zip(closures, touched, strict=True):
        roads = pieces[cars[pieces]]
        known = set(network.way[roads].tolist())
        ways = tuple(way for way in closure.ways if way not in known)
        if ways:
            missed.append(Unclosed(closure=closure, reason="way", ways=ways))
        elif closure.shape and not len(roads):
            missed.append(Unclosed(closure=closure, reason="shape"))
    return tuple(missed)


def road_at(network: Network, lon_lat: tuple[float, float], *, within_m: float) -> int | None:
    """Return the OSM way of the road for cars that is nearest to a place, None if none is near."""
    cars = np.flatnonzero(_for_cars(network))
    piece, metres = nearest(index(network, cars), [lon_lat])
    return int(network.way[piece[0]]) if metres[0] <= within_m else None


def roads_for_cars(network: Network) -> frozenset[int]:
    """Return the OSM ways on which cars may drive."""
    return frozenset(network.way[_for_cars(network)].tolist())


def _for_cars(network: Network) -> Bools:
    return np.asarray(network.flags & (FORWARD | BACKWARD) > 0)


def _touched(network: Network, closures: Sequence[Closure]) -> list[Pieces]:
    """Return the pieces of the ways of each closure, or those that its shape touches."""
    lines = _lines(network) if any(closure.shape for closure in closures) else None
    return [
        lines.query(_region([closure]), predicate="intersects")
        if lines is not None and closure.shape
        else np.flatnonzero(np.isin(network.way, closure.ways))
        for closure in closures
    ]


def _lines(network: Network) -> shapely.STRtree:
    owner = np.repeat(np.arange(len(network)), np.diff(network.offset))
    points = np.column_stack([degrees(network.x), degrees(network.y)])
    lines: Any = shapely.linestrings(points, indices=owner)
    return shapely.STRtree(lines)


def _region(closures: Sequence[Closure]) -> shapely.Geometry:
    shapes = [found for c in closures if c.shape for found in _geometries(c.shape)]
    return shapely.union_all([_thick(shape) for shape in shapes])


def _geometries(shape: Mapping[str, Any]) -> list[shapely.Geometry]:
    if shape.get("type") == "FeatureCollection":
        return [found for feature in shape["features"] for found in _geometries(feature)]
    if shape.get("type") == "Feature":
        return _geometries(shape["geometry"]) if shape.get("geometry") else []
    if shape.get("type") == "GeometryCollection":
        return [found for part in shape["geometries"] for found in _geometries(part)]
    return [geometry_of(dict(shape))]


def _thick(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.make_valid(shape).buffer(_THICK_DEG)


def _closed_stretches(
    network: Network, closures: Sequence[Closure], touched: Sequence[Pieces]
) -> dict[int, list[Interval]]:
    """Return the stretches (millimetres along it) of each piece that are closed."""
    pairs = list(zip(closures, touched, strict=True))
    shaped = {piece for c, pieces in pairs if c.shape for piece in pieces.tolist()}
    region = _region(closures)
    shapely.prepare(region)
    found = {piece: _stretches_of(network, piece, region) for piece in sorted(shaped)}
    stretches = {piece: intervals for piece, intervals in found.items() if intervals}
    for closure, pieces in pairs:
        if not closure.shape:
            stretches |= {k: [(0, int(network.total_mm[k]))] for k in pieces.tolist()}
    return stretches


def _stretches_of(network: Network, piece: int, region: shapely.Geometry) -> list[Interval]:
    line = network.lon_lat(piece)
    mm = network.mm[network.offset[piece] : network.offset[piece + 1]]
    found: list[Interval] = []
    for k in range(len(line) - 1):
        segment = shapely.LineString(line[k : k + 2])
        inside = segment.intersection(region)
        ends = shapely.get_coordinates(inside)
        if len(ends) < 2 or segment.length == 0:
            continue
        for part in shapely.get_parts(inside):
            share = [segment.project(shapely.Point(p)) for p in shapely.get_coordinates(part)]
            low, high = min(share) / segment.length, max(share) / segment.length
            step = int(mm[k + 1] - mm[k])
            found.append((int(mm[k]) + int(low * step), int(mm[k]) + int(np.ceil(high * step))))
    return _merged(found)


def _merged(intervals: list[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    return merged


def _cut(network: Network, closed: dict[int, list[Interval]]) -> Network:
    """Return the network with the pieces that are partly closed replaced by what is left."""
    untouched = np.setdiff1d(np.arange(len(network)), np.array(sorted(closed)))
    left = [
        (piece, low, high)
        for piece in sorted(closed)
        for low, high in _open(network, piece, closed)
    ]
    base = network.take(np.concatenate([untouched, np.array([p for p, _, _ in left], dtype=int)]))
    first_new = len(untouched)
    fresh = len(network.blocked)
    tail, head = base.tail.copy(), base.head.copy()
    points = [_stretch(network, *stretch) for stretch in left]
    for k, (piece, low, high) in enumerate(left):
        if low > 0:
            tail[first_new + k] = fresh
            fresh += 1
        if high < network.total_mm[piece]:
            head[first_new + k] = fresh
            fresh += 1
    return _with_points(base, points, tail=tail, head=head, junctions=fresh)


def _open(network: Network, piece: int, closed: dict[int, list[Interval]]) -> list[Interval]:
    edges = [0, *(end for interval in closed[piece] for end in interval)]
    edges.append(int(network.total_mm[piece]))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(low, high) for low, high in pairs if high - low > 1]


def _stretch(network: Network, piece: int, low: int, high: int) -> np.ndarray[Any, Any]:
    """Return x, y, mm and us of the points of a stretch, its two ends included."""
    span = slice(network.offset[piece], network.offset[piece + 1])
    mm = network.mm[span]
    inner = mm[(mm > low) & (mm < high)]
    at = np.concatenate([[low], inner, [high]])
    rows = [np.rint(np.interp(at, mm, a[span])) for a in (network.x, network.y)]
    us = np.rint(np.interp(at, mm, network.us[span]))
    us = np.maximum.accumulate(us - us[0])
    us[-1] = max(us[-1], 1)
    return np.stack([*rows, at - low, us]).astype(np.int64)


def _with_points(
    base: Network,
    points: list[np.ndarray[Any, Any]],
    *,
    tail: np.ndarray[Any, Any],
    head: np.ndarray[Any, Any],
    junctions: int,
) -> Network:
    """Return ``base`` with other points for its last pieces, and with more junctions."""
    kept = len(base) - len(points)
    end = int(base.offset[kept])
    counts = np.concatenate([np.diff(base.offset)[:kept], [p.shape[1] for p in points]])
    new = np.concatenate([*points, np.zeros((4, 0), dtype=np.int64)], axis=1)
    more = junctions - len(base.blocked)
    limits = np.full((more, len(LIMITS)), np.inf, dtype=np.float32)
    return replace(
        base,
        tail=tail,
        head=head,
        offset=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        x=np.concatenate([base.x[:end], new[0].astype(np.int32)]),
        y=np.concatenate([base.y[:end], new[1].astype(np.int32)]),
        mm=np.concatenate([base.mm[:end], new[2]]),
        us=np.concatenate([base.us[:end], new[3]]),
        blocked=np.concatenate([base.blocked, np.zeros(more, dtype=np.bool_)]),
        node_limits=np.concatenate([base.node_limits, limits]),
        node_condition=np.concatenate([base.node_condition, np.zeros(more, dtype=np.int32)]),
    )
