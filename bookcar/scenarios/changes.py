"""What is changed in a district, as people type it: a cell, a row more, a row less, a place.

``vehicles.C1.max_hours=9`` sets a cell, ``+vehicle C3 like C1 books=800`` adds a row, and
``-stop B048`` takes one out (a stop or a car by the calendar, so that its past stays).
``stop B048 at 106.6,29.0`` moves a place, ``vehicle C1 off`` keeps a car at home for the weeks that
are planned, ``way 1234 closed`` or ``bridge at 106.6,29.0 closed`` closes a road for them, and
``money 90%`` lets the routes cost so much of what they cost as it is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from bookcar.errors import Fault, InputError
from bookcar.inputs import columns as cols
from bookcar.inputs import text as tx
from bookcar.phrases import Figure

CHANGE = "--change"
"""Where faults of changes stand."""

MONEY = "money"
"""The table of a change of what the routes may cost; a district has none of this name."""

TABLES = ("stops", "vehicles", "batches", "pools", "carriers")
"""Tables whose rows may be changed: those with an id."""

_NO_MORE = {"stops": "shut", "vehicles": "car off"}
"""What the calendar says of one that is no more: its past stays in the tables."""
_EVER_WEEKS = 520

_PLACE = r"at\s+(?P<lon>-?[\d.]+)\s*[,，]\s*(?P<lat>-?[\d.]+)"
_CELL = re.compile(r"(?P<table>[^.=]+)\.(?P<id>.+)\.(?P<column>[^.=]+?)\s*=\s*(?P<value>.*)", re.S)
_ADD = re.compile(
    r"\+\s*(?P<table>\S+)\s+(?P<id>\S+)(?:\s+like\s+(?P<like>\S+))?(?P<cells>.*)", re.S
)
_OUT = re.compile(r"[-−]\s*(?P<table>\S+)\s+(?P<id>\S+)\s*")
_AT = re.compile(rf"(?P<table>\S+)\s+(?P<id>\S+)\s+{_PLACE}\s*")
_OFF = re.compile(r"(?P<table>\S+)\s+(?P<id>\S+)\s+off\s*")
_CLOSED = re.compile(r"(?:ways?|roads?|bridge)\s+(?P<ways>\d+(?:[\s,;]+\d+)*)\s+closed\s*")
_CLOSED_AT = re.compile(rf"(?:way|road|bridge)\s+{_PLACE}\s+closed\s*")
_MONEY = re.compile(r"(?:money|经费)\s*(?P<less>[-−]?)\s*(?P<percent>\d+(?:\.\d+)?)\s*[%％]\s*")
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
    near
        Lon and lat at the road that is meant; its way goes into the cell ``ways``.
    share
        How much of what they cost as it is the routes may cost; None for all of it.
    new, out
        Whether a row is added or taken out.
    """

    text: str
    table: str
    row: str = ""
    like: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, str] | None = None
    near: tuple[float, float] | None = None
    share: float | None = None
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
        Days as the tables write them: a car is off and a road closed from one to the other.

    Raises
    ------
    InputError
        If it is none, or names a table or a column that there is not.
    """
    days = Days(first, last)
    for form, make in _FORMS:
        if match := form.fullmatch(text.strip()):
            return make(match, text, days)
    raise _no_change(text)


class Days(NamedTuple):
    """The first and the last day that are planned, as the tables write them."""

    first: str
    last: str


def _no_change(text: str) -> InputError:
    return InputError([Fault(rule="change-form", file=CHANGE, value=text)])


def _closed(match: re.Match[str], text: str, days: Days) -> Edit:
    ways = " ".join(re.findall(r"\d+", match["ways"]))
    cells = {"from": days.first, "to": days.last, "ways": ways}
    return Edit(text=text, table="closures", cells=cells, new=True)


def _closed_at(match: re.Match[str], text: str, days: Days) -> Edit:
    cells = {"from": days.first, "to": days.last, "ways": ""}
    return Edit(text=text, table="closures", cells=cells, near=_degrees(match, text), new=True)


def _degrees(match: re.Match[str], text: str) -> tuple[float, float]:
    """Return lon and lat, in that order."""
    try:
        lon, lat = float(match["lon"]), float(match["lat"])
    except ValueError:
        raise _no_change(text) from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InputError([Fault(rule="change-place", file=CHANGE, value=text)])
    return lon, lat


def _money(match: re.Match[str], text: str, _days: Days) -> Edit:
    percent = float(match["percent"])
    percent = 100 - percent if match["less"] else percent
    if not 0 < percent <= 100:
        raise InputError([Fault(rule="change-money", file=CHANGE, value=text)])
    return Edit(text=text, table=MONEY, share=percent / 100)


def _off(match: re.Match[str], text: str, days: Days) -> Edit:
    if _table(match["table"], text) != "vehicles":
        raise _no_change(text)
    name = tx.label(match["id"])
    cells = {"from": days.first, "to": days.last, "what": "car off", "applies": name}
    return Edit(text=text, table="calendar", cells=cells, needs=("vehicles", name), new=True)


def _moved(match: re.Match[str], text: str, _days: Days) -> Edit:
    table = _table(match["table"], text, known=("stops", "depots"))
    _degrees(match, text)
    cells = {"lon": match["lon"], "lat": match["lat"]}
    return Edit(text=text, table=table, row=tx.label(match["id"]), cells=cells)


def _taken_out(match: re.Match[str], text: str, days: Days) -> Edit:
    table, name = _table(match["table"], text), tx.label(match["id"])
    if table not in _NO_MORE:
        return Edit(text=text, table=table, row=name, out=True)
    ever = (dt.date.fromisoformat(days.last) + dt.timedelta(weeks=_EVER_WEEKS)).isoformat()
    cells = {"from": days.first, "to": ever, "what": _NO_MORE[table], "applies": name}
    return Edit(text=text, table="calendar", cells=cells, needs=(table, name), new=True)


def _added(match: re.Match[str], text: str, _days: Days) -> Edit:
    table = _table(match["table"], text)
    return Edit(
        text=text,
        table=table,
        row=tx.label(match["id"]),
        like=tx.label(match["like"] or ""),
        cells=_pairs(table, match["cells"], text),
        new=True,
    )


def _set(match: re.Match[str], text: str, _days: Days) -> Edit:
    table = _table(match["table"], text)
    cells = {_column(table, match["column"], text): match["value"].strip()}
    return Edit(text=text, table=table, row=tx.label(match["id"]), cells=cells)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str, Days], Edit]], ...] = (
    (_CLOSED_AT, _closed_at),
    (_CLOSED, _closed),
    (_MONEY, _money),
    (_OFF, _off),
    (_AT, _moved),
    (_OUT, _taken_out),
    (_ADD, _added),
    (_CELL, _set),
)


def _table(word: str, text: str, known: tuple[str, ...] = TABLES) -> str:
    """Return a table by any of its names, in the singular, too."""
    word = word.strip()
    for name in known:
        names = {name, name.removesuffix("s"), name.removesuffix("es")}
        if name in cols.tables():
            names |= set(cols.any_table(name).names)
        if tx.key(word) in {tx.key(one) for one in names}:
            return name
    figures: dict[str, Figure] = {"table": word, "tables": known}
    raise InputError([Fault(rule="change-table", file=CHANGE, value=text, figures=figures)])


def _column(table: str, word: str, text: str) -> str:
    known = cols.any_table(table)
    name = known.aliases.get(tx.key(word))
    if name is None or name == "id":
        names = tuple(known.columns)
        figures: dict[str, Figure] = {"column": word, "table": table, "columns": names}
        raise InputError([Fault(rule="change-column", file=CHANGE, value=text, figures=figures)])
    return name


def _pairs(table: str, text: str, change: str) -> dict[str, str]:
    """Return cells written as ``column=value``, one after the other."""
    cells: dict[str, str] = {}
    at = 0
    while at < len(text.rstrip()):
        match = _PAIR.match(text, at)
        if match is None:
            raise _no_change(change)
        cells[_column(table, match["column"], change)] = match["value"].strip('"')
        at = match.end()
    return cells
