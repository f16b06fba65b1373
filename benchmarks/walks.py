"""Which jobs one walk serves, changed by chance along routes: the turns of `benchmarks.vrptr`.

Some jobs near each other are taken out, and each is put in again where that costs least: as a stop
of its own, or on the walk of a stop that is there (ruin and recreate, by annealing; Schrimpf et
al., Journal of Computational Physics 159(2), 2000). Minutes and metres walked beyond the limits
cost as driving does, so that routes may break them on the way to better ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random
from typing import NamedTuple

from benchmarks.park_and_loop import (
    AWAY_MIN,
    DRIVING_KM_H,
    MOST_KM,
    SAME,
    Instance,
    Visit,
    Walks,
)

LARGEST = 6
"""So many jobs on one walk at most."""
_NEAR = 8
"""A job is put on the walks of jobs that are among so many nearest to it."""
_OUT = (1, 1, 2, 2, 3, 4, 6)
"""How many jobs are taken out, each as likely."""
_BLINK = 0.05
"""How often a place is overlooked (Christiaens and Vanden Berghe, Transportation Science 2020)."""
_DEAR, _DEARER = (0.05, 2.0), 1.15
"""What a minute too much costs, in kilometres driven, at least and at most; it grows by a factor
while limits are broken, and falls by it while they are kept."""
_KM_WALKED = 7.0
"""A kilometre walked too much costs as so many minutes."""

Stand = tuple[Visit, int]
"""What a stop serves, and the place where the car stands."""


class Sums(NamedTuple):
    """Of a route: kilometres driven and walked, and the minutes that it stands."""

    km: float = 0.0
    walked: float = 0.0
    minutes: float = 0.0

    def beyond(self) -> float:
        """Return by how many minutes limits are broken."""
        late = self.minutes + 60 / DRIVING_KM_H * self.km - AWAY_MIN
        return max(0.0, late) + _KM_WALKED * max(0.0, self.walked - MOST_KM)

    def cost(self, minute: float) -> float:
        """Return the kilometres driven, and what is beyond the limits at this price."""
        return self.km + minute * self.beyond()


class Place(NamedTuple):
    """Where a job may be put in: in place of the stops of a route from ``at`` to ``until``."""

    worse: float
    route: int
    at: int
    until: int
    stand: Stand
    sums: Sums


class Walking:
    """Routes in hand, changed step by step."""

    def __init__(self, instance: Instance, walks: Walks, draw: Random) -> None:
        """Have no routes yet."""
        self.instance, self.walks, self.draw = instance, walks, draw
        places = range(instance.depot + 1)
        self.far = [[instance.km(a, b) for b in places] for a in places]
        self.nearest = [sorted(places, key=row.__getitem__)[1:] for row in self.far]
        self.near = [frozenset(row[:_NEAR]) for row in self.nearest]
        self.routes: list[list[Stand]] = []
        self.sums: list[Sums] = []
        self.minute = _DEAR[0]
        self.best: tuple[float, list[list[Stand]]] = (math.inf, [])

    def go_on_from(self, routes: Sequence[Sequence[Stand]]) -> None:
        """Take routes up."""
        self.routes = [list(route) for route in routes]
        self.sums = [self._summed(route) for route in self.routes]
        self._note()

    def steps(self, count: int, heat: float) -> None:
        """Change the routes so many times, and the price of what they break."""
        for _ in range(count):
            self._step(heat)
        broken = any(sums.beyond() for sums in self.sums)
        minute = self.minute * (_DEARER if broken else 1 / _DEARER)
        self.minute = min(max(minute, _DEAR[0]), _DEAR[1])

    def _cost(self) -> float:
        return sum(sums.cost(self.minute) for sums in self.sums)

    def _note(self) -> None:
        """Keep the routes if they are the best ones so far."""
        km = sum(sums.km for sums in self.sums)
        if km < self.best[0] - SAME and not any(sums.beyond() for sums in self.sums):
            self.best = km, [list(route) for route in self.routes]

    def _step(self, heat: float) -> None:
        """Take some jobs out and put them in again; go back if that is too much worse."""
        routes, sums, cost = self.routes, self.sums, self._cost()
        self.routes, self.sums = [list(route) for route in routes], list(sums)
        job = self.draw.randrange(self.instance.depot)
        some, most = [job], self.draw.choice(_OUT)
        for other in self.nearest[job]:
            if len(some) >= most:
                break
            if other != self.instance.depot and self.draw.random() < 0.7:
                some.append(other)
        for one in some:
            self._take_out(one)
        self.draw.shuffle(some)
        for one in some:
            self._put_in(one)
        if self._cost() > cost - heat * math.log(1 - self.draw.random()):
            self.routes, self.sums = routes, sums
        else:
            self._note()

    def _summed(self, route: Sequence[Stand]) -> Sums:
        depot = self.instance.depot
        way = [depot, *(place for _, place in route), depot]
        return Sums(
            sum(self.far[a][b] for a, b in pairwise(way)),
            sum(self.walks.round(visit)[0] for visit, _ in route),
            sum(self.walks.minutes(visit) for visit, _ in route),
        )

    def _take_out(self, job: int) -> None:
        for number, route in enumerate(self.routes):
            for at, (visit, place) in enumerate(route):
                if job in visit:
                    left = visit - {job}
                    if left in ({self.instance.depot}, frozenset()):
                        del route[at]
                    else:
                        stands = stands_of(self.instance, left)
                        route[at] = left, place if place in left else self.draw.choice(stands)
                    self.sums[number] = self._summed(route)
                    return

    def _put_in(self, job: int) -> None:
        """Put a job in where it costs least, now and then overlooking a place."""
        seen = (place for place in self._places(job) if self.draw.random() >= _BLINK)
        best = min(seen, key=_worse, default=None) or min(self._places(job), key=_worse)
        self.routes[best.route][best.at : best.until] = [best.stand]
        self.sums[best.route] = best.sums

    def _places(self, job: int) -> Iterator[Place]:
        """Yield where a job may be put in: on a route between stops, or on the walk of one."""
        alone, depot, near = frozenset((job,)), self.instance.depot, self.near[job]
        for number, route in enumerate(self.routes):
            yield self._between(number, job, alone)
            for at, (visit, _) in enumerate(route):
                if not near.isdisjoint(visit):
                    yield from self._joined(number, at, at + 1, visit | alone)
            if depot in near and not any(depot in visit for visit, _ in route):
                yield from self._joined(number, 0, 0, alone | {depot})

    def _between(self, number: int, job: int, alone: Visit) -> Place:
        """Return where a stop of its own is the shortest way round, overlooking a place."""
        depot, far = self.instance.depot, self.far[job]
        way = [depot, *(place for _, place in self.routes[number]), depot]
        longer = [far[a] + far[b] - self.far[a][b] for a, b in pairwise(way)]
        if len(longer) > 1 and self.draw.random() < _BLINK * len(longer):
            longer[longer.index(min(longer))] = math.inf
        at = longer.index(min(longer))
        return self._made(number, at, at, (alone, job))

    def _joined(self, number: int, at: int, until: int, visit: Visit) -> Iterator[Place]:
        if len(visit) <= LARGEST and self.walks.round(visit)[0] <= MOST_KM:
            for place in stands_of(self.instance, visit):
                yield self._made(number, at, until, (visit, place))

    def _made(self, number: int, at: int, until: int, stand: Stand) -> Place:
        """Return a route with a stop in place of those from ``at`` to ``until``: none or one."""
        route, far, (km, walked, minutes) = self.routes[number], self.far, self.sums[number]
        depot, (visit, place) = self.instance.depot, stand
        before = route[at - 1][1] if at else depot
        behind = route[until][1] if until < len(route) else depot
        km += far[before][place] + far[place][behind]
        if until > at:
            instead, now = route[at]
            km -= far[before][now] + far[now][behind]
            walked -= self.walks.round(instead)[0]
            minutes -= self.walks.minutes(instead)
        else:
            km -= far[before][behind]
        if len(visit) > 1:
            walked += self.walks.round(visit)[0]
        sums = Sums(km, walked, minutes + self.walks.minutes(visit))
        worse = sums.cost(self.minute) - self.sums[number].cost(self.minute)
        return Place(worse, number, at, until, stand, sums)


def _worse(place: Place) -> float:
    return place.worse


def stands_of(instance: Instance, visit: Visit) -> list[int]:
    """Return where the car may stand: at any of the jobs, or at the depot."""
    return [instance.depot] if instance.depot in visit else sorted(visit)
