"""Hand-ons held against an outside problem: bike-sharing rebalancing (Dell'Amico et al. 2014).

Stations have bikes to give or to get, cars carry Q at most and may leave the depot with any number;
the least metres count (Omega 45, 2014). Any bike is as good as another there, while a hand-on is of
one stop to another: here that is settled along the routes in hand (what was collected is dropped
before anything of the depot), and the search goes on with it, in turn, as `planning.handing_on`
does with batches. So it is a check of those turns on a harder problem than their own.

Instances are not in the repository: JSON files with num_vertices, demands, vehicle_capacity and
distance_matrix (github.com/codeYann/bss-plex, folder data), and a CSV of optima (instance, metres).

Run: python -m benchmarks.bikes FOLDER OPTIMA [--seconds 10]
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np

from bookcar.optimiser import CarDay, HandOn, Problem, Solution, Task, TravelTable, solve
from bookcar.optimiser.start import Orders

_ENDLESS = 10**8
_ENDS = (".json", ".txt")
_FIRST, _NEXT = 3_000, 6_000
"""Iterations of the first search and of each that goes on (a quarter of these are made)."""

_WIDER, _NARROWED = (1.0, 1.5, 2.0, 4.0, 8.0), (1.3, 2.0)
"""So many times as much a car holds at first, and by how much less with every turn."""

_BLURS = (0.0, 0.1, 0.3, 0.6)
"""By how much the ways of a first search are off at most, so that each begins elsewhere."""

_SMALL_FIRST = 0.5
"""How often the smallest hand-ons are the first to be done without."""

_VAIN = 3
"""Turns without anything better before it begins anew."""


def read(path: Path) -> dict[str, object]:
    """Return an instance of a file: JSON, or numbers in lines (stations, demands, Q, metres)."""
    text = path.read_text("utf-8")
    if path.suffix == ".json":
        found: dict[str, object] = json.loads(text)
        return found
    lines = [line.split() for line in text.splitlines() if line.strip()]
    return {
        "demands": [int(word) for word in lines[1]],
        "vehicle_capacity": int(lines[2][0]),
        "distance_matrix": [[float(word) for word in line] for line in lines[3:]],
    }


def problem_of(instance: dict[str, object]) -> Problem:
    """Return an instance without hand-ons: all that is dropped comes from the depot."""
    metres = np.rint(np.array(instance["distance_matrix"], dtype=np.float64))
    metres[metres >= _ENDLESS] = 0  # from a station to itself
    table = metres.astype(np.int32)
    demands = [int(d) for d in instance["demands"]]  # type: ignore[attr-defined]
    car = CarDay(
        day=0,
        table=0,
        start=0,
        end=0,
        starts=0,
        ends=_ENDLESS,
        max_seconds=_ENDLESS,
        capacity=(int(instance["vehicle_capacity"]),),  # type: ignore[call-overload]
        cost_km=1000.0,
    )
    stations = [place for place in range(1, len(demands)) if table[0, place] or demands[place]]
    tasks = tuple(
        Task(
            location=place,
            prize=0.0,
            required=True,
            service_s=0,
            windows={0: ((0, _ENDLESS),)},
            car_days=tuple(range(len(stations))),
            delivers=(max(0, -demands[place]),),
            collects=(max(0, demands[place]),),
        )
        for place in stations
    )
    travel = TravelTable(seconds=np.zeros_like(table), metres=table)
    return Problem(tables=(travel,), tasks=tasks, car_days=(car,) * len(stations))


def with_hand_ons(problem: Problem, orders: Orders, draw: Random) -> Problem:
    """Return a problem in which what routes collect is dropped before anything of the depot."""
    hand_ons = [one for _, order in orders for one in _needed(problem, order, draw)]
    got = [0] * len(problem.tasks)
    for one in hand_ons:
        got[one.taker] += one.of(0)
    tasks = tuple(replace(t, handed=(got[n],)) for n, t in enumerate(problem.tasks))
    return replace(problem, tasks=tasks, hand_ons=tuple(hand_ons))


def _along(problem: Problem, order: Sequence[int], draw: Random) -> Iterator[HandOn]:
    aboard: list[list[int]] = []  # the last collected goes first, or the first, or any
    pick = draw.choice((lambda _: -1, lambda _: 0, draw.randrange))
    for n in order:
        task = problem.tasks[n]
        wanted = task.delivered(0)
        while wanted and aboard:
            at = pick(len(aboard))
            giver, left = aboard[at]
            moved = min(wanted, left)
            yield HandOn(giver=giver, taker=n, loads=(moved,))
            wanted -= moved
            aboard[at][1] -= moved
            if not aboard[at][1]:
                aboard.pop(at)
        if task.collected(0):
            aboard.append([n, task.collected(0)])


def _needed(problem: Problem, order: Sequence[int], draw: Random) -> list[HandOn]:
    """Return what is handed on along a route, as little of it as the car allows.

    What is not handed on comes from the depot and stays aboard to the end, one more on each leg.
    """
    every = [[one.giver, one.taker, one.of(0)] for one in _along(problem, order, draw)]
    draw.shuffle(every)
    if draw.random() < _SMALL_FIRST:
        every.sort(key=lambda one: one[2])
    left = _room_left(problem, order, sum(one[2] for one in every))
    for one in every:
        freed = min(left, one[2])
        one[2] -= freed
        left -= freed
    return [HandOn(giver=a, taker=b, loads=(n,)) for a, b, n in every if n]


def _room_left(problem: Problem, order: Sequence[int], handed: int) -> int:
    """Return how many more may be aboard on the fullest leg with so many handed on."""
    tasks = [problem.tasks[n] for n in order]
    aboard = sum(task.delivered(0) for task in tasks) - handed
    most = aboard
    for task in tasks:
        aboard += task.collected(0) - task.delivered(0)
        most = max(most, aboard)
    capacity = problem.car_days[0].capacity[0]
    return 0 if capacity is None else max(0, capacity - most)


def _merged(problem: Problem) -> Problem:
    """Return a problem whose hand-ons are one for each pair of stations."""
    loads: dict[tuple[int, int], int] = {}
    for one in problem.hand_ons:
        loads[one.giver, one.taker] = loads.get((one.giver, one.taker), 0) + one.of(0)
    found = (HandOn(giver=a, taker=b, loads=(n,)) for (a, b), n in sorted(loads.items()))
    return replace(problem, hand_ons=tuple(found))


def _orders(solution: Solution) -> Orders:
    return [(route.car_day, route.tasks) for route in solution.routes]


def least(problem: Problem, seconds: float) -> tuple[float, int]:
    """Return the fewest metres found by turns, and how many turns that took."""
    end = time.monotonic() + seconds
    best, turns, draw = float("inf"), 0, Random(1)
    while time.monotonic() < end:
        wide = draw.choice(_WIDER)
        begun = _roomier(_blurred(problem, draw.choice(_BLURS), draw), wide)
        orders = _orders(solve(begun, seed=turns + 1, iterations=_FIRST, bound=False))
        known, vain = float("inf"), 0
        while time.monotonic() < end and vain < _VAIN:
            turns += 1
            wide = max(1.0, wide / draw.choice(_NARROWED))
            given = _roomier(problem, wide)
            handing = _merged(with_hand_ons(given, orders, draw))
            found = solve(handing, seed=turns, iterations=_NEXT, bound=False, start=orders)
            if wide > 1.0:  # no car is so large: it only shows where to go on
                orders = _orders(found)
                continue
            cost = float("inf") if found.unserved else found.cost
            best = min(best, cost)
            vain = 0 if cost < known else vain + 1
            if cost <= known:
                known, orders = cost, _orders(found)
    return best, turns


def _roomier(problem: Problem, wide: float) -> Problem:
    """Return a problem whose cars hold so many times as much."""
    (capacity,) = problem.car_days[0].capacity
    most = None if capacity is None else int(capacity * wide)
    cars = tuple(replace(car, capacity=(most,)) for car in problem.car_days)
    return replace(problem, car_days=cars)


def _blurred(problem: Problem, most: float, draw: Random) -> Problem:
    """Return a problem whose ways are longer or shorter by chance, by that share at most."""
    (table,) = problem.tables
    rng = np.random.default_rng(draw.randrange(2**32))
    metres = table.metres * rng.uniform(1 - most, 1 + most, table.metres.shape)
    blurred = TravelTable(seconds=table.seconds, metres=np.rint(metres).astype(np.int32))
    return replace(problem, tables=(blurred,))


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("optima", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    given = parser.parse_args()
    with given.optima.open(encoding="utf-8", newline="") as file:
        optima = {row[0]: float(row[1]) for row in list(csv.reader(file))[1:]}
    print("| instance | stations | optimum | found | gap | turns |")
    print("| --- " * 6 + "|")
    gaps = []
    for name, optimum in optima.items():
        path = next((p for end in _ENDS for p in given.folder.rglob(f"{name}{end}")), None)
        if path is None:
            continue
        problem = problem_of(read(path))
        found, turns = least(problem, given.seconds)
        gaps.append(found / optimum - 1)
        figures = (len(problem.tasks), f"{optimum:,.0f}", f"{found:,.0f}", f"{gaps[-1]:.1%}", turns)
        print(f"| {name} | {' | '.join(map(str, figures))} |", flush=True)
    exact = sum(gap < 1e-6 for gap in gaps)
    print(f"{len(gaps)} instances, {exact} at the optimum, mean gap {sum(gaps) / len(gaps):.2%}")


if __name__ == "__main__":
    main()
