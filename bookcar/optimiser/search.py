"""Which stops to serve, on which car-day, in which order: the way from a problem to a solution."""

from __future__ import annotations

import time
from collections.abc import Callable

from bookcar.optimiser.cost import solution_cost
from bookcar.optimiser.ortools_search import first_routes
from bookcar.optimiser.problem import Problem, Solution, SolvedRoute
from bookcar.optimiser.refine import refine
from bookcar.progress import SILENT, Progress

_CHECKS_AN_ITERATION = 100
_LARGEST_FIRST = 5_000
"""Tasks times car-days beyond which OR-Tools is deaf to Ctrl-C for seconds, and too slow."""

_REPORTED = 16
_SHARE_OF_FIRST = 0.5
"""Of the seconds allowed, for OR-Tools; the rest is for the refinement."""


def solve(
    problem: Problem,
    *,
    seed: int = 1,
    iterations: int,
    seconds: float | None = None,
    progress: Progress = SILENT,
) -> Solution:
    """Search for routes; the same problem, seed and iterations give the same solution.

    Parameters
    ----------
    iterations
        Rounds of ruin and recreate; OR-Tools before them gets a fixed number of its steps each.
    seconds
        Ends the search earlier if it takes longer; what comes out then depends on the machine.
    progress
        Told every so many rounds.

    Returns
    -------
    A solution in any case; where nothing can be served, one without routes.
    """
    progress.start("routes", iterations)
    routes: list[SolvedRoute] = []
    done = 0
    if problem.tasks and problem.car_days:
        begun = time.monotonic()
        checks = iterations * _CHECKS_AN_ITERATION
        first = _first(problem, seed, checks, _deadline(begun, seconds, _SHARE_OF_FIRST))
        rounds = _Rounds(progress, _deadline(begun, seconds, 1.0))
        routes = refine(problem, first, seed=seed, iterations=iterations, done=rounds)
        done = rounds.done
    solution = _solution(problem, routes, done)
    served = len(problem.tasks) - len(solution.unserved)
    progress.finish(f"{served} of {len(problem.tasks)} stops, {len(routes)} routes")
    return solution


class _Rounds:
    """Counts the rounds, reports them, and tells when time is up."""

    def __init__(self, progress: Progress, late: Callable[[], bool]) -> None:
        self._progress = progress
        self._late = late
        self.done = 0

    def __call__(self) -> bool:
        """Tell whether to stop before the next round."""
        if self._late():
            return True
        self.done += 1
        if self.done % _REPORTED == 0:
            self._progress.advance(self.done)
        return False


def _first(problem: Problem, seed: int, checks: int, late: Callable[[], bool]) -> list[list[int]]:
    if len(problem.tasks) * len(problem.car_days) > _LARGEST_FIRST:
        return [[] for _ in problem.car_days]
    return first_routes(problem, seed=seed, checks=checks, out_of_time=late)


def _deadline(begun: float, seconds: float | None, share: float) -> Callable[[], bool]:
    if seconds is None:
        return lambda: False
    end = begun + seconds * share
    return lambda: time.monotonic() >= end


def _solution(problem: Problem, routes: list[SolvedRoute], iterations: int) -> Solution:
    served = {i for route in routes for i in route.tasks}
    unserved = tuple(i for i in range(len(problem.tasks)) if i not in served)
    cost, terms = solution_cost(problem, routes, unserved)
    return Solution(
        routes=tuple(routes), unserved=unserved, cost=cost, iterations=iterations, terms=terms
    )
