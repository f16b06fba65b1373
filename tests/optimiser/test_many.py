"""Many problems side by side: each as if alone, and the fault of one is nobody else's."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from optimiser.small_problems import random_problem

from bookcar.optimiser import Job, Outcome, many, solve, solve_many
from bookcar.optimiser.problem import Solution


class Inline(Executor):
    """Runs at once what it is given, and counts it: the least that an engine has to offer."""

    def __init__(self) -> None:
        self.ran = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.ran += 1
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def _jobs(count: int) -> list[Job]:
    return [
        Job(
            problem=random_problem(seed, tasks=5 + seed),
            seed=seed,
            iterations=300,
            bound=seed % 2 == 0,
        )
        for seed in range(count)
    ]


def _alone(job: Job) -> Solution:
    return solve(job.problem, seed=job.seed, iterations=job.iterations, bound=job.bound)


def test_each_solution_is_that_of_the_problem_alone_whatever_runs_it() -> None:
    jobs = _jobs(6)
    alone = [_alone(job) for job in jobs]
    assert len({solution.cost for solution in alone}) > 1, "the order can be told"
    inline = Inline()
    assert [o.result() for o in solve_many(jobs, executor=inline)] == alone
    assert inline.ran == 6
    with ThreadPoolExecutor(3) as threads:
        assert [o.result() for o in solve_many(iter(jobs), executor=threads)] == alone
        assert threads.submit(int, "1").result() == 1, "the pool of others is left open"
    assert [o.result() for o in solve_many(jobs)] == alone, "processes, one a core"


def test_every_field_of_a_job_is_told_the_search() -> None:
    job = _jobs(3)[2]
    begun = tuple((r.car_day, r.tasks) for r in _alone(job).routes)
    told = replace(job, workers=1, start=begun, iterations=200, seed=5, bound=False)
    expected = solve(told.problem, seed=5, iterations=200, workers=1, start=begun, bound=False)
    (outcome,) = solve_many([told], executor=Inline())
    assert outcome.result() == expected
    assert expected.iterations == 50, "one chain, a quarter of the iterations"


@pytest.mark.parametrize("inline", [True, False])
def test_what_one_raises_is_its_own_outcome(*, inline: bool) -> None:
    good, other = _jobs(2)
    endless = replace(good, iterations=None)
    first, second, third = solve_many([good, endless, other], executor=Inline() if inline else None)
    assert (first.result(), third.result()) == (_alone(good), _alone(other))
    assert second.solution is None
    assert isinstance(second.error, ValueError)
    with pytest.raises(ValueError, match="never end"):
        second.result()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _Death:
    def __reduce__(self) -> tuple[Any, ...]:
        return _die, ()


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_process_that_dies_loses_its_own_job_only() -> None:
    jobs = _jobs(4)
    deadly = replace(jobs[1], start=_Death())  # type: ignore[arg-type]
    outcomes = solve_many([jobs[0], deadly, *jobs[2:]])
    assert outcomes[1].solution is None
    assert "terminated abruptly" in str(outcomes[1].error)
    kept = [outcomes[i].result() for i in (0, 2, 3)]
    assert kept == [_alone(jobs[i]) for i in (0, 2, 3)]


def test_ctrl_c_gives_up_what_was_not_begun() -> None:
    class Stopped(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            if len(waiting) == 2:
                raise KeyboardInterrupt
            waiting.append(Future())
            return waiting[-1]

    waiting: list[Future[Any]] = []
    with pytest.raises(KeyboardInterrupt):
        solve_many(_jobs(3), executor=Stopped())
    assert [future.cancelled() for future in waiting] == [True, True]


def test_nothing_to_solve_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "ProcessPoolExecutor", None)
    assert solve_many([]) == []
    assert Outcome(error=KeyError("x")).solution is None
