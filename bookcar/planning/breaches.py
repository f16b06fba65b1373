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

from bookcar.due import DueStop
from bookcar.optimiser.problem import CarDay, Problem, Schedule
from bookcar.optimiser.timing import load_profile, schedule
from bookcar.planning.errands import FleetDay

Code = Literal["road", "stops", "km", "books", "kg", "late", "long", "break", "closed"]
Refusal = Literal["foot", "day", "vehicle"]

_FAR = 10**9  # beyond any time of day, in seconds

# Which limits on time are lifted: latest return, longest day, opening hours, break.
_LIFTED = ("", "e", "l", "el", "w", "we", "wl", "wel", "welb")


class Breach(NamedTuple):
    """A broken limit: what the route has and what it may have, in metres, seconds, books or kg.

    ``position`` is that of the stop it happens at or before, from 0; None for the whole route.
    """

    code: Code
    figure: int
    limit: int
    position: int | None = None


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A route as it would be driven: ``times`` is None where no road leads on."""

    times: Schedule | None
    metres: int
    books: tuple[int, ...]
    kg: tuple[int, ...]
    breaches: tuple[Breach, ...]


def refusal(due: DueStop, day: FleetDay) -> Refusal | None:
    """Return why a stop takes no visit from a vehicle on a day, whatever the route; or None."""
    if due.stop.access == "foot":
        return "foot"
    if day.date not in due.dates:
        return "day"
    if due.stop.vehicles and day.vehicle.id not in due.stop.vehicles:
        return "vehicle"
    return None


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
    books, kg = load_profile(problem, order)
    legs = _legs(problem, car, order)
    gaps = [k for k, (seconds, metres) in enumerate(legs) if min(seconds, metres) < 0]
    metres = sum(max(metres, 0) for _, metres in legs)
    breaches = [Breach("road", 0, 0, k) for k in gaps]
    stops = sum(not problem.tasks[k].reload for k in order)
    breaches += _over_limits(car, stops, metres, (max(books), max(kg)))
    times = None
    if not gaps:
        times, late = _timed(problem, car_day, order)
        breaches += late
    return Trial(
        times=times, metres=metres, books=tuple(books), kg=tuple(kg), breaches=tuple(breaches)
    )


def _legs(problem: Problem, car: CarDay, order: Sequence[int]) -> list[tuple[int, int]]:
    table = problem.tables[car.table]
    places = [car.start, *(problem.tasks[k].location for k in order), car.end]
    return [(int(table.seconds[hop]), int(table.metres[hop])) for hop in pairwise(places)]


def _over_limits(car: CarDay, stops: int, metres: int, peak: tuple[int, int]) -> Iterator[Breach]:
    if car.max_stops is not None and stops > car.max_stops:
        yield Breach("stops", stops, car.max_stops)
    if metres > car.max_metres:
        yield Breach("km", metres, car.max_metres)
    if peak[0] > car.books:
        yield Breach("books", peak[0], car.books)
    if car.kg is not None and peak[1] > car.kg:
        yield Breach("kg", peak[1], car.kg)


def _timed(problem: Problem, car_day: int, order: Sequence[int]) -> tuple[Schedule, list[Breach]]:
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
        books=_FAR,
        kg=None,
        ends=10 * _FAR if "e" in lifted else car.ends,
        max_seconds=10 * _FAR if "l" in lifted else car.max_seconds,
        break_s=0 if "b" in lifted else car.break_s,
    )
    days = (*problem.car_days[:car_day], car, *problem.car_days[car_day + 1 :])
    tasks = tuple(replace(task, store=None) for task in problem.tasks)
    if "w" in lifted:
        tasks = tuple(
            replace(task, windows={day: (*w, (0, _FAR)) for day, w in task.windows.items()})
            for task in tasks
        )
    return replace(problem, car_days=days, tasks=tasks)


def _late(
    problem: Problem, car_day: int, order: Sequence[int], times: Schedule, *, no_break: bool
) -> Iterator[Breach]:
    car = problem.car_days[car_day]
    if times.back > car.ends:
        yield Breach("late", times.back, car.ends)
    if times.back - times.depart > car.max_seconds:
        yield Breach("long", times.back - times.depart, car.max_seconds)
    if no_break:
        yield Breach("break", 0, car.break_after_s)
    for k, task in enumerate(order):
        windows = problem.tasks[task].windows[car.day]
        if not any(o <= times.begin[k] and times.leave[k] <= c for o, c in windows):
            yield Breach("closed", times.begin[k], 0, k)
