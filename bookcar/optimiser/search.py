"""Which stops to serve, on which car-day, in which order: the way from a problem to a solution."""

from __future__ import annotations

from bookcar.optimiser.problem import Problem, Solution
from bookcar.optimiser.sisr.solve import solve as search
from bookcar.progress import SILENT, Progress

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
) -> Solution:
    """Search for routes; the same problem, seed, iterations and workers give the same solution.

    Parameters
    ----------
    iterations
        Rounds of ruin and recreate of each chain.
    seconds
        Ends the search by the clock, after as many iterations as fit; what comes out then depends
        on the machine. With both, what is reached first ends it.
    workers
        Chains side by side, a thread each; they exchange what they find.
    progress
        Told how far the search is, in percent, and the cost.

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
    return search(
        problem,
        seed=seed,
        iterations=iterations,
        seconds=seconds,
        progress=progress,
        chains=workers,
    )
