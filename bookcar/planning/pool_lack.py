"""Why no batch is there for a stop that it has not had: there is none, or its pool keeps it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bookcar.batches.pools import NO_POOL
from bookcar.model import Batch, Pool, Stop
from bookcar.plan import NoCargo
from bookcar.planning.prepared import Prepared


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """Why there is no batch for a visit, and the figures that its phrase names."""

    code: NoCargo
    figures: Mapping[str, int | float | str] = field(default_factory=dict)


def lacking_batch(
    prepared: Prepared,
    stop: Stop,
    had: Collection[str],
    *,
    returned: Collection[str],
    left: Collection[str] = (),
) -> Lacking:
    """Return why there is nothing for a stop in the week, whoever gets what there is.

    What its pools have of it in a store, or routes bring back (``returned``), is there and kept:
    for visits that the timetable promises, as the reserve, to be mended, or for the stop whose turn
    it is. The first of these that holds for a batch which the stop has not ``had`` is told. What
    cars have ``left`` with is as if it were in its store yet; an event is lent nothing that routes
    bring back.
    """
    district, pools = prepared.district, prepared.pools
    own = [pool for pool in district.pools if pool.serves(stop)]
    stored = {b.id for b in district.batches if b.at in district.depots_by_id} | {*left}
    if not own and _kept_in_store(prepared, stop, stored):
        return _promised(prepared, own)
    names = {pool.id for pool in own} or {NO_POOL}
    there = [
        batch
        for batch in district.batches
        if batch.pool in names
        and batch.books
        and (batch.id in stored or (batch.id in returned and not stop.load))
    ]
    new = [batch for batch in there if batch.id not in had]
    turn = [batch for batch in new if stop.load or pools.its_turn(stop.id, batch.id)]
    kept = [batch for batch in turn if pools.withheld.get(batch.id) != "mending"]
    later = [b for b in kept if b.id not in pools.withheld and not pools.may_get(stop.id, b.id)]
    if later and not stop.load:
        return _later(prepared, later[0])
    if not own or (there and not new):
        return _NONE
    lent = {b.pool for b in kept if b.id not in pools.withheld} if stop.load else ()
    if lent:
        return _promised(prepared, [pool for pool in own if pool.id in lent])
    if kept:
        return _reserved(prepared, kept)
    return _no_other(prepared, own, new=new, turn=turn)


def _no_other(
    prepared: Prepared, own: Sequence[Pool], *, new: Sequence[Batch], turn: Sequence[Batch]
) -> Lacking:
    """Return why none of a pool goes out though no reserve keeps it: those in turn are worn."""
    if turn:
        return Lacking(
            code="pool-mending", figures={**_named(prepared, turn[0]), "batch": turn[0].id}
        )
    if new:
        return Lacking(code="pool-turn", figures=_named(prepared, new[0]))
    return Lacking(code="pool-empty", figures={"pool": ", ".join(pool.name for pool in own)})


_NONE = Lacking(code="no-batch")


def _kept_in_store(prepared: Prepared, stop: Stop, stored: Collection[str]) -> bool:
    """Tell whether a load of an event that no pool lends to finds batches of none in a store."""
    district = prepared.district
    borrows = prepared.pools.marks_of(stop.id)
    return bool(stop.load is not None and stop.load.brings and borrows) and any(
        batch.books and not batch.pool and batch.id in stored for batch in district.batches
    )


def _promised(prepared: Prepared, own: Sequence[Pool]) -> Lacking:
    """Return that pools, or the store, keep for their stops what they could lend to an event."""
    kept, store = prepared.pools.kept, prepared.district.depots[0].name
    names = {pool.id: pool.name for pool in own} or {"": store}
    most = max(names, key=lambda pool: kept.get(pool, 0))
    figures: dict[str, int | float | str] = {"pool": names[most], "kept": kept.get(most, 0)}
    return Lacking(code="pool-promised", figures=figures)


def _later(prepared: Prepared, batch: Batch) -> Lacking:
    """Return that what the pool of a batch has stays for visits that the timetable promises."""
    district, pools = prepared.district, prepared.pools
    kept = {b.id for b in district.batches if b.pool == batch.pool} & pools.promised.keys()
    until = max((pools.promised[name] for name in kept), default=prepared.horizon.dates[-1])
    name = district.pools_by_id[batch.pool].name if batch.pool else district.depots[0].name
    figures: dict[str, int | float | str] = {"pool": name, "kept": len(kept)}
    figures["until"] = until.isoformat()
    return Lacking(code="kept-for-promises", figures=figures)


def _reserved(prepared: Prepared, kept: Sequence[Batch]) -> Lacking:
    """Return that a pool keeps its reserve, and how large it may be for one of these to go out."""
    orders = prepared.pools.reserves
    least = {b.id: _most_kept(orders.get(b.pool, ()), b.id) for b in kept}
    best = max(kept, key=lambda batch: (least[batch.id], batch.id))
    reserve = prepared.district.pools_by_id[best.pool].reserve
    figures = {**_named(prepared, best), "reserve": reserve, "most": least[best.id]}
    return Lacking(code="pool-reserve", figures=figures)


def _most_kept(order: Sequence[str], batch: str) -> int:
    """Return the largest reserve that does not keep a batch: those before it, or all of them."""
    return order.index(batch) if batch in order else len(order)


def _named(prepared: Prepared, batch: Batch) -> dict[str, int | float | str]:
    return {"pool": prepared.district.pools_by_id[batch.pool].name}
