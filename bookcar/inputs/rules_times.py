"""The rules of cells with times of day, as people and spreadsheets write them.

``10:30``, ``10.30``, ``10h30``, ``1030``, ``1.30pm``, ``10:30 a.m.``, ``下午2点半``, and spans such
as ``10:30-11:15``. Twelve hours are made twenty-four where something says which half of the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from bookcar.inputs import text as tx
from bookcar.inputs.rules_cells import BadCell, Noted, Parser

DAY_S = 86_400
_HOUR_S = 3_600
_HALF_S = 12 * _HOUR_S

_CLOCK = (
    r"(?P<before>上午|早上|下午|晚上)?\s*(?:"
    r"(?P<compact>(?:[01]?[0-9]|2[0-4])[0-5][0-9])(?![0-9:.]|\s*[点时h])"
    r"|(?P<hour>[0-9]{1,2})(?:"
    r"\s?[:.h]\s?(?P<minute>[0-9]{2})(?::[0-9]{2}(?:\.0+)?)?z?(?![0-9])"
    r"|\s*(?P<mark>[点时])(?:(?P<cmin>[0-9]{1,2})分?|(?P<half>半)|整)?"
    r"|(?P<unit>\s?(?:h|hrs?|uhr|heures?|horas?|ore)\b)"
    r"|))"
    r"\s*(?P<after>[ap](?:\.\s?m\.?|m\b\.?)|am|pm)?(?:\s?(?:uhr|hrs?|hours?|h|o'?clock)\b)?"
)
_ONE = re.compile(r"(?:klo?\.?\s+|a las?\s+|at\s+)?" + _CLOCK)
_SPAN = re.compile(
    r"(?<![0-9/.:-])(?:from|von|de|des|das|dalle|between|kello|kl\.?|klo\.?|entre)?\s*"
    + _CLOCK.replace("(?P<", "(?P<a_")
    + r"\s*(?:-|~|至|到|to\b|until\b|till?\b|bis\b|[aà]\b|as\b|al\b|alle\b|y\b|and\b)\s*"
    + _CLOCK.replace("(?P<", "(?P<b_")
    + r"(?![-/.:]?[0-9])"
)
_NAMED = re.compile(r"\b(?:12\s*)?(noon|midday|midi|mittag)\b")
_EXCEL_DAY = re.compile(r"(?:1899-12-3[01]|1900-01-0[01])[ t]")
_SHORT = re.compile(r"([0-9]{1,2})(?:[.]([0-9]))?")
_LONG = re.compile(r"[0-9]{1,2}\.[0-5][0-9]")


class Clock(msgspec.Struct, frozen=True):
    """A time of day as it was written: seconds after midnight, and the half of the day it names."""

    seconds: int
    half: str = ""
    alone: bool = False
    """An hour without minutes or anything else: it may be any number."""

    @property
    def may_be_later(self) -> bool:
        """Whether the clock has twelve hours, so that it may be the same hour after noon."""
        return not self.half and _HOUR_S <= self.seconds < 13 * _HOUR_S

    def in_half(self, half: str) -> Clock:
        """Return the time in a half of the day."""
        return Clock(self.seconds % _HALF_S + (_HALF_S if half == "pm" else 0), half)


def time(text: str) -> int:
    """Read one time of day as seconds after midnight; 24:00 is the day's end."""
    plain = _plain(text)
    fraction = _fraction(plain)
    if fraction is not None:
        return fraction
    match = _ONE.fullmatch(plain)
    clock = _clock(match.groupdict()) if match else None
    if clock is None or clock.alone:
        raise BadCell("bad-time")
    return clock.seconds


def times(text: str) -> tuple[int, ...]:
    """Read one or more times of day, such as ``08:00 14:00``."""
    plain = _plain(text)
    if _SPAN.search(plain):
        raise BadCell("bad-time", variant="span")
    if _ONE.fullmatch(plain):
        return (time(plain),)
    return tuple(time(word) for word in tx.words(re.sub(r"\s+(?=[ap]\.?\s?m\b)", "", plain)))


def settled(parse: Parser, texts: Sequence[str]) -> Parser:
    """Return the parser of a column of times, which knows all its cells.

    A spreadsheet that takes 10.30 for a number shows 10.3, and 10.00 as 10. Beside other times with
    a point they are such times; alone, 10.5 may be half past ten as well.
    """
    plains = [tx.plain(text) for text in texts]
    tenths = {match[2] for match in map(_SHORT.fullmatch, plains) if match and match[2]}
    decimal = any(digit > "5" for digit in tenths)
    pointed = bool(tenths - {"0", "5"}) or any(map(_LONG.fullmatch, plains))

    def read(text: str) -> object:
        match = _SHORT.fullmatch(tx.plain(text))
        if match is None or decimal or not (pointed or match[2]):
            return parse(text)
        return _lost_zero(match, parse, pointed=pointed)

    return read


