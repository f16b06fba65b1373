"""How far people walk to a stop: along roads and paths, not as the crow flies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from bookcar.earth import M_PER_DEGREE
from bookcar.model import Carrier, District, Place
from bookcar.roads import profile, snap
from bookcar.roads.basemap import MARGIN_M
from bookcar.roads.cache import load_network
from bookcar.roads.contract import Split, split
from bookcar.roads.network import BACKWARD, FOOT, FORWARD, Bools, Floats, Ints, Network, degrees
from bookcar.roads.snap import Spot

Standing = Place | Carrier
US_PER_MM = round(3_600 / profile.FOOT_KMH)
WALK_S = 1_800
_AT_ONCE = 64


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The roads and paths one may walk, with the stops of a district on them.

    Attributes
    ----------
    network
        What may be walked, either way; its microseconds are those of walking.
    split
        The same, cut at the stops.
    row
        Position in ``split.node`` of each stop by its id; stops far from any path have none.
    off_us, off_mm
        Microseconds and millimetres from each of those to its road or path.
    whole, source
        The network that it is taken of, and which of its pieces each piece is.
    """

    network: Network
    split: Split
    row: dict[str, int]
    off_us: Ints
    off_mm: Ints
    whole: Network
    source: npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class ServiceArea:
    """What lies within a walk of some stops.

    Attributes
    ----------
    stops
        Ids of all stops within it, the ones it was asked for included.
    lines
        The stretches of roads and paths within it, arrays of lon and lat, shape (k, 2).
    """

    stops: frozenset[str]
    lines: tuple[Floats, ...]


def walk_network(
    district: District, *, stops: Sequence[Place] | None = None, cache: Path | None = None
) -> Walk | None:
    """Return what may be walked around a district's stops; None without an extract.

    A stop stands on the nearest road or path within ``max_snap_m``. Scraps that hang together with
    less road than people walk in half an hour are taken only where nothing else is near.

    Parameters
    ----------
    stops
        Those of a plan, which may be other than the district has by now; its own if None.

    Raises
    ------
    InputError
        If the extract cannot be used.
    """
    settings = district.settings.roads
    places = district.stops if stops is None else stops
    if settings.extract is None or not places:
        return None
    return walked_on(load_network(settings.extract, folder=cache), places, settings.max_snap_m)


def walked_on(
    whole: Network, places: Sequence[Standing], limit_m: int, *, margin_m: float = MARGIN_M
) -> Walk | None:
    """Return what of a network may be walked around some places; None where that is nothing.

    A place stands on the nearest road or path within ``limit_m``, as `walk_network` has it. Nobody
    leaves the places by more than ``margin_m``.
    """
    if not places:
        return None
    source = np.flatnonzero(((whole.flags & FOOT) > 0) & _around(whole, places, margin_m))
    network = _on_foot(whole, source)
    if not len(network):
        return None
    spots = _stand(network, places, limit_m)
    standing = [i for i, spot in enumerate(spots) if spot is not None]
    found = [spot for spot in spots if spot is not None]
    return Walk(
        network=network,
        split=split(network, found),
        row={places[i].id: row for row, i in enumerate(standing)},
        off_us=np.array([round(s.metres * 1_000) * US_PER_MM for s in found], dtype=np.int64),
        off_mm=np.array([round(s.metres * 1_000) for s in found], dtype=np.int64),
        whole=whole,
        source=source,
    )


def service_area(walk: Walk, stops: Iterable[str], *, seconds: int = WALK_S) -> ServiceArea:
    """Return what lies within a walk of any of some stops, by Dijkstra from all of them at once.

    Walking goes at 4 km/h, between a place and its road straight; slopes are not known.
    """
    asked = sorted(set(stops))
    limit = seconds * 1_000_000
    at_node = _walked_us(walk, [walk.row[stop] for stop in asked if stop in walk.row], limit)
    at_stop = at_node[walk.split.node] + walk.off_us
    reached = (stop for stop, row in walk.row.items() if at_stop[row] <= limit)
    return ServiceArea(stops=frozenset((*asked, *reached)), lines=_lines(walk, at_node, limit))


def walked_between(walk: Walk, *, seconds: int) -> dict[str, dict[str, int]]:
    """Return the seconds on foot from each place to the others within a walk, by their ids.

    Either way takes as long. Places far from any path have none.
    """
    limit = seconds * 1_000_000
    edges, nodes, names = walk.split.edges, walk.split.node, list(walk.row)
    size = int(max(edges.tail.max(), edges.head.max(), nodes.max(initial=0))) + 1
    matrix = _matrix(edges.tail, edges.head, edges.us, size)
    found: dict[str, dict[str, int]] = {}
    for begin in range(0, len(names), _AT_ONCE):
        some = names[begin : begin + _AT_ONCE]
        rows = [walk.row[name] for name in some]
        there = dijkstra(matrix, indices=nodes[rows], limit=float(limit))[:, nodes]
        us = there + walk.off_us[rows][:, None] + walk.off_us[None, :]
        for name, own in zip(some, us, strict=True):
            found[name] = {
                other: round(float(own[row]) / 1e6)
                for other, row in walk.row.items()
                if other != name and own[row] <= limit
            }
    return found


