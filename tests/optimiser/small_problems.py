"""Problems for the optimiser's tests: tiny by hand, and random ones from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bookcar.optimiser.limits import SUMS, at_most, limited
from bookcar.optimiser.patterns import on_days
from bookcar.optimiser.problem import (
    CarDay,
    FixedRoute,
    Group,
    HandOn,
    Loaded,
    Pattern,
    Problem,
    Task,
    TravelTable,
    Window,
)
from bookcar.optimiser.shared import Level, Supply
from bookcar.optimiser.timing import schedule

H = 3600
M = 60
SUMMED = {one.code.replace("-", "_") for one in SUMS}
ALL_DAY: tuple[Window, ...] = ((0, 24 * H),)


def table(seconds: list[list[int]], metres: list[list[int]] | None = None) -> TravelTable:
    return TravelTable(
        seconds=np.array(seconds, dtype=np.int32),
        metres=np.array(metres or seconds, dtype=np.int32),
    )


def line(*minutes: int) -> TravelTable:
    """Return places on a straight road at these minutes from the depot, a km a minute."""
    gaps = [[abs(a - b) for b in minutes] for a in minutes]
    return table([[60 * g for g in row] for row in gaps], [[1000 * g for g in row] for row in gaps])


def task(location: int, **fields: Any) -> Task:
    defaults: dict[str, Any] = {
        "location": location,
        "prize": 1_000.0,
        "service_s": 10 * M,
        "windows": dict.fromkeys(range(7), ALL_DAY),
        "car_days": (0,),
    }
    return Task(**defaults | fields)


def car_day(**fields: Any) -> CarDay:
    """Return a car-day with these fields, and these limits of what adds up along its route."""
    defaults: dict[str, Any] = {
        "day": 0,
        "table": 0,
        "start": 0,
        "end": 0,
        "starts": 8 * H,
        "ends": 17 * H,
        "max_seconds": 9 * H,
        "capacity": (1_000, None),
    }
    limits = {"distance": 1_000_000} | {name: fields.pop(name) for name in SUMMED & fields.keys()}
    return CarDay(**defaults | fields, most=at_most(**limits))


def problem(travel: TravelTable, *tasks: Task, cars: tuple[CarDay, ...] | None = None) -> Problem:
    return Problem(tables=(travel,), tasks=tasks, car_days=cars or (car_day(),))


def random_problem(seed: int, tasks: int, car_days: int = 2, *, crooked: bool = False) -> Problem:
    """Return a small problem in which every limit binds now and then.

    Where it is ``crooked``, metres have nothing to do with time: a way by another place may be the
    shorter one, and the slower.
    """
    rng = random.Random(seed)
    days = range((car_days + 1) // 2)
    cars = tuple(_random_car(rng, days[c // 2]) for c in range(car_days))
    stops = tuple(_random_task(rng, i, days, car_days) for i in range(tasks))
    tables = tuple(_random_table(rng, tasks + 2) for _ in range(2))
    if crooked:
        tables = tuple(_crooked(rng, one) for one in tables)
    return Problem(tables=tables, tasks=stops, car_days=cars)


def stocked_problem(
    seed: int, tasks: int, car_days: int, *, reloads: int = 2, crooked: bool = False
) -> Problem:
    """Return a random problem in which some books are in one of two stores only.

    Each car-day may call at both, ``reloads`` times at most; only some start where they are.
    """
    rng = random.Random(seed)
    given = random_problem(seed, tasks, car_days, crooked=crooked)
    stores = (given.car_days[0].start, 3)
    calls = [
        task(place, reload=True, prize=0.0, service_s=15 * M, car_days=(car,))
        for car in range(car_days)
        for place in stores
    ]
    stops = [replace(stop, depot=rng.choice((None, *stores))) for stop in given.tasks]
    cars = tuple(limited(car, reloads=reloads) for car in given.car_days)
    return replace(given, tasks=(*stops, *calls), car_days=cars)


def left_problem(seed: int, tasks: int, car_days: int) -> Problem:
    """Return a random problem in which some cars have left, and some have reloaded since.

    What is aboard such a car may be dropped at some stops, and everything else comes aboard it at
    a reload that follows. Its beginning is the reload that is over and the stop behind it.
    """
    rng = random.Random(seed)
    given = stocked_problem(seed, tasks, car_days)
    free = [i for i, stop in enumerate(given.tasks) if not stop.reload]
    for car in rng.sample(range(car_days), (car_days + 1) // 2):
        aboard = [free.pop() for _ in range(min(2, len(free)))]
        calls = [i for i, one in enumerate(given.tasks) if one.reload and one.car_days == (car,)]
        over = calls[:1] if rng.random() < 0.5 else []
        given = _left(rng, given, car, (over, aboard))
    return given


def handing_problem(seed: int, tasks: int, car_days: int, *, reloads: int = 0) -> Problem:
    """Return a random problem in which stops hand on to each other, in chains, forks and joins.

    With reloads without breaks: a call at the depot in the morning is no place for one.
    """
    rng = random.Random(seed)
    given = stocked_problem(seed, tasks, car_days, reloads=reloads)
    if reloads:
        given = replace(given, car_days=tuple(replace(car, break_s=0) for car in given.car_days))
    stops = [i for i, one in enumerate(given.tasks) if not one.reload]
    free = list(given.tasks)
    for i in stops:
        free[i] = replace(free[i], collects=(rng.choice((20, 50)), rng.choice((5, 10))))
    hand_ons: list[HandOn] = []
    for taker in stops[1:]:
        before = stops[: stops.index(taker)]
        for giver in rng.sample(before, min(len(before), rng.choice((0, 1, 1, 1, 2)))):
            kept = [sum(one.of(k) for one in hand_ons if one.giver == giver) for k in (0, 1)]
            share = rng.choice((1, 1, 2))
            loads = tuple((free[giver].collected(k) - kept[k]) // share for k in (0, 1))
            if loads[0]:
                hand_ons.append(HandOn(giver=giver, taker=taker, loads=loads))
                own = [free[taker].received(k) + loads[k] for k in (0, 1)]
                more = rng.choice((0, 0, 20))
                free[taker] = replace(
                    free[taker], handed=tuple(own), delivers=(own[0] + more, own[1])
                )
    order = list(range(len(stops)))
    rng.shuffle(order)  # so that givers have any number
    return _renumbered(replace(given, tasks=tuple(free), hand_ons=tuple(hand_ons)), order)


def _renumbered(given: Problem, order: list[int]) -> Problem:
    """Return a problem whose first tasks are in another order; its places stay where they are."""
    places = {old: new for new, old in enumerate(order)}
    tasks = (*(given.tasks[i] for i in order), *given.tasks[len(order) :])
    hand_ons = tuple(
        replace(one, giver=places[one.giver], taker=places[one.taker]) for one in given.hand_ons
    )
    return replace(given, tasks=tasks, hand_ons=hand_ons)


def _left(
    rng: random.Random, given: Problem, car: int, begun: tuple[list[int], list[int]]
) -> Problem:
    """Return a problem in which a car has left, if it could be driven so far."""
    (over, aboard), tasks, cars = begun, list(given.tasks), list(given.car_days)
    cars[car] = replace(cars[car], loaded=_load(rng, tasks, aboard, depot=100 + car))
    if over:
        tasks[over[0]] = replace(tasks[over[0]], loaded=cars[car].loaded)
        cars[car] = replace(cars[car], loaded=Loaded(depot=200 + car, loads=(20, 5)))
    order = (*over, *aboard[:1])
    fixed = (*given.fixed, FixedRoute(car_day=car, tasks=order, open=True))
    left = replace(given, tasks=tuple(tasks), car_days=tuple(cars), fixed=fixed)
    driven = order and schedule(left, car, order)
    return left if driven else given


def _load(rng: random.Random, tasks: list[Task], aboard: list[int], *, depot: int) -> Loaded:
    """Put what some tasks drop aboard, and at times something that none of them does."""
    for i in aboard:
        tasks[i] = replace(tasks[i], depot=depot, aboard=True)
    books, kg = (sum(tasks[i].delivered(load) for i in aboard) for load in (0, 1))
    more = rng.choice((0, 30))
    return Loaded(depot=depot, loads=(books + more, kg + more // 3))


def tiny_day(rng: random.Random, *, stops: int = 3) -> Problem:
    """Return a day of a few dozen seconds, with up to three windows a stop."""
    stops = rng.randint(1, stops)
    places = stops + 1
    long = rng.random() < 0.5
    seconds = np.array(
        [[rng.randint(0, 8) for _ in range(places)] for _ in range(places)], dtype=np.int32
    )
    tasks = []
    for i in range(stops):
        ends = sorted(rng.sample(range(50), 2 * rng.randint(1, 3)))
        windows = tuple(zip(ends[::2], ends[1::2], strict=True))
        if long and rng.random() < 0.7:
            windows = ((0, 60),)
        tasks.append(task(i + 1, service_s=rng.randint(0, 4), windows={0: windows}))
    starts = rng.randint(0, 15)
    car = car_day(
        starts=starts,
        ends=starts + (60 if long else rng.randint(10, 40)),
        max_seconds=60 if long else rng.randint(8, 40),
        break_s=rng.choice((0, 1, 2, 5, 9)),
        break_after_s=rng.randint(3, 12 if long else 20),
        break_rule=rng.choice(("work", "driving")),
        break_used_s=rng.choice((0, 0, 3)),
    )
    travel = TravelTable(seconds=seconds, metres=np.zeros_like(seconds))
    return problem(travel, *tasks, cars=(car,))


def _random_table(rng: random.Random, places: int) -> TravelTable:
    """Return a table that is not symmetric, breaks no triangle, and has a blocked leg at times."""
    points = [(rng.uniform(0, 40), rng.uniform(0, 40)) for _ in range(places)]
    slow = rng.choice((60, 90))
    seconds = np.zeros((places, places), dtype=np.int32)
    metres = np.zeros((places, places), dtype=np.int32)
    for i, (ax, ay) in enumerate(points):
        for j, (bx, by) in enumerate(points):
            km = abs(ax - bx) + abs(ay - by)
            uphill = 1.2 if i < j else 1.0
            seconds[i, j] = 0 if i == j else round(km * slow * uphill) + 60
            metres[i, j] = round(km * 1000)
    if rng.random() < 0.3:
        i, j = rng.sample(range(places), 2)
        seconds[i, j] = metres[i, j] = -1
    return TravelTable(seconds=seconds, metres=metres)


def _crooked(rng: random.Random, travel: TravelTable) -> TravelTable:
    ways = [rng.randrange(1_000, 60_000) for _ in range(travel.metres.size)]
    metres = np.array(ways, dtype=np.int32).reshape(travel.metres.shape)
    np.fill_diagonal(metres, 0)
    return TravelTable(seconds=travel.seconds, metres=np.where(travel.seconds < 0, -1, metres))


def _random_car(rng: random.Random, day: int) -> CarDay:
    aside = random.Random(str(rng.getstate()))
    starts = rng.choice((7, 8, 9)) * H
    table, start, end = (rng.randrange(2) for _ in range(3))
    ends, longest = starts + rng.choice((4, 6, 9)) * H, rng.choice((3, 5, 8)) * H
    distance = rng.choice((80, 150, 400)) * 1000
    return CarDay(
        day=day,
        table=table,
        start=start,
        end=end,
        starts=starts,
        ends=ends,
        max_seconds=longest,
        capacity=(rng.choice((60, 100, 300)), rng.choice((None, 40, 90))),
        most=at_most(distance=distance, stops=rng.choice((None, None, 2))),
        break_s=rng.choice((0, 30 * M, 45 * M)),
        break_after_s=rng.choice((1, 2, 4)) * H,
        fixed_cost=rng.choice((0.0, 5.0)),
        cost_km=rng.choice((0.5, 1.0)),
        cost_hour=rng.choice((0.0, 4.0)),
        break_rule=aside.choice(("work", "driving")),
        break_used_s=aside.choice((0, 0, 30 * M)),
    )


def _random_task(rng: random.Random, i: int, days: range, car_days: int) -> Task:
    windows = {day: _random_windows(rng) for day in days if rng.random() < 0.85}
    return Task(
        location=i + 2,
        prize=rng.choice((5.0, 30.0, 80.0)),
        service_s=rng.choice((10, 20, 40)) * M,
        windows=windows,
        car_days=tuple(c for c in range(car_days) if rng.random() < 0.85),
        required=rng.random() < 0.15,
        delivers=(rng.choice((0, 20, 50)), rng.choice((0, 10, 30))),
        collects=(rng.choice((0, 20, 50)), rng.choice((0, 10, 30))),
    )


def _random_windows(rng: random.Random) -> tuple[Window, ...]:
    kind = rng.random()
    if kind < 0.4:
        return ALL_DAY
    opens = rng.choice((7, 8, 9, 10)) * H + 30 * M
    if kind < 0.7:
        return ((opens, opens + rng.choice((1, 2, 5)) * H),)
    later = opens + rng.choice((2, 3)) * H
    return ((opens, opens + H), (later, later + rng.choice((1, 3)) * H))


def grouped_problem(
    seed: int, stops: int, days: int, *, cars: int = 1, other_vehicle: bool = False
) -> Problem:
    """Return a random problem in which stops have one to three visits, and up to four patterns.

    Some patterns leave visits out, some cost something; some groups may be served in part.
    """
    rng = random.Random(seed)
    given = random_problem(seed, stops, 2 * days)
    fleet = tuple(
        replace(car, vehicle=k % 2) for k, car in enumerate(given.car_days) if k % 2 < cars
    )
    tasks: list[Task] = []
    groups: list[Group] = []
    for stop in given.tasks:
        count = rng.randint(1, min(3, days))
        if count == 1 and rng.random() < 0.2:  # a visit by itself
            tasks.append(replace(stop, car_days=_some(rng, range(len(fleet)))))
            continue
        first = len(tasks)
        tasks += [replace(stop, car_days=tuple(range(len(fleet)))) for _ in range(count)]
        group = Group(
            tasks=tuple(range(first, len(tasks))),
            patterns=tuple(
                _random_pattern(rng, fleet, days, count) for _ in range(rng.choice((1, 2, 4)))
            ),
            whole=rng.random() < 0.7,
            other_vehicle=rng.choice((0.0, 4.0, 30.0)) if other_vehicle else 0.0,
        )
        groups.append(group)
    return replace(given, tasks=tuple(tasks), car_days=fleet, groups=tuple(groups))


def shared_problem(seed: int, stops: int, days: int, *, cars: int = 1) -> Problem:
    """Return a `grouped_problem` whose hours are to be level, with supplies and few changes.

    Each visit of a group is on one day, by one of its cars; some stay with what they take.
    """
    rng = random.Random(10_000 + seed)
    given = grouped_problem(seed, stops, days, cars=cars)
    groups = tuple(_on_one_day_each(rng, given, group) for group in given.groups)
    weeks = tuple(car.day // 2 for car in given.car_days)
    vehicles = tuple(car.vehicle if rng.random() < 0.9 else None for car in given.car_days)
    level = Level(parts=weeks, cost=rng.choice((5.0, 40.0)), ease=rng.choice((0.0, 0.05, 0.3)))
    levels = (level, Level(parts=vehicles, cost=10.0)) if rng.random() < 0.5 else (level,)
    takers = [i for group in groups for i in group.tasks]
    own = frozenset(i for i in takers if rng.random() < 0.8)
    supply = Supply(
        tasks=tuple(sorted(own)),
        most=rng.randint(0, 3),
        stays=frozenset(i for i in own if rng.random() < 0.4),
    )
    return replace(
        given,
        groups=groups,
        levels=levels,
        supplies=(supply,) if rng.random() < 0.7 else (),
        most_changes=rng.choice((None, 0, 1, 2)),
    )


def _on_one_day_each(rng: random.Random, given: Problem, group: Group) -> Group:
    patterns = tuple(
        replace(
            pattern,
            car_days=tuple(
                tuple(car for car in some if given.car_days[car].day == day)
                for some in pattern.car_days
                for day in [min((given.car_days[car].day for car in some), default=-1)]
            ),
            changes=rng.random() < 0.5,
        )
        for pattern in group.patterns
    )
    return replace(group, patterns=patterns)


def _random_pattern(
    rng: random.Random, fleet: tuple[CarDay, ...], days: int, count: int
) -> Pattern:
    chosen: list[int | None] = sorted(rng.sample(range(days), count))
    if count > 1 and rng.random() < 0.2:
        chosen[rng.randrange(count)] = None
    pattern = on_days(fleet, chosen, cost=rng.choice((0.0, 0.0, 2.0, 25.0)))
    if rng.random() < 0.3:
        some = tuple(_some(rng, entry) for entry in pattern.car_days)
        pattern = replace(pattern, car_days=some)
    return pattern


def _some(rng: random.Random, numbers: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(rng.sample(list(numbers), rng.randint(1, len(numbers))))) if numbers else ()
