"""Which places a profile reaches, where they stand on its roads, and why the others do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bookcar.errors import Fault, InputError
from bookcar.model import Depot, District, Place, Stop
from bookcar.roads import snap
from bookcar.roads.drive import Drive, over_ferries, paths_from
from bookcar.roads.driving_side import driving_side
from bookcar.roads.kerb import AtKerb, Kerbs
from bookcar.roads.network import HALT, Bools, Ints, Network
from bookcar.roads.private_roads import PrivateRoads
from bookcar.roads.snap import Index, Spot
from bookcar.roads.stopping import Hurdles, Standing, stand
from bookcar.roads.travel import Cut, Placed, Unreached
from bookcar.roads.water import Water


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Where the places of a district stand.

    Attributes
    ----------
    spots
        Point on the roads of each place in the order depots, stops; None if not reached.
    directions
        In which a car comes to each spot that is not None and leaves it (`kerb.AtKerb`).
    unreached, placed
        By id: why a stop is not reached; where a car stands for each place that is.
    """

    spots: tuple[Spot | None, ...]
    directions: Ints
    unreached: dict[str, Unreached]
    placed: dict[str, Placed]


def reach(
    district: District, drive: Drive, network: Network, *, water: Water | None = None
) -> Reach:
    """Put every place on the roads that hang together with the depots' in both directions.

    A place is put on a piece of those roads within ``max_snap_m`` where a car may stand
    (`stopping.stand`); a driveway that is mapped but not joined does not count, if a joined road is
    near enough.

    Raises
    ------
    InputError
        If a depot is not reached, naming every such depot.
    """
    limit = district.settings.roads.max_snap_m
    near_all = snap.index(drive.network)
    pieces = main_pieces(district, drive, near_all)
    halts = pieces[(drive.network.flags[pieces] & HALT) > 0]
    main = snap.index(drive.network, halts)
    stops = [stop for stop in district.stops if stop.access == "road"]
    asked = [*district.depots, *stops]
    hurdles = Hurdles(network, water, asked)
    private = PrivateRoads(drive)
    found = stand(main, district.depots, hurdles, limit_m=limit)  # the yard is the library's own
    found += stand(main, stops, hurdles, limit_m=limit, refused=private.too_far)
    at = {place.id: one for place, one in zip(asked, found, strict=True) if one is not None}
    missed = [stop for stop in district.stops if stop.id not in at]
    lost = [depot for depot in district.depots if depot.id not in at]
    if lost:
        raise InputError([_depot_fault(district, depot, main) for depot in lost])
    paths = paths_from(network, drive.source[pieces[~private.pieces[pieces]]])
    sailed = over_ferries(network, drive.source, pieces)
    public = snap.index(drive.network, np.flatnonzero(~private.pieces))
    unreached = _why(missed, public, snap.index(network, paths), sailed=sailed, limit=limit)
    places = (*district.depots, *district.stops)
    kerb = Kerbs(drive.network, driving_side(district))
    kerbs = {p.id: kerb.at(at[p.id].spot, p) for p in places if p.id in at}
    return Reach(
        spots=tuple(kerbs[place.id].spot if place.id in at else None for place in places),
        directions=np.array([kerb.direction for kerb in kerbs.values()], dtype=np.int64),
        unreached=unreached,
        placed={
            name: _placed(drive.network, at[name], kerb, private) for name, kerb in kerbs.items()
        },
    )


def _placed(network: Network, standing: Standing, kerb: AtKerb, private: PrivateRoads) -> Placed:
    piece = standing.spot.piece
    return Placed(
        way=int(network.way[piece]),
        road=str(network.texts[network.name[piece]]),
        metres=round(standing.spot.metres),
        across=standing.across,
        private=private.holds(standing.spot),
        chosen=standing.chosen,
        beside=kerb.beside,
    )


def _coordinates(places: Sequence[Place]) -> list[tuple[float, float]]:
    return [(place.lon, place.lat) for place in places]


def main_pieces(district: District, drive: Drive, roads: Index) -> npt.NDArray[np.intp]:
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


def _why(
    stops: Sequence[Stop], roads: Index, paths: Index, *, sailed: Bools, limit: int
) -> dict[str, Unreached]:
    """Return why each stop is not reached, by its id."""
    if not stops:
        return {}
    points = _coordinates(stops)
    (piece, road), path = snap.nearest(roads, points), snap.nearest(paths, points)[1]
    by_boat = np.where(piece >= 0, sailed[piece], np.False_) if len(sailed) else piece > 0
    return {
        stop.id: Unreached(
            reason=_reason(stop, road_m=r, path_m=p, by_boat=boat, limit=limit),
            road_m=_whole(r),
            path_m=_whole(p),
        )
        for stop, r, p, boat in zip(
            stops, road.tolist(), path.tolist(), by_boat.tolist(), strict=True
        )
    }


def _reason(stop: Stop, *, road_m: float, path_m: float, by_boat: bool, limit: int) -> Cut:
    if stop.access == "foot":
        return "foot-only"
    if road_m <= limit:
        return "ferry-only" if by_boat else "disconnected"
    return "foot-only" if path_m <= limit else "off-road"


def _whole(metres: float) -> int | None:
    return round(metres) if np.isfinite(metres) else None
