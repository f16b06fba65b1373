"""Seeded chance that is the same on every machine and Python.

Only ``random.Random.random`` is used: it alone is promised to give the same numbers in every
version of Python for the same seed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of chance with a name; streams of different names do not disturb each other."""

    def __init__(self, seed: int, name: str) -> None:
        self._random = random.Random(f"{seed}/{name}")

    def unit(self) -> float:
        """Return a number from 0 up to but not including 1."""
        return self._random.random()

    def between(self, low: float, high: float) -> float:
        """Return a number between ``low`` and ``high``."""
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self.unit() * (high - low + 1))

    def happens(self, share: float) -> bool:
        """Return True in this share of cases."""
        return self.unit() < share

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[int(self.unit() * len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in another order (Fisher and Yates)."""
        rest = list(items)
        for last in range(len(rest) - 1, 0, -1):
            other = int(self.unit() * (last + 1))
            rest[last], rest[other] = rest[other], rest[last]
        return rest

    def weighted(self, shares: dict[T, float]) -> T:
        """Return one of the keys, each as often as its share says."""
        left = self.unit() * sum(shares.values())
        for item, share in shares.items():
            left -= share
            if left < 0:
                return item
        return next(reversed(shares))
