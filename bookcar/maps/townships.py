"""Which stops lie in which township: by its outline, or by the stop's own word for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import shape

from bookcar.maps.lines import encode, thin
from bookcar.model import Area, Place
from bookcar.plan import PlanStop


@dataclass(frozen=True, kw_only=True)
class Township:
    """A township with its stops.

    Attributes
    ----------
    name
        Empty for the stops that lie in none.
    stops
        Indices into the plan's stops.
    rings
        The outline as encoded polylines, a list per polygon with its holes; empty if not known.
    label
        Lat and lon of a point well inside the outline.
    """

    name: str
    stops: tuple[int, ...]
    name_en: str = ""
    people: int = 0
    rings: tuple[tuple[str, ...], ...] = ()
    label: tuple[float, float] | None = None


_BEYOND = 0.004  # degrees, some 400 m, that roads are drawn beyond a district's edge
_AROUND = 0.01  # degrees about a stop that lies in no township


def outline_of(areas: Sequence[Area], places: Sequence[Place]) -> shapely.Geometry | None:
    """Return where a district is, in degrees: its townships, and what lies about its places."""
    if not areas:
        return None
    whole = shapely.union_all([shapely.make_valid(shape(dict(area.outline))) for area in areas])
    spots = shapely.points([(place.lon, place.lat) for place in places])
    outside = spots[~shapely.intersects(whole, spots)] if len(places) else spots
    about = [shapely.buffer(spot, _AROUND, quad_segs=4) for spot in outside]
    return shapely.union_all([shapely.buffer(whole, _BEYOND, quad_segs=4), *about])


def townships(stops: Sequence[PlanStop], areas: Sequence[Area]) -> list[Township]:
    """Return the townships with their stops, those without stops included.

    With outlines a stop belongs where it lies, whatever its table says; without, to the township
    its table names. Stops of no township come last, under an empty name.
    """
    return _by_outline(stops, areas) if areas else _by_name(stops)


def _by_outline(stops: Sequence[PlanStop], areas: Sequence[Area]) -> list[Township]:
    inside = locate(stops, areas)
    outlines = [_polygons(area) for area in areas]
    rings = iter(_encoded_rings([p for polygons in outlines for p in polygons]))
    made = [
        Township(
            name=area.name,
            name_en=area.name_en,
            people=area.people,
            stops=tuple(np.flatnonzero(inside == i).tolist()),
            rings=tuple(next(rings) for _ in polygons),
            label=_label(polygons),
        )
        for i, (area, polygons) in enumerate(zip(areas, outlines, strict=True))
    ]
    return made + _rest(np.flatnonzero(inside < 0).tolist())


def locate(stops: Sequence[Place], areas: Sequence[Area]) -> np.ndarray[tuple[int], np.dtype]:
    """Return the index of the area each stop lies in, -1 for none.

    A stop on a common border belongs to the first of its areas.
    """
    inside = np.full(len(stops), -1)
    if not stops:
        return inside
    points = gpd.GeoSeries.from_xy([s.lon for s in stops], [s.lat for s in stops], crs=4326)
    outlines = [shapely.make_valid(shape(dict(area.outline))) for area in areas]
    pairs = gpd.sjoin(
        gpd.GeoDataFrame(geometry=points),
        gpd.GeoDataFrame(geometry=gpd.GeoSeries(outlines, crs=4326)),
        predicate="intersects",
    )
    first = pairs["index_right"].groupby(level=0).min()
    inside[first.index.to_numpy()] = first.to_numpy()
    return inside


def _by_name(stops: Sequence[PlanStop]) -> list[Township]:
    named: dict[str, list[int]] = {}
    for i, stop in enumerate(stops):
        named.setdefault(stop.area, []).append(i)
    nameless = named.pop("", [])
    return [Township(name=name, stops=tuple(rows)) for name, rows in named.items()] + _rest(
        nameless
    )


def _rest(stops: list[int]) -> list[Township]:
    return [Township(name="", stops=tuple(stops))] if stops else []


def _polygons(area: Area) -> list[shapely.Polygon]:
    outline = shape(dict(area.outline))
    parts = getattr(outline, "geoms", [outline])
    return [part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty]


def _encoded_rings(
    polygons: Sequence[shapely.Polygon], budget: int = 20_000
) -> list[tuple[str, ...]]:
    rings = [[p.exterior, *p.interiors] for p in polygons]
    lines = [np.asarray(ring.coords)[:, :2] for group in rings for ring in group]
    encoded = iter([encode(line) if len(line) else "" for line in thin(lines, budget)])
    return [tuple(next(encoded) for _ in group) for group in rings]


def _label(polygons: Sequence[shapely.Polygon]) -> tuple[float, float] | None:
    if not polygons:
        return None
    largest = shapely.make_valid(max(polygons, key=lambda p: p.area))
    point = largest.representative_point()
    return round(point.y, 5), round(point.x, 5)
