"""Reading tables of copies, CSV, XLS or XLSX: item reports of Koha, exports of Interlib."""

from __future__ import annotations

from collections.abc import Iterator

from bookcar.crates.copies import Copy, Read
from bookcar.errors import Fault
from bookcar.inputs import columns as cols
from bookcar.inputs import text as tx
from bookcar.inputs.binary import MAGIC, BrokenError
from bookcar.inputs.decode import decode
from bookcar.inputs.old_workbook import tables_of_xls
from bookcar.inputs.rules_files import empty_file, not_a_workbook
from bookcar.inputs.sheet import Record, Sheet
from bookcar.inputs.sources import RawTable, read_csv
from bookcar.inputs.workbook import NotAWorkbook, Workbook

_TABLE = "items"
_HEADER_ROWS = 6


def read_items(data: bytes, file: str, *, country: str, clc: bool) -> Read:
    """Return the copies of a table and what is wrong in it.

    Parameters
    ----------
    country
        Of the district: which old encodings are usual there.
    clc
        Whether letters of classes are the Chinese Library Classification's.
    """
    tables, faults = _tables(data, file, country)
    copies: list[Copy] = []
    rows = 0
    for raw in tables:
        if not raw.rows:
            faults += [empty_file(raw.file, required=True)] if raw.complete else []
            continue
        sheet, more = decode(raw, {})
        faults += more
        rows += len(sheet.records)
        copies += _copies(sheet, clc=clc)
        faults += _without_barcode(sheet)
    return Read(tuple(copies), tuple(faults), rows)


def _tables(data: bytes, file: str, country: str) -> tuple[list[RawTable], list[Fault]]:
    """Return the tables of a file: of a workbook the sheets that have barcodes, or the first."""
    if data.startswith(MAGIC):
        return _old_tables(data, file)
    if not data.startswith((b"PK", MAGIC[:2])):
        raw, faults = read_csv(data, name=_TABLE, file=file, country=country)
        return [raw], faults
    try:
        book = Workbook(data, file)
    except NotAWorkbook:
        return [], [not_a_workbook(file)]
    read = [book.table(sheet, _TABLE) for sheet in book.sheets]
    wanted = [pair for pair in read if _has_barcodes(pair[0])] or read[:1]
    return [raw for raw, _ in wanted], [fault for _, faults in wanted for fault in faults]


def _old_tables(data: bytes, file: str) -> tuple[list[RawTable], list[Fault]]:
    """Return likewise the tables of an XLS workbook."""
    try:
        read = tables_of_xls(data, name=_TABLE, file=file)
    except BrokenError:
        return [], [not_a_workbook(file)]
    wanted = [raw for raw in read if _has_barcodes(raw)] or read[:1]
    return wanted, [] if wanted else [empty_file(file, required=True)]


def _has_barcodes(raw: RawTable) -> bool:
    aliases = cols.any_table(_TABLE).aliases
    heads = (cell for _, cells in raw.rows[:_HEADER_ROWS] for cell in cells)
    return any(aliases.get(tx.key(cell)) == "barcode" for cell in heads)


def _copies(sheet: Sheet, *, clc: bool) -> Iterator[Copy]:
    for record in sheet.having("barcode", "title", "isbn", "author", "call_number", "class"):
        if record.values["barcode"]:
            yield _copy(sheet, record, clc=clc)


def _copy(sheet: Sheet, record: Record, *, clc: bool) -> Copy:
    values = record.values
    return Copy(
        barcode=values["barcode"],
        title=values["title"],
        author=values["author"],
        isbn=values["isbn"],
        call_number=values["call_number"],
        number=values["class"] or values["call_number"],
        clc=clc,
        place=values.get("place", ""),
        file=sheet.file,
        row=record.row or 0,
    )


def _without_barcode(sheet: Sheet) -> Iterator[Fault]:
    for record in sheet.having("barcode"):
        if not record.values["barcode"]:
            yield sheet.fault(
                "record-without-barcode", at=record, column="barcode", severity="warning"
            )
