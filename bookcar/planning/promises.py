"""A week that keeps its timetable: the day, the car and nearly the time of every promise.

A visit on another day than promised, or by another car, costs `Weights.promise` or a part of it,
so that it comes about only where nothing else will do. Times are held by the hours of the visits.
Where a promise finds no room on its day, times are let go, and the week is searched again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bookcar.due import DueStop
from bookcar.planning.prepared import Prepared
from bookcar.planning.rounds import Search, plan_rounds
from bookcar.planning.visit_options import allowed_car_days
from bookcar.planning.week import Week
from bookcar.planning.week_problem import week_problem
from bookcar.progress import SILENT, Progress


def plan_promised(prepared: Prepared, *, search: Search, progress: Progress = SILENT) -> Week:
    """Do as `plan_rounds`, with the times of the promises held as far as their days allow.

    First the times are let go of those that find no room on their day; then, if that helps, those
    of all promises of these days.
    """
    held = {d.stop.id for d in prepared.due if any(p.arrive is not None for p in d.promises)}
    week = plan_rounds(prepared, search=search, progress=progress, held=held)
    for whole_day in (False, True):
        missed = {d.stop.id: days for d in prepared.due if (days := _missed(prepared, week, d))}
        freed = held & (_of_days(prepared, missed) if whole_day else missed.keys())
        if not freed or week.interrupted:
            continue
        again = plan_rounds(prepared, search=search, progress=progress, held=held - freed)
        better = _count(prepared, again) < _count(prepared, week)
        if better or not whole_day:
            held -= freed
            week = (
                again
                if _count(prepared, again) <= _count(prepared, week)
                else _let_go(prepared, week, freed)
            )
    return week


def _of_days(prepared: Prepared, missed: Mapping[str, Sequence[dt.date]]) -> set[str]:
    """Return the stops that are promised on the days on which promises are missed."""
    crowded = {day for days in missed.values() for day in days}
    return {d.stop.id for d in prepared.due if any(p.date in crowded for p in d.promises)}


def _count(prepared: Prepared, week: Week) -> int:
    """Return how many promises are not kept on their days, though somebody could come."""
    return sum(len(_missed(prepared, week, due)) for due in prepared.due)


def _missed(prepared: Prepared, week: Week, due: DueStop) -> list[dt.date]:
    if not due.promises:
        return []
    fleet = prepared.fleet
    able = {fleet.days[k].date for k in allowed_car_days(due, fleet, prepared.travel)}
    made = week.dates()
    own = {made[e.key] for e in week.options if e.due.stop.id == due.stop.id and e.key in made}
    return [p.date for p in due.promises if p.date in able and p.date not in own]


def _let_go(prepared: Prepared, week: Week, freed: Collection[str]) -> Week:
    """Return a week with the times of some stops no longer held: its routes keep what they were."""
    options = tuple(replace(e, held=e.held and e.due.stop.id not in freed) for e in week.options)
    settings = prepared.district.settings
    problem = week_problem(options, prepared.fleet, prepared.travel, settings=settings)
    return replace(week, options=options, problem=problem, bound=None, no_bound="unknown")
