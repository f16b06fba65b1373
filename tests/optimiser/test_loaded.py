"""Cars that have left: what is aboard is a store of its own, and takes room until it is dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest
from optimiser.bounding import lower_bound
from optimiser.sisr import everything
from optimiser.sisr.brute import valued
from optimiser.small_problems import car_day, left_problem, line, problem, task

from bookcar.optimiser.insertion import bases_of, insertions
from bookcar.optimiser.problem import FixedRoute, Loaded, Problem, Task
from bookcar.optimiser.sisr.anneal import anneal
from bookcar.optimiser.sisr.build import lay_out
from bookcar.optimiser.sisr.check import faults
from bookcar.optimiser.sisr.routes import pack
from bookcar.optimiser.sisr.solve import solve
from bookcar.optimiser.sisr.state import empty_state
from bookcar.optimiser.timing import load_profile, schedule
from bookcar.optimiser.violations import try_route

HOME, ABOARD = 0, 9
LEFT = Loaded(depot=ABOARD, loads=(70, 7))


def aboard(location: int, books: int, **fields: object) -> Task:
    """Return a stop that gets something of what is aboard."""
    return task(location, delivers=(books,), depot=ABOARD, aboard=True, **fields)


def road(*tasks: Task, capacity: int = 1_000, loaded: Loaded = LEFT, reloads: int = 1) -> Problem:
    car = car_day(capacity=(capacity, None), loaded=loaded, reloads=reloads)
    return problem(line(0, 10, 20, 30), *tasks, cars=(car,))


def test_what_is_aboard_is_there_from_the_start_whoever_gets_it() -> None:
    given = road(aboard(1, 30), aboard(2, 40, collects=(15,)))
    assert load_profile(given, 0, (0, 1)) == ([70, 40, 15], [7, 7, 7])
    assert load_profile(given, 0, (1,)) == ([70, 45], [7, 7])
    assert load_profile(given, 0, ()) == ([70], [7])


def test_a_reload_puts_it_off_and_takes_aboard_what_is_dropped_behind() -> None:
    given = road(aboard(1, 30), task(2, delivers=(50,), depot=HOME), task(0, reload=True))
    assert load_profile(given, 0, (0, 2, 1))[0] == [70, 40, 50, 0]
    assert schedule(given, 0, (0, 2, 1)) is not None
    assert schedule(given, 0, (0, 1)) is None, "the car is not at home"


def test_what_came_aboard_at_a_reload_that_is_over_is_there_behind_it() -> None:
    call = task(0, reload=True, loaded=Loaded(depot=7, loads=(90,)))
    given = road(aboard(1, 30), call, replace(aboard(2, 40), depot=7))
    assert load_profile(given, 0, (0, 1, 2))[0] == [70, 40, 90, 50]
    assert schedule(given, 0, (0, 1, 2)) is not None
    assert schedule(given, 0, (0, 2)) is None, "it comes aboard at the reload"


@pytest.mark.parametrize(("capacity", "fits"), [(70, True), (69, False)])
def test_a_full_car_may_drop_what_is_aboard(capacity: int, *, fits: bool) -> None:
    given = road(aboard(1, 30), aboard(2, 40), capacity=capacity)
    assert (schedule(given, 0, (0, 1)) is not None) == fits
    broken = [violation.code for violation in try_route(given, 0, (0, 1)).violations]
    assert broken == ([] if fits else ["books"])
    assert len(solve(given, seed=1, iterations=50).unserved) == (0 if fits else 2)


def test_what_is_collected_needs_the_room_of_what_was_dropped() -> None:
    """The second stop gives 30 books back, for which there is room once the first has its 30."""
    given = road(task(2, collects=(30,), prize=500.0), aboard(1, 30), capacity=70)
    (route,) = solve(given, seed=1, iterations=100).routes
    assert route.tasks == (1, 0)
    (verdict,) = insertions(given, (), (0,))
    assert [lack.code for lack in verdict.lacks] == ["books"]
    (verdict,) = insertions(given, (replace(route, tasks=(1,), schedule=_times(given, 1)),), (0,))
    assert verdict.route is not None
    assert verdict.route.tasks == (1, 0)


def _times(given: Problem, *order: int):
    times = schedule(given, 0, order)
    assert times is not None
    return times


def test_a_stop_of_the_depot_waits_for_a_reload() -> None:
    stops = (aboard(3, 30), task(2, delivers=(50,), depot=HOME), task(0, reload=True, prize=0.0))
    given = replace(road(*stops), fixed=(FixedRoute(car_day=0, tasks=(0,), open=True),))
    (route,) = solve(given, seed=1, iterations=300).routes
    assert route.tasks == (0, 2, 1)
    without = replace(road(*stops, reloads=0), fixed=given.fixed)
    assert solve(without, seed=1, iterations=300).unserved == (1, 2)


@pytest.mark.parametrize("seed", range(30))
def test_the_kernel_keeps_its_figures_right(seed: int) -> None:
    given = left_problem(seed, 14, 4)
    layout, scale = lay_out(given)
    state = empty_state(layout, seed)
    begun = pack((one.car_day, one.tasks) for one in given.fixed)
    anneal(layout, state, 1, (scale.hot, scale.hot), begun)
    for part in range(3):
        anneal(layout, state, 300, (scale.hot / (part + 1), scale.edge), pack(()))
        assert faults(layout, state) == []


@pytest.mark.parametrize("seed", range(30))
def test_what_follows_keeps_every_limit(seed: int) -> None:
    given = left_problem(seed, 9, 4)
    solution = solve(given, seed=seed, iterations=200, chains=2)
    assert everything.keeps(given, list(solution.routes))
    for route in solution.routes:
        assert route.schedule == schedule(given, route.car_day, route.tasks)


@pytest.mark.parametrize("seed", range(16))
def test_a_tiny_problem_is_solved_as_trying_everything_solves_it(seed: int) -> None:
    given = left_problem(seed, 3, 1 + seed % 2)
    found = solve(given, seed=1, iterations=2_000, chains=1)
    best = everything.least(given)
    assert valued(given, found) == pytest.approx(best)
    missed = sum(given.tasks[i].required for i in found.unserved)
    bound = lower_bound(given, upper=found.cost + 100.0, rounds=12, missed=missed)
    assert bound <= found.cost + 1e-6


@pytest.mark.parametrize("seed", range(40))
def test_one_more_stop_fits_where_a_schedule_says(seed: int) -> None:
    given = left_problem(100 + seed, 7, 2)
    routes = solve(given, seed=seed, iterations=20).routes
    made = {i for route in routes for i in route.tasks}
    left = [i for i, one in enumerate(given.tasks) if i not in made and not one.reload]
    for verdict in insertions(given, routes, left):
        if verdict.route is not None:
            times = schedule(given, verdict.route.car_day, verdict.route.tasks)
            assert times == verdict.route.schedule
        else:
            assert not any(_fits(given, routes, verdict.task))


def _fits(given: Problem, routes, stop: int):
    begun = {one.car_day: len(one.tasks) for one in given.fixed}
    for car in range(len(given.car_days)):
        order = next((route.tasks for route in routes if route.car_day == car), ())
        for at in range(begun.get(car, 0), len(order) + 1):
            yield schedule(given, car, (*order[:at], stop, *order[at:])) is not None


def test_a_reload_that_is_over_does_not_hide_one_at_the_same_depot() -> None:
    over = task(0, reload=True, loaded=Loaded(depot=7, loads=(90,)))
    given = road(task(1, delivers=(30,), depot=HOME), over, task(0, reload=True), reloads=2)
    assert {base.tasks for base in bases_of(given, ())} == {(), (1,), (2,)}
    (verdict,) = insertions(given, (), (0,))
    assert verdict.route is not None
    assert verdict.route.tasks == (2, 0)
