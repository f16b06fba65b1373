"""Routes fixed by hand: reading ``overrides.csv``, every fault at once.

A row is a visit: ``date``, ``vehicle``, ``position``, ``stop``. The rows of one vehicle on one date
are its whole route that day, unless the column ``keep`` says ``start`` (the route begins with them)
or ``visit`` (the stop stays on this car and day, wherever on the route). A row with neither date
nor vehicle leaves its stop out this week; one with a depot's id as its ``stop`` is a reload there.
The column ``plan``, which the board fills in, names the plan that was adjusted.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from bookcar.errors import Fault, InputError
from bookcar.inputs import rules_cells, rules_files
from bookcar.inputs import text as tx
from bookcar.model import District, Stop
from bookcar.plan import Plan
from bookcar.planning.errands import Fleet, visit_key

COLUMNS = ("plan", "date", "vehicle", "position", "stop", "keep")
_REQUIRED = COLUMNS[1:5]

Keep = Literal["route", "start", "visit"]
KEEP_WORDS: Mapping[Keep, tuple[str, ...]] = {
    "route": ("整条路线", "路线", "整条"),
    "start": ("开头", "起始"),
    "visit": ("站点", "仅此站"),
}
_KEEPS = {tx.key(name): word for word, also in KEEP_WORDS.items() for name in (word, *also)}


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """A plan adjusted by hand: the file that says how, and the plan it was (None if not known).

    ``keep`` leaves every other route of the plan as it is; else the rest is planned anew.
    """

    file: Path
    base: Plan | None = None
    keep: bool = False


@dataclass(frozen=True, kw_only=True)
class FixedVisit:
    """A visit on a fixed route; ``row`` is None if it is kept from a plan, not read.

    ``number`` tells two visits to one stop in the week apart.
    """

    stop: str
    row: int | None = None
    number: int = 1

    @property
    def key(self) -> str:
        """The key of its errand."""
        return visit_key(self.stop, self.number)


@dataclass(frozen=True, kw_only=True)
class FixedReload:
    """A reload on a fixed route; ``row`` as in `FixedVisit`."""

    place: str
    row: int | None = None


@dataclass(frozen=True, kw_only=True)
class FixedRoute:
    """The whole route of a car-day (an index into the week's fleet), in order."""

    car_day: int
    calls: tuple[FixedVisit | FixedReload, ...]

    @property
    def visits(self) -> tuple[FixedVisit, ...]:
        """The visits in order."""
        return tuple(call for call in self.calls if isinstance(call, FixedVisit))

    def loaded_at(self, home: str) -> dict[str, str]:
        """Return the store where the batches of each visit come aboard, by its key."""
        found, store = {}, home
        for call in self.calls:
            if isinstance(call, FixedReload):
                store = call.place
            else:
                found[call.key] = store
        return found

    def put_off_at(self, home: str) -> dict[str, str]:
        """Return the store where what each visit collects is put off, by its key."""
        return replace(self, calls=self.calls[::-1]).loaded_at(home)


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """What a person fixed.

    Attributes
    ----------
    starts
        Visits in order with which the route of a car-day begins.
    pins
        Visits that stay on a car-day, wherever on its route.
    left_out
        Stops not to be served this week, but for visits that another row names.
    plan
        Id of the plan that was adjusted; empty if the file does not say.
    """

    file: str
    routes: tuple[FixedRoute, ...]
    left_out: tuple[FixedVisit, ...]
    plan: str = ""
    starts: tuple[FixedRoute, ...] = ()
    pins: tuple[FixedRoute, ...] = ()

    def stops(self) -> frozenset[str]:
        """Return every stop that is named."""
        return frozenset(self.named())

    def out(self) -> frozenset[str]:
        """Return the stops left out."""
        return frozenset(visit.stop for visit in self.left_out)

    def named(self) -> Counter[str]:
        """Return how many visits of each stop are placed or left out."""
        return self.placed() + Counter(visit.stop for visit in self.left_out)

    def placed(self) -> Counter[str]:
        """Return how many visits of each stop are placed."""
        routes = (*self.routes, *self.starts, *self.pins)
        return Counter(visit.stop for route in routes for visit in route.visits)


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A row of the file with its number, its cells as text by column."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def keep(self) -> Keep | None:
        """What of the route the row fixes; None if the word is not known."""
        return _KEEPS.get(tx.key(self["keep"])) if self["keep"] else "route"

    def date(self) -> dt.date | None:
        """Return the date in any spelling a spreadsheet gives it, or None if it is none."""
        try:
            return rules_cells.date(self["date"])
        except rules_cells.BadCell:
            return None


def read_overrides(path: Path, *, district: District, fleet: Fleet) -> Overrides:
    """Read a file of overrides for a week.

    Raises
    ------
    InputError
        With every fault of the file: unknown stops, vehicles and dates, and rows that contradict
        each other.
    """
    file = path.name
    rows, faults = _rows(path)
    if not faults:
        checker = _Checker(file, district, fleet)
        faults = [fault for row in rows for fault in checker.faults(row)]
        faults += _needless(file, rows, checker.depots)
        faults += _mixed(file, rows)
        faults += _told_twice(file, rows, {stop.id: stop for stop in district.stops})
    if faults:
        raise InputError(faults)
    kept = {word: [row for row in rows if row.keep == word] for word in KEEP_WORDS}
    depots = {depot.id for depot in district.depots}
    left = tuple(FixedVisit(stop=row["stop"], row=row.number) for row in rows if not row["date"])
    plans = {row["plan"] for row in rows if row["plan"]}
    return Overrides(
        file=file,
        routes=_routes(kept["route"], fleet, depots),
        left_out=left,
        plan=max(plans, default=""),
        starts=_routes(kept["start"], fleet, depots),
        pins=_routes(kept["visit"], fleet, depots),
    )


def _rows(path: Path) -> tuple[list[_Row], list[Fault]]:
    try:
        text, faults = rules_files.decode(path.read_bytes(), path.name)
    except OSError as error:
        problem = f"The file {path} cannot be read: {error.strerror}."
        return [], [_fault(path.name, "overrides-file", problem, "Name a file that exists.")]
    if text is None or faults:
        return [], faults
    separator = max(",;\t", key=text.split("\n", 1)[0].count)
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=None), delimiter=separator)
    table = [(number, cells) for number, cells in enumerate(lines, 1) if any(map(tx.bare, cells))]
    if not table:
        return [], [_fault(path.name, "empty-file", "The file is empty.", _COLUMNS_HINT)]
    header = [tx.key(cell) for cell in table[0][1]]
    faults = _header_faults(path.name, header)
    body = [_row(number, header, cells) for number, cells in table[1:]]
    if not body and not faults:
        faults = [_fault(path.name, "empty-file", "The file has no rows.", _COLUMNS_HINT)]
    return body, faults


