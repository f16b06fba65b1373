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
_FIRST, _NEXT = 6_000, 12_000
"""Iterations of the first search and of each that goes on (a quarter of these are made)."""

_VAIN = 6
"""Turns without anything better before it begins anew."""


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
    hand_ons = [one for _, order in orders for one in _along(problem, order, draw)]
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
    endless = replace(
        problem, car_days=tuple(replace(car, capacity=(None,)) for car in problem.car_days)
    )
    best, turns = float("inf"), 0
    seed, draw = 0, Random(1)
    while time.monotonic() < end:
        seed += 1
        begun = problem if seed % 2 else endless  # the other one drives as if cars held all
        orders = _orders(solve(begun, seed=seed, iterations=_FIRST, bound=False))
        known, vain = float("inf"), 0
        while time.monotonic() < end and vain < _VAIN:
            turns += 1
            handing = _merged(with_hand_ons(problem, orders, draw))
            found = solve(handing, seed=turns, iterations=_NEXT, bound=False, start=orders)
            cost = float("inf") if found.unserved else found.cost
            best = min(best, cost)
            vain = 0 if cost < known else vain + 1
            if cost <= known:
                known, orders = cost, _orders(found)
    return best, turns


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
        path = next(given.folder.rglob(f"{name}.json"), None)
        if path is None:
            continue
        problem = problem_of(json.loads(path.read_text("utf-8")))
        found, turns = least(problem, given.seconds)
        gaps.append(found / optimum - 1)
        figures = (len(problem.tasks), f"{optimum:,.0f}", f"{found:,.0f}", f"{gaps[-1]:.1%}", turns)
        print(f"| {name} | {' | '.join(map(str, figures))} |", flush=True)
    exact = sum(gap < 1e-6 for gap in gaps)
    print(f"{len(gaps)} instances, {exact} at the optimum, mean gap {sum(gaps) / len(gaps):.2%}")


if __name__ == "__main__":
    main()
