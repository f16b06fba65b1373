"""Writing a starter district: every setting and every column explained, ready to be planned."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bookcar import files
from bookcar.errors import UsageError
from bookcar.inputs import columns as cols
from bookcar.inputs import starter_rows as rows
from bookcar.inputs.starter_rows import PlaceLike, Row
from bookcar.inputs.text import bare, without_controls
from bookcar.phrases import Language, Phrases
from bookcar.phrases.sentence import Sentence
from bookcar.time_zones import zone_at
from bookcar.weeks import DAY_NAMES

# Keys a starter leaves commented out, with their defaults or, where there is none, an example.
SHOWN = {
    "name_en": '"Qijiang"',
    "coordinates": '"wgs84"',
    "dispatch_phone": '"023-0000 0000"',
    "bounds.west": "106.3",
    "bounds.south": "28.4",
    "bounds.east": "107.1",
    "bounds.north": "29.2",
    "week.days": '["Mon", "Tue", "Wed", "Thu", "Fri"]',
    "week.starts": '"08:00"',
    "week.ends": '"17:00"',
    "week.break_min": "0",
    "week.break_after_h": "4",
    "week.break_rule": '"work"',
    "week.buffer_min": "4",
    "week.late_min": "0",
    "week.service_min": "20",
    "week.every_weeks": "4",
    "week.opens": '"00:00"',
    "week.closes": '"24:00"',
    "week.holidays": "[]",
    "depot.opens": '"00:00"',
    "depot.closes": '"24:00"',
    "roads.extract": '"region.osm.pbf"',
    "roads.matrix": '"matrix.csv"',
    "roads.heights": '"dem"',
    "roads.max_snap_m": "500",
    "roads.ferries": "false",
    "roads.driving_side": '"right"',
    "roads.detour": "1.65",
    "roads.speed_kmh": "30",
    "roads.profile.name": '"large-car"',
    "roads.profile.width_m": "2.5",
    "roads.profile.height_m": "3.2",
    "roads.profile.weight_t": "7.5",
    "roads.profile.length_m": "8.5",
    "roads.profile.axle_t": "5",
    "roads.profile.lorry": "false",
    "maps.tiles": '"tiles"',
    "maps.tiles_credit": '"© OpenStreetMap contributors"',
    "batches.no_repeat_months": "24",
    "batches.rotate": '["village", "school", "teahouse", "organisation", "other"]',
    "batches.when_seen_all": '"oldest"',
    "batches.hand_on": "false",
    "weights.stop": "60",
    "weights.priority": "20",
    "weights.overdue_week": "15",
    "weights.people": "1",
    "weights.other_weekday": "5",
    "weights.other_driver": "5",
    "weights.changed_visit": "10",
    "weights.promise": "300",
    "weights.balance_hour": "0",
    "weights.car_day": "0",
    "weights.level": "20",
    "weights.level_days": "0",
    "timetable.same_time_min": "15",
    "timetable.within_stock": "true",
    "timetable.hold_back": "true",
    "carriers.load_factor": "0.65",
    "carriers.rest_min": "5",
    "carriers.handover_min": "10",
    "carriers.handling_min": "5",
    "carriers.again": "false",
    "print.paper": '"a4"',
    "print.clock": '"24h"',
}
_SECTIONS = (
    "bounds", "depot", "week", "roads", "roads.profile", "maps", "batches", "weights", "timetable",
    "carriers",
    "print",
)  # fmt: skip
_OPTIONAL = ("bounds", "roads.profile")


def write_starter(  # noqa: PLR0913  an argument per option
    folder: Path,
    *,
    name: str,
    language: Language,
    depots: Sequence[PlaceLike] = (),
    stops: Sequence[PlaceLike] = (),
    extract_name: str | None = None,
    time_zone: str | None = None,
    name_en: str = "",
    batches: bool = True,
) -> list[Path]:
    """Write district.toml and every table, whole or not at all, and return their paths.

    Parameters
    ----------
    name, name_en
        The district's name.
    language
        ``zh``, ``en`` or ``fr``: of the comments, column names and everything planned from it.
    depots, stops
        Places of a map, as structs of the model or mappings with their fields; none for a small
        example.
    extract_name
        The OSM extract, relative to the folder.
    time_zone
        IANA name; by default that of the first depot's place.
    batches
        False where readers choose on board: no stop wants books, and there are no batches.

    Raises
    ------
    UsageError
        If the folder already holds a file of one of the names, or depots come without stops.
    WriteError
        If the disk is full or the folder is not writable.
    """
    if depots and not stops:
        raise UsageError(Sentence(key="usage.no-stops"))
    stop_rows = [rows.stop_row(s) for s in stops] or [dict(r) for r in rows.EXAMPLE_STOPS]
    if not batches:
        stop_rows = [row | {"books": 0} for row in stop_rows]
    depot_rows = [rows.depot_row(d) for d in depots]
    notes = ["osm" if stops else "example"]
    if not depot_rows and stops:
        notes.append("no-library")
        depot_rows = [rows.made_up_depot(stop_rows, language)]
    depot_rows = depot_rows or [dict(r) for r in rows.EXAMPLE_DEPOTS]
    given = {
        "name": bare(without_controls(name)),
        "name_en": bare(without_controls(name_en)),
        "language": language,
        "time_zone": time_zone or _zone_of(depot_rows, language),
        "roads.extract": extract_name,
    }
    tables = {
        "stops": stop_rows,
        "vehicles": rows.vehicle_rows(len(stop_rows), language),
        "batches": rows.batch_rows(stop_rows, depot_rows[0]["id"]) if batches else [],
    }
    contents = {"district.toml": district_toml(given, depot_rows, notes=notes)}
    for table in cols.tables():
        text = _csv(table, tables.get(table, []), language=language, note=notes[0])
        contents[f"{table}.csv"] = "\ufeff" + text  # Excel takes a CSV without the mark for ANSI
    return _write(folder, contents)


def _zone_of(depots: Sequence[Row], language: Language) -> str:
    own = Phrases(language)("language.time-zone")
    return zone_at(depots[0]["lon"], depots[0]["lat"]) or own


def _write(folder: Path, contents: dict[str, str]) -> list[Path]:
    paths = [folder / name for name in contents]
    there = [path.name for path in paths if path.exists()]
    if there or (folder.exists() and not folder.is_dir()):
        raise UsageError(
            f"{folder} already holds {', '.join(there) or 'a file of that name'}. "
            "Name another folder, or move those files away."
        )
    new_folder = not folder.exists()
    written: list[Path] = []
    try:
        for path, text in zip(paths, contents.values(), strict=True):
            files.write_bytes(path, text.encode())
            written.append(path)
    except BaseException:  # Ctrl-C too: a half-written district is worse than none
        for path in written:
            path.unlink(missing_ok=True)
        if new_folder and folder.is_dir():
            folder.rmdir()
        raise
    return paths


def _csv(table: str, table_rows: Iterable[Row], *, language: Language, note: str) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    columns = cols.tables()[table].columns
    say = Phrases(language)
    headings = {name: say(f"columns.{table}.{name}.heading") for name in columns}
    writer.writerow([f"# {say('starter.comment')}"])
    if table == "stops":
        writer.writerow([f"# {say(f'starter.{note}')}"])
    for name, column in columns.items():
        mark = f" ({say('starter.required')})" if column.required else ""
        writer.writerow([f"# {headings[name]}{mark}: {say(f'columns.{table}.{name}.about')}"])
    writer.writerow(headings.values())
    for row in table_rows:
        writer.writerow([_cell(name, row.get(name, ""), language) for name in columns])
    return stream.getvalue()


def _cell(column: str, value: Any, language: Language) -> Any:
    """Return a value as the table's language writes it."""
    say = Phrases(language)
    if column in ("kind", "required") and value:
        return say(f"starter.{column}-{value}")
    if column == "days":
        return " ".join(say(f"common.day-{DAY_NAMES.index(day)}") for day in value.split())
    return f"{value:.7f}".rstrip("0") if column in ("lon", "lat") else value


