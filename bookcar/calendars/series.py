"""The dates of a stop over many weeks, once it is settled on which weekdays it is visited.

A rule that names its days has one series. Where a rule, or ``every_weeks``, leaves the choice of
the day, each choice of weekdays has its own; a stop without a rule has one more choice, the week
in which its cycle begins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import msgspec

from bookcar.calendars.days import StopDays
from bookcar.calendars.visits import DueDate, Fate, RuleDates
from bookcar.model import CalendarEntry
from bookcar.recurrence import EveryWeeks, IsoWeeks, Rule, days_in_week, names_days
from bookcar.weeks import Horizon, monday_of, week_dates


class Exempt(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that the rule gives and the calendar meets.

    Attributes
    ----------
    fate
        ``dropped``, ``moved`` or ``halted``.
    to
        The day on which it is made instead; None if it is not made.
    """

    day: dt.date
    fate: Fate
    entry: CalendarEntry
    to: dt.date | None = None


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """The visits to a stop on settled weekdays.

    Attributes
    ----------
    dates
        Ascending; those to which the calendar moves a visit are among them.
    exempt
        What the calendar does, by day.
    """

    dates: tuple[dt.date, ...]
    exempt: tuple[Exempt, ...] = ()


def settled(rule: Rule, weekdays: Sequence[int]) -> Rule:
    """Return a rule that leaves the choice of its days, with these weekdays; any other as it is."""
    if isinstance(rule, EveryWeeks) and not rule.weekdays:
        return msgspec.structs.replace(rule, weekdays=tuple(weekdays))
    return rule


def series_of(
    rule: Rule, days: StopDays, span: Sequence[dt.date], *, weekdays: Sequence[int] = ()
) -> Series:
    """Return the dates that a rule gives a stop within a span of days, by the calendar.

    Parameters
    ----------
    span
        Consecutive days.
    weekdays
        On which to visit, where the rule leaves the choice.
    """
    first, last = span[0], span[-1]
    found: set[dt.date] = set()
    exempt: list[Exempt] = []
    rules = RuleDates(settled(rule, weekdays), days)
    for monday in _mondays(days, first, last):
        for due in _given(rules, monday, weekdays):
            found.update(day for day in due.dates if first <= day <= last)
            if due.entry is not None and first <= due.days[0] <= last:
                to = due.dates[0] if due.dates else None
                exempt.append(Exempt(day=due.days[0], fate=due.fate, entry=due.entry, to=to))
    return Series(dates=tuple(sorted(found)), exempt=tuple(exempt))


def month_day_series(
    days: StopDays, span: Sequence[dt.date], *, every_weeks: int, first: dt.date
) -> Series:
    """Return the first open day of every due week of a stop that is visited on days of the month.

    ``first`` is a day of the first due week.
    """
    found = []
    for monday in _mondays(days, span[0], span[-1]):
        if days_in_week(EveryWeeks(weeks=every_weeks, first=monday_of(first)), monday):
            found += [d for d in days.open_days(monday) if span[0] <= d <= span[-1]][:1]
    return Series(dates=tuple(found))


def _mondays(days: StopDays, first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the Mondays of a span, and of what the calendar moves into it."""
    weeks = 1 + (monday_of(last) - monday_of(first)).days // 7
    found = set(Horizon(monday_of(first), weeks).dates[::7])
    for entry in days.moves():
        if entry.to is not None and first <= entry.to <= last:
            found |= {monday_of(day) for day in entry.days}
    return sorted(found)


def _given(rules: RuleDates, monday: dt.date, weekdays: Sequence[int]) -> Iterator[DueDate]:
    if names_days(rules.rule):
        yield from rules.given_in(monday)
        return
    assert isinstance(rules.rule, IsoWeeks)
    given = days_in_week(rules.rule, monday)
    for day in week_dates(monday):
        if day in given and day.weekday() in weekdays:
            yield rules.on_day(day)
