"""The little map of what a scenario changes: who gains and who loses, on the district's roads."""

from __future__ import annotations

from collections.abc import Iterator

from bookcar.maps.compare import CHANGES, GAINED, KEPT, LOST, NEITHER, Comparison
from bookcar.plan import Plan
from bookcar.roads.basemap import Basemap
from bookcar.web.markup import Html, tag
from bookcar.web.picture import Picture
from bookcar.web.text import printable

WIDTH = 560.0
_SIZES = {GAINED: 6.5, LOST: 6.5, KEPT: 3.0, NEITHER: 3.0}


def change_map(plan: Plan, found: Comparison, roads: Basemap, *, label: str) -> Html:
    """Return the map as an SVG; every stop that gains or loses says its name under the pointer."""
    picture = Picture([(p.lon, p.lat) for p in (*found.stops, *plan.depots)], width=WIDTH)
    houses = [picture.house(depot.lon, depot.lat, depot.name) for depot in plan.depots]
    return picture.drawn(roads, [*_stops(found, picture), *houses], label=label)


def _stops(found: Comparison, picture: Picture) -> Iterator[Html]:
    order = [NEITHER, KEPT, LOST, GAINED]  # those that matter on top
    for k in sorted(range(len(found.stops)), key=lambda k: order.index(found.changes[k])):
        stop = found.stops[k]
        title = tag("title", f"{printable(stop.name)} ({stop.id})")
        yield tag("g", title, sign(found.changes[k], *picture.spot(stop.lon, stop.lat)))


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
