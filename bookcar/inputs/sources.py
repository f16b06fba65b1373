"""From bytes to rows of cells: CSV in whatever encoding and separator a spreadsheet chose."""

from __future__ import annotations

import csv
import io
import re

import msgspec

from bookcar.errors import Fault
from bookcar.inputs import columns, rules_files
from bookcar.inputs import text as tx

_SEPARATORS = ",;\t，；|"
_EXCEL_ERROR = re.compile(r"#[A-Z0-9/]+[!?]|#N/A")
_SEP_LINE = re.compile(r"sep=.?", re.IGNORECASE)


class RawTable(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of cells as text, without blank lines and comments.

    Attributes
    ----------
    file
        For messages: ``stops.csv`` or ``book.xlsx: stops``.
    rows
        As (row number in the spreadsheet, cells); the first is the header.
    comma_decimal
        Whether the file comes from a place that writes 0,5.
    complete
        False if something could not be read, so that rows may be missing.
    """

    name: str
    file: str
    rows: list[tuple[int, list[str]]]
    comma_decimal: bool = False
    complete: bool = True


def read_csv(
    data: bytes, *, name: str, file: str, country: str = ""
) -> tuple[RawTable, list[Fault]]:
    """Return the rows of a CSV file of a district's country and what is wrong with it as a file."""
    text, faults = rules_files.decode(data, file, country)
    if text is None or any(fault.severity == "error" for fault in faults):
        return RawTable(name=name, file=file, rows=[], complete=False), faults
    separator = separator_of(text, name)
    rows, torn = _split(text, separator, file)
    raw = RawTable(
        name=name, file=file, rows=rows, comma_decimal=separator in ";；", complete=not torn
    )
    return raw, faults + torn


def is_comment(cells: list[str]) -> bool:
    """Tell whether a row is a comment: its first cell starts with ``#``."""
    first = cells[0].lstrip(" \ufeff\u3000") if cells else ""
    return first.startswith("#") and not _EXCEL_ERROR.fullmatch(first.strip())


def is_blank(cells: list[str]) -> bool:
    """Tell whether no cell of a row holds anything."""
    return not any(cells) or not any(cell.strip() for cell in cells)


def _split(text: str, separator: str, file: str) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    lines = csv.reader(io.StringIO(text, newline=None), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    row = 0
    try:
        for row, cells in enumerate(lines, 1):
            if not is_blank(cells) and not is_comment(cells):
                rows.append((row, cells))
    except csv.Error:
        return rows, [rules_files.bad_quotes(file, row + 1)]
    if rows and _SEP_LINE.fullmatch(rows[0][1][0]):
        del rows[0]
    return rows, []


def separator_of(text: str, name: str) -> str:
    """Return the separator that gives the header most columns of the table.

    Excel may name it in a first line ``sep=;``.
    """
    lines = (line.strip("\ufeff \r") for line in re.split(r"\r\n|\n|\r", text[:20_000]))
    header = next((line for line in lines if line.strip(_SEPARATORS) and line[0] not in '#"'), "")
    declared = re.match(r"\ufeff?sep=([^\r\n])(?=\r|\n)", text, re.IGNORECASE)
    if declared and declared[1] in _SEPARATORS:
        return declared[1]
    header = header or text[:2_000]
    aliases = columns.any_table(name).aliases

    def fit(separator: str) -> tuple[int, int]:
        cells = header.split(separator)
        return sum(tx.key(cell.strip('"')) in aliases for cell in cells), len(cells)

    return max(_SEPARATORS, key=fit)
