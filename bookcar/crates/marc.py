"""Reading MARC records (ISO 2709): MARC 21 and CNMARC or UNIMARC, in any encoding, by pymarc.

Each record is held to its own leader and directory before it is believed: pymarc takes fields by
the offsets that the directory names and says nothing where they lie amid other fields.
"""

from __future__ import annotations

import io
import logging
import unicodedata
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import redirect_stderr
from functools import lru_cache

import msgspec
import pymarc
from pymarc.marc8 import marc8_to_unicode

from bookcar.crates.copies import Copy, Read
from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.isbns import isbn
from bookcar.inputs.rules_cells import BadCell

_RECORD_END, _FIELD_END = b"\x1d", 0x1E
_BETWEEN = b"\r\n \t\x00\x1a"
"""What old programs write between records or after the last one."""
_ESCAPE = b"\x1b"
_LEADER, _ENTRY = 24, 12
_LONGEST = 300
_MARC8 = "marc-8"
_MOSTLY = 0.9
"""How much of the records with other letters than ASCII must be UTF-8 for the file to be."""
_ENDS = " /:;,=．.／：；，"

Decode = Callable[[bytes], str]


class _Broken(Exception):  # noqa: N818 - a signal, turned into a fault by the reader
    """A record is not what its leader and directory say; ``variant`` says how."""

    def __init__(self, variant: str) -> None:
        super().__init__(variant)
        self.variant = variant


class _Format(msgspec.Struct, frozen=True):
    """Where a format has what is wanted: tags with the codes of their subfields.

    Attributes
    ----------
    items
        Fields of copies: tag, codes of the barcode, of the call number, of the place.
    """

    title: tuple[str, str]
    authors: tuple[tuple[str, str], ...]
    isbn: tuple[str, str]
    numbers: tuple[tuple[str, str], ...]
    items: tuple[tuple[str, str, str, str], ...]
    clc: bool


MARC21 = _Format(
    title=("245", "abnp"),
    authors=(("100", "a"), ("110", "a"), ("700", "a"), ("245", "c")),
    isbn=("020", "a"),
    numbers=(("082", "a"), ("092", "a")),
    items=(
        ("952", "p", "o", "cba"), ("852", "p", "hi", "bca"), ("876", "p", "", "l"),
        ("949", "i", "a", "l"),
    ),
    clc=False,
)  # fmt: skip
CNMARC = _Format(
    title=("200", "aehi"),
    authors=(("701", "a"), ("711", "a"), ("200", "f")),
    isbn=("010", "a"),
    numbers=(("690", "a"), ("676", "a")),
    items=(("905", "b", "de", "fa"), ("995", "f", "k", "cb"), ("952", "p", "o", "cba")),
    clc=True,
)


def is_marc(data: bytes) -> bool:
    """Tell whether bytes look like MARC records: a leader with a length, and an end of record."""
    head = data.lstrip(_BETWEEN)[:_LEADER]
    return len(head) == _LEADER and head[:5].isdigit() and head[12:17].isdigit()


def read_marc(data: bytes, file: str, *, chinese: bool, encoding: str | None = None) -> Read:
    """Return the copies of a file of MARC records, and every record that is broken or has none.

    Parameters
    ----------
    chinese
        Whether the district is Chinese: what is not UTF-8 is GB18030 there, and letters of classes
        are the Chinese Library Classification's.
    encoding
        Of the records, where it is known: a codec of Python's, or ``marc-8``.
    """
    chunks = list(_chunks(data))
    codec = encoding or _encoding_of(chunks, chinese=chinese)
    decode = _decoder(codec)
    copies: list[Copy] = []
    faults: list[Fault] = []
    told = encoding is not None or codec == "utf-8"
    with _quiet():
        for number, chunk in enumerate(chunks, 1):
            try:
                found = _Record(chunk, decode, chinese=chinese).copies(file, number)
            except _Broken as broken:
                faults.append(_fault_of(file, number, broken))
                continue
            if not found:
                faults.append(
                    Fault(rule="record-without-barcode", file=file, row=number, severity="warning")
                )
            if found and not told and not found[0].title.isascii():
                told = True
                faults.append(_taken(found[0], codec))
            copies += found
    return Read(tuple(copies), tuple(faults), len(chunks))


def _taken(copy: Copy, codec: str) -> Fault:
    """Warn of an encoding that no record names, with a title that shows whether it is right."""
    return Fault(
        rule="encoding-taken",
        file=copy.file,
        row=copy.row,
        severity="warning",
        variant="record",
        figures={"encoding": codec.upper(), "words": tx.shown(copy.title)},
    )


def _fault_of(file: str, number: int, broken: _Broken) -> Fault:
    return Fault(rule="record-broken", file=file, row=number, variant=broken.variant)


def _isbn(text: str) -> str:
    try:
        return isbn(text)
    except BadCell:  # one that a spreadsheet has shortened says nothing
        return ""


def _chunks(data: bytes) -> Iterator[bytes]:
    """Yield the records; their end is a byte that no encoding uses for anything else."""
    for chunk in data.split(_RECORD_END):
        record = chunk.lstrip(_BETWEEN)
        if record:
            yield record


def _encoding_of(chunks: Sequence[bytes], *, chinese: bool) -> str:
    """Return UTF-8 if nearly all records that tell are in it, else the old encoding of the place.

    Few records that are not show damage, not another encoding; they are told as broken.
    """
    telling = [chunk for chunk in chunks if not chunk.isascii() or _ESCAPE in chunk]
    if sum(map(_is_utf8, telling)) >= _MOSTLY * len(telling):
        return "utf-8"
    if chinese or sum(map(_is_unimarc, chunks)) > len(chunks) / 2:
        return "gb18030"
    return _MARC8


