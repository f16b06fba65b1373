"""Settlements, schools, libraries and administrative areas as an extract has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import osmium
import osmium.geom
import shapely

from bookcar.roads.extract import reading
from bookcar.roads.network import metres_between

SightKind = Literal["town", "village", "hamlet", "school", "library", "mobile_library"]
OsmType = Literal["node", "way", "relation"]

_PLACES: Mapping[str, tuple[SightKind, int]] = {
    "city": ("town", 2),
    "town": ("town", 1),
    "village": ("village", 0),
    "hamlet": ("hamlet", 0),
}
_LABELS: Mapping[str, str] = {
    "school": "School",
    "library": "Library",
    "mobile_library": "Mobile library",
}
_TOWNSHIP_LEVELS = (8, 7, 6)
_LEVELS = range(2, 9)
_TYPE_ORDER: Mapping[OsmType, int] = {"node": 0, "way": 1, "relation": 2}


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A place of interest; ``rank`` is 2 for a city, 1 for a town, 0 for all else.

    ``hours`` are the opening hours of a mobile library's stop, as the map has them.
    """

    kind: SightKind
    osm_type: OsmType
    osm_id: int
    lon: float
    lat: float
    name: str = ""
    name_en: str = ""
    people: int = 0
    city: str = ""
    rank: int = 0
    hours: str = ""

    @property
    def order(self) -> tuple[int, int]:
        """What sights are sorted by: the type of the OSM object, then its id."""
        return _TYPE_ORDER[self.osm_type], self.osm_id


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """An administrative area."""

    level: int
    name: str
    outline: shapely.Geometry


@dataclass
class Sights:
    """All that was found, in the order of the file."""

    found: list[Sight] = field(default_factory=list)
    boundaries: list[Boundary] = field(default_factory=list)

    def of(self, kind: SightKind) -> list[Sight]:
        """Return the sights of a kind by the type and id of their OSM objects."""
        return sorted((s for s in self.found if s.kind == kind), key=lambda s: s.order)

    def area_of(self, sight: Sight) -> str:
        """Return the township a sight lies in: its boundary, its address, or the nearest town."""
        point = shapely.Point(sight.lon, sight.lat)
        for level in _TOWNSHIP_LEVELS:
            for boundary in self.boundaries:
                if boundary.level == level and shapely.contains(boundary.outline, point):
                    return boundary.name
        if sight.city or sight.kind == "town":
            return sight.city or sight.name
        town = nearest_to(sight, self.of("town"))
        return town.name if town else ""

    def name_of(self, sight: Sight) -> str:
        """Return the name of a sight, or what it is and near which settlement."""
        shared = sight.kind == "mobile_library" and self._shares_name(sight)
        if sight.name and not shared:
            return sight.name
        settlements = [s for s in self.found if s.rank or s.kind in ("village", "hamlet")]
        place = nearest_to(sight, [s for s in settlements if s.name])
        label = sight.name or _LABELS.get(sight.kind, f"OSM {sight.osm_type} {sight.osm_id}")
        return f"{label}, {place.name}" if place else label

    def _shares_name(self, sight: Sight) -> bool:
        """Tell whether another stop has its name: mappers often give them that of the library."""
        return any(
            other.kind == sight.kind and other.name == sight.name and other is not sight
            for other in self.found
        )

    def name_around(self, points: Iterable[tuple[float, float]]) -> str:
        """Return the name of the smallest area that holds nine tenths of some points, or ``""``."""
        place = shapely.points(np.array(list(points)))
        by_size = sorted(self.boundaries, key=lambda b: (shapely.area(b.outline), b.name))
        for boundary in by_size:
            if shapely.contains(boundary.outline, place).mean() >= 0.9:
                return boundary.name
        return ""


def metres_from(sight: Sight, others: list[Sight]) -> Any:
    """Return the metres from a sight to others, shape (others,)."""
    lon, lat = np.array([s.lon for s in others]), np.array([s.lat for s in others])
    return metres_between(np.array([sight.lon]), np.array([sight.lat]), lon, lat)


