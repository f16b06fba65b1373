"""A route whose stops and order are given, as legs and services with the points between them.

Points are where a crew may rest. Point ``2 * i`` is before the service of stop i, ``2 * i + 1``
after it; -1 is the departure, and ``2 * n`` the return of a route of n stops. To drive from a point
to the next is a leg from an odd one (or from the departure), a service from an even one.
"""

from __future__ import annotations

from typing import NamedTuple

from bookcar.optimiser.problem import Window

NEVER = -(10**12)

DEPARTURE = -1


class Chain(NamedTuple):
    """A leg to each stop and one back; service and windows per stop."""

    legs: list[int]
    service: list[int]
    windows: list[tuple[Window, ...]]

    @property
    def work(self) -> int:
        """All driving and service."""
        return sum(self.legs) + sum(self.service)

    @property
    def driving(self) -> int:
        """All driving."""
        return sum(self.legs)

    @property
    def end(self) -> int:
        """The point of the return."""
        return 2 * len(self.service)

    def mirrored(self) -> Chain:
        """Return the chain driven backwards in time; point x is its ``end - 1 - x``."""
        return Chain(
            self.legs[::-1],
            self.service[::-1],
            [tuple((-c, -o) for o, c in some[::-1]) for some in self.windows[::-1]],
        )


def window_for(windows: tuple[Window, ...], ready: int, service: int) -> Window | None:
    """Return the first window that holds a service from a time on; None if none does."""
    for opens, closes in windows:
        if max(ready, opens) + service <= closes:
            return opens, closes
    return None
