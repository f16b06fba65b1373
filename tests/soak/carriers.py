"""Stops on foot and carriers for random districts: where they live, whom they serve, the paths."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from roads.osmfile import LAT, LON, PATH, lon_lat

if TYPE_CHECKING:
    from soak.districts import Sketch

SHARE = 0.35
"""Of districts that have stops on foot and carriers."""
SAMPLES = 1201
"""Of heights along the side of a tile."""


def add_carriers(sketch: Sketch, chance: Random) -> None:
    """Put some stops on foot, near what a car reaches, and let carriers serve most of them."""
    fairs = {row["place"] for row in sketch.tables.get("events", ())}
    stops = [row for row in sketch.tables["stops"] if row["id"] not in fairs]
    if chance.random() > SHARE or not stops:
        return
    afoot = chance.sample(stops, min(len(stops), chance.choice((1, 1, 2, 2, 3, 4))))
    names = {row["id"] for row in afoot}
    near = [name for name in sketch.places if name not in names]
    for row in afoot:
        unnamed = sketch.roads == "extract" and chance.random() < 0.5
        row["access"] = "" if unnamed else "foot"
        _move(sketch, row, near=chance.choice(near), chance=chance)
        sketch.on_foot.append(row["id"])
    sketch.steep = sketch.roads == "extract" and chance.random() < 0.5
    sketch.tables["carriers"] = list(_carriers(sketch, chance))
    _name_carriers(sketch, afoot)
    if chance.random() < 0.4:
        sketch.settings["carriers"] = {
            "load_factor": chance.choice((0.4, 0.65, 1.0)),
            "rest_min": chance.choice((0, 5, 10)),
            "handling_min": chance.choice((0, 5, 20)),
            "handover_min": chance.choice((5, 10, 30)),
        }
    _come_again(sketch, Random(f"second calls of {sketch.on_foot}"))


def _come_again(sketch: Sketch, chance: Random) -> None:
    """Let cars of some districts come by again, and carriers live where cars would wait.

    Those live at a road near their stop, and walk there and back once a day, not twice; their stop
    has books to collect. Hours cost, and routes, so that these are long.
    """
    if chance.random() > 0.6:
        return
    sketch.settings.setdefault("carriers", {})["again"] = True
    for row in sketch.tables["vehicles"]:
        row["cost_hour"], row["fixed_cost"] = chance.choice((5, 10, 30)), chance.choice((0, 200))
    cars = sketch.tables["vehicles"]
    books = min(60, *(row["books"] for row in cars))
    by_road = [name for name in sketch.places if name not in sketch.on_foot]
    rows = {row["id"]: row for row in sketch.tables["stops"]}
    for k, name in enumerate(sketch.on_foot):
        stop = sketch.places[name]
        home = min(by_road, key=lambda place: math.dist(sketch.places[place], stop))
        east, north = sketch.places[home]
        lon, lat = lon_lat(east * 1000, north * 1000)
        km = round(chance.choice((4, 5, 6)) * math.dist((east, north), stop), 1) or 1
        own = {"id": f"W{k}", "name": "Old Wang", "kg": chance.choice((10, 60)), "km": km}
        sketch.tables["carriers"].append(own | {"lon": lon, "lat": lat, "serves": name})
        rows[name]["days"], rows[name]["books"] = "", books
        for at in (name, sketch.depots[0]["id"]):
            kg = min(chance.choice((5, 10, 20)), *(row["kg"] or 20 for row in cars))
            batch = {"id": f"{name}@{at}", "books": books, "kg": kg, "at": at}
            sketch.tables["batches"].append(batch)


def _name_carriers(sketch: Sketch, afoot: list[dict[str, Any]]) -> None:
    """Let some stops say themselves who carries to them."""
    chance = Random(f"carriers of {sketch.on_foot}")
    ids = [row["id"] for row in sketch.tables["carriers"]]
    for row in afoot:
        if ids and chance.random() < 0.2:
            row["carrier"] = " ".join(chance.sample(ids, min(len(ids), chance.choice((1, 1, 2)))))


def _move(sketch: Sketch, row: dict[str, Any], *, near: str, chance: Random) -> None:
    """Put a stop somewhere within a walk of another place."""
    east, north = sketch.places[near]
    far, turn = chance.choice((0.2, 0.3, 0.5, 0.8, 1.5)), chance.uniform(0, 2 * math.pi)
    place = east + far * math.cos(turn), north + far * math.sin(turn)
    sketch.places[row["id"]] = place
    row["lon"], row["lat"] = lon_lat(place[0] * 1000, place[1] * 1000)


def _carriers(sketch: Sketch, chance: Random) -> Iterator[dict[str, Any]]:
    one, names = chance.choice, sketch.on_foot
    for k in range(one((0, 1, 1, 2, 2, 2, 3, 3, 4))):
        served = chance.sample(names, chance.randint(1, len(names)))
        row = {
            "id": f"K{k + 1}",
            "name": one(("", "Old Zhou", "老周")),
            "kg": one(("", "", 5, 10, 30)),
            "km": one(("", "", "", 3, 5, 20)),
            "days": one(("", "", "", "", "Mon Wed", "Tue-Fri", "Thu")),
            "starts": one(("", "", "06:00", "10:00")),
            "ends": one(("", "", "", "12:00", "15:00", "21:00")),
            "serves": " ".join(one((names, served, served))),
        }
        home = one((*served, *served, "", sketch.depots[0]["id"]))
        if home:
            yield row | {"at": home}
            continue
        east, north = sketch.places[served[0]]
        lon, lat = lon_lat((east + chance.uniform(-0.4, 0.4)) * 1000, north * 1000)
        yield row | {"lon": lon, "lat": lat}


def paths(
    sketch: Sketch, nodes: dict[int, tuple[float, float]]
) -> Iterator[tuple[list[int], dict[str, str]]]:
    """Yield paths to the stops on foot, round about, and put their bends among the nodes."""
    chance = Random(f"paths of {sketch.on_foot}")
    numbers = {name: k for k, name in enumerate(sketch.places, 1)}
    own = {numbers[name] for name in sketch.on_foot}
    for name in sketch.on_foot:
        here = numbers[name]
        others = sorted(
            (k for k in numbers.values() if k != here),
            key=lambda k: math.dist(nodes[k], nodes[here]),
        )
        by_road = [k for k in others if k not in own][:3]
        for there in chance.sample(by_road, min(len(by_road), chance.choice((0, 1, 1, 2, 3)))):
            bend = len(nodes) + 1
            middle = [sum(x) / 2 for x in zip(nodes[here], nodes[there], strict=True)]
            nodes[bend] = middle[0] + chance.uniform(-300, 300), middle[1]
            yield [there, bend, here], PATH
        if chance.random() < 0.2:
            yield [others[0], here], PATH


def write_heights(folder: Path) -> None:
    """Write hills into a tile of heights."""
    folder.mkdir()
    (folder / f"N{math.floor(LAT)}E{math.floor(LON)}.hgt").write_bytes(_hills())


@cache
def _hills() -> bytes:
    along = np.arange(SAMPLES) / 15.0
    heights = 600 + 200 * np.sin(along)[:, None] * np.cos(along * 0.7)[None, :]
    return heights.astype(">i2").tobytes()
