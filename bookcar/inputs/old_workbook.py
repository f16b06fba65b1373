"""XLS workbooks, of Excel 97 to 2003 and of many a library system, as rows of text (calamine)."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bookcar.inputs.binary import BrokenError, cells_of_xls
from bookcar.inputs.sources import RawTable, is_blank, is_comment
from bookcar.inputs.workbook import cell_text

MOST_CELLS = 5_000_000
"""A sheet that covers more is no list of a county's."""


def tables_of_xls(data: bytes, *, name: str, file: str) -> list[RawTable]:
    """Return the rows of each sheet that holds any.

    Raises
    ------
    BrokenError
        If the bytes are no XLS file, contradict themselves, or cover far too much.
    """
    if cells_of_xls(data) > MOST_CELLS:
        raise BrokenError
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  wanted by few files

    found = []
    try:
        with silent():
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            sheets = [(one, book.get_sheet_by_name(one)) for one in book.sheet_names]
    except BaseException as error:
        raise _broken(error) from None
    for sheet_name, sheet in sheets:
        texts = (
            (row, [cell_text(cell) for cell in cells])
            for row, cells in enumerate(sheet.to_python(skip_empty_area=False), 1)
        )
        rows = [(n, cells) for n, cells in texts if not (is_blank(cells) or is_comment(cells))]
        if rows:
            found.append(RawTable(name=name, file=f"{file}: {sheet_name}", rows=rows))
    return found


def is_panic(error: BaseException) -> bool:
    """Tell whether an error is the panic of calamine, which is written in Rust."""
    return type(error).__name__ == "PanicException"


def _broken(error: BaseException) -> BaseException:
    """Return what is to be raised for an error of the library: nothing that ends the program."""
    return BrokenError() if isinstance(error, Exception) or is_panic(error) else error


@contextmanager
def silent() -> Iterator[None]:
    """Keep what is written on the standard error from being seen: the panic of a reader in Rust.

    It writes to the file itself, past Python, before the panic is raised as an exception.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)
