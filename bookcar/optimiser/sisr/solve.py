"""Solve a `bookcar.optimiser.problem.Problem` with the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

from bookcar.optimiser.cost import solution_cost
from bookcar.optimiser.problem import Problem, Solution, SolvedRoute
from bookcar.optimiser.sisr.build import lay_out
from bookcar.optimiser.sisr.chains import Budget, run
from bookcar.optimiser.sisr.compiled import is_ready
from bookcar.optimiser.sisr.routes import unpack
from bookcar.optimiser.sisr.state import State
from bookcar.optimiser.timing import schedule, without_idle_reloads
from bookcar.progress import SILENT, Progress


def solve(
    problem: Problem,
    *,
    seed: int,
    iterations: int | None,
    seconds: float | None = None,
    progress: Progress = SILENT,
    chains: int = 2,
) -> Solution:
    """Search for the cheapest routes.

    Parameters
    ----------
    iterations
        Of each chain. The same number, seed and chains give the same routes on any machine.
    seconds
        Ends the search early, by the clock; then the routes depend on the machine.
    chains
        How many searches run side by side, a thread each, and exchange what they find.

    Returns
    -------
    Routes that keep every limit, by `bookcar.optimiser.timing.schedule`.
    """
    began = monotonic()
    if iterations is None and seconds is None:
        raise ValueError("Give iterations or seconds, or the search would never end.")
    if not problem.tasks or not problem.car_days:
        return _solution(problem, [], iterations=0)
    layout, scale = lay_out(problem)
    progress.start("routes", 100)
    if not is_ready():
        progress.advance(0, "compiling the search, once on this machine")

    def report(part: float, best: State) -> None:
        served = {stop for _, stops in unpack(best.best) for stop in stops}
        missed = sum(t.required for i, t in enumerate(problem.tasks) if i not in served)
        progress.search(
            part,
            cost=(int(best.sums["best"][0]) - missed * scale.required) / scale.units,
            served=sum(not problem.tasks[i].reload for i in served),
            of=sum(not task.reload for task in problem.tasks),
        )

    seeds = [seed * chains + i for i in range(chains)]
    budget = Budget(iterations=iterations, seconds=seconds, began=began)
    heat = scale.hot, scale.cold
    found = run(layout, heat, seeds=seeds, budget=budget, report=report)
    routes = [(car, without_idle_reloads(problem, car, o)) for car, o in unpack(found.routes)]
    solution = _solution(problem, routes, iterations=found.iterations)
    solution = replace(solution, interrupted=found.interrupted)
    progress.finish(f"{solution.cost:.1f}, {solution.iterations} iterations")
    return solution


def _solution(
    problem: Problem, found: Sequence[tuple[int, tuple[int, ...]]], *, iterations: int
) -> Solution:
    routes = tuple(_timed(problem, car_day, order) for car_day, order in found)
    served = {task for route in routes for task in route.tasks}
    unserved = tuple(i for i in range(len(problem.tasks)) if i not in served)
    cost, terms = solution_cost(problem, routes, unserved)
    return Solution(routes=routes, unserved=unserved, cost=cost, iterations=iterations, terms=terms)


def _timed(problem: Problem, car_day: int, order: tuple[int, ...]) -> SolvedRoute:
    times = schedule(problem, car_day, order)
    if times is None:
        raise AssertionError(f"the kernel broke a limit on car-day {car_day}: {order}")
    return SolvedRoute(car_day=car_day, tasks=order, schedule=times)
