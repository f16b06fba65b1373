"""What a timetable repeats of the tables, as the public reads it: names, places, whom to call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from bookcar.audit.breach import breach
from bookcar.audit.timetable_case import TimetableCase
from bookcar.phrases.sentence import Sentence

_OF_STOPS = (
    "name",
    "name_en",
    "lon",
    "lat",
    "kind",
    "area",
    "people",
    "landmark",
    "every_weeks",
)
_OF_DEPOTS = ("name", "name_en", "lon", "lat")
_OF_CARS = ("name",)


def timetable_copies(case: TimetableCase) -> Iterator[Sentence]:
    """What the timetable repeats of the district, to be told, is what the tables say."""
    table, given = case.timetable, case.district
    printing = given.settings.printing
    areas = {stop.area for stop in table.stops}
    right: dict[str, object] = {
        "district": given.name,
        "district_en": given.name_en,
        "language": given.language,
        "time_zone": given.time_zone,
        "dispatch_phone": given.dispatch_phone,
        "paper": printing.paper,
        "clock": printing.clock,
        "areas_en": {a.name: a.name_en for a in given.areas if a.name_en and a.name in areas},
    }
    for name, value in right.items():
        copy = getattr(table, name)
        if copy not in (value, msgspec.UNSET):  # `areas_en`, in timetables made before it was known
            yield breach(
                "timetable-copies", where="district.toml", field=name, right=value, copy=copy
            )
    yield from _differing(table.stops, given.stops_by_id, _OF_STOPS)
    yield from _differing(table.depots, given.depots_by_id, _OF_DEPOTS)
    yield from _differing(table.vehicles, given.vehicles_by_id, _OF_CARS)
    for stop in table.stops:
        row = given.stops_by_id.get(stop.id)
        if stop.public and row is not None and not row.for_all:
            yield breach("timetable-copies-2", stop=stop.id)


def _differing(
    copies: tuple[Any, ...], rows: Mapping[str, Any], fields: tuple[str, ...]
) -> Iterator[Sentence]:
    for copy in copies:
        row = rows.get(copy.id)
        if row is None:
            continue  # that it is known at all is a rule of its own
        for field in fields:
            value, right = getattr(copy, field), getattr(row, field)
            if value != right:
                yield breach(
                    "timetable-copies", where=copy.id, field=field, right=right, copy=value
                )
