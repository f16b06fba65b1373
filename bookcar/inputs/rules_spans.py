"""Rows that hold from one day to another: none ends before it begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from bookcar.errors import Fault
from bookcar.inputs.sheet import Record, Sheet

Span = Callable[[Record], tuple[dt.date, dt.date]]


def _span(record: Record) -> tuple[dt.date, dt.date]:
    return record.values["from"], record.values["to"]


def ends_before_begins(sheet: Sheet, variant: str = "", *, span: Span = _span) -> Iterator[Fault]:
    """Report a row that ends before it begins.

    Parameters
    ----------
    span
        Returns the first and last day of a row.
    """
    for record in sheet.having("from", "to"):
        first, last = span(record)
        if last < first:
            yield sheet.fault(
                "ends-before-begins",
                variant=variant,
                at=record,
                column="to",
                begins=first.isoformat(),
            )
