"""Lay a `bookcar.optimiser.problem.Problem` out as the kernel's arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from bookcar.optimiser.breaks import most_work, rule_of
from bookcar.optimiser.limits import most_of
from bookcar.optimiser.problem import CarDay, Problem
from bookcar.optimiser.sisr.breaks import BY_DRIVING, BY_WORK
from bookcar.optimiser.sisr.layout import (
    CAR,
    FACTS,
    FAR_FUTURE,
    FAR_PAST,
    IMPASSABLE,
    LOADS,
    TASK,
    TOTALS,
    Grid,
    Layout,
    Records,
)
from bookcar.optimiser.sisr.neighbourhood import neighbours, turned
from bookcar.optimiser.sisr.times import timed, windows
from bookcar.optimiser.timing import first_store, store_at

HEAT, HEAT_GROUPS, HEAT_PRIZED = (2.5, 0.015), (10.0, 0.03), (60.0, 0.5)
"""First and last temperature, in legs between neighbours. Where a step moves a whole group to other
dates it changes several routes at once, and where stops may stay unserved, what is at stake is
prizes and whole routes: there the search has to be hotter."""

_FINEST = 10**9
_LARGEST_SUM = 2**60
_TWICE = 6_000
"""Places of which the tables are held twice, by rows and by columns, to be read faster."""


@dataclass(frozen=True)
class Scale:
    """How many of the kernel's integer units a cost unit is, and a required stop's prize in them.

    ``edge`` is the cost of a usual leg between neighbours, in the kernel's units; ``hot`` and
    ``cold`` the first and last temperature, in the same units.
    """

    units: float
    required: int
    edge: float
    hot: float
    cold: float


def lay_out(problem: Problem) -> tuple[Layout, Scale]:
    """Return the kernel's view of a problem with at least one task and one car-day.

    Raises
    ------
    ValueError
        If cars carry more loads than the kernel keeps.
    """
    most = max(len(car.capacity) for car in problem.car_days)
    if most > len(LOADS):
        raise ValueError(f"The search keeps {len(LOADS)} loads; a car of the problem has {most}.")
    depots = sorted({p for car in problem.car_days for p in (car.start, car.end)})
    places = np.array([*(t.location for t in problem.tasks), *depots], dtype=np.int64)
    metres, seconds = _tables(problem, places)
    near = neighbours(problem, metres[0], seconds[0])
    scale = _scale(problem, metres, near)
    kinds, serves = _kinds(problem)
    cars = _cars(problem, kinds, scale, {d: len(problem.tasks) + i for i, d in enumerate(depots)})
    slots, opens, closes = windows(problem)
    allowed = _allowed(problem, kinds, serves, slots)
    tasks = _task_records(problem, metres[0], scale)
    order = np.argsort(kinds, kind="stable").astype(np.uint32)
    firsts = np.concatenate([[0], np.cumsum(np.bincount(kinds))]).astype(np.uint32)
    facts = _facts(problem, kinds, near, cars, tasks)
    facts["worth_of_time"] = _worth_of_time(problem, scale) if facts["prized"][0] else 0
    facts["one_way"] = _too_large(facts, places)
    metres_back, seconds_back = (_transposed(table, facts) for table in (metres, seconds))
    facts["per_balance"] = round(problem.balance / 3600 * scale.units)
    calls, calls_from = _calls(problem)
    givers, givers_from = _givers(problem)
    layout = Layout(
        facts=facts,
        metres=metres,
        metres_back=metres_back,
        seconds=seconds,
        seconds_back=seconds_back,
        near=near,
        tasks=tasks,
        cars=cars,
        allowed=allowed,
        slots=slots,
        opens=opens,
        closes=closes,
        kind_cars=order,
        kind_from=firsts,
        surcharges=_surcharges(problem, kinds, scale),
        fixed=_fixed(problem),
        closed=_closed(problem),
        calls=calls,
        calls_from=calls_from,
        givers=givers,
        givers_from=givers_from,
    )
    return layout, scale


def _tables(problem: Problem, places: npt.NDArray[np.int64]) -> tuple[Grid, Grid]:
    """Return metres and seconds between all places, legs that are impassable too long."""
    metres = np.empty((len(problem.tables), len(places), len(places)), dtype=np.int32)
    seconds = np.empty_like(metres)
    for i, table in enumerate(problem.tables):
        for row, place in enumerate(places.tolist()):  # row by row: a large table fits but once
            metres[i, row] = table.metres[place][places]
            seconds[i, row] = table.seconds[place][places]
        least = np.minimum(metres[i].min(axis=1), seconds[i].min(axis=1))
        for row in np.flatnonzero(least < 0).tolist():
            blocked = (metres[i, row] < 0) | (seconds[i, row] < 0)
            metres[i, row, blocked] = seconds[i, row, blocked] = IMPASSABLE
    return metres, seconds


def _too_large(facts: Records, places: npt.NDArray[np.int64]) -> bool:
    """Tell whether tables are too large to hold them twice; plain problems need that."""
    return len(places) > _TWICE and not facts["plain"][0]


def _transposed(tables: Grid, facts: Records) -> Grid:
    """Return the tables with a row for each place that is reached, or none if too large."""
    if facts["one_way"][0]:
        return np.zeros((1, 1, 1), dtype=np.int32)
    if all(bool(np.array_equal(table, table.T)) for table in tables):
        return tables
    back = [turned(table, np.arange(len(table)), len(table)) for table in tables]
    return np.stack(back) if len(back) > 1 else back[0][None]


def _scale(problem: Problem, metres: Grid, near: Records) -> Scale:
    """Choose units: a metre if only metres cost, else as fine as the largest sum allows."""
    per_metre = max(car.cost_km for car in problem.car_days) / 1000
    per_second = max(car.cost_hour for car in problem.car_days) / 3600
    stops = len(problem.tasks)
    usable = metres < IMPASSABLE
    out, back = (metres.max(axis=(0, a), where=usable, initial=0)[:stops].sum() for a in (2, 1))
    longest = float(out + back)
    days = sum(car.fixed_cost + per_second * car.max_seconds for car in problem.car_days)
    optional = sum(task.prize for task in problem.tasks if not task.required)
    required = 1.0 + optional + per_metre * longest + days + _soft_costs(problem)
    plain_cost = not problem.levels and not _group_costs(problem)
    whole_metres = _only_metres(problem.car_days) and per_metre > 0 and plain_cost
    finest = 1 / per_metre if whole_metres else float(_FINEST)
    units = min(finest, _LARGEST_SUM / (required * (1 + stops)))
    usual = near["to_it"][:, :10]
    edge = float(usual[usual < IMPASSABLE].mean()) if (usual < IMPASSABLE).any() else 1.0
    cost = per_metre * edge + per_second * edge / 10
    edge_cost = max(1.0, cost * units)
    hot, cold = _heat(problem, optional)
    return Scale(
        units, round(required * units), edge_cost, hot=hot * edge_cost, cold=cold * edge_cost
    )


def _heat(problem: Problem, optional: float) -> tuple[float, float]:
    """Return the first and the last temperature, in legs between neighbours."""
    if optional > 0:
        return HEAT_PRIZED
    return HEAT_GROUPS if problem.groups or problem.levels else HEAT


def _soft_costs(problem: Problem) -> float:
    """Return what surcharges, patterns and the balance of hours can cost at most."""
    changes = sum(max(task.surcharges.values(), default=0.0) for task in problem.tasks)
    hours = sum(car.max_seconds for car in problem.car_days) / 3600
    uneven = problem.balance + sum(level.cost * (1 + level.ease) for level in problem.levels)
    return changes + 2 * uneven * hours + _group_costs(problem)


def _group_costs(problem: Problem) -> float:
    """Return what patterns and other vehicles can cost at most."""
    return sum(
        max(pattern.cost for pattern in group.patterns) + group.other_vehicle * len(group.tasks)
        for group in problem.groups
    )


def _worth_of_time(problem: Problem, scale: Scale) -> int:
    seconds = sum(min(car.max_seconds, car.ends - car.starts) for car in problem.car_days)
    prizes = sum(task.prize for task in problem.tasks if not task.required)
    return round(prizes * scale.units / max(1, seconds)) if timed(problem) else 0


def _only_metres(cars: Sequence[CarDay]) -> bool:
    return len({(car.cost_km, car.cost_hour, car.fixed_cost) for car in cars}) == 1 and (
        cars[0].cost_hour == cars[0].fixed_cost == 0.0
    )


def _kinds(problem: Problem) -> tuple[npt.NDArray[np.int32], list[frozenset[int]]]:
    """Find the kinds of car-days, and return for each task which kinds may serve it."""
    numbers: dict[tuple[int, ...], int] = {}
    groups = [numbers.setdefault(task.car_days, len(numbers)) for task in problem.tasks]
    serving: list[set[int]] = [set() for _ in problem.car_days]
    for cars, group in numbers.items():
        for car in cars:
            serving[car].add(group)
    kinds: dict[tuple[object, ...], int] = {}
    entries = _entries(problem)
    consistent = any(group.other_vehicle > 0 for group in problem.groups)
    signs = [
        (
            astuple(car if consistent else replace(car, vehicle=None)),
            tuple(sorted(serving[k])),
            _particular(problem, k),
            entries[k],
            tuple(level.parts[k] for level in problem.levels),
        )
        for k, car in enumerate(problem.car_days)
    ]
    of_car = np.array([kinds.setdefault(sign, len(kinds)) for sign in signs], dtype=np.int32)
    of_group = [frozenset(of_car[list(cars)].tolist()) for cars in numbers]
    return of_car, [of_group[group] for group in groups]


def _entries(problem: Problem) -> list[tuple[int, ...]]:
    """Return for each car-day which sets of car-days that patterns list it is in."""
    sets = {some for g in problem.groups for pattern in g.patterns for some in pattern.car_days}
    found: list[list[int]] = [[] for _ in problem.car_days]
    for number, some in enumerate(sorted(sets)):
        for car in some:
            found[car].append(number)
    return [tuple(numbers) for numbers in found]


def _particular(problem: Problem, car_day: int) -> tuple[object, ...]:
    """Return what makes a car-day unlike others of the same limits: surcharges, a fixed route."""
    surcharges = tuple(task.surcharges.get(car_day, 0.0) for task in problem.tasks)
    fixed = tuple(route for route in problem.fixed if route.car_day == car_day)
    return (surcharges if any(surcharges) else (), *(route.tasks for route in fixed))


def _surcharges(
    problem: Problem, kinds: npt.NDArray[np.int32], scale: Scale
) -> npt.NDArray[np.int64]:
    """Return what each task costs on top on each kind of car-day; nothing if none does."""
    if not any(task.surcharges for task in problem.tasks):
        return np.zeros((0, 0), dtype=np.int64)
    costs = np.zeros((int(kinds.max()) + 1, len(problem.tasks)), dtype=np.int64)
    for i, task in enumerate(problem.tasks):
        for car_day, cost in task.surcharges.items():
            costs[kinds[car_day], i] = round(cost * scale.units)
    return costs


def _fixed(problem: Problem) -> npt.NDArray[np.int32]:
    """Return the fixed routes as the kernel keeps its best ones."""
    routes = sorted((r for r in problem.fixed if r.tasks), key=lambda route: route.car_day)
    packed = [n for route in routes for n in (route.car_day, len(route.tasks), *route.tasks)]
    return np.array([*packed, -1], dtype=np.int32)


def _closed(problem: Problem) -> npt.NDArray[np.uint8]:
    """Return behind which nodes nothing may come: those of fixed routes, an open end aside."""
    stops = len(problem.tasks)
    closed = np.zeros(stops + 2 * len(problem.car_days), dtype=np.uint8)
    for route in problem.fixed:
        nodes = [stops + route.car_day, *route.tasks]
        closed[nodes[:-1] if route.open else nodes] = 1
    return closed


def _calls(problem: Problem) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return the reloads by car-day."""
    by_car: list[list[int]] = [[] for _ in problem.car_days]
    for i, task in enumerate(problem.tasks):
        if task.reload:
            for car in task.car_days:  # none of one that nobody may make any more
                by_car[car].append(i)
    ends = np.cumsum([0, *(len(own) for own in by_car)])
    return np.array([i for own in by_car for i in own], dtype=np.uint32), ends.astype(np.uint32)


