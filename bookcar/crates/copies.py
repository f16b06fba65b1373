"""What a library system tells of single copies, whatever file it came in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from bookcar.errors import Fault


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A copy of a title, as its own file has it.

    Attributes
    ----------
    barcode
        As text: zeros at its front belong to it.
    number
        Its class, or its call number where the class has no field of its own.
    clc
        Whether letters in ``number`` are those of the Chinese Library Classification.
    file, row
        Where it stands; a record's number where the file is MARC.
    is_record
        Whether ``row`` is the number of a MARC record.
    """

    barcode: str
    title: str
    author: str = ""
    isbn: str = ""
    call_number: str = ""
    number: str = ""
    clc: bool = False
    place: str = ""
    file: str
    row: int
    is_record: bool = False


class Read(msgspec.Struct, frozen=True):
    """What one file gave: its copies, what is wrong in it, and how many records or rows it has."""

    copies: tuple[Copy, ...]
    faults: tuple[Fault, ...]
    rows: int


def doubles(copies: Sequence[Copy]) -> Iterator[Fault]:
    """Yield every copy whose barcode an earlier one has, with where that one stands."""
    first: dict[str, Copy] = {}
    for copy in copies:
        other = first.setdefault(copy.barcode, copy)
        if other is not copy:
            yield Fault(
                rule="barcode-twice",
                variant="record" if copy.is_record else "",
                file=copy.file,
                row=copy.row,
                value=copy.barcode,
                figures={"other_file": other.file, "other_row": other.row},
            )


_MOST_SHORT = 0.1


def lost_zeros(copies: Sequence[Copy]) -> Iterator[Fault]:
    """Warn of barcodes shorter than nearly all others of their file, which may lack zeros.

    A spreadsheet takes zeros off the front of a number; which were there, nobody can tell from the
    number alone.
    """
    by_file: dict[str, list[Copy]] = {}
    for copy in copies:
        if copy.barcode.isdecimal() and not copy.is_record:
            by_file.setdefault(copy.file, []).append(copy)
    for file, own in by_file.items():
        lengths = [len(copy.barcode) for copy in own]
        usual = max(set(lengths), key=lambda length: (lengths.count(length), length))
        short = [copy for copy in own if len(copy.barcode) < usual]
        if short and len(short) <= _MOST_SHORT * len(own):
            yield Fault(
                rule="barcode-short",
                file=file,
                row=short[0].row,
                value=short[0].barcode,
                severity="warning",
                figures={"count": len(short), "usual": usual},
            )
