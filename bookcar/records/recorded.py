"""What the visits table tells of a week already: the records themselves count as told."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from bookcar.model import District, PastVisit, Where
from bookcar.records.visits import COUNTS, ToldMove, ToldVisit


def recorded(district: District, days: Sequence[dt.date]) -> tuple[ToldVisit, ...]:
    """Return the visits of some days that stand in the table; it tells all of each."""
    groups: defaultdict[tuple[object, ...], list[tuple[PastVisit, Where]]] = defaultdict(list)
    for visit, where in _with_places(district):
        if visit.date in days:
            groups[visit.date, visit.stop, visit.vehicle].append((visit, where))
    return tuple(_told(rows) for rows in groups.values())


def _with_places(district: District) -> Iterator[tuple[PastVisit, Where]]:
    """Yield every past visit with where it stands, told apart from a file of the week's folder."""
    found = list(district.origins.get("visits", {}).values())
    places = found or [Where("visits")] * len(district.visits)
    for visit, where in zip(district.visits, places, strict=True):
        yield visit, Where(f"{district.folder.name}/{where.file}", where.row)


def _told(rows: Sequence[tuple[PastVisit, Where]]) -> ToldVisit:
    (first, where), *_ = rows
    done = any(visit.status == "done" for visit, _ in rows)
    moves = tuple(
        ToldMove(
            batch=visit.batch,
            action=visit.action,
            where=place,
            books=visit.books or None,
            depot=visit.depot,
        )
        for visit, place in rows
        if visit.batch and visit.action and visit.status == "done"
    )
    once: dict[str, Any] = {name: next((v for v in _values(rows, name)), None) for name in COUNTS}
    return ToldVisit(
        date=first.date,
        stop=first.stop,
        vehicle=first.vehicle,
        where=where,
        status="done" if done else "missed",
        moves=moves,
        whole=True,
        recorded=True,
        note=first.note,
        **{name: value for name, value in once.items() if value is not None},
    )


def _values(rows: Sequence[tuple[PastVisit, Where]], name: str) -> Iterator[object]:
    values = (getattr(visit, name) for visit, _ in rows)
    return (value for value in values if value not in (None, ""))
