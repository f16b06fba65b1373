"""A flow of least cost that gives each stop one of the batches offered to it, and its prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from bookcar.batches.cost import Ints

_ALIKE = 4
"""So many columns an offer may have, one for each batch of its lot, where they are matched."""


@dataclass(frozen=True)
class Offers:
    """Batches that stops could get, and the points of that; an element each."""

    stops: Ints
    lots: Ints
    points: Ints

    def and_more(self, fresh: Offers) -> Offers:
        """Return these and others."""
        pairs = zip(vars(self).values(), vars(fresh).values(), strict=True)
        return Offers(*(np.concatenate(pair) for pair in pairs))


def cheapest(none: Ints, offers: Offers, counts: Ints) -> Ints:
    """Return the offers to be taken, one at most for each stop, at the least points together.

    Parameters
    ----------
    none
        Shape (stops,): the points of a stop that takes none.
    counts
        Shape (lots,): batches to be had of each.

    Notes
    -----
    Where there is about a batch for every stop and few are alike, a sparse assignment: Jonker and
    Volgenant, A shortest augmenting path algorithm for dense and sparse linear assignment problems,
    Computing 38, 1987, as SciPy has it. Otherwise a flow of least cost: Goldberg, An efficient
    implementation of a scaling minimum-cost flow algorithm, Journal of Algorithms 22(1), 1997, as
    OR-Tools has it. Each is several times slower where the other is taken.
    """
    asked = np.bincount(offers.lots, minlength=len(counts))
    copies = np.minimum(counts, asked)
    enough = int(copies.sum()) >= len(none)
    if enough and int(copies[offers.lots].sum()) <= _ALIKE * len(offers.lots):
        return _matched(none, offers, copies)
    return _flown(none, offers, counts)


def _matched(none: Ints, offers: Offers, copies: Ints) -> Ints:
    """Return the offers to be taken: each batch of a lot has a column, and each stop one for none.

    SciPy takes no edge of weight 0, so one is added to all.
    """
    stops, batches = len(none), int(copies.sum())
    first = np.cumsum(copies) - copies
    times = copies[offers.lots]
    offer = np.repeat(np.arange(len(times)), times)
    within = np.arange(len(offer)) - np.repeat(np.cumsum(times) - times, times)
    column = first[offers.lots[offer]] + within
    rows = np.concatenate((offers.stops[offer], np.arange(stops)))
    columns = np.concatenate((column, batches + np.arange(stops)))
    points = np.concatenate((offers.points[offer], none)) + 1.0
    table = csr_array((points, (rows, columns)), shape=(stops, batches + stops))
    row, chosen = min_weight_full_bipartite_matching(table)
    lot = np.repeat(np.arange(len(copies)), copies)
    served = chosen < batches
    known = offers.stops * len(copies) + offers.lots
    order = np.argsort(known)
    wanted = row[served].astype(np.int64) * len(copies) + lot[chosen[served]]
    taken: Ints = np.sort(order[np.searchsorted(known[order], wanted)])
    return taken


def _flown(none: Ints, offers: Offers, counts: Ints) -> Ints:
    """Return the offers to be taken: from stops to lots to one sink, or past the lots."""
    asking, stops = np.unique(offers.stops, return_inverse=True)
    count, lots = len(asking), np.flatnonzero(np.bincount(offers.lots, minlength=len(counts)))
    if not count:
        return offers.stops
    sink = count + len(counts)
    tails = np.concatenate((stops, np.arange(count), count + lots))
    heads = np.concatenate((count + offers.lots, np.full(count + len(lots), sink)))
    room = np.concatenate((np.ones(len(stops) + count, dtype=np.int64), counts[lots]))
    points = np.concatenate((offers.points, none[asking], np.zeros(len(lots), dtype=np.int64)))
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415  heavy

    network = min_cost_flow.SimpleMinCostFlow()
    arcs = network.add_arcs_with_capacity_and_unit_cost(tails, heads, room, points)
    network.set_nodes_supplies(np.arange(count), np.ones(count, dtype=np.int64))
    network.set_node_supply(sink, -count)
    status = network.solve()
    assert status == network.OPTIMAL, status
    return np.flatnonzero(network.flows(arcs[: len(stops)]))


def prices(none: Ints, offers: Offers, taken: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Return the least and the greatest prices at which no stop likes another offer better.

    Each is found as the longest or shortest way from where prices are known, lot to lot. What lies
    half-way between the two does as well.
    """
    paid = none.copy()
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
    return least, most
