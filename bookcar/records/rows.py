"""What became of the week as rows of the visits table, and the requests that were brought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bookcar.model import District, PastVisit, Where
from bookcar.phrases import Phrases
from bookcar.records.visits import Happened, Row


def rows_of(visits: Sequence[Happened], plan_file: Path, say: Phrases) -> tuple[Row, ...]:
    """Return the rows in the order of the visits: one a batch that moved, or one a visit.

    What stands in the table already is left out.

    Parameters
    ----------
    plan_file
        What tells of a visit of which no file does.
    """
    return tuple(row for visit in visits for row in _rows(visit, plan_file, say))


def _rows(visit: Happened, plan_file: Path, say: Phrases) -> Iterator[Row]:
    told = visit.told
    known = {move.key: move.where for move in told.moves} if told else {}
    notes = {move.key: move.note for move in told.moves if move.note} if told else {}
    where = told.where if told else Where(plan_file.name)
    first: dict[str, Any] = dict(told.counted if told else {}) | {"note": _note(visit, say)}
    moves = visit.moves
    if told and told.recorded:
        first, moves = {}, tuple(m for m in moves if known[m.key].file != where.file)
    elif not visit.done or not moves:
        yield Row(visit=_past(visit, **first), where=where)
        return
    for i, move in enumerate(moves):
        moved = {"batch": move.batch, "action": move.action, "books": move.books}
        once = dict({} if i else first)
        texts = filter(None, (notes.get(move.key, ""), once.pop("note", "")))
        note = say("figures.semicolon").join(dict.fromkeys(texts))
        row = _past(visit, depot=move.depot, note=note, **moved, **once)
        yield Row(visit=row, where=known.get(move.key, where))


def _past(visit: Happened, **more: Any) -> PastVisit:
    return PastVisit(
        date=visit.date,
        stop=visit.stop,
        vehicle=visit.vehicle,
        status="done" if visit.done else "missed",
        **more,
    )


def _note(visit: Happened, say: Phrases) -> str:
    """Return what was noted, and what the rows of a visit cannot say: what it did not move."""
    notes = [visit.told.note] if visit.told and visit.told.note else []
    for action in ("dropped", "collected"):
        kept = tuple(move.batch for move in visit.kept if move.action == action)
        if kept and visit.done:
            notes.append(say(f"records.note-not-{action}", batches=kept))
    return say("figures.semicolon").join(notes)


def brought(visits: Sequence[Happened], district: District) -> tuple[str, ...]:
    """Return the ids of the open requests that the visits done brought."""
    open_ones = {request.id for request in district.requests if request.waits}
    made = [visit for visit in visits if visit.done and visit.planned]
    return tuple(name for visit in made for name in _handed_over(visit) if name in open_ones)


def _handed_over(visit: Happened) -> Iterator[str]:
    """Yield the requests of a visit's plan that were handed over.

    Where nobody says so, all but those in a batch that was not dropped; what was to be found in the
    store counts only if somebody says so.
    """
    planned, said = visit.planned, visit.told.requests if visit.told else None
    if planned is None:
        return
    if said is not None:
        yield from (name for name in (*planned.requests, *planned.to_find) if name in said)
        return
    kept = {move.batch for move in visit.kept if move.action == "dropped"}
    yield from (name for name in planned.requests if planned.in_batch.get(name) not in kept)
