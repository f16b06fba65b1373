"""Ids of stops: those of the list, those of last year's import for the same stops, or new ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from bookcar.earth import metres
from bookcar.importing.stops import UNNAMED, Row
from bookcar.inputs import text as tx

_SAME_M = 300.0


def with_ids(rows: Sequence[Row], before: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows with an id each, and the rows of last year that none of them is any more.

    A stop is the one of last year that has its name and place and stands within 300 m, the same
    days and time first; a stop that is visited twice keeps both its ids.
    """
    left = list(before)
    found: list[Row | None] = [None] * len(rows)
    for exact in (True, False):
        for i, row in enumerate(rows):
            if found[i] is None and row["id"].startswith(UNNAMED):
                old = next((o for o in left if _is_same(row, o, exact=exact)), None)
                if old is not None:
                    left.remove(old)
                    found[i] = row | {"id": old["id"]}
    own = {row["id"] for row in rows if not row["id"].startswith(UNNAMED)}
    left = [old for old in left if old["id"] not in own]
    used = own | {old["id"] for old in before}
    width = max(3, len(str(len(rows))))
    fresh = (name for n in count(1) if (name := f"S{n:0{width}d}") not in used)
    done = [
        one or (row if not row["id"].startswith(UNNAMED) else row | {"id": next(fresh)})
        for row, one in zip(rows, found, strict=True)
    ]
    return done, left


def _is_same(row: Row, old: Row, *, exact: bool) -> bool:
    names = all(tx.key(row.get(c, "")) == tx.key(old.get(c, "")) for c in ("name", "area"))
    if not names or not _near(row, old):
        return False
    return not exact or all(
        row.get(c, "") == old.get(c, "") for c in ("days", "arrive", "first_visit", "vehicles")
    )


def _near(row: Row, old: Row) -> bool:
    try:
        places = [(float(one["lon"]), float(one["lat"])) for one in (row, old)]
    except (KeyError, ValueError):
        return False
    return float(metres(*places)) <= _SAME_M
