"""From rows of text to records with values, by the table's column list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bookcar.errors import Fault
from bookcar.inputs import columns as cols
from bookcar.inputs import rules_cells, rules_tables
from bookcar.inputs import text as tx
from bookcar.inputs.numbers import Mark, figure, mark_of, mark_of_all, with_point
from bookcar.inputs.rules_cells import BadCell, Noted, excel_error
from bookcar.inputs.sheet import Record, Sheet
from bookcar.inputs.sources import RawTable

_COMMA_DECIMAL = re.compile(r"(?<=[0-9]),(?=[0-9])")

Read = Callable[[str], Any]

_EMPTY = BadCell("empty-required")


def decode(raw: RawTable, defaults: Mapping[str, Any]) -> tuple[Sheet, list[Fault]]:
    """Return a table's records and every fault of its header, rows and cells.

    Parameters
    ----------
    raw
        At least a header row.
    defaults
        Values of empty cells by column name, before the columns' own.
    """
    table = cols.any_table(raw.name)
    header, faults = rules_tables.header(raw, table)
    width = len(raw.rows[0][1])
    sheet = Sheet(
        name=raw.name,
        file=raw.file,
        records=[],
        headings={name: raw.rows[0][1][i].strip() for i, name in header.items()},
        complete=raw.complete and "id" not in set(table.required) - set(header.values()),
    )
    if not header:
        return sheet, faults
    faults += rules_tables.unnamed_column(raw, header)
    blank = _blank(table, sheet, defaults)
    columns = {i: table.columns[name] for i, name in header.items()}
    of_file = _mark_of_file(raw, columns)
    readers = [(i, column, _reader(column, raw, i, of_file)) for i, column in columns.items()]
    for row, cells in raw.rows[1:]:
        totals = rules_tables.totals_row(raw, row, cells, table=table, columns=header)
        if totals:
            faults.append(totals)
            continue
        record = Record(row=row, values=blank.copy(), given={})
        sheet.records.append(record)
        found = [rules_tables.ragged_row(raw, row, cells, width)]
        for i, column, read in readers:
            text = tx.unguarded(tx.bare(cells[i])) if i < len(cells) else ""
            if text:
                record.given[column.name] = text
                found.append(_fill(sheet, record, column.name, read(text)))
            elif column.required and not column.may_be_empty:
                found.append(_fill(sheet, record, column.name, _EMPTY))
        faults += [fault for fault in found if fault]
    return sheet, faults


def _blank(table: cols.Table, sheet: Sheet, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row of empty cells, without required columns that are not there."""
    return {
        column.name: defaults.get(column.name, column.default)
        for column in table.columns.values()
        if column.name in sheet.headings or not column.required
    }


def _fill(sheet: Sheet, record: Record, column: str, value: Any) -> Fault | None:
    """Put the value of a cell into its record, or take the column out and return the fault."""
    if isinstance(value, Noted):
        record.values[column] = value.value
        told = value.told
        return sheet.fault(
            told.rule,
            at=record,
            column=column,
            severity="warning",
            variant=told.variant,
            **told.figures,
        )
    if not isinstance(value, BadCell):
        record.values[column] = value
        return None
    del record.values[column]
    figures: dict[str, Any] = value.figures
    if value is _EMPTY:
        figures = {"meaning": f"{sheet.name}.{column}"}
    return sheet.fault(value.rule, at=record, column=column, variant=value.variant, **figures)


def _mark_of_file(raw: RawTable, columns: Mapping[int, cols.Column]) -> Mark | None:
    """Return the decimal mark of a file: that of all its figures that can have only one."""
    places = [i for i, column in columns.items() if column.comma_decimal]
    return mark_of_all(cells[i] for _, cells in raw.rows[1:] for i in places if i < len(cells))


def _reader(column: cols.Column, raw: RawTable, place: int, of_file: Mark | None) -> Read:
    """Return the column's parser with a memory, as most columns repeat a few values.

    It returns the value, or the `BadCell` itself.

    Parameters
    ----------
    of_file
        The decimal mark of the file, for a column of numbers that does not say its own.
    """
    known: dict[str, Any] = {}
    own = [cells[place] for _, cells in raw.rows[1:] if place < len(cells)]
    mark = mark_of_all(own) if column.comma_decimal else None
    if mark is None and column.grouped and not _marks(own):
        mark = of_file
    parse = column.parse if column.settle is None else column.settle(column.parse, own)

    def read(text: str) -> Any:
        if text not in known:
            known[text] = _parsed(
                column, text, parse=parse, comma_decimal=raw.comma_decimal, mark=mark
            )
        return known[text]

    return read


def _marks(texts: list[str]) -> bool:
    """Tell whether any figure of a column says which mark it has."""
    return any(mark_of(plain) for plain in filter(None, map(figure, texts)))


def _parsed(
    column: cols.Column,
    text: str,
    *,
    parse: rules_cells.Parser,
    comma_decimal: bool,
    mark: Mark | None,
) -> Any:
    """Return the value of a cell, or the fault itself, so that both can be remembered."""
    try:
        excel_error(text)
        plain = figure(text) if column.comma_decimal else None
        settled = plain and (mark_of(plain) or mark)
        if plain and settled:
            return parse(with_point(plain, settled))
        if plain and comma_decimal and "." in plain:
            return _either(column, plain)
        if comma_decimal and column.comma_decimal:
            text = _COMMA_DECIMAL.sub(".", tx.plain(text))
        return parse(text)
    except BadCell as bad:
        return bad


def _either(column: cols.Column, plain: str) -> Any:
    """Return the value of the only reading of a figure that its column takes.

    Raises
    ------
    BadCell
        If it takes both, or neither.
    """
    readings = [with_point(plain, mark) for mark in (",", ".")]
    values, faults = [], []
    for reading in readings:
        try:
            values.append(column.parse(reading))
        except BadCell as bad:
            faults.append(bad)
    if len(values) == 2:
        raise BadCell("bad-number", variant="two-readings", readings=tuple(readings))
    if not values:
        raise faults[0]
    return values[0]
