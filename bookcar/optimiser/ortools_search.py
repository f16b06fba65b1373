"""A first set of routes from OR-Tools: local cheapest insertion, then guided local search."""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from bookcar.optimiser.ortools_model import build
from bookcar.optimiser.problem import Problem

_FOREVER_S = 10**7
"""OR-Tools warns of a search without a time limit; ours counts."""


def first_routes(
    problem: Problem, *, seed: int, checks: int, out_of_time: Callable[[], bool]
) -> list[list[int]]:
    """Return the tasks of each car-day in order, as OR-Tools leaves them.

    Parameters
    ----------
    checks
        The search ends when OR-Tools has asked this often whether to go on. It asks at every step
        of its search, so the count, unlike the clock, is the same each time.
    out_of_time
        Asked from time to time; ends the search at once.

    Raises
    ------
    KeyboardInterrupt
        Soon after Ctrl-C, which OR-Tools itself would swallow.
    """
    order = list(range(len(problem.tasks)))
    random.Random(seed).shuffle(order)
    model = build(problem, order)
    if not model.nodes:
        return [[] for _ in problem.car_days]
    with _ctrl_c() as interrupted:
        stop = _Stop(checks, lambda: interrupted() or out_of_time())
        model.routing.AddSearchMonitor(model.routing.solver().CustomLimit(stop))
        assignment = model.routing.SolveWithParameters(_parameters())
    if stop.error is not None:
        raise stop.error
    if assignment is None:
        return [[] for _ in problem.car_days]
    return model.routes(assignment)


class _Stop:
    """Counts OR-Tools' checks; keeps an error for later, as OR-Tools loses what is raised here."""

    def __init__(self, checks: int, ended: Callable[[], bool]) -> None:
        self._left = checks
        self._ended = ended
        self.error: BaseException | None = None

    def __call__(self) -> bool:
        try:
            self._left -= 1
            return self._left <= 0 or (self._left % 16 == 0 and self._ended())
        except BaseException as error:
            self.error = error
            return True


@contextmanager
def _ctrl_c() -> Iterator[Callable[[], bool]]:
    """Note Ctrl-C instead of raising it inside OR-Tools; raise it on leaving."""
    previous: Any = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(previous):
        yield lambda: False
        return
    caught: list[tuple[int, Any]] = []
    signal.signal(signal.SIGINT, lambda number, frame: caught.append((number, frame)))
    try:
        yield lambda: bool(caught)
    finally:
        signal.signal(signal.SIGINT, previous)
    if caught:
        previous(*caught[0])


def _parameters() -> Any:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    first = routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
    then = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.first_solution_strategy = first
    parameters.local_search_metaheuristic = then
    parameters.time_limit.seconds = _FOREVER_S
    parameters.lns_time_limit.seconds = _FOREVER_S
    return parameters
