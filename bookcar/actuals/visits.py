"""The rows of the visits table as visits: a visit has a row for each batch it moved.

Rows of one day, stop and vehicle are one visit, unless they give different times of arrival: then
each time is a visit, and a row without one belongs to the visit of the row above it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from bookcar.model import District, PastVisit

COUNTS = ("readers", "loans", "new_cards")
"""What is counted at the car."""
ONCE = ("arrive", "leave", *COUNTS)
"""What a visit has once, on any one of its rows."""
_TABLE = "visits"
_FIRST = 2  # the row below the heading


class Line(msgspec.Struct, frozen=True):
    """A row of the visits table with its number in the file."""

    row: int
    visit: PastVisit


class Told(msgspec.Struct, frozen=True):
    """A figure and the row on which it stands."""

    value: int
    row: int


class RecordedVisit(msgspec.Struct, frozen=True, kw_only=True):
    """One vehicle at one stop, as it was or was to be.

    Attributes
    ----------
    done
        False if nobody came to the stop on that day.
    lines
        Its rows in the table.
    told
        What it has once (`ONCE`), as far as it was recorded.
    unclear
        The columns that its rows tell in two ways; the first counts.
    """

    date: dt.date
    stop: str
    vehicle: str
    done: bool
    lines: tuple[Line, ...]
    told: Mapping[str, Told] = msgspec.field(default_factory=dict)
    unclear: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[int, ...]:
        """The numbers of its rows."""
        return tuple(line.row for line in self.lines)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noted, each note once."""
        return tuple(dict.fromkeys(line.visit.note for line in self.lines if line.visit.note))

    @property
    def seconds(self) -> int | None:
        """How long service lasted, where both times were recorded."""
        if "arrive" not in self.told or "leave" not in self.told:
            return None
        return self.told["leave"].value - self.told["arrive"].value

    def value(self, column: str) -> int | None:
        """Return what was recorded in a column of `ONCE`."""
        return self.told[column].value if column in self.told else None


class CarDay(msgspec.Struct, frozen=True, kw_only=True):
    """A vehicle on a day on which it made a visit; ``metres`` is what it drove, where recorded.

    ``unclear`` if its rows tell two distances; the first counts.
    """

    date: dt.date
    vehicle: str
    rows: tuple[int, ...]
    metres: Told | None = None
    unclear: bool = False


def lines_of(district: District) -> tuple[Line, ...]:
    """Return the rows of the visits table with their numbers, in the table's order."""
    origins = district.origins.get(_TABLE, {})
    rows = [where.row or 0 for where in origins.values()]
    if len(rows) != len(district.visits):  # a district that was not read from a file
        rows = list(range(_FIRST, _FIRST + len(district.visits)))
    return tuple(Line(row, visit) for row, visit in zip(rows, district.visits, strict=True))


def file_of(district: District) -> str:
    """Return the file in which the visits stand."""
    return next((w.file for w in district.origins.get(_TABLE, {}).values()), f"{_TABLE}.csv")


def recorded_visits(lines: Sequence[Line]) -> tuple[RecordedVisit, ...]:
    """Return the visits of some rows, by date and then as the table has them.

    A row that was missed tells nothing of a stop that had a visit all the same on that day.
    """
    found: list[RecordedVisit] = []
    for of_day in _grouped(lines, lambda v: (v.date, v.stop)):
        done = [line for line in of_day if line.visit.status == "done"]
        if not done:
            found.append(_visit(of_day, done=False))
        for of_car in _grouped(done, lambda v: v.vehicle):
            found.extend(_visit(part, done=True) for part in _by_arrival(of_car))
    return tuple(sorted(found, key=lambda visit: (visit.date, visit.rows[0])))


def car_days(lines: Sequence[Line]) -> tuple[CarDay, ...]:
    """Return the vehicles' days with a visit that was done, by date and then as they stand.

    The distance of a day may stand on any of its rows, also on that of a visit that was missed.
    """
    days = _grouped(lines, lambda v: (v.date, v.vehicle))
    made = (_car_day(day) for day in days if any(line.visit.status == "done" for line in day))
    return tuple(sorted(made, key=lambda day: (day.date, day.rows[0])))


def _grouped(lines: Sequence[Line], key: object) -> Iterator[list[Line]]:
    groups: dict[object, list[Line]] = defaultdict(list)
    for line in lines:
        groups[key(line.visit)].append(line)  # type: ignore[operator]
    yield from groups.values()


def _by_arrival(lines: list[Line]) -> list[list[Line]]:
    times = list(dict.fromkeys(x.visit.arrive for x in lines if x.visit.arrive is not None))
    if len(times) < 2:
        return [lines]
    parts: dict[int, list[Line]] = {time: [] for time in times}
    now = times[0]
    for line in lines:
        now = now if line.visit.arrive is None else line.visit.arrive
        parts[now].append(line)
    return list(parts.values())


def _visit(lines: list[Line], *, done: bool) -> RecordedVisit:
    first = lines[0].visit
    told, unclear = _told(lines, ONCE) if done else ({}, ())
    vehicle = next((line.visit.vehicle for line in lines if line.visit.vehicle), "")
    return RecordedVisit(
        date=first.date,
        stop=first.stop,
        vehicle=vehicle,
        done=done,
        lines=tuple(lines),
        told=told,
        unclear=unclear,
    )


def _car_day(lines: list[Line]) -> CarDay:
    told, unclear = _told(lines, ("day_metres",))
    return CarDay(
        date=lines[0].visit.date,
        vehicle=lines[0].visit.vehicle,
        rows=tuple(line.row for line in lines),
        metres=told.get("day_metres"),
        unclear=bool(unclear),
    )


def _told(lines: Sequence[Line], columns: Sequence[str]) -> tuple[dict[str, Told], tuple[str, ...]]:
    """Return what the rows tell in each column, and which columns they tell in two ways."""
    told: dict[str, Told] = {}
    unclear: dict[str, None] = {}
    for line in lines:
        for column in columns:
            value = getattr(line.visit, column)
            if value is None:
                continue
            first = told.setdefault(column, Told(value, line.row))
            if first.value != value:
                unclear[column] = None
    return told, tuple(unclear)
