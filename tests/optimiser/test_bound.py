"""The lower bound: never above what brute force finds, and tight where it can be by hand."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from optimiser.bounding import lower_bound
from optimiser.peers import best_objective
from optimiser.small_problems import H, M, car_day, line, problem, random_problem, task

from bookcar.optimiser.bound import lower, master
from bookcar.optimiser.bound.build import Fineness, kind_of_cars, relax
from bookcar.optimiser.bound.layout import WORK
from bookcar.optimiser.bound.lower import affordable_rounds
from bookcar.optimiser.instances import read_instance
from bookcar.optimiser.limits import limited, most_of
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.search import solve

TOLERANCE = 1e-6


@pytest.mark.parametrize("seed", range(120))
def test_the_bound_is_never_above_the_optimum(seed: int) -> None:
    case = random_problem(seed, tasks=2 + seed % 4, car_days=1 + seed % 3)
    missed, cost = best_objective(case)
    bound = lower_bound(case, upper=cost + 100.0, rounds=12, missed=missed)
    assert 0 <= bound <= cost + TOLERANCE


@pytest.mark.parametrize("seed", range(40))
def test_other_costs_do_not_make_it_invalid(seed: int) -> None:
    """Surcharges, balance and a narrow net of labels: the bound only gets lower."""
    case = _with_surcharges(random_problem(1_000 + seed, tasks=4, car_days=2), seed)
    found = solve(case, iterations=300, bound=False)
    missed = sum(case.tasks[i].required for i in found.unserved)
    narrow = Fineness(buckets=4, labels=1, nearest=2, remembered=1)
    for fineness in (Fineness(), narrow, Fineness(merged=True)):
        bound = lower_bound(
            case, upper=1e6, rounds=10, missed=missed, routes=found.routes, fineness=fineness
        )
        assert bound <= found.cost + TOLERANCE


@pytest.mark.parametrize("seed", range(120))
def test_merged_days_are_never_above_the_optimum_nor_above_days_told_apart(seed: int) -> None:
    case = _week(2_000 + seed)
    missed, cost = best_objective(case)
    fine, merged = (
        lower_bound(
            case, upper=cost + 100.0, rounds=40, missed=missed, fineness=Fineness(merged=merged)
        )
        for merged in (False, True)
    )
    assert 0 <= merged <= cost + TOLERANCE
    if missed == 0:  # otherwise the duals found are not the best ones for what is taken off
        assert merged <= fine + 0.01 * cost  # labels lose a little, in other cells each


def _week(seed: int) -> Problem:
    """Return a problem whose first car goes out on each day, of other hours and limits each."""
    case = random_problem(seed, tasks=2 + seed % 4, car_days=3 + seed % 2)
    rng = random.Random(seed)
    cars = [
        replace(
            limited(case.car_days[0], distance=most_of(car, "metres")),
            day=car.day,
            starts=car.starts,
            ends=car.ends,
            max_seconds=car.max_seconds,
            break_s=car.break_s,
            break_after_s=car.break_after_s,
        )
        if i == 0 or rng.random() < 0.8
        else car
        for i, car in enumerate(case.car_days)
    ]
    return replace(case, car_days=tuple(cars))


def test_merged_days_of_one_car_are_one_kind() -> None:
    cars = (
        car_day(),
        car_day(day=1, ends=12 * H),
        car_day(capacity=(50,)),
        car_day(day=1, capacity=(50,)),
    )
    stops = (
        task(1, car_days=(0, 1), windows={0: ((8 * H, 9 * H),), 1: ((10 * H, 11 * H),)}),
        task(2, car_days=(1, 3), windows={0: ((8 * H, 9 * H),), 1: ((8 * H, 9 * H),)}),
    )
    merged = relax(problem(line(0, 5, 8), *stops, cars=cars), Fineness(merged=True))
    assert merged.cars.tolist() == [2, 2]
    assert merged.kinds["ends"].tolist() == [17 * H, 17 * H]
    assert np.isfinite(merged.charges).tolist() == [[True, True], [False, True]]
    assert merged.net.slots.tolist() == [0, 2, 2, 3, 4]
    assert merged.net.opens.tolist() == [8 * H, 10 * H, 8 * H, 8 * H]


def test_merged_windows_that_meet_are_one() -> None:
    cars = (car_day(), car_day(day=1))
    windows = {0: ((8 * H, 10 * H),), 1: ((9 * H, 12 * H),)}
    stop = task(1, car_days=(0, 1), windows=windows, service_s=H)
    merged = relax(problem(line(0, 5), stop, cars=cars), Fineness(merged=True))
    assert (merged.net.opens.tolist(), merged.net.closes.tolist()) == ([8 * H], [11 * H])


def _with_surcharges(case: Problem, seed: int) -> Problem:
    rng = random.Random(seed)
    tasks = tuple(
        replace(task, surcharges={car: rng.choice((0.0, 7.0)) for car in task.car_days})
        for task in case.tasks
    )
    return replace(case, tasks=tasks, balance=3.0)


def test_one_stop_is_bounded_by_its_route() -> None:
    case = problem(line(0, 5), task(1))
    assert lower_bound(case, upper=1e3, rounds=5) == pytest.approx(10.0)


def test_two_stops_on_one_road_are_bounded_by_their_route() -> None:
    case = problem(line(0, 5, 8), task(1), task(2))
    assert lower_bound(case, upper=1e3, rounds=20) == pytest.approx(16.0)


def test_a_stop_not_worth_the_way_costs_its_prize() -> None:
    case = problem(line(0, 5), task(1, prize=9.0))
    assert lower_bound(case, upper=1e3, rounds=5) == pytest.approx(9.0)


def test_hours_and_the_car_day_cost() -> None:
    car = car_day(fixed_cost=3.0, cost_hour=6.0)
    case = problem(line(0, 5), task(1), cars=(car,))
    assert lower_bound(case, upper=1e3, rounds=5) == pytest.approx(3.0 + 10.0 + 2.0)


def test_a_load_that_takes_two_car_days() -> None:
    cars = (car_day(capacity=(50,)), car_day(capacity=(50,), day=1))
    stops = [task(i, car_days=(0, 1), delivers=(50,)) for i in (1, 2)]
    case = problem(line(0, 5, 8), *stops, cars=cars)
    assert lower_bound(case, upper=1e3, rounds=20) == pytest.approx(26.0)


def test_a_required_stop_that_may_be_missed_costs_nothing() -> None:
    case = problem(line(0, 5), task(1, required=True))
    assert lower_bound(case, upper=1e3, rounds=5) == pytest.approx(10.0)
    for missed in (1, 2, 99):
        assert lower_bound(case, upper=1e3, rounds=5, missed=missed) == 0.0


def test_a_required_stop_that_nobody_can_serve_costs_nothing() -> None:
    case = problem(line(0, 5, 9), task(1), task(2, required=True, car_days=()))
    assert lower_bound(case, upper=1e3, rounds=5, missed=1) == pytest.approx(10.0)
    assert lower_bound(case, upper=1e3, rounds=5) == pytest.approx(10.0)


def test_a_call_at_a_store_lifts_the_limit_of_load() -> None:
    """Two stops that fill the car each: with a store on the way one car-day serves both."""
    stops = [task(i, delivers=(50,)) for i in (1, 2)]
    cars = (car_day(capacity=(50,), stops=2),)
    store = task(3, prize=0.0, reload=True)
    free = problem(line(0, 5, 8, 8), *stops, store, cars=cars)
    held = problem(line(0, 5, 8), *stops, cars=cars)
    assert lower_bound(free, upper=1e4, rounds=20) <= 16.0 + TOLERANCE
    assert lower_bound(held, upper=1e4, rounds=20) > 500.0


def test_it_is_never_above_the_known_cost() -> None:
    assert lower_bound(problem(line(0, 5), task(1)), upper=4.0, rounds=5) == 4.0


@pytest.mark.parametrize("rounds", [0, 1, 30])
def test_any_number_of_rounds_gives_a_bound(rounds: int) -> None:
    case = random_problem(11, tasks=5, car_days=2)
    missed, cost = best_objective(case)
    assert 0 <= lower_bound(case, upper=1e5, rounds=rounds, missed=missed) <= cost + TOLERANCE


@pytest.mark.parametrize("merged", [False, True])
def test_the_same_problem_has_the_same_bound(merged: bool) -> None:
    case = random_problem(5, tasks=12, car_days=4)
    fineness = Fineness(merged=merged)
    bounds = {lower_bound(case, upper=1e4, rounds=8, missed=3, fineness=fineness) for _ in range(3)}
    assert len(bounds) == 1


def test_working_time_that_binds_more_than_the_clock_takes_two_car_days() -> None:
    """Three hours of service on days of ten hours, two of them work: a stop is left, or a day."""
    cars = tuple(car_day(day=day, max_seconds=2 * H, fixed_cost=7.0) for day in (0, 1))
    stops = [task(i, car_days=(0, 1), service_s=H + 30 * M) for i in (1, 2)]
    case = problem(line(0, 5, 8), *stops, cars=cars)
    kinds = relax(case, Fineness()).kinds
    assert set(kinds["mode"].tolist()) == {WORK}
    assert lower_bound(case, upper=1e3, rounds=20) == pytest.approx(14.0 + 26.0)


def test_a_short_search_affords_no_pricing() -> None:
    small, large = (random_problem(1, tasks=n, car_days=10) for n in (8, 150))
    assert affordable_rounds(large, 1_000) == 0
    assert affordable_rounds(large, 10**9) >= affordable_rounds(small, 1_000) > 0


def test_an_iteration_without_times_pays_for_fewer_rounds() -> None:
    timed = random_problem(1, tasks=60)
    always = dict.fromkeys(range(5), ((0, 2**30),))
    untimed = replace(
        timed,
        tasks=tuple(replace(task, windows=always) for task in timed.tasks),
        car_days=tuple(
            replace(car, starts=0, ends=2**30, max_seconds=2**30, break_s=0, cost_hour=0.0)
            for car in timed.car_days
        ),
    )
    kinds = {len(set(kind_of_cars(p, merged=True).values())) for p in (timed, untimed)}
    assert len(kinds) == 1
    assert affordable_rounds(untimed, 100_000, merged=True) < affordable_rounds(
        timed, 100_000, merged=True
    )


@pytest.mark.parametrize("late", [0, 1, 3, 8, 40])
def test_a_bound_that_is_cut_short_is_still_one(late: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still for so many looks at it, and then leaps past the deadline."""
    case = random_problem(4, tasks=5, car_days=2)
    ticks = count()
    for module in (lower, master):
        monkeypatch.setattr(module, "monotonic", lambda: 0.0 if next(ticks) < late else 1e9)
    missed, cost = best_objective(case)
    assert (
        0
        <= lower_bound(case, upper=1e5, rounds=30, missed=missed, deadline=5.0)
        <= cost + TOLERANCE
    )


def test_a_solution_carries_its_bound() -> None:
    case = random_problem(9, tasks=5, car_days=2)
    with_bound, without = (solve(case, iterations=300, bound=b) for b in (True, False))
    assert with_bound.bound is not None
    assert 0 < with_bound.bound <= with_bound.cost + TOLERANCE
    assert without.bound is None
    assert replace(with_bound, bound=None) == without


def test_an_instance_is_bounded_within_5_percent(shared: Path) -> None:
    vrplib = pytest.importorskip("vrplib")
    path = shared / "vrp/cvrp/X-n101-k25.vrp"
    best = vrplib.read_solution(path.with_suffix(".sol"))["cost"]
    case = read_instance(path)
    known = solve(case, iterations=2_000, bound=False)
    bound = lower_bound(case, upper=known.cost, rounds=60, missed=0, routes=known.routes)
    assert 0.95 * best < bound <= best
