"""The rules of coordinates: interchanged, at (0, 0), far from the others, or twice the same."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator

import msgspec

from bookcar.earth import Point, metres
from bookcar.errors import Fault
from bookcar.inputs import grids
from bookcar.inputs.raw_district import RawDistrict
from bookcar.inputs.settings import Given
from bookcar.inputs.sheet import Record, Sheet

NOWHERE: Point = (0.0, 0.0)

_FEWEST = 5
_FAR_FACTOR = 5
_NO_DAY_TRIP_KM = 1_000
_FAR_M = 30_000.0
# Of few places: beyond a day's trip from the depot as given, and well within one interchanged.
_FAR_SWAPPED_M, _NEAR_SWAPPED_M = 500_000.0, 150_000.0


class _Range(msgspec.Struct, frozen=True, kw_only=True):
    """Where a district's places are: inside its bounds, or within a distance of their middle.

    ``depots`` are places that are known where there are too few for a middle.
    """

    bounds: tuple[float, float, float, float] | None = None
    middle: Point | None = None
    far_m: float = math.inf
    depots: tuple[Point, ...] = ()

    def holds(self, lon: float, lat: float) -> bool:
        """Tell whether a point lies there; true where nothing is known."""
        if not on_earth(lon, lat):
            return False
        if self.bounds:
            west, south, east, north = self.bounds
            inside = west <= lon <= east if west <= east else lon >= west or lon <= east
            return inside and south <= lat <= north
        return self.middle is None or metres(self.middle, (lon, lat)) <= self.far_m

    @property
    def known(self) -> bool:
        """Whether there is a range at all."""
        return self.bounds is not None or self.middle is not None


def on_earth(lon: float, lat: float) -> bool:
    """Tell whether a longitude and latitude exist."""
    return -180 <= lon <= 180 and -90 <= lat <= 90


def coordinates(raw: RawDistrict) -> Iterator[Fault]:
    """Report coordinates that cannot be right, each place by the first rule it breaks."""
    area = _range(raw)
    depots, stops = ([*raw[table].having("lon", "lat")] for table in ("depots", "stops"))
    if grids.are_metres(map(_point, stops)):
        yield coordinates_of_grid(raw["stops"], stops, depots)
        return
    if len(stops) >= _FEWEST and depots and all(_is_swapped(r, area) for r in depots):
        yield columns_swapped(raw["stops"], len(stops))
        return
    homes = [r for r in raw["carriers"].having("lon", "lat") if None not in _point(r)]
    for table, records in (("depots", depots), ("stops", stops), ("carriers", homes)):
        flags = [_is_swapped(record, area) for record in records]
        whole_table = sum(flags) >= _FEWEST and 2 * sum(flags) > len(records)
        if whole_table:
            yield columns_swapped(raw[table], sum(flags))
        for record, flag in zip(records, flags, strict=True):
            if not (flag and whole_table):
                yield from _place(raw[table], record, area)
    for record in raw["events"].having("lon", "lat"):
        if None not in (record.values["lon"], record.values["lat"]):
            yield from _place(raw["events"], record, area)


def _place(sheet: Sheet, record: Record, area: _Range) -> Iterator[Fault]:
    point = _point(record)
    if point == NOWHERE:
        yield coordinates_zero(sheet, record)
    elif _is_swapped(record, area):
        yield coordinates_swapped(sheet, record)
    elif not on_earth(*point):
        yield coordinates_range(sheet, record)
    elif not area.holds(*point):
        yield coordinates_outside(sheet, record, area)


def coordinates_of_grid(stops: Sheet, records: list[Record], depots: list[Record]) -> Fault:
    """Report a table of eastings and northings, once, with the grids that fit the depot."""
    metres_of = [_point(record) for record in records if not grids.in_degrees(*_point(record))]
    known = next((_point(d) for d in depots if on_earth(*_point(d))), None)
    found = grids.likely(metres_of, known) if known else []
    first = next(record for record in records if not grids.in_degrees(*_point(record)))
    return stops.fault(
        "coordinates-range",
        at=first,
        column="lon",
        variant="grid" if found else "metres",
        rows=len(metres_of),
        grids=tuple(f"{code} ({name})" for code, name in found),
        grid=found[0][0] if found else "",
    )


def coordinates_zero(sheet: Sheet, record: Record) -> Fault:
    """Report a place in the sea off Africa: two empty cells that became zeros."""
    return sheet.fault("coordinates-zero", at=record, column="lon")


def coordinates_swapped(sheet: Sheet, record: Record) -> Fault:
    """Report a place whose longitude stands in the column of the latitude."""
    return sheet.fault(
        "coordinates-swapped",
        at=record,
        column="lon",
        lon=record.given["lat"],
        lat=record.given["lon"],
    )


def columns_swapped(sheet: Sheet, count: int) -> Fault:
    """Report a table in which most places have longitude and latitude interchanged."""
    return sheet.file_fault(
        "coordinates-swapped",
        variant="table",
        row=sheet.records[0].row,
        column=sheet.headings.get("lon", "lon"),
        value=sheet.records[0].given.get("lon"),
        count=count,
        rows=len(sheet.records),
    )


def coordinates_range(sheet: Sheet, record: Record) -> Fault:
    """Report degrees that are not on the globe."""
    lon, _ = _point(record)
    column = "lat" if -180 <= lon <= 180 else "lon"
    return sheet.fault("coordinates-range", at=record, column=column)


def coordinates_outside(sheet: Sheet, record: Record, area: _Range) -> Fault:
    """Report a place outside the district's bounds, or warn of one far from all others."""
    lon, lat = _point(record)
    if area.bounds:
        west, south, east, north = area.bounds
        column = "lon" if not _Range(bounds=(west, -90, east, 90)).holds(lon, lat) else "lat"
        return sheet.fault(
            "coordinates-outside",
            at=record,
            column=column,
            west=west,
            south=south,
            east=east,
            north=north,
        )
    assert area.middle is not None
    away = metres(area.middle, (lon, lat)) / 1000
    return sheet.fault(
        "coordinates-outside",
        variant="far",
        at=record,
        column="lon" if abs(lon - area.middle[0]) >= abs(lat - area.middle[1]) else "lat",
        severity="error" if away > _NO_DAY_TRIP_KM else "warning",
        km=round(away),
    )


