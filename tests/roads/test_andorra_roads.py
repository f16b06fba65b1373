"""The real roads of Andorra: against networkx on a graph read in another way."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pytest
from builders import depot, district, stop

from bookcar.model import Depot, RoadSettings, Settings, Stop
from bookcar.roads import profile
from bookcar.roads.access import blocks
from bookcar.roads.network import metres_between
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Travel

Place = tuple[float, float]


@pytest.fixture(scope="session")
def extract(shared: Path) -> Path:
    return shared / "osm" / "andorra.osm.pbf"


@pytest.fixture(scope="session")
def roads(extract: Path) -> tuple[nx.DiGraph, dict[int, Place]]:
    """Return the drivable roads, an edge from each node of a way to the next."""
    graph: nx.DiGraph = nx.DiGraph()
    places: dict[int, Place] = {}
    shut, uses = set(), Counter()
    wanted = osmium.filter.KeyFilter("highway", "barrier", "ford")
    for thing in osmium.FileProcessor(str(extract)).with_locations().with_filter(wanted):
        tags = dict(thing.tags)
        if thing.is_node() and blocks(tags):
            shut.add(thing.id)
        rule = profile.rule(tags) if thing.is_way() else None
        if rule is None or not (rule.forward or rule.backward):
            continue
        nodes = [(n.ref, (n.location.lon, n.location.lat)) for n in thing.nodes]
        places.update(nodes)
        inner = [ref for ref, _ in nodes[1:-1]]
        uses.update([nodes[0][0], *inner, *inner, nodes[-1][0]])  # bits of road that end there
        for (a, b), metres, seconds in zip(*steps([p for _, p in nodes], rule.kmh), strict=True):
            ends = nodes[a][0], nodes[b][0]
            for u, v in ([ends] if rule.forward else []) + ([ends[::-1]] if rule.backward else []):
                if seconds < graph.get_edge_data(u, v, {"s": math.inf})["s"]:
                    graph.add_edge(u, v, s=seconds, m=metres, last=rule.last, halt=rule.halt)
                    graph.edges[u, v]["way"] = thing.id
    nx.set_node_attributes(graph, {n: uses[n] != 2 for n in graph}, "junction")
    for node in sorted(shut & set(graph)):
        _end_at(graph, places, node)
    return graph, places


def _end_at(graph: nx.DiGraph, places: dict[int, Place], node: int) -> None:
    """Let each road that comes to a shut node end there, without the others."""
    for neighbour in sorted({*graph.successors(node), *graph.predecessors(node)}):
        end = -len(places)
        places[end] = places[node]
        graph.add_node(end, junction=True)
        for pair, moved in (
            ((neighbour, node), (neighbour, end)),
            ((node, neighbour), (end, neighbour)),
        ):
            if graph.has_edge(*pair):
                graph.add_edge(*moved, **graph.edges[pair])
    graph.remove_node(node)


def steps(line: list[Place], kmh: float) -> tuple[list, list[float], list[float]]:
    """Return pairs of points, metres and seconds along a way, bends worked out one by one."""
    metres = [haversine(a, b) for a, b in pairwise(line)]
    seconds = [m / (kmh / 3.6) for m in metres]
    for k in range(1, len(line) - 1):
        if not metres[k - 1] or not metres[k]:
            continue
        turn = abs(bearing(line[k], line[k + 1]) - bearing(line[k - 1], line[k]))
        turn = min(turn, 2 * math.pi - turn)
        arc = (min(metres[k - 1], 30) + min(metres[k], 30)) / 2
        if arc < turn * kmh**2 / 26.67:
            seconds[k - 1] += 1.5 * turn
            seconds[k] += 1.5 * turn
    return [(k, k + 1) for k in range(len(metres))], metres, seconds


def haversine(a: Place, b: Place) -> float:
    (x1, y1), (x2, y2) = ([math.radians(v) for v in p] for p in (a, b))
    h = math.sin((y2 - y1) / 2) ** 2
    h += math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(h))


def bearing(a: Place, b: Place) -> float:
    middle = math.radians((a[1] + b[1]) / 2)
    return math.atan2((b[0] - a[0]) * math.cos(middle), b[1] - a[1])


def travel(
    extract: Path, tmp: Path, *, depots: list[Depot], stops: list[Stop], snap: int
) -> Travel:
    settings = Settings(roads=RoadSettings(extract=extract, max_snap_m=snap))
    return travel_for(district(*stops, depots=tuple(depots), settings=settings), cache=tmp)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("roads")


def lonely(places: dict[int, Place], nodes: list[int]) -> Iterator[int]:
    """Yield the nodes with no other road node within 5 m, above or below them."""
    points = np.array(list(places.values()))
    for node in nodes:
        lon, lat = (np.array([v]) for v in places[node])
        if (metres_between(lon, lat, points[:, 0], points[:, 1]) < 5).sum() == 1:
            yield node


PHASES = ("leaving", "through", "arriving")


def _lawful(graph: nx.DiGraph) -> nx.DiGraph:
    """Return states of node and phase: roads for callers are left once, and entered once."""
    free = nx.DiGraph((u, v) for u, v, last in graph.edges(data="last") if not last)
    through = max(nx.strongly_connected_components(free), key=len)
    states: nx.DiGraph = nx.DiGraph()
    for u, v, facts in graph.edges(data=True):
        on, off = u in through, v in through
        if on and off and not facts["last"]:
            moves = [("through", "through")]
        else:
            moves = [("leaving", "through" if off else "leaving")] if not on else []
            moves += [("through" if on else "arriving", "arriving")] if not off else []
        states.add_edges_from(((u, a), (v, b), facts) for a, b in moves)
    return states


def _bans(extract: Path, graph: nx.DiGraph) -> set[tuple[int, int, int]]:
    """Return the forbidden turns at a node: way, node, way."""
    found = set()
    relations = osmium.FileProcessor(str(extract), osmium.osm.RELATION)
    for relation in relations.with_filter(osmium.filter.TagFilter(("type", "restriction"))):
        members = sorted((m.role, m.type, m.ref) for m in relation.members)
        value = relation.tags.get("restriction", "")
        if [m[:2] for m in members] != [("from", "w"), ("to", "w"), ("via", "n")]:
            continue
        (*_, begin), (*_, end), (*_, node) = members
        ways = {graph.edges[e]["way"] for e in graph.out_edges(node)} if node in graph else set()
        ends = {way for way in ways if way not in (end, begin)} if "only" in value else {end}
        found |= {(begin, node, way) for way in ends}
    return found


def _without_turns(
    states: nx.DiGraph, graph: nx.DiGraph, bans: set[tuple[int, int, int]]
) -> nx.DiGraph:
    """Return a graph of the steps of another, joined where one may follow the other."""
    steps: nx.DiGraph = nx.DiGraph()
    for a, b, facts in states.edges(data=True):
        if a[1] == "leaving" or (a[0], "leaving") not in states:
            steps.add_edge(("from", a[0]), (a, b), s=facts["s"], m=facts["m"])
        steps.add_edge((a, b), ("to", b[0]), s=0.0, m=0.0)
        for c in states.successors(b):
            u, v, w = a[0], b[0], c[0]
            way = graph.edges[u, v]["way"], v, graph.edges[v, w]["way"]
            if way not in bans and (w != u or graph.nodes[v]["junction"]):
                onward = states.edges[b, c]
                steps.add_edge((a, b), (b, c), s=onward["s"], m=onward["m"])
    return steps


def _halts(graph: nx.DiGraph, nodes: set[int]) -> set[int]:
    """Return the nodes all of whose roads are such that a car may stand there."""
    return {n for n in nodes if all(halt for *_, halt in graph.edges(n, data="halt"))}


def test_the_matrix_equals_networkx(extract: Path, roads: tuple, kept: Path) -> None:
    graph, places = roads
    main = sorted(_halts(graph, max(nx.strongly_connected_components(graph), key=len)))
    nodes = list(lonely(places, [main[len(main) * k // 90] for k in range(90)]))[:40]
    lawful = _without_turns(_lawful(graph), graph, _bans(extract, graph))
    assert len(nodes) == 40
    at = [dict(zip(("lon", "lat"), places[node], strict=True)) for node in nodes]
    stops = [stop(f"S{k}", **where) for k, where in enumerate(at[1:], start=1)]
    found = travel(extract, kept, depots=[depot(**at[0])], stops=stops, snap=5)
    table = found.tables["car"]
    assert table.unreached == {}
    for i in (0, 27):
        seconds, ways = nx.single_source_dijkstra(lawful, ("from", nodes[i]), weight="s")
        for j, node in enumerate(nodes):
            if i == j:
                continue
            end = ("to", node)
            metres = sum(lawful.edges[u, v]["m"] for u, v in pairwise(ways[end]))
            assert abs(table.seconds[i, j] - seconds[end]) <= 1, (nodes[i], node)
            assert abs(table.metres[i, j] - metres) <= 1, (nodes[i], node)
            expected = [places[n] for n in (nodes[i], *(state[1][0] for state in ways[end][1:-1]))]
            assert np.abs(np.array(found.way("car", i, j)) - expected).max() < 2e-7


@pytest.fixture(scope="session")
def sites(shared: Path) -> list[dict[str, str]]:
    with (shared / "osm" / "andorra_sites.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def stops_of(sites: list[dict[str, str]]) -> list[Stop]:
    return [
        stop(f"S{k:03d}", name=site["name"], lon=float(site["lon"]), lat=float(site["lat"]))
        for k, site in enumerate(sites, start=1)
    ]


LIBRARY = {"lon": 1.52315, "lat": 42.50566}


def test_the_hamlets_without_a_road(extract: Path, kept: Path, sites: list[dict[str, str]]) -> None:
    stops = stops_of(sites)
    found = travel(extract, kept, depots=[depot(**LIBRARY)], stops=stops, snap=300)
    name = {s.id: s.name for s in stops}
    unreached = {name[i]: u for i, u in found.tables["car"].unreached.items()}
    assert {place: u.reason for place, u in unreached.items()} == {
        "R\u00e0mio": "foot-only",
        "Entremesaig\u00fces": "foot-only",
        "Bordes de Cardameller": "foot-only",
        "Mas d\u2019Alins": "off-road",  # at the end of a long private road
    }
    assert unreached["R\u00e0mio"].path_m == pytest.approx(53, abs=5)
    assert unreached["Entremesaig\u00fces"].road_m == pytest.approx(901, abs=5)
    assert unreached["Bordes de Cardameller"].road_m == pytest.approx(335, abs=5)
    assert unreached["Mas d\u2019Alins"].path_m == pytest.approx(858, abs=5)


def test_times_and_detours_are_believable(
    extract: Path, kept: Path, sites: list[dict[str, str]]
) -> None:
    """Real roads: 1.78 times the straight line in the median, at 25 to 50 km/h."""
    stops = stops_of(sites)
    found = travel(extract, kept, depots=[depot(**LIBRARY)], stops=stops, snap=300)
    table = found.tables["car"]
    lon, lat = (np.array([p[axis] for p in [LIBRARY, *map(position, stops)]]) for axis in LIBRARY)
    straight = metres_between(lon[:, None], lat[:, None], lon[None, :], lat[None, :])
    far = (table.seconds > 0) & (straight > 3000)
    assert np.median(table.metres[far] / straight[far]) == pytest.approx(1.78, abs=0.15)
    kmh = table.metres[far] / table.seconds[far] * 3.6
    assert 25 < np.percentile(kmh, 5) < np.percentile(kmh, 95) < 50
    assert (table.metres[far] >= straight[far] - 2 * 300).all()


def position(place: Stop) -> dict[str, float]:
    return {"lon": place.lon, "lat": place.lat}
