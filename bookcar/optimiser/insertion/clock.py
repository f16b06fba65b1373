"""The times of a route as `bookcar.optimiser.timing` has them, with any limit on time lifted.

That module says what the rules are and why; its `_walk`, `_fit` and `_fit_with_break` stand here
under the same names, and a test holds the two together. The clock of the search is another one: it
works on linked routes and needs no break that is of use, only one that is allowed.
"""

from __future__ import annotations

import numpy as np

from bookcar.compiled import compiled
from bookcar.optimiser.insertion.layout import FAR, Ints

LEG, SERVICE, SLOT, SLOT_END = 0, 1, 2, 3
"""Rows of a line: seconds to a stop (after the last: back), its service, its windows of the day."""

Times = tuple[int, int, bool]
"""Departure, return (-1: none), and whether a break comes too early to be of use."""

Span = tuple[bool, int, int, int, int, int]
"""Whether every window is met, the last departure that meets the same ones, ``work`` and ``floor``
of the whole route and until the break begins."""


@compiled
def best_times(
    line: Ints, stops: int, opens: Ints, closes: Ints, starts: int, ends: int,
    longest: int, break_s: int, break_after: int, free: bool,
) -> Times:  # fmt: skip
    """Return the times of the route of a line; ``free`` lifts all opening hours."""
    if break_s <= 0 or break_after >= longest:
        return _fit(line, stops, opens, closes, starts, ends, longest, -1, 0, FAR, free)
    met, _, work, floor, _, _ = _walk(line, stops, opens, closes, starts, -1, 0, free)
    if not met:
        return 0, -1, False
    earliest = max(starts + work, floor)
    best = _fit(line, stops, opens, closes, starts, ends, break_after, -1, 0, FAR, free)
    if best[1] == earliest or work + break_s > longest:
        return best
    ideal = max(earliest, starts + work + break_s)
    before = np.int64(0)
    for i in range(stops):
        before += line[LEG, i] + line[SERVICE, i]
    for leg in range(stops, -1, -1):
        until = before
        if leg > 0:
            before -= line[LEG, leg - 1] + line[SERVICE, leg - 1]
        else:
            until = line[LEG, 0]
        if until > break_after:
            continue
        times = _fit(
            line, stops, opens, closes, starts, ends, longest, leg, break_s, break_after, free
        )
        if times[1] >= 0 and _has_better_break(times, best):
            best = times
            if not times[2] and times[1] == ideal and times[1] - times[0] == work + break_s:
                break
    return best


@compiled
def _has_better_break(times: Times, best: Times) -> bool:
    if best[1] < 0:
        return True
    return _beats(times, best) if times[2] == best[2] else best[2]


@compiled
def _beats(times: Times, best: Times) -> bool:
    if best[1] < 0 or times[1] < best[1]:
        return True
    return times[1] == best[1] and times[0] > best[0]


@compiled
def _fit(
    line: Ints, stops: int, opens: Ints, closes: Ints, starts: int, ends: int,
    longest: int, paused: int, break_s: int, break_after: int, free: bool,
) -> Times:  # fmt: skip
    """Return the best times with the break, if any, on one leg."""
    best = (np.int64(0), np.int64(-1), False)
    lo = np.int64(starts)
    while True:
        met, hi, work, floor, work_before, floor_before = _walk(
            line, stops, opens, closes, lo, paused, break_s, free
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
            waited = max(work_before, floor_before - depart)
            times = (depart, back, paused >= 0 and 2 * waited < break_after)
            if back <= ends and _beats(times, best):
                best = times
        if hi >= FAR:
            return best
        lo = hi + 1


@compiled
def _walk(
    line: Ints, stops: int, opens: Ints, closes: Ints, depart: int, paused: int, break_s: int,
    free: bool,
) -> Span:  # fmt: skip
    """Drive the route from one departure, each stop in the first window that still fits."""
    work, floor, hi = np.int64(0), np.int64(-FAR), np.int64(FAR)
    work_before, floor_before = np.int64(0), np.int64(-FAR)
    for i in range(stops):
        leg = line[LEG, i]
        if i == paused:
            early = leg if i == 0 else np.int64(0)
            work_before, floor_before = work + early, floor + early
            leg += break_s
        work += leg
        floor += leg
        if not free:
            slot = _first_slot(line[SLOT, i], line[SLOT_END, i], closes, max(depart + work, floor))
            if slot < 0:
                return False, hi, work, floor, work_before, floor_before
            floor = max(floor, opens[slot])
            hi = min(hi, closes[slot] - work)
        work += line[SERVICE, i]
        floor += line[SERVICE, i]
    if paused == stops:
        work_before, floor_before = work, floor
        work += break_s
        floor += break_s
    home = line[LEG, stops]
    return True, hi, work + home, floor + home, work_before, floor_before


@compiled
def _first_slot(slot: int, end: int, closes: Ints, arrive: int) -> int:
    """Return the first window in which a service can begin on arriving then, or -1."""
    for i in range(slot, end):
        if arrive <= closes[i]:
            return i
    return -1
