"""The names of townships on the little map, in grey, wherever there is room for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from bookcar.plan import Plan
from bookcar.web.geometry import Box, Paper, Spot
from bookcar.web.text import breaks_anywhere, cut, printable

_SIZE = 10.0
_LONGEST = 24  # characters; a longer name would cover the map
# From the middle of a township's stops: up and down, then also to the sides.
_SHIFTS = tuple((x, y) for x in (0, -40, 40) for y in (0, -13, 13, -26, 26))
_EDGE = 4.0
_CORNERS = 34.0  # the scale bar and the north arrow stand there


def township_names(paper: Paper, plan: Plan, taken: Sequence[Box]) -> Iterator[str]:
    """Yield a name in the middle of the stops of every township that is on the paper.

    A name that would cover a number, a corner or another name is left out; those of many stops
    come first.
    """
    full = [*taken, *_corners(paper)]
    for name, middle in _townships(paper, plan):
        box = next((b for b in _boxes(name, middle) if _fits(b, paper, full)), None)
        if box is not None:
            full.append(box)
            yield _name(name, box)


def _townships(paper: Paper, plan: Plan) -> list[tuple[str, Spot]]:
    """Return the townships by name with the middle of their stops, those of most stops first."""
    places: dict[str, list[Spot]] = defaultdict(list)
    for stop in plan.stops:
        if stop.area:
            places[cut(printable(stop.area), _LONGEST)].append((stop.lon, stop.lat))
    middles = {name: np.median(np.array(spots), axis=0) for name, spots in places.items() if name}
    if not middles:
        return []
    drawn = paper.place(np.array(list(middles.values())))
    named = [(name, (float(x), float(y))) for name, (x, y) in zip(middles, drawn, strict=True)]
    return sorted(named, key=lambda pair: (-len(places[pair[0]]), pair[0]))


def _boxes(name: str, middle: Spot) -> Iterator[Box]:
    width = sum(_SIZE if breaks_anywhere(c) else 0.6 * _SIZE for c in name)
    x, y = middle
    for right, down in _SHIFTS:
        left, top = x + right - width / 2, y + down - _SIZE / 2
        yield (left, top, left + width, top + _SIZE)


def _corners(paper: Paper) -> tuple[Box, Box]:
    low = (0.0, paper.height - _CORNERS, 170.0, paper.height)
    return low, (paper.width - _CORNERS, 0.0, paper.width, _CORNERS + 4)


def _fits(box: Box, paper: Paper, taken: Sequence[Box]) -> bool:
    left, top, right, bottom = box
    inside = left >= _EDGE and top >= _EDGE
    inside = inside and right <= paper.width - _EDGE and bottom <= paper.height - _EDGE
    return inside and not any(
        left < other[2] and right > other[0] and top < other[3] and bottom > other[1]
        for other in taken
    )


def _name(name: str, box: Box) -> str:
    x, y = (box[0] + box[2]) / 2, box[3] - 1
    type_ = f'font-size="{_SIZE:.0f}" font-weight="500" text-anchor="middle"'
    start = f'<text x="{x:.1f}" y="{y:.1f}" {type_} '
    end = f">{escape(name)}</text>"
    halo = f'{start}aria-hidden="true" fill="#fff" stroke="#fff" stroke-width="3"{end}'
    return f'{halo}{start}fill="#444"{end}'
