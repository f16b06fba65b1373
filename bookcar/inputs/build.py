"""From checked records to the district: units are in place, several columns become one field."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bookcar.inputs import columns as cols
from bookcar.inputs import text as tx
from bookcar.inputs.columns import KIND_NAMES
from bookcar.inputs.coordinates import TO_WGS84, unchanged
from bookcar.inputs.movements import moved
from bookcar.inputs.named_stops import stops_of
from bookcar.inputs.raw_district import RawDistrict, weight
from bookcar.inputs.rules_calendar import span, targets
from bookcar.inputs.rules_carriers import home_of, served_by
from bookcar.inputs.rules_events import staying
from bookcar.inputs.rules_hours import windows
from bookcar.inputs.rules_recurrence import rule_of, weeks_of
from bookcar.inputs.settings import Given
from bookcar.inputs.sheet import Record, Sheet
from bookcar.inputs.tiles import is_address
from bookcar.model import (
    Batch,
    BatchSettings,
    CalendarEntry,
    Campaign,
    Carrier,
    CarrierSettings,
    Closure,
    Depot,
    District,
    Event,
    MapSettings,
    PastVisit,
    Pool,
    PrintSettings,
    Request,
    RoadProfile,
    RoadSettings,
    Settings,
    Stop,
    TimetableEntry,
    TimetableSettings,
    Title,
    Vehicle,
    Weights,
    Where,
)


def district(
    raw: RawDistrict, *, folder: Path, roads_from: Path, inputs: Mapping[str, str]
) -> District:
    """Return the district of a raw in which no rule has found an error.

    Parameters
    ----------
    folder
        As the user named it.
    roads_from
        What the paths of [roads] and [maps] are relative to.
    """
    values = raw.given.values
    depots = tuple(_depot(r, values["coordinates"]) for r in raw["depots"].records)
    vehicles = tuple(Vehicle(**_fields(r, "vehicles")) for r in raw["vehicles"].records)
    batches = tuple(_batch(r) for r in raw["batches"].records)
    visits = tuple(PastVisit(**_fields(r, "visits")) for r in raw["visits"].records)
    stops = tuple(_stop(r, values["coordinates"]) for r in raw["stops"].records)
    events = tuple(_event(raw, r, stops) for r in raw["events"].records)
    return District(
        name=values["name"],
        name_en=values["name_en"],
        folder=folder,
        language=values["language"],
        time_zone=values["time_zone"],
        dispatch_phone=values["dispatch_phone"],
        depots=depots,
        stops=stops,
        vehicles=vehicles,
        batches=moved(
            batches, visits, vehicles=vehicles, store=depots[0].id, events=[e.id for e in events]
        ),
        listed=batches,
        visits=visits,
        requests=tuple(Request(**_fields(r, "requests")) for r in raw["requests"].records),
        closures=tuple(_closure(r, raw) for r in raw["closures"].records),
        calendar=(*_calendar(raw), *_staying(events)),
        campaigns=tuple(
            Campaign(stops=stops_of(raw, r, KIND_NAMES), **_fields(r, "campaigns"))
            for r in raw["campaigns"].records
        ),
        events=events,
        timetable=tuple(
            TimetableEntry(row=r.row, **_fields(r, "timetable")) for r in raw["timetable"].records
        ),
        pools=tuple(_pool(r) for r in raw["pools"].records),
        carriers=tuple(_carrier(raw, r, values["coordinates"]) for r in raw["carriers"].records),
        areas=raw.areas,
        titles={name: _titles(sheet) for name, sheet in raw.titles.items()},
        settings=_settings(raw.given, roads_from),
        inputs=dict(inputs),
        origins=_origins(raw),
    )


def _fields(record: Record, table: str) -> dict[str, Any]:
    columns = cols.any_table(table).columns.values()
    return {c.field: record.values[c.name] for c in columns if c.field is not None}


def _at(record: Record, system: str) -> dict[str, float]:
    convert = TO_WGS84.get(system, unchanged)  # the reader has converted those of a grid
    lon, lat = convert(record.values["lon"], record.values["lat"])
    return {"lon": lon, "lat": lat}


def _depot(record: Record, system: str) -> Depot:
    own = {n: value for n, value in record.values.items() if n not in ("opens", "closes")}
    return Depot(windows=windows(record.values), **own | _at(record, system))


def _stop(record: Record, system: str) -> Stop:
    weekdays, month_days = record.values["days"]
    fields = _fields(record, "stops") | _at(record, system)
    fields["mix"] = _normalised(record.values["mix"])
    fields["recurs"] = rule_of(record)
    fields["every_weeks"] = weeks_of(record, fields["recurs"])
    return Stop(weekdays=weekdays, month_days=month_days, windows=windows(record.values), **fields)


def _batch(record: Record) -> Batch:
    fields = _fields(record, "batches")
    fields |= {"kg": weight(record), "mix": _normalised(record.values["mix"])}
    return Batch(**fields)


def _pool(record: Record) -> Pool:
    fields = _fields(record, "pools")
    names = record.values["for"]
    kinds = dict.fromkeys(KIND_NAMES[tx.key(n)] for n in names if tx.key(n) in KIND_NAMES)
    stops = (n for n in names if tx.key(n) not in KIND_NAMES)
    fields["name"] = fields["name"] or fields["id"]
    return Pool(kinds=tuple(kinds), stops=tuple(stops), **fields)


def _event(raw: RawDistrict, record: Record, stops: tuple[Stop, ...]) -> Event:
    """Return an event; its place is that of a stop of the table, or its own."""
    fields = _fields(record, "events")
    fields["name"] = fields["name"] or fields["id"]
    there = next((stop for stop in stops if stop.id == fields["place"]), None)
    at = _at(record, _system(raw)) if there is None else {"lon": there.lon, "lat": there.lat}
    texts = ("contact", "phone", "landmark")
    more: dict[str, Any] = {n: record.values[n] or getattr(there, n, "") for n in texts}
    if there is not None:
        more |= {"vehicles": there.vehicles, "kerb": there.kerb, "area": there.area}
    stop = Stop(
        id=fields["id"],
        name=fields["name"],
        name_en=fields["name_en"],
        kind="other",
        books=0,
        service_s=record.values["service_min"],
        note=fields["note"],
        lon=at["lon"],
        lat=at["lat"],
        **more,
    )
    return Event(stop=stop, stays=staying(raw, record), row=record.row, **fields)


def _system(raw: RawDistrict) -> str:
    return str(raw.given.values["coordinates"])


def _staying(events: Iterable[Event]) -> Iterator[CalendarEntry]:
    """Yield the days on which cars stay at events."""
    for event in events:
        if event.stays:
            yield CalendarEntry(
                first=event.first,
                last=event.last,
                what="car off",
                vehicles=event.stays,
                note=event.name,
            )


def _carrier(raw: RawDistrict, record: Record, system: str) -> Carrier:
    fields = _fields(record, "carriers")
    home = home_of(raw, record)
    assert home is not None, "rules_carriers.carrier_home"
    fields["name"] = fields["name"] or fields["id"]
    fields |= {"stops": served_by(raw, record, KIND_NAMES)}
    fields |= _at(home, system)
    return Carrier(**fields)


def _titles(sheet: Sheet) -> tuple[Title, ...]:
    return tuple(Title(**_fields(record, "titles")) for record in sheet.records)


def _closure(record: Record, raw: RawDistrict) -> Closure:
    shape = (raw.shapes or {}).get(record.values["shape"])
    return Closure(shape=shape, row=record.row, **_fields(record, "closures"))


def _calendar(raw: RawDistrict) -> Iterator[CalendarEntry]:
    """Yield the entries of the calendar, the holidays of district.toml first."""
    for day in sorted(raw.given.values["week.holidays"]):
        yield CalendarEntry(first=day, last=day, what="holiday")
    for record in raw["calendar"].records:
        named = targets(raw, record, KIND_NAMES)
        does = record.values["does"]
        yield CalendarEntry(
            last=span(record)[1],
            does=does.effect,
            to=does.to,
            row=record.row,
            kinds=tuple(KIND_NAMES[tx.key(kind)] for kind in named["kinds"]),
            vehicles=tuple(named["vehicles"]),
            stops=tuple(named["stops"]),
            **_fields(record, "calendar"),
        )


def _normalised(mix: Mapping[str, float]) -> dict[str, float]:
    total = sum(mix.values())
    return {name: share / total for name, share in mix.items()}


def _settings(given: Given, roads_from: Path) -> Settings:
    v = given.values
    return Settings(
        weekdays=v["week.days"],
        break_rule=v["week.break_rule"],
        buffer_s=v["week.buffer_min"],
        roads=_roads(given, roads_from),
        batches=BatchSettings(**_section(v, "batches")),
        weights=Weights(**_section(v, "weights")),
        timetable=TimetableSettings(
            same_time_s=v["timetable.same_time_min"],
            within_stock=v["timetable.within_stock"],
            hold_back=v["timetable.hold_back"],
        ),
        carriers=_carriers(v),
        maps=_maps(v, roads_from),
        printing=PrintSettings(**_section(v, "print")),
    )


def _carriers(values: Mapping[str, Any]) -> CarrierSettings:
    given = _section(values, "carriers")
    return CarrierSettings(
        load_factor=given["load_factor"],
        rest_s=given["rest_min"],
        handover_s=given["handover_min"],
        handling_s=given["handling_min"],
        again=given["again"],
    )


def _section(values: Mapping[str, Any], section: str) -> dict[str, Any]:
    prefix = section + "."
    return {n.removeprefix(prefix): v for n, v in values.items() if n.startswith(prefix)}


def _maps(values: Mapping[str, Any], folder: Path) -> MapSettings:
    section = _section(values, "maps")
    if section["tiles"] and not is_address(section["tiles"]):
        section["tiles"] = os.path.abspath(folder / section["tiles"])  # noqa: PTH100
    return MapSettings(**section)


def _roads(given: Given, roads_from: Path) -> RoadSettings:
    section = _section(given.values, "roads")
    for name in ("extract", "matrix", "heights"):
        path = section[name]
        section[name] = Path(os.path.abspath(roads_from / path)) if path else None  # noqa: PTH100
    profiles = [RoadProfile(**record.values) for record in given.profiles.records]
    if all(profile.name != "car" for profile in profiles):
        profiles.insert(0, RoadProfile(name="car"))
    return RoadSettings(profiles=tuple(profiles), **section)


def _origins(raw: RawDistrict) -> dict[str, dict[str, Where]]:
    tables = {"depots": raw["depots"], **raw.tables}
    found = {name: dict(_wheres(sheet)) for name, sheet in tables.items() if sheet.records}
    rows = {key: Where(raw.given.file, row) for key, row in raw.given.rows.items()}
    return {"district": rows, **found}


def _wheres(sheet: Sheet) -> Iterator[tuple[str, Where]]:
    """Yield where each row stands, by its id, or by its number where rows have none."""
    for record in sheet.records:
        yield record.values.get("id") or str(record.row), Where(sheet.file, record.row)
