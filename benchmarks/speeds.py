"""Hold the speeds of the roads against other engines' tables and against real timetables.

Run: ``python benchmarks/speeds.py engines EXTRACT SITES`` and ``python benchmarks/speeds.py legs
TIMETABLES``.

``engines`` works out all ways between the places of SITES (a table with ``lon`` and ``lat``) on the
same roads twice, with our speeds and with another engine's, and compares the times of each pair.
The engines' tables are facts from their published profiles for cars; they know no bends here, as
they have no time for them. ``legs`` compares the minutes between departure and next arrival that
libraries planned (``COUNTY.csv``) with the free-flow minutes of the same leg that openrouteservice
gave for heavy vehicles (``COUNTY_routes.csv``): the line of least absolute differences.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
from scipy.optimize import linprog

from bookcar.model import Depot, District, RoadProfile, RoadSettings, Settings, Stop, Vehicle
from bookcar.roads.driving import drive_between
from bookcar.roads.network import Network
from bookcar.roads.osm import read_network
from bookcar.roads.quantities import posted_kmh
from bookcar.roads.travel import Table

SHORT_M = 3_000
"""Pairs nearer to each other than this say more of where they stand than of the roads."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A published table: km/h by class and by surface, and the share of a posted limit driven."""

    classes: Mapping[str, float]
    surfaces: Mapping[str, float]
    posted_share: float
    links: float = 0.0

    def kmh(self, tags: Mapping[str, str]) -> float:
        """Return the speed of a road."""
        highway = tags.get("highway", "")
        speed = self.classes.get(highway, 15.0)
        if self.links and highway.endswith("_link"):
            speed = self.links * self.classes[highway.removesuffix("_link")]
        posted = posted_kmh(tags.get("maxspeed"))
        speed = speed if posted is None else self.posted_share * posted
        return min(speed, self.surfaces.get(tags.get("surface", ""), math.inf))


_ROUGH = ("sett", "cobblestone", "unhewn_cobblestone", "gravel", "fine_gravel", "compacted")
_ROUGH += ("ground", "dirt", "earth", "unpaved", "grass", "pebblestone", "paving_stones", "sand")
ENGINES = {
    # github.com/Project-OSRM/osrm-backend, profiles/car.lua at 4fc76ca
    "OSRM car": Engine(
        classes={
            "motorway": 90, "motorway_link": 45, "trunk": 85, "trunk_link": 40, "primary": 65,
            "primary_link": 30, "secondary": 55, "secondary_link": 25, "tertiary": 40,
            "tertiary_link": 20, "unclassified": 25, "residential": 25, "living_street": 10,
            "service": 15,
        },
        surfaces=dict.fromkeys(("compacted", "fine_gravel"), 80)
        | dict.fromkeys(("paving_stones", "metal"), 60)
        | dict.fromkeys(("gravel", "ground", "dirt", "unpaved", "pebblestone", "sett"), 40)
        | {"cobblestone": 30, "earth": 20, "sand": 20},
        posted_share=0.8,
    ),
    # github.com/graphhopper/graphhopper, CarAverageSpeedParser at c058139
    "GraphHopper car": Engine(
        classes={
            "motorway": 100, "motorway_link": 70, "trunk": 70, "trunk_link": 65, "primary": 65,
            "primary_link": 60, "secondary": 60, "secondary_link": 50, "tertiary": 50,
            "tertiary_link": 40, "unclassified": 30, "residential": 30, "living_street": 6,
            "pedestrian": 6, "service": 20, "road": 20, "track": 15,
        },
        surfaces=dict.fromkeys(_ROUGH, 30),
        posted_share=0.9,
    ),
    # github.com/valhalla/valhalla, rural defaults by class and urban_rc_speed of speed_assigner.h
    "Valhalla auto, rural": Engine(
        classes={
            "motorway": 105, "trunk": 90, "primary": 75, "secondary": 60, "tertiary": 50,
            "unclassified": 40, "residential": 35, "service": 25, "living_street": 10,
        },
        surfaces={},
        posted_share=1.0,
        links=0.85,
    ),
    "Valhalla auto, urban": Engine(
        classes={
            "motorway": 89, "trunk": 73, "primary": 57, "secondary": 49, "tertiary": 40,
            "unclassified": 35, "residential": 30, "service": 20, "living_street": 10,
        },
        surfaces={},
        posted_share=1.0,
        links=0.85,
    ),
}  # fmt: skip


def compare_engines(extract: Path, sites: Path) -> None:
    """Print how our times between all places compare with each engine's."""
    network = read_network(extract)
    district = _district(extract, sites)
    ours = _table(district, network)
    far = (ours.metres > SHORT_M) & (ours.seconds > 0)
    print(f"{int(far.sum()):,} pairs of {len(ours.seconds)} places more than {SHORT_M} m apart")
    print("| | km/h of pairs: 5 %, median, 95 % | our time / its time: 5 %, median, 95 % |")
    print("| --- | --- | --- |")
    print(f"| bookcar | {_quantiles(ours.metres[far] / ours.seconds[far] * 3.6, 0)} | |")
    for name, engine in ENGINES.items():
        theirs = _table(district, _as(engine, extract, network))
        kmh = _quantiles(theirs.metres[far] / theirs.seconds[far] * 3.6, 0)
        share = _quantiles(ours.seconds[far] / theirs.seconds[far], 2)
        print(f"| {name} | {kmh} | {share} |")


