"""The kernel's running figures against a recomputation from scratch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from optimiser.small_problems import random_problem

from bookcar.compiled import called
from bookcar.optimiser.limits import at_most
from bookcar.optimiser.problem import CarDay, Problem, Schedule, Task, TravelTable
from bookcar.optimiser.sisr import build, clock
from bookcar.optimiser.sisr.anneal import anneal
from bookcar.optimiser.sisr.build import lay_out
from bookcar.optimiser.sisr.check import faults, order
from bookcar.optimiser.sisr.clock import NO_STOP
from bookcar.optimiser.sisr.routes import NO_ROUTES
from bookcar.optimiser.sisr.state import empty_state
from bookcar.optimiser.timing import schedule

best_times = called(clock.best_times)


def plain_problem(seed: int, stops: int) -> Problem:
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 1000, (stops + 1, 2))
    gaps = np.rint(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)))
    table = TravelTable(seconds=np.zeros_like(gaps, dtype=np.int32), metres=gaps.astype(np.int32))
    endless = 2**30
    car = CarDay(
        day=0, table=0, start=0, end=0, starts=0, ends=endless,
        max_seconds=endless, capacity=(100,),
    )  # fmt: skip
    tasks = tuple(
        Task(
            location=i + 1,
            prize=0.0,
            required=True,
            service_s=0,
            windows={0: ((0, endless),)},
            car_days=tuple(range(stops)),
            delivers=(int(rng.integers(1, 40)),),
        )
        for i in range(stops)
    )
    return Problem(tables=(table,), tasks=tasks, car_days=(car,) * stops)


@pytest.mark.parametrize("seed", range(12))
def test_a_thousand_iterations_leave_every_figure_right(seed: int) -> None:
    layout, scale = lay_out(random_problem(seed, 40, 8))
    state = empty_state(layout, seed)
    for part in range(4):
        anneal(layout, state, 1_000, (scale.hot / (part + 1), scale.hot / (part + 2)), NO_ROUTES)
        assert faults(layout, state) == []


def test_no_route_drives_longer_than_its_car_may() -> None:
    layout, scale = lay_out(random_problem(2, 40, 8))
    layout.facts["driven"] = 1
    layout.cars["max_driving"] = [(k + 1) * 20 * 60 for k in range(8)]
    state = empty_state(layout, 2)
    for _ in range(4):
        anneal(layout, state, 1_000, (scale.hot, scale.hot / 4), NO_ROUTES)
        assert faults(layout, state) == []
    driving, most = state.routes["driving"], layout.cars["max_driving"]
    assert (driving <= most).all()
    assert (driving > most - 600).any(), "some route is as long as it may be"


def test_a_plain_problem_keeps_its_figures_right_too() -> None:
    layout, scale = lay_out(plain_problem(1, 60))
    assert layout.facts["plain"][0]
    state = empty_state(layout, 1)
    for _ in range(4):
        anneal(layout, state, 1_000, (scale.edge, scale.edge / 2), NO_ROUTES)
        assert faults(layout, state) == []


def test_tables_too_large_to_be_held_twice_give_the_same_routes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = random_problem(5, 30, 6)
    found = []
    for most in (6_000, 0):
        monkeypatch.setattr(build, "_TWICE", most)
        layout, scale = lay_out(given)
        assert layout.metres_back.size == (1 if most == 0 else layout.metres.size)
        state = empty_state(layout, 1)
        anneal(layout, state, 2_000, (scale.hot, scale.edge), NO_ROUTES)
        assert faults(layout, state) == []
        found.append(state.best.tolist())
    assert found[0] == found[1]


def test_routes_taken_over_from_another_chain_cost_the_same() -> None:
    layout, scale = lay_out(random_problem(3, 30, 6))
    one, other = empty_state(layout, 1), empty_state(layout, 2)
    for state in (one, other):
        anneal(layout, state, 500, (scale.edge, scale.edge), NO_ROUTES)
    anneal(layout, other, 0, (scale.edge, scale.edge), one.best)
    assert other.sums["cost"][0] == one.sums["best"][0]
    assert faults(layout, other) == []


@pytest.mark.parametrize("seed", range(12))
def test_routes_are_timed_as_the_schedule_times_them(seed: int) -> None:
    given = random_problem(seed, 25, 6)
    layout, scale = lay_out(given)
    state = empty_state(layout, seed)
    for _ in range(20):
        anneal(layout, state, 50, (scale.edge, scale.edge), NO_ROUTES)
        for car in range(6):
            stops = order(layout, state, car)
            if not stops:
                continue
            start = np.uint32(int(layout.facts["stops"][0]) + car)
            depart, back = best_times(layout, state, NO_STOP, start)
            times = schedule(given, car, stops)
            assert times is not None
            _agree(given.car_days[car], times, depart, back)
            for stop in sorted(set(range(25)) - set(stops))[:6]:
                _compare_with_one_more(given, layout, state, car, stops, stop)


def _agree(driven: CarDay, times: Schedule, depart: int, back: int) -> None:
    """The kernel is back earliest; the schedule may be later for a break that is no early one."""
    if driven.break_s == 0 or len(times.breaks) > 1:
        assert (depart, back) == (times.depart, times.back)
    else:
        assert back <= times.back


def _compare_with_one_more(given, layout, state, car, stops, stop) -> None:  # noqa: PLR0917
    if not layout.allowed[layout.cars["kind"][car], stop]:
        return
    first = int(layout.facts["stops"][0]) + car
    for at in range(len(stops) + 1):
        after = np.uint32(stops[at - 1] if at else first)
        depart, back = best_times(layout, state, np.uint32(stop), after)
        chain = [*stops[:at], stop, *stops[at:]]
        times = schedule(_without_other_limits(given), car, chain)
        blocked = times is None
        assert blocked == (back < 0)
        if times is not None:
            _agree(given.car_days[car], times, depart, back)


def _without_other_limits(given: Problem) -> Problem:
    cars = tuple(
        replace(car, capacity=(10**6,), most=at_most(distance=2**40)) for car in given.car_days
    )
    return replace(given, car_days=cars)