def duplicate_coordinates(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of two stops at exactly the same point."""
    stops = raw["stops"]
    seen: dict[Point, Record] = {}
    for record in stops.having("lon", "lat"):
        if _point(record) == NOWHERE:
            continue
        first = seen.setdefault(_point(record), record)
        if first is not record:
            yield stops.fault(
                "duplicate-coordinates",
                at=record,
                column="lon",
                severity="warning",
                first=first.row or 0,
            )


def bad_bounds(raw: RawDistrict) -> Iterator[Fault]:
    """Report bounds that are incomplete or upside down."""
    given = raw.given
    sides = {side: given.values[f"bounds.{side}"] for side in ("west", "south", "east", "north")}
    missing = [side for side, value in sides.items() if value is None]
    if len(missing) == 4:
        return
    if missing:
        key = f"bounds.{missing[0]}"
        yield given.fault("bad-bounds", variant="side", key=key)
    elif sides["south"] >= sides["north"] or not _width_is_plausible(sides["west"], sides["east"]):
        key = "bounds.south" if sides["south"] >= sides["north"] else "bounds.west"
        yield given.fault("bad-bounds", key=key)


def _width_is_plausible(west: float, east: float) -> bool:
    """Tell whether bounds are narrower than half the globe; they may cross 180 degrees."""
    return 0 < (east - west) % 360 < 180


def _range(raw: RawDistrict) -> _Range:
    bounds = _bounds(raw.given)
    if bounds:
        return _Range(bounds=bounds)
    points = [
        _point(record)
        for table in ("depots", "stops")
        for record in raw[table].having("lon", "lat")
        if on_earth(*_point(record)) and _point(record) != NOWHERE
    ]
    if len(points) < _FEWEST:
        depots = (_point(record) for record in raw["depots"].having("lon", "lat"))
        return _Range(depots=tuple(depot for depot in depots if on_earth(*depot)))
    middle = _middle(points)
    median = statistics.median(metres(middle, point) for point in points)
    return _Range(middle=middle, far_m=max(_FAR_M, _FAR_FACTOR * median))


def _bounds(given: Given) -> tuple[float, float, float, float] | None:
    west, south, east, north = (
        given.values[f"bounds.{side}"] for side in ("west", "south", "east", "north")
    )
    if None in (west, south, east, north) or south >= north or not _width_is_plausible(west, east):
        return None
    return west, south, east, north


def _middle(points: list[Point]) -> Point:
    """Return a robust middle: the medians of the unit vectors, so that 180 degrees is no edge."""
    vectors = [
        (math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat))
        for lon, lat in ((math.radians(lon), math.radians(lat)) for lon, lat in points)
    ]
    x, y, z = (statistics.median(v[i] for v in vectors) for i in range(3))
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def _is_swapped(record: Record, area: _Range) -> bool:
    lon, lat = _point(record)
    if not on_earth(lat, lon):
        return False
    if not area.known:
        return not on_earth(lon, lat) or _far_and_near(area.depots, (lon, lat))
    return not area.holds(lon, lat) and area.holds(lat, lon)


def _far_and_near(depots: tuple[Point, ...], point: Point) -> bool:
    """Tell whether a place is far from every depot, and near one when it is interchanged."""
    as_given = [metres(depot, point) for depot in depots]
    interchanged = [metres(depot, (point[1], point[0])) for depot in depots]
    return bool(depots) and min(as_given) > _FAR_SWAPPED_M and min(interchanged) < _NEAR_SWAPPED_M


def _point(record: Record) -> Point:
    return record.values["lon"], record.values["lat"]
