"""A week's routes and stops as data for GIS: GeoJSON, and a GeoPackage that QGIS opens.

No contact and no phone number: such files are passed on further than manifests are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polyline

from bookcar.advice.wording import explanation
from bookcar.calendars.rule_words import how_often
from bookcar.maps.page import spot
from bookcar.model import Place
from bookcar.phrases import Language, Phrases
from bookcar.plan import Plan, PlanStop, Route, Visit
from bookcar.weeks import clock

Feature = dict[str, Any]
Point = tuple[float, float]
_Stopping = tuple[Route, int, Visit]


def route_features(plan: Plan) -> list[Feature]:
    """Return a line per route, along the roads where they are known, else from stop to stop."""
    return [_route(plan, route) for route in plan.routes]


def stop_features(plan: Plan, *, language: Language | None = None) -> list[Feature]:
    """Return a point per depot and stop, with what the plan does there; reasons in ``language``."""
    say = Phrases(language or plan.language)
    reasons = {u.stop: explanation(plan, u, say) for u in plan.unserved}
    visits: dict[str, list[_Stopping]] = {}
    for route in plan.routes:
        for order, visit in enumerate(route.visits, start=1):
            visits.setdefault(visit.stop, []).append((route, order, visit))
    depots = [_feature(_point(d), _place(d) | _reloaded(plan, d.id)) for d in plan.depots]
    stops = [
        _feature(
            _point(s), _stop(s, say.language) | _service(visits.get(s.id, []), reasons.get(s.id))
        )
        for s in plan.stops
    ]
    return depots + stops


def geojson(features: Iterable[Feature]) -> bytes:
    """Return a FeatureCollection (RFC 7946: WGS 84, longitude first), one feature a line."""
    lines = ",\n".join(
        json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features
    )
    text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
    return text.encode("utf-8", "replace")  # a lone surrogate is no text


def write_geopackage(layers: Mapping[str, Sequence[Feature]], path: Path, *, date: str) -> None:
    """Write a GeoPackage with a layer per name; one without features is left out.

    ``date`` (an ISO day) stands for the time of writing, so that the same plan gives the same bytes
    with the same versions of GDAL and SQLite.
    """
    import geopandas as gpd  # noqa: PLC0415  heavy
    import pyogrio  # noqa: PLC0415  heavy

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{date}T00:00:00.000Z"})
    try:
        for name, features in layers.items():
            if features:
                frame = gpd.GeoDataFrame.from_features(features, crs=4326)
                frame.to_file(path, layer=name, driver="GPKG", engine="pyogrio")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _feature(geometry: dict[str, Any], properties: Mapping[str, Any]) -> Feature:
    return {"type": "Feature", "geometry": geometry, "properties": dict(properties)}


def _point(place: Place) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(place.lon, 6), round(place.lat, 6)]}


def _place(place: Place) -> Feature:
    return {"id": place.id, "name": place.name, "name_en": place.name_en}


def _stop(stop: PlanStop, language: Language) -> Feature:
    return _place(stop) | {
        "kind": stop.kind,
        "area": stop.area,
        "people": stop.people,
        "access": stop.access,
        "every_weeks": stop.every_weeks,
        "every": how_often(stop.rule, weeks=stop.every_weeks, language=language),
        "weeks_since": stop.weeks_since,
        "due": stop.due,
    }


def _reloaded(plan: Plan, depot: str) -> Feature:
    """Return what a depot is in the week: the routes that reload there, if any do."""
    routes = [r.id for r in plan.routes if any(reload.depot == depot for reload in r.reloads)]
    return {"status": "depot"} | ({"reloads": " ".join(routes)} if routes else {})


def _service(visits: list[_Stopping], reason: str | None) -> Feature:
    """Return what is done at a stop: its first visit, and of others the route and the day."""
    if not visits:
        return {"status": "unserved", "reason": reason} if reason else {"status": "not due"}
    route, order, stopping = visits[0]
    first = {
        "status": "served in part" if reason else "served",
        "route": route.id,
        "order": order,
        "date": route.date.isoformat(),
        "arrive": clock(stopping.arrive),
        "depart": clock(stopping.depart),
    }
    again: Feature = {}
    for n, (r, _, _) in enumerate(visits[1:], start=2):
        again |= {f"route_{n}": r.id, f"date_{n}": r.date.isoformat()}
    return first | again | ({"reason": reason} if reason else {})


def _route(plan: Plan, route: Route) -> Feature:
    line, by_road = _line(route, plan.places_by_id)
    brought = (batch for visit in route.visits for batch in visit.drops)
    properties = {
        "id": route.id,
        "date": route.date.isoformat(),
        "vehicle": route.vehicle,
        "depart": clock(route.depart),
        "back": clock(route.back),
        "km": round(route.metres / 1_000, 1),
        "stops": len(route.visits),
        "books": sum(plan.batches_by_id[batch].books for batch in brought),
        "order": " ".join(route.places[1:-1]),
        "reloads": len(route.reloads),
        "by_road": by_road,
    }
    return _feature({"type": "LineString", "coordinates": [(x, y) for y, x in line]}, properties)


def _line(route: Route, places: Mapping[str, Place]) -> tuple[list[Point], bool]:
    """Return (lat, lon) points from depot to depot, and whether all of them follow roads."""
    line: list[Point] = [spot(places[route.depot])]
    by_road = True
    for leg, end in zip(route.legs, route.places[1:], strict=True):
        points = polyline.decode(leg.line) if leg.line else []
        by_road &= bool(points) or leg.metres == 0
        line.extend(points or [spot(places[end])])
    return [p for i, p in enumerate(line) if i < 2 or p != line[i - 1]], by_road
