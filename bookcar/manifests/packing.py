"""A PDF's small objects put into compressed object streams, which typst leaves as plain text.

Screen readers want every cell of a table as an object of its own, so a week's sheets have some
twenty thousand of them: three quarters of the file (ISO 32000-1, 7.5.7 and 7.5.8).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

_TOGETHER = 200
"""Objects of a stream: a reader unpacks all of them for one, and an index below 256 is a byte."""

_TABLE = re.compile(rb"xref\s+0 (\d+)\s+")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])\s+")
_TRAILER = re.compile(rb"trailer\s*<<(.*)>>\s*startxref\s+\d+\s+%%EOF\s*", re.DOTALL)
_OBJECT = re.compile(rb"(\d+) 0 obj\s+(.*?)\s*endobj\s*", re.DOTALL)
_SIZE = re.compile(rb"/Size \d+")
_LENGTH = re.compile(rb"/Length (\d+) 0 R")


def packed(pdf: bytes) -> bytes:
    """Return the same document with all objects but streams in compressed object streams.

    The same bytes give the same bytes. A PDF without a plain cross-reference table, as one is that
    is packed already, is returned as it is.

    Raises
    ------
    ValueError
        If the table and the objects do not fit each other.
    """
    at = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    table = _TABLE.match(pdf, at)
    if table is None:
        return pdf
    starts = _starts(pdf, table)
    objects = dict(_objects(pdf, starts, at))
    kept = {number for number, body in objects.items() if body.endswith(b"endstream")}
    kept |= {int(length) for number in kept for length in _LENGTH.findall(objects[number])}
    file = _Written(pdf[: min(starts)], count=int(table[1]))
    for number in sorted(kept):
        file.add(number, objects[number])
    small = sorted(objects.keys() - kept)
    for begin in range(0, len(small), _TOGETHER):
        file.add_group(small[begin : begin + _TOGETHER], objects)
    trailer = _TRAILER.search(pdf, at)
    if trailer is None:
        raise ValueError("This PDF has no trailer behind its cross-reference table.")
    return file.ended(_SIZE.sub(b"", trailer[1]))


def _starts(pdf: bytes, table: re.Match[bytes]) -> dict[int, int]:
    """Return the number of the object that begins at each byte that a table names."""
    starts, here = {}, table.end()
    for number in range(int(table[1])):
        entry = _ENTRY.match(pdf, here)
        if entry is None:
            raise ValueError(f"The cross-reference table has no entry {number}.")
        here = entry.end()
        if entry[3] == b"n":
            starts[int(entry[1])] = number
    return starts


def _objects(pdf: bytes, starts: Mapping[int, int], at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the objects of a PDF by number, each up to the next, the last up to the table."""
    for start, end in pairwise([*sorted(starts), at]):
        found = _OBJECT.fullmatch(pdf, start, end)
        if found is None or int(found[1]) != starts[start]:
            raise ValueError(f"There is no object {starts[start]} at byte {start}.")
        yield starts[start], found[2]


class _Written:
    """A PDF under way: what is written, and where each object is."""

    def __init__(self, header: bytes, *, count: int) -> None:
        self.parts = [header]
        self.length = len(header)
        self.free = count
        self.places = {0: (0, 0, 255)}

    def add(self, number: int, body: bytes) -> None:
        """Write an object on its own."""
        self.places[number] = (1, self.length, 0)
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def add_group(self, numbers: Sequence[int], objects: Mapping[int, bytes]) -> None:
        """Write objects in one compressed stream, which takes the next free number."""
        stream, self.free = self.free, self.free + 1
        head, at = [], 0
        for index, number in enumerate(numbers):
            self.places[number] = (2, stream, index)
            head.append(b"%d %d" % (number, at))
            at += len(objects[number]) + 1
        index_part = b" ".join(head) + b"\n"
        about = b"/Type/ObjStm/N %d/First %d" % (len(numbers), len(index_part))
        body = index_part + b"\n".join(objects[number] for number in numbers)
        self.add(stream, _stream(about, body))

    def ended(self, trailer: bytes) -> bytes:
        """Return the whole with its table of places at the end."""
        at, number = self.length, self.free
        self.places[number] = (1, at, 0)
        rows = [self.places.get(place, (0, 0, 255)) for place in range(number + 1)]
        table = b"".join(
            bytes((kind,)) + where.to_bytes(4, "big") + bytes((index,))
            for kind, where, index in rows
        )
        about = b"/Type/XRef/W[1 4 1]/Size %d%s" % (number + 1, trailer)
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, _stream(about, table)))
        self._write(b"startxref\n%d\n%%%%EOF" % at)
        return b"".join(self.parts)

    def _write(self, part: bytes) -> None:
        self.parts.append(part)
        self.length += len(part)


def _stream(about: bytes, body: bytes) -> bytes:
    small = zlib.compress(body)
    head = b"<<%s/Filter/FlateDecode/Length %d>>" % (about, len(small))
    return head + b"\nstream\n" + small + b"\nendstream"
