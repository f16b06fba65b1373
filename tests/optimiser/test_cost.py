"""What a solution costs, checked by hand."""

from __future__ import annotations

from optimiser.small_problems import M, car_day, line, problem, task

from bookcar.optimiser.cost import route_cost, solution_cost
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
    assert terms == {"fixed": 5.0, "km": 120.0, "hours": 7.0, "prizes_lost": 7.0}
    assert cost == 139.0
    assert route_cost(given, route) == 132.0


def test_a_required_stop_left_out_loses_no_prize():
    given, route = case()
    assert solution_cost(given, [route], [1, 2])[0] == solution_cost(given, [route], [1])[0]


def test_no_routes_cost_the_prizes():
    given, _ = case()
    assert solution_cost(given, [], [0, 1, 2])[0] == 1_007.0
