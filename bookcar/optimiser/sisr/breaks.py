"""The times of a day that one break is not enough for, exactly as `bookcar.optimiser.breaks`.

That module says what the rules are and why, and what a point is; its functions stand here under the
same names. Lines are those of `bookcar.optimiser.sisr.clock` and of
`bookcar.optimiser.insertion.clock`, driven backwards without being written anew.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.compiled import compiled, inlined
from bookcar.optimiser.sisr.layout import FAR_FUTURE, FAR_PAST

LEG, SERVICE, SLOT, SLOT_END, REACH, REACH_NEXT = range(6)
"""Rows of a line: seconds to a stop (after the last: back), its service, its windows of the day;
then by point, from the first stop on, when it is reached at the earliest. A line is two columns
longer than twice its stops."""

LINE_ROWS = 6

NONE, BY_WORK, BY_DRIVING = 0, 1, 2
"""What is counted until a crew must rest."""

Line = npt.NDArray[np.int64]

Times = tuple[int, int]
"""Departure and return; a return of -1: no timing keeps every limit."""


class Day(NamedTuple):
    """What a route is held to: the day, and `bookcar.optimiser.breaks.BreakRule`.

    ``free`` lifts all opening hours.
    """

    starts: int
    ends: int
    longest: int
    rest: int
    first: int
    every: int
    driving: bool
    free: bool


@compiled
def with_breaks(line: Line, stops: int, opens: Line, closes: Line, day: Day, least: int) -> Times:
    """Return the times with as few breaks as will do, at least so many."""
    fewest = _fewest(line, stops, day)
    if fewest < 0 or stops == 0:
        return np.int64(0), np.int64(-1)
    work, driving = np.int64(0), np.int64(0)
    for i in range(stops + 1):
        driving += line[LEG, np.uint32(i)]
    for i in range(stops):
        work += line[SERVICE, np.uint32(i)]
    work += driving
    most = min(np.int64(2 * stops), _most_breaks(line, stops, closes, day, driving))
    first = np.int64(least) if least > fewest else np.int64(fewest)
    for count in range(first, most + 1):
        if work + count * day.rest > day.longest:
            break
        times = _with(line, stops, opens, closes, day, count)
        if times[1] >= 0:
            return times
    return np.int64(0), np.int64(-1)


@compiled
def _fewest(line: Line, stops: int, day: Day) -> int:
    """Return how many breaks are needed if every door is open; -1 if a leg is too long."""
    count, used, most = np.int64(0), np.int64(0), np.int64(day.first)
    for point in range(-1, 2 * stops):
        if point % 2:
            step = np.int64(line[LEG, np.uint32((point + 1) // 2)])
        elif day.driving:
            step = np.int64(0)
        else:
            step = np.int64(line[SERVICE, np.uint32(point // 2)])
        if used + step > most:
            count, used, most = count + 1, np.int64(0), np.int64(day.every)
            if point < 0 or step > most:
                return np.int64(-1)
        used += step
    return count


@inlined
def _most_breaks(line: Line, stops: int, closes: Line, day: Day, driving: int) -> int:
    """Return more breaks than can be needed."""
    span = np.int64(driving)
    if not day.driving:
        until = np.int64(day.ends)
        last = np.int64(line[SLOT_END, np.uint32(stops - 1)]) - 1
        if not day.free:
            leave = closes[np.uint32(last)] + line[SERVICE, np.uint32(stops - 1)]
            until = min(until, leave + day.rest + line[LEG, np.uint32(stops)])
        span = min(np.int64(day.longest), until - day.starts)
    return 2 * (max(np.int64(0), span) // max(np.int64(1), np.int64(day.every))) + 3


@compiled
def _with(line: Line, stops: int, opens: Line, closes: Line, day: Day, count: int) -> Times:
    """Return the best times with so many breaks."""
    depart = np.int64(day.starts)
    while True:
        back = _earliest(line, stops, opens, closes, day, count, depart, np.int64(0))
        if back >= FAR_FUTURE or back > day.ends:
            return np.int64(0), np.int64(-1)
        latest = -_earliest(line, stops, opens, closes, day, count, -back, np.int64(1))
        if back - latest <= day.longest:
            return latest, back
        depart = max(latest + 1, back - day.longest)


@compiled
def _earliest(
    line: Line, stops: int, opens: Line, closes: Line, day: Day, count: int, start: int,
    mirrored: int,
) -> int:  # fmt: skip
    """Return the earliest return with so many breaks; `FAR_FUTURE` if none."""
    end = 2 * stops
    row, following = np.uint32(REACH), np.uint32(REACH_NEXT)
    for behind in range(count + 1):
        for point in range(end + 1):
            line[following, np.uint32(point)] = FAR_FUTURE
        first = behind == (count if mirrored else 0)
        most = np.int64(day.first if first else day.every)
        if behind == 0:
            _stretch(
                line, stops, opens, closes, day, np.int64(-1), start, most, following, mirrored
            )
        else:
            for point in range(end):
                at = np.int64(line[row, np.uint32(point)])
                if at < FAR_FUTURE:
                    _stretch(
                        line, stops, opens, closes, day, point, at + day.rest, most, following,
                        mirrored,
                    )  # fmt: skip
        row, following = following, row
    return np.int64(line[row, np.uint32(end)])


@compiled
def _stretch(
    line: Line, stops: int, opens: Line, closes: Line, day: Day, source: int, start: int,
    most: int, row: np.uint32, mirrored: int,
) -> None:  # fmt: skip
    """Write when the points that a stretch leads to are reached, where that is earlier."""
    begin = np.int64(start)
    while True:
        work, floor, hi = np.int64(0), np.int64(FAR_PAST), np.int64(FAR_FUTURE)
        driven = np.int64(0)
        late = False
        for point in range(source, 2 * stops):
            if point % 2:
                at = (point + 1) // 2
                leg = np.int64(line[LEG, np.uint32(stops - at if mirrored else at)])
                work, floor, driven = work + leg, floor + leg, driven + leg
            else:
                at = point // 2
                stop = np.uint32(stops - 1 - at if mirrored else at)
                service = np.int64(line[SERVICE, stop])
                if not day.free:
                    first, last = _window(
                        line, stop, opens, closes, max(begin + work, floor), mirrored
                    )
                    if last < first:
                        return
                    hi = min(hi, last - work)
                    floor = max(floor, first)
                work, floor = work + service, floor + service
            if (driven if day.driving else work) > most:
                return
            if not day.driving and floor - hi > most:
                late = True
                break
            reached = np.uint32(point + 1)
            line[row, reached] = min(line[row, reached], max(begin + work, floor))
        if not late:
            return
        begin = hi + 1


@inlined
def _window(
    line: Line, stop: np.uint32, opens: Line, closes: Line, ready: int, mirrored: int
) -> tuple[int, int]:
    """Return the first window in which a service can begin, turned if time runs backwards."""
    first, end = np.int64(line[SLOT, stop]), np.int64(line[SLOT_END, stop])
    service = np.int64(line[SERVICE, stop])
    for i in range(end - first):
        slot = np.uint32(end - 1 - i if mirrored else first + i)
        begins, ends = np.int64(opens[slot]), np.int64(closes[slot])
        if mirrored:
            begins, ends = -ends - service, -begins - service
        if ready <= ends:
            return begins, ends
    return np.int64(1), np.int64(0)