def nearest_to(sight: Sight, others: list[Sight]) -> Sight | None:
    """Return the other sight nearest to one, or None if there is no other."""
    return others[int(metres_from(sight, others).argmin())] if others else None


def read_sights(extract: Path) -> Sights:
    """Read the settlements, schools, libraries and administrative areas of an extract.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    sights = Sights()
    wanted = osmium.filter.KeyFilter("amenity", "place", "boundary")
    with reading(extract) as source:
        things: Any = osmium.FileProcessor(source).with_areas(wanted).with_filter(wanted)
        for thing in things:
            _take(thing, sights)
    return sights


def _take(thing: Any, sights: Sights) -> None:
    tags = {tag.k: tag.v for tag in thing.tags}
    if thing.is_area():
        _take_area(thing, tags, sights)
        return
    kind = _kind(tags)
    if kind is None:
        return
    if thing.is_node():
        where = thing.location.lon, thing.location.lat
        sights.found.append(_sight(tags, kind, osm=("node", thing.id), lon_lat=where))
    elif thing.is_way():
        middle = _middle([(n.lon, n.lat) for n in thing.nodes if n.location.valid()])
        if middle is not None:
            sights.found.append(_sight(tags, kind, osm=("way", thing.id), lon_lat=middle))


def _take_area(area: Any, tags: dict[str, str], sights: Sights) -> None:
    """Take an area that a relation makes; a closed way is taken as a way."""
    if area.from_way():
        return
    kind, level = _kind(tags), _admin_level(tags)
    if kind is None and level is None:
        return
    outline = shapely.from_wkb(osmium.geom.WKBFactory().create_multipolygon(area))
    if level is not None and tags.get("name"):
        sights.boundaries.append(Boundary(level=level, name=tags["name"], outline=outline))
    if kind is not None and level is None:  # a township's outline is no village of its own
        middle = outline.centroid
        where = middle.x, middle.y
        sights.found.append(_sight(tags, kind, osm=("relation", area.orig_id()), lon_lat=where))


def _kind(tags: Mapping[str, str]) -> SightKind | None:
    amenity = tags.get("amenity")
    if amenity == "school":
        return "school"
    if amenity == "mobile_library":
        return "mobile_library"
    if amenity == "library":
        return None if tags.get("access") in ("private", "no") else "library"
    place = _PLACES.get(tags.get("place", ""))
    return place[0] if place and tags.get("name") else None


def _admin_level(tags: Mapping[str, str]) -> int | None:
    level = tags.get("admin_level", "")
    if tags.get("boundary") != "administrative" or not level.isdecimal():
        return None
    return int(level) if int(level) in _LEVELS else None


def _sight(
    tags: Mapping[str, str],
    kind: SightKind,
    *,
    osm: tuple[OsmType, int],
    lon_lat: tuple[float, float],
) -> Sight:
    return Sight(
        kind=kind,
        osm_type=osm[0],
        osm_id=osm[1],
        lon=lon_lat[0],
        lat=lon_lat[1],
        name=tags.get("name", "").strip(),
        name_en=tags.get("name:en", "").strip(),
        people=_people(tags.get("population", "")),
        city=tags.get("addr:city", "").strip(),
        rank=_PLACES[tags["place"]][1] if kind in ("town", "village", "hamlet") else 0,
        hours=tags.get("opening_hours", "").strip() if kind == "mobile_library" else "",
    )


def _people(text: str) -> int:
    figure = re.match(r"\s*(\d{1,3}(?:[ ,.'\u00a0\u202f]\d{3})+|\d+)", text)
    return int(re.sub(r"\D", "", figure[1])) if figure else 0


def _middle(points: list[tuple[float, float]]) -> tuple[float, float] | None:
    """Return the centroid of an outline, or the mean of the points that are known of a way."""
    if not points:
        return None
    if len(points) > 3 and points[0] == points[-1]:
        outline = shapely.Polygon(points)
        if outline.area > 0:
            return outline.centroid.x, outline.centroid.y
    lon, lat = zip(*points, strict=True)
    return sum(lon) / len(lon), sum(lat) / len(lat)