def _row(number: int, header: Sequence[str], cells: Sequence[str]) -> _Row:
    values = (tx.label(tx.unguarded(tx.bare(cell))) for cell in cells)
    return _Row(number=number, cells=dict(zip(header, values, strict=False)))


_COLUMNS_HINT = f"The columns are {', '.join(_REQUIRED)}; a row is a visit."


def _header_faults(file: str, header: Sequence[str]) -> list[Fault]:
    missing = [name for name in _REQUIRED if name not in header]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    found = [(f"The column {name} is missing.", "missing-column") for name in missing]
    found += [(f"The column {name} stands there twice.", "duplicate-column") for name in twice]
    found += [
        (f"There is no column {name!r}.", "unknown-column")
        for name in header
        if name and name not in COLUMNS
    ]
    return [_fault(file, rule, problem, _COLUMNS_HINT, row=1) for problem, rule in found]


class _Checker:
    """Holds the rows of a file against the district and the week's car-days."""

    def __init__(self, file: str, district: District, fleet: Fleet) -> None:
        self.file = file
        self.stops = {stop.id for stop in district.stops}
        self.depots = {depot.id for depot in district.depots}
        self.places = self.stops | self.depots
        self.vehicles = {vehicle.id for vehicle in district.vehicles}
        self.days = {(day.date, day.vehicle.id) for day in fleet.days}
        self.dates = sorted({day.date.isoformat() for day in fleet.days})

    def faults(self, row: _Row) -> Iterator[Fault]:
        """Yield what is wrong with a row alone."""
        yield from self._unknown(row, "stop", self.places)
        if row["stop"] in self.depots:
            yield from self._reload(row)
        if not row["date"] and not row["vehicle"]:
            return
        yield from self._unknown(row, "vehicle", self.vehicles)
        yield from self._date(row)
        if row.keep is None:
            fix = "Write route, start or visit; an empty cell means route."
            yield self._at(row, "keep", "There is no such way to keep a row.", fix)
        if row.keep == "visit" and not row["position"]:
            return
        if not (row["position"].isascii() and row["position"].isdigit() and int(row["position"])):
            fix = "Number the stops of a route from 1."
            yield self._at(row, "position", "The position is not a whole number from 1 on.", fix)

    def _reload(self, row: _Row) -> Iterator[Fault]:
        if not row["date"] and not row["vehicle"]:
            fix = "Give it a date and a vehicle, or delete the row."
            yield self._at(row, "stop", "A depot cannot be left out.", fix)
        elif row.keep == "visit":
            fix = "Fix the whole route, or its beginning with this reload in it."
            yield self._at(row, "keep", "A reload has no place of its own on a route.", fix)

    def _date(self, row: _Row) -> Iterator[Fault]:
        date = row.date()
        if date is None:
            fix = "Write it as 2026-11-30; leave date and vehicle empty to leave a stop out."
            yield self._at(row, "date", "This is not a date.", fix)
            return
        if date.isoformat() not in self.dates:
            fix = f"Cars go out on {', '.join(self.dates)}."
            yield self._at(row, "date", "No car goes out on this day in the week planned.", fix)
        elif row["vehicle"] in self.vehicles and (date, row["vehicle"]) not in self.days:
            fix = "Give the route to another vehicle, or change days in vehicles."
            yield self._at(row, "vehicle", f"It does not work on {date:%a %d %b}.", fix)

    def _unknown(self, row: _Row, column: str, known: set[str]) -> Iterator[Fault]:
        value = row[column]
        if value in known:
            return
        near = tx.nearest(value, sorted(known)) if value else None
        fix = f"Did you mean {near}?" if near else f"Take an id from the {column}s table."
        problem = f"There is no {column} {value!r}." if value else f"The {column} is empty."
        yield self._at(row, column, problem, fix)

    def _at(self, row: _Row, column: str, problem: str, fix: str) -> Fault:
        rule = f"override-{column}"
        return _fault(
            self.file, rule, problem, fix, row=row.number, column=column, value=row[column]
        )


