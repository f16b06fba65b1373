"""Crates as the rows and lists of titles of a district, as bytes: nothing is written yet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from bookcar.crates.classes import class_names
from bookcar.crates.copies import Copy
from bookcar.crates.pack import Crate
from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.decode import decode
from bookcar.inputs.sources import read_csv
from bookcar.phrases import Language, Phrases

FOLDER = "titles"
_COLUMNS = ("barcode", "title", "author", "isbn", "call_number")
"""The barcode comes first: a row whose first cell begins with # is a comment, as some titles do."""


def names_of(crates: int, prefix: str, taken: Collection[str]) -> list[str]:
    """Return a new label for each crate: the prefix and a number above all that are taken."""
    numbered = re.compile(re.escape(prefix) + "([0-9]{1,9})")
    known = [int(match[1]) for name in taken if (match := numbered.fullmatch(name))]
    first = max(known, default=0) + 1
    width = max(3, len(str(first + crates - 1)))
    return [f"{prefix}{number:0{width}d}" for number in range(first, first + crates)]


def batch_rows(
    crates: Mapping[str, Crate], *, at: str, language: Language
) -> list[dict[str, str | int]]:
    """Return a row of the table of batches for each crate, by its label.

    Those that have no place of their own stand at ``at``.
    """
    called = class_names(language)
    pools = any(crate.pool for crate in crates.values())
    rows: list[dict[str, str | int]] = [
        {
            "id": name,
            "books": len(crate.copies),
            "crates": 1,
            "mix": " ".join(f"{called[h]}:{share:g}" for h, share in crate.shares().items()),
            "at": crate.at or at,
            "titles": list_name(name),
            "pool": crate.pool,
        }
        for name, crate in crates.items()
    ]
    if not pools:
        for row in rows:
            del row["pool"]
    return rows


def list_name(crate: str) -> str:
    """Return the file of the titles of a crate, from the district's folder."""
    return f"{FOLDER}/{crate}.csv"


def list_of(copies: Sequence[Copy], language: Language) -> bytes:
    """Return copies as a list of titles: a CSV that spreadsheets read, a row a copy."""
    say = Phrases(language)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(say(f"columns.titles.{column}.heading") for column in _COLUMNS)
    for copy in copies:
        writer.writerow(tx.guarded(getattr(copy, column)) for column in _COLUMNS)
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8")


def unwritable(copies: Sequence[Copy], language: Language) -> Iterator[Fault]:
    """Yield the copies that a list would not give back as they are: no barcode may be lost."""
    raw, _ = read_csv(list_of(copies, language), name="titles", file="")
    sheet, _ = decode(raw, {})
    given = {(r.values.get("barcode"), r.values.get("title")) for r in sheet.records}
    for copy in copies:
        if (copy.barcode, copy.title) not in given:
            yield Fault(
                rule="copy-unwritable",
                variant="record" if copy.is_record else "",
                file=copy.file,
                row=copy.row,
                value=tx.shown(copy.barcode),
                figures={"title": tx.shown(copy.title)},
            )


def known_already(copies: Sequence[Copy], lists: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    """Yield the copies whose barcode a list of the district has already."""
    places = {barcode: name for name, barcodes in lists.items() for barcode in barcodes}
    for copy in copies:
        if copy.barcode in places:
            yield Fault(
                rule="barcode-known",
                variant="record" if copy.is_record else "",
                file=copy.file,
                row=copy.row,
                value=copy.barcode,
                figures={"list": places[copy.barcode]},
            )
