"""How observations spread: median, quartiles, and how surely the median is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

import msgspec

_Z = 1.96  # of the normal distribution, for 95 in 100


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Some observations in five numbers.

    Attributes
    ----------
    count
        How many there are; at least one.
    low, high
        Quartiles: half of the observations lie between them (as in `numpy.quantile`).
    surely_low, surely_high
        The true median lies between them in 95 of 100 such samples, by the sign test.
    """

    count: int
    median: float
    low: float
    high: float
    surely_low: float
    surely_high: float

    def excludes(self, value: float) -> bool:
        """Tell whether a value is surely not the median."""
        return not self.surely_low <= value <= self.surely_high


def spread(values: Sequence[float]) -> Spread | None:
    """Return how observations spread, None if there are none."""
    if not values:
        return None
    ordered = sorted(map(float, values))
    count = len(ordered)
    rank = max(0, math.floor(count / 2 - _Z * math.sqrt(count) / 2) - 1)
    return Spread(
        count=count,
        median=median(ordered),
        low=_quantile(ordered, 0.25),
        high=_quantile(ordered, 0.75),
        surely_low=ordered[rank],
        surely_high=ordered[count - 1 - rank],
    )


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
