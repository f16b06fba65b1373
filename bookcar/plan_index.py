"""Look-ups in a plan: where batches of a route are loaded and unloaded, and what is taken when.

A trip is what a car does between two of its loads: from the start depot to the first reload, from
one reload to the next, from the last one to the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bookcar.plan import Break, Reload, Route, Visit


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
    parts: list[tuple[Reload | None, list[Visit]]] = [(None, [])]
    for halt in route.halts:
        if isinstance(halt, Reload):
            parts.append((halt, []))
        else:
            parts[-1][1].append(halt)
    depots = [route.depot, *(reload.depot for reload, _ in parts if reload), route.depot]
    return tuple(
        Trip(reload, tuple(visits), depots[k], depots[k + 1])
        for k, (reload, visits) in enumerate(parts)
    )


def breaks_at(route: Route) -> Iterator[tuple[Break, int]]:
    """Yield every break with the index of the halt at which it is taken (`Route.halts`)."""
    halts = 0
    for call in route.calls:
        if isinstance(call, Break):
            yield call, halts if call.moment == "before" else halts - 1
        else:
            halts += 1
