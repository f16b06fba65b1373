"""Sound files of each kind, and ways to spoil them: by a seed, always the same."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable, Mapping
from functools import cache

import openpyxl

from benchmarks.marc_records import cnmarc, iso2709, marc21
from bookcar.crates.copies import Read
from bookcar.crates.items import read_items
from bookcar.crates.marc import read_marc

_ODD = (b"\x1d", b"\x1e", b"\x1f", b"\x00", b"\xff", b'"', b",", b"\r", b"\n", b"\xef\xbb\xbf")
_ODD_CELLS = (
    "",
    "#N/A",
    "=1+1",
    "1E+12",
    "合计",
    "x" * 400,
    "\u200b",
    "'",
    '"',
    "٣",
    "12.0",
    "\x07",
)
_HEADS = (
    ["barcode", "title", "author", "isbn", "itemcallnumber", "location"],
    ["条码号", "题名", "责任者", "ISBN", "索书号", "馆藏地"],
)


def cnmarc_file(rng: random.Random) -> bytes:
    """Return a few CNMARC records in one of the encodings they come in."""
    encoding = rng.choice(["gb18030", "utf-8"])
    made = cnmarc(rng.randint(1, 4), rng.randrange(50))
    return b"".join(iso2709(one.fields, encoding) for one in made)


def marc21_file(rng: random.Random) -> bytes:
    """Return a few MARC 21 records."""
    made = marc21(rng.randint(1, 4), rng.randrange(50))
    return b"".join(iso2709(one.fields, "utf-8") for one in made)


def _rows(rng: random.Random) -> list[list[str]]:
    rows = [list(rng.choice(_HEADS))]
    for number in range(rng.randint(0, 8)):
        row = [f"00{number:05d}", "活着", "余华", "9787506365437", "I247.5/1", "少儿"]
        for _ in range(rng.randint(0, 2)):
            row[rng.randrange(len(row))] = rng.choice(_ODD_CELLS)
        rows.append(row[: rng.randint(1, 6)] if rng.random() < 0.1 else row)
    return rows


def csv_file(rng: random.Random) -> bytes:
    """Return a table of copies as CSV in one of the encodings and separators."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=rng.choice(",;\t")).writerows(_rows(rng))
    encoding = rng.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    return stream.getvalue().encode(encoding, "ignore")


def xlsx_file(rng: random.Random) -> bytes:
    """Return a table of copies as a workbook; there are fifty of them."""
    return _workbook(rng.randrange(50))


@cache
def _workbook(seed: int) -> bytes:
    rng = random.Random(seed)
    book = openpyxl.Workbook()
    for row in _rows(rng):
        book.active.append([cell.replace("\x07", "") for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def spoil(data: bytes, rng: random.Random) -> bytes:
    """Return a file with a few bytes changed, taken out, put in, doubled or cut off."""
    spoilt = bytearray(data)
    for _ in range(rng.randint(0, 6)):
        at = rng.randrange(len(spoilt) + 1)
        to = min(len(spoilt), at + rng.randint(1, 30))
        what = rng.randrange(6)
        if what == 0:
            spoilt[at:to] = bytes(rng.randrange(256) for _ in range(to - at))
        elif what == 1:
            del spoilt[at:to]
        elif what == 2:
            spoilt[at:at] = rng.choice(_ODD)
        elif what == 3:
            spoilt[at:at] = spoilt[at:to]
        elif what == 4 and rng.random() < 0.3:
            del spoilt[at:]
        elif at < len(spoilt):
            spoilt[at] = rng.choice(b"0123456789")
    return bytes(spoilt)


def spoil_parts(data: bytes, rng: random.Random) -> bytes:
    """Return a workbook of which one part is spoilt, the archive itself being sound."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        chosen = rng.choice(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, spoil(part, rng) if name == chosen else part)
    return stream.getvalue()


def _read_cnmarc(data: bytes) -> Read:
    return read_marc(data, "a.mrc", chinese=True)


def _read_marc21(data: bytes) -> Read:
    return read_marc(data, "a.mrc", chinese=False)


def _read_table(data: bytes) -> Read:
    return read_items(data, "a", country="CN", clc=True)


Reader = tuple[Callable[[random.Random], bytes], Callable[[bytes, random.Random], bytes],
               Callable[[bytes], Read]]  # fmt: skip
READERS: Mapping[str, Reader] = {
    "CNMARC": (cnmarc_file, spoil, _read_cnmarc),
    "MARC 21": (marc21_file, spoil, _read_marc21),
    "CSV": (csv_file, spoil, _read_table),
    "xlsx": (xlsx_file, spoil, _read_table),
    "xlsx, a part": (xlsx_file, spoil_parts, _read_table),
}


def tried(reader: str, seed: int) -> tuple[int, Read]:
    """Read a file spoilt by a seed; return its bytes' number and what was read.

    Raises
    ------
    Exception
        Whatever the reader raises: it should raise nothing.
    """
    make, spoiling, read = READERS[reader]
    rng = random.Random(f"{reader} {seed}")
    data = spoiling(make(rng), rng)
    found = read(data)
    for fault in found.faults:  # every fault can be told
        assert fault.problem
        assert fault.fix
        assert fault.where()
    assert all(copy.barcode and copy.title for copy in found.copies)
    return len(data), found
