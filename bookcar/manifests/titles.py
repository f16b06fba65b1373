"""The titles of every batch that moves: a list for the store, and to lie in the crate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bookcar.manifests.navigation import qr_svg
from bookcar.manifests.pdf import Item, items_pdf
from bookcar.manifests.sheet import (
    BatchLine,
    LoadRow,
    RouteSheet,
    StopRow,
    TitleList,
    TitleRow,
    WeekSheet,
)
from bookcar.model import Title
from bookcar.phrases import Phrases
from bookcar.plan import Plan
from bookcar.web.text import printable


def title_lists(plan: Plan, week: WeekSheet) -> tuple[TitleList, ...]:
    """Return the list of every batch that moves and has one, in the order of loading.

    First those that go out, by route and from the last stop on, then those that come back; a batch
    that does both within the week has one list that names both moves.
    """
    contents = {printable(b.id): b.contents for b in plan.batches if b.contents}
    moves: dict[str, list[str]] = {}
    lines: dict[str, BatchLine] = {}
    for batch, move in _moves(week, Phrases(week.language)):
        moves.setdefault(batch.id, []).append(move)
        lines.setdefault(batch.id, batch)
    return tuple(
        TitleList(batch=lines[name], moves=tuple(moves[name]), rows=_rows(contents[name]))
        for name in moves
        if name in contents
    )


def _moves(week: WeekSheet, say: Phrases) -> Iterator[tuple[BatchLine, str]]:
    for route in week.routes:
        for load in route.load:
            yield load.batch, _move(route, "drop", load, say)
        for stop in route.rows:
            loaded = {load.batch.id for load in route.load}
            for batch in stop.drops:
                if batch.id not in loaded:
                    yield batch, _move(route, "drop", stop, say)
            for batch in stop.collects:
                yield batch, _move(route, "collect", stop, say)


def _move(route: RouteSheet, action: str, row: LoadRow | StopRow, say: Phrases) -> str:
    day = f"{route.weekday} {route.date_text}"
    return f"{say(f'manifests.{action}')} · {route.id} · {day} · {row.number} {row.name}"


def _rows(titles: tuple[Title, ...]) -> tuple[TitleRow, ...]:
    return tuple(
        TitleRow(
            number=number,
            title=printable(title.title),
            author=printable(title.author),
            call_number=printable(title.call_number),
            isbn=printable(title.isbn),
            copies=title.copies,
        )
        for number, title in enumerate(titles, start=1)
    )


def titles_pdf(week: WeekSheet, lists: tuple[TitleList, ...], *, font: Path | None = None) -> bytes:
    """Return the lists as a tagged PDF, each on pages of its own.

    Raises
    ------
    MissingToolError
        If no font has a character; names the batch.
    """
    items = [_item(listed) for listed in lists]
    return items_pdf("titles.typ", week, items, font=font)


def _item(listed: TitleList) -> Item:
    batch = listed.batch
    rows: list[dict[str, Any]] = [
        {
            "number": str(row.number),
            "title": row.title,
            "author": row.author,
            "call": row.call_number,
            "isbn": row.isbn,
            "copies": str(row.copies),
        }
        for row in listed.rows
    ]
    return {
        "place": f"the titles of batch {batch.id}",
        "batch": batch.id,
        "text": batch.text,
        "detail": batch.detail,
        "moves": list(listed.moves),
        "rows": rows,
        "total": str(listed.copies),
        "qr": qr_svg(batch.id),
    }
