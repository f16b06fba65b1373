"""What fixed routes break, and what becomes of them, in plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bookcar.adjust.overrides import Overrides
from bookcar.due import DueStop
from bookcar.errors import Fault
from bookcar.optimiser.violations import Violation
from bookcar.plan import Plan
from bookcar.weeks import clock


def other_plan(overrides: Overrides, base: Plan | None) -> Iterator[Fault]:
    """Yield a warning if the file was saved from another plan than the one adjusted."""
    if base is not None and overrides.plan not in ("", base.id):
        problem = f"It was saved from plan {overrides.plan}; the plan adjusted here is {base.id}."
        fix = "If that is not meant, adjust the board of the newer plan."
        yield note("other-plan", overrides.file, problem, fix=fix)


def gone(file: str, route: str, vehicle: str, date: dt.date) -> Fault:
    """Return the fault of a route that cannot be kept, for its vehicle no longer works that day."""
    return Fault(
        rule="override-keep",
        file=file,
        problem=f"Route {route} cannot be kept: {vehicle} no longer works on {date:%a %d %b}.",
        fix="Plan without --keep, or give the vehicle that day back.",
    )


def kept_whole(file: str, row: int | None) -> Fault:
    """Return the fault of a row that lets its route be planned anew where nothing is to be."""
    return Fault(
        rule="override-keep",
        file=file,
        row=row,
        column="keep",
        problem="With --keep every route of the plan is kept whole.",
        fix="Leave --keep out, so that what this row does not fix is planned anew.",
    )


def note(rule: str, file: str, problem: str, *, fix: str, row: int | None = None) -> Fault:
    """Return what a reader of the plan should know, as a warning."""
    return Fault(rule=rule, severity="warning", file=file, row=row, problem=problem, fix=fix)


def named(due: DueStop) -> str:
    """Return a stop as sentences name it."""
    return f"stop {due.stop.id} {due.stop.name}"


def days_hint(due: DueStop) -> str:
    """Return the days of the week on which a stop takes visits, as a sentence."""
    days = ", ".join(f"{day:%a %d %b}" for day in due.dates)
    return (
        f"Its days in this week: {days}." if days else "It has no day in this week; leave it out."
    )


def in_words(violation: Violation, place: str) -> tuple[str, str]:
    """Return a broken limit as a sentence, and what helps."""
    figure, limit = violation.figure, violation.limit
    less = "Take a stop off, or change the order."
    texts = {
        "road": (f"no road leads to {place} from the place before.", "Take that stop off."),
        "stops": (f"{figure} stops; the vehicle may make {limit}.", "Take stops off."),
        "reloads": (f"{figure} reloads; the vehicle may make {limit}.", "Take reloads off."),
        "distance": (f"{figure / 1000:.1f} km; the limit is {limit / 1000:.1f} km.", less),
        "books": (f"{figure} books aboard at most; it holds {limit}.", "Take a stop off."),
        "kg": (f"{figure} kg aboard at most; it may carry {limit} kg.", "Take a stop off."),
        "latest-return": (f"back at {clock(figure)}, after {clock(limit)}.", less),
        "working-time": (f"takes {_hours(figure)}; the limit is {_hours(limit)}.", less),
        "break": (f"no break fits within {_hours(limit)} after departure.", less),
        "opening-hours": (f"{place} is closed at {clock(figure)}.", "Change the order or the day."),
    }
    return texts[violation.code]


def _hours(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d} h"
