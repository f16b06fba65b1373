"""The rows of a list as stops: every field in the words of bookcar's own table, none guessed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from bookcar.earth import Point
from bookcar.errors import Fault
from bookcar.importing.headings import Taken
from bookcar.inputs import columns as cols
from bookcar.inputs import grids
from bookcar.inputs import text as tx
from bookcar.inputs.coordinates import TO_WGS84
from bookcar.inputs.decode import decode
from bookcar.inputs.rules_cells import BadCell
from bookcar.inputs.rules_times import text_of
from bookcar.inputs.sheet import Record
from bookcar.inputs.sources import RawTable
from bookcar.inputs.unfold import day_reading, unfold
from bookcar.inputs.when import FIRST, When, has_span, is_mixed, parts_of, read_when
from bookcar.weeks import monday_of

Row = dict[str, str]
_SOURCES: Mapping[str, tuple[str, ...]] = {
    "lat": ("lat", "point"),
    "lon": ("lon", "point"),
    "location": ("point",),
    "every": ("every", "days", "when"),
    "days": ("days", "when", "every"),
    "opens": ("opens", "when"),
    "closes": ("closes", "opens", "when"),
    "arrive": ("arrive", "when"),
    "leave": ("leave", "arrive", "when"),
    "name": ("name", "address", "area"),
    "first_visit": ("first_visit", "week"),
}
"""Of which fields of a list a column of stops is made."""
_NEEDED = ("id", "name", "kind", "lon", "lat", "books")
_KEPT = (
    *("id", "name", "name_en", "kind", "lon", "lat", "area", "people", "books", "every"),
    *("every_weeks", "first_visit", "days", "opens", "closes", "arrive", "leave", "service_min"),
    *("vehicles", "access", "required", "contact", "phone", "landmark", "note"),
)
_MORE = (
    "mix",
    "school_days",
    "visits_a_week",
    "days_between",
    "priority",
    "kerb",
    "public",
    "pool",
)
_BRACKETED = re.compile(r".+ \(([^\s,;/|()]+)\)")
_DAY_AND_WEEK = re.compile(r"([^\W\d_]+\.?)\s*[,/-]?\s*([1-9][0-9]?)")
_ALONE = re.compile(r"[0-9]{1,2}(?:[:.h][0-9]{0,2})?\s*(?:[ap]\.?\s?m\.?)?", re.IGNORECASE)
_FIRST = 2
"""The row of the first stop in the table that lists are turned into."""
UNNAMED = "#"
"""How the id of a stop begins that its list gives none."""
_OPEN_TO = ("public", "private", "dynamic", "other")
_TIMES = ("arrive", "leave")
_SEVERAL = ("opens", "closes")
_FIGURES = {"lon": 1, "lat": 1, "people": 1, "books": 1, "every_weeks": 1, "service_min": 60}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said of a list, beside what its columns are.

    Attributes
    ----------
    coordinates
        As in district.toml; empty: degrees.
    cycle
        Weeks of the cycle that a column of weeks counts, and the Monday of one of its weeks 1.
    hours
        Whether spans of time are a stay or opening hours; empty: short ones are stays.
    near
        A place near the stops, such as the depot: it tells of which grid their metres are.
    """

    coordinates: str = ""
    cycle: int | None = None
    cycle_start: dt.date | None = None
    hours: str = ""
    near: Point | None = None


class Stops(msgspec.Struct, kw_only=True):
    """The stops of a list.

    Attributes
    ----------
    rows
        By column name, as they are to be written; ids may be missing.
    where
        The row of the file each came from.
    exceptions
        Days on which a stop is not visited, by its place among the rows.
    notes
        What was done with the list that people should know, as keys of the phrases and figures.
    """

    rows: list[Row]
    where: list[int]
    exceptions: list[tuple[int, dt.date]]
    faults: list[Fault]
    notes: list[tuple[str, dict[str, Any]]]


