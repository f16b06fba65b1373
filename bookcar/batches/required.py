"""A batch for every required stop that could have one, if need be from one that is not required."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence

from bookcar.batches.terms import Demand, Supply

Drops = dict[str, list[Supply]]


def may_have(demand: Demand, supply: Supply, seen: Collection[str]) -> bool:
    """Tell whether a stop may get a batch alone, of those it has not ``seen``."""
    ready = supply.since or dt.date.min
    rooms = demand.rooms.get(supply.depot)
    return (
        supply.batch.books > 0
        and supply.batch.id not in seen
        and demand.takes(supply)
        and (demand.depots is None or supply.depot in demand.depots)
        and ready <= (demand.day or dt.date.max)
        and (rooms is None or any(r.takes(supply.loads) and ready <= r.day for r in rooms))
    )


def supply_required(
    drops: Mapping[str, Sequence[Supply]],
    demands: Sequence[Demand],
    choices: Mapping[str, Sequence[Supply]],
) -> Drops:
    """Return what is given out, so that as many required stops as can be get a batch.

    One that has none takes it from a stop that is not required, or from a required one that keeps
    or finds another.

    Parameters
    ----------
    drops
        By stop id, what the assignment gave out.
    choices
        By id of every required stop, the batches it may get alone, the best first.

    Notes
    -----
    Augmenting paths: Berge, Two theorems in graph theory, PNAS 43(9), 1957.
    """
    given = {stop: list(some) for stop, some in drops.items() if some}
    wanting = {demand.stop.id: demand for demand in demands}
    ranked = sorted(choices, key=lambda stop: (-wanting[stop].weight, stop))
    for stop in ranked:
        if stop not in given:
            _move(given, _path(stop, given, choices, wanting))
    return {stop: some for stop, some in given.items() if some}


def _path(
    lost: str,
    given: Drops,
    choices: Mapping[str, Sequence[Supply]],
    wanting: Mapping[str, Demand],
) -> list[tuple[str, Supply, str | None]]:
    """Return who takes which batch from whom, the last first, so that one lost gets one; or []."""
    owners = {s.batch.id: stop for stop, some in given.items() for s in some}
    before: dict[str, tuple[str, Supply]] = {}
    waiting = deque([lost])
    while waiting:
        stop = waiting.popleft()
        for supply, owner in _cheapest_first(choices[stop], owners, wanting):
            if owner is None or owner not in choices or len(given[owner]) > 1:
                return [(stop, supply, owner), *_back(stop, lost, before)]
            if owner != lost and owner not in before:
                before[owner] = (stop, supply)
                waiting.append(owner)
    return []


def _cheapest_first(
    choices: Sequence[Supply], owners: Mapping[str, str], wanting: Mapping[str, Demand]
) -> Iterator[tuple[Supply, str | None]]:
    """Yield the batches with who has them: those nobody has, then by what the owner is worth."""
    pairs = [(supply, owners.get(supply.batch.id)) for supply in choices]
    yield from sorted(pairs, key=lambda pair: -1.0 if pair[1] is None else wanting[pair[1]].weight)


def _back(
    stop: str, lost: str, before: Mapping[str, tuple[str, Supply]]
) -> Iterator[tuple[str, Supply, str | None]]:
    while stop != lost:
        taker, supply = before[stop]
        yield taker, supply, stop
        stop = taker


def _move(given: Drops, moves: Sequence[tuple[str, Supply, str | None]]) -> None:
    for taker, supply, owner in moves:
        if owner is not None:
            given[owner].remove(supply)
        given.setdefault(taker, []).append(supply)
