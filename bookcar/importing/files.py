"""Files of other programs as sheets of text: spreadsheets by calamine, places by GDAL (pyogrio)."""

from __future__ import annotations

import html
import math
import re
import sqlite3
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.parsers import expat

import msgspec

from bookcar.errors import Fault
from bookcar.importing.gtfs import Service, rows_of_feed
from bookcar.importing.gtfs_feed import is_feed
from bookcar.inputs import binary
from bookcar.inputs.old_workbook import MOST_CELLS, is_panic, silent
from bookcar.inputs.sources import is_blank, read_csv
from bookcar.inputs.workbook import cell_text

SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TEXTS = (".csv", ".tsv", ".txt")
PLACES = (".kml", ".kmz", ".geojson", ".json", ".gpkg", ".shp", ".zip", ".gpx")
_LARGEST = 100_000_000
_UNPACKED = 400_000_000
_PACKED_TIMES = 200
_MOST_ROWS = 100_000
_REFERENCE = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_REPEATED = re.compile(
    rb'<table:table-(?:cell|row)\b[^>]*number-(?:columns|rows)-repeated="([0-9]+)"[^>]*?(/?)>'
)
_XLSB_PARTS = "xl/_rels/workbook.bin.rels"
_TARGET = re.compile(r'\bTarget="([^"]+\.bin)"')
_NO_SHEETS = ("styles.bin", "sharedStrings.bin", "vbaProject.bin")
_VALUED = re.compile(rb"office:value-type|<text:p")


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The cells of a sheet or layer as text, by their row numbers, header and titles included.

    Attributes
    ----------
    file
        For messages: ``stops.csv`` or ``book.xlsx: May``.
    merged
        Ranges of merged cells as (first row, first column, last row, last column), from 0.
    left_out
        Features without a place that a stop could have, and the rows they would be.
    service
        What a GTFS feed says besides its stops.
    """

    file: str
    name: str
    rows: list[tuple[int, list[str]]]
    comma_decimal: bool = False
    left_out: tuple[int, ...] = ()
    service: Service | None = None


def read_file(path: Path, country: str = "") -> tuple[list[Sheet], list[Fault]]:
    """Return the sheets of a file that hold anything, and what is wrong with it as a file.

    Parameters
    ----------
    country
        As in `bookcar.inputs.sources.read_csv`.
    """
    if path.suffix.lower() in TEXTS and _size(path) <= _LARGEST:
        return _text(path, country)
    name = path.name or path.resolve().name
    try:
        if path.is_dir() or path.suffix.lower() == ".zip":
            found = _feed(path)
            if found:
                return found
        sheets = [sheet for sheet in _opened(path) if sheet.rows]
    except BaseException as error:
        return [], [_fault_of(name, error)]
    return sheets, [] if sheets else [_unreadable(name, "empty")]


def _fault_of(name: str, error: BaseException) -> Fault:
    """Return what is wrong with a file that could not be read; end where somebody asked to."""
    if isinstance(error, _RefusedError | MemoryError):
        return _unreadable(name, getattr(error, "variant", "large"))
    if isinstance(error, OSError):
        return Fault(rule="unreadable-file", file=name, figures={"reason": str(error)})
    if not isinstance(error, Exception) and not is_panic(error):
        raise error  # the panic is calamine's, which is written in Rust
    return _unreadable(name, "")


def _feed(path: Path) -> tuple[list[Sheet], list[Fault]] | None:
    """Return a GTFS feed as the sheet of its stops; None if a zip or folder is none."""
    if not is_feed(path):
        if path.is_dir():
            raise _RefusedError("folder")
        return None
    if not path.is_dir() and (path.stat().st_size > _LARGEST or _is_bomb(path)):
        raise _RefusedError("bomb")
    rows, service, faults = rows_of_feed(path)
    sheet = Sheet(file=path.name, name=path.stem, rows=rows, service=service)
    return [sheet] if rows else [], faults


def _opened(path: Path) -> Iterator[Sheet]:
    ending = path.suffix.lower()
    if path.stat().st_size > _LARGEST:
        raise _RefusedError("large")
    if ending not in (*SPREADSHEETS, *PLACES):
        raise _RefusedError("format")
    if zipfile.is_zipfile(path) and _is_bomb(path):
        raise _RefusedError("bomb")
    if ending == ".xls":
        _require_believable(path)
    yield from _spreadsheet(path) if ending in SPREADSHEETS else _layers(path)


def _require_believable(path: Path) -> None:
    """Refuse an XLS file that contradicts itself, or covers far more than a list of stops."""
    try:
        cells = binary.cells_of_xls(path.read_bytes())
    except binary.BrokenError:
        raise _RefusedError("") from None
    if cells > MOST_CELLS:
        raise _RefusedError("bomb")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


class _RefusedError(Exception):
    """A file is none that is read; ``variant`` says why."""

    def __init__(self, variant: str) -> None:
        super().__init__(variant)
        self.variant = variant


def _unreadable(file: str, variant: str) -> Fault:
    return Fault(rule="import-unreadable", file=file, variant=variant)


def _is_bomb(path: Path) -> bool:
    """Tell whether an archive unpacks to far more than any list of stops."""
    with zipfile.ZipFile(path) as archive:
        sizes = [info.file_size for info in archive.infolist()]
        total = sum(sizes)
        ratio = total / max(1, path.stat().st_size)
        if total > _UNPACKED or (total > _UNPACKED / 20 and ratio > _PACKED_TIMES):
            return True
        return any(_spreads(archive, info) for info in archive.infolist())


def _spreads(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Tell whether a sheet says of few cells that they cover millions: readers fill what is so."""
    if info.filename == "content.xml":
        content = archive.read(info)
        _require_well_formed(content)
        return any(_covers(content, match) for match in _REPEATED.finditer(content))
    if info.filename.endswith(".xml"):
        found = _REFERENCE.findall(archive.read(info))
        rows = max((int(row) for _, row in found), default=0)
        columns = max((_column_number(letters) for letters, _ in found), default=0)
        return rows * columns > MOST_CELLS
    if info.filename == "xl/sharedStrings.bin":
        binary.require_strings_of_xlsb(archive.read(info))
    if info.filename in _binary_sheets(archive):
        return binary.cells_of_xlsb_sheet(archive.read(info)) > MOST_CELLS
    return False


