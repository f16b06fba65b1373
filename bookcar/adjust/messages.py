"""What is said of routes fixed by hand, and of what becomes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bookcar.adjust.overrides import Overrides
from bookcar.errors import Fault
from bookcar.phrases import Figure
from bookcar.plan import Plan


def other_plan(overrides: Overrides, base: Plan | None) -> Iterator[Fault]:
    """Yield a warning if the file was saved from another plan than the one adjusted."""
    if base is not None and overrides.plan not in ("", base.id):
        yield note("other-plan", overrides.file, saved=overrides.plan, plan=base.id)


def gone(file: str, route: str, vehicle: str, date: dt.date) -> Fault:
    """Return the fault of a route that cannot be kept, for its vehicle no longer works that day."""
    return Fault(
        rule="override-keep",
        variant="gone",
        file=file,
        figures={"route": route, "vehicle": vehicle, "date": date.isoformat()},
    )


def kept_whole(file: str, row: int | None) -> Fault:
    """Return the fault of a row that lets its route be planned anew where nothing is to be."""
    return Fault(rule="override-keep", variant="whole", file=file, row=row, column="keep")


def note(
    rule: str, file: str, *, row: int | None = None, variant: str = "", **figures: Figure
) -> Fault:
    """Return what a reader of the plan should know, as a warning."""
    return Fault(
        rule=rule, severity="warning", file=file, row=row, variant=variant, figures=figures
    )
