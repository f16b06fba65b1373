"""VROOM's model: car-days as vehicles on one axis of time, skills, priorities; level 5, 2 threads.

VROOM first serves as much priority as it can, and then drives as little as it can: prizes become
priorities, and no stop is left because the way is too long. It knows no length of a shift with a
free start, so a car-day that is longer than its hours gets the first of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import vroom

from benchmarks.peers import model
from benchmarks.peers.answer import Answer, Routes, Trace
from bookcar.optimiser.problem import Problem, Task

_LEVEL, _THREADS = 5, 2

_FAR = 10**7

_REQUIRED = 100
"""VROOM's highest priority; what is optional stays below half of it."""


def prepare() -> None:
    """Nothing is left to do once the library is imported."""


def run(problem: Problem, budgets: Sequence[float], seed: int) -> list[Answer]:
    """Solve for each budget; what ended by itself counts for the longer ones too."""
    del seed  # VROOM has none
    given = model.without_spare_cars(problem)
    answers: list[Answer] = []
    for budget in sorted(budgets):
        if answers and answers[-1].seconds < 0.9 * answers[-1].budget:
            last = answers[-1]
            answer = Answer(budget=budget, seconds=last.seconds, routes=last.routes, cost=last.cost)
        else:
            answer = _one(given, budget)
        answers.append(answer)
    return answers


def _one(problem: Problem, budget: float) -> Answer:
    trace = Trace()
    given = build(problem)
    left = max(0.05, budget - trace.seconds())
    found = given.solve(_LEVEL, nb_threads=_THREADS, timeout=timedelta(seconds=left))
    seconds = trace.seconds()
    return Answer(
        budget=budget,
        seconds=seconds,
        routes=_routes(found),
        cost=float(found.summary.cost),
    )


def _routes(found: vroom.Solution) -> Routes:
    frame = found.routes
    orders: dict[int, list[int]] = defaultdict(list)
    jobs = frame[frame["type"] == "job"]
    for vehicle, job in zip(jobs["vehicle_id"].tolist(), jobs["id"].tolist(), strict=True):
        orders[int(vehicle)].append(int(job))
    return tuple((vehicle, tuple(order)) for vehicle, order in sorted(orders.items()))


def build(problem: Problem) -> vroom.Input:
    """Return VROOM's input: places as in the tables, a job per task, a vehicle per car-day."""
    given = vroom.Input()
    units = model.scale(problem)
    for table, price in sorted({(car.table, car.cost_km) for car in problem.car_days}):
        ways = problem.tables[table]
        name, metres = _profile(table, price), model.blocked(ways.metres, _FAR)
        given.set_durations_matrix(name, model.blocked(ways.seconds, _FAR))
        given.set_distances_matrix(name, metres)
        given.set_costs_matrix(name, np.rint(metres * (price * units / 1000)))
    skills = _Skills(problem)
    worth = max((task.prize for task in problem.tasks if not task.required), default=1.0)
    for car_day in range(len(problem.car_days)):
        given.add_vehicle(_vehicle(problem, car_day, skills.of_car(car_day), units))
    given.add_job([_job(problem, i, skills, worth) for i in range(len(problem.tasks))])
    return given


def _profile(table: int, price: float) -> str:
    return f"{table} at {price}"


class _Skills:
    """A skill for each set of car-days that some tasks are held to."""

    def __init__(self, problem: Problem) -> None:
        self._everyone = tuple(range(len(problem.car_days)))
        sets = sorted({tuple(sorted(t.car_days)) for t in problem.tasks} - {self._everyone})
        self._skill = {members: n for n, members in enumerate(sets)}
        self._of_car: dict[int, set[int]] = defaultdict(set)
        for members, skill in self._skill.items():
            for car_day in members:
                self._of_car[car_day].add(skill)

    def of_car(self, car_day: int) -> set[int]:
        return self._of_car[car_day]

    def of_task(self, task: Task) -> set[int]:
        members = tuple(sorted(task.car_days))
        return set() if members == self._everyone else {self._skill[members]}


def _vehicle(problem: Problem, car_day: int, skills: set[int], units: float) -> vroom.Vehicle:
    car = problem.car_days[car_day]
    opens = car.day * model.DAY + car.starts
    closes = car.day * model.DAY + min(car.ends, car.starts + car.max_seconds)
    return vroom.Vehicle(
        car_day,
        start=car.start,
        end=car.end,
        profile=_profile(car.table, car.cost_km),
        capacity=[model.capacity(car, kind) for kind in _loads(problem)],
        skills=skills,
        time_window=vroom.TimeWindow(opens, closes),
        costs=vroom.VehicleCosts(fixed=round(car.fixed_cost * units)),
        max_tasks=min(len(problem.tasks), model.capacity(car, "stops")),
        max_distance=model.furthest(car),
    )


def _job(problem: Problem, index: int, skills: _Skills, worth: float) -> vroom.Job:
    task = problem.tasks[index]
    kinds = _loads(problem)
    spans = sorted(
        (day * model.DAY + span.first, day * model.DAY + span.last)
        for span in model.openings(task)
        for day in span.days
    )
    return vroom.Job(
        index,
        task.location,
        default_service=task.service_s,
        delivery=vroom.Amount([model.drop(task, kind) for kind in kinds]),
        pickup=vroom.Amount([model.collect(task, kind) for kind in kinds]),
        skills=skills.of_task(task),
        priority=_REQUIRED if task.required else round(task.prize / worth * 48) + 1,
        time_windows=[vroom.TimeWindow(first, last) for first, last in spans],
    )


def _loads(problem: Problem) -> list[str]:
    return [kind for kind in model.dimensions(problem) if kind != "stops"]
