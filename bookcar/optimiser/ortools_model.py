"""The problem as OR-Tools' routing solver sees it: nearly the real one, in integers.

Each car-day is a vehicle. A task is a node, or several to choose from if its windows differ from
day to day, each node for the car-days that share its windows. Two things are looser or tighter here
than in `bookcar.optimiser.timing`, which has the last word: the break is only time taken off a
long day, and costs are rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from ortools.constraint_solver import pywrapcp

from bookcar.optimiser.evaluate import more_than_everything
from bookcar.optimiser.problem import Problem, Task, Window
from bookcar.optimiser.timing import working_seconds

_IMPASSABLE = 10**8
"""More than any limit of seconds or metres."""

_FINEST = 10**6
_LARGEST_SUM = 2**55


class Node(NamedTuple):
    """A task as some car-days may visit it: when a service may begin, ascending spans."""

    task: int
    car_days: tuple[int, ...]
    begins: tuple[Window, ...]


class Model(NamedTuple):
    """OR-Tools' model and its nodes; depots follow as further nodes."""

    routing: Any
    manager: Any
    nodes: list[Node]

    def routes(self, assignment: Any) -> list[list[int]]:
        """Return the tasks of every car-day in order; empty for a car that stays at home."""
        return [self._route(assignment, car) for car in range(self.routing.vehicles())]

    def _route(self, assignment: Any, car: int) -> list[int]:
        tasks = []
        index = assignment.Value(self.routing.NextVar(self.routing.Start(car)))
        while not self.routing.IsEnd(index):
            tasks.append(self.nodes[self.manager.IndexToNode(index)].task)
            index = assignment.Value(self.routing.NextVar(index))
        return tasks


def build(problem: Problem, order: Sequence[int]) -> Model:
    """Build the model of a problem with at least one car-day.

    ``order`` is that of the nodes; OR-Tools breaks ties and scans moves by it.
    """
    nodes = [node for i in order for node in _nodes(problem, i, problem.tasks[i])]
    places = sorted({place for car in problem.car_days for place in (car.start, car.end)})
    numbers = {place: len(nodes) + i for i, place in enumerate(places)}
    manager = pywrapcp.RoutingIndexManager(
        len(nodes) + len(places),
        len(problem.car_days),
        [numbers[car.start] for car in problem.car_days],
        [numbers[car.end] for car in problem.car_days],
    )
    model = Model(pywrapcp.RoutingModel(manager), manager, nodes)
    scale = cost_scale(problem)
    locations = np.array([*(problem.tasks[n.task].location for n in nodes), *places])
    _add_time(model, problem, locations)
    _add_metres(model, problem, locations, scale)
    _add_hours(model, problem, scale)
    _add_loads(model, problem)
    _add_stop_counts(model, problem)
    _add_choices(model, problem, scale)
    return model


def _nodes(problem: Problem, number: int, task: Task) -> list[Node]:
    """Return a node per set of windows the task has; none if no car-day can ever serve it."""
    cars = problem.car_days
    hours = min(c.starts for c in cars), max(c.ends for c in cars)
    by_begins: dict[tuple[Window, ...], list[int]] = {}
    for car_day in task.car_days:
        begins = _begins(task, cars[car_day].day, hours)
        if begins:
            by_begins.setdefault(begins, []).append(car_day)
    return [Node(number, tuple(served), begins) for begins, served in by_begins.items()]


def _begins(task: Task, day: int, hours: Window) -> tuple[Window, ...]:
    """Return when a service may begin that day within some hours, ascending and apart."""
    merged: list[Window] = []
    for opens, closes in sorted(task.windows.get(day, ())):
        begin, last = max(hours[0], opens), min(hours[1], closes) - task.service_s
        if last < begin:
            continue
        if merged and begin <= merged[-1][1] + 1:
            begin, last = merged[-1][0], max(last, merged.pop()[1])
        merged.append((begin, last))
    return tuple(merged)


def cost_scale(problem: Problem) -> float:
    """Return how many integer units a cost unit is: as fine as the largest sum allows."""
    largest = more_than_everything(problem) * (1 + sum(t.required for t in problem.tasks))
    return min(float(_FINEST), _LARGEST_SUM / largest)


