"""One batch for each stop, the best for all together, and the proof that it is.

Of thousands of batches a stop is offered the cheapest. A flow gives out what is offered; at the
prices that come with it every stop likes best, of its offers, what it got. A stop whose dearest
offer costs more than that, without any price, cannot like anything better that it was not offered;
the others are asked again at the prices, until none finds anything better. Then nothing better
exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bookcar.batches import cost
from bookcar.batches.bundles import Bundle, nothing
from bookcar.batches.cost import Ints
from bookcar.batches.flow import Offers, cheapest, prices
from bookcar.batches.lots import Lots, Want

_OFFERS = 40
"""Lots a stop is offered at a time."""

_PRIME = 1_000_003
_FAR = np.iinfo(np.int64).max // 4
_EMPTY = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class OneEach:
    """A batch or nothing for every stop, and what proves it the best.

    Attributes
    ----------
    bundles
        By stop, in the order of the wants.
    price
        Shape (lots,): points to pay for a batch of each, at which every stop likes best what it
        got, of all sets of at most one batch.
    bound
        No choice of at most one batch for every stop costs less; the points of ``bundles``.
    enough
        Whether no set of several is liked better at these prices: then no choice of any sets costs
        less.
    """

    bundles: list[Bundle]
    price: Ints
    bound: int
    enough: bool


def one_each(wants: Sequence[Want], lots: Lots) -> OneEach | None:
    """Return the best choice of at most one batch for every stop.

    None if what it leaves over would do some stop good as a second batch.
    """
    market = _Market(wants, lots)
    while True:
        taken = cheapest(market.none, market.offers, lots.counts)
        least, most = prices(market.none, market.offers, taken, lots.counts)
        if not market.ask_again(taken, least):
            break
    bundles = market.bundles(taken)
    if _wants_more(wants, lots, bundles):
        return None
    price: Ints = (least + most) // 2
    paid = np.array([b.points for b in bundles]) + [price[list(b.lots)].sum() for b in bundles]
    return OneEach(
        bundles=bundles,
        price=price,
        bound=int(paid.sum() - (lots.counts * price).sum()),
        enough=all(
            _several(want, lots, price) >= most
            for want, most in zip(wants, paid.tolist(), strict=True)
        ),
    )


def each_takes_one(wants: Sequence[Want], lots: Lots) -> bool:
    """Tell whether no stop may get two batches: each that it may get has all its books."""
    least = int(lots.books.min())
    return all(least >= w.books or not _parts(w, lots).size for w in wants)


def _parts(want: Want, lots: Lots) -> Ints:
    """Return the lots a stop may take from whose batches have less than all its books."""
    some = _reachable(want)
    return some[lots.books[some] < want.books]


class _Market:
    """What stops have been offered, and what they would like better.

    Attributes
    ----------
    none
        Shape (stops,): points of a stop that gets nothing.
    floor
        Shape (stops,): the least points of what a stop was not offered.
    """

    def __init__(self, wants: Sequence[Want], lots: Lots) -> None:
        """Offer every stop what is cheapest for it, and of what is not taken yet the same.

        Taken is, stop by stop, the cheapest left: so there is something for everyone from the
        start.
        """
        self.wants, self.points = wants, _Points(lots)
        self.none = np.array([nothing(want).points for want in wants], dtype=np.int64)
        self.floor = self.none.copy()
        self.offers = Offers(_EMPTY, _EMPTY, _EMPTY)
        left, taken = lots.counts.copy(), np.zeros(len(lots), dtype=np.int64)
        found = []
        for stop, none in enumerate(self.none.tolist()):
            row = self.points.of(wants[stop], none)
            free = self._cheapest(stop, row + taken, none - 1, _OFFERS // 4)
            some = self._cheapest(stop, row, none - 1, _OFFERS)
            found.append(self._offers(stop, row, np.union1d(free, some)))
            if len(free):
                own = free[np.argmin(row[free])]
                left[own] -= 1
                taken[own] = 0 if left[own] else _FAR
        self._add(found)

    def _add(self, fresh: Sequence[Offers]) -> None:
        columns = zip(*(vars(offers).values() for offers in fresh), strict=True)
        self.offers = self.offers.and_more(Offers(*map(np.concatenate, columns)))

    def _offers(self, stop: int, row: Ints, some: Ints) -> Offers:
        """Return offers of some lots, and note the least points of the others."""
        offered = Offers(np.full(len(some), stop, dtype=np.int64), some, row[some])
        row[some] = self.none[stop]
        self.floor[stop] = row.min()
        return offered

    def _cheapest(self, stop: int, priced: Ints, most: int, count: int) -> Ints:
        """Return so many of the cheapest lots, none dearer than ``most``.

        Equal ones are taken in an order of the stop's own.
        """
        limit = int(np.partition(priced, count)[count]) if count < len(priced) else most
        limit = min(most, limit)
        some = np.flatnonzero(priced <= limit)
        if len(some) <= count:
            return some
        salt = 7919 * sum(map(ord, self.wants[stop].demand.stop.id))
        equal = some[priced[some] == limit]
        order = np.argsort((equal * 40_503 + salt) % _PRIME, kind="stable")
        rest = count - (len(some) - len(equal))
        return np.concatenate((some[priced[some] < limit], equal[order[:rest]]))

    def ask_again(self, taken: Ints, price: Ints) -> bool:
        """Offer stops what they like better at the prices than what they took; tell if any does."""
        paid = self.none.copy()
        own = self.offers.stops[taken]
        paid[own] = self.offers.points[taken] + price[self.offers.lots[taken]]
        order = np.argsort(self.offers.stops, kind="stable")
        first = np.searchsorted(self.offers.stops[order], np.arange(len(self.wants) + 1))
        found, better = [], False
        for stop in np.flatnonzero(self.floor < paid).tolist():
            known = self.offers.lots[order[first[stop] : first[stop + 1]]]
            row = self.points.of(self.wants[stop], int(self.none[stop]))
            row[known] = self.none[stop]
            most = min(int(paid[stop]), int(self.none[stop]) - 1)
            some = self._cheapest(stop, row + price, most, _OFFERS)
            better |= bool((row[some] + price[some] < paid[stop]).any())
            found.append(self._offers(stop, row, some))
        if better:
            self._add(found)
        return better

    def bundles(self, taken: Ints) -> list[Bundle]:
        """Return what every stop got."""
        found = [Bundle(int(points), ()) for points in self.none]
        for k in taken:
            lot, points = int(self.offers.lots[k]), int(self.offers.points[k])
            found[self.offers.stops[k]] = Bundle(points, (lot,))
        return found


class _Points:
    """The points of one batch of every lot, stop by stop; what stops have in common is kept.

    Books are counted in 32 bits, for speed; points need more.
    """

    def __init__(self, lots: Lots) -> None:
        """Turn the classes round: a row of each."""
        self.lots = lots
        self._held = np.ascontiguousarray(lots.classes.T.astype(np.int32))
        self._amount: dict[int, npt.NDArray[np.int32]] = {}
        self._unsuited: dict[bytes, npt.NDArray[np.int32]] = {}

    def of(self, want: Want, none: int) -> Ints:
        """Return the points of a batch of each lot for a stop, ``none`` where it may get none.

        Shape (lots,).
        """
        amiss = self._amount_of(want.books) + self._unsuited_for(want)
        for column, need in zip(want.classes.tolist(), want.need.tolist(), strict=True):
            amiss += np.maximum(need - self._held[column], 0)
        amiss[want.double_lots] += want.double_books.astype(np.int32)
        if len(want.wishes):
            wished = self.lots.wished[:, want.wishes]
            amiss += cost.wishes(np.maximum(want.readers - wished, 0).sum(axis=1))
        points: Ints = amiss * np.int64(want.weight * cost.SCALE)
        points //= want.books
        points += self.lots.age
        closed = np.ones(len(points), dtype=np.bool_)
        for choice in want.choices:
            closed[choice.shared] = False
        for choice in want.choices:
            closed[choice.without] = True
        points[closed] = none
        return points

    def _amount_of(self, wanted: int) -> npt.NDArray[np.int32]:
        """Return what the books of each lot lack, or are too many, for who wants so many."""
        if wanted not in self._amount:
            amiss = cost.amiss(wanted=wanted, books=self.lots.books)
            self._amount[wanted] = amiss.astype(np.int32)
        return self._amount[wanted]

    def _unsuited_for(self, want: Want) -> npt.NDArray[np.int32]:
        key = want.suited.tobytes()
        if key not in self._unsuited:
            books = np.where(want.suited[self.lots.audience], 0, self.lots.books)
            self._unsuited[key] = books.astype(np.int32)
        return self._unsuited[key]


def _reachable(want: Want) -> Ints:
    """Return the lots that a stop may take from, ascending."""
    some = [choice.lots for choice in want.choices]
    return some[0] if len(some) == 1 else np.unique(np.concatenate([_EMPTY, *some]))


def _several(want: Want, lots: Lots, price: Ints) -> int:
    """Return what no set of two or more batches costs less than, with its prices.

    Its smallest batch is one that lacks books, and no other is smaller: so many are too many.
    """
    parts = _parts(want, lots)
    if not len(parts):
        return int(np.iinfo(np.int64).max)
    excess = max(0, 2 * int(lots.books[parts].min()) - want.books)
    amiss = cost.amiss(wanted=want.books, books=np.array([want.books + excess]))
    paid = (price + lots.age)[_reachable(want)].min()
    return int(want.weight * cost.SCALE * amiss[0] // want.books + 2 * paid)


def _wants_more(wants: Sequence[Want], lots: Lots, best: Sequence[Bundle]) -> bool:
    """Tell whether some stop would like one of the batches left over besides what it got."""
    used = np.array([lot for bundle in best for lot in bundle.lots], dtype=np.int64)
    left = lots.counts - np.bincount(used, minlength=len(lots))
    for want, own in zip(wants, best, strict=True):
        if len(want.wishes) or lots.books[list(own.lots)].sum() < want.books:
            some = _reachable(want)
            more = some[left[some] > 0]
            if (_with(want, lots, own.lots, more) < own.points).any():
                return True
    return False


def _with(want: Want, lots: Lots, kept: tuple[int, ...], more: Ints) -> Ints:
    """Return the points of what a stop keeps together with one batch of each of some lots."""
    own = list(kept)
    held = lots.classes[more][:, want.classes] + lots.classes[own][:, want.classes].sum(axis=0)
    wished = lots.wished[more][:, want.wishes] + lots.wished[own][:, want.wishes].sum(axis=0)
    points = cost.points(
        weight=want.weight,
        wanted=want.books,
        books=lots.books[more] + lots.books[own].sum(),
        unmet=np.maximum(want.need - held, 0).sum(axis=1),
        unsuited=np.where(want.suited[lots.audience[more]], 0, lots.books[more])
        + lots.books[own][~want.suited[lots.audience[own]]].sum()
        + want.doubled(more)
        + want.doubled(np.array(own, dtype=np.int64)).sum(),
        unwished=np.maximum(want.readers - wished, 0).sum(axis=1),
    )
    total: Ints = points + lots.age[more] + lots.age[own].sum()
    return total