def _lost_zero(match: re.Match[str], parse: Parser, *, pointed: bool) -> object:
    """Return the time of a figure such as 10.3 with a note, or refuse it with both readings."""
    hour, tenth = match[1], match[2] or "0"
    as_minutes, as_hours = f"{hour}:{tenth}0", f"{hour}:{int(tenth) * 6:02d}"
    if not pointed and as_minutes != as_hours:
        raise BadCell("bad-time", variant="two", readings=(as_minutes, as_hours))
    told = BadCell("time-lost-zero", time=as_minutes)
    return Noted(parse(as_minutes), told)


def spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of time that stand in a text, in their order."""
    return [span for span, _ in _spans(_plain(text))]


def without_spans(text: str) -> str:
    """Return what stands in a text besides its spans, or its times if it has no span."""
    plain = _plain(text)
    found = [match.span() for _, match in _spans(plain)] or [m.span() for _, m in _times(plain)]
    for start, end in reversed(found):
        plain = f"{plain[:start]} {plain[end:]}"
    return re.sub(r"\s+", " ", plain).strip(" ,;:()-")


def between_spans(text: str) -> list[str]:
    """Return what stands between the spans of a text, in their order."""
    plain = _plain(text)
    places = [match.span() for _, match in _spans(plain)]
    return [plain[one[1] : other[0]] for one, other in pairwise(places)]


def found_times(text: str) -> list[int]:
    """Return the single times that stand in a text, in their order."""
    return [clock.seconds for clock, _ in _times(_plain(text))]


def paired(begins: str, ends: str) -> tuple[int, int] | None:
    """Return the times of two cells of which one may lack the half of the day: 4.00, 4.30pm."""
    matches = [_ONE.fullmatch(_plain(text)) for text in (begins, ends)]
    clocks = [_clock(match.groupdict()) if match else None for match in matches]
    first, last = clocks
    if first is None or last is None or first.alone or last.alone:
        return None
    return _in_halves(first, last)


def text_of(seconds: int) -> str:
    """Return a time in the one spelling that every parser reads."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


def _spans(plain: str) -> Iterator[tuple[tuple[int, int], re.Match[str]]]:
    for match in _SPAN.finditer(plain):
        sides = [
            {name[2:]: value for name, value in match.groupdict().items() if name[:2] == side}
            for side in ("a_", "b_")
        ]
        first, last = (_clock(side) for side in sides)
        if first is not None and last is not None and not (first.alone and last.alone):
            yield _in_halves(first, last), match


def _times(plain: str) -> Iterator[tuple[Clock, re.Match[str]]]:
    for match in re.finditer(rf"(?<![0-9:.\w]){_CLOCK}", plain):
        clock = _clock(match.groupdict())
        if clock is not None and not clock.alone:
            yield clock, match


def _in_halves(first: Clock, last: Clock) -> tuple[int, int]:
    """Return the seconds of two times; where one names its half of the day, the other may too."""
    if last.half and first.may_be_later:
        same = first.in_half(last.half)
        other = first.in_half("am")
        first = same if same.seconds < last.seconds or last.half == "am" else other
    elif first.half and last.may_be_later:
        same = last.in_half(first.half)
        last = same if same.seconds > first.seconds else last.in_half("pm")
    return first.seconds, last.seconds


def _plain(text: str) -> str:
    plain = _NAMED.sub(lambda _: "12:00pm", tx.plain(text).casefold())
    return _EXCEL_DAY.sub("", plain)


def _fraction(plain: str) -> int | None:
    """Return the time that a spreadsheet keeps as a fraction of a day, if it is a whole minute."""
    if not re.fullmatch(r"0\.[0-9]{3,}", plain):
        return None
    minutes = float(plain) * 1440
    return round(minutes) * 60 if abs(minutes - round(minutes)) < 0.02 else None


def _clock(found: dict[str, str | None]) -> Clock | None:
    """Return the time of a match; None if there is no such time."""
    compact = found["compact"]
    hour = int(compact[:-2] if compact else found["hour"] or 0)
    minute = int((compact or "")[-2:] or found["minute"] or found["cmin"] or 0)
    if found["half"]:
        minute = 30
    half = (found["after"] or "")[:1] or {"上": "a", "早": "a", "下": "p", "晚": "p"}.get(
        (found["before"] or " ")[0], ""
    )
    if minute > 59 or hour > 24 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    seconds = hour * _HOUR_S + minute * 60
    said = found["minute"] or found["cmin"] or found["half"] or found["unit"] or compact or half
    alone = not (said or found["mark"])
    return Clock(seconds, half and half + "m", alone) if seconds <= DAY_S else None
