"""Cordeau's periodic instances as problems: the PVRP (type 1) and the MDVRP (type 2).

A line ``type vehicles customers days``; a line ``duration capacity`` for each day (or depot), 0 for
no limit; then a line ``id x y service demand frequency n combinations...`` for the depot (for each
depot, behind the customers, in the MDVRP) and each customer. A combination is a number whose binary
digits are the days, the first one first. Cordeau, Gendreau and Laporte, "A tabu search heuristic
for periodic and multi-depot vehicle routing problems", Networks 30(2), 1997.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bookcar.errors import BookcarError
from bookcar.optimiser.patterns import on_days
from bookcar.optimiser.problem import CarDay, Group, Problem, Task, TravelTable

FINE = 10_000
"""Units of the tables for one of the file: distances are Euclidean and not rounded."""

PERIODIC, DEPOTS = 1, 2

_ENDLESS = 2**30


class InstanceError(BookcarError, ValueError):
    """A benchmark file that cannot be read, or is of a kind that is not known."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A line of the file: a customer, or a depot."""

    x: float
    y: float
    service: float
    demand: int
    frequency: int
    combinations: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class _File:
    kind: int
    vehicles: int
    limits: list[tuple[float, int]]
    depots: list[_Place]
    customers: list[_Place]


def is_periodic(path: Path) -> bool:
    """Tell whether a file begins as Cordeau's do: with four or more whole numbers, 1 or 2 first."""
    try:
        with path.open(encoding="utf-8") as file:
            first = file.readline().split()
    except (OSError, UnicodeDecodeError):
        return False
    return len(first) >= 4 and all(word.isdigit() for word in first)


def read_periodic(path: Path) -> Problem:
    """Read an instance; all cars are alike, every customer is required, and distance is the cost.

    Location 0 is the depot (the first one), location n customer n; a customer of several visits is
    a `Group` of as many tasks, its patterns are its combinations of days.

    Raises
    ------
    InstanceError
        With everything that is wrong, each with its line.
    """
    given = _read(path)
    depots = [0, *range(len(given.customers) + 1, len(given.customers) + len(given.depots))]
    places = [given.depots[0], *given.customers, *given.depots[1:]]
    points = np.array([(place.x, place.y) for place in places])
    gaps = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    metres = np.rint(gaps * FINE).astype(np.int32)
    timed = any(duration > 0 for duration, _ in given.limits)
    table = TravelTable(seconds=metres if timed else np.zeros_like(metres), metres=metres)
    cars = tuple(
        _car(at, depots[at if given.kind == DEPOTS else 0], given)
        for at in range(len(given.limits))
        for _ in range(given.vehicles)
    )
    tasks: list[Task] = []
    groups: list[Group] = []
    for location, customer in enumerate(given.customers, 1):
        if given.kind == DEPOTS:
            tasks.append(_task(given, location, _cars_of(given, customer)))
            continue
        first = len(tasks)
        everyone = tuple(range(len(cars)))
        tasks += [_task(given, location, everyone) for _ in range(customer.frequency)]
        patterns = (on_days(cars, _days(given, code)) for code in customer.combinations)
        groups.append(Group(tasks=tuple(range(first, len(tasks))), patterns=tuple(patterns)))
    return Problem(tables=(table,), tasks=tuple(tasks), car_days=cars, groups=tuple(groups))


def _days(given: _File, combination: int) -> tuple[int, ...]:
    """Return the days of a combination, the first day 0."""
    count = len(given.limits)
    return tuple(day for day in range(count) if combination >> (count - 1 - day) & 1)


def _cars_of(given: _File, customer: _Place) -> tuple[int, ...]:
    """Return the cars of the depots that may serve a customer."""
    allowed = {at for code in customer.combinations for at in _days(given, code)}
    return tuple(at * given.vehicles + k for at in sorted(allowed) for k in range(given.vehicles))


def _car(at: int, depot: int, given: _File) -> CarDay:
    duration, capacity = given.limits[at]
    longest = round(duration * FINE) if duration > 0 else _ENDLESS
    return CarDay(
        day=at if given.kind == PERIODIC else 0,
        table=0,
        start=depot,
        end=depot,
        starts=0,
        ends=longest,
        max_seconds=longest,
        capacity=(capacity if capacity > 0 else None,),
        cost_km=1000 / FINE,
    )


