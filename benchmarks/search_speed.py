"""How long the search takes where nobody carries: a problem of stops on roads, the same every time.

To compare two versions, run it with ``PYTHONPATH`` at one and at the other in turn: equal costs say
that both searched the same, so the seconds can be compared.

Run: python benchmarks/search_speed.py [--iterations 200000]
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from bookcar.optimiser import CarDay, Problem, Task, TravelTable, solve

H = 3600
STOPS, DAYS, CARS = 120, 5, 2


def problem() -> Problem:
    """Return a week of two cars and 120 stops, some of which are closed on a day."""
    places = np.random.default_rng(7).uniform(0, 40, (STOPS + 1, 2))
    km = 1.3 * np.hypot(*(places[:, None, axis] - places[None, :, axis] for axis in (0, 1)))
    travel = TravelTable(
        seconds=np.rint(km * 100).astype(np.int32), metres=np.rint(km * 1000).astype(np.int32)
    )
    cars = tuple(
        CarDay(
            day=day,
            table=0,
            start=0,
            end=0,
            starts=8 * H,
            ends=17 * H,
            max_seconds=8 * H,
            capacity=(1500, None),
            fixed_cost=20,
            break_s=1800,
            break_after_s=4 * H,
        )
        for day in range(DAYS)
        for _ in range(CARS)
    )
    tasks = tuple(
        Task(
            location=stop + 1,
            prize=60.0,
            service_s=1800,
            windows={day: ((8 * H + 1800, 17 * H),) for day in range(DAYS) if (stop + day) % DAYS},
            car_days=tuple(k for k, car in enumerate(cars) if (stop + car.day) % DAYS),
            delivers=(100, 20),
            collects=(100, 20),
        )
        for stop in range(STOPS)
    )
    return Problem(tables=(travel,), tasks=tasks, car_days=cars)


def main() -> None:
    """Print the seconds of CPU and the cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iterations", type=int, default=200_000)
    iterations = parser.parse_args().iterations
    week = problem()
    solve(week, seed=1, iterations=200, workers=1, bound=False)  # what compiles does so here
    began = time.process_time()
    solution = solve(week, seed=1, iterations=iterations, workers=1, bound=False)
    print(f"{time.process_time() - began:.2f} s of CPU, cost {solution.cost:.1f}")


if __name__ == "__main__":
    main()
