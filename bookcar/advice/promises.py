"""What becomes of the promises of a week, and why one is not kept."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

import msgspec

from bookcar.advice.changed_visits import visits_made
from bookcar.advice.reasons import unserved_stops
from bookcar.advice.wording import of_its_day
from bookcar.calendars.promises import Timetable
from bookcar.due import DueStop
from bookcar.errors import Fault
from bookcar.model import TimetableEntry
from bookcar.optimiser.timing import schedule
from bookcar.phrases import Figure
from bookcar.plan import Becomes, MissingVisit, PlanPromise, Unserved
from bookcar.plan_changes import promises_kept
from bookcar.planning.prepared import Prepared
from bookcar.planning.visit_options import allowed_car_days
from bookcar.planning.week import Week

_KINDS: tuple[Becomes, ...] = ("day", "car", "time", "gone")


def promises_of_week(
    prepared: Prepared, week: Week, unserved: Iterable[Unserved]
) -> tuple[PlanPromise, ...]:
    """Return every promise of a week with what becomes of it, and why it is not kept."""
    entries = [entry for due in prepared.due for entry in due.promises]
    left = {row.stop: missing_visit(row) for row in unserved}
    due = {one.stop.id: one for one in prepared.due}

    def why(promise: PlanPromise) -> MissingVisit | None:
        if promise.becomes in ("same", "time"):
            return None
        barred = _barred(prepared, promise)
        if barred or promise.becomes == "gone":
            return barred or left.get(promise.stop)
        return _tried(prepared, week, due[promise.stop], promise)

    return tuple(
        msgspec.structs.replace(promise, why=why(promise) or msgspec.UNSET)
        for promise in promises_kept(entries, visits_made(week))
    )


def _barred(prepared: Prepared, promise: PlanPromise) -> MissingVisit | None:
    """Return why the tables alone keep everybody, or the car promised, away on the day."""
    timetable = Timetable(prepared.district)
    district = prepared.district
    entry = TimetableEntry(stop=promise.stop, date=promise.date)
    barred = timetable.barred(entry)
    if barred is not None and barred.entry is not None:
        closed = barred.entry
        days = {"first": closed.first.isoformat(), "last": closed.last.isoformat()}
        return MissingVisit(reason="day-closed", figures={"what": closed.what, **days})
    if barred is not None:
        return MissingVisit(reason="no-day" if barred.by == "day" else "no-vehicle")
    stop = district.stops_by_id[promise.stop]
    car = district.vehicles_by_id.get(promise.vehicle)
    if promise.becomes == "car" and car and not timetable.goes(car, stop, promise.date):
        return MissingVisit(reason="no-vehicle")
    return None


def _tried(
    prepared: Prepared, week: Week, due: DueStop, promise: PlanPromise
) -> MissingVisit | None:
    """Return why the visit has no room on its day, or with its car, all else as it is."""
    assert promise.now is not None
    narrow = _narrowed(due, promise.date, promise.vehicle if promise.becomes == "car" else "")
    fleet = allowed_car_days(narrow, week.fleet, prepared.travel)
    without = without_visit(week, due.stop.id, promise.now.date)
    if without is None or not fleet:
        return None
    options = tuple(
        replace(e, due=narrow, fleet=fleet, held=False) if e.due.stop.id == due.stop.id else e
        for e in without.options
    )
    alone = replace(prepared, due=(narrow,))
    rows = unserved_stops(alone, week=replace(without, options=options))
    return next((missing_visit(row) for row in rows), None)


def _narrowed(due: DueStop, day: dt.date, car: str) -> DueStop:
    stop = msgspec.structs.replace(due.stop, vehicles=(car,)) if car else due.stop
    return msgspec.structs.replace(due, stop=stop, dates=(day,))


def without_visit(week: Week, stop: str, day: dt.date) -> Week | None:
    """Return a week without a visit; None if its route cannot be driven without it."""
    routes = []
    for route in week.routes:
        tasks = route.tasks
        if week.fleet.days[route.car_day].date == day:
            tasks = tuple(
                task
                for task in tasks
                if task >= len(week.options) or week.options[task].due.stop.id != stop
            )
        if tasks == route.tasks:
            routes.append(route)
            continue
        if all(task >= len(week.options) for task in tasks):
            continue
        times = schedule(week.problem, route.car_day, tasks)
        if times is None:
            return None
        routes.append(replace(route, tasks=tasks, schedule=times))
    return replace(week, routes=tuple(routes))


def missing_visit(row: Unserved) -> MissingVisit:
    """Return why the first visit that a stop lacks is not made."""
    fields = {name: getattr(row, name) for name in MissingVisit.__struct_fields__}
    return MissingVisit(**fields)


def promise_faults(promises: Iterable[PlanPromise]) -> Iterator[Fault]:
    """Yield how many promises are kept, then those that are not, by what they become and why."""
    every = tuple(promises)
    if not every:
        return
    same = sum(promise.becomes == "same" for promise in every)
    yield _fault("" if same < len(every) else "all", same=same, promised=len(every))
    groups: defaultdict[tuple[Becomes, str], list[PlanPromise]] = defaultdict(list)
    for promise in every:
        if promise.becomes != "same":
            groups[promise.becomes, _reason(promise)].append(promise)
    for kind, reason in sorted(groups, key=lambda key: (_KINDS.index(key[0]), key[1])):
        own = groups[kind, reason]
        yield _fault(
            kind,
            count=len(own),
            visits=tuple((one.stop, one.date.isoformat()) for one in own),
            **({"reason": reason} if kind != "time" else {}),
        )


def _reason(promise: PlanPromise) -> str:
    return "" if promise.why is msgspec.UNSET else of_its_day(promise.why.reason)


def _fault(variant: str, **figures: Figure) -> Fault:
    return Fault(
        rule="promises-kept",
        severity="warning",
        file="plan.json",
        variant=variant,
        figures=figures,
    )
