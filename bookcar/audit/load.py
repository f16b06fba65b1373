"""Rules on what is aboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bookcar.audit.case import Case
from bookcar.model import Batch
from bookcar.plan import Fetch, Reload, Route, place_of


def books_aboard(case: Case) -> Iterator[str]:
    """The books aboard are those loaded, less drops, plus collections, at every stop.

    A reload puts everything off and takes aboard what is dropped until the next one. A car that has
    left has aboard what it took, dropped or not.
    """
    yield from _aboard_matches(case, "books", lambda batch: batch.books)


def kg_aboard(case: Case) -> Iterator[str]:
    """The same in kilograms."""
    yield from _aboard_matches(case, "kg", lambda batch: batch.kg)


def books_within_limit(case: Case) -> Iterator[str]:
    """No car ever carries more books than it holds."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].books
        peak = max(_aboard(case, route, lambda batch: batch.books))
        if peak > limit:
            yield f"{route.id}: {peak} books aboard; the limit is {limit}."


def kg_within_limit(case: Case) -> Iterator[str]:
    """No car ever carries more weight than it may."""
    for route in case.plan.routes:
        limit = case.vehicles[route.vehicle].kg
        peak = max(_aboard(case, route, lambda batch: batch.kg))
        if limit is not None and peak > limit:
            yield f"{route.id}: {peak} kg aboard; the limit is {limit} kg."


def _aboard(case: Case, route: Route, size: Callable[[Batch], int]) -> list[int]:
    """Return the load on leaving the depot and each stop, from the batches' own sizes."""

    def total(ids: tuple[str, ...]) -> int:
        return sum(size(case.batches[batch]) for batch in ids)

    loads = iter(case.loads(route))
    load = [total(next(loads))]
    for call in route.halts:
        if isinstance(call, Reload):
            load.append(total(next(loads)))
        elif isinstance(call, Fetch):
            load.append(load[-1] + total(call.takes))
        else:
            load.append(load[-1] - total(call.drops) + total(call.collects))
    return load


def _aboard_matches(case: Case, unit: str, size: Callable[[Batch], int]) -> Iterator[str]:
    for route in case.plan.routes:
        load = _aboard(case, route, size)
        said = [getattr(route, f"{unit}_out"), *(getattr(c, unit) for c in route.halts)]
        for place, right, value in zip(
            [route.depot, *(place_of(c) for c in route.halts)], load, said, strict=True
        ):
            if right != value:
                yield f"{route.id}: {right} {unit} aboard on leaving {place}, the plan has {value}."
        if getattr(route, f"peak_{unit}") != max(load):
            peak = getattr(route, f"peak_{unit}")
            yield f"{route.id}: at most {max(load)} {unit} aboard, the plan has {peak}."
