"""Rules on the calendar: no car and no visit on a day that it closes, and only on dates of rules.

What an entry means is worked out here once more, from the tables alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.audit.promises import in_timetable
from bookcar.model import CalendarEntry, Stop, Vehicle
from bookcar.phrases.sentence import Sentence
from bookcar.recurrence import EveryWeeks, days_in_week


def works(case: Case, vehicle: Vehicle, date: dt.date) -> bool:
    """Tell whether a vehicle goes out on a day: one of its own, or one that stands in for it."""
    own = set(vehicle.weekdays) & set(case.district.settings.weekdays)
    mine = [entry for entry in case.district.calendar if _keeps_home(entry, vehicle)]
    if any(entry.first <= date <= entry.last for entry in mine):
        return False
    instead = [entry for entry in mine if entry.to == date and entry.does == "move"]
    return date.weekday() in own or any(
        day.weekday() in own for entry in instead for day in entry.days
    )


def _keeps_home(entry: CalendarEntry, vehicle: Vehicle) -> bool:
    everybody = not entry.kinds and not entry.stops and not entry.vehicles
    return vehicle.id in entry.vehicles or (everybody and entry.what in {"holiday", "rest"})


def vehicle_works_that_day(case: Case) -> Iterator[Sentence]:
    """No route on a day its vehicle or the library does not work, or that the calendar closes."""
    for route in case.plan.routes:
        vehicle = case.vehicles[route.vehicle]
        mine = [e for e in case.district.calendar if _keeps_home(e, vehicle)]
        closing = [entry for entry in mine if entry.first <= route.date <= entry.last]
        if closing:
            yield breach(
                "vehicle-works-that-day",
                route=route.id,
                date=route.date,
                vehicle=vehicle.id,
                what=closing[0].what,
            )
        elif not works(case, vehicle, route.date):
            yield breach(
                "vehicle-works-that-day-2",
                route=route.id,
                vehicle=vehicle.id,
                date=route.date.isoformat(),
            )


def stop_allows_day(case: Case) -> Iterator[Sentence]:
    """A stop is visited on one of its weekdays or days of the month, or one that stands in."""
    for route, visit in case.visits():
        stop = case.stops[visit.stop]
        if not _fits(stop, route.date) and not _stands_in(case, stop, route.date):
            yield breach(
                "stop-allows-day", route=route.id, stop=visit.stop, date=route.date.isoformat()
            )


def _fits(stop: Stop, date: dt.date) -> bool:
    if stop.weekdays or stop.month_days:
        return date.weekday() in stop.weekdays or date.day in stop.month_days
    return not stop.school_days or date.weekday() < 5


def _stands_in(case: Case, stop: Stop, date: dt.date) -> bool:
    """Tell whether visits of the stop are moved to a day; what its car is moved for counts too."""
    moved = (e for e in case.district.calendar if e.does == "move" and e.to == date)
    return any(entry.vehicles or _closes(entry, stop) for entry in moved)


def _closes(entry: CalendarEntry, stop: Stop) -> bool:
    if stop.id in entry.stops or stop.kind in entry.kinds:
        return True
    everybody = not entry.kinds and not entry.stops and not entry.vehicles
    return everybody and (entry.what != "school holiday" or stop.school_days)


def is_open(case: Case, stop: Stop, date: dt.date) -> bool:
    """Tell whether a stop may be visited on a day at all."""
    usual = date.weekday() in case.district.settings.weekdays and _fits(stop, date)
    closing = (entry for entry in case.district.calendar if _closes(entry, stop))
    shut = any(entry.first <= date <= entry.last for entry in closing)
    return (usual or _stands_in(case, stop, date)) and not shut


def stop_is_open(case: Case) -> Iterator[Sentence]:
    """No stop is visited on a day on which the calendar closes it."""
    for route, visit in case.visits():
        stop = case.stops[visit.stop]
        for entry in case.district.calendar:
            if _closes(entry, stop) and entry.first <= route.date <= entry.last:
                yield breach(
                    "stop-is-open", route=route.id, stop=stop.id, date=route.date, what=entry.what
                )
                break


def rule_gives_date(case: Case) -> Iterator[Sentence]:
    """A stop with a rule of recurrence is visited on a date of its rule, or one it is moved to.

    Where the timetable says when it is visited, or a campaign runs, that comes before its rule.
    """
    again = case.plan.replanned
    added = set(again.added) if again else set()
    for route, visit in case.visits():
        stop, date = case.stops[visit.stop], route.date
        if stop.recurs is None or stop.id in added or _stands_in(case, stop, date):
            continue
        if in_timetable(case, stop.id) or _in_campaign(case, stop, date):
            continue
        if isinstance(stop.recurs, EveryWeeks) and _may_halt(case):
            given = case.due[stop.id].dates
        else:
            given = days_in_week(stop.recurs, case.monday)
        if date not in given:
            yield breach("rule-gives-date", route=route.id, stop=stop.id, date=date.isoformat())


def _in_campaign(case: Case, stop: Stop, date: dt.date) -> bool:
    every = case.district.campaigns
    return any(stop.id in one.stops and one.first <= date <= one.last for one in every)


def _may_halt(case: Case) -> bool:
    return any(entry.does == "halt" for entry in case.district.calendar)
