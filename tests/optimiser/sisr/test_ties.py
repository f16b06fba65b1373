"""What ties routes together or changes them midway: spacings, fixed routes, reloads, soft costs."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from optimiser.sisr import everything
from optimiser.sisr.brute import valued
from optimiser.small_problems import (
    ALL_DAY,
    H,
    M,
    car_day,
    line,
    problem,
    random_problem,
    stocked_problem,
    table,
    task,
)

from bookcar.optimiser.limits import limited
from bookcar.optimiser.problem import FixedRoute, Group, Pattern, Problem, Solution, Spacing
from bookcar.optimiser.sisr.anneal import anneal
from bookcar.optimiser.sisr.build import lay_out
from bookcar.optimiser.sisr.check import faults
from bookcar.optimiser.sisr.routes import NO_ROUTES
from bookcar.optimiser.sisr.solve import solve
from bookcar.optimiser.sisr.state import empty_state
from bookcar.optimiser.timing import load_profile, schedule


def found(given: Problem, iterations: int = 800) -> Solution:
    return solve(given, seed=2, iterations=iterations, chains=2)


def orders(solution: Solution) -> dict[int, tuple[int, ...]]:
    return {route.car_day: route.tasks for route in solution.routes}


def two_days(*tasks, days: int = 2, **fields) -> Problem:
    cars = tuple(car_day(day=day) for day in range(days))
    return replace(problem(line(0, 10, 20, 30), *tasks, cars=cars), **fields)


def twice(days: int, apart: int) -> Problem:
    every = tuple(range(days))
    visits = task(1, car_days=every), task(1, car_days=every)
    return two_days(*visits, days=days, spacings=(Spacing(tasks=(0, 1), days=apart),))


def test_two_visits_are_some_days_apart() -> None:
    assert len(found(twice(3, 2)).unserved) == 0
    assert {0, 2} == set(orders(found(twice(3, 2))))
    assert len(found(twice(2, 2)).unserved) == 1


def test_a_surcharge_moves_a_stop_to_the_day_it_is_used_to() -> None:
    stops = task(1, car_days=(0, 1)), task(2, car_days=(0, 1))
    assert len(found(two_days(*stops)).routes) == 1
    dear = replace(stops[1], surcharges={0: 100.0})
    also = replace(stops[0], surcharges={1: 100.0})
    assert orders(found(two_days(also, dear))) == {0: (0,), 1: (1,)}
    cheap = replace(stops[1], surcharges={0: 10.0})
    slight = replace(stops[0], surcharges={1: 10.0})
    solution = found(two_days(slight, cheap))
    assert len(solution.routes) == 1
    assert solution.terms["changes"] == 10.0


def test_balance_shares_the_hours_out() -> None:
    cars = tuple(car_day(driver=driver) for driver in range(2))
    stops = [task(i, car_days=(0, 1)) for i in (1, 2)]
    given = problem(line(0, 10, 20), *stops, cars=cars)
    assert len(found(given).routes) == 1
    assert len(found(replace(given, balance=1_000.0)).routes) == 2


def test_a_fixed_route_stays_as_it_is() -> None:
    stops = [task(i, car_days=(0, 1)) for i in (1, 2, 3)]
    whole = FixedRoute(car_day=1, tasks=(2, 0))
    solution = found(two_days(*stops, fixed=(whole,)))
    assert orders(solution) == {0: (1,), 1: (2, 0)}


def test_a_route_goes_on_from_its_fixed_beginning() -> None:
    stops = [task(i, car_days=(0, 1)) for i in (1, 2, 3)]
    begins = FixedRoute(car_day=1, tasks=(2, 0), open=True)
    assert orders(found(two_days(*stops, fixed=(begins,)))) == {1: (2, 0, 1)}


def test_a_car_that_is_fixed_to_nothing_stays_at_home() -> None:
    stops = [task(i, car_days=(0, 1)) for i in (1, 2, 3)]
    home = FixedRoute(car_day=0, tasks=())
    assert set(orders(found(two_days(*stops, fixed=(home,))))) == {1}


def reloading(**fields) -> Problem:
    """Return two stops of 40 books each for a car of 40, and a store at the depot."""
    car = car_day(capacity=(40,))
    stops = [task(i, delivers=(40,)) for i in (1, 2)]
    call = task(0, prize=0.0, reload=True, service_s=15 * M)
    return problem(line(0, 10, 20), *stops, replace(call, **fields), cars=(car,))


def test_a_reload_lets_a_car_serve_more_than_it_holds() -> None:
    without = reloading()
    assert len(found(replace(without, tasks=without.tasks[:2])).unserved) == 1
    solution = found(without)
    assert solution.unserved == ()
    (route,) = solution.routes
    assert route.tasks[1] == 2
    assert load_profile(without, route.car_day, route.tasks)[0] == [40, 0, 40, 0]
    assert route.schedule.leave[1] - route.schedule.begin[1] == 15 * M


def test_a_reload_takes_its_time_and_its_way() -> None:
    minutes = 10 + 10 + 10 + 15 + 20 + 10 + 20
    car = car_day(capacity=(40,), max_seconds=minutes * M)
    assert found(replace(reloading(), car_days=(car,))).unserved == ()
    short = replace(car, max_seconds=minutes * M - 1)
    assert len(found(replace(reloading(), car_days=(short,))).unserved) == 2
    near = limited(car, distance=60_000)
    assert found(replace(reloading(), car_days=(near,))).unserved == ()
    nearer = limited(car, distance=60_000 - 1)
    assert len(found(replace(reloading(), car_days=(nearer,))).unserved) == 2


def test_a_reload_unloads_what_was_collected() -> None:
    given = reloading()
    takes = [replace(t, delivers=(), collects=(40,)) for t in given.tasks[:2]]
    assert found(replace(given, tasks=(*takes, given.tasks[2]))).unserved == ()


def test_a_reload_is_no_stop() -> None:
    car = car_day(capacity=(40,), stops=2)
    assert found(replace(reloading(), car_days=(car,))).unserved == ()
    car = car_day(capacity=(40,), stops=1)
    assert len(found(replace(reloading(), car_days=(car,))).unserved) > 1


def test_reloads_alone_make_no_route() -> None:
    only = reloading()
    assert found(replace(only, tasks=only.tasks[2:])).routes == ()


def test_no_route_has_a_reload_it_does_not_need() -> None:
    given = reloading()
    roomy = replace(given, car_days=(car_day(capacity=(80,)),))
    assert orders(found(roomy))[0] in {(0, 1), (1, 0)}


def tied(seed: int, tasks: int, car_days: int) -> Problem:
    """Return a random problem with something of everything."""
    rng = random.Random(seed)
    given = random_problem(seed, tasks, car_days)
    cars = tuple(replace(car, driver=k % 2) for k, car in enumerate(given.car_days))
    stops = list(given.tasks)
    for i, stop in enumerate(stops):
        extra = {k: rng.choice((0.0, 3.0, 20.0)) for k in stop.car_days}
        stops[i] = replace(stop, surcharges=extra if rng.random() < 0.5 else {})
    last = cars[-1]
    stops.append(
        task(last.start, reload=True, prize=0.0, service_s=15 * M, car_days=(len(cars) - 1,))
    )
    spacings = (Spacing(tasks=(0, 1), days=1),) if rng.random() < 0.7 else ()
    given = replace(given, car_days=cars, tasks=tuple(stops), spacings=spacings)
    given = replace(given, balance=rng.choice((0.0, 0.0, 5.0)))
    return replace(given, fixed=_some_fixed(rng, given))


def _some_fixed(rng: random.Random, given: Problem) -> tuple[FixedRoute, ...]:
    car = rng.randrange(len(given.car_days))
    orders = [(2,), (2, 3), (3, 2), ()]
    good = [o for o in orders if not o or schedule(given, car, o) is not None]
    if rng.random() < 0.4:
        return ()
    return (FixedRoute(car_day=car, tasks=good[0], open=bool(good[0]) and rng.random() < 0.5),)


@pytest.mark.parametrize("seed", range(40))
def test_tiny_problems_equal_brute_force(seed: int) -> None:
    given = tied(seed, 4, 3)
    solution = found(given, 1_500)
    assert everything.keeps(given, list(solution.routes))
    # A break may fall later than the search reckons: minutes more, at the price of an hour.
    assert valued(given, solution) == pytest.approx(everything.least(given), abs=4.0)


def paired(given: Problem) -> Problem:
    """Return a problem whose spacings are patterns: a pair of days far enough apart, either way."""
    groups = []
    for spacing in given.spacings:
        tasks = [given.tasks[i] for i in spacing.tasks]
        on: list[dict[int, tuple[int, ...]]] = [{}, {}]
        for days, one in zip(on, tasks, strict=True):
            for k in one.car_days:
                day = given.car_days[k].day
                days[day] = (*days.get(day, ()), k)
        pairs = tuple(
            Pattern(car_days=(on[0][a], on[1][b]))
            for a, b in product(*on)
            if abs(a - b) >= spacing.days
        )
        groups.append(Group(tasks=spacing.tasks, patterns=pairs, whole=False))
    return replace(given, spacings=(), groups=tuple(groups))


@pytest.mark.parametrize("seed", range(24))
def test_two_visits_some_days_apart_are_a_case_of_patterns(seed: int) -> None:
    """Both searches find what brute force does, where each day has another far enough from it."""
    given = replace(tied(seed, 4, 3), fixed=(), spacings=(Spacing(tasks=(0, 1), days=1),))
    cars = tuple(replace(car, day=day) for day, car in enumerate(given.car_days))
    own = dict.fromkeys(range(3), ((7 * H, 19 * H),))
    twins = (
        replace(given.tasks[i], car_days=(0, 1, 2), windows=own, required=False) for i in (0, 1)
    )
    given = replace(given, car_days=cars, tasks=(*twins, *given.tasks[2:]))
    best = everything.least(given)
    assert valued(given, found(given, 1_500)) == pytest.approx(best, abs=4.0)
    by_patterns = found(paired(given), 1_500)
    assert everything.keeps(given, list(by_patterns.routes))
    assert valued(given, by_patterns) == pytest.approx(best, abs=4.0)


@pytest.mark.parametrize("seed", range(12))
def test_a_thousand_iterations_leave_every_figure_right(seed: int) -> None:
    layout, scale = lay_out(tied(seed, 40, 8))
    state = empty_state(layout, seed)
    for part in range(4):
        anneal(layout, state, 1_000, (scale.hot / (part + 1), scale.hot / (part + 2)), NO_ROUTES)
        assert faults(layout, state) == []


def test_loads_start_afresh_at_each_reload() -> None:
    given = reloading()
    assert load_profile(given, 0, (0, 1))[0] == [80, 40, 0]
    assert schedule(given, 0, (0, 1)) is None
    assert schedule(given, 0, (0, 2, 1)) is not None
    collect = tuple(replace(t, collects=(30,)) for t in given.tasks[:2])
    both = replace(given, tasks=(*collect, given.tasks[2]))
    assert load_profile(both, 0, (0, 2, 1))[0] == [40, 30, 40, 30]


def test_neighbours_are_stops_and_no_reloads() -> None:
    layout, _ = lay_out(tied(1, 20, 4))
    assert not np.isin(layout.near["stop"], np.flatnonzero(layout.tasks["reload"])).any()


def test_times_of_a_reload_lie_in_its_window() -> None:
    closed = reloading(windows={0: ((8 * H, 8 * H + 30 * M),)})
    assert len(found(closed).unserved) == 2
    assert found(reloading(windows={0: ALL_DAY})).unserved == ()


def test_a_stop_waits_for_the_store_that_has_its_books() -> None:
    given = replace(reloading(), car_days=(car_day(capacity=(80,)),))
    sub_store = replace(given.tasks[2], location=1, car_days=(0,))
    here, there = given.tasks[:2]
    stocked = replace(given, tasks=(replace(here, depot=0), replace(there, depot=1), sub_store))
    assert orders(found(stocked))[0] == (0, 2, 1)
    assert schedule(stocked, 0, (0, 1)) is None
    assert schedule(stocked, 0, (1, 2, 0)) is None
    elsewhere = replace(given, tasks=(here, replace(there, depot=1)))
    assert found(elsewhere).unserved == (1,)


def test_a_car_whose_own_store_has_nothing_loads_elsewhere_first() -> None:
    given = replace(reloading(), car_days=(car_day(capacity=(80,)),))
    stops = [replace(t, depot=2) for t in given.tasks[:2]]
    sub_store = replace(given.tasks[2], location=2)
    solution = found(replace(given, tasks=(*stops, sub_store)))
    assert orders(solution)[0] in {(2, 1, 0), (2, 0, 1)}
    stocked = replace(given, tasks=(*stops, sub_store))
    assert load_profile(stocked, 0, (2, 1, 0))[0] == [0, 80, 40, 0]
    poor = [replace(t, prize=15.0) for t in stops]  # together worth less than the way
    assert found(replace(given, tasks=(*poor, sub_store))).routes == ()


@pytest.mark.parametrize("seed", range(30))
def test_tiny_problems_of_several_stores_equal_brute_force(seed: int) -> None:
    given = stocked_problem(seed, 4, 2)
    (one, *_), other = given.tasks[4:], given.tasks[4 + 3]
    tiny = replace(given, tasks=(*given.tasks[:4], one if seed % 2 else other))
    assert valued(tiny, found(tiny, 1_500)) == pytest.approx(everything.least(tiny), abs=4.0)


def test_no_reload_comes_before_a_stop_of_another_store() -> None:
    given = replace(reloading(), car_days=(car_day(capacity=(80,)),))
    home = [replace(t, depot=0, collects=(60,)) for t in given.tasks[:2]]
    sub_store = replace(given.tasks[2], location=1)
    assert len(found(replace(given, tasks=(*home, sub_store))).unserved) == 2  # and the reload
    assert found(replace(given, tasks=(*home, given.tasks[2]))).unserved == ()


def test_reloads_a_day_are_limited() -> None:
    given = reloading()
    more = replace(given, tasks=(*given.tasks, task(2, delivers=(40,)), given.tasks[2]))
    for most, unserved in ((0, 2), (1, 1), (2, 0), (None, 0)):
        car = car_day(capacity=(40,), reloads=most)
        left = [i for i in found(replace(more, car_days=(car,))).unserved if i not in (2, 4)]
        assert len(left) == unserved


@pytest.mark.parametrize("seed", range(12))
def test_figures_stay_right_where_stops_have_stores(seed: int) -> None:
    stocked = stocked_problem(seed, 40, 8, reloads=1 + seed % 2)
    layout, scale = lay_out(stocked)
    state = empty_state(layout, seed)
    for part in range(3):
        anneal(layout, state, 500, (scale.hot / (part + 1), scale.cold), NO_ROUTES)
        assert faults(layout, state) == []
        assert not (
            (state.routes["size"] > 0) & (state.routes["size"] == state.routes["calls"])
        ).any()
    for route in found(stocked, 300).routes:
        assert sum(stocked.tasks[i].reload for i in route.tasks) <= 1 + seed % 2


@pytest.mark.parametrize("seed", range(12))
def test_no_route_is_without_a_stop(seed: int) -> None:
    """Reloads where the car stands cost nothing, and yet no car goes out for them alone."""
    given = random_problem(seed, 12, 4)
    cars = tuple(
        replace(car, end=car.start, fixed_cost=0.0, cost_hour=0.0) for car in given.car_days
    )
    calls = [
        task(car.start, reload=True, prize=0.0, service_s=M, car_days=(k,))
        for k, car in enumerate(cars)
        for _ in range(2)
    ]
    calling = replace(given, tasks=(*given.tasks, *calls), car_days=cars)
    for route in found(calling, 300).routes:
        assert not all(calling.tasks[i].reload for i in route.tasks)


def test_a_fixed_beginning_keeps_a_reload_it_could_do_without() -> None:
    fixed = (FixedRoute(car_day=0, tasks=(0, 2, 1)),)
    given = replace(reloading(), car_days=(car_day(capacity=(80,)),), fixed=fixed)
    assert orders(found(given)) == {0: (0, 2, 1)}


def test_a_required_stop_is_worth_more_than_surcharges_and_balance() -> None:
    dear = problem(line(0, 5), task(1, required=True, surcharges={0: 100.0}))
    assert found(dear).unserved == ()
    cars = tuple(car_day(driver=driver) for driver in range(2))
    uneven = problem(line(0, 5), task(1, required=True), cars=cars)
    assert found(replace(uneven, balance=1_000.0)).unserved == ()


def test_a_car_that_ends_elsewhere_needs_no_way_straight_there() -> None:
    travel = table([[0, 60, -1], [60, 0, 60], [-1, 60, 0]])
    given = problem(travel, task(1), cars=(car_day(end=2),))
    assert schedule(given, 0, (0,)) is not None
    assert orders(found(given)) == {0: (0,)}


def test_a_car_without_a_limit_of_load_may_reload() -> None:
    given = replace(reloading(), car_days=(car_day(capacity=(2**31 - 1, 40)),))
    stops = [replace(t, delivers=(40, 40)) for t in given.tasks[:2]]
    layout, scale = lay_out(replace(given, tasks=(*stops, given.tasks[2])))
    state = empty_state(layout, 1)
    anneal(layout, state, 300, (scale.hot, scale.cold), NO_ROUTES)
    assert state.routes["calls"].tolist() == [1]
    assert (state.routes["room"] > 0).all()
    assert faults(layout, state) == []


@pytest.mark.parametrize("prize", [1e12, 1e16, 1e300])
def test_a_prize_of_any_size_is_won(prize: float) -> None:
    assert found(problem(line(0, 5), task(1, prize=prize), task(1, required=True))).unserved == ()


@pytest.mark.parametrize("worth", [-1.0, float("inf"), float("nan")])
def test_what_no_sum_can_hold_is_refused(worth: float) -> None:
    with pytest.raises(ValueError, match="give a finite one"):
        task(1, prize=worth)
    with pytest.raises(ValueError, match="give a finite one"):
        task(1, surcharges={0: worth})
