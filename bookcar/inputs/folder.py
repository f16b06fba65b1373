"""Finding the files of a district: a folder of CSVs, a folder with a workbook, or a workbook."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from bookcar.errors import Fault
from bookcar.files import SUMS
from bookcar.inputs import columns as cols
from bookcar.inputs import rules_files, settings
from bookcar.inputs import text as tx
from bookcar.inputs.settings import Given
from bookcar.inputs.sources import RawTable, read_csv

if TYPE_CHECKING:
    from bookcar.inputs.workbook import Workbook

DISTRICT = "district.toml"
AREAS = "areas.geojson"
SHAPES = "closures.geojson"

_WORKBOOKS = (".xlsx", ".xlsm")
_OLD_WORKBOOKS = (".xls", ".et", ".ods")
_DATA = (*_WORKBOOKS, *_OLD_WORKBOOKS, ".csv", ".tsv", ".txt", ".kml", ".gpx", ".json", ".geojson")
_OF_A_WEEK = {SUMS, "plan.json"}
_OTHER_CSV = ("matrix", "visits_blank")
_SETTINGS_SHEETS = ("district", "地区", "设置")
_NO_SHEETS: Mapping[str, str] = MappingProxyType({})


class FileSource(msgspec.Struct, kw_only=True):
    """The files of a district, a `bookcar.inputs.source.Source`.

    Attributes
    ----------
    contents
        Bytes of every file read, by name.
    missing
        Whether there is no district at all, so that nothing more need be said.
    """

    where: Path
    given: Given
    faults: list[Fault]
    tables: dict[str, RawTable] = msgspec.field(default_factory=dict)
    contents: dict[str, bytes] = msgspec.field(default_factory=dict)
    areas: bytes | None = None
    shapes: bytes | None = None
    missing: bool = False

    def read(self, name: str) -> bytes:
        """Return a file beside the tables; from then on it counts in the fingerprint.

        Raises
        ------
        OSError
            If it cannot be read.
        """
        self.contents[name] = (self.where / name).read_bytes()
        return self.contents[name]

    def fingerprint(self) -> dict[str, str]:
        """Return the SHA-256 of every file read so far, by name."""
        return {name: hashlib.sha256(data).hexdigest() for name, data in self.contents.items()}


def find(path: Path) -> FileSource:
    """Return the files of a district folder or workbook."""
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except (OSError, ValueError):
        is_folder = is_file = False
    found = FileSource(where=path, given=settings.nothing(DISTRICT), faults=[])
    if is_folder:
        _read_folder(found)
    elif is_file:
        found.where = path.parent
        _read_file(found, path.name)
    else:
        _refuse(found, rules_files.missing_folder(tx.shown(str(path))))
    return found


def holds_district(path: Path) -> bool:
    """Tell whether a path is a workbook, or a folder with settings or a workbook to read.

    The workbooks in a folder that bookcar wrote are made of a plan.
    """
    if path.is_file():
        return _is_workbook(path.name)
    if (path / DISTRICT).is_file():
        return True
    names = {p.name for p in path.glob("*")}
    return any(map(_is_workbook, names)) and not names >= _OF_A_WEEK


def _is_workbook(name: str) -> bool:
    return name.lower().endswith(_WORKBOOKS) and not name.startswith(("~$", "."))


def _refuse(found: FileSource, fault: Fault) -> None:
    """Note the one fault of what is no district at all."""
    found.missing = True
    found.faults.append(fault)


def _read_file(found: FileSource, name: str) -> None:
    if name.lower().endswith(_WORKBOOKS + _OLD_WORKBOOKS):
        try:
            beside = _csv_files(p.name for p in found.where.iterdir())
        except OSError:  # a folder that hides its names; the workbook itself was named
            beside = []
        _read_workbook(found, name, beside)
    else:
        _refuse(found, rules_files.not_a_district(name))


def _read_folder(found: FileSource) -> None:
    try:
        names = sorted(p.name for p in found.where.iterdir())
    except OSError as error:
        _refuse(found, rules_files.unreadable_file(str(found.where), error))
        return
    if {*names} >= _OF_A_WEEK:
        _refuse(found, rules_files.folder_of_a_week(tx.shown(str(found.where))))
        return
    books = [n for n in names if _is_workbook(n)]
    tables = _csv_files(names)
    if books and not any(cols.table_of(n[:-4]) in cols.REQUIRED_TABLES for n in tables):
        if len(books) > 1:
            _refuse(found, rules_files.several_workbooks(books))
            return
        _read_workbook(found, books[0], tables)
        return
    old = [n for n in names if n.lower().endswith(_OLD_WORKBOOKS)]
    if not tables and not old and DISTRICT not in names:
        _refuse(found, rules_files.empty_folder(tx.shown(str(found.where))))
        return
    if not tables:
        found.faults += [rules_files.not_a_workbook(n) for n in old]
    found.faults += [rules_files.two_sources(book, "", variant="folder") for book in books]
    _read_toml(found)
    _read_tables(found, tables)
    others = [name for name in names if _holds_data(name) and not _is_read(name)]
    _require_tables(found, what="file", label="{}.csv".format, others=others)
    _read_geojson(found)


def _csv_files(names: Iterable[str]) -> list[str]:
    return sorted(n for n in names if n.lower().endswith(".csv") and n[0] != ".")


def _read_tables(
    found: FileSource, names: list[str], sheets: Mapping[str, str] = _NO_SHEETS
) -> None:
    """Read the tables of CSV files, save those of which a workbook has a sheet.

    Parameters
    ----------
    sheets
        How messages name the sheet of each table.
    """
    of: dict[str, str] = {}
    country = found.given.country
    there = {cols.table_of(name[:-4]) for name in names} | sheets.keys()
    for name in names:
        table = cols.table_of(name[:-4])
        if table is None:
            _misnamed(found, name, name[:-4], ending=".csv", there=there)
        elif table in sheets:
            found.faults.append(rules_files.two_sources(name, sheets[table]))
        elif table in of:
            found.faults.append(rules_files.duplicate_table(name, of[table]))
        else:
            of[table] = name
            data = _bytes(found, name)
            if data is not None:
                found.tables[table], faults = read_csv(data, name=table, file=name, country=country)
                found.faults += faults
            else:
                found.tables[table] = RawTable(name=table, file=name, rows=[], complete=False)


def _holds_data(name: str) -> bool:
    return name.lower().endswith(_DATA) and not name.startswith(("~$", "."))


def _is_read(name: str) -> bool:
    """Tell whether a file is a table or a shape that a district has."""
    is_table = name.lower().endswith(".csv") and cols.table_of(name[:-4]) is not None
    return is_table or name in (AREAS, SHAPES)


def _require_tables(
    found: FileSource, *, what: str, label: Callable[[str], str], others: Sequence[str]
) -> None:
    """Note the tables that must be there and are not, with what there is instead."""
    for table in cols.REQUIRED_TABLES:
        if table not in found.tables:
            found.faults.append(rules_files.missing_file(label(table), what=what, others=others))


def _read_workbook(found: FileSource, name: str, beside: list[str]) -> None:
    """Read a workbook, and the tables of which it has no sheet from the CSV files beside it."""
    from bookcar.inputs.workbook import NotAWorkbook, Workbook  # noqa: PLC0415 - openpyxl is slow

    data = _bytes(found, name)
    if data is None:
        found.missing = True
        return
    try:
        book = Workbook(data, name)
    except NotAWorkbook:
        _refuse(found, rules_files.not_a_workbook(name))
        return
    _read_settings(found, book)
    beside_it = {cols.table_of(csv[:-4]) for csv in beside}
    _read_tables(found, beside, _read_sheets(found, book, beside_it))
    others = [s for s in book.sheets if not cols.table_of(s) and tx.key(s) not in _SETTINGS_SHEETS]
    _require_tables(found, what="sheet", label=book.label, others=others)
    _read_geojson(found)


def _read_settings(found: FileSource, book: Workbook) -> None:
    sheet = next((s for s in book.sheets if tx.key(s) in _SETTINGS_SHEETS), None)
    if sheet is None:
        _read_toml(found)
        return
    if (found.where / DISTRICT).exists():
        found.faults.append(rules_files.two_sources(DISTRICT, book.label(sheet)))
    raw, faults = book.table(sheet, "district")
    found.given, more = settings.read_sheet(raw)
    found.faults += faults + more


def _read_sheets(found: FileSource, book: Workbook, beside: set[str | None]) -> dict[str, str]:
    """Read the sheets that are tables; return how messages name the sheet of each.

    Parameters
    ----------
    beside
        The tables of which a CSV file stands beside the workbook.
    """
    of: dict[str, str] = {}
    there = {cols.table_of(sheet) for sheet in book.sheets} | beside
    for sheet in book.sheets:
        table = cols.table_of(sheet)
        if table is None and tx.key(sheet) not in _SETTINGS_SHEETS:
            _misnamed(found, book.label(sheet), sheet, ending="", there=there)
        elif table in of:
            found.faults.append(rules_files.duplicate_table(book.label(sheet), of[table]))
        elif table is not None:
            of[table] = sheet
            found.tables[table], faults = book.table(sheet, table)
            found.faults += faults
    return {table: book.label(sheet) for table, sheet in of.items()}


def _read_toml(found: FileSource) -> None:
    if not (found.where / DISTRICT).exists():
        found.faults.append(rules_files.missing_file(DISTRICT))
        return
    data = _bytes(found, DISTRICT)
    if data is not None:
        found.given, faults = settings.read_toml(data, DISTRICT)
        found.faults += faults


def _read_geojson(found: FileSource) -> None:
    if (found.where / AREAS).exists():
        found.areas = _bytes(found, AREAS)
    if (found.where / SHAPES).exists():
        found.shapes = _bytes(found, SHAPES)


def _bytes(found: FileSource, name: str) -> bytes | None:
    try:
        return found.read(name)
    except OSError as error:
        found.faults.append(rules_files.unreadable_file(name, error))
        return None


def _misnamed(
    found: FileSource, label: str, name: str, *, ending: str, there: Collection[str | None]
) -> None:
    """Warn of a file or sheet whose name is nearly that of a table which is not there."""
    absent = [table for table in cols.tables() if table not in there]
    near = difflib.get_close_matches(tx.key(name), absent, n=1, cutoff=0.8)
    if near and tx.key(name) not in _OTHER_CSV:
        found.faults.append(rules_files.misnamed_table(label, near[0] + ending))
