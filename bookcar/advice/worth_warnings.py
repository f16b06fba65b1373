"""Which stops a plan would leave out whatever else it serves: the way costs more than they give."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

import numpy as np
import numpy.typing as npt

from bookcar.advice.warn import warning
from bookcar.due import DueStop, prize
from bookcar.earth import metres
from bookcar.errors import Fault
from bookcar.model import District, Vehicle
from bookcar.roads.travel import UNREACHABLE, Travel

_SAME = 1e-6
_FEW = 6
"""So many far stops beside each other are tried in every order."""
_WINDING = 3
"""No road is counted on to be longer than so many times the straight line."""

Costs = npt.NDArray[np.float64]


def may_not_be_worth(district: District, due: Sequence[DueStop]) -> bool:
    """Tell whether some stop is so far away that the roads must be asked for its way."""
    dearest = max((v.cost_km + v.cost_hour / 10 for v in district.vehicles), default=0)
    return any(
        2 * _WINDING * _straight_km(district, one) * dearest > prize(one, district.settings.weights)
        for one in _asked(due)
    )


def _straight_km(district: District, due: DueStop) -> float:
    stop = due.stop
    at = (stop.lon, stop.lat)
    return min(metres(at, (depot.lon, depot.lat)) for depot in district.depots) / 1000


def _asked(due: Sequence[DueStop]) -> list[DueStop]:
    """Return the stops that a plan may leave out for their cost."""
    return [one for one in due if not one.stop.required and one.stop.access == "road"]


@dataclass(frozen=True)
class _Far:
    """A stop that is not worth the way: the cheapest way to it, and what serving it is worth."""

    due: DueStop
    way: float
    worth: float


def worth_warnings(district: District, due: Sequence[DueStop], travel: Travel) -> Iterator[Fault]:
    """Yield one warning of the stops whose cheapest way costs more than serving them is worth.

    The cheapest way is the least detour between any two other places that a car calls at, in
    free-flow driving, with the cost of km and hours that driving alone takes: no plan makes it for
    less. Stops that are not worth the way alone, but might be together, are told only where there
    are few of them and every way to any of them together was tried.
    """
    weights = district.settings.weights
    worth = {one.stop.id: prize(one, weights) for one in _asked(due)}
    far = list(_far(district, _asked(due), worth, travel))
    if not far:
        return
    first = max(far, key=lambda one: one.way - one.worth)
    lacking = max(one.way - one.worth for one in far)
    told = tuple(
        f"{one.due.stop.id} {one.due.stop.name} ({one.way:.1f} > {one.worth:.1f})"
        for one in sorted(far, key=lambda one: one.worth - one.way)
    )
    yield warning(
        district.where("stops", first.due.stop.id),
        rule="not-worth-the-way",
        column="priority",
        value=str(first.due.stop.priority),
        count=len(far),
        stops=told,
        weight=math.ceil(weights.stop + lacking),
    )


def _far(
    district: District, asked: Sequence[DueStop], worth: Mapping[str, float], travel: Travel
) -> Iterator[_Far]:
    costs = _cheapest(district, travel)
    rows = travel.rows
    depots = [rows[depot.id] for depot in district.depots]
    known = [one for one in asked if one.stop.id in rows]
    alone = {one.stop.id: _detour(costs, rows[one.stop.id], depots) for one in known}
    far = [one for one in known if worth[one.stop.id] < alone[one.stop.id] < np.inf]
    away = {rows[one.stop.id] for one in far}
    others = [row for row in range(len(travel.places)) if row not in away]
    ways = {one.stop.id: _detour(costs, rows[one.stop.id], others) for one in far}
    for together in _together(far, costs, worth, rows):
        gives = sum(worth[one.stop.id] for one in together)
        never = len(together) <= _FEW and not _pays(
            together, costs, worth, rows=rows, others=others
        )
        for one in together:
            if never or ways[one.stop.id] > gives + _SAME:
                yield _Far(one, ways[one.stop.id], worth[one.stop.id])


def _pays(
    together: Sequence[DueStop],
    costs: Costs,
    worth: Mapping[str, float],
    *,
    rows: Mapping[str, int],
    others: Sequence[int],
) -> bool:
    """Tell whether some of a few far stops are worth the way together, in any order.

    A route calls at them one after the other, between two of the other places; without them it
    would save at least the least that this costs more.
    """
    places = {one.stop.id: rows[one.stop.id] for one in together}
    direct = costs[np.ix_(others, others)]
    ends = {
        (first, last): _least(
            costs[others, places[first]][:, None] + costs[places[last], others][None, :], direct
        )
        for first in places
        for last in places
    }
    return any(
        ends[order[0], order[-1]]
        + sum(costs[places[one], places[other]] for one, other in pairwise(order))
        < sum(worth[stop] for stop in order) + _SAME
        for size in range(1, len(places) + 1)
        for order in permutations(places, size)
    )


def _cheapest(district: District, travel: Travel) -> Costs:
    """Return the least cost of driving between all places, whichever vehicle drives."""
    found = [_cost(vehicle, travel) for vehicle in district.vehicles]
    return np.asarray(np.minimum.reduce(found))


def _cost(vehicle: Vehicle, travel: Travel) -> Costs:
    table = travel.tables[vehicle.profile]
    cost = vehicle.cost_km * table.metres / 1000 + vehicle.cost_hour * table.seconds / 3600
    return np.asarray(np.where(table.seconds == UNREACHABLE, np.inf, cost), dtype=np.float64)


def _detour(costs: Costs, there: int, others: Sequence[int]) -> float:
    """Return the least that it costs to call at a place between two others, or there and back."""
    legs = costs[others, there][:, None] + costs[there, others][None, :]
    return _least(legs, costs[np.ix_(others, others)])


def _least(legs: Costs, direct: Costs) -> float:
    """Return the least by which two legs cost more than the way without; infinite without a way."""
    detours = np.where(np.isfinite(legs), legs, np.inf) - np.where(np.isinf(direct), 0, direct)
    return float(np.min(detours, initial=np.inf))


def _together(
    far: Sequence[DueStop], costs: Costs, worth: Mapping[str, float], rows: Mapping[str, int]
) -> Iterator[list[DueStop]]:
    """Yield the far stops by those of which one could pay for itself once another is served."""
    left = list(far)
    while left:
        group = [left.pop()]
        for one in group:
            near = [o for o in left if _joins(one, o, costs, worth, rows=rows)]
            group += near
            left = [o for o in left if o not in near]
        yield group


def _joins(
    one: DueStop,
    other: DueStop,
    costs: Costs,
    worth: Mapping[str, float],
    *,
    rows: Mapping[str, int],
) -> bool:
    """Tell whether, with one of two stops on a route, the other may cost less than it is worth."""
    return any(
        _least_beside(costs, rows[a.stop.id], rows[b.stop.id]) < worth[b.stop.id]
        for a, b in ((one, other), (other, one))
    )


def _least_beside(costs: Costs, there: int, other: int) -> float:
    """Return the least that a place costs more on a route that calls at another one, next to it."""
    every = np.delete(np.arange(len(costs)), other)
    after = _least(costs[there, other] + costs[other, every], costs[there, every])
    return min(after, _least(costs[every, other] + costs[other, there], costs[every, there]))
