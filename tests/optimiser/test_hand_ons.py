"""Hand-ons: what a stop gives back is dropped at a later one of its route, and never unloaded."""

from __future__ import annotations

import re
from itertools import permutations

import pytest
from optimiser.bounding import lower_bound
from optimiser.sisr import everything
from optimiser.sisr.brute import valued
from optimiser.small_problems import car_day, handing_problem, line, problem, task

from bookcar.optimiser import HandOn, Problem, solve
from bookcar.optimiser.insertion import bases_of, insertions
from bookcar.optimiser.sisr.anneal import anneal
from bookcar.optimiser.sisr.build import lay_out
from bookcar.optimiser.sisr.check import faults
from bookcar.optimiser.sisr.routes import pack
from bookcar.optimiser.sisr.solve import solve as search
from bookcar.optimiser.sisr.state import empty_state
from bookcar.optimiser.timing import load_profile, schedule
from bookcar.optimiser.violations import try_route


def ring(stops: int, *, capacity: int, hand_on: bool = True, reloads: int = 0) -> Problem:
    """Return stops along a road that swap collections of 100 books; each hands its own on."""
    tasks = [
        task(
            k + 1,
            delivers=(100,),
            collects=(100,),
            handed=(100,) if hand_on and k else (),
        )
        for k in range(stops)
    ]
    calls = [task(0, reload=True, prize=0.0) for _ in range(reloads)]
    car = car_day(capacity=(capacity,), reloads=reloads)
    hand_ons = [HandOn(giver=k, taker=k + 1, loads=(100,)) for k in range(stops - 1)]
    return Problem(
        tables=(line(*range(0, 10 * stops + 1, 10)),),
        tasks=(*tasks, *calls),
        car_days=(car,),
        hand_ons=tuple(hand_ons) if hand_on else (),
    )


def test_the_car_leaves_with_what_it_needs_from_the_depot_only() -> None:
    given = ring(3, capacity=150)
    assert load_profile(given, 0, (0, 1, 2)) == ([100, 100, 100, 100],)
    assert load_profile(ring(3, capacity=150, hand_on=False), 0, (0, 1, 2)) == ([300] * 4,)


def test_a_ring_of_six_is_served_on_one_route_by_a_car_for_one_collection_and_a_half() -> None:
    without = solve(ring(6, capacity=150, hand_on=False), seed=1, iterations=300)
    assert len(without.unserved) == 5
    (route,) = solve(ring(6, capacity=150), seed=1, iterations=300).routes
    assert route.tasks == (0, 1, 2, 3, 4, 5)


def test_a_stop_is_served_only_behind_the_one_that_hands_on_to_it() -> None:
    given = ring(3, capacity=1_000)
    driven = [order for order in permutations(range(3)) if schedule(given, 0, order)]
    assert driven == [(0, 1, 2)]
    assert schedule(given, 0, (1, 2)) is None, "nobody gave the first one anything"


def test_a_reload_puts_off_what_was_to_be_handed_on() -> None:
    given = ring(2, capacity=1_000, reloads=1)
    assert schedule(given, 0, (0, 1, 2)) is not None
    assert schedule(given, 0, (0, 2, 1)) is None


def test_what_stays_aboard_is_part_of_what_is_carried() -> None:
    """It gives 100 back and gets 40 handed on; the other 60 come from the depot."""
    first = task(1, collects=(40,))
    second = task(2, delivers=(100,), collects=(70,), handed=(40,))
    given = Problem(
        tables=(line(0, 10, 20),),
        tasks=(first, second),
        car_days=(car_day(capacity=(100, None)),),
        hand_ons=(HandOn(giver=0, taker=1, loads=(40,)),),
    )
    assert load_profile(given, 0, (0, 1))[0] == [60, 100, 70]
    assert schedule(given, 0, (0, 1)) is not None
    tight = problem(
        line(0, 10, 20), first, task(2, delivers=(100,)), cars=(car_day(capacity=(99, None)),)
    )
    assert [v.code for v in try_route(tight, 0, (0, 1)).violations] == ["books"]


@pytest.mark.parametrize(
    ("hand_ons", "said"),
    [
        ((HandOn(giver=0, taker=5, loads=(100,)),), "tasks [5]"),
        ((HandOn(giver=1, taker=1, loads=(100,)),), "two different tasks"),
        ((HandOn(giver=0, taker=1, loads=(120,)),), "collects 100 and hands on 120"),
        ((), "100 are handed to it, and 0 handed on to it"),
    ],
)
def test_a_hand_on_that_makes_no_sense_is_refused(hand_ons: tuple[HandOn, ...], said: str) -> None:
    given = ring(2, capacity=1_000)
    with pytest.raises(ValueError, match=re.escape(said)):
        Problem(tables=given.tables, tasks=given.tasks, car_days=given.car_days, hand_ons=hand_ons)


@pytest.mark.parametrize("seed", range(40))
def test_the_kernel_keeps_its_figures_and_its_order_right(seed: int) -> None:
    given = handing_problem(seed, 14, 4, reloads=seed % 3)
    layout, scale = lay_out(given)
    state = empty_state(layout, seed)
    for part in range(3):
        anneal(layout, state, 300, (scale.hot / (part + 1), scale.edge), pack(()))
        assert faults(layout, state) == []


@pytest.mark.parametrize("seed", range(60))
def test_a_tiny_problem_is_solved_as_trying_everything_solves_it(seed: int) -> None:
    given = handing_problem(seed, 4, 1, reloads=seed % 2)
    found = search(given, seed=1, iterations=2_000, chains=1)
    assert valued(given, found) == pytest.approx(everything.least(given))


@pytest.mark.parametrize("seed", range(12))
def test_six_stops_are_served_as_trying_everything_serves_them(seed: int) -> None:
    given = handing_problem(1_000 + seed, 6, 1)
    found = search(given, seed=1, iterations=3_000, chains=1)
    assert valued(given, found) == pytest.approx(everything.least(given))


@pytest.mark.parametrize("seed", range(30))
def test_no_solution_costs_less_than_the_bound(seed: int) -> None:
    given = handing_problem(seed, 9, 3)
    found = search(given, seed=seed, iterations=1_000, chains=1)
    missed = sum(given.tasks[i].required for i in found.unserved)
    bound = lower_bound(given, upper=found.cost + 100.0, rounds=12, missed=missed)
    assert bound <= found.cost + 1e-6


@pytest.mark.parametrize("seed", range(40))
def test_one_more_stop_fits_where_a_schedule_says(seed: int) -> None:
    given = handing_problem(200 + seed, 7, 2, reloads=seed % 2)
    routes = search(given, seed=seed, iterations=20).routes
    made = {i for route in routes for i in route.tasks}
    left = [i for i, one in enumerate(given.tasks) if i not in made and not one.reload]
    bases = bases_of(given, routes, calls=())
    for verdict in insertions(given, routes, left, bases=bases):
        fitting = [
            order
            for base in bases
            for at in range(len(base.tasks) + 1)
            for order in [(*base.tasks[:at], verdict.task, *base.tasks[at:])]
            if schedule(given, base.car_day, order) is not None
        ]
        assert (verdict.route is not None) == bool(fitting)


@pytest.mark.parametrize("seed", range(20))
def test_chains_that_share_a_solution_keep_the_order_too(seed: int) -> None:
    given = handing_problem(seed, 110, 12)
    found = search(given, seed=seed, iterations=400, chains=2)
    assert found.routes
    for route in found.routes:
        assert route.schedule == schedule(given, route.car_day, route.tasks)
