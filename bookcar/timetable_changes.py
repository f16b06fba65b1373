"""The timetable before held against the one that follows it: whose day, car or time changes."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from bookcar.model import TimetableEntry
from bookcar.plan_changes import TOLD_S
from bookcar.timetable import Before, ChangedBy, StopChange, Timetable, TimetableStop
from bookcar.weeks import weeks_between

T = TypeVar("T")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What people were told before: the promises that stand, and what they drive if it is known."""

    promises: tuple[TimetableEntry, ...]
    metres_a_week: int | None = None


class Custom(msgspec.Struct, frozen=True, kw_only=True):
    """The weekdays, car and time of day of most visits to a stop, and one of its dates."""

    weekdays: tuple[int, ...]
    anchor: dt.date
    vehicle: str
    begin: int | None


def entries_of(timetable: Timetable) -> tuple[TimetableEntry, ...]:
    """Return the visits of a timetable as the district's own table of it would have them."""
    visits = ((route, visit) for route in timetable.routes for visit in route.visits)
    return tuple(
        TimetableEntry(
            stop=visit.stop,
            date=route.date,
            vehicle=route.vehicle,
            arrive=visit.begin,
            leave=visit.leave,
            row=row,
        )
        for row, (route, visit) in enumerate(visits, 2)
    )


def told_by(timetable: Timetable) -> Told:
    """Return what a timetable tells people."""
    return Told(
        promises=entries_of(timetable), metres_a_week=timetable.metres // len(timetable.mondays)
    )


def told_in_table(entries: Iterable[TimetableEntry]) -> Told | None:
    """Return what the table tells people; None if it has no promise that stands."""
    standing = tuple(entry for entry in entries if entry.stands)
    return Told(promises=standing) if standing else None


def customs_of(promises: Iterable[TimetableEntry]) -> dict[str, Custom]:
    """Return what is usual at each stop: what most of its promises have."""
    by_stop: defaultdict[str, list[TimetableEntry]] = defaultdict(list)
    for promise in sorted(promises, key=lambda one: one.date):
        by_stop[promise.stop].append(promise)
    return {stop: _custom(own) for stop, own in by_stop.items()}


def _custom(own: list[TimetableEntry]) -> Custom:
    days = Counter(one.date.weekday() for one in own)
    most = max(days.values())
    usual = tuple(sorted(day for day, count in days.items() if 2 * count > most))
    anchor = next(one.date for one in own if one.date.weekday() in usual)
    times = Counter(one.arrive for one in own)
    cars = Counter(one.vehicle for one in own)
    return Custom(
        weekdays=usual,
        anchor=anchor,
        vehicle=_most(cars),
        begin=_most(times),
    )


def _most(counts: Counter[T]) -> T:
    return counts.most_common(1)[0][0]


def changes_since(told: Told, timetable: Timetable) -> Before:
    """Return what becomes of every stop that was told of or is told of now, in their order."""
    was, now = customs_of(told.promises), customs_of(told_by(timetable).promises)
    later = {one.stop for one in timetable.later}
    found = [
        _change(stop, was.get(stop.id), now.get(stop.id))
        for stop in timetable.stops
        if stop.id in now or (stop.id in was and stop.id not in later)
    ]
    dates = [promise.date for promise in told.promises]
    return Before(
        first=min(dates),
        last=max(dates),
        changes=tuple(found),
        metres_a_week=told.metres_a_week,
    )


def _change(stop: TimetableStop, was: Custom | None, now: Custom | None) -> StopChange:
    return StopChange(
        stop=stop.id,
        kind=_kind(stop, was, now),
        people=stop.people,
        weekdays_before=was.weekdays if was else (),
        vehicle_before=was.vehicle if was else "",
        begin_before=was.begin if was else None,
    )


def _kind(stop: TimetableStop, was: Custom | None, now: Custom | None) -> ChangedBy:
    if was is None:
        return "new"
    if now is None:
        return "gone"
    if was.weekdays != now.weekdays or _other_weeks(stop, was, now):
        return "day"
    if was.vehicle and was.vehicle != now.vehicle:
        return "car"
    if was.begin is None or now.begin is None or abs(was.begin - now.begin) <= TOLD_S:
        return "same"
    return "time"


def _other_weeks(stop: TimetableStop, was: Custom, now: Custom) -> bool:
    """Tell whether a cycle that people know does not go on in its weeks."""
    by_cycle = stop.begins is not None
    return by_cycle and weeks_between(was.anchor, now.anchor) % stop.every_weeks != 0


def counted(changes: Iterable[StopChange]) -> Counter[ChangedBy]:
    """Return how many stops each kind of change has."""
    return Counter(one.kind for one in changes)
