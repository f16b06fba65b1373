"""Time the reading of an extract and the matrix on it, beside other ways to work it out.

Run: ``python benchmarks/roads.py EXTRACT [--places 3000] [--rounds 3] [--no-peers]``. Everything is
done in turn, round after round, and each figure is the least of its rounds: CPU and wall seconds.
Places are spread over the drivable roads by a fixed seed. The others get the same roads with every
mapped point as a node and the same places as nodes of it; who is slow works out a few sources only
and is scaled up, which is marked. ``repeated.py`` makes a large extract of a small one.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import in_words, machine
from benchmarks.road_peers import node_level, peers
from bookcar.model import Depot, District, RoadProfile, RoadSettings, Settings, Stop, Vehicle
from bookcar.roads import cache
from bookcar.roads.drive import Drive, drive_for
from bookcar.roads.driving import Driving, drive_between
from bookcar.roads.network import Network, degrees, ranges

CAR = RoadProfile(name="car")


@dataclass
class Row:
    """A line of the table: some work, what it gives, and by how much it is scaled up."""

    name: str
    gives: str
    work: Callable[[], object]
    scale: float = 1.0
    cpu: float = float("inf")
    wall: float = float("inf")

    def go(self) -> None:
        """Do the work once more."""
        wall, cpu = time.perf_counter(), time.process_time()
        self.work()
        self.cpu = min(self.cpu, (time.process_time() - cpu) * self.scale)
        self.wall = min(self.wall, (time.perf_counter() - wall) * self.scale)

    def line(self) -> str:
        """Return the line."""
        marked = "" if self.scale == 1 else f"; scaled up {self.scale:.0f} times"
        return f"| {self.name} | {self.cpu:.2f} | {self.wall:.2f} | {self.gives}{marked} |"


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


def reading(extract: Path, folder: Path) -> list[Row]:
    """Return the work of reading an extract, without and with what was kept of it."""

    def cold() -> None:
        fresh = Path(tempfile.mkdtemp(dir=folder))
        cache.load_network(extract, folder=fresh)

    def kept() -> Network:
        cache._LAST.clear()
        return cache.load_network(extract, folder=folder)

    def waters() -> None:
        cache.load_water(extract, folder=Path(tempfile.mkdtemp(dir=folder)))

    kept()
    return [
        Row("roads read", "", cold),
        Row("waters read", "", waters),
        Row("roads from the cache", "", kept),
    ]


def ours(district: District, network: Network) -> list[Row]:
    """Return the work of this project, with and without forbidden turns, and with lines drawn."""
    count = len(district.stops) + 1
    pairs = [(i, (7 * i + 1) % count) for i in range(count)]
    free = network.with_turns(np.zeros(len(network.turn_lorry), dtype=np.bool_))
    gives = "places put on roads, seconds, metres, ways"
    return [
        Row("bookcar", gives, lambda: drive_between(district, network, CAR)),
        Row("bookcar, no turn forbidden", "the same", lambda: drive_between(district, free, CAR)),
        Row(
            f"bookcar, {count} lines",
            "the same, and ways drawn",
            lambda: every_line(drive_between(district, network, CAR), pairs),
        ),
    ]


def beside(roads: Network, points: np.ndarray) -> list[Row]:
    """Return the work of the others."""
    graph, places = node_level(roads, points)
    print(f"{graph.shape[0]:,} drivable points, {graph.nnz:,} edges between them")
    rows = []
    for peer in peers(graph, places):
        some = places[: peer.sources]
        work = peer.work
        rows.append(
            Row(peer.name, peer.gives, lambda w=work, s=some: w(s), len(places) / len(some))
        )
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extract", type=Path)
    parser.add_argument("--places", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true")
    given = parser.parse_args()
    print(in_words(machine()))
    with tempfile.TemporaryDirectory() as kept:
        rows = reading(given.extract, Path(kept))
        network = cache.load_network(given.extract, folder=Path(kept))
        drive = drive_for(network, CAR)
        points = places_on(drive, given.places)
        district = district_of(given.extract, drive, points)
        driving = drive_between(district, network, CAR)  # compiled by now
        print(f"{len(network):,} pieces of road and path, ", end="")
        print(f"{driving.graph.size:,} nodes after contraction, {given.places:,} places")
        rows += ours(district, network)
        rows += [] if given.no_peers else beside(drive.network, points)
        for _ in range(given.rounds):
            for row in rows:
                row.go()
    print("| | CPU s | wall s | |", "| --- | --- | --- | --- |", sep="\n")
    print(*(row.line() for row in rows), sep="\n")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
