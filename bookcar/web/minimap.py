"""The little map on a manifest: the route in black on the district's own roads in grey, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bookcar.plan import Plan, PlanStop, Route, Visit
from bookcar.web.geometry import (
    Box,
    Paper,
    Points,
    Spot,
    Way,
    route_places,
    route_ways,
    thinned,
)
from bookcar.web.townships import township_names

WIDTH, HEIGHT = 330.0, 290.0
_FOOT = 22.0  # below the ways, for the scale
_MARGIN = 20.0
_BADGE = 8.0  # radius of a stop's number
_APART = 17.0  # least distance of two numbers
_WAY = 6.0  # units that a way takes up beside a name
_ARROWS = 58.0  # units of way between two arrows
_TURNS = 16
_ROADS = {  # class: grey, width; from the least road to the greatest, which is drawn on top
    "path": ("#d9d9d9", 0.4),
    "village": ("#cfcfcf", 0.6),
    "township": ("#b8b8b8", 1.0),
    "county": ("#a6a6a6", 1.6),
    "trunk": ("#969696", 2.2),
}
_FONT = "'Noto Sans SC', 'Noto Sans CJK SC', 'Noto Sans', 'DejaVu Sans', sans-serif"


class Roads(Protocol):
    """The district's roads for drawing: what a `Basemap` of the roads package gives."""

    @property
    def lines(self) -> Mapping[str, Sequence[Points]]:
        """Return (k, 2) lon-lat lines by class: trunk, county, township, village, path."""


@dataclass(frozen=True)
class Badge:
    """A stop's number: where the stop lies on the paper, and where the number stands."""

    number: int
    square: bool
    at: Spot
    label: Spot


def route_map(plan: Plan, route: Route, *, roads: Roads | None = None, font: str = _FONT) -> str:
    """Return the map of a route as an SVG of `WIDTH` by `HEIGHT` units.

    Round numbers are villages, square ones schools, black houses the depot and the places where the
    car reloads or fetches. A way known only by its ends is dashed. Its only words are figures and
    the names of townships, so it needs no language.
    """
    ways = route_ways(plan, route)
    above = HEIGHT - _FOOT  # so that the scale hides nothing
    paper = Paper.around((way.points for way in ways), width=WIDTH, height=above, margin=_MARGIN)
    houses, badges = _placed(paper, plan, route)
    taken = [*(_around(house, _APART) for house in houses)]
    taken += [*(_around(badge.label, _APART) for badge in badges)]
    taken += [_around(spot, _WAY) for way in ways for spot in _spots(paper, way)]
    view = f'viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {view} font-family="{font}">',
        _frame('fill="#fff"'),
        *(drawn_roads(paper, roads.lines) if roads else ()),
        *township_names(paper, plan, taken),
        *_ways(paper, ways),
        *_stops(houses, badges),
        scale_bar(paper, high=HEIGHT),
        _north(),
        _frame('fill="none" stroke="#000" stroke-width="2"'),
        "</svg>",
    ]
    return "".join(parts)


def _frame(paint: str) -> str:
    return f'<rect width="{WIDTH:.0f}" height="{HEIGHT:.0f}" {paint}/>'


def drawn_roads(paper: Paper, lines: Mapping[str, Sequence[Points]]) -> Iterator[str]:
    """Yield the roads that touch the paper in grey, from the least to the greatest."""
    for name, (grey, width) in _ROADS.items():
        paths = "".join(
            drawn_path(thinned(line, 1.0)) for line in _seen(paper, lines.get(name, ()))
        )
        if paths:
            yield f'<path d="{paths}" fill="none" stroke="{grey}" stroke-width="{width}"/>'


def _seen(paper: Paper, lines: Sequence[Points]) -> Iterator[Points]:
    """Yield those of many lines that touch the paper, as points on it."""
    lines = [np.asarray(line, float) for line in lines if len(line) > 1]
    if not lines:
        return
    drawn = paper.place(np.concatenate(lines))
    starts = np.cumsum([0, *(len(line) for line in lines)])
    low = np.minimum.reduceat(drawn, starts[:-1])
    high = np.maximum.reduceat(drawn, starts[:-1])
    touches = ((high >= 0) & (low <= (paper.width, paper.height))).all(axis=1)
    for k in np.flatnonzero(touches):
        yield drawn[starts[k] : starts[k + 1]]


