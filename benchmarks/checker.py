"""Judge routes, whoever made them: which rules they break, and what they cost.

It shares no code with the search and its timing, and knows only what the benchmark's instances task
for; other problems are refused rather than judged by half.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from bookcar.optimiser.limits import Total, most_of
from bookcar.optimiser.problem import CarDay, Group, Pattern, Problem, Task

Made = dict[int, int]
"""The car-day of each task that is served."""

Route = tuple[int, tuple[int, ...]]
"""A car-day, and its tasks in order."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the checker found; ``objective`` leaves required stops missed aside."""

    faults: tuple[str, ...]
    objective: float
    metres: int
    served: int
    required_missed: int
    prizes_lost: float


def check(problem: Problem, routes: Sequence[Route]) -> Verdict:
    """Return the faults and the objective of routes.

    Raises
    ------
    ValueError
        If the problem asks for what this checker does not know.
    """
    _known(problem)
    served = [i for _, tasks in routes for i in tasks]
    made = {i: car_day for car_day, tasks in routes for i in tasks}
    out, soft, patterns = _by_patterns(problem, made)
    left = [t for i, t in enumerate(problem.tasks) if i not in made and i not in out]
    lost = sum(t.prize for t in left if not t.required)
    metres = [_metres(problem, route) for route in routes]
    return Verdict(
        faults=(*_counted_twice(routes, served), *_broken(problem, routes), *patterns),
        objective=sum(_cost(problem, route) for route in routes) + lost + soft,
        metres=sum(metres),
        served=len(served),
        required_missed=sum(t.required for t in left),
        prizes_lost=lost,
    )


def _known(problem: Problem) -> None:
    unknown = {
        "breaks": any(car.break_s for car in problem.car_days),
        "spacings": bool(problem.spacings),
        "fixed routes": bool(problem.fixed),
        "balance": problem.balance != 0,
        "surcharges": any(task.surcharges for task in problem.tasks),
        "reloads": any(task.reload for task in problem.tasks),
        "depots of loads": any(task.depot is not None for task in problem.tasks),
    }
    found = [name for name, there in unknown.items() if there]
    if found:
        raise ValueError(f"The checker knows no {', '.join(found)}.")


def _by_patterns(problem: Problem, made: Made) -> tuple[set[int], float, list[str]]:
    """Return visits that patterns leave out, what patterns and other vehicles cost, and faults."""
    out: set[int] = set()
    soft, faults = 0.0, []
    for number, group in enumerate(problem.groups):
        visits = [made[i] for i in group.tasks if i in made]
        if not visits:
            continue
        fitting = [p for p in group.patterns if _fits(group, p, made)]
        if not fitting:
            faults.append(f"group {number}: visits by car-days {visits} are no pattern")
            continue
        best = min(fitting, key=lambda p: p.cost + _missed(problem, group, p, made))
        out |= {i for i, some in zip(group.tasks, best.car_days, strict=True) if not some}
        cars = [problem.car_days[c].vehicle for c in visits]
        soft += best.cost + group.other_vehicle * (len(cars) - max(map(cars.count, cars)))
    return out, soft, faults


def _fits(group: Group, pattern: Pattern, made: Made) -> bool:
    pairs = list(zip(group.tasks, pattern.car_days, strict=True))
    if group.whole and any((i in made) != bool(some) for i, some in pairs):
        return False
    return all(made[i] in some for i, some in pairs if i in made)


def _missed(problem: Problem, group: Group, pattern: Pattern, made: Made) -> float:
    """Return the prizes of a pattern's visits that are not made; inf for a required one."""
    pairs = zip(group.tasks, pattern.car_days, strict=True)
    left = [problem.tasks[i] for i, some in pairs if some and i not in made]
    return sum(inf if task.required else task.prize for task in left)


def _counted_twice(routes: Sequence[Route], served: list[int]) -> Iterator[str]:
    cars = [car_day for car_day, _ in routes]
    yield from (f"car-day {c} has two routes" for c in sorted(set(cars)) if cars.count(c) > 1)
    if len(set(served)) < len(served):
        twice = sorted({i for i in served if served.count(i) > 1})
        yield from (f"task {i} is served twice" for i in twice)


