"""The little map on a manifest: the route in black on the district's own roads in grey, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from bookcar.model import Place
from bookcar.plan import Plan, PlanStop, Route, Visit
from bookcar.web import inset
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
from bookcar.web.inset import Crowd, covers, crowd_of
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


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A map under way: the paper that its ways fit, with its whole height, and what stands on it.

    ``shut`` are boxes that neither numbers nor names may cover.
    """

    paper: Paper
    height: float
    houses: Sequence[Spot]
    badges: Sequence[Badge]
    shut: Sequence[Box] = ()


def route_map(plan: Plan, route: Route, *, roads: Roads | None = None, font: str = _FONT) -> str:
    """Return the map of a route as an SVG of `WIDTH` by `HEIGHT` units.

    Round numbers are villages, square ones schools, black houses the depot and the places where the
    car reloads or fetches. A way known only by its ends is dashed. Where stops crowd, a closer map
    of them stands in a corner that the route leaves free, or beside a smaller map of the whole. Its
    only words are figures and the names of townships, so it needs no language.
    """
    drawing = _Drawing(plan, route, route_ways(plan, route), roads)
    view = f'viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {view} font-family="{font}">',
        _frame('fill="#fff"'),
        *drawing.parts(),
        _frame('fill="none" stroke="#000" stroke-width="2"'),
        "</svg>",
    ]
    return "".join(parts)


class _Drawing:
    """The map of one route, alone or with a closer map of its crowd."""

    def __init__(self, plan: Plan, route: Route, ways: Sequence[Way], roads: Roads | None) -> None:
        self.plan, self.route, self.ways, self.roads = plan, route, ways, roads
        places = route_places(plan, route)
        self.halts = [k for k, halt in enumerate(route.halts, 1) if isinstance(halt, Visit)]
        self.stops = [places[k] for k in self.halts]
        named = {stop.id for stop in self.stops}
        stores = {place.id: place for place in places if place.id not in named}
        self.stop_points = _points(self.stops)
        self.house_points = _points(list(stores.values()))
        self.every = frozenset(range(1, len(self.stops) + 1))

    def parts(self) -> Iterator[str]:
        """Yield all that stands inside the frame."""
        whole = self._part(WIDTH, HEIGHT, self.every)
        moved = [badge.at != badge.label for badge in whole.badges]
        crowd = crowd_of(whole.paper, self.stop_points, moved, self.house_points)
        if crowd is None:
            yield from self._drawn(whole)
            return
        part, box = self._beside(crowd)
        yield from self._drawn(part)
        yield _box_of(crowd.frame(part.paper), 'fill="none" stroke="#000" stroke-width="1.2"')
        yield _pointer(crowd.frame(part.paper), box)
        yield from self._closer(crowd, box)

    def _beside(self, crowd: Crowd) -> tuple[_Part, Box]:
        """Return the map of the others, and where the closer one stands: with the largest scale."""
        others = self.every - crowd.numbers
        for box in inset.corners(WIDTH, HEIGHT, low=30, arrow=40):
            part = self._part(WIDTH, HEIGHT, others, shut=(box,))
            ways = [spot for way in self.ways for spot in _spots(part.paper, way)]
            stand = [*part.houses, *(badge.label for badge in part.badges)]
            frame = crowd.frame(part.paper)
            ends = [(frame[0], frame[1]), (frame[2], frame[3])]
            if not covers(box, ways, apart=4) and not covers(
                box, [*stand, *ends], apart=_BADGE + 2
            ):
                return part, box
        right = self._part(WIDTH - inset.WIDTH, HEIGHT, others)
        below = self._part(WIDTH, HEIGHT - inset.HEIGHT, others)
        if right.paper.units >= below.paper.units:
            left, top = WIDTH - inset.WIDTH, (HEIGHT - inset.HEIGHT) / 2
            return right, (left, top, WIDTH, top + inset.HEIGHT)
        left, top = (WIDTH - inset.WIDTH) / 2, HEIGHT - inset.HEIGHT
        return below, (left, top, left + inset.WIDTH, HEIGHT)

    def _part(
        self, width: float, height: float, numbers: frozenset[int], *, shut: Sequence[Box] = ()
    ) -> _Part:
        """Return the map of the whole route on so much paper, with some of the numbers."""
        above = height - _FOOT  # so that the scale hides nothing
        lines = [way.points for way in self.ways]
        paper = Paper.around(lines, width=width, height=above, margin=_MARGIN)
        corners = ((0.0, height - 32, 170.0, height), (width - 36, 0.0, width, 44.0))
        return self._placed(paper, height, numbers, shut=(*corners, *shut))

    def _placed(
        self, paper: Paper, height: float, numbers: frozenset[int], *, shut: Sequence[Box]
    ) -> _Part:
        houses = [(float(x), float(y)) for x, y in paper.place(self.house_points)]
        houses = [spot for spot in houses if _inside(spot, paper.width, paper.height)]
        spots = paper.place(self.stop_points)
        badges, taken = [], list(houses)
        for number, (stop, (x, y)) in enumerate(zip(self.stops, spots, strict=True), start=1):
            if number not in numbers:
                continue
            at = (float(x), float(y))
            label = _free_spot(at, taken, shut, (paper.width, height))
            taken.append(label)
            square = isinstance(stop, PlanStop) and stop.kind == "school"
            badges.append(Badge(number, square, at, label))
        return _Part(paper=paper, height=height, houses=houses, badges=badges, shut=shut)

    def _drawn(self, part: _Part) -> Iterator[str]:
        """Yield the map of the whole route: it ends where the paper of its ways does."""
        yield from self._ground(part)
        taken = [*part.shut, *(_around(house, _APART) for house in part.houses)]
        taken += [_around(badge.label, _APART) for badge in part.badges]
        taken += [_around(spot, _WAY) for way in self.ways for spot in _spots(part.paper, way)]
        yield from township_names(part.paper, self.plan, taken)
        yield from _ways(part.paper, self.ways)
        yield from _stops(part.houses, part.badges)
        yield scale_bar(part.paper, high=part.height, most=min(150.0, part.paper.width / 2))
        yield _north(part.paper.width)

    def _closer(self, crowd: Crowd, box: Box) -> Iterator[str]:
        """Yield the closer map of a crowd in its box; its ways are cut there and at its foot."""
        above = inset.HEIGHT - inset.FOOT
        foot = (0.0, above - _BADGE - 1, inset.WIDTH, inset.HEIGHT)
        part = self._placed(crowd.paper(), inset.HEIGHT, crowd.numbers, shut=(foot,))
        yield _picture(box[:2], inset.HEIGHT)
        yield f'<rect width="{inset.WIDTH:.0f}" height="{inset.HEIGHT:.0f}" fill="#fff"/>'
        yield _picture((0.0, 0.0), above)
        yield from self._ground(part)
        yield from _ways(part.paper, self.ways)
        yield "</svg>"
        yield from _stops(part.houses, part.badges)
        yield scale_bar(part.paper, high=inset.HEIGHT, most=90)
        yield f'<path d="M0 {above:.0f}H{inset.WIDTH:.0f}" stroke="#000" stroke-width="0.6"/>'
        yield "</svg>"
        yield _box_of(box, 'fill="none" stroke="#000" stroke-width="1.6"')

    def _ground(self, part: _Part) -> Iterator[str]:
        if self.roads:
            yield from drawn_roads(part.paper, self.roads.lines)


