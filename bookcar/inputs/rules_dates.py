"""The rules of cells about dates: how often a stop is visited, what becomes of a visit."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping

import msgspec

from bookcar import recurrence
from bookcar.inputs import day_words
from bookcar.inputs import text as tx
from bookcar.inputs.rules_cells import BadCell, date
from bookcar.inputs.rules_days import is_chinese, weekday_names
from bookcar.model import Effect
from bookcar.recurrence import IsoWeeks, MonthWeekdays, Rule

_NAMES = weekday_names()
_CHINESE = "一二三四五六七八九十"
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1, "最后": -1}
_SIMPLE = {
    "every week": 1, "weekly": 1, "每周": 1, "fortnightly": 2, "every fortnight": 2,
    "every other week": 2, "隔周": 2, "每隔一周": 2, "两周": 2, "每两周": 2,
}  # fmt: skip
_WEEKS = re.compile(r"(?:every|每)?\s*([0-9]{1,3}|[一二三四五六七八九十])\s*(?:weeks?|wks?|周)")
_PARITY = re.compile(r"(odd|even|单|双)\s*(?:iso\s*)?(?:weeks?|周)")
_MONTH = re.compile(r"\s*(?:of (?:the|each|every) month|每月)\s*")
_ORDINAL = re.compile(
    r"(?:([1-5])(?:st|nd|rd|th)|(first|second|third|fourth|fifth|last|最后)一?|第?([1-5一二三四五]))\s*个?"
)
_MONTHLY = re.compile(
    r"(?:RRULE:)?FREQ=MONTHLY;BYDAY=((?:(?:\+?[1-5]|-[1-5])(?:MO|TU|WE|TH|FR|SA|SU),?)+)(?<!,);?",
    re.IGNORECASE,
)
_MOST_WEEKS = recurrence.LONGEST_WEEKS
_EFFECTS: Mapping[str, Effect] = {
    **dict.fromkeys(("drop", "dropped", "取消", "停开"), "drop"),
    **dict.fromkeys(("halt", "halted", "暂停", "顺延"), "halt"),
}
_MOVE = re.compile(r"(?:move|moved|改到|改至|调到|移到|移至)\s*(?:to)?\s*(.+)")


class Every(msgspec.Struct, frozen=True):
    """What a cell says: a rule still without its first visit.

    ``weeks`` is set where it gives weeks alone; ``rrule`` where it is one, which needs a first day.
    """

    weeks: int | None = None
    rrule: str = ""
    named: IsoWeeks | MonthWeekdays | None = None

    def beginning(self, first: dt.date | None) -> Rule | None:
        """Return the rule from a first visit on; None where weeks count from the last visit."""
        if self.named is not None:
            return msgspec.structs.replace(self.named, first=first)
        if first is None:
            return None
        if self.rrule:
            return recurrence.rrule(self.rrule, first)
        assert self.weeks is not None
        return recurrence.EveryWeeks(weeks=self.weeks, first=first)


def every(text: str) -> Every:
    """Read ``2 weeks``, ``1st Tue``, ``3rd Mon``, ``odd weeks`` or an RRULE of RFC 5545."""
    plain = tx.plain(text)
    if re.match(r"(?i)\s*(rrule\s*:|freq\s*=)", plain):
        return _rrule(plain)
    words = re.sub(r"\s+", " ", plain.casefold()).removesuffix("一次")
    if not is_chinese(words):
        words = _in_one_spelling(text)
    found = next((rule for read in _READERS if (rule := read(words)) is not None), None)
    if found is None:
        raise BadCell("bad-recurrence")
    return found


def _in_one_spelling(text: str) -> str:
    """Return a rule in the words of `day_words`; it names no weekdays beside its weeks."""
    try:
        found = day_words.read(text)
    except BadCell as bad:
        if bad.variant == "two":
            raise BadCell("bad-recurrence", variant="two", **bad.figures) from None
        variant = "second" if bad.variant == "second" else ""
        raise BadCell("bad-recurrence", variant=variant, **bad.figures) from None
    if found.weekdays or found.month_days or not found.every:
        raise BadCell("bad-recurrence")
    return found.every.casefold()


def _rrule(text: str) -> Every:
    """Read an RRULE; weekdays of each month need no first day to count from."""
    try:
        recurrence.check_rrule(text)
    except recurrence.BadRRuleError as error:
        raise BadCell("bad-recurrence", variant="rrule", detail=error.detail) from None
    match = _MONTHLY.fullmatch("".join(text.split()))
    if match is None:
        return Every(rrule=text)
    pairs = (re.fullmatch(r"([+-]?[0-9])([A-Z]{2})", one) for one in match[1].upper().split(","))
    nth = {(int(pair[1]), recurrence.WEEKDAY_CODES.index(pair[2])) for pair in pairs if pair}
    return Every(named=MonthWeekdays(nth=tuple(sorted(nth))))


def _weeks(words: str) -> Every | None:
    if words in _SIMPLE:
        return Every(weeks=_SIMPLE[words])
    match = _WEEKS.fullmatch(words)
    if match is None:
        return None
    number = match[1]
    weeks = int(number) if number.isdecimal() else _CHINESE.index(number) + 1
    if not 1 <= weeks <= _MOST_WEEKS:
        raise BadCell("bad-recurrence", variant="weeks", most=_MOST_WEEKS)
    return Every(weeks=weeks)


def _parity(words: str) -> Every | None:
    match = _PARITY.fullmatch(words)
    return Every(named=IsoWeeks(odd=match[1] in ("odd", "单"))) if match else None


def _month(words: str) -> Every | None:
    """Read weekdays of the month: ``1st Tue``, ``1st and 3rd Mon``, ``每月第一个周二``."""
    rest = _MONTH.sub(" ", words)
    found: list[tuple[int, int]] = []
    waiting: list[int] = []
    for word in re.split(r"\s*(?:,|;|/|、|和|\band\b)\s*", rest.strip()):
        match = _ORDINAL.match(word)
        name = word[match.end() :].strip().rstrip(".") if match else ""
        if match is None or (name and name not in _NAMES):
            return None
        waiting.append(_number(match))
        if name:
            found += ((number, _NAMES[name]) for number in waiting)
            waiting = []
    return Every(named=MonthWeekdays(nth=tuple(sorted(set(found))))) if not waiting else None


def _number(match: re.Match[str]) -> int:
    digit, word, short = match.groups()
    if word:
        return _NTH[word]
    number = digit or short
    return int(number) if number.isdecimal() else _CHINESE.index(number) + 1


_READERS: tuple[Callable[[str], Every | None], ...] = (_weeks, _parity, _month)


class Does(msgspec.Struct, frozen=True):
    """What becomes of a visit, and the day it is moved to."""

    effect: Effect = "drop"
    to: dt.date | None = None


def does(text: str) -> Does:
    """Read ``drop``, ``halt`` or ``move 2026-05-04``."""
    plain = re.sub(r"\s+", " ", tx.plain(text).casefold())
    if plain in _EFFECTS:
        return Does(_EFFECTS[plain])
    match = _MOVE.fullmatch(plain)
    if match is None:
        raise BadCell("bad-effect")
    return Does("move", date(match[1]))
