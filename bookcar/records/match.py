"""Which visit of the plan something is told of.

A visit is known by its stop and day, and if two cars were there by its car; one on another day by
the batches that it moved, or as the only one left of its stop.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from bookcar.records.visits import PlannedVisit, ToldVisit

Fits = Callable[[PlannedVisit, ToldVisit], bool]


def matched(
    planned: Sequence[PlannedVisit], told: Sequence[ToldVisit]
) -> tuple[Mapping[int, list[ToldVisit]], list[list[ToldVisit]]]:
    """Return what is told of each planned visit by its order, and of every other visit.

    Several files may tell of the same visit; within one file each visit is told once.
    """
    found: defaultdict[int, list[ToldVisit]] = defaultdict(list)
    extra: dict[tuple[object, ...], list[ToldVisit]] = {}
    of_stop: defaultdict[tuple[str, str], list[ToldVisit]] = defaultdict(list)
    for one in told:
        of_stop[one.stop, one.where.file].append(one)
    for (stop, _), of_file in of_stop.items():
        free = [visit for visit in planned if visit.stop == stop]
        left = of_file
        for fits in (_same_day_and_car, _same_day, _same_batch):
            left = _paired(free, left, found, fits)
        if len(free) == len(left) == 1:
            found[free[0].order] += left
        else:
            for one in left:
                extra.setdefault((one.date, one.stop, one.vehicle), []).append(one)
    return found, list(extra.values())


def _paired(
    free: list[PlannedVisit],
    told: list[ToldVisit],
    found: Mapping[int, list[ToldVisit]],
    fits: Fits,
) -> list[ToldVisit]:
    """Pair what fits, taking it out of ``free``; return what is left of what is told."""
    left = []
    for one in told:
        visit = next((visit for visit in free if fits(visit, one)), None)
        if visit is None:
            left.append(one)
        else:
            free.remove(visit)
            found[visit.order].append(one)
    return left


def _same_day_and_car(visit: PlannedVisit, told: ToldVisit) -> bool:
    return visit.date == told.date and told.vehicle in ("", visit.vehicle)


def _same_day(visit: PlannedVisit, told: ToldVisit) -> bool:
    return visit.date == told.date


def _same_batch(visit: PlannedVisit, told: ToldVisit) -> bool:
    return not {move.key for move in visit.moves}.isdisjoint(move.key for move in told.moves)
