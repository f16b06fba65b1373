"""The times of a route, exactly as `bookcar.optimiser.timing.schedule` gives them, compiled.

`bookcar.optimiser.route_times` says what the rules are and why; its `_walk`, `_fit` and `_with_one`
stand here under the same names, and a test holds the two together. A route is spelled out in
scratch space, one stop longer than it is if the question is what that stop would change.
"""

from __future__ import annotations

import numpy as np

from bookcar.compiled import compiled, inlined
from bookcar.optimiser.sisr.breaks import (
    BY_DRIVING,
    LEG,
    SERVICE,
    SLOT,
    SLOT_END,
    Day,
    Times,
    with_breaks,
)
from bookcar.optimiser.sisr.layout import FAR_FUTURE, FAR_PAST, Layout, Records
from bookcar.optimiser.sisr.state import State

NO_STOP = np.uint32(2**32 - 1)

TOO_LONG = -2
"""A return that stands for none: what comes behind the break takes too long."""

Span = tuple[bool, int, int, int]
"""Whether every window is met, the last departure that meets the same ones, ``work`` and ``floor``
of the whole route."""

Parted = tuple[bool, int, int, int, int, int, int]
"""The same of a route with a break, then ``work`` and ``floor`` until it begins, and how long what
comes behind it takes at the least."""


@compiled
def best_times(layout: Layout, state: State, stop: np.uint32, after: np.uint32) -> Times:
    """Return the best times of the route of a node, a stop put after the node unless `NO_STOP`."""
    number = np.uint32(state.nodes[after].route)
    car = layout.cars[number]
    stops = _spell(layout, state, stop, after)
    if not car.breaks:
        return _fit(layout, state, stops, car, np.int64(car.max_seconds))
    met, _, work, floor = _walk(layout, state, stops, np.int64(car.starts))
    if not met:
        return 0, -1
    earliest = max(car.starts + work, floor)
    times = (np.int64(0), np.int64(-1))
    if car.breaks == BY_DRIVING:
        if driven(state, stops) <= car.break_after:
            return _fit(layout, state, stops, car, np.int64(car.max_seconds))
    else:
        times = _fit(layout, state, stops, car, np.int64(car.break_after))
    if times[1] == earliest or work + car.break_s > car.max_seconds or stops == 0:
        return times
    ideal = max(earliest, car.starts + work + car.break_s)
    best = _with_one(layout, state, stops, number, times, ideal, work + car.break_s)
    if best[1] >= 0:
        return best
    day = Day(
        np.int64(car.starts), np.int64(car.ends), np.int64(car.max_seconds), np.int64(car.break_s),
        np.int64(car.break_after), np.int64(car.break_every), car.breaks == BY_DRIVING, False,
    )  # fmt: skip
    least = np.int64(1 if best[1] == TOO_LONG else 2)
    return with_breaks(state.line, stops, layout.opens, layout.closes, day, least)


@inlined
def driven(state: State, stops: int) -> int:
    """Return how long all legs of the route in the scratch space take."""
    total = np.int64(0)
    for i in range(stops + 1):
        total += state.line[LEG, np.uint32(i)]
    return total


@inlined
def _spell(layout: Layout, state: State, stop: np.uint32, after: np.uint32) -> int:
    """Write the route into the scratch space; return its number of stops."""
    car = layout.cars[np.uint32(state.nodes[after].route)]
    seconds = layout.seconds[np.uint32(car.table)]
    line, stops = state.line, np.uint32(layout.facts[0].stops)
    node = np.uint32(stops + np.uint32(state.nodes[after].route))
    count, pending = np.int64(0), stop
    while True:
        place = state.nodes[node].place
        if node == after and pending != NO_STOP:
            following, pending = pending, NO_STOP
            after_pending = state.nodes[node].next
        elif node == stop:
            following = after_pending
        else:
            following = state.nodes[node].next
        line[LEG, np.uint32(count)] = seconds[place, state.nodes[following].place]
        if following >= stops:
            return count
        slot = np.int64(following) * layout.facts[0].days + car.day
        line[SERVICE, np.uint32(count)] = layout.tasks[following].service
        line[SLOT, np.uint32(count)] = layout.slots[np.uint32(slot)]
        line[SLOT_END, np.uint32(count)] = layout.slots[np.uint32(slot + 1)]
        count += 1
        node = following


@compiled
def _with_one(
    layout: Layout, state: State, stops: int, number: np.uint32, best: Times, ideal: int, work: int
) -> Times:
    """Try the break at every point, the last first: after a stop, or before the next one."""
    car, line = layout.cars[number], state.line
    driving = car.breaks == BY_DRIVING
    total = driven(state, stops) if driving else np.int64(work - car.break_s)
    used = total - line[LEG, np.uint32(stops)]
    too_long = False
    for stop in range(stops, -1, -1):
        later = used + line[LEG, np.uint32(stop)]
        if stop < stops and total - later > car.break_every:
            break
        times = (np.int64(0), np.int64(TOO_LONG))
        if stop > 0 and used <= car.break_after and total - used <= car.break_every:
            times = _fit_around(layout, state, stops, number, 2 * stop - 1)
            too_long = too_long or times[1] == TOO_LONG
        if times[1] == TOO_LONG and stop < stops and later <= car.break_after:
            times = _fit_around(layout, state, stops, number, 2 * stop)
            too_long = too_long or times[1] == TOO_LONG
        if times[1] >= 0 and _beats(times, best):
            best = times
            if times[1] == ideal and times[1] - times[0] == work:
                break
        if stop > 0:
            i = np.uint32(stop - 1)
            used -= line[LEG, i] + (np.int64(0) if driving else np.int64(line[SERVICE, i]))
    if best[1] < 0 and too_long:
        return np.int64(0), np.int64(TOO_LONG)
    return best


