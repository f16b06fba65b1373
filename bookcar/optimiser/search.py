"""Which stops to serve, on which car-day, in which order: the way from a problem to a solution."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from bookcar.compiled import is_ready, note_compiled
from bookcar.optimiser.bound.background import BackgroundBound
from bookcar.optimiser.cost import gap, in_hundredths, solution_cost
from bookcar.optimiser.insertion import filled
from bookcar.optimiser.patterns import made_by, without_patterns
from bookcar.optimiser.patterns import unserved as left_of
from bookcar.optimiser.problem import Problem, Solution, Standing
from bookcar.optimiser.sharing import shares_anything
from bookcar.optimiser.sisr.anneal import anneal
from bookcar.optimiser.sisr.anneal_groups import anneal_groups
from bookcar.optimiser.sisr.solve import Watch
from bookcar.optimiser.sisr.solve import solve as search
from bookcar.optimiser.start import Orders
from bookcar.progress import SILENT, Progress

SHARE_AGAIN = 0.25
"""Of its iterations a search makes so many if it begins with given routes."""

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
    bound: bool | Problem = True,
    start: Orders = (),
) -> Solution:
    """Search for routes; the same problem, seed, iterations and workers give the same solution.

    Parameters
    ----------
    iterations
        Rounds of ruin and recreate of each chain.
    seconds
        Ends the search by the clock, after as many iterations as fit; what comes out then depends
        on the machine. With both, what is reached first ends it. The bound may take a quarter as
        long again. What has to be compiled at the first start does not count.
    workers
        Chains side by side, a thread each; they exchange what they find.
    progress
        Told how the search stands whenever the chains meet.
    bound
        Whether a lower bound of the cost is worked out too: beside the search, or after it where
        seconds may end that. Given a problem of the same tasks and car-days that allows these
        routes and more, the bound is of that one.
    start
        Routes to begin with: car-days, each with its tasks in order. They are kept as far as they
        keep every limit. Such a search is shorter: it makes `SHARE_AGAIN` of the iterations.

    Returns
    -------
    A solution in any case; where nothing can be served, one without routes.

    Raises
    ------
    ValueError
        With neither iterations nor seconds, or without a worker.
    """
    _require(iterations=iterations, seconds=seconds, workers=workers)
    background = _background(problem, iterations=iterations, seconds=seconds, bound=bound)
    if start and iterations is not None:
        iterations = max(1, round(SHARE_AGAIN * iterations))
    progress.start("steps.routes", 100)
    compiles = not is_ready(anneal_groups if shares_anything(problem) else anneal)
    if compiles:
        progress.advance(0, "steps.compiling")
    try:
        solution = search(
            problem,
            seed=seed,
            iterations=iterations,
            seconds=seconds,
            watch=_telling(problem, background, progress),
            chains=workers,
            start=start,
        )
        solution = _filled(problem, solution)
        if bound is not False and not solution.interrupted:
            solution = _bounded(solution, background, progress)
    finally:
        background.give_up()
        if compiles:
            note_compiled()
    _finish(progress, problem, solution)
    return solution


def _require(*, iterations: int | None, seconds: float | None, workers: int) -> None:
    if workers < 1:
        raise ValueError(f"{workers} workers search nothing; give 1 or more.")
    if iterations is None and seconds is None:
        raise ValueError("Give iterations or seconds, or the search would never end.")


def _background(
    problem: Problem, *, iterations: int | None, seconds: float | None, bound: bool | Problem
) -> BackgroundBound:
    """Return the bound: not to compete for the processors where the clock may end the search."""
    if bound is False:
        return BackgroundBound(problem, begin_at=inf)
    problem = without_patterns(problem if bound is True else bound)
    if seconds is None:
        return BackgroundBound(problem, iterations=iterations)
    return BackgroundBound(problem, begin_at=1.0, seconds=seconds)


def _telling(problem: Problem, background: BackgroundBound, progress: Progress) -> Watch:
    """Return what tells of the search under way, and the bound of it."""
    stops = sum(not task.reload for task in problem.tasks)

    def watch(standing: Standing) -> None:
        progress.search(
            standing.part,
            cost=standing.cost,
            served=stops - sum(not problem.tasks[i].reload for i in standing.unserved),
            of=stops,
            bound=background.current(standing),
        )

    return watch


def _filled(problem: Problem, solution: Solution) -> Solution:
    """Return the solution with what fits for no more than it is worth put in at last."""
    if not problem.car_days or all(problem.tasks[k].reload for k in solution.unserved):
        return solution
    routes = filled(problem, solution.routes)
    unserved = left_of(problem, made_by(routes))
    if len(unserved) == len(solution.unserved):
        return solution
    cost, terms = solution_cost(problem, routes, unserved)
    return replace(solution, routes=routes, unserved=unserved, cost=cost, terms=terms)


def _bounded(solution: Solution, background: BackgroundBound, progress: Progress) -> Solution:
    try:
        progress.advance(100, "steps.bounding")
        return replace(solution, bound=background.ended(solution.cost, solution.unserved))
    except KeyboardInterrupt:  # what was found is good without a bound, too
        return replace(solution, interrupted=True)


def _finish(progress: Progress, problem: Problem, solution: Solution) -> None:
    _, cost, bound = in_hundredths(solution.terms, solution.bound)
    figures = {"cost": cost, "iterations": solution.iterations}
    above = None if bound is None else gap(cost, bound)
    if above is None or any(problem.tasks[i].required for i in solution.unserved):
        progress.finish("steps.routes-done", **figures)
    else:
        progress.finish("steps.routes-gap", gap=above, **figures)
