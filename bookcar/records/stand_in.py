"""A district's source with other bytes in some of its files: as they will be, or as they were."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from bookcar.errors import Fault, InputError
from bookcar.inputs.folder import FileSource
from bookcar.inputs.sources import RawTable, read_csv
from bookcar.records.ledger import Closed, digest, kept_copy

TABLES = ("visits", "requests")
"""What closing a week writes."""


def file_of(raw: RawTable, source: FileSource) -> str:
    """Return the file that holds a table: its own, or a workbook with a sheet for it."""
    return raw.file if raw.file in source.contents else raw.file.partition(": ")[0]


def read_table(name: str, label: str, contents: Mapping[str, bytes], *, country: str) -> RawTable:
    """Return a table by how messages name it, from the bytes of its file."""
    if label in contents:
        return read_csv(contents[label], name=name, file=label, country=country)[0]
    from bookcar.inputs.workbook import Workbook  # noqa: PLC0415  slow

    file, _, sheet = label.partition(": ")
    return Workbook(contents[file], file).table(sheet, name)[0]


def with_contents(
    source: FileSource, files: Mapping[str, bytes | None], tables: Mapping[str, RawTable]
) -> FileSource:
    """Return the source with other files and the tables in them; None is one that is not there."""
    there = {name: data for name, data in files.items() if data is not None}
    contents = {n: d for n, d in source.contents.items() if n not in files} | there
    return msgspec.structs.replace(
        source, contents=contents, tables=source.tables | dict(tables), faults=list(source.faults)
    )


def as_before(source: FileSource, closed: Closed) -> FileSource:
    """Return the source with its tables as they were before a week was closed.

    Raises
    ------
    InputError
        If that is not kept any more.
    """
    was = kept_tables(source.where, closed)
    tables = dict(source.tables)
    for name in TABLES:
        raw = tables.get(name)
        file = file_of(raw, source) if raw else ""
        if raw is None or file not in was:
            continue
        data = was[file]
        if data is None:
            del tables[name]
        else:
            tables[name] = read_table(name, raw.file, {file: data}, country=source.given.country)
    bare = msgspec.structs.replace(source, tables={})
    return with_contents(bare, was, tables)


def kept_tables(folder: Path, closed: Closed) -> dict[str, bytes | None]:
    """Return the tables as they were before a week was closed; None for one that was not there.

    Raises
    ------
    InputError
        If a copy is gone or was changed.
    """
    found: dict[str, bytes | None] = {}
    for name, sum_before in closed.before.items():
        path = folder / kept_copy(closed.week, name)
        try:
            found[name] = path.read_bytes() if sum_before else None
        except OSError:
            found[name] = None
        if digest(found[name]) != sum_before:
            place = kept_copy(closed.week, name)
            figures = {"week": closed.week}
            raise InputError([Fault(rule="close-not-kept", file=place, figures=figures)])
    return found
