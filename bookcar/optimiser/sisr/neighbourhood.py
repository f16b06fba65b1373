"""The neighbours of each stop: next to whom it is put, and around whom stops are removed."""

from __future__ import annotations

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


def neighbours(problem: Problem, metres: Grid, seconds: Grid) -> Records:
    """Return the neighbours of each stop, those that best follow or precede it first."""
    stops = len(problem.tasks)
    hidden, first = _hidden(problem)
    count = max(0, min(_count(problem), stops - int(hidden.sum()) - 1))
    near = np.zeros((stops, count), dtype=NEAR)
    spans = _spans(problem) if timed(problem) else []
    passable = metres[:stops, :stops] < IMPASSABLE
    total_metres, total_seconds = (
        int(table[:stops, :stops].sum(where=passable, dtype=np.int64))
        for table in (metres, seconds)
    )
    pace = max(1, total_metres) / max(1, total_seconds)
    services = np.array([task.service_s for task in problem.tasks], dtype=np.float64)
    for stop in range(stops):
        both = metres[stop, :stops].astype(np.float64) + metres[:stops, stop]
        both[hidden] = both[stop] = both[first[stop]] = np.inf
        close = _closest(both, _LOOKED_AT * count)
        both = both[close]
        if spans:
            legs = seconds[stop, close], seconds[close, stop]
            there = [(first[close], last[close]) for first, last in spans]
            here = [(float(first[stop]), float(last[stop])) for first, last in spans]
            both += 2 * pace * _out_of_step(here, services[stop], there, services[close], legs)
        nearest = close[np.argsort(both, kind="stable")[:count]]
        near["stop"][stop] = nearest
        near["from_it"][stop] = metres[nearest, stop]
        near["to_it"][stop] = metres[stop, nearest]
    return near


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


def _closest(both: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.int64]:
    """Return the numbers of the smallest entries, ascending, and of all that equal the last one.

    By their values, as which of equals a partition puts first differs between processors.
    """
    if len(both) <= count or count == 0:
        return np.arange(len(both))
    return np.flatnonzero(both <= np.partition(both, count - 1)[count - 1])


def _count(problem: Problem) -> int:
    if not all(task.required for task in problem.tasks):
        return NEIGHBOURS_PRIZED
    loads_only = not timed(problem) and not any(task.collected(0) for task in problem.tasks)
    return NEIGHBOURS_PLAIN if loads_only else NEIGHBOURS


Spans = list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]


def _spans(problem: Problem) -> Spans:
    """Return for each day when a service at each stop may begin first and last; nan if never."""
    spans = []
    for day in sorted({car.day for car in problem.car_days}):
        opening = [begins(task, task.windows.get(day, ())) for task in problem.tasks]
        first = [b[0][0] if b else np.nan for b in opening]
        last = [b[-1][1] if b else np.nan for b in opening]
        spans.append((np.array(first, dtype=np.float64), np.array(last, dtype=np.float64)))
    return spans


def _out_of_step(
    here: list[tuple[float, float]],
    service: float,
    there: Spans,
    services: npt.NDArray[np.float64],
    legs: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]],
) -> npt.NDArray[np.float64]:
    """Return by how many seconds windows keep a stop and others from following one another.

    On the best day, in the better order: a fifth of the least wait plus the least lateness, as in
    Vidal et al., "A hybrid genetic algorithm with adaptive diversity management for a large class
    of vehicle routing problems with time-windows", Computers & Operations Research 40(1), 2013.
    """
    least = np.full(len(services), float(IMPASSABLE))
    for (opens, closes), (first, last) in zip(here, there, strict=True):
        wait_to = first - (closes + service + legs[0])
        late_to = opens + service + legs[0] - last
        wait_from = opens - (last + services + legs[1])
        late_from = first + services + legs[1] - closes
        for wait, late in ((wait_to, late_to), (wait_from, late_from)):
            least = np.fmin(least, 0.2 * np.maximum(wait, 0) + np.maximum(late, 0))
    return least
