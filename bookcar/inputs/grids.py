"""Eastings and northings of a national grid as longitude and latitude, by pyproj.

What says ``EPSG:27700`` is a code of the EPSG register, https://epsg.org. Everything is computed
from what pyproj brings; no grid of shifts is fetched, so that a place may be some metres off.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from bookcar.earth import Point, metres

if TYPE_CHECKING:
    import pyproj

_CODE = re.compile(r"(?:epsg|urn:ogc:def:crs:epsg:[0-9.]*)\s*:\s*([0-9]{4,6})", re.IGNORECASE)
_NEAR_M = 150_000.0
_MOST = 3
_DEGREES = 360
_WORLD = ("3857", "3395", "54004", "900913")


def code_of(text: str) -> str | None:
    """Return ``EPSG:27700`` for a code of a system in two dimensions that exists, else None."""
    match = _CODE.fullmatch(text.strip())
    if match is None:
        return None
    import pyproj  # noqa: PLC0415  wanted by few districts

    try:
        system = pyproj.CRS.from_epsg(int(match[1]))
    except pyproj.exceptions.CRSError:
        return None
    return f"EPSG:{match[1]}" if system.is_projected or system.is_geographic else None


def in_degrees(x: float, y: float) -> bool:
    """Tell whether a place is given in degrees already: no grid has it so near to its corner."""
    return max(abs(x), abs(y)) <= _DEGREES


def to_wgs84(code: str, x: float, y: float) -> Point | None:
    """Return longitude and latitude of a place of a grid; None if the grid does not have it."""
    try:
        lon, lat = _transformer(code).transform(x, y, errcheck=False)
    except Exception:
        return None
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return None
    return round(float(lon), 7), round(float(lat), 7)


def likely(points: Sequence[Point], near: Point) -> list[tuple[str, str]]:
    """Return code and name of the grids that put places nearest to one, best first.

    Parameters
    ----------
    points
        Eastings and northings.
    near
        Longitude and latitude of a place that is known, such as the depot.
    """
    import pyproj  # noqa: PLC0415
    from pyproj.aoi import AreaOfInterest  # noqa: PLC0415
    from pyproj.database import query_crs_info  # noqa: PLC0415

    lon, lat = near
    found = query_crs_info(
        auth_name="EPSG",
        pj_types=pyproj.enums.PJType.PROJECTED_CRS,
        area_of_interest=AreaOfInterest(lon, lat, lon, lat),
        contains=True,
    )
    middle = points[len(points) // 2]
    ranked = []
    for one in {one.code: one for one in found}.values():
        place = to_wgs84(f"EPSG:{one.code}", *middle)
        away = metres(near, place) if place else math.inf
        if away <= _NEAR_M:
            area = one.area_of_use
            size = (area.east - area.west) * (area.north - area.south) if area else math.inf
            ranked.append((one.code in _WORLD, round(away / 1000), size, one.code, one.name))
    return [(f"EPSG:{code}", name) for *_, code, name in sorted(ranked)[:_MOST]]


def are_metres(points: Iterable[Point]) -> bool:
    """Tell whether most places are figures that no degrees are."""
    flags = [max(map(abs, point)) > _DEGREES for point in points]
    return 2 * sum(flags) > len(flags) > 0


@cache
def _transformer(code: str) -> pyproj.Transformer:
    import pyproj  # noqa: PLC0415

    pyproj.network.set_network_enabled(active=False)
    return pyproj.Transformer.from_crs(code, "EPSG:4326", always_xy=True)
