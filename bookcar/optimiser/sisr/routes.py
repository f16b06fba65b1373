"""A solution as a row of numbers: each car-day, how many stops it has, these stops; then -1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Routes = npt.NDArray[np.int32]
NO_ROUTES = np.empty(0, dtype=np.int32)


def unpack(routes: Routes) -> list[tuple[int, tuple[int, ...]]]:
    """Return car-days, ascending, and their stops."""
    found, at = [], 0
    while routes[at] >= 0:
        end = at + 2 + int(routes[at + 1])
        found.append((int(routes[at]), tuple(routes[at + 2 : end].tolist())))
        at = end
    return sorted(found)


def pack(routes: Iterable[tuple[int, Sequence[int]]]) -> Routes:
    """Return car-days and their stops as the kernel reads them."""
    packed: list[int] = []
    for car, stops in routes:
        packed += [car, len(stops), *stops]
    return np.array([*packed, -1], dtype=np.int32)
