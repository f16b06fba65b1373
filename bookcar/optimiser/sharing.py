"""What levels cost, and which groups take more of a supply, or change more, than there is room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.optimiser.shared import Level, Supply


def shares_anything(problem: Problem) -> bool:
    """Tell whether anything but the car-days themselves ties the routes of a problem together."""
    return bool(problem.groups or problem.levels)


def levels_cost(problem: Problem, routes: Sequence[SolvedRoute]) -> float:
    """Return the cost of hours that are off their shares."""
    hours = [0.0] * len(problem.car_days)
    for route in routes:
        hours[route.car_day] = (route.schedule.back - route.schedule.depart) / 3600
    return cost_of_hours(problem.levels, hours)


def cost_of_hours(levels: Sequence[Level], hours: Sequence[float]) -> float:
    """Return the cost of the hours of each car-day where they are off their shares."""
    return sum((_level_cost(level, hours) for level in levels), 0.0)


def _level_cost(level: Level, hours: Sequence[float]) -> float:
    own: dict[int, float] = {}
    days: dict[int, int] = {}
    for part, some in zip(level.parts, hours, strict=True):
        if part is not None:
            own[part] = own.get(part, 0.0) + some
            days[part] = days.get(part, 0) + 1
    total, count = sum(own.values()), sum(days.values())
    shares = {part: days[part] * total / count for part in own}
    off = (abs(own[part] - due) - level.ease * due for part, due in shares.items())
    return level.cost * sum(max(0.0, hours) for hours in off)


def overdrawn(problem: Problem, made: Mapping[int, int]) -> Iterator[str]:
    """Yield which supplies give more than there is, on which day."""
    for number, supply in enumerate(problem.supplies):
        taken = _taken(problem, supply, made)
        for day, count in sorted(taken.items()):
            if count > supply.most:
                yield f"supply {number}: {count} are out on day {day}, of {supply.most}"


def _taken(problem: Problem, supply: Supply, made: Mapping[int, int]) -> dict[int, int]:
    """Return by day how many are out."""
    on = {i: problem.car_days[made[i]].day for i in supply.tasks if i in made}
    days = sorted({car.day for car in problem.car_days})
    return {
        day: sum(on[i] == day or (i in supply.stays and on[i] < day) for i in on) for day in days
    }


def changed(problem: Problem, patterns: Sequence[int | None]) -> list[int]:
    """Return the groups whose pattern changes what people know."""
    pairs = enumerate(zip(problem.groups, patterns, strict=True))
    return [k for k, (group, n) in pairs if n is not None and group.patterns[n].changes]


def too_many(problem: Problem, patterns: Sequence[int | None], made: Mapping[int, int]) -> set[int]:
    """Return tasks of groups without which no supply is overdrawn and no more change than may."""
    out: set[int] = set()
    if problem.most_changes is not None:
        for number in changed(problem, patterns)[problem.most_changes :]:
            out.update(problem.groups[number].tasks)
    kept = {i: car for i, car in made.items() if i not in out}
    for supply in problem.supplies:
        takers, over = set(supply.tasks), _is_over(problem, supply, kept)
        for group in problem.groups if over else ():
            if over and any(i in kept and i in takers for i in group.tasks):
                out.update(group.tasks)
                kept = {i: car for i, car in kept.items() if i not in group.tasks}
                over = _is_over(problem, supply, kept)
    return out & made.keys()


def _is_over(problem: Problem, supply: Supply, made: Mapping[int, int]) -> bool:
    return max(_taken(problem, supply, made).values(), default=0) > supply.most
