"""What a district has to give out: what goes round, what of it is lost, and what is bought."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from pathlib import Path

from bookcar.batches.pools import moves_of
from bookcar.due import due_stops
from bookcar.inputs.columns import any_table
from bookcar.inputs.text import key
from bookcar.model import District
from bookcar.phrases import LANGUAGES, Phrases
from bookcar.planning.forecast import pool_of

_MARK = "\ufeff"


def rotating_batches(district: District) -> frozenset[str]:
    """Return the batches that go round: they are or were at a stop that rotates, or are for one."""
    kinds = district.settings.batches.rotate
    rotating = {stop.id for stop in district.stops if stop.kind in kinds}
    names = {Phrases(language)(f"common.kind-{kind}") for language in LANGUAGES for kind in kinds}
    been = {visit.batch for visit in district.visits if visit.stop in rotating}
    return frozenset(
        batch.id
        for batch in district.batches
        if batch.id in been or batch.at in rotating or batch.audience in names
    )


def lost_books(district: District, rotating: frozenset[str]) -> int:
    """Return the books of rotating batches that lie at stops from which nobody collects."""
    kinds = district.settings.batches.rotate
    stays = {stop.id for stop in district.stops if stop.kind not in kinds}
    return sum(b.books for b in district.batches if b.id in rotating and b.at in stays)


def restock(folder: Path, district: District, monday: dt.date, rotating: frozenset[str]) -> int:
    """Buy a batch for every due stop that keeps what it gets, beside those in the store.

    Return how many were added to ``batches.csv``.
    """
    kinds, depots = district.settings.batches.rotate, {depot.id for depot in district.depots}
    wanting = [d.stop for d in due_stops(district, monday) if d.due and d.stop.kind not in kinds]
    wanting = [stop for stop in wanting if stop.books and stop.access == "road"]
    if not wanting:
        return 0
    books = Counter(stop.books for stop in wanting).most_common(1)[0][0]
    here = [b for b in district.batches if b.at in depots and b.books == books]
    lacking = len(wanting) - sum(batch.id not in rotating for batch in here)
    if lacking <= 0:
        return 0
    _append(
        folder / "batches.csv",
        [
            {
                "id": f"N{monday:%y%m%d}-{k:03d}",
                "books": books,
                "at": district.depots[0].id,
                "pool": pool_of(district, wanting[0]),
            }
            for k in range(1, lacking + 1)
        ],
    )
    return lacking


def mend(folder: Path, district: District, day: dt.date) -> int:
    """Mend what has been moved as often as its pool allows and is in the store; return how many."""
    moves = moves_of(district)
    most = {pool.id: pool.mend_after for pool in district.pools if pool.mend_after}
    worn = {
        batch.id
        for batch in district.batches
        if batch.at in district.depots_by_id and moves[batch.id] >= most.get(batch.pool, 10**9)
    }
    if worn:
        _mend(folder / "batches.csv", worn, day)
    return len(worn)


def _mend(path: Path, worn: set[str], day: dt.date) -> None:
    """Write a day under ``mended``, which is added where the table lacks it."""
    table = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    known = any_table("batches").aliases
    columns = [known.get(key(heading), "") for heading in table[0]]
    if "mended" not in columns:
        columns.append("mended")
        table = [[*row, "mended" if n == 0 else ""] for n, row in enumerate(table)]
    for row in table[1:]:
        if row[columns.index("id")] in worn:
            row[columns.index("mended")] = day.isoformat()
    _write(path, table)


def _append(path: Path, rows: list[dict[str, object]]) -> None:
    """Add rows to a table by its own headings."""
    table = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    known = any_table("batches").aliases
    columns = [known.get(key(heading), "") for heading in table[0]]
    table += [[str(row.get(column, "")) for column in columns] for row in rows]
    _write(path, table)


def _write(path: Path, table: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(table)
    path.write_text(_MARK + stream.getvalue(), "utf-8", newline="")
