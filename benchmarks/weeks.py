"""Made-up weeks of book cars in mountains, from a seed: the benchmark's own instances.

Villages stand in clusters along valleys that meet on a main road, with a pass here and there.
Market squares open on their market days, schools in lesson time,
offices close for a day; what a visit is worth follows priority, people and weeks overdue. Nothing
asks for a break during the day: no peer can model ours.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from benchmarks.valleys import drive, settle
from bookcar.optimiser.limits import at_most
from bookcar.optimiser.problem import CarDay, Problem, Task, TravelTable, Window

H = 3600
M = 60
DAYS = range(5)

SEEDS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large a county is, and what it has.

    ``pace`` is a part of the time that a stop takes in the smallest one: where many wait, the crew
    hands a box over and drives on (boxes shrink to a half at most). ``early`` is the share of stops
    that are not due yet and worth a visit only on the way.
    """

    stops: int
    cars: int
    depots: int
    hours: int
    km: int
    pace: float
    early: float


SIZES = {
    size.stops: size
    for size in (
        Size(stops=50, cars=2, depots=1, hours=4, km=60, pace=1.0, early=0.0),
        Size(stops=302, cars=4, depots=1, hours=9, km=120, pace=0.55, early=0.1),
        Size(stops=1_000, cars=8, depots=2, hours=9, km=120, pace=0.35, early=0.4),
        Size(stops=3_000, cars=12, depots=3, hours=9, km=120, pace=0.3, early=0.6),
    )
}

_SMALL, _LARGE = (600, 230), (900, 320)
"""Books and kilograms of the car that goes everywhere, and of the one that does not."""

_NARROW = 0.15
"""The share of stops on roads too narrow for large cars."""

_REQUIRED = 0.04


def week(stops: int, seed: int) -> Problem:
    """Return a week of a size in `SIZES`, or of another with cars and depots in proportion."""
    return make(SIZES.get(stops) or in_proportion(stops), seed)


def in_proportion(stops: int) -> Size:
    """Return a size between those of the benchmark, or beyond."""
    cars = max(1, min(12 + stops // 1_000, round((stops / 20) ** 0.5)))
    depots = max(1, min(4, stops // 800))
    pace = min(1.0, max(0.3, 10 / stops**0.5))
    early = min(0.8, stops / 4_000)
    return Size(stops=stops, cars=cars, depots=depots, hours=9, km=120, pace=pace, early=early)


def make(size: Size, seed: int) -> Problem:
    """Return the week of a size and a seed; the depots are the first locations."""
    draw = random.Random(f"week {size.stops} {seed}")
    county = settle(draw, depots=size.depots, villages=size.stops)
    seconds, metres = drive(county)
    cars = tuple(_car(size, day, car) for day in DAYS for car in range(size.cars))
    markets = {c: draw.sample(DAYS, 2) for c in sorted({p.cluster for p in county})}
    stops = tuple(
        _stop(draw, place, size, markets[village.cluster])
        for place, village in enumerate(county[size.depots :], size.depots)
    )
    stops = tuple(_reached(draw, stop, cars) for stop in stops)
    table = TravelTable(seconds=seconds, metres=metres)
    return Problem(tables=(table,), tasks=stops, car_days=cars)


def _car(size: Size, day: int, car: int) -> CarDay:
    """Every other car is large; all may leave when they like and must be back after some hours."""
    books, kg = _LARGE if car % 2 else _SMALL
    depot = car % size.depots
    return CarDay(
        day=day,
        table=0,
        start=depot,
        end=depot,
        starts=7 * H + 30 * M,
        ends=18 * H,
        max_seconds=size.hours * H,
        capacity=(books, kg),
        most=at_most(distance=size.km * 1000),
        fixed_cost=20.0,
    )


def _stop(draw: random.Random, location: int, size: Size, market: list[int]) -> Task:
    required = draw.random() < _REQUIRED
    windows, service = _opening(draw, market, plain=required)
    drop = round(max(0.5, size.pace) * draw.choice((40, 60, 68, 68, 80, 120)))
    collect = _collected(draw, drop)
    return Task(
        location=location,
        prize=_worth(draw, due=required or draw.random() >= size.early),
        required=required,
        service_s=round(size.pace * service) * M,
        windows=windows,
        car_days=(),
        delivers=(drop, drop * 35 // 100),
        collects=(collect, collect * 35 // 100),
    )


def _reached(draw: random.Random, stop: Task, cars: tuple[CarDay, ...]) -> Task:
    """Return the stop with the car-days that come to it: on a narrow road the small cars only."""
    narrow = draw.random() < _NARROW
    there = (i for i, car in enumerate(cars) if car.capacity[0] == _SMALL[0] or not narrow)
    return replace(stop, car_days=tuple(there))


def _worth(draw: random.Random, *, due: bool) -> float:
    """Return 60 km, and more by priority, people and weeks overdue, as a district's weights do."""
    people = draw.choice((90, 150, 240, 400, 800, 1_500))
    if not due:
        return 4.0 + people / 100
    return 60.0 + 20 * draw.randrange(4) + 15 * draw.randrange(6) + people / 100


def _collected(draw: random.Random, drop: int) -> int:
    """Return the books taken back: mostly as many as came, at times none, or more than came."""
    kind = draw.random()
    if kind < 0.2:
        return 0
    return drop if kind < 0.9 else drop * 3 // 2


def _opening(
    draw: random.Random, market: list[int], *, plain: bool
) -> tuple[dict[int, tuple[Window, ...]], int]:
    """Return windows by day, the same on each open day, and minutes of service."""
    kind = 1.0 if plain else draw.random()
    if kind < 0.10:
        return dict.fromkeys(market, ((8 * H, 12 * H),)), 40
    if kind < 0.32:
        return dict.fromkeys(DAYS, _lessons(draw)), draw.choice((20, 30))
    if kind < 0.65:
        closed = set(draw.sample(DAYS, draw.choice((1, 1, 2))))
        hours = draw.choice(((9 * H, 16 * H), (8 * H + 30 * M, 17 * H), (9 * H, 12 * H)))
        return dict.fromkeys((d for d in DAYS if d not in closed), (hours,)), 20
    return dict.fromkeys(DAYS, ((8 * H, 18 * H),)), draw.choice((15, 20, 20, 30))


def _lessons(draw: random.Random) -> tuple[Window, ...]:
    """Return a school's hours: the morning or the whole day; one in four rests at midday."""
    if draw.random() < 0.25:
        return (8 * H + 30 * M, 11 * H + 40 * M), (14 * H, 16 * H + 30 * M)
    return (draw.choice(((8 * H + 30 * M, 11 * H + 40 * M), (8 * H + 30 * M, 16 * H))),)
