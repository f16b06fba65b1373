"""Which stops are due in a week, and how overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

import msgspec

from bookcar.calendars.campaigns import running
from bookcar.calendars.days import Calendar, StopDays
from bookcar.calendars.promises import Timetable
from bookcar.calendars.visits import RuleDates, halted_weeks
from bookcar.model import (
    CalendarEntry,
    Campaign,
    District,
    PastVisit,
    Stop,
    TimetableEntry,
    Vehicle,
    Weights,
)
from bookcar.phrases import Figure
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Promise
from bookcar.recurrence import LONGEST_WEEKS
from bookcar.rhythm import Rhythm
from bookcar.weeks import monday_of, week_dates, weeks_between

ANOTHER_CAR = 0.5
"""Of `Weights.promise`, what a visit on the day promised costs by another car."""


class DueStop(msgspec.Struct, frozen=True, kw_only=True):
    """A stop as a week sees it.

    Attributes
    ----------
    weeks_since
        Weeks since its last visit that was done, counted to the week planned; None if never.
    overdue
        Weeks past ``every_weeks`` since it was to be visited last (`Rhythm`); 0 in the week it
        falls due, negative before; weeks that the calendar halts do not count. Of a stop with a
        rule, weeks since the first visit of its rule that was not made; of one in the timetable,
        since the promise that was missed. A stop never visited counts as more overdue than any
        visited one, unless its rule begins this week or the timetable has it.
    due
        ``overdue >= 0``: with a rule, in the weeks in which the rule and the calendar give it a
        day; in the timetable, in the weeks for which it is promised, and after one that was missed.
        Of a campaign, in every week of it until it was visited, unless the timetable has it later.
        A load of an event is due in its week.
    dates
        Days of the week on which it may be visited: those of its rule, or its own days without
        those that the calendar closes and on which no car goes out; may be empty though it is due.
    why_not
        Why it is not due, if its rule or the calendar is the reason.
    closed_by
        The entry of the calendar that leaves it no day of a week in which it is due.
    last_weekdays, last_drivers
        Of its visits in the last week in which it had any; empty if it never had, or the table
        does not say who drove. The weekday is that on which it was to be visited.
    told
        Of the visits that people were told of when this week was planned before: day and vehicle.
    promises
        Those of the timetable that stand this week, by day.
    others_wait
        The most weeks that a stop is overdue which is due without a promise; 0 of those that have
        none themselves.
    """

    stop: Stop
    weeks_since: int | None
    overdue: int
    due: bool
    dates: tuple[dt.date, ...]
    why_not: Sentence | None = None
    closed_by: CalendarEntry | None = None
    last_weekdays: tuple[int, ...] = ()
    last_drivers: tuple[str, ...] = ()
    told: tuple[tuple[dt.date, str], ...] = ()
    promises: tuple[TimetableEntry, ...] = ()
    others_wait: int = 0


def due_stops(district: District, monday: dt.date) -> tuple[DueStop, ...]:
    """Return every stop of the district, in its order, as the week of ``monday`` sees it.

    Only visits before that Monday count, so a past week can be planned again whatever has been
    recorded since. A missed visit leaves a stop as overdue as it was.

    Raises
    ------
    ValueError
        If ``monday`` is another day of the week.
    """
    if monday.weekday() != 0:
        raise ValueError(f"{monday} is not a Monday")
    last = _last_visits(district, monday)
    days = _days_of(district)
    seen = {stop: visits[0].date for stop, visits in last.items()}
    rhythms = _rhythms(district, monday)
    then = _before(district, monday)
    timetable, campaigns = Timetable(then), running(then, monday)
    calls = {
        s.id: _carried(s, days[s.id])
        or _promised(timetable, s, days[s.id], monday)
        or _call(s, days[s.id], rhythms[s.id], monday)
        for s in district.stops
    }
    for name, campaign in campaigns.items():
        if not calls[name].due and not timetable.stands(name, monday, campaign.last):
            calls[name] = _in_campaign(campaign, days[name], monday) or calls[name]
    late = [call.overdue for call in calls.values() if call.overdue is not None]
    never = max(0, max(late, default=0)) + 1
    waits = (never if call.overdue is None else call.overdue for call in _unpromised(calls))
    longest = max(0, max(waits, default=0))
    drivers = {vehicle.id: vehicle.driven_by for vehicle in district.vehicles}
    return tuple(
        DueStop(
            stop=stop,
            weeks_since=weeks_between(seen[stop.id], monday) if stop.id in seen else None,
            overdue=never if call.overdue is None else call.overdue,
            due=call.due,
            dates=call.dates,
            why_not=call.why_not,
            closed_by=call.closed_by,
            last_weekdays=call.weekdays or rhythms[stop.id].weekdays,
            last_drivers=_drivers(last.get(stop.id, ()), drivers),
            promises=call.promises,
            others_wait=longest if call.promises else 0,
        )
        for stop, call in ((stop, calls[stop.id]) for stop in district.stops)
    )


class _Call(msgspec.Struct, frozen=True, kw_only=True):
    """What a week asks for a stop; ``overdue`` is None if that is by when it was never visited.

    ``weekdays`` are those to keep to where the promise that was missed names one.
    """

    overdue: int | None
    due: bool
    dates: tuple[dt.date, ...]
    why_not: Sentence | None = None
    closed_by: CalendarEntry | None = None
    weekdays: tuple[int, ...] = ()
    promises: tuple[TimetableEntry, ...] = ()


def _unpromised(calls: Mapping[str, _Call]) -> Iterator[_Call]:
    """Yield what the week asks for stops that are due without a promise."""
    return (call for call in calls.values() if call.due and not call.promises)


def _before(district: District, monday: dt.date) -> District:
    visits = tuple(visit for visit in district.visits if visit.date < monday)
    return msgspec.structs.replace(district, visits=visits)


def _rhythms(district: District, monday: dt.date) -> Mapping[str, Rhythm]:
    visits: dict[str, list[PastVisit]] = {stop.id: [] for stop in district.stops}
    for visit in district.visits:
        if visit.date < monday and visit.stop in visits:
            visits[visit.stop].append(visit)
    return {stop.id: Rhythm.of(visits[stop.id], stop.every_weeks) for stop in district.stops}


def _days_of(district: District) -> dict[str, StopDays]:
    calendar = Calendar(district)
    return {stop.id: calendar.of_stop(stop) for stop in district.stops}


def _carried(stop: Stop, days: StopDays) -> _Call | None:
    """Return what a load of an event asks for; None of any other stop."""
    if stop.load is None:
        return None
    dates = tuple(day for day in stop.load.days if days.closed_by(day) is None)
    return _Call(overdue=0, due=True, dates=dates)


def _promised(timetable: Timetable, stop: Stop, days: StopDays, monday: dt.date) -> _Call | None:
    """Return what the timetable asks for a stop; None if it says nothing of it this week.

    Who is promised for this week is due, and so is who was to be visited before, and was not.
    """
    entries = timetable.by_stop.get(stop.id, ())
    if not entries or not timetable.covers(monday):
        return None
    standing, missed = timetable.in_week(stop.id, monday), timetable.missed(stop.id, monday)
    if standing or missed:
        dates = days.open_days(monday)
        return _Call(
            overdue=weeks_between(missed.date, monday) if missed else 0,
            due=True,
            dates=dates,
            closed_by=None if dates else next(iter(_closing(days, monday)), None),
            weekdays=(missed.date.weekday(),) if missed else (),
            promises=standing,
        )
    following = timetable.next_after(stop.id, monday)
    wait = weeks_between(monday, following) if following else LONGEST_WEEKS
    why_not = _why_not_promised(entries, monday, following)
    return _Call(overdue=-wait, due=False, dates=(), why_not=why_not)


def _in_campaign(campaign: Campaign, days: StopDays, monday: dt.date) -> _Call | None:
    """Return what a campaign asks for a stop that is not due otherwise; None if it has no day."""
    open_days = days.open_days(monday)
    dates = tuple(day for day in open_days if campaign.first <= day <= campaign.last)
    return _Call(overdue=0, due=True, dates=dates) if dates else None


def _why_not_promised(
    entries: Sequence[TimetableEntry], monday: dt.date, following: dt.date | None
) -> Sentence:
    for entry in entries:
        if not entry.stands and monday_of(entry.date) == monday:
            figures = {"day": entry.date.isoformat(), "note": entry.note}
            return Sentence(key="calendar.promise-cancelled", figures=figures)
    if following is None:
        return Sentence(key="calendar.promised-no-more")
    return Sentence(key="calendar.promised", figures={"day": following.isoformat()})


def _call(stop: Stop, days: StopDays, rhythm: Rhythm, monday: dt.date) -> _Call:
    if stop.recurs is not None:
        return _by_rule(RuleDates(stop.recurs, days), rhythm.made, monday)
    return _by_last_visit(stop, days, rhythm.last, monday)


def _by_last_visit(stop: Stop, days: StopDays, last: dt.date | None, monday: dt.date) -> _Call:
    """Return what a stop without a rule asks for: weeks that halt do not count.

    ``last`` is the day on which it was to be visited last.
    """
    halted = halted_weeks(days)
    overdue = None
    if last is not None:
        still = sum(monday_of(last) < week < monday for week in halted)
        overdue = weeks_between(last, monday) - still - stop.every_weeks
    dates = days.open_days(monday)
    closing = _closing(days, monday)
    wanted = overdue is None or overdue >= 0
    if wanted and monday in halted:
        why_not = Sentence(key="calendar.week-halted", figures=_told(closing[0]))
        wait = next(n for n in count(1) if monday + dt.timedelta(weeks=n) not in halted)
        return _Call(overdue=-wait, due=False, dates=(), why_not=why_not)
    closed_by = closing[0] if closing and not dates else None
    return _Call(overdue=overdue, due=wanted, dates=dates, closed_by=closed_by)


def _closing(days: StopDays, monday: dt.date) -> list[CalendarEntry]:
    """Return the entries that close the usual days of a week."""
    usual = [day for day in week_dates(monday) if days.usual(day)]
    return [entry for day in usual if (entry := days.closed_by(day)) is not None]


def _by_rule(rule: RuleDates, last: dt.date | None, monday: dt.date) -> _Call:
    """Return what a stop with a rule asks for: it is due in the weeks that its rule gives a day."""
    given, dates = rule.given_in(monday), rule.dates_in(monday)
    if dates or any(one.fate == "no-day" for one in given):
        return _Call(overdue=_overdue_by_rule(rule, last, monday), due=True, dates=dates)
    following = rule.next_after(monday)
    wait = weeks_between(monday, following) if following else LONGEST_WEEKS
    return _Call(overdue=-wait, due=False, dates=(), why_not=_why_not(rule, monday, following))


def _overdue_by_rule(rule: RuleDates, last: dt.date | None, monday: dt.date) -> int | None:
    """Return the weeks since the first visit of a rule that was not made; 0 if none was missed."""
    first = rule.rule.first
    if last is None and first is None:
        return None
    since = monday_of(last) + dt.timedelta(weeks=1) if last else monday_of(first or monday)
    weeks = range(max(0, min(weeks_between(since, monday), LONGEST_WEEKS)), 0, -1)
    missed = next((n for n in weeks if rule.dates_in(monday - dt.timedelta(weeks=n))), 0)
    return None if missed and last is None else missed


def _why_not(rule: RuleDates, monday: dt.date, following: dt.date | None) -> Sentence:
    for one in rule.given_in(monday):
        if one.entry is not None:
            figures: dict[str, Figure] = {**_told(one.entry), "day": one.days[0].isoformat()}
            if one.dates:
                figures["to"] = one.dates[0].isoformat()
            return Sentence(key=f"calendar.visit-{one.fate}", figures=figures)
    if following is None:
        return Sentence(key="calendar.ended")
    return Sentence(key="calendar.next", figures={"day": following.isoformat()})


def _told(entry: CalendarEntry) -> dict[str, Figure]:
    return {"what": entry.what, "note": entry.note}


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
    weeks overdue add nothing to the second ``visit`` of a week. A visit that people were told of,
    or that is promised, is worth as much more as it costs that it falls away. A promise is worth
    what the longest wait of a stop without one adds, so that waiting long does not outdo it.
    """
    stop = due.stop
    waited = max(0, due.overdue) if visit == 1 else 0
    told, promised = visit <= len(due.told), visit <= len(due.promises)
    return (
        weights.stop
        + weights.priority * stop.priority
        + weights.overdue_week * waited
        + weights.people * stop.people / 100
        + weights.changed_visit * told
        + (weights.promise + _of_waits(due, weights)) * promised
    )


