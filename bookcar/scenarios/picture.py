"""The little map of what a scenario changes: who gains and who loses, on the district's roads."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bookcar.maps.compare import CHANGES, GAINED, KEPT, LOST, NEITHER, Comparison
from bookcar.plan import Plan
from bookcar.roads.basemap import Basemap
from bookcar.web.geometry import Paper, height_for
from bookcar.web.markup import Html, tag
from bookcar.web.minimap import drawn_roads
from bookcar.web.text import printable

WIDTH = 560.0
_MARGIN = 24.0
_SIZES = {GAINED: 6.5, LOST: 6.5, KEPT: 3.0, NEITHER: 3.0}


def change_map(plan: Plan, found: Comparison, roads: Basemap, *, label: str) -> Html:
    """Return the map as an SVG; every stop that gains or loses says its name under the pointer."""
    places = np.array([(p.lon, p.lat) for p in (*found.stops, *plan.depots)], dtype=float)
    height = height_for(places, WIDTH)
    paper = Paper.around([places], width=WIDTH, height=height, margin=_MARGIN)
    spots = paper.place(places).tolist()
    marks = [*_stops(found, spots), *_houses(plan, spots[len(found.stops) :])]
    lines = Html("".join(drawn_roads(paper, roads.lines)))
    return tag(
        "svg",
        lines,
        *marks,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:.0f} {height:.0f}",
        role="img",
        aria_label=label,
    )


def _stops(found: Comparison, spots: list[list[float]]) -> Iterator[Html]:
    order = [NEITHER, KEPT, LOST, GAINED]  # those that matter on top
    numbers = sorted(range(len(found.stops)), key=lambda k: order.index(found.changes[k]))
    for k in numbers:
        change, (x, y) = found.changes[k], spots[k]
        stop = found.stops[k]
        title = tag("title", f"{printable(stop.name)} ({stop.id})")
        yield tag("g", title, sign(change, x, y))


def sign(change: int, x: float, y: float) -> Html:
    """Return the sign of a change: up gains, down loses, a disc keeps, a ring has neither."""
    colour, form = CHANGES[change]
    size = _SIZES[change]
    if form == "triangle":
        points = (
            f"{x:.1f},{y - size:.1f} {x + size:.1f},{y + size:.1f} {x - size:.1f},{y + size:.1f}"
        )
        return tag("polygon", points=points, fill=colour, stroke="#fff")
    if form == "down":
        points = (
            f"{x:.1f},{y + size:.1f} {x + size:.1f},{y - size:.1f} {x - size:.1f},{y - size:.1f}"
        )
        return tag("polygon", points=points, fill=colour, stroke="#fff")
    paint = {"fill": "none", "stroke": colour} if form == "ring" else {"fill": colour}
    return tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{size:.1f}", **paint)


def _houses(plan: Plan, spots: list[list[float]]) -> Iterator[Html]:
    for depot, (x, y) in zip(plan.depots, spots, strict=True):
        path = f"M{x - 6:.1f} {y + 6:.1f}v-7l6 -6l6 6v7z"
        shape = tag("path", d=path, fill="#000", stroke="#fff")
        yield tag("g", tag("title", printable(depot.name)), shape)
