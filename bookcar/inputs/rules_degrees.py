"""The rules of cells with coordinates: degrees as people copy them, and two of them in one cell.

``51.3620``, ``51°21'43"N``, ``N 51 21.72``, ``2.76 W``, ``东经106°39′``; ``55.90603,-3.16830``.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from bookcar.inputs import text as tx
from bookcar.inputs.numbers import with_point
from bookcar.inputs.rules_cells import BadCell, Parser, number

Axis = Literal["lon", "lat"]

_PARTS = (
    r"(?P<sign>[+-])?\s*(?P<degrees>[0-9]{1,3}(?:[.,][0-9]+)?)(?![0-9])\s*(?:°|º|度|deg|d(?=\s*[0-9]))?"
    r"(?:[\s:]*(?P<minutes>[0-9]{1,2}(?:[.,][0-9]+)?)(?![0-9])\s*(?:'|m(?=\s*[0-9])|分|(?=[\s:]|$|[NSEWO]))"
    r"(?:[\s:]*(?P<seconds>[0-9]{1,2}(?:[.,][0-9]+)?)\s*(?:\"|''|s(?![a-z])|秒)?)?)?"
)
_SIDE = r"(?:north|south|east|west|[NSEWO]|北纬|南纬|东经|西经)"
_DEGREES = re.compile(rf"(?P<before>{_SIDE})?\s*{_PARTS}\s*(?P<after>{_SIDE})?", re.IGNORECASE)
_FIGURE = r"[+-]?[0-9]{1,8}(?:\.[0-9]+)?"
_PAIR = re.compile(rf"[\[(]?\s*({_FIGURE})\s*[,;/\s]\s*({_FIGURE})\s*[\])]?")
_COMMA_PAIR = re.compile(r"([+-]?[0-9]{1,3},[0-9]{2,})\s*[;/\s]\s*([+-]?[0-9]{1,3},[0-9]{2,})")
_WKT = re.compile(
    rf"(?:SRID=[0-9]+;)?\s*POINT\s*Z?\s*\(\s*({_FIGURE})\s+({_FIGURE})[^)]*\)", re.IGNORECASE
)
_NAMES: dict[tuple[Axis, int], str] = {
    ("lat", 1): "n north 北纬",
    ("lat", -1): "s south 南纬",
    ("lon", 1): "e east 东经",
    ("lon", -1): "w west 西经",
}
_AXES = {name: side for side, names in _NAMES.items() for name in names.split()}


_SIGNS = re.compile("[°º度'\"]|deg")


class Pair(msgspec.Struct, frozen=True):
    """Two figures of one cell, in their order; ``axes`` where they say which is which."""

    first: str
    second: str
    axes: tuple[Axis, Axis] | None = None


def degrees(axis: Axis) -> Parser:
    """Return a parser of a longitude or latitude, or of metres of a grid."""

    def parse(text: str) -> float:
        plain = tx.plain(text)
        found = _measured(plain)
        if found is None:
            return number(plain)
        value, own = found
        if own is not None and own != axis:
            raise BadCell(
                "bad-number", variant="axis", side=1 if own == "lon" else 2, decimal=f"{value:.6f}"
            )
        return value

    return parse


def pair(text: str) -> Pair | None:
    """Return the two coordinates of a cell; None if it does not hold two."""
    plain = tx.plain(text)
    match = _WKT.fullmatch(plain)
    if match:
        return Pair(match[1], match[2], ("lon", "lat"))
    match = _PAIR.fullmatch(plain)
    if match and not re.fullmatch(r"[+-]?[0-9]+,[0-9]+", plain):  # which has a decimal comma
        return Pair(match[1], match[2])
    match = _COMMA_PAIR.fullmatch(plain)
    if match:
        return Pair(with_point(match[1], ","), with_point(match[2], ","))
    return _pair_of_sides(plain)


def _pair_of_sides(plain: str) -> Pair | None:
    """Return a pair such as ``51°21'43"N 2°45'52"W``, each with its side of the globe."""
    for cut in [m.start() for m in re.finditer(r"[\s,;/]|(?<=[NSEWnsew])(?=[0-9])", plain)]:
        halves = [plain[:cut].strip(" ,;/"), plain[cut:].strip(" ,;/")]
        found = [_measured_or_none(half) for half in halves]
        first, second = found
        if first is None or second is None or first[1] is None or second[1] is None:
            continue
        if first[1] != second[1]:
            return Pair(f"{first[0]:.7f}", f"{second[0]:.7f}", (first[1], second[1]))
    return None


def _measured_or_none(plain: str) -> tuple[float, Axis | None] | None:
    try:
        return _measured(plain)
    except BadCell:
        return None


def _measured(plain: str) -> tuple[float, Axis | None] | None:
    """Return degrees with minutes or a side of the globe; None for a plain number.

    Raises
    ------
    BadCell
        If minutes or seconds are 60 or more, two sides are named, or ``O`` may be east or west.
    """
    match = _DEGREES.fullmatch(plain)
    if match is None or match["degrees"] is None:
        return None
    sides = [side for side in (match["before"], match["after"]) if side]
    if not (sides or _SIGNS.search(plain) or match["seconds"] or "." in (match["minutes"] or "")):
        return None
    if match["minutes"] and not match["degrees"].isdecimal():
        return None  # two figures with decimals
    measures = [match[name] or "0" for name in ("degrees", "minutes", "seconds")]
    parts = [float(figure.replace(",", ".")) for figure in measures]
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    if parts[1] >= 60 or parts[2] >= 60 or len(sides) > 1 or (sides and match["sign"]):
        raise BadCell("bad-number", variant="degrees")
    if sides and sides[0].casefold() == "o":
        raise BadCell("bad-number", variant="ost", east=f"{value:.6f}", west=f"-{value:.6f}")
    axis, sign = _AXES[sides[0].casefold()] if sides else (None, -1 if match["sign"] == "-" else 1)
    return sign * value, axis
