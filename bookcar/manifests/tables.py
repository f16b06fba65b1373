"""The tables for other programs: the visits to fill in, and the stops left unserved.

A spreadsheet takes a cell that begins with ``= + - @``, a tab or a carriage return for a formula;
such cells get an apostrophe in front (https://owasp.org/www-community/attacks/CSV_Injection). Who
reads the table takes one apostrophe before such a character away again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat

from bookcar.manifests.sheet import WeekSheet
from bookcar.plan import Plan
from bookcar.records import handed
from bookcar.records.visits import PlannedVisit, planned_visits

_MOVED = ("date", "stop", "vehicle", "batch", "action", "books", "status", "note", "depot")
_COUNTED = ("arrive", "leave", "readers", "loans", "new_cards", "km", "who")
VISITS = (*_MOVED, *_COUNTED)
_REQUESTS = (handed.COLUMN,)
UNSERVED = (
    "stop",
    "name",
    "name_en",
    "kind",
    "area",
    "people",
    "every_weeks",
    "every",
    "weeks_since",
    "overdue",
    "required",
    "reason",
    "explanation",
    "help",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float


def visits_csv(plan: Plan) -> bytes:
    """Return the visits table of a week with the status and what was counted still to be filled in.

    A row for each batch dropped or collected; a visit that moves none has one row. ``depot`` says
    where a batch collected is put off: the vehicle may stand elsewhere when that is looked up.
    In a week that brings requests, the first row of a visit lists its own.
    """
    visits = planned_visits(plan)
    asked = any(visit.requests or visit.to_find for visit in visits)
    blanks = ("",) * len(_COUNTED)
    rows = (
        (*row, *blanks, *((" ".join(visit.requests if first else ()),) if asked else ()))
        for visit in visits
        for row, first in zip(_rows(visit), chain((True,), repeat(False)), strict=False)
    )
    return table_csv((*VISITS, *(_REQUESTS if asked else ())), rows)


def unserved_csv(week: WeekSheet) -> bytes:
    """Return the due stops no route serves, with the reason."""
    rows = (
        (
            *(row.stop, row.name, row.name_en, row.kind, row.area, row.people),
            *(row.every_weeks, row.every),
            "" if row.weeks_since is None else row.weeks_since,
            *(row.overdue, "yes" if row.required else "", row.reason, row.explanation, row.help),
        )
        for row in week.unserved
    )
    return table_csv(UNSERVED, rows)


def table_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as spreadsheets read it: UTF-8 with a mark in front, CRLF, no formulas."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8")


def _rows(visit: PlannedVisit) -> Iterator[tuple[Cell, ...]]:
    key = (visit.date.isoformat(), visit.stop, visit.vehicle)
    for move in visit.moves:
        yield (*key, move.batch, move.action, move.books, "", "", move.depot)
    if not visit.moves:
        yield (*key, "", "", "", "", "", "")


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
