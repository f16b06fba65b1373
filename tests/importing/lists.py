"""Lists of stops in the formats that offices send, made for the tests."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from html import escape
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
from shapely.geometry import Point

Rows = list[list[Any]]

MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
STOPS: Rows = [
    ["Stop", "Town", "Day", "Arrival", "Departure", "Lon", "Lat"],
    ["School", "Aden", "Monday", "10:00", "10:45", -2.1, 51.3],
    ["Green", "Bray", "Monday", "11:15", "11:40", -2.15, 51.31],
    ["Hall", "Cole", "Tue & Thu", "14:00", "15:00", -2.2, 51.32],
]


def csv_file(path: Path, rows: Rows, *, separator: str = ",") -> Path:
    quoted = (
        (f'"{cell}"' if separator in str(cell) else str(cell) for cell in row) for row in rows
    )
    path.write_text("\n".join(separator.join(cells) for cells in quoted) + "\n", "utf-8")
    return path


def workbook(path: Path, sheets: dict[str, Rows], merged: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for span in merged:
            sheet.merge_cells(span)
    book.save(path)
    return path


def places(path: Path, driver: str | None = None, *, epsg: int = 4326) -> Path:
    """Write the stops as a layer of points; a Shapefile's fields have ten letters."""
    header, *rows = STOPS
    frame = gpd.GeoDataFrame(
        [dict(zip(header[:5], row[:5], strict=True)) for row in rows],
        geometry=[Point(row[5], row[6]) for row in rows],
        crs=4326,
    ).to_crs(epsg)
    frame.to_file(path, driver=driver)
    return path


def esri_json(path: Path) -> Path:
    """Write the stops as the JSON of Esri's feature services."""
    header, *rows = STOPS
    features = [
        {
            "attributes": dict(zip(header[:5], row[:5], strict=True)),
            "geometry": {"x": row[5], "y": row[6]},
        }
        for row in rows
    ]
    content = {
        "geometryType": "esriGeometryPoint",
        "spatialReference": {"wkid": 4326},
        "fields": [{"name": n, "type": "esriFieldTypeString", "length": 50} for n in header[:5]],
        "features": features,
    }
    path.write_text(json.dumps(content))
    return path


def zipped(path: Path, files: list[Path]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return path


def spreadsheet_ods(path: Path, rows: Rows, repeated: int = 1) -> Path:
    """Write an OpenDocument sheet; ``repeated``: how often its last row stands there."""
    cells = [
        "".join(f'<table:table-cell office:value-type="string"><text:p>{escape(str(c))}</text:p>'
                "</table:table-cell>" for c in row)
        for row in rows
    ]  # fmt: skip
    body = "".join(f"<table:table-row>{c}</table:table-row>" for c in cells[:-1])
    last = f'<table:table-row table:number-rows-repeated="{repeated}">{cells[-1]}</table:table-row>'
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Stops">{body}{last}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    path.write_bytes(stream.getvalue())
    return path


def at(clock: str) -> dt.time:
    return dt.time.fromisoformat(clock)
