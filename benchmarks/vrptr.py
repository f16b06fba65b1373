"""Meeting on foot held against an outside problem: park-and-loop (Coindreau, Gallay, Zufferey).

A worker drives to some jobs and walks to others from where the car stands, back to the car each
time; the least driving counts ("Vehicle routing with transportable resources: Using carpooling and
walking for on-site services", European Journal of Operational Research 279(3), 2019, here without
carpooling). The product sends the car to one place for some stops on foot, chosen among several,
and waits. So jobs that one walk serves are one visit of the optimiser: the round through all of
them is as long wherever on it the car stands, so the visit has a place at each of its jobs to
choose from (`Group`), and metres walked are a load. Which jobs are walked to together is settled
around the search, in turn, as `planning.meeting_places` does: `benchmarks.walks` changes it along
the routes in hand, and the optimiser goes on from there. There are as many cars as the better
listed solution has routes.

What is limited (file Master.txt of the set): minutes walked (75, which are 5 km) and minutes on the
way (420), by route; so no way on foot between two jobs is longer than 2.5 km. Metres and seconds
are rounded up for the search; `faults_of` goes by the file.

The files are not ours to pass on: a folder with ``instances/Coordinates_N.txt`` and
``solutions/MSH-N.txt``, ``solutions/VNS-N.txt`` (github.com/ncabrera10/SolutionChecker_VRPTR).
Some files of the MSH lack ways back, so that less than all is driven by their sums; here it is.

Run: python -m benchmarks.vrptr FOLDER [--seconds 60] [--only 1,2,3]
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.park_and_loop import (
    AWAY_MIN,
    DRIVING_KM_H,
    MOST_KM,
    SAME,
    Instance,
    Routes,
    Walks,
    driven,
    faults_of,
    listed,
    read,
)
from benchmarks.walks import Stand, Walking, stands_of
from bookcar.optimiser import CarDay, Group, Pattern, Problem, Task, TravelTable, solve
from bookcar.optimiser.start import Orders

_FIRST, _NEXT = 20_000, 8_000
"""Iterations of the first search and of each that goes on (a quarter of these are made)."""
_STEPS = 1_000
"""Changes of who is walked to between two searches."""
_HEAT = (2.0, 0.05)
"""By how many kilometres worse routes are still gone on with, in the mean, first and last."""


@dataclass(frozen=True)
class Modelled:
    """Visits as a problem of the optimiser: what its tasks are."""

    problem: Problem
    tasks: tuple[Stand, ...]

    def orders(self, routes: Sequence[Sequence[Stand]]) -> Orders:
        """Return routes as orders of tasks."""
        numbers = {stand: n for n, stand in enumerate(self.tasks)}
        return [(car, tuple(numbers[stand] for stand in route)) for car, route in enumerate(routes)]


def modelled(instance: Instance, routes: Sequence[Sequence[Stand]], walks: Walks) -> Modelled:
    """Return the visits of routes as a problem: a task for each job at which the car may stand."""
    visits, cars = [visit for route in routes for visit, _ in route], len(routes)
    tasks: list[Task] = []
    places: list[Stand] = []
    groups = []
    away = math.floor(60 * AWAY_MIN)
    for visit in sorted(visits, key=sorted):
        stands = stands_of(instance, visit)
        numbers = tuple(range(len(tasks), len(tasks) + len(stands)))
        for parked in stands:
            places.append((visit, parked))
            tasks.append(
                Task(
                    location=parked,
                    prize=1000.0,
                    required=True,
                    service_s=math.ceil(60 * walks.minutes(visit) - SAME),
                    windows={0: ((0, away),)},
                    car_days=tuple(range(cars)),
                    delivers=(math.ceil(1000 * walks.round(visit)[0] - SAME),),
                )
            )
        if len(stands) > 1:
            every = tuple(range(cars))
            groups.append(
                Group(
                    tasks=numbers,
                    patterns=tuple(
                        Pattern(car_days=tuple(every if n == k else () for n in numbers))
                        for k in numbers
                    ),
                )
            )
    car = CarDay(
        day=0,
        table=0,
        start=instance.depot,
        end=instance.depot,
        starts=0,
        ends=away,
        max_seconds=away,
        capacity=(math.floor(1000 * MOST_KM),),
    )
    problem = Problem(
        tables=(_table(instance),),
        tasks=tuple(tasks),
        car_days=(car,) * cars,
        groups=tuple(groups),
    )
    return Modelled(problem, tuple(places))


def _table(instance: Instance) -> TravelTable:
    places = np.array(instance.places)
    km = np.hypot(*(places[:, None, axis] - places[None, :, axis] for axis in (0, 1)))
    seconds = np.ceil(3600 * km / DRIVING_KM_H - SAME).astype(np.int32)
    return TravelTable(seconds=seconds, metres=np.rint(1000 * km).astype(np.int32))


def least(instance: Instance, cars: int, seconds: float, seed: int = 1) -> tuple[Routes, int]:
    """Return the routes with the least driving found by turns, and how many turns that took.

    The seconds are those of the processor, so that others at work beside it take nothing away.
    """
    began, walks, turn = time.process_time(), Walks(instance), 1
    walking = Walking(instance, walks, Random(seed))
    alone = [[(frozenset((job,)), job) for job in range(instance.depot)]]
    alone += [[] for _ in range(cars - 1)]
    walking.go_on_from(searched(instance, alone, walks, seed=turn, iterations=_FIRST) or alone)
    first, last = _HEAT
    while (over := (time.process_time() - began) / seconds) < 1:
        turn += 1
        walking.steps(_STEPS, first * (last / first) ** over)
        found = searched(instance, walking.routes, walks, seed=turn, iterations=_NEXT)
        if found is not None:
            walking.go_on_from(found)
    found = searched(instance, walking.best[1], walks, seed=turn, iterations=_FIRST)
    if found is not None:
        walking.go_on_from(found)
    return [[walks.stop(*stand) for stand in route] for route in walking.best[1]], turn


def searched(
    instance: Instance,
    routes: Sequence[Sequence[Stand]],
    walks: Walks,
    *,
    seed: int,
    iterations: int,
) -> list[list[Stand]] | None:
    """Return the routes that the optimiser finds from given ones; None if it leaves any job."""
    given = modelled(instance, routes, walks)
    found = solve(
        given.problem,
        seed=seed,
        iterations=iterations,
        workers=1,
        bound=False,
        start=given.orders(routes),
    )
    made = [[given.tasks[n] for n in route.tasks] for route in found.routes]
    if {visit for route in made for visit, _ in route} != {visit for visit, _ in given.tasks}:
        return None
    return made + [[] for _ in range(len(routes) - len(made))]


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0, help="of CPU, for each")
    parser.add_argument("--only", help="numbers of instances")
    given = parser.parse_args()
    numbers = [int(n) for n in given.only.split(",")] if given.only else range(1, 41)
    print("| instance | jobs | routes | better listed, km | found, km | gap | turns |")
    print("| --- " * 7 + "|")
    gaps = []
    for number in numbers:
        instance = read(given.folder / "instances" / f"Coordinates_{number}.txt")
        known = [
            listed(instance, given.folder / "solutions" / f"{name}-{number}.txt")
            for name in ("MSH", "VNS")
        ]
        sound = [routes for routes in known if not faults_of(instance, routes)]
        cars, km = min((len(routes), driven(instance, routes)) for routes in sound)
        routes, turns = least(instance, cars, given.seconds)
        if faults := faults_of(instance, routes):
            print(f"| {number} | {instance.depot} | {cars} | {km:.3f} | {'; '.join(faults)} | | |")
            continue
        gaps.append(driven(instance, routes) / km - 1)
        figures = f"{km:.3f} | {driven(instance, routes):.3f} | {gaps[-1]:+.2%} | {turns}"
        print(f"| {number} | {instance.depot} | {len(routes)} | {figures} |", flush=True)
    if gaps:
        no_worse = sum(gap < SAME for gap in gaps)
        mean = sum(gaps) / len(gaps)
        print(f"{len(gaps)} instances, {no_worse} at or below the listed one, mean {mean:+.2%}")


if __name__ == "__main__":
    main()
