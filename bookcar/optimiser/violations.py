"""What a route made by hand breaks: every limit with its figures, and times all the same.

The search wants only routes that keep every limit. A person who drags a stop wants to see the
times that come out and which limit they break, so the limits on time are lifted one after the
other until a timing exists. The board's script does the same steps (``pages/board_timing.js``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bookcar.optimiser.limits import LIMITS, Limit, Measure, Total
from bookcar.optimiser.problem import CarDay, Problem, Schedule, Task
from bookcar.optimiser.timing import Leg, legs_of, load_profile, passable, timed, totals

_FAR = 10**9  # beyond any time of day, in seconds

_Lifted = frozenset[Measure]

# Which limits on time are lifted in turn, until a timing exists.
_LIFTED: tuple[_Lifted, ...] = (
    frozenset(),
    frozenset({"back"}),
    frozenset({"away"}),
    frozenset({"back", "away"}),
    frozenset({"open"}),
    frozenset({"open", "back"}),
    frozenset({"open", "away"}),
    frozenset({"open", "back", "away"}),
    frozenset({"open", "back", "away", "break"}),
)


class Violation(NamedTuple):
    """A broken limit: what the route has and what it may have, in the limit's unit.

    ``code`` is that of the `Limit`; ``position`` that of the stop it happens at or before, from 0,
    None for the whole route.
    """

    code: str
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


@dataclass(frozen=True, kw_only=True)
class _Route:
    """A route with all that its limits are held against."""

    car: CarDay
    tasks: tuple[Task, ...]
    legs: Sequence[Leg]
    totals: Mapping[Total, int]
    aboard: tuple[tuple[int, ...], ...]
    times: Schedule | None
    lifted: _Lifted


def try_route(problem: Problem, car_day: int, order: Sequence[int]) -> Trial:
    """Time a route whatever it breaks, and list what it breaks.

    Where batches come aboard is no limit: a route fixed by hand is supplied as it stands.

    Parameters
    ----------
    problem
        Its tasks may be served on every car-day; `refusal` tells what a stop does not allow.
    order
        At least one task.
    """
    car = problem.car_days[car_day]
    tasks = tuple(problem.tasks[k] for k in order)
    legs = legs_of(problem, car, tasks)
    times, lifted = _timed(car, tasks, legs) if passable(legs) else (None, frozenset[Measure]())
    route = _Route(
        car=car,
        tasks=tasks,
        legs=legs,
        totals=totals(tasks, legs),
        aboard=tuple(tuple(levels) for levels in load_profile(problem, car_day, order)),
        times=times,
        lifted=lifted,
    )
    return Trial(
        times=times,
        metres=route.totals["metres"],
        aboard=route.aboard,
        violations=tuple(found for limit in LIMITS for found in _broken(limit, route)),
    )


def _timed(
    car: CarDay, tasks: tuple[Task, ...], legs: Sequence[Leg]
) -> tuple[Schedule | None, _Lifted]:
    """Return the times with as few limits lifted as must be, and which."""
    for lifted in _LIFTED:
        times = timed(_lenient(car, lifted), [_open(task, car, lifted) for task in tasks], legs)
        if times is not None:
            return times, lifted
    raise AssertionError("without any limit a passable route has times")


def _lenient(car: CarDay, lifted: _Lifted) -> CarDay:
    return replace(
        car,
        ends=10 * _FAR if "back" in lifted else car.ends,
        max_seconds=10 * _FAR if "away" in lifted else car.max_seconds,
        break_s=0 if "break" in lifted else car.break_s,
    )


def _open(task: Task, car: CarDay, lifted: _Lifted) -> Task:
    more = ((0, _FAR),) if "open" in lifted else ()
    return replace(task, windows={car.day: (*task.windows.get(car.day, ()), *more)})


def _broken(limit: Limit, route: _Route) -> Iterator[Violation]:
    """Yield how a route breaks a limit."""
    most = limit.of_car(route.car)
    if limit.measure == "road":
        gaps = (k for k, leg in enumerate(route.legs) if min(leg) < 0)
        yield from (Violation(limit.code, 0, 0, k) for k in gaps)
    elif limit.measure == "open":
        yield from _closed(limit, route)
    elif limit.measure == "break":
        if most is not None and "break" in route.lifted:
            yield Violation(limit.code, 0, most)
    else:
        figure = _figure(limit, route)
        if most is not None and figure > most:
            yield Violation(limit.code, figure, most)


def _figure(limit: Limit, route: _Route) -> int:
    """Return what a route has of what a limit is about; nothing of time without times."""
    if limit.measure == "aboard":
        return max(route.aboard[limit.load])
    figures: dict[Measure, int] = dict(route.totals.items())
    if route.times is not None:
        figures["back"] = route.times.back
        figures["away"] = route.times.back - route.times.depart
    return figures.get(limit.measure, 0)


def _closed(limit: Limit, route: _Route) -> Iterator[Violation]:
    """Yield the stops whose service lies in none of their windows."""
    if route.times is None:
        return
    spans = zip(route.times.begin, route.times.leave, strict=True)
    for k, (task, (begin, leave)) in enumerate(zip(route.tasks, spans, strict=True)):
        windows = task.windows.get(route.car.day, ())
        if not any(opens <= begin and leave <= closes for opens, closes in windows):
            yield Violation(limit.code, begin, 0, k)
