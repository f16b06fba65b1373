"""Where cars meet carriers, held to networkx on the example and on Andorra's paths."""

from __future__ import annotations

import csv
import math
from itertools import pairwise
from pathlib import Path

import msgspec
import networkx as nx
import numpy as np
import pytest
from builders import depot, district, stop

import bookcar as bc
from bookcar.model import Carrier, District, RoadSettings, Settings
from bookcar.roads import snap
from bookcar.roads.heights import read_heights
from bookcar.roads.network import BACKWARD, FORWARD, Network, degrees
from bookcar.roads.osm import graph_of
from bookcar.roads.sources import network_of, travel_for
from bookcar.roads.travel import UNREACHABLE, Meeting, Travel
from bookcar.roads.walk import walked_on


def _with_fetchers(tables: District, stops: list[str]) -> District:
    """Return a district in which somebody at each of the stops fetches its books."""
    own = (
        Carrier(id=f"K{s.id}", name=s.name, lon=s.lon, lat=s.lat, at=s.id, stops=(s.id,))
        for s in tables.stops
        if s.id in stops
    )
    return msgspec.structs.replace(tables, carriers=tuple(own))


@pytest.fixture(scope="module")
def example(root: Path) -> tuple[District, Travel]:
    tables = bc.read(root / "examples" / "qijiang")
    tables = _with_fetchers(tables, [s.id for s in tables.stops if s.access == "foot"])
    return tables, travel_for(tables, stops=[s.id for s in tables.stops if s.access == "foot"])


def _walked(network: Network, tables: District, stop: str) -> dict[int, float]:
    """Return the metres from a stop to every junction, by networkx."""
    place = tables.stops_by_id[stop]
    walk = walked_on(network, [place], tables.settings.roads.max_snap_m)
    assert walk is not None
    points = [(place.lon, place.lat)]
    piece, _ = snap.nearest(snap.index(walk.network), points)
    spot = snap.spot(walk.network, int(piece[0]), points[0])
    graph = graph_of(walk.network).to_undirected()
    tail, head = int(walk.network.tail[spot.piece]), int(walk.network.head[spot.piece])
    total = int(walk.network.total_mm[spot.piece])
    graph.add_edge("stop", tail, metres=spot.mm / 1000)
    graph.add_edge("stop", head, metres=(total - spot.mm) / 1000)
    found = nx.single_source_dijkstra_path_length(graph, "stop", weight="metres")
    return {node: metres + spot.metres for node, metres in found.items() if node != "stop"}


def _junction(network: Network, one: Meeting) -> int:
    lon, lat = degrees(network.x), degrees(network.y)
    starts, ends = network.offset[:-1], network.offset[1:] - 1
    for points, nodes in ((starts, network.tail), (ends, network.head)):
        near = np.hypot(lon[points] - one.lon, lat[points] - one.lat) < 1e-7
        if near.any():
            return int(nodes[np.flatnonzero(near)[0]])
    raise AssertionError(one)


def test_walks_are_the_shortest_ways_of_networkx(example: tuple[District, Travel]) -> None:
    tables, travel = example
    network = network_of(tables)
    assert network is not None
    drivable = (network.flags & (FORWARD | BACKWARD)) > 0
    on_road = np.unique([*network.tail[drivable], *network.head[drivable]])
    assert len(travel.meetings) == 11
    for name, places in travel.meetings.items():
        walked = _walked(network, tables, name)
        for one in places:
            assert one.up.metres == pytest.approx(walked[_junction(network, one)], abs=1)
        nearest = min(walked[int(node)] for node in on_road if int(node) in walked)
        assert places[0].up.metres == pytest.approx(nearest, abs=1)
        assert [p.up.metres for p in places] == sorted(p.up.metres for p in places)


def test_a_path_is_drawn_from_the_road_to_the_stop(example: tuple[District, Travel]) -> None:
    tables, travel = example
    for name, places in travel.meetings.items():
        place = tables.stops_by_id[name]
        for one in places:
            assert one.up.line[0] == pytest.approx((one.lon, one.lat), abs=1e-6)
            assert one.up.line[-1] == (place.lon, place.lat)
            assert _length(one.up.line) == pytest.approx(one.up.metres, rel=0.01, abs=2)
            assert sum(run for run, _ in one.up.steps) == pytest.approx(one.up.metres, abs=1)


def _length(line: tuple[tuple[float, float], ...]) -> float:
    return sum(
        math.hypot((b[1] - a[1]) * 111_195, (b[0] - a[0]) * 111_195 * math.cos(math.radians(a[1])))
        for a, b in pairwise(line)
    )


def test_cars_drive_to_where_they_meet(example: tuple[District, Travel]) -> None:
    """A stop's row is that of its meeting place, and there another one if it is met there."""
    _, travel = example
    home = travel.rows["D1"]
    for name, places in travel.meetings.items():
        assert travel.tables["car"].seconds[home, travel.rows[name]] > 0
        other = travel.meeting_at({name: len(places) - 1})
        assert other.rows[name] == travel.places.index(places[-1].row)
        assert other.meeting_at({name: 7}).rows == other.rows
    for table in travel.tables.values():
        assert not any("\t" in name for name in (*table.placed, *table.unreached))