class _Reader(msgspec.Struct):
    """Reads the rows of one list; notes what it does once for each kind."""

    file: str
    fields: Mapping[str, Taken]
    options: Options
    faults: list[Fault] = msgspec.field(default_factory=list)
    exceptions: list[tuple[int, dt.date]] = msgspec.field(default_factory=list)
    done: dict[str, int] = msgspec.field(default_factory=dict)
    cars: dict[str, str] = msgspec.field(default_factory=dict)

    def tell(self, key: str) -> None:
        self.done[key] = self.done.get(key, 0) + 1

    def fault(self, rule: str, *, at: tuple[int, str], value: str, **more: Any) -> None:
        """Note a fault of a row and field."""
        row, field = at
        taken = self.fields.get(field)
        variant = more.pop("variant", "")
        self.faults.append(
            Fault(
                rule=rule,
                file=self.file,
                row=row,
                column=taken.heading.strip() if taken else field,
                value=tx.shown(value),
                variant=variant,
                figures=more,
            )
        )


def read_stops(
    file: str,
    rows: Sequence[tuple[int, list[str]]],
    taken: Sequence[Taken],
    options: Options,
    *,
    comma_decimal: bool = False,
) -> Stops:
    """Return the stops of a list, and every fault of its cells at its place in the file."""
    fields = {one.field: one for one in taken if one.field}
    reader = _Reader(file=file, fields=fields, options=options)
    reader.cars = cars_of(rows, taken)
    given = [*_given(reader, rows)]
    found = [_row(reader, i, number, one) for i, (number, one) in enumerate(given)]
    more = (c for c in (*_KEPT, *_MORE) if c not in _NEEDED)
    columns = [*_NEEDED, *(c for c in more if any(row.get(c) for row in found))]
    if "point" in fields:
        columns = ["location" if c == "lat" else c for c in columns if c != "lon"]
    body = [(i, [row.get(c, "") for c in columns]) for i, row in enumerate(found, _FIRST)]
    raw = RawTable(name="stops", file=file, rows=[(1, columns), *body], comma_decimal=comma_decimal)
    sheet, faults = decode(unfold(raw), {})
    rows_of = {1: rows[0][0] if rows else 1}
    rows_of |= {i: number for i, (number, _) in enumerate(given, _FIRST)}
    reader.faults += [_at_source(f, fields, rows_of, options) for f in faults if not _is_own(f)]
    kept = [record for record in sheet.records if record.row is not None]
    _place(reader, [(rows_of[record.row or 1], record) for record in kept])
    for record in kept:
        _tell_recurrence(reader, record)
    places = {(record.row or 1) - _FIRST: i for i, record in enumerate(kept)}
    return Stops(
        rows=[_written(record) for record in kept],
        where=[rows_of[record.row or 1] for record in kept],
        exceptions=[(places[i], day) for i, day in reader.exceptions if i in places],
        faults=reader.faults,
        notes=[(key, {"count": count}) for key, count in reader.done.items()],
    )


def _given(reader: _Reader, rows: Sequence[tuple[int, list[str]]]) -> Iterator[tuple[int, Row]]:
    """Yield what each row gives by field; one that names several visits once for each of them."""
    for number, cells in rows:
        given = {
            field: tx.unguarded(tx.bare(cells[one.place])) if one.place < len(cells) else ""
            for field, one in reader.fields.items()
        }
        if has_span(given.get("days", "")) and not given.get("when"):
            given |= {"when": given["days"], "days": ""}  # such a column may hold times, too
        parts = parts_of(given.get("when", ""))
        if len(parts) > 1 and _are_visits(reader, parts):
            reader.tell("importing.visits-split")
            yield from ((number, given | {"when": part}) for part in parts)
        else:
            yield number, given


def _are_visits(reader: _Reader, parts: Sequence[str]) -> bool:
    """Tell whether parts of a cell are visits, each with a stay: said so, or as short as stays."""
    if reader.options.hours:
        return reader.options.hours == "stay"
    return all(read_when(part).may_be_stay for part in parts)


def _tell_recurrence(reader: _Reader, record: Record) -> None:
    """Tell of a stop whose rhythm nobody said, or that may want more visits than one."""
    if not record.given.keys() & {"every", "every_weeks", "first_visit"}:
        reader.tell("importing.default-every")
    weekdays = record.values.get("days", ((), ()))[0]
    by_day = "BYDAY" in record.given.get("every", "").upper()
    if len(weekdays) > 1 and "arrive" in record.given and not by_day:
        reader.tell("importing.several-days")


