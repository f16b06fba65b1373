"""A route for navigation, as GPX 1.1 (https://www.topografix.com/GPX/1/1/), in two files.

Apps on phones follow a track: the road that was planned, as it is. Devices for cars follow a route:
a list of places, to which they find roads of their own, and they take a track for a trip that was
made. An app that finds both in one file draws straight lines from place to place across the track,
so each has a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import polyline

from bookcar.manifests.sheet import ReloadRow, RouteSheet, StopRow, WeekSheet
from bookcar.model import Place
from bookcar.phrases import Phrases
from bookcar.plan import Plan, Route
from bookcar.web.geometry import route_places, route_ways
from bookcar.web.text import printable

_NAMESPACE = "http://www.topografix.com/GPX/1/1"
_SCHEMA = f"{_NAMESPACE} https://www.topografix.com/GPX/1/1/gpx.xsd"


def walks_gpx(route: Route, *, week: WeekSheet, sheet: RouteSheet) -> Iterator[tuple[str, bytes]]:
    """Yield the way of each visit on foot, from where the car is met to the stop, with a stem.

    Its heights are not in it; the name of the file is that of the route and the stop's number.
    """
    for visit, row in zip(route.visits, sheet.visits, strict=True):
        if not visit.foot:
            continue
        root = _root(week)
        title = f"{sheet.id} {sheet.date_text} {row.number:02d} {row.name}"
        metadata = ET.SubElement(root, "metadata")
        _text(metadata, "name", title)
        _text(metadata, "desc", " ".join(filter(None, (week.district, week.plan_text, row.note))))
        points = polyline.decode(visit.foot.line, 5)
        for name, (lat, lon) in ((row.begin.text, points[0]), (row.name, points[-1])):
            mark = ET.SubElement(root, "wpt", _position(lon, lat))
            _text(mark, "name", name)
        track = ET.SubElement(root, "trk")
        _text(track, "name", title)
        segment = ET.SubElement(track, "trkseg")
        for lat, lon in points:
            ET.SubElement(segment, "trkpt", _position(lon, lat))
        yield f"{sheet.stem}-{row.number:02d}-foot", _bytes(root)


def route_gpx(plan: Plan, route: Route, *, week: WeekSheet, sheet: RouteSheet) -> bytes:
    """Return the road as a track, with waypoints: ``00`` the depot, ``01 name`` the stops.

    A reload has the number of the stop before it: ``01+ name``.
    """
    root, title = _titled(week, sheet)
    say = Phrases(week.language)
    depot, *stops, _ = route_places(plan, route)
    _point(root, "wpt", depot, name=f"00 {sheet.depot}", sym="Flag, Blue")
    numbers = _numbers(sheet)
    for stop, row, number in zip(stops, sheet.calls, numbers[1:], strict=False):
        name = f"{number} {row.name}"
        _point(
            root, "wpt", stop, name=name, cmt=_times(row, say), desc=_about(row), sym=_symbol(row)
        )
    _track(root, title, plan, route)
    return _bytes(root)


def places_gpx(plan: Plan, route: Route, *, week: WeekSheet, sheet: RouteSheet) -> bytes:
    """Return the places in order as a route, for devices that find the roads between them."""
    root, title = _titled(week, sheet)
    _route(root, title, sheet, route_places(plan, route))
    return _bytes(root)


def _titled(week: WeekSheet, sheet: RouteSheet) -> tuple[ET.Element, str]:
    """Return a file of a route with its title and what it is of."""
    root = _root(week)
    title = f"{sheet.id} {sheet.date_text} {sheet.vehicle}"
    metadata = ET.SubElement(root, "metadata")
    _text(metadata, "name", title)
    _text(metadata, "desc", " ".join(filter(None, (week.district, week.plan_text, week.warning))))
    return root, title


def _root(week: WeekSheet) -> ET.Element:
    return ET.Element(
        "gpx",
        {
            "version": "1.1",
            "creator": f"bookcar {week.version}",
            "xmlns": _NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": _SCHEMA,
        },
    )


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    xml: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return xml + b"\n"


def _numbers(sheet: RouteSheet) -> list[str]:
    """Return the numbers of the places in order, the depot's ``00`` at both ends."""
    numbers, last = ["00"], 0
    for row in sheet.calls:
        last = row.number if isinstance(row, StopRow) else last
        numbers.append(f"{last:02d}" if isinstance(row, StopRow) else f"{last:02d}+")
    return [*numbers, "00"]


def _times(row: StopRow | ReloadRow, say: Phrases) -> str:
    """Return when the car comes and goes, and from when people are served, each by its name."""
    begin = row.arrive if isinstance(row, ReloadRow) else row.begin
    key = "manifests.gpx-times" if begin.text == row.arrive.text else "manifests.gpx-times-begin"
    times = {"arrive": row.arrive.text, "begin": begin.text, "depart": row.depart.text}
    return say(key, **times)


def _about(row: StopRow | ReloadRow) -> str:
    if isinstance(row, ReloadRow):
        return " ".join(filter(None, (row.title, row.name_en, row.phone)))
    return " ".join(filter(None, (row.name_en, row.contact, row.phone, row.note)))


def _symbol(row: StopRow | ReloadRow) -> str:
    if isinstance(row, ReloadRow):
        return "Flag, Blue"
    return "School" if row.is_school else "Flag, Green"


def _route(root: ET.Element, title: str, sheet: RouteSheet, places: list[Place]) -> None:
    element = ET.SubElement(root, "rte")
    _text(element, "name", title)
    depot, *_ = places
    for number, place in zip(_numbers(sheet), places, strict=True):
        name = sheet.depot if place.id == depot.id else printable(place.name)
        _point(element, "rtept", place, name=f"{number} {name}")


def _track(root: ET.Element, title: str, plan: Plan, route: Route) -> None:
    element = ET.SubElement(root, "trk")
    _text(element, "name", title)
    segment = ET.SubElement(element, "trkseg")
    for lon, lat in _road(plan, route):
        ET.SubElement(segment, "trkpt", _position(lon, lat))


def _road(plan: Plan, route: Route) -> Iterator[tuple[float, float]]:
    """Yield the points of the road from the depot back to it, none twice in a row."""
    last: tuple[float, float] | None = None
    for way in route_ways(plan, route):
        for lon, lat in way.points.tolist():
            if (lon, lat) != last:
                yield lon, lat
            last = (lon, lat)


def _point(parent: ET.Element, kind: str, place: Place, **texts: str) -> None:
    """Add a point; ``texts`` in the order the schema wants: name, cmt, desc, sym."""
    element = ET.SubElement(parent, kind, _position(place.lon, place.lat))
    for key, text in texts.items():
        if text:
            _text(element, key, text)


def _position(lon: float, lat: float) -> dict[str, str]:
    east = -180.0 if lon == 180.0 else lon  # the schema's longitudes end just below 180
    return {"lat": f"{lat:.5f}", "lon": f"{east:.5f}"}


def _text(parent: ET.Element, kind: str, text: str) -> None:
    ET.SubElement(parent, kind).text = text