def _grid(values: npt.NDArray[np.int32], locations: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return a table by nodes instead of locations, legs that are impassable too long."""
    grid = values[np.ix_(locations, locations)].astype(np.int64)
    passable: npt.NDArray[np.int64] = np.minimum(grid, _IMPASSABLE)
    passable[grid < 0] = _IMPASSABLE
    return passable


def _registered(
    model: Model, keys: Sequence[Any], matrix: Callable[[Any], npt.NDArray[np.int64]]
) -> list[int]:
    """Register one matrix per distinct key, and return its number for every car-day."""
    numbers = {
        key: model.routing.RegisterTransitMatrix(matrix(key).tolist())
        for key in dict.fromkeys(keys)
    }
    return [numbers[key] for key in keys]


def _add_time(model: Model, problem: Problem, locations: npt.NDArray[np.int64]) -> None:
    service = np.zeros((len(locations), 1), dtype=np.int64)
    service[: len(model.nodes), 0] = [problem.tasks[n.task].service_s for n in model.nodes]

    def seconds(number: int) -> npt.NDArray[np.int64]:
        return _grid(problem.tables[number].seconds, locations) + service

    evaluators = _registered(model, [c.table for c in problem.car_days], seconds)
    latest = max(max(c.starts, c.ends) for c in problem.car_days)
    model.routing.AddDimensionWithVehicleTransits(evaluators, latest, latest, False, "time")
    time = model.routing.GetDimensionOrDie("time")
    for number, car in enumerate(problem.car_days):
        for index in (model.routing.Start(number), model.routing.End(number)):
            time.CumulVar(index).SetRange(car.starts, max(car.starts, car.ends))
        time.SetSpanUpperBoundForVehicle(max(0, working_seconds(car)), number)
    for number, node in enumerate(model.nodes):
        _open(time.CumulVar(model.manager.NodeToIndex(number)), node.begins)


def _open(begin: Any, spans: tuple[Window, ...]) -> None:
    begin.SetRange(spans[0][0], spans[-1][1])
    for (_, before), (after, _) in pairwise(spans):
        begin.RemoveInterval(before + 1, after - 1)


def _add_metres(
    model: Model, problem: Problem, locations: npt.NDArray[np.int64], scale: float
) -> None:
    def metres(number: int) -> npt.NDArray[np.int64]:
        return _grid(problem.tables[number].metres, locations)

    def cost(key: tuple[int, float]) -> npt.NDArray[np.int64]:
        exact = metres(key[0]) * (key[1] * scale / 1000)
        rounded: npt.NDArray[np.int64] = np.minimum(np.rint(exact), _LARGEST_SUM).astype(np.int64)
        return rounded

    evaluators = _registered(model, [c.table for c in problem.car_days], metres)
    limits = [min(c.max_metres, _IMPASSABLE - 1) for c in problem.car_days]
    model.routing.AddDimensionWithVehicleTransitAndCapacity(evaluators, 0, limits, True, "metres")
    costs = _registered(model, [(c.table, c.cost_km) for c in problem.car_days], cost)
    for number, (evaluator, car) in enumerate(zip(costs, problem.car_days, strict=True)):
        model.routing.SetArcCostEvaluatorOfVehicle(evaluator, number)
        model.routing.SetFixedCostOfVehicle(round(car.fixed_cost * scale), number)


def _add_hours(model: Model, problem: Problem, scale: float) -> None:
    time = model.routing.GetDimensionOrDie("time")
    for number, car in enumerate(problem.car_days):
        if car.cost_hour > 0:
            time.SetSpanCostCoefficientForVehicle(round(car.cost_hour * scale / 3600), number)


def _add_loads(model: Model, problem: Problem) -> None:
    tasks = [problem.tasks[n.task] for n in model.nodes]
    books = [t.drop_books for t in tasks], [t.collect_books for t in tasks]
    _add_load(model, books, [c.books for c in problem.car_days], "books")
    if any(c.kg is not None for c in problem.car_days):
        kg = [t.drop_kg for t in tasks], [t.collect_kg for t in tasks]
        enough = sum(kg[0]) + sum(kg[1])
        limits = [enough if c.kg is None else c.kg for c in problem.car_days]
        _add_load(model, kg, limits, "kg")


def _add_load(
    model: Model, moved: tuple[list[int], list[int]], limits: list[int], name: str
) -> None:
    """Limit what is aboard; three sums, of which only those that can bind are added.

    What was dropped by the end left the depot aboard, and what was collected comes back: both are
    plain capacities. In between both are aboard in part: ``aboard`` starts at the route's drops.
    """
    drops, collects = moved
    if sum(drops) + sum(collects) <= min(limits):
        return
    _add_sum(model, drops, limits, f"dropped {name}")
    _add_sum(model, collects, limits, f"collected {name}")
    mixed = [c - d for d, c in zip(drops, collects, strict=True)]
    if min(mixed) >= 0 or max(mixed) <= 0:
        return
    evaluator = _per_task(model, mixed)
    model.routing.AddDimensionWithVehicleCapacity(evaluator, 0, limits, False, f"aboard {name}")
    aboard = model.routing.GetDimensionOrDie(f"aboard {name}")
    dropped = model.routing.GetDimensionOrDie(f"dropped {name}")
    for number in range(model.routing.vehicles()):
        out = aboard.CumulVar(model.routing.Start(number))
        model.routing.solver().Add(out == dropped.CumulVar(model.routing.End(number)))


def _add_stop_counts(model: Model, problem: Problem) -> None:
    if all(c.max_stops is None for c in problem.car_days):
        return
    limits = [len(model.nodes) if c.max_stops is None else c.max_stops for c in problem.car_days]
    _add_sum(model, [1] * len(model.nodes), limits, "stops")


def _add_sum(model: Model, values: list[int], limits: list[int], name: str) -> None:
    evaluator = _per_task(model, values)
    model.routing.AddDimensionWithVehicleCapacity(evaluator, 0, limits, True, name)


def _per_task(model: Model, values: list[int]) -> int:
    padding = [0] * (model.manager.GetNumberOfNodes() - len(values))
    number: int = model.routing.RegisterUnaryTransitVector(values + padding)
    return number


def _add_choices(model: Model, problem: Problem, scale: float) -> None:
    """Let every task be left out at the loss of its prize, and keep it to its car-days."""
    required = round(more_than_everything(problem) * scale)
    choices: dict[int, list[int]] = {}
    for number, node in enumerate(model.nodes):
        index = model.manager.NodeToIndex(number)
        # -1 stands for "not visited"; without it the solver would make the visit mandatory.
        model.routing.VehicleVar(index).SetValues([-1, *node.car_days])
        choices.setdefault(node.task, []).append(index)
    for number, indices in choices.items():
        task = problem.tasks[number]
        prize = required if task.required else round(max(0.0, task.prize) * scale)
        model.routing.AddDisjunction(indices, prize)
