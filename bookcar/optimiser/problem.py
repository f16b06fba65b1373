"""The interface of the search: a problem in plain numbers, and the solution it gives back.

Locations are indices into the travel tables; stops and car-days are indices into their tuples.
Times are seconds after midnight of the car-day's own date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf
from typing import Literal

import numpy as np
import numpy.typing as npt

from bookcar.model import BreakCount
from bookcar.optimiser.shared import Level, Supply, level_faults, supply_faults

Window = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class TravelTable:
    """Driving between all locations as one kind of car drives it.

    ``seconds`` (with the car's speed factor and the buffer already in) and ``metres``: shape
    (n, n), int32, -1 where no way leads.
    """

    seconds: npt.NDArray[np.int32]
    metres: npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What came aboard at a loading that is over: it stays aboard unless a task drops it.

    Attributes
    ----------
    depot
        A store of its own, for this car alone: `Task.depot` of what is dropped of it. Its number
        is that of no location.
    loads
        By load, in the order of `CarDay.capacity`, how much it was.
    """

    depot: int
    loads: tuple[int, ...]

    def of(self, load: int) -> int:
        """Return how much of a load it was."""
        return self.loads[load] if load < len(self.loads) else 0


@dataclass(frozen=True, kw_only=True)
class Task:
    """A stop to serve, or not.

    Attributes
    ----------
    prize
        What serving it is worth, in cost units; a required stop is worth more than any cost.
    windows
        By the index of a car-day's ``day``: opening windows, ascending; no entry, no visit that
        day. A service lies wholly inside one window.
    car_days
        Indices of the car-days that may serve it.
    delivers
        By load, in the order of `CarDay.capacity`: what leaves the depot aboard and is left here;
        a load that is not there is none.
    collects
        The same of what comes aboard here and goes back to the depot.
    surcharges
        By the index of a car-day: what serving it there costs on top, in cost units; not negative.
    reload
        Not a stop but a call at a depot during the day: what was collected goes off, what is
        dropped until the next reload comes aboard. Optional, with no prize and no loads of its own,
        and on one car-day only; it counts as no stop.
    depot
        The location where what is dropped here comes aboard: that of the start of its route, or of
        the last reload before it. None for any. `Loaded.depot`, if that loading is over.
    aboard
        Whether what is dropped here came aboard at a loading that is over, whoever drops it.
    loaded
        Of a reload that is over: what came aboard there.
    handed
        By load, how much of what is dropped here comes aboard at earlier tasks of the same route
        (`Problem.hand_ons`), and not at a depot.
    """

    location: int
    prize: float
    service_s: int
    windows: Mapping[int, tuple[Window, ...]]
    car_days: tuple[int, ...]
    required: bool = False
    delivers: tuple[int, ...] = ()
    collects: tuple[int, ...] = ()
    surcharges: Mapping[int, float] = field(default_factory=dict)
    reload: bool = False
    depot: int | None = None
    aboard: bool = False
    loaded: Loaded | None = None
    handed: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse worths and costs that no sum can hold."""
        if not 0 <= self.prize < inf:
            raise ValueError(f"A prize of {self.prize}: give a finite one, 0 or more.")
        for extra in self.surcharges.values():
            if not 0 <= extra < inf:
                raise ValueError(f"A surcharge of {extra}: give a finite one, 0 or more.")

    def delivered(self, load: int) -> int:
        """Return how much of a load is left here."""
        return self.delivers[load] if load < len(self.delivers) else 0

    def collected(self, load: int) -> int:
        """Return how much of a load comes aboard here."""
        return self.collects[load] if load < len(self.collects) else 0

    def taken(self, load: int) -> int:
        """Return how much of a load comes aboard for it, at the loading before it."""
        return 0 if self.aboard else self.delivered(load) - self.received(load)

    def gained(self, load: int) -> int:
        """Return how much more than without it is aboard behind it; less, if that is negative."""
        aboard = self.delivered(load) if self.aboard else self.received(load)
        return self.collected(load) - aboard

    def received(self, load: int) -> int:
        """Return how much of a load that is dropped here earlier tasks of its route hand on."""
        return self.handed[load] if load < len(self.handed) else 0


@dataclass(frozen=True, kw_only=True)
class CarDay:
    """One vehicle on one day: at most one route.

    The limits are those of `bookcar.model.Vehicle`. By `bookcar.optimiser.limits`: ``capacity`` is
    how much it may carry of each of the ``LOADS``, ``most`` how much it may have of each of the
    ``SUMS``; None for any amount. ``start`` and ``end`` are locations, ``table`` an index into
    `Problem.tables`. Cost of a used car-day: ``fixed_cost`` + ``cost_km`` a km +
    ``cost_hour`` an hour from departure until return. ``loaded`` is with what it has left, if it
    has: nothing else comes aboard before it reloads. ``vehicle`` tells cars apart, for
    `Group.other_vehicle`. The crew rests for ``break_s`` or longer at
    most ``break_after_s`` after the departure or the last break, by ``break_rule`` of all the time
    that passes, or of driving; ``break_used_s`` of the first of these are over when it leaves.
    """

    day: int
    table: int
    start: int
    end: int
    starts: int
    ends: int
    max_seconds: int
    capacity: tuple[int | None, ...]
    most: tuple[int | None, ...] = ()
    break_s: int = 0
    break_after_s: int = 86_400
    break_rule: BreakCount = "work"
    break_used_s: int = 0
    fixed_cost: float = 0.0
    cost_km: float = 1.0
    cost_hour: float = 0.0
    driver: int | None = None
    loaded: Loaded | None = None
    vehicle: int | None = None


@dataclass(frozen=True, kw_only=True)
class Spacing:
    """Two tasks, visits to one stop: if both are served, their days are so many apart or more."""

    tasks: tuple[int, int]
    days: int


@dataclass(frozen=True, kw_only=True)
class HandOn:
    """What one task collects and a later one of the same route drops, without seeing a depot.

    So the taker is served only behind the giver, on its route and before the next reload.

    Attributes
    ----------
    giver, taker
        Tasks, no reloads.
    loads
        By load, in the order of `CarDay.capacity`, how much it is: part of what the giver collects
        and of what the taker is `Task.handed`.
    """

    giver: int
    taker: int
    loads: tuple[int, ...]

    def of(self, load: int) -> int:
        """Return how much of a load it is."""
        return self.loads[load] if load < len(self.loads) else 0


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """Dates on which the visits of a group may be made together.

    Attributes
    ----------
    car_days
        For each task of the group, in their order: the car-days that may make this visit, as far
        as they are among its `Task.car_days`. Those of different visits are of different days.
        An empty one leaves the visit out: nothing is lost by that.
    cost
        What choosing it costs on top, in cost units; not negative. So a mixture of weekdays, or
        other dates than people are used to, can be made dear.
    changes
        Whether it counts among `Problem.most_changes`.
    """

    car_days: tuple[tuple[int, ...], ...]
    cost: float = 0.0
    changes: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """The visits to one stop over a cycle, which one of several patterns puts on their dates.

    Attributes
    ----------
    tasks
        Distinct, no reloads, each in no other group and in no spacing.
    patterns
        One or more; the search chooses one.
    whole
        All visits of a pattern are made, or none of the group: then all its tasks' prizes are lost.
        Else each visit is made or not, on the car-days of the one pattern.
    other_vehicle
        What each visit costs on top that is not made by the vehicle (`CarDay.vehicle`) that makes
        most of them, in cost units.
    """

    tasks: tuple[int, ...]
    patterns: tuple[Pattern, ...]
    whole: bool = True
    other_vehicle: float = 0.0


@dataclass(frozen=True, kw_only=True)
class FixedRoute:
    """What a car-day begins with: these tasks in this order, whatever they cost.

    ``open`` tells whether more may follow; nothing ever comes between or before.
    """

    car_day: int
    tasks: tuple[int, ...]
    open: bool = False


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Which stops to serve, on which car-day, in which order.

    Attributes
    ----------
    spacings
        A task is in one of them at most.
    fixed
        Routes, whole or their beginnings, to keep; each must keep every limit.
    balance
        Cost of each hour by which the week of a driver differs from the mean of all drivers.
    groups
        A task is in one of them at most; one that is in none is a visit by itself.
    most_changes
        So many groups at most have a pattern that ``changes``; None for any number.
    levels, supplies
        What the routes have in common; a task takes of one supply at most.
    hand_ons
        What tasks hand on to later ones of their route; only where there are no groups or levels.

    Raises
    ------
    ValueError
        If a group contradicts itself, another one or the car-days, a level or a supply does, or a
        hand-on contradicts the tasks; all faults are told.
    """

    tables: tuple[TravelTable, ...]
    tasks: tuple[Task, ...]
    car_days: tuple[CarDay, ...]
    spacings: tuple[Spacing, ...] = ()
    fixed: tuple[FixedRoute, ...] = ()
    balance: float = 0.0
    groups: tuple[Group, ...] = ()
    most_changes: int | None = None
    levels: tuple[Level, ...] = ()
    supplies: tuple[Supply, ...] = ()
    hand_ons: tuple[HandOn, ...] = ()

    def __post_init__(self) -> None:
        """Refuse groups, levels, supplies and hand-ons that make no sense."""
        found = [fault for n in range(len(self.groups)) for fault in _group_faults(self, n)]
        found += level_faults(self.levels, len(self.car_days))
        if self.supplies and not found:
            found += supply_faults(self.supplies, _days_in_order(self))
        if self.most_changes is not None and self.most_changes < 0:
            found.append(f"{self.most_changes} changes at most: give 0 or more.")
        found += _hand_on_faults(self)
        if found:
            raise ValueError(" ".join(found))

    @cached_property
    def givers(self) -> Mapping[int, tuple[int, ...]]:
        """The tasks that each taker of `hand_ons` must come behind, ascending."""
        found: dict[int, set[int]] = {}
        for one in self.hand_ons:
            found.setdefault(one.taker, set()).add(one.giver)
        return {taker: tuple(sorted(some)) for taker, some in sorted(found.items())}


def _hand_on_faults(problem: Problem) -> Iterator[str]:
    if not problem.hand_ons and not any(task.handed for task in problem.tasks):
        return
    if problem.groups or problem.levels:
        yield "Hand-ons do not go together with groups or levels: give one of the two."
    count = len(problem.tasks)
    for one in problem.hand_ons:
        both = (one.giver, one.taker)
        if unknown := [i for i in both if not 0 <= i < count]:
            yield f"{one} has tasks {unknown}, but there are {count}."
            return
        if one.giver == one.taker or any(problem.tasks[i].reload for i in both):
            yield f"{one}: give two different tasks that are no reloads."
    for load in range(_loads_of(problem)):
        yield from _handed_faults(problem, load)


def _handed_faults(problem: Problem, load: int) -> Iterator[str]:
    """Yield the tasks that hand on more than they collect, or get another amount than they say."""
    given, taken = Counter[int](), Counter[int]()
    for one in problem.hand_ons:
        given[one.giver] += one.of(load)
        taken[one.taker] += one.of(load)
    for number, task in enumerate(problem.tasks):
        if given[number] > task.collected(load):
            yield f"Task {number} collects {task.collected(load)} and hands on {given[number]}."
        if taken[number] != task.received(load) or taken[number] > task.delivered(load):
            yield (
                f"Task {number} drops {task.delivered(load)}, of which {task.received(load)} "
                f"are handed to it, and {taken[number]} handed on to it."
            )
        if taken[number] and task.aboard:
            yield f"Task {number} gets what is aboard, and hand-ons: give one of the two."


def _loads_of(problem: Problem) -> int:
    return max((len(car.capacity) for car in problem.car_days), default=0)


def _days_in_order(problem: Problem) -> dict[int, bool]:
    """Return of each task of a group whether every pattern gives it one day, later than before."""
    found: dict[int, bool] = {}
    for group in problem.groups:
        found |= dict.fromkeys(group.tasks, True)
        for pattern in group.patterns:
            before = -1
            for i, some in zip(group.tasks, pattern.car_days, strict=True):
                days = {problem.car_days[car].day for car in some}
                if days and (len(days) > 1 or min(days) <= before):
                    found[i] = False
                before = max(days, default=before)
    return found


def _group_faults(problem: Problem, number: int) -> Iterator[str]:
    group, name = problem.groups[number], f"Group {number}"
    tasks, count = group.tasks, len(problem.tasks)
    if not tasks or not group.patterns:
        yield f"{name} has no tasks or no patterns: give one of each at least."
    if unknown := [i for i in tasks if not 0 <= i < count]:
        yield f"{name} has tasks {unknown}, but there are {count}."
        return
    others = [i for k, g in enumerate(problem.groups) if k != number for i in g.tasks]
    others += [i for spacing in problem.spacings for i in spacing.tasks]
    taken = set(others)
    if twice := sorted({i for i in tasks if tasks.count(i) > 1 or i in taken}):
        yield f"{name}: tasks {twice} are in it twice, in another group or in a spacing."
    if reloads := [i for i in tasks if problem.tasks[i].reload]:
        yield f"{name}: tasks {reloads} are reloads, and no visits."
    if group.whole and len({problem.tasks[i].required for i in tasks}) > 1:
        yield f"{name} is served as a whole: its tasks are all required, or none is."
    if not 0 <= group.other_vehicle < inf:
        yield f"{name}: a cost of {group.other_vehicle} for another vehicle: not negative, finite."
    for pattern in group.patterns:
        yield from _pattern_faults(problem, group, pattern, name)


def _pattern_faults(problem: Problem, group: Group, pattern: Pattern, name: str) -> Iterator[str]:
    count = len(problem.car_days)
    if not 0 <= pattern.cost < inf:
        yield f"{name}: a pattern's cost of {pattern.cost}: give a finite one, 0 or more."
    if len(pattern.car_days) != len(group.tasks):
        yield f"{name}: {pattern.car_days} is not for {len(group.tasks)} visits."
    if unknown := [c for some in pattern.car_days for c in some if not 0 <= c < count]:
        yield f"{name}: car-days {unknown}, but there are {count}."
        return
    if not any(pattern.car_days):
        yield f"{name}: a pattern leaves out every visit."
    days = [{problem.car_days[c].day for c in some} for some in pattern.car_days]
    if sum(map(len, days)) > len(set().union(*days)):
        yield f"{name}: {pattern.car_days} has two visits on one day."


def with_room(problem: Problem) -> Problem:
    """Return a problem in which what is aboard of cars that have left takes no room.

    So one stop alone may be tried, as if the car had dropped all that before it.
    """
    cars = (replace(car, loaded=_empty(car.loaded)) for car in problem.car_days)
    tasks = (replace(task, loaded=_empty(task.loaded)) for task in problem.tasks)
    return replace(problem, car_days=tuple(cars), tasks=tuple(tasks))


def _empty(loaded: Loaded | None) -> Loaded | None:
    return None if loaded is None else replace(loaded, loads=())


@dataclass(frozen=True, kw_only=True)
class Break:
    """A break: before or after the service of the stop at ``position`` of the route."""

    position: int
    moment: Literal["before", "after"]
    begin: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The times of a route: departure, then a figure per stop in order, then the return.

    Service runs from ``begin`` to ``leave``; between ``arrive`` and ``begin`` the car waits or the
    crew takes a break. A break after a service lies between ``leave`` and the next leg.
    """

    depart: int
    arrive: tuple[int, ...]
    begin: tuple[int, ...]
    leave: tuple[int, ...]
    back: int
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SolvedRoute:
    """Tasks in order on one car-day, with times that keep every limit."""

    car_day: int
    tasks: tuple[int, ...]
    schedule: Schedule


@dataclass(frozen=True, kw_only=True)
class Solution:
    """Routes by ascending car-day, and what is left.

    ``cost`` is the sum of the ``terms``: the routes' costs and the prizes not won, required stops'
    prizes aside; ``bound`` a valid lower bound of it, if one is known. ``interrupted``: Ctrl-C
    ended the search. ``patterns``: for each of `Problem.groups` the pattern that its visits keep,
    the cheapest where several do; None where no visit is made.
    """

    routes: tuple[SolvedRoute, ...]
    unserved: tuple[int, ...]
    cost: float
    iterations: int
    bound: float | None = None
    terms: Mapping[str, float] = field(default_factory=dict)
    interrupted: bool = False
    patterns: tuple[int | None, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The best solution of a search that is under way.

    Attributes
    ----------
    part
        Of its budget that is used up, from 0 to 1.
    iterations
        Of each chain so far.
    cost
        As in `Solution`.
    unserved
        The tasks that are not served, reloads among them.
    routes
        Car-days, each with its tasks in order.
    """

    part: float
    iterations: int
    cost: float
    unserved: tuple[int, ...]
    routes: tuple[tuple[int, tuple[int, ...]], ...]
