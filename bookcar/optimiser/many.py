"""Many problems side by side: the counties of a province, or the same week under many settings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context

from bookcar.compiled import is_ready, note_compiled
from bookcar.optimiser.problem import Problem, Solution
from bookcar.optimiser.search import CHAINS, solve
from bookcar.optimiser.sharing import shares_anything
from bookcar.optimiser.sisr.anneal import anneal
from bookcar.optimiser.sisr.anneal_groups import anneal_groups
from bookcar.optimiser.sisr.ready import make_ready
from bookcar.optimiser.start import Orders


@dataclass(frozen=True, kw_only=True)
class Job:
    """A problem and what `bookcar.optimiser.search.solve` is to be told with it, field by field."""

    problem: Problem
    seed: int = 1
    iterations: int | None = None
    seconds: float | None = None
    workers: int = CHAINS
    bound: bool | Problem = True
    start: Orders = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a job: a solution, or what its search raised; the other is None."""

    solution: Solution | None = None
    error: Exception | None = None

    def result(self) -> Solution:
        """Return the solution, or raise what the search raised."""
        if self.solution is None:
            raise self.error or ValueError("An outcome is a solution or an error.")
        return self.solution


def solve_many(jobs: Iterable[Job], *, executor: Executor | None = None) -> list[Outcome]:
    """Solve problems side by side; each gets the very solution that `solve` alone would give it.

    What one raises is kept as its outcome, and the others go on. With ``seconds`` in a job its
    routes depend on the machine, and on how many searches share it.

    Parameters
    ----------
    executor
        Runs the searches, by nothing but its ``submit``: a thread pool, or an engine's own, such as
        ``dask.distributed.Client().get_executor()``. It is left open. Jobs and outcomes are
        pickled on the way to another process. Without one, processes are started here, one for
        each core that this process may use, and ended before this returns; as with any such
        pool, a program that is not imported safely needs ``if __name__ == "__main__":``.

    Returns
    -------
    An outcome per job, in their order.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; jobs that were not begun are given up.
    """
    listed = list(jobs)
    if executor is not None:
        return _gathered(executor, listed)
    if not listed:
        return []
    _compile({shares_anything(job.problem) for job in listed})
    outcomes = _in_processes(listed, min(len(listed), _cores()))
    for number, outcome in enumerate(outcomes):  # a process that dies takes its neighbours along
        if isinstance(outcome.error, BrokenExecutor):
            outcomes[number] = _in_processes([listed[number]], 1)[0]
    return outcomes


def _compile(kinds: Iterable[bool]) -> None:
    """Have the kernels compiled once, for processes that would each compile them otherwise."""
    for grouped in sorted(kinds):
        if not is_ready(anneal_groups if grouped else anneal):
            make_ready(grouped=grouped)
            note_compiled()


def _in_processes(jobs: Sequence[Job], processes: int) -> list[Outcome]:
    """Return the outcomes of processes of their own; spawned, as a fork would copy our threads."""
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        return _gathered(pool, jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def _gathered(executor: Executor, jobs: Sequence[Job]) -> list[Outcome]:
    futures: list[Future[Solution] | Exception] = []
    try:
        futures.extend(_submitted(executor, job) for job in jobs)
        return [_outcome(future) for future in futures]
    except BaseException:
        for future in futures:
            if not isinstance(future, Exception):
                future.cancel()
        raise


def _submitted(executor: Executor, job: Job) -> Future[Solution] | Exception:
    try:
        return executor.submit(_solved, job)
    except BrokenExecutor as error:
        return error


def _outcome(future: Future[Solution] | Exception) -> Outcome:
    if isinstance(future, Exception):
        return Outcome(error=future)
    try:
        return Outcome(solution=future.result())
    except Exception as error:  # whatever it is, it is this job's alone
        return Outcome(error=error)


def _solved(job: Job) -> Solution:
    return solve(
        job.problem,
        seed=job.seed,
        iterations=job.iterations,
        seconds=job.seconds,
        workers=job.workers,
        bound=job.bound,
        start=job.start,
    )


def _cores() -> int:
    """Return how many cores this process may use."""
    with suppress(AttributeError):  # macOS and Windows do not say
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
