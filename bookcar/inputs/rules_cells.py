"""The rules of a single cell: each parser gives the value in the model's unit or says the fault."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bookcar.inputs import text as tx
from bookcar.phrases import Figure

Parser = Callable[[str], Any]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[, ][0-9]{3})+(?:\.[0-9]+)?")
_DATE = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?"
)
_COMPACT_DATE = re.compile(r"([12][0-9]{3})([0-9]{2})([0-9]{2})")
_EXCEL_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")
_SHORTENED = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]{1,3}", re.IGNORECASE)


class BadCell(Exception):  # noqa: N818 - a signal between parser and decoder, never seen outside
    """A cell breaks a rule; the decoder adds where it stands.

    Parameters
    ----------
    rule, variant, figures
        As in `bookcar.errors.Fault`.
    """

    def __init__(self, rule: str, *, variant: str = "", **figures: Figure) -> None:
        super().__init__(rule)
        self.rule, self.variant, self.figures = rule, variant, figures


class Noted(msgspec.Struct, frozen=True):
    """A value that was read, and what people should know of it: the fields of a `BadCell`."""

    value: Any
    told: BadCell


def number(text: str) -> float:
    """Read a decimal number; ``1,200`` and ``1 200`` are twelve hundred."""
    plain = tx.plain(text)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "").replace(" ", "")
    value = float(plain) if _NUMBER.fullmatch(plain) else math.nan
    if not math.isfinite(value):
        raise BadCell("bad-number")
    return value


def decimal(low: float, high: float, *, scale: float = 1, above: bool = False) -> Parser:
    """Return a parser of a number from ``low`` to ``high`` (``above``: more than ``low``).

    With a ``scale`` the number is turned into whole smaller units, e.g. km into metres.
    """

    def parse(text: str) -> float | int:
        value = number(text)
        within(value, low, high, above=above)
        return value if scale == 1 else round(value * scale)

    return parse


def whole(low: int, high: int = 10_000_000) -> Parser:
    """Return a parser of a whole number from ``low`` to ``high``."""

    def parse(text: str) -> int:
        value = number(text)
        within(value, low, high)
        if value != int(value):
            raise BadCell("bad-number", variant="whole", whole=round(value))
        return int(value)

    return parse


def kilograms(low: float, high: float) -> Parser:
    """Return a parser of kilograms, rounded to whole ones."""

    def parse(text: str) -> int:
        value = number(text)
        within(value, low, high)
        return math.floor(value + 0.5)

    return parse


def within(value: float, low: float, high: float, *, above: bool = False) -> None:
    """Raise `BadCell` if a number is negative where it may not be, or out of range."""
    bounds = (low, high, int(above))
    if value < 0 <= low:
        raise BadCell("negative", bounds=bounds)
    if not low <= value <= high or (above and value == low):
        variant = "small" if value <= low else "large"
        raise BadCell("out-of-range", variant=variant, bounds=bounds)


def date(text: str) -> dt.date:
    """Read a day such as ``2026-11-30``, ``2026/11/30`` or ``2026年11月30日``."""
    plain = tx.plain(text)
    match = _DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain)
    try:
        if match and 1900 <= int(match[1]) < 3000:
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise BadCell("bad-date", variant="calendar") from None
    if re.fullmatch(r"[34567][0-9]{4}(\.0)?", plain):
        day = dt.date(1899, 12, 30) + dt.timedelta(days=int(plain[:5]))
        raise BadCell("bad-date", variant="excel", day=day.isoformat())
    raise BadCell("bad-date")


def choice(names: Mapping[str, Any], *, rule: str, show: str) -> Parser:
    """Return a parser of one of the given words (keys as `text.key` makes them)."""

    def parse(text: str) -> Any:
        word = tx.key(text)
        if word in names:
            return names[word]
        near = tx.nearest(word, names)
        raise BadCell(rule, words=show, near=near or "")

    return parse


def shares(text: str) -> dict[str, float]:
    """Read class shares such as ``children:0.5 farming:0.5``; percentages too, not yet summed."""
    plain = tx.plain(text)
    pair = re.compile(r"([^\s:=,;/|]+)\s*[:=]\s*([0-9]*\.?[0-9]+)\s*(%?)")
    found = pair.findall(plain)
    mix = {name.casefold(): float(share) / (100 if sign else 1) for name, share, sign in found}
    rest = re.sub(r"[\s,;/|]+", "", pair.sub("", plain))
    if rest or len(mix) < len(found) or not 0 < sum(mix.values()) < 1e6:
        raise BadCell("bad-mix")
    return {name: share for name, share in mix.items() if share > 0}


def label(text: str) -> str:
    """Read an id: one spelling whatever the spreadsheet made of it."""
    found = tx.label(text)
    if _SHORTENED.fullmatch(found):
        raise BadCell("shortened-number")
    _no_controls(found)
    return found


def labels(text: str) -> tuple[str, ...]:
    """Read a list of ids separated by spaces or commas."""
    return tuple(dict.fromkeys(label(word) for word in tx.words(text)))


def digits(text: str) -> str:
    """Read a phone number or ISBN as text."""
    if _SHORTENED.fullmatch(tx.plain(text)):
        return label(text)
    return words(tx.label(text))


def words(text: str) -> str:
    """Read a name: kept as it is, but for blanks around it."""
    text = tx.bare(text)
    _no_controls(text)
    return text


def prose(text: str) -> str:
    """Read a note: line breaks inside the cell become spaces."""
    return words(re.sub(r"[\t\r\n\v\f]+", " ", text))


def way_ids(text: str) -> tuple[int, ...]:
    """Read OSM way ids separated by spaces."""
    found = tx.words(text)
    if not all(re.fullmatch(r"[1-9][0-9]{0,14}(\.0)?", word) for word in found):
        raise BadCell("bad-number", variant="way")
    return tuple(int(word.removesuffix(".0")) for word in found)


def excel_error(text: str) -> None:
    """Raise `BadCell` for a cell in which Excel shows an error such as ``#N/A``."""
    if text.startswith("#") and text.strip().upper() in _EXCEL_ERRORS:
        raise BadCell("excel-error")


def _no_controls(text: str) -> None:
    found = tx.control(text)
    if found is not None:
        variant = {"\n": "line-break", "\r": "line-break", "\t": "tab"}.get(found, "")
        raise BadCell("control-character", variant=variant, code=f"U+{ord(found):04X}")
