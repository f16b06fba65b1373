"""PDFs with their objects packed are the same documents to readers, and a third as large."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zlib
from pathlib import Path
from typing import Any

import pypdf
import pytest
from manifests.plans import make_plan
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from bookcar.manifests import typesetting
from bookcar.manifests.packing import packed
from bookcar.manifests.pdf import manifests_pdf
from bookcar.manifests.rows import week_sheet
from bookcar.web.minimap import route_map


@pytest.fixture(scope="module")
def plain() -> bytes:
    """Return the sheets of two routes as typst writes them."""
    plan = make_plan(routes=2, stops=6, batches=2)
    maps = [route_map(plan, route) for route in plan.routes]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(typesetting, "packed", lambda pdf: pdf)
        return manifests_pdf(week_sheet(plan), maps=maps)


def _read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf), strict=True)


def _told(value: Any, seen: dict[int, None]) -> Any:
    """Return an object in plain values, and note the numbers of those it leads to."""
    if isinstance(value, IndirectObject):
        seen.setdefault(value.idnum)
        return ("R", value.idnum)
    if isinstance(value, StreamObject):
        return (_told(dict(value), seen), value.get_data())
    if isinstance(value, DictionaryObject | dict):
        return {
            key: _told(
                value.raw_get(key) if isinstance(value, DictionaryObject) else value[key], seen
            )
            for key in value
        }
    if isinstance(value, ArrayObject):
        return [_told(item, seen) for item in list.__iter__(value)]
    return value


def _document(pdf: bytes) -> dict[int, Any]:
    """Return every object that the trailer leads to, by number."""
    reader = _read(pdf)
    wanted: dict[int, None] = {}
    root = _told(reader.trailer.raw_get("/Root"), wanted)
    info = _told(reader.trailer.raw_get("/Info"), wanted)
    found: dict[int, Any] = {-1: root, -2: info, -3: [str(i) for i in reader.trailer["/ID"]]}
    while left := [number for number in wanted if number not in found]:
        for number in left:
            found[number] = _told(reader.get_object(number), wanted)
    return found


def test_every_object_is_what_it_was(plain: bytes) -> None:
    """Read by another library: pages, structure for screen readers, fonts, metadata, the id."""
    before, after = _document(plain), _document(packed(plain))
    assert len(before) > 1_000
    assert after == before


def test_it_is_less_than_half_as_large_and_the_same_twice(plain: bytes) -> None:
    assert len(packed(plain)) < len(plain) / 2
    assert packed(plain) == packed(plain)
    assert packed(plain).startswith(b"%PDF-1.7")


def test_what_is_packed_stays_as_it_is(plain: bytes) -> None:
    assert packed(packed(plain)) == packed(plain)


def test_every_place_in_the_table_is_that_of_its_object(plain: bytes) -> None:
    """Readers that find nothing there rebuild the table in silence, so the bytes are looked at."""
    pdf = packed(plain)
    at = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    head = re.match(rb"(\d+) 0 obj\n<<(.*?)>>\nstream\n", pdf[at:], re.DOTALL)
    assert head is not None
    table = zlib.decompressobj().decompress(pdf[at + head.end() :])
    size = int(re.search(rb"/Size (\d+)", head[2])[1])  # type: ignore[index]
    rows = [table[i : i + 6] for i in range(0, len(table), 6)]
    assert len(rows) == size == int(head[1]) + 1
    streams = {row[1:5] for row in rows if row[0] == 2}
    for number, row in enumerate(rows):
        where = int.from_bytes(row[1:5], "big")
        if row[0] == 1:
            assert pdf[where:].startswith(b"%d 0 obj" % number)
        elif row[0] == 2:
            assert rows[where][0] == 1
            assert row[5] < 200
    assert len(streams) >= 5


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler is not installed")
def test_it_looks_the_same(plain: bytes, tmp_path: Path) -> None:
    shown = []
    for name, pdf in (("plain", plain), ("packed", packed(plain))):
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
        command = ["pdftoppm", "-r", "50", f"{name}.pdf", name]
        told = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
        assert "xref" not in told.stderr.lower()
        shown.append([page.read_bytes() for page in sorted(tmp_path.glob(f"{name}-*.ppm"))])
    assert len(shown[0]) == 4
    assert shown[0] == shown[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"\n\d{10} 00000 n", b"\n0000000017 00000 n"),
        (rb"\n\d{10} 00000 n", b"\n0000000000 n"),
        (rb"trailer", b"trailed"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(plain: bytes, old: bytes, new: bytes) -> None:
    at = plain.rindex(b"xref\n0 ")
    broken = plain[:at] + re.sub(old, new, plain[at:], count=1)
    assert broken != plain
    with pytest.raises(ValueError, match=r"object|entry|trailer"):
        packed(broken)
