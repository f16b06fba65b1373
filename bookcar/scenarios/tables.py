"""The district's tables with changes in them, as bytes: nothing is written.

A scenario is read from these bytes by all the rules of the tables, so that what is planned is what
the tables would give if they were changed so; adopting it writes the very same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from bookcar.errors import InputError, UsageError
from bookcar.files import write_several
from bookcar.inputs import text as tx
from bookcar.inputs.folder import FileSource, find
from bookcar.inputs.reader import read_source
from bookcar.inputs.sources import RawTable
from bookcar.model import District
from bookcar.phrases import Language
from bookcar.phrases.sentence import Sentence
from bookcar.records.book_table import Book
from bookcar.records.csv_table import CsvTable
from bookcar.records.form import Form
from bookcar.records.stand_in import file_of, read_table, with_contents
from bookcar.records.tables import Table, new_table, require_nothing_lost
from bookcar.scenarios.changes import Edit, Scenario, edit_of
from bookcar.weeks import parse_week

_BOOKS = (".xlsx", ".xlsm")


def changed_district(folder: Path, scenario: Scenario, week: str) -> District:
    """Return the district of a folder as it would be with the changes of a scenario.

    Raises
    ------
    UsageError
        If a change is none, or names a row that is not there or is already.
    InputError
        With every fault that the tables would have then.
    """
    source, _, places = _changed(folder, scenario, week)
    for edit in places:
        _move_depot(source, edit)
    checked = read_source(source, name=folder)
    if checked.district is None:
        raise InputError(checked.faults, language=checked.language)
    return checked.district


def adopt(folder: Path, scenario: Scenario, week: str) -> tuple[str, ...]:
    """Write the changes of a scenario into the tables, all or none; return the files.

    Raises
    ------
    UsageError
        As `changed_district`, and if a depot is moved: district.toml is the librarian's to write.
    InputError
        With every fault that the tables would have then; nothing is written.
    files.WriteError
        If a table cannot be written; all are as they were then.
    """
    changed_district(folder, scenario, week)
    source, files, places = _changed(folder, scenario, week)
    if places:
        figures = {"change": places[0].text, "depot": places[0].row}
        raise UsageError(Sentence(key="usage.adopt-depot", figures=figures))
    write_several(source.where, files)
    return tuple(sorted(files))


def _changed(
    folder: Path, scenario: Scenario, week: str
) -> tuple[FileSource, Mapping[str, bytes], list[Edit]]:
    """Return the source with the changes, the files that differ, and the depots that move."""
    source = find(folder)
    monday = parse_week(week)
    days = {"first": monday.isoformat(), "last": (monday + dt.timedelta(days=6)).isoformat()}
    edits = [edit_of(text, **days) for text in scenario.changes]
    places = [edit for edit in edits if edit.table == "depots"]
    editor = _Editor(source, source.given.values["language"])
    for edit in edits:
        if edit.table != "depots":
            editor.apply(edit)
    files, tables = editor.result()
    return with_contents(source, files, tables), files, places


def _move_depot(source: FileSource, edit: Edit) -> None:
    for record in source.given.depots.having("id"):
        if record.values["id"] == edit.row:
            record.values["lon"] = float(edit.cells["lon"])
            record.values["lat"] = float(edit.cells["lat"])
            return
    raise _no_row(edit)


def _no_row(edit: Edit) -> UsageError:
    table, name = edit.needs or (edit.table, edit.like or edit.row)
    figures = {"change": edit.text, "table": table, "id": name}
    return UsageError(Sentence(key="usage.change-row", figures=figures))


class _Editor:
    """Edits tables, each opened once."""

    def __init__(self, source: FileSource, language: Language) -> None:
        self.source, self.language = source, language
        self.files: dict[str, CsvTable | Book] = {}
        self.open: dict[str, tuple[str, Table]] = {}
        self.gone: dict[str, set[int]] = {}

    def apply(self, edit: Edit) -> None:
        """Make a change in its table."""
        if edit.needs is not None:
            known = self._table(edit.needs[0])
            self._row(edit, known, self._form(edit.needs[0], known).at, edit.needs[1])
        table = self._table(edit.table)
        for column in edit.cells:
            self._need(edit.table, table, column)
        at = self._form(edit.table, table).at
        if edit.new:
            self._add(edit, table, at)
            return
        number = self._row(edit, table, at, edit.row)
        if edit.out:
            self.gone.setdefault(edit.table, set()).add(number)
            return
        for column, text in edit.cells.items():
            table.set_cell(number, at[column], tx.guarded(text))

    def _add(self, edit: Edit, table: Table, at: Mapping[str, int]) -> None:
        cells: dict[int, str] = {}
        known = {tx.label(_cell(row, at["id"])) for _, row in table.rows} if edit.row else set()
        if edit.row in known:
            figures = {"change": edit.text, "table": edit.table, "id": edit.row}
            raise UsageError(Sentence(key="usage.change-twice", figures=figures))
        if edit.like:
            number = self._row(edit, table, at, edit.like)
            like = next(row for k, row in table.rows if k == number)
            own = {at[c] for c in ("driver", "phone", "name", "name_en") if c in at}
            cells = {
                i: text for i, text in enumerate(like) if i not in own or edit.table == "stops"
            }
        if edit.row:
            cells[at["id"]] = edit.row
        cells |= {at[column]: tx.guarded(text) for column, text in edit.cells.items()}
        table.append([cells])
        self._reopen(edit.table)

    def _row(self, edit: Edit, table: Table, at: Mapping[str, int], name: str) -> int:
        """Return the number of a row by its id."""
        gone = self.gone.get(edit.table, set())
        for number, row in table.rows:
            if number not in gone and tx.label(tx.unguarded(_cell(row, at["id"]))) == name:
                return number
        raise _no_row(edit)

    def _need(self, name: str, table: Table, column: str) -> None:
        """Add a column that a table lacks."""
        form = self._form(name, table)
        if column not in form.at:
            table.add_column(form.heading(column))

    def result(self) -> tuple[dict[str, bytes], dict[str, RawTable]]:
        """Return the files as they would be, and the tables read from them."""
        for name, numbers in self.gone.items():
            self.open[name][1].remove(sorted(numbers))
        touched = {label for label, _ in self.open.values()}
        files = {
            file: opened.to_bytes()
            for file, opened in self.files.items()
            if any(label.startswith(file) for label in touched)
        }
        for file, opened in self.files.items():
            if isinstance(opened, Book):
                require_nothing_lost(file, opened, self.language)
        country = self.source.given.country
        return files, {
            name: read_table(name, label, files, country=country)
            for name, (label, _) in self.open.items()
        }

    def _reopen(self, name: str) -> None:
        """Read a table again after a row was added, so that it can be changed in turn."""
        label, table = self.open[name]
        file = next(f for f, opened in self.files.items() if label.startswith(f))
        if isinstance(table, CsvTable):
            again = CsvTable(table.to_bytes(), name, self.source.given.country)
            self.files[file] = again
            self.open[name] = (label, again)
        else:
            book = self.files[file]
            assert isinstance(book, Book)
            self.open[name] = (label, book.table(label[len(file) + 2 :]))

    def _table(self, name: str) -> Table:
        if name in self.open:
            return self.open[name][1]
        raw = self.source.tables.get(name)
        file = file_of(raw, self.source) if raw else f"{name}.csv"
        if file not in self.files:
            data = self.source.contents.get(file) if raw and raw.rows else None
            if file.lower().endswith(_BOOKS) and data is not None:
                self.files[file] = Book(data, macros=file.lower().endswith(".xlsm"))
            else:
                fresh = data or new_table(name, self.language)
                self.files[file] = CsvTable(fresh, name, self.source.given.country)
        label = raw.file if raw else file
        opened = self.files[file]
        table = opened if isinstance(opened, CsvTable) else opened.table(label[len(file) + 2 :])
        self.open[name] = (label, table)
        return table

    def _form(self, name: str, table: Table) -> Form:
        rows = [cells for _, cells in table.rows]
        return Form.of(name, table.header, rows, language=self.language)


def _cell(row: Sequence[str], position: int) -> str:
    return tx.bare(row[position]) if position < len(row) else ""
