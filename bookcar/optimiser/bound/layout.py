"""What the pricing kernel reads: places, stops and kinds of car-days as arrays.

A kind is what is the same for several car-days: day, table, depots, limits, costs and the stops
they may serve. A place is a row of the travel tables: stop i is place i, the depots follow.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.compiled import by_address

Records = npt.NDArray[np.void]
Grid = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.float64]

IMPASSABLE = 2**30
"""Metres and seconds of a leg where no way leads."""

FAR_PAST = -(2**30)
FAR_FUTURE = 2**30
NEVER = 1e30
"""The cost of what cannot be done."""

CLOCK, LOAD, COUNT, WORK = 0, 1, 2, 3
"""By what a kind's routes are sorted while they grow: by time, load, stops or working time."""

KIND = np.dtype(
    [
        ("per_metre", "f8"),
        ("per_second", "f8"),
        ("fixed", "f8"),
        ("starts", "i8"),
        ("ends", "i8"),
        ("work", "i8"),
        ("metres", "i8"),
        ("room", "i8"),
        ("stops", "i8"),
        ("width", "i8"),
        ("buckets", "i8"),
        ("mode", "i4"),
        ("table", "i4"),
        ("day", "i4"),
        ("start", "i4"),
        ("end", "i4"),
    ],
    align=True,
)
"""A kind of car-days; ``work``: the most seconds of driving and service; ``room``: of the load
that binds most; ``width`` and ``buckets`` of what its routes are sorted by."""

STOP = np.dtype(
    [("service", "i4"), ("drop", "i4"), ("collect", "i4"), ("counts", "i4"), ("bit", "u8")],
    align=True,
)
"""A stop; ``counts``: 1, or 0 for a call at a store; ``bit``: its place in a route's memory."""

NEAR = np.dtype([("stop", "i4"), ("keep", "u8"), ("test", "u8")], align=True)
"""A neighbour, what is remembered on going there, and the bit that tells it was visited."""


@by_address
class Net(NamedTuple):
    """The problem as the kernel sees it.

    Attributes
    ----------
    metres, seconds
        Shape (tables, places, places): row = from.
    near, far
        Shape (stops, nearest); and (stops, stops): 1 where a stop is another, and not near.
    stops
        A record per stop; the loads are in the unit that binds.
    slots
        Shape (stops x days + 1,): where the windows of a stop on a day begin in ``opens`` and
        ``closes``, the first and the last moment at which a service may begin.
    """

    metres: Grid
    seconds: Grid
    near: Records
    far: npt.NDArray[np.uint8]
    stops: Records
    slots: Grid
    opens: Grid
    closes: Grid