def _broken(problem: Problem, routes: Sequence[Route]) -> Iterator[str]:
    for car_day, order in routes:
        car, tasks = problem.car_days[car_day], [problem.tasks[i] for i in order]
        for rule, kept in _rules(problem, car_day, car, tasks):
            if not kept:
                yield f"car-day {car_day}: {rule}"


def _rules(
    problem: Problem, car_day: int, car: CarDay, tasks: list[Task]
) -> Iterator[tuple[str, bool]]:
    yield "no stop", len(tasks) > 0
    yield "stops", len(tasks) <= _most(car, "stops")
    yield "car", all(car_day in t.car_days for t in tasks)
    for load, most in enumerate(car.capacity):
        fullest = _fullest([(t.delivered(load), t.collected(load)) for t in tasks])
        yield f"load {load}", most is None or fullest <= most
    legs = list(_legs(problem, car, tasks))
    yield "road", min(min(leg) for leg in legs) >= 0
    yield "metres", sum(metres for _, metres in legs) <= _most(car, "metres")
    yield "times", _shortest(problem, car, tasks) is not None


def _most(car: CarDay, total: Total) -> float:
    most = most_of(car, total)
    return inf if most is None else most


def _fullest(loads: list[tuple[int, int]]) -> int:
    aboard = fullest = sum(drop for drop, _ in loads)
    for drop, collect in loads:
        aboard += collect - drop
        fullest = max(fullest, aboard)
    return fullest


def _legs(problem: Problem, car: CarDay, tasks: list[Task]) -> Iterator[tuple[int, int]]:
    table = problem.tables[car.table]
    places = [car.start, *(t.location for t in tasks), car.end]
    for leg in pairwise(places):
        yield int(table.seconds[leg]), int(table.metres[leg])


def _metres(problem: Problem, route: Route) -> int:
    car_day, order = route
    tasks = [problem.tasks[i] for i in order]
    return sum(metres for _, metres in _legs(problem, problem.car_days[car_day], tasks))


def _cost(problem: Problem, route: Route) -> float:
    """Return fixed cost, kilometres and hours; the hours are those of the shortest timing."""
    car_day, order = route
    car = problem.car_days[car_day]
    cost = car.fixed_cost + car.cost_km * _metres(problem, route) / 1000
    if car.cost_hour:
        away = _shortest(problem, car, [problem.tasks[i] for i in order])
        cost += car.cost_hour * (away or 0) / 3600
    return cost


def _shortest(problem: Problem, car: CarDay, tasks: list[Task]) -> int | None:
    """Return the shortest absence that keeps all windows and hours; None if there is none.

    Absence is shortest either when leaving at once or when leaving so late that at some stop the
    door opens, or the last moment to begin has come, just as the car arrives.
    """
    seconds = [leg for leg, _ in _legs(problem, car, tasks)]
    windows = [_beginnings(t, car.day) for t in tasks]
    best: int | None = None
    for depart in {car.starts, *_late_departures(seconds, tasks, windows)}:
        back = _back(depart, seconds, tasks, windows)
        if back is None or depart < car.starts or back > car.ends:
            continue
        away = back - depart
        if away <= car.max_seconds and (best is None or away < best):
            best = away
    return best


def _beginnings(task: Task, day: int) -> list[tuple[int, int]]:
    """Return the spans in which a service may begin."""
    spans = [(opens, closes - task.service_s) for opens, closes in task.windows.get(day, ())]
    return [(first, last) for first, last in spans if first <= last]


def _back(
    depart: int, seconds: list[int], tasks: list[Task], windows: list[list[tuple[int, int]]]
) -> int | None:
    now = depart
    for leg, task, spans in zip(seconds, tasks, windows, strict=False):
        now += leg
        begin = next((max(now, first) for first, last in spans if now <= last), None)
        if begin is None:
            return None
        now = begin + task.service_s
    return now + seconds[-1]


def _late_departures(
    seconds: list[int], tasks: list[Task], windows: list[list[tuple[int, int]]]
) -> Iterator[int]:
    """Yield the latest departures that arrive by an edge of a span, at each stop."""
    for stop, spans in enumerate(windows):
        for edge in {edge for span in spans for edge in span}:
            at = edge
            for before in range(stop - 1, -1, -1):
                latest = at - seconds[before + 1] - tasks[before].service_s
                reachable = [
                    min(last, latest) for first, last in windows[before] if first <= latest
                ]
                if not reachable:
                    break
                at = max(reachable)
            else:
                yield at - seconds[0]
