"""PDFs made compact are the same documents to readers, and a third as large."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pypdf
import pytest
from manifests.plans import make_plan
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from bookcar.manifests import typesetting
from bookcar.manifests.pdf import manifests_pdf
from bookcar.manifests.rows import week_sheet
from bookcar.manifests.typesetting import compact
from bookcar.web.minimap import route_map


@pytest.fixture(scope="module")
def plain() -> bytes:
    """Return the sheets of two routes as typst writes them."""
    plan = make_plan(routes=2, stops=6, batches=2)
    maps = [route_map(plan, route) for route in plan.routes]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(typesetting, "compact", lambda pdf: pdf)
        return manifests_pdf(week_sheet(plan), maps=maps)


def _read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf), strict=True)


def _told(value: Any, seen: dict[int, int]) -> Any:
    """Return an object in plain values; others by when they were first come across."""
    if isinstance(value, IndirectObject):
        return ("R", seen.setdefault(value.idnum, len(seen)))
    if isinstance(value, StreamObject):
        about = {key: value.raw_get(key) for key in value if key not in _OF_STREAMS}
        return (_told(about, seen), value.get_data())
    if isinstance(value, dict):
        raw = value.raw_get if isinstance(value, DictionaryObject) else value.__getitem__
        return {key: _told(raw(key), seen) for key in sorted(value)}
    if isinstance(value, ArrayObject):
        return [_told(item, seen) for item in list.__iter__(value)]
    return value


_OF_STREAMS = ("/Length", "/Filter", "/DecodeParms")


def _document(pdf: bytes) -> list[Any]:
    """Return every object that the trailer leads to, in the order in which it does."""
    reader = _read(pdf)
    seen: dict[int, int] = {}
    found = [_told(reader.trailer.raw_get(key), seen) for key in ("/Root", "/Info")]
    found.append(str(reader.trailer["/ID"][0]))
    done: set[int] = set()
    while left := [number for number in seen if number not in done]:
        for number in left:
            found.append(_told(reader.get_object(number), seen))
            done.add(number)
    return found


def test_it_is_less_than_half_as_large_and_the_same_twice(plain: bytes) -> None:
    assert len(compact(plain)) < len(plain) / 2
    assert compact(plain) == compact(plain)
    assert compact(plain).startswith(b"%PDF-1.7")


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler is not installed")
def test_it_looks_the_same(plain: bytes, tmp_path: Path) -> None:
    shown = []
    for name, pdf in (("plain", plain), ("compact", compact(plain))):
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
        command = ["pdftoppm", "-r", "50", f"{name}.pdf", name]
        told = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
        assert "xref" not in told.stderr.lower()
        shown.append([page.read_bytes() for page in sorted(tmp_path.glob(f"{name}-*.ppm"))])
    assert len(shown[0]) == 4
    assert shown[0] == shown[1]
