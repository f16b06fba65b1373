"""OR-Tools' routing solver: guided local search on car-days as vehicles, prizes as disjunctions.

Time runs by the day. A stop is one node where all its days have the same one window, else a
disjunction of a node per window: windows with a gap (`RemoveInterval`) made the first solution take
ten times as long. It searches with one thread: two processes begin from different first solutions,
and the better one counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks.peers import model
from benchmarks.peers.answer import Answer, Routes, Trace, better_of_two
from bookcar.optimiser.problem import Problem

_FAR = 10**8

_FIRST = (
    routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC,
    routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION,
)

_DEAR = 10**12
"""Cost of a required stop missed, so that it is missed rather than nothing found."""


def prepare() -> None:
    """Nothing is left to do once the library is imported."""


def run(problem: Problem, budgets: Sequence[float], seed: int) -> list[Answer]:
    """Search once for the longest budget, in two processes, and look at each budget's end."""
    del seed  # guided local search draws nothing
    trace = Trace()
    given = model.without_spare_cars(problem)

    def search(which: int) -> list[Answer]:
        _Model(given).search(_FIRST[which], trace, max(budgets))
        return trace.answers(budgets)

    return better_of_two(search)


class _Model:
    """A node for each place where cars start or end, then one for each opening of each task."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.cars = problem.car_days
        depots = sorted({p for car in self.cars for p in (car.start, car.end)})
        self.first = len(depots)
        spans = [(i, span) for i, t in enumerate(problem.tasks) for span in model.openings(t)]
        self.owners = [i for i, _ in spans]
        self.tasks = [problem.tasks[i] for i in self.owners]
        self.spans = [span for _, span in spans]
        self.places = np.array(depots + [t.location for t in self.tasks])
        self.manager = pywrapcp.RoutingIndexManager(
            len(self.places),
            len(self.cars),
            [depots.index(car.start) for car in self.cars],
            [depots.index(car.end) for car in self.cars],
        )
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.units = model.scale(problem)
        self._solver = self.routing.solver()
        self._ways()
        self._loads()
        self._stops()

    def _ways(self) -> None:
        metres = [self._matrix(table.metres) for table in self.problem.tables]
        of_table = [self.routing.RegisterTransitMatrix(m.tolist()) for m in metres]
        by_car = [of_table[car.table] for car in self.cars]
        limits = [min(model.furthest(car), _FAR - 1) for car in self.cars]
        self.routing.AddDimensionWithVehicleTransitAndCapacity(by_car, 0, limits, True, "metres")
        price = {}
        for car in self.cars:
            if (car.table, car.cost_km) not in price:
                cost = np.rint(metres[car.table] * (car.cost_km * self.units / 1000))
                index = of_table[car.table]
                if car.cost_km * self.units != 1000:
                    index = self.routing.RegisterTransitMatrix(cost.astype(int).tolist())
                price[car.table, car.cost_km] = index
        for v, car in enumerate(self.cars):
            self.routing.SetArcCostEvaluatorOfVehicle(price[car.table, car.cost_km], v)
            self.routing.SetFixedCostOfVehicle(round(car.fixed_cost * self.units), v)
        if _timed(self.problem):
            self._times()

    def _times(self) -> None:
        service = np.zeros(len(self.places), dtype=np.int64)
        service[self.first :] = [task.service_s for task in self.tasks]
        of_table = [
            self.routing.RegisterTransitMatrix(
                (self._matrix(table.seconds) + service[:, None]).tolist()
            )
            for table in self.problem.tables
        ]
        by_car = [of_table[car.table] for car in self.cars]
        horizon = max(car.ends for car in self.cars)
        self.routing.AddDimensionWithVehicleTransits(by_car, horizon, horizon, False, "times")
        times = self.routing.GetDimensionOrDie("times")
        for v, car in enumerate(self.cars):
            for index in (self.routing.Start(v), self.routing.End(v)):
                times.CumulVar(index).SetRange(car.starts, car.ends)
            times.SetSpanUpperBoundForVehicle(car.max_seconds, v)
            if car.cost_hour:
                times.SetSpanCostCoefficientForVehicle(round(car.cost_hour * self.units / 3600), v)
        for n, span in enumerate(self.spans):
            times.CumulVar(self._index(n)).SetRange(span.first, min(span.last, horizon))

    def _loads(self) -> None:
        """Hold what is aboard to the capacity: the drops on leaving, and all along if it may grow.

        What is aboard at first is what is dropped on the whole route.
        """
        for kind in model.dimensions(self.problem):
            drops = self._per_node([model.drop(t, kind) for t in self.tasks])
            limits = [model.capacity(car, kind) for car in self.cars]
            self._add_load(drops, limits, f"{kind} dropped", begins_empty=True)
            collects = [model.collect(t, kind) for t in self.tasks]
            if not any(c > d for c, d in zip(collects, drops[self.first :], strict=True)):
                continue
            changes = [c - d for c, d in zip(self._per_node(collects), drops, strict=True)]
            self._add_load(changes, limits, f"{kind} aboard", begins_empty=False)
            dropped = self.routing.GetDimensionOrDie(f"{kind} dropped")
            aboard = self.routing.GetDimensionOrDie(f"{kind} aboard")
            for v in range(len(self.cars)):
                first = aboard.CumulVar(self.routing.Start(v))
                self._solver.Add(first == dropped.CumulVar(self.routing.End(v)))

    def _add_load(
        self, loads: list[int], limits: list[int], name: str, *, begins_empty: bool
    ) -> None:
        index = self.routing.RegisterUnaryTransitVector(loads)
        self.routing.AddDimensionWithVehicleCapacity(index, 0, limits, begins_empty, name)

    def _stops(self) -> None:
        """Let each task be served at one of its openings, on its days, by its cars; or not."""
        nodes: dict[int, list[int]] = {}
        for n, (task, span) in enumerate(zip(self.tasks, self.spans, strict=True)):
            nodes.setdefault(self.owners[n], []).append(self._index(n))
            cars = [v for v in task.car_days if self.cars[v].day in span.days]
            if len(cars) < len(self.cars):
                # -1 is "not visited"; SetAllowedVehiclesForIndex refuses Python's lists.
                self.routing.VehicleVar(self._index(n)).SetValues([-1, *cars])
        for i, members in nodes.items():
            task = self.problem.tasks[i]
            prize = _DEAR if task.required else round(task.prize * self.units)
            self.routing.AddDisjunction(members, prize)

    def _index(self, node: int) -> int:
        return int(self.manager.NodeToIndex(self.first + node))

    def _per_node(self, values: list[int]) -> list[int]:
        return [0] * self.first + values

    def _matrix(self, matrix: np.ndarray) -> np.ndarray:
        return model.blocked(matrix[np.ix_(self.places, self.places)], _FAR)

    def search(self, first: int, trace: Trace, budget: float) -> None:
        """Search until the budget ends, counted from the trace's beginning; note what is found."""
        params = pywrapcp.DefaultRoutingSearchParameters()
        params.first_solution_strategy = first
        gls = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        params.local_search_metaheuristic = gls
        best = float("inf")

        def note() -> None:
            nonlocal best
            cost = self.routing.CostVar().Value()
            if cost < best:
                best = cost
                routes = self._routes()
                trace.note(cost, lambda: routes)

        self.routing.AddAtSolutionCallback(note)
        left = max(0.05, budget - trace.seconds())
        params.time_limit.FromMilliseconds(round(left * 1000))
        self.routing.SolveWithParameters(params)

    def _routes(self) -> Routes:
        orders = ((v, tuple(self._order(v))) for v in range(len(self.cars)))
        return tuple((v, order) for v, order in orders if order)

    def _order(self, vehicle: int) -> list[int]:
        order, index = [], self.routing.NextVar(self.routing.Start(vehicle)).Value()
        while not self.routing.IsEnd(index):
            order.append(self.owners[self.manager.IndexToNode(index) - self.first])
            index = self.routing.NextVar(index).Value()
        return order


def _timed(problem: Problem) -> bool:
    """Tell whether time matters at all: in plain CVRP files nothing takes any."""
    return any(t.service_s for t in problem.tasks) or any(t.seconds.any() for t in problem.tables)
