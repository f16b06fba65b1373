"""One batch for each stop, the best for all together: a flow of least cost, and its prices.

At the prices that come with it every stop likes best, of single batches, what it got.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from bookcar.batches import cost
from bookcar.batches.bundles import Bundle, nothing
from bookcar.batches.cost import Ints
from bookcar.batches.lots import Lots, Want

_OFFERS = 96
"""Lots a stop is offered at a time: the cheapest at the prices so far."""

_ROUNDS = 6


@dataclass(frozen=True)
class _Offers:
    """Batches that stops could get with what they keep, and the points of that; an element each."""

    stops: Ints
    lots: Ints
    points: Ints

    def and_more(self, fresh: _Offers) -> _Offers:
        """Return these and others."""
        pairs = zip(vars(self).values(), vars(fresh).values(), strict=True)
        return _Offers(*(np.concatenate(pair) for pair in pairs))


_NONE = _Offers(*(np.empty(0, dtype=np.int64) for _ in range(3)))


def one_each(wants: Sequence[Want], lots: Lots) -> tuple[list[Bundle], Ints] | None:
    """Return a batch or nothing for every stop, and a price for each lot.

    None if what is left over would do some stop good as a second batch.
    """
    price = np.zeros(len(lots), dtype=np.int64)
    best = none = [nothing(want) for want in wants]
    offers = _NONE
    for _ in range(_ROUNDS):
        fresh = _better(wants, lots, price=price, best=best)
        known = offers.stops * len(lots) + offers.lots
        new = ~np.isin(fresh.stops * len(lots) + fresh.lots, known)
        if not new.any():
            break
        offers = offers.and_more(_Offers(*(field[new] for field in vars(fresh).values())))
        taken = _flow(none, offers, lots.counts)
        best = _with(none, offers, taken)
        price = _prices(none, offers, taken, lots.counts)
    return None if _wants_more(wants, lots, best) else (best, price)


def _wants_more(wants: Sequence[Want], lots: Lots, best: Sequence[Bundle]) -> bool:
    used = np.array([lot for bundle in best for lot in bundle.lots], dtype=np.int64)
    left = lots.counts - np.bincount(used, minlength=len(lots))
    return any(
        (_points(want, lots, own.lots, more) < own.points).any()
        for want, own in zip(wants, best, strict=True)
        if (more := _reachable(want, left)).size
    )


def _better(wants: Sequence[Want], lots: Lots, *, price: Ints, best: Sequence[Bundle]) -> _Offers:
    """Return for each stop the cheapest batches at the prices, none dearer than what it has got."""
    found = []
    for stop, (want, own) in enumerate(zip(wants, best, strict=True)):
        some = _reachable(want, lots.counts)
        points = _points(want, lots, (), some)
        priced = points + price[some]
        most = own.points + int(price[list(own.lots)].sum())
        rows = np.flatnonzero((priced <= most) & (points < nothing(want).points))
        if len(rows) > _OFFERS:
            salt = 7919 * sum(map(ord, want.demand.stop.id))
            shuffled = (some[rows] * 40_503 + salt) % 1_021
            rows = rows[np.lexsort((shuffled, priced[rows]))[:_OFFERS]]
        found.append(_Offers(np.full(len(rows), stop, dtype=np.int64), some[rows], points[rows]))
    columns = zip(*(vars(offers).values() for offers in found), strict=True)
    return _Offers(*map(np.concatenate, columns))


def _reachable(want: Want, left: Ints) -> Ints:
    """Return the lots that a stop may take from, of those of which there are some."""
    some = [choice.lots for choice in want.choices]
    found: Ints = some[0] if len(some) == 1 else np.unique(np.concatenate([_NONE.lots, *some]))
    return found[left[found] > 0]


def _points(want: Want, lots: Lots, kept: tuple[int, ...], more: Ints) -> Ints:
    """Return the points of what a stop keeps together with one batch of each of some lots."""
    own = list(kept)
    suited = want.suited[lots.audience[more]]
    held = lots.classes[more][:, want.classes]
    points = cost.points(
        weight=want.weight,
        wanted=want.books,
        books=lots.books[more] + lots.books[own].sum(),
        unmet=np.maximum(want.need - held - lots.classes[own][:, want.classes].sum(axis=0), 0).sum(
            axis=1
        ),
        unsuited=np.where(suited, 0, lots.books[more])
        + lots.books[own][~want.suited[lots.audience[own]]].sum(),
    )
    total: Ints = points + lots.age[more] + lots.age[own].sum()
    return total


def _flow(none: Sequence[Bundle], offers: _Offers, left: Ints) -> Ints:
    """Return the offers to be taken, one at most for each stop."""
    asking, stops = np.unique(offers.stops, return_inverse=True)
    count, lots = len(asking), np.flatnonzero(np.bincount(offers.lots, minlength=len(left)))
    if not count:
        return _NONE.stops
    sink = count + len(left)
    tails = np.concatenate((stops, np.arange(count), count + lots))
    heads = np.concatenate((count + offers.lots, np.full(count + len(lots), sink)))
    room = np.concatenate((np.ones(len(stops) + count, dtype=np.int64), left[lots]))
    stay = np.array([none[stop].points for stop in asking], dtype=np.int64)
    points = np.concatenate((offers.points, stay, np.zeros(len(lots), dtype=np.int64)))
    network = min_cost_flow.SimpleMinCostFlow()
    arcs = network.add_arcs_with_capacity_and_unit_cost(tails, heads, room, points)
    network.set_nodes_supplies(np.arange(count), np.ones(count, dtype=np.int64))
    network.set_node_supply(sink, -count)
    status = network.solve()
    assert status == network.OPTIMAL, status
    return np.flatnonzero(network.flows(arcs[: len(stops)]))


def _with(none: Sequence[Bundle], offers: _Offers, taken: Ints) -> list[Bundle]:
    found = list(none)
    for k in taken:
        found[offers.stops[k]] = Bundle(int(offers.points[k]), (int(offers.lots[k]),))
    return found


def _prices(none: Sequence[Bundle], offers: _Offers, taken: Ints, counts: Ints) -> Ints:
    """Return prices at which no stop likes another offer better than what it took.

    Between the least and the greatest there are: each found as the longest or shortest way from
    where prices are known, lot to lot.
    """
    paid = np.array([bundle.points for bundle in none], dtype=np.int64)
    spare = paid[offers.stops] - offers.points  # what a stop without any would pay at most
    own = np.full(len(none), -1, dtype=np.int64)
    own[offers.stops[taken]] = offers.lots[taken]
    paid[offers.stops[taken]] = offers.points[taken]
    gap = offers.points - paid[offers.stops]  # what a stop would lose by taking it instead
    has = own[offers.stops] >= 0
    here, there, gap = offers.lots[has], own[offers.stops[has]], gap[has]
    least = np.zeros(len(counts), dtype=np.int64)
    np.maximum.at(least, offers.lots[~has], spare[~has])
    while True:
        before = least.copy()
        np.maximum.at(least, here, least[there] - gap)
        if (least == before).all():
            break
    most = np.full(len(counts), np.iinfo(np.int64).max // 4)
    np.minimum.at(most, offers.lots[taken], spare[taken])
    used = np.bincount(offers.lots[taken], minlength=len(counts))
    most[used < counts] = 0
    while True:
        before = most.copy()
        np.minimum.at(most, there, most[here] + gap)
        if (most == before).all():
            break
    result: Ints = (least + most) // 2
    return result
