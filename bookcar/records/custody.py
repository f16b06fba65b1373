"""What the week's records must keep beside the rules of every record: told where they were told.

The tables are read again with the new rows in them, by all their rules. What is wrong with a row
that is to be added is said of the cell of the file that came back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from bookcar.errors import Fault
from bookcar.inputs.reader import Checked
from bookcar.model import District
from bookcar.phrases import Figure
from bookcar.records.visits import Row

REFUSED = {"more-books-than-batch", "unknown-batch", "batch-without-action", "visit-twice"}
"""Warnings of a table that are errors of what is to be added to it."""

OF_SEVERAL_ROWS = {"batch-not-there", "visit-twice", "day-km-differ"}
"""Rules on what rows say together: they hold once every row is read."""


def faults_of(
    after: Checked, rows: Mapping[tuple[str, int], Row], district: District
) -> tuple[Fault, ...]:
    """Return the faults of the new rows, and the errors that the tables did not have before.

    Parameters
    ----------
    after
        The district with the new rows in its tables.
    rows
        The new rows, by file and number.
    """
    own = [_relocated(fault, rows) for fault in after.faults if _is_new(fault, rows)]
    others = [f for f in after.errors if not _is_new(f, rows)]
    first = tuple(_first_moves(list(rows.values()), district))
    told = {(fault.rule, fault.file, fault.row) for fault in own}
    return (*own, *others, *(f for f in first if (f.rule, f.file, f.row) not in told))


def of_the_row_alone(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return the faults of told rows that hold whatever the other rows say.

    While some rows cannot be read, nobody knows where a batch is, or who came twice.
    """
    return tuple(f for f in faults if f.row is not None and f.rule not in OF_SEVERAL_ROWS)


def stays_elsewhere(after: District, rows: Sequence[Row]) -> Iterator[Fault]:
    """Warn of a batch that the week moved, and that stays where its table says: it is newer."""
    last = {row.visit.batch: row.visit for row in rows if row.visit.batch}
    week = {row.visit.date for row in rows}
    for name, visit in last.items():
        batch = after.batches_by_id.get(name)
        later = any(v.batch == name and v.date > max(week) for v in after.visits)
        if batch is None or later or batch.since is None or batch.since < visit.date:
            continue
        dropped = visit.action == "dropped"
        if (batch.at != after.place_of(visit.stop)) if dropped else (batch.at in after.stops_by_id):
            where = after.where("batches", name)
            yield Fault(
                rule="batch-since-later",
                file=where.file,
                row=where.row,
                column="since",
                value=batch.since.isoformat(),
                severity="warning",
                figures={"batch": name, "at": batch.at, "date": visit.date.isoformat()},
            )


def _is_new(fault: Fault, rows: Mapping[tuple[str, int], Row]) -> bool:
    return fault.row is not None and (fault.file, fault.row) in rows


def _relocated(fault: Fault, rows: Mapping[tuple[str, int], Row]) -> Fault:
    """Return a fault of a new row at the place that told it."""
    assert fault.row is not None
    where = rows[fault.file, fault.row].where
    severity = "error" if fault.rule in REFUSED else fault.severity
    found = msgspec.structs.replace(
        fault, file=where.file, row=where.row, severity=severity, figures=_figures(fault, rows)
    )
    if where.row is None and fault.rule == "visit-in-future":
        return msgspec.structs.replace(found, variant="planned")
    if fault.rule == "more-books-than-batch":
        return msgspec.structs.replace(found, variant="told")
    return found


def _figures(fault: Fault, rows: Mapping[tuple[str, int], Row]) -> Mapping[str, Figure]:
    """Return a fault's figures with the other row that it names where that one was told, too."""
    other = fault.figures.get("other")
    told = rows.get((fault.file, other)) if isinstance(other, int) else None
    if told is None or told.where.row is None:
        return fault.figures
    return {**fault.figures, "other": told.where.row}


def _first_moves(rows: Sequence[Row], district: District) -> Iterator[Fault]:
    """Report a batch whose first movement begins where it is not, by the district before.

    Later ones are held to one another by the rule of the tables.
    """
    at = {batch.id: batch.at for batch in district.batches}
    stops = district.stops_by_id
    seen: set[str] = set()
    for row in rows:
        visit = row.visit
        if not visit.batch or visit.status != "done" or visit.batch in seen:
            continue
        seen.add(visit.batch)
        place, here = at.get(visit.batch, ""), district.place_of(visit.stop)
        dropped = visit.action == "dropped"
        if (dropped and place in stops) or (not dropped and place and place != here):
            yield Fault(
                rule="batch-not-there",
                file=row.where.file,
                row=row.where.row,
                column="batch",
                value=visit.batch,
                variant="table" if dropped else "table-collected",
                figures={"batch": visit.batch, "stop": visit.stop, "there": place},
            )
