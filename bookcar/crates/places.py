"""Where single copies are after a week, as lists that library systems take in."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from bookcar import files
from bookcar.inputs import text as tx
from bookcar.inputs.movements import before
from bookcar.model import Batch, District
from bookcar.phrases import Language, Phrases

TABLE = "moved.csv"
_COLUMNS = (
    "barcode",
    "title",
    "isbn",
    "call_number",
    "batch",
    "from",
    "from_name",
    "to",
    "to_name",
    "date",
)
_LIST = "to-{place}.txt"


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What a week moved.

    Attributes
    ----------
    rows
        A row for each copy with a barcode, by new place, batch and barcode.
    batches
        Ids of the batches that are elsewhere after the week.
    unlisted
        Those of them of which no barcodes are known.
    """

    rows: tuple[Mapping[str, str], ...]
    batches: tuple[str, ...]
    unlisted: tuple[str, ...]


def moved_in(district: District, monday: dt.date) -> Moved:
    """Return the copies that are elsewhere after a week than before it, as recorded.

    A batch that comes back to where it was within the week has not moved.
    """
    were = {batch.id: batch.at for batch in before(district, monday).batches}
    after = before(district, monday + dt.timedelta(weeks=1)).batches
    gone = [batch for batch in after if batch.at != were.get(batch.id, batch.at)]
    rows = [row for batch in gone for row in _rows(district, batch, were[batch.id])]
    listed = {row["batch"] for row in rows}
    return Moved(
        rows=tuple(sorted(rows, key=lambda row: (row["to"], row["batch"], row["barcode"]))),
        batches=tuple(batch.id for batch in gone),
        unlisted=tuple(batch.id for batch in gone if batch.id not in listed),
    )


def _rows(district: District, batch: Batch, was: str) -> Iterator[Mapping[str, str]]:
    for title in district.titles.get(batch.titles, ()):
        if title.barcode:
            yield {
                "barcode": title.barcode,
                "title": title.title,
                "isbn": title.isbn,
                "call_number": title.call_number,
                "batch": batch.id,
                "from": was,
                "from_name": _name(district, was),
                "to": batch.at,
                "to_name": _name(district, batch.at),
                "date": batch.since.isoformat() if batch.since else "",
            }


def _name(district: District, place: str) -> str:
    stop = district.stops_by_id.get(place)
    if stop is not None:
        return stop.name
    return next((depot.name for depot in district.depots if depot.id == place), "")


def write_moved(moved: Moved, folder: Path, *, language: Language) -> list[Path]:
    """Write the table of all copies and a list of barcodes for each place, all of them or none.

    Lists of an earlier run for places to which nothing moved are deleted.

    Raises
    ------
    files.WriteError
        If one cannot be written; all are as they were then.
    """
    contents: dict[str, bytes | None] = {
        path.name: None for path in sorted(folder.glob(_LIST.format(place="*")))
    }
    contents[TABLE] = _table(moved.rows, language)
    by_place: dict[str, list[str]] = {}
    for row in moved.rows:
        by_place.setdefault(row["to"], []).append(row["barcode"])
    contents |= _lists(by_place)
    folder.mkdir(parents=True, exist_ok=True)
    with files.one_writer(folder):
        files.write_several(folder, contents)
    return [folder / name for name, data in contents.items() if data is not None]


def _table(rows: Sequence[Mapping[str, str]], language: Language) -> bytes:
    say = Phrases(language)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(say(f"crates.moved-{column.replace('_', '-')}") for column in _COLUMNS)
    for row in rows:
        writer.writerow(tx.guarded(row[column]) for column in _COLUMNS)
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8")


def _lists(by_place: Mapping[str, Sequence[str]]) -> dict[str, bytes]:
    """Return a list of barcodes for each place, a line each, as batch modification takes them."""
    found: dict[str, bytes] = {}
    for number, (place, barcodes) in enumerate(by_place.items(), 1):
        plain = "".join(c if c.isalnum() or c in "-_" else "-" for c in place)
        name = _LIST.format(place=plain)
        if name.casefold() in {known.casefold() for known in found}:  # as S/1 beside S-1
            name = _LIST.format(place=f"{plain}-{number}")
        found[name] = "".join(f"{barcode}\r\n" for barcode in barcodes).encode("utf-8")
    return found
