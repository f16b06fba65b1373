"""Small maps drawn in metres and written as OpenStreetMap files."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from builders import depot, district, stop

from bookcar.model import Depot, District, RoadProfile, RoadSettings, Settings, Stop

LON, LAT = 106.65, 29.02
M_PER_DEG = math.pi * 6_371_008.8 / 180

Point = tuple[float, float]
Way = tuple[Sequence[int], Mapping[str, str]]
Turn = tuple[Sequence[tuple[str, int]], Mapping[str, str]]

ROAD = {"highway": "unclassified"}
PATH = {"highway": "path"}


def lon_lat(x: float, y: float) -> Point:
    """Return the place ``x`` metres east and ``y`` metres north of the corner of the map."""
    lat = LAT + y / M_PER_DEG
    lon = LON + x / (M_PER_DEG * math.cos(math.radians(LAT)))
    return round(lon, 7), round(lat, 7)  # as OpenStreetMap keeps them


def write_osm(
    path: Path,
    nodes: Mapping[int, Point],
    ways: Sequence[Way],
    node_tags: Mapping[int, Mapping[str, str]] | None = None,
    *,
    turns: Sequence[Turn] = (),
) -> Path:
    """Write a map; the ways get the ids 101, 102, ... in their order, the turns 501, ..."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    for ref, place in sorted(nodes.items()):
        lon, lat = lon_lat(*place)
        tags = _tags((node_tags or {}).get(ref, {}))
        lines.append(f'<node id="{ref}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">{tags}</node>')
    for way_id, (refs, tags) in enumerate(ways, start=101):
        members = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{way_id}" version="1">{members}{_tags(tags)}</way>')
    for relation, (members, tags) in enumerate(turns, start=501):
        inside = "".join(_member(role, ref) for role, ref in members)
        lines.append(f'<relation id="{relation}" version="1">{inside}{_tags(tags)}</relation>')
    path.write_text("\n".join([*lines, "</osm>\n"]), "utf-8")
    return path


def _member(role: str, ref: int) -> str:
    kind = "node" if ref < 100 else "way"
    return f'<member type="{kind}" ref="{ref}" role="{role}"/>'


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


def depot_at(x: float, y: float, id: str = "D") -> Depot:
    lon, lat = lon_lat(x, y)
    return depot(id, lon=lon, lat=lat)


def stop_at(id: str, x: float, y: float, **fields: object) -> Stop:
    lon, lat = lon_lat(x, y)
    return stop(id, lon=lon, lat=lat, **fields)


def on_roads(
    extract: Path,
    *stops: Stop,
    depots: Sequence[Depot] | None = None,
    max_snap_m: int = 100,
    profiles: Sequence[RoadProfile] = (RoadProfile(name="car"),),
    **fields: object,
) -> District:
    """Return a district whose roads are an extract and whose depot stands at the corner."""
    roads = RoadSettings(extract=extract, max_snap_m=max_snap_m, profiles=tuple(profiles))
    return district(
        *stops,
        depots=tuple(depots or [depot_at(0, 0)]),
        settings=Settings(roads=roads),
        **fields,
    )
