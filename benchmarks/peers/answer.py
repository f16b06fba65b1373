"""What a method answers with, and two processes that each try and give the better one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from time import perf_counter

from benchmarks.checker import Route

Routes = tuple[Route, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The best routes by the end of a budget, None if there were none yet.

    ``cost`` is the method's own, to choose among runs of one method only.
    """

    budget: float
    seconds: float
    routes: Routes | None
    cost: float = float("inf")
    iterations: int | None = None
    fault: str = ""


class Trace:
    """The best routes of a run by the time they were found."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self.began = clock()
        self._found: list[tuple[float, float, Callable[[], Routes]]] = []

    def seconds(self) -> float:
        """Return how long the run has taken so far."""
        return self._clock() - self.began

    def note(self, cost: float, routes: Callable[[], Routes]) -> None:
        """Note routes; they are worked out later, so that the run is not held up."""
        self._found.append((self.seconds(), cost, routes))

    def answers(self, budgets: Sequence[float]) -> list[Answer]:
        """Return the best noted by the end of each budget."""
        return [self._answer(budget) for budget in budgets]

    def _answer(self, budget: float) -> Answer:
        in_time = [found for found in self._found if found[0] <= budget]
        if not in_time:
            return Answer(budget=budget, seconds=min(budget, self.seconds()), routes=None)
        _, cost, routes = min(in_time, key=lambda found: found[1])
        seconds = min(budget, self.seconds())
        return Answer(budget=budget, seconds=seconds, routes=routes(), cost=cost)


def better_of_two(run: Callable[[int], list[Answer]]) -> list[Answer]:
    """Run 0 and 1 in a process each, forked so that they share the model; return the better ones.

    A method with one thread uses the second core so.
    """
    global _run  # noqa: PLW0603  (what a forked process can see; a closure cannot be pickled)
    _run = run
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as processes:
        one, other = processes.map(_call, (0, 1))
    return [min(pair, key=lambda answer: answer.cost) for pair in zip(one, other, strict=True)]


_run: Callable[[int], list[Answer]] | None = None


def _call(which: int) -> list[Answer]:
    assert _run is not None
    return _run(which)
