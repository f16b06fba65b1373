"""How much a route has of each limit, with some of those on time lifted."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import replace

from bookcar.optimiser.insertion.layout import BREAK, CODES, FAR, HOURS, RETURN, TIME, WORK
from bookcar.optimiser.limits import LIMITS, Limit, Measure
from bookcar.optimiser.problem import CarDay, Problem, Schedule, Task
from bookcar.optimiser.timing import legs_of, load_profile, timed, totals

_BY_CODE = {limit.code: limit for limit in LIMITS}


class Figures:
    """What a route has of each limit, with some of those on time lifted, given as bits."""

    def __init__(
        self, problem: Problem, car_day: int, order: Sequence[int], lifted: Collection[int]
    ) -> None:
        self.car = problem.car_days[car_day]
        self.tasks = [problem.tasks[k] for k in order]
        self.legs = legs_of(problem, self.car, self.tasks)
        self.loads = load_profile(problem, car_day, order)
        self.lifted = lifted

    def of(self, bit: int, spaced: tuple[int, int]) -> tuple[int, int]:
        """Return the figure of a limit, and what the car may have of it.

        ``spaced`` is how many days lie between the visits to one stop, and how many should.
        """
        if CODES[bit] == "spacing":
            return spaced
        if CODES[bit] == "time":
            return self._day(), self.car.max_seconds
        limit = _BY_CODE.get(CODES[bit])
        if limit is None or limit.measure == "open":
            return 0, 0
        return self._figure(limit), limit.of_car(self.car) or 0

    def _figure(self, limit: Limit) -> int:
        if limit.measure == "aboard":
            return max(self.loads[limit.load])
        if limit.measure in ("back", "away"):
            return self._times(limit.measure)
        if limit.measure == "break":
            return max(leg.seconds for leg in self.legs)
        sums: dict[Measure, int] = dict(totals(self.tasks, self.legs).items())
        return sums[limit.measure]

    def _day(self) -> int:
        """Return the working time that would do, if the latest return were as much later."""
        times = self._timed(FAR)
        assert times is not None
        over = max(times.back - self.car.ends, _away(times) - self.car.max_seconds)
        return self.car.max_seconds + self._least(over)

    def _times(self, measure: str) -> int:
        times = self._timed(FAR)
        assert times is not None
        if measure == "back":
            return times.back
        if {RETURN, TIME} & set(self.lifted):  # then the figures of both ends are of one day
            return _away(times)
        return self.car.max_seconds + self._least(_away(times) - self.car.max_seconds)

    def _least(self, over: int) -> int:
        """Return how far beyond the limits lifted a day has to go, ``over`` being enough.

        Who is back the earliest may have waited for what a later departure finds open.
        """
        return bisect_left(range(over), True, key=lambda beyond: self._timed(beyond) is not None)

    def _timed(self, beyond: int) -> Schedule | None:
        return timed(_lenient(self.car, self.lifted, beyond), self._opened(), self.legs)

    def _opened(self) -> list[Task]:
        if HOURS not in self.lifted:
            return self.tasks
        always = {self.car.day: ((0, FAR),)}
        return [replace(task, windows=always) for task in self.tasks]


def _away(times: Schedule) -> int:
    return times.back - times.depart


def _lenient(car: CarDay, lifted: Collection[int], beyond: int) -> CarDay:
    return replace(
        car,
        ends=car.ends + beyond if {RETURN, TIME} & set(lifted) else car.ends,
        max_seconds=car.max_seconds + beyond if {WORK, TIME} & set(lifted) else car.max_seconds,
        break_s=0 if BREAK in lifted else car.break_s,
    )
