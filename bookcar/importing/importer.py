"""From lists of stops to the tables of a district: the whole way, and what was understood."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import msgspec

from bookcar.earth import Point
from bookcar.errors import Fault, InputError
from bookcar.importing import draft
from bookcar.importing.country import country_of_list
from bookcar.importing.files import Sheet, read_file
from bookcar.importing.gtfs import Promise, Service
from bookcar.importing.headings import Taken, known_fields, rivals, take
from bookcar.importing.ids import with_ids
from bookcar.importing.layout import Laid, lay_out
from bookcar.importing.mapping import FILE, mapping_text
from bookcar.importing.mapping import Mapping as Said
from bookcar.importing.stops import Options, Row, cars_of, read_stops
from bookcar.inputs import columns as cols
from bookcar.inputs import text as tx
from bookcar.inputs.rules_times import text_of
from bookcar.inputs.starter import district_toml
from bookcar.inputs.text import guarded
from bookcar.phrases import Language, Phrases
from bookcar.time_zones import zone_at
from bookcar.weeks import DAY_NAMES

Note = tuple[str, dict[str, Any]]
Placer = Callable[[Row], tuple[Point | None, str, tuple[str, ...]]]
_FEW_GONE = 3
_ORDER = (*cols.any_table("stops").columns,)
_NAMED = ("name", "address", "area")
_PLACED = ("lon", "point", "address", "name", "postcode")


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A list that was read: what its columns were taken for, and how many rows it has."""

    file: str
    rows: int
    taken: list[Taken]
    notes: list[Note]


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a district made of lists, and what people should know of how they were made."""

    contents: dict[str, bytes]
    lists: list[Listed]
    notes: list[Note]
    warnings: list[Fault]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asked for.

    Attributes
    ----------
    depot
        Two readings of its place, the first as longitude and latitude; None to draft it.
    skip_rows
        Leave out the rows with errors instead of refusing the list.
    headings, sheets
        Columns and sheets that were named this time: they must be there.
    replace
        Whether most stops of the folder may go.
    """

    said: Said
    name: str
    language: Language
    country: str = ""
    time_zone: str | None = None
    depot: tuple[Point, Point] | None = None
    skip_rows: bool = False
    headings: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    replace: bool = False

    @property
    def options(self) -> Options:
        """How rows are read."""
        near = self.depot[0] if self.depot else None
        return msgspec.structs.replace(self.said.options, near=near)


class _Read(msgspec.Struct):
    """All lists together: rows with the place each came from, and the faults of all."""

    rows: list[Row] = []
    where: list[tuple[str, int]] = []
    exceptions: list[tuple[int, Any]] = []
    lists: list[Listed] = []
    sheets: list[str] = []
    faults: list[Fault] = []
    cars: dict[str, str] = {}
    promises: list[tuple[int, Promise]] = []
    depots: list[tuple[str, str, float, float]] = []
    homes: dict[str, int] = {}
    """The place among `depots` of the one that a car starts from."""
    time_zone: str = ""

    def keep(self, kept: Sequence[int]) -> None:
        """Keep some rows, by their places, and what belongs to them."""
        places = {old: new for new, old in enumerate(kept)}
        self.rows = [self.rows[i] for i in kept]
        self.where = [self.where[i] for i in kept]
        self.exceptions = [(places[i], day) for i, day in self.exceptions if i in places]
        self.promises = [(places[i], one) for i, one in self.promises if i in places]


def import_lists(
    paths: Sequence[Path], folder: Path, wanted: Wanted, placer: Placer | None = None
) -> Imported:
    """Return the tables of a district made of lists of stops.

    Parameters
    ----------
    folder
        Where they are to stand; what stands there already is kept, but for the stops.
    placer
        Finds the place of a stop without coordinates.

    Raises
    ------
    InputError
        With every fault of the files, columns and cells.
    """
    read = _Read()
    for path in paths:
        _read_path(read, path, wanted)
    if not read.rows and not read.faults:
        read.faults.append(Fault(rule="import-no-header", file=paths[0].name))
    read.faults += _not_there(read, paths[0].name, wanted)
    notes = _unplaced(read, placer)
    read.faults = list(dict.fromkeys(read.faults))
    if wanted.skip_rows:
        notes += _without_bad(read)
    if any(fault.severity == "error" for fault in read.faults):
        raise InputError(read.faults, language=wanted.language)
    notes += _without_twins(read)
    before = _rows_of(folder / "stops.csv")
    rows, gone = with_ids(read.rows, before)
    if gone and not wanted.replace:
        _require_same(gone, before, paths[0].name, wanted)
    if gone:
        notes.append(("importing.gone", {"stops": tuple(f"{o['id']} {o['name']}" for o in gone)}))
    contents, more = _contents(read, rows, folder, wanted)
    return Imported(contents=contents, lists=read.lists, notes=notes + more, warnings=read.faults)


