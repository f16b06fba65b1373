"""No reload is made for nothing, even where the way by its depot is the shorter one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from optimiser.small_problems import M, problem, stocked_problem, task

from bookcar.optimiser.idle import idle_places, without_idle_reloads
from bookcar.optimiser.limits import limited
from bookcar.optimiser.problem import FixedRoute, Problem, TravelTable
from bookcar.optimiser.search import solve
from bookcar.optimiser.timing import schedule


def _by_the_depot() -> Problem:
    """Return two stops, at 1 and 2, and two reloads at 3, by which the ways home are shorter."""
    metres = np.full((4, 4), 1_000, dtype=np.int32)
    np.fill_diagonal(metres, 0)
    seconds = (metres * 0.06).astype(np.int32)
    metres[1, 0] = metres[2, 0] = 9_000
    calls = [task(3, reload=True, prize=0.0, service_s=M) for _ in range(2)]
    given = problem(TravelTable(seconds=seconds, metres=metres), task(1), task(2), *calls)
    car = limited(given.car_days[0], distance=5_000, reloads=2)
    return replace(given, car_days=(car,))


def test_a_reload_is_idle_that_no_stop_follows() -> None:
    given = _by_the_depot()
    assert idle_places(given, (0, 2, 1)) == []
    assert idle_places(given, (0, 2, 3, 1)) == [1]
    assert idle_places(given, (2, 0, 3)) == [2]


def test_what_can_be_driven_only_with_an_idle_reload_is_not_driven() -> None:
    given = _by_the_depot()
    assert schedule(given, 0, (0, 2)) is not None
    assert schedule(given, 0, (0,)) is None
    assert without_idle_reloads(given, 0, (0, 2)) == ()
    assert solve(given, iterations=500).routes == ()


def test_as_few_stops_go_as_may_be() -> None:
    """From 1 the car may go home by itself, from 2 by the depot only."""
    given = _by_the_depot()
    metres = given.tables[0].metres.copy()
    metres[1, 0] = 1_000
    given = replace(given, tables=(replace(given.tables[0], metres=metres),))
    assert without_idle_reloads(given, 0, (0, 1, 2)) == (0,)


def test_what_is_fixed_stays() -> None:
    given = replace(_by_the_depot(), fixed=(FixedRoute(car_day=0, tasks=(0, 2), open=True),))
    assert without_idle_reloads(given, 0, (0, 2, 1, 3)) == (0, 2)


@pytest.mark.parametrize("seed", [*range(40), 224])
def test_no_search_ends_with_an_idle_reload(seed: int) -> None:
    """Nor breaks off: in 224 no road leads to the depot of a reload that might be put in."""
    given = stocked_problem(seed, 6 + seed % 4, 2, crooked=True)
    found = solve(given, seed=seed, iterations=2_000, bound=False)
    for route in found.routes:
        assert idle_places(given, route.tasks) == []
        assert schedule(given, route.car_day, route.tasks) == route.schedule