def _needless(file: str, rows: Sequence[_Row], depots: set[str]) -> Iterator[Fault]:
    """Yield reloads after which the rows of a route have no stop before the next one."""
    by_day: dict[tuple[object, str], list[_Row]] = {}
    for row in rows:
        by_day.setdefault((row.date(), row["vehicle"]), []).append(row)
    for own in by_day.values():
        ordered = sorted((row for row in own if row["position"].isdigit()), key=_place)
        for place, row in enumerate(ordered):
            after = ordered[place + 1 : place + 2]
            if row["stop"] in depots and (not after or after[0]["stop"] in depots):
                problem = "No stop comes after this reload and before the next."
                fix = "Put a stop behind it, or delete the row."
                yield _fault(
                    file, "override-reload", problem, fix, row=row.number, value=row["stop"]
                )


def _told_twice(file: str, rows: Sequence[_Row], stops: Mapping[str, Stop]) -> Iterator[Fault]:
    """Yield stops named too often, positions given twice on a route, and a second plan."""
    places: dict[tuple[str, ...], int] = {}
    plans = {row["plan"]: row.number for row in reversed(rows) if row["plan"]}
    named: dict[str, list[_Row]] = {}
    for row in rows:
        before = named.setdefault(row["stop"], [])
        if row["stop"] in stops:
            yield from _too_often(file, row, before, stops[row["stop"]])
        before.append(row)
        place = (str(row.date()), row["vehicle"], row["position"])
        if row["date"] and row["position"] and places.setdefault(place, row.number) != row.number:
            problem = f"Row {places[place]} has the same position on this route."
            fix = "Number the stops of a route 1, 2, 3, ..."
            yield _fault(
                file, "override-position", problem, fix, row=row.number, value=row["position"]
            )
    if len(plans) > 1:
        problem = f"The rows come from different plans: {', '.join(sorted(plans))}."
        yield _fault(file, "override-plan", problem, "Save the overrides from one board only.")


