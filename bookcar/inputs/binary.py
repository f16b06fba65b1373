"""What binary workbooks say they cover, before a reader believes it: XLS and XLSB.

A reader makes room for what a workbook claims, a sheet of four thousand million cells or as many
strings, and follows its chains of sectors, which in a damaged file may have no end. What claims
more than it can hold is refused here, in the words of [MS-CFB], [MS-XLS] and [MS-XLSB].
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import msgspec

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SPECIAL = 0xFFFFFFFA
"""Sector numbers from here on end a chain."""
_ENTRY = 128
_MINI = 64
_STREAM, _ROOT = 2, 5
_BOFS = frozenset({0x0809, 0x0409, 0x0209, 0x0009})
_CELLS = frozenset({0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6, 0x00FD})
_RUNS = frozenset({0x00BD, 0x00BE})
_SST = 0x00FC
_B_ROW, _B_CELLS, _B_RICH, _B_SST = 0, range(1, 12), 62, 159


class BrokenError(Exception):
    """A workbook contradicts itself: chains without an end, rows that go back, too many strings."""


class _Extent(msgspec.Struct):
    """The rows and columns of the cells seen so far."""

    first: int = -1
    last: int = -1
    left: int = 1 << 32
    right: int = -1

    @property
    def cells(self) -> int:
        if self.first < 0:
            return 0
        return (self.last - self.first + 1) * (self.right - self.left + 1)

    def add(self, row: int, left: int, right: int) -> None:
        """Take a cell in, or several beside each other.

        Raises
        ------
        BrokenError
            If its row stands before that of an earlier cell, or its columns end before they begin.
        """
        if row < self.last or right < left:
            raise BrokenError
        if self.first < 0:
            self.first = row
        self.last = row
        self.left, self.right = min(self.left, left), max(self.right, right)


def cells_of_xls(data: bytes) -> int:
    """Return how many cells the largest sheet of an XLS file covers, empty ones among them.

    Raises
    ------
    BrokenError
        If the file contradicts itself.
    """
    try:
        book = _workbook(data)
        return max((extent.cells for extent in _sheets(book)), default=0)
    except (struct.error, IndexError):
        raise BrokenError from None


def cells_of_xlsb_sheet(data: bytes) -> int:
    """Return how many cells a sheet of an XLSB file covers.

    Raises
    ------
    BrokenError
        As for an XLS file.
    """
    extent = _Extent()
    row = 0
    for kind, at, size in _records(data):
        if kind == _B_ROW and size >= 4:
            (row,) = struct.unpack_from("<I", data, at)
        elif (kind in _B_CELLS or kind == _B_RICH) and size >= 4:
            (column,) = struct.unpack_from("<I", data, at)
            extent.add(row, column, column)
    return extent.cells


def require_strings_of_xlsb(data: bytes) -> None:
    """Refuse a table of strings of an XLSB file that claims more of them than it has bytes.

    Raises
    ------
    BrokenError
        If it does.
    """
    for kind, at, size in _records(data):
        if kind == _B_SST and size >= 8 and struct.unpack_from("<I", data, at + 4)[0] > len(data):
            raise BrokenError


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield of each record of a part of an XLSB file its kind, where its data begin, and its size.

    Kind and size have seven bits a byte, the last one without its highest.
    """
    at = 0
    while at < len(data):
        kind, at = _varied(data, at, most=2)
        size, at = _varied(data, at, most=4)
        if at + size > len(data):
            raise BrokenError
        yield kind, at, size
        at += size


def _varied(data: bytes, at: int, *, most: int) -> tuple[int, int]:
    value = 0
    for n in range(most):
        if at >= len(data):
            raise BrokenError
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * n)
        if byte < 0x80:
            break
    return value, at


def _sheets(book: bytes) -> Iterator[_Extent]:
    """Yield what each part of a workbook's stream covers; a part begins with BOF."""
    extent = _Extent()
    at = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        at += 4
        if kind in _BOFS:
            yield extent
            extent = _Extent()
        elif kind in _CELLS and size >= 4:
            row, column = struct.unpack_from("<HH", book, at)
            extent.add(row, column, column)
        elif kind in _RUNS and size >= 6:
            row, column = struct.unpack_from("<HH", book, at)
            (last,) = struct.unpack_from("<H", book, at + size - 2)
            extent.add(row, column, last)
        elif kind == _SST and size >= 8 and struct.unpack_from("<I", book, at + 4)[0] > len(book):
            raise BrokenError
        at += size
    yield extent


def _workbook(data: bytes) -> bytes:
    """Return the stream of the workbook; every chain of the file is followed to its end."""
    if len(data) < 512 or not data.startswith(MAGIC):
        raise BrokenError
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or 1 << mini_shift != _MINI:
        raise BrokenError
    size = 1 << shift
    first_dir, _, cutoff, first_mini = struct.unpack_from("<IIII", data, 48)
    fat = _fat(data, size)
    directory = _joined(data, _chain(first_dir, fat), size)
    mini = _numbers(_joined(data, _chain(first_mini, fat), size))
    found: dict[str, bytes] = {}
    container = b""
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        entry = directory[at : at + _ENTRY]
        (start, length), kind = struct.unpack_from("<II", entry, 116), entry[66]
        if kind == _ROOT:
            container = _joined(data, _chain(start, fat), size)[:length]
        elif kind == _STREAM:
            small = length < cutoff
            sectors = _chain(start, mini if small else fat) if length else []
            name = entry[: struct.unpack_from("<H", entry, 64)[0]].decode("utf-16-le", "replace")
            pieces = _pieces(container, sectors) if small else _joined(data, sectors, size)
            found[name.rstrip("\0").casefold()] = pieces[:length]
    book = found.get("workbook", found.get("book"))
    if book is None:
        raise BrokenError
    return book


def _fat(data: bytes, size: int) -> Sequence[int]:
    """Return the table of sectors: which one follows each."""
    blocks = [n for n in struct.unpack_from("<109I", data, 76) if n < _SPECIAL]
    (more,) = struct.unpack_from("<I", data, 68)
    seen: set[int] = set()
    while more < _SPECIAL:
        if more in seen:
            raise BrokenError
        seen.add(more)
        numbers = _numbers(_joined(data, [more], size))
        blocks += [n for n in numbers[:-1] if n < _SPECIAL]
        more = numbers[-1]
    if len(set(blocks)) < len(blocks):
        raise BrokenError
    return _numbers(_joined(data, blocks, size))


def _chain(start: int, table: Sequence[int]) -> list[int]:
    """Return the sectors from one on.

    Raises
    ------
    BrokenError
        If one is not in the table, or the chain comes back to one that it had.
    """
    found: list[int] = []
    while start < _SPECIAL:
        if start >= len(table) or len(found) > len(table):
            raise BrokenError
        found.append(start)
        start = table[start]
    return found


def _joined(data: bytes, sectors: Sequence[int], size: int) -> bytes:
    return b"".join(data[(n + 1) * size : (n + 2) * size] for n in sectors)


def _pieces(container: bytes, sectors: Sequence[int]) -> bytes:
    return b"".join(container[n * _MINI : (n + 1) * _MINI] for n in sectors)


def _numbers(data: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
