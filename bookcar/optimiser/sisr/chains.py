"""Several chains of the search side by side, that meet and learn from each other.

Chains meet after a count of iterations, and what they exchange depends on nothing else: the same
seed and number of chains give the same routes on one core or many. Only where seconds end the
search does the clock decide how many iterations that are.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import Any, NamedTuple

from bookcar.optimiser.sisr.anneal import anneal
from bookcar.optimiser.sisr.anneal_groups import anneal_groups
from bookcar.optimiser.sisr.decomposition import Decomposition
from bookcar.optimiser.sisr.groups import Cycle, for_chain
from bookcar.optimiser.sisr.layout import Layout
from bookcar.optimiser.sisr.pool import Pool
from bookcar.optimiser.sisr.ready import make_ready
from bookcar.optimiser.sisr.routes import NO_ROUTES, Routes
from bookcar.optimiser.sisr.state import State, empty_state

MEETINGS = 100
"""How often the chains meet in a whole search, at least."""

COPY_UNTIL = 0.5
"""Until this part of the search the better solution is copied across when chains meet apart."""

BEGUN_HALFWAY = 0.5
"""A search that begins with given routes is as cool from the first as one at this part of its way:
hotter, it would forget them."""

TOGETHER_BELOW = 1_000
"""Chains that have fewer iterations a stop than this work together on one solution: where time is
short, going twice as far beats going two ways."""

GATHER_FROM = 0.3
"""From this part of the search on routes are gathered for recombination."""

RECOMBINE_AT = (0.5, 0.7, 0.85, 0.95)
"""At these parts of the search the gathered routes are recombined."""

_FIRST_ITERATIONS = 200

_MOST_ITERATIONS = 10_000
"""Between two meetings: Ctrl-C is heard at meetings only."""

Heat = tuple[float, float]
"""First and last temperature."""

Report = Callable[[float, State], None]
"""Told the part of the search that is done, and the chain with the best solution so far."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How long to search: iterations of each chain, wall seconds, or whichever ends first.

    The seconds are counted from ``began`` on the clock of `time.monotonic`, those in which the
    kernel is compiled or read from disk left out.
    """

    iterations: int | None
    seconds: float | None
    began: float = field(default_factory=monotonic)


class _Pace:
    """Where in the search we are, from 0 to 1, and how far it is to the next meeting."""

    def __init__(self, budget: Budget, clock: Callable[[], float] = monotonic) -> None:
        self.budget, self.clock = budget, clock
        self.began, self.started = budget.began, clock()
        self.done = 0

    def part(self) -> float:
        """Return the part of the budget that is used up."""
        parts = [0.0]
        if self.budget.iterations is not None:
            parts.append(self.done / max(1, self.budget.iterations))
        if self.budget.seconds is not None:
            parts.append((self.clock() - self.began) / max(1e-9, self.budget.seconds))
        return min(1.0, max(parts))

    def next(self) -> int:
        """Return how many iterations to do now: a meeting's share of the budget."""
        counts = []
        if self.budget.iterations is not None:
            share = min(-(-self.budget.iterations // MEETINGS), _MOST_ITERATIONS)
            counts.append(min(share, self.budget.iterations - self.done))
        if self.budget.seconds is not None:
            counts.append(self._affordable(self.budget.seconds))
        return max(1, min(counts))

    def part_after(self, count: int) -> float:
        """Return where in the search we shall be after so many iterations more, as far as known."""
        if self.budget.iterations is None:
            return min(1.0, self.part() + 1 / MEETINGS)
        return min(1.0, max(self.part(), (self.done + count) / max(1, self.budget.iterations)))

    def expected(self) -> float:
        """Return how many iterations the search has, by the clock only if nothing else tells."""
        if self.budget.iterations is not None or self.budget.seconds is None:
            return float(self.budget.iterations or 0)
        return self.done / max(1e-9, self.part())

    def _affordable(self, seconds: float) -> int:
        spent = self.clock() - self.began
        if self.done == 0:
            return _FIRST_ITERATIONS
        share = min(seconds / MEETINGS, max(0.0, seconds - spent))
        return int(self.done / max(1e-6, self.clock() - self.started) * share)


class Found(NamedTuple):
    """The best routes, the iterations of all chains, and whether Ctrl-C ended them."""

    routes: Routes
    iterations: int
    interrupted: bool


def run(
    layout: Layout,
    heat: Heat,
    *,
    seeds: Sequence[int],
    budget: Budget,
    report: Report,
    start: Routes = NO_ROUTES,
    cycle: Cycle | None = None,
) -> Found:
    """Search with a chain per seed, each beginning with the routes of ``start`` if there are any.

    ``cycle``: the groups, if there are any.

    Ctrl-C ends the search at the next meeting: a thread at work in the kernel does not hear it.

    Raises
    ------
    KeyboardInterrupt
        After a second Ctrl-C.
    """
    states = [empty_state(layout, seed) for seed in seeds]
    climbs = [_climb(layout, state, cycle) for state in states]
    news = [start] * len(states)
    if len(start):
        heat = _cooled(heat, BEGUN_HALFWAY), heat[1]
    table = _Table(layout, states, seeds[0], grouped=cycle is not None)
    with _noting_ctrl_c() as interrupted, ThreadPoolExecutor(len(states)) as threads:
        pace, part = _Pace(_ready(budget, threads, grouped=cycle is not None)), 0.0
        while part < 1.0 and not interrupted():
            count = pace.next()
            heats = (_cooled(heat, part), _cooled(heat, pace.part_after(count)))
            jobs = [
                threads.submit(climb, count, heats, new)
                for climb, new in zip(climbs, news, strict=True)
            ]
            _finish(jobs)
            pace.done += count
            part = pace.part()
            report(part, _best(states))
            news = table.meet(part, pace.expected())
        for climb, new in zip(climbs, news, strict=True):
            climb(0, (heat[1], heat[1]), new)
    iterations = sum(int(state.sums["iteration"][0]) for state in states)
    return Found(_best(states).best, iterations, interrupted=interrupted())


def _ready(budget: Budget, threads: ThreadPoolExecutor, *, grouped: bool) -> Budget:
    """Have the kernel compiled, or read from disk; return the budget less the time that took."""
    began = monotonic()
    threads.submit(make_ready, grouped=grouped).result()
    return replace(budget, began=budget.began + monotonic() - began)


def _climb(
    layout: Layout, state: State, cycle: Cycle | None
) -> Callable[[int, Heat, Routes], None]:
    """Return what takes a chain on by some iterations, from given routes if there are any."""
    if cycle is None:
        return partial(anneal, layout, state)
    return partial(anneal_groups, layout, state, for_chain(cycle))


def _best(states: Sequence[State]) -> State:
    return min(states, key=lambda state: int(state.sums["best"][0]))


class _Table:
    """Where the chains meet: what they lay down, and what each takes up again."""

    def __init__(
        self, layout: Layout, states: Sequence[State], seed: int, *, grouped: bool
    ) -> None:
        self.states = states
        self.pool, self.shares = Pool(layout), Decomposition(layout, seed)
        self.grouped = grouped
        self.gathers = not layout.facts["plain"][0] and not grouped
        self.recombine_at = sorted(RECOMBINE_AT)
        self.stops = int(layout.facts["stops"][0])

    def meet(self, part: float, expected: float) -> list[Routes]:
        """Return what each chain goes on from; ``expected``: iterations of the whole search."""
        one = self.shares.joined(self.states)
        better = self._recombined(part) if self.gathers and part >= GATHER_FROM else None
        if better is not None:
            one = better
        together = self.shares.possible(self.states) and not self.grouped
        if together and expected < TOGETHER_BELOW * self.stops:
            one = _best(self.states).best.copy() if one is None else one
            self.shares.hand_out(self.states, one)
        return exchange(self.states, part) if one is None else [one] * len(self.states)

    def _recombined(self, part: float) -> Routes | None:
        """Return the pool's best routes now and then, if they are better than any chain's."""
        for state in self.states:
            self.pool.gather(state)
        if not self.recombine_at or part < self.recombine_at[0]:
            return None
        self.recombine_at.pop(0)
        if not self.pool.useful():
            return None
        best = _best(self.states)
        return self.pool.recombine(best.best, int(best.sums["best"][0]))


def _cooled(heat: Heat, part: float) -> float:
    """Return the temperature at a part of the search: it falls geometrically."""
    return heat[0] * float((heat[1] / heat[0]) ** part)


def _finish(jobs: list[Future[None]]) -> None:
    """Wait for the chains and raise what went wrong in one of them."""
    wait(jobs)
    for job in jobs:
        job.result()


@contextmanager
def _noting_ctrl_c() -> Iterator[Callable[[], bool]]:
    """Note Ctrl-C instead of raising it wherever Python happens to be; raise a second one.

    Raised while the kernel is loaded or compiled, it would be lost in a callback from C.
    """
    previous: Any = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(previous):
        yield lambda: False
        return
    noted: list[tuple[int, Any]] = []
    signal.signal(signal.SIGINT, lambda number, frame: noted.append((number, frame)))
    try:
        yield lambda: bool(noted)
    finally:
        signal.signal(signal.SIGINT, previous)
    if len(noted) > 1:
        previous(*noted[1])


def exchange(states: Sequence[State], part: float) -> list[Routes]:
    """Return what each chain goes on from: the worst one, while hot, from the best one's routes."""
    news = [NO_ROUTES] * len(states)
    if part < COPY_UNTIL:
        costs = [int(state.sums["best"][0]) for state in states]
        best, worst = costs.index(min(costs)), costs.index(max(costs))
        if costs[best] < costs[worst]:
            news[worst] = states[best].best.copy()
    return news
