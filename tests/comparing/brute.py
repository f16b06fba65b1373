"""The best of all ways to serve a few stops, by trying each; what is valid the checker says."""

from __future__ import annotations

from itertools import combinations, permutations

from benchmarks.checker import check
from bookcar.optimiser.problem import Problem

_DEAR = 1e9


def best_objective(problem: Problem, longest: int) -> float:
    """Return the objective of the optimum; no route may hold more than ``longest`` stops."""
    best = {0: 0.0}
    for car_day in range(len(problem.car_days)):
        best = _with_one_more(best, _routes(problem, car_day, longest))
    return min(cost + _lost(problem, served) for served, cost in best.items())


def _with_one_more(best: dict[int, float], routes: dict[int, float]) -> dict[int, float]:
    joined = dict(best)
    for served, cost in best.items():
        for members, own in routes.items():
            if not served & members:
                both = served | members
                joined[both] = min(joined.get(both, _DEAR), cost + own)
    return joined


def _routes(problem: Problem, car_day: int, longest: int) -> dict[int, float]:
    """Return the cheapest route of a car-day through each set of stops, as bits."""
    costs: dict[int, float] = {}
    for count in range(1, longest + 1):
        for members in combinations(range(len(problem.tasks)), count):
            bits = sum(1 << i for i in members)
            found = (check(problem, [(car_day, order)]) for order in permutations(members))
            own = [v.objective - v.prizes_lost for v in found if not v.faults]
            if own:
                costs[bits] = min(own)
    return costs


def _lost(problem: Problem, served: int) -> float:
    left = [t for i, t in enumerate(problem.tasks) if not served >> i & 1]
    return sum(_DEAR if t.required else t.prize for t in left)
