"""The tables for other programs: the visits to fill in, and the stops left unserved.

A spreadsheet takes a cell that begins with ``= + - @``, a tab or a carriage return for a formula;
such cells get an apostrophe in front (https://owasp.org/www-community/attacks/CSV_Injection). Who
reads the table takes one apostrophe before such a character away again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bookcar.manifests.sheet import WeekSheet
from bookcar.plan import Plan, PlanBatch, Route, Visit
from bookcar.plan_index import trips

_MOVED = ("date", "stop", "vehicle", "batch", "action", "books", "status", "note", "depot")
_COUNTED = ("arrive", "leave", "readers", "loans", "new_cards", "km", "who")
VISITS = (*_MOVED, *_COUNTED)
UNSERVED = (
    "stop",
    "name",
    "name_en",
    "kind",
    "area",
    "people",
    "every_weeks",
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
    """
    batches = plan.batches_by_id
    rows = (
        (*row, *("" for _ in _COUNTED))
        for route in plan.routes
        for visit, put_off in _with_depots(route)
        for row in _visit_rows(route, visit, batches, put_off=put_off)
    )
    return table_csv(VISITS, rows)


def unserved_csv(week: WeekSheet) -> bytes:
    """Return the due stops no route serves, with the reason."""
    rows = (
        (
            *(row.stop, row.name, row.name_en, row.kind, row.area, row.people, row.every_weeks),
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


def _with_depots(route: Route) -> Iterator[tuple[Visit, str]]:
    """Yield the visits, each with the depot where what it collects is put off."""
    for trip in trips(route):
        yield from ((visit, trip.unloaded_at) for visit in trip.visits)


def _visit_rows(
    route: Route, visit: Visit, batches: Mapping[str, PlanBatch], *, put_off: str
) -> Iterator[tuple[Cell, ...]]:
    key = (route.date.isoformat(), visit.stop, route.vehicle)
    moves = [(name, "dropped") for name in visit.drops]
    moves += [(name, "collected") for name in visit.collects]
    for name, action in moves:
        depot = put_off if action == "collected" else ""
        yield (*key, name, action, batches[name].books, "", "", depot)
    if not moves:
        yield (*key, "", "", "", "", "", "")


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
