"""When a service may begin, and whether times matter at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bookcar.optimiser.limits import most_of
from bookcar.optimiser.problem import Problem, Task, Window
from bookcar.optimiser.sisr.layout import FAR_FUTURE, FAR_PAST, Moments


def windows(problem: Problem) -> tuple[npt.NDArray[np.uint32], Moments, Moments]:
    """Return when a service may begin, by stop and day."""
    days = 1 + max(car.day for car in problem.car_days)
    slots, opens, closes = [0], [], []
    for task in problem.tasks:
        for day in range(days):
            for first, last in begins(task, task.windows.get(day, ())):
                opens.append(max(first, FAR_PAST))
                closes.append(min(last, FAR_FUTURE))
            slots.append(len(opens))
    return (
        np.array(slots, dtype=np.uint32),
        np.array(opens, dtype=np.int64),
        np.array(closes, dtype=np.int64),
    )


def begins(task: Task, windows: Sequence[Window]) -> list[Window]:
    """Return the windows as first and last beginning of a service, the useful ones, ascending."""
    spans = [(opens, closes - task.service_s) for opens, closes in windows]
    return [(first, last) for first, last in spans if first <= last]


def timed(problem: Problem) -> bool:
    """Tell whether times can ever matter: not if all is open while any route could last."""
    if problem.balance > 0 or problem.levels:
        return True
    if any(
        car.cost_hour > 0 or car.break_s > 0 or most_of(car, "driving") is not None
        for car in problem.car_days
    ):
        return True
    longest = 2**29
    return not all(
        car.starts + longest <= car.ends and car.max_seconds >= longest for car in problem.car_days
    ) or not all(
        _always_open(task.windows.get(day, ()), min(c.starts for c in problem.car_days))
        for task in problem.tasks
        for day in {car.day for car in problem.car_days}
    )


def _always_open(windows: Sequence[Window], starts: int) -> bool:
    return any(opens <= starts and closes >= starts + 2**29 for opens, closes in windows)
