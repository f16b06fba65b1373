"""Which stops are due in a week, and how overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from bookcar.model import District, PastVisit, Settings, Stop, Weights
from bookcar.plan import Promise
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
    last_weekdays, last_drivers
        Of its visits in the last week in which it had any; empty if it never had, or the table
        does not say who drove.
    told
        Of the visits that people were told of when this week was planned before: day and vehicle.
    """

    stop: Stop
    weeks_since: int | None
    overdue: int
    due: bool
    dates: tuple[dt.date, ...]
    last_weekdays: tuple[int, ...] = ()
    last_drivers: tuple[str, ...] = ()
    told: tuple[tuple[dt.date, str], ...] = ()


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
    last = _last_visits(district, monday)
    since = {stop: weeks_between(visits[0].date, monday) for stop, visits in last.items()}
    overdue = {s.id: since[s.id] - s.every_weeks for s in district.stops if s.id in since}
    never = max(0, max(overdue.values(), default=0)) + 1
    open_days = _open_days(district.settings, monday)
    drivers = {vehicle.id: vehicle.driven_by for vehicle in district.vehicles}
    return tuple(
        DueStop(
            stop=stop,
            weeks_since=since.get(stop.id),
            overdue=overdue.get(stop.id, never),
            due=overdue.get(stop.id, never) >= 0,
            dates=tuple(day for day in open_days if _fits(stop, day)),
            last_weekdays=tuple(sorted({v.date.weekday() for v in last.get(stop.id, ())})),
            last_drivers=_drivers(last.get(stop.id, ()), drivers),
        )
        for stop in district.stops
    )


def with_told(due: Iterable[DueStop], promises: Iterable[Promise]) -> tuple[DueStop, ...]:
    """Return the stops with the days and cars that people were told."""
    told: dict[str, list[tuple[dt.date, str]]] = {}
    for promise in promises:
        told.setdefault(promise.stop, []).append((promise.date, promise.vehicle))
    return tuple(msgspec.structs.replace(d, told=tuple(told.get(d.stop.id, ()))) for d in due)


def prize(due: DueStop, weights: Weights, *, visit: int = 1) -> float:
    """Return what serving a stop is worth, in the unit of `Vehicle.cost_km`.

    The sum is that of `Weights`; a stop not due yet has no weeks overdue, so asking for it early
    neither adds to its prize nor takes from it. Whoever waited has been served by the first visit:
    weeks overdue add nothing to the second ``visit`` of a week. A visit that people were told of is
    worth as much more as it costs to tell them that it falls away.
    """
    stop = due.stop
    waited = max(0, due.overdue) if visit == 1 else 0
    told = visit <= len(due.told)
    return (
        weights.stop
        + weights.priority * stop.priority
        + weights.overdue_week * waited
        + weights.people * stop.people / 100
        + weights.changed_visit * told
    )


def _last_visits(district: District, monday: dt.date) -> Mapping[str, list[PastVisit]]:
    """Return, by stop, the visits done in the last week before that Monday that had any."""
    last: dict[str, list[PastVisit]] = {}
    for visit in district.visits:
        if visit.status != "done" or visit.date >= monday:
            continue
        found = last.setdefault(visit.stop, [])
        if found and weeks_between(found[0].date, monday) > weeks_between(visit.date, monday):
            found.clear()
        if not found or weeks_between(found[0].date, visit.date) == 0:
            found.append(visit)
    return last


def _drivers(visits: Iterable[PastVisit], drivers: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted({drivers[v.vehicle] for v in visits if v.vehicle in drivers}))


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