def _task(given: _File, location: int, cars: tuple[int, ...]) -> Task:
    customer = given.customers[location - 1]
    days = range(len(given.limits) if given.kind == PERIODIC else 1)
    timed = any(duration > 0 for duration, _ in given.limits)
    return Task(
        location=location,
        prize=0.0,
        required=True,
        service_s=round(customer.service * FINE) if timed else 0,
        windows=dict.fromkeys(days, ((0, _ENDLESS),)),
        car_days=cars,
        delivers=(customer.demand,),
    )


def _read(path: Path) -> _File:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InstanceError(f"{path}: cannot be read: {error}.") from error
    rows = [(n, line.split()) for n, line in enumerate(lines, 1) if line.split()]
    if not rows or len(rows[0][1]) < 4 or not all(w.isdigit() for w in rows[0][1][:4]):
        raise InstanceError(f"{path}, line 1: give type, vehicles, customers and days.")
    kind, vehicles, count, days = map(int, rows[0][1][:4])
    wanted = 1 + days + count + (days if kind == DEPOTS else 1)
    faults = []
    if kind not in {PERIODIC, DEPOTS}:
        faults.append(f"line 1: type {kind} is not 1 (PVRP) or 2 (MDVRP).")
    elif not 0 < days <= 32 or vehicles < 1 or count < 1:
        faults.append("line 1: give 1 vehicle or more, 1 customer or more and 1 to 32 days.")
    elif len(rows) < wanted:
        faults.append(f"{len(rows)} lines, but its first line asks for {wanted}.")
    if faults:
        raise InstanceError(f"{path}, {faults[0]}")
    limits = [_limits(line, row, faults) for line, row in rows[1 : 1 + days]]
    places = [_place(line, row, days, faults) for line, row in rows[1 + days : wanted]]
    depots, customers = (
        (places[count:], places[:count]) if kind == DEPOTS else (places[:1], places[1:])
    )
    lines_of = [line for line, _ in rows[1 + days : wanted]]
    first = 0 if kind == DEPOTS else 1
    for line, customer in zip(lines_of[first:], customers, strict=False):
        faults += [f"line {line}: {fault}" for fault in _customer_faults(customer, kind)]
    if faults:
        raise InstanceError("\n".join(f"{path}, {fault}" for fault in faults))
    return _File(kind=kind, vehicles=vehicles, limits=limits, depots=depots, customers=customers)


def _limits(line: int, row: Sequence[str], faults: list[str]) -> tuple[float, int]:
    try:
        duration, capacity = float(row[0]), int(row[1])
    except (ValueError, IndexError):
        faults.append(f"line {line}: {' '.join(row)!r} is not a duration and a capacity.")
        return 0.0, 0
    return duration, capacity


def _place(line: int, row: Sequence[str], days: int, faults: list[str]) -> _Place:
    try:
        x, y, service = map(float, row[1:4])
        demand, frequency, count = map(int, row[4:7])
        combinations = tuple(map(int, row[7 : 7 + count]))
    except ValueError:
        faults.append(
            f"line {line}: {' '.join(row)!r} is not id, x, y, service, demand, frequency, the "
            "number of combinations and these."
        )
        return _Place(x=0, y=0, service=0, demand=0, frequency=1, combinations=(1,))
    if len(combinations) < count:
        faults.append(f"line {line}: {count} combinations, but {len(combinations)} are given.")
    if wrong := [code for code in combinations if not 0 <= code < 1 << days]:
        faults.append(f"line {line}: combinations {wrong} are not of {days} days.")
    return _Place(
        x=x, y=y, service=service, demand=demand, frequency=frequency, combinations=combinations
    )


def _customer_faults(customer: _Place, kind: int) -> Iterator[str]:
    if not customer.combinations or customer.frequency < 1:
        yield "a customer without visits or combinations: give 1 or more of both."
    elif kind == PERIODIC:
        wrong = [c for c in customer.combinations if c.bit_count() != customer.frequency]
        if wrong:
            yield f"combinations {wrong} are not of {customer.frequency} days."
