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

Choice = tuple[float, dict[int, tuple[int, ...]], bool]
"""What is lost or paid for a pattern, the car-days that each visit made may have, and whether it is
a change."""

Cost = dict[tuple[int, frozenset[int]], float]


def least(problem: Problem) -> float:
    """Return the least cost of all, a required stop left out being a million."""
    grouped = {i for group in problem.groups for i in group.tasks}
    alone = [i for i in range(len(problem.tasks)) if i not in grouped]
    options = [list(_group_choices(problem, group)) for group in problem.groups]
    options += [
        [(_worth(problem, i), {}, False), (0.0, {i: _cars(problem, i)}, False)] for i in alone
    ]
    known: Cost = {}
    most = len(problem.groups) if problem.most_changes is None else problem.most_changes
    return min(
        _best(problem, chosen, known)
        for chosen in product(*options)
        if sum(changes for _, _, changes in chosen) <= most
    )


def _group_choices(problem: Problem, group: Group) -> Iterator[Choice]:
    everything = sum(_worth(problem, i) for i in group.tasks)
    yield everything, {}, False
    for pattern in group.patterns:
        pairs = zip(group.tasks, pattern.car_days, strict=True)
        visits = {i: some for i, some in pairs if some}
        sizes = [len(visits)] if group.whole else range(1, len(visits) + 1)
        for made in chain.from_iterable(combinations(visits, size) for size in sizes):
            lost = sum(_worth(problem, i) for i in visits if i not in made)
            cars = {i: tuple(c for c in visits[i] if c in _cars(problem, i)) for i in made}
            yield pattern.cost + lost, cars, pattern.changes


def _best(problem: Problem, chosen: tuple[Choice, ...], known: Cost) -> float:
    lost = sum(cost for cost, _, _ in chosen)
    visits = {i: cars for _, some, _ in chosen for i, cars in some.items()}
    best = float("inf")
    for cars in product(*visits.values()):
        made = dict(zip(visits, cars, strict=True))
        if _overdrawn(problem, made):
            continue
        parts = {car: frozenset(i for i in made if made[i] == car) for car in set(cars)}
        if problem.levels:
            best = min(best, lost + _other_vehicles(problem, made) + _levelled(problem, parts))
            continue
        routes = [_cheapest(problem, car, tasks, known) for car, tasks in parts.items()]
        best = min(best, lost + sum(routes) + _other_vehicles(problem, made))
    return best


def _overdrawn(problem: Problem, made: dict[int, int]) -> bool:
    for supply in problem.supplies:
        for today in range(1 + max(car.day for car in problem.car_days)):
            out = 0
            for task in set(supply.tasks) & made.keys():
                day = problem.car_days[made[task]].day
                out += day == today or (day < today and task in supply.stays)
            if out > supply.most:
                return True
    return False


def _levelled(problem: Problem, parts: dict[int, frozenset[int]]) -> float:
    """Return the least cost of routes and of what is uneven: a longer one may be more level."""
    ways = []
    for car, tasks in parts.items():
        own: dict[float, float] = {}
        for order in permutations(sorted(tasks)):
            times = schedule(problem, car, order)
            if times is not None:
                hours = (times.back - times.depart) / 3600
                cost = route_cost(problem, SolvedRoute(car_day=car, tasks=order, schedule=times))
                own[hours] = min(cost, own.get(hours, cost))
        ways.append([(car, hours, cost) for hours, cost in own.items()])
    return min(
        (
            sum(cost for _, _, cost in some)
            + _uneven(problem, {car: hours for car, hours, _ in some})
            for some in product(*ways)
        ),
        default=float("inf"),
    )


def _uneven(problem: Problem, hours: dict[int, float]) -> float:
    cost = 0.0
    for level in problem.levels:
        names = {part for part in level.parts if part is not None}
        total = sum(hours.get(car, 0.0) for car, p in enumerate(level.parts) if p is not None)
        all_days = sum(part is not None for part in level.parts)
        for name in names:
            days = [car for car, part in enumerate(level.parts) if part == name]
            due = total * len(days) / all_days
            off = abs(sum(hours.get(car, 0.0) for car in days) - due)
            cost += level.cost * max(0.0, off - level.ease * due)
    return cost


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