def _district(extract: Path, sites: Path) -> District:
    with sites.open(encoding="utf-8") as stream:
        rows = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(stream)]
    car = Vehicle(
        id="V", depot="D", books=1, max_metres=1, max_seconds=1, starts=0, ends=1, weekdays=(0,)
    )  # fmt: skip
    stops = tuple(
        Stop(id=f"S{k}", name="", kind="village", books=1, lon=lon, lat=lat)
        for k, (lon, lat) in enumerate(rows[1:])
    )
    return District(
        name="speeds",
        folder=extract.parent,
        depots=(Depot(id="D", name="", lon=rows[0][0], lat=rows[0][1]),),
        stops=stops,
        vehicles=(car,),
        settings=Settings(roads=RoadSettings(extract=extract, max_snap_m=300)),
    )


def _table(district: District, network: Network) -> Table:
    return drive_between(district, network, RoadProfile(name="car")).table


def _as(engine: Engine, extract: Path, network: Network) -> Network:
    """Return the network with an engine's speeds."""
    roads = osmium.FileProcessor(str(extract), osmium.osm.WAY)
    roads = roads.with_filter(osmium.filter.KeyFilter("highway"))
    kmh = {way.id: engine.kmh(dict(way.tags)) for way in roads}
    of_piece = np.array([kmh.get(way, 15.0) for way in network.way.tolist()])
    of_point = np.repeat(of_piece, np.diff(network.offset))
    us = np.rint(network.mm * 3.6e3 / of_point).astype(np.int64)
    return replace(network, us=us)


def _quantiles(values: np.ndarray, digits: int) -> str:
    return ", ".join(f"{q:.{digits}f}" for q in np.quantile(values, (0.05, 0.5, 0.95)))


Leg = tuple[float, float, float]
"""Minutes planned, minutes of free flow, km."""


def compare_legs(folder: Path) -> None:
    """Print what planned minutes say of free-flow ones, county by county and together."""
    counties = sorted(path.stem for path in folder.glob("*.csv") if "_routes" not in path.stem)
    legs = {county: _legs(folder, county) for county in counties}
    print("| county | legs | planned = a min + b x free flow | planned = a min + km at v km/h |")
    print("| --- | --- | --- | --- |")
    every = [leg for found in legs.values() for leg in found]
    for name, found in (*legs.items(), ("all", every)):
        planned, free, km = np.array(found).T
        a, b = _line(free, planned)
        fixed, per_km = _line(km, planned)
        by_km = f"{fixed:.1f} + km at {60 / per_km:.0f}"
        print(f"| {name} | {len(found)} | {a:.1f} + {b:.2f} x | {by_km} |")


def _legs(folder: Path, county: str) -> list[Leg]:
    """Return the legs of a county that are planned at more than 0 and less than 30 minutes.

    Longer ones hold the drivers' lunch.
    """
    driven = {}
    for row in _rows(folder / f"{county}_routes.csv"):
        key = row["mobile"], row["route"], row["origin_stop"], row["destination_stop"]
        driven[key] = float(row["duration"]) / 60, float(row["distance"]) / 1000
    calls = defaultdict(list)
    for row in _rows(folder / f"{county}.csv"):
        if row["arrival"] and row["departure"]:
            call = _minutes(row["arrival"]), _minutes(row["departure"]), row["stop"]
            calls[row["mobile"], row["route"]].append(call)
    found = []
    for route, visits in calls.items():
        visits.sort()
        for (_, leaves, origin), (arrives, _, destination) in pairwise(visits):
            leg = driven.get((*route, origin, destination))
            if leg is not None and 0 < arrives - leaves < 30 and leg[1] > 0.3:
                found.append((float(arrives - leaves), *leg))
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")[:2]
    return int(hours) * 60 + int(minutes)


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return a and b of ``y = a + b x`` with the least sum of absolute differences."""
    count, one = len(x), np.eye(len(x))
    sums = np.hstack([np.ones((count, 1)), x[:, None], one, -one])
    cost = np.concatenate([[0, 0], np.ones(2 * count)])
    bounds = [(None, None)] * 2 + [(0, None)] * (2 * count)
    found = linprog(cost, A_eq=sums, b_eq=y, bounds=bounds)
    return float(found.x[0]), float(found.x[1])


def main() -> None:
    """Read the command line and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    engines = parts.add_parser("engines")
    engines.add_argument("extract", type=Path)
    engines.add_argument("sites", type=Path)
    parts.add_parser("legs").add_argument("timetables", type=Path)
    options = parser.parse_args()
    if options.part == "engines":
        compare_engines(options.extract, options.sites)
    else:
        compare_legs(options.timetables)


if __name__ == "__main__":
    main()
