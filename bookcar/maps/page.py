"""What both maps have in common: the head of the data block, the cards of stops, the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bookcar import weeks
from bookcar.calendars.rule_words import how_often
from bookcar.maps import assets
from bookcar.maps.backdrop import backdrop
from bookcar.maps.figure import OfflineFigure, OfflineMap
from bookcar.maps.tiles import Tiles
from bookcar.maps.townships import outline_of
from bookcar.model import Area, Place
from bookcar.phrases import Language, Phrases
from bookcar.phrases.sentence import told
from bookcar.plan import Plan, PlanStop
from bookcar.roads.basemap import Basemap

Data = dict[str, Any]

_BEFORE = ("kit.js", "backdrop.js", "shapes.js", "layout.js", "names.js", "panel.js")
_AFTER = ("print.js",)


def map_page(
    title: str,
    data: Data,
    *,
    language: Language,
    scripts: Sequence[str],
    tiles: Tiles | None = None,
) -> str:
    """Return the page that draws ``data`` with some of our scripts.

    ``title`` is a phrase without data; what the plan calls itself reaches the page in ``data``.
    """
    shown = data | ({"tiles": tiles.data()} if tiles else {})
    chart = OfflineMap(
        location=_middle(data["places"]),
        zoom_start=11,
        tiles=None,
        zoom_control=False,
        zoomSnap=0.25,
        minZoom=5,
        maxZoom=18,
        attributionControl=False,
    )
    figure = OfflineFigure(
        title,
        Phrases(language)("language.tag"),
        data=shown,
        images=(tiles.source,) if tiles else (),
        styles=(assets.own("map.css"),),
        scripts=[assets.own(name) for name in (*_BEFORE, *scripts, *_AFTER)],
        without_script=Phrases(language)("maps.needs-script"),
    )
    figure.add_child(chart)
    return figure.render()


def head(
    plan: Plan,
    basemap: Basemap | None,
    phrases: Phrases,
    *,
    areas: Sequence[Area] = (),
    as_of: dt.date | None = None,
) -> Data:
    """Return what every map says of its plan, with the roads to draw beneath it.

    Roads end with the townships, if these are known.
    """
    ground = backdrop(basemap, outline_of(areas, (*plan.stops, *plan.depots)))
    monday = weeks.parse_week(plan.week)
    return {
        "language": phrases.language,
        "words": phrases.topic("common") | phrases.topic("maps"),
        "district": without_empty(name=plan.district, name_en=plan.district_en),
        "week": plan.week,
        "first": monday.isoformat(),
        "last": (monday + dt.timedelta(days=6)).isoformat(),
        "plan": plan.id,
        "as_of": as_of and as_of.isoformat(),
        "version": plan.provenance.bookcar,
        "paper": plan.paper,
        "estimated": plan.estimated,
        "note": told(plan.road_note, phrases.language),
        "osm": draws_osm(plan, ground["roads"]),
        "depots": [place_card(depot) for depot in plan.depots],
        "places": [spot(place) for place in (*plan.stops, *plan.depots)],
    } | ground


def draws_osm(plan: Plan, roads: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether anything on the map comes from OpenStreetMap, which then must be named.

    A plan on a matrix of the user's own is not estimated and yet draws no road.
    """
    legs = (leg for route in plan.routes for leg in route.legs)
    return any(roads.values()) or (not plan.estimated and any(leg.line for leg in legs))


def stop_card(stop: PlanStop, language: Language) -> Data:
    """Return what a map shows of a stop when it is clicked; empty fields are left out."""
    return place_card(stop) | without_empty(
        kind=stop.kind,
        area=stop.area,
        people=stop.people,
        contact=stop.contact,
        landmark=stop.landmark,
        note=stop.note,
        foot=stop.access == "foot",
        every=how_often(stop.rule, weeks=stop.every_weeks, language=language),
        weeks=stop.weeks_since,
        why_not=stop.why_not.text_in(language) if stop.why_not else None,
    )


def place_card(place: Place) -> Data:
    """Return the name, the spot and the phone of a place; the English name only if it differs."""
    english = "" if place.name_en == place.name else place.name_en
    return without_empty(name=place.name, name_en=english, phone=place.phone) | {"at": spot(place)}


def spot(place: Place) -> tuple[float, float]:
    """Return lat and lon to a metre, as Leaflet wants them."""
    return round(place.lat, 5), round(place.lon, 5)


def without_empty(**fields: Any) -> Data:
    """Return the fields that say something: not None, not an empty string, not False."""
    return {name: value for name, value in fields.items() if value not in (None, "", False)}


def _middle(places: Iterable[tuple[float, float]]) -> tuple[float, float]:
    lats, lons = zip(*places, strict=True) if places else ((0.0,), (0.0,))
    return round((min(lats) + max(lats)) / 2, 5), round((min(lons) + max(lons)) / 2, 5)
