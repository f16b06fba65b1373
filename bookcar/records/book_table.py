"""Sheets of a workbook that are added to; everything else in the workbook is kept."""

from __future__ import annotations

import copy
import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import openpyxl

from bookcar.inputs.sources import is_blank, is_comment
from bookcar.inputs.workbook import cell_text

Value = str | int | float | dt.date | dt.time

# Parts that are made anew for every workbook, or hold nothing of it.
_MADE_ANEW = (
    "xl/calcChain.xml",
    "xl/sharedStrings.xml",
    "docProps/",
    "xl/printerSettings/",
    "xl/worksheets/_rels/",
    "_rels/",
    "xl/_rels/",
    "xl/theme/",
    "[Content_Types].xml",
)
_PROPERTIES = "docProps/core.xml"


class Book:
    """A workbook that openpyxl edits.

    Parameters
    ----------
    data
        A workbook that was read without an error.
    macros
        Whether it may hold some, as an ``.xlsm`` does.
    """

    def __init__(self, data: bytes, *, macros: bool = False) -> None:
        self._data = data
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._book = openpyxl.load_workbook(io.BytesIO(data), keep_vba=macros)

    def table(self, sheet: str) -> BookTable:
        """Return a sheet by its title."""
        return BookTable(self._book[sheet])

    def lost(self) -> tuple[str, ...]:
        """Return what saving the workbook here would lose: parts, and the results of formulas."""
        with zipfile.ZipFile(io.BytesIO(self._data)) as before:
            names = {n for n in before.namelist() if not n.startswith(_MADE_ANEW)}
        with zipfile.ZipFile(io.BytesIO(self.to_bytes())) as after:
            gone = sorted(names - set(after.namelist()))
        return (*gone, "formulas") if self._has_formulas() else tuple(gone)

    def to_bytes(self) -> bytes:
        """Return the workbook: the same edits give the same bytes, whenever they are made."""
        stream = io.BytesIO()
        self._book.save(stream)
        return _without_clock(stream.getvalue(), self._data)

    def _has_formulas(self) -> bool:
        cells = (c for sheet in self._book.worksheets for row in sheet.iter_rows() for c in row)
        return any(cell.data_type == "f" for cell in cells)


class BookTable:
    """A sheet with its header and rows."""

    comma_decimal = False

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        every = enumerate(sheet.iter_rows(values_only=True), 1)
        rows = ((number, [cell_text(value) for value in values]) for number, values in every)
        self._rows = [
            (number, cells)
            for number, cells in rows
            if not is_blank(cells) and not is_comment(cells)
        ]

    @property
    def header(self) -> Sequence[str]:
        """The headings as they stand there."""
        return self._rows[0][1]

    @property
    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the rows below the header: number, and cells as text."""
        return iter(self._rows[1:])

    def holds_dates(self, position: int) -> bool:
        """Tell whether a column holds dates as such, and not as texts."""
        below = (self._cell(number, position).value for number, _ in self._rows[1:])
        last = [value for value in below if value is not None][-1:]
        return not last or isinstance(last[0], dt.date)

    def add_column(self, heading: str, fill: str = "") -> None:
        """Add a column at the end; every row that is there gets ``fill``."""
        position = len(self.header)
        for number, cells in self._rows:
            text = heading if number == self._rows[0][0] else fill
            cells.extend([*[""] * (position - len(cells)), text])
            if text:
                self._write(number, position, text, like=self._cell(number, position - 1))

    def set_cell(self, number: int, position: int, text: str) -> None:
        """Write a cell of a row by its number."""
        self._cell(number, position).value = text

    def remove(self, numbers: Sequence[int]) -> None:
        """Take rows out by their numbers; those below move up."""
        for number in sorted(numbers, reverse=True):
            self._sheet.delete_rows(number)

    def append(self, rows: Sequence[Mapping[int, Value]]) -> list[int]:
        """Add rows below all others, their cells by position; return their numbers."""
        above = self._rows[-1][0]
        for number, row in enumerate(rows, above + 1):
            for position, value in row.items():
                like = self._cell(above, position) if len(self._rows) > 1 else None
                self._write(number, position, value, like=like)
        return list(range(above + 1, above + 1 + len(rows)))

    def _write(self, number: int, position: int, value: Value, *, like: Any) -> None:
        cell = self._cell(number, position)
        if like is not None and like.has_style:
            cell._style = copy.copy(like._style)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # a text that begins with = is no formula

    def _cell(self, number: int, position: int) -> Any:
        return self._sheet.cell(row=number, column=position + 1)


def _without_clock(saved: bytes, before: bytes) -> bytes:
    """Return a workbook with the properties it had, and no times in its archive."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(before)) as old,
        zipfile.ZipFile(io.BytesIO(saved)) as new,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in new.namelist():
            source = old if name == _PROPERTIES and name in old.namelist() else new
            kept.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    return stream.getvalue()
