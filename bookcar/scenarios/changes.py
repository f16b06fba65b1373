"""What is changed in a district, as people type it: a cell, a row more, a row less, a place.

``vehicles.C1.max_hours=9`` sets a cell, ``+vehicle C3 like C1 books=800`` adds a row, and
``-stop B048`` takes one out (a stop or a car by the calendar, so that its past stays).
``stop B048 at 106.6,29.0`` moves a place, ``vehicle C1 off`` keeps a car at home for the week, and
``way 1234 closed`` closes a road for it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from bookcar.errors import UsageError
from bookcar.inputs import columns as cols
from bookcar.inputs import text as tx
from bookcar.phrases import Figure
from bookcar.phrases.sentence import Sentence

TABLES = ("stops", "vehicles", "batches", "pools")
"""Tables whose rows may be changed: those with an id."""

_NO_MORE = {"stops": "shut", "vehicles": "car off"}
"""What the calendar says of one that is no more: its past stays in the tables."""
_EVER_WEEKS = 520

_CELL = re.compile(r"(?P<table>[^.=]+)\.(?P<id>.+)\.(?P<column>[^.=]+?)\s*=\s*(?P<value>.*)", re.S)
_ADD = re.compile(
    r"\+\s*(?P<table>\S+)\s+(?P<id>\S+)(?:\s+like\s+(?P<like>\S+))?(?P<cells>.*)", re.S
)
_OUT = re.compile(r"[-−]\s*(?P<table>\S+)\s+(?P<id>\S+)\s*")
_AT = re.compile(
    r"(?P<table>\S+)\s+(?P<id>\S+)\s+at\s+(?P<lon>-?[\d.]+)\s*[,，]\s*(?P<lat>-?[\d.]+)\s*"
)
_OFF = re.compile(r"(?P<table>\S+)\s+(?P<id>\S+)\s+off\s*")
_CLOSED = re.compile(r"ways?\s+(?P<ways>\d+(?:[\s,;]+\d+)*)\s+closed\s*")
_PAIR = re.compile(r"\s*(?P<column>[^\s=]+)=(?P<value>\"[^\"]*\"|\S*)")


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A change of one table.

    Attributes
    ----------
    text
        As it was typed.
    row
        Id of the row; empty for a new row of a table without ids.
    like
        Id of the row that a new one is a copy of; empty for none.
    cells
        By column; of a row that is taken out there are none.
    needs
        The table and the id of a row that must be there.
    new, out
        Whether a row is added or taken out.
    """

    text: str
    table: str
    row: str = ""
    like: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, str] | None = None
    new: bool = False
    out: bool = False


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """Changes by a name."""

    name: str
    changes: tuple[str, ...] = ()


def edit_of(text: str, *, first: str, last: str) -> Edit:
    """Return a change as it was typed.

    Parameters
    ----------
    first, last
        The days of the week, as the tables write them: a car is off and a road closed for these.

    Raises
    ------
    UsageError
        If it is none, or names a table or a column that there is not.
    """
    week = Week(first, last)
    for form, make in _FORMS:
        if match := form.fullmatch(text.strip()):
            return make(match, text, week)
    raise UsageError(Sentence(key="usage.change", figures={"change": text}))


class Week(NamedTuple):
    """The first and the last day of a week, as the tables write them."""

    first: str
    last: str


def _closed(match: re.Match[str], text: str, week: Week) -> Edit:
    ways = " ".join(re.findall(r"\d+", match["ways"]))
    cells = {"from": week.first, "to": week.last, "ways": ways}
    return Edit(text=text, table="closures", cells=cells, new=True)


def _off(match: re.Match[str], text: str, week: Week) -> Edit:
    _require(_table(match["table"], text), "vehicles", text)
    name = tx.label(match["id"])
    cells = {"from": week.first, "to": week.last, "what": "car off", "applies": name}
    return Edit(text=text, table="calendar", cells=cells, needs=("vehicles", name), new=True)


def _moved(match: re.Match[str], text: str, _week: Week) -> Edit:
    table = _table(match["table"], text, known=(*TABLES, "depots"))
    cells = {"lon": match["lon"], "lat": match["lat"]}
    return Edit(text=text, table=table, row=tx.label(match["id"]), cells=cells)


def _taken_out(match: re.Match[str], text: str, week: Week) -> Edit:
    table, name = _table(match["table"], text), tx.label(match["id"])
    if table not in _NO_MORE:
        return Edit(text=text, table=table, row=name, out=True)
    ever = (dt.date.fromisoformat(week.last) + dt.timedelta(weeks=_EVER_WEEKS)).isoformat()
    cells = {"from": week.first, "to": ever, "what": _NO_MORE[table], "applies": name}
    return Edit(text=text, table="calendar", cells=cells, needs=(table, name), new=True)


def _added(match: re.Match[str], text: str, _week: Week) -> Edit:
    table = _table(match["table"], text)
    return Edit(
        text=text,
        table=table,
        row=tx.label(match["id"]),
        like=tx.label(match["like"] or ""),
        cells=_pairs(table, match["cells"], text),
        new=True,
    )


def _set(match: re.Match[str], text: str, _week: Week) -> Edit:
    table = _table(match["table"], text)
    cells = {_column(table, match["column"], text): match["value"].strip()}
    return Edit(text=text, table=table, row=tx.label(match["id"]), cells=cells)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str, Week], Edit]], ...] = (
    (_CLOSED, _closed),
    (_OFF, _off),
    (_AT, _moved),
    (_OUT, _taken_out),
    (_ADD, _added),
    (_CELL, _set),
)


def _require(table: str, wanted: str, text: str) -> None:
    if table != wanted:
        raise UsageError(Sentence(key="usage.change", figures={"change": text}))


def _table(word: str, text: str, known: tuple[str, ...] = TABLES) -> str:
    """Return a table by any of its names, in the singular, too."""
    word = word.strip()
    for name in known:
        names = {name, name.removesuffix("s"), name.removesuffix("es")}
        if name in cols.tables():
            names |= set(cols.any_table(name).names)
        if tx.key(word) in {tx.key(one) for one in names}:
            return name
    figures: dict[str, Figure] = {"change": text, "table": word, "tables": known}
    raise UsageError(Sentence(key="usage.change-table", figures=figures))


def _column(table: str, word: str, text: str) -> str:
    known = cols.any_table(table)
    name = known.aliases.get(tx.key(word))
    if name is None or name == "id":
        figures: dict[str, Figure] = {
            "change": text,
            "column": word,
            "table": table,
            "columns": tuple(known.columns),
        }
        raise UsageError(Sentence(key="usage.change-column", figures=figures))
    return name


def _pairs(table: str, text: str, change: str) -> dict[str, str]:
    """Return cells written as ``column=value``, one after the other."""
    cells: dict[str, str] = {}
    at = 0
    while at < len(text.rstrip()):
        match = _PAIR.match(text, at)
        if match is None:
            raise UsageError(Sentence(key="usage.change", figures={"change": change}))
        cells[_column(table, match["column"], change)] = match["value"].strip('"')
        at = match.end()
    return cells
