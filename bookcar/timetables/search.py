"""The search for patterns: all visits of the horizon as one problem of `bookcar.optimiser`.

The visits to a stop are a group, and each of its options, dates with a car, is one of its patterns.
Every visit is required at first; where not all find room, a second search weighs stops by their
prizes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from types import MappingProxyType

from bookcar.optimiser.problem import Group, Pattern, Problem, Solution, Task
from bookcar.optimiser.search import SHARE_AGAIN, solve
from bookcar.optimiser.shared import Level, Supply
from bookcar.optimiser.start import Orders
from bookcar.progress import SILENT, Progress
from bookcar.timetables.draft import EASE, Draft
from bookcar.timetables.options import Habit, Option
from bookcar.timetables.parts import MOST_VISITS, Part, parts_of, shifted_parts

EASE_OF_WEEKDAYS = 0.25
"""A day of the week is level if its hours differ from its share by no more than this part of it."""

LEFT_OUT = 10
"""Times its prizes a stop is worth, so that none is left out to save a way."""


def search(
    draft: Draft,
    *,
    seed: int,
    iterations: int,
    kept: Mapping[str, Habit] = MappingProxyType({}),
    allowed: int | None = None,
    most_visits: int = MOST_VISITS,
    progress: Progress = SILENT,
) -> None:
    """Fill an empty draft.

    Parameters
    ----------
    iterations
        Of each chain.
    kept
        What people were told of before: the search begins with these stops on the days and cars
        and in the order they had.
    allowed
        Stops that may change the days people were told of at most; None for any number.
    most_visits
        A draft of more is searched in parts.
    """
    if not any(draft.options.values()):
        return
    parts = parts_of(draft, most_visits)
    how = _How(
        seed=seed, iterations=max(1, round(iterations / sqrt(len(parts)))), progress=progress
    )
    share = None if allowed is None else allowed // len(parts)
    for part in parts:
        horizon = _Horizon.of(draft, part, allowed=share, of=len(parts))
        _searched(horizon, how, horizon.as_before(kept))
    if len(parts) > 1 and not draft.stock.store and allowed is None:
        for part in shifted_parts(draft, len(parts)):
            horizon = _Horizon.of(draft, part)
            _searched(horizon, how, horizon.as_found())


@dataclass(frozen=True)
class _How:
    """How long to search, and whom to tell."""

    seed: int
    iterations: int
    progress: Progress


def _searched(horizon: _Horizon, how: _How, start: Orders) -> None:
    """Search a part of a draft, and put what is found into it."""
    if not horizon.stops:
        return
    share = SHARE_AGAIN if start else 1.0
    found = solve(
        horizon.problem,
        seed=how.seed,
        iterations=round(how.iterations / share),
        bound=False,
        start=start,
        progress=how.progress,
    )
    if found.unserved:
        found = solve(
            horizon.by_prizes(),
            seed=how.seed,
            iterations=how.iterations,
            bound=False,
            start=[(route.car_day, route.tasks) for route in found.routes],
            progress=how.progress,
        )
    horizon.put(found)


@dataclass(frozen=True)
class _Horizon:
    """A part of a draft as a problem: a group for each of ``stops``; ``stop_of`` each task.

    ``options`` has those of each stop, in the order of its patterns.
    """

    draft: Draft
    stops: tuple[str, ...]
    options: Mapping[str, Sequence[Option]]
    stop_of: tuple[str, ...]
    problem: Problem
    vehicles: frozenset[str]

    @classmethod
    def of(cls, draft: Draft, part: Part, *, allowed: int | None = None, of: int = 1) -> _Horizon:
        """Return the problem of a part, one ``of`` several, which have equal shares of supplies."""
        tasks: list[Task] = []
        groups: list[Group] = []
        stop_of: list[str] = []
        every = {stop: part.options(draft, stop) for stop in part.stops}
        options = {stop: own for stop, own in every.items() if own}
        stops = tuple(options)
        for stop in stops:
            count = max(len(option.car_days) for option in options[stop])
            numbers = tuple(range(len(tasks), len(tasks) + count))
            cars = {k for option in options[stop] for k in option.car_days}
            task = replace(draft.grid.tasks[stop], car_days=tuple(sorted(cars)), required=True)
            tasks += [task] * count
            stop_of += [stop] * count
            groups.append(Group(tasks=numbers, patterns=_patterns(draft, options[stop], count)))
        problem = replace(
            draft.grid.problem(tasks),
            groups=tuple(groups),
            most_changes=allowed,
            levels=_levels(draft, part.vehicles),
            supplies=_supplies(draft, dict(zip(stops, groups, strict=True)), of),
        )
        return cls(draft, stops, options, tuple(stop_of), problem, part.vehicles)

    def put(self, found: Solution) -> None:
        """Have the draft hold what was found for this part."""
        draft = self.draft
        orders = {
            route.car_day: tuple(self.stop_of[task] for task in route.tasks)
            for route in found.routes
        }
        for stop, number in zip(self.stops, found.patterns, strict=True):
            draft.chosen.pop(stop, None)
            if number is not None:
                draft.chosen[stop] = self.options[stop][number]
        draft.changed = sum(option.changes for option in draft.chosen.values())
        for k, day in enumerate(draft.grid.fleet.days):
            if day.vehicle.id in self.vehicles:
                draft.set_order(k, orders.get(k, ()))

    def by_prizes(self) -> Problem:
        """Return the problem in which only stops that the tables require are required."""
        own = self.draft.grid.tasks
        tasks = tuple(
            replace(task, required=own[stop].required, prize=LEFT_OUT * task.prize)
            for task, stop in zip(self.problem.tasks, self.stop_of, strict=True)
        )
        return replace(self.problem, tasks=tasks)

    def as_before(self, kept: Mapping[str, Habit]) -> Orders:
        """Return routes of stops on their days and cars in the order of the times people know."""
        first = self._first_tasks()
        orders: dict[int, list[int]] = {}
        for stop in sorted(kept, key=lambda stop: (kept[stop].begin, stop)):
            options = (o for o in self.options.get(stop, ()) if not o.changes)
            option = next((o for o in options if o.vehicle == kept[stop].vehicle), None)
            for number, k in enumerate(option.car_days if option else ()):
                orders.setdefault(k, []).append(first[stop] + number)
        return [(k, tuple(orders[k])) for k in sorted(orders)]

    def as_found(self) -> Orders:
        """Return the routes of the draft."""
        first, chosen = self._first_tasks(), self.draft.chosen
        return [
            (k, tuple(first[stop] + chosen[stop].car_days.index(k) for stop in order))
            for k, order in enumerate(self.draft.orders)
            if order and all(stop in first for stop in order)
        ]

    def _first_tasks(self) -> dict[str, int]:
        pairs = zip(self.stops, self.problem.groups, strict=True)
        return {stop: group.tasks[0] for stop, group in pairs}


def _patterns(draft: Draft, options: Sequence[Option], count: int) -> tuple[Pattern, ...]:
    """Return options as patterns of so many visits, the last ones left out."""
    return tuple(
        Pattern(
            car_days=(*((k,) for k in option.car_days), *[()] * (count - len(option.car_days))),
            cost=draft.late_cost(option),
            changes=option.changes,
        )
        for option in options
    )


def _supplies(draft: Draft, groups: Mapping[str, Group], of: int) -> tuple[Supply, ...]:
    """Return the batches of each pool, one share ``of`` them: each visit takes one."""
    stock = draft.stock
    found = []
    for pool, count in stock.store.items():
        own = [stop for stop in groups if stock.pool.get(stop) == pool]
        tasks = [task for stop in own for task in groups[stop].tasks]
        stays = [task for stop in own for task in groups[stop].tasks[: stock.stays[stop]]]
        if tasks:
            found.append(Supply(tasks=tuple(tasks), most=count // of, stays=frozenset(stays)))
    return tuple(found)


def _levels(draft: Draft, vehicles: frozenset[str]) -> tuple[Level, ...]:
    """Return what is to be level: the weeks, the cars, and, less strictly, the days of the week."""
    if not draft.level:
        return ()
    weekdays = [day.date.weekday() for day in draft.grid.fleet.days]
    kinds = (draft.week, EASE), (draft.car, EASE), (weekdays, EASE_OF_WEEKDAYS)
    own = [day.vehicle.id in vehicles for day in draft.grid.fleet.days]
    return tuple(
        Level(
            parts=tuple(part if mine else None for part, mine in zip(parts, own, strict=True)),
            cost=draft.level,
            ease=ease,
        )
        for parts, ease in kinds
    )
