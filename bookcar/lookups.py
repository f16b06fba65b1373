"""Rows of a table by their id, for records that keep such look-ups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar


class _Row(Protocol):
    @property
    def id(self) -> str: ...


RowT = TypeVar("RowT", bound=_Row)


def by_id(rows: Iterable[RowT]) -> Mapping[str, RowT]:
    """Return the rows by their id; nobody can change what is returned."""
    return MappingProxyType({row.id: row for row in rows})