def _points(places: Sequence[Place]) -> Points:
    return np.array([[place.lon, place.lat] for place in places]).reshape(-1, 2)


def _picture(corner: tuple[float, ...], height: float) -> str:
    """Return the start of a picture within the picture, as wide as a closer map."""
    size = f'width="{inset.WIDTH:.0f}" height="{height:.0f}"'
    view = f'viewBox="0 0 {inset.WIDTH:.0f} {height:.0f}"'
    return f'<svg x="{corner[0]:.1f}" y="{corner[1]:.1f}" {size} {view}>'


def _box_of(box: Box, paint: str) -> str:
    left, top, right, bottom = box
    size = f'width="{right - left:.1f}" height="{bottom - top:.1f}"'
    return f'<rect x="{left:.1f}" y="{top:.1f}" {size} {paint}/>'


def _pointer(frame: Box, box: Box) -> str:
    """Return the line from what is shown closer to where it is."""
    (x, u), (y, v) = (_nearest(frame[k : k + 3 : 2], box[k : k + 3 : 2]) for k in (0, 1))
    return f'<path d="M{x:.1f} {y:.1f}L{u:.1f} {v:.1f}" stroke="#000" stroke-dasharray="2 2"/>'


def _nearest(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """Return where two spans come nearest to each other."""
    if one[1] < other[0]:
        return one[1], other[0]
    if other[1] < one[0]:
        return one[0], other[1]
    both = (max(one[0], other[0]) + min(one[1], other[1])) / 2
    return both, both


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


def _spots(paper: Paper, way: Way) -> Iterator[Spot]:
    """Yield spots along a way so near to each other that nothing fits between them."""
    drawn = thinned(paper.place(way.points), _WAY)
    for start, end in pairwise(drawn):
        count = math.ceil(math.dist(start, end) / _WAY)
        for k in range(count):
            x, y = start + (end - start) * (k / count)
            yield float(x), float(y)
    yield float(drawn[-1][0]), float(drawn[-1][1])


def _around(spot: Spot, side: float) -> Box:
    """Return the square about a spot."""
    return (spot[0] - side / 2, spot[1] - side / 2, spot[0] + side / 2, spot[1] + side / 2)


def _stops(houses: Iterable[Spot], badges: Sequence[Badge]) -> Iterator[str]:
    moved = [badge for badge in badges if badge.at != badge.label]
    yield from (_leader(badge) for badge in moved)
    yield from (_badge(badge) for badge in badges)
    yield from (_house(spot) for spot in houses)


def _free_spot(
    at: Spot, taken: Sequence[Spot], shut: Sequence[Box], size: tuple[float, float]
) -> Spot:
    """Return the spot nearest to a stop where its number covers no other, on growing rings."""
    for ring in range(12):
        for spot in _ring(at, ring * 9.0):
            free = _inside(spot, *size) and not any(covers(b, [spot], apart=0) for b in shut)
            if free and all(math.dist(spot, other) >= _APART for other in taken):
                return spot
    return at


def _ring(at: Spot, radius: float) -> Iterator[Spot]:
    if radius == 0:
        yield at
        return
    for k in range(_TURNS):
        turn = 2 * math.pi * k / _TURNS
        yield (at[0] + radius * math.cos(turn), at[1] + radius * math.sin(turn))


def _inside(spot: Spot, width: float, height: float) -> bool:
    edge = _BADGE + 2
    return edge < spot[0] < width - edge and edge < spot[1] < height - edge


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


def _north(width: float) -> str:
    x = width - 18
    return f'<path d="M{x:.0f} 8L{x + 5:.0f} 22L{x:.0f} 18.5L{x - 5:.0f} 22Z"/>' + _text(
        x, 33, "N", size=10, weight=700
    )
