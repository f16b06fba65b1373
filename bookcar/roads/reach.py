"""Which places a profile reaches, where they stand on its roads, and why the others do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from bookcar.errors import Fault, InputError
from bookcar.model import Depot, District, Place, Stop
from bookcar.roads import snap
from bookcar.roads.drive import Drive, paths_from
from bookcar.roads.network import Network
from bookcar.roads.snap import Index, Spot
from bookcar.roads.travel import Unreached


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Where the places of a district stand.

    Attributes
    ----------
    spots
        Point on the roads of each place in the order depots, stops; None if not reached.
    unreached
        By id of the stop.
    """

    spots: tuple[Spot | None, ...]
    unreached: dict[str, Unreached]


def reach(district: District, drive: Drive, network: Network) -> Reach:
    """Put every place on the roads that hang together with the depots' in both directions.

    A place is put on the nearest piece of those roads within ``max_snap_m``; a driveway that is
    mapped but not joined does not count, if a joined road is near enough.

    Raises
    ------
    InputError
        If a depot is not reached, naming every such depot.
    """
    limit = district.settings.roads.max_snap_m
    near_all = snap.index(drive.network)
    pieces = _main_pieces(district, drive, near_all)
    main = snap.index(drive.network, pieces)
    depots = _snap(main, district.depots, limit)
    standing = [i for i, stop in enumerate(district.stops) if stop.access == "road"]
    found = _snap(main, [district.stops[i] for i in standing], limit)
    stops: list[Spot | None] = [None] * len(district.stops)
    for i, spot in zip(standing, found, strict=True):
        stops[i] = spot
    missed = [s for s, spot in zip(district.stops, stops, strict=True) if spot is None]
    paths = paths_from(network, drive.source[pieces])
    unreached = _why(missed, near_all, snap.index(network, paths), limit=limit) if missed else {}
    return Reach(spots=(*depots, *stops), unreached=unreached)


def _coordinates(places: Sequence[Place]) -> list[tuple[float, float]]:
    return [(place.lon, place.lat) for place in places]


def _snap(roads: Index, places: Sequence[Place], limit: int) -> list[Spot | None]:
    points = _coordinates(places)
    pieces, metres = snap.nearest(roads, points)
    return [
        snap.spot(roads.network, int(piece), point) if away <= limit else None
        for piece, away, point in zip(pieces, metres, points, strict=True)
    ]


def _main_pieces(district: District, drive: Drive, roads: Index) -> npt.NDArray[np.intp]:
    """Return the pieces of the parts that the depots stand on.

    A depot stands on the largest part within ``max_snap_m``, not on a driveway nearer by.
    """
    limit = district.settings.roads.max_snap_m
    parts, faults = set(), []
    for depot in district.depots:
        near = snap.near(roads, (depot.lon, depot.lat), limit)
        here = np.unique(drive.part[near][drive.part[near] >= 0])
        if len(here):
            parts.add(int(here[drive.size_mm[here].argmax()]))
        else:
            faults.append(_depot_fault(district, depot, roads))
    if faults:
        raise InputError(faults)
    return np.flatnonzero(np.isin(drive.part, sorted(parts)))


def _depot_fault(district: District, depot: Depot, roads: Index) -> Fault:
    metres = float(snap.nearest(roads, _coordinates([depot]))[1][0])
    limit = district.settings.roads.max_snap_m
    where = district.where("depots", depot.id)
    return Fault(
        rule="depot-off-road",
        file=where.file,
        row=where.row,
        column="lon, lat",
        value=f"{depot.lon}, {depot.lat}",
        figures={
            "limit_m": limit,
            "depot": depot.id,
            "road_m": round(metres) if np.isfinite(metres) else -1,
        },
    )


def _why(stops: Sequence[Stop], roads: Index, paths: Index, *, limit: int) -> dict[str, Unreached]:
    """Return why each stop is not reached, by its id."""
    points = _coordinates(stops)
    road, path = snap.nearest(roads, points)[1], snap.nearest(paths, points)[1]
    return {
        stop.id: Unreached(
            reason=_reason(stop, road_m=r, path_m=p, limit=limit),
            road_m=_whole(r),
            path_m=_whole(p),
        )
        for stop, r, p in zip(stops, road.tolist(), path.tolist(), strict=True)
    }


def _reason(
    stop: Stop, *, road_m: float, path_m: float, limit: int
) -> Literal["off-road", "foot-only", "disconnected"]:
    if stop.access == "foot":
        return "foot-only"
    if road_m <= limit:
        return "disconnected"
    return "foot-only" if path_m <= limit else "off-road"


def _whole(metres: float) -> int | None:
    return round(metres) if np.isfinite(metres) else None
