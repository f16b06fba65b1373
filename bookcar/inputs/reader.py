"""Reading a district: every file, every rule, all faults at once."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from bookcar import files
from bookcar.errors import Fault, InputError
from bookcar.inputs import build, folder, geojson, grids, rules, rules_wanted
from bookcar.inputs import columns as cols
from bookcar.inputs.decode import decode
from bookcar.inputs.raw_district import RawDistrict
from bookcar.inputs.rules_files import empty_file, unreadable_file
from bookcar.inputs.rules_roads import tiles_of
from bookcar.inputs.settings import Given
from bookcar.inputs.sheet import Record, Sheet
from bookcar.inputs.source import Source
from bookcar.inputs.sources import RawTable
from bookcar.inputs.titles import read_titles
from bookcar.inputs.unfold import unfold
from bookcar.model import Area, District
from bookcar.phrases import Language

_ORDER = ("district", *cols.tables(), "areas", "closures")


class Checked(msgspec.Struct, frozen=True):
    """A district, or None if any fault is an error, and every fault source."""

    district: District | None
    faults: tuple[Fault, ...]
    language: Language | None = None

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that prevent planning."""
        return tuple(fault for fault in self.faults if fault.severity == "error")

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The faults that do not."""
        return tuple(fault for fault in self.faults if fault.severity == "warning")


def read(path: str | Path) -> District:
    """Return the district of a folder or workbook.

    Raises
    ------
    InputError
        If anything is wrong; with every fault, warnings too.
    """
    checked = read_district(path)
    if checked.district is None:
        raise InputError(checked.faults, language=checked.language)
    return checked.district


def read_district(path: str | Path, *, today: dt.date | None = None) -> Checked:
    """Return the district of a folder or workbook with every fault found; never raise for input.

    ``today`` as in `read_source`.
    """
    return read_source(folder.find(Path(path)), name=Path(path), today=today)


def read_source(source: Source, *, name: Path, today: dt.date | None = None) -> Checked:
    """Return the district of a source with every fault found; never raise for input.

    Parameters
    ----------
    name
        What the district's folder is called, by which its outputs go.
    today
        The last day on which something can have happened; without it nothing is in the future.
    """
    faults = list(source.faults)
    sheets: dict[str, Sheet] = {}
    defaults = _defaults(source.given)
    for table in cols.tables():
        sheets[table], more = _sheet(source, table, defaults.get(table, {}))
        faults += more
    _settle(source.given, sheets["stops"], sheets["events"], sheets["carriers"])
    areas, shapes, more = _geojson(source)
    titles, in_lists = read_titles(source, sheets["batches"])
    faults += in_lists
    raw = RawDistrict(
        given=source.given,
        tables=sheets,
        areas=areas,
        shapes=shapes,
        titles=titles,
        today=today,
    )
    if not source.missing:
        faults += more + rules.check(raw, source.where)
    faults = _sorted(faults, source)
    if any(fault.severity == "error" for fault in faults):
        return Checked(None, tuple(faults), _language(source.given))
    inputs, unread = _inputs(source)
    if unread:
        return Checked(None, tuple(faults + unread), _language(source.given))
    district = build.district(raw, folder=name, roads_from=source.where, inputs=inputs)
    return Checked(district, tuple(faults), district.language)


def _settle(given: Given, stops: Sheet, *placed: Sheet) -> None:
    """Give stops, and others with a place, what their rows say only together with the settings."""
    rules_wanted.apply(stops, given.values["week.late_min"])
    system = given.values["coordinates"]
    if system.startswith("EPSG:"):
        for sheet in (given.depots, stops, *placed):
            for record in sheet.having("lon", "lat"):
                if None not in (record.values["lon"], record.values["lat"]):
                    _convert(record, system)


def _convert(record: Record, system: str) -> None:
    """Put degrees into the place of eastings and northings; what the grid lacks stays."""
    x, y = record.values["lon"], record.values["lat"]
    point = None if grids.in_degrees(x, y) else grids.to_wgs84(system, x, y)
    if point is not None:
        record.values["lon"], record.values["lat"] = point


def _language(given: Given) -> Language | None:
    """Return the language of a district that may be unusable, None where it says none."""
    return given.values["language"] if "language" in given.rows else None


def _sheet(source: Source, name: str, defaults: Mapping[str, Any]) -> tuple[Sheet, list[Fault]]:
    raw = source.tables.get(name)
    if raw is None:
        known = name not in cols.REQUIRED_TABLES
        return Sheet(name=name, file=name, records=[], headings={}, complete=known), []
    if raw.rows:
        return decode(unfold(raw), defaults)
    nothing = Sheet(name=name, file=raw.file, records=[], headings={}, complete=False)
    if not raw.complete:
        return nothing, []
    return nothing, [empty_file(raw.file, required=name in cols.REQUIRED_TABLES)]


def _defaults(given: Given) -> dict[str, dict[str, Any]]:
    """Return what an empty cell means by table and column, as district.toml has it."""
    v = given.values
    depot = next((r.values["id"] for r in given.depots.having("id")), None)
    week = {name: v[f"week.{name}"] for name in ("starts", "ends", "days")}
    breaks = {name: v[f"week.{name}"] for name in ("break_min", "break_after_h")}
    stop = {n: v[f"week.{n}"] for n in ("service_min", "every_weeks", "opens", "closes")}
    return {
        "stops": stop,
        "vehicles": week | breaks | {"depot": depot},
        "carriers": week,
        "batches": {"at": depot},
        "events": {"service_min": v["week.service_min"]},
    }


def _geojson(
    source: Source,
) -> tuple[tuple[Area, ...], Mapping[str, Mapping[str, Any]] | None, list[Fault]]:
    areas: list[Area] = []
    shapes = None
    faults: list[Fault] = []
    if source.areas is not None:
        areas, faults = geojson.areas(source.areas, folder.AREAS)
    if source.shapes is not None:
        shapes, more = geojson.shapes(source.shapes, folder.SHAPES)
        faults = faults + more
    return tuple(areas), shapes, faults


def _inputs(source: Source) -> tuple[dict[str, str], list[Fault]]:
    """Return the SHA-256 of every file read and of the road files, by name."""
    sums = source.fingerprint()
    values = source.given.values
    names = [values[key] for key in ("roads.extract", "roads.matrix") if values[key]]
    if values["roads.extract"] and values["roads.heights"]:  # slopes slow who drives on its roads
        names += tiles_of(values["roads.heights"], source.where)
    for name in names:
        try:
            sums[Path(os.path.normpath(name)).as_posix()] = files.sha256(source.where / name)
        except OSError as error:
            return {}, [unreadable_file(name, error)]
    return dict(sorted(sums.items())), []


def _sorted(faults: list[Fault], source: Source) -> list[Fault]:
    """Return faults in the order of the files and rows; each once."""
    rank = {source.given.file: 0, folder.AREAS: 98, folder.SHAPES: 99}
    for i, name in enumerate(cols.tables(), 1):
        raw: RawTable | None = source.tables.get(name)
        if raw is not None:
            rank[raw.file] = i
    rank |= {file: 97 for file in source.fingerprint() if file not in rank}
    unique = list(dict.fromkeys(faults))
    return sorted(unique, key=lambda f: (rank.get(f.file, -1), f.row or 0))
