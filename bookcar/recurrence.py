"""Rules of recurrence: in which weeks, and on which days, a stop is to be visited.

A rule knows no holidays; `bookcar.calendars` puts them on top. Some rules name their days (the
first Tuesday of the month), others only their weeks (every second week): `names_days` tells which.

RRULEs are those of RFC 5545, expanded by dateutil. One that is weekly and has neither an end nor a
further condition becomes `EveryWeeks`, so that its cycle can halt.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from functools import cache
from itertools import pairwise

import msgspec

from bookcar.weeks import monday_of, week_dates, weeks_between

LONGEST_WEEKS = 520
"""Weeks between two visits at most, and weeks after which a rule without one has ended."""

SOME_DAY = dt.date(2026, 1, 5)
"""A Monday from which to look at a rule that begins nowhere."""

WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYYEARDAY"}
    | {"BYWEEKNO", "BYMONTH", "BYSETPOS"}
)


class EveryWeeks(msgspec.Struct, frozen=True, kw_only=True):
    """Every so many weeks, counted from the week of ``first``.

    ``weekdays`` are the days it names; without any the stop's own days will do.
    """

    weeks: int
    first: dt.date
    weekdays: tuple[int, ...] = ()


class IsoWeeks(msgspec.Struct, frozen=True, kw_only=True):
    """Every week with an odd, or an even, number of ISO 8601, from ``first`` on if it is given.

    After a week 53 another odd one follows at once, week 1.
    """

    odd: bool
    first: dt.date | None = None


class MonthWeekdays(msgspec.Struct, frozen=True, kw_only=True):
    """Weekdays of the month, from ``first`` on if it is given.

    ``nth`` has pairs of a number and a weekday: (1, 1) is the first Tuesday, (-1, 4) the last
    Friday. A month without a fifth one has no visit for (5, ...).
    """

    nth: tuple[tuple[int, int], ...]
    first: dt.date | None = None


class RRule(msgspec.Struct, frozen=True, kw_only=True):
    """The recurrence rule of RFC 5545, section 3.3.10, in whole days from ``first`` (DTSTART) on.

    Unlike there, ``first`` itself is a date only if the rule gives it.
    """

    text: str
    first: dt.date


Rule = EveryWeeks | IsoWeeks | MonthWeekdays | RRule


class BadRRuleError(ValueError):
    """A text is no recurrence rule in whole days; ``detail`` says which part is wrong."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def rrule(text: str, first: dt.date) -> Rule:
    """Return the rule of an RRULE such as ``FREQ=WEEKLY;INTERVAL=4`` that begins on a day.

    Raises
    ------
    BadRRuleError
        As `check_rrule` does.
    """
    check_rrule(text)
    parts = _parts(text)
    weekly = parts.keys() <= {"FREQ", "INTERVAL", "BYDAY", "WKST"} and parts["FREQ"] == "WEEKLY"
    if not weekly or parts.get("WKST", "MO") != "MO":
        return RRule(text=text, first=first)
    named = {WEEKDAY_CODES.index(code) for code in parts.get("BYDAY", "").split(",") if code}
    weekdays = tuple(sorted(named)) or (first.weekday(),)
    return EveryWeeks(weeks=int(parts.get("INTERVAL", "1")), first=first, weekdays=weekdays)


