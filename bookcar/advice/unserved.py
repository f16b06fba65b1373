"""All stops that a week leaves with their reasons, those on foot as each crew sees them."""

from __future__ import annotations

from typing import get_args

from bookcar.advice.reasons import unserved_stops
from bookcar.plan import FootCode, Unserved
from bookcar.planning.prepared import Prepared
from bookcar.planning.sharing import looked_at_on_foot, missing_on_foot
from bookcar.planning.week import Week
from bookcar.progress import SILENT, Progress

_NEARLY = ("full", "needs-reload", "not-worth", "would-fit")
"""Reasons of stops that would fit alone, the one nearest to being served last."""


def all_unserved(
    prepared: Prepared, week: Week, *, progress: Progress = SILENT
) -> tuple[Unserved, ...]:
    """Return the stops that lack a visit, each with a reason, as `unserved_stops` orders them.

    Those on foot with what is left of their carriers. Of several crews who could come the one with
    which a stop is nearest to being served tells why it is not.
    """
    rows = unserved_stops(prepared, week=week, progress=progress)
    if not missing_on_foot(prepared, week):
        return rows
    afoot: dict[str, Unserved] = {}
    for free, seen in looked_at_on_foot(prepared, week):
        for row in unserved_stops(free, week=seen):
            known = afoot.setdefault(row.stop, row)
            if _nearness(row) > _nearness(known):
                afoot[row.stop] = row
    return tuple(afoot.get(row.stop, row) for row in rows)


def _nearness(row: Unserved) -> int:
    if row.reason in get_args(FootCode):
        return -2
    return _NEARLY.index(row.reason) if row.reason in _NEARLY else -1
