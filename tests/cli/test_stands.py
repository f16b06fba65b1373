"""`bookcar check --json` tells where a car stands for each stop, and why there."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from roads.osmfile import ROAD, lon_lat, write_osm

from bookcar.cli import main

TOML = """name = "Test"
language = "en"
time_zone = "{zone}"
[[depot]]
id = "D"
name = "Library"
lon = {lon}
lat = {lat}
[roads]
extract = "roads.osm"
"""


def _checked(folder: Path, *, zone: str = "Asia/Shanghai") -> dict[str, dict[str, object]]:
    nodes = {1: (0, 0), 2: (1000, 0), 3: (0, 60), 4: (1000, 60), 5: (300, 60), 6: (300, 45)}
    ways = [
        ([1, 2], ROAD | {"name": "High Street"}),
        ([3, 5, 4], ROAD | {"name": "Mill Lane"}),
        ([1, 3], ROAD),
        ([2, 4], ROAD),
        ([5, 6], {"highway": "service", "service": "driveway"}),
    ]
    write_osm(folder / "roads.osm", nodes, ways)
    lon, lat = lon_lat(0, 0)
    (folder / "district.toml").write_text(TOML.format(zone=zone, lon=lon, lat=lat), "utf-8")
    places = [
        ("A", "Mill Lane", "village", 500, 20, ""),
        ("B", "School", "school", 300, 15, "side"),
        ("C", "Pump", "village", 700, -10, "side"),
        ("E", "Bridge", "village", 800, 0, "side"),
    ]
    rows = [
        f"{stop},{name},{kind},{lon_lat(x, y)[0]},{lon_lat(x, y)[1]},20,{kerb}"
        for stop, name, kind, x, y, kerb in places
    ]
    stops = "\n".join(["id,name,kind,lon,lat,books,kerb", *rows])
    (folder / "stops.csv").write_text(stops + "\n", "utf-8")
    (folder / "vehicles.csv").write_text("id,books,max_km,max_hours\nV,400,200,8\n", "utf-8")
    result = CliRunner().invoke(main, ["check", str(folder), "--json"], catch_exceptions=False)
    found = json.loads(result.stdout)
    assert found["errors"] == 0
    rules = [fault["rule"] for fault in found["faults"]]
    assert rules.count("kerb-unheeded") == 1
    return {stand["stop"]: stand for stand in found["stands"]}


def test_why_a_car_stands_where_it_does(tmp_path: Path) -> None:
    stands = _checked(tmp_path)
    told = {
        stop: (stand["road"], stand["metres"], stand["chosen"], stand["kerb"])
        for stop, stand in stands.items()
    }
    assert told == {
        "A": ("Mill Lane", 40, "name", None),
        "B": ("", 30, "driveway", "road-end"),
        "C": ("High Street", 10, "nearest", "side"),
        "E": ("High Street", 0, "nearest", "on-the-road"),
    }
