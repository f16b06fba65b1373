"""The rules of a table's shape: its header, and rows that fit it."""

from __future__ import annotations

from collections.abc import Mapping

from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.columns import Table, names
from bookcar.inputs.sources import RawTable

Header = dict[int, str]


def header(raw: RawTable, table: Table) -> tuple[Header, list[Fault]]:
    """Return the column of each cell position, and what is wrong with the header."""
    row, cells = raw.rows[0]
    found = header_row(raw, table)
    if found:
        return {}, [found]
    faults: list[Fault] = []
    columns: Header = {}
    for i, cell in enumerate(cells):
        name = table.aliases.get(tx.key(cell), "")
        if name in columns.values():
            faults.append(_duplicate_column(raw, row, cell))
        elif name:
            columns[i] = name
        elif cell.strip():
            faults.append(_unknown_column(raw, row, cell, table))
    return columns, faults + missing_columns(raw, table, columns)


def header_row(raw: RawTable, table: Table) -> Fault | None:
    """Report a title or note above the column names."""
    known = [_known(cells, table) for _, cells in raw.rows[:6]]
    if known[0] > 1 or max(known) < 2:
        return None
    row, cells = raw.rows[0]
    names_row = raw.rows[known.index(max(known))][0]
    return Fault(
        rule="header-row",
        file=raw.file,
        row=row,
        value=tx.shown(next(cell for cell in cells if cell.strip())),
        problem=f"The first row does not hold the column names; they seem to stand in row "
        f"{names_row}.",
        fix="Delete the rows above the column names, or begin each of them with #.",
    )


def _known(cells: list[str], table: Table) -> int:
    return sum(tx.key(cell) in table.aliases for cell in cells)


def missing_columns(raw: RawTable, table: Table, columns: Header) -> list[Fault]:
    """Report columns without which the table cannot be used."""
    row, _ = raw.rows[0]
    return [
        Fault(
            rule="missing-column",
            file=raw.file,
            row=row,
            column=name,
            problem=f"The column {name} is missing.",
            fix=f"Add it: {table_name_hint(table.name, name)}.",
        )
        for name in table.required
        if name not in columns.values()
    ]


def table_name_hint(table: str, column: str) -> str:
    """Return what a column holds, with its Chinese name."""
    entry = names()[table][column]
    return f"{column} ({entry['zh']}), {entry['about']['en']}"


def _duplicate_column(raw: RawTable, row: int, heading: str) -> Fault:
    return Fault(
        rule="duplicate-column",
        file=raw.file,
        row=row,
        column=heading.strip(),
        value=tx.shown(heading),
        problem="The column is there twice, perhaps under two names.",
        fix="Keep one of them.",
    )


def _unknown_column(raw: RawTable, row: int, heading: str, table: Table) -> Fault:
    near = tx.nearest(tx.key(heading), table.aliases)
    leave = "leave it, or delete it."
    fix = f"If {table.aliases[near]} is meant, rename it; otherwise {leave}" if near else ""
    return Fault(
        rule="unknown-column",
        file=raw.file,
        row=row,
        column=tx.shown(heading.strip()),
        value=tx.shown(heading),
        problem="No column of this table has this name, so it is not read.",
        fix=fix or leave.capitalize(),
        severity="warning",
    )


def ragged_row(raw: RawTable, row: int, cells: list[str], width: int) -> Fault | None:
    """Report values beyond the last named column: usually a comma inside a name.

    Or cells that are missing beside a Chinese comma, which separates nothing.
    """
    extra = [cell for cell in cells[width:] if cell.strip()]
    if not extra:
        return _full_width_comma(raw, row, cells, width)
    return Fault(
        rule="ragged-row",
        file=raw.file,
        row=row,
        value=tx.shown(extra[0]),
        problem=f"The row has {len(cells)} cells, the header only {width}.",
        fix="Put a value that holds a comma in quotation marks, or delete the cells beyond.",
    )


def _full_width_comma(raw: RawTable, row: int, cells: list[str], width: int) -> Fault | None:
    held = next((cell for cell in cells if "，" in cell), None)
    if held is None or len(cells) >= width:
        return None
    return Fault(
        rule="full-width-comma",
        file=raw.file,
        row=row,
        value=tx.shown(held),
        problem=f"A Chinese comma parts no cells: the row has {len(cells)}, the header {width}.",
        fix="Write the comma between cells as , and not as ，.",
    )


def unnamed_column(raw: RawTable, columns: Mapping[int, str]) -> list[Fault]:
    """Warn of values under an empty column name."""
    _, cells = raw.rows[0]
    empty = [i for i, cell in enumerate(cells) if not cell.strip() and i not in columns]
    for i in empty:
        used = next(((n, c[i]) for n, c in raw.rows[1:] if i < len(c) and c[i].strip()), None)
        if used:
            return [_unnamed(raw, i, used)]
    return []


def _unnamed(raw: RawTable, position: int, used: tuple[int, str]) -> Fault:
    return Fault(
        rule="unnamed-column",
        file=raw.file,
        row=used[0],
        value=tx.shown(used[1]),
        problem=f"Column {position + 1} has values but no name, so it is not read.",
        fix="Give the column its name in the header, or delete it.",
        severity="warning",
    )
