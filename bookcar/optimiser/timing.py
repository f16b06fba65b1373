"""The times of a route whose stops and order are given: exact, or none if a limit breaks.

For a fixed departure the earliest timing is the best in every respect, so only the departure and
the place of the break are searched. As long as every stop keeps its window, a route that leaves at
``d`` is back at ``max(d + work, floor)``: ``work`` is all driving, service and break, ``floor``
the return after the last wait (the duration and time-window terms of Vidal et al., "A unified
solution framework for multi-attribute vehicle routing problems", EJOR 234(3), 2014). Departures
are therefore walked from one set of windows to the next, never second by second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from bookcar.optimiser.limits import SUMS, Total
from bookcar.optimiser.problem import (
    Break,
    CarDay,
    Loaded,
    Problem,
    Schedule,
    Task,
    Window,
)

_NEVER = -(10**12)


class _Chain(NamedTuple):
    """A route as a chain: a leg to each stop and one back; service and windows per stop."""

    legs: list[int]
    service: list[int]
    windows: list[tuple[Window, ...]]

    def with_break(self, leg: int, seconds: int) -> _Chain:
        """Return the chain with the break spent on one of its legs."""
        legs = self.legs.copy()
        legs[leg] += seconds
        return self._replace(legs=legs)


class _Span(NamedTuple):
    """The departures from ``lo`` to ``hi`` that share one set of windows, and what they imply.

    Leaving at d, the car is back at ``max(d + work, floor)``, and at the point where the break
    begins at ``max(d + work_before, floor_before)``.
    """

    lo: int
    hi: int
    work: int
    floor: int
    work_before: int
    floor_before: int


class _Limits(NamedTuple):
    """Earliest departure, latest return, longest absence, latest break after departure."""

    starts: int
    ends: int
    longest: int
    break_after: int


@dataclass(frozen=True, slots=True)
class _Times:
    """Departure and return of the best timing; ``break_leg`` holds the break.

    ``early`` is a break in the first half of the time it may wait: it would be of no use.
    """

    depart: int
    back: int
    break_leg: int | None = None
    early: bool = False

    def beats(self, other: _Times | None) -> bool:
        """Tell whether this is back earlier, or as early after a later departure."""
        return other is None or (self.back, -self.depart) < (other.back, -other.depart)

    def has_better_break(self, other: _Times | None) -> bool:
        """Tell whether the break is at a better time, or as good and `beats` the other."""
        return other is None or (self.early, not self.beats(other)) < (other.early, True)


def schedule(problem: Problem, car_day: int, order: Sequence[int]) -> Schedule | None:
    """Time a route: back as early as possible, then leaving as late as that allows.

    With a break, every place of it has its own best timing in that sense, and those are held
    against each other and against none. A break in the second half of the time it may wait is worth
    a later return: nobody takes one a quarter of an hour after leaving, only because the first stop
    is still closed.

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
    if not (_may_serve(car, car_day, tasks) and _loads_fit(car, tasks)):
        return None
    legs = legs_of(problem, car, tasks)
    if not (passable(legs) and _sums_fit(car, totals(tasks, legs))):
        return None
    return timed(car, tasks, legs)


def timed(car: CarDay, tasks: Sequence[Task], legs: Sequence[Leg]) -> Schedule | None:
    """Time a route that is passable, with no limits but those on time."""
    chain = _Chain(
        [leg.seconds for leg in legs],
        [task.service_s for task in tasks],
        [task.windows[car.day] for task in tasks],
    )
    times = _best_times(chain, car)
    return None if times is None else _spell_out(chain, car, times)


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
    came aboard there, if that loading is over.
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


def first_store(car: CarDay) -> int:
    """Return where what a car-day drops before any reload comes from."""
    return car.start if car.loaded is None else car.loaded.depot


def store_at(reload: Task) -> int:
    """Return where what is dropped behind a reload comes from."""
    return reload.location if reload.loaded is None else reload.loaded.depot


def _loads_fit(car: CarDay, tasks: list[Task]) -> bool:
    return all(
        most is None or max(_aboard(car, tasks, load)) <= most
        for load, most in enumerate(car.capacity)
    )


def _aboard(car: CarDay, tasks: list[Task], load: int) -> list[int]:
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


def _best_times(chain: _Chain, car: CarDay) -> _Times | None:
    free = _Limits(car.starts, car.ends, car.max_seconds, car.max_seconds)
    if car.break_s <= 0 or car.break_after_s >= car.max_seconds:
        return _fit(chain, free)
    first = next(_spans(chain, car.starts), None)
    if first is None:  # the earliest departure misses a window, and a later one misses it too
        return None
    short = free._replace(longest=car.break_after_s)
    best = _fit(chain, short)
    earliest = max(first.lo + first.work, first.floor)
    if best is not None and best.back == earliest:
        return best
    return _fit_with_break(chain, car, best, earliest)


