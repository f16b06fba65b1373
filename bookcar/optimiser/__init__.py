"""The search for routes: a problem in plain numbers in, routes with times out.

Two villages on one road, 10 and 20 km from the depot, and one car on one day:

>>> import numpy as np
>>> from bookcar.optimiser import CarDay, Problem, Task, TravelTable, at_most, solve
>>> km = np.array([[0, 10, 20], [10, 0, 10], [20, 10, 0]], dtype=np.int32)
>>> table = TravelTable(seconds=km * 120, metres=km * 1000)
>>> car = CarDay(day=0, table=0, start=0, end=0, starts=8 * 3600, ends=17 * 3600,
...              max_seconds=9 * 3600, capacity=(500,), most=at_most(distance=200_000))
>>> villages = [Task(location=place, prize=60.0, service_s=1800, windows={0: ((28_800, 61_200),)},
...                  car_days=(0,), delivers=(100,)) for place in (1, 2)]
>>> problem = Problem(tables=(table,), tasks=tuple(villages), car_days=(car,))
>>> solution = solve(problem, seed=1, iterations=1000)
>>> solution.cost, solution.unserved, sorted(solution.routes[0].tasks)
(40.0, (), [0, 1])

Four weeks, each village twice: both in weeks 0 and 2 or both in weeks 1 and 3, wherever that is
cheaper together. Each visit is a task, those of one village a group:

>>> from dataclasses import replace
>>> from bookcar.optimiser import Group, on_days
>>> weeks = tuple(replace(car, day=week) for week in range(4))
>>> open_all_weeks = dict.fromkeys(range(4), ((28_800, 61_200),))
>>> visits = [replace(villages[n // 2], windows=open_all_weeks, car_days=(0, 1, 2, 3))
...           for n in range(4)]
>>> patterns = on_days(weeks, (0, 2)), on_days(weeks, (1, 3))
>>> groups = tuple(Group(tasks=(n, n + 1), patterns=patterns) for n in (0, 2))
>>> cycle = Problem(tables=(table,), tasks=tuple(visits), car_days=weeks, groups=groups)
>>> solution = solve(cycle, seed=1, iterations=1000)
>>> solution.cost, len(set(solution.patterns))
(80.0, 1)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bookcar.optimiser.instances import read_instance
    from bookcar.optimiser.limits import at_most
    from bookcar.optimiser.many import Job, Outcome, solve_many
    from bookcar.optimiser.patterns import on_days
    from bookcar.optimiser.problem import (
        CarDay,
        FixedRoute,
        Group,
        HandOn,
        Pattern,
        Problem,
        Solution,
        Spacing,
        Task,
        TravelTable,
    )
    from bookcar.optimiser.search import solve

_PROBLEM = "bookcar.optimiser.problem"

# Imported at first use: numba takes most of a second.
_HOMES = {
    "CarDay": _PROBLEM,
    "FixedRoute": _PROBLEM,
    "Group": _PROBLEM,
    "HandOn": _PROBLEM,
    "Job": "bookcar.optimiser.many",
    "Outcome": "bookcar.optimiser.many",
    "Pattern": _PROBLEM,
    "Problem": _PROBLEM,
    "Solution": _PROBLEM,
    "Spacing": _PROBLEM,
    "Task": _PROBLEM,
    "TravelTable": _PROBLEM,
    "at_most": "bookcar.optimiser.limits",
    "on_days": "bookcar.optimiser.patterns",
    "read_instance": "bookcar.optimiser.instances",
    "solve": "bookcar.optimiser.search",
    "solve_many": "bookcar.optimiser.many",
}

__all__ = [
    "CarDay",
    "FixedRoute",
    "Group",
    "HandOn",
    "Job",
    "Outcome",
    "Pattern",
    "Problem",
    "Solution",
    "Spacing",
    "Task",
    "TravelTable",
    "at_most",
    "on_days",
    "read_instance",
    "solve",
    "solve_many",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'bookcar.optimiser' has no attribute {name!r}")
