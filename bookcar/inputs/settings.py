"""Reading district.toml, or the sheet ``district`` of a workbook, key by key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from bookcar.countries import country_of
from bookcar.errors import Fault, Severity
from bookcar.inputs import grids, rules_files
from bookcar.inputs import text as tx
from bookcar.inputs.keys import ARRAYS, KEYS, Key, defaults
from bookcar.inputs.rules_cells import BadCell, number
from bookcar.inputs.sheet import Record, Sheet
from bookcar.inputs.sources import RawTable
from bookcar.phrases import Figure
from bookcar.time_zones import zone_at

Pair = tuple[str, Any, int | None]

_IN_ARRAY = re.compile(rf"({'|'.join(map(re.escape, ARRAYS))})\.([0-9]{{1,4}})\.(\w+)")
_SECTION = re.compile(r"\s*(\[\[?)\s*([\w.\s]+?)\s*\]")
_WRITTEN_IN = "CN"
"""A district.toml is UTF-8; where it is not, an old editor in China wrote it."""
_AT_LINE = re.compile(r"\(at line ([0-9]+)")


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What district.toml says.

    Attributes
    ----------
    values
        By dotted key, defaults filled in.
    complete
        False if there is no district.toml, or none that can be read.
    depots, profiles
        The arrays, a record each.
    rows
        Line of each key that was given.
    shown
        Its value as given.
    """

    file: str
    values: dict[str, Any]
    depots: Sheet
    profiles: Sheet
    rows: dict[str, int | None]
    shown: dict[str, str]
    complete: bool = True

    @property
    def country(self) -> str:
        """The ISO 3166 code of the district's country, empty where nothing tells it."""
        return country_of(self.values["time_zone"], self.values["language"])

    def fault(
        self,
        rule: str,
        *,
        key: str,
        severity: Severity = "error",
        variant: str = "",
        **figures: Figure,
    ) -> Fault:
        """Return a fault of one key."""
        return Fault(
            rule=rule, file=self.file, row=self.rows.get(key), column=key,
            value=self.shown.get(key), severity=severity, variant=variant, figures=figures,
        )  # fmt: skip


def nothing(file: str) -> Given:
    """Return defaults, so that the tables can still be checked without a district.toml."""
    return msgspec.structs.replace(read_pairs([], file)[0], complete=False)


