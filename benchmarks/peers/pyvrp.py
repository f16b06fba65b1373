"""PyVRP's best model: car-days as vehicle types, a profile for each day and set of allowed stops.

A stop is one client where all its days have the same one window, else a mutually exclusive group
of a client per window. PyVRP knows no rule about which vehicle may come to which client, so in a
profile all ways to a stop that is closed or not allowed are longer than any route may be. Two
processes with different seeds; the better one counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import pyvrp
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks, IteratedLocalSearchParams
from pyvrp.solve import SolveParams

from benchmarks.peers import model
from benchmarks.peers.answer import Answer, Routes, Trace, better_of_two
from bookcar.optimiser.problem import CarDay, Problem

_FAR = 10**8
"""Metres and seconds of a way that may not be taken: longer than any route may be."""


@dataclass(frozen=True, kw_only=True)
class _Model:
    """The data, and what its clients and vehicle types stand for."""

    data: pyvrp.ProblemData
    tasks: list[int]
    car_days: list[tuple[int, ...]]


def prepare() -> None:
    """Nothing is left to do once the library is imported."""


def run(problem: Problem, budgets: Sequence[float], seed: int) -> list[Answer]:
    """Search once for the longest budget, in two processes, and look at each budget's end."""
    trace = Trace()
    built = build(problem)

    def search(which: int) -> list[Answer]:
        return _search(built, trace, budgets, 2 * seed + which)

    return better_of_two(search)


def _search(built: _Model, trace: Trace, budgets: Sequence[float], seed: int) -> list[Answer]:
    until = trace.began + max(budgets)

    def stop(best_cost: float) -> bool:
        del best_cost
        return perf_counter() >= until

    ils = IteratedLocalSearchParams(callbacks=_Noting(built, trace))
    params = SolveParams(ils=ils)
    pyvrp.solve(built.data, stop, seed, collect_stats=False, params=params)
    return trace.answers(budgets)


class _Noting(IteratedLocalSearchCallbacks):
    """Notes each new best solution that is feasible."""

    def __init__(self, built: _Model, trace: Trace) -> None:
        self._built, self._trace = built, trace

    def on_start(self, ils: Any) -> None:
        self.on_best(ils.initial_solution)

    def on_best(self, best: pyvrp.Solution) -> None:
        if best.is_feasible():
            self._trace.note(_cost(best), lambda: _routes(self._built, best))


def _cost(found: pyvrp.Solution) -> float:
    ways = found.distance_cost() + found.duration_cost()
    return float(ways + found.fixed_vehicle_cost() + found.uncollected_prizes())


def _routes(built: _Model, found: pyvrp.Solution) -> Routes:
    unused = [list(members) for members in built.car_days]
    return tuple(
        (
            unused[route.vehicle_type()].pop(0),
            tuple(built.tasks[visit.idx] for visit in route if visit.is_client()),
        )
        for route in found.routes()
    )


def build(problem: Problem) -> _Model:
    """Return PyVRP's data: a location per depot and client, in this order."""
    depots = sorted({p for car in problem.car_days for p in (car.start, car.end)})
    units = model.scale(problem)
    clients, groups, tasks, days = _clients(problem, len(depots), units)
    kinds = list(model.kinds(problem))
    profiles = _Profiles(problem, depots, tasks, days)
    types = [_vehicle_type(problem, car, units) | _where(depots, car) for car, _ in kinds]
    for given, (car, members) in zip(types, kinds, strict=True):
        given["num_available"] = len(members)
        given["profile"] = profiles.index(car, members[0])
    data = pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in range(len(depots) + len(clients))],
        clients,
        [pyvrp.Depot(i) for i in range(len(depots))],
        [pyvrp.VehicleType(**given) for given in types],
        profiles.distances,
        profiles.durations,
        groups,
    )
    return _Model(data=data, tasks=tasks, car_days=[members for _, members in kinds])


def _clients(
    problem: Problem, first_location: int, units: float
) -> tuple[list[pyvrp.Client], list[pyvrp.ClientGroup], list[int], list[tuple[int, ...]]]:
    """Return clients and groups, and the task and the open days of each client."""
    clients: list[pyvrp.Client] = []
    groups: list[pyvrp.ClientGroup] = []
    tasks: list[int] = []
    days: list[tuple[int, ...]] = []
    kinds_of_load = model.dimensions(problem)
    for i, task in enumerate(problem.tasks):
        spans = model.openings(task)
        alone = len(spans) == 1
        if not alone and spans:
            members = range(len(clients), len(clients) + len(spans))
            groups.append(pyvrp.ClientGroup(list(members), required=task.required))
        for span in spans:
            clients.append(
                pyvrp.Client(
                    first_location + len(clients),
                    delivery=[model.drop(task, kind) for kind in kinds_of_load],
                    pickup=[model.collect(task, kind) for kind in kinds_of_load],
                    service_duration=task.service_s,
                    tw_early=span.first,
                    tw_late=span.last,
                    prize=0 if task.required else round(task.prize * units),
                    required=task.required and alone,
                    group=None if alone else len(groups) - 1,
                )
            )
            tasks.append(i)
            days.append(span.days)
    return clients, groups, tasks, days


def _vehicle_type(problem: Problem, car: CarDay, units: float) -> dict[str, Any]:
    return {
        "capacity": [model.capacity(car, kind) for kind in model.dimensions(problem)],
        "fixed_cost": round(car.fixed_cost * units),
        "tw_early": car.starts,
        "tw_late": car.ends,
        "shift_duration": car.max_seconds,
        "max_distance": model.furthest(car),
        "unit_distance_cost": round(car.cost_km * units / 1000),
        "unit_duration_cost": round(car.cost_hour * units / 3600),
    }


def _where(depots: list[int], car: CarDay) -> dict[str, int]:
    return {"start_depot": depots.index(car.start), "end_depot": depots.index(car.end)}


class _Profiles:
    """Ways for each table and set of clients that can be served: that day, and by that car."""

    def __init__(
        self,
        problem: Problem,
        depots: list[int],
        tasks: list[int],
        days: list[tuple[int, ...]],
    ) -> None:
        self._problem, self._days = problem, days
        self._tasks, self._depots = tasks, len(depots)
        places = depots + [problem.tasks[i].location for i in tasks]
        self._places = np.array(places)
        self._allowed = [set(problem.tasks[i].car_days) for i in tasks]
        self._found: dict[tuple[int, bytes], int] = {}
        self.distances: list[np.ndarray] = []
        self.durations: list[np.ndarray] = []

    def index(self, car: CarDay, car_day: int) -> int:
        """Return the profile of a car-day, made if no other has it."""
        closed = [
            car.day not in days or car_day not in allowed
            for days, allowed in zip(self._days, self._allowed, strict=True)
        ]
        shut = np.array([False] * self._depots + closed)
        key = (car.table, shut.tobytes())
        if key not in self._found:
            self._found[key] = len(self.distances)
            table = self._problem.tables[car.table]
            self.distances.append(self._ways(table.metres, shut))
            self.durations.append(self._ways(table.seconds, shut))
        return self._found[key]

    def _ways(self, matrix: np.ndarray, shut: np.ndarray) -> np.ndarray:
        ways = model.blocked(matrix[np.ix_(self._places, self._places)], _FAR)
        ways[shut, :] = _FAR
        ways[:, shut] = _FAR
        np.fill_diagonal(ways, 0)
        return ways
