"""A table read cell by cell: values where they could be read, and the text as given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from bookcar.errors import Fault, Severity
from bookcar.inputs import text as tx
from bookcar.phrases import Figure


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A row.

    Attributes
    ----------
    values
        By column name, in the model's units; a cell that breaks a rule of its own is absent.
    given
        The text of the cells that are filled, by column name.
    prefix
        What stands before a column name in messages, e.g. ``depot.2.``.
    """

    row: int | None
    values: dict[str, Any]
    given: dict[str, str]
    prefix: str = ""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A table with its records.

    Attributes
    ----------
    headings
        Column name as the user wrote it, by column name.
    complete
        False if rows may be missing because something could not be read; rules that ask whether
        an id exists keep quiet then.
    """

    name: str
    file: str
    records: list[Record]
    headings: dict[str, str]
    complete: bool = True

    def fault(
        self,
        rule: str,
        *,
        at: Record,
        column: str | None = None,
        severity: Severity = "error",
        variant: str = "",
        **figures: Figure,
    ) -> Fault:
        """Return a fault of one record and, if named, its column."""
        shown = None if column is None else shown_value(at.given.get(column))
        return Fault(
            rule=rule,
            file=self.file,
            row=at.row,
            column=None if column is None else at.prefix + self.headings.get(column, column),
            value=shown,
            severity=severity,
            variant=variant,
            figures=figures,
        )

    def file_fault(
        self,
        rule: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        variant: str = "",
        **figures: Figure,
    ) -> Fault:
        """Return a fault of the table as a whole."""
        return Fault(
            rule=rule,
            file=self.file,
            row=row,
            column=column,
            value=value,
            variant=variant,
            figures=figures,
        )

    def having(self, *columns: str) -> Iterator[Record]:
        """Yield the records in which all these columns could be read."""
        for record in self.records:
            if all(column in record.values for column in columns):
                yield record

    def ids(self) -> dict[str, Record]:
        """Return the first record of each id; the text as given where the id is faulty."""
        found: dict[str, Record] = {}
        for record in self.records:
            name = record.values.get("id") or record.given.get("id")
            if name:
                found.setdefault(name, record)
        return found


def shown_value(text: str | None) -> str | None:
    """Return a value for a message, cut where nobody would read on."""
    return None if text is None else tx.shown(text)
