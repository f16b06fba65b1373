"""Ruin and recreate under the exact rules of time, from the routes OR-Tools leaves.

A small SISR (slack induction by string removals, Christiaens and Vanden Berghe, Transportation
Science 54(2), 2020): take strings of neighbouring stops out of neighbouring routes, put stops back
one by one where they cost least, and accept by annealing. Every route is timed by `schedule`, so
the breaks that OR-Tools' model only approximates are exact here.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bookcar.optimiser.evaluate import Evaluator, Order
from bookcar.optimiser.problem import Problem, SolvedRoute

_REMOVED = 10
_LONGEST_STRING = 10
_WAITING = 40
"""Stops unserved before a round that it tries as well: the nearest to where it ruins."""

_BLINK = 0.01
_GENEROUS = 0.5
_COOLING = 0.01
"""Last temperature by the first."""

Orders = list[Order]


class _Place(NamedTuple):
    """Where a task could go, and what the km (and the car-day, if unused) would cost more."""

    extra: float
    car_day: int
    at: int


def refine(
    problem: Problem,
    orders: Sequence[Sequence[int]],
    *,
    seed: int,
    iterations: int,
    done: Callable[[], bool],
) -> list[SolvedRoute]:
    """Return the best routes found, each as `schedule` times it.

    Parameters
    ----------
    problem
        With at least one task and one car-day.
    orders
        Tasks by car-day; what breaks a limit is mended first by leaving stops out.
    seed
        Of every random choice.
    iterations
        Rounds of ruin and recreate.
    done
        Called before each round; True ends the search.
    """
    evaluator = Evaluator(problem)
    search = _Rounds(evaluator, random.Random(seed))
    first = [evaluator.mended(c, tuple(order)) for c, order in enumerate(orders)]
    first = search.recreated(first, evaluator.missing(first))
    best = _annealed(search, first, iterations, done)
    routes = (evaluator.solved(car_day, order) for car_day, order in enumerate(best))
    return [route for route in routes if route is not None]


def _annealed(search: _Rounds, first: Orders, iterations: int, done: Callable[[], bool]) -> Orders:
    best = current = first
    best_cost = cost = search.evaluator.total(first)
    heat = _mean_leg_cost(search.evaluator, first)
    for i in range(iterations):
        if done():
            break
        candidate = search.recreated(*search.ruined(current))
        new = search.evaluator.total(candidate)
        temperature = heat * _COOLING ** (i / iterations)
        if new < cost - temperature * math.log(1.0 - search.rng.random()):
            current, cost = candidate, new
        if new < best_cost - 1e-9:
            best, best_cost = candidate, new
    return best


def _mean_leg_cost(evaluator: Evaluator, orders: Orders) -> float:
    legs = sum(len(order) + 1 for order in orders if order)
    return max(1e-6, evaluator.routes_cost(orders) / max(1, legs))


class _Rounds:
    """The moves: ruin some routes, put stops back; all chance comes from one generator."""

    def __init__(self, evaluator: Evaluator, rng: random.Random) -> None:
        self.evaluator = evaluator
        self.rng = rng
        self._tasks = evaluator.problem.tasks
        self._car_days = evaluator.problem.car_days

    def ruined(self, orders: Orders) -> tuple[Orders, list[int]]:
        """Take strings of stops out of the routes around one stop."""
        rng = self.rng
        route_of = {i: c for c, order in enumerate(orders) for i in order}
        served = max(1, len(route_of))
        used = sum(1 for order in orders if order) or 1
        longest = min(_LONGEST_STRING, served / used)
        strings = int(rng.uniform(1, 4 * _REMOVED / (1 + longest)))
        ruined: dict[int, Order] = {}
        centre = rng.randrange(len(self._tasks))
        for task in self.evaluator.near[centre]:
            car_day = route_of.get(task)
            if car_day is None or car_day in ruined:
                continue
            ruined[car_day] = self.evaluator.mended(
                car_day, self._cut(orders[car_day], task, longest)
            )
            if len(ruined) >= strings:
                break
        left = [ruined.get(c, order) for c, order in enumerate(orders)]
        return left, self._candidates(route_of, left, centre)

    def _candidates(self, route_of: dict[int, int], left: Orders, centre: int) -> list[int]:
        """Return what was just removed, and of the stops unserved before it those nearby."""
        tasks = self._tasks
        missing = set(self.evaluator.missing(left))
        removed = [i for i in route_of if i in missing]
        waiting = [i for i in self.evaluator.near[centre] if i in missing and i not in route_of]
        required = [i for i in waiting[_WAITING:] if tasks[i].required]
        return removed + waiting[:_WAITING] + required

    def _cut(self, order: Order, task: int, longest: float) -> Order:
        """Remove a string around a task, at times but for a few stops kept in its middle."""
        rng = self.rng
        length = int(rng.uniform(1, min(len(order), longest) + 1))
        kept = rng.randrange(len(order) - length + 1) if rng.random() < 0.5 else 0
        span = min(len(order), length + min(kept, 3))
        at = order.index(task)
        first = rng.randint(max(0, at - span + 1), min(at, len(order) - span))
        middle = first + rng.randrange(length + 1)
        spared = order[middle : middle + span - length]
        return order[:first] + spared + order[first + span :]

    def recreated(self, orders: Orders, missing: list[int]) -> Orders:
        """Put stops back one by one, at times at a loss, as several far stops may pay together."""
        orders = list(orders)
        rng = self.rng
        favour = 1.0 + rng.expovariate(0.5) if rng.random() < _GENEROUS else 1.0
        for task in self._sorted(missing):
            place = self._best_place(orders, task, favour)
            if place is not None:
                orders[place.car_day] = _longer(orders[place.car_day], place.at, task)
        if favour > 1.0:
            orders = [self.evaluator.pruned(c, order) for c, order in enumerate(orders)]
        return orders

    def _sorted(self, missing: list[int]) -> list[int]:
        """Return required tasks first, then by chance by worth, by distance, or in any order."""
        tasks = self._tasks
        order = missing.copy()
        self.rng.shuffle(order)
        kind = self.rng.randrange(11)
        if kind < 4:
            order.sort(key=lambda i: -tasks[i].prize)
        elif kind < 6:
            sign = 1 if kind == 4 else -1
            order.sort(key=lambda i: sign * self.evaluator.metres_out(i))
        elif kind < 7:
            order.sort(key=lambda i: len(tasks[i].car_days))
        order.sort(key=lambda i: not tasks[i].required)
        return order

    def _best_place(self, orders: Orders, task: int, favour: float) -> _Place | None:
        """Return the cheapest feasible place below the task's worth, times ``favour``.

        Places are timed in the order of their km; hours only add, so the rest is skipped as soon
        as the km alone cost more than the best.
        """
        best, least = None, self.evaluator.worth(task) * favour
        for place in self._places(orders, task):
            if place.extra >= least:
                break
            if self.rng.random() < _BLINK:
                continue
            order = orders[place.car_day]
            new = self.evaluator.price(place.car_day, _longer(order, place.at, task))
            if new is None:
                continue
            more = new - self.evaluator.cost(place.car_day, order)
            if more < least:
                best, least = place, more
        return best

    def _places(self, orders: Orders, task: int) -> list[_Place]:
        places: list[_Place] = []
        for car_day in self._tasks[task].car_days:
            order = orders[car_day]
            if not self.evaluator.may_take(car_day, order, task):
                continue
            car = self._car_days[car_day]
            fixed = 0.0 if order else car.fixed_cost
            per_metre = car.cost_km / 1000
            places += [
                _Place(fixed + per_metre * metres, car_day, at)
                for at, metres in enumerate(self.evaluator.detours(car_day, order, task))
                if metres is not None
            ]
        places.sort()
        return places


def _longer(order: Order, at: int, task: int) -> Order:
    return (*order[:at], task, *order[at:])
