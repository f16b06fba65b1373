"""Reading the title lists that batches name: a CSV each, somewhere in the district's folder."""

from __future__ import annotations

from bookcar.errors import Fault
from bookcar.inputs.decode import decode
from bookcar.inputs.rules_files import empty_file, unreadable_file
from bookcar.inputs.rules_titles import ENDING, is_there, lies_inside, named
from bookcar.inputs.sheet import Sheet
from bookcar.inputs.source import Source
from bookcar.inputs.sources import read_csv


def read_titles(source: Source, batches: Sheet) -> tuple[dict[str, Sheet], list[Fault]]:
    """Return every list that is there by the name the batches give it, and what is wrong in it.

    The bytes join those of the tables, so that a plan names the lists it was printed with.
    """
    lists: dict[str, Sheet] = {}
    faults: list[Fault] = []
    for name in named(batches):
        inside = lies_inside(source.where, name)
        if name.lower().endswith(ENDING) and inside and is_there(source.where, name):
            lists[name], more = _read(source, name)
            faults += more
    return lists, faults


def _read(source: Source, name: str) -> tuple[Sheet, list[Fault]]:
    nothing = Sheet(name="titles", file=name, records=[], headings={}, complete=False)
    try:
        data = source.read(name)
    except OSError as error:
        return nothing, [unreadable_file(name, error)]
    raw, faults = read_csv(data, name="titles", file=name, country=source.given.country)
    if raw.rows:
        sheet, more = decode(raw, {})
        return sheet, faults + more
    return nothing, faults + ([empty_file(name, required=False)] if raw.complete else [])
