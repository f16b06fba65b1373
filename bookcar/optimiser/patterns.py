"""Which pattern the visits of each group keep, and what that costs.

The periodic vehicle routing problem (Cordeau, Gendreau and Laporte, "A tabu search heuristic for
periodic and multi-depot vehicle routing problems", Networks 30(2), 1997), with groups that may be
left out and with a cost of what readers see change: the car (Groer, Golden and Wasil, "The
consistent vehicle routing problem", Manufacturing & Service Operations Management 11(4), 2009).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bookcar.optimiser.problem import CarDay, Group, Pattern, Problem, SolvedRoute

Made = Mapping[int, int]
"""The car-day of each task that is served."""

_Kept = tuple[int, float, int]
"""Required visits and cost that a pattern loses, and its number."""


def on_days(car_days: Sequence[CarDay], days: Sequence[int | None], cost: float = 0.0) -> Pattern:
    """Return a pattern with a visit on each of these days, by any car-day; None for no visit."""
    by_day: dict[int | None, list[int]] = {}
    for number, car in enumerate(car_days):
        by_day.setdefault(car.day, []).append(number)
    return Pattern(car_days=tuple(tuple(by_day.get(day, ())) for day in days), cost=cost)


def made_by(routes: Iterable[SolvedRoute]) -> dict[int, int]:
    """Return the car-day of each task that is served."""
    return {task: route.car_day for route in routes for task in route.tasks}


def chosen(problem: Problem, made: Made) -> tuple[int | None, ...]:
    """Return for each group the pattern that its visits keep; None where none is made.

    Of several the one that loses least, then the first; where more groups would change than
    `Problem.most_changes`, those for which that loses least have another one. None, too, if they
    keep no pattern: see `pattern_faults`.
    """
    ranked = [_ranked(problem, group, made) for group in problem.groups]
    numbers = [own[0][-1] if own else None for own in ranked]
    if problem.most_changes is not None:
        _change_less(problem, ranked, numbers)
    return tuple(numbers)


def _change_less(
    problem: Problem, ranked: Sequence[Sequence[_Kept]], numbers: list[int | None]
) -> None:
    """Give groups patterns that change nothing until no more change than may, if there are any."""
    changing, others = 0, []
    for at, (group, own) in enumerate(zip(problem.groups, ranked, strict=True)):
        if own and group.patterns[own[0][-1]].changes:
            changing += 1
            same = [kept for kept in own if not group.patterns[kept[-1]].changes]
            if same:
                required, cost, number = same[0]
                others.append((required - own[0][0], cost - own[0][1], at, number))
    spared = max(0, changing - (problem.most_changes or 0))
    for *_, at, number in sorted(others)[:spared]:
        numbers[at] = number


def left_out(problem: Problem, patterns: Sequence[int | None]) -> set[int]:
    """Return the tasks that the chosen patterns leave out, so that nothing is lost by them."""
    return {
        task
        for group, number in zip(problem.groups, patterns, strict=True)
        if number is not None
        for task, allowed in zip(group.tasks, group.patterns[number].car_days, strict=True)
        if not allowed
    }


def unserved(problem: Problem, made: Made) -> tuple[int, ...]:
    """Return the tasks that are neither served nor left out by a pattern, ascending."""
    free = left_out(problem, chosen(problem, made))
    return tuple(i for i in range(len(problem.tasks)) if i not in made and i not in free)


def pattern_cost(problem: Problem, patterns: Sequence[int | None]) -> float:
    """Return what the chosen patterns cost on top."""
    pairs = zip(problem.groups, patterns, strict=True)
    return sum((g.patterns[n].cost for g, n in pairs if n is not None), 0.0)


def vehicle_cost(problem: Problem, made: Made) -> float:
    """Return the cost of visits that another vehicle makes than makes most of their group's."""
    return sum((group.other_vehicle * _others(problem, group, made) for group in problem.groups), 0)


def pattern_faults(problem: Problem, made: Made) -> Iterator[str]:
    """Yield which groups keep no pattern, or are served in part only although they are whole."""
    for number, group in enumerate(problem.groups):
        visits = {task: made[task] for task in group.tasks if task in made}
        if visits and not _ranked(problem, group, made):
            yield f"group {number}: its visits, {visits} by car-days, keep none of its patterns"


def without_patterns(problem: Problem) -> Problem:
    """Return a problem that allows all that this one does, and more: each visit by itself.

    What some pattern leaves out is worth nothing. Its cheapest solution costs no more than that of
    this problem, so a bound of the one is a bound of the other.
    """
    tasks = list(problem.tasks)
    for group in problem.groups:
        for at, i in enumerate(group.tasks):
            entries = [pattern.car_days[at] for pattern in group.patterns]
            cars = set().union(*entries) & set(tasks[i].car_days)
            tasks[i] = replace(tasks[i], car_days=tuple(sorted(cars)))
            if not all(entries):
                tasks[i] = replace(tasks[i], prize=0.0, required=False)
    return replace(
        problem, tasks=tuple(tasks), groups=(), most_changes=None, levels=(), supplies=()
    )


def _ranked(problem: Problem, group: Group, made: Made) -> list[_Kept]:
    """Return the patterns that the visits of a group keep, the one that loses least first."""
    if not any(task in made for task in group.tasks):
        return []
    return sorted(
        (*lost, number)
        for number, pattern in enumerate(group.patterns)
        if (lost := _lost(problem, group, pattern, made)) is not None
    )


def _lost(problem: Problem, group: Group, pattern: Pattern, made: Made) -> tuple[int, float] | None:
    """Return required visits and cost lost by a pattern; None if the visits do not keep it."""
    required, cost = 0, pattern.cost
    for task, allowed in zip(group.tasks, pattern.car_days, strict=True):
        if task in made:
            if made[task] not in allowed:
                return None
        elif allowed and group.whole:
            return None
        elif allowed and problem.tasks[task].required:
            required += 1
        elif allowed:
            cost += problem.tasks[task].prize
    return required, cost


def _others(problem: Problem, group: Group, made: Made) -> int:
    vehicles = [problem.car_days[made[task]].vehicle for task in group.tasks if task in made]
    return len(vehicles) - max(Counter(vehicles).values(), default=0)
