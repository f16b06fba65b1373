"""Shaded hills: heights lit from the north-west, as a small picture in the map's projection.

The picture is of a palette of black and white of several strengths and nothing between, so that
flat land stays as it is drawn, a page prints without blending, and few bytes are needed.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from bookcar.earth import EARTH_M
from bookcar.roads.heights import Heights

Box = tuple[float, float, float, float]
Floats = npt.NDArray[np.float64]

CELLS = 110_000
FINEST_M = 60.0
AZIMUTH, ALTITUDE = math.radians(315), math.radians(45)

_SHADOWS, _LIGHTS = 11, 4
_DARKEST, _BRIGHTEST = 0.36, 0.5  # opacity of the steepest slopes
_GAP = 12  # cells from its rim to which a void of the radar is filled
_RIM = 0.12  # of the height, added above and below: no window is as high as its map
_WIDEST = 1.5  # as wide as high, at least: windows are


@dataclass(frozen=True, kw_only=True)
class Relief:
    """A picture of shaded hills and where it lies.

    Attributes
    ----------
    box
        West, south, east, north of its edges; between them it is in Web Mercator (EPSG:3857).
    """

    png: bytes
    box: Box


def relief(heights: Heights, box: Box, *, cells: int = CELLS) -> Relief | None:
    """Return the hills of a box shaded, None where no height is known.

    The picture has at most about ``cells`` cells, none smaller than some 60 m.

    Raises
    ------
    InputError
        If a tile of heights cannot be read.
    """
    wide = _widened(box)
    rows, columns, size = _grid(wide, cells)
    metres, cosine = _heights(heights, wide, rows, columns)
    if np.isnan(metres).all():
        return None
    shade = _shade(_filled(metres), size * cosine[:, None])
    return Relief(png=_png(_levels(shade)), box=wide)


def _widened(box: Box) -> Box:
    """Return the box made wider than it is high, as a window is, about its middle."""
    west, south, east, north = box
    rim = (north - south) * _RIM
    south, north = south - rim, north + rim
    height = (_northing(north) - _northing(south)) / math.radians(1)
    more = max(rim, (height * _WIDEST - (east - west)) / 2)
    return round(west - more, 5), round(south, 5), round(east + more, 5), round(north, 5)


def _northing(lat: float) -> float:
    """Return Mercator's ordinate of a latitude on a globe of radius 1."""
    return math.asinh(math.tan(math.radians(lat)))


def _grid(box: Box, cells: int) -> tuple[int, int, float]:
    """Return rows, columns and the size of a cell in metres at the equator."""
    west, south, east, north = box
    width = math.radians(east - west) * EARTH_M
    height = (_northing(north) - _northing(south)) * EARTH_M
    finest = FINEST_M / math.cos(math.radians((south + north) / 2))
    size = max(math.sqrt(width * height / cells), finest)
    return max(2, round(height / size)), max(2, round(width / size)), size


def _heights(heights: Heights, box: Box, rows: int, columns: int) -> tuple[Floats, Floats]:
    """Return the mean height of each cell, from four points in it, and the rows' cosines."""
    west, south, east, north = box
    down = np.linspace(_northing(north), _northing(south), 4 * rows + 1)[1::2]
    lats = np.degrees(np.arctan(np.sinh(down)))
    lons = np.linspace(west, east, 4 * columns + 1)[1::2]
    fine = heights.at(lons[None, :], lats[:, None])
    mean = _mean(fine.reshape(rows, 2, columns, 2), axis=(1, 3))
    return mean, np.cos(np.radians(lats.reshape(rows, 2).mean(axis=1)))


def _filled(metres: Floats) -> Floats:
    """Return the heights, voids filled from their rims inwards by the mean of what is beside."""
    for _ in range(_GAP):
        void = np.isnan(metres)
        if not void.any():
            break
        around = np.pad(metres, 1, constant_values=np.nan)
        beside = (around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:])
        metres = np.where(void, _mean(np.stack(beside), axis=0), metres)
    return metres


def _mean(metres: Floats, *, axis: int | tuple[int, int]) -> Floats:
    """Return the mean of what is known, nan where nothing is."""
    known = ~np.isnan(metres)
    count = known.sum(axis=axis)
    total = np.where(known, metres, 0).sum(axis=axis)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan), dtype=np.float64)


def _shade(metres: Floats, size_m: Floats) -> Floats:
    """Return how much more (or less) light falls on each cell than on flat land, nan if unknown.

    Lambert's cosine law, the sun in the north-west at 45 degrees as on printed maps.
    """
    south, east = np.gradient(metres)
    dx, dy = east / size_m, -south / size_m
    steep = np.sqrt(1 + dx * dx + dy * dy)
    towards = math.sin(AZIMUTH) * dx + math.cos(AZIMUTH) * dy
    light = (math.sin(ALTITUDE) - math.cos(ALTITUDE) * towards) / steep
    return np.asarray(np.clip(light, 0, 1) - math.sin(ALTITUDE), dtype=np.float64)


def _levels(shade: Floats) -> npt.NDArray[np.uint8]:
    """Return the place in the palette of each cell: 0 is clear, then shadows, then lights."""
    flat = math.sin(ALTITUDE)
    dark = np.rint(np.clip(-shade / flat, 0, 1) * _SHADOWS)
    light = np.rint(np.clip(shade / (1 - flat), 0, 1) * _LIGHTS)
    level = np.where(shade < 0, dark, np.where(light > 0, _SHADOWS + light, 0))
    return np.where(np.isnan(shade), 0, level).astype(np.uint8)


def _png(levels: npt.NDArray[np.uint8]) -> bytes:
    """Return the cells as a PNG of 4 bits a cell."""
    picture = Image.fromarray(levels).convert("P")
    picture.putpalette([0] * 3 * (_SHADOWS + 1) + [255] * 3 * _LIGHTS)
    dark = [_DARKEST * k / _SHADOWS for k in range(_SHADOWS + 1)]
    light = [_BRIGHTEST * k / _LIGHTS for k in range(1, _LIGHTS + 1)]
    clear = bytes(round(255 * opacity) for opacity in (*dark, *light))
    stream = io.BytesIO()
    picture.save(stream, "PNG", bits=4, transparency=clear, optimize=False, compress_level=9)
    return stream.getvalue()