def district_toml(given: dict[str, Any], depots: list[Row], *, notes: list[str]) -> str:
    """Return a district.toml with every key, those that are not given as comments.

    Parameters
    ----------
    given
        Values by key; ``language`` is needed.
    notes
        Phrases of the starter about the depots, behind the first.
    """
    language = given["language"]
    say = Phrases(language)
    lines = [f"# {say('starter.district')}", ""]
    lines += _keys("", given, language)
    for section in _SECTIONS:
        if section == "depot":
            lines += [f"# {say(f'starter.{note}')}" for note in ["", *notes[1:]] if note]
            lines += [line for depot in depots for line in _depot(depot, language)]
            continue
        lines += ["", _head(section), *_keys(section, given, language)]
    return "\n".join(lines) + "\n"


def _head(section: str) -> str:
    brackets = f"[[{section}]]" if section == "roads.profile" else f"[{section}]"
    return f"# {brackets}" if section in _OPTIONAL else brackets


def _depot(depot: Row, language: Language) -> Iterator[str]:
    yield from ("", "[[depot]]")
    for name, about in Phrases(language).topic("keys").items():
        if not name.startswith("depot."):
            continue
        short = name.removeprefix("depot.")
        value = depot.get(short)
        shown = SHOWN.get(name, '""')
        line = f"{short} = {_value(value)}" if value is not None else f"# {short} = {shown}"
        yield f"{line}  # {about}"


def _keys(section: str, given: dict[str, Any], language: Language) -> Iterator[str]:
    for name, about in Phrases(language).topic("keys").items():
        if name.rpartition(".")[0] != section:
            continue
        short = name.rpartition(".")[2]
        value = given.get(name)
        known = value not in (None, "")
        line = f"{short} = {_value(value)}" if known else f"# {short} = {SHOWN[name]}"
        yield f"{line}  # {about}"


def _value(value: Any) -> str:
    """Return a value as TOML writes it; its basic strings are JSON's, but for DEL."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if not isinstance(value, float):
        return str(value)
    return f"{value:.7f}".rstrip("0").removesuffix(".") or "0"
