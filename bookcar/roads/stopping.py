"""Where a car stands to serve a place: where it may stop, on the place's side of the water."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from bookcar.model import Place
from bookcar.roads import snap
from bookcar.roads.network import Floats, Network, degrees
from bookcar.roads.own_roads import OWN_NAME_M, OwnRoads
from bookcar.roads.profile import CLASSES
from bookcar.roads.snap import Index, Spot
from bookcar.roads.travel import Chosen
from bookcar.roads.water import STREAM, Water

_UNCROSSED = ("motorway", "motorway_link", "trunk_link")
_MARGIN_DEG = 0.01


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a car stands; ``across`` tells that water or a motorway lies between."""

    spot: Spot
    across: bool = False
    chosen: Chosen = "nearest"


class Hurdles:
    """What nobody carries books across: rivers, lakes, motorways. Streams do not count."""

    def __init__(self, network: Network, water: Water | None, places: Sequence[Place]) -> None:
        lines = _lines_of(network, np.flatnonzero(np.isin(network.klass, _UNCROSSED_CLASSES)))
        if water is not None:
            lines += _lines_of(water, np.flatnonzero(water.kind != STREAM))
        near = shapely.STRtree(lines).query(_around(places)).tolist() if lines else []
        self.tree = shapely.STRtree([lines[k] for k in near])

    def between(self, places: Sequence[Place], points: Sequence[tuple[float, float]]) -> set[int]:
        """Return which places have a hurdle on the straight way to their points."""
        if not len(self.tree) or not places:
            return set()
        ends = [
            ((place.lon, place.lat), point) for place, point in zip(places, points, strict=True)
        ]
        ways: Any = shapely.linestrings(ends)
        return set(self.tree.query(ways, predicate="intersects")[0].tolist())


_UNCROSSED_CLASSES = [CLASSES.index(name) for name in _UNCROSSED]


def _lines_of(given: Network | Water, pieces: npt.NDArray[np.intp]) -> list[shapely.Geometry]:
    return [shapely.LineString(given.lon_lat(int(k))) for k in pieces]


def _around(places: Sequence[Place]) -> shapely.Geometry:
    points = shapely.points([(place.lon, place.lat) for place in places])
    return shapely.box(*shapely.total_bounds(points)).buffer(_MARGIN_DEG)


def stand(
    roads: Index,
    places: Sequence[Place],
    hurdles: Hurdles,
    *,
    limit_m: int,
    refused: Callable[[Spot], bool] = lambda _: False,
) -> list[Standing | None]:
    """Return where a car stands for each place; None where no road is within ``limit_m``.

    That is the nearest point of a road on the place's own side of rivers, lakes and motorways; a
    road that is the place's own (`OwnRoads`) may be further away. Only where all roads lie on the
    other side, the nearest of them is taken. No car stands at a spot that is ``refused``.
    """
    points = [(place.lon, place.lat) for place in places]
    pieces, metres = snap.nearest(roads, points)
    near = [i for i in range(len(places)) if metres[i] <= limit_m]
    found: list[Standing | None] = [None] * len(places)
    spots = [snap.spot(roads.network, int(pieces[i]), points[i]) for i in near]
    blocked = hurdles.between(
        [places[i] for i in near], [_point(roads.network, spot) for spot in spots]
    )
    own = OwnRoads(roads.network)
    reach_m = np.minimum(metres[near] + OWN_NAME_M, limit_m)
    owners = _owners(roads, own, [places[i] for i in near], reach_m)
    for k, i in enumerate(near):
        found[i] = Standing(spot=spots[k])
        if k in blocked or k in owners or refused(spots[k]):
            found[i] = _chosen(roads, own, places[i], hurdles, limit_m=limit_m, refused=refused)
    return found


def _chosen(
    roads: Index,
    own: OwnRoads,
    place: Place,
    hurdles: Hurdles,
    *,
    limit_m: int,
    refused: Callable[[Spot], bool],
) -> Standing | None:
    """Return the best of all spots within the limit, None if all are refused."""
    here = (place.lon, place.lat)
    found = (snap.spot(roads.network, int(k), here) for k in snap.near(roads, here, limit_m))
    spots = [spot for spot in found if not refused(spot)]
    if not spots:
        return None
    spots.sort(key=lambda spot: (round(spot.metres, 3), spot.piece))
    blocked = hurdles.between([place] * len(spots), [_point(roads.network, s) for s in spots])
    free = [spot for k, spot in enumerate(spots) if k not in blocked]
    if not free:
        return Standing(spot=spots[0], across=True)
    nearest = free[0].metres
    stands = [
        Standing(spot=spot, chosen=own.choice(place, spot, further_m=spot.metres - nearest))
        for spot in free
    ]
    named, driveways = ([s for s in stands if s.chosen == why] for why in ("name", "driveway"))
    return (*named, *driveways, stands[0])[0]


def _owners(roads: Index, own: OwnRoads, places: Sequence[Place], reach_m: Floats) -> set[int]:
    """Return which places may have a road of their own near enough."""
    if not own.any:
        return set()
    return {
        k
        for k, place in enumerate(places)
        for piece in snap.near(roads, (place.lon, place.lat), float(reach_m[k]))
        if own.may_be(place, int(piece))
    }


def _point(network: Network, spot: Spot) -> tuple[float, float]:
    span = slice(network.offset[spot.piece], network.offset[spot.piece + 1])
    lon, lat = (
        float(np.interp(spot.mm, network.mm[span], degrees(axis[span])))
        for axis in (network.x, network.y)
    )
    return lon, lat