def _is_own(fault: Fault) -> bool:
    """Tell whether a fault is of a cell that no column of the file fills: that comes later."""
    missing = fault.rule in ("empty-required", "missing-column")
    return missing and fault.column in ("id", "kind", "books", "lon", "lat", "location")


def _at_source(
    fault: Fault, fields: Mapping[str, Taken], rows: Mapping[int, int], options: Options
) -> Fault:
    """Return a fault with the row and heading of the file, not those of bookcar's table."""
    column = fault.column or ""
    of = next((fields[f] for f in _SOURCES.get(column, (column,)) if f in fields), None)
    heading = of.heading.strip() if of else fault.column
    row = rows.get(fault.row, fault.row) if fault.row is not None else None
    if (fault.rule, fault.variant) == ("bad-day", "numbered") and options.cycle is None:
        return Fault(
            rule="import-cycle-week",
            variant="numbered",
            file=fault.file,
            row=row,
            column=heading,
            value=fault.value,
            figures={name: fault.figures[name] for name in ("day", "number")},
        )
    return msgspec.structs.replace(fault, row=row, column=heading)


def _row(reader: _Reader, place: int, number: int, given: Row) -> Row:
    row = {c: given[c] for c in (*_KEPT, *_MORE) if given.get(c)}
    if given.get("point"):
        row["location"] = given["point"]
    _said_hours(reader, row)
    _named(reader, given, row)
    _timed(reader, number, given, row)
    _week_of_days(reader, given, row)
    _recurring(reader, number, given, row)
    _excepted(reader, place, number, given)
    if row.get("vehicles"):
        names = names_of_cars(row["vehicles"])
        row["vehicles"] = " ".join(reader.cars.get(name) or vehicle_id(name) for name in names)
    if row.get("kind", "").casefold() in _OPEN_TO:
        _opened_to(reader, row)
    row.setdefault("id", f"{UNNAMED}{place}")
    for column, default in (("kind", "other"), ("books", "0")):
        if not row.get(column):
            row[column] = default
            reader.tell(f"importing.default-{column}")
    return row


def _opened_to(reader: _Reader, row: Row) -> None:
    """Keep what the UK's schema says of a stop: who may come, not what it is."""
    word = row.pop("kind")
    row["kind"] = "other"
    if word.casefold() != "public":
        row["note"] = "; ".join(filter(None, [row.get("note", ""), word]))
    reader.tell("importing.kind-open-to")


def cars_of(rows: Sequence[tuple[int, list[str]]], taken: Sequence[Taken]) -> dict[str, str]:
    """Return the ids of the cars that a list names, by their names."""
    place = next((one.place for one in taken if one.field == "vehicles"), None)
    if place is None:
        return {}
    texts = (cells[place] for _, cells in rows if place < len(cells))
    return car_ids(name for text in texts for name in names_of_cars(text))


def names_of_cars(text: str) -> list[str]:
    """Return the cars of a cell: several stand between commas or semicolons."""
    return [name for part in re.split(r"[,;|，；、]", text) if (name := tx.plain(part))]


def car_ids(names: Iterable[str]) -> dict[str, str]:
    """Return ids of cars by their names in a list: without blanks and marks that part ids.

    Where all names end in an id of their own in brackets, as bookcar's timetables have them, that.
    """
    plain = dict.fromkeys(tx.plain(name) for name in names if tx.plain(name))
    own = {name: match[1] for name in plain if (match := _BRACKETED.fullmatch(name))}
    if len(own) == len(plain) == len(set(own.values())):
        return own
    return {name: vehicle_id(name) for name in plain}


def vehicle_id(name: str) -> str:
    """Return the id of a car by its name, as `car_ids` does without brackets."""
    return re.sub(r"[\s,;/|]+", "-", tx.plain(name)).strip("-")


def _said_hours(reader: _Reader, row: Row) -> None:
    """Take columns of hours for what somebody said they are."""
    pairs = list(zip(_SEVERAL, _TIMES, strict=True))
    wanted = {"stay": pairs, "opening": [(time, hour) for hour, time in pairs]}
    for found, other in wanted.get(reader.options.hours, ()):
        if row.get(found) and not row.get(other):
            row[other] = row.pop(found)


