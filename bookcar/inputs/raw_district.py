"""A district as far as it could be read: what the rules between rows and tables look at."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import msgspec

from bookcar.inputs import text as tx
from bookcar.inputs.settings import Given
from bookcar.inputs.sheet import Record, Sheet
from bookcar.model import Area

KG_PER_BOOK = 0.35

_SUGGESTIONS = 20
_SHOWN = 20


class RawDistrict(msgspec.Struct, frozen=True, kw_only=True):
    """Everything read so far.

    Attributes
    ----------
    tables
        By name; a table that is not there has no records.
    shapes
        Geometries of closures.geojson by id and name; None if the file is not there.
    titles
        The title lists that batches name, by the name they give.
    today
        The last day on which something can have happened; None where the reader does not know.
    """

    given: Given
    tables: Mapping[str, Sheet]
    areas: tuple[Area, ...] = ()
    shapes: Mapping[str, Mapping[str, Any]] | None = None
    titles: Mapping[str, Sheet] = msgspec.field(default_factory=dict)
    today: dt.date | None = None

    def __getitem__(self, table: str) -> Sheet:
        return self.given.depots if table == "depots" else self.tables[table]

    def places(self) -> dict[str, Record]:
        """Return depots and stops by id."""
        return self["stops"].ids() | self["depots"].ids()


def whole_kg(kg: float) -> int:
    """Return kilograms rounded to whole ones, halves up."""
    return math.floor(kg + 0.5)


def weight(batch: Record) -> int:
    """Return the kilograms of a batch, by its books where the table does not say."""
    kg = batch.values.get("kg")
    return whole_kg(KG_PER_BOOK * batch.values["books"]) if kg is None else int(kg)


class Suggestions:
    """Finds the id that was meant by one that does not exist: by spelling, or by the place's name.

    Parameters
    ----------
    records
        The rows whose ids exist.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = [record for record in records if "id" in record.values]
        self._left = _SUGGESTIONS

    @cached_property
    def _ids(self) -> list[str]:
        return [record.values["id"] for record in self._records]

    @cached_property
    def _by_fold(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for column in ("id", "name", "name_en"):
            for record in self._records:
                name = record.values.get(column)
                if name:
                    found.setdefault(_fold(name), record.values["id"])
        return found

    @cached_property
    def _some(self) -> tuple[str, ...]:
        return tuple(self._ids[:_SHOWN])

    def ids(self, wrong: str) -> str | tuple[str, ...]:
        """Return the id meant, or else some of the ids there are."""
        meant = self._by_fold.get(_fold(wrong))
        if meant is None and self._left > 0:
            self._left -= 1  # difflib is slow; a file full of unknown ids needs no more of them
            meant = tx.nearest(wrong, [name for name in self._ids if _numbered_alike(name, wrong)])
        return self._some if meant is None else meant


def _numbered_alike(one: str, other: str) -> bool:
    """Tell whether two ids have the same numbers in them: V02 is not what was meant by V03."""
    return _numbers(one) == _numbers(other)


def _numbers(name: str) -> list[str]:
    """Return the numbers in an id but for zero: S2.0 is Excel's S2."""
    return re.findall("[1-9][0-9]*", tx.plain(name))


def _fold(name: str) -> str:
    """Return an id without case, punctuation and leading zeros: S-07 and s7 are alike."""
    letters = "".join(c if c.isalnum() else " " for c in tx.plain(name).casefold())
    parts: list[str] = []
    digits = ""
    for c in letters + " ":
        if c.isdigit():
            digits += c
            continue
        if digits:
            parts.append(digits.lstrip("0") or "0")
            digits = ""
        if c != " ":
            parts.append(c)
    return "".join(parts)
