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
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bookcar.optimiser.instances import read_instance
    from bookcar.optimiser.limits import at_most
    from bookcar.optimiser.problem import (
        CarDay,
        FixedRoute,
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
    "Problem": _PROBLEM,
    "Solution": _PROBLEM,
    "Spacing": _PROBLEM,
    "Task": _PROBLEM,
    "TravelTable": _PROBLEM,
    "at_most": "bookcar.optimiser.limits",
    "read_instance": "bookcar.optimiser.instances",
    "solve": "bookcar.optimiser.search",
}

__all__ = [
    "CarDay",
    "FixedRoute",
    "Problem",
    "Solution",
    "Spacing",
    "Task",
    "TravelTable",
    "at_most",
    "read_instance",
    "solve",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'bookcar.optimiser' has no attribute {name!r}")
