"""A rota as Koha's stock rotation has it: its three tables, with Koha's own names of columns.

Koha moves items through the stages of a rota: a branch and so many days each. Here a pool is a
rota and each of its stops a stage; an item is a copy by its barcode or, where a collection has no
list with barcodes, the collection. Koha numbers its items itself, so ``itemnumber_id`` is left for
it to fill in by ``barcode``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from bookcar.errors import UsageError
from bookcar.manifests.tables import table_csv
from bookcar.model import Batch, District, Pool
from bookcar.phrases import Figure
from bookcar.phrases.sentence import Sentence
from bookcar.rota.build import going_to, wandering_pools

ROTAS = ("rota_id", "title", "description", "cyclical", "active")
STAGES = ("stage_id", "position", "rota_id", "branchcode_id", "duration")
CODE = 10
"""The letters of a code of a branch in Koha."""

ITEMS = ("itemnumber_id", "barcode", "stage_id", "indemand", "fresh")


def koha_tables(district: District) -> dict[str, bytes]:
    """Return the tables ``stockrotationrotas``, ``-stages`` and ``-items`` by their file names.

    Raises
    ------
    UsageError
        If the id of a stop is longer than Koha's codes of branches.

    Notes
    -----
    Koha's schema: ``Koha/Schema/Result/Stockrotation{rota,stage,item}.pm``.
    """
    pools = [pool for pool in wandering_pools(district) if _stops(district, pool)]
    long = {stop for pool in pools for stop in _stops(district, pool) if len(stop) > CODE}
    if long:
        figures: dict[str, Figure] = {"stops": tuple(sorted(long)), "most": CODE}
        raise UsageError(Sentence(key="usage.koha-codes", figures=figures))
    times = Counter(pool.name for pool in pools)
    rotas = [
        (str(n), pool.name if times[pool.name] == 1 else pool.id, pool.id, "1", "1")
        for n, pool in enumerate(pools, start=1)
    ]
    stages: list[tuple[str, ...]] = []
    numbers: dict[tuple[str, str], str] = {}
    for rota, pool in enumerate(pools, start=1):
        for position, (stop, days) in enumerate(_stops(district, pool).items(), start=1):
            numbers[pool.id, stop] = str(len(stages) + 1)
            stages.append((str(len(stages) + 1), str(position), str(rota), stop, str(days)))
    return {
        "stockrotationrotas.csv": table_csv(ROTAS, rotas),
        "stockrotationstages.csv": table_csv(STAGES, stages),
        "stockrotationitems.csv": table_csv(ITEMS, _items(district, pools, numbers)),
    }


def _stops(district: District, pool: Pool) -> dict[str, int]:
    """Return the stops of a pool, and for how many days a collection stays at each.

    That is what the pool says, or else until the stop is due again.
    """
    return {
        stop.id: 7 * (pool.weeks or stop.every_weeks)
        for stop in going_to(district)
        if pool.serves(stop)
    }


def _items(
    district: District, pools: list[Pool], numbers: Mapping[tuple[str, str], str]
) -> Iterator[tuple[str, ...]]:
    """Yield the copies with the stage that they are in, or were in last.

    What was nowhere yet is fresh, in the first stage: Koha sends it there next.
    """
    last = _last_stops(district)
    own = {pool.id for pool in pools}
    first = {pool.id: next(iter(_stops(district, pool))) for pool in pools}
    for batch in district.batches:
        if batch.pool in own and batch.books:
            stage = numbers.get((batch.pool, last.get(batch.id, "")))
            fresh = "0" if stage else "1"
            stage = stage or numbers[batch.pool, first[batch.pool]]
            for barcode in _barcodes(district, batch):
                yield "", barcode, stage, "0", fresh


def _last_stops(district: District) -> Mapping[str, str]:
    """Return the stop where each batch is, or else was last."""
    moves = [v for v in district.visits if (v.action, v.status) == ("dropped", "done")]
    last = {visit.batch: visit.stop for visit in sorted(moves, key=lambda visit: visit.date)}
    here = {batch.id: batch.at for batch in district.batches if batch.at in district.stops_by_id}
    return {**last, **here}


def _barcodes(district: District, batch: Batch) -> list[str]:
    codes = [title.barcode for title in district.titles.get(batch.titles, ()) if title.barcode]
    return codes or [batch.id]