def _is_utf8(chunk: bytes) -> bool:
    """Tell whether a record is UTF-8; escapes to other sets of letters are MARC-8's."""
    if _ESCAPE in chunk:
        return False
    try:
        chunk.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_unimarc(chunk: bytes) -> bool:
    tags = {chunk[i : i + 3] for i in range(_LEADER, min(len(chunk), 1_000), _ENTRY)}
    return b"200" in tags and b"245" not in tags


def _decoder(codec: str) -> Decode:
    @lru_cache(maxsize=4_096)
    def decode(data: bytes) -> str:
        try:
            text = _from_marc8(data) if codec == _MARC8 else data.decode(codec)
        except (UnicodeDecodeError, IndexError, ValueError):
            raise _Broken("encoding") from None
        return " ".join(tx.without_controls(unicodedata.normalize("NFC", text)).split())

    return decode


def _from_marc8(data: bytes) -> str:
    """Return MARC-8 as text.

    Raises
    ------
    ValueError
        If it is not MARC-8: pymarc puts blanks for what it does not know, and says so on stderr.
    """
    with redirect_stderr(io.StringIO()) as said:
        text = marc8_to_unicode(data)
    if said.getvalue():
        raise ValueError(said.getvalue())
    return str(text)


def _quiet() -> warnings.catch_warnings[None]:
    """Keep pymarc from telling the terminal what is told as faults."""
    logging.getLogger("pymarc").setLevel(logging.CRITICAL)
    return warnings.catch_warnings(action="ignore")


class _Record:
    """A record that is what its leader says, and what is wanted of it."""

    def __init__(self, chunk: bytes, decode: Decode, *, chinese: bool) -> None:
        _require_sound(chunk)
        try:
            self.fields = pymarc.Record(data=chunk + _RECORD_END, to_unicode=False).fields
        except Exception:  # pymarc raises whatever int, decode and its own code raise
            raise _Broken("") from None
        self.decode = decode
        self.form = _format_of({field.tag for field in self.fields})
        self.chinese = chinese

    def copies(self, file: str, number: int) -> list[Copy]:
        """Return a copy for each barcode; none if it has none.

        Raises
        ------
        _Broken
            If it has barcodes and no title, or letters of another encoding.
        """
        items = next((found for form in self.form.items if (found := [*self._items(*form)])), [])
        if not items:
            return []
        title = self._text(*self.form.title)
        if not title:
            raise _Broken("title")
        shared = {
            "title": title,
            "author": next((a for form in self.form.authors if (a := self._text(*form))), ""),
            "isbn": _isbn(self._first(*self.form.isbn)),
        }
        number_of = next((n for form in self.form.numbers if (n := self._first(*form))), "")
        clc = self.form.clc or (self.chinese and not number_of)
        return [
            Copy(
                barcode=barcode, call_number=call, number=number_of or call, clc=clc,
                place=place, file=file, row=number, is_record=True, **shared,
            )
            for barcode, call, place in items
        ]  # fmt: skip

    def _items(
        self, tag: str, barcodes: str, calls: str, places: str
    ) -> Iterator[tuple[str, str, str]]:
        """Yield barcode, call number and place of the copies in the fields of a tag."""
        for field in self.fields:
            if field.tag != tag:
                continue
            call = self._joined(field, calls, "/" if tag == "905" else " ")
            place = next((p for code in places if (p := self._joined(field, code))), "")
            for subfield in getattr(field, "subfields", ()):
                if subfield.code in barcodes and (barcode := tx.label(self.decode(subfield.value))):
                    yield barcode, call, place

    def _joined(self, field: pymarc.Field, codes: str, between: str = " ") -> str:
        found = [
            self.decode(subfield.value)
            for subfield in getattr(field, "subfields", ())
            if subfield.code in codes
        ]
        return between.join(text for text in found if text)[:_LONGEST]

    def _text(self, tag: str, codes: str) -> str:
        """Return the subfields of the first field of a tag as one text, without its punctuation."""
        field = next((field for field in self.fields if field.tag == tag), None)
        text = "" if field is None else self._joined(field, codes)
        return text.rstrip(_ENDS) or text

    def _first(self, tag: str, code: str) -> str:
        return next((t for f in self.fields if f.tag == tag and (t := self._joined(f, code))), "")


def _format_of(tags: Collection[str]) -> _Format:
    """Return the format by the field of the title, or else by those of copies."""
    for form in (MARC21, CNMARC):
        if form.title[0] in tags:
            return form
    return next((f for f in (MARC21, CNMARC) if any(i[0] in tags for i in f.items)), MARC21)


def _require_sound(chunk: bytes) -> None:
    """Hold a record to its leader and directory (ISO 2709).

    Raises
    ------
    _Broken
        If its length is another one, or a field does not end where the directory says.
    """
    base = chunk[12:17]
    if len(chunk) < _LEADER or not chunk[:5].isdigit() or not base.isdigit():
        raise _Broken("leader")
    if int(chunk[:5]) != len(chunk) + 1:
        raise _Broken("length")
    directory = chunk[_LEADER : int(base) - 1]
    ends = int(base) <= len(chunk) and chunk[int(base) - 1] == _FIELD_END
    if not ends or not directory or len(directory) % _ENTRY or not directory.isascii():
        raise _Broken("directory")
    for at in range(0, len(directory), _ENTRY):
        entry = directory[at + 3 : at + _ENTRY]
        if not entry.isdigit():
            raise _Broken("directory")
        end = int(base) + int(entry[4:]) + int(entry[:4]) - 1
        if int(entry[:4]) < 1 or end >= len(chunk) or chunk[end] != _FIELD_END:
            raise _Broken("directory")