def _named(reader: _Reader, given: Row, row: Row) -> None:
    """Give a stop its name, by its address or place where the list has no other."""
    for field in ("address", "area"):
        if not row.get("name") and given.get(field):
            row["name"] = given[field]
            reader.tell(f"importing.named-by-{field}")
    row["name"] = re.sub(r"[\t\r\n]+", " ", row.get("name", ""))
    address = given.get("address", "")
    if address and address != row["name"] and not row.get("landmark"):
        row["landmark"] = address


def _timed(reader: _Reader, number: int, given: Row, row: Row) -> None:
    text = given.get("when", "")
    if not text:
        return
    when = read_when(text)
    if not when.spans and (row.get("days") or _ALONE.fullmatch(tx.plain(text))):
        row.setdefault("arrive", text)  # one time alone, or what its parser tells
        return
    if when.days and row.get("days"):
        _beside(reader, number, when.days, row)
    elif when.days:
        row["days"] = when.days
    if when.every and not row.get("every"):
        row |= {"every": when.every, "first_visit": row.get("first_visit") or FIRST}
    if when.vehicle and not row.get("vehicles"):
        row["vehicles"] = when.vehicle
    if when.week and not given.get("week"):
        given["week"] = when.week
    if when.spans and not (row.get("arrive") or row.get("opens")):
        _spanned(reader, number, when, row, text=text)


def _spanned(reader: _Reader, number: int, when: When, row: Row, *, text: str) -> None:
    """Give a stop the spans of such a cell, as its stay or its opening hours."""
    if len(when.spans) > 1 and is_mixed(text):
        reader.fault("import-hours-by-day", at=(number, "when"), value=text)
        row.pop("days", None)
        return
    stay = reader.options.hours or ("stay" if when.may_be_stay else "opening")
    names = _TIMES if stay == "stay" and len(when.spans) == 1 else _SEVERAL
    if not reader.options.hours:
        reader.tell(f"importing.hours-{'stay' if names is _TIMES else 'opening'}")
    for name, side in zip(names, zip(*when.spans, strict=True), strict=True):
        row[name] = " ".join(map(text_of, side))


def _beside(reader: _Reader, number: int, words: str, row: Row) -> None:
    """Take what stands beside a time where the days have a column of their own: how often."""
    found = day_reading(words, frozenset())
    own = day_reading(row["days"], frozenset())
    days = own.weekdays if own else _weekdays(row["days"])
    if found is None or found.month_days or not set(found.weekdays) <= set(days):
        reader.fault("import-rest", at=(number, "when"), value=words)
    elif found.every and not row.get("every"):
        row["every"] = found.every


def _weekdays(text: str) -> tuple[int, ...]:
    try:
        found: tuple[int, ...] = cols.any_table("stops").columns["days"].parse(text)[0]
    except BadCell:
        return ()
    return found


def _week_of_days(reader: _Reader, given: Row, row: Row) -> None:
    """Take ``Thursday 1`` for the week of a cycle where somebody said that there is one."""
    match = _DAY_AND_WEEK.fullmatch(tx.plain(row.get("days", "")))
    if match and reader.options.cycle and not given.get("week") and not row.get("every"):
        row["days"], given["week"] = match[1], match[2]
        reader.tell("importing.day-weeks")


def _recurring(reader: _Reader, number: int, given: Row, row: Row) -> None:
    """Give a stop its rule: the end of an RRULE, and the week of a cycle as a first visit."""
    until, rule = given.get("until", ""), row.get("every", "")
    if until and "FREQ=" in rule.upper() and not re.search("COUNT=|UNTIL=", rule, re.IGNORECASE):
        day = _date(until)
        if day is None:
            reader.fault("bad-date", at=(number, "until"), value=until)
        else:
            row["every"] = f"{rule.strip(';')};UNTIL={day:%Y%m%d}"
    elif until and not rule:
        reader.tell("importing.until-left")
    week = re.sub(r"[^0-9]", "", given.get("week", ""))
    if not week or row.get("first_visit") or row.get("every"):
        return
    options = reader.options
    if options.cycle is None or options.cycle_start is None:
        where = "week" if "week" in reader.fields else "when"
        text = given["week"] if where == "week" else given["when"]
        reader.fault("import-cycle-week", at=(number, where), value=text, week=int(week))
    elif not 1 <= int(week) <= options.cycle:
        reader.fault(
            "import-cycle-week",
            variant="beyond",
            at=(number, "week"),
            value=given["week"],
            week=int(week),
            cycle=options.cycle,
        )
    else:
        monday = monday_of(options.cycle_start) + dt.timedelta(weeks=int(week) - 1)
        row |= {"every": f"{options.cycle} weeks", "first_visit": _on_its_day(monday, row)}


