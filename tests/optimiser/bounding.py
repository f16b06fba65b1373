"""The bound in one call, from a known solution."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from bookcar.optimiser.bound.build import Fineness
from bookcar.optimiser.bound.lower import ColumnGeneration
from bookcar.optimiser.problem import Problem, SolvedRoute


def lower_bound(
    problem: Problem,
    *,
    upper: float,
    rounds: int,
    missed: int | None = None,
    routes: Iterable[SolvedRoute] = (),
    fineness: Fineness | None = None,
    deadline: float = inf,
) -> float:
    climb = ColumnGeneration(problem, fineness or Fineness(), expensive=upper, deadline=deadline)
    climb.adopt((route.car_day, route.tasks) for route in routes)
    climb.go_on(rounds)
    return min(upper, climb.bound(missed))
