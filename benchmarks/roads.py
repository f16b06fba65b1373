"""Time the reading of an extract and the matrix on it, beside other ways to work it out.

Run: ``python benchmarks/roads.py EXTRACT [--places 302]``. Each figure is the best of three, in
seconds of wall time. Places are spread over the drivable roads by a fixed seed. The others get the
same roads with every mapped point as a node and the same places as nodes of it; networkx works out
a few sources only and is scaled up, which is marked.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bookcar.model import Depot, District, RoadProfile, RoadSettings, Settings, Stop, Vehicle
from bookcar.roads.cache import load_network
from bookcar.roads.drive import Drive, drive_for
from bookcar.roads.driving import Driving, drive_between
from bookcar.roads.network import BACKWARD, FORWARD, Network, degrees, ranges

CAR = RoadProfile(name="car")
NX_SOURCES = 3


def best(work: Callable[[], object], rounds: int = 3) -> float:
    """Return the shortest wall time of some rounds."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def places_on(drive: Drive, count: int) -> np.ndarray:
    """Return points of the main part of the roads, by a fixed seed: indices of points."""
    roads = drive.network
    main = np.flatnonzero(drive.part == drive.size_mm.argmax())
    points = ranges(roads.offset[main], np.diff(roads.offset)[main])
    return np.sort(np.random.default_rng(1).choice(points, count, replace=False))


def district_of(extract: Path, drive: Drive, points: np.ndarray) -> District:
    """Return a district with a depot and stops at points of the roads."""
    lon, lat = degrees(drive.network.x[points]), degrees(drive.network.y[points])
    at = [{"lon": float(x), "lat": float(y)} for x, y in zip(lon, lat, strict=True)]
    stops = [
        Stop(id=f"S{k}", name="", kind="village", books=1, **where)
        for k, where in enumerate(at[1:], start=1)
    ]
    car = Vehicle(
        id="V",
        depot="D",
        books=1,
        max_metres=1,
        max_seconds=1,
        starts=0,
        ends=1,
        weekdays=(0,),
    )
    return District(
        name="benchmark",
        folder=extract.parent,
        depots=(Depot(id="D", name="", **at[0]),),
        stops=tuple(stops),
        vehicles=(car,),
        settings=Settings(roads=RoadSettings(extract=extract)),
    )


def every_line(driving: Driving, pairs: list[tuple[int, int]]) -> int:
    """Draw some ways; return how many points they have."""
    return sum(len(driving.way(i, j)) for i, j in pairs)


def node_level(roads: Network, points: np.ndarray) -> tuple[csr_array, csr_array, np.ndarray]:
    """Return seconds and metres between neighbouring points of the roads, and the places."""
    node = np.arange(roads.offset[-1]) + int(max(roads.tail.max(), roads.head.max())) + 1
    node[roads.offset[:-1]], node[roads.offset[1:] - 1] = roads.tail, roads.head
    inner = np.setdiff1d(np.arange(len(node) - 1), roads.offset[1:] - 1)
    flags = np.repeat(roads.flags, np.diff(roads.offset))[inner]
    ahead, back = inner[(flags & FORWARD) > 0], inner[(flags & BACKWARD) > 0]
    tail = np.concatenate([node[ahead], node[back + 1]])
    head = np.concatenate([node[ahead + 1], node[back]])
    names, number = np.unique(np.concatenate([tail, head, node[points]]), return_inverse=True)
    tail, head, places = np.split(number, [len(tail), 2 * len(tail)])
    step = np.concatenate([ahead, back])
    return (
        _matrix(roads.us[step + 1] - roads.us[step], tail, head, len(names)),
        _matrix(roads.mm[step + 1] - roads.mm[step], tail, head, len(names)),
        places,
    )


def _matrix(weight: np.ndarray, tail: np.ndarray, head: np.ndarray, size: int) -> csr_array:
    order = np.lexsort((weight, head, tail))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    kept = order[first]
    return csr_array((weight[kept].astype(float), (tail[kept], head[kept])), shape=(size, size))


def scipy_seconds(graph: csr_array, places: np.ndarray) -> None:
    """Work out seconds alone, and the predecessors that metres and ways would need."""
    for begin in range(0, len(places), 32):
        dijkstra(graph, indices=places[begin : begin + 32], return_predecessors=True)


def networkx_seconds(graph: csr_array, places: np.ndarray) -> float:
    """Return the time for seconds and ways, scaled up from a few sources."""
    network: nx.DiGraph[int] = nx.from_scipy_sparse_array(graph, create_using=nx.DiGraph)
    few = places[:NX_SOURCES].tolist()
    spent = best(lambda: [nx.dijkstra_predecessor_and_distance(network, p) for p in few], 1)
    return spent * len(places) / len(few)


def rustworkx_seconds(graph: csr_array, places: np.ndarray) -> float | None:
    """Return the time for seconds alone, or None where rustworkx is not installed."""
    try:
        import rustworkx as rx  # noqa: PLC0415  optional
    except ImportError:
        return None
    coo = graph.tocoo()
    network: Any = rx.PyDiGraph()
    network.add_nodes_from(range(graph.shape[0]))
    network.add_edges_from(
        list(zip(coo.row.tolist(), coo.col.tolist(), coo.data.tolist(), strict=True))
    )
    return best(
        lambda: [rx.dijkstra_shortest_path_lengths(network, p, float) for p in places.tolist()]
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extract", type=Path)
    parser.add_argument("--places", type=int, default=302)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        cold = best(lambda: load_network(given.extract, folder=_fresh(folder)))
        network = load_network(given.extract, folder=folder)
        cached = best(lambda: load_network(given.extract, folder=folder))
    drive = drive_for(network, CAR)
    points = places_on(drive, given.places)
    district = district_of(given.extract, drive, points)
    ours = best(lambda: drive_between(district, network, CAR))
    driving = drive_between(district, network, CAR)
    pairs = [(i, (7 * i + 1) % given.places) for i in range(given.places)]
    lines = best(lambda: every_line(drive_between(district, network, CAR), pairs))
    seconds, metres, places = node_level(drive.network, points)
    size = f"{given.places} x {given.places}"
    print(f"{len(network):,} pieces, {seconds.shape[0]:,} drivable points, ", end="")
    print(f"{driving.graph.size:,} junctions after contraction; {metres.nnz:,} edges")
    rows = [
        ("reading, cold", cold, ""),
        ("reading, cached", cached, ""),
        (f"bookcar {size}", ours, "snapping, contraction, seconds, metres, ways"),
        (
            f"bookcar {size} + {len(pairs)} lines",
            lines,
            "the same, and lines of a week's legs drawn",
        ),
        (f"scipy {size}", best(lambda: scipy_seconds(seconds, places)), "seconds, predecessors"),
        (f"rustworkx {size}", rustworkx_seconds(seconds, places), "seconds alone"),
        (
            f"networkx {size}",
            networkx_seconds(seconds, places),
            f"seconds, predecessors; scaled up from {NX_SOURCES} sources",
        ),
    ]
    for name, spent, note in rows:
        print(f"{name:<32} {'not installed' if spent is None else f'{spent:8.2f} s'}  {note}")


def _fresh(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


if __name__ == "__main__":
    main()
