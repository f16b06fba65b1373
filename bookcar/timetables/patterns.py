"""The possible dates of every stop over a horizon: one pattern for each choice that is left.

A stop whose rule names its days has one. Where weeks are given and days are not, there is one for
each weekday; where only ``every_weeks`` is, one for each week in which the cycle may begin, too.
When a stop was last visited settles that week but for a little: so much earlier or later as a
quarter of its cycle. A stop that is overdue may begin in any week of its first cycle.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import msgspec

from bookcar.calendars.days import Calendar, StopDays
from bookcar.calendars.series import Series, month_day_series, series_of
from bookcar.due import DueStop
from bookcar.model import District
from bookcar.recurrence import EveryWeeks, Rule, names_days
from bookcar.weeks import monday_of, weeks_between

SLACK = 4
"""A visit is moved by this part of its cycle at most, to level the weeks."""


class StopPattern(msgspec.Struct, frozen=True, kw_only=True):
    """Dates on which a stop may be visited together.

    Attributes
    ----------
    weekdays
        On which it is visited; empty where its rule names days that are not of the week.
    rule
        That gives the dates, the calendar left out; None for days of the month.
    begins
        A day of the first week in which it is due.
    late
        Cycles by which its first visit comes later than it is due; 0 if it does not.
    """

    stop: str
    series: Series
    weekdays: tuple[int, ...]
    rule: Rule | None
    begins: dt.date
    late: float = 0.0

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """Days on which it is visited, ascending."""
        return self.series.dates

    @property
    def dropped(self) -> int:
        """How many visits fall away by the calendar."""
        return sum(one.to is None and one.fate == "dropped" for one in self.series.exempt)


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """The patterns of every stop, and the stops that are first due after the horizon.

    ``later`` has the week's Monday of each.
    """

    patterns: dict[str, tuple[StopPattern, ...]]
    later: dict[str, dt.date]


def choices_of(
    district: District,
    due: Sequence[DueStop],
    span: Sequence[dt.date],
    *,
    told: Mapping[str, dt.date] | None = None,
) -> Choices:
    """Return what every stop may choose from within a span of days.

    A stop that can have no date at all has no patterns.

    Parameters
    ----------
    due
        The stops as the first week of the span sees them.
    told
        A date that people were told for a stop before: a cycle that goes on from it is a choice.
    """
    calendar = Calendar(district)
    known: _Known = {}
    patterns: dict[str, tuple[StopPattern, ...]] = {}
    later: dict[str, dt.date] = {}
    for one in due:
        days = calendar.of_stop(one.stop)
        anchor = (told or {}).get(one.stop.id)
        found = [p for p in _patterns(_Case(one, days, span, known), anchor) if p.dates]
        patterns[one.stop.id] = tuple(_distinct(found))
        if not found and one.stop.recurs is None:
            due_on = monday_of(span[0]) + dt.timedelta(weeks=-one.overdue)
            if due_on > span[-1]:
                later[one.stop.id] = due_on
    return Choices(patterns=patterns, later=later)


_Known = dict[tuple[Hashable, ...], Series]


class _Case(NamedTuple):
    """A stop with its days; ``known`` has the series of stops that are alike."""

    due: DueStop
    days: StopDays
    span: Sequence[dt.date]
    known: _Known

    def series(self, rule: Rule, weekdays: tuple[int, ...] = ()) -> Series:
        """Return what `series_of` does; stops with the same days share it."""
        days, stop = self.days, self.due.stop
        own = (stop.weekdays, stop.month_days, stop.school_days, tuple(days.working))
        cars = tuple(car.id for car in days.cars)
        key = (rule, weekdays, own, days.entries, days.off, cars)
        if key not in self.known:
            self.known[key] = series_of(rule, days, self.span, weekdays=weekdays)
        return self.known[key]


def _patterns(case: _Case, anchor: dt.date | None) -> Iterator[StopPattern]:
    stop, span = case.due.stop, case.span
    if stop.recurs is None:
        yield from _by_cycle(case, anchor)
    elif names_days(stop.recurs):
        series = case.series(stop.recurs)
        named = tuple(sorted({day.weekday() for day in series.dates}))
        yield _pattern(case.due, stop.recurs, named, series, begins=span[0])
    else:
        for weekdays in _weekday_choices(case.days, span, visits=stop.visits_a_week):
            series = case.series(stop.recurs, weekdays)
            yield _pattern(case.due, stop.recurs, weekdays, series, begins=span[0])


def _by_cycle(case: _Case, anchor: dt.date | None) -> Iterator[StopPattern]:
    """Yield the patterns of a stop that has no rule: by the week it begins in, and by weekday."""
    due, days, span = case.due, case.days, case.span
    stop = due.stop
    weeks = set(_first_weeks(due, span))
    if anchor is not None:
        weeks.add(weeks_between(anchor, span[0]) * -1 % stop.every_weeks)
    for week in sorted(weeks):
        begins = monday_of(span[0]) + dt.timedelta(weeks=week)
        late = max(0, week + due.overdue) / stop.every_weeks
        if stop.month_days:
            series = month_day_series(days, span, every_weeks=stop.every_weeks, first=begins)
            yield _pattern(due, None, (), series, begins=begins, late=late)
            continue
        for weekdays in _weekday_choices(days, span, visits=stop.visits_a_week):
            rule = EveryWeeks(weeks=stop.every_weeks, first=begins, weekdays=weekdays)
            yield _pattern(due, rule, weekdays, case.series(rule), begins=begins, late=late)


def _pattern(
    due: DueStop,
    rule: Rule | None,
    weekdays: tuple[int, ...],
    series: Series,
    *,
    begins: dt.date,
    late: float = 0.0,
) -> StopPattern:
    return StopPattern(
        stop=due.stop.id, series=series, weekdays=weekdays, rule=rule, begins=begins, late=late
    )


def _first_weeks(due: DueStop, span: Sequence[dt.date]) -> range:
    """Return the weeks of the horizon, from 0, in which the first visit may be made."""
    cycle, weeks = due.stop.every_weeks, 1 + (monday_of(span[-1]) - monday_of(span[0])).days // 7
    due_in, slack = -due.overdue, cycle // SLACK
    if due_in >= weeks:
        return range(0)
    if due_in <= 0:
        return range(min(cycle, weeks))
    return range(max(0, due_in - slack), min(due_in + slack + 1, weeks))


def _weekday_choices(
    days: StopDays, span: Sequence[dt.date], *, visits: int
) -> Iterator[tuple[int, ...]]:
    """Yield the weekdays, or pairs of them, on which a stop may be visited."""
    usual = sorted({day.weekday() for day in span[:7] if days.usual(day)})
    if visits == 1:
        yield from ((day,) for day in usual)
        return
    gap = days.stop.days_between
    yield from (pair for pair in combinations(usual, 2) if pair[1] - pair[0] >= gap)


def _distinct(patterns: Sequence[StopPattern]) -> Iterator[StopPattern]:
    """Yield patterns of different dates; of equal ones the first."""
    seen: set[tuple[dt.date, ...]] = set()
    for pattern in patterns:
        if pattern.dates not in seen:
            seen.add(pattern.dates)
            yield pattern
