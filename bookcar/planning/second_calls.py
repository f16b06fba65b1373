"""Cars that come by a second time for what is collected, instead of waiting for the carriers.

Where a car waits, it stands while carriers go up with what it brings and come down with what it
collects. Asked for (``carriers.again``), each such visit is tried as two calls once the routes are
found: the car hands over at any place of the same way, goes on, and calls again at any later one,
before it reloads, when the carriers are back. What costs the week least stands, if that is less
than waiting.

When the carriers are back depends on when the car met them. So a second call is held to a moment,
that at which the first is over: it is over no later, and the second begins no sooner than a carrier
needs from that moment on. Any times that keep both are right, whatever is put into the route.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

from bookcar.model import Window
from bookcar.optimiser.cost import route_cost
from bookcar.optimiser.problem import Problem, SolvedRoute, Task
from bookcar.optimiser.timing import schedule
from bookcar.planning.prepared import Prepared
from bookcar.planning.rounds import week_cost
from bookcar.planning.tours import Visiting
from bookcar.planning.visit_options import VisitOption, givers_of
from bookcar.planning.week import Week
from bookcar.planning.week_problem import visiting_of

CLEARLY = 1e-6
"""Saving less than this is no reason to come by again."""
_GRID = 12
"""So many moments between the earliest and the latest are tried."""


class _Held(NamedTuple):
    """A route with its two calls, and the problem that holds them to a moment."""

    problem: Problem
    route: SolvedRoute

    def leaves(self, task: int) -> int:
        """Return when a task of the route is over."""
        return self.route.schedule.leave[self.route.tasks.index(task)]


class _Way(NamedTuple):
    """When the car may be served at the first call, and by when the second must be over."""

    opens: int
    closes: int
    ends: int


def with_second_calls(prepared: Prepared, week: Week) -> Week:
    """Return a week in which cars come by again where that costs less than waiting."""
    if not prepared.district.settings.carriers.again or week.interrupted or week.problem.fixed:
        return week
    waiting = week
    while True:
        found = min(_cheaper(week, waiting), key=week_cost, default=None)
        if found is None:
            return week
        week = found


def _cheaper(week: Week, waiting: Week) -> Iterator[Week]:
    """Yield the weeks with one second call more that cost less, in the order of the routes.

    ``waiting`` is the week in which all cars wait.
    """
    cost, giving = week_cost(week), givers_of(week.options)
    for route in week.routes:
        for task in route.tasks:
            option = week.options[task] if task < len(week.options) else None
            if option is None or not option.collects or option.key in giving:
                continue
            visiting = visiting_of(option, week.fleet)
            if visiting is None or not visiting.waits:
                continue
            for other in _with_second_call(week, waiting, route, task):
                missed, amount = week_cost(other)
                if missed == cost[0] and amount < cost[1] - CLEARLY:
                    yield other


def _with_second_call(week: Week, waiting: Week, route: SolvedRoute, task: int) -> Iterator[Week]:
    """Yield a week with both calls of a visit at each two places of its route.

    In an order in which the car could wait just as well: so whoever is to change the plan by hand,
    or asks it for reasons, finds a week that can be driven without second calls.
    """
    twice = _Twice.of(week, route, task)
    if twice is None:
        return
    for tasks in twice.orders():
        held = twice.held(tasks) if _could_wait(waiting, route.car_day, tasks, twice) else None
        if held is not None:
            routes = (
                held.route if other.car_day == route.car_day else _shifted(week, other)
                for other in week.routes
            )
            yield replace(
                week,
                options=twice.options,
                problem=held.problem,
                routes=tuple(routes),
                bound=None,
                no_bound=week.no_bound or "unknown",
            )


def _could_wait(waiting: Week, car_day: int, tasks: tuple[int, ...], twice: _Twice) -> bool:
    """Tell whether a route has times, too, where the car waits for all carriers."""
    count, more = len(waiting.options), len(twice.options) - len(waiting.options)
    order = tuple(t if t < count else t - more for t in tasks if not count <= t < count + more)
    return schedule(waiting.problem, car_day, order) is not None


def _shifted(week: Week, route: SolvedRoute) -> SolvedRoute:
    """Return a route whose reloads are counted behind one option more."""
    behind = len(week.options)
    return replace(route, tasks=tuple(t + (t >= behind) for t in route.tasks))


@dataclass(frozen=True, kw_only=True)
class _Twice:
    """A visit of a route made in two calls.

    Attributes
    ----------
    options
        Those of the week with the visit that collects later, and its second call behind them all.
    first, again
        The tasks of both calls; ``route`` has the tasks of the problem with both, but the second.
    problem
        With both, held to no moment yet.
    round_s
        How long the slowest carrier needs from the end of the first call until back down.
    """

    options: tuple[VisitOption, ...]
    problem: Problem
    route: SolvedRoute
    first: int
    again: int
    day: int
    ways: tuple[_Way, ...]
    round_s: int

    @classmethod
    def of(cls, week: Week, route: SolvedRoute, task: int) -> _Twice | None:
        """Return a visit where the car waits as two calls; None if nobody can be met twice."""
        option = week.options[task]
        later = replace(option, collects=(), later=option.collects)
        crew = week.fleet.crews[option.due.stop.id]
        date = week.fleet.days[route.car_day].date
        kg = [sum(batch.kg for batch in some) for some in (option.drops, option.collects)]
        ways = crew.met_twice(kg[0], kg[1], date)
        visiting = visiting_of(later, week.fleet)
        if not ways or visiting is None:
            return None
        call = VisitOption(
            due=option.due,
            prize=0.0,
            fleet=(route.car_day,),
            number=option.number,
            collects=option.collects,
            again=option.key,
        )
        options = [*week.options, call]
        options[task] = later
        return cls(
            options=tuple(options),
            problem=_problem(week, task, visiting, route.car_day),
            route=_shifted(week, route),
            first=task,
            again=len(week.options),
            day=week.problem.car_days[route.car_day].day,
            ways=tuple(_Way(*first, ends) for first, ends in ways),
            round_s=visiting.round_s,
        )

    def orders(self) -> Iterator[tuple[int, ...]]:
        """Yield the route with both calls between the same two loads, and another call between."""
        tasks, reload = self.route.tasks, [task.reload for task in self.problem.tasks]
        here = tasks.index(self.first)
        begin = max((k + 1 for k in range(here) if reload[tasks[k]]), default=0)
        end = next((k for k in range(here, len(tasks)) if reload[tasks[k]]), len(tasks))
        others = tuple(t for t in tasks[begin:end] if t != self.first)
        for i, j in combinations(range(len(others) + 1), 2):
            both = (*others[:i], self.first, *others[i:j], self.again, *others[j:])
            yield (*tasks[:begin], *both, *tasks[end:])

    def held(self, tasks: tuple[int, ...]) -> _Held | None:
        """Return a route at its cheapest times; None if it has none."""
        found = [held for way in self.ways for held in self._held(tasks, way)]
        return min(found, key=_rank, default=None)

    def _held(self, tasks: tuple[int, ...], way: _Way) -> Iterator[_Held]:
        """Yield the route held to each of some moments, the earliest possible among them."""
        service = self.problem.tasks[self.first].service_s
        loose = self._timed(tasks, (way.opens, way.closes), (way.opens, way.ends))
        if loose is None:
            return
        latest = loose.leaves(self.first)

        def too_soon(moment: int) -> bool:
            return self._timed(tasks, (way.opens, moment), (way.opens, way.ends)) is None

        earliest = 1 + _last(too_soon, way.opens + service - 1, latest)
        moments = {earliest + (latest - earliest) * k // _GRID for k in range(_GRID + 1)}
        soonest = self._at(tasks, earliest, way)
        if soonest is not None:
            back = soonest.route.schedule.back

            def as_soon(moment: int) -> bool:
                held = self._at(tasks, moment, way)
                return held is not None and held.route.schedule.back == back

            moments.add(_last(as_soon, earliest, latest + 1))
        for moment in sorted(moments):
            held = self._at(tasks, moment, way)
            if held is not None:
                yield held

    def _at(self, tasks: tuple[int, ...], moment: int, way: _Way) -> _Held | None:
        """Return the route held to the moment at which the first call is over, at the latest."""
        held = self._timed(tasks, (way.opens, moment), (moment + self.round_s, way.ends))
        if held is None or held.leaves(self.first) == moment:
            return held
        return self._at(tasks, held.leaves(self.first), way)

    def _timed(self, tasks: tuple[int, ...], first: Window, again: Window) -> _Held | None:
        """Return the route with both calls in these hours."""
        every = list(self.problem.tasks)
        for task, hours in ((self.first, first), (self.again, again)):
            every[task] = replace(every[task], windows={self.day: (hours,)})
        problem = replace(self.problem, tasks=tuple(every))
        times = schedule(problem, self.route.car_day, tasks)
        if times is None:
            return None
        return _Held(problem, replace(self.route, tasks=tasks, schedule=times))


def _last(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Return the last number below ``high`` that holds, as all do from ``low`` on up to it."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _rank(held: _Held) -> tuple[float, int, int]:
    times = held.route.schedule
    return round(route_cost(held.problem, held.route), 6), times.back, -times.depart


def _problem(week: Week, task: int, visiting: Visiting, car_day: int) -> Problem:
    """Return the problem with a second call behind all options, on the car-day of the first."""
    old, count = week.problem.tasks[task], len(week.options)
    first = replace(old, service_s=visiting.service_s, collects=(), car_days=(car_day,))
    call = Task(
        location=old.location,
        prize=0.0,
        service_s=visiting.service_s,
        windows=old.windows,
        car_days=(car_day,),
        collects=old.collects,
    )
    tasks = list(week.problem.tasks)
    tasks[task] = first
    return replace(week.problem, tasks=(*tasks[:count], call, *tasks[count:]))
