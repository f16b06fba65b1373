"""Files of every kind give the same stops; damaged ones and bombs are refused in one sentence."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as over
from hypothesis import strategies as st
from importing import lists

from bookcar.importing.files import PLACES, SPREADSHEETS, TEXTS, read_file
from bookcar.importing.headings import take
from bookcar.importing.layout import lay_out
from bookcar.importing.stops import Options, read_stops

WANTED = [
    ("School", "Aden", "-2.1", "51.3", "10:00", "10:45"),
    ("Green", "Bray", "-2.15", "51.31", "11:15", "11:40"),
    ("Hall", "Cole", "-2.2", "51.32", "14:00", "15:00"),
]


def _stops(path: Path) -> list[tuple[str, ...]]:
    (sheet, *_), faults = read_file(path)
    assert not faults
    laid = lay_out(sheet)
    assert laid
    taken = take(laid.header, [cells for _, cells in laid.rows], {})
    stops = read_stops(sheet.file, laid.rows, taken, Options(), comma_decimal=sheet.comma_decimal)
    assert not [fault for fault in stops.faults if fault.severity == "error"]
    columns = ("name", "area", "lon", "lat", "arrive", "leave")
    return [tuple(row[c] for c in columns) for row in stops.rows]


@pytest.mark.parametrize("name", ["stops.csv", "stops.tsv", "stops.xlsx", "stops.ods"])
def test_tables(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith(".xlsx"):
        rows = [[lists.at(c) if ":" in str(c) else c for c in row] for row in lists.STOPS]
        lists.workbook(path, {"Stops": rows})
    elif name.endswith(".ods"):
        lists.spreadsheet_ods(path, lists.STOPS)
    else:
        lists.csv_file(path, lists.STOPS, separator="," if name.endswith("csv") else "\t")
    assert _stops(path) == WANTED


@pytest.mark.parametrize(
    ("name", "driver", "epsg"),
    [
        ("stops.geojson", "GeoJSON", 4326),
        ("stops.gpkg", "GPKG", 27700),
        ("stops.kml", "KML", 4326),
        ("stops.shp", "ESRI Shapefile", 27700),
    ],
)
def test_layers_of_places(tmp_path: Path, name: str, driver: str, epsg: int) -> None:
    path = lists.places(tmp_path / name, driver, epsg=epsg)
    assert _stops(path) == WANTED
    if name.endswith(".shp"):
        parts = sorted(tmp_path.glob("stops.*"))
        assert _stops(lists.zipped(tmp_path / "shape.zip", parts)) == WANTED


def test_a_kmz_has_all_columns_of_its_kml(tmp_path: Path) -> None:
    inner = lists.places(tmp_path / "doc.kml", "KML")
    assert _stops(lists.zipped(tmp_path / "stops.kmz", [inner])) == WANTED


@pytest.mark.parametrize("name", ["stops.xls", "stops.xlsb"])
def test_binary_workbooks(name: str) -> None:
    """The files were written by xlwt and pyxlsbwriter, with a title above the headings."""
    assert _stops(Path(__file__).parent / "samples" / name) == WANTED


def test_a_sheet_that_is_no_xml_is_refused_and_not_looked_through_for_ever(tmp_path: Path) -> None:
    path = lists.spreadsheet_ods(tmp_path / "a.ods", lists.STOPS)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(b"</table:table>", b"<")
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    assert [fault.rule for fault in read_file(path)[1]] == ["import-unreadable"]


def test_esri_json(tmp_path: Path) -> None:
    path = lists.esri_json(tmp_path / "stops.json")
    assert _stops(path) == WANTED


@pytest.mark.parametrize(
    ("name", "content", "variant"),
    [
        ("a.xlsx", b"PK\x03\x04 nothing", ""),
        ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(600), ""),
        ("a.ods", b"", ""),
        ("a.gpkg", b"SQLite format 3\0" + bytes(100), ""),
        ("a.kml", b"<kml><Document/></kml>", "empty"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": []}', "empty"),
        ("a.json", b"[]", ""),
        ("a.pdf", b"%PDF-1.4", "format"),
        ("a.csv", b"", "empty"),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, name: str, content: bytes, variant: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    sheets, (fault,) = read_file(path)
    assert not sheets
    assert fault.rule == "import-unreadable"
    assert fault.variant in {variant, ""} if variant == "empty" else fault.variant == variant


def test_archives_that_fill_a_disk_are_not_opened(tmp_path: Path) -> None:
    packed = tmp_path / "a.xlsx"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    wide = lists.workbook(tmp_path / "b.xlsx", {"x": [["a"]]})
    cell = b'<c r="XFD1048576" t="n"><v>1</v></c></row>'
    with (
        zipfile.ZipFile(wide) as sound,
        zipfile.ZipFile(tmp_path / "c.xlsx", "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in sound.namelist():
            archive.writestr(name, sound.read(name).replace(b"</row>", cell))
    repeated = lists.spreadsheet_ods(tmp_path / "d.ods", lists.STOPS, repeated=1_000_000)
    others = {"e.kmz": "doc.kml", "f.zip": "stop_times.txt", "g.zip": "stops.shp", "h.xlsb": "xl/a"}
    for name, inside in others.items():
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(inside, b"0" * 50_000_000)
    for path in (packed, tmp_path / "c.xlsx", repeated, *(tmp_path / name for name in others)):
        assert [fault.variant for fault in read_file(path)[1]] == ["bomb"]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@over(
    st.sampled_from((*TEXTS, *SPREADSHEETS, *PLACES)),
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(str.encode),
        st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b'{"type":"Point"}']),
    ),
)
def test_no_bytes_make_a_reader_raise(tmp_path: Path, ending: str, content: bytes) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(content)
    sheets, faults = read_file(path, "GB")
    assert sheets or faults
    for sheet in sheets:
        laid = lay_out(sheet)
        if laid:
            taken = take(laid.header, [cells for _, cells in laid.rows], {})
            read_stops(sheet.file, laid.rows, taken, Options())


def test_a_shape_that_is_no_place_is_left_out_and_told_by_its_row(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    """The library warns of it in words of its own, which nobody is to see."""
    shape = {"type": "Triangle", "coordinates": [[[0, 0], [1, 0], [0, 1], [0, 0]]]}
    point = {"type": "Point", "coordinates": [-2.1, 51.3]}
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": geometry}
        for name, geometry in (("Odd", shape), ("School", point))
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (sheet,), faults = read_file(path)
    assert not faults
    assert sheet.left_out == (2,)
    assert [cells[0] for _, cells in sheet.rows[1:]] == ["School"]
    assert not recwarn.list