def _on_its_day(monday: dt.date, row: Row) -> str:
    """Return the first visit of a week: on the first of the stop's weekdays."""
    weekdays = _weekdays(row.get("days", "") or "Mon")
    return (monday + dt.timedelta(days=min(weekdays, default=0))).isoformat()


def _excepted(reader: _Reader, place: int, number: int, given: Row) -> None:
    for word in re.split(r"[,;\s]+", given.get("exceptions", "")):
        day = _date(word) if word else None
        if day:
            reader.exceptions.append((place, day))
        elif word:
            reader.fault("bad-date", at=(number, "exceptions"), value=word)


def _date(text: str) -> dt.date | None:
    try:
        found = cols.any_table("stops").columns["first_visit"].parse(text)
    except BadCell:
        return None
    return found if isinstance(found, dt.date) else None


def _place(reader: _Reader, records: Sequence[tuple[int, Record]]) -> None:
    """Put degrees of WGS-84 into the places of another system; tell metres of which nobody said."""
    placed = [(n, r) for n, r in records if {"lon", "lat"} <= r.values.keys() and "lon" in r.given]
    points = [(r.values["lon"], r.values["lat"]) for _, r in placed]
    system = reader.options.coordinates
    if not system and grids.are_metres(points):
        numbers = [n for (n, _), p in zip(placed, points, strict=True) if not grids.in_degrees(*p)]
        field = "lon" if "lon" in reader.fields else "point"
        value = placed[0][1].given["lon"]
        found = grids.likely(points, reader.options.near) if reader.options.near else []
        names = tuple(f"{code} ({name})" for code, name in found)
        more = {"variant": "known", "grids": names, "grid": found[0][0]} if found else {}
        reader.fault("import-grid", at=(numbers[0], field), value=value, rows=len(numbers), **more)
        return
    for (_, record), (x, y) in zip(placed, points, strict=True):
        point: tuple[float, float] | None = (x, y)
        if system.startswith("EPSG:") and not grids.in_degrees(x, y):
            point = grids.to_wgs84(system, x, y)
        elif system in TO_WGS84:
            point = TO_WGS84[system](x, y)
        if point:
            record.values.update(lon=point[0], lat=point[1])
    for number, record in placed:
        _require_globe(reader, number, record)


def _require_globe(reader: _Reader, number: int, record: Record) -> None:
    """Tell a place that is not on the globe, and whether it is once its figures are swapped."""
    lon, lat = record.values["lon"], record.values["lat"]
    if abs(lon) <= 180 and abs(lat) <= 90:
        return
    column = "point" if "point" in reader.fields else "lat" if abs(lat) > 90 else "lon"
    value = record.given["lat" if column == "lat" else "lon"]
    if abs(lat) <= 180 and abs(lon) <= 90:
        at = {"lon": record.given["lat"], "lat": record.given["lon"]}
        reader.fault("coordinates-swapped", at=(number, column), value=value, **at)
    else:
        reader.fault("coordinates-range", at=(number, column), value=value)


def _written(record: Record) -> Row:
    """Return a row as it is to be written: figures plain, dates and times in one spelling."""
    return {
        name: _cell(name, record.values[name], given)
        for name, given in record.given.items()
        if name in record.values
    }


def _cell(name: str, value: Any, given: str) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    if name in _TIMES:
        return text_of(value)
    if name in _SEVERAL:
        return " ".join(map(text_of, value))
    if name in _FIGURES:
        return f"{value / _FIGURES[name]:.7f}".rstrip("0").rstrip(".")
    return re.sub(r"[\t\r\n]+", " ", given)
