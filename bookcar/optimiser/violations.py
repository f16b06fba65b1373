"""What a route made by hand breaks: every limit with its figures, and times all the same.

The search wants only routes that keep every limit. A person who drags a stop wants to see the
times that come out and which limit they break, so the limits on time are lifted one after the
other until a timing exists. The board's script does the same steps (``pages/board_timing.js``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, NamedTuple

from bookcar.optimiser.limits import LOADS
from bookcar.optimiser.problem import CarDay, Problem, Schedule
from bookcar.optimiser.timing import load_profile, schedule

Code = Literal["road", "stops", "km", "books", "kg", "late", "long", "break", "closed"]

_FAR = 10**9  # beyond any time of day, in seconds

# Which limits on time are lifted: latest return, longest day, opening hours, break.
_LIFTED = ("", "e", "l", "el", "w", "we", "wl", "wel", "welb")


class Violation(NamedTuple):
    """A broken limit: what the route has and what it may have, in metres, seconds, books or kg.

    ``position`` is that of the stop it happens at or before, from 0; None for the whole route.
    """

    code: Code
    figure: int
    limit: int
    position: int | None = None


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A route as it would be driven: ``times`` is None where no road leads on.

    ``aboard`` has for each load what is aboard on leaving the depot and after each stop.
    """

    times: Schedule | None
    metres: int
    aboard: tuple[tuple[int, ...], ...]
    violations: tuple[Violation, ...]


def try_route(problem: Problem, car_day: int, order: Sequence[int]) -> Trial:
    """Time a route whatever it breaks, and list what it breaks.

    Parameters
    ----------
    problem
        Its tasks may be served on every car-day; `refusal` tells what a stop does not allow.
    order
        At least one task.
    """
    car = problem.car_days[car_day]
    aboard = tuple(tuple(levels) for levels in load_profile(problem, order))
    legs = _legs(problem, car, order)
    gaps = [k for k, (seconds, metres) in enumerate(legs) if min(seconds, metres) < 0]
    metres = sum(max(metres, 0) for _, metres in legs)
    violations = [Violation("road", 0, 0, k) for k in gaps]
    stops = sum(not problem.tasks[k].reload for k in order)
    violations += _over_limits(car, stops, metres, [max(levels) for levels in aboard])
    times = None
    if not gaps:
        times, late = _timed(problem, car_day, order)
        violations += late
    return Trial(times=times, metres=metres, aboard=aboard, violations=tuple(violations))


def _legs(problem: Problem, car: CarDay, order: Sequence[int]) -> list[tuple[int, int]]:
    table = problem.tables[car.table]
    places = [car.start, *(problem.tasks[k].location for k in order), car.end]
    return [(int(table.seconds[hop]), int(table.metres[hop])) for hop in pairwise(places)]


def _over_limits(car: CarDay, stops: int, metres: int, peaks: Sequence[int]) -> Iterator[Violation]:
    if car.max_stops is not None and stops > car.max_stops:
        yield Violation("stops", stops, car.max_stops)
    if metres > car.max_metres:
        yield Violation("km", metres, car.max_metres)
    for load, peak, most in zip(LOADS, peaks, car.capacity, strict=True):
        if most is not None and peak > most:
            yield Violation(load.code, peak, most)


def _timed(
    problem: Problem, car_day: int, order: Sequence[int]
) -> tuple[Schedule, list[Violation]]:
    for lifted in _LIFTED:
        times = schedule(_lenient(problem, car_day, lifted), car_day, order)
        if times is not None:
            return times, list(_late(problem, car_day, order, times, no_break="b" in lifted))
    raise AssertionError("without any limit a passable route has times")


def _lenient(problem: Problem, car_day: int, lifted: str) -> Problem:
    """Return the problem with no limit but those on time, and of these not the ``lifted`` ones.

    Where batches come aboard is no limit either: a route fixed by hand is supplied as it stands.
    """
    car = problem.car_days[car_day]
    car = replace(
        car,
        max_stops=None,
        max_reloads=None,
        max_metres=10 * _FAR,
        capacity=tuple(None for _ in car.capacity),
        ends=10 * _FAR if "e" in lifted else car.ends,
        max_seconds=10 * _FAR if "l" in lifted else car.max_seconds,
        break_s=0 if "b" in lifted else car.break_s,
    )
    days = (*problem.car_days[:car_day], car, *problem.car_days[car_day + 1 :])
    tasks = tuple(replace(task, depot=None) for task in problem.tasks)
    if "w" in lifted:
        tasks = tuple(
            replace(task, windows={day: (*w, (0, _FAR)) for day, w in task.windows.items()})
            for task in tasks
        )
    return replace(problem, car_days=days, tasks=tasks)


def _late(
    problem: Problem, car_day: int, order: Sequence[int], times: Schedule, *, no_break: bool
) -> Iterator[Violation]:
    car = problem.car_days[car_day]
    if times.back > car.ends:
        yield Violation("late", times.back, car.ends)
    if times.back - times.depart > car.max_seconds:
        yield Violation("long", times.back - times.depart, car.max_seconds)
    if no_break:
        yield Violation("break", 0, car.break_after_s)
    for k, task in enumerate(order):
        windows = problem.tasks[task].windows[car.day]
        if not any(o <= times.begin[k] and times.leave[k] <= c for o, c in windows):
            yield Violation("closed", times.begin[k], 0, k)
