"""A week whose days and cars are to be level, held to every way of putting its visits on days."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import permutations, product

import numpy as np
import pytest
from builders import MONDAY, district, stop, vehicle
from planning.searches import routed

from bookcar.model import BatchSettings, Settings, Weights
from bookcar.optimiser.cost import solution_cost
from bookcar.optimiser.problem import CarDay, Problem, Solution, SolvedRoute, Task, TravelTable
from bookcar.optimiser.search import solve
from bookcar.optimiser.shared import Level
from bookcar.optimiser.timing import schedule
from bookcar.planning.fewest import with_dear_car_days
from bookcar.planning.fleet import fleet_of
from bookcar.planning.levelling import levelling
from bookcar.planning.levels import levels_of
from bookcar.weeks import Horizon

H = 3600


def _settings(weight: float, *, hand_on: bool = False) -> Settings:
    return Settings(weights=Weights(level_days=weight), batches=BatchSettings(hand_on=hand_on))


def test_the_levels_of_a_week_are_its_dates_and_its_cars() -> None:
    cars = (vehicle("V", weekdays=(0, 1)), vehicle("W", weekdays=(1,)))
    days = fleet_of(district(stop("S1"), vehicles=cars), Horizon(MONDAY)).days
    by_day, by_car = levels_of(days, _settings(7.0))
    assert [(day.date.weekday(), day.vehicle.id) for day in days] == [(0, "V"), (1, "V"), (1, "W")]
    assert (by_day.parts, by_day.cost, by_day.ease) == ((0, 1, 1), 7.0, 0.25)
    assert (by_car.parts, by_car.cost, by_car.ease) == ((0, 0, 1), 7.0, 0.05)


def test_nothing_is_level_without_a_weight_or_where_batches_are_handed_on() -> None:
    days = fleet_of(district(stop("S1")), Horizon(MONDAY)).days
    assert levels_of(days, _settings(0.0)) == ()
    assert levels_of(days, _settings(7.0, hand_on=True)) == ()


def _case(seed: int) -> Problem:
    """Five stops, two cars on two days; what a stop is worth may be less than its way."""
    rng = np.random.default_rng(seed)
    spots = rng.integers(0, 30_000, (6, 2))
    metres = np.abs(spots[:, None] - spots[None]).sum(axis=2).astype(np.int32)
    windows = {0: ((0, 24 * H),), 1: ((0, 24 * H),)}
    tasks = tuple(
        Task(
            location=place,
            prize=float(rng.integers(5, 120)),
            service_s=int(rng.integers(600, 5400)),
            windows=windows,
            car_days=(0, 1, 2, 3),
        )
        for place in range(1, 6)
    )
    car = CarDay(
        day=0, table=0, start=0, end=0, starts=8 * H, ends=18 * H, max_seconds=8 * H, capacity=()
    )
    cost = float(rng.choice([3.0, 20.0]))
    return Problem(
        tables=(TravelTable(seconds=metres // 10, metres=metres),),
        tasks=tasks,
        car_days=tuple(replace(car, day=day) for day in (0, 0, 1, 1)),
        levels=(
            Level(parts=(0, 0, 1, 1), cost=cost, ease=0.25),
            Level(parts=(0, 1, 0, 1), cost=cost, ease=0.05),
        ),
    )


def _best(problem: Problem, kept: frozenset[int]) -> float:
    """Return the least cost of all ways to put the stops on car-days, each by its cheapest way.

    Those ``kept`` are served in all of them.
    """
    plain = replace(problem, levels=())
    cheapest: dict[tuple[int, tuple[int, ...]], SolvedRoute | None] = {}
    for car in range(4):
        for chosen in product((False, True), repeat=5):
            own = tuple(i for i in range(5) if chosen[i])
            orders = (o for o in permutations(own) if own and schedule(problem, car, o) is not None)
            timed = (routed(problem, car, order) for order in orders)
            cheapest[car, own] = min(
                timed, key=lambda route: solution_cost(plain, [route], ())[0], default=None
            )
    least = float("inf")
    for places in product(range(-1, 4), repeat=5):
        sets = [tuple(i for i in range(5) if places[i] == car) for car in range(4)]
        routes = [cheapest[car, own] for car, own in enumerate(sets) if own]
        made = [route for route in routes if route is not None]
        left = [i for i in range(5) if places[i] < 0]
        if len(made) == len(routes) and not kept & set(left):
            least = min(least, solution_cost(problem, made, left)[0])
    return least


def _off(problem: Problem, found: Solution) -> float:
    """Return the cost of days and cars off their halves, by hand."""
    hours = [0.0] * 4
    for route in found.routes:
        hours[route.car_day] = (route.schedule.back - route.schedule.depart) / H
    half = sum(hours) / 2
    days = [hours[0] + hours[1], hours[2] + hours[3]]
    cars = [hours[0] + hours[2], hours[1] + hours[3]]
    off = sum(max(0.0, abs(day - half) - half / 4) for day in days)
    return problem.levels[0].cost * (off + sum(max(0.0, abs(c - half) - half / 20) for c in cars))


@pytest.mark.parametrize("seed", range(6))
def test_no_way_to_share_the_visits_out_is_better(seed: int) -> None:
    problem = _case(seed)
    search = partial(solve, seed=1, iterations=3_000, workers=1)
    plain = search(replace(problem, levels=()), bound=False)
    found = levelling(search)(problem, bound=False)
    kept = frozenset(i for route in plain.routes for i in route.tasks)
    assert kept <= {i for route in found.routes for i in route.tasks}
    assert found.cost <= _best(problem, kept) + 1e-6
    assert found.terms["uneven"] == pytest.approx(_off(problem, found))
    assert found.cost <= plain.cost + _off(problem, plain) + 1e-9
    assert found.iterations > plain.iterations


def test_nobody_waits_so_that_hours_are_even() -> None:
    """Who is served without levels is required with them, and stays if the search drops him."""
    given = _case(0)
    only = replace(given.tasks[0], prize=500.0)
    dear = tuple(replace(level, cost=1_000.0) for level in given.levels)
    problem = replace(given, tasks=(only,), levels=dear)
    asked: list[Problem] = []

    def dropping(problem: Problem, **_: object) -> Solution:
        asked.append(problem)
        routes = () if problem.levels else (routed(problem, 0, (0,)),)
        left = () if routes else (0,)
        cost, terms = solution_cost(problem, routes, left)
        return Solution(routes=routes, unserved=left, cost=cost, terms=terms, iterations=1)

    found = levelling(dropping)(problem, bound=False)
    assert [one.tasks[0].required for one in asked] == [False, True]
    assert [route.tasks for route in found.routes] == [(0,)]
    assert found.cost > only.prize


def test_without_levels_it_is_the_search_itself() -> None:
    problem = replace(_case(1), levels=())
    search = partial(solve, seed=1, iterations=500, workers=1)
    assert levelling(search)(problem, bound=False) == search(problem, bound=False)


def test_the_fewest_car_days_are_not_levelled() -> None:
    assert with_dear_car_days(_case(0)).levels == ()