def _mixed(file: str, rows: Sequence[_Row]) -> Iterator[Fault]:
    """Yield the rows that fix less than a route another row fixes whole."""
    whole = {(row.date(), row["vehicle"]): row for row in rows if row.keep == "route"}
    for row in rows:
        other = whole.get((row.date(), row["vehicle"]))
        if row["date"] and other and row.keep in ("start", "visit"):
            problem = f"Row {other.number} is of a route kept whole, of this vehicle on this date."
            fix = "Write the same word under keep in all its rows, or move one of them."
            yield _fault(
                file,
                "override-keep",
                problem,
                fix,
                row=row.number,
                column="keep",
                value=row["keep"],
            )


def _too_often(file: str, row: _Row, before: Sequence[_Row], stop: Stop) -> Iterator[Fault]:
    """Yield that a stop has more rows than visits a week, or two on days too close together."""
    if len(before) >= stop.visits_a_week:
        problem = f"Row {before[0].number} places this stop already."
        fix = "Keep one row for each stop."
        if stop.visits_a_week > 1:
            problem = f"It wants {stop.visits_a_week} visits a week, and has {len(before)} rows."
            fix = "Keep a row for each of its visits."
        yield _fault(file, "override-twice", problem, fix, row=row.number, value=stop.id)
        return
    date = row.date()
    for other in before:
        placed = other.date()
        if date and placed and abs((date - placed).days) < stop.days_between:
            problem = f"Row {other.number} places its other visit on {placed:%a %d %b}."
            fix = f"Its two visits must be {stop.days_between} days apart."
            yield _fault(file, "override-spacing", problem, fix, row=row.number, value=stop.id)


def _routes(rows: Sequence[_Row], fleet: Fleet, depots: set[str]) -> tuple[FixedRoute, ...]:
    """Return the rows by car-day, each in the order of their positions."""
    days = {(day.date, day.vehicle.id): k for k, day in enumerate(fleet.days)}
    by_day: dict[int, list[_Row]] = {}
    for row in rows:
        date = row.date()
        if date is not None:
            by_day.setdefault(days[date, row["vehicle"]], []).append(row)
    return tuple(
        FixedRoute(
            car_day=car_day,
            calls=tuple(_call(row, depots) for row in sorted(own, key=_place)),
        )
        for car_day, own in sorted(by_day.items())
    )


def _call(row: _Row, depots: set[str]) -> FixedVisit | FixedReload:
    if row["stop"] in depots:
        return FixedReload(place=row["stop"], row=row.number)
    return FixedVisit(stop=row["stop"], row=row.number)


def _place(row: _Row) -> int:
    return int(row["position"] or 0)


def _fault(
    file: str,
    rule: str,
    problem: str,
    fix: str,
    *,
    row: int | None = None,
    column: str | None = None,
    value: str | None = None,
) -> Fault:
    return Fault(
        rule=rule, file=file, problem=problem, fix=fix, row=row, column=column, value=value
    )
