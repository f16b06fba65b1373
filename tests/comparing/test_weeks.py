"""The made-up weeks: the same from a seed, and as hard as they say."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.checker import check
from benchmarks.weeks import SIZES, week
from bookcar.optimiser import Problem, solve

SIZE = 302


@pytest.fixture(scope="module")
def given() -> Problem:
    return week(SIZE, 1)


def test_a_seed_gives_the_same_week_again(given: Problem) -> None:
    again = week(SIZE, 1)
    assert again.tasks == given.tasks
    assert again.car_days == given.car_days
    assert np.array_equal(again.tables[0].seconds, given.tables[0].seconds)
    assert np.array_equal(again.tables[0].metres, given.tables[0].metres)


def test_another_seed_gives_another_week(given: Problem) -> None:
    other = week(SIZE, 2)
    assert other.tasks != given.tasks
    assert not np.array_equal(other.tables[0].seconds, given.tables[0].seconds)


@pytest.mark.parametrize("size", SIZES.values(), ids=str)
def test_sizes_are_what_they_say(size) -> None:  # type: ignore[no-untyped-def]
    given = week(size.stops, 3)
    assert len(given.tasks) == size.stops
    assert len(given.car_days) == 5 * size.cars
    assert {car.start for car in given.car_days} == set(range(size.depots))
    assert len(given.tables[0].seconds) == size.stops + size.depots


def test_a_size_between_gets_cars_in_proportion() -> None:
    assert len(week(12, 1).car_days) == 5
    assert len(week(150, 1).car_days) == 15


def test_uphill_takes_longer_and_no_detour_is_quicker(given: Problem) -> None:
    seconds = given.tables[0].seconds.astype(np.int64)
    assert (seconds != seconds.T).mean() > 0.5
    for between in range(0, len(seconds), 30):
        assert (seconds <= seconds[:, [between]] + seconds[[between], :] + 1).all()


def test_kinds_of_stops_are_mixed(given: Problem) -> None:
    windows = [task.windows for task in given.tasks]
    closed = sum(len(w) < 5 for w in windows)
    gaps = sum(any(len(spans) == 2 for spans in w.values()) for w in windows)
    assert closed > SIZE / 4
    assert 0 < gaps < SIZE / 10
    assert all(len(set(w.values())) == 1 for w in windows)
    narrow = sum(len(task.car_days) < len(given.car_days) for task in given.tasks)
    assert SIZE / 20 < narrow < SIZE / 4
    assert sum(task.required for task in given.tasks) > 0
    assert any(task.collected(0) > task.delivered(0) for task in given.tasks)


@pytest.mark.parametrize("stops", [50, 302])
def test_required_stops_fit_and_not_all_others(stops: int) -> None:
    given = week(stops, 1)
    found = solve(given, iterations=1_500)
    verdict = check(given, [(r.car_day, r.tasks) for r in found.routes])
    assert verdict.faults == ()
    assert verdict.required_missed == 0
    assert stops / 2 < verdict.served < stops
    assert verdict.objective == pytest.approx(found.cost)
