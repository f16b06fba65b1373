"""The district's tables with changes in them, as bytes: nothing is written.

A scenario is read from these bytes by all the rules of the tables, so that what is planned is what
the tables would give if they were changed so; adopting it writes the very same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bookcar.errors import Fault, InputError
from bookcar.files import write_several
from bookcar.inputs import text as tx
from bookcar.inputs.folder import FileSource, find
from bookcar.inputs.reader import read_source
from bookcar.inputs.sources import RawTable
from bookcar.model import District
from bookcar.phrases import Figure, Language
from bookcar.records.book_table import Book
from bookcar.records.csv_table import CsvTable
from bookcar.records.form import Form
from bookcar.records.stand_in import file_of, read_table, with_contents
from bookcar.records.tables import Table, new_table, require_nothing_lost
from bookcar.roads.cache import load_network
from bookcar.roads.closures import road_at, roads_for_cars
from bookcar.roads.network import Network
from bookcar.scenarios.changes import CHANGE, MONEY, Edit, Scenario, edit_of
from bookcar.weeks import parse_week

_BOOKS = (".xlsx", ".xlsm")
ROAD_M = 60
"""A road that is named by a place on it lies within so many metres of it."""


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A district with changes in its tables.

    Attributes
    ----------
    files
        The tables that differ, by file, as they would be written.
    moved
        The depots that are elsewhere: district.toml is the librarian's to write.
    money
        The change of what the routes may cost; None if they may cost what they do.
    """

    district: District
    files: Mapping[str, bytes]
    moved: tuple[Edit, ...]
    money: Edit | None

    @property
    def differs(self) -> bool:
        """Whether anything is other than it is."""
        return bool(self.files or self.moved or self.money)


def changed_district(folder: Path, scenario: Scenario, week: str, *, weeks: int = 1) -> Changed:
    """Return the district of a folder as it would be with the changes of a scenario.

    Raises
    ------
    InputError
        With every change that is none or names what is not there, else with every fault that the
        tables would have then.
    """
    found = find(folder)
    monday = parse_week(week)
    last = monday + dt.timedelta(weeks=weeks, days=-1)
    faults: list[Fault] = []
    edits = []
    for text in scenario.changes:
        with _noting(faults):
            edits.append(edit_of(text, first=monday.isoformat(), last=last.isoformat()))
    edits = list(_with_roads(edits, folder, faults))
    editor = _Editor(found, found.given.values["language"])
    moved = [edit for edit in edits if edit.table == "depots"]
    for edit in edits:
        with _noting(faults):
            if edit.table == "depots":
                _move_depot(found, edit)
            elif edit.table != MONEY:
                editor.apply(edit)
    if faults:
        raise InputError(faults)
    files, tables = editor.result()
    checked = read_source(with_contents(found, files, tables), name=folder)
    if checked.district is None:
        raise InputError(checked.faults, language=checked.language)
    money = [edit for edit in edits if edit.share is not None]
    return Changed(
        district=checked.district,
        files={name: data for name, data in files.items() if found.contents.get(name) != data},
        moved=tuple(moved),
        money=min(money, key=lambda edit: edit.share or 0, default=None),
    )


@contextmanager
def _noting(faults: list[Fault]) -> Iterator[None]:
    """Put the faults of a change to those of others, so that all are told at once."""
    try:
        yield
    except InputError as error:
        faults += error.faults


def adopt(folder: Path, scenario: Scenario, week: str, *, weeks: int = 1) -> tuple[str, ...]:
    """Write the changes of a scenario into the tables, all or none; return the files.

    Raises
    ------
    InputError
        As `changed_district`, and if the scenario changes what stands in district.toml, which is
        the librarian's to write; nothing is written.
    files.WriteError
        If a table cannot be written; all are as they were then.
    """
    changed = changed_district(folder, scenario, week, weeks=weeks)
    faults = [_not_adopted(edit) for edit in changed.moved]
    if changed.money is not None:
        faults.append(Fault(rule="adopt-money", file=CHANGE, value=changed.money.text))
    if faults:
        raise InputError(faults)
    write_several(find(folder).where, changed.files)
    return tuple(sorted(changed.files))


def _not_adopted(edit: Edit) -> Fault:
    figures = {"depot": edit.row, "lon": edit.cells["lon"], "lat": edit.cells["lat"]}
    return Fault(rule="adopt-depot", file=CHANGE, value=edit.text, figures=figures)


def _with_roads(edits: Sequence[Edit], folder: Path, faults: list[Fault]) -> Iterator[Edit]:
    """Yield changes with the ways of roads that they name by a place; refuse roads there are not.

    A road that nobody drives on would be closed without any effect.
    """
    closing = [edit for edit in edits if edit.table == "closures"]
    network = None
    if closing:
        checked = read_source(find(folder), name=folder)
        extract = checked.district.settings.roads.extract if checked.district else None
        network = load_network(extract) if extract is not None else None
    for edit in edits:
        if edit.table != "closures":
            yield edit
        elif network is None:
            faults.append(_no_road(edit, "none", {}))
        else:
            with _noting(faults):
                yield _on_road(edit, network)


def _on_road(edit: Edit, network: Network) -> Edit:
    if edit.near is not None:
        way = road_at(network, edit.near, within_m=ROAD_M)
        if way is None:
            raise InputError([_no_road(edit, "far", {"metres": ROAD_M})])
        return replace(edit, cells={**edit.cells, "ways": str(way)})
    known = roads_for_cars(network)
    lost = tuple(way for way in edit.cells["ways"].split() if int(way) not in known)
    if lost:
        raise InputError([_no_road(edit, "", {"ways": lost})])
    return edit


def _no_road(edit: Edit, variant: str, figures: Mapping[str, Figure]) -> Fault:
    return Fault(rule="change-road", variant=variant, file=CHANGE, value=edit.text, figures=figures)


def _move_depot(source: FileSource, edit: Edit) -> None:
    for record in source.given.depots.having("id"):
        if record.values["id"] == edit.row:
            record.values["lon"] = float(edit.cells["lon"])
            record.values["lat"] = float(edit.cells["lat"])
            return
    raise _no_row(edit)


def _no_row(edit: Edit) -> InputError:
    table, name = edit.needs or (edit.table, edit.like or edit.row)
    figures = {"table": table, "id": name}
    return InputError([Fault(rule="change-row", file=CHANGE, value=edit.text, figures=figures)])


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
            figures = {"table": edit.table, "id": edit.row}
            fault = Fault(rule="change-twice", file=CHANGE, value=edit.text, figures=figures)
            raise InputError([fault])
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
