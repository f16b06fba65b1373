"""Which stops to serve, on which car-day, in which order: the way from a problem to a solution."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from bookcar.optimiser.bound.build import Fineness
from bookcar.optimiser.bound.lower import affordable_rounds, lower_bound
from bookcar.optimiser.problem import Problem, Solution
from bookcar.optimiser.sisr.solve import solve as search
from bookcar.progress import SILENT, Progress

_SEARCH_TO_BOUND = 4
"""A search that has so many seconds takes one more for the bound."""

CHAINS = 2
"""Searches side by side. Their number is fixed, so that any machine finds the same routes."""


def solve(
    problem: Problem,
    *,
    seed: int = 1,
    iterations: int | None = None,
    seconds: float | None = None,
    workers: int = CHAINS,
    progress: Progress = SILENT,
    bound: bool = True,
) -> Solution:
    """Search for routes; the same problem, seed, iterations and workers give the same solution.

    Parameters
    ----------
    iterations
        Rounds of ruin and recreate of each chain.
    seconds
        Ends the search by the clock, after as many iterations as fit; what comes out then depends
        on the machine. With both, what is reached first ends it. The bound may take a quarter as
        long again.
    workers
        Chains side by side, a thread each; they exchange what they find.
    progress
        Told how far the search is, in percent, and the cost.
    bound
        Whether a lower bound of the cost is worked out after the search.

    Returns
    -------
    A solution in any case; where nothing can be served, one without routes.

    Raises
    ------
    ValueError
        With neither iterations nor seconds, or without a worker.
    """
    if workers < 1:
        raise ValueError(f"{workers} workers search nothing; give 1 or more.")
    solution = search(
        problem,
        seed=seed,
        iterations=iterations,
        seconds=seconds,
        progress=progress,
        chains=workers,
    )
    if not bound or solution.interrupted:
        return solution
    try:
        most = inf if seconds is None else seconds / _SEARCH_TO_BOUND
        return replace(solution, bound=_bound(problem, solution, workers, most))
    except KeyboardInterrupt:  # what was found is good without a bound, too
        return replace(solution, interrupted=True)


def _bound(problem: Problem, solution: Solution, workers: int, seconds: float) -> float | None:
    """Bound the cost of all solutions that miss no more required stops than this one.

    The kinds of car-day are told apart by their days if the search was long enough for that. None
    where it was so short that no bound would say anything.
    """
    for merged in (False, True):
        rounds = affordable_rounds(problem, solution.iterations // workers, merged=merged)
        if rounds > 0:
            return lower_bound(
                problem,
                upper=solution.cost,
                rounds=rounds,
                missed=sum(problem.tasks[i].required for i in solution.unserved),
                routes=solution.routes,
                fineness=Fineness(merged=merged),
                seconds=seconds,
            )
    return None