def _not_there(read: _Read, file: str, wanted: Wanted) -> Iterator[Fault]:
    """Tell columns and sheets that somebody named and no list has."""
    if not read.lists:
        return
    headings = dict.fromkeys(one.heading.strip() for found in read.lists for one in found.taken)
    known = {tx.key(heading) for heading in headings}
    for heading in wanted.headings:
        if tx.key(heading) not in known:
            names = tuple(filter(None, headings))
            figures: dict[str, Any] = {"headings": names}
            yield Fault(
                rule="import-unmapped",
                variant="heading",
                file=file,
                value=tx.shown(heading),
                figures=figures,
            )
    for name in wanted.sheets:
        if name not in read.sheets:
            yield Fault(
                rule="import-sheets",
                variant="none",
                file=file,
                value=tx.shown(name),
                figures={"names": tuple(read.sheets)},
            )


def _require_same(gone: Sequence[Row], before: Sequence[Row], file: str, wanted: Wanted) -> None:
    """Refuse a list without most of the stops that are there: it may be that of another place.

    Raises
    ------
    InputError
        If more than half of them, and more than a few, would go.
    """
    if len(gone) > _FEW_GONE and 2 * len(gone) > len(before):
        figures = {"gone": len(gone), "stops": len(before)}
        fault = Fault(rule="import-other-list", file=file, figures=figures)
        raise InputError([fault], language=wanted.language)


def _read_path(read: _Read, path: Path, wanted: Wanted) -> None:
    sheets, faults = _opened(path, wanted)
    read.faults += faults
    read.sheets += [sheet.name for sheet in sheets]
    laid = [(sheet, found) for sheet in sheets if (found := lay_out(sheet)) is not None]
    chosen = [pair for pair in laid if pair[0].name in wanted.said.sheets] or laid
    if not laid and sheets:
        read.faults.append(Fault(rule="import-no-header", file=path.name))
    headings = {tuple(map(tx.key, found.header)) for _, found in chosen}
    if len(headings) > 1:
        names = tuple(sheet.name for sheet, _ in chosen)
        read.faults.append(Fault(rule="import-sheets", file=path.name, figures={"names": names}))
        return
    unused = tuple(sheet.name for sheet in sheets if all(sheet is not one for one, _ in chosen))
    for sheet, found in chosen:
        _read_list(read, sheet, found, wanted)
        if unused:
            read.lists[-1].notes.append(("importing.sheets-left", {"names": unused}))
            unused = ()


def _opened(path: Path, wanted: Wanted) -> tuple[list[Sheet], list[Fault]]:
    """Return a file's sheets; a text in an old encoding is of the country where its stops are."""
    sheets, faults = read_file(path, wanted.country)
    unread = next((fault for fault in faults if fault.rule == "unreadable-encoding"), None)
    if unread is None or wanted.country:
        return sheets, faults
    country = country_of_list(path, wanted.said.columns, wanted.said.coordinates)
    if country:
        return read_file(path, country)
    return [], [Fault(rule="unreadable-encoding", variant="list", file=unread.file, row=unread.row)]


