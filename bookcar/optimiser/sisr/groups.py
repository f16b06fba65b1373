"""The groups of a problem and their patterns as the kernel's arrays, and which pattern each has.

A *row* is a set of car-days that some pattern lists for a visit; equal ones are one row. A task
that is in no group is a group by itself, with one pattern that lists its own car-days.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.compiled import by_address
from bookcar.optimiser.problem import Group, Pattern, Problem
from bookcar.optimiser.sisr.build import Scale
from bookcar.optimiser.sisr.layout import IMPASSABLE, TOTALS, Layout, Records
from bookcar.optimiser.sisr.shared import Shared, lay_out_shared, shared_for_chain

GROUP = np.dtype(
    [
        ("other_vehicle", "i8"),
        ("members", "i4"),
        ("members_end", "i4"),
        ("patterns", "i4"),
        ("patterns_end", "i4"),
        ("cars", "i4"),
        ("cars_end", "i4"),
        ("whole", "i4"),
    ],
    align=True,
)
"""A group: where its stops, its patterns and the car-days of all of these begin and end."""

PATTERN = np.dtype([("cost", "i8"), ("rows", "i4")], align=True)
"""A pattern: its cost, less the prizes of what it leaves out, and where its rows begin."""

ANEW = 0.5
"""How many steps choose patterns anew; the others move visits within their dates."""

REMOVED_ANEW, REMOVED_KEPT = 8.0, 10.0
"""Visits removed on the average where patterns are chosen anew, before the rest of their groups;
and where they are kept, as without patterns."""

OVERLOOKED = 50
"""One pattern in so many is overlooked: what is cheapest now is not always right."""

CYCLE = np.dtype(
    [
        ("anew", "f8"),
        ("removed_anew", "f8"),
        ("removed_kept", "f8"),
        ("overlooked", "i4"),
        ("light", "i4"),
        ("groups", "i4"),
        ("vehicles", "i4"),
        ("changed", "i4"),
    ],
    align=True,
)
"""The figures above; ``light``: no limit but books, and nothing but metres costs, besides groups;
``changed``: how many groups the step has touched."""

Numbers = npt.NDArray[np.int32]


@by_address
class Cycle(NamedTuple):
    """The groups of a problem, and a chain's choice of their patterns.

    Attributes
    ----------
    facts
        One record.
    group_of
        By stop; -1 for reloads.
    members, alike
        The stops of the groups, one after the other; and which of its group's different visits a
        stop is, counted in their order: alike ones cost the same at every place.
    pattern_rows
        By pattern and visit; -1 where it leaves the visit out.
    row_from, row_cars, row_has
        The car-days of row r, ``row_cars[row_from[r] : row_from[r + 1]]``, and whether it has one.
    group_cars
        The car-days of all patterns of a group, ascending.
    vehicle
        By car-day.
    pattern, row
        What is chosen now: by group, -1 if none of its visits is made; by stop.
    cost
        By group: of its pattern and of other vehicles, as they are in the sum of all cost.
    stamp, changed, was, was_cost
        When a group was last touched; the groups this step touched, and what they had before.
    best, place
        By different visit and car-day: the cheapest place of what is put in now.
    counts
        By vehicle: visits of a group.
    shared
        Hours to be spread, supplies and changes.
    """

    facts: Records
    groups: Records
    group_of: Numbers
    members: Numbers
    alike: Numbers
    patterns: Records
    pattern_rows: Numbers
    row_from: Numbers
    row_cars: Numbers
    row_has: npt.NDArray[np.uint8]
    group_cars: Numbers
    vehicle: Numbers
    pattern: Numbers
    row: Numbers
    cost: npt.NDArray[np.int64]
    stamp: Numbers
    changed: Numbers
    was: Numbers
    was_cost: npt.NDArray[np.int64]
    best: npt.NDArray[np.int64]
    place: Numbers
    counts: Numbers
    shared: Shared


def lay_out_groups(problem: Problem, layout: Layout, scale: Scale) -> Cycle:
    """Return the kernel's view of a problem's groups, no pattern chosen."""
    groups = [*problem.groups, *_by_themselves(problem)]
    numbers: dict[tuple[int, ...], int] = {}
    records = np.zeros(len(groups), GROUP)
    patterns: list[tuple[int, int]] = []
    members: list[int] = []
    rows: list[int] = []
    cars: list[int] = []
    for record, group in zip(records, groups, strict=True):
        record["other_vehicle"] = round(group.other_vehicle * scale.units)
        record["whole"] = group.whole
        record["members"], record["patterns"], record["cars"] = (
            len(members),
            len(patterns),
            len(cars),
        )
        members += group.tasks
        for pattern in group.patterns:
            patterns.append((_cost(layout, scale, group, pattern), len(rows)))
            rows += [
                numbers.setdefault(some, len(numbers)) if some else -1 for some in pattern.car_days
            ]
        cars += sorted({c for pattern in group.patterns for some in pattern.car_days for c in some})
        record["members_end"], record["patterns_end"] = len(members), len(patterns)
        record["cars_end"] = len(cars)
    stops, fleet = len(problem.tasks), len(problem.car_days)
    group_of = np.full(stops, -1, dtype=np.int32)
    for number, group in enumerate(groups):
        group_of[list(group.tasks)] = number
    alike = _alike(layout, problem, groups)
    has = np.zeros((len(numbers), fleet), dtype=np.uint8)
    for some, number in numbers.items():
        has[number, list(some)] = 1
    vehicles = {v: i for i, v in enumerate(sorted({c.vehicle or 0 for c in problem.car_days}))}
    facts = np.zeros(1, dtype=CYCLE)
    facts["anew"], facts["overlooked"] = ANEW, OVERLOOKED
    facts["removed_anew"], facts["removed_kept"] = REMOVED_ANEW, REMOVED_KEPT
    facts["light"], facts["groups"], facts["vehicles"] = _light(layout), len(groups), len(vehicles)
    ends = np.cumsum([0, *(len(some) for some in numbers)])
    return Cycle(
        facts=facts,
        groups=records,
        group_of=group_of,
        members=np.array(members, dtype=np.int32),
        alike=alike,
        patterns=np.array(patterns, dtype=PATTERN),
        pattern_rows=np.array(rows, dtype=np.int32),
        row_from=ends.astype(np.int32),
        row_cars=np.array([c for some in numbers for c in some], dtype=np.int32),
        row_has=has,
        group_cars=np.array(cars, dtype=np.int32),
        vehicle=np.array([vehicles[c.vehicle or 0] for c in problem.car_days], dtype=np.int32),
        pattern=np.full(len(groups), -1, dtype=np.int32),
        row=np.full(stops, -1, dtype=np.int32),
        cost=np.zeros(len(groups), dtype=np.int64),
        stamp=np.full(len(groups), -1, dtype=np.int32),
        changed=np.zeros(len(groups), dtype=np.int32),
        was=np.zeros(len(groups), dtype=np.int32),
        was_cost=np.zeros(len(groups), dtype=np.int64),
        best=np.zeros((int(alike.max(initial=0)) + 1, fleet), dtype=np.int64),
        place=np.zeros((int(alike.max(initial=0)) + 1, fleet), dtype=np.int32),
        counts=np.zeros(len(vehicles), dtype=np.int32),
        shared=lay_out_shared(problem, groups, scale.units),
    )


def for_chain(cycle: Cycle) -> Cycle:
    """Return the same groups with choices of their own, for another chain."""
    own = ["facts", "pattern", "row", "cost", "stamp", "changed", "was", "was_cost", "best"]
    own += ["place", "counts"]
    copies = {name: getattr(cycle, name).copy() for name in own}
    return cycle._replace(**copies, shared=shared_for_chain(cycle.shared))


def _by_themselves(problem: Problem) -> Iterator[Group]:
    grouped = {i for group in problem.groups for i in group.tasks}
    for i, task in enumerate(problem.tasks):
        if i not in grouped and not task.reload:
            yield Group(tasks=(i,), patterns=(Pattern(car_days=(task.car_days,)),))


def _cost(layout: Layout, scale: Scale, group: Group, pattern: Pattern) -> int:
    out = [i for i, some in zip(group.tasks, pattern.car_days, strict=True) if not some]
    return round(pattern.cost * scale.units) - int(layout.tasks["prize"][out].sum())


def _alike(layout: Layout, problem: Problem, groups: list[Group]) -> Numbers:
    """Return the number of each visit among the different ones of its group."""
    alike = np.zeros(len(problem.tasks), dtype=np.int32)
    for group in groups:
        signs: dict[object, int] = {}
        for i in group.tasks:
            task = problem.tasks[i]
            windows, extra = tuple(task.windows.items()), tuple(task.surcharges.items())
            sign = (task.location, task.car_days, windows, extra, layout.tasks[i].tobytes())
            alike[i] = signs.setdefault(sign, len(signs))
    return alike


def _light(layout: Layout) -> bool:
    facts, tasks = layout.facts[0], layout.tasks
    free = all((layout.cars[f"max_{total}"] == IMPASSABLE - 1).all() for total in TOTALS)
    ties = ("timed", "weighed", "driven", "spaced", "surcharged", "fixed", "reloads", "stocked")
    collects = tasks["collect_books"].any() or tasks["collect_kg"].any()
    return bool(
        free and not collects and not any(facts[name] for name in (*ties, "drivers", "one_way"))
    )
