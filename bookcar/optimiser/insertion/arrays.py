"""A problem's tasks and car-days as the arrays that the scan of places reads."""

from __future__ import annotations

import numpy as np

from bookcar.optimiser.insertion.layout import FAR, TOTALS, CarArrays, Ints, TaskArrays
from bookcar.optimiser.limits import SUMS
from bookcar.optimiser.problem import Loaded, Problem, Task
from bookcar.optimiser.timing import first_store, loads_of, store_at


def task_arrays(problem: Problem) -> TaskArrays:
    """Return the tasks of a problem."""
    loads, tasks = range(loads_of(problem)), problem.tasks
    slots, opens, closes = _windows(problem)
    return TaskArrays(
        place=_ints([task.location for task in tasks]),
        service=_ints([task.service_s for task in tasks]),
        depot=_ints([-1 if task.depot is None else task.depot for task in tasks]),
        reload=_ints([task.reload for task in tasks]),
        store=_ints([store_at(task) if task.reload else -1 for task in tasks]),
        drops=_ints([[task.taken(load) for load in loads] for task in tasks]),
        collects=_ints([[task.gained(load) for load in loads] for task in tasks]),
        loaded=_ints([[_known(task.loaded, load) for load in loads] for task in tasks]),
        slots=slots,
        opens=opens,
        closes=closes,
    )


def _windows(problem: Problem) -> tuple[Ints, Ints, Ints]:
    days = 1 + max(car.day for car in problem.car_days)
    slots, opens, closes = [0], [], []
    for task in problem.tasks:
        for day in range(days):
            for first, last in _begins(task, day):
                opens.append(first)
                closes.append(last)
            slots.append(len(opens))
    return _ints(slots), _ints([*opens, 0]), _ints([*closes, 0])


def _begins(task: Task, day: int) -> list[tuple[int, int]]:
    """Return the first and last beginning of a service in each window that it fits into."""
    spans = ((opens, closes - task.service_s) for opens, closes in task.windows.get(day, ()))
    return [(first, last) for first, last in spans if first <= last]


def car_arrays(problem: Problem) -> CarArrays:
    """Return the car-days of a problem."""
    cars = problem.car_days
    loads, drivers = range(loads_of(problem)), numbered_drivers(problem)
    return CarArrays(
        day=_ints([car.day for car in cars]),
        start=_ints([car.start for car in cars]),
        end=_ints([car.end for car in cars]),
        starts=_ints([car.starts for car in cars]),
        ends=_ints([car.ends for car in cars]),
        longest=_ints([car.max_seconds for car in cars]),
        break_s=_ints([car.break_s for car in cars]),
        break_after=_ints([max(0, car.break_after_s - car.break_used_s) for car in cars]),
        break_every=_ints([car.break_after_s for car in cars]),
        by_driving=_ints([car.break_rule == "driving" for car in cars]),
        driver=_ints([drivers.get(car.driver, -1) for car in cars]),
        most=_ints([[_most(_of(car.most, k)) for k in range(len(SUMS))] for car in cars]),
        totals=_ints([TOTALS.index(one.total) for one in SUMS]),
        store=_ints([first_store(car) for car in cars]),
        loaded=_ints([[_known(car.loaded, load) for load in loads] for car in cars]),
        capacity=_ints([[_most(_of(car.capacity, load)) for load in loads] for car in cars]),
        fixed_cost=np.array([car.fixed_cost for car in cars], dtype=np.float64),
        cost_km=np.array([car.cost_km for car in cars], dtype=np.float64),
        cost_hour=np.array([car.cost_hour for car in cars], dtype=np.float64),
    )


def numbered_drivers(problem: Problem) -> dict[int | None, int]:
    """Return the drivers of a problem, counted from 0."""
    names = sorted({car.driver for car in problem.car_days if car.driver is not None})
    return {name: number for number, name in enumerate(names)}


def bits(mask: int) -> tuple[int, ...]:
    """Return the bits that are set, ascending."""
    return tuple(bit for bit in range(mask.bit_length()) if mask >> bit & 1)


def _known(loaded: Loaded | None, load: int) -> int:
    return 0 if loaded is None else loaded.of(load)


def _of(limits: tuple[int | None, ...], place: int) -> int | None:
    return limits[place] if place < len(limits) else None


def _most(limit: int | None) -> int:
    return FAR if limit is None else limit


def _ints(values: list[int] | list[bool] | list[list[int]]) -> Ints:
    return np.array(values, dtype=np.int64)
