"""OR-Tools' part by itself: its model binds where the real rules do, and it can be stopped."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from optimiser.small_problems import ALL_DAY, H, M, car_day, line, problem, random_problem, task

from bookcar.optimiser.ortools_model import build, cost_scale
from bookcar.optimiser.ortools_search import first_routes
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.timing import schedule


def routes(case: Problem, checks: int = 20_000) -> list[list[int]]:
    return first_routes(case, seed=1, checks=checks, out_of_time=lambda: False)


def served(case: Problem) -> set[int]:
    return {i for route in routes(case) for i in route}


@pytest.mark.parametrize(
    "tight",
    [
        {"max_metres": 59_999},
        {"max_seconds": 79 * M},
        {"ends": 8 * H + 79 * M},
        {"books": 39},
        {"kg": 19},
        {"max_stops": 1},
    ],
    ids=lambda tight: next(iter(tight)),
)
def test_the_model_knows_each_limit(tight: dict[str, int]):
    """One unit less than both stops need, and only one is served; with that unit, both are."""
    stops = [task(1, drop_books=20, drop_kg=10), task(2, drop_books=20, drop_kg=10)]
    both = {
        name: value + (1 if value < 1_000 or name == "max_metres" else M)
        for name, value in tight.items()
    }
    for limits, count in ((tight, 1), (both, 2)):
        case = problem(line(0, 15, 30), *stops, cars=(car_day(**limits),))
        assert len(served(case)) == count


def test_the_model_knows_the_load_between_the_ends():
    """Neither what leaves nor what comes back is too much, but both meet on the way."""
    first = task(1, drop_books=10, collect_books=90, windows={0: ((8 * H, 9 * H),)})
    second = task(2, drop_books=90, collect_books=10, windows={0: ((10 * H, 11 * H),)})
    for books, count in ((179, 1), (180, 2)):
        case = problem(line(0, 15, 30), first, second, cars=(car_day(books=books),))
        assert len(served(case)) == count


def test_a_stop_with_other_hours_each_day_is_one_stop():
    windows = {0: ((8 * H, 9 * H),), 1: ((14 * H, 15 * H),), 2: ((14 * H, 15 * H),)}
    cars = tuple(car_day(day=day) for day in range(3))
    case = problem(line(0, 15), task(1, windows=windows, car_days=(0, 1, 2)), cars=cars)
    model = build(case, range(1))
    assert [(node.task, node.car_days) for node in model.nodes] == [(0, (0,)), (0, (1, 2))]
    assert sorted(routes(case)) == [[], [], [0]]


def test_two_windows_leave_no_service_between_them():
    lunch = task(1, windows={0: ((8 * H, 12 * H), (14 * H, 17 * H))})
    noon = car_day(starts=12 * H, ends=14 * H)
    assert served(problem(line(0, 15), lunch, cars=(noon,))) == set()
    assert served(problem(line(0, 15), lunch, cars=(car_day(starts=12 * H),))) == {0}


def test_a_day_too_short_for_any_window_is_no_error():
    evening = task(1, windows={0: ((20 * H, 22 * H),)})
    upside_down = car_day(starts=12 * H, ends=8 * H)
    for car in (car_day(), upside_down):
        assert served(problem(line(0, 15), evening, task(1), cars=(car,))) <= {1}


@pytest.mark.parametrize("prize", [1e-3, 1e3, 1e12])
def test_costs_of_any_size_become_integers(prize: float):
    """A required stop beats any prize, and prizes of any size beat none."""
    stops = (task(1, prize=prize), task(2, prize=0.0, required=True))
    one = car_day(max_stops=1, cost_km=prize / 1e6, cost_hour=prize / 1e6)
    case = problem(line(0, 15, -15), *stops, cars=(one,))
    assert 0 < cost_scale(case) <= 1e6
    assert served(case) == {1}
    assert served(problem(line(0, 15), stops[0], cars=(one,))) == {0}


def test_the_same_checks_give_the_same_routes():
    case = random_problem(11, tasks=14, car_days=4)
    assert routes(case, 30_000) == routes(case, 30_000)


def test_most_routes_hold_under_the_exact_rules():
    """The model is close: without breaks, nearly whatever it returns can be timed as it stands."""
    held = broken = 0
    for seed in range(12):
        case = random_problem(seed, tasks=8, car_days=4)
        for car_day_index, order in enumerate(routes(case, 5_000)):
            if order and not case.car_days[car_day_index].break_s:
                timed = schedule(case, car_day_index, order) is not None
                held, broken = held + timed, broken + (not timed)
    assert held > 5
    assert broken == 0


def test_no_check_and_no_time_give_no_routes_or_some():
    case = problem(line(0, 15), task(1))
    for checks, late in ((0, False), (10**6, True)):
        found = first_routes(case, seed=1, checks=checks, out_of_time=_always(late))
        assert found in ([[]], [[0]])


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Have Ctrl-C raise as in a terminal; a test worker may have it otherwise."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_inside_ortools_is_raised_after_it():
    def press() -> bool:
        signal.raise_signal(signal.SIGINT)
        return False

    with pytest.raises(KeyboardInterrupt):
        first_routes(problem(line(0, 15), task(1)), seed=1, checks=10**7, out_of_time=press)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_inside_ortools_is_raised_after_it():
    def fail() -> bool:
        raise RuntimeError("from within")

    with pytest.raises(RuntimeError, match="from within"):
        first_routes(problem(line(0, 15), task(1)), seed=1, checks=10**7, out_of_time=fail)


def test_windows_that_no_car_day_shares_make_no_node():
    closed: dict[str, Any] = {"windows": {1: ALL_DAY}}
    case = problem(line(0, 15), task(1, **closed), task(1, car_days=()))
    assert build(case, range(2)).nodes == []
    assert routes(case) == [[]]


def _always(answer: bool) -> Callable[[], bool]:
    return lambda: answer
