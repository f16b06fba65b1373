"""What the kernel reads and never writes: the problem as arrays laid out for the cache.

A node is a stop, or the start or the end of a car-day: stops are nodes 0 to n - 1, car-day r starts
at node ``n + r`` and ends at node ``n + cars + r``. A place is a row of the travel tables: stop c
is place c, the depots follow. What is read together lies together, in records.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.compiled import by_address
from bookcar.optimiser.limits import Total

Records = npt.NDArray[np.void]
Grid = npt.NDArray[np.int32]
Moments = npt.NDArray[np.int64]

IMPASSABLE = 2**30
"""Metres and seconds of a leg where no way leads; more than any limit."""

FAR_PAST = -(2**30)
FAR_FUTURE = 2**30
NEVER = 2**62
"""The cost of what cannot be done."""

LOADS = ("books", "kg")
"""How the kernel calls the loads it keeps, in the order of `CarDay.capacity`."""

TOTALS: tuple[Total, ...] = ("stops", "reloads", "metres", "driving")
"""What adds up along a route and is held against ``max_stops`` and so on of a car-day."""

NEAR = np.dtype([("stop", "u4"), ("from_it", "i4"), ("to_it", "i4")])
"""A neighbour of a stop, and the metres from it and to it by the first table."""

TASK = np.dtype(
    [
        ("prize", "i8"),
        *((f"{way}_{load}", "i4") for load in LOADS for way in ("drop", "collect")),
        ("service", "i4"),
        ("opens", "i4"),
        ("closes", "i4"),
        ("remote", "i4"),
        ("required", "i4"),
        ("locked", "i4"),
        ("reload", "i4"),
        ("store", "i4"),
        ("twin", "i4"),
        ("apart", "i4"),
    ],
    align=True,
)
"""What a stop asks for: ``drop`` is what comes aboard for it, ``collect`` what is gained, less than
nothing where it drops what was aboard anyway, and of a reload that is over what came aboard.
``opens`` and ``closes``: its first opening and last closing of any day;
``remote``: its metres from the nearest depot; ``locked``: on a fixed route; ``reload``: a call at a
store; ``store``: the store it is, or takes what it drops from, or -1; ``twin``:
another visit to the same stop, at least ``apart`` days away, or -1."""

CAR = np.dtype(
    [
        ("fixed", "i8"),
        ("per_metre", "i8"),
        ("per_second", "i8"),
        ("kind", "i4"),
        ("table", "i4"),
        ("day", "i4"),
        ("start", "u4"),
        ("end", "u4"),
        ("starts", "i4"),
        ("ends", "i4"),
        ("max_seconds", "i4"),
        *((f"max_{total}", "i4") for total in TOTALS),
        *((load, "i4") for load in LOADS),
        *((f"loaded_{load}", "i4") for load in LOADS),
        ("store", "i4"),
        ("break_s", "i4"),
        ("break_after", "i4"),
        ("break_every", "i4"),
        ("breaks", "i4"),
        ("max_work", "i4"),
        ("exact", "i4"),
        ("priced", "i4"),
        ("driver", "i4"),
    ],
    align=True,
)
"""A car-day. Those of one ``kind`` are alike in everything. ``breaks``: whether its longest
day has one, and what is counted until then (`bookcar.optimiser.sisr.breaks`), ``break_after``
at most before the first, ``break_every`` behind it; ``max_work``: the most driving and service that
leaves room for the breaks it calls for; ``exact``: its times bear on its limits or its cost beyond
what the windows say; ``priced``: its hours cost something; ``store``: what it first loads from, the
location it starts at, or
`problem.Loaded.depot`, with ``loaded_books`` and so on aboard whatever is dropped; ``driver``:
whose hours are balanced, or -1."""

FACTS = np.dtype(
    [
        ("stops", "i4"),
        ("cars", "i4"),
        ("kinds", "i4"),
        ("days", "i4"),
        ("nearest", "i4"),
        ("plain", "i4"),
        ("timed", "i4"),
        ("weighed", "i4"),
        ("driven", "i4"),
        ("prized", "i4"),
        ("spaced", "i4"),
        ("surcharged", "i4"),
        ("fixed", "i4"),
        ("reloads", "i4"),
        ("elsewhere", "i4"),
        ("handed", "i4"),
        ("one_way", "i4"),
        ("stocked", "i4"),
        ("drivers", "i4"),
        ("per_balance", "i8"),
        ("worth_of_time", "i8"),
    ],
    align=True,
)
"""Sizes, and which parts of the insertion check the problem needs at all. ``plain``: nothing but
drops of books, one kind of car, and metres. ``driven``: some car-day may drive only so long.
``stocked``: some drops come from one depot only. ``elsewhere``: besides, some car-day may reload
where it does not start. ``handed``: some stops hand on to others. ``one_way``: the tables are too
large to hold their transposes too. ``drivers``: how many whose hours are balanced, at
``per_balance`` a second; ``worth_of_time``: what all prizes are worth a second of all car-days."""


@by_address
class Layout(NamedTuple):
    """The problem.

    Attributes
    ----------
    facts
        One record.
    metres, seconds
        Shape (tables, places, places): row = from. Those ``_back`` are the transposes, row = to; of
        symmetric tables they are the same arrays, and where ``one_way`` is set there are none.
    near
        Shape (stops, nearest): the neighbours of each stop, nearest first.
    tasks, cars
        A record per stop and per car-day.
    allowed
        Shape (kinds, stops): 1 where a car-day of the kind may serve the stop.
    slots
        Shape (stops x days + 1,): where the windows of a stop on a day begin in ``opens`` and
        ``closes``, which hold the first and the last moment at which a service may begin.
    kind_cars, kind_from
        The car-days of kind k: ``kind_cars[kind_from[k] : kind_from[k + 1]]``, ascending.
    surcharges
        Shape (kinds, stops), or empty: what a stop costs on top on a kind of car-day.
    fixed
        The fixed routes, in the form of `bookcar.optimiser.sisr.state.State.best`.
    closed
        Per node: 1 where nothing may be put behind it.
    calls, calls_from
        The reloads of car-day r: the stops ``calls[calls_from[r] : calls_from[r + 1]]``.
    givers, givers_from
        What must come before stop c, on its route and with no reload between:
        ``givers[givers_from[c] : givers_from[c + 1]]``.
    """

    facts: Records
    metres: Grid
    metres_back: Grid
    seconds: Grid
    seconds_back: Grid
    near: Records
    tasks: Records
    cars: Records
    allowed: npt.NDArray[np.uint8]
    slots: npt.NDArray[np.uint32]
    opens: Moments
    closes: Moments
    kind_cars: npt.NDArray[np.uint32]
    kind_from: npt.NDArray[np.uint32]
    surcharges: npt.NDArray[np.int64]
    fixed: npt.NDArray[np.int32]
    closed: npt.NDArray[np.uint8]
    calls: npt.NDArray[np.uint32]
    calls_from: npt.NDArray[np.uint32]
    givers: npt.NDArray[np.uint32]
    givers_from: npt.NDArray[np.uint32]
