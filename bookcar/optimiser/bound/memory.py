"""Which stops a route remembers having visited: the neighbours of the stop it has come to."""

from __future__ import annotations

import numpy as np

from bookcar.optimiser.bound.layout import IMPASSABLE, NEAR, Grid, Records

_BITS = 64


def neighbours(metres: Grid, stops: Records, nearest: int, remembered: int) -> Records:
    """Return each stop's neighbours with what a route remembers on going there.

    Stops that are remembered together get different bits: each takes the first that is free among
    those. One that finds none is not remembered, which only makes the bound lower. Writes the bits
    into ``stops``.
    """
    count = len(stops)
    both = metres[:count, :count].astype(np.int64) + metres[:count, :count].T
    np.fill_diagonal(both, 4 * IMPASSABLE)
    order = np.argsort(both, axis=1, kind="stable")[:, : min(nearest, count - 1)]
    circles = [{i, *order[i, :remembered].tolist()} for i in range(count)]
    bits = _bits(circles)
    stops["bit"] = bits
    near = np.zeros(order.shape, dtype=NEAR)
    near["stop"] = order
    for i in range(count):
        for at, j in enumerate(order[i].tolist()):
            near[i, at]["keep"] = sum(bits[v] for v in circles[i] & (circles[j] - {j}))
            near[i, at]["test"] = bits[j] if j in circles[i] else 0
    return near


def _bits(circles: list[set[int]]) -> list[int]:
    """Return a bit per stop, different within each circle; 0 where there are too few."""
    within: list[list[int]] = [[] for _ in circles]
    for i, circle in enumerate(circles):
        for member in circle:
            within[member].append(i)
    bits = [0] * len(circles)
    for stop, own in enumerate(within):
        taken = 0
        for i in own:
            for member in circles[i]:
                taken |= bits[member]
        free = (bit for bit in range(_BITS) if not taken >> bit & 1)
        bits[stop] = 1 << next(free, -1) if taken + 1 != 1 << _BITS else 0
    return bits
