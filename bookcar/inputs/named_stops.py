"""Cells that name stops: by id, by kind or by area; and rules that know the words for kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.raw_district import RawDistrict, Suggestions
from bookcar.inputs.sheet import Record


def stops_of(
    raw: RawDistrict, record: Record, kinds: Mapping[str, str], *, column: str = "stops"
) -> tuple[str, ...]:
    """Return the ids of the stops that a cell stands for, in the order of their table."""
    names = _names_in(raw, record, kinds, column=column)
    named = {found for name in names for found in _meant(raw, name, kinds)}
    return tuple(stop for stop in raw["stops"].ids() if stop in named)


class KindRules:
    """Rules of a table that need to know the words for kinds of stops.

    Parameters
    ----------
    kinds
        Every name of a kind, as `text.key` makes it, with the kind.
    """

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self.kinds = kinds

    def unknown_stops(
        self, raw: RawDistrict, *, rule: str, table: str, column: str
    ) -> Iterator[Fault]:
        """Report a name in a column that is no kind, no area and no stop of the district."""
        stops = raw["stops"]
        if not stops.complete or not stops.records:
            return
        suggest = Suggestions(stops.records)
        for record in raw[table].having(column):
            for name in _names_in(raw, record, self.kinds, column=column):
                if not _meant(raw, name, self.kinds):
                    yield raw[table].fault(
                        rule, at=record, column=column, name=name, ids=suggest.ids(name)
                    )


def _names_in(
    raw: RawDistrict, record: Record, kinds: Mapping[str, str], *, column: str
) -> tuple[str, ...]:
    """Return what a cell names; names of areas that hold spaces are parted by commas."""
    parts = tuple(part.strip() for part in re.split("[,;，、；]", record.given.get(column, "")))
    if all(_meant(raw, part, kinds) for part in parts):
        return parts
    return tuple(record.values[column])


def _meant(raw: RawDistrict, name: str, kinds: Mapping[str, str]) -> set[str]:
    """Return the stops that a name stands for: an id, a kind or an area, all that fit."""
    kind, key = kinds.get(tx.key(name)), tx.key(name)
    found = set()
    for record in raw["stops"].having("id"):
        of_kind = kind is not None and record.values.get("kind") == kind
        of_area = tx.key(record.values.get("area", "")) == key
        if of_kind or of_area or record.values["id"] == name:
            found.add(record.values["id"])
    return found