def _on_foot(network: Network, pieces: npt.NDArray[np.intp]) -> Network:
    """Return some walkable pieces, their times made those of walking."""
    walked = network.take(pieces)
    both_ways = np.full(len(walked), FORWARD | BACKWARD, dtype=np.uint8)
    return replace(walked, flags=both_ways, us=walked.mm * US_PER_MM)


def _around(network: Network, stops: Sequence[Standing], margin_m: float) -> Bools:
    """Tell which pieces come near the stops: within a margin of the box that holds them all."""
    inside = np.ones(len(network), dtype=np.bool_)
    steepest = max(abs(stop.lat) for stop in stops)
    margins = (
        margin_m / M_PER_DEGREE / np.cos(np.radians(min(steepest, 89.0))),
        margin_m / M_PER_DEGREE,
    )
    ways = ([stop.lon for stop in stops], network.x), ([stop.lat for stop in stops], network.y)
    for margin, (places, points) in zip(margins, ways, strict=True):
        along, starts = degrees(points), network.offset[:-1]
        inside &= np.maximum.reduceat(along, starts) >= min(places) - margin
        inside &= np.minimum.reduceat(along, starts) <= max(places) + margin
    return inside


def _stand(network: Network, stops: Sequence[Standing], limit_m: int) -> list[Spot | None]:
    """Return where each stop stands on the network, None if nothing is near."""
    points = [(stop.lon, stop.lat) for stop in stops]
    piece, metres = snap.nearest(snap.index(network, _joined(network)), points)
    lost = metres > limit_m
    anywhere, away = snap.nearest(snap.index(network), points)
    piece, metres = np.where(lost, anywhere, piece), np.where(lost, away, metres)
    return [
        snap.spot(network, int(p), point) if m <= limit_m else None
        for p, m, point in zip(piece, metres, points, strict=True)
    ]


def _joined(network: Network) -> npt.NDArray[np.intp]:
    """Return the pieces of parts that are longer than the walk."""
    size = int(max(network.tail.max(), network.head.max())) + 1
    ends = network.tail, network.head
    matrix = csr_array((np.ones(len(network), dtype=np.int8), ends), shape=(size, size))
    _, part = connected_components(matrix, directed=False)
    length = np.bincount(part[network.tail], network.total_mm)
    return np.flatnonzero(length[part[network.tail]] * US_PER_MM >= WALK_S * 1e6)


def _walked_us(walk: Walk, rows: Sequence[int], limit: int) -> Floats:
    """Return the microseconds to each node from the nearest of some stops, infinite past a limit.

    One more node, from which every stop is as far as its place lies off the road, stands for all.
    """
    edges, node = walk.split.edges, walk.split.node
    size = int(max(edges.tail.max(), edges.head.max(), node.max(initial=0))) + 1
    chosen = np.asarray(rows, dtype=np.int64)
    tail = np.concatenate([edges.tail, np.full(len(chosen), size)])
    head = np.concatenate([edges.head, node[chosen]])
    us = np.concatenate([edges.us, np.maximum(walk.off_us[chosen], 1)])
    early: Floats = dijkstra(_matrix(tail, head, us, size + 1), indices=size, limit=float(limit))
    return early[:size]


def _matrix(tail: Ints, head: Ints, us: Ints, size: int) -> csr_array:
    """Return edges as a sparse matrix, the quickest of parallel ones: it would add them up."""
    quickest = np.lexsort((us, head, tail))
    tail, head, us = tail[quickest], head[quickest], us[quickest]
    first = np.ones(len(us), dtype=np.bool_)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    ends = tail[first], head[first]
    return csr_array((us[first].astype(np.float64), ends), shape=(size, size))


def _lines(walk: Walk, at_node: Floats, limit: int) -> tuple[Floats, ...]:
    """Return the stretches within the limit, from either end of each piece as far as they go."""
    cut = walk.split
    once = np.flatnonzero(cut.begin_mm < cut.end_mm)  # each stretch is an edge there and one back
    begin, end = cut.begin_mm[once], cut.end_mm[once]
    ahead, back = (
        np.floor(np.maximum(limit - at_node[ends[once]], 0) / US_PER_MM).astype(np.int64)
        for ends in (cut.edges.tail, cut.edges.head)
    )
    whole = ahead + back >= end - begin
    some = np.flatnonzero(whole | (ahead > 0) | (back > 0))
    lines: list[Floats] = []
    for k in some.tolist():
        parts = ((begin[k], end[k]),) if whole[k] else _open(begin[k], end[k], ahead[k], back[k])
        lines.extend(stretch(walk.network, int(cut.piece[once[k]]), a, b) for a, b in parts)
    return tuple(lines)


def _open(begin: int, end: int, ahead: int, back: int) -> list[tuple[int, int]]:
    """Return the two stretches of a piece whose middle is out of reach, without empty ones."""
    return [(a, b) for a, b in ((begin, begin + ahead), (end - back, end)) if a < b]


def stretch(network: Network, piece: int, begin: int, end: int) -> Floats:
    """Return a piece between two of its millimetres as lon and lat, both ends included."""
    span = slice(network.offset[piece], network.offset[piece + 1])
    mm, lon_lat = network.mm[span], network.lon_lat(piece)
    inner = mm[(mm > begin) & (mm < end)]
    along = np.concatenate([[begin], inner, [end]])
    return np.column_stack([np.interp(along, mm, lon_lat[:, axis]) for axis in (0, 1)])
