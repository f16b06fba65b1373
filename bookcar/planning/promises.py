"""A week that keeps its timetable: the day, the car and nearly the time of every promise.

A visit on another day than promised, or by another car, costs `Weights.promise` or a part of it,
so that it comes about only where nothing else will do. Times are held by the hours of the visits.
Where a promise finds no room on its day, the times of that day are let go, and the week is searched
again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Set
from dataclasses import replace

from bookcar.due import DueStop
from bookcar.planning.prepared import Prepared
from bookcar.planning.rounds import Search, plan_rounds
from bookcar.planning.visit_options import allowed_car_days
from bookcar.planning.week import Week
from bookcar.planning.week_problem import week_problem
from bookcar.progress import SILENT, Progress


def plan_promised(prepared: Prepared, *, search: Search, progress: Progress = SILENT) -> Week:
    """Do as `plan_rounds`, with the times of the promises held as far as their days allow."""
    timed = {d.stop.id for d in prepared.due if any(p.arrive is not None for p in d.promises)}
    week = plan_rounds(prepared, search=search, progress=progress, held=timed)
    crowded = {day for due in prepared.due for day in _missed_days(prepared, week, due)}
    freed = {d.stop.id for d in prepared.due if any(p.date in crowded for p in d.promises)}
    if not freed & timed or week.interrupted:
        return week
    again = plan_rounds(prepared, search=search, progress=progress, held=timed - freed)
    if _missed(prepared, again) <= _missed(prepared, week):
        return again
    return _let_go(prepared, week, freed)


def _missed(prepared: Prepared, week: Week) -> int:
    """Return how many promises are not kept on their days, though somebody could come."""
    return sum(len(_missed_days(prepared, week, due)) for due in prepared.due)


def _missed_days(prepared: Prepared, week: Week, due: DueStop) -> list[dt.date]:
    if not due.promises:
        return []
    fleet = prepared.fleet
    able = {fleet.days[k].date for k in allowed_car_days(due, fleet, prepared.travel)}
    made = week.dates()
    own = {made[e.key] for e in week.options if e.due.stop.id == due.stop.id and e.key in made}
    return [p.date for p in due.promises if p.date in able and p.date not in own]


def _let_go(prepared: Prepared, week: Week, freed: Set[str]) -> Week:
    """Return a week with the times of some stops no longer held: its routes keep what they were."""
    options = tuple(replace(e, held=e.held and e.due.stop.id not in freed) for e in week.options)
    settings = prepared.district.settings
    problem = week_problem(options, prepared.fleet, prepared.travel, settings=settings)
    return replace(week, options=options, problem=problem, bound=None, no_bound="unknown")
