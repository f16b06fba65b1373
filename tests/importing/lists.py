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


DAY = dt.timedelta(days=1)
CALLS = "trip_id,arrival_time,departure_time,stop_id"
WEEK = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
RUNS = "trip_id,start_time,end_time,headway_secs"
FEED = {
    "agency": "agency_name,agency_url,agency_timezone\nHill,https://example.org,Europe/London\n",
    "stops": "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
    "D,Depot,51.30,-2.10,0,\nA,Aden School,51.31,-2.11,0,\nB,,51.32,-2.12,0,P\n"
    "P,Bray Green,51.32,-2.12,1,\n",
    "routes": "route_id,route_short_name,route_long_name,route_type\nR1,1,Hill car,3\nR2,,Vale,3\n",
    "trips": "route_id,service_id,trip_id\nR1,odd,T1\nR2,daily,T2\n",
    "stop_times": f"{CALLS},stop_sequence,pickup_type,drop_off_type\n"
    "T1,09:00:00,09:00:00,D,1,1,1\nT1,10:00:00,10:45:00,A,2,,\nT1,11:00:00,11:20:00,B,3,,\n"
    "T1,12:00:00,12:00:00,D,4,1,1\n"
    "T2,9:30:00,9:30:00,D,1,1,1\nT2,9:50:00,10:00:00,B,5,0,0\nT2,10:30:00,10:30:00,D,9,1,1\n",
    "calendar": f"service_id,{WEEK},start_date,end_date\n"
    "odd,0,1,0,0,0,0,0,20270105,20270328\ndaily,1,0,0,1,0,0,0,20270104,20270131\n",
    "calendar_dates": "service_id,date,exception_type\n"
    + "".join(f"odd,{dt.date(2027, 1, 12) + n * 14 * DAY:%Y%m%d},2\n" for n in range(6))
    + "daily,20270114,2\ndaily,20270116,1\n",
}  # fmt: skip


def feed(folder: Path, **changed: str | None) -> Path:
    """Write a GTFS feed of two trips; ``changed``: other texts of tables, None for none."""
    folder.mkdir(exist_ok=True)
    for name, text in (FEED | changed).items():
        if text is not None:
            (folder / f"{name}.txt").write_text(text, "utf-8")
    return folder


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
