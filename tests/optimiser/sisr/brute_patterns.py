"""The best solution of a tiny cycle by trying every pattern, every car and every order.

It shares no code with `bookcar.optimiser.patterns`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain, combinations, permutations, product

from optimiser.sisr.brute import REQUIRED

from bookcar.optimiser.cost import route_cost
from bookcar.optimiser.problem import Group, Problem, SolvedRoute
from bookcar.optimiser.timing import schedule

Choice = tuple[float, dict[int, tuple[int, ...]]]
"""What is lost or paid for a pattern, and the car-days that each visit made may have."""

Cost = dict[tuple[int, frozenset[int]], float]


def least(problem: Problem) -> float:
    """Return the least cost of all, a required stop left out being a million."""
    grouped = {i for group in problem.groups for i in group.tasks}
    alone = [i for i in range(len(problem.tasks)) if i not in grouped]
    options = [list(_group_choices(problem, group)) for group in problem.groups]
    options += [[(_worth(problem, i), {}), (0.0, {i: _cars(problem, i)})] for i in alone]
    known: Cost = {}
    return min(_best(problem, chosen, known) for chosen in product(*options))


def _group_choices(problem: Problem, group: Group) -> Iterator[Choice]:
    everything = sum(_worth(problem, i) for i in group.tasks)
    yield everything, {}
    for pattern in group.patterns:
        pairs = zip(group.tasks, pattern.car_days, strict=True)
        visits = {i: some for i, some in pairs if some}
        sizes = [len(visits)] if group.whole else range(1, len(visits) + 1)
        for made in chain.from_iterable(combinations(visits, size) for size in sizes):
            lost = sum(_worth(problem, i) for i in visits if i not in made)
            cars = {i: tuple(c for c in visits[i] if c in _cars(problem, i)) for i in made}
            yield pattern.cost + lost, cars


def _best(problem: Problem, chosen: tuple[Choice, ...], known: Cost) -> float:
    lost = sum(cost for cost, _ in chosen)
    visits = {i: cars for _, some in chosen for i, cars in some.items()}
    best = float("inf")
    for cars in product(*visits.values()):
        made = dict(zip(visits, cars, strict=True))
        routes = [
            _cheapest(problem, car, frozenset(i for i in made if made[i] == car), known)
            for car in set(cars)
        ]
        best = min(best, lost + sum(routes) + _other_vehicles(problem, made))
    return best


def _other_vehicles(problem: Problem, made: dict[int, int]) -> float:
    cost = 0.0
    for group in problem.groups:
        by = Counter(problem.car_days[made[i]].vehicle for i in group.tasks if i in made)
        cost += group.other_vehicle * (by.total() - max(by.values(), default=0))
    return cost


def _cheapest(problem: Problem, car: int, tasks: frozenset[int], known: Cost) -> float:
    key = car, tasks
    if key not in known:
        known[key] = min(_cost(problem, car, order) for order in permutations(sorted(tasks)))
    return known[key]


def _cost(problem: Problem, car: int, order: tuple[int, ...]) -> float:
    times = schedule(problem, car, order)
    if times is None:
        return float("inf")
    return route_cost(problem, SolvedRoute(car_day=car, tasks=order, schedule=times))


def _worth(problem: Problem, i: int) -> float:
    return REQUIRED if problem.tasks[i].required else problem.tasks[i].prize


def _cars(problem: Problem, i: int) -> tuple[int, ...]:
    return problem.tasks[i].car_days
