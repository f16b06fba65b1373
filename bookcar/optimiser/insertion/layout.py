"""What the scan of places reads: tasks, car-days and routes as arrays; the names of its bits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.compiled import by_address
from bookcar.optimiser.limits import LOADS, SUMS, Total

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Grid = npt.NDArray[np.int32]

FAR = 2**40
"""Seconds beyond any time of day."""

RETURN, WORK, BREAK, HOURS, TIME, SPACING, FIXED, DEPOT, FIRST = range(9)
"""Bits of what forbids a place. From `FIRST` on: `limits.SUMS`, then `limits.LOADS`."""

CODES = (
    "latest-return",
    "working-time",
    "break",
    "opening-hours",
    "time",
    "spacing",
    "fixed",
    "depot",
    *(one.code for one in SUMS),
    *(one.code for one in LOADS),
)
"""The code of each bit: those of `limits.LIMITS`, and four more.

``time``: the latest return and the working time together, where neither alone is enough: they
mostly mean the same end of the day. ``spacing``: too near to the other visit of the week;
``fixed``: inside what somebody fixed; ``depot``: the batch is in another depot than where the car
last loaded. Of ``fixed`` and ``depot`` there is no figure.
"""

TOTALS: tuple[Total, ...] = ("stops", "reloads", "metres", "driving")
"""What adds up along a route, in the order of `Scratch.totals`."""


@by_address
class TaskArrays(NamedTuple):
    """The tasks of a problem.

    Attributes
    ----------
    place, service, depot, reload, store
        By task: its location, the seconds of its service, where it loads (or -1), 1 for a reload,
        what a reload loads from.
    drops, collects, loaded
        Shape (tasks, loads): what comes aboard for it, what is gained, and what came aboard at a
        reload that is over.
    slots
        Shape (tasks x days + 1,): where the windows of a task on a day begin in ``opens`` and
        ``closes``, the first and the last moment at which a service may begin.
    """

    place: Ints
    service: Ints
    depot: Ints
    reload: Ints
    store: Ints
    drops: Ints
    collects: Ints
    loaded: Ints
    slots: Ints
    opens: Ints
    closes: Ints


@by_address
class CarArrays(NamedTuple):
    """The car-days of a problem, one figure of each a column; limits that are none are `FAR`.

    ``most``: shape (car-days, sums); ``totals``: of each sum, which of `TOTALS` it limits;
    ``break_after`` is the most before the first break, ``break_every`` behind it, ``by_driving`` 1
    where that counts driving alone; ``capacity``: shape (car-days, loads); ``store`` is what they
    first load from, ``loaded``, of the same shape, with what they have left; ``driver``: whose
    hours are balanced, or -1.
    """

    day: Ints
    start: Ints
    end: Ints
    starts: Ints
    ends: Ints
    longest: Ints
    break_s: Ints
    break_after: Ints
    break_every: Ints
    by_driving: Ints
    driver: Ints
    most: Ints
    totals: Ints
    store: Ints
    loaded: Ints
    capacity: Ints
    fixed_cost: Floats
    cost_km: Floats
    cost_hour: Floats


@by_address
class BaseArrays(NamedTuple):
    """Routes to put a stop into: of base b the tasks ``tasks[begins[b] : begins[b + 1]]``.

    ``first`` is the first place that is not fixed, ``only`` the one place to try, or -1.
    ``metres`` and ``seconds`` are what the car-day has now, ``used`` whether it has a route at all.
    """

    car: Ints
    begins: Ints
    tasks: Ints
    first: Ints
    only: Ints
    metres: Ints
    seconds: Ints
    used: Ints


@by_address
class Asked(NamedTuple):
    """The tasks to find a place for.

    Attributes
    ----------
    tasks, worth
        By task asked: its index, and the extra cost it may have.
    apart
        Shape (asked, car-days): by how many days a car-day is too near to its other visit, 0 where
        it is not, -1 where the car-day may not come at all.
    surcharges
        Shape (asked, car-days).
    behind
        Shape (asked, bases, 2): the first and the last place at which all that hands on to it is
        aboard; empty where nothing is handed on.
    hours
        By driver: seconds of the routes now; ``balance`` is what an hour off their mean costs.
    """

    tasks: Ints
    worth: Floats
    apart: Ints
    surcharges: Floats
    behind: Ints
    hours: Ints
    balance: float


@by_address
class Found(NamedTuple):
    """What a scan found, by task asked; a base of -1: nothing.

    Attributes
    ----------
    cost, base, place
        The cheapest place that keeps every limit.
    lack, lack_base, lack_place
        Shape (asked, bits): the place that lifting one limit alone opens, with the least excess.
    dear
        Shape (asked, bits): 1 where even the cheapest such place costs more than it is worth.
    """

    cost: Floats
    base: Ints
    place: Ints
    lack: Ints
    lack_base: Ints
    lack_place: Ints
    dear: Ints


@by_address
class Frame(NamedTuple):
    """All that a scan reads beside the tables."""

    tasks: TaskArrays
    cars: CarArrays
    bases: BaseArrays
    asked: Asked


@by_address
class Scratch(NamedTuple):
    """What a scan writes while it works.

    ``line`` is a route spelled out; ``totals`` are what it has of `TOTALS`, then, behind them, what
    it has with the stop; ``high`` and ``ahead``, shape (loads, places), the most aboard
    since the last loading and until the next one; ``depot`` where the car last loaded, by place;
    ``excess`` by how much each limit forbids a place.
    """

    line: Ints
    totals: Ints
    high: Ints
    ahead: Ints
    depot: Ints
    excess: Ints
