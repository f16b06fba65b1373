"""Solve a `bookcar.optimiser.problem.Problem` with the kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic

from bookcar.errors import SearchError
from bookcar.optimiser.cost import solution_cost
from bookcar.optimiser.idle import without_idle_reloads
from bookcar.optimiser.patterns import chosen, made_by, pattern_faults, unserved
from bookcar.optimiser.problem import Problem, Solution, SolvedRoute, Standing
from bookcar.optimiser.sharing import changed, overdrawn, shares_anything
from bookcar.optimiser.sisr.build import lay_out
from bookcar.optimiser.sisr.chains import Budget, run
from bookcar.optimiser.sisr.groups import lay_out_groups
from bookcar.optimiser.sisr.routes import NO_ROUTES, pack, unpack
from bookcar.optimiser.sisr.state import State
from bookcar.optimiser.start import Orders, usable
from bookcar.optimiser.timing import schedule

Watch = Callable[[Standing], None]
"""Told at every meeting of the chains how the search stands."""


def solve(
    problem: Problem,
    *,
    seed: int,
    iterations: int | None,
    seconds: float | None = None,
    watch: Watch = lambda _: None,
    chains: int = 2,
    start: Orders = (),
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
    start
        Routes to begin with, as far as they keep the limits.

    Returns
    -------
    Routes that keep every limit, by `bookcar.optimiser.timing.schedule`.

    Raises
    ------
    SearchError
        If a route breaks a limit: one that was fixed so, or one that the kernel made by mistake.
    """
    began = monotonic()
    if not problem.tasks or not problem.car_days:
        return _solution(problem, [], iterations=0)
    layout, scale = lay_out(problem)

    def report(part: float, best: State) -> None:
        routes = tuple(unpack(best.best))
        left = unserved(problem, {stop: car for car, stops in routes for stop in stops})
        missed = sum(problem.tasks[i].required for i in left)
        watch(
            Standing(
                part=part,
                iterations=int(best.sums["iteration"][0]),
                cost=(int(best.sums["best"][0]) - missed * scale.required) / scale.units,
                unserved=left,
                routes=routes,
            )
        )

    seeds = [seed * chains + i for i in range(chains)]
    budget = Budget(iterations=iterations, seconds=seconds, began=began)
    heat = scale.hot, scale.cold
    begun = pack(usable(problem, start)) if start else NO_ROUTES
    cycle = lay_out_groups(problem, layout, scale) if shares_anything(problem) else None
    found = run(layout, heat, seeds=seeds, budget=budget, report=report, start=begun, cycle=cycle)
    routes = [(car, without_idle_reloads(problem, car, o)) for car, o in unpack(found.routes)]
    driven = [(car, order) for car, order in routes if order]
    solution = _solution(problem, driven, iterations=found.iterations)
    return replace(solution, interrupted=found.interrupted)


def _solution(
    problem: Problem, found: Sequence[tuple[int, tuple[int, ...]]], *, iterations: int
) -> Solution:
    routes = tuple(_timed(problem, car_day, order) for car_day, order in found)
    made = made_by(routes)
    patterns = chosen(problem, made)
    broken = [*pattern_faults(problem, made), *overdrawn(problem, made)]
    most, changes = problem.most_changes, len(changed(problem, patterns))
    if most is not None and changes > most:
        broken.append(f"{changes} groups change, of {most} that may")
    if broken:
        raise SearchError([f"search: {fault}." for fault in broken])
    left = unserved(problem, made)
    cost, terms = solution_cost(problem, routes, left)
    return Solution(
        routes=routes,
        unserved=left,
        cost=cost,
        iterations=iterations,
        terms=terms,
        patterns=patterns,
    )


def _timed(problem: Problem, car_day: int, order: tuple[int, ...]) -> SolvedRoute:
    times = schedule(problem, car_day, order)
    if times is None:
        raise SearchError([f"search: the route of car-day {car_day}, {order}, breaks a limit."])
    return SolvedRoute(car_day=car_day, tasks=order, schedule=times)
