"""Routes with other visits, reloads or breaks than they have, each in its place among the calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from bookcar.plan import Break, Call, Reload, Route, Visit
from bookcar.plan_index import breaks_at, trips

Reloads = Iterable[tuple[int, Reload]]
Breaks = Iterable[tuple[int, Break]]


def in_order(
    visits: Iterable[Visit], *, reloads: Reloads = (), breaks: Breaks = ()
) -> tuple[Call, ...]:
    """Return the calls of a route.

    Parameters
    ----------
    reloads
        Each with the number of visits before it.
    breaks
        Each with the index of the halt at which it is taken.
    """
    made = list(visits)
    halts: list[Call] = []
    for number in range(len(made) + 1):
        halts += [reload for before, reload in reloads if before == number]
        halts += made[number : number + 1]
    at = dict(breaks)
    calls: list[Call] = []
    for index, halt in enumerate(halts):
        rest = at.get(index)
        calls += [rest] if rest and rest.moment == "before" else []
        calls.append(halt)
        calls += [rest] if rest and rest.moment == "after" else []
    return tuple(calls)


def reloads_of(route: Route) -> list[tuple[int, Reload]]:
    """Return the reloads of a route, each with the number of visits before it."""
    found, visits = [], 0
    for trip in trips(route):
        if trip.reload is not None:
            found.append((visits, trip.reload))
        visits += len(trip.visits)
    return found


def changed(
    route: Route,
    *,
    visits: Iterable[Visit] | None = None,
    reloads: Reloads | None = None,
    breaks: Breaks | None = None,
    **fields: Any,
) -> Route:
    """Return a route with some of its parts replaced, the other calls where they were."""
    calls = in_order(
        route.visits if visits is None else visits,
        reloads=reloads_of(route) if reloads is None else list(reloads),
        breaks=[(at, rest) for rest, at in breaks_at(route)] if breaks is None else list(breaks),
    )
    return msgspec.structs.replace(route, calls=calls, **fields)
