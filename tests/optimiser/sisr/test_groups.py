"""The search over patterns: brute force on tiny cycles, figures recomputed, the same bytes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from optimiser.sisr import brute_patterns
from optimiser.sisr.brute import valued
from optimiser.small_problems import (
    M,
    car_day,
    grouped_problem,
    line,
    problem,
    shared_problem,
    task,
)

from bookcar.optimiser import FixedRoute, Group, Problem, Solution, on_days
from bookcar.optimiser.limits import limited
from bookcar.optimiser.patterns import made_by, pattern_faults
from bookcar.optimiser.sharing import overdrawn
from bookcar.optimiser.sisr.anneal_groups import anneal_groups
from bookcar.optimiser.sisr.build import lay_out
from bookcar.optimiser.sisr.check import faults
from bookcar.optimiser.sisr.check_groups import group_faults, shared_cost, shared_faults
from bookcar.optimiser.sisr.groups import lay_out_groups
from bookcar.optimiser.sisr.routes import NO_ROUTES
from bookcar.optimiser.sisr.solve import solve
from bookcar.optimiser.sisr.state import empty_state


def found(given: Problem, iterations: int = 1_500) -> Solution:
    return solve(given, seed=2, iterations=iterations, chains=2)


@pytest.mark.parametrize("seed", range(40))
def test_tiny_cycles_equal_brute_force(seed: int) -> None:
    given = grouped_problem(seed, stops=3 + seed % 3, days=2 + seed % 3)
    solution = found(given)
    assert list(pattern_faults(given, made_by(solution.routes))) == []
    # A break may fall later than the search reckons: minutes more, at the price of an hour.
    assert valued(given, solution) == pytest.approx(brute_patterns.least(given), abs=4.0)


@pytest.mark.parametrize("seed", range(20))
def test_tiny_cycles_with_two_cars_equal_brute_force(seed: int) -> None:
    given = grouped_problem(100 + seed, stops=3, days=2 + seed % 2, cars=2, other_vehicle=True)
    solution = found(given)
    assert valued(given, solution) == pytest.approx(brute_patterns.least(given), abs=4.0)


@pytest.mark.parametrize("seed", range(12))
def test_a_thousand_iterations_leave_every_figure_right(seed: int) -> None:
    given = grouped_problem(seed, stops=25, days=4, cars=2, other_vehicle=seed % 2 == 0)
    layout, scale = lay_out(given)
    cycle = lay_out_groups(given, layout, scale)
    state = empty_state(layout, seed)
    for part in range(4):
        heat = (scale.hot / (part + 1), scale.hot / (part + 2))
        anneal_groups(layout, state, cycle, 1_000, heat, NO_ROUTES)
        assert group_faults(layout, state, cycle) == []
        assert faults(layout, state, groups=shared_cost(cycle)) == []


@pytest.mark.parametrize("seed", range(60))
def test_levels_supplies_and_changes_equal_brute_force(seed: int) -> None:
    given = shared_problem(seed, stops=3, days=2 + seed % 3, cars=1 + seed % 2)
    solution = found(given)
    assert list(overdrawn(given, made_by(solution.routes))) == []
    assert valued(given, solution) == pytest.approx(brute_patterns.least(given), abs=4.0)


@pytest.mark.parametrize("seed", range(12))
def test_what_routes_share_is_right_after_every_thousand_iterations(seed: int) -> None:
    given = shared_problem(seed, stops=25, days=4, cars=2)
    layout, scale = lay_out(given)
    cycle = lay_out_groups(given, layout, scale)
    state = empty_state(layout, seed)
    for part in range(4):
        heat = (scale.hot / (part + 1), scale.hot / (part + 2))
        anneal_groups(layout, state, cycle, 1_000, heat, NO_ROUTES)
        assert group_faults(layout, state, cycle) == []
        assert shared_faults(layout, state, cycle) == []
        assert faults(layout, state, groups=shared_cost(cycle)) == []
    if given.levels:
        assert solve(given, seed=seed, iterations=300).terms["uneven"] >= 0.0


def light_cycle(stops: int, days: int, cars: int, room: int) -> Problem:
    """Return stops on a line, each with two of the days, where only loads and metres count."""
    endless = 2**30
    fleet = tuple(
        replace(
            limited(car_day(day=day), distance=None),
            starts=0, ends=endless, max_seconds=endless, capacity=(room,),
        )
        for day in range(days)
        for _ in range(cars)
    )  # fmt: skip
    everyone = tuple(range(len(fleet)))
    tasks, groups = [], []
    for stop in range(stops):
        windows = dict.fromkeys(range(days), ((0, endless),))
        visits = [
            task(
                1 + stop,
                required=True,
                service_s=0,
                windows=windows,
                car_days=everyone,
                delivers=(1,),
            )
            for _ in range(2)
        ]
        patterns = tuple(on_days(fleet, (d, d + days // 2)) for d in range(days // 2))
        groups.append(Group(tasks=(2 * stop, 2 * stop + 1), patterns=patterns))
        tasks += visits
    given = problem(line(0, *range(1, 1 + stops)), *tasks, cars=fleet)
    return replace(given, groups=tuple(groups))


def test_where_only_loads_count_figures_are_right_and_days_full() -> None:
    given = light_cycle(stops=24, days=4, cars=2, room=6)
    layout, scale = lay_out(given)
    cycle = lay_out_groups(given, layout, scale)
    assert cycle.facts["light"][0]
    # As where all is plain, what is aboard at each node is not kept: the room of a route is enough.
    as_plain = layout._replace(facts=layout.facts.copy())
    as_plain.facts["plain"] = 1
    state = empty_state(layout, 3)
    for _ in range(3):
        anneal_groups(layout, state, cycle, 1_000, (scale.hot, scale.cold), NO_ROUTES)
        assert group_faults(layout, state, cycle) == []
        assert faults(as_plain, state, groups=shared_cost(cycle)) == []
    solution = found(given)
    assert solution.unserved == ()
    # 24 stops, 12 a day: the nearest 12 together, in cars of the outer and the inner six.
    assert solution.cost == 2 * 2 * (24 + 18 + 12 + 6)


def test_the_same_seed_gives_the_same_routes() -> None:
    given = grouped_problem(5, stops=20, days=4, cars=2, other_vehicle=True)
    one, same = found(given, 400), found(given, 400)
    assert one == same


def twice(**fields) -> Problem:
    """Return a stop of two visits on three days of two cars, and patterns for days 0 and 2 or 1."""
    fleet = tuple(car_day(day=day, vehicle=v) for day in range(3) for v in range(2))
    visits = [task(1, car_days=tuple(range(6))) for _ in range(2)]
    patterns = on_days(fleet, (0, 2)), on_days(fleet, (1, None), cost=5.0)
    group = Group(tasks=(0, 1), patterns=patterns, **fields)
    given = problem(line(0, 10, 20), *visits, task(2, car_days=(2, 3)), cars=fleet)
    return replace(given, groups=(group,))


def test_a_visit_less_may_be_the_cheaper_pattern() -> None:
    solution = found(twice())
    assert (solution.patterns, solution.unserved) == ((1,), ())
    assert solution.cost == 40 + 5  # both stops on day 1, instead of 20 + 20 + 40
    assert solution.terms["patterns"] == 5.0


def test_a_fixed_visit_chooses_the_pattern() -> None:
    fixed = (FixedRoute(car_day=5, tasks=(1,), open=True),)
    solution = found(replace(twice(other_vehicle=50.0), fixed=fixed))
    assert solution.patterns == (0,)
    assert {r.car_day for r in solution.routes if r.tasks != (2,)} == {1, 5}  # vehicle 1 on both


def test_limits_hold_with_patterns() -> None:
    fleet = tuple(car_day(day=day, stops=1, max_seconds=200 * M) for day in range(2))
    visits = [task(1 + n % 2, car_days=(0, 1)) for n in range(2)]
    patterns = on_days(fleet, (0,)), on_days(fleet, (1,))
    groups = tuple(Group(tasks=(n,), patterns=patterns) for n in range(2))
    given = replace(problem(line(0, 10, 20), *visits, cars=fleet), groups=groups)
    solution = found(given)
    assert solution.unserved == ()
    assert Counter(len(route.tasks) for route in solution.routes) == {1: 2}
