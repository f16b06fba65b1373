"""The lower bound: never above what brute force finds, and tight where it can be by hand."""

from __future__ import annotations

import pytest
from optimiser.peers import best_objective
from optimiser.small_problems import random_problem

from bookcar.optimiser.bound.lower import lower_bound

TOLERANCE = 1e-6


@pytest.mark.parametrize("seed", range(120))
def test_the_bound_is_never_above_the_optimum(seed: int) -> None:
    case = random_problem(seed, tasks=2 + seed % 4, car_days=1 + seed % 3)
    missed, cost = best_objective(case)
    bound = lower_bound(case, upper=cost + 100.0, rounds=12, missed=missed)
    assert 0 <= bound <= cost + TOLERANCE
