"""The dates of a stop: what its rule gives, and what the calendar makes of it."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from bookcar.calendars.days import Calendar, StopDays
from bookcar.model import CalendarEntry, District
from bookcar.recurrence import LONGEST_WEEKS, EveryWeeks, Rule, days_in_week, names_days
from bookcar.weeks import monday_of, week_dates

Fate = Literal["kept", "moved", "dropped", "halted", "no-day"]


@dataclass(frozen=True, kw_only=True)
class DueDate:
    """A visit that a rule gives.

    Attributes
    ----------
    days
        The days on which it would be but for the calendar; several where the rule leaves the
        choice.
    dates
        Those on which it may be; where all are closed, those it was moved to.
    fate
        ``no-day`` if the library or the stop itself takes no visit on any of its days.
    entry
        Of the calendar, if it closes all its days.
    """

    days: tuple[dt.date, ...]
    dates: tuple[dt.date, ...] = ()
    fate: Fate = "kept"
    entry: CalendarEntry | None = None


@dataclass(frozen=True)
class RuleDates:
    """The visits that the rule of a stop gives, in the calendar of its district.

    Attributes
    ----------
    rule
        Of the stop.
    days
        On which it may be visited at all.
    """

    rule: Rule
    days: StopDays

    def given_in(self, monday: dt.date) -> tuple[DueDate, ...]:
        """Return the visits that the rule gives a week, whatever becomes of them."""
        given = days_in_week(self.rule, monday, halted=self._halted_before(monday))
        if not given:
            return ()
        if isinstance(self.rule, EveryWeeks) and self._halts(monday):
            closing = (self.days.closed_by(day) for day in week_dates(monday))
            entry = next(entry for entry in closing if entry is not None and entry.does == "halt")
            return (DueDate(days=given, fate="halted", entry=entry),)
        if names_days(self.rule):
            return tuple(self._fated((day,), ()) for day in given)
        first = self.rule.first or dt.date.min
        spare = tuple(day for day in self.days.open_days(monday) if day >= first)
        return (self._fated(given, spare),)

    def dates_in(self, monday: dt.date) -> tuple[dt.date, ...]:
        """Return the days of a week on which it may be visited by its rule and the calendar."""
        week = set(week_dates(monday))
        origins = {monday}
        for entry in self.days.moves():
            if entry.to in week:
                origins |= {monday_of(day) for day in entry.days}
        found = {day for origin in origins for due in self.given_in(origin) for day in due.dates}
        return tuple(sorted(found & week))

    def on_day(self, day: dt.date) -> DueDate:
        """Return what becomes of one visit on a day, whatever the rule gives its week."""
        return self._fated((day,), ())

    def next_after(self, monday: dt.date) -> dt.date | None:
        """Return the first day of a later week on which it may be visited; None in ten years."""
        weeks = (monday + dt.timedelta(weeks=n) for n in range(1, LONGEST_WEEKS + 1))
        return next((dates[0] for week in weeks if (dates := self.dates_in(week))), None)

    def _fated(self, given: tuple[dt.date, ...], spare: tuple[dt.date, ...]) -> DueDate:
        """Return what becomes of one visit; ``spare`` are the open days if it may choose."""
        days = tuple(day for day in given if self.days.usual(day))
        kept = spare or tuple(day for day in days if self.days.closed_by(day) is None)
        if kept:
            return DueDate(days=days, dates=kept)
        closing = [entry for day in days if (entry := self.days.closed_by(day)) is not None]
        if not closing:
            return DueDate(days=given, fate="no-day")
        moves = [entry for entry in closing if entry.to and self.days.closed_by(entry.to) is None]
        if moves:
            to = tuple(sorted({entry.to for entry in moves if entry.to}))
            return DueDate(days=days, dates=to, fate="moved", entry=moves[0])
        return DueDate(days=days, fate="dropped", entry=closing[0])

    def _halts(self, monday: dt.date) -> bool:
        """Tell whether the cycle halts in a week: on every day that could be one of its visits."""
        assert isinstance(self.rule, EveryWeeks)
        days = [day for day in week_dates(monday) if self.days.usual(day)]
        if self.rule.weekdays:
            days = [day for day in days if day.weekday() in self.rule.weekdays]
        return bool(days) and all(self.days.halts(day) for day in days)

    @cached_property
    def _halted(self) -> list[dt.date]:
        """Return the Mondays of the weeks from the first visit's on that do not count."""
        if not isinstance(self.rule, EveryWeeks):
            return []
        first = monday_of(self.rule.first)
        halting = self.days.halting()
        return sorted(week for week in halting if week >= first and self._halts(week))

    def _halted_before(self, monday: dt.date) -> int:
        return bisect_left(self._halted, monday)


def halted_weeks(days: StopDays) -> frozenset[dt.date]:
    """Return the Mondays of the weeks in which every usual day of a stop without a rule halts."""
    return frozenset(
        monday
        for monday in days.halting()
        if (usual := [day for day in week_dates(monday) if days.usual(day)])
        and all(days.halts(day) for day in usual)
    )


def rule_dates(district: District) -> dict[str, RuleDates]:
    """Return the dates of every stop that has a rule, by its id."""
    calendar = Calendar(district)
    return {
        stop.id: RuleDates(stop.recurs, calendar.of_stop(stop))
        for stop in district.stops
        if stop.recurs is not None
    }