def check_rrule(text: str) -> None:
    """Refuse what is no recurrence rule in whole days.

    Raises
    ------
    BadRRuleError
        If a part is unknown, wrong or of a time of day, or both COUNT and UNTIL are there.
    """
    parts = _parts(text)
    if parts.get("FREQ") not in _FREQUENCIES:
        raise BadRRuleError(f"FREQ={parts.get('FREQ', '')}")
    unknown = [name for name in parts if name not in _PARTS]
    if unknown:
        raise BadRRuleError(f"{unknown[0]}={parts[unknown[0]]}")
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not (parts[name].isdecimal() and 1 <= int(parts[name]) <= 10_000):
            raise BadRRuleError(f"{name}={parts[name]}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadRRuleError("COUNT and UNTIL")
    days = parts.get("BYDAY", "MO").split(",")
    if parts["FREQ"] in ("DAILY", "WEEKLY") and not set(days) <= set(WEEKDAY_CODES):
        raise BadRRuleError(f"BYDAY={parts['BYDAY']}")
    _expand(parts, SOME_DAY, SOME_DAY)


def names_days(rule: Rule) -> bool:
    """Tell whether each day that a rule gives is a visit of its own, not one of several."""
    return bool(rule.weekdays) if isinstance(rule, EveryWeeks) else not isinstance(rule, IsoWeeks)


def days_in_week(rule: Rule, monday: dt.date, *, halted: int = 0) -> tuple[dt.date, ...]:
    """Return the days that a rule gives a week, ascending; none if it has no visit in that week.

    Where the rule names no days (`names_days`), any of them will do for its one visit.

    Parameters
    ----------
    halted
        Weeks since that of ``first`` in which the cycle halted: `EveryWeeks` does not count them.
    """
    first = rule.first or dt.date.min
    return tuple(day for day in _days(rule, monday, halted) if day >= first)


def days_from(rule: Rule, monday: dt.date) -> tuple[dt.date, ...]:
    """Return the days of the first week, from that of ``monday`` on, in which a rule has a visit.

    None if it has none within ten years.
    """
    mondays = (monday + dt.timedelta(weeks=n) for n in range(LONGEST_WEEKS))
    return next((days for week in mondays if (days := days_in_week(rule, week))), ())


def longest_gap(rule: Rule) -> int:
    """Return the most weeks from one visit to the next, looking ten years ahead.

    520 for a rule with fewer than two visits in that time; 2 for odd or even weeks, though an even
    one comes only three weeks after the last where a week 53 lies between.
    """
    if isinstance(rule, EveryWeeks):
        return rule.weeks
    if isinstance(rule, IsoWeeks):
        return 2
    first = monday_of(rule.first or SOME_DAY)
    mondays = (first + dt.timedelta(weeks=n) for n in range(LONGEST_WEEKS))
    visited = [monday for monday in mondays if days_in_week(rule, monday)]
    gaps = [weeks_between(one, other) for one, other in pairwise(visited)]
    return max(gaps, default=LONGEST_WEEKS)


def most_in_a_week(rule: Rule) -> int:
    """Return the most visits that a rule that names its days gives a week of its first year."""
    if not names_days(rule):
        return 1
    first = monday_of(rule.first or SOME_DAY)
    mondays = (first + dt.timedelta(weeks=n) for n in range(53))
    return max(len(days_in_week(rule, monday)) for monday in mondays)


def _days(rule: Rule, monday: dt.date, halted: int) -> tuple[dt.date, ...]:
    week = week_dates(monday)
    if isinstance(rule, EveryWeeks):
        passed = weeks_between(rule.first, monday) - halted
        kept = rule.weekdays or range(7)
        return tuple(week[d] for d in kept) if passed >= 0 and passed % rule.weeks == 0 else ()
    if isinstance(rule, IsoWeeks):
        return week if monday.isocalendar().week % 2 == rule.odd else ()
    if isinstance(rule, MonthWeekdays):
        return tuple(day for day in week if not _nth(day).isdisjoint(rule.nth))
    dates = _expanded(rule, (monday.year // 10 + 1) * 10 + 1)
    return dates[bisect_left(dates, monday) : bisect_left(dates, monday + dt.timedelta(days=7))]


def _nth(day: dt.date) -> set[tuple[int, int]]:
    """Return which weekday of its month a day is, counted from the front and from the back."""
    next_month = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    left = (next_month - day).days
    return {((day.day - 1) // 7 + 1, day.weekday()), (-((left - 1) // 7 + 1), day.weekday())}


@cache
def _expanded(rule: RRule, before_year: int) -> tuple[dt.date, ...]:
    return _expand(_parts(rule.text), rule.first, dt.date(min(before_year, dt.MAXYEAR), 1, 1))


def _expand(parts: dict[str, str], first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """Return the dates of an RRULE up to a day.

    COUNT is taken off and counted here: with an end of its own dateutil stops looking for dates
    that never come.
    """
    from dateutil.rrule import rrulestr  # noqa: PLC0415  wanted by few districts

    until = min(last, _until(parts) or last)
    own = {n: v for n, v in parts.items() if n not in ("COUNT", "UNTIL")}
    text = ";".join(f"{name}={value}" for name, value in own.items())
    try:
        midnight = dt.datetime.combine(first, dt.time())
        found = rrulestr(f"{text};UNTIL={until:%Y%m%d}", dtstart=midnight)
        dates = tuple(moment.date() for moment in found)
    except ValueError as error:
        raise BadRRuleError(str(error)) from None
    except (IndexError, TypeError):  # what dateutil raises for numbers that no calendar has
        raise BadRRuleError(text) from None
    return dates[: int(parts["COUNT"])] if "COUNT" in parts else dates


def _until(parts: dict[str, str]) -> dt.date | None:
    """Return the last day of UNTIL; a time of day, even in UTC, is left out."""
    text = parts.get("UNTIL")
    if text is None:
        return None
    try:
        return dt.datetime.strptime(text.partition("T")[0], "%Y%m%d").date()
    except ValueError:
        raise BadRRuleError(f"UNTIL={text}") from None


def _parts(text: str) -> dict[str, str]:
    """Return the parts of an RRULE by name, in capitals."""
    plain = "".join(text.split()).upper().removeprefix("RRULE:").strip(";")
    pairs = [part.partition("=") for part in plain.split(";")]
    found = {name: value for name, _, value in pairs}
    wrong = next(
        (f"{name}{sign}{value}" for name, sign, value in pairs if not (name and value)), ""
    )
    if wrong or len(found) < len(pairs):
        raise BadRRuleError(wrong or plain)
    return found
