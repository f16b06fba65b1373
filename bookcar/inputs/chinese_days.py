"""Days and how often they come, in Chinese: ``每月第1个周四``, ``双周周三``, ``每两周的周二``."""

from __future__ import annotations

import re

from bookcar.inputs import text as tx
from bookcar.inputs.day_words import DayReading
from bookcar.inputs.rules_cells import BadCell
from bookcar.inputs.rules_dates import every
from bookcar.inputs.rules_days import days as read_days

_NUMBER = r"(?:[0-9]{1,2}|[一二两三四五六七八九十])"
_OFTEN = re.compile(
    rf"每?(?P<weeks>{_NUMBER})(?:周|个?星期)(?:一次)?的?"
    r"|(?P<other>每?隔(?:一|1)?(?:周|个?星期))(?:一次)?的?"
    r"|(?P<parity>单|双)(?:周|星期)的?"
    r"|(?P<weekly>每)(?=周|星期|礼拜)"
)
_NTH = re.compile(r"(?:每个?月的?)?第[一二三四五1-5](?:[、,和]?第?[一二三四五1-5])*个?(?:周|星期)")


def read(text: str) -> DayReading | None:
    """Return what a cell says of days and how often; None if it says nothing of how often."""
    plain = re.sub(r"\s+", "", tx.plain(text)).replace("礼拜", "周")
    if _NTH.match(plain):
        rule = _rule(plain.replace("星期", "周"))
        return DayReading(every=rule) if rule else None
    match = _OFTEN.match(plain) or _OFTEN.search(plain)
    if match is None:
        return None
    rest = f"{plain[: match.start()]} {plain[match.end() :]}".strip(" ,;、，；()（）逢")
    try:
        weekdays, month_days = read_days(rest) if rest else ((), ())
    except BadCell:
        return None
    return None if month_days else DayReading(weekdays=weekdays, every=_often(match))


def _often(match: re.Match[str]) -> str:
    """Return how often in one spelling of `rules_dates.every`."""
    if match["parity"]:
        return "odd weeks" if match["parity"] == "单" else "even weeks"
    if match["other"]:
        return "2 weeks"
    if match["weekly"]:
        return "1 week"
    number = match["weeks"].replace("两", "二")
    weeks = int(number) if number.isdecimal() else "一二三四五六七八九十".index(number) + 1
    return "1 week" if weeks == 1 else f"{weeks} weeks"


def _rule(plain: str) -> str:
    """Return a rule of weekdays of the month, if it is one."""
    for text in (plain, f"每月{plain}"):
        try:
            every(text)
        except BadCell:
            continue
        return text
    return ""
