"""Reading a sheet that came back: the week's visits table, filled in with whatever program.

It is read as every table is (`bookcar.inputs`), after its dates and ids were put in order: the week
settles what a date means, and the district which id has lost its zeros.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bookcar.errors import Fault
from bookcar.inputs import columns as cols
from bookcar.inputs import rules_files, rules_tables
from bookcar.inputs import text as tx
from bookcar.inputs.decode import decode
from bookcar.inputs.sheet import Record, Sheet
from bookcar.inputs.sources import RawTable, read_csv
from bookcar.model import Where
from bookcar.records.dates import day_of, readings
from bookcar.records.handed import is_requests, requests_of
from bookcar.records.known import Known
from bookcar.records.other_week import together
from bookcar.records.visits import COUNTS, Status, ToldMove, ToldVisit

_IDS = {"stop": "stops", "vehicle": "vehicles", "batch": "batches", "depot": "depots"}
_TABLE = "visits"


def read_sheet(path: Path, known: Known) -> tuple[list[ToldVisit], list[Fault]]:
    """Return what a CSV file or workbook tells of visits, and every fault in it."""
    raw, faults = _rows(path, known.country)
    if raw is None or not raw.rows:
        return [], faults or [rules_files.empty_file(path.name, required=True)]
    raw, more = _in_order(raw, known)
    requests, unknown = requests_of(raw, known)
    more += unknown
    sheet, in_cells = decode(raw, {})
    faults += together(more, known) + [f for f in in_cells if not _is_own_column(f)]
    groups: defaultdict[tuple[dt.date, str, str], list[Record]] = defaultdict(list)
    for record in sheet.having("date", "stop", "vehicle", "batch", "action", "status", "books"):
        v = record.values
        groups[v["date"], v["stop"], v["vehicle"]].append(record)
    told: list[ToldVisit] = []
    for records in groups.values():
        visit, more = _visit(sheet, records, requests)
        told += [visit] if visit else []
        faults += more
    return told, faults


def _is_own_column(fault: Fault) -> bool:
    """Tell whether a warning is of a column that is nobody's: the name of the stop, or a remark.

    Or that of the requests, which is the sheet's own and no column of the visits table.
    """
    own = is_requests(fault.value or fault.column or "")
    return fault.rule == "unknown-column" and (not fault.variant or own)


def _rows(path: Path, country: str) -> tuple[RawTable | None, list[Fault]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        return None, [rules_files.unreadable_file(path.name, error)]
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return read_csv(data, name=_TABLE, file=path.name, country=country)
    from bookcar.inputs.workbook import NotAWorkbook, Workbook  # noqa: PLC0415  slow

    try:
        book = Workbook(data, path.name)
    except NotAWorkbook:
        return None, [rules_files.not_a_workbook(path.name)]
    tables = [book.table(sheet, _TABLE) for sheet in book.sheets]
    return max(tables, key=lambda table: _fit(table[0]))


def _fit(raw: RawTable) -> tuple[bool, int]:
    """Return how well a sheet fits the visits table; one to be filled in has a status."""
    header = raw.rows[0][1] if raw.rows else []
    aliases = cols.any_table(_TABLE).aliases
    names = {aliases.get(tx.key(cell)) for cell in header} - {None}
    return "status" in names, len(names)


def _in_order(raw: RawTable, known: Known) -> tuple[RawTable, list[Fault]]:
    """Return the rows with dates as the tables have them and ids as the district has them."""
    header, _ = rules_tables.header(raw, cols.any_table(_TABLE))
    at = {name: i for i, name in header.items()}
    faults: list[Fault] = []
    rows = [raw.rows[0]]
    for number, given in raw.rows[1:]:
        cells = list(given)
        for column, table in _IDS.items():
            if at.get(column, len(cells)) < len(cells):
                cells[at[column]] = known.id(table, tx.unguarded(tx.bare(cells[at[column]])))
        if at.get("date", len(cells)) < len(cells):
            faults += _settle(raw, (number, cells), at, known)
        rows.append((number, cells))
    return msgspec.structs.replace(raw, rows=rows), faults


def _settle(
    raw: RawTable, row: tuple[int, list[str]], at: Mapping[str, int], known: Known
) -> list[Fault]:
    """Write the date of a row as the tables have it; report one that is not of the week."""
    number, cells = row
    text = tx.bare(cells[at["date"]])
    stop = cells[at["stop"]] if at.get("stop", len(cells)) < len(cells) else ""
    day = day_of(text, known.days) if text else known.only_day(stop)
    if day is not None:
        cells[at["date"]] = day.isoformat()
        return []
    if not readings(text, known.days[0].year):
        return []  # told as a date that is none
    cells[at["date"]] = readings(text, known.days[0].year)[0].isoformat()
    return [
        Fault(
            rule="outside-week",
            file=raw.file,
            row=number,
            column=raw.rows[0][1][at["date"]].strip(),
            value=tx.shown(text),
            figures={
                "week": known.week,
                "first": known.days[0].isoformat(),
                "last": known.days[-1].isoformat(),
            },
        )
    ]


def _visit(
    sheet: Sheet, records: Sequence[Record], requests: Mapping[int, tuple[str, ...]]
) -> tuple[ToldVisit | None, list[Fault]]:
    """Return the visit that some rows tell of; None if some say missed and others nothing."""
    said: set[Status] = {record.values["status"] for record in records if "status" in record.given}
    blank = [record for record in records if "status" not in record.given]
    if said == {"missed"} and blank:
        half = [_half_filled(sheet, record, records) for record in blank]
        return None, half
    fields, faults = _once(sheet, records)
    handed = _handed_over(records, requests)
    status: Status = "missed" if said == {"missed"} else "done" if said else ""
    first = records[0]
    visit = ToldVisit(
        date=first.values["date"],
        stop=first.values["stop"],
        vehicle=first.values["vehicle"],
        where=Where(sheet.file, first.row),
        status=status,
        moves=() if status == "missed" else tuple(_moves(sheet, records)),
        note=_notes(r for r in records if status == "missed" or not _moved(r)),
        requests=None if status == "missed" else handed,
        **fields,
    )
    return visit, faults


def _half_filled(sheet: Sheet, record: Record, records: Sequence[Record]) -> Fault:
    missed = next(r for r in records if r.values["status"] == "missed" and "status" in r.given)
    return sheet.fault("half-filled-visit", at=record, column="status", other=missed.row or 0)


def _moves(sheet: Sheet, records: Iterable[Record]) -> Iterable[ToldMove]:
    for record in records:
        v = record.values
        if v["batch"] and v["action"]:
            named = "books" in record.given
            yield ToldMove(
                batch=v["batch"],
                action=v["action"],
                where=Where(sheet.file, record.row),
                books=v["books"] if named else None,
                depot=v.get("depot", ""),
                moved=_moved(record),
                note=v.get("note", "") if _moved(record) else "",
            )


def _moved(record: Record) -> bool:
    """Tell whether a row is of a batch that was moved."""
    v = record.values
    named = "books" in record.given
    return bool(
        v["batch"] and v["action"] and v["status"] != "missed" and not (named and v["books"] == 0)
    )


def _once(sheet: Sheet, records: Sequence[Record]) -> tuple[dict[str, Any], list[Fault]]:
    """Return what stands once a visit, on any row; report where two rows say it differently."""
    fields: dict[str, Any] = {}
    faults = []
    columns = {c.field: c.name for c in cols.any_table(_TABLE).columns.values()}
    for name in COUNTS:
        column = columns[name]
        for record in records:
            value = record.values.get(column)
            if column not in record.given or value is None:
                continue
            if fields.setdefault(name, value) != value:
                faults.append(sheet.fault("counted-twice", at=record, column=column))
    return fields, faults


def _handed_over(
    records: Sequence[Record], requests: Mapping[int, tuple[str, ...]]
) -> tuple[str, ...] | None:
    """Return the requests that some rows name; None if the sheet has no column for them."""
    if not requests:
        return None
    named = (name for record in records for name in requests.get(record.row or 0, ()))
    return tuple(dict.fromkeys(named))


def _notes(records: Iterable[Record]) -> str:
    return "; ".join(dict.fromkeys(r.values["note"] for r in records if r.values.get("note")))
