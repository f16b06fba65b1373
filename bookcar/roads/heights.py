"""Heights above the sea from SRTM tiles, for shaded hills and profiles of routes.

A tile ``N29E106.hgt`` covers the degree north and east of its name: rows from north to south of
big-endian 16-bit metres, 1,201 or 3,601 a side, the edges shared with the tiles beside it. It may
stand alone, or in a ``.zip`` or ``.gz`` of its own, as the usual servers give it.
"""

from __future__ import annotations

import gzip
import math
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from bookcar.errors import Fault, InputError
from bookcar.model import District
from bookcar.phrases import Figure
from bookcar.roads.network import Floats

VOID = -32_768
Corner = tuple[int, int]

_NAME = re.compile(r"([NS])(\d{1,2})([EW])(\d{1,3})\.hgt(\.zip|\.gz)?", re.IGNORECASE)
_LARGEST = 10_801  # samples a side at a third of an arc second, the finest there is


def tile_corner(name: str) -> Corner | None:
    """Return the south-west corner (lat, lon) that a tile's file name gives, or None."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    lat = int(match[2]) * (1 if match[1].upper() == "N" else -1)
    lon = int(match[4]) * (1 if match[3].upper() == "E" else -1)
    return (lat, lon) if -90 <= lat < 90 and -180 <= lon < 180 else None


class Heights:
    """Heights of the tiles that are there; a tile is read when a point in it is first asked for.

    Parameters
    ----------
    tiles
        Files by the south-west corner (lat, lon) of what they cover.
    """

    def __init__(self, tiles: Mapping[Corner, Path]) -> None:
        self._tiles = dict(sorted(tiles.items()))
        self._read: dict[Corner, npt.NDArray[np.int16]] = {}

    def at(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> Floats:
        """Return the metres above the sea at points, between samples in proportion (bilinear).

        The result has the shape of ``lons`` and ``lats`` together; nan where no tile lies or one of
        the samples around the point is void.

        Raises
        ------
        InputError
            If a tile cannot be read.
        """
        lon, lat = np.broadcast_arrays(
            np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        )
        metres = np.full(lon.shape, np.nan)
        for (south, west), path in self._tiles.items():
            # a point on the edge of two tiles is answered by whichever knows
            here = (lat >= south) & (lat <= south + 1) & (lon >= west) & (lon <= west + 1)
            here &= np.isnan(metres)
            if here.any():
                samples = self._samples((south, west), path)
                metres[here] = _bilinear(samples, lon[here] - west, lat[here] - south)
        return metres

    def _samples(self, corner: Corner, path: Path) -> npt.NDArray[np.int16]:
        if corner not in self._read:
            self._read[corner] = _read_tile(path)
        return self._read[corner]


def read_heights(source: Path) -> Heights:
    """Return the heights of a tile, or of all tiles in a folder.

    Of two files for one tile, the first by name counts.

    Raises
    ------
    InputError
        If the path is no tile and no folder that holds one.
    """
    try:
        files = sorted(source.iterdir()) if source.is_dir() else [source]
    except OSError as error:
        _refuse(source, "unreadable", reason=error.strerror or str(error))
    tiles: dict[Corner, Path] = {}
    for path in files:
        corner = tile_corner(path.name)
        if corner is not None and path.is_file():
            tiles.setdefault(corner, path)
    if not tiles:
        _refuse(source)
    return Heights(tiles)


def heights_of(district: District) -> Heights | None:
    """Return the heights a district's settings name, or None if they name none.

    Raises
    ------
    InputError
        As `read_heights`.
    """
    source = district.settings.roads.heights
    return None if source is None else read_heights(source)


def _bilinear(samples: npt.NDArray[np.int16], east: Floats, north: Floats) -> Floats:
    """Return the heights at fractions of a degree from a tile's south-west corner."""
    side = len(samples) - 1
    column, row = east * side, (1 - north) * side
    left = np.minimum(column.astype(np.int64), side - 1)
    top = np.minimum(row.astype(np.int64), side - 1)
    x, y = column - left, row - top
    metres = np.zeros(len(east))
    for down in (0, 1):
        for along in (0, 1):
            sample = samples[top + down, left + along]
            weight = (x if along else 1 - x) * (y if down else 1 - y)
            # a void beside a point that stands on a sample takes nothing away from it
            share = np.where(sample == VOID, np.nan, sample) * weight
            metres += np.where(weight == 0, 0, share)
    return metres


def _read_tile(path: Path) -> npt.NDArray[np.int16]:
    try:
        data = _content(path)
    except OSError as error:
        _refuse(path, "unreadable", reason=error.strerror or str(error))
    except (zipfile.BadZipFile, EOFError, zlib.error, RuntimeError, NotImplementedError) as error:
        _refuse(path, "broken", detail=str(error))
    side = math.isqrt(len(data) // 2)
    if side < 2 or side > _LARGEST or side * side * 2 != len(data):
        _refuse(path, "square", bytes=len(data))
    return np.frombuffer(data, dtype=">i2").reshape(side, side).astype(np.int16)


def _content(path: Path) -> bytes:
    """Return a tile's bytes, unpacked, and no more of them than the finest tile has and one."""
    most = _LARGEST * _LARGEST * 2 + 1
    ending = path.suffix.lower()
    if ending == ".gz":
        with gzip.open(path) as stream:
            return stream.read(most)
    if ending != ".zip":
        with path.open("rb") as plain:
            return plain.read(most)
    with zipfile.ZipFile(path) as archive:
        names = [n for n in archive.namelist() if n.lower().endswith(".hgt")]
        if len(names) != 1:
            raise zipfile.BadZipFile(f"{len(names)} tiles in it, and not one")
        member: Any
        with archive.open(names[0]) as member:
            return bytes(member.read(most))


def _refuse(path: Path, variant: str = "", **figures: Figure) -> NoReturn:
    raise InputError([Fault(rule="bad-heights", variant=variant, file=path.name, figures=figures)])
