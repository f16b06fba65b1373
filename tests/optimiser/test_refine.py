"""The refinement by itself: it mends, it fills, and it sees what single insertions do not."""

from __future__ import annotations

import pytest
from optimiser.peers import broken_limits
from optimiser.small_problems import H, M, car_day, line, problem, random_problem, task

from bookcar.optimiser.evaluate import Evaluator, more_than_everything
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.refine import refine


def refined(case: Problem, orders: list[list[int]], iterations: int = 50) -> list[tuple[int, ...]]:
    found = refine(case, orders, seed=1, iterations=iterations, done=lambda: False)
    return [route.tasks for route in found]


def test_a_route_too_long_loses_the_stop_worth_least():
    stops = (task(1, prize=50.0), task(1, prize=40.0), task(1, prize=60.0))
    case = problem(line(0, 5), *stops, cars=(car_day(max_stops=2),))
    assert Evaluator(case).mended(0, (0, 1, 2)) == (0, 2)


def test_a_required_stop_is_kept_over_any_prize():
    stops = (task(1, prize=1e6), task(1, prize=0.0, required=True))
    case = problem(line(0, 5), *stops, cars=(car_day(max_stops=1),))
    assert Evaluator(case).mended(0, (0, 1)) == (1,)


def test_a_stop_that_is_not_worth_its_way_is_pruned():
    case = problem(line(0, 5, 50), task(1, prize=20.0), task(2, prize=80.0))
    assert Evaluator(case).pruned(0, (0, 1)) == (0,)


def test_several_far_stops_pay_together():
    """No stop alone is worth 100 km there and back; three are."""
    stops = [task(i, prize=60.0) for i in (1, 2, 3)]
    case = problem(line(0, 50, 51, 52), *stops)
    assert sorted(refined(case, [[]])[0]) == [0, 1, 2]


def test_a_fixed_cost_is_paid_once_for_several_stops():
    stops = [task(i, prize=60.0, car_days=(0, 1)) for i in (1, 2, 3)]
    cars = (car_day(fixed_cost=100.0), car_day(day=1, fixed_cost=100.0))
    case = problem(line(0, 5, 6, 7), *stops, cars=cars)
    assert [sorted(route) for route in refined(case, [[], []])] == [[0, 1, 2]]


def test_an_hour_has_its_price():
    """At 100 an hour the stop that is open late is not worth the wait for it."""
    early = task(1, prize=200.0, windows={0: ((8 * H, 9 * H),)})
    late = task(1, prize=200.0, windows={0: ((15 * H, 16 * H),)})
    for hour, count in ((0.0, 2), (100.0, 1)):
        case = problem(line(0, 5), early, late, cars=(car_day(cost_hour=hour),))
        assert sum(map(len, refined(case, [[]]))) == count


def test_routes_it_is_given_are_improved_and_kept_within_limits():
    for seed in range(10):
        case = random_problem(seed, tasks=8, car_days=4)
        wild = [[0, 1, 2], [3, 4], [5], [6, 7]]
        routes = refine(case, wild, seed=seed, iterations=30, done=lambda: False)
        for route in routes:
            assert broken_limits(case, route.car_day, route.tasks, route.schedule) == []


def test_what_it_says_a_route_has_room_for_is_never_too_little():
    """Every insertion that can be timed is among the detours it considers."""
    timed = 0
    for seed in range(60):
        case = random_problem(seed, tasks=4)
        evaluator = Evaluator(case)
        for order in ((), (0,), (0, 1), (2, 0, 1)):
            if evaluator.price(0, order) is None or not evaluator.may_take(0, order, 3):
                assert all(evaluator.price(0, longer) is None for longer in _with(order, 3)) or (
                    evaluator.price(0, order) is None
                )
                continue
            detours = evaluator.detours(0, order, 3)
            for metres, longer in zip(detours, _with(order, 3), strict=True):
                timed += evaluator.price(0, longer) is not None
                assert metres is not None or evaluator.price(0, longer) is None
    assert timed > 30


def _with(order: tuple[int, ...], task_index: int) -> list[tuple[int, ...]]:
    return [(*order[:at], task_index, *order[at:]) for at in range(len(order) + 1)]


def test_it_stops_when_told():
    asked = []

    def done() -> bool:
        asked.append(1)
        return len(asked) > 5

    refine(problem(line(0, 5), task(1)), [[]], seed=1, iterations=10**9, done=done)
    assert len(asked) == 6


def test_more_than_everything_is_more():
    car = car_day(fixed_cost=3.0, cost_hour=2.0, max_metres=10_000, max_seconds=30 * M)
    case = problem(line(0, 5), task(1, prize=4.0), task(1, prize=1e9, required=True), cars=(car,))
    assert more_than_everything(case) == pytest.approx(1 + 4 + 3 + 10 + 1)
