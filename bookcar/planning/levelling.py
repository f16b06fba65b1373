"""A week with its days and cars level: searched without that first, then from there on with it.

Levels tie all routes together: a search that reckons with them from the start serves fewer stops
of a full week. So a week that is searched twice is never worse than one that is not level.
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
        again = search(problem, bound=False, start=begun)
        best = min(first, again, key=lambda one: (_missed(problem, one), one.cost))
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


def _missed(problem: Problem, found: Solution) -> int:
    return sum(problem.tasks[task].required for task in found.unserved)
