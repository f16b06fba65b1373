"""Reading areas.geojson and closures.geojson."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from bookcar.errors import Fault
from bookcar.inputs import rules_files
from bookcar.inputs import text as tx
from bookcar.model import Area
from bookcar.phrases import Figure

POLYGONS = ("Polygon", "MultiPolygon")
LINES = ("LineString", "MultiLineString")

_NAMES = ("name", "名称", "NAME", "Name")
_NAMES_EN = ("name_en", "name:en", "英文名")
_PEOPLE = ("people", "population", "人口")
_DEPTH = {"LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """A feature whose geometry has been checked; ``at`` names it in messages."""

    at: str
    id: str
    properties: Mapping[str, Any]
    geometry: Mapping[str, Any]


def features(data: bytes, file: str, kinds: tuple[str, ...]) -> tuple[list[Feature], list[Fault]]:
    """Return the features with a sound geometry of the given kinds, and what is wrong."""
    text, faults = rules_files.decode(data, file)
    if text is None:
        return [], faults
    try:
        parsed = msgspec.json.decode(text.lstrip("\ufeff").encode())
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        return [], [*faults, _fault("bad-geojson", file, variant="json", detail=str(error))]
    listed = parsed.get("features") if isinstance(parsed, dict) else None
    if not isinstance(listed, list):
        return [], [*faults, _fault("bad-geojson", file)]
    found = []
    for i, item in enumerate(listed, 1):
        feature = _feature(item, f"features.{i}")
        variant = bad_geometry(feature.geometry, kinds)
        if variant is not None:
            shape: dict[str, Any] = {
                "kind": str(feature.geometry.get("type") or "?"),
                "kinds": kinds,
            }
            column = f"{feature.at}.geometry"
            faults.append(_fault("bad-geometry", file, variant=variant, column=column, **shape))
        else:
            found.append(feature)
    return found, faults


def areas(data: bytes, file: str) -> tuple[list[Area], list[Fault]]:
    """Return the townships of an areas.geojson, and what is wrong with it."""
    found, faults = features(data, file, POLYGONS)
    result = []
    for feature in found:
        name = str(_first(feature.properties, _NAMES) or "").strip()
        people, bad = _people(feature, file)
        faults += bad
        if not name:
            column = f"{feature.at}.name"
            faults.append(_fault("empty-required", file, variant="area", column=column))
            continue
        name_en = str(_first(feature.properties, _NAMES_EN) or "")
        outline = feature.geometry
        result.append(Area(name=name, name_en=name_en, people=people, outline=outline))
    return result, faults


def shapes(data: bytes, file: str) -> tuple[dict[str, Mapping[str, Any]], list[Fault]]:
    """Return the geometries of a closures.geojson by id and by name, and what is wrong.

    Several features of one name are one closure: a landslide may lie on two roads, and to leave
    one of them open would send a car there.
    """
    found, faults = features(data, file, LINES + POLYGONS)
    named: dict[str, list[Mapping[str, Any]]] = {}
    for feature in found:
        own = (feature.id, str(_first(feature.properties, _NAMES) or ""))
        for name in sorted({tx.label(text) for text in own} - {""}):
            named.setdefault(name, []).append(feature.geometry)
    return {name: _together(geometries) for name, geometries in named.items()}, faults


def _together(geometries: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    if len(geometries) == 1:
        return geometries[0]
    return {"type": "GeometryCollection", "geometries": geometries}


def bad_geometry(geometry: Mapping[str, Any], kinds: tuple[str, ...]) -> str | None:
    """Return the wording of ``bad-geometry`` that tells what is wrong, or None if nothing is."""
    kind = geometry.get("type")
    if kind not in kinds:
        return "kind" if kind else "missing"
    smallest = 4 if kind in POLYGONS else 2
    if not _sound(geometry.get("coordinates"), _DEPTH[str(kind)], smallest):
        return ""
    return None


def _sound(coordinates: Any, depth: int, smallest: int) -> bool:
    """Tell whether nested lists hold positions, at least ``smallest`` to a line or ring."""
    if not isinstance(coordinates, list) or not coordinates:
        return False
    if depth > 1:
        return all(_sound(part, depth - 1, smallest) for part in coordinates)
    return len(coordinates) >= smallest and all(_position(p) for p in coordinates)


def _position(value: Any) -> bool:
    if not isinstance(value, list) or not 2 <= len(value) <= 4:
        return False
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in value):
        return False
    return all(math.isfinite(v) for v in value) and abs(value[0]) <= 180 and abs(value[1]) <= 90


def _feature(item: Any, at: str) -> Feature:
    item = item if isinstance(item, dict) else {}
    properties, geometry = item.get("properties"), item.get("geometry")
    properties = properties if isinstance(properties, dict) else {}
    own_id = item.get("id", properties.get("id", ""))
    return Feature(
        at=at,
        id=str(own_id if own_id is not None else ""),
        properties=properties,
        geometry=geometry if isinstance(geometry, dict) else {},
    )


def _first(properties: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((properties[name] for name in names if properties.get(name) is not None), None)


def _people(feature: Feature, file: str) -> tuple[int, list[Fault]]:
    value = _first(feature.properties, _PEOPLE)
    if value is None or value == "":
        return 0, []
    try:
        people = float(value)
        if 0 <= people < 1e10:
            return round(people), []
    except (TypeError, ValueError):
        pass
    column = f"{feature.at}.people"
    return 0, [
        _fault("bad-number", file, variant="people", column=column, value=tx.shown(str(value)))
    ]


def _fault(
    rule: str,
    file: str,
    *,
    variant: str = "",
    column: str | None = None,
    value: str | None = None,
    **figures: Figure,
) -> Fault:
    return Fault(rule=rule, file=file, variant=variant, column=column, value=value, figures=figures)