def read_toml(data: bytes, file: str) -> tuple[Given, list[Fault]]:
    """Return what a district.toml says, and what is wrong with it."""
    text, faults = rules_files.decode(data, file, _WRITTEN_IN)
    if text is None:
        return nothing(file), faults
    try:
        parsed = tomllib.loads(text.lstrip("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return nothing(file), [*faults, bad_toml(text, file, error)]
    given, more = read_pairs(list(_flat(parsed, _Lines(text))), file)
    return given, faults + more


def read_sheet(raw: RawTable) -> tuple[Given, list[Fault]]:
    """Return what a sheet of dotted keys and values says, and what is wrong with it."""
    pairs: list[Pair] = []
    faults: list[Fault] = []
    for row, cells in raw.rows:
        name, text = tx.plain(cells[0]), tx.bare(cells[1]) if len(cells) > 1 else ""
        if name.lower() in ("key", "键") or not text:
            continue
        try:
            pairs.append((name, _from_text(name, text), row))
        except BadCell as bad:
            faults.append(_fault(raw.file, (name, text, row), bad))
    given, more = read_pairs(pairs, raw.file)
    return given, faults + more


def _from_text(name: str, text: str) -> Any:
    key = KEYS.get(_general(name))
    if key is None or not key.numeric:
        return text
    value = number(text)
    return int(value) if value.is_integer() else value


def read_pairs(pairs: list[Pair], file: str) -> tuple[Given, list[Fault]]:
    """Return the settings given as dotted keys with values, and every fault of them."""
    values = defaults()
    faults: list[Fault] = []
    records: dict[str, dict[int, Record]] = {array: {} for array in ARRAYS}
    for pair in pairs:
        name, value, row = pair
        target, key = values, name
        match = _IN_ARRAY.fullmatch(name)
        if match:
            record = records[match[1]].setdefault(int(match[2]), _record(match, row))
            record.given[match[3]] = _shown(value)
            target, key = record.values, match[3]
        try:
            target[key] = _key(name).parse(value)
        except BadCell as bad:
            faults.append(_fault(file, pair, bad))
    sheets = [_array(array, file, found) for array, found in records.items()]
    given = Given(
        file=file, values=values, depots=sheets[0], profiles=sheets[1],
        rows={name: row for name, _, row in pairs},
        shown={name: _shown(value) for name, value, _ in pairs},
    )  # fmt: skip
    return given, faults + missing_keys(given) + _zone_by_place(given) + _levels_nothing(given)


def _zone_by_place(given: Given) -> list[Fault]:
    """Take the time zone of the first depot's place where none is set, and tell it."""
    depot = next(given.depots.having("id", "lon", "lat"), None)
    if "time_zone" in given.rows or depot is None:
        return []
    x, y = depot.values["lon"], depot.values["lat"]
    system = given.values["coordinates"]
    on_grid = system.startswith("EPSG:") and not grids.in_degrees(x, y)
    place = grids.to_wgs84(system, x, y) if on_grid else (x, y)
    zone = None if place is None else zone_at(*place)
    if zone is None:
        return []
    given.values["time_zone"] = zone
    return [
        Fault(
            rule="time-zone-by-place", file=given.file, column="time_zone", severity="warning",
            figures={"zone": zone, "depot": depot.values["id"]},
        )
    ]  # fmt: skip


def _levels_nothing(given: Given) -> list[Fault]:
    """Tell that days are not levelled where batches are handed on along routes."""
    if not given.values["weights.level_days"] or not given.values["batches.hand_on"]:
        return []
    return [given.fault("levels-nothing", key="weights.level_days", severity="warning")]


def missing_keys(given: Given) -> list[Fault]:
    """Report keys that must be given: the name, and each depot's id, name and place."""
    found = []
    if not given.values["name"]:
        found.append(_missing(given.file, "name", None))
    for array, sheet in zip(ARRAYS, (given.depots, given.profiles), strict=True):
        needed = [n for n, key in KEYS.items() if key.required and n.startswith(array + ".")]
        for record in sheet.records:
            columns = [name.removeprefix(array + ".") for name in needed]
            found += [
                _missing(given.file, record.prefix + column, record.row)
                for column in columns
                if not record.given.get(column)
            ]
    return found


def _missing(file: str, key: str, row: int | None) -> Fault:
    return Fault(
        rule="missing-key", file=file, row=row, column=key,
        figures={"name": key, "short": key.rpartition(".")[2]},
    )  # fmt: skip


def bad_toml(text: str, file: str, error: Exception) -> Fault:
    """Report a district.toml that breaks TOML's own grammar."""
    match = _AT_LINE.search(str(error))
    row = int(match[1]) if match else None
    line = text.splitlines()[row - 1].strip() if row and row <= len(text.splitlines()) else None
    curly = bool(line and re.search("[“”＝‘’]", line))
    return Fault(
        rule="bad-toml", file=file, row=row, value=tx.shown(line) if line else None,
        variant="curly" if curly else "", figures={"detail": str(error).split(" (at ")[0]},
    )  # fmt: skip


def _key(name: str) -> Key:
    """Return the key of a dotted name, or raise the fault of one that does not exist."""
    general = _general(name)
    array = next((a for a in ARRAYS if name == a or name.startswith(a + ".")), None)
    if general in KEYS and bool(array) == bool(_IN_ARRAY.fullmatch(name)):
        return KEYS[general]
    if array and general in {*KEYS, array}:
        raise BadCell("wrong-type", variant="array", array=array)
    if any(known.startswith(name + ".") for known in KEYS):
        raise BadCell("wrong-type", variant="section", section=name)
    own = general.rpartition(".")[2]
    if own in KEYS:
        raise BadCell("unknown-key", variant="above", own=own)
    near = tx.nearest(general, KEYS)
    raise BadCell("unknown-key", variant="near" if near else "", near=near or "")


def _general(name: str) -> str:
    match = _IN_ARRAY.fullmatch(name)
    return f"{match[1]}.{match[3]}" if match else name


def _record(match: re.Match[str], row: int | None) -> Record:
    array = match[1]
    fields = {n.removeprefix(array + "."): key for n, key in KEYS.items() if n.startswith(array)}
    values = {name: key.default for name, key in fields.items() if not key.required}
    return Record(row=row, values=values, given={}, prefix=f"{array}.{match[2]}.")


def _array(array: str, file: str, found: dict[int, Record]) -> Sheet:
    records = [found[number] for number in sorted(found)]
    return Sheet(name=array + "s", file=file, records=records, headings={})


def _fault(file: str, pair: Pair, bad: BadCell) -> Fault:
    name, value, row = pair
    return Fault(
        rule=bad.rule, file=file, row=row, column=name, value=_shown(value),
        variant=bad.variant, figures=bad.figures,
    )  # fmt: skip


def _shown(value: Any) -> str:
    return tx.shown(str(value).lower() if isinstance(value, bool) else str(value))


def _flat(parsed: dict[str, Any], lines: _Lines, prefix: str = "") -> Iterator[Pair]:
    """Yield every value with its dotted key; tables in arrays are counted from 1."""
    for name, value in parsed.items():
        dotted = prefix + name
        if isinstance(value, dict) and value:
            yield from _flat(value, lines, dotted + ".")
        elif dotted in ARRAYS and _are_tables(value):
            for i, item in enumerate(value, 1):
                yield from _flat(item, lines, f"{dotted}.{i}.")
        elif not isinstance(value, dict) or dotted not in _sections():
            yield dotted, value, lines.row(dotted)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _sections() -> set[str]:
    return {name.rpartition(".")[0] for name in KEYS}


class _Lines:
    """Finds the line of a key in a TOML text; tomllib does not tell it."""

    def __init__(self, text: str) -> None:
        self._rows = dict(reversed(list(_key_lines(text.splitlines()))))

    def row(self, dotted: str) -> int | None:
        """Return the line a dotted key stands on, if it stands on one of its own."""
        return self._rows.get(dotted)


def _key_lines(lines: Iterable[str]) -> Iterator[tuple[str, int]]:
    section, counts = "", dict.fromkeys(ARRAYS, 0)
    for row, line in enumerate(lines, 1):
        head = _SECTION.match(line)
        if head:
            section = re.sub(r"\s", "", head[2]) + "."
            if head[1] == "[[":
                counts[head[2]] = counts.get(head[2], 0) + 1
                section += f"{counts[head[2]]}."
        match = re.match(r"\s*([\w.]+)\s*=", line)
        if match:
            yield section + match[1], row
