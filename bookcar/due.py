"""Which stops are due in a week, and how overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from bookcar.model import District, Settings, Stop, Weights
from bookcar.weeks import week_dates, weeks_between


class DueStop(msgspec.Struct, frozen=True, kw_only=True):
    """A stop as a week sees it.

    Attributes
    ----------
    weeks_since
        Weeks since its last visit that was done, counted to the week planned; None if never.
    overdue
        Weeks past ``every_weeks``; 0 in the week it falls due, negative before. A stop never
        visited counts as more overdue than any visited one.
    due
        ``overdue >= 0``.
    dates
        Days of the week on which it may be visited: its own days, without the district's holidays
        and the days no car goes out; may be empty though it is due.
    """

    stop: Stop
    weeks_since: int | None
    overdue: int
    due: bool
    dates: tuple[dt.date, ...]


def due_stops(district: District, monday: dt.date) -> tuple[DueStop, ...]:
    """Return every stop of the district, in its order, as the week of ``monday`` sees it.

    Only visits that were done, and before that Monday, count: a missed visit leaves a stop as
    overdue as it was, and a past week can be planned again whatever has been recorded since.

    Raises
    ------
    ValueError
        If ``monday`` is another day of the week.
    """
    if monday.weekday() != 0:
        raise ValueError(f"{monday} is not a Monday")
    since = _weeks_since(district, monday)
    overdue = {s.id: since[s.id] - s.every_weeks for s in district.stops if s.id in since}
    never = max(0, max(overdue.values(), default=0)) + 1
    open_days = _open_days(district.settings, monday)
    return tuple(
        _due_stop(s, since.get(s.id), overdue.get(s.id, never), open_days) for s in district.stops
    )


def prize(due: DueStop, weights: Weights) -> float:
    """Return what serving a stop is worth, in the unit of `Vehicle.cost_km`.

    The sum is that of `Weights`; a stop not due yet has no weeks overdue, so asking for it early
    neither adds to its prize nor takes from it.
    """
    stop = due.stop
    return (
        weights.stop
        + weights.priority * stop.priority
        + weights.overdue_week * max(0, due.overdue)
        + weights.people * stop.people / 100
    )


def _due_stop(
    stop: Stop, weeks_since: int | None, overdue: int, open_days: tuple[dt.date, ...]
) -> DueStop:
    return DueStop(
        stop=stop,
        weeks_since=weeks_since,
        overdue=overdue,
        due=overdue >= 0,
        dates=tuple(day for day in open_days if _fits(stop, day)),
    )


def _weeks_since(district: District, monday: dt.date) -> Mapping[str, int]:
    last: dict[str, dt.date] = {}
    for visit in district.visits:
        if visit.status == "done" and visit.date < monday:
            last[visit.stop] = max(visit.date, last.get(visit.stop, visit.date))
    return {stop: weeks_between(day, monday) for stop, day in last.items()}


def _open_days(settings: Settings, monday: dt.date) -> tuple[dt.date, ...]:
    return tuple(
        day
        for day in week_dates(monday)
        if day.weekday() in settings.weekdays and day not in settings.holidays
    )


def _fits(stop: Stop, day: dt.date) -> bool:
    if not stop.weekdays and not stop.month_days:
        return True
    return day.weekday() in stop.weekdays or day.day in stop.month_days
