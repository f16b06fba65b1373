"""Which stops to serve, on which car-day, in which order: the way from a problem to a solution."""

from __future__ import annotations

from dataclasses import replace

from bookcar.optimiser.bound.lower import affordable_rounds, lower_bound
from bookcar.optimiser.problem import Problem, Solution
from bookcar.optimiser.sisr.solve import solve as search
from bookcar.progress import SILENT, Progress

CHAINS = 2
"""Searches side by side. Their number is fixed, so that any machine finds the same routes."""


def solve(
    problem: Problem,
    *,
    seed: int = 1,
    iterations: int,
    seconds: float | None = None,
    progress: Progress = SILENT,
    bound: bool = True,
) -> Solution:
    """Search for routes; the same problem, seed and iterations give the same solution.

    Parameters
    ----------
    iterations
        Rounds of ruin and recreate of each of `CHAINS` chains.
    seconds
        Ends the search earlier if it takes longer; what comes out then depends on the machine.
    progress
        Told how far the search is, in percent, and the cost.
    bound
        Whether a lower bound of the cost is worked out after the search.

    Returns
    -------
    A solution in any case; where nothing can be served, one without routes.
    """
    solution = search(
        problem, seed=seed, iterations=iterations, seconds=seconds, progress=progress, chains=CHAINS
    )
    if not bound or solution.interrupted:
        return solution
    return replace(solution, bound=_bound(problem, solution))


def _bound(problem: Problem, solution: Solution) -> float:
    """Bound the cost of all solutions that miss no more required stops than this one."""
    return lower_bound(
        problem,
        upper=solution.cost,
        rounds=affordable_rounds(problem, solution.iterations // CHAINS),
        missed=sum(problem.tasks[i].required for i in solution.unserved),
        routes=solution.routes,
    )
