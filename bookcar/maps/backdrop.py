"""What lies under the stops: hills, waters and roads as a page's data."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import shapely

from bookcar.maps.lines import Vertices, encode, thin, trails
from bookcar.maps.relief import relief
from bookcar.roads.basemap import GROUPS, WATERS, Basemap

ROAD_VERTICES = 40_000  # with waters and hills a page stays under 0.7 MB
WATER_VERTICES = 10_000


def backdrop(basemap: Basemap | None, outline: shapely.Geometry | None = None) -> dict[str, Any]:
    """Return the roads and waters as encoded polylines by class, and the hills as a picture.

    The important classes come first, and stay longest where there are too many vertices. Of roads
    only what lies within the ``outline`` is drawn, if there is one: stubs beyond it lead nowhere.
    """
    if basemap is None:
        return {"roads": {}, "waters": {}}
    lines = basemap.lines if outline is None else cut(basemap.lines, outline)
    data: dict[str, Any] = {
        "roads": encode_classes(lines, GROUPS, ROAD_VERTICES),
        "waters": encode_classes(basemap.waters, WATERS, WATER_VERTICES),
    }
    hills = _hills(basemap)
    return data | ({"hills": hills} if hills else {})


def cut(
    lines: Mapping[str, Sequence[Vertices]], outline: shapely.Geometry
) -> dict[str, list[Vertices]]:
    """Return the parts of lines that lie within an outline, by class, in the same order."""
    shapely.prepare(outline)
    return {
        name: [part for line in found for part in _inside(line, outline)]
        for name, found in lines.items()
    }


def _inside(line: Vertices, outline: shapely.Geometry) -> list[Vertices]:
    if len(line) < 2:
        return []
    whole = shapely.LineString(line)
    if shapely.covers(outline, whole):
        return [line]
    if not shapely.intersects(outline, whole):
        return []
    parts = shapely.get_parts(shapely.intersection(outline, whole))
    return [shapely.get_coordinates(part) for part in parts if part.geom_type == "LineString"]


def encode_classes(
    lines: Mapping[str, Sequence[Vertices]], classes: Sequence[str], budget: int
) -> dict[str, list[str]]:
    """Return lines as encoded polylines by class, with at most ``budget`` vertices in all."""
    classed = [(name, line) for name in classes for line in lines.get(name, ())]
    thinned = thin([line for _, line in classed], budget)
    kept: dict[str, list[Vertices]] = {}
    for (name, _), line in zip(classed, thinned, strict=True):
        if len(line) > 1:
            kept.setdefault(name, []).append(line)
    return {name: [encode(line) for line in trails(found)] for name, found in kept.items()}


def _hills(basemap: Basemap) -> dict[str, Any] | None:
    if basemap.heights is None or basemap.box is None:
        return None
    found = relief(basemap.heights, basemap.box)
    if found is None:
        return None
    west, south, east, north = found.box
    return {
        "png": base64.b64encode(found.png).decode(),
        "bounds": [[south, west], [north, east]],
    }