@inlined
def _beats(times: Times, best: Times) -> bool:
    if best[1] < 0 or times[1] < best[1]:
        return True
    return times[1] == best[1] and times[0] > best[0]


@compiled
def _fit(layout: Layout, state: State, stops: int, car: Records, longest: int) -> Times:
    """Return the best times without a break."""
    best = (np.int64(0), np.int64(-1))
    lo = np.int64(car.starts)
    while True:
        met, hi, work, floor = _walk(layout, state, stops, lo)
        if not met or work > longest:
            return best
        reached = max(lo + work, floor)
        if reached > car.ends or (best[1] >= 0 and reached > best[1]):
            return best
        earliest = max(lo, floor - longest)
        if earliest <= hi:
            depart = min(max(earliest, floor - work), hi)
            back = max(depart + work, floor)
            if back <= car.ends and _beats((depart, back), best):
                best = (depart, back)
        if hi >= FAR_FUTURE:
            return best
        lo = hi + 1


@compiled
def _fit_around(layout: Layout, state: State, stops: int, number: np.uint32, point: int) -> Times:
    """Return the best times with the break at a point; a return of `TOO_LONG`: see there."""
    car = layout.cars[number]
    driving = car.breaks == BY_DRIVING
    before = np.int64(FAR_FUTURE) if driving else np.int64(car.break_after)
    behind = np.int64(FAR_FUTURE) if driving else np.int64(car.break_every)
    best = (np.int64(0), np.int64(-1))
    lo = np.int64(car.starts)
    while True:
        met, hi, work, floor, work_before, floor_before, lasts = _parted(
            layout, state, stops, lo, point, car.break_s
        )
        if not met or work > car.max_seconds or work_before > before:
            return best
        reached = max(lo + work, floor)
        if reached > car.ends or (best[1] >= 0 and reached > best[1]):
            return best
        if lasts > behind:
            if best[1] < 0:
                best = (np.int64(0), np.int64(TOO_LONG))
        else:
            earliest = max(lo, floor - car.max_seconds, floor_before - before)
            if earliest <= hi:
                depart = min(max(earliest, floor - work), hi)
                back = max(depart + work, floor)
                if back <= car.ends and _beats((depart, back), best):
                    best = (depart, back)
        if hi >= FAR_FUTURE:
            return best
        lo = hi + 1


@compiled
def _walk(layout: Layout, state: State, stops: int, depart: int) -> Span:
    """Drive the route from one departure, each stop in the first window that still fits."""
    line = state.line
    work, floor, hi = np.int64(0), np.int64(FAR_PAST), np.int64(FAR_FUTURE)
    for at in range(stops):
        i = np.uint32(at)
        leg = np.int64(line[LEG, i])
        work += leg
        floor += leg
        slot = first_slot(layout, line[SLOT, i], line[SLOT_END, i], max(depart + work, floor))
        if slot < 0:
            return False, hi, work, floor
        floor = max(floor, np.int64(layout.opens[np.uint32(slot)])) + line[SERVICE, i]
        hi = min(hi, layout.closes[np.uint32(slot)] - work)
        work += line[SERVICE, i]
    home = line[LEG, np.uint32(stops)]
    return True, hi, work + home, floor + home


@compiled
def _parted(layout: Layout, state: State, stops: int, depart: int, point: int, rest: int) -> Parted:
    """Drive the route from one departure, with the break at a point."""
    line = state.line
    work, floor, hi = np.int64(0), np.int64(FAR_PAST), np.int64(FAR_FUTURE)
    work_before, floor_before, begun = np.int64(0), np.int64(FAR_PAST), np.int64(0)
    floor_behind, hi_behind = np.int64(FAR_PAST), np.int64(FAR_FUTURE)
    for at in range(stops):
        i = np.uint32(at)
        leg = np.int64(line[LEG, i])
        work, floor, floor_behind = work + leg, floor + leg, floor_behind + leg
        if 2 * at == point:
            work_before, floor_before = work, floor
            work, floor = work + rest, floor + rest
            begun, floor_behind, hi_behind = work, np.int64(FAR_PAST), np.int64(FAR_FUTURE)
        slot = first_slot(layout, line[SLOT, i], line[SLOT_END, i], max(depart + work, floor))
        if slot < 0:
            return False, hi, work, floor, work_before, floor_before, np.int64(0)
        opens = np.int64(layout.opens[np.uint32(slot)])
        closes = np.int64(layout.closes[np.uint32(slot)])
        service = np.int64(line[SERVICE, i])
        floor, floor_behind = max(floor, opens) + service, max(floor_behind, opens) + service
        hi = min(hi, closes - work)
        hi_behind = min(hi_behind, closes - work + begun)
        work += service
        if 2 * at + 1 == point:
            work_before, floor_before = work, floor
            work, floor = work + rest, floor + rest
            begun, floor_behind, hi_behind = work, np.int64(FAR_PAST), np.int64(FAR_FUTURE)
    home = line[LEG, np.uint32(stops)]
    work, floor, floor_behind = work + home, floor + home, floor_behind + home
    lasts = max(work - begun, floor_behind - hi_behind)
    return True, hi, work, floor, work_before, floor_before, lasts


@inlined
def first_slot(layout: Layout, slot: int, end: int, arrive: int) -> int:
    """Return the first window in which a service can begin on arriving then, or -1."""
    for i in range(np.int64(slot), np.int64(end)):
        if arrive <= layout.closes[np.uint32(i)]:
            return i
    return -1