def test_no_carrier_no_meeting(root: Path) -> None:
    tables = bc.read(root / "examples" / "qijiang")
    tables = msgspec.structs.replace(tables, carriers=())
    travel = travel_for(tables, stops=["B060", "B001"])
    assert travel.meetings == {}
    assert travel.places == ("D1", "B001", "B060")
    assert travel.tables["car"].seconds[0, travel.rows["B060"]] == UNREACHABLE


def test_a_fetcher_is_at_the_stop_and_others_walk_there(root: Path) -> None:
    tables = bc.read(root / "examples" / "qijiang")
    here, other = tables.stops_by_id["B060"], tables.stops_by_id["B091"]
    carriers = (
        Carrier(id="A", name="a", lon=here.lon, lat=here.lat, at="B060", stops=("B060",)),
        Carrier(id="B", name="b", lon=other.lon, lat=other.lat, at="B091", stops=("B060",)),
    )
    travel = travel_for(msgspec.structs.replace(tables, carriers=carriers), stops=["B060"])
    (one,) = travel.meetings["B060"]
    assert one.homes["A"][0] == one.up.back
    assert one.homes["A"][1].metres == 0
    assert one.homes["B"][0].metres > 5_000
    both = one.homes["B"][0].metres + one.up.metres
    assert one.homes["B"][1].metres == pytest.approx(both, abs=1)
    assert one.homes["B"][1].line[-1] == (here.lon, here.lat)


@pytest.mark.parametrize("estimated", [True, False])
def test_without_paths_the_nearest_places_with_a_road_are_taken(
    estimated: bool, tmp_path: Path
) -> None:
    """Ways on foot are straight lines with the detour of the roads."""
    tables = district(stop("S1"), stop("S5"), stop("S6", access="foot"))
    far = tables.stops_by_id["S6"]
    carrier = Carrier(id="K", name="k", lon=far.lon, lat=far.lat, at="S6", stops=("S6",))
    tables = msgspec.structs.replace(tables, carriers=(carrier,))
    if not estimated:
        rows = ["D,S1,60,1000", "D,S5,300,5000", "S1,S5,240,4000"]
        path = tmp_path / "matrix.csv"
        path.write_text("\n".join(["from,to,seconds,metres", *rows, ""]))
        roads = msgspec.structs.replace(tables.settings.roads, matrix=path)
        settings = msgspec.structs.replace(tables.settings, roads=roads)
        tables = msgspec.structs.replace(tables, settings=settings)
    travel = travel_for(tables)
    places = travel.meetings["S6"]
    assert [one.row for one in places] == ["S5", "S1", "D"]
    assert places[0].up.metres == pytest.approx(1.65 * 973, abs=5)
    assert travel.rows["S6"] == travel.rows["S5"]
    assert places[0].up.climb is None


HAMLETS = ("R\u00e0mio", "Entremesaig\u00fces", "Bordes de Cardameller", "Mas d\u2019Alins")


def _number(sites: list[dict[str, str]]) -> int:
    return [site["name"] for site in sites].index(HAMLETS[3])


@pytest.mark.shared
def test_hamlets_of_andorra_are_reached_over_real_paths(shared: Path, tmp_path: Path) -> None:
    """Ramio and Entremesaigues; nothing mapped leads to Mas d'Alins."""
    with (shared / "osm" / "andorra_sites.csv").open(encoding="utf-8") as stream:
        sites = [site for site in csv.DictReader(stream) if site["name"] in HAMLETS]
    roads = RoadSettings(
        extract=shared / "osm" / "andorra.osm.pbf", heights=shared / "dem", max_snap_m=300
    )
    tables = district(
        *(
            stop(f"S{k}", name=site["name"], lon=float(site["lon"]), lat=float(site["lat"]))
            for k, site in enumerate(sites)
        ),
        depots=(depot(lon=1.52315, lat=42.50566),),
        settings=Settings(roads=roads),
    )
    tables = _with_fetchers(tables, [s.id for s in tables.stops])
    travel = travel_for(tables, cache=tmp_path)
    by_name = {tables.stops_by_id[s].name: places for s, places in travel.meetings.items()}
    assert set(by_name) == set(HAMLETS[:3])
    assert travel.tables["car"].unreached[tables.stops[_number(sites)].id].reason == "off-road"
    ramio = by_name["R\u00e0mio"][0].up
    assert 1_900 < ramio.metres < 2_100
    heights = read_heights(shared / "dem")
    for places in by_name.values():
        for one in places:
            low, high = heights.at(*zip(one.up.line[0], one.up.line[-1], strict=True))
            assert one.up.climb is not None
            assert one.up.descent is not None
            assert one.up.climb - one.up.descent == pytest.approx(high - low, abs=2)
            straight = _length((one.up.line[0], one.up.line[-1]))
            assert straight <= one.up.metres + 1
