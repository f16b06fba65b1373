"""What the kernel writes: routes as linked lists of nodes, and the log that takes a step back.

`insert` and `remove` are the only ways to change a route; both keep the cost right, write the log,
and leave the times and loads along a route to `bookcar.optimiser.sisr.node_data`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.compiled import by_address, compiled, inlined
from bookcar.optimiser.sisr.breaks import LINE_ROWS
from bookcar.optimiser.sisr.layout import FAR_FUTURE, LOADS, Layout, Records
from bookcar.optimiser.sisr.rng import Rng, new_rng

UNSERVED, LISTED, AWAY = -1, -2, -3
"""Instead of a route: a stop that no car-day visits, one about to be inserted again, and one that
another chain looks after for now."""

NODE = np.dtype(
    [
        ("route", "i4"),
        ("prev", "u4"),
        ("next", "u4"),
        ("place", "u4"),
        ("prev_place", "u4"),
        ("next_place", "u4"),
        ("from_prev", "i4"),
        ("to_next", "i4"),
    ],
    align=True,
)
"""A node: the car-day that visits it, `UNSERVED`, `LISTED` or `AWAY`, its neighbours, their
places, and the metres between. The metres from the start to the end of an empty route are 0."""

ROUTE = np.dtype(
    [
        ("cost", "i8"),
        ("metres", "i8"),
        ("seconds", "i8"),
        ("size", "i4"),
        ("calls", "i4"),
        ("room", "i4"),
        ("spare", "i4"),
        ("driving", "i4"),
        ("ruined", "i4"),
        ("touched", "i4"),
    ],
    align=True,
)
"""A route: ``calls`` are the reloads among its ``size`` stops; ``room`` is what its car could still
carry in books on leaving and after reloads; ``spare`` the seconds that its day has left;
``driving`` those of its legs, where they are limited; ``ruined``
and ``touched`` the last iteration that did so; ``cost`` includes time, as last refreshed."""

ALONG = np.dtype(
    [
        ("work", "i4"),
        ("floor", "i4"),
        ("hi", "i4"),
        ("arrive", "i4"),
        ("work_on", "i4"),
        ("floor_on", "i4"),
        ("same", "i4"),
        ("latest", "i4"),
        *((f"{what}_{load}", "i4") for load in LOADS for what in ("high", "ahead")),
        ("store", "i4"),
        ("leg", "i4"),
    ],
    align=True,
)
"""What a route carries and how late it is at a node; see `bookcar.optimiser.sisr.node_data`."""

STEP = np.dtype([("stop", "u4"), ("after", "u4"), ("removed", "i4")])
"""A line of the log: a stop, the node it stood or stands after, and whether it was removed."""

SUMS = np.dtype(
    [
        ("cost", "i8"),
        ("best", "i8"),
        ("balance", "i8"),
        ("time_price", "i8"),
        ("iteration", "i8"),
        ("blink", "i8"),
        ("used", "i4"),
        ("served", "i4"),
        ("logged", "i4"),
        ("touched", "i4"),
        ("removed", "i4"),
        ("stamp", "i4"),
        ("own", "i4"),
        ("opened", "i4"),
    ],
    align=True,
)
"""One record: the cost now and the best one, ``balance`` the part of the cost now that evens out
drivers' hours, ``time_price`` what a second is taken to be worth in this recreation, ``opened`` the
reload with which it began a route, or -1, counters, and the lengths of the lists below.
Reloads do not count as served."""


@by_address
class State(NamedTuple):
    """A chain's solution, best solution and scratch space.

    ``empty[kind_from[k] :]`` is a stack of the ``empties[k]`` car-days of kind k that stay at home,
    the next one to use on top. ``best`` lists routes as car-day, number of stops, stops; so does
    ``now`` with the routes at the end of the last `anneal`. ``own`` lists the stops to ruin around;
    ``away`` tells which stops, and behind them which car-days, are another chain's for now.
    """

    sums: Records
    rng: Rng
    nodes: Records
    routes: Records
    along: Records
    empty: npt.NDArray[np.uint32]
    empties: npt.NDArray[np.int32]
    log: Records
    touched: npt.NDArray[np.uint32]
    removed: npt.NDArray[np.uint32]
    keys: npt.NDArray[np.float64]
    line: npt.NDArray[np.int64]
    hours: npt.NDArray[np.int64]
    best: npt.NDArray[np.int32]
    now: npt.NDArray[np.int32]
    own: npt.NDArray[np.uint32]
    away: npt.NDArray[np.uint8]


def empty_state(layout: Layout, seed: int) -> State:
    """Return a state in which every car-day stays at home."""
    stops, cars = int(layout.facts["stops"][0]), int(layout.facts["cars"][0])
    nodes = np.zeros(stops + 2 * cars, dtype=NODE)
    state = State(
        sums=np.zeros(1, dtype=SUMS),
        rng=new_rng(seed),
        nodes=nodes,
        routes=np.zeros(cars, dtype=ROUTE),
        along=np.zeros(len(nodes), dtype=ALONG),
        empty=layout.kind_cars.copy(),
        empties=np.zeros(int(layout.facts["kinds"][0]), dtype=np.int32),
        log=np.zeros(8 * stops + 64, dtype=STEP),
        touched=np.zeros(cars, dtype=np.uint32),
        removed=np.zeros(2 * stops + 1, dtype=np.uint32),
        keys=np.zeros(2 * stops + 1, dtype=np.float64),
        line=np.zeros((LINE_ROWS, 2 * stops + 3), dtype=np.int64),
        hours=np.zeros(int(layout.facts["drivers"][0]), dtype=np.int64),
        best=np.zeros(stops + 2 * cars + 1, dtype=np.int32),
        now=np.zeros(stops + 2 * cars + 1, dtype=np.int32),
        own=np.arange(stops, dtype=np.uint32),
        away=np.zeros(stops + cars, dtype=np.uint8),
    )
    clear(layout, state)
    return state


def clear(layout: Layout, state: State) -> None:
    """Leave every stop unserved."""
    stops, cars = int(layout.facts["stops"][0]), int(layout.facts["cars"][0])
    nodes, starts, ends = state.nodes, slice(stops, stops + cars), slice(stops + cars, None)
    nodes["place"][:stops] = np.arange(stops)
    nodes["place"][starts] = layout.cars["start"]
    nodes["place"][ends] = layout.cars["end"]
    nodes["route"][:stops] = UNSERVED
    nodes["route"][starts] = nodes["route"][ends] = np.arange(cars)
    nodes["next"][starts] = np.arange(stops + cars, stops + 2 * cars)
    nodes["prev"][ends] = np.arange(stops, stops + cars)
    nodes["next_place"][starts], nodes["prev_place"][ends] = (
        layout.cars["end"],
        layout.cars["start"],
    )
    nodes["to_next"][starts] = nodes["from_prev"][ends] = 0
    for name in ("cost", "metres", "seconds", "size", "calls"):
        state.routes[name] = 0
    state.routes["room"] = layout.cars["books"] - layout.cars["loaded_books"]
    state.along["store"][starts] = layout.cars["store"]
    state.routes["spare"] = FAR_FUTURE
    state.sums["cost"] = layout.tasks["prize"].sum()
    state.sums["balance"] = 0
    state.hours[:] = 0
    state.sums["used"] = state.sums["served"] = state.sums["logged"] = state.sums["touched"] = 0
    for kind in range(len(state.empties)):
        own = slice(layout.kind_from[kind], layout.kind_from[kind + 1])
        state.empty[own] = layout.kind_cars[own][::-1]
        state.empties[kind] = own.stop - own.start


@compiled
def stack_empties(layout: Layout, state: State) -> None:
    """Stack the car-days that stay at home, the first one of each kind on top."""
    stops = np.uint32(layout.facts[0].stops)
    for kind in range(layout.facts[0].kinds):
        first, end = layout.kind_from[kind], layout.kind_from[kind + 1]
        height = 0
        for i in range(np.int64(end) - 1, np.int64(first) - 1, -1):
            car = layout.kind_cars[i]
            if state.routes[car].size == 0 and not state.away[np.uint32(stops + car)]:
                state.empty[first + height] = car
                height += 1
        state.empties[kind] = height


@inlined
def top_empty(layout: Layout, state: State, kind: int) -> int:
    """Return the next car-day of a kind to use, or -1."""
    height = state.empties[kind]
    if height == 0:
        return -1
    return np.int64(state.empty[layout.kind_from[kind] + np.uint32(height - 1)])


@inlined
def link(layout: Layout, state: State, stop: np.uint32, after: np.uint32) -> None:
    """Put a stop after a node; an empty route must be the top one of its kind."""
    left = state.nodes[after]
    right = state.nodes[left.next]
    node = state.nodes[stop]
    route = state.routes[np.uint32(left.route)]
    car = layout.cars[np.uint32(left.route)]
    task = layout.tasks[stop]
    legs = layout.metres[np.uint32(car.table)]
    into, out = legs[left.place, node.place], legs[node.place, right.place]
    more = into + out - left.to_next
    node.route, node.prev, node.next = left.route, after, left.next
    node.prev_place, node.next_place = left.place, right.place
    node.from_prev = left.to_next = into
    node.to_next = right.from_prev = out
    left.next = right.prev = stop
    left.next_place = right.prev_place = node.place
    if route.size == 0:
        state.empties[np.uint32(car.kind)] -= 1
        state.sums[0].used += 1
        more_cost = car.fixed + car.per_metre * more
    else:
        more_cost = car.per_metre * more
    if layout.facts[0].surcharged:
        more_cost += layout.surcharges[np.uint32(car.kind), stop]
    if task.reload:
        route.calls += 1
        route.room += car.books - task.collect_books
    route.size += 1
    route.room -= task.drop_books
    route.metres += more
    route.cost += more_cost
    state.sums[0].cost += more_cost - task.prize
    state.sums[0].served += 1 - task.reload


@inlined
def unlink(layout: Layout, state: State, stop: np.uint32) -> None:
    """Take a stop out of its route."""
    node = state.nodes[stop]
    left, right = state.nodes[node.prev], state.nodes[node.next]
    route = state.routes[np.uint32(node.route)]
    car = layout.cars[np.uint32(node.route)]
    task = layout.tasks[stop]
    route.size -= 1
    if route.size == 0:
        kind = np.uint32(car.kind)
        state.empty[layout.kind_from[kind] + np.uint32(state.empties[kind])] = np.uint32(node.route)
        state.empties[kind] += 1
        state.sums[0].used -= 1
        direct = 0
        saved = car.fixed
    else:
        direct = layout.metres[np.uint32(car.table), left.place, right.place]
        saved = np.int64(0)
    less = np.int64(node.from_prev) + node.to_next - direct
    saved += car.per_metre * less
    if layout.facts[0].surcharged:
        saved += layout.surcharges[np.uint32(car.kind), stop]
    if task.reload:
        route.calls -= 1
        route.room -= car.books - task.collect_books
    left.next, right.prev = node.next, node.prev
    left.next_place, right.prev_place = right.place, left.place
    left.to_next = right.from_prev = direct
    node.route = UNSERVED
    route.room += task.drop_books
    route.metres -= less
    route.cost -= saved
    state.sums[0].cost -= saved - task.prize
    state.sums[0].served -= 1 - task.reload


@inlined
def touch(state: State, route: np.uint32) -> None:
    """Note that a route differs from the last accepted one."""
    sums = state.sums[0]
    if state.routes[route].touched != sums.stamp:
        state.routes[route].touched = sums.stamp
        state.touched[np.uint32(sums.touched)] = route
        sums.touched += 1


@inlined
def record(state: State, stop: np.uint32, after: np.uint32, removed: int) -> None:
    """Write a line of the log."""
    sums = state.sums[0]
    line = state.log[np.uint32(sums.logged)]
    line.stop, line.after, line.removed = stop, after, removed
    sums.logged += 1


@compiled
def insert(layout: Layout, state: State, stop: np.uint32, after: np.uint32) -> None:
    """Put a stop after a node, and log it."""
    touch(state, np.uint32(state.nodes[after].route))
    record(state, stop, after, np.int64(0))
    link(layout, state, stop, after)


@compiled
def remove(layout: Layout, state: State, stop: np.uint32) -> None:
    """Take a stop out of its route, log it, and list it as removed."""
    sums = state.sums[0]
    touch(state, np.uint32(state.nodes[stop].route))
    record(state, stop, state.nodes[stop].prev, np.int64(1))
    unlink(layout, state, stop)
    state.nodes[stop].route = LISTED
    state.removed[np.uint32(sums.removed)] = stop
    sums.removed += 1


@compiled
def take_back(layout: Layout, state: State) -> None:
    """Undo all that the log holds, last things first."""
    sums = state.sums[0]
    while sums.logged > 0:
        sums.logged -= 1
        line = state.log[np.uint32(sums.logged)]
        if line.removed:
            link(layout, state, line.stop, line.after)
        else:
            unlink(layout, state, line.stop)


@compiled
def copy_routes(layout: Layout, state: State, routes: npt.NDArray[np.int32]) -> None:
    """Replace the solution by the routes of another state's ``best``; times are left to refresh."""
    stops = np.uint32(layout.facts[0].stops)
    for i in range(layout.facts[0].stops):
        if state.nodes[np.uint32(i)].route >= 0:
            unlink(layout, state, np.uint32(i))
    at = 0
    while routes[np.uint32(at)] >= 0:
        after = np.uint32(stops + np.uint32(routes[np.uint32(at)]))
        size = routes[np.uint32(at + 1)]
        at += 2
        for _ in range(size):
            stop = np.uint32(routes[np.uint32(at)])
            link(layout, state, stop, after)
            after = stop
            at += 1
    stack_empties(layout, state)