def _require_well_formed(content: bytes) -> None:
    """Refuse an OpenDocument sheet that is no XML: calamine looks for its end without an end."""
    try:
        expat.ParserCreate().Parse(content, True)
    except expat.ExpatError:
        raise _RefusedError("") from None


def _binary_sheets(archive: zipfile.ZipFile) -> set[str]:
    """Return the parts of an XLSB file that its workbook calls sheets."""
    if _XLSB_PARTS not in archive.namelist():
        return set()
    found = _TARGET.findall(archive.read(_XLSB_PARTS).decode("utf-8", "replace"))
    names = (f"xl/{target.removeprefix('/xl/').removeprefix('./')}" for target in found)
    return {name for name in names if not name.endswith(_NO_SHEETS)}


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _covers(content: bytes, match: re.Match[bytes]) -> bool:
    """Tell whether a cell or row that is repeated many times holds anything."""
    if int(match[1]) <= _MOST_ROWS // 100:
        return False
    if _VALUED.search(match[0]):
        return True
    row = b"table:table-row" in match[0][:20]
    end = content.find(b"</table:table-row>" if row else b"</table:table-cell>", match.end())
    return not match[2] and _VALUED.search(content, match.end(), max(end, match.end())) is not None


def _text(path: Path, country: str) -> tuple[list[Sheet], list[Fault]]:
    raw, faults = read_csv(path.read_bytes(), name="stops", file=path.name, country=country)
    sheet = Sheet(file=path.name, name=path.stem, rows=raw.rows, comma_decimal=raw.comma_decimal)
    if not raw.rows and not faults:
        faults = [_unreadable(path.name, "empty")]
    return [sheet] if raw.rows else [], faults


def _spreadsheet(path: Path) -> Iterator[Sheet]:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  wanted by few files

    with silent():
        book = CalamineWorkbook.from_path(path)
    visible = [meta.name for meta in book.sheets_metadata if "Visible" in str(meta.visible)]
    for name in visible:
        with silent():
            sheet = book.get_sheet_by_name(name)
        if sheet.total_height * sheet.total_width > 4 * MOST_CELLS:
            raise _RefusedError("large")
        values = sheet.to_python(skip_empty_area=False)
        merged = {
            (row, column): start
            for start, end in sheet.merged_cell_ranges or ()
            for row in range(start[0], min(end[0], start[0] + 2) + 1)
            for column in range(start[1], min(end[1], start[1] + 300) + 1)
        }
        rows = []
        for number, cells in enumerate(values):
            texts = [cell_text(_of_merged(values, merged, number, i)) for i in range(len(cells))]
            if not is_blank(texts):
                rows.append((number + 1, texts))
        yield _sheet(path, name, rows, alone=len(visible) == 1)


