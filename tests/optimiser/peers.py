"""What the optimiser is checked against: rules read from docs/optimiser.md, and brute force."""

from __future__ import annotations

from itertools import chain, combinations, pairwise, permutations
from math import inf

from bookcar.optimiser.limits import Total, most_of
from bookcar.optimiser.problem import CarDay, Problem, Schedule, Solution, Task
from bookcar.optimiser.timing import schedule


def broken_rules(problem: Problem, solution: Solution) -> list[str]:
    """Return every rule a solution breaks, re-checked from its times alone."""
    served = [i for route in solution.routes for i in route.tasks]
    found = [] if len(served) == len(set(served)) else ["a task is served twice"]
    if sorted(served + list(solution.unserved)) != list(range(len(problem.tasks))):
        found.append("a task is neither served nor unserved")
    cars = [route.car_day for route in solution.routes]
    if cars != sorted(set(cars)):
        found.append("a car-day has two routes, or they are not in order")
    for route in solution.routes:
        found += broken_limits(problem, route.car_day, route.tasks, route.schedule)
    return found


def broken_limits(
    problem: Problem, car_day: int, order: tuple[int, ...], times: Schedule
) -> list[str]:
    """Return every limit that one timed route breaks."""
    car = problem.car_days[car_day]
    tasks = [problem.tasks[i] for i in order]
    checks = {
        "no stop": len(tasks) > 0,
        "car": all(car_day in t.car_days for t in tasks),
        "stops": len(tasks) <= _most(car, "stops"),
        "loads": all(
            most is None or _peak(tasks, load) <= most for load, most in enumerate(car.capacity)
        ),
        "metres": 0 <= _metres(problem, car, tasks) <= _most(car, "metres"),
        "driving": _driving(problem, car, tasks) <= _most(car, "driving"),
        "day": car.starts <= times.depart and times.back <= car.ends,
        "hours": times.back - times.depart <= car.max_seconds,
        "windows": all(
            any(o <= b and b + t.service_s <= c for o, c in t.windows.get(car.day, ()))
            for t, b in zip(tasks, times.begin, strict=True)
        ),
        "service": all(
            leave == begin + t.service_s
            for t, begin, leave in zip(tasks, times.begin, times.leave, strict=True)
        ),
        "break": _break_is_right(problem, car, tasks, times),
        "legs": _legs_are_right(problem, car, tasks, times),
    }
    return [f"car-day {car_day}: {rule}" for rule, kept in checks.items() if not kept]


def _most(car: CarDay, total: Total) -> float:
    most = most_of(car, total)
    return inf if most is None else most


def _peak(tasks: list[Task], load: int) -> int:
    aboard = peak = sum(t.delivered(load) for t in tasks)
    for t in tasks:
        aboard += t.collected(load) - t.delivered(load)
        peak = max(peak, aboard)
    return peak


def _metres(problem: Problem, car: CarDay, tasks: list[Task]) -> int:
    places = [car.start, *(t.location for t in tasks), car.end]
    legs = [int(problem.tables[car.table].metres[a, b]) for a, b in pairwise(places)]
    return sum(legs) if min(legs) >= 0 else -1


def _driving(problem: Problem, car: CarDay, tasks: list[Task]) -> int:
    return sum(_legs(problem, car, tasks))


def _legs(problem: Problem, car: CarDay, tasks: list[Task]) -> list[int]:
    places = [car.start, *(t.location for t in tasks), car.end]
    return [int(problem.tables[car.table].seconds[a, b]) for a, b in pairwise(places)]


def _break_is_right(problem: Problem, car: CarDay, tasks: list[Task], times: Schedule) -> bool:
    if car.break_s == 0:
        return times.breaks == ()
    since, used, driven = times.depart, car.break_used_s, 0
    legs = _legs(problem, car, tasks)
    fits = []
    for rest in times.breaks:
        at = rest.position
        if rest.moment == "before":
            fits.append(times.arrive[at] <= rest.begin and rest.end <= times.begin[at])
        else:
            fits.append(rest.begin == times.leave[at])
        until = sum(legs[: at + 1])
        passed = until - driven if car.break_rule == "driving" else rest.begin - since
        fits.append(used + passed <= car.break_after_s and rest.end - rest.begin >= car.break_s)
        since, used, driven = rest.end, 0, until
    passed = sum(legs) - driven if car.break_rule == "driving" else times.back - since
    return all(fits) and used + passed <= car.break_after_s


def _legs_are_right(problem: Problem, car: CarDay, tasks: list[Task], times: Schedule) -> bool:
    seconds = problem.tables[car.table].seconds
    now, place = times.depart, car.start
    for i, t in enumerate(tasks):
        leg = int(seconds[place, t.location])
        if leg < 0 or times.arrive[i] != now + leg or times.begin[i] < times.arrive[i]:
            return False
        now, place = times.leave[i], t.location
        for rest in times.breaks:
            if (rest.position, rest.moment) == (i, "after"):
                now = rest.end
    return times.back == now + int(seconds[place, car.end])


def best_objective(problem: Problem) -> tuple[int, float]:
    """Return required tasks missed and cost of the best of all assignments and orders."""
    everything = frozenset(range(len(problem.tasks)))
    best = {frozenset[int](): 0.0}
    for car_day in range(len(problem.car_days)):
        routes = _route_costs(problem, car_day)
        best = _joined(best, routes)
    return min(
        (_missed(problem, everything - served), cost + _lost(problem, everything - served))
        for served, cost in best.items()
    )


def _joined(
    one: dict[frozenset[int], float], other: dict[frozenset[int], float]
) -> dict[frozenset[int], float]:
    joined: dict[frozenset[int], float] = {}
    for a, cost_a in one.items():
        for b, cost_b in other.items():
            if not a & b:
                both = a | b
                joined[both] = min(joined.get(both, float("inf")), cost_a + cost_b)
    return joined


def _route_costs(problem: Problem, car_day: int) -> dict[frozenset[int], float]:
    tasks = range(len(problem.tasks))
    sets = chain.from_iterable(combinations(tasks, n) for n in range(1, len(tasks) + 1))
    costs = {frozenset[int](): 0.0}
    for members in sets:
        orders = [_order_cost(problem, car_day, order) for order in permutations(members)]
        found = [cost for cost in orders if cost is not None]
        if found:
            costs[frozenset(members)] = min(found)
    return costs


def _order_cost(problem: Problem, car_day: int, order: tuple[int, ...]) -> float | None:
    times = schedule(problem, car_day, order)
    if times is None:
        return None
    car = problem.car_days[car_day]
    metres = _metres(problem, car, [problem.tasks[i] for i in order])
    hours = (times.back - times.depart) / 3600
    return car.fixed_cost + car.cost_km * metres / 1000 + car.cost_hour * hours


def objective(problem: Problem, solution: Solution) -> tuple[int, float]:
    return _missed(problem, frozenset(solution.unserved)), solution.cost


def _missed(problem: Problem, unserved: frozenset[int]) -> int:
    return sum(problem.tasks[i].required for i in unserved)


def _lost(problem: Problem, unserved: frozenset[int]) -> float:
    return sum(problem.tasks[i].prize for i in sorted(unserved) if not problem.tasks[i].required)
