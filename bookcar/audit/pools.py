"""Rules on pools: whom a batch is for, how long it stays, and what stays in the store."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.model import Batch, Pool, Stop
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Visit


def pool_is_for_stop(case: Case) -> Iterator[Sentence]:
    """A batch of a pool goes only where its pool is for, and a stop with a pool gets no other."""
    for route, visit in case.visits():
        stop = case.stops[visit.stop]
        for name in visit.drops:
            own = case.batches[name].pool
            if own and not _for(case.district.pools_by_id[own], stop):
                yield breach("pool-is-for-stop", route=route.id, stop=stop.id, name=name, own=own)
            elif stop.pool and own != stop.pool:
                yield breach(
                    "pool-is-for-stop-2", route=route.id, stop=stop.id, pool=stop.pool, name=name
                )


def pool_keeps_its_ring(case: Case) -> Iterator[Sentence]:
    """In a ring a batch goes from the stop where it was last to the next that the pool is for."""
    rings: dict[str, list[str]] = {}
    for pool in case.district.pools:
        if pool.order == "ring":
            rings[pool.id] = [s.id for s in case.district.stops if _in_ring(pool, s)]
    last = _last_stops(case) if rings else {}
    for route, visit in case.visits():
        for name in visit.drops:
            ring, before = rings.get(case.batches[name].pool), last.get(name)
            if ring is None or before not in ring:
                continue
            turn = (ring * 2)[ring.index(before) + 1]
            if visit.stop != turn:
                yield breach(
                    "pool-keeps-its-ring",
                    route=route.id,
                    name=name,
                    before=before,
                    turn=turn,
                    stop=visit.stop,
                )


def pool_keeps_its_reserve(case: Case) -> Iterator[Sentence]:
    """Of what a pool has in the store when the week begins its reserve stays there.

    Where there is less than that, nothing goes out, nor does what comes back in the week.
    """
    dropped = {name for _, visit in case.visits() for name in visit.drops}
    for pool in case.district.pools:
        own = [b for b in case.district.batches if b.pool == pool.id and b.books]
        there = {b.id for b in own if b.at in case.depots and not _to_mend(case, b)}
        out = there & dropped
        most = max(0, len(there) - pool.reserve)
        if len(out) > most:
            yield breach(
                "pool-keeps-its-reserve",
                pool=pool.id,
                out=len(out),
                there=len(there),
                reserve=pool.reserve,
            )
        back = sorted({b.id for b in own if b.at not in case.depots} & dropped)
        if len(there) < pool.reserve and back:
            yield breach(
                "pool-keeps-its-reserve-2",
                pool=pool.id,
                back=tuple(back),
                there=len(there),
                reserve=pool.reserve,
            )


def pool_mends(case: Case) -> Iterator[Sentence]:
    """A batch that has been brought to stops as often as its pool allows stays to be mended."""
    for route, visit in case.visits():
        for name in visit.drops:
            if _to_mend(case, case.batches[name]):
                yield breach("pool-mends", route=route.id, name=name, stop=visit.stop)


def stays(case: Case, batch: Batch, *, rotates: bool) -> bool:
    """Tell whether a batch that is at a stop is left there by a visit in the plan's week."""
    left = _weeks_left(case, batch)
    return not rotates if left is None else left > 0


def moves_on(case: Case, stop: Stop, held: tuple[str, dt.date | None], monday: dt.date) -> bool:
    """Tell whether a visit in a week gives back a batch of a pool, at a stop since a day."""
    pool, since = held
    if since is not None and since >= monday:
        return False
    weeks = case.district.pools_by_id[pool].weeks if pool else None
    if weeks is None:
        return stop.kind in case.district.settings.batches.rotate
    came = since and since - dt.timedelta(days=since.weekday())
    return came is None or (monday - came).days // 7 >= weeks


def months_of(case: Case, batch: str) -> int:
    """Return for how many months no stop that has had a batch may get it again."""
    months = _pool_months(case).get(case.batches[batch].pool)
    return case.district.settings.batches.no_repeat_months if months is None else months


def may_come_again(case: Case, batch: str) -> bool:
    """Tell whether a stop that has had all there is may get a batch again at all."""
    return _pool_months(case).get(case.batches[batch].pool) is None


def could_get(case: Case, visit: Visit, batch: Batch) -> bool:
    """Tell whether pools let a stop have a batch, for all that one of them may be its reserve."""
    stop = case.stops[visit.stop]
    if not batch.pool:
        return not stop.pool
    return _for(case.district.pools_by_id[batch.pool], stop) and stop.pool in ("", batch.pool)


def kept_back(case: Case, batch: Batch) -> bool:
    """Tell whether a batch in the store may be one that stays there this week."""
    if not batch.pool:
        return False
    pool = case.district.pools_by_id[batch.pool]
    return pool.order == "ring" or pool.reserve > 0 or _to_mend(case, batch)


def _pool_months(case: Case) -> Mapping[str, int | None]:
    return {pool.id: pool.no_repeat_months for pool in case.district.pools}


def _for(pool: Pool, stop: Stop) -> bool:
    return stop.id in pool.stops or (stop.load is None and stop.kind in pool.kinds)


def _in_ring(pool: Pool, stop: Stop) -> bool:
    named = _for(pool, stop) and (not stop.pool or stop.pool == pool.id)
    return named and bool(stop.books) and stop.access != "foot"


def _last_stops(case: Case) -> dict[str, str]:
    """Return by batch the stop to which it was brought last before the week, or where it is."""
    last: dict[str, tuple[dt.date, int, str]] = {}
    for number, past in enumerate(case.district.visits):
        if past.batch and past.action == "dropped" and past.status == "done":
            found = (past.date, number, past.stop)
            last[past.batch] = max(last.get(past.batch, found), found)
    stops = {name: stop for name, (_, _, stop) in last.items()}
    here = {b.id: b.at for b in case.district.batches if b.at in case.stops}
    return {**stops, **here}


def _to_mend(case: Case, batch: Batch) -> bool:
    pool = case.district.pools_by_id.get(batch.pool)
    if pool is None or pool.mend_after is None:
        return False
    return case.moves.get(batch.id, 0) >= pool.mend_after


def _weeks_left(case: Case, batch: Batch) -> int | None:
    """Return the weeks that a batch still stays where it is; None if its pool says nothing."""
    pool = case.district.pools_by_id.get(batch.pool)
    if pool is None or pool.weeks is None:
        return None
    if batch.since is None:
        return 0
    came = batch.since - dt.timedelta(days=batch.since.weekday())
    return pool.weeks - (case.monday - came).days // 7


def collected_where(case: Case) -> Mapping[str, set[str]]:
    """Return by stop the batches that the visits of the week give back, all of them together."""
    rotate = case.district.settings.batches.rotate
    found: dict[str, set[str]] = defaultdict(set)
    for batch in case.district.batches:
        stop = case.stops.get(batch.at)
        if stop is None:
            continue
        fetched = stop.load is not None
        if fetched or not stays(case, batch, rotates=stop.kind in rotate):
            found[stop.id].add(batch.id)
    return found
