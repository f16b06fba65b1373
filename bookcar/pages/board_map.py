"""The map beside the board: the roads beneath it, where everything is, and the ways of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from bookcar.model import Place
from bookcar.pages.board_case import BoardCase
from bookcar.plan import Plan, Route
from bookcar.roads.travel import Travel
from bookcar.web.geometry import Paper, Points, Spot, Way, route_places, route_ways, thinned
from bookcar.web.minimap import Roads, drawn_path, drawn_roads
from bookcar.web.names import Names
from bookcar.web.townships import township_names

WIDTH, HEIGHT = 420.0, 560.0
_MARGIN = 18.0
_GREATER = ("trunk", "county", "township")


class _Greater:
    """The roads that still tell something on so small a map."""

    def __init__(self, roads: Roads) -> None:
        self.lines: Mapping[str, Sequence[Points]] = {k: roads.lines.get(k, ()) for k in _GREATER}


class BoardMap:
    """A board's map on its paper, in units of `WIDTH` by `HEIGHT`.

    Parameters
    ----------
    rows
        The board's number of a location of the problem.
    """

    def __init__(
        self, plan: Plan, case: BoardCase, travel: Travel, rows: Mapping[int, int]
    ) -> None:
        self._plan = plan
        self._case = case
        days = case.problem.car_days
        self._ends = {place: rows[place] for day in days for place in (day.start, day.end)}
        known = {name: rows[where] for name, where in travel.rows.items() if where in rows}
        self._rows = known | _of_stops(case, rows)
        places = list(self._places())
        self._ways = {pair: way for route in plan.routes for pair, way in self._legs(route)}
        points = np.array([[place.lon, place.lat] for _, place in places] or [[0.0, 0.0]])
        shapes = [points, *(way.points for way in self._ways.values())]
        self._paper = Paper.around(shapes, width=WIDTH, height=HEIGHT, margin=_MARGIN)
        drawn = np.round(self._paper.place(points), 1).tolist()
        self._spots = {name: (x, y) for (name, _), (x, y) in zip(places, drawn, strict=False)}

    def spot(self, place: str) -> Spot:
        """Return where a stop, by its id, or the place where it is met, is on the paper."""
        return self._spots[place]

    def ground(self, roads: Roads | None, names: Names) -> str:
        """Return the map as SVG without the routes, which the board's script draws."""
        lines = _Greater(roads).lines if roads else {}
        stops = tuple(
            msgspec.structs.replace(stop, area=names.area(stop.area)) for stop in self._plan.stops
        )
        named = msgspec.structs.replace(self._plan, stops=stops)
        return "".join(
            [
                (
                    f'<svg id="map" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" '
                    'preserveAspectRatio="xMidYMid meet"><g aria-hidden="true">'
                ),
                *drawn_roads(self._paper, lines),
                *township_names(self._paper, named, ()),
                '</g><g id="moves"></g></svg>',
            ]
        )

    def data(self) -> dict[str, Any]:
        """Return what the script needs: ends of routes by location, houses, ways between two."""
        depots = {depot.id for depot in self._plan.depots}
        spots = {self._rows[name]: spot for name, spot in self._spots.items() if name in self._rows}
        return {
            "ends": {str(row): spots[row] for row in sorted({*self._ends.values()})},
            "houses": [self._spots[name] for name in sorted(depots & set(self._spots))],
            "legs": {
                f"{start}>{end}": drawn_path(thinned(self._paper.place(way.points), 0.8))
                for (start, end), way in self._ways.items()
                if way.known
            },
        }

    def _places(self) -> Iterator[tuple[str, Place]]:
        """Yield depots, stores and stops by id, those that are met elsewhere at that place."""
        met = {p.id: p for route in self._plan.routes for p in route_places(self._plan, route)}
        known = {place.id: place for place in (*self._plan.depots, *self._plan.stops)}
        known |= {place.id: place for place in self._case.stores}
        known |= {due.stop.id: due.stop for due in self._case.due}
        yield from (known | {name: place for name, place in met.items() if name in known}).items()

    def _legs(self, route: Route) -> Iterator[tuple[tuple[int, int], Way]]:
        places = route_places(self._plan, route)
        for a, b, way in zip(places[:-1], places[1:], route_ways(self._plan, route), strict=True):
            if a.id in self._rows and b.id in self._rows:
                yield (self._rows[a.id], self._rows[b.id]), way


def _of_stops(case: BoardCase, rows: Mapping[int, int]) -> dict[str, int]:
    """Return the rows of the stops as the board's tasks have them."""
    pairs = zip(case.due, case.problem.tasks, strict=False)
    return {due.stop.id: rows[task.location] for due, task in pairs}
