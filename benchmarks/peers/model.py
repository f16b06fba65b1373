"""What the peers' models have in common: units, loads, fleets, and windows that allow one each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from bookcar.optimiser.limits import most_of
from bookcar.optimiser.problem import CarDay, Problem, Task

DAY = 86_400

_LOADS = ("books", "kg")


def scale(problem: Problem) -> float:
    """Return what a cost of 1 is in integers: then a metre costs 1, or 100 if prices differ."""
    prices = {car.cost_km for car in problem.car_days}
    plain = len(prices) == 1 and not any(car.cost_hour for car in problem.car_days)
    cheapest = min((price for price in prices if price > 0), default=1.0)
    return 1000 / cheapest * (1 if plain else 100)


def dimensions(problem: Problem) -> list[str]:
    """Return which loads count: books, kilograms, and stops where a car's stops are limited."""
    found = ["books"]
    if any(len(car.capacity) > 1 and car.capacity[1] is not None for car in problem.car_days):
        found.append("kg")
    if any(most_of(car, "stops") is not None for car in problem.car_days):
        found.append("stops")
    return found


def capacity(car: CarDay, dimension: str) -> int:
    """Return how much of a load a car holds."""
    limit = most_of(car, "stops") if dimension == "stops" else car.capacity[_LOADS.index(dimension)]
    return 2**31 - 1 if limit is None else limit


def furthest(car: CarDay) -> int:
    """Return the metres that a car-day may drive."""
    limit = most_of(car, "metres")
    return 2**31 - 1 if limit is None else min(limit, 2**31 - 1)


def drop(task: Task, dimension: str) -> int:
    """Return what is left at a stop; a count of stops is as if each got a parcel."""
    return 1 if dimension == "stops" else task.delivered(_LOADS.index(dimension))


def collect(task: Task, dimension: str) -> int:
    """Return what comes aboard at a stop."""
    return 0 if dimension == "stops" else task.collected(_LOADS.index(dimension))


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One span in which a service may begin, and the days on which the stop has it."""

    first: int
    last: int
    days: tuple[int, ...]


def openings(task: Task) -> list[Opening]:
    """Return the spans of a stop: one if all its days have the same one window."""
    days: dict[tuple[int, int], list[int]] = {}
    for day, windows in sorted(task.windows.items()):
        for opens, closes in windows:
            if opens + task.service_s <= closes:
                days.setdefault((opens, closes - task.service_s), []).append(day)
    return [
        Opening(first=first, last=last, days=tuple(days[first, last]))
        for first, last in sorted(days)
    ]


def without_spare_cars(problem: Problem) -> Problem:
    """Return the problem with fewer cars where there is one for each stop.

    Benchmark files without windows leave the fleet open. Peers whose time grows with the number of
    vehicles get a third more than the loads task for, and five.
    """
    (car, count), *others = Counter(problem.car_days).most_common()
    if others or count < len(problem.tasks) or any(t.service_s for t in problem.tasks):
        return problem
    task = max(
        sum(load(task, dimension) for task in problem.tasks) / capacity(car, dimension)
        for dimension in dimensions(problem)
        for load in (drop, collect)
    )
    needed = min(count, int(task * 4 / 3) + 5)
    everyone = tuple(range(needed))
    tasks = tuple(replace(task, car_days=everyone) for task in problem.tasks)
    return replace(problem, car_days=(car,) * needed, tasks=tasks)


def kinds(problem: Problem) -> Iterator[tuple[CarDay, tuple[int, ...]]]:
    """Yield car-days that nothing tells apart, with their indices."""
    allowed: list[list[int]] = [[] for _ in problem.car_days]
    for i, task in enumerate(problem.tasks):
        for car_day in task.car_days:
            allowed[car_day].append(i)
    alike: dict[tuple[CarDay, tuple[int, ...]], list[int]] = {}
    for car_day, car in enumerate(problem.car_days):
        alike.setdefault((car, tuple(allowed[car_day])), []).append(car_day)
    for (car, _), members in alike.items():
        yield car, tuple(members)


def blocked(matrix: np.ndarray, value: int) -> np.ndarray:
    """Return a table as 64-bit integers, legs that cannot be driven at a value beyond any limit."""
    return np.where(matrix < 0, value, matrix).astype(np.int64)
