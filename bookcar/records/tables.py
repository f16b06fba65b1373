"""The district's tables with the week's records in them, as bytes: nothing is written yet.

Columns are met by name. What a table has keeps its words, its dates and its separator; columns
that it lacks are added at the end, and a table that is not there is made beside the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bookcar.errors import Fault, InputError
from bookcar.inputs import columns as cols
from bookcar.inputs import text as tx
from bookcar.inputs.folder import FileSource
from bookcar.inputs.sources import RawTable
from bookcar.model import PastVisit
from bookcar.phrases import Language, Phrases
from bookcar.records.book_table import Book, BookTable
from bookcar.records.cells import texts_of, values_of, wanted_columns
from bookcar.records.csv_table import CsvTable
from bookcar.records.form import Form
from bookcar.records.stand_in import file_of, read_table

Table = CsvTable | BookTable

_BOOKS = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Change:
    """Files as they will be, by name, the tables read from them, and which rows are new.

    Attributes
    ----------
    rows
        Numbers of the new rows of visits, in their order.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    tables: dict[str, RawTable] = field(default_factory=dict)
    rows: tuple[int, ...] = ()


def changed_tables(
    source: FileSource,
    visits: Sequence[PastVisit],
    requests: Iterable[str],
    *,
    language: Language,
) -> Change:
    """Return the tables with rows added to visits and some requests brought.

    Raises
    ------
    InputError
        If a file cannot hold what is to be added, or its workbook would lose something.
    """
    editor = _Editor(source, language)
    rows = editor.add_visits(visits) if visits else ()
    wanted = set(requests)
    if wanted:
        editor.bring(wanted)
    return editor.change(rows)


Row = Mapping[str, str | int]


def with_rows(
    source: FileSource, rows: Mapping[str, Sequence[Row]], *, language: Language
) -> Change:
    """Return tables with rows added, by table, each by its columns; no cell is a formula.

    Raises
    ------
    InputError
        If its file cannot hold what is to be added, or its workbook would lose something.
    """
    editor = _Editor(source, language)
    for table, more in rows.items():
        if more:
            editor.add_rows(table, more)
    return editor.change(())


class _Editor:
    """Edits tables, each once; sheets of one workbook are edited together."""

    def __init__(self, source: FileSource, language: Language) -> None:
        self.source, self.language = source, language
        self.files: dict[str, CsvTable | Book] = {}
        self.open: dict[str, tuple[str, Table]] = {}

    def add_visits(self, visits: Sequence[PastVisit]) -> tuple[int, ...]:
        """Add rows of visits; return their numbers."""
        table = self._table("visits")
        form = self._form("visits", table)
        for column in wanted_columns(visits, form):
            fill = form.word("status", "done") if column == "status" else ""
            table.add_column(form.heading(column), fill)
        form = self._form("visits", table)
        if isinstance(table, CsvTable):
            comma = table.comma_decimal
            return tuple(table.append([texts_of(visit, form, comma=comma) for visit in visits]))
        dates = table.holds_dates(form.at["date"])
        return tuple(table.append([values_of(visit, form, dates=dates) for visit in visits]))

    def add_rows(self, name: str, rows: Sequence[Row]) -> None:
        """Add rows to a table, each by its columns."""
        table = self._table(name)
        given = {column for row in rows for column in row}
        form = self._form(name, table)
        for column in cols.any_table(name).columns:
            if column in given and column not in form.at:
                table.add_column(form.heading(column))
        at = self._form(name, table).at
        placed = [{at[column]: value for column, value in row.items()} for row in rows]
        if isinstance(table, CsvTable):
            table.append([{i: tx.guarded(str(v)) for i, v in row.items()} for row in placed])
        else:
            table.append(placed)

    def bring(self, requests: set[str]) -> None:
        """Set the status of some requests."""
        table = self._table("requests")
        if "status" not in self._form("requests", table).at:
            table.add_column(self._form("requests", table).heading("status"))
        form = self._form("requests", table)
        for number, row in list(table.rows):
            text = row[form.at["id"]] if form.at["id"] < len(row) else ""
            if tx.label(tx.unguarded(tx.bare(text))) in requests:
                table.set_cell(number, form.at["status"], form.word("status", "brought"))

    def change(self, rows: tuple[int, ...]) -> Change:
        """Return the files as they will be.

        Raises
        ------
        InputError
            If a file cannot hold what was added, or a workbook would lose something.
        """
        faults: list[Fault] = []
        written: dict[str, bytes] = {}
        for file, edited in self.files.items():
            if isinstance(edited, Book) and edited.lost():
                faults.append(_would_lose(file, edited.lost()))
                continue
            try:
                written[file] = edited.to_bytes()
            except UnicodeEncodeError as error:
                faults.append(_no_room(file, error.object[error.start : error.end]))
        if faults:
            raise InputError(faults, language=self.language)
        tables = {
            name: read_table(name, label, written, country=self.source.given.country)
            for name, (label, _) in self.open.items()
        }
        return Change(written, tables, rows)

    def _table(self, name: str) -> Table:
        raw = self.source.tables.get(name)
        file = file_of(raw, self.source) if raw else f"{name}.csv"
        if file not in self.files:
            data = self.source.contents.get(file) if raw and raw.rows else None
            self.files[file] = self._opened(file, data, name)
        label = raw.file if raw else file
        opened = self.files[file]
        table = opened if isinstance(opened, CsvTable) else opened.table(label[len(file) + 2 :])
        self.open[name] = (label, table)
        return table

    def _opened(self, file: str, data: bytes | None, name: str) -> CsvTable | Book:
        if file.lower().endswith(_BOOKS) and data is not None:
            return Book(data, macros=file.lower().endswith(".xlsm"))
        return CsvTable(data or new_table(name, self.language), name, self.source.given.country)

    def _form(self, name: str, table: Table) -> Form:
        rows = [cells for _, cells in table.rows]
        return Form.of(name, table.header, rows, language=self.language)


def new_table(name: str, language: Language) -> bytes:
    """Return a table with headings only, as spreadsheets read it."""
    say = Phrases(language)
    headings = (say(f"columns.{name}.{column}.heading") for column in cols.any_table(name).columns)
    return b"\xef\xbb\xbf" + (",".join(headings) + "\r\n").encode("utf-8")


def require_nothing_lost(file: str, book: Book, language: Language) -> None:
    """Refuse to write a workbook that would lose something.

    Raises
    ------
    InputError
        If it would.
    """
    if book.lost():
        raise InputError([_would_lose(file, book.lost())], language=language)


def _would_lose(file: str, parts: Sequence[str]) -> Fault:
    variant = "formulas" if tuple(parts) == ("formulas",) else ""
    figures = {"parts": tuple(parts)}
    return Fault(rule="workbook-would-lose", variant=variant, file=file, figures=figures)


def _no_room(file: str, character: str) -> Fault:
    return Fault(rule="character-not-in-encoding", file=file, value=character)
