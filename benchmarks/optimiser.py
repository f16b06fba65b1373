"""Time and cost of the search on made-up weeks, by size and effort.

Run it with ``python benchmarks/optimiser.py`` (or with sizes: ``... 100 300``). The districts are
drawn from a seed: villages in clusters around a town, hours with and without a midday gap, books
out and back, prizes by priority, a few required stops.
"""

from __future__ import annotations

import random
import sys
import time

import numpy as np

from bookcar.optimiser.effort import EFFORTS, iterations
from bookcar.optimiser.problem import CarDay, Problem, Task, TravelTable
from bookcar.optimiser.search import solve

H = 3600
DAYS = 5
CAPACITY = (1_200, 2_000)


def week(tasks: int, cars: int = 2, seed: int = 1) -> Problem:
    """Return a week of five days in a county some 60 km across, with a depot in the middle."""
    rng = random.Random(seed)
    towns = [(rng.gauss(0, 18), rng.gauss(0, 18)) for _ in range(max(3, tasks // 12))]
    points = [(0.0, 0.0)] + [_near(rng, rng.choice(towns)) for _ in range(tasks)]
    car_days = tuple(_car(day, CAPACITY[car % 2]) for day in range(DAYS) for car in range(cars))
    stops = tuple(_stop(rng, i + 1, len(car_days)) for i in range(tasks))
    return Problem(tables=(_roads(points),), tasks=stops, car_days=car_days)


def _near(rng: random.Random, town: tuple[float, float]) -> tuple[float, float]:
    return rng.gauss(town[0], 4), rng.gauss(town[1], 4)


def _roads(points: list[tuple[float, float]]) -> TravelTable:
    at = np.array(points)
    km = 1.6 * np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1))
    seconds = np.where(km > 0, km * 3600 / 35 + 240, 0)
    return TravelTable(
        seconds=seconds.round().astype(np.int32), metres=(km * 1000).round().astype(np.int32)
    )


def _car(day: int, books: int) -> CarDay:
    return CarDay(
        day=day,
        table=0,
        start=0,
        end=0,
        starts=8 * H,
        ends=17 * H + 1800,
        max_seconds=9 * H,
        max_metres=200_000,
        books=books,
        break_s=45 * 60,
        break_after_s=4 * H,
    )


def _stop(rng: random.Random, location: int, car_days: int) -> Task:
    hours = rng.choice(
        (((8 * H, 18 * H),), ((8 * H, 12 * H), (14 * H, 17 * H)), ((9 * H, 15 * H),))
    )
    days = [d for d in range(DAYS) if rng.random() < 0.8] or [0]
    books = rng.choice((50, 68, 68, 100, 150))
    return Task(
        location=location,
        prize=60.0 + 20 * rng.randrange(4) + 15 * rng.randrange(6),
        service_s=rng.choice((15, 20, 20, 30)) * 60,
        windows=dict.fromkeys(days, hours),
        car_days=tuple(range(car_days)),
        required=rng.random() < 0.05,
        drop_books=books,
        drop_kg=books // 3,
        collect_books=books if rng.random() < 0.7 else 0,
        collect_kg=books // 3,
    )


def main(sizes: list[int]) -> None:
    """Print a line per size and effort."""
    print("tasks  effort    iterations  seconds  served  routes  cost")
    for tasks in sizes:
        problem = week(tasks)
        for effort in EFFORTS:
            count = iterations(effort, tasks)
            began = time.perf_counter()
            solution = solve(problem, iterations=count)
            seconds = time.perf_counter() - began
            served = tasks - len(solution.unserved)
            print(
                f"{tasks:5d}  {effort:8s}  {count:10d}  {seconds:7.1f}  {served:6d}  "
                f"{len(solution.routes):6d}  {solution.cost:.1f}"
            )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [20, 50, 100, 200])
