"""The lower bound against the best known cost: public instances, and made-up weeks.

Run it with ``python benchmarks/bound.py [folder of vrplib files]``: the folder holds ``cvrp/`` and
``vrptw/`` with a ``.sol`` file beside each instance. Weeks are those of ``weeks.py``, searched
first with the effort "normal"; seconds are of the bound alone, of one processor.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.weeks import week
from bookcar.optimiser.bound.build import Fineness
from bookcar.optimiser.bound.lower import ColumnGeneration
from bookcar.optimiser.effort import iterations
from bookcar.optimiser.instances import read_instance
from bookcar.optimiser.problem import Problem, Schedule, SolvedRoute
from bookcar.optimiser.search import solve

INSTANCES = ("cvrp/X-n101-k25", "cvrp/X-n157-k13", "cvrp/X-n200-k36")
WEEKS = (50, 100, 302)
SEED = 1
ROUNDS = 40


def public(path: Path) -> None:
    """Bound an instance, beginning with the best known solution."""
    import vrplib  # noqa: PLC0415  (only benchmarks need it)

    known = vrplib.read_solution(path.with_suffix(".sol"))
    timeless = Schedule(depart=0, arrive=(), begin=(), leave=(), back=0)
    routes = [
        SolvedRoute(car_day=i, tasks=tuple(c - 1 for c in order), schedule=timeless)
        for i, order in enumerate(known["routes"])
    ]
    report(path.stem, read_instance(path), known["cost"], routes, missed=0)


def made_up(tasks: int) -> None:
    """Search a week, and bound it."""
    problem = week(tasks, SEED)
    found = solve(problem, iterations=iterations("normal", tasks), bound=False)
    missed = sum(problem.tasks[i].required for i in found.unserved)
    report(f"week of {tasks} stops", problem, found.cost, found.routes, missed=missed)


def report(
    name: str,
    problem: Problem,
    cost: float,
    routes: list[SolvedRoute] | tuple[SolvedRoute, ...],
    *,
    missed: int,
) -> None:
    """Print a line."""
    for merged, rounds in itertools.product((False, True), (ROUNDS // 2, ROUNDS)):
        began = time.process_time()
        climb = ColumnGeneration(problem, Fineness(merged=merged), expensive=cost)
        climb.adopt((route.car_day, route.tasks) for route in routes)
        climb.go_on(rounds)
        bound = min(cost, climb.bound(missed))
        seconds = time.process_time() - began
        gap = 100 * (1 - bound / cost)
        days = "merged" if merged else "apart"
        print(f"{name:20s} {days} {rounds:6d} {cost:10.1f} {bound:10.1f} {gap:6.1f} {seconds:8.1f}")


def main(folder: Path | None) -> None:
    """Print a line per instance and number of rounds."""
    ColumnGeneration(week(5, SEED), Fineness(), expensive=1e6).go_on(1)  # compiles the kernel
    print("instance             days   rounds       cost      bound  gap %    CPU s")
    if folder is not None:
        for name in INSTANCES:
            public(folder / f"{name}.vrp")
    for tasks in WEEKS:
        made_up(tasks)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
