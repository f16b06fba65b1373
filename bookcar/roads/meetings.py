"""Where a car and carriers meet for a stop that no car reaches, and the ways on foot from there.

On an extract: the places where paths from the stop come to a road on which a car may stand, the
shortest walk first. Where no paths are known, the nearest stops and depots that a car reaches.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import msgspec
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bookcar.model import Carrier, District, Place, Stop
from bookcar.roads.basemap import MARGIN_M
from bookcar.roads.drive import drive_for
from bookcar.roads.heights import Heights, heights_of
from bookcar.roads.network import HALT, PRIVATE, Floats, Ints, Network, metres_between
from bookcar.roads.reach import main_pieces, reach
from bookcar.roads.snap import index
from bookcar.roads.travel import UNREACHABLE, Footway, Meeting, Table, Travel
from bookcar.roads.walk import Walk, stretch, walked_on
from bookcar.roads.water import Water

MOST = 3
"""Meeting places tried for a stop."""
APART_M = 200
FURTHER_M = 2_000
"""Another place to meet is at most so much further to walk than the nearest, or twice as far."""
STEP_M = 100.0
"""Heights are looked up so far apart along a way: samples of SRTM lie 30 or 90 m apart."""
ON_ROAD_M = 5.0
"""A car that stands further from a meeting place is not there."""

Meetings = Mapping[str, tuple[Meeting, ...]]


def on_network(
    district: District, network: Network, *, water: Water | None
) -> dict[str, tuple[Meeting, ...]]:
    """Return the meeting places of each stop that no car reaches and some carrier serves.

    Parameters
    ----------
    network
        The roads as they are open on the days planned.

    Raises
    ------
    InputError
        If a depot is on no road, or heights cannot be read.
    """
    served = {stop for carrier in district.carriers for stop in carrier.stops}
    asked = [stop for stop in district.stops if stop.id in served]
    if not asked:
        return {}
    roads, cut_off = _roads(district, network, asked, water)
    stops = [stop for stop in asked if stop.id in cut_off]
    furthest = max(carrier.metres for carrier in district.carriers) / 2  # there and back in a day
    found: dict[str, tuple[Meeting, ...]] = {}
    # a way that leads further than anybody walks is looked for, too, to be told as too far
    for margin_m in (max(MARGIN_M, furthest), math.inf):
        left = [stop for stop in stops if stop.id not in found]
        if left and (walk := _walk(district, network, left, margin_m)):
            paths = _Paths(walk, heights_of(district))
            some = {stop.id: tuple(_meetings(district, stop, paths, roads)) for stop in left}
            found |= {name: places for name, places in some.items() if places}
    return found


def _walk(
    district: District, network: Network, stops: Sequence[Stop], margin_m: float
) -> Walk | None:
    """Return what may be walked around some stops and all carriers."""
    limit_m = district.settings.roads.max_snap_m
    return walked_on(network, [*stops, *district.carriers], limit_m, margin_m=margin_m)


def points_of(meetings: Meetings) -> tuple[Stop, ...]:
    """Return the meeting places as places for a car to come to, each by its row."""
    return tuple(
        Stop(id=one.row, name="", kind="village", lon=one.lon, lat=one.lat, books=0)
        for places in meetings.values()
        for one in places
    )


def kept_to_points(table: Table, rows: Mapping[str, int], meetings: Meetings) -> Table:
    """Return a table without ways to the meeting places where its cars cannot stand.

    They would stand on some other road near by, to which nobody walks.
    """
    points = {one.row for places in meetings.values() for one in places}
    if not points:
        return table
    missed = [
        rows[point]
        for point in sorted(points)
        if point not in table.placed or table.placed[point].metres > ON_ROAD_M
    ]
    seconds, metres = table.seconds.copy(), table.metres.copy()
    for figures in (seconds, metres):
        figures[missed, :] = UNREACHABLE
        figures[:, missed] = UNREACHABLE
        figures[missed, missed] = 0
    return replace(
        table,
        seconds=seconds,
        metres=metres,
        unreached={name: why for name, why in table.unreached.items() if name not in points},
        placed={name: one for name, one in table.placed.items() if name not in points},
    )


def estimated(district: District, travel: Travel) -> dict[str, tuple[Meeting, ...]]:
    """Return as meeting places the nearest stops and depots that a car reaches.

    For where no paths are known: ways on foot are straight lines, lengthened by `detour`.
    """
    served = {stop for carrier in district.carriers for stop in carrier.stops}
    detour = district.settings.roads.detour
    reached = list(_with_road(district, travel))
    found: dict[str, tuple[Meeting, ...]] = {}
    for stop in district.stops:
        if stop.id not in served or stop.access != "foot" or not reached:
            continue
        nearest = sorted(reached, key=lambda place: _nearness(place, stop, district))
        found[stop.id] = tuple(
            Meeting(
                row=place.id,
                number=number,
                lon=place.lon,
                lat=place.lat,
                up=_direct(place, stop, detour),
                homes={
                    carrier.id: (_direct(carrier, place, detour), _direct(carrier, stop, detour))
                    for carrier in district.carriers
                    if stop.id in carrier.stops
                },
            )
            for number, place in enumerate(nearest[:MOST], start=1)
        )
    return found


def near(district: District, stops: Collection[str]) -> frozenset[str]:
    """Return the stops where carriers of some of the stops are met where no roads are known.

    They are met there whether or not these are due, so the ways to them have to be known.
    """
    served = {stop for carrier in district.carriers for stop in carrier.stops}
    afoot = [s for s in district.stops if s.id in served and s.id in stops and s.access == "foot"]
    by_road = [*district.depots, *(s for s in district.stops if s.access == "road")]
    return frozenset(
        place.id
        for stop in afoot
        for place in sorted(by_road, key=lambda place: _nearness(place, stop, district))[:MOST]
    )


def _nearness(place: Place, stop: Stop, district: District) -> tuple[int, str]:
    return _straight(place, stop, district.settings.roads.detour), place.id


def _with_road(district: District, travel: Travel) -> Iterator[Place]:
    """Yield the places that a car of some profile reaches from the first depot and back."""
    home = travel.places.index(district.depots[0].id)
    by_road = {stop.id for stop in district.stops if stop.access == "road"}
    by_road |= {depot.id for depot in district.depots}
    for row, name in enumerate(travel.places):
        place = district.depots_by_id.get(name) or district.stops_by_id.get(name)
        if place is None or name not in by_road:
            continue
        if any(
            UNREACHABLE not in (table.seconds[home, row], table.seconds[row, home])
            for table in travel.tables.values()
        ):
            yield place


def _straight(a: Place | Carrier, b: Place | Carrier, detour: float) -> int:
    lon, lat = (np.array([getattr(p, axis) for p in (a, b)]) for axis in ("lon", "lat"))
    return round(detour * float(metres_between(lon[:1], lat[:1], lon[1:], lat[1:])[0]))


def _direct(a: Place | Carrier, b: Place | Carrier, detour: float) -> Footway:
    metres = _straight(a, b, detour)
    return Footway(
        metres=metres,
        line=((a.lon, a.lat), (b.lon, b.lat)) if metres else (),
        steps=((float(metres), 0.0),) if metres else (),
    )


@dataclass(frozen=True)
class _Roads:
    """Where cars may stand: the junctions of such roads, and their pieces."""

    nodes: Ints
    pieces: Ints


def _roads(
    district: District, network: Network, stops: Sequence[Stop], water: Water | None
) -> tuple[_Roads, set[str]]:
    """Return the roads on which a car of some profile may stand, and the stops that none reaches.

    Private roads are left out: strangers do not meet there.
    """
    known = {profile.name: profile for profile in district.settings.roads.profiles}
    used = dict.fromkeys(vehicle.profile for vehicle in district.vehicles)
    few = district.with_stops({stop.id for stop in stops})
    pieces: list[Ints] = []
    cut_off = {stop.id for stop in stops}
    for name in used:
        drive = drive_for(network, known[name], ferries=district.settings.roads.ferries)
        main = main_pieces(district, drive, index(drive.network))
        flags = drive.network.flags[main]
        pieces.append(drive.source[main[((flags & HALT) > 0) & ((flags & PRIVATE) == 0)]])
        cut_off &= reach(few, drive, network, water=water).unreached.keys()
    every = np.unique(np.concatenate(pieces)).astype(np.int64)
    nodes = np.unique(np.concatenate([network.tail[every], network.head[every]]))
    return _Roads(nodes.astype(np.int64), every), cut_off


class _Paths:
    """Shortest ways on foot between places that stand on the walk, and junctions."""

    def __init__(self, walk: Walk, heights: Heights | None) -> None:
        edges = walk.split.edges
        order = np.lexsort((edges.mm, edges.head, edges.tail))
        tail, head = edges.tail[order], edges.head[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        first &= tail != head
        self.walk, self.heights = walk, heights
        # the places stand at nodes of their own, whose numbers are those of junctions elsewhere
        self.junctions = np.union1d(walk.network.tail, walk.network.head)
        self.edge = order[first]
        self.key = tail[first].astype(np.int64) << 32 | head[first]
        self.size = int(max(edges.tail.max(), edges.head.max(), walk.split.node.max(initial=0))) + 1
        mm = np.maximum(edges.mm[self.edge], 1).astype(np.float64)
        ends = tail[first], head[first]
        self.matrix = csr_array((mm, ends), shape=(self.size, self.size))
        self.known: dict[str, tuple[Floats, Ints]] = {}

    def reaches(self, place: Stop | Carrier) -> bool:
        """Tell whether a place stands near a path or a road."""
        return place.id in self.walk.row

    def node(self, place: Stop | Carrier) -> int:
        """Return the junction that is the place."""
        return int(self.walk.split.node[self.walk.row[place.id]])

    def off_mm(self, place: Stop | Carrier) -> int:
        """Return the millimetres from a place to its path."""
        return int(self.walk.off_mm[self.walk.row[place.id]])

    def from_place(self, place: Stop | Carrier) -> tuple[Floats, Ints]:
        """Return the millimetres from a place's path to every node, and the node before each."""
        if place.id not in self.known:
            found = dijkstra(self.matrix, indices=self.node(place), return_predecessors=True)
            self.known[place.id] = found
        return self.known[place.id]

    def way(self, place: Stop | Carrier, node: int, *, to: Stop | None = None) -> Footway | None:
        """Return the shortest way from a place to a node; None where there is none.

        With ``to`` it goes on to the place of a stop, whose node that is.
        """
        metres, before = self.from_place(place)
        if not np.isfinite(metres[node]):
            return None
        nodes = [node]
        while before[nodes[-1]] >= 0:
            nodes.append(int(before[nodes[-1]]))
        line = self._line(nodes[::-1])
        here = (place.lon, place.lat)
        points = [here, *line] if line[:1] != [here] else line
        off = self.off_mm(place) + (self.off_mm(to) if to else 0)
        points += [(to.lon, to.lat)] if to else []
        whole = round((float(metres[node]) + off) / 1000)
        return _with_heights(points, whole, self.heights)

    def _line(self, nodes: Sequence[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for here, there in pairwise(nodes):
            edge = int(self.edge[np.searchsorted(self.key, here << 32 | there)])
            part = self._stretch(edge)
            points += part[1:] if points else part
        return points

    def _stretch(self, edge: int) -> list[tuple[float, float]]:
        cut = self.walk.split
        begin, end = int(cut.begin_mm[edge]), int(cut.end_mm[edge])
        line = stretch(self.walk.network, int(cut.piece[edge]), min(begin, end), max(begin, end))
        points = [(float(lon), float(lat)) for lon, lat in line]
        return points if begin <= end else points[::-1]

    def piece_before(self, place: Stop, node: int) -> int:
        """Return by which piece of the whole network the way from a place comes to a node."""
        _, before = self.from_place(place)
        last = int(before[node])
        if last < 0:
            return -1
        edge = int(self.edge[np.searchsorted(self.key, last << 32 | node)])
        return int(self.walk.source[self.walk.split.piece[edge]])


def _meetings(district: District, stop: Stop, paths: _Paths, roads: _Roads) -> Iterator[Meeting]:
    """Yield the places where paths from a stop first come to a road, the nearest first."""
    if not paths.reaches(stop):
        return
    metres, _ = paths.from_place(stop)
    nodes = np.intersect1d(roads.nodes, paths.junctions)
    nodes = nodes[np.isfinite(metres[nodes])]
    if not len(nodes):
        return
    order = nodes[np.lexsort((nodes, metres[nodes]))]
    nearest = float(metres[order[0]])
    limit = max(2 * nearest, nearest + FURTHER_M * 1000)
    on_road = set(roads.pieces.tolist())
    carriers = [c for c in district.carriers if stop.id in c.stops and paths.reaches(c)]
    found: list[Meeting] = []
    for node in order.tolist():
        if metres[node] > limit or len(found) == MOST:
            return
        if found and paths.piece_before(stop, node) in on_road:
            continue  # further along a road that a car drives
        way = paths.way(stop, node)
        assert way is not None
        lon, lat = (round(x, 7) for x in way.line[-1])
        if any(_apart(lon, lat, one) < APART_M for one in found):
            continue
        homes = {c.id: ways for c in carriers if (ways := _homes(paths, stop, c, (node, way)))}
        piece = _road(paths.walk.whole, roads, node)
        one = Meeting(
            row=f"{stop.id}\t{len(found) + 1}",
            number=len(found) + 1,
            lon=lon,
            lat=lat,
            up=way.back,
            homes=homes,
            way=int(paths.walk.whole.way[piece]),
            road=str(paths.walk.whole.texts[paths.walk.whole.name[piece]]),
        )
        found.append(one)
        yield one


def _homes(
    paths: _Paths, stop: Stop, carrier: Carrier, meeting: tuple[int, Footway]
) -> tuple[Footway, Footway] | None:
    """Return the ways of a carrier from home to a meeting place and to the stop.

    ``meeting`` is its junction, with the way there from the stop.
    """
    node, way = meeting
    if carrier.at == stop.id:
        return way, Footway(metres=0)
    to_road = paths.way(carrier, node)
    to_stop = paths.way(carrier, paths.node(stop), to=stop)
    return None if to_road is None or to_stop is None else (to_road, to_stop)


def _road(network: Network, roads: _Roads, node: int) -> int:
    """Return a road's piece at a junction, one with a name before one without."""
    ends = (network.tail[roads.pieces] == node) | (network.head[roads.pieces] == node)
    here: list[int] = roads.pieces[ends].tolist()
    return min(here, key=lambda k: (network.name[k] == 0, int(network.way[k])))


def _apart(lon: float, lat: float, other: Meeting) -> float:
    one, two = (np.array([x]) for x in (lon, lat))
    return float(metres_between(one, two, np.array([other.lon]), np.array([other.lat]))[0])


def _with_heights(
    line: Sequence[tuple[float, float]], metres: int, heights: Heights | None
) -> Footway:
    """Return a way with its climb, heights taken every 100 m or so."""
    points = tuple(line)
    lon, lat = (np.array([p[axis] for p in line]) for axis in (0, 1))
    lengths = metres_between(lon[:-1], lat[:-1], lon[1:], lat[1:])
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    total = float(along[-1])
    if heights is None or not total:
        level = ((float(metres), 0.0),) if metres else ()
        return Footway(metres=metres, line=points, steps=level)
    at = np.linspace(0, total, max(2, round(total / STEP_M) + 1))
    high = heights.at(np.interp(at, along, lon), np.interp(at, along, lat))
    known = np.flatnonzero(~np.isnan(high))
    if not len(known):
        return Footway(metres=metres, line=points, steps=((float(metres), 0.0),))
    rise = np.diff(np.round(np.interp(at, at[known], high[known]), 1))
    run = round(metres / len(rise), 3)
    steps = tuple((run, round(float(up), 1)) for up in rise)
    return Footway(
        metres=metres,
        line=points,
        steps=steps,
        climb=round(float(rise[rise > 0].sum())),
        descent=round(float(-rise[rise < 0].sum())),
    )


def with_points(district: District, meetings: Meetings) -> District:
    """Return a district whose meeting places are stops behind its own."""
    return msgspec.structs.replace(district, stops=(*district.stops, *points_of(meetings)))
