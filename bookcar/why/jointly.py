"""Car-days more that are worth it for several stops, though for none of them alone.

A route of its own for one stop may cost more than the stop is worth, and be worth it for three that
lie together. All that fits on the new car-days is put on them, whatever it costs; then stops go
that cost more than they are worth there, the worst first. What is left is told only if its routes
cost less than its stops are worth.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

import msgspec

from bookcar.model import District
from bookcar.optimiser.cost import route_cost
from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.optimiser.timing import schedule
from bookcar.planning.returning import first_missing, settled
from bookcar.planning.week import Week
from bookcar.planning.week_problem import week_problem
from bookcar.why.standing import Standing

_EAGER = 100_000.0
"""What a stop is worth where its cost is not to count."""
_ROUNDED = 0.01


def filled_jointly(standing: Standing, own: Standing, stops: Collection[str]) -> Week:
    """Return the week of a district with car-days more, with what is worth it on them put in.

    Parameters
    ----------
    own
        That district, as `Standing.changed` of ``standing`` returns it.
    stops
        Those that may be put in.

    Returns
    -------
    The week with what pays stop by stop, or, if that serves more, the one that begins with stops
    that pay together.
    """
    plain = own.filled(stops)
    seeded = _seeded(standing, own, stops)
    if seeded is None:
        return plain
    full = own.filled(stops, week=seeded)
    return full if len(full.dates()) > len(plain.dates()) else plain


def _seeded(standing: Standing, own: Standing, stops: Collection[str]) -> Week | None:
    """Return the week with stops on the new car-days that pay together; None if none do."""
    if own.week.problem.balance or own.week.problem.groups or own.week.problem.levels:
        return None  # what a route costs hangs on the others
    known = {(day.date, day.vehicle.id) for day in standing.week.fleet.days}
    days = own.week.fleet.days
    new = frozenset(k for k, day in enumerate(days) if (day.date, day.vehicle.id) not in known)
    eager = own.changed(_eager(own.given))
    full = eager.filled(stops, car_days=new)
    worth = {option.key: option.prize for option in own.options}
    options = tuple(replace(e, prize=worth.get(e.key, e.prize)) for e in full.options)
    settings = own.prepared.district.settings
    problem = week_problem(options, full.fleet, own.prepared.travel, settings=settings)
    routes: list[SolvedRoute] = []
    for route in full.routes:
        kept = route if route.car_day not in new else _worth_it(problem, route, len(options))
        routes += [kept] if kept is not None else []
    if all(route.car_day not in new for route in routes):
        return None
    week = settled(replace(full, options=options, problem=problem, routes=tuple(routes)))
    return week if first_missing(week) is None else None


def _eager(district: District) -> District:
    weights = msgspec.structs.replace(district.settings.weights, stop=_EAGER)
    settings = msgspec.structs.replace(district.settings, weights=weights)
    return msgspec.structs.replace(district, settings=settings)


def _worth_it(problem: Problem, route: SolvedRoute, reloads_from: int) -> SolvedRoute | None:
    """Return a route without the stops that cost more than they are worth; None if it is not."""
    if any(task >= reloads_from for task in route.tasks):
        return None
    best: SolvedRoute | None = _timed(problem, route.car_day, route.tasks)
    while best is not None:
        less = {task: _without(problem, best, task) for task in best.tasks}
        loses = {
            task: problem.tasks[task].prize - (route_cost(problem, best) - _cost(problem, other))
            for task, other in less.items()
        }
        worst = min(best.tasks, key=lambda task: (loses[task], task))
        if loses[worst] > _ROUNDED:
            break
        best = less[worst]
    if best is None:
        return None
    gain = sum(problem.tasks[task].prize for task in best.tasks) - route_cost(problem, best)
    return best if gain > _ROUNDED else None


def _without(problem: Problem, route: SolvedRoute, task: int) -> SolvedRoute | None:
    return _timed(problem, route.car_day, tuple(k for k in route.tasks if k != task))


def _cost(problem: Problem, route: SolvedRoute | None) -> float:
    return 0.0 if route is None else route_cost(problem, route)


def _timed(problem: Problem, car_day: int, order: Sequence[int]) -> SolvedRoute | None:
    """Return a route in an order; None if that is empty, or keeps a limit not."""
    times = schedule(problem, car_day, order) if order else None
    if times is None:
        return None
    return SolvedRoute(car_day=car_day, tasks=tuple(order), schedule=times)


def visits_of(standing: Standing, week: Week) -> dict[str, tuple[dt.date, str]]:
    """Return day and car of each stop that a week visits oftener than it stands."""
    made, days = standing.week.dates(), week.fleet.days
    return {
        option.due.stop.id: (days[route.car_day].date, days[route.car_day].vehicle.id)
        for route in reversed(week.routes)
        for option in week.made(route)
        if option.key not in made
    }
