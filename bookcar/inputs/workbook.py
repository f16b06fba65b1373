"""From an .xlsx workbook to rows of cells, as the CSV reader gives them."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from typing import Any

import openpyxl

from bookcar.errors import Fault
from bookcar.inputs.sources import RawTable, is_blank, is_comment

Row = tuple[Any, ...]

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_FORMULA_CLASSES = ("ArrayFormula", "DataTableFormula")
_MIDNIGHT = dt.time()
_MOST_UNPACKED = 400_000_000
"""Bytes; a sheet of 100,000 rows and 30 columns has some 100 million."""


class NotAWorkbook(Exception):  # noqa: N818 - turned into a fault by the reader
    """The bytes are no workbook openpyxl can open."""


class Workbook:
    """An open workbook: the names of its sheets, and their rows.

    Parameters
    ----------
    data
        Content of the file.
    file
        Its name, for messages.

    Raises
    ------
    NotAWorkbook
        If it cannot be opened.
    """

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        self._data = data
        self._book = _open(data, data_only=False)

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets that hold cells."""
        return [sheet.title for sheet in self._book.worksheets]

    def label(self, sheet: str) -> str:
        """Return how messages name a sheet."""
        return f"{self.file}: {sheet}"

    def table(self, sheet: str, name: str) -> tuple[RawTable, list[Fault]]:
        """Return the rows of a sheet as text, and what is wrong with it as a sheet."""
        file = self.label(sheet)
        try:
            rows, faults = self._calculated(sheet)
            merged = self._merged(sheet)
        except Exception as error:  # whatever a damaged sheet makes openpyxl raise
            raw = RawTable(name=name, file=file, rows=[], complete=False)
            return raw, [_unreadable_sheet(file, error)]
        kept = [(row, texts) for row, cells in rows if (texts := _texts(cells))]
        numbers = {row for row, _ in kept}
        faults = [fault for fault in faults if fault.row in numbers]
        faults += [_merged_cells(file, row, span) for row, span in merged if row in numbers]
        return RawTable(name=name, file=file, rows=kept), faults

    def _calculated(self, sheet: str) -> tuple[list[tuple[int, Row]], list[Fault]]:
        """Return the rows with formulas replaced by the values stored with them."""
        rows = _rows(self._book, sheet)
        if not any(_is_formula(value) for _, cells in rows for value in cells):
            return rows, []
        stored = dict(_rows(_open(self._data, data_only=True), sheet))
        faults: list[Fault] = []
        for i, (row, cells) in enumerate(rows):
            values = stored.get(row, ())
            rows[i] = row, tuple(_stored(value, _at(values, j)) for j, value in enumerate(cells))
            faults += [
                _formula_without_value(self.label(sheet), row, str(value))
                for j, value in enumerate(cells)
                if _is_formula(value) and _at(values, j) is None
            ]
        return rows, faults

    def _merged(self, sheet: str) -> list[tuple[int, str]]:
        """Return the first row and the cells of every merged range; read-only mode hides them."""
        path = str(getattr(self._book[sheet], "_worksheet_path", "")).lstrip("/")
        with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
            content = archive.read(path)
        return [
            (int(top), (left + top + b":" + right + bottom).decode())
            for left, top, right, bottom in _MERGED.findall(content)
        ]


def cell_text(value: Any) -> str:
    """Return a cell as a person would type it: dates ISO, times HH:MM:SS, 12.0 as 12."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        day, time = value.date(), value.time().replace(microsecond=0)
        return day.isoformat() if time == _MIDNIGHT else f"{day} {time}"
    if isinstance(value, dt.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(value)


def _texts(cells: Row) -> list[str]:
    texts = [cell_text(value) for value in cells]
    return [] if is_blank(texts) or is_comment(texts) else texts


def _open(data: bytes, *, data_only: bool) -> Any:
    try:
        _require_to_fit(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only)
            for sheet in book.worksheets:
                sheet.reset_dimensions()
    except Exception as error:  # openpyxl raises whatever zipfile, expat and its own code raise
        raise NotAWorkbook(str(error)) from error
    return book


def _require_to_fit(data: bytes) -> None:
    """Refuse an archive that unpacks to more than any table of a county: a zip bomb.

    Raises
    ------
    NotAWorkbook
        If it does.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _MOST_UNPACKED:
            raise NotAWorkbook("it unpacks to too much")


def _rows(book: Any, sheet: str) -> list[tuple[int, Row]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of dates out of range, unsupported extensions
        rows = enumerate(book[sheet].iter_rows(values_only=True), 1)
        return [(row, cells) for row, cells in rows if any(value is not None for value in cells)]


def _is_formula(value: Any) -> bool:
    text_formula = isinstance(value, str) and value[:1] == "=" and len(value) > 1
    return text_formula or type(value).__name__ in _FORMULA_CLASSES


def _stored(value: Any, stored: Any) -> Any:
    return stored if _is_formula(value) else value


def _at(cells: Row, i: int) -> Any:
    return cells[i] if i < len(cells) else None


def _merged_cells(file: str, row: int, span: str) -> Fault:
    return Fault(rule="merged-cells", file=file, row=row, value=span)


def _formula_without_value(file: str, row: int, formula: str) -> Fault:
    return Fault(rule="formula-without-value", file=file, row=row, value=formula)


def _unreadable_sheet(file: str, error: Exception) -> Fault:
    return Fault(
        rule="not-a-workbook", variant="sheet", file=file, figures={"kind": type(error).__name__}
    )
