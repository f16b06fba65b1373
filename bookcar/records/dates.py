"""Dates as spreadsheets write them: the week itself settles which number is the day.

``1/12/2026`` is a day of 2026-W49 by one reading only. Two readings of a date lie at least four
weeks apart, so that no week holds both.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from bookcar.inputs import text as tx

_MIDNIGHT = re.compile(r"[ T]+0{1,2}:00(?::00(?:\.0+)?)?$")
_WEEKDAY = re.compile(r"^[^\W\d_]+\.?,?\s+(?=\d)|\s*[(（]?(?:星期|周)[一二三四五六日天][)）]?$")
_NUMBERS = re.compile(r"(\d{1,4})\s*[-/.年 ]\s*(\d{1,2})\s*[-/.月 ]\s*(\d{1,4})日?\.?")
_WITHOUT_YEAR = re.compile(r"(\d{1,2})\s*[-/.月 ]\s*(\d{1,2})日?\.?")
_NAMED = re.compile(r"(\d{1,2})[-/. ]*([a-z]{3})[a-z]*\.?(?:[-/., ]*(\d{2}|\d{4}))?", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"([3-7]\d{4})(?:\.0+)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EXCEL_EPOCH = dt.date(1899, 12, 30)


def readings(text: str, year: int) -> tuple[dt.date, ...]:
    """Return every day that a text may mean; ``year`` is that of a date that names none."""
    plain = _WEEKDAY.sub("", _MIDNIGHT.sub("", tx.plain(text)))
    return tuple(dict.fromkeys(day for day in _days(plain, year)))


def day_of(text: str, days: Sequence[dt.date]) -> dt.date | None:
    """Return the one of some days that a text means; None if it means none of them."""
    years = dict.fromkeys(day.year for day in days)
    meant = (day for year in years for day in readings(text, year))
    return next((day for day in meant if day in days), None)


def _days(plain: str, year: int) -> Iterator[dt.date]:
    serial = _SERIAL.fullmatch(plain)
    if serial:
        yield _EXCEL_EPOCH + dt.timedelta(days=int(serial[1]))
        return
    for y, m, d in _parts(plain, year):
        try:
            yield dt.date(y if y > 99 else 2000 + y, m, d)
        except ValueError:
            continue


def _parts(plain: str, year: int) -> Iterator[tuple[int, int, int]]:
    """Yield what may be year, month and day."""
    three = _NUMBERS.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if three:
        a, b, c = map(int, three.groups())
        yield from ((a, b, c), (c, b, a), (c, a, b))
        return
    two = _WITHOUT_YEAR.fullmatch(plain)
    if two:
        a, b = map(int, two.groups())
        yield from ((year, a, b), (year, b, a))
        return
    named = _NAMED.fullmatch(plain)
    if named and named[2].lower() in _MONTHS:
        yield int(named[3] or year), _MONTHS.index(named[2].lower()) + 1, int(named[1])
