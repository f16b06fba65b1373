"""What a batch of each lot is worth to the stops that do not get it: Lagrangian prices.

Prices and all sums are whole numbers; only the length of a step is a fraction, rounded element by
element. So no order of summation can change a price from one machine to another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bookcar.batches.bundles import Bundle
from bookcar.batches.cost import Ints

_STEPS = 500
_PATIENCE = 15
_UNIT = 64  # a batch in the smoothed direction


@dataclass
class Columns:
    """The bundles found so far, of all stops."""

    stops: list[int] = field(default_factory=list)
    bundles: list[Bundle] = field(default_factory=list)
    index: dict[tuple[int, tuple[int, ...]], int] = field(default_factory=dict)

    def add(self, stop: int, bundle: Bundle) -> int:
        """Add a bundle of a stop unless it is there; return its number."""
        key = (stop, bundle.lots)
        if key not in self.index:
            self.index[key] = len(self.bundles)
            self.stops.append(stop)
            self.bundles.append(bundle)
        return self.index[key]

    def points(self, taken: Sequence[int]) -> int:
        """Return the points of some of the columns together."""
        return sum(self.bundles[j].points for j in taken)


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Prices, and what they prove.

    Attributes
    ----------
    lots
        Shape (lots,): points to pay for a batch of each.
    reduced
        Shape (columns,): points of a bundle and its price, above its stop's cheapest.
    cheapest
        Shape (stops,): the least that a stop's bundles cost with their prices.
    bound
        No choice of a bundle per stop that keeps the counts costs less.
    """

    lots: Ints
    reduced: Ints
    cheapest: Ints
    bound: int


@dataclass(frozen=True)
class _Table:
    """Columns as arrays, in the order of the stops; ``owner`` is the column of each use."""

    order: Ints
    stops: Ints
    points: Ints
    first: Ints
    owner: Ints
    uses: Ints


def prices(columns: Columns, counts: Ints, *, start: Ints, target: int) -> Prices:
    """Return prices at which the stops' own choices nearly keep the counts.

    Parameters
    ----------
    counts
        Shape (lots,): batches to be had.
    start
        Prices to begin with.
    target
        Points of any choice that keeps the counts: it sets the length of the steps.

    Notes
    -----
    Held, Wolfe and Crowder, Validation of subgradient optimization, Mathematical Programming 6,
    1974; the direction is averaged with the ones before.
    """
    table = _table(columns)
    lots, best, bound = start, start, -(2**62)
    direction = np.zeros(len(counts), dtype=np.int64)
    length, waited = 1_000, 0
    for _ in range(_STEPS):
        cheapest, excess = _response(table, counts, lots)
        value = int(cheapest.sum() - (counts * lots).sum())
        waited = 0 if value > bound else waited + 1
        if value > bound:
            best, bound = lots, value
        if waited == _PATIENCE:
            length, waited, lots = length * 7 // 10, 0, best
            continue
        excess[(lots == 0) & (excess < 0)] = 0
        direction = (7 * direction + 3 * _UNIT * excess) // 10
        steep = int((direction * direction).sum())
        if value >= target or not excess.any() or not steep or not length:
            break
        lots = np.maximum(lots + _step(direction, length * (target - value), steep), 0)
    return _result(table, columns, best, bound)


def _step(direction: Ints, gap: int, steep: int) -> Ints:
    """Return ``gap / 1000 * direction * _UNIT / steep``, rounded, without overflow."""
    factor = gap * _UNIT / (1_000 * steep)
    steps: Ints = np.rint(direction * factor).astype(np.int64)
    return steps


def _response(table: _Table, counts: Ints, lots: Ints) -> tuple[Ints, Ints]:
    """Return what each stop pays at the prices, and how many batches too many are then asked."""
    priced = _priced(table, lots)
    cheapest = np.minimum.reduceat(priced, table.first)
    favourites = np.flatnonzero(priced == cheapest[table.stops])
    stops = table.stops[favourites]
    taken = np.zeros(len(priced), dtype=np.bool_)
    foremost = np.ones(len(stops), dtype=np.bool_)
    np.not_equal(stops[1:], stops[:-1], out=foremost[1:])
    taken[favourites[foremost]] = True
    asked = np.bincount(table.uses[taken[table.owner]], minlength=len(counts))
    return cheapest, asked - counts


def _priced(table: _Table, lots: Ints) -> Ints:
    priced = table.points.copy()
    np.add.at(priced, table.owner, lots[table.uses])
    return priced


def _table(columns: Columns) -> _Table:
    stops = np.array(columns.stops, dtype=np.int64)
    order = np.argsort(stops, kind="stable")
    bundles = [columns.bundles[j] for j in order]
    sizes = [len(bundle.lots) for bundle in bundles]
    return _Table(
        order=order,
        stops=stops[order],
        points=np.array([bundle.points for bundle in bundles], dtype=np.int64),
        first=np.flatnonzero(np.diff(stops[order], prepend=-1)),
        owner=np.repeat(np.arange(len(bundles)), sizes),
        uses=np.array([lot for bundle in bundles for lot in bundle.lots], dtype=np.int64),
    )


def _result(table: _Table, columns: Columns, lots: Ints, bound: int) -> Prices:
    priced = _priced(table, lots)
    cheapest = np.minimum.reduceat(priced, table.first)
    reduced = np.empty(len(columns.bundles), dtype=np.int64)
    reduced[table.order] = priced - cheapest[table.stops]
    return Prices(lots=lots, reduced=reduced, cheapest=cheapest, bound=bound)
