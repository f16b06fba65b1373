"""A past visit as the cells of a table that is there, each in the form of its column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from bookcar.inputs import columns as cols
from bookcar.inputs import text as tx
from bookcar.model import PastVisit
from bookcar.records.book_table import Value
from bookcar.records.form import Form
from bookcar.weeks import clock

_TIMES = ("arrive", "leave")
_WORDS = ("action", "status")


def wanted_columns(visits: Sequence[PastVisit], form: Form) -> tuple[str, ...]:
    """Return the columns that a table lacks and some visit fills, in their usual order."""
    lacking = [column for column in cols.any_table("visits").columns if column not in form.at]
    return tuple(c for c in lacking if any(_is_told(c, value_of(c, v)) for v in visits))


def value_of(column: str, visit: PastVisit) -> Value | None:
    """Return what a visit has in a column, as a number, a text or a date; None for nothing."""
    field = cols.any_table("visits").columns[column].field
    assert field is not None
    value = getattr(visit, field)
    if value is None or value == "" or (column == "books" and not visit.batch):
        return None
    if column == "km":
        return round(float(value) / 1000, 3)
    if column in _TIMES:
        return dt.time(*divmod(int(value) // 60 % 1440, 60))
    return value if isinstance(value, int | dt.date) else str(value)


def texts_of(visit: PastVisit, form: Form, *, comma: bool) -> Mapping[int, str]:
    """Return the cells of a row of text by position; ``comma`` as in 66,5."""
    found = {}
    for column, position in form.at.items():
        value = value_of(column, visit)
        if value is not None:
            found[position] = _text(column, value, form, comma=comma)
    return found


def values_of(visit: PastVisit, form: Form, *, dates: bool) -> Mapping[int, Value]:
    """Return the cells of a workbook's row by position; ``dates`` if its dates are not texts."""
    found: dict[int, Value] = {}
    for column, position in form.at.items():
        value = value_of(column, visit)
        if value is None:
            continue
        as_text = column in _WORDS or (column == "date" and not dates)
        found[position] = _text(column, value, form, comma=False) if as_text else value
    return found


def _text(column: str, value: Value, form: Form, *, comma: bool) -> str:
    if column in _WORDS:
        return form.word(column, str(value))
    if isinstance(value, dt.date):
        return form.date(value)
    if isinstance(value, dt.time):
        return clock(value.hour * 3600 + value.minute * 60)
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", "," if comma else ".")
    return tx.guarded(str(value)) if isinstance(value, str) else str(value)


def _is_told(column: str, value: Value | None) -> bool:
    """Tell whether a column is needed for a value: without a status everything is done."""
    return value is not None and (column, value) != ("status", "done")
