"""The search for routes: right on small cases, the same every time, and stopped at any time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from optimiser.peers import best_objective, broken_rules, objective
from optimiser.small_problems import (
    ALL_DAY,
    H,
    M,
    car_day,
    line,
    problem,
    random_problem,
    table,
    task,
)

from bookcar.optimiser.cost import solution_cost
from bookcar.optimiser.effort import EFFORTS, iterations
from bookcar.optimiser.insertion import insertions
from bookcar.optimiser.problem import CarDay, FixedRoute, Problem, Solution, Spacing, Task
from bookcar.optimiser.search import solve
from bookcar.optimiser.start import usable
from bookcar.progress import SILENT


def _served(solution: Solution) -> set[int]:
    return {i for route in solution.routes for i in route.tasks}


@pytest.mark.parametrize("seed", range(24))
def test_small_problems_are_solved_as_brute_force_solves_them(seed: int) -> None:
    case = random_problem(seed, tasks=3 + seed % 3)
    solution = solve(case, seed=seed, iterations=300)
    assert broken_rules(case, solution) == []
    best = best_objective(case)
    assert objective(case, solution) == (best[0], pytest.approx(best[1]))


def test_six_stops_on_three_car_days_as_brute_force() -> None:
    case = random_problem(7, tasks=6, car_days=3)
    solution = solve(case, iterations=800)
    best = best_objective(case)
    assert objective(case, solution) == (best[0], pytest.approx(best[1]))


def test_the_same_seed_gives_the_same_solution() -> None:
    case = random_problem(3, tasks=12, car_days=4)
    assert solve(case, seed=5, iterations=60) == solve(case, seed=5, iterations=60)


def test_the_cost_is_the_sum_of_its_terms() -> None:
    case = random_problem(4, tasks=9, car_days=4)
    solution = solve(case, iterations=50)
    cost, terms = solution_cost(case, solution.routes, solution.unserved)
    assert solution.cost == cost == pytest.approx(sum(terms.values()))
    assert solution.terms == terms


@pytest.mark.parametrize("case", [problem(line(0)), Problem(tables=(), tasks=(), car_days=())])
def test_nothing_to_do_is_done(case: Problem) -> None:
    assert solve(case, iterations=10).routes == ()


def test_without_a_car_everything_is_unserved() -> None:
    case = Problem(tables=(line(0, 5),), tasks=(task(1, car_days=()),), car_days=())
    assert solve(case, iterations=10).unserved == (0,)


def test_a_stop_that_no_road_reaches_is_left() -> None:
    blocked = table([[0, 60, -1], [60, 0, -1], [-1, -1, 0]])
    solution = solve(problem(blocked, task(1), task(2, required=True)), iterations=20)
    assert (_served(solution), solution.unserved) == ({0}, (1,))


def test_a_stop_not_worth_the_way_is_left_but_a_required_one_is_not() -> None:
    poor = {"prize": 9.0, "location": 1}
    assert _served(solve(problem(line(0, 5), task(**poor)), iterations=20)) == set()
    required = task(**poor, required=True)
    assert _served(solve(problem(line(0, 5), required), iterations=20)) == {0}


LIMITS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "distance": ({"distance": 20_000}, {"distance": 60_000}),
    "max_seconds": ({"max_seconds": 50 * M}, {"max_seconds": 2 * H}),
    "ends": ({"ends": 8 * H + 50 * M}, {"ends": 12 * H}),
    "books": ({"capacity": (50, None)}, {"capacity": (100, None)}),
    "kg": ({"capacity": (None, 10)}, {"capacity": (None, 20)}),
    "stops": ({"stops": 1}, {"stops": 2}),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_binds(limit: str) -> None:
    """Two stops, either of which fits alone: under the tight limit only one is served."""
    tight, loose = LIMITS[limit]
    tasks = (task(1, delivers=(50, 10)), task(2, delivers=(50, 10)))
    travel = table([[0, 600, 600], [600, 0, 1200], [600, 1200, 0]], _far())
    for fields, count in ((tight, 1), (loose, 2)):
        case = problem(travel, *tasks, cars=(car_day(**fields),))
        assert len(_served(solve(case, iterations=50))) == count


def _far() -> list[list[int]]:
    return [[0, 10_000, 10_000], [10_000, 0, 20_000], [10_000, 20_000, 0]]


def test_windows_bind() -> None:
    """Both stops are open only in the same half hour, far apart."""
    narrow = {0: ((9 * H, 9 * H + 30 * M),)}
    case = problem(line(0, 30, -30), task(1, windows=narrow), task(2, windows=narrow))
    assert len(_served(solve(case, iterations=50))) == 1
    later = task(2, windows={0: ((11 * H, 12 * H),)})
    case = problem(line(0, 30, -30), task(1, windows=narrow), later)
    assert len(_served(solve(case, iterations=50))) == 2


def test_the_break_binds() -> None:
    """The day has room for two stops, or for one stop and the break."""
    tasks = (task(1, service_s=H), task(2, service_s=H))
    with_break = car_day(max_seconds=3 * H, break_s=H, break_after_s=2 * H)
    without = car_day(max_seconds=3 * H)
    for car, count in ((with_break, 1), (without, 2)):
        case = problem(line(0, 20, 25), *tasks, cars=(car,))
        assert len(_served(solve(case, iterations=50))) == count


def test_allowed_car_days_bind() -> None:
    cars = (car_day(day=0), car_day(day=1))
    case = problem(line(0, 5), task(1, car_days=(1,)), cars=cars)
    assert [route.car_day for route in solve(case, iterations=20).routes] == [1]


def test_a_window_of_another_day_does_not_count() -> None:
    cars = (car_day(day=0), car_day(day=1))
    stop = task(1, car_days=(0, 1), windows={1: ALL_DAY})
    assert [
        r.car_day for r in solve(problem(line(0, 5), stop, cars=cars), iterations=20).routes
    ] == [1]


def test_effort_grows_and_follows_the_size() -> None:
    counts = [iterations(effort, 100) for effort in EFFORTS]
    assert counts == sorted(counts)
    assert iterations("normal", 300) >= iterations("normal", 1) >= iterations("normal", 0) > 0
    assert all(isinstance(iterations("thorough", n), int) for n in (1, 302, 10_000))


def _wide(tasks: int) -> Problem:
    rng = np.random.default_rng(1)
    at = rng.uniform(0, 60, (tasks + 1, 2))
    km = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    travel = table((km * 100).astype(int).tolist(), (km * 1000).astype(int).tolist())
    cars: tuple[CarDay, ...] = tuple(car_day(day=d) for d in range(5))
    stops: tuple[Task, ...] = tuple(task(i + 1, car_days=(0, 1, 2, 3, 4)) for i in range(tasks))
    return problem(travel, *stops, cars=cars)


def test_seconds_cap_the_search() -> None:
    begun = time.monotonic()
    solution = solve(_wide(60), iterations=10**9, seconds=1.0)
    assert time.monotonic() - begun < 20
    assert 0 < solution.iterations < 10**9


INTERRUPTED = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background ignores it
from optimiser.test_search import _wide
from bookcar.optimiser.search import solve
from bookcar.progress import SILENT
SILENT.search = lambda *_, **figures: print("searching", flush=True)
try:
    print("begun", flush=True)
    found = solve(_wide(60), iterations=10**9)
    print("stopped" if found.interrupted and found.routes else "not interrupted", flush=True)
except KeyboardInterrupt:
    print("raised", flush=True)
"""