def _givers(problem: Problem) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return by task what hands on to it."""
    every = [problem.givers.get(i, ()) for i in range(len(problem.tasks))]
    ends = np.cumsum([0, *(len(own) for own in every)])
    return np.array([i for own in every for i in own], dtype=np.uint32), ends.astype(np.uint32)


def _cars(
    problem: Problem, kinds: npt.NDArray[np.int32], scale: Scale, place: dict[int, int]
) -> Records:
    cars = np.zeros(len(kinds), dtype=CAR)
    cars["store"] = [first_store(car) for car in problem.car_days]
    for load, name in enumerate(LOADS):
        known = [0 if car.loaded is None else car.loaded.of(load) for car in problem.car_days]
        cars[f"loaded_{name}"] = known
    names = sorted({car.driver for car in problem.car_days if car.driver is not None})
    drivers: dict[int | None, int] = {driver: i for i, driver in enumerate(names)}
    cars["kind"] = kinds
    unlimited = FAR_FUTURE // (1 + sum(task.reload for task in problem.tasks))  # room adds up
    for record, car in zip(cars, problem.car_days, strict=True):
        rule = rule_of(car)
        record["fixed"] = round(car.fixed_cost * scale.units)
        record["per_metre"] = round(car.cost_km / 1000 * scale.units)
        record["per_second"] = round(car.cost_hour / 3600 * scale.units)
        record["table"], record["day"] = car.table, car.day
        record["start"], record["end"] = place[car.start], place[car.end]
        record["starts"], record["ends"] = car.starts, min(car.ends, FAR_FUTURE)
        record["max_seconds"] = min(car.max_seconds, FAR_FUTURE)
        for name, most in zip_longest(LOADS, car.capacity):
            record[name] = FAR_FUTURE if most is None else most
        record[LOADS[0]] = min(record[LOADS[0]], unlimited)
        for total in TOTALS:
            most = most_of(car, total)
            record[f"max_{total}"] = IMPASSABLE - 1 if most is None else min(most, IMPASSABLE - 1)
        if rule is not None:
            record["break_s"], record["break_after"] = rule.rest, rule.first
            record["break_every"] = min(rule.every, FAR_FUTURE)
            record["breaks"] = BY_DRIVING if rule.driving else BY_WORK
        record["max_work"] = min(most_work(car), FAR_FUTURE)
        balanced = problem.balance > 0 and car.driver is not None
        record["driver"] = drivers.get(car.driver, -1) if balanced else -1
        record["priced"] = car.cost_hour > 0 or balanced
        record["exact"] = (
            rule is not None
            or record["priced"]
            or car.max_seconds < car.ends - car.starts
            or bool(problem.levels)
        )
    return cars


def _allowed(
    problem: Problem,
    kinds: npt.NDArray[np.int32],
    serves: list[frozenset[int]],
    slots: npt.NDArray[np.uint32],
) -> npt.NDArray[np.uint8]:
    """Return where a kind may serve a task: listed, and open that day."""
    stops = len(problem.tasks)
    allowed = np.zeros((int(kinds.max()) + 1, stops), dtype=np.uint8)
    for stop, listed in enumerate(serves):
        allowed[list(listed), stop] = 1
    days = (len(slots) - 1) // stops
    opens_on = (np.diff(slots.astype(np.int64)) > 0).reshape(stops, days)
    first_cars = [int(np.argmax(kinds == kind)) for kind in range(len(allowed))]
    for kind, car in enumerate(first_cars):
        allowed[kind] &= opens_on[:, problem.car_days[car].day]
    return allowed


def _task_records(problem: Problem, metres: Grid, scale: Scale) -> Records:
    stops = len(problem.tasks)
    tasks = np.zeros(stops, dtype=TASK)
    for record, task in zip(tasks, problem.tasks, strict=True):
        spans = [w for windows in task.windows.values() for w in windows]
        record["prize"] = scale.required if task.required else round(task.prize * scale.units)
        for load, name in enumerate(LOADS):
            known = 0 if task.loaded is None else task.loaded.of(load)
            record[f"drop_{name}"] = task.taken(load)
            record[f"collect_{name}"] = task.gained(load) + known
        record["required"] = task.required
        record["service"] = task.service_s
        record["opens"] = max(FAR_PAST, min((w[0] for w in spans), default=0))
        record["closes"] = min(FAR_FUTURE, max((w[1] for w in spans), default=0))
        record["reload"], record["twin"] = task.reload, -1
        store = store_at(task) if task.reload else task.depot
        record["store"] = -1 if store is None else store
    for spacing in problem.spacings:
        for one, other in (spacing.tasks, spacing.tasks[::-1]):
            tasks[one]["twin"], tasks[one]["apart"] = other, spacing.days
    for route in problem.fixed:
        tasks["locked"][list(route.tasks)] = 1
    tasks["remote"] = metres[stops:, :stops].min(axis=0)
    return tasks


def _facts(
    problem: Problem, kinds: npt.NDArray[np.int32], near: Records, cars: Records, tasks: Records
) -> Records:
    facts = np.zeros(1, dtype=FACTS)
    facts["stops"], facts["cars"] = len(problem.tasks), len(problem.car_days)
    facts["kinds"], facts["nearest"] = kinds.max() + 1, near.shape[1]
    facts["days"] = 1 + max(car.day for car in problem.car_days)
    facts["timed"] = timed(problem)
    facts["weighed"] = any(
        most is not None for car in problem.car_days for most in car.capacity[1:]
    )
    driven = (cars["max_driving"] < IMPASSABLE - 1) | (cars["breaks"] == BY_DRIVING)
    facts["driven"] = bool(driven.any())
    facts["prized"] = not tasks["required"].all()
    facts["spaced"] = bool(problem.spacings)
    facts["surcharged"] = any(task.surcharges for task in problem.tasks)
    facts["fixed"] = bool(problem.fixed)
    facts["reloads"] = int(tasks["reload"].sum())
    facts["stocked"] = any(task.depot is not None for task in problem.tasks) or any(
        car.loaded is not None for car in problem.car_days
    )
    facts["elsewhere"] = facts["stocked"][0] and any(
        task.reload
        and any(store_at(task) != first_store(problem.car_days[k]) for k in task.car_days)
        for task in problem.tasks
    )
    facts["handed"] = bool(problem.hand_ons)
    facts["drivers"] = cars["driver"].max() + 1 if problem.balance > 0 else 0
    collects = any(any(task.collects) for task in problem.tasks)
    free = all((cars[f"max_{total}"] == IMPASSABLE - 1).all() for total in TOTALS)
    facts["plain"] = bool(
        facts["kinds"][0] == 1
        and free
        and not collects
        and not facts["timed"][0]
        and not facts["weighed"][0]
        and not facts["prized"][0]
        and not any(
            facts[name][0]
            for name in ("spaced", "surcharged", "fixed", "drivers", "stocked", "handed")
        )
        and all(len(task.car_days) == len(problem.car_days) for task in problem.tasks)
    )
    return facts
