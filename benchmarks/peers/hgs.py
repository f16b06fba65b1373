"""HGS-CVRP, by hygese: the classic CVRP only. A run per budget, since only its end is seen.

Two processes with different seeds; the better one counts. Its SWAP* looks at the angles of routes,
which need coordinates: they come from the distances, by scaling them to two dimensions.
"""

from __future__ import annotations

from collections.abc import Sequence

import hygese
import numpy as np
from scipy.sparse.linalg import eigsh

from benchmarks.peers import model
from benchmarks.peers.answer import Answer, Routes, Trace, better_of_two
from bookcar.optimiser.problem import Problem


def prepare() -> None:
    """Nothing is left to do once the library is imported."""


def run(problem: Problem, budgets: Sequence[float], seed: int) -> list[Answer]:
    """Search once for each budget."""
    return [_one(problem, budget, seed) for budget in budgets]


def _one(problem: Problem, budget: float, seed: int) -> Answer:
    trace = Trace()
    given = build(problem)

    def search(which: int) -> list[Answer]:
        left = max(0.1, budget - trace.seconds())
        params = hygese.AlgorithmParameters(timeLimit=left, seed=2 * seed + which, nbIter=2**31 - 1)
        found = hygese.Solver(parameters=params, verbose=False).solve_cvrp(given)
        routes = _routes(found)
        answer = Answer(
            budget=budget, seconds=trace.seconds(), routes=routes, cost=float(found.cost)
        )
        return [answer]

    return better_of_two(search)[0]


def _routes(found: hygese.RoutingSolution) -> Routes:
    orders = [tuple(place - 1 for place in route) for route in found.routes]
    return tuple(enumerate(order for order in orders if order))


def build(problem: Problem) -> dict[str, object]:
    """Return hygese's data: the depot, then a place per task in order.

    Raises
    ------
    ValueError
        If the problem is not a CVRP.
    """
    car = problem.car_days[0]
    tasks = problem.tasks
    if set(problem.car_days) != {car} or any(t.service_s or t.collected(0) for t in tasks):
        raise ValueError("HGS-CVRP solves problems with loads only.")
    places = [car.start, *(t.location for t in tasks)]
    metres = model.blocked(problem.tables[0].metres[np.ix_(places, places)], 10**8)
    x, y = coordinates(metres)
    return {
        "x_coordinates": x,
        "y_coordinates": y,
        "distance_matrix": metres,
        "demands": np.array([0, *(t.delivered(0) for t in tasks)]),
        "vehicle_capacity": car.capacity[0],
        "num_vehicles": len(model.without_spare_cars(problem).car_days),
    }


def coordinates(metres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return points in the plane at these distances, as far as they can be (Torgerson 1952)."""
    squares = metres.astype(np.float64) ** 2
    centred = squares - squares.mean(0) - squares.mean(1)[:, None] + squares.mean()
    values, vectors = eigsh(-centred / 2, k=2, which="LA")
    points = vectors * np.sqrt(np.maximum(values, 0))
    points -= points.min(axis=0)
    return points[:, 0], points[:, 1]
