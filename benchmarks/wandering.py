"""Whether what goes round does: what each stop of a rotating pool got, and what it might have had.

Worked out from the tables and the plan alone, by no code of the planner.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections import defaultdict
from typing import NamedTuple

from bookcar.model import District, Pool, Stop
from bookcar.plan import Plan
from bookcar.weeks import parse_week

_FOR_WANT_OF_BOOKS = (
    "no-batch",
    "batch-taken",
    "pool-empty",
    "pool-reserve",
    "pool-mending",
    "pool-turn",
)


class Wandered(NamedTuple):
    """Of a week: visits to stops of rotating pools, and what went wrong with their books.

    Attributes
    ----------
    visits, new
        Visits that brought batches of such a pool, and those that brought none the stop has had.
    repeated
        Batches that came within the months in which they may not.
    passed
        Stops that got none though one lay free in the store, new to it.
    lacking
        Stops that got none as there was none.
    """

    visits: int
    new: int
    repeated: int
    passed: int
    lacking: int


def wandered(plan: Plan, before: District) -> Wandered:
    """Return how the rotating pools of a district fared in a week planned on these tables."""
    pools = {pool.id: pool for pool in before.pools if pool.weeks}
    monday, had = parse_week(plan.week), _had(before)
    batches, stops = before.batches_by_id, before.stops_by_id
    used = {name for route in plan.routes for visit in route.visits for name in visit.drops}
    visits = new = repeated = 0
    for route in plan.routes:
        for visit in route.visits:
            own = [name for name in visit.drops if batches[name].pool in pools]
            again = [n for n in own if _lately(had[visit.stop], n, pools[batches[n].pool], monday)]
            visits += bool(own)
            new += bool(own) and not set(own) & had[visit.stop].keys()
            repeated += len(again)
    passed = lacking = 0
    for row in plan.unserved:
        own = [pool for pool in pools.values() if _is_for(pool, stops[row.stop])]
        if own and row.reason in _FOR_WANT_OF_BOOKS:
            free = _free(before, own, used)
            passed += any(not _lately(had[row.stop], n, p, monday) for n, p in free)
            lacking += 1
    return Wandered(visits, new, repeated, passed, lacking - passed)


def _had(district: District) -> dict[str, dict[str, dt.date]]:
    """Return by stop when each batch came to it or left it last."""
    found: dict[str, dict[str, dt.date]] = defaultdict(dict)
    for visit in district.visits:
        if visit.batch and visit.action and visit.status == "done":
            days = found[visit.stop]
            days[visit.batch] = max(visit.date, days.get(visit.batch, visit.date))
    return found


def _lately(had: dict[str, dt.date], batch: str, pool: Pool, monday: dt.date) -> bool:
    months = pool.no_repeat_months if pool.no_repeat_months is not None else 24
    year, month = divmod(monday.year * 12 + monday.month - 1 - months, 12)
    day = min(monday.day, monthrange(year, month + 1)[1])
    return batch in had and had[batch] > dt.date(year, month + 1, day)


def _is_for(pool: Pool, stop: Stop) -> bool:
    return stop.kind in pool.kinds or stop.id in pool.stops


def _free(district: District, pools: list[Pool], used: set[str]) -> list[tuple[str, Pool]]:
    """Return the batches in the stores that nobody gets, beyond the reserve, not to be mended."""
    found = []
    for pool in pools:
        here = [
            b.id for b in district.batches if b.pool == pool.id and b.at in district.depots_by_id
        ]
        there = [name for name in here if not _worn(district, name, pool)]
        left = [name for name in there if name not in used]
        if len(left) > pool.reserve:
            found += [(name, pool) for name in left]
    return found


def _worn(district: District, batch: str, pool: Pool) -> bool:
    since = district.batches_by_id[batch].mended or dt.date.min
    moves = [
        v
        for v in district.visits
        if (v.batch, v.action, v.status) == (batch, "dropped", "done") and v.date > since
    ]
    return pool.mend_after is not None and len(moves) >= pool.mend_after
