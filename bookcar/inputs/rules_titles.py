"""The rules of the title lists that batches name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bookcar.errors import Fault
from bookcar.inputs.isbns import is_isbn, with_zeros
from bookcar.inputs.raw_district import RawDistrict
from bookcar.inputs.sheet import Record, Sheet

ENDING = ".csv"


def lies_inside(folder: Path, name: str) -> bool:
    """Tell whether a file named in a cell lies in the district's folder, links followed."""
    try:
        return (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):
        return False


def is_there(folder: Path, name: str) -> bool:
    """Tell whether a file named in a cell can be looked for at all, and exists."""
    try:
        return (folder / name).is_file()
    except (OSError, ValueError):
        return False


def named(batches: Sheet) -> dict[str, Record]:
    """Return the names of the title lists, each with the first batch that gives it."""
    found: dict[str, Record] = {}
    for record in batches.having("titles"):
        if record.values["titles"]:
            found.setdefault(record.values["titles"], record)
    return found


def titles_not_csv(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a list in a format that is not read."""
    for name, record in named(raw["batches"]).items():
        if not name.lower().endswith(ENDING):
            yield raw["batches"].fault(
                "titles-not-csv", at=record, column="titles", severity="warning"
            )


def titles_outside(raw: RawDistrict, folder: Path) -> Iterator[Fault]:
    """Report a list outside the district's folder: it would not go with the folder."""
    for name, record in named(raw["batches"]).items():
        if name.lower().endswith(ENDING) and not lies_inside(folder, name):
            yield raw["batches"].fault("titles-outside", at=record, column="titles")


def missing_titles(raw: RawDistrict, folder: Path) -> Iterator[Fault]:
    """Warn of a list that is not in the folder, once for each file."""
    for name, record in named(raw["batches"]).items():
        csv = name.lower().endswith(ENDING) and lies_inside(folder, name)
        if csv and not is_there(folder, name):
            yield raw["batches"].fault(
                "missing-titles", at=record, column="titles", severity="warning"
            )


def titles_count(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a list that holds more or fewer books than its batch."""
    for record in raw["batches"].having("titles", "books"):
        titles = raw.titles.get(record.values["titles"])
        if titles is None or not titles.complete or len(list(titles.having("copies"))) == 0:
            continue
        listed = sum(row.values["copies"] for row in titles.having("copies"))
        if listed != record.values["books"]:
            yield raw["batches"].fault(
                "titles-count",
                at=record,
                column="titles",
                severity="warning",
                list_file=titles.file,
                listed=listed,
                books=record.values["books"],
            )


def barcode_twice(raw: RawDistrict) -> Iterator[Fault]:
    """Report a barcode that two rows of the lists have: a copy is in one batch."""
    seen: dict[str, tuple[Sheet, Record]] = {}
    for titles in raw.titles.values():
        for record in titles.having("barcode"):
            if not record.values["barcode"]:
                continue
            other, at = seen.setdefault(record.values["barcode"], (titles, record))
            if at is not record:
                yield titles.fault(
                    "barcode-twice",
                    at=record,
                    column="barcode",
                    other_file=other.file,
                    other_row=at.row or 0,
                )


def barcode_of_several(raw: RawDistrict) -> Iterator[Fault]:
    """Report a row that has one barcode and counts several copies."""
    for titles in raw.titles.values():
        for record in titles.having("barcode", "copies"):
            if record.values["barcode"] and record.values["copies"] > 1:
                yield titles.fault("barcode-of-several", at=record, column="copies")


def isbn_check(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of an ISBN whose check digit is wrong (ISO 2108)."""
    for sheet in _with_isbns(raw):
        for record in sheet.having("isbn"):
            if record.values["isbn"] and not is_isbn(record.values["isbn"]):
                yield sheet.fault("isbn-check", at=record, column="isbn", severity="warning")


def isbn_zeros(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of the ISBNs that lost zeros at their front and were given them back, once a file."""
    for sheet in _with_isbns(raw):
        short = [r for r in sheet.having("isbn") if with_zeros(r.given.get("isbn", ""))]
        if short:
            yield sheet.fault(
                "isbn-zeros",
                at=short[0],
                column="isbn",
                severity="warning",
                count=len(short),
                restored=short[0].values["isbn"],
            )


def _with_isbns(raw: RawDistrict) -> Iterator[Sheet]:
    yield raw["requests"]
    yield from raw.titles.values()
