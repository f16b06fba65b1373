"""The rules of days: weekday names, their ranges, and market days of the month."""

from __future__ import annotations

import re

from bookcar.inputs import day_words
from bookcar.inputs import text as tx
from bookcar.inputs.rules_cells import BadCell

Days = tuple[tuple[int, ...], tuple[int, ...]]

_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHINESE = "一二三四五六日"
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九十")}
_IDEOGRAPHS = re.compile("[\u4e00-\u9fff]")


def weekday_names() -> dict[str, int]:
    """Return every name of a weekday that is understood, in lower case, with its number."""
    names: dict[str, int] = {}
    for i, (english, chinese) in enumerate(zip(_ENGLISH, _CHINESE, strict=True)):
        names |= {english: i, english[:3]: i}
        names |= {prefix + chinese: i for prefix in ("", "周", "星期", "礼拜")}
    names |= {"tues": 1, "thur": 3, "thurs": 3}
    return names | {prefix + "天": 6 for prefix in ("周", "星期", "礼拜")}


_NAMES = weekday_names()
_RUN = re.compile(r"(?:周|星期|礼拜)?([一二三四五六日]{2,7})")
_RANGE = re.compile(r"([^\W\d_]+)\s*[-~至到]\s*([^\W\d_]+)")
_MARKET = re.compile(r"逢([0-9一二三四五六七八九十,、\s逢]+)")


def days(text: str) -> Days:
    """Read weekdays and market days of the month as (weekdays, month days), each ascending.

    ``逢3、6、9`` are the days of the month that end in 3, 6 or 9. Every day: both empty. A weekday
    beside a bare number may mean several things, and is refused with them.
    """
    plain = tx.plain(text).casefold()
    if day_words.is_every_day(text):
        return (), ()
    if not is_chinese(plain):
        found = day_words.read(text)
        if found.every:
            raise BadCell("bad-day", variant="rule", every=found.every)
        return found.weekdays, found.month_days
    weekdays: set[int] = set()
    month_days: set[int] = set()
    rest = _MARKET.sub(lambda m: _market(m, month_days), plain)
    rest = _RANGE.sub(lambda m: _span(m, weekdays), rest)
    for word in tx.words(rest):
        _add(word, weekdays, month_days)
    bare = next((w for w in tx.words(rest) if w.removesuffix(".0").isdecimal()), None)
    if bare and weekdays:
        raise day_words.numbered(min(weekdays), int(bare.removesuffix(".0")))
    return tuple(sorted(weekdays)), tuple(sorted(month_days))


def is_chinese(text: str) -> bool:
    """Tell whether a text has ideographs, which stand together without blanks."""
    return _IDEOGRAPHS.search(text) is not None


def weekdays(text: str) -> tuple[int, ...]:
    """Read weekdays only, as a car's working days are."""
    week, month = days(text)
    if month:
        raise BadCell("bad-day", variant="month")
    return week or tuple(range(7))


def _market(match: re.Match[str], month_days: set[int]) -> str:
    for word in re.findall(r"[0-9]+|[一二三四五六七八九十]", match[1]):
        value = int(word) if word.isdigit() else _DIGITS[word]
        if not 0 <= value <= 10:
            raise _no_such_day(word)
        month_days |= {day for day in range(1, 32) if day % 10 == value % 10}
    return " "


def _span(match: re.Match[str], weekdays: set[int]) -> str:
    first, last = (_NAMES.get(name) for name in match.groups())
    if first is None or last is None:
        return match[0]
    weekdays |= {(first + i) % 7 for i in range((last - first) % 7 + 1)}
    return " "


def _add(word: str, weekdays: set[int], month_days: set[int]) -> None:
    number = re.fullmatch(r"([0-9]{1,4})(?:\.0)?[日号]?", word)
    run = _RUN.fullmatch(word)
    name = word.rstrip(".")
    if number:
        if not 1 <= int(number[1]) <= 31:
            raise _no_such_day(word)
        month_days.add(int(number[1]))
    elif name in _NAMES:
        weekdays.add(_NAMES[name])
    elif run:
        weekdays |= {_NAMES[c] for c in run[1]}
    else:
        near = tx.nearest(word, _NAMES)
        raise BadCell("bad-day", word=tx.shown(word), near=near or "")


def _no_such_day(word: str) -> BadCell:
    return BadCell("no-such-day", day=word)
