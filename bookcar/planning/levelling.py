"""A week with its days and cars level: searched without that first, then from there on with it.

Levels tie all routes together: a search that reckons with them from the start serves fewer stops
of a full week. In the second search whoever the first one served has to be: nobody waits so that
others' hours are even. So a week that is searched twice is never worse than one that is not level.
"""

from __future__ import annotations

from dataclasses import replace

from bookcar.optimiser.cost import solution_cost
from bookcar.optimiser.problem import Problem, Solution
from bookcar.optimiser.start import Orders
from bookcar.planning.rounds import Search


def levelling(search: Search) -> Search:
    """Return the search that goes on from what it finds without levels, if a problem has some."""

    def twice(
        problem: Problem,
        *,
        bound: bool | Problem = True,
        start: Orders = (),
    ) -> Solution:
        if not problem.levels:
            return search(problem, bound=bound, start=start)
        found = search(replace(problem, levels=()), bound=bound, start=start)
        first = _costed(problem, found)
        if found.interrupted:
            return first
        begun = [(route.car_day, route.tasks) for route in found.routes]
        again = _costed(problem, search(_serving(problem, found), bound=False, start=begun))
        kept = _visits(problem, found) <= _visits(problem, again)
        best = again if kept and again.cost < first.cost else first
        return replace(
            best,
            bound=found.bound,
            iterations=found.iterations + again.iterations,
            interrupted=again.interrupted,
        )

    return twice


def _costed(problem: Problem, found: Solution) -> Solution:
    """Return a solution with what it costs where hours are to be level."""
    cost, terms = solution_cost(problem, found.routes, found.unserved)
    return replace(found, cost=cost, terms=terms)


def _serving(problem: Problem, found: Solution) -> Problem:
    """Return the problem in which all that a solution serves is required."""
    served = _visits(problem, found)
    tasks = (
        replace(task, required=True) if number in served else task
        for number, task in enumerate(problem.tasks)
    )
    return replace(problem, tasks=tuple(tasks))


def _visits(problem: Problem, found: Solution) -> frozenset[int]:
    """Return the tasks that a solution serves, but for reloads."""
    every = (task for route in found.routes for task in route.tasks)
    return frozenset(task for task in every if not problem.tasks[task].reload)
