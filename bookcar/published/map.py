"""A map with a slider: which car is where in which week, drawn as one SVG that needs no network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from typing import Protocol

from bookcar.model import Place
from bookcar.phrases import Language
from bookcar.phrases.sentence import told
from bookcar.published.page import masthead, style
from bookcar.published.words import Words
from bookcar.timetable import Timetable, TimetableRoute
from bookcar.web.colours import DAY_COLOURS
from bookcar.web.geometry import Points
from bookcar.web.markup import Child, Html, document, each, tag
from bookcar.web.text import printable
from bookcar.weeks import monday_of, week_name

WIDTH, MARGIN = 1000.0, 20.0

Line = Sequence[tuple[float, float]]

_ROADS = {"village": 0.6, "township": 1.0, "county": 1.6, "trunk": 2.2}


class Roads(Protocol):
    """The district's roads for drawing."""

    @property
    def lines(self) -> Mapping[str, Sequence[Points]]:
        """Return (k, 2) lon-lat lines by class."""


class _Paper:
    """Puts lon and lat on the sheet: equal steps in metres both ways about the middle.

    All places are on it, and all of the ways between them.
    """

    def __init__(self, places: Iterable[Place], ways: Iterable[Line]) -> None:
        spots = [(place.lon, place.lat) for place in places]
        spots += [(float(point[0]), float(point[1])) for way in ways for point in way]
        lons, lats = [lon for lon, _ in spots], [lat for _, lat in spots]
        self.west, self.north = min(lons), max(lats)
        self.shrink = math.cos(math.radians((min(lats) + max(lats)) / 2))
        wide = max((max(lons) - self.west) * self.shrink, 1e-3)
        high = max(self.north - min(lats), 1e-3)
        self.scale = min((WIDTH - 2 * MARGIN) / wide, 1.2 * WIDTH / high)
        self.width = wide * self.scale + 2 * MARGIN
        self.height = high * self.scale + 2 * MARGIN

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        x = (lon - self.west) * self.shrink * self.scale + MARGIN
        return round(x, 1), round((self.north - lat) * self.scale + MARGIN, 1)

    def path(self, line: Iterable[Sequence[float]]) -> str:
        """Return an SVG path of a line, its points a unit apart at least."""
        found: list[tuple[float, float]] = []
        for point in line:
            spot = self.at(float(point[0]), float(point[1]))
            if not found or math.dist(spot, found[-1]) >= 1:
                found.append(spot)
        return "M" + " ".join(f"{x:g},{y:g}" for x, y in found)


def map_page(
    timetable: Timetable,
    *,
    roads: Roads | None = None,
    ways: Mapping[tuple[str, str, str], Line] | None = None,
    language: Language | None = None,
) -> str:
    """Return ``map.html``.

    Parameters
    ----------
    roads
        Drawn beneath.
    ways
        The road of each leg by vehicle and places; straight lines stand for those that lack.
    """
    words = Words(timetable, language)
    title = words("map-title")
    called = {v.stop for route in timetable.routes for v in route.visits}
    places = [*timetable.depots, *(s for s in timetable.stops if s.id in called)]
    paper = _Paper(places, (ways or {}).values())
    weeks = [week_name(monday) for monday in timetable.mondays]
    return document(
        masthead(words, title),
        tag(
            "main",
            _slider(words, len(weeks)),
            _legend(words),
            _drawing(words, paper, roads, ways or {}),
            tag("div", each(_list(words, n) for n in range(len(weeks)))),
        ),
        tag("footer", tag("p", told(timetable.road_note, words.say.language))),
        title=f"{title} {words.span}",
        language=words.say.language,
        css=style() + resources.files("bookcar.published").joinpath("map.css").read_text("utf-8"),
        scripts=(resources.files("bookcar.published").joinpath("map.js").read_text("utf-8"),),
        data={"weeks": weeks, "all": words("all-weeks")},
    )


