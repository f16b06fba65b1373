"""The times of a route, exactly as `bookcar.optimiser.timing.schedule` gives them, compiled.

That module says what the rules are and why; its `_walk`, `_fit` and `_fit_with_break` stand here
under the same names, and a test holds the two together. A route is spelled out in scratch space,
one stop longer than it is if the question is what that stop would change.
"""

from __future__ import annotations

import numpy as np

from bookcar.compiled import compiled, inlined
from bookcar.optimiser.sisr.layout import FAR_FUTURE, FAR_PAST, Layout
from bookcar.optimiser.sisr.state import State

NO_STOP = np.uint32(2**32 - 1)

LEG, SERVICE, SLOT, SLOT_END = 0, 1, 2, 3
"""Rows of the scratch space: seconds to a stop (after the last: back), seconds of its service, and
where its windows of the day begin and end."""

Times = tuple[int, int]
"""Departure and return; a return of -1: no timing keeps every limit."""

Span = tuple[bool, int, int, int, int, int]
"""Whether every window is met, the last departure that meets the same ones, ``work`` and ``floor``
of the whole route and until the break begins."""


@compiled
def best_times(layout: Layout, state: State, stop: np.uint32, after: np.uint32) -> Times:
    """Return the best times of the route of a node, a stop put after the node unless `NO_STOP`."""
    number = np.uint32(state.nodes[after].route)
    car = layout.cars[number]
    stops = _spell(layout, state, stop, after)
    if not car.breaks:
        return _fit(layout, state, stops, car.starts, car.ends, car.max_seconds, -1, 0, FAR_FUTURE)
    met, _, work, floor, _, _ = _walk(layout, state, stops, car.starts, -1, 0)
    if not met:
        return 0, -1
    earliest = max(car.starts + work, floor)
    times = _fit(layout, state, stops, car.starts, car.ends, car.break_after, -1, 0, FAR_FUTURE)
    if times[1] == earliest or work + car.break_s > car.max_seconds or stops == 0:
        return times
    ideal = max(earliest, car.starts + work + car.break_s)
    return _fit_with_break(layout, state, stops, number, times, ideal, work + car.break_s)


@inlined
def _spell(layout: Layout, state: State, stop: np.uint32, after: np.uint32) -> int:
    """Write the route into the scratch space; return its number of stops."""
    car = layout.cars[np.uint32(state.nodes[after].route)]
    seconds = layout.seconds[np.uint32(car.table)]
    line, stops = state.line, np.uint32(layout.facts[0].stops)
    node = stops + np.uint32(state.nodes[after].route)
    count, pending = 0, stop
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
def _fit_with_break(
    layout: Layout, state: State, stops: int, number: np.uint32, best: Times, ideal: int, work: int
) -> Times:
    """Try the break on every leg, the last first."""
    car = layout.cars[number]
    before = np.int64(0)
    for i in range(stops):
        before += state.line[LEG, np.uint32(i)] + state.line[SERVICE, np.uint32(i)]
    for leg in range(stops, -1, -1):
        until = before
        if leg > 0:
            i = np.uint32(leg - 1)
            before -= state.line[LEG, i] + state.line[SERVICE, i]
        else:
            until = np.int64(state.line[LEG, 0])
        if until > car.break_after:
            continue
        times = _fit(
            layout, state, stops, car.starts, car.ends,
            car.max_seconds, leg, car.break_s, car.break_after,
        )  # fmt: skip
        if times[1] >= 0 and _beats(times, best):
            best = times
            if times[1] == ideal and times[1] - times[0] == work:
                break
    return best


@inlined
def _beats(times: Times, best: Times) -> bool:
    if best[1] < 0 or times[1] < best[1]:
        return True
    return times[1] == best[1] and times[0] > best[0]


@compiled
def _fit(
    layout: Layout, state: State, stops: int, starts: int, ends: int,
    longest: int, paused: int, break_s: int, break_after: int,
) -> Times:  # fmt: skip
    """Return the best times with the break, if any, on one leg."""
    best = (np.int64(0), np.int64(-1))
    lo = np.int64(starts)
    while True:
        met, hi, work, floor, work_before, floor_before = _walk(
            layout, state, stops, lo, paused, break_s
        )
        if not met or work > longest or work_before > break_after:
            return best
        reached = max(lo + work, floor)
        if reached > ends or (best[1] >= 0 and reached > best[1]):
            return best
        earliest = max(lo, floor - longest, floor_before - break_after)
        if earliest <= hi:
            depart = min(max(earliest, floor - work), hi)
            back = max(depart + work, floor)
            if back <= ends and _beats((depart, back), best):
                best = (depart, back)
        if hi >= FAR_FUTURE:
            return best
        lo = hi + 1


@compiled
def _walk(layout: Layout, state: State, stops: int, depart: int, paused: int, break_s: int) -> Span:
    """Drive the route from one departure, each stop in the first window that still fits."""
    line = state.line
    work, floor, hi = np.int64(0), np.int64(FAR_PAST), np.int64(FAR_FUTURE)
    work_before, floor_before = np.int64(0), np.int64(FAR_PAST)
    for at in range(stops):
        i = np.uint32(at)
        leg = np.int64(line[LEG, i])
        if at == paused:
            early = leg if at == 0 else np.int64(0)
            work_before, floor_before = work + early, floor + early
            leg += break_s
        work += leg
        floor += leg
        slot = first_slot(layout, line[SLOT, i], line[SLOT_END, i], max(depart + work, floor))
        if slot < 0:
            return False, hi, work, floor, work_before, floor_before
        floor = max(floor, np.int64(layout.opens[np.uint32(slot)])) + line[SERVICE, i]
        hi = min(hi, layout.closes[np.uint32(slot)] - work)
        work += line[SERVICE, i]
    if paused == stops:
        work_before, floor_before = work, floor
        work += break_s
        floor += break_s
    home = line[LEG, np.uint32(stops)]
    return True, hi, work + home, floor + home, work_before, floor_before


@inlined
def first_slot(layout: Layout, slot: int, end: int, arrive: int) -> int:
    """Return the first window in which a service can begin on arriving then, or -1."""
    for i in range(np.int64(slot), np.int64(end)):
        if arrive <= layout.closes[np.uint32(i)]:
            return i
    return -1