def change(due: DueStop, date: dt.date, vehicle: Vehicle, weights: Weights) -> float:
    """Return what a visit otherwise than promised, told or last time costs, in that unit.

    A stop that is promised, or visited on days of the month, has no weekday of last time to keep.
    """
    cost = 0.0
    if due.promises:
        broken = _broken(due.promises, date, vehicle.id)
        cost += weights.promise * broken + _of_waits(due, weights) * (broken > 0)
    elif due.last_weekdays and not due.stop.month_days and date.weekday() not in due.last_weekdays:
        cost += weights.other_weekday
    named = any(promise.vehicle for promise in due.promises)
    if due.last_drivers and not named and vehicle.driven_by not in due.last_drivers:
        cost += weights.other_driver
    if due.told and (date, vehicle.id) not in due.told:
        cost += weights.changed_visit
    return cost


def _of_waits(due: DueStop, weights: Weights) -> float:
    """Return what the longest wait of a stop without a promise adds to its prize."""
    return weights.overdue_week * due.others_wait


def _broken(promises: Iterable[TimetableEntry], date: dt.date, vehicle: str) -> float:
    """Return which part of a promise a visit breaks: all of it on another day."""
    cars = [promise.vehicle for promise in promises if promise.date == date]
    if not cars:
        return 1.0
    return 0.0 if "" in cars or vehicle in cars else ANOTHER_CAR


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
