"""Chains that work together on one solution: each on its share, none on another's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from optimiser.sisr.test_solve import check
from optimiser.sisr.test_state import plain_problem
from optimiser.small_problems import random_problem, stocked_problem

from bookcar.optimiser.problem import FixedRoute, Problem, Spacing
from bookcar.optimiser.sisr import chains, decomposition
from bookcar.optimiser.sisr.anneal import anneal
from bookcar.optimiser.sisr.build import lay_out
from bookcar.optimiser.sisr.check import faults
from bookcar.optimiser.sisr.decomposition import Decomposition
from bookcar.optimiser.sisr.layout import Layout
from bookcar.optimiser.sisr.routes import NO_ROUTES, Routes, unpack
from bookcar.optimiser.sisr.solve import solve
from bookcar.optimiser.sisr.state import State, empty_state
from bookcar.optimiser.timing import schedule


def _fixed(seed: int) -> Problem:
    """Return a problem with stores in which two car-days begin with what somebody fixed."""
    given = stocked_problem(seed, 40, 8)
    pairs = ((car, i) for i in range(40) for car in range(8))
    good = [(car, i) for car, i in pairs if schedule(given, car, (i,)) is not None]
    car, stop = good[0]
    other = next((c, i) for c, i in good if c != car and i != stop)
    fixed = (
        FixedRoute(car_day=car, tasks=(stop,)),
        FixedRoute(car_day=other[0], tasks=other[1:], open=True),
    )
    return replace(given, fixed=fixed)


GIVEN = [
    *(random_problem(seed, 40, 8) for seed in range(4)),
    *(stocked_problem(seed, 40, 8) for seed in range(3)),
    *(_fixed(seed) for seed in range(2)),
    plain_problem(1, 60),
]


def begun(given: Problem, count: int) -> tuple[Layout, float, list[State], Decomposition]:
    layout, scale = lay_out(given)
    states = [empty_state(layout, seed) for seed in range(count)]
    for state in states:
        anneal(layout, state, 300, (scale.hot, scale.edge), NO_ROUTES)
    return layout, scale.edge, states, Decomposition(layout, 1)


@pytest.mark.parametrize("given", GIVEN)
def test_a_chain_leaves_the_others_routes_as_they_are(given: Problem) -> None:
    layout, edge, states, shares = begun(given, 2)
    together = states[0].best.copy()
    shares.hand_out(states, together)
    away = [state.away.copy() for state in states]
    assert (away[0] + away[1] == 1).all()
    for state in states:
        anneal(layout, state, 2_000, (100 * edge, 100 * edge), together)
    assert any(dict(unpack(state.now)) != dict(unpack(together)) for state in states)
    stops, before = len(given.tasks), dict(unpack(together))
    for state, others in zip(states, away, strict=True):
        after = dict(unpack(state.now))
        for car in np.flatnonzero(others[stops:]).tolist():
            assert after.get(car) == before.get(car)
        assert faults(layout, state) == []


@pytest.mark.parametrize("given", GIVEN)
def test_what_the_chains_gain_adds_up(given: Problem) -> None:
    layout, edge, states, shares = begun(given, 3)
    together = states[0].best.copy()
    shares.hand_out(states, together)
    before = cost(layout, edge, together)
    for state in states:
        anneal(layout, state, 1_000, (edge, edge / 2), together)
    gains = sum(before - int(state.sums["cost"][0]) for state in states)
    joined = shares.joined(states)
    assert joined is not None
    assert cost(layout, edge, joined) == before - gains


def cost(layout: Layout, edge: float, routes: Routes) -> int:
    state = empty_state(layout, 1)
    anneal(layout, state, 0, (edge, edge), routes)
    assert faults(layout, state) == []
    return int(state.sums["cost"][0])


def test_shares_are_alike_in_size() -> None:
    _, _, states, shares = begun(plain_problem(2, 90), 3)
    shares.hand_out(states, states[0].best)
    own = [int((state.away[:90] == 0).sum()) for state in states]
    assert sum(own) == 90
    assert min(own) >= 20


@pytest.mark.parametrize("workers", [2, 3, 5])
@pytest.mark.parametrize("given", GIVEN)
def test_a_short_search_keeps_every_limit(
    given: Problem, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = _counting(monkeypatch)
    found = [solve(given, seed=3, iterations=3_000, chains=workers) for _ in range(2)]
    assert handed
    assert found[0] == found[1]
    check(given, found[0])


def test_a_long_search_goes_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    handed = _counting(monkeypatch)
    solve(random_problem(1, 6, 2), seed=1, iterations=7_000)
    assert not handed


def test_few_stops_are_not_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    handed = _counting(monkeypatch)
    solve(random_problem(1, 5, 2), seed=1, iterations=500)
    assert not handed


@pytest.mark.parametrize("tie", [{"spacings": (Spacing(tasks=(0, 1), days=1),)}, {"balance": 5.0}])
def test_routes_that_are_tied_together_are_not_parted(
    tie: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = _counting(monkeypatch)
    given = random_problem(2, 20, 4)
    cars = tuple(replace(car, driver=i % 2) for i, car in enumerate(given.car_days))
    solve(replace(given, car_days=cars, **tie), seed=1, iterations=500)
    assert not handed


def _counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    handed: list[int] = []

    class Counting(Decomposition):
        def hand_out(self, states, routes):
            handed.append(len(states))
            super().hand_out(states, routes)

    monkeypatch.setattr(chains, "Decomposition", Counting)
    monkeypatch.setattr(decomposition, "FEWEST_STOPS", 3)
    return handed
