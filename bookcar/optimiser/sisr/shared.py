"""What routes share, as the kernel's arrays: hours by part of each level, and supplies by day.

Both are counted anew before a recreation, and kept up to date while it puts visits in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.compiled import by_address, compiled, inlined
from bookcar.optimiser.problem import Group, Problem
from bookcar.optimiser.sisr.layout import Layout, Records
from bookcar.optimiser.sisr.state import State

MANY = 2**30
"""More changes than groups there are."""

_THOUSAND = 1_000

SHARED = np.dtype(
    [
        ("levels", "i4"),
        ("supplies", "i4"),
        ("days", "i4"),
        ("most_changes", "i4"),
        ("changes", "i4"),
        ("cost", "i8"),
        ("was", "i8"),
    ],
    align=True,
)
"""``changes``: groups that change now; ``cost``: of all levels, as it is in the sum of all cost;
``was``: the same before this step."""

LEVEL = np.dtype(
    [("per_second", "i8"), ("ease", "i8"), ("days", "i8"), ("off", "i8"), ("first", "i4"),
     ("end", "i4")],
    align=True,
)  # fmt: skip
"""A level: its parts, from ``first`` to ``end``, their car-days, the ``ease`` in thousandths, and
how far all parts are ``off`` now: thousandths of a second, ``days`` times."""


@by_address
class Shared(NamedTuple):
    """Levels, supplies and changes of a problem, and how a chain's solution stands to them.

    Attributes
    ----------
    facts
        One record.
    part_of
        By level and car-day: the part, counted over all levels; -1 for none.
    part_days, seconds
        By part: its car-days, and the seconds of their routes now.
    supply_of, stays
        By stop: -1 where it takes of none.
    most, left, lasting
        Of each supply, how much there is; on each day, how much is left; and on that day or any
        later one at least.
    changes
        By pattern.
    """

    facts: Records
    levels: Records
    part_of: npt.NDArray[np.int32]
    part_days: npt.NDArray[np.int64]
    seconds: npt.NDArray[np.int64]
    supply_of: npt.NDArray[np.int32]
    stays: npt.NDArray[np.uint8]
    most: npt.NDArray[np.int32]
    left: npt.NDArray[np.int32]
    lasting: npt.NDArray[np.int32]
    changes: npt.NDArray[np.uint8]


def lay_out_shared(problem: Problem, groups: Sequence[Group], units: float) -> Shared:
    """Return the kernel's view of what a problem's routes share; ``groups``: all of the kernel."""
    facts = np.zeros(1, dtype=SHARED)
    days = 1 + max(car.day for car in problem.car_days)
    facts["levels"], facts["supplies"], facts["days"] = (
        len(problem.levels),
        len(problem.supplies),
        days,
    )
    facts["most_changes"] = MANY if problem.most_changes is None else problem.most_changes
    levels = np.zeros(len(problem.levels), dtype=LEVEL)
    part_of = np.full((len(problem.levels), len(problem.car_days)), -1, dtype=np.int32)
    part_days: list[int] = []
    for number, level in enumerate(problem.levels):
        names = sorted({part for part in level.parts if part is not None})
        for k, part in enumerate(level.parts):
            if part is not None:
                part_of[number, k] = len(part_days) + names.index(part)
        record = levels[number]
        record["first"] = len(part_days)
        part_days += [level.parts.count(part) for part in names]
        record["end"] = len(part_days)
        record["days"] = sum(part is not None for part in level.parts)
        record["per_second"] = round(level.cost / 3600 * units)
        record["ease"] = round(level.ease * _THOUSAND)
    supply_of = np.full(len(problem.tasks), -1, dtype=np.int32)
    stays = np.zeros(len(problem.tasks), dtype=np.uint8)
    for number, supply in enumerate(problem.supplies):
        supply_of[list(supply.tasks)] = number
        stays[list(supply.stays)] = 1
    patterns = [pattern for group in groups for pattern in group.patterns]
    return Shared(
        facts=facts,
        levels=levels,
        part_of=part_of,
        part_days=np.array(part_days, dtype=np.int64),
        seconds=np.zeros(len(part_days), dtype=np.int64),
        supply_of=supply_of,
        stays=stays,
        most=np.array([supply.most for supply in problem.supplies], dtype=np.int32),
        left=np.zeros((len(problem.supplies), days), dtype=np.int32),
        lasting=np.zeros((len(problem.supplies), days), dtype=np.int32),
        changes=np.array([pattern.changes for pattern in patterns], dtype=np.uint8),
    )


def shared_for_chain(shared: Shared) -> Shared:
    """Return the same with a standing of its own, for another chain."""
    own = ("facts", "levels", "seconds", "left", "lasting")
    return shared._replace(**{name: getattr(shared, name).copy() for name in own})


@compiled
def weigh_hours(layout: Layout, state: State, shared: Shared) -> None:
    """Count the hours of all parts anew."""
    if shared.facts[0].levels == 0:
        return
    for i in range(len(shared.seconds)):
        shared.seconds[np.uint32(i)] = 0
    for level in range(shared.facts[0].levels):
        for i in range(layout.facts[0].cars):
            part = shared.part_of[np.uint32(level), np.uint32(i)]
            if part >= 0 and state.routes[np.uint32(i)].size > 0:
                shared.seconds[np.uint32(part)] += state.routes[np.uint32(i)].seconds
        record = shared.levels[np.uint32(level)]
        record.off = _off(shared, level, np.int64(-1), np.int64(0))


@compiled
def count_supplies(layout: Layout, state: State, shared: Shared) -> None:
    """Count what is left of all supplies anew."""
    if shared.facts[0].supplies == 0:
        return
    for supply in range(shared.facts[0].supplies):
        for day in range(shared.facts[0].days):
            shared.left[np.uint32(supply), np.uint32(day)] = shared.most[np.uint32(supply)]
            shared.lasting[np.uint32(supply), np.uint32(day)] = shared.most[np.uint32(supply)]
    for i in range(layout.facts[0].stops):
        stop = np.uint32(i)
        route = state.nodes[stop].route
        if shared.supply_of[stop] >= 0 and route >= 0:
            _use(shared, stop, np.int64(layout.cars[np.uint32(route)].day))
    for supply in range(shared.facts[0].supplies):
        _look_ahead(shared, np.int64(supply))


@inlined
def _use(shared: Shared, stop: np.uint32, day: np.int64) -> None:
    supply = np.uint32(shared.supply_of[stop])
    last = day + np.int64(1)
    if shared.stays[stop]:
        last = np.int64(shared.facts[0].days)
    for d in range(day, last):
        shared.left[supply, np.uint32(d)] -= 1


@inlined
def _look_ahead(shared: Shared, supply: np.int64) -> None:
    """Write of every day what is left at least from then on."""
    least = shared.most[np.uint32(supply)]
    for d in range(np.int64(shared.facts[0].days) - 1, -1, -1):
        least = min(least, shared.left[np.uint32(supply), np.uint32(d)])
        shared.lasting[np.uint32(supply), np.uint32(d)] = least


@inlined
def put_in(
    layout: Layout, shared: Shared, stop: np.uint32, car: np.uint32, longer: np.int64
) -> None:
    """Take into account that a visit was put on a car-day, whose route takes longer by that."""
    for level in range(shared.facts[0].levels):
        part = shared.part_of[np.uint32(level), car]
        if part >= 0:
            shared.seconds[np.uint32(part)] += longer
            record = shared.levels[np.uint32(level)]
            record.off = _off(shared, level, np.int64(-1), np.int64(0))
    if shared.facts[0].supplies > 0 and shared.supply_of[stop] >= 0:
        _use(shared, stop, np.int64(layout.cars[car].day))
        _look_ahead(shared, np.int64(shared.supply_of[stop]))


@compiled
def _off(shared: Shared, level: int, part: np.int64, longer: np.int64) -> np.int64:
    """Return how far the parts of a level are off their shares if one had that much more."""
    record = shared.levels[np.uint32(level)]
    total = longer if part >= 0 else np.int64(0)
    for i in range(record.first, record.end):
        total += shared.seconds[np.uint32(i)]
    off = np.int64(0)
    for i in range(record.first, record.end):
        own = shared.seconds[np.uint32(i)]
        if i == part:
            own += longer
        due = shared.part_days[np.uint32(i)] * total
        off += max(np.int64(0), 1_000 * abs(own * record.days - due) - record.ease * due)
    return off


@compiled
def level_price(shared: Shared, car: np.uint32, longer: np.int64) -> np.int64:
    """Return what it costs in all levels that the route of a car-day takes longer by that."""
    price = np.int64(0)
    for level in range(shared.facts[0].levels):
        part = np.int64(shared.part_of[np.uint32(level), car])
        if part >= 0:
            record = shared.levels[np.uint32(level)]
            more = _off(shared, level, part, longer) - record.off
            price += record.per_second * (more // (1_000 * record.days))
    return price


@compiled
def settle_levels(layout: Layout, state: State, shared: Shared) -> None:
    """Bring the cost of all levels up to date."""
    facts = shared.facts[0]
    if facts.levels == 0:
        return
    weigh_hours(layout, state, shared)
    cost = np.int64(0)
    for level in range(facts.levels):
        record = shared.levels[np.uint32(level)]
        cost += record.per_second * (record.off // (1_000 * record.days))
    state.sums[0].cost += cost - facts.cost
    facts.cost = cost


@inlined
def take_back_levels(state: State, shared: Shared) -> None:
    """Give the levels the cost back that they had before this step."""
    facts = shared.facts[0]
    state.sums[0].cost += facts.was - facts.cost
    facts.cost = facts.was


@inlined
def has_room(shared: Shared, stop: np.uint32, day: int, before: int) -> bool:
    """Tell whether a supply has one more for a visit, when so many more stay with earlier ones."""
    supply = np.uint32(shared.supply_of[stop])
    left = shared.left[supply, np.uint32(day)]
    if shared.stays[stop]:
        left = shared.lasting[supply, np.uint32(day)]
    return bool(left > before)
