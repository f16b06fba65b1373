"""Lay a problem out for the pricing kernel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from bookcar.optimiser.bound.layout import (
    CLOCK,
    COUNT,
    FAR_FUTURE,
    FAR_PAST,
    IMPASSABLE,
    KIND,
    LOAD,
    STOP,
    WORK,
    Grid,
    Net,
    Numbers,
    Records,
)
from bookcar.optimiser.bound.memory import neighbours
from bookcar.optimiser.breaks import most_work
from bookcar.optimiser.limits import Total, most_of
from bookcar.optimiser.problem import CarDay, Problem, Task, Window


@dataclass(frozen=True, kw_only=True)
class Fineness:
    """How closely routes are told apart.

    Attributes
    ----------
    buckets
        Of what routes are sorted by.
    labels
        In each cell.
    nearest, remembered
        Neighbours that a sketch of the bound looks at, and those that are remembered.
    merged
        Whether car-days that differ by their days only are one kind.
    """

    buckets: int = 60
    labels: int = 8
    nearest: int = 24
    remembered: int = 8
    merged: bool = False


@dataclass(frozen=True)
class Relaxation:
    """What the bound is made of.

    Attributes
    ----------
    net
        What the kernel reads.
    kinds
        A record per kind of car-day.
    cars
        How many car-days of each kind there are.
    charges
        Shape (kinds, stops): what a visit costs at least besides the way; `numpy.inf` where the
        kind may not serve the stop.
    prizes
        Per stop what not serving it costs; `numpy.inf` if it is required.
    """

    net: Net
    kinds: Records
    cars: npt.NDArray[np.int64]
    charges: Numbers
    prizes: Numbers


def relax(problem: Problem, fineness: Fineness) -> Relaxation:
    """Return the relaxation of a problem with at least one task and one car-day.

    A kind has the loosest limits and the least costs of its car-days, may serve what any of them
    may, and has a stop's windows of all their days. So what any of them can drive is a route of the
    kind too, and no dearer, whichever car-days are put together.
    """
    depots = sorted({p for car in problem.car_days for p in (car.start, car.end)})
    places = np.array([*(t.location for t in problem.tasks), *depots], dtype=np.int64)
    metres, seconds = _tables(problem, places)
    members = _kinds(problem, merged=fineness.merged)
    slots, opens, closes, allowed = _windows(problem, members)
    stops = _stops(problem)
    where = {depot: len(problem.tasks) + i for i, depot in enumerate(depots)}
    kinds = np.zeros(len(members), dtype=KIND)
    for i, (record, cars, may) in enumerate(zip(kinds, members, allowed, strict=True)):
        days = [problem.car_days[car] for car in cars]
        record["start"], record["end"] = where[days[0].start], where[days[0].end]
        record["table"], record["day"] = days[0].table, i
        _fill(record, problem, days, may)
        _sort(record, stops[may], _least_steps(record, seconds, stops, may), fineness)
    near = neighbours(metres[0], stops, fineness.nearest, fineness.remembered)
    return Relaxation(
        net=Net(metres, seconds, near, _far(near), stops, slots, opens, closes),
        kinds=kinds,
        cars=np.array([len(cars) for cars in members], dtype=np.int64),
        charges=_charges(problem, members, allowed),
        prizes=np.array([np.inf if t.required else t.prize for t in problem.tasks]),
    )


def _far(near: Records) -> npt.NDArray[np.uint8]:
    far = np.ones((len(near), len(near)), dtype=np.uint8)
    np.put_along_axis(far, near["stop"].astype(np.int64), 0, axis=1)
    np.fill_diagonal(far, 0)
    return far


def _tables(problem: Problem, places: npt.NDArray[np.int64]) -> tuple[Grid, Grid]:
    metres = np.array([t.metres[np.ix_(places, places)] for t in problem.tables], dtype=np.int32)
    seconds = np.array([t.seconds[np.ix_(places, places)] for t in problem.tables], dtype=np.int32)
    blocked = (metres < 0) | (seconds < 0)
    metres[blocked] = seconds[blocked] = IMPASSABLE
    return metres, seconds


def _kinds(problem: Problem, *, merged: bool) -> list[list[int]]:
    """Return the car-days of each kind; who drives, and on which of equal days, does not matter.

    All car-days of a kind have the same table and depots. Merged, they may differ in what belongs
    to a day: its windows, the stops that are open on it, and for how long and how far to drive.
    """
    signs = _merged(problem) if merged else _signs(problem)
    kinds: dict[tuple[object, ...], list[int]] = {}
    for i, sign in enumerate(signs):
        kinds.setdefault(sign, []).append(i)
    return list(kinds.values())


def _signs(problem: Problem) -> list[tuple[object, ...]]:
    """Return what is the same for car-days of a kind."""
    groups = {cars: i for i, cars in enumerate({task.car_days: None for task in problem.tasks})}
    served: list[list[int]] = [[] for _ in problem.car_days]
    for cars, group in groups.items():
        for car in cars:
            served[car].append(group)
    days = _days(problem)
    return [
        (astuple(replace(car, day=days[car.day], driver=None)), tuple(served[i]))
        for i, car in enumerate(problem.car_days)
    ]


def _merged(problem: Problem) -> list[tuple[object, ...]]:
    """Return what is the same for car-days of a kind when those of all days are put together."""
    return [
        (
            (c.table, c.start, c.end, c.capacity, most_of(c, "stops")),
            (c.fixed_cost, c.cost_km, c.cost_hour),
        )
        for c in problem.car_days
    ]


def _days(problem: Problem) -> dict[int, int]:
    """Return for each day the first one with the same windows at every stop."""
    firsts: dict[tuple[object, ...], int] = {}
    days = sorted({car.day for car in problem.car_days})
    signs = {day: tuple(task.windows.get(day, ()) for task in problem.tasks) for day in days}
    return {day: firsts.setdefault(sign, day) for day, sign in signs.items()}


def kind_of_cars(problem: Problem, *, merged: bool = False) -> dict[int, int]:
    """Return the kind of each car-day."""
    kinds = _kinds(problem, merged=merged)
    return {car: kind for kind, cars in enumerate(kinds) for car in cars}


def _begins(task: Task, day: int) -> list[Window]:
    """Return the first and last beginnings of a service in each window, ascending."""
    spans = [(opens, closes - task.service_s) for opens, closes in task.windows.get(day, ())]
    return [(first, last) for first, last in spans if first <= last]


def _stops(problem: Problem) -> Records:
    """Return what stops ask for, in the load that binds."""
    load = _binding_load(problem)
    stops = np.zeros(len(problem.tasks), dtype=STOP)
    for stop, task in zip(stops, problem.tasks, strict=True):
        stop["service"], stop["counts"] = task.service_s, not task.reload
        gained = task.gained(load) + task.received(load)  # what is handed on counts nowhere
        stop["drop"], stop["collect"] = task.taken(load), max(0, gained)
    for one in problem.hand_ons:
        stops[one.giver]["collect"] -= one.of(load)
    return stops


def _binding_load(problem: Problem) -> int:
    """Return the load that binds most, by how full it makes all cars: only that is looked at."""
    loads = range(max(len(car.capacity) for car in problem.car_days))
    return max(loads, key=lambda load: (_fullness(problem, load), -load), default=0)


def _fullness(problem: Problem, load: int) -> Fraction:
    """Return which part of all cars a load would fill; nothing if some car takes any amount."""
    rooms = [_room(car, load) for car in problem.car_days]
    known = [room for room in rooms if room is not None]
    moved = sum(task.taken(load) + max(0, task.gained(load)) for task in problem.tasks)
    return Fraction(moved, max(1, sum(known))) if len(known) == len(rooms) else Fraction(0)


def _room(car: CarDay, load: int) -> int | None:
    return car.capacity[load] if load < len(car.capacity) else None


def _windows(
    problem: Problem, members: Sequence[Sequence[int]]
) -> tuple[Grid, Grid, Grid, npt.NDArray[np.bool_]]:
    """Return when services may begin, and whether any car-day of a kind may serve a stop."""
    days = [{car: problem.car_days[car].day for car in cars} for cars in members]
    slots, opens, closes = [0], [], []
    for task in problem.tasks:
        served = frozenset(task.car_days)
        begins = {day: _begins(task, day) for day in task.windows}
        for cars in days:
            open_days = {day for car, day in cars.items() if car in served and day in begins}
            for first, last in _union(begins[day] for day in open_days):
                opens.append(max(first, FAR_PAST))
                closes.append(min(last, FAR_FUTURE - 1))
            slots.append(len(opens))
    grids = [np.array(a, dtype=np.int32) for a in (slots, opens, closes)]
    allowed = np.diff(grids[0]).reshape(len(problem.tasks), len(members)).T > 0
    return grids[0], grids[1], grids[2], allowed


def _union(days: Iterable[list[Window]]) -> list[Window]:
    """Return the spans that any of the days has, ascending and apart."""
    spans: list[Window] = []
    for first, last in sorted({span for day in days for span in day}):
        if spans and first <= spans[-1][1] + 1:
            spans[-1] = spans[-1][0], max(last, spans[-1][1])
        else:
            spans.append((first, last))
    return spans


def _charges(
    problem: Problem, members: Sequence[Sequence[int]], allowed: npt.NDArray[np.bool_]
) -> Numbers:
    """Return service by the hour, and the least surcharge of any car-day of the kind."""
    charges = np.full(allowed.shape, np.inf)
    serving = [frozenset(task.car_days) for task in problem.tasks]
    for kind, cars in enumerate(members):
        hourly = min(problem.car_days[car].cost_hour for car in cars) / 3600
        for i in np.flatnonzero(allowed[kind]).tolist():
            task = problem.tasks[i]
            least = min(task.surcharges.get(car, 0.0) for car in cars if car in serving[i])
            charges[kind, i] = hourly * task.service_s + least
    return charges


def _fill(
    record: Any, problem: Problem, cars: Sequence[CarDay], may: npt.NDArray[np.bool_]
) -> None:
    """Write a kind's costs, the least, and limits, the loosest of its car-days."""
    record["per_metre"] = min(car.cost_km for car in cars) / 1000
    record["per_second"] = min(car.cost_hour for car in cars) / 3600
    record["fixed"] = min(car.fixed_cost for car in cars)
    record["starts"] = min(car.starts for car in cars)
    record["ends"] = min(max(car.ends for car in cars), FAR_FUTURE - 1)
    record["work"] = min(max(most_work(car) for car in cars), FAR_FUTURE)
    record["metres"] = max(_most(car, "metres") for car in cars)
    record["stops"] = max(_most(car, "stops") for car in cars)
    reloads = any(t.reload for t, ok in zip(problem.tasks, may, strict=True) if ok)
    load = _binding_load(problem)
    room = max(FAR_FUTURE if (r := _room(car, load)) is None else r for car in cars)
    record["room"] = FAR_FUTURE if reloads else min(room, FAR_FUTURE)


