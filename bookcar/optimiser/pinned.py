"""A problem whose groups each have a pattern already: its visits are tasks by themselves.

The pattern of each group is the one that puts its visits on the days with the fewest so far.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bookcar.optimiser.patterns import chosen, made_by
from bookcar.optimiser.problem import Group, Pattern, Problem, SolvedRoute
from bookcar.optimiser.timing import schedule


def pinned(problem: Problem) -> Problem:
    """Return a problem without groups, some of whose solutions are solutions of this one."""
    tasks, load = list(problem.tasks), Counter[int]()
    for group in sorted(problem.groups, key=lambda g: (len(g.patterns), g.tasks)):
        pattern = min(group.patterns, key=lambda p: _crowded(problem, group, p, load))
        for i, allowed in zip(group.tasks, pattern.car_days, strict=True):
            cars = tuple(c for c in tasks[i].car_days if c in allowed)
            load.update({problem.car_days[c].day for c in cars})
            tasks[i] = replace(tasks[i], car_days=cars)
            if not allowed:
                tasks[i] = replace(tasks[i], prize=0.0, required=False)
    return replace(problem, tasks=tuple(tasks), groups=())


def only_whole(problem: Problem, routes: tuple[SolvedRoute, ...]) -> tuple[SolvedRoute, ...]:
    """Return routes without the visits of groups that keep no pattern as a whole.

    Where a route breaks a limit without them, all of it is left out.
    """
    while True:
        made = made_by(routes)
        kept = chosen(problem, made)
        pairs = zip(problem.groups, kept, strict=True)
        partial = {i for g, n in pairs if n is None for i in g.tasks if i in made}
        if not partial:
            return routes
        routes = tuple(
            new for route in routes if (new := _without(problem, route, partial)) is not None
        )


def _crowded(problem: Problem, group: Group, pattern: Pattern, load: Counter[int]) -> float:
    """Return how many visits there are on a pattern's days; far more where a visit cannot be."""
    total = pattern.cost
    for i, allowed in zip(group.tasks, pattern.car_days, strict=True):
        cars = set(allowed) & set(problem.tasks[i].car_days)
        days = {problem.car_days[c].day for c in cars}
        total += min((load[day] for day in days), default=len(problem.tasks) if allowed else 0)
    return total


def _without(problem: Problem, route: SolvedRoute, out: set[int]) -> SolvedRoute | None:
    order = tuple(i for i in route.tasks if i not in out)
    if order == route.tasks:
        return route
    times = schedule(problem, route.car_day, order) if order else None
    return None if times is None else replace(route, tasks=order, schedule=times)
