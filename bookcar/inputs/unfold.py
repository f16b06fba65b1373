"""Cells that hold two things taken apart, so that every column holds one.

A span of time becomes opening and closing time, ``every other Thu`` a rule and a day, ``lat, lon``
two columns. What is taken apart stands in the one spelling that the parsers read; whatever is not
understood stays as it is, and is told by the parser of its column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from bookcar.inputs import chinese_days, day_words, rules_degrees, rules_times
from bookcar.inputs import columns as cols
from bookcar.inputs import text as tx
from bookcar.inputs.rules_cells import BadCell
from bookcar.inputs.rules_days import is_chinese
from bookcar.inputs.sources import RawTable

Row = dict[str, str]
"""The cells of a row by column name; those of no known column are not there."""

HOURS = {
    "stops": (("opens", "closes"), ("arrive", "leave")),
    "vehicles": (("starts", "ends"),),
    "visits": (("arrive", "leave"),),
}
_LON_FIRST = ("lonlat", "lnglat", "lon/lat", "lon,lat", "经纬度")


def point_names() -> frozenset[str]:
    """Return the headings of columns that may hold longitude and latitude in one cell."""
    return frozenset(map(tx.key, cols.names()["stops"]["points"]))


def unfold(raw: RawTable) -> RawTable:
    """Return a table in which every cell holds one thing."""
    if not raw.rows:
        return raw
    raw = _points(raw) if raw.name == "stops" else raw
    for begins, ends in HOURS.get(raw.name, ()):
        raw = _rewritten(raw, (begins, ends), _Hours(begins, ends))
    if raw.name == "stops":
        raw = _rewritten(raw, ("days", "every"), _Days(_languages(raw)))
    return raw


class _Hours(msgspec.Struct, frozen=True):
    """Takes spans apart, and says in which half of the day the first of two times is."""

    begins: str
    ends: str

    def __call__(self, row: Row) -> Row:
        begins, ends = row.get(self.begins, ""), row.get(self.ends, "")
        found = rules_times.spans(begins)
        if found and not rules_times.without_spans(begins) and ends in ("", begins):
            texts = [" ".join(map(rules_times.text_of, side)) for side in zip(*found, strict=True)]
            return {self.begins: texts[0], self.ends: texts[1]}
        pair = rules_times.paired(begins, ends) if begins and ends else None
        if pair is None or pair == _alone(begins, ends):
            return {}
        return {self.begins: rules_times.text_of(pair[0]), self.ends: rules_times.text_of(pair[1])}


def _alone(begins: str, ends: str) -> tuple[int, int] | None:
    """Return the times of two cells, each by itself."""
    try:
        return rules_times.time(begins), rules_times.time(ends)
    except BadCell:
        return None


class _Days(msgspec.Struct, frozen=True):
    """Takes a rule out of the days, or days out of the rule, in the languages of the column."""

    languages: frozenset[str]

    def __call__(self, row: Row) -> Row:
        for column, other in (("days", "every"), ("every", "days")):
            text = row.get(column, "")
            found = day_reading(text, self.languages)
            if found is None:
                continue
            given = {"every": found.every, "days": found.days_text}
            if given[other] and not row.get(other):
                return given
            if column == "days" and not found.every and day_reading(text, frozenset()) is None:
                return {"days": found.days_text}
        return {}


def day_reading(text: str, languages: frozenset[str]) -> day_words.DayReading | None:
    """Return what a cell says of days and how often; None if it is left as it is."""
    if not text:
        return None
    if is_chinese(text):
        return chinese_days.read(text)
    try:
        return day_words.read(text, languages)
    except BadCell:
        return None


def _languages(raw: RawTable) -> frozenset[str]:
    """Return the languages in which the weekdays of a table may stand."""
    places = [i for name, i in _columns(raw).items() if name in ("days", "every")]
    texts = {cells[i] for _, cells in raw.rows[1:] for i in places if i < len(cells)}
    return day_words.languages_of(sorted(texts))


def _points(raw: RawTable) -> RawTable:
    """Put the two coordinates of one cell into two columns: its own, and one behind the last."""
    columns = _columns(raw)
    header = raw.rows[0][1]
    if {"lon", "lat"} <= columns.keys():
        return raw
    named = [i for i, cell in enumerate(header) if tx.key(cell) in point_names()]
    places = [i for name, i in columns.items() if name in ("lon", "lat")] or named
    pairs = {
        i: [rules_degrees.pair(cells[i]) if i < len(cells) else None for _, cells in raw.rows[1:]]
        for i in places
    }
    place = next((i for i in places if any(pairs[i])), None)
    if place is None:
        return raw
    lon_first = tx.key(header[place]) in _LON_FIRST or _beyond(pairs[place])
    rows: list[tuple[int, list[str]]] = []
    for (row, cells), pair in zip(raw.rows, [None, *pairs[place]], strict=True):
        filled = [*cells[: len(header)], *[""] * (len(header) - len(cells))]
        lon, lat = (filled[place],) * 2 if pair is None else _in_order(pair, lon_first=lon_first)
        lon, lat = ("lon", "lat") if not rows else (lon, lat)
        filled[place] = lat
        rows.append((row, [*filled, lon, *cells[len(header) :]]))
    return msgspec.structs.replace(raw, rows=rows)


def _beyond(pairs: list[rules_degrees.Pair | None]) -> bool:
    """Tell whether the first figure of a pair is no latitude, but the second always is."""
    figures = [(float(p.first), float(p.second)) for p in pairs if p and not p.axes]
    return any(90 < abs(a) <= 180 for a, _ in figures) and all(abs(b) <= 90 for _, b in figures)


def _in_order(pair: rules_degrees.Pair, *, lon_first: bool) -> tuple[str, str]:
    if pair.axes:
        lon_first = pair.axes[0] == "lon"
    return (pair.first, pair.second) if lon_first else (pair.second, pair.first)


def _columns(raw: RawTable) -> dict[str, int]:
    """Return the place of each known column, the first where two have its name."""
    aliases = cols.any_table(raw.name).aliases
    found: dict[str, int] = {}
    for i, cell in enumerate(raw.rows[0][1]):
        name = aliases.get(tx.key(cell))
        if name:
            found.setdefault(name, i)
    return found


def _rewritten(
    raw: RawTable, names: tuple[str, str], rewrite: Callable[[Row], Mapping[str, str]]
) -> RawTable:
    """Return a table with what ``rewrite`` gives for two columns; one that lacks is added."""
    columns = _columns(raw)
    there = [name for name in names if name in columns]
    if not there:
        return raw
    changes: dict[int, Mapping[str, str]] = {}
    for n, (_, cells) in enumerate(raw.rows[1:], 1):
        row = {name: cells[columns[name]] for name in there if columns[name] < len(cells)}
        change = rewrite({name: tx.bare(text) for name, text in row.items()})
        if change:
            changes[n] = change
    if not changes:
        return raw
    return _changed(raw, names, changes, columns)


def _changed(
    raw: RawTable,
    names: tuple[str, str],
    changes: Mapping[int, Mapping[str, str]],
    columns: dict[str, int],
) -> RawTable:
    width = len(raw.rows[0][1])
    missing = [name for name in names if name not in columns]
    places = columns | {name: width + i for i, name in enumerate(missing)}
    rows: list[tuple[int, list[str]]] = []
    for n, (row, cells) in enumerate(raw.rows):
        filled = [*cells, *[""] * (width - len(cells))]
        wide = [*filled[:width], *(missing if n == 0 else [""] * len(missing)), *filled[width:]]
        for name, text in changes.get(n, {}).items():
            wide[places[name]] = text
        rows.append((row, wide))
    return msgspec.structs.replace(raw, rows=rows)
