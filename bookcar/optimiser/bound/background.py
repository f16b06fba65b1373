"""The bound worked out beside the search, in a thread of its own: so the gap is known early.

What it begins with hangs on iterations, and all that follows on that alone: the same search has the
same bound, on one processor or many. Only where seconds end the search does the clock end this too.
"""

from __future__ import annotations

from math import inf
from threading import Event, Thread
from time import monotonic

from bookcar.optimiser.bound.build import Fineness
from bookcar.optimiser.bound.lower import ColumnGeneration, affordable_rounds
from bookcar.optimiser.problem import Problem, Standing

EARLY = 0.1
"""Of a search: its routes give good duals by then, and most of it is still to come."""

_PART = 0.25
"""Of the seconds of a search: how long the bound may take."""

_A_MOMENT = 0.2
"""Seconds: so long at most, some systems do not hear of Ctrl-C while they wait for a thread."""


class BackgroundBound:
    """A lower bound on the cost of what a search finds.

    Parameters
    ----------
    begin_at
        The part of the search at which it begins. At 1 the search is over and leaves it all
        processors; above, it never begins.
    iterations
        Those it may take the time of; None for as many as the search makes.
    seconds
        Of the search, if a clock ends it: the bound then has a quarter of them.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        begin_at: float = EARLY,
        iterations: int | None = None,
        seconds: float = inf,
    ) -> None:
        self.problem, self.begin_at = problem, begin_at
        self.iterations, self.seconds = iterations, seconds
        self.thread: Thread | None = None
        self.climb: ColumnGeneration | None = None
        self.fault: BaseException | None = None
        self.given_up = Event()

    def current(self, standing: Standing) -> float | None:
        """Begin if it is time to; return the bound by now, None before all legs were priced.

        None too if a required stop is missed: what that saves says nothing of the rest.

        Raises
        ------
        BaseException
            What went wrong in the thread.
        """
        if self.thread is None and standing.part >= self.begin_at:
            # A daemon: a second Ctrl-C does not have to wait until it has heard of it.
            self.thread = Thread(target=self._work, args=(standing,), name="bound", daemon=True)
            self.thread.start()
        self._raise()
        if self.climb is None or not self.climb.priced() or self._missed(standing.unserved):
            return None
        return min(standing.cost, self.climb.bound())

    def ended(self, cost: float, unserved: tuple[int, ...]) -> float | None:
        """Wait for its end; return the bound for all that miss no more required stops.

        None where the search was so short that no bound would say anything.
        """
        if not self.problem.tasks or not self.problem.car_days:
            return cost  # there was nothing to choose
        while self.thread is not None and self.thread.is_alive():
            self.thread.join(_A_MOMENT)
        self._raise()
        if self.climb is None:
            return None
        return min(cost, self.climb.bound(self._missed(unserved)))

    def give_up(self) -> None:
        """End the work as soon as may be: nobody asks for the bound any more."""
        self.given_up.set()

    def _missed(self, unserved: tuple[int, ...]) -> int:
        return sum(self.problem.tasks[i].required for i in unserved)

    def _raise(self) -> None:
        if self.fault is not None:
            raise self.fault

    def _work(self, standing: Standing) -> None:
        try:
            self._climb(standing)
        except BaseException as fault:  # whatever it is, who waits for the bound is to hear of it
            self.fault = fault

    def _climb(self, standing: Standing) -> None:
        """Tell the kinds of car-day apart by their days if the search is long enough for that."""
        iterations = self.iterations or round(standing.iterations / standing.part)
        deadline = monotonic() + _PART * self.seconds
        for merged in (False, True):
            rounds = affordable_rounds(self.problem, iterations, merged=merged)
            if rounds > 0 and not self.given_up.is_set():
                climb = ColumnGeneration(
                    self.problem,
                    Fineness(merged=merged),
                    expensive=standing.cost,
                    deadline=deadline,
                    given_up=self.given_up,
                )
                climb.adopt(standing.routes)
                self.climb = climb
                climb.go_on(rounds)
                return
