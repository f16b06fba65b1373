"""One more stop, held against trying everything with the plain clock."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import inf
from random import Random

import numpy as np
import pytest

from bookcar.optimiser.cost import balance_cost, route_cost
from bookcar.optimiser.insertion import Base, base_of, bases_of, filled, insertions
from bookcar.optimiser.insertion.layout import CODES
from bookcar.optimiser.limits import LIMITS, SUMS, at_most, limited
from bookcar.optimiser.problem import (
    CarDay,
    FixedRoute,
    Problem,
    SolvedRoute,
    Spacing,
    Task,
    TravelTable,
)
from bookcar.optimiser.timing import route_metres, schedule

H = 3600
FAR = 10**9


def _car(rng: Random, day: int, start: int) -> CarDay:
    return CarDay(
        day=day,
        table=0,
        start=start,
        end=start,
        starts=8 * H,
        ends=8 * H + rng.choice([4, 6, 9]) * H,
        max_seconds=rng.choice([3, 5, 8]) * H,
        capacity=(rng.choice([100, 150, 400]), rng.choice([None, 60, 120])),
        most=at_most(
            distance=rng.choice([60_000, 120_000, 400_000]),
            stops=rng.choice([None, 2, 3]),
            reloads=rng.choice([0, 1]),
        ),
        break_s=rng.choice([0, 1_800]),
        break_after_s=rng.choice([2, 3]) * H,
        fixed_cost=rng.choice([0.0, 15.0]),
        cost_hour=rng.choice([0.0, 7.0]),
        driver=rng.choice([None, 0, 1]),
        break_rule=rng.choice(["work", "driving"]),
        break_used_s=rng.choice([0, 0, 1_800]),
    )


def _problem(rng: Random) -> Problem:
    places = 8
    seconds = np.array(
        [[rng.randrange(600, 5_400) for _ in range(places)] for _ in range(places)], np.int32
    )
    np.fill_diagonal(seconds, 0)
    metres = (seconds * rng.choice([8, 12])).astype(np.int32)
    if rng.random() < 0.3:
        row, column = rng.sample(range(places), 2)
        seconds[row, column] = metres[row, column] = -1
    cars = tuple(_car(rng, day, rng.choice([0, 1])) for day in (0, 0, 2))
    stops = tuple(
        Task(
            location=place,
            prize=rng.choice([5.0, 60.0, 200.0]),
            service_s=rng.choice([900, 1_800]),
            windows=dict.fromkeys(
                (0, 2), rng.choice([((0, 24 * H),), ((9 * H, 10 * H), (13 * H, 15 * H))])
            ),
            car_days=(0, 1, 2),
            required=rng.random() < 0.2,
            delivers=(rng.choice([20, 60, 110]), rng.choice([10, 30])),
            collects=(rng.choice([0, 40]), rng.choice([0, 25])),
            surcharges={0: 12.0} if rng.random() < 0.3 else {},
            depot=rng.choice([None, None, 0, 1]),
        )
        for place in (2, 3, 4, 5, 6, 6)
    )
    calls = tuple(
        Task(
            location=rng.choice([0, 1]),
            prize=0.0,
            service_s=900,
            windows={car.day: ((0, 24 * H),)},
            car_days=(k,),
            reload=True,
        )
        for k, car in enumerate(cars)
    )
    return Problem(
        tables=(TravelTable(seconds=seconds, metres=metres),),
        tasks=(*stops, *calls),
        car_days=cars,
        spacings=(Spacing(tasks=(4, 5), days=2),),
        balance=rng.choice([0.0, 3.0]),
    )


def _routes(problem: Problem, rng: Random) -> tuple[SolvedRoute, ...]:
    """Return feasible routes of a few stops; the two visits to one stop are not both in them."""
    orders: dict[int, list[int]] = {}
    for task in rng.sample(range(5), rng.choice([1, 3, 4])):
        car_day = rng.randrange(len(problem.car_days))
        order = [*orders.get(car_day, []), task]
        if schedule(problem, car_day, order):
            orders[car_day] = order
    return tuple(_solved(problem, car_day, orders[car_day]) for car_day in sorted(orders))


def _solved(problem: Problem, car_day: int, order: list[int]) -> SolvedRoute:
    times = schedule(problem, car_day, order)
    assert times is not None
    return SolvedRoute(car_day=car_day, tasks=tuple(order), schedule=times)


LIFTS = {
    "stops": lambda p: _sums(p, stops=None),
    "reloads": lambda p: _sums(p, reloads=None),
    "distance": lambda p: _sums(p, distance=None),
    "latest-return": lambda p: _cars(p, ends=FAR),
    "working-time": lambda p: _cars(p, max_seconds=FAR),
    "break": lambda p: _cars(p, break_s=0),
    "books": lambda p: _capacity(p, 0),
    "kg": lambda p: _capacity(p, 1),
    "opening-hours": lambda p: _tasks(p, windows=dict.fromkeys((0, 2), ((0, FAR),))),
    "depot": lambda p: _tasks(p, depot=None),
}


def _cars(problem: Problem, **fields: object) -> Problem:
    cars = tuple(replace(car, **fields) for car in problem.car_days)  # type: ignore[arg-type]
    return replace(problem, car_days=cars)


def _sums(problem: Problem, **limits: int | None) -> Problem:
    cars = tuple(limited(car, **limits) for car in problem.car_days)
    return replace(problem, car_days=cars)


def _longer_days(problem: Problem, most: int) -> Problem:
    cars = (
        replace(car, max_seconds=most, ends=car.ends + most - car.max_seconds)
        for car in problem.car_days
    )
    return replace(problem, car_days=tuple(cars))


def _capacity(problem: Problem, load: int) -> Problem:
    return replace(
        problem,
        car_days=tuple(
            replace(c, capacity=tuple(None if k == load else m for k, m in enumerate(c.capacity)))
            for c in problem.car_days
        ),
    )


def _tasks(problem: Problem, **fields: object) -> Problem:
    tasks = tuple(replace(task, **fields) for task in problem.tasks)  # type: ignore[arg-type]
    return replace(problem, tasks=tasks)


def _orders(problem: Problem, routes: tuple[SolvedRoute, ...], task: int) -> list:  # type: ignore[type-arg]
    """Return every car-day and order with the task, and with a reload more that a stop follows."""
    now = {route.car_day: route.tasks for route in routes}
    fixed = {route.car_day: route for route in problem.fixed}
    found = []
    for base in bases_of(problem, routes):
        for place in range(len(base.tasks) + 1):
            order = (*base.tasks[:place], task, *base.tasks[place:])
            if _reloads_for_nothing(problem, order):
                continue
            kept = fixed.get(base.car_day)
            own = [
                k for k in order if not problem.tasks[k].reload or k in now.get(base.car_day, ())
            ]
            is_open = kept is None or (kept.open and own[: len(kept.tasks)] == list(kept.tasks))
            found.append((base.car_day, order, is_open))
    return found


def _reloads_for_nothing(problem: Problem, order: tuple[int, ...]) -> bool:
    letters = "".join("R" if problem.tasks[k].reload else "S" for k in order)
    return "RR" in letters or letters.endswith("R")


def _far_enough(problem: Problem, routes: tuple[SolvedRoute, ...], task: int, car: int) -> bool:
    twin = {4: 5, 5: 4}.get(task)
    days = [problem.car_days[r.car_day].day for r in routes if twin in r.tasks]
    return all(abs(day - problem.car_days[car].day) >= 2 for day in days)


def _cost(problem: Problem, routes: tuple[SolvedRoute, ...]) -> float:
    return sum(route_cost(problem, route) for route in routes) + balance_cost(problem, routes)


@pytest.mark.parametrize("seed", range(150))
def test_a_verdict_is_what_trying_everything_finds(seed: int) -> None:
    rng = Random(seed)
    problem = _problem(rng)
    routes = _routes(problem, rng)
    if seed % 3 == 0 and routes:
        kept = routes[0]
        fixed = FixedRoute(car_day=kept.car_day, tasks=kept.tasks, open=seed % 2 == 0)
        problem = replace(problem, fixed=(fixed,))
    served = {k for route in routes for k in route.tasks}
    left = [k for k in range(6) if k not in served]
    for verdict in insertions(problem, routes, left):
        task = verdict.task
        places = _orders(problem, routes, task)
        near = [(c, o, s) for c, o, s in places if _far_enough(problem, routes, task, c)]
        costs = [
            _cost(problem, (*(r for r in routes if r.car_day != c), _solved(problem, c, list(o))))
            - _cost(problem, routes)
            for c, o, is_open in near
            if is_open and schedule(problem, c, o)
        ]
        assert verdict.cost == pytest.approx(min(costs, default=inf))
        if costs:
            continue
        alone = {
            code
            for code, lift in LIFTS.items()
            if any(is_open and schedule(lift(problem), c, o) for c, o, is_open in near)
        }
        if any(is_open and _needs_both(problem, c, o) for c, o, is_open in near):
            alone.add("time")
        if any(schedule(problem, c, o) for c, o, _ in near):
            alone.add("fixed")
        if any(is_open and schedule(problem, c, o) for c, o, is_open in places):
            alone.add("spacing")
        assert {lack.code for lack in verdict.lacks} == alone
        assert bool(verdict.together) == (not alone and _passable(problem, places))
        if verdict.together:
            many = len(verdict.together)
            for codes in combinations(LIFTS, many - 1):
                lenient = problem
                for code in codes:
                    lenient = LIFTS[code](lenient)
                assert not any(is_open and schedule(lenient, c, o) for c, o, is_open in near)


def _needs_both(problem: Problem, car: int, order: tuple[int, ...]) -> bool:
    """Tell whether a route has times with a longer day and a later return, and not with one."""
    late, long = LIFTS["latest-return"], LIFTS["working-time"]
    alone = schedule(late(problem), car, order) or schedule(long(problem), car, order)
    return alone is None and schedule(late(long(problem)), car, order) is not None


def _passable(problem: Problem, places: list) -> bool:  # type: ignore[type-arg]
    lenient = problem
    for lift in LIFTS.values():
        lenient = lift(lenient)
    return any(schedule(lenient, c, o) for c, o, _ in places)


@pytest.mark.parametrize("seed", range(60))
def test_a_limit_raised_to_the_figure_told_lets_the_stop_in(seed: int) -> None:
    rng = Random(seed)
    problem = _problem(rng)
    routes = _routes(problem, rng)
    served = {k for route in routes for k in route.tasks}
    raised = {
        "stops": lambda most: _sums(problem, stops=most),
        "distance": lambda most: _sums(problem, distance=most),
        "latest-return": lambda most: _cars(problem, ends=most),
        "working-time": lambda most: _cars(problem, max_seconds=most),
        "time": lambda most: _longer_days(problem, most),
    }
    for verdict in insertions(problem, routes, [k for k in range(6) if k not in served]):
        for lack in verdict.lacks if verdict.route is None else ():
            if lack.code in raised:
                wider = raised[lack.code](lack.figure)
                assert schedule(problem, lack.car_day, lack.order) is None
                assert schedule(wider, lack.car_day, lack.order) is not None
                less = raised[lack.code](lack.figure - 1)
                assert schedule(less, lack.car_day, lack.order) is None


def test_the_working_time_told_is_the_least_not_that_of_the_earliest_return() -> None:
    """Who sets out at eight waits three hours at the second stop, who leaves at noon does not."""
    seconds = np.full((3, 3), 1_800, np.int32)
    np.fill_diagonal(seconds, 0)
    opens = {1: ((8 * H, 10 * H), (14 * H, 16 * H)), 2: ((13 * H, 18 * H),)}
    tasks = tuple(
        Task(location=k, prize=50.0, service_s=900, windows={0: opens[k]}, car_days=(0,))
        for k in (1, 2)
    )
    car = CarDay(
        day=0, table=0, start=0, end=0, starts=8 * H, ends=20 * H, max_seconds=6_900, capacity=(9,)
    )
    table = TravelTable(seconds=seconds, metres=seconds)
    problem = Problem(tables=(table,), tasks=tasks, car_days=(car,))
    (verdict,) = insertions(problem, (_solved(problem, 0, [0]),), [1])
    figures = {lack.code: lack.figure for lack in verdict.lacks}
    assert figures["working-time"] == 3 * 1_800 + 2 * 900


@pytest.mark.parametrize("seed", range(60))
def test_the_distance_told_is_the_least_over_for_which_the_way_pays(seed: int) -> None:
    """Of the ways that cost more than the visit is worth only where every way does."""
    rng = Random(seed)
    problem = _problem(rng)
    routes = _routes(problem, rng)
    free = _sums(problem, distance=None)
    served = {k for route in routes for k in route.tasks}
    for verdict in insertions(problem, routes, [k for k in range(6) if k not in served]):
        lack = next((one for one in verdict.lacks if one.code == "distance"), None)
        if verdict.route is not None or lack is None:
            continue
        over = [
            (
                _extra(problem, routes, _solved(free, c, list(o))) > verdict.worth,
                _over(problem, c, o),
            )
            for c, o, is_open in _orders(problem, routes, verdict.task)
            if is_open and _far_enough(problem, routes, verdict.task, c) and schedule(free, c, o)
        ]
        assert (lack.dear, lack.figure - lack.limit) == min(over)


def _extra(problem: Problem, routes: tuple[SolvedRoute, ...], longer: SolvedRoute) -> float:
    others = (route for route in routes if route.car_day != longer.car_day)
    return _cost(problem, (*others, longer)) - _cost(problem, routes)


def _over(problem: Problem, car: int, order: tuple[int, ...]) -> int:
    most = problem.car_days[car].most[[one.code for one in SUMS].index("distance")]
    assert most is not None
    return route_metres(problem, car, order) - most


def test_filling_leaves_nothing_out_that_would_pay() -> None:
    for seed in range(30):
        rng = Random(seed)
        problem = _problem(rng)
        routes = filled(problem, ())
        served = [k for route in routes for k in route.tasks]
        assert len(served) == len(set(served))
        for route in routes:
            assert schedule(problem, route.car_day, route.tasks) == route.schedule
        left = [k for k in range(6) if k not in served]
        assert not any(verdict.pays for verdict in insertions(problem, routes, left))


def _shorter_by_the_depot() -> Problem:
    """Return a stop whose way home is too long, but by a reload at depot 1; it comes from 0."""
    far = [[0, 9, 1], [1, 0, 9], [9, 1, 0]]
    car = CarDay(
        day=0,
        table=0,
        start=0,
        end=0,
        starts=0,
        ends=9 * H,
        max_seconds=9 * H,
        capacity=(100,),
        most=at_most(distance=5_000, reloads=2),
    )
    windows = {0: ((0, 9 * H),)}
    stop = Task(location=2, prize=9.0, service_s=60, windows=windows, car_days=(0,), delivers=(10,))
    call = replace(stop, location=1, prize=0.0, delivers=(0,), reload=True)
    grid = np.array(far, np.int32)
    return Problem(
        tables=(TravelTable(seconds=grid * 60, metres=grid * 1_000),),
        tasks=(stop, call),
        car_days=(car,),
    )


def test_a_car_does_not_reload_for_no_stop_where_that_is_the_shorter_way() -> None:
    problem = _shorter_by_the_depot()
    assert schedule(problem, 0, (0, 1)) is not None
    (verdict,) = insertions(problem, (), (0,))
    assert verdict.route is None
    assert {(lack.code, lack.order) for lack in verdict.lacks} == {("distance", (0,))}
    (verdict,) = insertions(problem, (), (0,), bases=bases_of(problem, (), calls=(1,))[1:])
    assert {lack.order for lack in (*verdict.lacks, *verdict.together)} == {(1, 0)}


def test_one_stop_is_not_enough_for_two_idle_reloads() -> None:
    problem = _shorter_by_the_depot()
    one = Base(car_day=0, tasks=(0, 1))
    assert [base.only for base in base_of(problem, one)] == [2]
    assert base_of(problem, replace(one, tasks=(1, 0, 1, 1))) == ()
    past = replace(one, tasks=(1, 1, 0), first=3)
    assert [base.only for base in base_of(problem, past)] == [None]


def test_every_limit_has_a_bit() -> None:
    """No road is no limit to lift: a place no road leads to is none."""
    assert {limit.code for limit in LIMITS} - {"road"} <= set(CODES)
    assert len(CODES) == len(set(CODES))
