"""The kernel is compiled once, before the clock of a search runs."""

from __future__ import annotations

import time

import pytest
from optimiser.sisr.test_state import plain_problem
from optimiser.small_problems import grouped_problem, random_problem, shared_problem

from bookcar.optimiser.search import solve
from bookcar.optimiser.sisr import chains
from bookcar.optimiser.sisr.anneal import anneal
from bookcar.optimiser.sisr.anneal_groups import anneal_groups
from bookcar.optimiser.sisr.ready import make_ready


def test_seconds_do_not_count_what_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    make_ready(grouped=False)
    asked = []

    def slow(*, grouped: bool) -> None:
        asked.append(grouped)
        time.sleep(1.0)

    monkeypatch.setattr(chains, "make_ready", slow)
    began = time.monotonic()
    solution = solve(random_problem(3, 12, 4), seconds=0.5, bound=False)
    assert asked == [False]
    assert time.monotonic() - began >= 1.5
    assert solution.iterations > 2 * 200  # those before the clock is looked at for the first time


def test_what_goes_wrong_while_it_is_compiled_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*, grouped: bool) -> None:
        raise MemoryError(grouped)

    monkeypatch.setattr(chains, "make_ready", broken)
    with pytest.raises(MemoryError):
        solve(random_problem(3, 12, 4), iterations=10, bound=False)


def test_all_problems_are_laid_out_alike() -> None:
    """One signature: what is compiled before the clock runs is what the search calls."""
    make_ready(grouped=False)
    make_ready(grouped=True)
    solve(plain_problem(1, 20), iterations=10, bound=False)
    one_way = plain_problem(2, 20)
    one_way.tables[0].metres[0, 1] += 1  # not symmetric: with transposes of its own
    solve(one_way, iterations=10, bound=False)
    for seed in range(20):
        solve(random_problem(seed, 8, 4), iterations=10, bound=False)
        solve(grouped_problem(seed, stops=4, days=3), iterations=10, bound=False)
        solve(shared_problem(seed, stops=3, days=3, cars=1), iterations=10, bound=False)
    for kernel in (anneal, anneal_groups):
        assert len(kernel.signatures) == 1  # type: ignore[attr-defined]
