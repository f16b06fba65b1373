"""List the stops of a map that cars stand farthest from, and what lies nearer that they do not use.

Run: ``python benchmarks/stands.py EXTRACT [--count 10]``. The stops are those of ``bookcar init
--from-osm``. Of each way nearer than where the car stands it says why no car stands there: nobody
drives it, nobody stops on it, it is not joined to the depot's roads both ways, it is private for
too long, or water or a motorway lies between.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bookcar.model import District, RoadProfile, RoadSettings, Settings, Stop, Vehicle
from bookcar.roads import snap
from bookcar.roads.drive import Drive, drive_for
from bookcar.roads.network import BACKWARD, FORWARD, HALT, Network
from bookcar.roads.places import find_places
from bookcar.roads.private_roads import PrivateRoads
from bookcar.roads.profile import CLASSES
from bookcar.roads.sources import network_of, reached_by
from bookcar.roads.travel import Placed

CAR = RoadProfile(name="car")


@dataclass(frozen=True, kw_only=True)
class Nearer:
    """A way nearer to a stop than where a car stands, and why it stands elsewhere."""

    metres: int
    way: int
    klass: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Move:
    """A stop, where a car stands for it, and what lies nearer, the nearest first."""

    stop: Stop
    placed: Placed
    klass: str
    nearer: tuple[Nearer, ...]


def furthest_moves(extract: Path, count: int) -> list[Move]:
    """Return the stops of an extract whose cars stand farthest away, the farthest first."""
    district = _district(extract)
    network = network_of(district)
    assert network is not None
    placed = reached_by(district, network)["car"].placed
    moved = [stop for stop in district.stops if stop.id in placed]
    moved.sort(key=lambda stop: -placed[stop.id].metres)
    ways = _Ways(network)
    return [
        Move(
            stop=stop,
            placed=placed[stop.id],
            klass=ways.class_of(placed[stop.id].way),
            nearer=tuple(ways.nearer(stop, placed[stop.id])),
        )
        for stop in moved[:count]
    ]


def _district(extract: Path) -> District:
    found = find_places(extract)
    car = Vehicle(
        id="V", depot=found.depots[0].id, books=1, max_metres=1, max_seconds=1, starts=0, ends=1,
        weekdays=(0,),
    )  # fmt: skip
    return District(
        name=found.name,
        folder=extract.parent,
        depots=found.depots,
        stops=found.stops,
        vehicles=(car,),
        settings=Settings(roads=RoadSettings(extract=extract)),
    )


class _Ways:
    """All ways of a network, roads and paths, to be searched around stops."""

    def __init__(self, network: Network) -> None:
        self.network, self.index = network, snap.index(network)
        self.drive: Drive = drive_for(network, CAR)
        self.row = {int(k): row for row, k in enumerate(self.drive.source)}
        self.private = PrivateRoads(self.drive)

    def class_of(self, way: int) -> str:
        return CLASSES[self.network.klass[np.flatnonzero(self.network.way == way)[0]]]

    def nearer(self, stop: Stop, placed: Placed) -> Iterator[Nearer]:
        """Yield the ways nearer to a stop than where its car stands, the nearest first."""
        here = (stop.lon, stop.lat)
        pieces = snap.near(self.index, here, placed.metres - 1).tolist()
        spots = sorted(
            (snap.spot(self.network, piece, here).metres, piece, int(self.network.way[piece]))
            for piece in pieces
        )
        seen = {placed.way}
        for metres, piece, way in spots:
            if way not in seen:
                seen.add(way)
                klass = CLASSES[self.network.klass[piece]]
                why = self._why(piece, here)
                yield Nearer(metres=round(metres), way=way, klass=klass, why=why)

    def _why(self, piece: int, here: tuple[float, float]) -> str:
        flags = int(self.network.flags[piece])
        if not flags & (FORWARD | BACKWARD):
            return "not for cars"
        if not flags & HALT:
            return "no stopping"
        row = self.row.get(piece)
        if row is None or self.drive.part[row] != self.drive.size_mm.argmax():
            return "not joined both ways"
        spot = snap.spot(self.drive.network, row, here)
        return (
            "private for too long" if self.private.too_far(spot) else "beyond water or a motorway"
        )


def table(moves: list[Move]) -> str:
    """Return the moves as a table of Markdown."""
    lines = ["| stop | m | stands in | nearer |", "| --- | --- | --- | --- |"]
    for move in moves:
        road = f"{move.placed.road} " if move.placed.road else ""
        nearer = "; ".join(f"{n.klass} {n.way}, {n.metres} m: {n.why}" for n in move.nearer[:4])
        more = f"; {len(move.nearer) - 4} more" if len(move.nearer) > 4 else ""
        stands = f"{road}({move.klass} {move.placed.way})"
        name = f"{move.stop.id} {move.stop.name}"
        lines.append(f"| {name} | {move.placed.metres} | {stands} | {nearer}{more} |")
    return "\n".join(lines)


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extract", type=Path)
    parser.add_argument("--count", type=int, default=10)
    options = parser.parse_args()
    print(table(furthest_moves(options.extract, options.count)))


if __name__ == "__main__":
    main()
