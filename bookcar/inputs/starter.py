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
from bookcar.inputs.keys import abouts
from bookcar.inputs.starter_rows import PlaceLike, Row
from bookcar.inputs.text import bare, without_controls
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
    "week.buffer_min": "4",
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
    "roads.detour": "1.65",
    "roads.speed_kmh": "30",
    "roads.profile.name": '"large-car"',
    "roads.profile.width_m": "2.5",
    "roads.profile.height_m": "3.2",
    "roads.profile.weight_t": "7.5",
    "maps.tiles": '"tiles"',
    "maps.tiles_credit": '"© OpenStreetMap contributors"',
    "batches.no_repeat_months": "24",
    "batches.rotate": '["village", "school", "teahouse", "organisation", "other"]',
    "weights.stop": "60",
    "weights.priority": "20",
    "weights.overdue_week": "15",
    "weights.people": "1",
    "weights.other_weekday": "5",
    "weights.other_driver": "5",
    "weights.balance_hour": "0",
    "weights.car_day": "0",
    "print.paper": '"a4"',
    "print.clock": '"24h"',
}
_SECTIONS = (
    "bounds", "depot", "week", "roads", "roads.profile", "maps", "batches", "weights", "print",
)  # fmt: skip
_OPTIONAL = ("bounds", "roads.profile")
_SAY = {
    "district": {
        "en": "The settings of the district. Lines that begin with # are comments; remove the # "
        "to change a setting.",
        "zh": "本地区的设置。以 # 开头的行是注释；去掉 # 即可修改设置。",
    },
    "comment": {
        "en": "Rows whose first cell begins with # are comments. An empty cell means the default.",
        "zh": "第一格以 # 开头的行是注释；空白格取默认值。",
    },
    "required": {"en": "required", "zh": "必填"},
    "example": {
        "en": "The places are examples (towns of Qijiang, coordinates from GeoNames, CC BY 4.0): "
        "put your own in their stead.",
        "zh": "地点仅为示例（綦江的镇街，坐标来自 GeoNames，CC BY 4.0），请换成自己的。",
    },
    "osm": {
        "en": "Places from OpenStreetMap (© OpenStreetMap contributors, ODbL 1.0): check them, "
        "and correct the books wanted.",
        "zh": "地点来自 OpenStreetMap（© OpenStreetMap 贡献者，ODbL 1.0），请核对并修改需书册数。",
    },
    "no-library": {
        "en": "The map shows no library, so this depot stands at a stop in the middle: move it.",
        "zh": "地图上没有图书馆，暂以居中的站点代替，请改为实际位置。",
    },
}


def write_starter(
    folder: Path,
    *,
    name: str,
    language: str,
    depots: Sequence[PlaceLike] = (),
    stops: Sequence[PlaceLike] = (),
    extract_name: str | None = None,
    time_zone: str | None = None,
    name_en: str = "",
) -> list[Path]:
    """Write district.toml and every table, whole or not at all, and return their paths.

    Parameters
    ----------
    name, name_en
        The district's name.
    language
        ``zh`` or ``en``: of the comments, column names and everything planned from it.
    depots, stops
        Places of a map, as structs of the model or mappings with their fields; none for a small
        example.
    extract_name
        The OSM extract, relative to the folder.
    time_zone
        IANA name; by default Asia/Shanghai for ``zh``, else UTC.

    Raises
    ------
    UsageError
        If the folder already holds a file of one of the names, or depots come without stops.
    WriteError
        If the disk is full or the folder is not writable.
    """
    if depots and not stops:
        raise UsageError("There are no stops to write. Give an extract with villages or schools.")
    stop_rows = [rows.stop_row(s) for s in stops] or [dict(r) for r in rows.EXAMPLE_STOPS]
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
        "time_zone": time_zone or ("Asia/Shanghai" if language == "zh" else "UTC"),
        "roads.extract": extract_name,
    }
    tables = {
        "stops": stop_rows,
        "vehicles": rows.vehicle_rows(len(stop_rows), language),
        "batches": rows.batch_rows(stop_rows, depot_rows[0]["id"]),
    }
    contents = {"district.toml": _toml(given, depot_rows, notes=notes)}
    for table in cols.tables():
        text = _csv(table, tables.get(table, []), language=language, note=notes[0])
        contents[f"{table}.csv"] = "\ufeff" + text  # Excel takes a CSV without the mark for ANSI
    return _write(folder, contents)


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


def _csv(table: str, table_rows: Iterable[Row], *, language: str, note: str) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    columns = cols.tables()[table].columns
    about = cols.names()[table]
    headings = {name: about[name]["zh"] if language == "zh" else name for name in columns}
    writer.writerow([f"# {_SAY['comment'][language]}"])
    if table == "stops":
        writer.writerow([f"# {_SAY[note][language]}"])
    for name, column in columns.items():
        mark = f" ({_SAY['required'][language]})" if column.required else ""
        writer.writerow([f"# {headings[name]}{mark}: {about[name]['about'][language]}"])
    writer.writerow(headings.values())
    for row in table_rows:
        writer.writerow([_cell(name, row.get(name, ""), language) for name in columns])
    return stream.getvalue()


def _cell(column: str, value: Any, language: str) -> Any:
    """Return a value as the table's language writes it."""
    if language == "zh" and column == "kind":
        return cols.KIND_WORDS[value][0]
    if language == "zh" and column == "required":
        return cols.YES_WORDS[value][0] if value else ""
    if language == "zh" and column == "days":
        return " ".join(f"周{'一二三四五六日'[DAY_NAMES.index(day)]}" for day in value.split())
    return f"{value:.7f}".rstrip("0") if column in ("lon", "lat") else value


def _toml(given: dict[str, Any], depots: list[Row], *, notes: list[str]) -> str:
    language = given["language"]
    lines = [f"# {_SAY['district'][language]}", ""]
    lines += _keys("", given, language)
    for section in _SECTIONS:
        if section == "depot":
            lines += [f"# {_SAY[note][language]}" for note in ["", *notes[1:]] if note]
            lines += [line for depot in depots for line in _depot(depot, language)]
            continue
        lines += ["", _head(section), *_keys(section, given, language)]
    return "\n".join(lines) + "\n"


def _head(section: str) -> str:
    brackets = f"[[{section}]]" if section == "roads.profile" else f"[{section}]"
    return f"# {brackets}" if section in _OPTIONAL else brackets


def _depot(depot: Row, language: str) -> Iterator[str]:
    yield from ("", "[[depot]]")
    for name, about in abouts().items():
        if not name.startswith("depot."):
            continue
        short = name.removeprefix("depot.")
        value = depot.get(short)
        shown = SHOWN.get(name, '""')
        line = f"{short} = {_value(value)}" if value is not None else f"# {short} = {shown}"
        yield f"{line}  # {about[language]}"


def _keys(section: str, given: dict[str, Any], language: str) -> Iterator[str]:
    for name, about in abouts().items():
        if name.rpartition(".")[0] != section:
            continue
        short = name.rpartition(".")[2]
        value = given.get(name)
        line = f"{short} = {_value(value)}" if value else f"# {short} = {SHOWN[name]}"
        yield f"{line}  # {about[language]}"


def _value(value: Any) -> str:
    """Return a value as TOML writes it; its basic strings are JSON's, but for DEL."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"{value:.7f}".rstrip("0") if isinstance(value, float) else str(value)
