"""The rules of dates as people write them: with names of months, or day and month in either order.

``31/12/2026`` can only begin with the day, ``12/31/2026`` only with the month. ``5/12/2026`` may be
either; the other dates of its column settle it, and where none does it is refused with both.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Literal

from bookcar.inputs.day_words import folded
from bookcar.inputs.rules_cells import BadCell, Parser

Order = Literal["day", "month"]

_MONTHS = (
    "january jan januar janvier janv enero ene gennaio gen janeiro tammikuu tammikuuta januari",
    "february feb februar fevrier fevr febrero febbraio fevereiro fev helmikuu helmikuuta",
    "march mar marz mrz mars marzo marco maaliskuu maaliskuuta",
    "april apr avril avr abril abr aprile huhtikuu huhtikuuta",
    "may mai mayo maggio mag maio toukokuu toukokuuta",
    "june jun juni juin junio giugno giu junho kesakuu kesakuuta",
    "july jul juli juillet juil julio luglio lug julho heinakuu heinakuuta",
    "august aug aout agosto ago elokuu elokuuta",
    "september sep sept septembre septiembre settembre set setembro syyskuu syyskuuta",
    "october oct oktober okt octobre octubre ottobre ott outubro out lokakuu lokakuuta",
    "november nov novembre noviembre novembro marraskuu marraskuuta",
    "december dec dezember dez decembre diciembre dic dicembre dezembro joulukuu desember des",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_TAIL = r"(?:[ t]0?0:00(?::00(?:\.0+)?)?z?)?"
_SLASHED = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})" + _TAIL)
_DOTTED = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})" + _TAIL)
_DAY_FIRST = re.compile(
    r"(?:[a-z]+,? )?([0-9]{1,2})(?:st|nd|rd|th|er|\.|o)?[ -](?:de |of )?([a-z]+)"
    r"\.?,?[ -](?:de |del )?([0-9]{4})"
)
_MONTH_FIRST = re.compile(r"(?:[a-z]+,? )?([a-z]+)\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")


def order_of(texts: Sequence[str]) -> Order | None:
    """Return whether the dates of a column begin with the day or the month, if any says so."""
    found: set[Order] = set()
    for match in filter(None, map(_SLASHED.fullmatch, map(folded, texts))):
        first, second = int(match[1]), int(match[2])
        if first > 12 >= second:
            found.add("day")
        elif second > 12 >= first:
            found.add("month")
    return found.pop() if len(found) == 1 else None


def read_date(text: str, order: Order | None = None) -> dt.date | None:
    """Return the date of a text that begins with its day or month; None if it is written otherwise.

    Raises
    ------
    BadCell
        If day and month may be interchanged, or there is no such day.
    """
    plain = folded(text)
    slashed, dotted = _SLASHED.fullmatch(plain), _DOTTED.fullmatch(plain)
    named = _DAY_FIRST.fullmatch(plain)
    month_first = _MONTH_FIRST.fullmatch(plain)
    if dotted:
        return _day(dotted[3], int(dotted[2]), dotted[1])
    if slashed:
        return _slashed(slashed, order)
    if named and named[2] in _MONTH:
        return _day(named[3], _MONTH[named[2]], named[1])
    if month_first and month_first[1] in _MONTH:
        return _day(month_first[3], _MONTH[month_first[1]], month_first[2])
    return None


def settled(parse: Parser, texts: Sequence[str]) -> Parser:
    """Return the parser of a column of dates, which knows all its cells."""
    order = order_of(texts)

    def read(text: str) -> object:
        return parse(text) if order is None else read_date(text, order) or parse(text)

    return read


def _slashed(match: re.Match[str], order: Order | None) -> dt.date:
    first, second = int(match[1]), int(match[2])
    if order is None and first <= 12 and second <= 12 and first != second:
        readings = tuple(
            _day(match[3], month, str(day)).isoformat()
            for day, month in ((first, second), (second, first))
        )
        raise BadCell("bad-date", variant="two", readings=readings)
    order = order or ("month" if second > 12 else "day")
    day, month = (first, second) if order == "day" else (second, first)
    return _day(match[3], month, str(day))


def _day(year: str, month: int, day: str) -> dt.date:
    try:
        if 1900 <= int(year) < 3000:
            return dt.date(int(year), month, int(day))
    except ValueError:
        pass
    raise BadCell("bad-date", variant="calendar")
