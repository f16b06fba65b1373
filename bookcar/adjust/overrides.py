"""Routes fixed by hand: reading ``overrides.csv``, every fault at once.

A row is a visit: ``date``, ``vehicle``, ``position``, ``stop``. The rows of one vehicle on one date
are its whole route that day, unless the column ``keep`` says ``start`` (the car has left, and began
with them), ``first`` (the route is to begin with them) or ``visit`` (the stop stays on this car and
day, wherever on the route). A row with neither date nor vehicle leaves its stop out this week; one
with a depot's id as its ``stop`` is a reload there.
The column ``plan``, which the board fills in, names the plan that was adjusted.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bookcar.errors import Fault, InputError
from bookcar.inputs import text as tx
from bookcar.inputs.columns import KEEP_WORDS
from bookcar.inputs.decode import decode
from bookcar.inputs.rules_files import empty_file
from bookcar.inputs.sheet import Record, Sheet
from bookcar.inputs.sources import read_csv
from bookcar.model import District, Stop
from bookcar.plan import Plan
from bookcar.plan_index import Part, parts
from bookcar.planning.fleet import Fleet, ReloadOption
from bookcar.planning.visit_options import visit_key


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
        """The key of its option."""
        return visit_key(self.stop, self.number)


@dataclass(frozen=True, kw_only=True)
class FixedReload:
    """A reload on a fixed route; ``row`` as in `FixedVisit`."""

    place: str
    row: int | None = None


@dataclass(frozen=True, kw_only=True)
class FixedRoute:
    """The whole route of a car-day (an index into the week's fleet), in order.

    ``left`` tells whether its car has left; then it is what the car has done so far.
    """

    car_day: int
    calls: tuple[FixedVisit | FixedReload, ...]
    left: bool = False

    @property
    def visits(self) -> tuple[FixedVisit, ...]:
        """The visits in order."""
        return tuple(call for call in self.calls if isinstance(call, FixedVisit))

    def reloads(self, fleet: Fleet) -> tuple[ReloadOption, ...]:
        """Return the option of each reload: of several at a depot one after the other.

        A reload that its car may not make has none.
        """
        free = [call for call in fleet.reloads if call.car_day == self.car_day]
        found = []
        for call in self.calls:
            own = (e for e in free if isinstance(call, FixedReload) and e.place == call.place)
            option = next(own, None)
            if option is not None:
                free.remove(option)
                found.append(option)
        return tuple(found)

    def loaded_at(self, fleet: Fleet) -> dict[str, str]:
        """Return the store where the batches of each visit come aboard, by its key."""
        stores = [fleet.days[self.car_day].store, *(call.store for call in self.reloads(fleet))]
        return {
            visit.key: store
            for part, store in zip(self._parts(), stores, strict=False)
            for visit in part.visits
        }

    def put_off_at(self, home: str) -> dict[str, str]:
        """Return the store where what each visit collects is put off, by its key."""
        return {
            visit.key: part.after.place if part.after else home
            for part in self._parts()
            for visit in part.visits
        }

    def _parts(self) -> tuple[Part[FixedVisit, FixedReload], ...]:
        return parts(self.calls, FixedReload)


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """What a person fixed.

    Attributes
    ----------
    starts
        Visits in order with which the route of a car-day begins, whether its car has left or not.
    pins
        Visits that stay on a car-day, wherever on its route.
    left_out
        Stops not to be served this week, but for visits that another row names.
    plan
        Id of the plan that was adjusted; empty if the file does not say.
    warnings
        What is odd in the file, as any table may have it.
    """

    file: str
    routes: tuple[FixedRoute, ...]
    left_out: tuple[FixedVisit, ...]
    plan: str = ""
    starts: tuple[FixedRoute, ...] = ()
    pins: tuple[FixedRoute, ...] = ()
    warnings: tuple[Fault, ...] = ()

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
    """A row of the file; a cell that could not be read has no value."""

    record: Record

    def __getitem__(self, column: str) -> Any:
        return self.record.values.get(column)

    @property
    def number(self) -> int:
        """The row in the spreadsheet."""
        return self.record.row or 0

    @property
    def day(self) -> tuple[dt.date | None, str]:
        """The date and vehicle whose route it is of."""
        return self["date"], self["vehicle"]

    @property
    def leaves_out(self) -> bool:
        """Whether it leaves its stop out this week."""
        return not {"date", "vehicle"} & self.record.given.keys()


def read_overrides(path: Path, *, district: District, fleet: Fleet) -> Overrides:
    """Read a file of overrides for a week.

    Raises
    ------
    InputError
        With every fault of the file: cells that cannot be read, unknown stops, vehicles and dates,
        and rows that contradict each other.
    """
    sheet, faults = _sheet(path, district.country)
    rows = [_Row(record=record) for record in sheet.records]
    if sheet.headings and not any(fault.rule == "missing-column" for fault in faults):
        checker = _Checker(sheet, district, fleet)
        faults += [fault for row in rows for fault in checker.faults(row)]
        faults += _needless(sheet, rows, checker.depots)
        faults += _mixed(sheet, rows)
        faults += _told_twice(sheet, rows, district.stops_by_id)
    if any(fault.severity == "error" for fault in faults):
        raise InputError(faults)
    kept = {word: [row for row in rows if row["keep"] == word] for word in KEEP_WORDS}
    depots = {depot.id for depot in district.depots}
    left = tuple(FixedVisit(stop=row["stop"], row=row.number) for row in rows if row.leaves_out)
    return Overrides(
        file=sheet.file,
        routes=_routes(kept["route"], fleet, depots),
        left_out=left,
        plan=max((row["plan"] for row in rows), default=""),
        starts=_beginnings(kept, fleet, depots),
        pins=_routes(kept["visit"], fleet, depots),
        warnings=tuple(faults),
    )


def _sheet(path: Path, country: str) -> tuple[Sheet, list[Fault]]:
    """Return the rows of the file, read as those of any table, and what is wrong with it."""
    nothing = Sheet(name="overrides", file=path.name, records=[], headings={}, complete=False)
    try:
        data = path.read_bytes()
    except OSError as error:
        return nothing, [
            nothing.file_fault(
                "overrides-file", path=str(path), reason=error.strerror or str(error)
            )
        ]
    raw, faults = read_csv(data, name="overrides", file=path.name, country=country)
    if not raw.rows:
        return nothing, faults + ([empty_file(path.name, required=True)] if raw.complete else [])
    sheet, more = decode(raw, {})
    if sheet.headings and raw.complete and not sheet.records:
        more.append(sheet.file_fault("empty-file", variant="rows"))
    return sheet, faults + more


class _Checker:
    """Holds the rows of a file against the district and the week's car-days."""

    def __init__(self, sheet: Sheet, district: District, fleet: Fleet) -> None:
        self.sheet = sheet
        self.depots = {depot.id for depot in district.depots}
        self.places = {stop.id for stop in district.stops} | self.depots
        self.vehicles = {vehicle.id for vehicle in district.vehicles}
        self.days = {(day.date, day.vehicle.id) for day in fleet.days}
        self.dates = sorted({day.date.isoformat() for day in fleet.days})

    def faults(self, row: _Row) -> Iterator[Fault]:
        """Yield what is wrong with a row alone, but for cells that could not be read."""
        yield from self._unknown(row, "stop", self.places)
        if row["stop"] in self.depots:
            yield from self._reload(row)
        if row.leaves_out:
            return
        yield from self._unknown(row, "vehicle", self.vehicles)
        yield from self._date(row)
        if row["keep"] != "visit" and "position" not in row.record.given:
            yield self._at(row, "position")

    def _reload(self, row: _Row) -> Iterator[Fault]:
        if row.leaves_out:
            yield self._at(row, "stop", variant="depot")
        elif row["keep"] == "visit":
            yield self._at(row, "keep", variant="reload")

    def _date(self, row: _Row) -> Iterator[Fault]:
        date = row["date"]
        if "date" not in row.record.given:
            yield self._at(row, "date", variant="empty")
        elif date and date.isoformat() not in self.dates:
            yield self._at(row, "date", dates=tuple(self.dates))
        elif date and row["vehicle"] in self.vehicles and row.day not in self.days:
            yield self._at(row, "vehicle", variant="day", date=date.isoformat())

    def _unknown(self, row: _Row, column: str, known: set[str]) -> Iterator[Fault]:
        value = row[column]
        if value is None or value in known:
            return
        near = tx.nearest(value, sorted(known)) if value else None
        variant = "" if value else "empty"
        yield self._at(row, column, variant=variant, name=value, near=near or "")

    def _at(self, row: _Row, column: str, *, variant: str = "", **figures: Any) -> Fault:
        return self.sheet.fault(
            f"override-{column}", at=row.record, column=column, variant=variant, **figures
        )


def _needless(sheet: Sheet, rows: Sequence[_Row], depots: set[str]) -> Iterator[Fault]:
    """Yield reloads after which the rows of a route have no stop before the next one.

    A stop kept wherever on the route is none: nothing says that it comes right after.
    """
    by_day: dict[object, list[_Row]] = {}
    for row in rows:
        if row["keep"] != "visit":
            by_day.setdefault(row.day, []).append(row)
    for own in by_day.values():
        ordered = sorted((row for row in own if row["position"]), key=_place)
        for place, row in enumerate(ordered):
            after = ordered[place + 1 : place + 2]
            if row["stop"] in depots and (not after or after[0]["stop"] in depots):
                variant = "start" if row["keep"] == "start" else ""
                yield sheet.fault("override-reload", at=row.record, column="stop", variant=variant)


def _told_twice(sheet: Sheet, rows: Sequence[_Row], stops: Mapping[str, Stop]) -> Iterator[Fault]:
    """Yield stops named too often, positions context twice on a route, and a second plan."""
    places: dict[object, int] = {}
    named: dict[str, list[_Row]] = {}
    for row in rows:
        before = named.setdefault(row["stop"], [])
        if row["stop"] in stops:
            yield from _too_often(sheet, row, before, stops[row["stop"]])
        before.append(row)
        place = (row.day, row["position"])
        if row["date"] and row["position"] and places.setdefault(place, row.number) != row.number:
            yield sheet.fault(
                "override-position",
                variant="twice",
                at=row.record,
                column="position",
                other=places[place],
            )
    plans = sorted({row["plan"] for row in rows if row["plan"]})
    if len(plans) > 1:
        yield sheet.file_fault("override-plan", plans=tuple(plans))


def _mixed(sheet: Sheet, rows: Sequence[_Row]) -> Iterator[Fault]:
    """Yield the rows that fix less than a route another row fixes whole, or whose car has left."""
    whole = {row.day: row for row in rows if row["keep"] == "route"}
    left = {row.day: row for row in rows if row["keep"] == "start"}
    for row in rows:
        other, variant = whole.get(row.day), ""
        if row["keep"] == "first" and not other:
            other, variant = left.get(row.day), "left"
        if row["date"] and other and row["keep"] != "route":
            yield sheet.fault(
                "override-keep",
                at=row.record,
                column="keep",
                variant=variant,
                other=other.number,
            )


def _too_often(sheet: Sheet, row: _Row, before: Sequence[_Row], stop: Stop) -> Iterator[Fault]:
    """Yield that a stop has more rows than visits a week, or two on days too close together."""
    if len(before) >= stop.visits_a_week:
        yield sheet.fault(
            "override-twice",
            at=row.record,
            column="stop",
            variant="visits" if stop.visits_a_week > 1 else "",
            first=before[0].number,
            visits=stop.visits_a_week,
            rows=len(before),
        )
        return
    date = row["date"]
    for other in before:
        placed = other["date"]
        if date and placed and abs((date - placed).days) < stop.days_between:
            yield sheet.fault(
                "override-spacing",
                at=row.record,
                column="date",
                other=other.number,
                date=placed.isoformat(),
                days=stop.days_between,
            )


def _routes(rows: Sequence[_Row], fleet: Fleet, depots: set[str]) -> tuple[FixedRoute, ...]:
    """Return the rows by car-day, each in the order of their positions."""
    days: dict[object, int] = {(d.date, d.vehicle.id): k for k, d in enumerate(fleet.days)}
    by_day: dict[int, list[_Row]] = {}
    for row in rows:
        if not row.leaves_out:
            by_day.setdefault(days[row.day], []).append(row)
    return tuple(
        FixedRoute(
            car_day=car_day,
            calls=tuple(_call(row, depots) for row in sorted(own, key=_place)),
        )
        for car_day, own in sorted(by_day.items())
    )


def _beginnings(
    kept: Mapping[str, Sequence[_Row]], fleet: Fleet, depots: set[str]
) -> tuple[FixedRoute, ...]:
    left = (replace(route, left=True) for route in _routes(kept["start"], fleet, depots))
    found = (*left, *_routes(kept["first"], fleet, depots))
    return tuple(sorted(found, key=lambda route: route.car_day))


def _call(row: _Row, depots: set[str]) -> FixedVisit | FixedReload:
    if row["stop"] in depots:
        return FixedReload(place=row["stop"], row=row.number)
    return FixedVisit(stop=row["stop"], row=row.number)


def _place(row: _Row) -> int:
    return row["position"] or 0
