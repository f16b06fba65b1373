"""Rows of a sheet that are of another week, told together: it is usually the file of that week."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from bookcar.errors import Fault
from bookcar.records.dates import readings
from bookcar.records.known import Known
from bookcar.weeks import week_name


def together(faults: Sequence[Fault], known: Known) -> list[Fault]:
    """Return faults with those of several rows of one other week as a single one, at the first."""
    weeks: defaultdict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        if fault.rule == "outside-week":
            weeks[week_name(_day(fault, known.days[0]))].append(fault)
    several = {id(f) for group in weeks.values() if len(group) > 1 for f in group}
    told = [fault for fault in faults if id(fault) not in several]
    return told + [_all_of(week, group) for week, group in weeks.items() if len(group) > 1]


def _day(fault: Fault, near: dt.date) -> dt.date:
    return readings(fault.value or "", near.year)[0]


def _all_of(other: str, group: Sequence[Fault]) -> Fault:
    first = group[0]
    rows = tuple(fault.row or 0 for fault in group)
    return Fault(
        rule="outside-week",
        file=first.file,
        row=first.row,
        column=first.column,
        value=first.value,
        variant="rows",
        figures={**first.figures, "other": other, "count": len(rows), "rows": rows},
    )
