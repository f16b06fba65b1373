"""bookcar's own search: a run per budget, since its annealing depends on the budget."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

import numpy as np

from benchmarks.peers.answer import Answer
from bookcar.optimiser import CarDay, Problem, Task, TravelTable, solve


def prepare() -> None:
    """Compile or load the kernel."""
    ways = np.array([[0, 60], [60, 0]], dtype=np.int32)
    table = TravelTable(seconds=ways, metres=ways)
    car = CarDay(
        day=0,
        table=0,
        start=0,
        end=0,
        starts=0,
        ends=900,
        max_seconds=900,
        capacity=(9,),
    )
    stop = Task(location=1, prize=9.0, service_s=1, windows={0: ((0, 900),)}, car_days=(0,))
    solve(Problem(tables=(table,), tasks=(stop,), car_days=(car,)), iterations=1)


def run(problem: Problem, budgets: Sequence[float], seed: int) -> list[Answer]:
    """Search once for each budget."""
    return [_one(problem, budget, seed) for budget in budgets]


def _one(problem: Problem, budget: float, seed: int) -> Answer:
    began = perf_counter()
    found = solve(problem, seed=seed, seconds=budget, bound=False)
    if found.interrupted:
        raise KeyboardInterrupt  # or half a search would be written down as a whole one
    return Answer(
        budget=budget,
        seconds=perf_counter() - began,
        routes=tuple((route.car_day, route.tasks) for route in found.routes),
        cost=found.cost,
        iterations=found.iterations,
    )
