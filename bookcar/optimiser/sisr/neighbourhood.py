"""The neighbours of each stop: next to whom it is put, and around whom stops are removed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bookcar.optimiser.problem import Problem
from bookcar.optimiser.sisr.layout import IMPASSABLE, NEAR, Grid, Records
from bookcar.optimiser.sisr.times import begins, timed

NEIGHBOURS_PLAIN, NEIGHBOURS, NEIGHBOURS_PRIZED = 20, 40, 60
"""How many neighbours of a stop are looked at: few where a look costs little and all are served,
more where a stop may have to move to another day."""

_LOOKED_AT = 8
"""As many times more of the closest stops are looked at, for those that windows bring together."""

_BLOCK, _TILE = 128, 512
"""So many stops are looked at together, by so many columns of their rows."""

_NEVER = np.iinfo(np.uint32).max
"""No way there and back is as long."""


def neighbours(problem: Problem, metres: Grid, seconds: Grid) -> Records:
    """Return the neighbours of each stop, those that best follow or precede it first."""
    stops = len(problem.tasks)
    hidden, first = _hidden(problem)
    count = max(0, min(_count(problem), stops - int(hidden.sum()) - 1))
    near = np.zeros((stops, count), dtype=NEAR)
    if count == 0:
        return near
    steps = _Steps.of(problem, metres, seconds) if timed(problem) else None
    for begin in range(0, stops, _BLOCK):
        block = np.arange(begin, min(begin + _BLOCK, stops))
        to_it, from_it = metres[block, :stops], turned(metres, block, stops)
        both = to_it.view(np.uint32) + from_it.view(np.uint32)  # twice impassable fits in these
        both[:, hidden] = _NEVER
        both[np.arange(len(block)), block] = _NEVER
        both[np.arange(len(block)), first[block]] = _NEVER
        rows, close = _closest(both, _LOOKED_AT * count)
        apart = both[rows, close].astype(np.float64)
        apart[apart == _NEVER] = np.inf
        if steps is not None:
            apart += steps.out_of_step(block, rows, close)
        ends = np.searchsorted(rows, np.arange(len(block) + 1))
        for row, (one, other) in enumerate(pairwise(ends)):
            nearest = close[one:other][np.argsort(apart[one:other], kind="stable")[:count]]
            near["stop"][begin + row] = nearest
            near["from_it"][begin + row] = from_it[row, nearest]
            near["to_it"][begin + row] = to_it[row, nearest]
    return near


def turned(table: Grid, columns: npt.NDArray[np.intp], rows: int) -> Grid:
    """Return columns that follow one another, as far as so many rows, with a row for each.

    Tile by tile: column by column, every entry of a large table would be fetched from memory.
    """
    found = np.empty((len(columns), rows), dtype=table.dtype)
    first, last = int(columns[0]), int(columns[-1]) + 1
    for left in range(first, last, _BLOCK):
        right = min(left + _BLOCK, last)
        for top in range(0, rows, _TILE):
            tile = table[top : min(top + _TILE, rows), left:right]
            found[left - first : right - first, top : top + _TILE] = tile.T
    return found


def _hidden(problem: Problem) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Return which tasks are no neighbours, and for each task the one that stands for its group.

    Reloads, and of each group all but the first: the others are at the same stop.
    """
    hidden = np.array([task.reload for task in problem.tasks], dtype=np.bool_)
    first = np.arange(len(problem.tasks))
    for group in problem.groups:
        first[list(group.tasks)] = group.tasks[0]
        hidden[list(group.tasks[1:])] = True
    return hidden, first


def _closest(
    both: npt.NDArray[np.uint32], count: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return row and column of the smallest entries of each row, and of all that equal the last.

    By their values, as which of equals a partition puts first differs between processors.
    """
    if both.shape[1] <= count:
        largest = np.full(len(both), _NEVER, dtype=np.uint32)
    else:
        largest = np.partition(both, count - 1, axis=1)[:, count - 1]
    rows, close = np.nonzero(both <= largest[:, None])
    return rows, close


def _count(problem: Problem) -> int:
    if not all(task.required for task in problem.tasks):
        return NEIGHBOURS_PRIZED
    loads_only = not timed(problem) and not any(task.collected(0) for task in problem.tasks)
    return NEIGHBOURS_PLAIN if loads_only else NEIGHBOURS


@dataclass(frozen=True)
class _Steps:
    """When services may begin, to tell how far stops are out of step: see `out_of_step`.

    ``first`` and ``last``, shape (days, stops): when a service begins at the earliest and at the
    latest, nan where it never does; ``pace`` is the mean speed, in metres a second.
    """

    first: npt.NDArray[np.float64]
    last: npt.NDArray[np.float64]
    services: npt.NDArray[np.float64]
    seconds: Grid
    pace: float

    @classmethod
    def of(cls, problem: Problem, metres: Grid, seconds: Grid) -> _Steps:
        """Return the steps of a problem with windows."""
        opening = [
            [begins(task, task.windows.get(day, ())) for task in problem.tasks]
            for day in sorted({car.day for car in problem.car_days})
        ]
        return cls(
            first=np.array([[b[0][0] if b else np.nan for b in day] for day in opening]),
            last=np.array([[b[-1][1] if b else np.nan for b in day] for day in opening]),
            services=np.array([task.service_s for task in problem.tasks], dtype=np.float64),
            seconds=seconds,
            pace=_pace(metres, seconds, len(problem.tasks)),
        )

    def out_of_step(
        self,
        block: npt.NDArray[np.intp],
        rows: npt.NDArray[np.intp],
        close: npt.NDArray[np.intp],
    ) -> npt.NDArray[np.float64]:
        """Return for pairs, of one in ``block`` and one close to it, what windows keep them apart.

        In metres there and back: a fifth of the least wait plus the least lateness, on the best
        day, in the better order, as in Vidal et al., "A hybrid genetic algorithm with adaptive
        diversity management for a large class of vehicle routing problems with time-windows",
        Computers & Operations Research 40(1), 2013.
        """
        stops, here = len(self.services), block[rows]
        to_it = self.seconds[block, :stops][rows, close]
        from_it = turned(self.seconds, block, stops)[rows, close]
        after, before = self.services[here] + to_it, self.services[close] + from_it
        least = np.full(len(close), float(IMPASSABLE))
        for first, last in zip(self.first, self.last, strict=True):
            opens, closes = first[here], last[here]
            theirs, ends = first[close], last[close]
            behind = _off(theirs - (closes + after), opens + after - ends)
            ahead = _off(opens - (ends + before), theirs + before - closes)
            np.fmin(least, np.fmin(behind, ahead, out=ahead), out=least)
        return 2 * self.pace * least


def _off(wait: npt.NDArray[np.float64], late: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return a fifth of the waits and the latenesses, those below 0 being none, in ``wait``."""
    np.maximum(wait, 0, out=wait)
    wait *= 0.2
    wait += np.maximum(late, 0, out=late)
    return wait


def _pace(metres: Grid, seconds: Grid, stops: int) -> float:
    """Return the mean speed over all legs between stops that are passable."""
    totals = [0, 0]
    for begin in range(0, stops, _BLOCK):
        block = slice(begin, min(begin + _BLOCK, stops))
        passable = metres[block, :stops] < IMPASSABLE
        for k, table in enumerate((metres, seconds)):
            totals[k] += int(table[block, :stops].sum(where=passable, dtype=np.int64))
    return max(1, totals[0]) / max(1, totals[1])