def _fit_with_break(
    chain: _Chain, car: CarDay, best: _Times | None, earliest: int
) -> _Times | None:
    """Try the break on every leg, the last first: among equals, a late break is lunch.

    A break on a leg stands for one after the stop it leaves, or before the first stop; one before
    a later stop would give the same times and begin later.
    """
    limits = _Limits(car.starts, car.ends, car.max_seconds, car.break_after_s)
    work = sum(chain.legs) + sum(chain.service) + car.break_s
    if work > limits.longest or not chain.service:
        return best
    ideal = max(earliest, car.starts + work)
    before = list(accumulate(a + s for a, s in zip(chain.legs, chain.service, strict=False)))
    for leg in range(len(chain.service), -1, -1):
        until = before[leg - 1] if leg else chain.legs[0]
        if until > limits.break_after:
            continue
        times = _fit(chain.with_break(leg, car.break_s), limits, leg, car.break_s)
        if times is not None and times.has_better_break(best):
            best = times
            if not times.early and (times.back, times.back - times.depart) == (ideal, work):
                break
    return best


def _fit(
    chain: _Chain, limits: _Limits, break_leg: int | None = None, break_s: int = 0
) -> _Times | None:
    """Return the best departure and return of a chain, its break (if any) already in its legs."""
    best: _Times | None = None
    for span in _spans(chain, limits.starts, break_leg, break_s):
        reached = max(span.lo + span.work, span.floor)
        if reached > limits.ends or (best is not None and reached > best.back):
            break
        times = _fit_span(span, limits, break_leg)
        if times is not None and times.beats(best):
            best = times
    return best


def _fit_span(span: _Span, limits: _Limits, break_leg: int | None) -> _Times | None:
    if span.work > limits.longest or span.work_before > limits.break_after:
        return None
    earliest = max(span.lo, span.floor - limits.longest, span.floor_before - limits.break_after)
    depart = min(max(earliest, span.floor - span.work), span.hi)
    back = max(depart + span.work, span.floor)
    if earliest > span.hi or back > limits.ends:
        return None
    waited = max(span.work_before, span.floor_before - depart)
    return _Times(
        depart, back, break_leg, break_leg is not None and 2 * waited < limits.break_after
    )


def _spans(
    chain: _Chain, starts: int, break_leg: int | None = None, break_s: int = 0
) -> Iterator[_Span]:
    """Yield the departures from ``starts`` on, a set of windows at a time, until one is missed."""
    lo: int | None = starts
    while lo is not None:
        span = _walk(chain, lo, break_leg, break_s)
        if span is None:
            return
        yield span
        lo = span.hi + 1 if span.hi < -_NEVER else None


def _walk(chain: _Chain, depart: int, break_leg: int | None, break_s: int) -> _Span | None:
    """Drive the chain from one departure, each stop in the first window that still fits."""
    work, floor, hi = 0, _NEVER, -_NEVER
    work_before, floor_before = 0, _NEVER
    for i, (leg, service) in enumerate(zip(chain.legs, chain.service, strict=False)):
        if i == break_leg:
            work_before, floor_before = _break_begins(work, floor, leg - break_s, first=i == 0)
        work += leg
        floor += leg
        arrive = max(depart + work, floor)
        for opens, closes in chain.windows[i]:
            if arrive + service <= closes and opens + service <= closes:
                break
        else:
            return None
        floor = max(floor, opens)
        hi = min(hi, closes - service - work)
        work += service
        floor += service
    if break_leg == len(chain.service):
        work_before, floor_before = _break_begins(work, floor, 0, first=False)
    back = chain.legs[-1]
    return _Span(depart, hi, work + back, floor + back, work_before, floor_before)


def _break_begins(work: int, floor: int, leg: int, *, first: bool) -> tuple[int, int]:
    """Return when a break on a leg begins: before the first stop's service, or after the last."""
    return (work + leg, floor + leg) if first else (work, floor)


def _spell_out(chain: _Chain, car: CarDay, times: _Times) -> Schedule:
    arrive, begin, leave = [], [], []
    taken: Break | None = None
    now = times.depart
    for i, service in enumerate(chain.service):
        taken = taken or _break_on(chain, car, times, (i, now))
        break_before = taken is not None and (taken.position, taken.moment) == (i, "before")
        break_after_it = taken is not None and (taken.position, taken.moment) == (i - 1, "after")
        arrive.append(now + chain.legs[i] + (car.break_s if break_after_it else 0))
        ready = arrive[i] + (car.break_s if break_before else 0)
        begin.append(_opening(chain.windows[i], ready, service))
        leave.append(begin[i] + service)
        now = leave[i]
    taken = taken or _break_on(chain, car, times, (len(chain.service), now))
    return Schedule(
        depart=times.depart,
        arrive=tuple(arrive),
        begin=tuple(begin),
        leave=tuple(leave),
        back=times.back,
        break_=taken,
    )


def _break_on(chain: _Chain, car: CarDay, times: _Times, at: tuple[int, int]) -> Break | None:
    """Place the break of a leg: where the car would wait anyway, else before driving on."""
    leg, now = at
    if leg != times.break_leg:
        return None
    if leg < len(chain.service):
        arrive = now + chain.legs[leg]
        ready = arrive + car.break_s
        waits = _opening(chain.windows[leg], ready, chain.service[leg]) > ready
        if leg == 0 or (waits and arrive <= times.depart + car.break_after_s):
            return Break(position=leg, moment="before", begin=arrive, end=ready)
    return Break(position=leg - 1, moment="after", begin=now, end=now + car.break_s)


def _opening(windows: tuple[Window, ...], ready: int, service: int) -> int:
    for opens, closes in windows:
        begin = max(ready, opens)
        if begin + service <= closes:
            return begin
    raise AssertionError("a timed stop has a window")
