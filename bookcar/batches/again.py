"""Choose again for a few stops at a time, among what they have and what nobody has.

Bundles found at prices for the whole county want the same batches again and again. Those that a few
stops find among the batches which are free once they give theirs back fit together: of these the
best for all of them is taken, exactly.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

import numpy as np

from bookcar.batches import cost
from bookcar.batches.bundles import Bundle, search
from bookcar.batches.choice import best_of
from bookcar.batches.cost import Ints
from bookcar.batches.lots import Lots, Want
from bookcar.batches.prices import Columns, Prices

_GROUP = 16
_KEEP = 20  # bundles a stop proposes
_EACH = 7  # one group for so many stops, that is every stop about twice
_MOST = 60  # groups in all: what keeps the largest counties within a minute


def groups_of(stops: int) -> int:
    """Return how many groups are chosen for again in a county with so many stops."""
    return min(_MOST, stops // _EACH)


def choose_again(
    wants: Sequence[Want],
    lots: Lots,
    taken: Sequence[Bundle],
    *,
    duals: Prices,
    groups: int,
    seed: int,
) -> tuple[list[Bundle], int]:
    """Return a bundle for every stop that keep the counts and cost no more than those taken.

    Besides, what no choice of the bundles considered costs less than: those that the prices are of
    and all that were proposed here.

    Parameters
    ----------
    duals
        Stops propose what they like best at these prices. One that pays more than its cheapest
        would cost chooses again the more often, the more that is.
    groups
        How many groups of stops choose again, one after the other.

    Notes
    -----
    Large neighbourhood search: Shaw, Using constraint programming and local search methods to
    solve vehicle routing problems, CP 1998.
    """
    best, cheapest = list(taken), duals.cheapest.copy()
    draw = np.random.default_rng(seed)
    for number in range(groups if len(best) > 1 else 0):
        group = _group(_regrets(best, duals), draw)
        left = _left(lots, best, set(group))
        columns = _proposed(wants, lots, best, group=group, left=left, price=duals.lots)
        for k, bundle in zip(columns.stops, columns.bundles, strict=True):
            cheapest[group[k]] = min(cheapest[group[k]], _paid(bundle, duals.lots))
        hint = [columns.index[k, best[stop].lots] for k, stop in enumerate(group)]
        every = range(len(columns.bundles))
        for j in best_of(columns, left, every, hint=hint, seed=seed + number)[0]:
            best[group[columns.stops[j]]] = columns.bundles[j]
    return best, int(cheapest.sum() - (lots.counts * duals.lots).sum())


def _paid(bundle: Bundle, price: Ints) -> int:
    """Return the points of a bundle and its price."""
    return bundle.points + int(price[list(bundle.lots)].sum())


def _regrets(taken: Sequence[Bundle], duals: Prices) -> Ints:
    """Return what each stop pays at the prices above its cheapest, shape (stops,), never below 0.

    A stop that found better than all that was known when the prices were set has none.
    """
    paid = [_paid(bundle, duals.lots) for bundle in taken]
    regrets: Ints = np.maximum(np.array(paid, dtype=np.int64) - duals.cheapest, 0)
    return regrets


def _group(regrets: Ints, draw: np.random.Generator) -> list[int]:
    """Return stops drawn one by one: half of the chance is alike for all, half goes by regret.

    In whole numbers: no rounding changes a draw from one machine to another.
    """
    regrets = np.minimum(regrets, cost.LOST)
    chances = len(regrets) * regrets + max(1, int(regrets.sum()))
    found: list[int] = []
    for _ in range(min(_GROUP, len(regrets))):
        ends = np.cumsum(chances)
        stop = int(np.searchsorted(ends, draw.integers(ends[-1]), side="right"))
        chances[stop] = 0
        found.append(stop)
    return sorted(found)


def _proposed(
    wants: Sequence[Want],
    lots: Lots,
    taken: Sequence[Bundle],
    *,
    group: Sequence[int],
    left: Ints,
    price: Ints,
) -> Columns:
    """Return what the stops of a group have, and what they like best of the batches then free.

    In the columns, stops are numbered by their place in the group.
    """
    columns = Columns()
    for k, stop in enumerate(group):
        columns.add(k, taken[stop])
        for bundle in search(wants[stop], lots, price=price, left=left, keep=_KEEP):
            columns.add(k, bundle)
    return columns


def _left(lots: Lots, taken: Sequence[Bundle], group: Container[int]) -> Ints:
    """Return the batches of each lot that no stop outside a group has, shape (lots,)."""
    left = lots.counts.copy()
    for stop, bundle in enumerate(taken):
        if stop not in group:
            np.subtract.at(left, list(bundle.lots), 1)
    return left
