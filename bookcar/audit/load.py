"""Rules on what is aboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.model import Batch
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Reload, Route, Visit, place_of


def books_aboard(case: Case) -> Iterator[Sentence]:
    """The books aboard are those loaded, less drops, plus collections, at every stop.

    A reload puts everything off and takes aboard what is dropped until the next one. A car that has
    left has aboard what it took, dropped or not.
    """
    yield from _aboard_matches(case, "books", lambda batch: batch.books)


def kg_aboard(case: Case) -> Iterator[Sentence]:
    """The same in kilograms."""
    yield from _aboard_matches(case, "kg", lambda batch: batch.kg)


def books_within_limit(case: Case) -> Iterator[Sentence]:
    """No car ever carries more books than it holds."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].books
        peak = max(_aboard(case, route, lambda batch: batch.books))
        if peak > limit:
            yield breach("books-within-limit", route=route.id, peak=peak, limit=limit)


def kg_within_limit(case: Case) -> Iterator[Sentence]:
    """No car ever carries more weight than it may."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].kg
        peak = max(_aboard(case, route, lambda batch: batch.kg))
        if limit is not None and peak > limit:
            yield breach("kg-within-limit", route=route.id, peak=peak, limit=limit)


def _aboard(case: Case, route: Route, size: Callable[[Batch], int]) -> list[int]:
    """Return the load on leaving the depot and each stop, from the batches' own sizes."""

    def total(ids: tuple[str, ...]) -> int:
        return sum(size(case.batches[batch]) for batch in ids)

    loads = iter(case.loads(route))
    load = [total(next(loads))]
    for call in route.halts:
        if isinstance(call, Reload):
            load.append(total(next(loads)))
        elif isinstance(call, Visit):
            load.append(load[-1] - total(call.drops) + total(call.collects_now))
        else:
            load.append(load[-1] + total(call.takes))
    return load


def _aboard_matches(case: Case, unit: str, size: Callable[[Batch], int]) -> Iterator[Sentence]:
    for route in case.plan.routes:
        load = _aboard(case, route, size)
        shown = [getattr(route, f"{unit}_out"), *(getattr(c, unit) for c in route.halts)]
        for place, right, value in zip(
            [route.depot, *(place_of(c) for c in route.halts)], load, shown, strict=True
        ):
            if right != value:
                figures = {"route": route.id, "right": right, "place": place, "value": value}
                yield breach(f"aboard-{unit}", **figures)
        if getattr(route, f"peak_{unit}") != max(load):
            peak = getattr(route, f"peak_{unit}")
            yield breach(f"at-most-{unit}", route=route.id, most=max(load), peak=peak)
