"""The bound beside the search: known while it goes on, valid, and the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import inf

import pytest
from optimiser.peers import best_objective
from optimiser.small_problems import line, random_problem, task

from bookcar.optimiser.bound.background import BackgroundBound
from bookcar.optimiser.bound.build import Fineness
from bookcar.optimiser.bound.lower import ColumnGeneration
from bookcar.optimiser.bound.pricer import Pricer
from bookcar.optimiser.cost import gap, in_hundredths
from bookcar.optimiser.problem import Problem, Standing
from bookcar.optimiser.search import solve
from bookcar.phrases import Figure, Phrases

TOLERANCE = 1e-6


def _standing(case: Problem, part: float, *, iterations: int = 500) -> Standing:
    found = solve(case, iterations=iterations, bound=False)
    return Standing(
        part=part,
        iterations=round(part * 100_000),
        cost=found.cost,
        unserved=found.unserved,
        routes=tuple((route.car_day, route.tasks) for route in found.routes),
    )


def _optional(case: Problem) -> Problem:
    return replace(case, tasks=tuple(replace(task, required=False) for task in case.tasks))


def test_it_begins_when_it_is_time_to_and_is_known_before_the_search_ends() -> None:
    case = _optional(random_problem(9, tasks=5, car_days=2))
    standing, background = _standing(case, 0.1), BackgroundBound(case)
    assert background.current(replace(standing, part=0.05)) is None
    assert background.thread is None
    background.current(standing)
    assert background.thread is not None
    background.thread.join()
    bound = background.current(replace(standing, part=0.2))
    assert bound is not None
    assert 0 < bound <= standing.cost
    assert background.ended(standing.cost, standing.unserved) == bound


def test_a_search_too_short_has_none() -> None:
    case = random_problem(1, tasks=150, car_days=10)
    background = BackgroundBound(case)
    background.current(replace(_standing(case, 0.5, iterations=10), iterations=5))
    assert background.ended(1e9, ()) is None


def test_where_there_is_nothing_to_choose_the_cost_is_its_own_bound() -> None:
    alone = Problem(tables=(line(0, 5),), tasks=(task(1, car_days=()),), car_days=())
    assert solve(alone, iterations=10).bound == 1_000.0
    assert solve(Problem(tables=(), tasks=(), car_days=()), iterations=10).bound == 0.0
    assert solve(alone, iterations=10, bound=False).bound is None


@pytest.mark.parametrize("seed", range(40))
def test_what_is_proved_holds_whatever_number_of_required_stops_is_missed(seed: int) -> None:
    case = random_problem(seed, tasks=2 + seed % 4, car_days=1 + seed % 3)
    missed, cost = best_objective(case)
    climb = ColumnGeneration(case, Fineness(), expensive=cost + 100.0)
    climb.go_on(12)
    assert climb.bound(missed) <= cost + TOLERANCE
    bounds = [climb.bound(number) for number in range(8)]
    assert bounds == sorted(bounds, reverse=True)


@dataclass
class Recorded:
    """A progress that keeps what it is told of the search."""

    parts: list[float] = field(default_factory=list)
    bounds: list[float | None] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    summary: str = ""

    def start(self, step: str, total: int | None = None) -> None:
        assert (step, total) == ("steps.routes", 100)

    def advance(self, *_: object) -> None:
        pass

    def search(self, part: float, *, cost: float, bound: float | None, **_: int) -> None:
        self.parts.append(part)
        self.bounds.append(bound)
        self.costs.append(cost)

    def finish(self, summary: str, **figures: Figure) -> None:
        self.summary = Phrases("en")(summary, **figures)


@contextmanager
def _waiting_for_the_bound() -> Iterator[None]:
    """Let every meeting wait until the bound is known, so that no clock decides what is told."""
    with pytest.MonkeyPatch.context() as patch:
        current = BackgroundBound.current

        def wait(self: BackgroundBound, standing: Standing) -> float | None:
            current(self, standing)
            if self.thread is not None:
                self.thread.join()
            return current(self, standing)

        patch.setattr(BackgroundBound, "current", wait)
        yield


def test_the_gap_is_told_while_the_search_goes_on() -> None:
    case, seen = _optional(random_problem(9, tasks=12, car_days=3)), Recorded()
    with _waiting_for_the_bound():
        found = solve(case, iterations=2_000, progress=seen)
    early = [bound for part, bound in zip(seen.parts, seen.bounds, strict=True) if part < 0.1]
    later = [
        (bound, cost)
        for part, bound, cost in zip(seen.parts, seen.bounds, seen.costs, strict=True)
        if part >= 0.1
    ]
    assert set(early) == {None}
    assert len(later) > 80
    assert all(bound is not None and 0 < bound <= cost for bound, cost in later)
    assert found.bound == seen.bounds[-1]
    _, cost, bound = in_hundredths(found.terms, found.bound)
    told = Phrases("en").number(gap(cost, bound), ".2%")
    assert seen.summary.endswith(f"gap {told}")


def test_when_it_is_ready_makes_no_difference() -> None:
    case = random_problem(7, tasks=14, car_days=4)
    with _waiting_for_the_bound():
        waited = solve(case, iterations=1_000)
    assert waited.bound is not None
    assert waited == solve(case, iterations=1_000)


def test_a_search_that_the_clock_may_end_has_all_processors_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[float] = []
    monkeypatch.setattr(BackgroundBound, "_climb", lambda _, standing: begun.append(standing.part))
    solve(random_problem(3, tasks=8), seconds=0.2)
    assert begun == [1.0]
    solve(random_problem(3, tasks=8), seconds=1e6, iterations=1_000)
    assert begun[1:] == [1.0]
    solve(random_problem(3, tasks=8), iterations=1_000)
    assert begun[2:] == [0.1]


def test_without_a_bound_nothing_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BackgroundBound, "_climb", lambda *_: pytest.fail("begun"))
    assert solve(random_problem(3, tasks=8), iterations=1_000, bound=False).bound is None


def test_ctrl_c_while_the_bound_is_waited_for_keeps_the_routes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given_up: list[BackgroundBound] = []

    def noted(self: BackgroundBound) -> None:
        given_up.append(self)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(BackgroundBound, "ended", interrupted)
    monkeypatch.setattr(BackgroundBound, "give_up", noted)
    found = solve(random_problem(3, tasks=8), iterations=1_000)
    assert (found.interrupted, found.bound) == (True, None)
    assert found.routes
    assert given_up


def test_given_up_it_ends_before_the_next_kind_is_priced(monkeypatch: pytest.MonkeyPatch) -> None:
    case, priced = random_problem(5, tasks=12, car_days=4), []
    background, price = BackgroundBound(case), Pricer.price

    def giving_up(*given: object, every: bool) -> float:
        priced.append(every)
        if every:  # in the middle of the first round that would prove something
            background.give_up()
        return price(*given, every=every)  # type: ignore[arg-type]

    monkeypatch.setattr(Pricer, "price", giving_up)
    standing = _standing(case, 0.1)
    background.current(standing)
    bound = background.ended(inf, standing.unserved)
    assert background.climb is not None
    assert not background.climb.priced()
    assert priced.count(True) == 1
    assert bound == pytest.approx(
        background.climb.bound(sum(case.tasks[i].required for i in standing.unserved))
    )


def test_given_up_before_it_began_it_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ColumnGeneration, "__init__", lambda *_, **__: pytest.fail("begun"))
    case = random_problem(5, tasks=12, car_days=4)
    background = BackgroundBound(case)
    background.give_up()
    background.current(_standing(case, 0.1))
    assert background.ended(inf, ()) is None


def test_with_a_required_stop_missed_no_gap_is_told() -> None:
    case = random_problem(9, tasks=5, car_days=2)
    case = replace(case, tasks=tuple(replace(t, required=i == 0) for i, t in enumerate(case.tasks)))
    standing, background = _standing(case, 0.1), BackgroundBound(case)
    background.current(standing)
    assert background.ended(standing.cost, standing.unserved) is not None
    assert background.current(replace(standing, unserved=())) is not None
    assert background.current(replace(standing, unserved=(0,))) is None


def test_a_fault_in_it_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ColumnGeneration, "go_on", broken)
    with pytest.raises(ZeroDivisionError):
        solve(random_problem(3, tasks=8), iterations=1_000)
    seen = Recorded()
    with _waiting_for_the_bound(), pytest.raises(ZeroDivisionError):
        solve(random_problem(3, tasks=8), iterations=1_000, progress=seen)
    assert max(seen.parts) < 0.1  # at the meeting at which it happened, not after all of them