def _slider(words: Words, weeks: int) -> Html:
    return tag(
        "p",
        tag("label", words("week"), " ", for_="week"),
        tag("input", type="range", id="week", min=0, max=weeks, value=0, step=1),
        tag("output", id="shown", for_="week"),
        class_="slider",
    )


def _legend(words: Words) -> Html:
    used = sorted({route.date.weekday() for route in words.timetable.routes})
    items = (
        tag("span", tag("b", "●", class_=f"day-{day}", aria_hidden="true"), " ", words.weekday(day))
        for day in used
    )
    return tag("p", *items, class_="legend")


def _drawing(
    words: Words,
    paper: _Paper,
    roads: Roads | None,
    ways: Mapping[tuple[str, str, str], Line],
) -> Html:
    beneath = [*_roads(paper, roads)] if roads else []
    timetable = words.timetable
    groups = [
        tag(
            "g",
            each(_route(words, paper, r, ways) for r in timetable.routes if _week(words, r) == n),
            class_="week",
            data_week=n,
        )
        for n in range(len(timetable.mondays))
    ]
    depots = [_depot(paper, depot) for depot in timetable.depots]
    return tag(
        "svg",
        *beneath,
        *groups,
        *depots,
        viewBox=f"0 0 {paper.width:.0f} {paper.height:.0f}",
        role="img",
        aria_label=words("map-title"),
        class_="map",
    )


def _roads(paper: _Paper, roads: Roads) -> Iterator[Html]:
    for name, width in _ROADS.items():
        paths = "".join(paper.path(line.tolist()) for line in roads.lines.get(name, ()))
        if paths:
            yield tag("path", d=paths, stroke_width=f"{width}", class_="road")


def _week(words: Words, route: TimetableRoute) -> int:
    return words.timetable.mondays.index(monday_of(route.date))


def _route(
    words: Words,
    paper: _Paper,
    route: TimetableRoute,
    ways: Mapping[tuple[str, str, str], Line],
) -> Html:
    timetable, hue = words.timetable, DAY_COLOURS[route.date.weekday()]
    at: dict[str, Place] = {depot.id: depot for depot in timetable.depots}
    at |= timetable.stops_by_id
    here, line = route.depot, list[Sequence[float]]()
    for there in (*(visit.stop for visit in route.visits), route.depot):
        a, b = at[here], at[there]
        way = ways.get((route.vehicle, here, there)) or ()
        line += [(a.lon, a.lat), *way, (b.lon, b.lat)]
        here = there
    car = list(timetable.vehicles_by_id).index(route.vehicle)
    dots = []
    for visit in route.visits:
        stop = timetable.stops_by_id[visit.stop]
        x, y = paper.at(stop.lon, stop.lat)
        when = f"{words.short(route.date)} {words.times(visit.begin, visit.leave)}"
        said = f"{printable(stop.name)} · {when} · {words.car(route.vehicle)}"
        dots.append(tag("circle", tag("title", said), cx=f"{x:g}", cy=f"{y:g}", r="4.5", fill=hue))
    drawn = tag(
        "path", d=paper.path(line), stroke=hue, class_="drive" if car == 0 else "drive other"
    )
    return tag("g", drawn, *dots)


def _depot(paper: _Paper, depot: Place) -> Html:
    x, y = paper.at(depot.lon, depot.lat)
    box = tag("rect", x=f"{x - 6:g}", y=f"{y - 6:g}", width=12, height=12, class_="depot")
    return tag("g", tag("title", printable(depot.name)), box)


def _list(words: Words, week: int) -> Html:
    """Return the days of a week in words, for who does not see the drawing."""
    items: list[Child] = []
    for route in words.timetable.routes:
        if _week(words, route) == week:
            names = (printable(words.timetable.stops_by_id[v.stop].name) for v in route.visits)
            day = f"{words.weekday(route.date.weekday())} {words.short(route.date)}"
            head = tag("b", f"{day} · {words.car(route.vehicle)}")
            items.append(tag("li", head, " ", words.say("figures.comma").join(names)))
    return tag("ul", *items, class_="week days", data_week=week)
