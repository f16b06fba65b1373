"""Look-ups in a plan: where batches of a route are loaded and unloaded, and what is taken when.

A trip is what a car does between two of its loads: from the start depot to the first reload, from
one reload to the next, from the last one to the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar, cast

from bookcar.plan import Break, Reload, Route, Visit

VisitT = TypeVar("VisitT")
LoadT = TypeVar("LoadT")


@dataclass(frozen=True)
class Part(Generic[VisitT, LoadT]):
    """The visits between two loads; ``before`` and ``after`` are None at the ends of a route."""

    before: LoadT | None
    visits: tuple[VisitT, ...]
    after: LoadT | None


def parts(calls: Iterable[VisitT | LoadT], load: type[LoadT]) -> tuple[Part[VisitT, LoadT], ...]:
    """Return the parts of a route in order, its loads being the calls of a type.

    It holds for a route at any step: tasks with their options, routes fixed by hand, a plan's own.
    """
    loads: list[LoadT | None] = [None]
    visits: list[list[VisitT]] = [[]]
    for call in calls:
        if isinstance(call, load):
            loads.append(call)
            visits.append([])
        else:
            visits[-1].append(cast("VisitT", call))
    ends = pairwise((*loads, None))
    return tuple(
        Part(before, tuple(found), after)
        for (before, after), found in zip(ends, visits, strict=True)
    )


class Trip(NamedTuple):
    """The visits of a route between two loads.

    ``reload`` is the one it begins with, None for the first; ``loaded_at`` and ``unloaded_at`` are
    the ids of the depots at its ends.
    """

    reload: Reload | None
    visits: tuple[Visit, ...]
    loaded_at: str
    unloaded_at: str

    @property
    def loads(self) -> tuple[str, ...]:
        """Ids of the batches that come aboard for it: what is dropped on it, in order."""
        return tuple(batch for visit in self.visits for batch in visit.drops)

    @property
    def brings_back(self) -> tuple[str, ...]:
        """Ids of the batches that it brings to its end: what is collected on it, in order."""
        return tuple(batch for visit in self.visits for batch in visit.collects)


def trips(route: Route) -> tuple[Trip, ...]:
    """Return the trips of a route in order; one without visits lies between two reloads."""
    found: tuple[Part[Visit, Reload], ...] = parts(route.halts, Reload)
    return tuple(
        Trip(
            reload=part.before,
            visits=part.visits,
            loaded_at=part.before.depot if part.before else route.depot,
            unloaded_at=part.after.depot if part.after else route.depot,
        )
        for part in found
    )


def breaks_at(route: Route) -> Iterator[tuple[Break, int]]:
    """Yield every break with the index of the halt at which it is taken (`Route.halts`)."""
    halts = 0
    for call in route.calls:
        if isinstance(call, Break):
            yield call, halts if call.moment == "before" else halts - 1
        else:
            halts += 1
