"""The checker: each rule broken once, and held against the planner's own exact timing."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from optimiser.small_problems import H, M, car_day, line, problem, random_problem, table, task

from benchmarks.checker import check
from bookcar.optimiser.cost import route_cost
from bookcar.optimiser.problem import Problem, SolvedRoute, Spacing
from bookcar.optimiser.timing import schedule

ROAD = line(0, 10, 20, 30)


def faults(given: Problem, *order: int, car: int = 0) -> tuple[str, ...]:
    return check(given, [(car, order)]).faults


def two(**car: object) -> Problem:
    """Two stops 10 and 20 minutes down a road, with a car."""
    return problem(ROAD, task(1), task(2), cars=(car_day(**car),))


def test_a_good_route_has_no_fault_and_costs_its_km() -> None:
    given = problem(
        ROAD, task(1), task(2), task(3, prize=7.5), cars=(car_day(fixed_cost=5.0, cost_km=2.0),)
    )
    found = check(given, [(0, (0, 1))])
    assert found.faults == ()
    assert found.objective == 5 + 2 * 40 + 7.5
    assert (found.metres, found.served, found.prizes_lost) == (40_000, 2, 7.5)


def test_required_stops_missed_are_counted_apart() -> None:
    given = problem(ROAD, task(1), task(2, required=True), task(3, prize=9.0))
    found = check(given, [(0, (0,))])
    assert (found.required_missed, found.objective) == (1, 20 + 9)


def test_hours_cost_from_departure_until_return() -> None:
    late = task(1, windows={0: ((12 * H, 13 * H),)})
    found = check(problem(ROAD, late, cars=(car_day(cost_km=0.0, cost_hour=60.0),)), [(0, (0,))])
    assert found.objective == pytest.approx(30)


def test_a_stop_served_twice_is_a_fault() -> None:
    given = problem(ROAD, task(1, car_days=(0, 1)), cars=(car_day(), car_day(day=1)))
    assert check(given, [(0, (0,)), (1, (0,))]).faults == ("task 0 is served twice",)


def test_a_car_day_used_twice_is_a_fault() -> None:
    assert check(two(), [(0, (0,)), (0, (1,))]).faults == ("car-day 0 has two routes",)


def test_a_route_without_stops_is_a_fault() -> None:
    assert faults(two()) == ("car-day 0: no stop",)


def test_too_many_stops_are_a_fault() -> None:
    assert faults(two(stops=1), 0, 1) == ("car-day 0: stops",)


def test_a_car_that_may_not_come_is_a_fault() -> None:
    given = problem(ROAD, task(1, car_days=(1,)), cars=(car_day(), car_day()))
    assert faults(given, 0) == ("car-day 0: car",)
    assert faults(given, 0, car=1) == ()


@pytest.mark.parametrize("load", [0, 1])
def test_too_much_aboard_on_the_way_is_a_fault(load: int) -> None:
    """60 leave the depot, and after collecting 50 at the first stop 80 are aboard."""

    def only(amount: int | None, other: int | None) -> tuple[int | None, ...]:
        return (amount, other) if load == 0 else (other, amount)

    first = task(1, delivers=only(30, 0), collects=only(50, 0))
    second = task(2, delivers=only(30, 0))
    for capacity, kept in ((79, False), (80, True)):
        given = problem(ROAD, first, second, cars=(car_day(capacity=only(capacity, None)),))
        assert faults(given, 0, 1) == (() if kept else (f"car-day 0: load {load}",))
        assert faults(given, 1, 0) == ()


def test_a_leg_without_a_road_is_a_fault() -> None:
    given = problem(table([[0, 60], [-1, 0]]), task(1))
    assert "car-day 0: road" in faults(given, 0)


def test_too_many_metres_are_a_fault() -> None:
    assert faults(two(distance=39_999), 0, 1) == ("car-day 0: metres",)
    assert faults(two(distance=40_000), 0, 1) == ()


def test_a_closed_day_is_a_fault() -> None:
    given = problem(ROAD, task(1, windows={1: ((0, 24 * H),)}))
    assert faults(given, 0) == ("car-day 0: times",)


def test_a_service_that_ends_after_closing_is_a_fault() -> None:
    for closes, kept in ((8 * H + 20 * M, True), (8 * H + 20 * M - 1, False)):
        given = problem(ROAD, task(1, windows={0: ((0, closes),)}))
        assert faults(given, 0) == (() if kept else ("car-day 0: times",))


def test_a_return_after_the_day_is_a_fault() -> None:
    for ends, kept in ((9 * H, True), (9 * H - 1, False)):
        assert faults(two(ends=ends), 0, 1) == (() if kept else ("car-day 0: times",))


def test_a_longer_absence_than_allowed_is_a_fault() -> None:
    """Leaving later to find the door open makes the day shorter, but not short enough."""
    late = task(1, windows={0: ((12 * H, 13 * H),)})
    for longest, kept in ((30 * M, True), (30 * M - 1, False)):
        given = problem(ROAD, late, cars=(car_day(max_seconds=longest),))
        assert faults(given, 0) == (() if kept else ("car-day 0: times",))


def test_the_way_past_a_midday_gap_is_found() -> None:
    """To be back in four hours, the first stop must be served after its gap, not before."""
    first = task(1, windows={0: ((8 * H, 9 * H), (13 * H, 15 * H))})
    second = task(2, windows={0: ((14 * H, 15 * H),)})
    given = problem(ROAD, first, second, cars=(car_day(max_seconds=4 * H),))
    assert faults(given, 0, 1) == ()


@pytest.mark.parametrize("seed", range(60))
def test_it_agrees_with_the_exact_timing(seed: int) -> None:
    given = random_problem(seed, tasks=5)
    cars = tuple(replace(car, break_s=0, cost_hour=0.0) for car in given.car_days)
    given = replace(given, car_days=cars)
    rng = random.Random(seed)
    for _ in range(20):
        car = rng.randrange(2)
        order = tuple(rng.sample(range(5), rng.randint(1, 4)))
        times = schedule(given, car, order)
        found = check(given, [(car, order)])
        assert (found.faults == ()) == (times is not None), (car, order, found.faults)
        if times is not None:
            own = route_cost(given, SolvedRoute(car_day=car, tasks=order, schedule=times))
            assert found.objective == pytest.approx(own + found.prizes_lost)


def test_what_it_does_not_know_is_refused() -> None:
    given = two(break_s=30 * M)
    with pytest.raises(ValueError, match="no breaks, spacings"):
        check(replace(given, spacings=(Spacing(tasks=(0, 1), days=2),)), [])
