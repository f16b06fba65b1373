"""Whether a route keeps every limit, and its times: exact, or none if a limit breaks.

For a fixed departure the earliest timing is the best in every respect, so only the departure and
the places of the breaks are searched (`bookcar.optimiser.route_times`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from bookcar.optimiser import route_times
from bookcar.optimiser.chain import Chain
from bookcar.optimiser.limits import SUMS, Total
from bookcar.optimiser.problem import CarDay, Loaded, Problem, Schedule, Task


def schedule(problem: Problem, car_day: int, order: Sequence[int]) -> Schedule | None:
    """Time a route: back as early as possible, then leaving as late as that allows.

    With a break, every place of it has its own best timing in that sense, and those are held
    against each other and against none. A break in the second half of the time it may wait is worth
    a later return: nobody takes one a quarter of an hour after leaving, only because the first stop
    is still closed. Where no one break is enough, there are as few as will do.

    Parameters
    ----------
    car_day
        Index of the car-day that drives it.
    order
        Indices of the tasks in the order of their visits.

    Returns
    -------
    The times, exact in that sense, or None if no timing at all keeps every limit.
    """
    car = problem.car_days[car_day]
    tasks = [problem.tasks[i] for i in order]
    if not (_may_serve(car, car_day, tasks) and loads_fit(car, tasks)):
        return None
    if first_unhanded(problem, order) is not None:
        return None
    legs = legs_of(problem, car, tasks)
    if not (passable(legs) and _sums_fit(car, totals(tasks, legs))):
        return None
    return timed(car, tasks, legs)


def timed(car: CarDay, tasks: Sequence[Task], legs: Sequence[Leg]) -> Schedule | None:
    """Time a route that is passable, with no limits but those on time."""
    chain = Chain(
        [leg.seconds for leg in legs],
        [task.service_s for task in tasks],
        [task.windows[car.day] for task in tasks],
    )
    return route_times.timed(chain, car)


class Leg(NamedTuple):
    """A way from one place of a route to the next; negative where none leads."""

    seconds: int
    metres: int


def legs_of(problem: Problem, car: CarDay, tasks: Sequence[Task]) -> list[Leg]:
    """Return the legs of a route, the return included."""
    table = problem.tables[car.table]
    hops = pairwise([car.start, *(t.location for t in tasks), car.end])
    return [Leg(table.seconds.item(hop), table.metres.item(hop)) for hop in hops]


def passable(legs: Iterable[Leg]) -> bool:
    """Tell whether a road leads all the way."""
    return all(leg.seconds >= 0 and leg.metres >= 0 for leg in legs)


def totals(tasks: Iterable[Task], legs: Iterable[Leg]) -> dict[Total, int]:
    """Return what adds up along a route; what is impassable counts as nothing."""
    reloads = [task.reload for task in tasks]
    legs = list(legs)
    return {
        "stops": reloads.count(False),
        "reloads": reloads.count(True),
        "metres": sum(max(leg.metres, 0) for leg in legs),
        "driving": sum(max(leg.seconds, 0) for leg in legs),
    }


def load_profile(problem: Problem, car_day: int, order: Sequence[int]) -> tuple[list[int], ...]:
    """Return by load what is aboard on leaving the depot and after each stop in turn.

    What goes aboard is the route's own drops, at the depot or at the reload before them; or what
    came aboard there, if that loading is over. What is handed on comes aboard where it is
    collected.
    """
    car, tasks = problem.car_days[car_day], [problem.tasks[i] for i in order]
    return tuple(_aboard(car, tasks, load) for load in range(loads_of(problem)))


def loads_of(problem: Problem) -> int:
    """Return how many loads a problem's car-days have a capacity for."""
    return max(len(car.capacity) for car in problem.car_days)


def route_metres(problem: Problem, car_day: int, order: Sequence[int]) -> int:
    """Return the metres of a route, the return included; every leg must be passable."""
    car = problem.car_days[car_day]
    metres = problem.tables[car.table].metres.item
    places = [car.start, *(problem.tasks[i].location for i in order), car.end]
    return sum(metres(a, b) for a, b in pairwise(places))


def _may_serve(car: CarDay, car_day: int, tasks: list[Task]) -> bool:
    open_to = all(car_day in t.car_days and t.windows.get(car.day) for t in tasks)
    return open_to and first_unstocked(car, tasks) is None


def _sums_fit(car: CarDay, sums: Mapping[Total, int]) -> bool:
    pairs = zip(SUMS, car.most, strict=False)
    return all(most is None or sums[one.total] <= most for one, most in pairs)


def first_unstocked(car: CarDay, tasks: Sequence[Task]) -> int | None:
    """Return the place on a route of the first task whose depot was not where it last loaded."""
    here = first_store(car)
    for place, task in enumerate(tasks):
        if task.reload:
            here = store_at(task)
        elif task.depot not in (None, here):
            return place
    return None


def first_unhanded(problem: Problem, order: Sequence[int]) -> int | None:
    """Return the place on a route of the first task that is not behind all that hand on to it.

    What was handed on and not dropped goes off at a reload.
    """
    if not problem.givers:
        return None
    aboard: set[int] = set()
    for place, task in enumerate(order):
        if problem.tasks[task].reload:
            aboard.clear()
        elif not aboard.issuperset(problem.givers.get(task, ())):
            return place
        aboard.add(task)
    return None


def first_store(car: CarDay) -> int:
    """Return where what a car-day drops before any reload comes from."""
    return car.start if car.loaded is None else car.loaded.depot


def store_at(reload: Task) -> int:
    """Return where what is dropped behind a reload comes from."""
    return reload.location if reload.loaded is None else reload.loaded.depot


def loads_fit(car: CarDay, tasks: Sequence[Task]) -> bool:
    """Tell whether a car-day can carry what is aboard on every leg of a route."""
    return all(
        most is None or max(_aboard(car, tasks, load)) <= most
        for load, most in enumerate(car.capacity)
    )


def _aboard(car: CarDay, tasks: Sequence[Task], load: int) -> list[int]:
    """Return what is aboard on leaving the depot and each stop; a reload starts afresh."""
    taken = [_known(car.loaded, load)]
    for task in tasks:
        if task.reload:
            taken.append(_known(task.loaded, load))
        taken[-1] += task.taken(load)
    aboard, part = [taken[0]], 0
    for task in tasks:
        part += task.reload
        left = aboard[-1] - task.delivered(load) + task.collected(load)
        aboard.append(taken[part] if task.reload else left)
    return aboard


def _known(loaded: Loaded | None, load: int) -> int:
    return 0 if loaded is None else loaded.of(load)