def _read_list(read: _Read, sheet: Sheet, laid: Laid, wanted: Wanted) -> None:
    bodies = [cells for _, cells in laid.rows]
    taken = take(laid.header, bodies, wanted.said.columns)
    fields = {one.field for one in taken}
    read.faults += _column_faults(sheet, laid, taken)
    if not fields & set(_NAMED):
        read.faults.append(_missing(sheet, laid, "name"))
    if not fields & set(_PLACED):
        read.faults.append(_missing(sheet, laid, "place"))
    stops = read_stops(
        sheet.file, laid.rows, taken, wanted.options, comma_decimal=sheet.comma_decimal
    )
    start = len(read.rows)
    read.rows += stops.rows
    read.where += [(sheet.file, row) for row in stops.where]
    read.exceptions += [(start + place, day) for place, day in stops.exceptions]
    unnamed = not fields & set(_NAMED)  # which is told once, for the column
    read.faults += [
        fault
        for fault in stops.faults
        if not (unnamed and fault.rule == "empty-required" and fault.column == "name")
    ]
    _name_cars(read, taken, laid)
    notes = [*stops.notes, *_layout_notes(sheet, laid)]
    if sheet.service:
        notes += sheet.service.notes
        cars = cars_of(laid.rows, taken)
        _serve(read, sheet.service, stops.where, start=start, cars=cars)
    read.lists.append(Listed(file=sheet.file, rows=len(stops.rows), taken=taken, notes=notes))


def _serve(
    read: _Read, service: Service, where: Sequence[int], *, start: int, cars: Mapping[str, str]
) -> None:
    """Take what a feed says besides its stops, whose rows stand from ``start`` on."""
    read.promises += [
        (place, msgspec.structs.replace(one, car=cars.get(tx.plain(one.car), one.car)))
        for place, row in enumerate(where, start)
        for one in service.promises.get(row, ())
    ]
    places = {one[0]: place for place, one in enumerate(service.depots, len(read.depots))}
    for car, depot in service.homes.items():
        read.homes.setdefault(cars.get(tx.plain(car), car), places[depot])
    read.depots += service.depots
    read.time_zone = read.time_zone or service.time_zone


def _column_faults(sheet: Sheet, laid: Laid, taken: Sequence[Taken]) -> Iterator[Fault]:
    known = known_fields()
    for one in taken:
        if one.how == "said" and one.field and one.field not in known:
            yield Fault(
                rule="import-unmapped",
                file=sheet.file,
                row=laid.header_row,
                column=one.heading.strip(),
                value=one.field,
                figures={"fields": known},
            )
    for first, second in rivals(taken):
        yield Fault(
            rule="import-two-columns",
            file=sheet.file,
            row=laid.header_row,
            column=second.heading.strip(),
            figures={"other": first.heading.strip(), "field": first.field},
        )


def _missing(sheet: Sheet, laid: Laid, what: str) -> Fault:
    headings = tuple(cell.strip() for cell in laid.header if cell.strip())
    return Fault(
        rule="import-missing",
        variant=what,
        file=sheet.file,
        row=laid.header_row,
        figures={"headings": headings},
    )


def _layout_notes(sheet: Sheet, laid: Laid) -> Iterator[Note]:
    if laid.above:
        yield "importing.above", {"rows": tuple(laid.above)}
    if laid.between:
        yield "importing.between", {"rows": tuple(f"{row} {text}" for row, text in laid.between)}
    if sheet.left_out:
        yield "importing.no-geometry", {"rows": sheet.left_out}


def _name_cars(read: _Read, taken: Sequence[Taken], laid: Laid) -> None:
    """Remember what cars are called in the list: their ids have no blanks."""
    for name, car in cars_of(laid.rows, taken).items():
        read.cars.setdefault(car, name)
    for row in read.rows:
        for car in row.get("vehicles", "").split():
            read.cars.setdefault(car, car.replace("-", " "))


def _unplaced(read: _Read, placer: Placer | None) -> list[Note]:
    """Look up the stops without coordinates; tell those that are not found, or found twice."""
    found = 0
    for row, (file, number) in zip(read.rows, read.where, strict=True):
        if row.get("lon") and row.get("lat"):
            continue
        if any((f.file, f.row) == (file, number) and f.severity == "error" for f in read.faults):
            continue
        point, variant, choices = placer(row) if placer else (None, "", ())
        if point is not None:
            row |= {"lon": f"{point[0]:.7f}", "lat": f"{point[1]:.7f}"}
            found += 1
            continue
        read.faults.append(
            Fault(
                rule="import-unplaced",
                variant=variant,
                file=file,
                row=number,
                value=tx.shown(row.get("name", "")),
                figures={"choices": choices} if variant == "several" else {},
            )
        )
    return [("importing.placed", {"count": found})] if found else []


