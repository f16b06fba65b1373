"""The times of a route as `bookcar.optimiser.timing` has them, with any limit on time lifted.

`bookcar.optimiser.route_times` says what the rules are and why; its `_walk`, `_fit` and `_with_one`
stand here under the same names, and a test holds the two together. The clock of the search is
another one: it works on linked routes and needs no break that is of use, only one that is allowed.
"""

from __future__ import annotations

import numpy as np

from bookcar.compiled import compiled
from bookcar.optimiser.insertion.layout import FAR, Ints
from bookcar.optimiser.sisr.breaks import LEG, SERVICE, SLOT, SLOT_END, Day, with_breaks

NOWHERE = -1
"""The point of a break that is not taken."""

Times = tuple[int, int, bool]
"""Departure, return (-1: none), and whether a break comes too early to be of use."""

Span = tuple[bool, int, int, int, int, int, int]
"""Whether every window is met, the last departure that meets the same ones, ``work`` and ``floor``
of the whole route and until the break begins, and how long what comes behind it takes."""


@compiled
def best_times(line: Ints, stops: int, opens: Ints, closes: Ints, day: Day) -> Times:
    """Return the times of the route of a line."""
    longest, driving = np.int64(day.longest), np.int64(0)
    for i in range(stops + 1):
        driving += line[LEG, i]
    if day.rest <= 0 or day.first >= longest or (day.driving and driving <= day.first):
        return _fit(line, stops, opens, closes, day, np.int64(NOWHERE), longest)
    met, _, work, floor, _, _, _ = _walk(
        line, stops, opens, closes, day, day.starts, np.int64(NOWHERE)
    )
    if not met:
        return np.int64(0), np.int64(-1), False
    earliest = max(day.starts + work, floor)
    best = (np.int64(0), np.int64(-1), False)
    if not day.driving:
        best = _fit(line, stops, opens, closes, day, np.int64(NOWHERE), day.first)
    if best[1] == earliest or work + day.rest > longest:
        return best
    best = _with_one(line, stops, opens, closes, day, best, earliest, work + day.rest)
    if best[1] >= 0:
        return best
    times = with_breaks(line, stops, opens, closes, day, np.int64(1))
    return times[0], times[1], False


@compiled
def _with_one(
    line: Ints, stops: int, opens: Ints, closes: Ints, day: Day, best: Times, earliest: int,
    work: int,
) -> Times:  # fmt: skip
    """Try the break at every point, the last first: after a stop, or before the next one."""
    ideal = max(earliest, day.starts + work)
    total = np.int64(0)
    for i in range(stops):
        total += line[LEG, i] + _counted(line, i, day)
    used, total = total, total + line[LEG, stops]
    for stop in range(stops, -1, -1):
        times = (np.int64(0), np.int64(-1), False)
        if stop > 0 and used <= day.first and total - used <= day.every:
            times = _fit_around(line, stops, opens, closes, day, 2 * stop - 1, used)
        if times[1] < 0 and stop < stops:
            later = used + line[LEG, stop]
            if later <= day.first and total - later <= day.every:
                times = _fit_around(line, stops, opens, closes, day, 2 * stop, later)
        if times[1] >= 0 and _has_better_break(times, best):
            best = times
            if not times[2] and times[1] == ideal and times[1] - times[0] == work:
                break
        if stop > 0:
            used -= line[LEG, stop - 1] + _counted(line, stop - 1, day)
    return best


@compiled
def _counted(line: Ints, stop: int, day: Day) -> int:
    """Return what a service takes of the time until a break."""
    return np.int64(0) if day.driving else line[SERVICE, stop]


@compiled
def _fit_around(
    line: Ints, stops: int, opens: Ints, closes: Ints, day: Day, point: int, used: int
) -> Times:
    """Return the best times with the break at a point."""
    times = _fit(line, stops, opens, closes, day, point, day.longest)
    if day.driving:
        return times[0], times[1], 2 * used < day.first
    return times


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
    line: Ints, stops: int, opens: Ints, closes: Ints, day: Day, point: int, longest: int
) -> Times:
    """Return the best times with the break, if any, at a point."""
    counts = point != NOWHERE and not day.driving
    before = np.int64(day.first) if counts else np.int64(FAR)
    behind = np.int64(day.every) if counts else np.int64(FAR)
    best = (np.int64(0), np.int64(-1), False)
    lo = np.int64(day.starts)
    while True:
        met, hi, work, floor, work_before, floor_before, lasts = _walk(
            line, stops, opens, closes, day, lo, point
        )
        if not met or work > longest or work_before > before:
            return best
        reached = max(lo + work, floor)
        if reached > day.ends or (best[1] >= 0 and reached > best[1]):
            return best
        earliest = max(lo, floor - longest, floor_before - before)
        if earliest <= hi and lasts <= behind:
            depart = min(max(earliest, floor - work), hi)
            back = max(depart + work, floor)
            waited = max(work_before, floor_before - depart)
            times = (depart, back, counts and 2 * waited < before)
            if back <= day.ends and _beats(times, best):
                best = times
        if hi >= FAR:
            return best
        lo = hi + 1


@compiled
def _walk(
    line: Ints, stops: int, opens: Ints, closes: Ints, day: Day, depart: int, point: int
) -> Span:
    """Drive the route from one departure, each stop in the first window that still fits."""
    work, floor, hi = np.int64(0), np.int64(-FAR), np.int64(FAR)
    work_before, floor_before, begun = np.int64(0), np.int64(-FAR), np.int64(0)
    floor_behind, hi_behind = np.int64(-FAR), np.int64(FAR)
    for at in range(2 * stops):
        i = at // 2
        if at % 2 == 0:
            leg = line[LEG, i]
            work, floor, floor_behind = work + leg, floor + leg, floor_behind + leg
        else:
            service = line[SERVICE, i]
            if not day.free:
                ready = max(depart + work, floor)
                slot = _first_slot(line[SLOT, i], line[SLOT_END, i], closes, ready)
                if slot < 0:
                    return False, hi, work, floor, work_before, floor_before, np.int64(0)
                floor, floor_behind = max(floor, opens[slot]), max(floor_behind, opens[slot])
                hi = min(hi, closes[slot] - work)
                hi_behind = min(hi_behind, closes[slot] - work + begun)
            work += service
            floor, floor_behind = floor + service, floor_behind + service
        if at == point:
            work_before, floor_before = work, floor
            work, floor = work + day.rest, floor + day.rest
            begun, floor_behind, hi_behind = work, np.int64(-FAR), np.int64(FAR)
    home = line[LEG, stops]
    work, floor, floor_behind = work + home, floor + home, floor_behind + home
    lasts = max(work - begun, floor_behind - hi_behind)
    return True, hi, work, floor, work_before, floor_before, lasts


@compiled
def _first_slot(slot: int, end: int, closes: Ints, arrive: int) -> int:
    """Return the first window in which a service can begin on arriving then, or -1."""
    for i in range(slot, end):
        if arrive <= closes[i]:
            return i
    return -1
