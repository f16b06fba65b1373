"""Rules on the timetable: what was promised for the week is kept, or told.

What becomes of a promise is worked out here once more, from the routes and the tables alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.model import TimetableEntry
from bookcar.phrases.sentence import Sentence
from bookcar.plan import PlanPromise

EARLY_S, LATE_S = 300, 900


def keeps_timetable(case: Case) -> Iterator[Sentence]:
    """A promise of the week is kept, or the plan tells what becomes of it, and warns."""
    right = {(entry.stop, entry.date): entry for entry in standing(case)}
    told = {(promise.stop, promise.date): promise for promise in case.plan.promises}
    if len(told) < len(case.plan.promises):
        yield breach("keeps-timetable")
    for stop, date in sorted(told.keys() - right.keys()):
        yield breach("keeps-timetable-2", stop=stop, date=date)
    for (stop, date), entry in sorted(right.items()):
        promise = told.get((stop, date))
        if promise is None:
            yield breach("keeps-timetable-3", stop=stop, date=date)
        else:
            yield from _of_promise(case, entry, promise)


def _of_promise(case: Case, entry: TimetableEntry, promise: PlanPromise) -> Iterator[Sentence]:
    car = entry.vehicle if entry.vehicle in case.vehicles else ""
    said = (promise.vehicle, promise.arrive, promise.leave)
    if said != (car, entry.arrive, entry.leave):
        yield breach("promises-of-promise", stop=entry.stop, date=entry.date)
    becomes = _becomes(case, entry, car)
    if promise.becomes not in becomes:
        yield breach(
            "promises-of-promise-2",
            stop=entry.stop,
            date=entry.date,
            becomes=tuple(sorted(becomes)),
            promise_becomes=promise.becomes,
        )
    if promise.becomes != "same" and not _warned(case, promise):
        yield breach(
            "promises-of-promise-3", stop=entry.stop, date=entry.date, becomes=promise.becomes
        )


def standing(case: Case) -> Iterator[TimetableEntry]:
    """Yield the promises of the plan's week that were not cancelled."""
    for entry in case.district.timetable:
        if entry.status != "cancelled" and entry.date in case.days():
            yield entry


def promised_car(case: Case, stop: str, date: dt.date) -> set[str]:
    """Return the cars promised to a stop on a day, an empty id for any car."""
    own = [entry for entry in standing(case) if (entry.stop, entry.date) == (stop, date)]
    return {entry.vehicle if entry.vehicle in case.vehicles else "" for entry in own}


def in_timetable(case: Case, stop: str) -> bool:
    """Tell whether the timetable says when a stop is visited in the plan's week."""
    first = [entry.was or entry.date for entry in case.district.timetable]
    if not any(entry.stop == stop for entry in case.district.timetable):
        return False
    return min(first) <= case.days()[-1] and case.days()[0] <= max(first)


def missed_promise(case: Case, stop: str) -> dt.date | None:
    """Return the last promise before the week, if its week was recorded and nobody came since."""
    if not in_timetable(case, stop):
        return None
    own = [e for e in case.district.timetable if e.stop == stop and e.status != "cancelled"]
    days = [entry.date for entry in own if entry.date < case.monday]
    if not days:
        return None
    monday = max(days) - dt.timedelta(days=max(days).weekday())
    week = [monday + dt.timedelta(days=k) for k in range(7)]
    recorded = any(past.date in week for past in case.district.visits)
    made = any(past.date >= monday for past in case.done_before(stop))
    return max(days) if recorded and not made else None


def _becomes(case: Case, entry: TimetableEntry, car: str) -> set[str]:
    """Return what may be said of a promise: of two on other days, either visit may be the one."""
    made = [(route, visit) for route, visit in case.visits() if visit.stop == entry.stop]
    here = [(route, visit) for route, visit in made if route.date == entry.date]
    if not here:
        return _elsewhere(case, entry, [route.date for route, _ in made])
    route, visit = here[0]
    if car and route.vehicle != car:
        return {"car"}
    late = 0 if entry.arrive is None else visit.begin - entry.arrive
    return {"same"} if -EARLY_S <= late <= LATE_S else {"time"}


def _elsewhere(case: Case, entry: TimetableEntry, made: Sequence[dt.date]) -> set[str]:
    others = {e.date for e in standing(case) if e.stop == entry.stop} - {entry.date}
    free = [day for day in made if day not in others]
    unkept = 1 + sum(day not in made for day in others)
    if len(free) >= unkept:
        return {"day"}
    return {"day", "gone"} if free else {"gone"}


def _warned(case: Case, promise: PlanPromise) -> bool:
    named = (promise.stop, promise.date.isoformat())
    told = (
        warning.figures.get("visits")
        for warning in case.plan.warnings
        if warning.rule == "promises-kept" and warning.variant == promise.becomes
    )
    return any(isinstance(visits, tuple) and named in visits for visits in told)