def _without_bad(read: _Read) -> list[Note]:
    """Take the rows with errors out, and return a note of them; errors of files stay."""
    bad = {(f.file, f.row) for f in read.faults if f.severity == "error"} & set(read.where)
    read.keep([i for i, where in enumerate(read.where) if where not in bad])
    told = [f for f in read.faults if (f.file, f.row) in bad and f.severity == "error"]
    read.faults = [
        msgspec.structs.replace(f, severity="warning") if f in told else f for f in read.faults
    ]
    rows = tuple(f"{file} {row}" for file, row in sorted(bad, key=lambda w: (w[0], w[1] or 0)))
    return [("importing.skipped", {"rows": rows})] if bad else []


def _without_twins(read: _Read) -> list[Note]:
    """Take rows out that say the same as an earlier one."""
    seen: set[tuple[tuple[str, str], ...]] = set()
    kept: list[int] = []
    for i, row in enumerate(read.rows):
        same = tuple(sorted((c, v) for c, v in row.items() if c != "id"))
        if same not in seen:
            kept.append(i)
        seen.add(same)
    twins = tuple(f"{file} {row}" for i, (file, row) in enumerate(read.where) if i not in set(kept))
    read.keep(kept)
    return [("importing.twins", {"rows": twins})] if twins else []


def _contents(
    read: _Read, rows: list[Row], folder: Path, wanted: Wanted
) -> tuple[dict[str, bytes], list[Note]]:
    """Return the files that are to be written: those that are there stay, but for the stops."""
    notes: list[Note] = []
    taken = list({one.heading: one for found in read.lists for one in found.taken}.values())
    head = Phrases(wanted.language)("importing.mapping-head")
    contents = {
        "stops.csv": _csv("stops", rows),
        FILE: mapping_text(wanted.said, taken, head).encode(),
    }
    missing = {name for name in ("vehicles.csv", "district.toml") if not (folder / name).exists()}
    depots, more = _depots(read, rows, wanted)
    if "vehicles.csv" in missing:
        # the feed's depots are the district's only where its settings are made of it, too
        homes = _homes(read, depots) if "district.toml" in missing else {}
        contents["vehicles.csv"], told = _vehicles(read, rows, wanted, homes)
        notes += told
    if "district.toml" in missing:
        notes += more
        contents["district.toml"], told = _district(read, rows, wanted, depots)
        notes += told
    if read.exceptions:
        days = [
            {"from": day.isoformat(), "what": "shut", "applies": rows[i]["id"], "does": "drop"}
            for i, day in read.exceptions
        ]
        if (folder / "calendar.csv").exists():
            kept = tuple(f"{d['from']} {d['applies']}" for d in days)
            notes.append(("importing.exceptions-kept", {"days": kept}))
        else:
            contents["calendar.csv"] = _csv("calendar", days)
            notes.append(("importing.exceptions", {"count": len(days)}))
    if read.promises:
        there = (folder / "timetable.csv").exists()
        if not there:
            contents["timetable.csv"] = _csv("timetable", [*_promised(read, rows)])
        key = f"importing.promises{'-kept' if there else ''}"
        notes.append((key, {"count": len(read.promises)}))
    return contents, notes


def _promised(read: _Read, rows: list[Row]) -> Iterator[Row]:
    """Yield the rows of the table of promises, by date and time."""
    for place, one in sorted(read.promises, key=lambda p: (p[1].date, p[1].arrive, p[0])):
        leave = text_of(one.leave) if one.leave > one.arrive else ""
        yield {
            "stop": rows[place]["id"],
            "date": one.date.isoformat(),
            "vehicle": one.car,
            "arrive": text_of(one.arrive),
            "leave": leave,
        }


