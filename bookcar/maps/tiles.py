"""Tiles the user named as a background: a folder of them, or a server; never any other.

A page asks for nothing unless tiles are named. Then its Content-Security-Policy lets in pictures
from that one place, and from nowhere else.
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from bookcar.errors import Fault, UsageError
from bookcar.inputs import tiles as named

_PICTURES = (".png", ".jpg", ".jpeg", ".webp")


@dataclass(frozen=True, kw_only=True)
class Tiles:
    """Where a page finds tiles.

    Attributes
    ----------
    address
        With ``{z}``, ``{x}``, ``{y}``; of a folder relative to the page, so that both can move.
    credit
        Whose they are.
    source
        What the page's policy must let in.
    least, most
        The zooms there are.
    bounds
        South-west and north-east corner of what a folder covers, as (lat, lon); None for a server.
    """

    address: str
    credit: str
    source: str
    least: int = 0
    most: int = 19
    bounds: tuple[tuple[float, float], tuple[float, float]] | None = None

    def data(self) -> dict[str, Any]:
        """Return what the page's script needs of it."""
        found = {"address": self.address, "least": self.least, "most": self.most}
        return found | {"credit": self.credit} | ({"bounds": self.bounds} if self.bounds else {})


def tiles_from(text: str, credit: str, *, page_folder: Path) -> Tiles | None:
    """Return the tiles of a folder or a server's address, None where none are named.

    Parameters
    ----------
    text
        An address with ``{z}``, ``{x}`` and ``{y}``, or the path of a folder of ``z/x/y.png``.
    page_folder
        The folder the page will stand in.

    Raises
    ------
    UsageError
        If they are shifted, not there, hold no tiles, or nobody says whose they are.
    """
    if not text:
        return None
    rule = named.bad_address(text) if named.is_address(text) else _bad_folder(Path(text))
    if rule is None and not credit:
        rule = "tiles-credit"
    if rule is not None:
        wrong = Fault(rule=rule, file=text, figures={"path": Path(text).as_posix()})
        raise UsageError(f"{text}: {wrong.problem} {wrong.fix}")
    if named.is_address(text):
        return Tiles(address=text, credit=credit, source=_source(text))
    return _of_folder(Path(text), credit, page_folder)


def _bad_folder(folder: Path) -> str | None:
    return None if folder.is_dir() else "missing-tiles"


def _source(address: str) -> str:
    """Return the address as far as it is the same for every tile, up to a whole folder."""
    parts = urlsplit(address)
    steady = parts.path.partition("{")[0]
    return f"{parts.scheme}://{parts.netloc}{steady[: steady.rindex('/') + 1]}"


def _of_folder(folder: Path, credit: str, page_folder: Path) -> Tiles:
    zooms = _numbers(folder)
    deepest = folder / str(zooms[-1]) if zooms else folder
    columns = _numbers(deepest) if zooms else []
    rows, ending = _rows([deepest / str(x) for x in columns])
    if not rows:
        raise UsageError(
            f"{folder}: There are no tiles in this folder. They must lie in it as z/x/y.png (or "
            ".jpg, .webp), numbered from the north as web maps are."
        )
    way = quote(Path(os.path.relpath(folder.resolve(), page_folder.resolve())).as_posix())
    south, west = _corner(zooms[-1], columns[0], max(rows) + 1)
    north, east = _corner(zooms[-1], columns[-1] + 1, min(rows))
    return Tiles(
        address=f"{way}/{{z}}/{{x}}/{{y}}{ending}",
        credit=credit,
        source="file:",
        least=zooms[0],
        most=zooms[-1],
        bounds=((south, west), (north, east)),
    )


def _numbers(folder: Path) -> list[int]:
    names = (p.name for p in folder.iterdir() if p.is_dir())
    return sorted(int(name) for name in names if re.fullmatch(r"0|[1-9]\d{0,6}", name))


def _rows(columns: list[Path]) -> tuple[set[int], str]:
    """Return the numbers of the tiles in some columns, and how their names end."""
    pictures = [p for column in columns for p in sorted(column.iterdir()) if p.stem.isdecimal()]
    ending = next((p.suffix for p in pictures if p.suffix.lower() in _PICTURES), "")
    return {int(p.stem) for p in pictures if ending and p.suffix == ending}, ending


def _corner(zoom: int, x: int, y: int) -> tuple[float, float]:
    """Return lat and lon of the north-west corner of a tile."""
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / 2**zoom))))
    return round(lat, 6), round(x / 2**zoom * 360 - 180, 6)
