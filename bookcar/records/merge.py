"""Several files that tell of one visit, as one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bookcar.errors import Fault
from bookcar.model import Where
from bookcar.phrases import Figure
from bookcar.records.visits import COUNTS, ToldMove, ToldVisit

_ONCE = ("status", "note", *COUNTS)


def merged(told: Sequence[ToldVisit]) -> tuple[ToldVisit | None, tuple[Fault, ...]]:
    """Return what all of them tell together, and a fault for each that tells it otherwise.

    What stands in the records already can be added to by further batches only.
    """
    if not told:
        return None, ()
    first, *others = sorted(told, key=lambda one: not one.recorded)
    faults: list[Fault] = []
    for one in others:
        fault = _otherwise(first, one)
        if fault is None:
            first = _together(first, one)
        else:
            faults.append(fault)
    return first, tuple(faults)


def _otherwise(first: ToldVisit, other: ToldVisit) -> Fault | None:
    """Return the first thing that another file tells otherwise, if there is one."""
    for name in ("date", "vehicle", *_ONCE):
        here, there = getattr(other, name), getattr(first, name)
        new_to_records = first.recorded and there in (None, "") and name in COUNTS
        if here not in (None, "") and here != there and (new_to_records or there not in (None, "")):
            return _fault(other.where, first, name, (here, there))
    moves = {move.key: move for move in first.moves}
    for move in other.moves:
        known = moves.get(move.key)
        if known is not None and (known.moved != move.moved or _differ(known, move)):
            return _fault(move.where, first, "books", (_moved(move), _moved(known)))
    return None


def _fault(where: Where, first: ToldVisit, name: str, values: tuple[object, object]) -> Fault:
    column = "km" if name == "day_metres" else name
    here, there = values
    return Fault(
        rule="told-otherwise",
        file=where.file,
        row=where.row,
        column=column,
        value=_shown(here),
        variant="recorded" if first.recorded else "",
        figures={
            "stop": first.stop,
            "date": first.date.isoformat(),
            "there": _shown(there),
            "source": first.where.file,
            "other": first.where.row or 0,
        },
    )


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _differ(one: ToldMove, other: ToldMove) -> bool:
    return None not in (one.books, other.books) and one.books != other.books


def _moved(move: ToldMove) -> Figure:
    return f"{move.batch} {move.books if move.moved and move.books is not None else 0}"


def _together(first: ToldVisit, other: ToldVisit) -> ToldVisit:
    known = {move.key for move in first.moves}
    filled = {
        name: getattr(other, name)
        for name in ("vehicle", *_ONCE)
        if getattr(first, name) in (None, "") and getattr(other, name) not in (None, "")
    }
    return msgspec.structs.replace(
        first,
        moves=(*first.moves, *(move for move in other.moves if move.key not in known)),
        whole=first.whole or other.whole,
        requests=other.requests if first.requests is None else first.requests,
        **filled,
    )