def _depots(
    read: _Read, rows: list[Row], wanted: Wanted
) -> tuple[list[dict[str, Any]], list[Note]]:
    """Return the depots: where somebody said, else those of a feed, else one in the middle."""
    point = None
    notes: list[Note] = []
    if wanted.depot:
        point = draft.nearer(*wanted.depot, rows) or wanted.depot[0]
        if point != wanted.depot[0]:
            notes.append(("importing.depot-turned", {"lon": point[0], "lat": point[1]}))
    names = tuple(name for _, name, *_ in read.depots)
    if read.depots and point is None:
        depots = draft.depot_rows(rows, read.depots, wanted.language)
        return depots, [("importing.depot-of-feed", {"names": names})]
    (depot,) = draft.depot_rows(rows, [("", "", *point)] if point else [], wanted.language)
    if point is None:
        notes.append(("importing.drafted-depot", {"lon": depot["lon"], "lat": depot["lat"]}))
    elif names:
        notes.append(("importing.gtfs-depots", {"names": names}))
    return [depot], notes


def _homes(read: _Read, depots: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the depot of each car; none is named where all have the same."""
    if len(depots) < 2:
        return {}
    return {car: depots[place]["id"] for car, place in read.homes.items()}


def _vehicles(
    read: _Read, rows: list[Row], wanted: Wanted, homes: Mapping[str, str]
) -> tuple[bytes, list[Note]]:
    names = {car: read.cars[car] for row in rows for car in row.get("vehicles", "").split()}
    cars = draft.vehicle_rows(rows, names, wanted.language)
    for car in cars:
        car["depot"] = homes.get(car["id"], "")
    figures = {"cars": tuple(car["id"] for car in cars), "books": draft.BOOKS}
    return _csv("vehicles", cars), [
        ("importing.drafted-cars", figures | {"km": draft.MAX_KM, "count": len(cars)})
    ]


def _district(
    read: _Read, rows: list[Row], wanted: Wanted, depots: list[dict[str, Any]]
) -> tuple[bytes, list[Note]]:
    notes: list[Note] = []
    drafted = not (wanted.depot or read.depots)
    starts, ends = draft.hours_of(rows)
    days = sorted(draft.weekdays_of(rows) | set(range(5)))
    given: dict[str, Any] = {
        "name": tx.bare(tx.without_controls(wanted.name)),
        "language": wanted.language,
        "time_zone": wanted.time_zone or _zone(read, depots[0]["lon"], depots[0]["lat"]),
        "week.days": [DAY_NAMES[day] for day in days],
        "week.starts": f"{starts // 3600:02d}:00",
        "week.ends": f"{ends // 3600:02d}:00",
    }
    pace = draft.pace_of(rows)
    if pace is not None:
        given |= {"roads.speed_kmh": pace, "roads.detour": draft.DETOUR, "week.buffer_min": 0}
        notes.append(("importing.drafted-pace", {"kmh": pace, "detour": draft.DETOUR}))
    marks = ["imported", "drafted-depot"] if drafted else ["imported"]
    text = district_toml(given, depots, notes=marks)
    return text.encode(), notes


def _zone(read: _Read, lon: float, lat: float) -> str:
    """Return the time zone that a feed names, or that of the depot's place."""
    own = read.time_zone in available_timezones()
    return read.time_zone if own else zone_at(lon, lat) or "UTC"


def _csv(table: str, rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return a table with the columns that any row has, those that are required among them."""
    columns = cols.tables()[table].columns
    used = [c for c in columns if columns[c].required or any(row.get(c) for row in rows)]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(used)
    writer.writerows([_safe(row.get(c, "")) for c in used] for row in rows)
    return ("\ufeff" + stream.getvalue()).encode()  # Excel takes a CSV without the mark for ANSI


def _safe(text: str) -> str:
    """Return a cell that no spreadsheet reads as a formula; a negative number is none."""
    return text if re.fullmatch(r"-[0-9.]+", text) else guarded(text)


def _rows_of(path: Path) -> list[Row]:
    """Return the rows of a table that an import wrote; none if it is not there."""
    if not path.is_file():
        return []
    text = path.read_text("utf-8-sig", errors="replace")
    rows = csv.DictReader(line for line in io.StringIO(text) if not line.startswith("#"))
    return [{k: v for k, v in row.items() if k and v} for row in rows if row.get("id")]
