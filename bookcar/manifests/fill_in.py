"""The sheet of the week's workbook in which people fill in what happened: the visits table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from bookcar.phrases import Phrases
from bookcar.records.visits import PlannedVisit
from bookcar.web.text import printable

Cell = str | int | dt.date | None

# Phrase of the heading, width in characters, looks.
COLUMNS: Sequence[tuple[str, float, str]] = (
    ("columns.visits.date.heading", 11, "date"),
    ("columns.visits.stop.heading", 9, "text"),
    ("name", 22, "text"),
    ("columns.visits.vehicle.heading", 9, "text"),
    ("columns.visits.batch.heading", 16, "text"),
    ("columns.visits.action.heading", 10, "text"),
    ("columns.visits.books.heading", 8, "number"),
    ("columns.visits.status.heading", 10, "text"),
    ("columns.visits.note.heading", 24, "text"),
    ("columns.visits.depot.heading", 10, "text"),
    ("columns.visits.arrive.heading", 9, "clock"),
    ("columns.visits.leave.heading", 9, "clock"),
    ("columns.visits.readers.heading", 9, "number"),
    ("columns.visits.loans.heading", 9, "number"),
    ("columns.visits.new_cards.heading", 10, "number"),
    ("columns.visits.km.heading", 9, "km"),
    ("columns.visits.who.heading", 14, "text"),
)
_ASKED = ("handed-over", 16, "text")
STATUS = 7
"""Position of the column that is chosen from a list."""

_BLANKS = 7


def columns(visits: Sequence[PlannedVisit]) -> Sequence[tuple[str, float, str]]:
    """Return the columns; that of requests only in a week that has some."""
    return (*COLUMNS, _ASKED) if _are_asked(visits) else COLUMNS


def _are_asked(visits: Sequence[PlannedVisit]) -> bool:
    return any(visit.requests or visit.to_find for visit in visits)


def statuses(say: Phrases) -> list[str]:
    """Return the words to choose the status from."""
    return [say("manifests.status-done"), say("manifests.status-missed")]


def rows(
    visits: Sequence[PlannedVisit], names: Mapping[str, str], say: Phrases
) -> list[list[Cell]]:
    """Return a row for each batch of a visit, or one for a visit without, to be filled in."""
    width = len(columns(visits))
    return [row[:width] for visit in visits for row in _rows(visit, names, say)]


def _rows(visit: PlannedVisit, names: Mapping[str, str], say: Phrases) -> Iterator[list[Cell]]:
    key: list[Cell] = [visit.date, visit.stop, printable(names.get(visit.stop, "")), visit.vehicle]
    blanks: list[Cell] = [None] * _BLANKS
    asked: Cell = " ".join(visit.requests) or None
    for move in visit.moves:
        action = say(f"figures.word-{move.action}")
        moved: list[Cell] = [move.batch, action, move.books, None, None, move.depot or None]
        yield [*key, *moved, *blanks, asked]
        asked = None
    if not visit.moves:
        yield [*key, None, None, None, None, None, None, *blanks, asked]