def _most(car: CarDay, total: Total) -> int:
    most = most_of(car, total)
    return IMPASSABLE - 1 if most is None else min(most, IMPASSABLE - 1)


def _least_steps(
    kind: Any, seconds: Grid, stops: Records, may: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Return for each stop the least seconds from the end of a service to that of its own."""
    table = seconds[kind["table"]].astype(np.int64)
    np.fill_diagonal(table, IMPASSABLE)
    count = len(stops)
    froms = np.concatenate([np.flatnonzero(may), [int(kind["start"])]])
    legs = table[froms][:, :count].min(axis=0) + stops["service"]
    return np.asarray(legs[may], dtype=np.int64)


def _sort(kind: Any, stops: Records, steps: npt.NDArray[np.int64], fineness: Fineness) -> None:
    """Choose what the kind's routes are sorted by: what grows at every stop and binds."""
    horizon = min(int(kind["ends"] - kind["starts"]), int(kind["work"]))
    room = int(kind["room"])
    drops = int(stops["drop"].min()) if len(stops) else 0
    step = int(steps.min()) if len(steps) else 0
    if step > 0 and horizon // step < 10 * fineness.buckets:
        width = min(step, max(1, horizon // fineness.buckets))
        kind["mode"] = WORK if horizon == int(kind["work"]) else CLOCK
        kind["width"] = width
        kind["buckets"] = max(0, horizon // width + 1)
    elif drops > 0 and int(stops["drop"].sum()) > room:
        width = min(drops, max(1, room // fineness.buckets))
        kind["mode"], kind["width"], kind["buckets"] = LOAD, width, room // width + 1
    else:
        kind["mode"], kind["width"] = COUNT, 1
        kind["buckets"] = _most_stops(kind, stops, steps)


def _most_stops(kind: Any, stops: Records, steps: npt.NDArray[np.int64]) -> int:
    """Return how many stops, calls at stores included, a route of the kind can have."""
    by_work = int((np.cumsum(np.sort(steps)) <= int(kind["work"])).sum())
    by_room = int((np.cumsum(np.sort(stops["drop"].astype(np.int64))) <= int(kind["room"])).sum())
    calls = int((stops["counts"] == 0).sum())
    return min(by_work, by_room, len(stops), int(kind["stops"]) + calls)
