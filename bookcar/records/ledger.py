"""Which weeks are closed: ``closed/closed.json`` beside the tables, for people and programs.

Beside it stands, a folder a week, what the tables were before: that is how a close is taken back.
The folder belongs to the records, and no plan depends on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from bookcar.errors import Fault, InputError

FOLDER = "closed"
FILE = f"{FOLDER}/closed.json"
KEPT = 8
"""So many of the last closes can be taken back, one after the other."""

_VERSION = 1


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """A week that is closed.

    Attributes
    ----------
    plan
        Id of the plan that was driven.
    files
        What came back and was read.
    before, after
        SHA-256 of the tables that were written; empty before for one that was not there.
    """

    week: str
    plan: str
    done: int
    missed: int
    rows: int
    requests: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    before: Mapping[str, str] = msgspec.field(default_factory=dict)
    after: Mapping[str, str] = msgspec.field(default_factory=dict)


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """The closed weeks in the order in which they were closed."""

    bookcar_closed: int = _VERSION
    weeks: tuple[Closed, ...] = ()

    def of(self, week: str) -> Closed | None:
        """Return what is kept of a week, if it is closed."""
        return next((one for one in self.weeks if one.week == week), None)

    def to_json(self) -> bytes:
        """Return the file, always the same bytes."""
        return (
            msgspec.json.format(msgspec.json.encode(self, order="deterministic"), indent=1) + b"\n"
        )


def read_ledger(folder: Path) -> Ledger:
    """Return the ledger of a district's folder; an empty one where nothing was closed yet.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        data = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return Ledger()
    except OSError as error:
        raise _unreadable(error.strerror or str(error)) from None
    try:
        ledger = msgspec.json.decode(data, type=Ledger)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _unreadable(str(error)) from None
    if ledger.bookcar_closed != _VERSION:
        raise _unreadable(f"bookcar_closed = {ledger.bookcar_closed}")
    return ledger


def home_of(district: Path) -> Path:
    """Return the folder of a district's tables: its own, or that of its workbook."""
    return district.parent if district.is_file() else district


def kept_copy(week: str, name: str) -> str:
    """Return where a table is kept as it was before a week was closed."""
    return f"{FOLDER}/{week}/{name}"


def digest(data: bytes | None) -> str:
    """Return the SHA-256 of a file's content, empty for no file."""
    return "" if data is None else hashlib.sha256(data).hexdigest()


def _unreadable(detail: str) -> InputError:
    return InputError([Fault(rule="closed-file", file=FILE, figures={"detail": detail})])
