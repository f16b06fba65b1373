"""Every method's model of a week of twelve stops, held against brute force."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from comparing.brute import best_objective

from benchmarks.checker import check
from benchmarks.peers import METHODS, model
from benchmarks.peers.answer import Answer, Trace, better_of_two
from bookcar.optimiser.limits import at_most
from bookcar.optimiser.problem import CarDay, Problem, Task, TravelTable

H = 3600
M = 60

NEEDS = {"ours": "numba", "pyvrp": "pyvrp", "vroom": "vroom", "ortools": "ortools", "hgs": "hygese"}

NEAR = {"ours": 1.02, "pyvrp": 1.02, "ortools": 1.05, "vroom": 1.5}
"""How far above the optimum a method may be; VROOM drives any way for a priority."""

# Python warns of forks beside other threads; ours have ended by then.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def installed(method: str) -> str:
    if importlib.util.find_spec(NEEDS[method]) is None:
        pytest.skip(f"{NEEDS[method]} is not installed")
    return method


def roads(places: int) -> TravelTable:
    rng = random.Random(5)
    at = np.array([(rng.uniform(0, 30), rng.uniform(0, 30)) for _ in range(places)])
    km = np.abs(at[:, None, :] - at[None, :, :]).sum(axis=2)
    uphill = np.where(at[:, None, 1] < at[None, :, 1], 1.3, 1.0)
    return TravelTable(
        seconds=np.ceil(km * 90 * uphill).astype(np.int32),
        metres=np.rint(km * 1000).astype(np.int32),
    )


def car(day: int, books: int, depot: int) -> CarDay:
    return CarDay(
        day=day,
        table=0,
        start=depot,
        end=depot,
        starts=8 * H,
        ends=17 * H,
        max_seconds=5 * H,
        capacity=(books, 120),
        most=at_most(distance=75_000),
        fixed_cost=6.0,
    )


def stop(number: int, **fields: object) -> Task:
    rng = random.Random(number)
    given = Task(
        location=number + 2,
        prize=rng.choice((8.0, 25.0, 45.0)),
        service_s=20 * M,
        windows=dict.fromkeys((0, 1), ((9 * H, 16 * H),)),
        car_days=(0, 1, 2, 3),
        delivers=(30, 30),
        collects=(rng.choice((0, 30)), 10),
    )
    return replace(given, **fields)


@pytest.fixture(scope="module")
def week() -> Problem:
    """Two cars of two depots on two days, three stops a route; all that models differ in."""
    odd = {
        0: {"windows": dict.fromkeys((0, 1), ((9 * H, 10 * H), (14 * H, 15 * H)))},
        1: {"windows": {0: ((8 * H, 9 * H),), 1: ((13 * H, 14 * H),)}},
        2: {"windows": {1: ((9 * H, 12 * H),)}},
        3: {"car_days": (0, 2)},
        4: {"required": True},
        5: {"collects": (55, 10)},
        6: {"collects": (stop(6).collected(0), 80)},
    }
    stops = tuple(stop(i, **odd.get(i, {})) for i in range(12))
    cars = tuple(car(day, books, depot) for day in (0, 1) for depot, books in ((0, 95), (1, 110)))
    return Problem(tables=(roads(14),), tasks=stops, car_days=cars)


@pytest.fixture(scope="module")
def optimum(week: Problem) -> float:
    return best_objective(week, longest=3)


def test_the_week_is_no_trifle(week: Problem, optimum: float) -> None:
    assert 0 < optimum < sum(task.prize for task in week.tasks if not task.required)


@pytest.mark.parametrize("method", [name for name, m in METHODS.items() if "weeks" in m.kinds])
def test_a_method_is_as_good_as_its_model(method: str, week: Problem, optimum: float) -> None:
    module = METHODS[installed(method)].module()
    module.prepare()
    (answer,) = module.run(week, [1.5], 1)
    assert answer.routes is not None
    found = check(week, answer.routes)
    assert found.faults == ()
    assert found.required_missed == 0
    assert optimum - 1e-6 <= found.objective <= optimum * NEAR[method] + 1e-6


@pytest.mark.parametrize("method", METHODS)
def test_a_method_solves_a_cvrp(method: str, week: Problem) -> None:
    """All required, no time, one depot: what HGS knows, and the benchmark files ask for."""
    metres = np.minimum(week.tables[0].metres, week.tables[0].metres.T)
    table = TravelTable(seconds=np.zeros_like(metres), metres=metres)
    any_time = {"day": 0, "starts": 0, "ends": 2**30, "max_seconds": 2**30, "most": ()}
    plain = replace(car(0, 95, 0), capacity=(95, None), fixed_cost=0.0, **any_time)
    tasks = tuple(
        replace(
            stop(i, windows={0: ((0, 2**30),)}, service_s=0, required=True, prize=0.0),
            collects=(),
            car_days=tuple(range(9)),
        )
        for i in range(9)
    )
    given = Problem(tables=(table,), tasks=tasks, car_days=(plain,) * 9)
    three = replace(given, car_days=(plain,) * 4)
    best = best_objective(
        replace(three, tasks=tuple(replace(t, car_days=(0, 1, 2, 3)) for t in tasks)), 3
    )
    (answer,) = METHODS[installed(method)].module().run(given, [1.0], 1)
    assert answer.routes is not None
    found = check(given, answer.routes)
    assert (found.faults, found.required_missed) == ((), 0)
    assert found.objective == pytest.approx(best)


def test_a_trace_gives_the_best_by_each_budget() -> None:
    times = iter([0.0, 1.0, 2.0, 3.0, *[9.0] * 9])
    trace = Trace(lambda: next(times))
    for cost in (50.0, 30.0, 40.0):
        trace.note(cost, lambda cost=cost: ((int(cost), (0,)),))
    found = trace.answers([0.5, 1.5, 4.0])
    assert [answer.routes for answer in found] == [None, ((50, (0,)),), ((30, (0,)),)]
    assert [answer.seconds for answer in found] == [0.5, 1.5, 4.0]


def test_of_two_processes_the_better_counts_at_each_budget() -> None:
    costs = {0: (9.0, 4.0), 1: (7.0, 5.0)}

    def run(which: int) -> list[Answer]:
        return [
            Answer(budget=b, seconds=b, routes=((which, (0,)),), cost=cost)
            for b, cost in zip((1.0, 2.0), costs[which], strict=True)
        ]

    assert [answer.routes for answer in better_of_two(run)] == [((1, (0,)),), ((0, (0,)),)]


def test_a_stop_with_the_same_window_each_day_opens_once(week: Problem) -> None:
    counts = [len(model.openings(task)) for task in week.tasks]
    assert counts[:4] == [2, 2, 1, 1]
    assert model.openings(week.tasks[1])[1] == model.Opening(
        first=13 * H, last=14 * H - 20 * M, days=(1,)
    )


def test_a_window_shorter_than_the_service_is_none() -> None:
    assert model.openings(stop(0, windows={0: ((9 * H, 9 * H + 19 * M),)})) == []


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (lambda cars: cars, 4),
        (lambda cars: (cars[0], cars[1], cars[0], cars[1]), 4),
        (lambda cars: (cars[0],) * 4, 2),
    ],
)
def test_car_days_are_alike_if_cars_and_allowed_stops_are(
    change: Callable[[tuple[CarDay, ...]], tuple[CarDay, ...]], kinds: int, week: Problem
) -> None:
    """Of four equal cars two may come to stop 3; of two pairs, one of a pair of each may not."""
    tasks = (*week.tasks[:3], replace(week.tasks[3], car_days=(0, 1)), *week.tasks[4:])
    given = replace(week, car_days=change(week.car_days), tasks=tasks)
    found = list(model.kinds(given))
    assert len(found) == kinds
    assert sorted(i for _, members in found for i in members) == [0, 1, 2, 3]


def test_a_fleet_without_end_is_cut_and_a_given_one_is_not(week: Problem) -> None:
    assert model.without_spare_cars(week) is week
    one = replace(week.car_days[0], capacity=(60, None))
    everyone = tuple(range(40))
    tasks = tuple(
        replace(t, car_days=everyone, service_s=0, collects=(0, t.collected(1))) for t in week.tasks
    )
    cut = model.without_spare_cars(replace(week, car_days=(one,) * 40, tasks=tasks))
    assert len(cut.car_days) == 12 * 30 // 60 * 4 // 3 + 5
    assert cut.tasks[0].car_days == tuple(range(len(cut.car_days)))


def test_points_are_found_from_their_distances() -> None:
    coordinates = METHODS[installed("hgs")].module().coordinates
    at = np.random.default_rng(1).uniform(0, 1000, (40, 2))
    metres = np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1))
    x, y = coordinates(np.rint(metres))
    again = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    assert np.abs(again - metres).max() < 2
    assert min(x.min(), y.min()) >= 0
