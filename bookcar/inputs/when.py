"""Cells that say days, times, weeks and cars together: ``Tuesdays, 4.00 - 4.30pm``.

Opening hours of OpenStreetMap are among them, as far as stops of mobile libraries have them:
``week 1-52/3 We 10:00-10:30``, ``Tu[1] 10:00-10:20; PH off``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from bookcar.inputs import day_words, rules_times
from bookcar.inputs.rules_cells import BadCell
from bookcar.recurrence import SOME_DAY, WEEKDAY_CODES

_WEEK = re.compile(
    r"\b(?:week|wk|woche|semaine|semana|settimana|viikko|uke)\s*([1-9][0-9]?)\b|第\s*([1-9][0-9]?)\s*周"
)
_CAR = re.compile(r"\b((?:mobile|van|bus|bibliobus|fahrzeug|bil)\s*[0-9a-z]{1,3})\b")
_ONE_WEEK = r"[0-9]{1,2}(?:\s*-\s*[0-9]{1,2}(?:\s*/\s*[0-9]{1,2})?)?"
_OSM_WEEKS = re.compile(
    rf"\bweek\s+({_ONE_WEEK}(?:\s*,\s*{_ONE_WEEK})*)(?=\s+[a-z])", re.IGNORECASE
)
_OSM_RANGE = re.compile(r"([0-9]{1,2})(?:\s*-\s*([0-9]{1,2})(?:\s*/\s*([0-9]{1,2}))?)?")
_OSM_NTH = re.compile(r"\b(mo|tu|we|th|fr|sa|su)\[(-?[1-5])\]", re.IGNORECASE)
_OSM_OFF = re.compile(r";?\s*\b(?:PH|SH)(?:\s*,\s*(?:PH|SH))*\s+(?:off|closed)\b")
_NTH = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th", "5": "5th", "-1": "last"}
_LONGEST_STAY_S = 4 * 3600
_HOURS = re.compile(r"(?<![\w:./-])([0-9]{1,2})\s*[-–—]\s*([0-9]{1,2})(?![\w:/-]|[.][0-9])")
_EARLIEST, _LATEST = 6, 24
"""Between these hours two bare figures after a weekday are times: nobody comes at two at night."""
_CHINESE_DAY = re.compile("周|星期|礼拜")
_LETTER = re.compile(r"[^\W\d_]")
_LAST_WEEK = 53
FIRST = SOME_DAY.isoformat()
"""From when an RRULE of weeks of the year counts: it is the same from any day on."""
_AFTER_SPAN = re.compile(
    r"(?P<end>[0-9](?:\s?(?:[ap]\.?\s?m\b\.?|h|hrs?|uhr)\b)?\.?)"
    r"\s*(?:&|\+|\b(?:and|und|et|y|e|ja|og|och)\b|和|及)?\s*"
    r"(?=(?:(?:[1-5](?:st|nd|rd|th)|first|second|third|fourth|last)\s+)?"
    r"(?P<word>[^\W\d_]+)[^;,]*[0-9])",
    re.IGNORECASE,
)


class When(msgspec.Struct, frozen=True):
    """What such a cell says: spans of time, days or a rule, a week of a cycle, and a car.

    Attributes
    ----------
    every
        An RRULE that counts from `bookcar.recurrence.SOME_DAY` on; else the rule stands in the
        words of ``days``.
    """

    spans: tuple[tuple[int, int], ...] = ()
    days: str = ""
    week: str = ""
    vehicle: str = ""
    every: str = ""

    @property
    def may_be_stay(self) -> bool:
        """Whether it is one span, as short as a stay."""
        return len(self.spans) == 1 and 0 < self.spans[0][1] - self.spans[0][0] <= _LONGEST_STAY_S


def has_span(text: str) -> bool:
    """Tell whether a cell holds a span of time."""
    return bool(rules_times.spans(_with_minutes(text)))


def parts_of(text: str) -> list[str]:
    """Return the parts of a cell that have days and times of their own: ``Mon 9-11; Thu 14-15``.

    A cell that is but one is the only part of itself.
    """
    parts: list[str] = []
    pending = ""
    divided = _AFTER_SPAN.sub(_divided, _OSM_OFF.sub("", text))
    for piece in re.split(r"[;\n,、；，]", divided):
        joined = f"{pending}, {piece}" if pending else piece
        if not has_span(piece):
            pending = joined
        elif parts and not pending and not _LETTER.search(_rest(piece)):
            parts[-1] += f", {piece}"  # two spans on the same days
        else:
            parts.append(joined)
            pending = ""
    if len(parts) < 2 or pending.strip() or not all(map(_names_days, parts)):
        return [text]
    return [part.strip() for part in parts]


def read_when(text: str) -> When:
    """Take such a cell apart; what is no span, week or car is left as days."""
    plain, weeks = _of_osm(text)
    plain = _with_minutes(plain)
    spans = tuple(rules_times.spans(plain))
    rest = rules_times.without_spans(plain) if spans else plain.casefold()
    week, car = _WEEK.search(rest), _CAR.search(rest)
    rest = _CAR.sub(" ", _WEEK.sub(" ", rest))
    days = re.sub(r"\s+", " ", rest).strip(" ,;:.()-")
    days = re.sub(r"^(?:on|every|jeden|le|el|il)\s+(?=\w+$)", "", days)
    return When(
        spans=spans,
        days=days,
        week=(week[1] or week[2]) if week else "",
        vehicle=car[1].title() if car else "",
        every=_rule_of_weeks(weeks, days) if weeks else "",
    )


def is_mixed(text: str) -> bool:
    """Tell whether days stand between the spans of a cell, so that each may have its own."""
    return any(map(_has_weekday, rules_times.between_spans(_with_minutes(text))))


def _divided(match: re.Match[str]) -> str:
    """Part what follows a time where a weekday begins."""
    return f"{match['end']}; " if _has_weekday(match["word"]) else match[0]


def _has_weekday(text: str) -> bool:
    words = set(re.findall(r"[^\W\d_]+", day_words.folded(text)))
    return bool(words & day_words.weekday_words()) or _CHINESE_DAY.search(text) is not None


def visits_of(hours: str) -> list[dict[str, str]]:
    """Return the visits that opening hours of OpenStreetMap tell, as cells by the columns of stops.

    Without weeks a visit is made in every week. None if some part is no day with one span of time.
    """
    found = []
    for part in parts_of(hours) if hours else ():
        when = read_when(part)
        try:
            days = day_words.read(when.days)
        except BadCell:
            return []
        if len(when.spans) != 1 or not (days.weekdays or days.every) or days.month_days:
            return []
        begins, ends = map(rules_times.text_of, when.spans[0])
        cells = {"every": days.every or "1 week", "days": days.days_text}
        if when.every:
            cells |= {"every": when.every, "first_visit": FIRST}
        found.append(cells | {"arrive": begins, "leave": ends})
    return found


def _rest(text: str) -> str:
    plain = _with_minutes(text)
    return rules_times.without_spans(plain)


def _names_days(part: str) -> bool:
    """Tell whether a part says its days, as weekdays or in words such as ``odd weeks``."""
    found = read_when(part)
    if not found.spans:
        return False
    if _CHINESE_DAY.search(found.days):
        return True
    try:
        reading = day_words.read(found.days)
    except BadCell as bad:
        return bad.variant in ("two", "numbered", "second")
    return bool(reading.weekdays or reading.every)


def _with_minutes(text: str) -> str:
    """Return a text in which bare hours after a weekday are times: ``Mon 9-11``."""
    if rules_times.spans(text) or not _HOURS.search(text):
        return text
    if not _has_weekday(text):
        return text
    return _HOURS.sub(_as_times, text)


def _as_times(match: re.Match[str]) -> str:
    first, last = int(match[1]), int(match[2])
    return f"{first}:00-{last}:00" if _EARLIEST <= first < last <= _LATEST else match[0]


def _of_osm(text: str) -> tuple[str, frozenset[int]]:
    """Return opening hours of OpenStreetMap in words, and the ISO weeks in which they hold.

    Every second week and weekdays of the month have words; then no weeks are returned.
    """
    found = _OSM_OFF.sub("", text)
    found = _OSM_NTH.sub(lambda m: f"{_NTH.get(m[2], m[2])} {m[1]}", found)
    match = _OSM_WEEKS.search(found)
    weeks = frozenset(_weeks(match[1])) if match else frozenset[int]()
    if match is None or len(weeks) < 2:
        return found, frozenset()
    rest = f"{found[: match.start()]} {found[match.end() :]}".strip()
    for words, first in (("odd weeks", 1), ("even weeks", 2)):
        if weeks | {_LAST_WEEK} == {*range(first, _LAST_WEEK, 2), _LAST_WEEK}:
            return f"{words} {rest}", frozenset()
    return rest, weeks if len(weeks) < _LAST_WEEK - 1 else frozenset()


def _weeks(text: str) -> Iterator[int]:
    for one in _OSM_RANGE.finditer(text):
        first, last, step = int(one[1]), int(one[2] or one[1]), int(one[3] or 1)
        yield from range(max(1, first), min(last, _LAST_WEEK) + 1, max(1, step))


def _rule_of_weeks(weeks: frozenset[int], days: str) -> str:
    """Return the RRULE of weekdays in some weeks of each year; empty if no weekday is named."""
    try:
        weekdays = day_words.read(days).weekdays
    except BadCell:
        return ""
    codes = ",".join(WEEKDAY_CODES[day] for day in weekdays)
    numbers = ",".join(map(str, sorted(weeks)))
    return f"FREQ=YEARLY;BYWEEKNO={numbers};BYDAY={codes}" if codes else ""
