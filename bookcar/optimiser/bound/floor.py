"""A bound in closed form: each stop pays half its cheapest ways in and out, or its prize."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bookcar.optimiser.bound.build import Relaxation
from bookcar.optimiser.bound.layout import IMPASSABLE, Numbers


def half_legs(relaxation: Relaxation) -> Numbers:
    """Return per stop what no visit is cheaper than; infinite where none is possible.

    A route costs at least the sum over its stops: each leg is half of it the stop's it leaves, half
    the one's it comes to.
    """
    into, out = _cheapest_legs(relaxation)
    least: Numbers = (relaxation.charges + (into + out) / 2).min(axis=0)
    return least


def reachable(relaxation: Relaxation) -> npt.NDArray[np.bool_]:
    """Tell which stops any car-day may serve, and can come to and leave."""
    return np.isfinite(half_legs(relaxation))


def _cheapest_legs(relaxation: Relaxation) -> tuple[Numbers, Numbers]:
    """Return for each kind and stop the cheapest leg to it and from it."""
    count = len(relaxation.prizes)
    into, out = np.full((2, len(relaxation.kinds), count), np.inf)
    for i, k in enumerate(relaxation.kinds):
        metres = relaxation.net.metres[k["table"]]
        costs = k["per_metre"] * metres + k["per_second"] * relaxation.net.seconds[k["table"]]
        costs = np.where(metres >= IMPASSABLE, np.inf, costs)
        np.fill_diagonal(costs, np.inf)
        may = np.flatnonzero(np.isfinite(relaxation.charges[i]))
        into[i] = costs[np.append(may, k["start"])][:, :count].min(axis=0)
        out[i] = costs[:, np.append(may, k["end"])][:count].min(axis=1)
    return into, out
