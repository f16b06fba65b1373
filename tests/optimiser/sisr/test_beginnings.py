"""Fixed beginnings beside reloads, depots, spacings and collections: routes keep every limit."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations

import pytest
from optimiser.sisr import everything
from optimiser.small_problems import line, problem, stocked_problem, task

from bookcar.errors import SearchError
from bookcar.optimiser.problem import FixedRoute, Problem, Spacing
from bookcar.optimiser.sisr.solve import solve
from bookcar.optimiser.timing import schedule


def begun(seed: int) -> Problem:
    """Return a random problem in which some car-days have begun, with a reload at times."""
    rng = random.Random(seed)
    given = stocked_problem(seed, rng.choice((6, 9)), 4)
    stops = [i for i, task in enumerate(given.tasks) if not task.reload]
    tasks = list(given.tasks)
    for one, other in ((0, 1), (2, 3)):
        tasks[other] = replace(tasks[one], windows=tasks[other].windows, delivers=())
    spacings = tuple(Spacing(tasks=pair, days=rng.choice((1, 2))) for pair in ((0, 1), (2, 3)))
    given = replace(given, tasks=tuple(tasks), spacings=spacings)
    fixed: list[FixedRoute] = []
    free = [i for i in stops if i not in (1, 3)]
    for car in rng.sample(range(4), 3):
        order = _beginning(rng, given, car, free)
        if order:
            free = [i for i in free if i not in order]
            fixed.append(FixedRoute(car_day=car, tasks=order, open=rng.random() < 0.8))
    return replace(given, fixed=tuple(fixed))


def _beginning(rng: random.Random, given: Problem, car: int, free: list[int]) -> tuple[int, ...]:
    calls = [i for i, t in enumerate(given.tasks) if t.reload and t.car_days == (car,)]
    chosen = rng.sample(free, min(2, len(free)))
    orders = [o for n in (3, 2, 1) for o in permutations([*chosen, rng.choice(calls)], n)]
    good = [o for o in orders if o[-1] in free and schedule(given, car, o) is not None]
    return good[0] if good else ()


@pytest.mark.parametrize("seed", range(40))
def test_what_follows_a_fixed_beginning_keeps_every_limit(seed: int) -> None:
    given = begun(seed)
    solution = solve(given, seed=seed, iterations=300, chains=2)
    assert everything.keeps(given, list(solution.routes))


def test_a_beginning_that_breaks_a_limit_is_an_error_of_our_own() -> None:
    given = problem(line(0, 10), task(1, depot=7))
    given = replace(given, fixed=(FixedRoute(car_day=0, tasks=(0,), open=True),))
    with pytest.raises(SearchError, match="car-day 0"):
        solve(given, seed=1, iterations=10)
