"""How much a route has of each limit, with some of those on time lifted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bookcar.optimiser.insertion.layout import BREAK, CODES, FAR, HOURS, LOADS, RETURN, WORK
from bookcar.optimiser.limits import LOADS as LOAD_LIST
from bookcar.optimiser.problem import CarDay, Problem
from bookcar.optimiser.timing import load_profile, route_metres, schedule


def code_of(bit: int) -> str:
    """Return the code of a limit by its bit."""
    return CODES[bit] if bit < LOADS else LOAD_LIST[bit - LOADS].code


class Figures:
    """What a route has of each limit, with some of those on time lifted."""

    def __init__(
        self, problem: Problem, car_day: int, order: Sequence[int], lifted: Collection[int]
    ) -> None:
        self.car = problem.car_days[car_day]
        self.tasks = [problem.tasks[k] for k in order]
        self.route = replace(
            problem,
            tasks=tuple(
                replace(task, car_days=(0,), depot=None, windows=_windows(task.windows, lifted))
                for task in self.tasks
            ),
            car_days=(_lenient(self.car, lifted),),
            spacings=(),
            fixed=(),
        )
        self.every = range(len(order))

    def of(self, bit: int, spaced: tuple[int, int]) -> tuple[int, int]:
        """Return the figure of a limit, and what the car may have of it."""
        code = code_of(bit)
        if code == "spacing":
            return spaced
        if code in ("opening-hours", "fixed", "depot"):
            return 0, 0
        return self._of_car(code, bit)

    def _of_car(self, code: str, bit: int) -> tuple[int, int]:
        car, calls = self.car, sum(task.reload for task in self.tasks)
        if code in ("latest-return", "working-time"):
            return self._times(code)
        if bit >= LOADS:
            peaks = load_profile(self.route, self.every)
            return max(peaks[bit - LOADS]), car.capacity[bit - LOADS] or 0
        return {
            "stops": (len(self.tasks) - calls, car.max_stops or 0),
            "reloads": (calls, car.max_reloads or 0),
            "distance": (route_metres(self.route, 0, self.every), car.max_metres),
            "break": (self._longest_leg(), car.break_after_s),
        }[code]

    def _times(self, code: str) -> tuple[int, int]:
        times = schedule(self.route, 0, self.every)
        assert times is not None
        if code == "latest-return":
            return times.back, self.car.ends
        return times.back - times.depart, self.car.max_seconds

    def _longest_leg(self) -> int:
        places = [self.car.start, *(task.location for task in self.tasks), self.car.end]
        table = self.route.tables[self.car.table]
        return max(int(table.seconds[leg]) for leg in pairwise(places))


def _windows(
    windows: Mapping[int, tuple[tuple[int, int], ...]], lifted: Collection[int]
) -> Mapping[int, tuple[tuple[int, int], ...]]:
    return dict.fromkeys(windows, ((0, FAR),)) if HOURS in lifted else windows


def _lenient(car: CarDay, lifted: Collection[int]) -> CarDay:
    """Return a car-day without the limits that are no matter of time, nor some of those that are.

    What else it breaks is told beside them.
    """
    return replace(
        car,
        max_stops=None,
        max_reloads=None,
        max_metres=FAR,
        capacity=tuple(None for _ in car.capacity),
        ends=FAR if RETURN in lifted else car.ends,
        max_seconds=FAR if WORK in lifted else car.max_seconds,
        break_s=0 if BREAK in lifted else car.break_s,
    )