def _of_merged(
    values: list[list[Any]], merged: dict[tuple[int, int], tuple[int, int]], row: int, column: int
) -> Any:
    """Return the value of a cell; of a merged one that of the first cell of its row alone."""
    start = merged.get((row, column))
    return values[row][column] if start is None or start[0] != row else values[row][start[1]]


def _layers(path: Path) -> Iterator[Sheet]:
    import pyogrio  # noqa: PLC0415  wanted by few files

    _require_sound(path)
    source = _source(path)
    layers = [str(layer) for layer, geometry in pyogrio.list_layers(source) if geometry]
    for layer in layers:
        with warnings.catch_warnings():
            # features without a place are left out, and told by their rows
            warnings.filterwarnings("ignore", "Unsupported geometry type", RuntimeWarning)
            frame = pyogrio.read_dataframe(source, layer=layer, max_features=_MOST_ROWS + 1)
        if len(frame) > _MOST_ROWS:
            raise _RefusedError("large")
        yield _of_frame(path, layer, frame, alone=len(layers) == 1)


def _source(path: Path) -> str:
    """Return how GDAL is to open a file: within a KMZ its KML, of which it keeps all columns."""
    ending = path.suffix.lower()
    if ending == ".kmz" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            inside = [name for name in archive.namelist() if name.lower().endswith(".kml")]
        if inside:
            return f"/vsizip/{path}/{min(inside, key=lambda name: (name.count('/'), name))}"
    return f"/vsizip/{path}" if ending == ".zip" else str(path)


def _require_sound(path: Path) -> None:
    """Refuse a GeoPackage that SQLite does not open: GDAL's warnings of it cannot be caught."""
    if path.suffix.lower() == ".gpkg":
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            base.execute("SELECT count(*) FROM gpkg_contents").fetchone()


def _of_frame(path: Path, layer: str, frame: Any, *, alone: bool) -> Sheet:
    """Return a layer as a table: its fields, and the degrees of each feature."""
    geometry = frame.geometry
    if geometry.crs is not None and geometry.crs.to_epsg() != 4326:
        geometry = geometry.to_crs(4326)
    fields = [name for name in frame.columns if name != frame.geometry.name]
    fields = [name for name in fields if not frame[name].isna().all()]
    own = {str(name).casefold() for name in fields}
    lon, lat = ("lon", "lat") if not own & {"lon", "lat"} else ("geometry lon", "geometry lat")
    rows = [(1, [*map(str, fields), lon, lat])]
    left_out = []
    for number, (point, values) in enumerate(
        zip(geometry, frame[fields].itertuples(index=False, name=None), strict=True), 2
    ):
        texts = [_plain(cell_text(_known(value))) for value in values]
        if point is None or point.is_empty or not all(map(math.isfinite, point.bounds)):
            left_out.append(number)
            continue
        place = point if point.geom_type == "Point" else point.representative_point()
        rows.append((number, [*texts, f"{place.x:.7f}", f"{place.y:.7f}"]))
    sheet = _sheet(path, layer, rows if len(rows) > 1 else [], alone=alone)
    return msgspec.structs.replace(sheet, left_out=tuple(left_out))


def _known(value: Any) -> Any:
    """Return a value of a frame, None where there is none."""
    import pandas as pd  # noqa: PLC0415  pyogrio has loaded it

    if value is None or (not isinstance(value, str | bytes | list | dict) and pd.isna(value)):
        return None
    return value.to_pydatetime() if hasattr(value, "to_pydatetime") else value


def _plain(text: str) -> str:
    """Return a text without the markup that descriptions on maps have."""
    if "<" not in text and "&" not in text:
        return text
    broken = re.sub(r"(?i)<\s*(?:br|/p|/tr|/div|/li)\b[^>]*>", "; ", text)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^<>]*>", " ", broken))).strip(" ;")


def _sheet(path: Path, name: str, rows: list[tuple[int, list[str]]], *, alone: bool) -> Sheet:
    if len(rows) > _MOST_ROWS:
        raise _RefusedError("large")
    return Sheet(file=path.name if alone else f"{path.name}: {name}", name=name, rows=rows)