def test_ctrl_c_ends_the_search_with_what_it_has() -> None:
    assert _interrupted("searching\n") == "stopped\n"


def test_ctrl_c_is_heard_while_the_search_is_loaded() -> None:
    assert _interrupted("begun\n") in {"raised\n", "stopped\n"}


def test_a_second_ctrl_c_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(part: float, **figures: object) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(SILENT, "search", twice)
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            solve(_wide(10), iterations=1_000)
    finally:
        signal.signal(signal.SIGINT, previous)


def _interrupted(after: str) -> str:
    """Interrupt a search as soon as it writes a line; return the last one it writes."""
    tests = str(Path(__file__).resolve().parent.parent)
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": tests},
    )
    assert process.stdout is not None
    while process.stdout.readline() != after:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=180)
    return out.splitlines(keepends=True)[-1]


def _as_orders(found: Solution) -> list[tuple[int, tuple[int, ...]]]:
    return [(route.car_day, route.tasks) for route in found.routes]


@pytest.mark.parametrize("seed", range(5))
def test_a_search_that_begins_with_routes_ends_no_worse(seed: int) -> None:
    case = random_problem(seed, tasks=14, car_days=4)
    first = solve(case, seed=seed, iterations=400, bound=False)
    again = solve(case, seed=seed, iterations=40, bound=False, start=_as_orders(first))
    assert again.cost <= first.cost + 1e-6
    assert again == solve(case, seed=seed, iterations=40, bound=False, start=_as_orders(first))


def test_a_search_that_begins_with_routes_is_shorter() -> None:
    case = random_problem(1, tasks=14, car_days=4)
    first = solve(case, iterations=400, bound=False)
    again = solve(case, iterations=400, bound=False, start=_as_orders(first))
    assert 0 < again.iterations <= first.iterations / 2


def test_routes_to_begin_with_are_kept_as_far_as_they_keep_the_limits() -> None:
    cars = (car_day(stops=2), car_day(day=1))
    stops = [task(k, car_days=(0, 1)) for k in (1, 2, 3)]
    case = problem(line(0, 5, 10, 15), *stops, cars=cars)
    assert usable(case, [(0, (2, 1, 0)), (1, (1, 0))]) == [(0, (2, 1)), (1, (0,))]
    fixed = FixedRoute(car_day=0, tasks=(0,), open=True)
    assert usable(replace(case, fixed=(fixed,)), [(0, (2, 1))]) == [(0, (0, 2))]
    near = Spacing(tasks=(0, 1), days=2)
    assert usable(replace(case, spacings=(near,)), [(0, (0,)), (1, (1, 2))]) == [
        (0, (0,)),
        (1, (2,)),
    ]


def test_reloads_alone_are_no_route_to_begin_with() -> None:
    case = problem(line(0, 5), task(1), task(0, prize=0.0, reload=True))
    assert usable(case, [(0, (1,))]) == []
    assert usable(case, [(0, (1, 0))]) == [(0, (0,))]


def test_the_bound_may_be_of_a_problem_that_allows_more() -> None:
    free = random_problem(2, tasks=8, car_days=4)
    tight = replace(free, tasks=tuple(replace(t, car_days=t.car_days[:1]) for t in free.tasks))
    alone = solve(free, iterations=3_000)
    found = solve(tight, iterations=3_000, bound=free)
    assert found.bound is not None
    assert found.bound <= alone.cost + 1e-6


@pytest.mark.parametrize("seed", range(20))
def test_no_stop_stays_out_that_fits_for_less_than_it_is_worth(seed: int) -> None:
    case = random_problem(seed, tasks=12, car_days=4)
    found = solve(case, iterations=1, bound=False)
    left = [k for k in found.unserved if not case.tasks[k].reload]
    assert not any(verdict.pays for verdict in insertions(case, found.routes, left))
