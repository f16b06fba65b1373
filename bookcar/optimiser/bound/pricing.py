"""The cheapest relaxed route of a kind of car-day at given rewards, by labels that grow by a stop.

A label is the beginning of a route. It lies in the cell of its last stop and of how much of the
day, the working time, the room or the stops it has used; a cell has room for a few labels. One that
costs no less and remembers no less than another gives way to it; where a cell is full, two become
one that has the lower cost, the lower use of every limit and the memory that both share. So no
route that keeps the limits is ever dearer here than it is: what is found is a lower bound on the
cheapest one, and it is found in bounded time and memory.

Memory as in ng-routes (Baldacci, Mingozzi and Roberti, "New route relaxation and pricing strategies
for the vehicle routing problem", Operations Research 59(5), 2011): a label remembers a visited stop
for as long as each later one has it among its neighbours, and does not return to it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bookcar.compiled import compiled, entry, inlined
from bookcar.optimiser.bound.layout import (
    CLOCK,
    FAR_FUTURE,
    IMPASSABLE,
    LOAD,
    NEVER,
    WORK,
    Net,
    Numbers,
    Records,
)

LABEL = np.dtype(
    [
        ("cost", "f8"),
        ("memory", "u8"),
        ("clock", "i4"),
        ("work", "i4"),
        ("load", "i4"),
        ("collected", "i4"),
        ("metres", "i4"),
        ("stops", "i4"),
        ("back", "i4"),
        ("stop", "i4"),
    ],
    align=True,
)
"""The beginning of a route; ``clock``: when its last service ends at the earliest; ``back``: the
label it grew from, -1 at the depot."""

Ends = tuple[Numbers, npt.NDArray[np.int32]]
"""Per stop the lowest cost of a route that ends with it, and its last label."""


@entry
def price(
    net: Net,
    kind: Records,
    rewards: Numbers,
    limit: float,
    width: tuple[int, bool],
    rest: Numbers,
    cells: Records,
    ends: Ends,
) -> float:
    """Return a lower bound on the cost less rewards of a kind's routes, at most ``limit``.

    Parameters
    ----------
    rewards
        Per stop what a visit earns; minus `NEVER` where the kind may not serve it.
    limit
        Routes that cost no less are not looked for.
    width
        Labels a cell, and whether all legs count or only those to neighbours. The outcome is a
        lower bound only if all do.
    rest, cells
        Room to work in: shape (buckets x stops,) and (buckets x stops x labels,).
    ends
        What was found.
    """
    fill_rest(net, kind, rewards, width[1], rest)
    cells["cost"][:] = NEVER
    ends[0][:] = NEVER
    leave_depot(net, kind, rewards, limit, width[0], rest, cells)
    stops = len(net.stops)
    room = width[0]
    lowest = limit
    for bucket in range(kind[0].buckets):
        for at in range(bucket * stops * room, (bucket + 1) * stops * room):
            i = (at // room) % stops
            label = cells[at]
            if label.cost + rest[bucket * stops + i] < limit:
                lowest = min(lowest, close(net, kind, label, at, limit, ends))
                grow(net, kind, rewards, limit, width, rest, cells, at, bucket)
    return lowest


@compiled
def fill_rest(net: Net, kind: Records, rewards: Numbers, every: bool, rest: Numbers) -> None:
    """Bound what the rest of a route costs from each stop and bucket, all memory forgotten."""
    stops = len(net.stops)
    k = kind[0]
    count = stops if every else net.near.shape[1]
    for back in range(k.buckets):
        bucket = k.buckets - 1 - back
        for i in range(stops):
            rest[bucket * stops + i] = NEVER
            if rewards[i] <= -NEVER:
                continue
            used = bucket * k.width if k.mode == WORK else 0
            clock = k.starts + (bucket * k.width if k.mode == CLOCK else used)
            load = bucket * k.width if k.mode == LOAD else 0
            way_home = np.int64(net.seconds[k.table, i, k.end])
            best = home(net, k, i, clock) if used + way_home <= k.work else NEVER
            for at in range(count):
                j = at if every else net.near[i, at].stop
                if j == i or rewards[j] <= -NEVER:
                    continue
                metres, seconds = net.metres[k.table, i, j], net.seconds[k.table, i, j]
                if metres >= IMPASSABLE:
                    continue
                ready = serve(net, k, j, clock + seconds)
                new_load = load + net.stops[j].drop
                work = used + seconds + net.stops[j].service
                to = next_bucket(k, bucket, ready, new_load, work)
                if ready >= FAR_FUTURE or new_load > k.room or work > k.work or to >= k.buckets:
                    continue
                leg = k.per_metre * metres + k.per_second * seconds - rewards[j]
                best = min(best, leg + rest[to * stops + j])
            rest[bucket * stops + i] = best


@inlined
def home(net: Net, k: Records, i: int, clock: int) -> float:
    """Return the cost of going home from a stop, `NEVER` if it is too late."""
    metres, seconds = net.metres[k.table, i, k.end], net.seconds[k.table, i, k.end]
    if metres >= IMPASSABLE or clock + seconds > k.ends:
        return NEVER
    return k.per_metre * metres + k.per_second * seconds


@inlined
def serve(net: Net, k: Records, j: int, arrive: int) -> int:
    """Return when a service can end at the earliest, `FAR_FUTURE` if it cannot begin any more."""
    row = j * ((len(net.slots) - 1) // len(net.stops)) + k.day
    for slot in range(net.slots[row], net.slots[row + 1]):
        if arrive <= net.closes[slot]:
            return max(arrive, np.int64(net.opens[slot])) + net.stops[j].service
    return FAR_FUTURE


@inlined
def next_bucket(k: Records, bucket: int, clock: int, load: int, work: int) -> int:
    """Return the bucket after one more stop: always a later one."""
    if k.mode == WORK:
        return work // k.width
    if k.mode == CLOCK:
        return (clock - k.starts) // k.width
    if k.mode == LOAD:
        return load // k.width
    return bucket + 1


@compiled
def leave_depot(
    net: Net,
    kind: Records,
    rewards: Numbers,
    limit: float,
    labels: int,
    rest: Numbers,
    cells: Records,
) -> None:
    """Make the labels of routes with one stop."""
    k = kind[0]
    for j in range(len(net.stops)):
        if rewards[j] > -NEVER:
            reach(
                net, k, rewards, limit, labels, rest, cells,
                (k.start, j, -1, -1), (k.fixed, np.uint64(0)), (k.starts, 0, 0, 0, 0, 0),
            )  # fmt: skip


@compiled
def grow(
    net: Net,
    kind: Records,
    rewards: Numbers,
    limit: float,
    width: tuple[int, bool],
    rest: Numbers,
    cells: Records,
    at: int,
    bucket: int,
) -> None:
    """Make all labels that are one stop longer than this one."""
    k, label = kind[0], cells[at]
    i = np.int64(label.stop)
    uses = (
        np.int64(label.clock), np.int64(label.work), np.int64(label.load),
        np.int64(label.collected), np.int64(label.metres), np.int64(label.stops),
    )  # fmt: skip
    known = np.uint64(label.memory | net.stops[i].bit)
    for n in range(net.near.shape[1]):
        near = net.near[i, n]
        j = np.int64(near.stop)
        if rewards[j] > -NEVER and near.test & label.memory == 0:
            reach(
                net, k, rewards, limit, width[0], rest, cells,
                (i, j, at, bucket), (label.cost, known & near.keep), uses,
            )  # fmt: skip
    if width[1]:
        for j in range(len(net.stops)):
            if net.far[i, j] and rewards[j] > -NEVER:
                reach(
                    net, k, rewards, limit, width[0], rest, cells,
                    (i, j, at, bucket), (label.cost, np.uint64(0)), uses,
                )  # fmt: skip


@compiled
def reach(
    net: Net,
    k: Records,
    rewards: Numbers,
    limit: float,
    labels: int,
    rest: Numbers,
    cells: Records,
    way: tuple[int, int, int, int],
    known: tuple[float, np.uint64],
    uses: tuple[int, int, int, int, int, int],
) -> None:
    """Put down the label of a route that goes on to one more stop, if it keeps the limits."""
    i, j, at, bucket = way
    metres, seconds = np.int64(net.metres[k.table, i, j]), np.int64(net.seconds[k.table, i, j])
    if metres >= IMPASSABLE:
        return
    cost = known[0] + k.per_metre * metres + k.per_second * seconds - rewards[j]
    stop = net.stops[j]
    clock = serve(net, k, j, uses[0] + seconds)
    work = uses[1] + seconds + stop.service
    collected = uses[3] + stop.collect
    load = max(uses[2] + stop.drop, collected)
    total, count = uses[4] + metres, uses[5] + stop.counts
    to = next_bucket(k, bucket, clock, load, work)
    if (
        clock > k.ends
        or work > k.work
        or load > k.room
        or total > k.metres
        or count > k.stops
        or to >= k.buckets
        or cost + rest[to * len(net.stops) + j] >= limit
    ):
        return
    cell = (to * len(net.stops) + j) * labels
    put(cells, cell, labels, (cost, known[1]), (clock, work, load, collected, total, count, at, j))


@inlined
def put(
    cells: Records,
    cell: int,
    labels: int,
    new: tuple[float, np.uint64],
    uses: tuple[int, int, int, int, int, int, int, int],
) -> None:
    """Put a label into a cell; where it is full, make two into one that is as good as both."""
    cost, memory = new
    worst, second = cell, cell
    for at in range(cell, cell + labels):
        label = cells[at]
        if label.cost >= NEVER:
            write(label, cost, memory, uses)
            return
        if label.cost <= cost and label.memory & ~memory == 0:
            lower(label, uses)
            return
        if cost <= label.cost and memory & ~label.memory == 0:
            merge(label, cost, memory, uses)
            return
        if label.cost > cells[worst].cost:
            second, worst = worst, at
        elif second == worst or label.cost > cells[second].cost:
            second = at
    if labels == 1 or cost >= cells[second].cost:
        merge(cells[worst], cost, memory & cells[worst].memory, uses)
        return
    spare, kept = cells[worst], cells[second]
    merge(
        spare,
        kept.cost,
        kept.memory & spare.memory,
        (
            kept.clock, kept.work, kept.load, kept.collected,
            kept.metres, kept.stops, kept.back, kept.stop,
        ),
    )  # fmt: skip
    write(kept, cost, memory, uses)


@inlined
def merge(
    label: Records,
    cost: float,
    memory: np.uint64,
    uses: tuple[int, int, int, int, int, int, int, int],
) -> None:
    """Make a label as good as another one too; it follows the cheaper one back."""
    if cost < label.cost:
        label.cost = cost
        label.back = uses[6]
    label.memory = memory
    lower(label, uses)


@inlined
def lower(label: Records, uses: tuple[int, int, int, int, int, int, int, int]) -> None:
    """Let a label have used no more of any limit than another one."""
    label.clock = min(label.clock, uses[0])
    label.work = min(label.work, uses[1])
    label.load = min(label.load, uses[2])
    label.collected = min(label.collected, uses[3])
    label.metres = min(label.metres, uses[4])
    label.stops = min(label.stops, uses[5])


@inlined
def write(
    label: Records,
    cost: float,
    memory: np.uint64,
    uses: tuple[int, int, int, int, int, int, int, int],
) -> None:
    """Write a label."""
    label.cost, label.memory = cost, memory
    label.clock, label.work, label.load = uses[0], uses[1], uses[2]
    label.collected, label.metres, label.stops = uses[3], uses[4], uses[5]
    label.back, label.stop = uses[6], uses[7]


@inlined
def close(net: Net, kind: Records, label: Records, at: int, limit: float, ends: Ends) -> float:
    """Send a route home, note it if it is the cheapest from its last stop, and return its cost."""
    k, i = kind[0], np.int64(label.stop)
    metres, seconds = net.metres[k.table, i, k.end], net.seconds[k.table, i, k.end]
    cost = label.cost + home(net, k, i, np.int64(label.clock))
    if label.metres + metres > k.metres or label.work + seconds > k.work or cost >= limit:
        return limit
    if cost < ends[0][i]:
        ends[0][i] = cost
        ends[1][i] = at
    return cost


@entry
def trace(cells: Records, at: int, route: npt.NDArray[np.int32]) -> int:
    """Write the stops of a route, the last first; return how many they are."""
    count = 0
    while at >= 0 and count < len(route):
        route[count] = cells[at].stop
        at = np.int64(cells[at].back)
        count += 1
    return count
