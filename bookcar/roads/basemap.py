"""The roads and waters of a district as few lines as a map needs, by importance."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import shapely

from bookcar.earth import M_PER_DEGREE
from bookcar.model import District
from bookcar.roads import profile
from bookcar.roads.cache import load_network, load_water
from bookcar.roads.heights import Heights, heights_of
from bookcar.roads.network import BACKWARD, FOOT, FORWARD, Floats, Network, degrees
from bookcar.roads.water import RIVER, STREAM, Water

Box = tuple[float, float, float, float]

GROUPS = ("trunk", "county", "township", "village", "path")
WATERS = ("lake", "river", "stream")
TOLERANCES_M = (4.0, 8.0, 16.0)
MARGIN_M = 3_000.0
_GROUP_OF: Mapping[str, str] = MappingProxyType(
    {
        "motorway": "trunk",
        "trunk": "trunk",
        "primary": "trunk",
        "secondary": "county",
        "tertiary": "township",
        "unclassified": "village",
        "residential": "village",
        "living_street": "village",
        "road": "village",
        "track": "village",
    }
)


@dataclass(frozen=True, kw_only=True)
class Basemap:
    """What a map draws under its stops.

    Attributes
    ----------
    lines
        Lines of (lon, lat), arrays of shape (k, 2), by group of `GROUPS`, the greatest first:
        ``trunk`` holds motorways, trunk and primary roads, ``county`` secondary, ``township``
        tertiary, ``village`` all smaller ones a car can drive but service roads, ``path`` what can
        only be walked.
    waters
        By name of `WATERS`: rivers and streams as lines, lakes and wide rivers as rings, those of
        a lake's islands behind its shore.
    heights
        Heights of the hills, where the district has any.
    box
        West, south, east, north of what is drawn.
    """

    lines: Mapping[str, list[Floats]]
    waters: Mapping[str, list[Floats]] = field(default_factory=dict)
    heights: Heights | None = None
    box: Box | None = None


def basemap(district: District, *, cache: Path | None = None, max_points: int = 60_000) -> Basemap:
    """Return the roads and waters around a district's places, simplified to a few metres.

    Of more than ``max_points`` points, a sixth of them water, first the detail goes and then the
    least important groups. Without an extract there are no lines.

    Raises
    ------
    InputError
        If the extract or the heights cannot be used.
    """
    extract = district.settings.roads.extract
    heights, box = heights_of(district), _box(district)
    if extract is None:
        nothing: dict[str, list[Floats]] = {group: [] for group in GROUPS}
        return Basemap(lines=nothing, heights=heights, box=box)
    waters = _thinned(_waters(load_water(extract, folder=cache), box), max_points // 6)
    waters["lake"] = [ring for ring in waters["lake"] if len(ring) > 3]  # others have no inside
    room = max_points - _points(waters)
    lines = _thinned(_merged(load_network(extract, folder=cache), box), room)
    return Basemap(lines=lines, waters=waters, heights=heights, box=box)


def _thinned(merged: Mapping[str, shapely.Geometry], max_points: int) -> dict[str, list[Floats]]:
    for tolerance in TOLERANCES_M:
        lines = {group: _simple(line, tolerance) for group, line in merged.items()}
        if _points(lines) <= max_points:
            break
    for group in reversed(list(lines)):
        if _points(lines) > max_points:
            lines[group] = []
    return lines


def _points(lines: Mapping[str, list[Floats]]) -> int:
    return sum(len(line) for line in itertools.chain.from_iterable(lines.values()))


def _box(district: District) -> Box:
    places = (*district.depots, *district.stops)
    lon, lat = [place.lon for place in places], [place.lat for place in places]
    north = MARGIN_M / M_PER_DEGREE
    east = north / math.cos(math.radians(max(map(abs, lat))))
    return min(lon) - east, min(lat) - north, max(lon) + east, max(lat) + north


def _merged(network: Network, box: Box) -> dict[str, shapely.Geometry]:
    """Return the lines of each group inside a box, joined where only two meet."""
    owner = np.repeat(np.arange(len(network)), np.diff(network.offset))
    points = np.column_stack([degrees(network.x), degrees(network.y)])
    lines = np.asarray(shapely.linestrings(points, indices=owner), dtype=np.object_)
    inside = shapely.intersects(shapely.box(*box), lines)
    group = _groups(network)
    return {
        name: shapely.line_merge(
            shapely.clip_by_rect(shapely.multilinestrings(lines[inside & (group == k)]), *box)
        )
        for k, name in enumerate(GROUPS)
    }


def _waters(water: Water, box: Box) -> dict[str, shapely.Geometry]:
    """Return the waters inside a box; a lake is its rings, drawn by filling what is odd."""
    shores = [shapely.Polygon(rings[0], rings[1:]) for rings in water.shores()]
    # where a river's bed and a lake overlap, one hole more would be drawn
    whole = shapely.union_all(shapely.make_valid(np.array(shores, dtype=np.object_)))
    parts = shapely.get_parts(shapely.clip_by_rect(whole, *box))
    lakes = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return {
        "lake": shapely.MultiLineString([ring for lake in lakes for ring in _rings(lake)]),
        "river": _inside(water.lines(RIVER), box),
        "stream": _inside(water.lines(STREAM), box),
    }


def _rings(lake: shapely.Polygon) -> Iterable[shapely.LinearRing]:
    return lake.exterior, *lake.interiors


def _inside(lines: Sequence[Floats], box: Box) -> shapely.Geometry:
    """Return lines clipped to a box, joined where only two meet."""
    many = shapely.MultiLineString([line.tolist() for line in lines])
    return shapely.line_merge(shapely.clip_by_rect(many, *box))


def _groups(network: Network) -> npt.NDArray[np.int64]:
    """Return the index in `GROUPS` of each piece, -1 for what no map shows."""
    by_class = [_GROUP_OF.get(name.removesuffix("_link")) for name in profile.CLASSES]
    number = np.array([-1 if name is None else GROUPS.index(name) for name in by_class])
    driven = (network.flags & (FORWARD | BACKWARD)) > 0
    walked = (network.flags & FOOT) > 0
    roads = np.where(driven, number[network.klass], -1)
    service = network.klass == profile.CLASSES.index("service")
    return np.where(walked & ~driven & ~service, GROUPS.index("path"), roads)


def _simple(lines: shapely.Geometry, tolerance_m: float) -> list[Floats]:
    """Return lines without the points that lie within some metres of a straight one, sorted."""
    if shapely.is_empty(lines):
        return []
    _, south, _, north = shapely.bounds(lines)
    shrink = np.array([np.cos(np.radians((south + north) / 2)), 1.0])
    even = shapely.get_parts(shapely.transform(lines, lambda points: points * shrink))
    # two lines may cross after it: no harm on a map, and a hundred times faster than keeping order
    simple = shapely.simplify(even, tolerance_m / M_PER_DEGREE, preserve_topology=False)
    found = [np.round(shapely.get_coordinates(line) / shrink, 6) for line in simple]
    return sorted(found, key=lambda line: (*line[0], *line[-1], len(line)))
