"""Each limit of the insertion check in a case where it binds: one step looser, and it does not."""

from __future__ import annotations

from typing import Any

import pytest
from optimiser.small_problems import H, M, car_day, line, problem, task

from bookcar.optimiser.limits import LOADS
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.sisr.solve import solve


def served(given: Problem) -> int:
    found = solve(given, seed=3, iterations=500, chains=1)
    return len(given.tasks) - len(found.unserved)


def alone(load: int, amount: int) -> tuple[int, ...]:
    """Return so much of one load, and nothing of the others."""
    return tuple(amount if one == load else 0 for one in range(len(LOADS)))


def room(load: int, most: int) -> dict[str, tuple[int | None, ...]]:
    """Return room for so much of one load, and for any amount of the others."""
    return {"capacity": tuple(most if one == load else None for one in range(len(LOADS)))}


def two_stops(car: dict[str, Any] | None = None, **fields: Any) -> Problem:
    """Return two stops 10 and 20 minutes (and km) down the road, 10 minutes of service each."""
    cars = (car_day(**(car or {})),)
    return problem(line(0, 10, 20), task(1, **fields), task(2, **fields), cars=cars)


@pytest.mark.parametrize(
    ("limit", "enough"),
    [
        ("distance", 40_000),
        ("max_seconds", 60 * M),
        ("stops", 2),
        ("driving_time", 40 * M),
    ],
)
def test_a_limit_of_the_car_binds(limit: str, enough: int) -> None:
    assert served(two_stops({limit: enough})) == 2
    assert served(two_stops({limit: enough - 1})) == 1


@pytest.mark.parametrize("load", range(len(LOADS)))
def test_loads_bind(load: int) -> None:
    for field in ("delivers", "collects"):
        assert served(two_stops(room(load, 40), **{field: alone(load, 20)})) == 2
        assert served(two_stops(room(load, 39), **{field: alone(load, 20)})) == 1


def test_a_problem_of_more_loads_than_the_search_keeps_is_refused() -> None:
    with pytest.raises(ValueError, match="keeps 2 loads; a car of the problem has 3"):
        served(two_stops({"capacity": (1, 1, 1)}))


@pytest.mark.parametrize("load", range(len(LOADS)))
def test_what_is_dropped_makes_room_for_what_is_collected(load: int) -> None:
    gives, takes = task(1, delivers=alone(load, 40)), task(2, collects=alone(load, 40))
    full = car_day(**room(load, 40))
    assert served(problem(line(0, 10, 20), gives, takes, cars=(full,))) == 2
    both = two_stops(room(load, 40), delivers=alone(load, 20), collects=alone(load, 20))
    assert served(both) == 2
    early = task(1, collects=alone(load, 40), windows={0: ((8 * H, 9 * H),)})
    late = task(2, delivers=alone(load, 40), windows={0: ((12 * H, 13 * H),)})
    nearly = car_day(**room(load, 79))
    assert served(problem(line(0, 10, 20), early, late, cars=(nearly,))) == 1


def test_the_day_ends() -> None:
    assert served(two_stops({"ends": 9 * H})) == 2
    assert served(two_stops({"ends": 9 * H - 1})) == 1


def test_a_window_binds() -> None:
    window = {0: ((8 * H, 8 * H + 40 * M),)}
    assert served(two_stops(windows=window)) == 2
    window = {0: ((8 * H, 8 * H + 40 * M - 1),)}
    assert served(two_stops(windows=window)) == 1


def test_the_second_window_of_a_day_serves_too() -> None:
    windows = {0: ((7 * H, 8 * H), (16 * H, 16 * H + 20 * M))}
    assert served(two_stops(windows=windows)) == 1
    windows = {0: ((7 * H, 8 * H), (16 * H, 16 * H + 30 * M))}
    assert served(two_stops(windows=windows)) == 2


def test_a_stop_is_closed_on_a_day_without_windows() -> None:
    assert served(two_stops(windows={1: ((0, 24 * H),)})) == 0
    assert served(two_stops({"day": 1}, windows={1: ((0, 24 * H),)})) == 2


def test_a_car_day_that_is_not_listed_does_not_serve() -> None:
    cars = (car_day(), car_day(day=1, capacity=(5,)))
    assert served(problem(line(0, 10), task(1, car_days=(1,), delivers=(6,)), cars=cars)) == 0
    assert served(problem(line(0, 10), task(1, car_days=(0,), delivers=(6,)), cars=cars)) == 1


def test_a_long_day_has_a_break() -> None:
    car = {"break_s": 45 * M, "break_after_s": 59 * M, "max_seconds": 105 * M}
    assert served(two_stops(car)) == 2
    assert served(two_stops(car | {"max_seconds": 105 * M - 1})) == 1


def test_a_day_that_is_not_long_has_none() -> None:
    car = {"break_s": 45 * M, "break_after_s": 60 * M, "max_seconds": 61 * M}
    assert served(two_stops(car)) == 2


def test_the_break_begins_in_time() -> None:
    far = line(0, 100)
    car = car_day(break_s=30 * M, break_after_s=100 * M)
    assert served(problem(far, task(1), cars=(car,))) == 1
    car = car_day(break_s=30 * M, break_after_s=100 * M - 1)
    assert served(problem(far, task(1), cars=(car,))) == 0


def test_leaving_later_shortens_a_day_that_waits() -> None:
    windows = {0: ((12 * H, 13 * H),)}
    assert served(two_stops({"max_seconds": 60 * M}, windows=windows)) == 2
    assert served(two_stops({"max_seconds": 60 * M - 1}, windows=windows)) == 1


def test_each_depot_is_its_own() -> None:
    cars = (car_day(start=0, end=3, distance=30_000),)
    assert served(problem(line(0, 10, 20, 30), task(1), task(2), cars=cars)) == 2
    cars = (car_day(start=0, end=0, distance=30_000),)
    assert served(problem(line(0, 10, 20, 30), task(1), task(2), cars=cars)) == 1