def drawn_path(drawn: Points) -> str:
    """Return points on paper as the ``d`` of a path."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in drawn)


def _ways(paper: Paper, ways: Iterable[Way]) -> Iterator[str]:
    drawn = [(thinned(paper.place(way.points), 0.7), way.known) for way in ways]
    for stroke, width in (("#fff", 5.0), ("#000", 2.4)):
        for points, known in drawn:
            dash = "" if known else ' stroke-dasharray="6 4"'
            yield (
                f'<path d="{drawn_path(points)}" fill="none" stroke="{stroke}" '
                f'stroke-width="{width}" stroke-linejoin="round"{dash}/>'
            )
    for points, _ in drawn:
        yield from _arrows(points)


def _arrows(drawn: Points) -> Iterator[str]:
    """Yield an arrow every so often along a way, pointing where the car goes."""
    steps = np.diff(drawn, axis=0)
    travelled = np.cumsum(np.hypot(*steps.T))
    due = _ARROWS / 2
    for (x, y), (dx, dy), length in zip(drawn[1:], steps, travelled, strict=True):
        if length < due:
            continue
        due = length + _ARROWS
        turn = math.degrees(math.atan2(dy, dx))
        yield (
            f'<path transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f})" '
            'd="M5 0L-4 4L-1.8 0L-4 -4Z" stroke="#fff"/>'
        )


def _placed(paper: Paper, plan: Plan, route: Route) -> tuple[list[Spot], list[Badge]]:
    """Return where the depot and the stores stand, each once, and the numbers of the visits."""
    places = route_places(plan, route)
    spots = paper.place(np.array([[place.lon, place.lat] for place in places]))
    stops = [k for k, halt in enumerate(route.halts, start=1) if isinstance(halt, Visit)]
    stores = {p.id: (float(x), float(y)) for p, (x, y) in zip(places, spots, strict=True)}
    houses = [spot for name, spot in stores.items() if name not in {places[k].id for k in stops}]
    return houses, _badges([places[k] for k in stops], spots[stops], houses)


def _spots(paper: Paper, way: Way) -> Iterator[Spot]:
    for x, y in thinned(paper.place(way.points), _WAY):
        yield float(x), float(y)


def _around(spot: Spot, side: float) -> Box:
    """Return the square about a spot."""
    return (spot[0] - side / 2, spot[1] - side / 2, spot[0] + side / 2, spot[1] + side / 2)


def _stops(houses: Iterable[Spot], badges: Sequence[Badge]) -> Iterator[str]:
    moved = [badge for badge in badges if badge.at != badge.label]
    yield from (_leader(badge) for badge in moved)
    yield from (_badge(badge) for badge in badges)
    yield from (_house(spot) for spot in houses)


def _badges(stops: Sequence[object], spots: Points, houses: Sequence[Spot]) -> list[Badge]:
    """Return the numbers of the stops, pushed apart where they would cover each other."""
    taken = list(houses)
    badges = []
    for number, (stop, (x, y)) in enumerate(zip(stops, spots, strict=True), start=1):
        at = (float(x), float(y))
        label = _free_spot(at, taken)
        taken.append(label)
        square = isinstance(stop, PlanStop) and stop.kind == "school"
        badges.append(Badge(number, square, at, label))
    return badges


def _free_spot(at: Spot, taken: list[Spot]) -> Spot:
    """Return the spot nearest to a stop where its number covers no other, on growing rings."""
    for ring in range(12):
        for spot in _ring(at, ring * 9.0):
            if _inside(spot) and all(math.dist(spot, other) >= _APART for other in taken):
                return spot
    return at


def _ring(at: Spot, radius: float) -> Iterator[Spot]:
    if radius == 0:
        yield at
        return
    for k in range(_TURNS):
        turn = 2 * math.pi * k / _TURNS
        yield (at[0] + radius * math.cos(turn), at[1] + radius * math.sin(turn))


def _inside(spot: Spot) -> bool:
    edge = _BADGE + 2
    clear_of_corners = not (spot[1] > HEIGHT - 32 and spot[0] < 170) and not (
        spot[1] < 44 and spot[0] > WIDTH - 36
    )
    within = edge < spot[0] < WIDTH - edge and edge < spot[1] < HEIGHT - edge
    return within and clear_of_corners


def _leader(badge: Badge) -> str:
    (x, y), (u, v) = badge.at, badge.label
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{u:.1f}" y2="{v:.1f}" stroke="#000"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" stroke="#fff"/>'
    )


def _badge(badge: Badge) -> str:
    x, y = badge.label
    side = 2 * _BADGE - 1
    frame = 'fill="#fff" stroke="#000" stroke-width="1.5"'
    if badge.square:
        shape = (
            f'<rect x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side}" height="{side}" '
            f"{frame}/>"
        )
    else:
        shape = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_BADGE}" {frame}/>'
    return shape + _text(x, y + 3.6, str(badge.number), size=10, weight=700)


def _text(x: float, y: float, text: str, *, size: float, weight: int = 500) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="middle">{text}</text>'
    )


def _house(at: Spot) -> str:
    return (
        f'<path transform="translate({at[0]:.1f} {at[1]:.1f})" stroke="#fff" stroke-width="1.2" '
        'd="M0 -10L10 -1H7V8H2V2H-2V8H-7V-1H-10Z"/>'
    )


def scale_bar(paper: Paper, *, high: float | None = None, most: float = 150) -> str:
    """Return the scale in the lower left corner, no longer than ``most`` units of the paper.

    ``high`` is where that corner is, where the paper goes on below what is drawn.
    """
    metres = _round_length(most / paper.units)
    length = metres * paper.units
    text = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    low = paper.height if high is None else high
    y = low - 12
    return (
        f'<rect x="6" y="{low - 30:.0f}" width="{length + 16:.1f}" height="25" fill="#fff" '
        'fill-opacity=".85"/>'
        f'<path d="M14 {y - 4:.0f}V{y:.0f}H{14 + length:.1f}V{y - 4:.0f}" fill="none" '
        'stroke="#000" stroke-width="1.2"/>' + _text(14 + length / 2, y - 5, text, size=10)
    )


def _round_length(most: float) -> int:
    """Return the greatest of 1, 2, 5, 10, 20, ... metres that is not above ``most``."""
    power = int(10 ** max(math.floor(math.log10(most)), 0))
    return max(step * power for step in (1, 2, 5) if step * power <= max(most, 1))


def _north() -> str:
    x = WIDTH - 18
    return f'<path d="M{x:.0f} 8L{x + 5:.0f} 22L{x:.0f} 18.5L{x - 5:.0f} 22Z"/>' + _text(
        x, 33, "N", size=10, weight=700
    )
