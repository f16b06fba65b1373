"""The rules of a table's shape: its header, and rows that fit it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.columns import Table
from bookcar.inputs.sources import RawTable

Header = dict[int, str]

_TOTALS = frozenset(
    tx.key(word)
    for word in (
        "total", "totals", "grand total", "in total", "subtotal", "sum",
        "合计", "总计", "小计", "共计", "总数", "合计数", "總計", "合計",
        "Summe", "Gesamt", "Insgesamt", "somme", "total général", "suma", "totale", "soma",
        "totalt", "i alt", "samlet", "yhteensä",
    )
)  # fmt: skip

_FIGURE = re.compile(r"[-+]?[0-9][0-9., ]*%?")
_ALIKE = 0.82
"""How alike a heading is to a column's before it is said to be meant: less, and most are wrong."""


def header(raw: RawTable, table: Table) -> tuple[Header, list[Fault]]:
    """Return the column of each cell position, and what is wrong with the header."""
    row, cells = raw.rows[0]
    found = header_row(raw, table)
    if found:
        return {}, [found]
    faults: list[Fault] = []
    columns: Header = {}
    unknown: list[str] = []
    for i, cell in enumerate(cells):
        name = table.aliases.get(tx.key(cell), "")
        if name in columns.values():
            faults.append(_duplicate_column(raw, row, cell))
        elif name:
            columns[i] = name
        elif cell.strip():
            unknown.append(cell)
    absent = {alias: c for alias, c in table.aliases.items() if c not in columns.values()}
    faults += [_unknown_column(raw, row, cell, absent) for cell in unknown]
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
        figures={"names_row": names_row},
    )


def _known(cells: list[str], table: Table) -> int:
    return sum(tx.key(cell) in table.aliases for cell in cells)


def missing_columns(raw: RawTable, table: Table, columns: Header) -> list[Fault]:
    """Report columns without which the table cannot be used."""
    row, _ = raw.rows[0]
    missing = [name for name in table.required if name not in columns.values()]
    foreign = table.name == "stops" and len(missing) > 1
    return [
        Fault(
            rule="missing-column",
            variant="list" if foreign and name == missing[0] else "",
            file=raw.file,
            row=row,
            column=name,
            figures={"meaning": f"{table.name}.{name}", "path": raw.file.partition(":")[0]},
        )
        for name in missing
    ]


def _duplicate_column(raw: RawTable, row: int, heading: str) -> Fault:
    return Fault(
        rule="duplicate-column",
        file=raw.file,
        row=row,
        column=heading.strip(),
        value=tx.shown(heading),
    )


def _unknown_column(raw: RawTable, row: int, heading: str, absent: Mapping[str, str]) -> Fault:
    """Warn of a column that no table has; one that is there already is never what was meant."""
    near = tx.nearest(tx.key(heading), absent, cutoff=_ALIKE)
    return Fault(
        rule="unknown-column",
        file=raw.file,
        row=row,
        column=tx.shown(heading.strip()),
        value=tx.shown(heading),
        severity="warning",
        variant="near" if near else "",
        figures={"meant": absent[near]} if near else {},
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
        figures={"cells": len(cells), "width": width},
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
        figures={"cells": len(cells), "width": width},
    )


def totals_row(
    raw: RawTable, row: int, cells: list[str], *, table: Table, columns: Header
) -> Fault | None:
    """Warn of a row of totals below the others, which is no row of the table.

    Its first filled cell is a word for it, all others are numbers, and a required cell is empty;
    in the last row it may be one that has no empty cell.
    """
    if not is_total(cells):
        return None
    first = next(cell for cell in cells if cell.strip())
    lacks = any(
        table.columns[name].required and not "".join(cells[i : i + 1]).strip()
        for i, name in columns.items()
    )
    if not (lacks or row == raw.rows[-1][0]):
        return None
    return Fault(
        rule="totals-row",
        file=raw.file,
        row=row,
        value=tx.shown(first.strip()),
        severity="warning",
    )


def is_total(cells: Sequence[str]) -> bool:
    """Tell whether a row begins with a word for totals, and holds nothing but figures besides."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) > 1 and tx.key(filled[0]) in _TOTALS and all(map(_is_figure, filled[1:]))


def _is_figure(cell: str) -> bool:
    return bool(_FIGURE.fullmatch(tx.plain(cell)))


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
        figures={"position": position + 1},
        severity="warning",
    )
