"""The park-and-loop set of Coindreau, Gallay and Zufferey: files, walks, and what routes may do."""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations
from pathlib import Path

DRIVING_KM_H, WALKING_KM_H = 30.0, 4.0
WALKED_MIN, AWAY_MIN = 75.0, 420.0
MOST_KM = WALKED_MIN / 60 * WALKING_KM_H
SAME = 1e-6

Visit = frozenset[int]
"""What one stop of the car serves: jobs, and the depot if the car stands there meanwhile."""
Stop = tuple[int, tuple[int, ...]]
"""The place where the car stands, and the others in the order of the walk."""
Routes = list[list[Stop]]


@dataclass(frozen=True, kw_only=True)
class Instance:
    """Places in kilometres, the depot the last, and the minutes of work at each."""

    places: tuple[tuple[float, float], ...]
    minutes: tuple[int, ...]

    @property
    def depot(self) -> int:
        """Return the number of the depot, which is that of jobs."""
        return len(self.places) - 1

    def km(self, one: int, other: int) -> float:
        """Return how far two places are from each other."""
        return math.dist(self.places[one], self.places[other])


def read(path: Path) -> Instance:
    """Return an instance of its file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return Instance(
        places=tuple((float(row[1]), float(row[2])) for row in rows),
        minutes=tuple(int(row[3]) for row in rows),
    )


class Walks:
    """The shortest rounds through some jobs."""

    def __init__(self, instance: Instance) -> None:
        """Know none yet."""
        self._instance = instance
        self._known: dict[Visit, tuple[float, tuple[int, ...]]] = {}
        self._minutes: dict[Visit, float] = {}

    def round(self, visit: Visit) -> tuple[float, tuple[int, ...]]:
        """Return the kilometres of the shortest round, and the jobs in its order."""
        if visit not in self._known:
            first, *rest = sorted(visit)
            orders = ((first, *some) for some in permutations(rest))
            self._known[visit] = min((self._km(order), order) for order in orders)
        return self._known[visit]

    def _km(self, order: tuple[int, ...]) -> float:
        if len(order) == 1:
            return 0.0
        return sum(self._instance.km(a, b) for a, b in pairwise((*order, order[0])))

    def minutes(self, visit: Visit) -> float:
        """Return how long the car stands."""
        if visit not in self._minutes:
            work = sum(self._instance.minutes[job] for job in visit)
            self._minutes[visit] = work + 60 * self.round(visit)[0] / WALKING_KM_H
        return self._minutes[visit]

    def stop(self, visit: Visit, parked: int) -> Stop:
        """Return the visit with the car at one of its jobs."""
        order = self.round(visit)[1]
        at = order.index(parked)
        return parked, order[at + 1 :] + order[:at]


def faults_of(instance: Instance, routes: Routes) -> list[str]:
    """Return what is wrong with routes by the numbers of the file, in words."""
    found = []
    visits = Counter(job for route in routes for stop in route for job in jobs_of(stop))
    wrong = [job for job in range(instance.depot) if visits[job] != 1]
    if wrong:
        found.append(f"jobs {wrong} are not done once")
    for route in routes:
        walked = sum(instance.km(a, b) for p, w in route for a, b in pairwise((p, *w, p)))
        on_foot = 60 * walked / WALKING_KM_H
        work = sum(instance.minutes[job] for stop in route for job in jobs_of(stop))
        away = work + on_foot + 60 * driven(instance, [route]) / DRIVING_KM_H
        if on_foot > WALKED_MIN + SAME:
            found.append(f"{on_foot:.2f} minutes are walked on {route}")
        if away > AWAY_MIN + SAME:
            found.append(f"{away:.2f} minutes pass on {route}")
    return found


def jobs_of(stop: Stop) -> Visit:
    """Return what a stop serves, and where the car stands."""
    return frozenset((stop[0], *stop[1]))


def driven(instance: Instance, routes: Routes) -> float:
    """Return the kilometres that cars drive."""
    ways = ([instance.depot, *(stop[0] for stop in route), instance.depot] for route in routes)
    return sum(instance.km(a, b) for way in ways for a, b in pairwise(way))


def listed(instance: Instance, path: Path) -> Routes:
    """Return a listed solution: lines of tail, head, 1 for driving or 2 for walking, and a route.

    Some lines are the wrong way round and some ways back are missing, so what counts is which
    places are joined, and a round that is open is closed: its way back is driven or walked, too.

    Raises
    ------
    ValueError
        If the lines of a route are no rounds.
    """
    lines = [tuple(map(int, line.split(";"))) for line in path.read_text("utf-8").split()]
    joined: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: {1: [], 2: []})
    for tail, head, kind, route in lines:
        if tail != head:
            joined[route][kind].append((tail - 1, head - 1))
    found: Routes = []
    for ways in joined.values():
        (car,) = _rounds(ways[1], [instance.depot])
        walks: dict[int, list[int]] = {parked: [] for parked in car[:-1]}
        for walk in _rounds(ways[2], car[:-1]):
            between = [walk[0]] if walks[walk[0]] else []
            walks[walk[0]] += between + walk[1:-1]
        stops = [(parked, tuple(walk)) for parked, walk in walks.items()]
        found.append(stops if walks[instance.depot] else stops[1:])
    return found


def _rounds(ways: Sequence[tuple[int, int]], starts: Iterable[int]) -> Iterator[list[int]]:
    left = list(ways)
    for start in starts:
        while any(start in way for way in left):
            order = [start]
            while len(order) == 1 or order[-1] != start:
                way = next((way for way in left if order[-1] in way), None)
                if way is None:
                    order.append(start)
                    break
                left.remove(way)
                order.append(way[1] if way[0] == order[-1] else way[0])
            yield order
    if left:
        raise ValueError(f"{left} are on no round from {list(starts)}.")
