"""What a solution costs, checked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from optimiser.small_problems import M, car_day, line, problem, task

from bookcar.optimiser.cost import gap, in_hundredths, route_cost, solution_cost
from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.optimiser.timing import schedule


def case() -> tuple[Problem, SolvedRoute]:
    """Return an hour and 10 minutes out and back over 60 km, at 5 + 2 a km + 6 an hour."""
    car = car_day(fixed_cost=5.0, cost_km=2.0, cost_hour=6.0)
    tasks = (task(1, service_s=10 * M), task(1, prize=7.0), task(1, prize=9.0, required=True))
    given = problem(line(0, 30), *tasks, cars=(car,))
    times = schedule(given, 0, (0,))
    assert times is not None
    return given, SolvedRoute(car_day=0, tasks=(0,), schedule=times)


def test_each_term_by_hand():
    given, route = case()
    cost, terms = solution_cost(given, [route], [1])
    zero = {"changes": 0.0, "balance": 0.0}
    assert terms == {"fixed": 5.0, "km": 120.0, "hours": 7.0, "prizes_lost": 7.0, **zero}
    assert cost == 139.0
    assert route_cost(given, route) == 132.0


def test_a_surcharge_counts_on_its_own_car_day_only():
    given, route = case()
    first = replace(given.tasks[0], surcharges={0: 4.0, 1: 50.0})
    changed = replace(given, tasks=(first, *given.tasks[1:]))
    cost, terms = solution_cost(changed, [route], [1])
    assert (terms["changes"], cost) == (4.0, 143.0)
    assert route_cost(changed, route) == 136.0


def test_balance_counts_the_hours_off_the_mean_of_the_drivers():
    given, route = case()
    cars = tuple(replace(given.car_days[0], driver=k) for k in (0, 1, 1, 2))
    shared = replace(given, car_days=cars, balance=3.0)
    out = (route.schedule.back - route.schedule.depart) / 3600
    _, terms = solution_cost(shared, [route], [1])
    assert terms["balance"] == pytest.approx(3.0 * (out - out / 3 + 2 * out / 3))


def test_a_required_stop_left_out_loses_no_prize():
    given, route = case()
    assert solution_cost(given, [route], [1, 2])[0] == solution_cost(given, [route], [1])[0]


def test_no_routes_cost_the_prizes():
    given, _ = case()
    assert solution_cost(given, [], [0, 1, 2])[0] == 1_007.0


def test_a_gap_is_rounded_up_and_never_without_a_bound() -> None:
    assert gap(110.0, 100.0) == 0.1
    assert gap(100.0004, 100.0) == 0.0001
    assert gap(100.0, 100.0) == gap(0.0, 0.0) == 0.0
    assert gap(110.0, 0.0) is None


def test_what_is_said_of_a_cost_is_in_hundredths_that_add_up():
    """So a step of the terminal and the plan say one gap: of the exact figures it is another."""
    exact = {"km": 68.357, "changes": 30.001}
    assert gap(sum(exact.values()), 91.439) == 0.0757
    terms, cost, bound = in_hundredths(exact, 91.4449)
    assert (terms, cost, bound) == ({"km": 68.36, "changes": 30.0}, 98.36, 91.44)
    assert gap(98.358, 91.4449) == 0.0756
    assert gap(cost, bound) == 0.0757
    assert in_hundredths(exact, 98.3639) == (terms, 98.36, 98.36)
    assert in_hundredths(exact, None)[2] is None
