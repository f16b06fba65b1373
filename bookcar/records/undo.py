"""Taking the last close back: the tables are what they were, byte for byte."""

from __future__ import annotations

from pathlib import Path

from bookcar.errors import Fault, InputError, UsageError
from bookcar.files import finish_several, one_writer, write_several
from bookcar.inputs.folder import find
from bookcar.phrases.sentence import Sentence
from bookcar.records.closing import remove_empty
from bookcar.records.ledger import FILE, Closed, Ledger, digest, kept_copy, read_ledger
from bookcar.records.stand_in import kept_tables


def undo_close(district: str | Path, *, week: str | None = None) -> Closed:
    """Take the last close of a district back and return what it was.

    Parameters
    ----------
    week
        The week that is meant, to be refused if another one was closed last.

    Raises
    ------
    UsageError
        If no week is closed, or another one was closed last.
    InputError
        If a table was changed since, or what it was is not kept any more; nothing is changed then.
    files.WriteError
        If a table cannot be written; all are as they were then.
    """
    folder = find(Path(district)).where
    finish_several(folder)
    with one_writer(folder):
        ledger = read_ledger(folder)
        last = _last(ledger, week)
        before = kept_tables(folder, last)
        _require_as_closed(folder, last)
        left = Ledger(weeks=ledger.weeks[:-1])
        copies = [kept_copy(last.week, name) for name, data in before.items() if data is not None]
        record = left.to_json() if left.weeks else None
        write_several(folder, {**before, **dict.fromkeys(copies), FILE: record})
    remove_empty(folder, [last])
    return last


def _last(ledger: Ledger, week: str | None) -> Closed:
    if not ledger.weeks:
        raise UsageError(Sentence(key="usage.nothing-closed"))
    last = ledger.weeks[-1]
    if week is not None and last.week != week:
        key = "usage.other-closed-last" if ledger.of(week) else "usage.not-closed"
        raise UsageError(Sentence(key=key, figures={"week": week, "last": last.week}))
    return last


def _require_as_closed(folder: Path, last: Closed) -> None:
    """Refuse to take back what somebody has built upon.

    Raises
    ------
    InputError
        Naming every table that is not as the close left it.
    """
    faults = []
    for name, after in last.after.items():
        path = folder / name
        if digest(path.read_bytes() if path.is_file() else None) != after:
            figures = {"week": last.week, "copy": kept_copy(last.week, name)}
            faults.append(Fault(rule="edited-since-close", file=name, figures=figures))
    if faults:
        raise InputError(faults)
