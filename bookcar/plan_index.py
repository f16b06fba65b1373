"""Look-ups in a plan: where batches of a route are loaded and unloaded, and what is aboard when.

A trip is what a car does between two of its loads: from the start depot to the first reload, from
one reload to the next, from the last one to the end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar, cast

from bookcar.plan import Again, Break, Fetch, Halt, Plan, Reload, Route, Visit

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
    the ids of the depots at its ends; ``stays_aboard`` are the ids of the batches that come aboard
    for it and that no visit drops; ``fetched`` is what comes aboard on it, from cars that stand.
    """

    reload: Reload | None
    visits: tuple[Visit, ...]
    loaded_at: str
    unloaded_at: str
    stays_aboard: tuple[str, ...] = ()
    fetched: tuple[str, ...] = ()

    @property
    def drops(self) -> tuple[str, ...]:
        """Ids of the batches that are dropped on it, in order."""
        return tuple(batch for visit in self.visits for batch in visit.drops)

    @property
    def loads(self) -> tuple[str, ...]:
        """Ids of the batches that come aboard for it: what is dropped on it, what stays aboard.

        But for what comes aboard on its way.
        """
        way = {*self.fetched, *self.handed_on}
        return (*(batch for batch in self.drops if batch not in way), *self.stays_aboard)

    @property
    def collects(self) -> tuple[str, ...]:
        """Ids of the batches that are collected on it, in order."""
        return tuple(batch for visit in self.visits for batch in visit.collects)

    @property
    def brings_back(self) -> tuple[str, ...]:
        """Ids of the batches that it brings to its end: collected, never dropped, or fetched."""
        home = tuple(batch for batch in self.fetched if batch not in self.drops)
        own = tuple(batch for batch in self.collects if batch not in self.handed_on)
        return (*own, *self.stays_aboard, *home)

    @property
    def handed_on(self) -> Mapping[str, tuple[Visit, Visit]]:
        """By batch, the visit that collects it and the later one that drops it."""
        return handed_on(self.visits)


def handed_on(visits: Iterable[Visit]) -> dict[str, tuple[Visit, Visit]]:
    """Return the batches that some visits of a trip collect and later ones drop, with both."""
    givers: dict[str, Visit] = {}
    found: dict[str, tuple[Visit, Visit]] = {}
    for visit in visits:
        found |= {batch: (givers[batch], visit) for batch in visit.drops if batch in givers}
        givers |= dict.fromkeys(visit.collects, visit)
    return found


def trips(route: Route) -> tuple[Trip, ...]:
    """Return the trips of a route in order; one without visits lies between two reloads."""
    found: tuple[Part[Visit | Again | Fetch, Reload], ...] = parts(route.halts, Reload)
    return tuple(
        Trip(
            reload=part.before,
            visits=tuple(call for call in part.visits if isinstance(call, Visit)),
            loaded_at=part.before.depot if part.before else route.depot,
            unloaded_at=part.after.depot if part.after else route.depot,
            stays_aboard=(part.before or route).stays_aboard,
            fetched=tuple(b for call in part.visits if isinstance(call, Fetch) for b in call.takes),
        )
        for part in found
    )


@dataclass(frozen=True, kw_only=True)
class Underway:
    """How far a car has come on its route.

    Attributes
    ----------
    loads
        What came aboard at each loading that is over, on leaving and at each reload since; some of
        it may be for visits that are still to come.
    undropped, collected
        What is aboard: what came aboard last and is not dropped yet, what was collected since.
    last
        Where the car was last: its last call, None if it has made none.
    """

    loads: tuple[tuple[str, ...], ...]
    undropped: tuple[str, ...]
    collected: tuple[str, ...]
    last: Halt | None

    @property
    def aboard(self) -> tuple[str, ...]:
        """Ids of all batches that are aboard."""
        return (*self.undropped, *self.collected)


def underway(route: Route, made: int) -> Underway:
    """Return what a car has aboard that has left and made so many of its halts.

    A halt counts once its batches are moved; breaks do not count.
    """
    halts = route.halts[:made]
    over = trips(route)[: 1 + sum(isinstance(halt, Reload) for halt in halts)]
    since: tuple[Part[Visit | Again | Fetch, Reload], ...] = parts(halts, Reload)
    visits = [call for call in since[-1].visits if isinstance(call, Visit)]
    fetched = [b for call in since[-1].visits if isinstance(call, Fetch) for b in call.takes]
    dropped = {batch for visit in visits for batch in visit.drops}
    return Underway(
        loads=tuple(trip.loads for trip in over),
        undropped=tuple(b for b in (*over[-1].loads, *fetched) if b not in dropped),
        collected=tuple(
            b
            for call in since[-1].visits
            if not isinstance(call, Fetch)
            for b in (call.collects_now if isinstance(call, Visit) else call.takes)
            if b not in handed_on(visits)
        ),
        last=halts[-1] if halts else None,
    )


def cars_underway(plan: Plan, date: dt.date, made: Mapping[str, int]) -> dict[str, Underway]:
    """Return what the cars have aboard that have left on a day, by vehicle id.

    Parameters
    ----------
    made
        By the id of each vehicle that has left: how many halts of its route are over, 0 while it is
        on its way to the first.
    """
    routes = {route.vehicle: route for route in plan.routes if route.date == date}
    return {name: underway(routes[name], made[name]) for name in sorted(made) if name in routes}


def met_in(plan: Plan) -> dict[str, tuple[float, float]]:
    """Return where each stop is met that no car reaches: lon and lat, by stop."""
    return {
        visit.stop: (visit.foot.lon, visit.foot.lat)
        for route in plan.routes
        for visit in route.visits
        if visit.foot
    }


def breaks_at(route: Route) -> Iterator[tuple[Break, int]]:
    """Yield every break with the index of the halt at which it is taken (`Route.halts`)."""
    halts = 0
    for call in route.calls:
        if isinstance(call, Break):
            yield call, halts if call.moment == "before" else halts - 1
        else:
            halts += 1
