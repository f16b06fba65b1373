"""Which pattern each group has: chosen, costed, taken back, and read off given routes."""

from __future__ import annotations

import numpy as np

from bookcar.compiled import compiled, inlined
from bookcar.optimiser.sisr.groups import Cycle
from bookcar.optimiser.sisr.layout import NEVER, Layout
from bookcar.optimiser.sisr.shared import settle_levels, take_back_levels
from bookcar.optimiser.sisr.state import State


@inlined
def note(state: State, cycle: Cycle, group: int) -> None:
    """Note that a group may differ from the last accepted one."""
    at = np.uint32(group)
    if cycle.stamp[at] != state.sums[0].stamp:
        cycle.stamp[at] = state.sums[0].stamp
        facts = cycle.facts[0]
        cycle.changed[np.uint32(facts.changed)] = group
        cycle.was[at], cycle.was_cost[at] = cycle.pattern[at], cycle.cost[at]
        facts.changed += 1


@compiled
def choose(cycle: Cycle, group: int, pattern: int) -> None:
    """Give a group a pattern, and its stops their rows; -1 for none."""
    record = cycle.groups[np.uint32(group)]
    cycle.pattern[np.uint32(group)] = pattern
    first = np.int64(0)
    if pattern >= 0:
        first = np.int64(cycle.patterns[np.uint32(pattern)].rows)
    for j in range(np.int64(record.members_end) - record.members):
        stop = np.uint32(cycle.members[np.uint32(record.members + j)])
        cycle.row[stop] = cycle.pattern_rows[np.uint32(first + j)] if pattern >= 0 else -1


@compiled
def settle(layout: Layout, state: State, cycle: Cycle) -> None:
    """Bring the cost of the groups that the step has touched, and of all levels, up to date."""
    for i in range(cycle.facts[0].changed):
        settle_group(state, cycle, np.int64(cycle.changed[np.uint32(i)]))
    settle_levels(layout, state, cycle.shared)


@compiled
def settle_group(state: State, cycle: Cycle, group: int) -> None:
    """Bring the cost of a group's pattern and of its other vehicles up to date."""
    record, at = cycle.groups[np.uint32(group)], np.uint32(group)
    cost = np.int64(0)
    if cycle.pattern[at] >= 0:
        visits, most = count_vehicles(state, cycle, group)
        if visits > 0:
            cost = cycle.patterns[np.uint32(cycle.pattern[at])].cost
            cost += record.other_vehicle * (visits - most)
        else:  # nothing is gained by a pattern of which no visit is made
            choose(cycle, group, np.int64(-1))
    state.sums[0].cost += cost - cycle.cost[at]
    cycle.cost[at] = cost


@inlined
def count_vehicles(state: State, cycle: Cycle, group: int) -> tuple[int, int]:
    """Count a group's visits by vehicle; return how many there are, and by the busiest one."""
    record = cycle.groups[np.uint32(group)]
    for v in range(cycle.facts[0].vehicles):
        cycle.counts[np.uint32(v)] = 0
    visits, most = np.int64(0), np.int64(0)
    for j in range(record.members, record.members_end):
        route = state.nodes[np.uint32(cycle.members[np.uint32(j)])].route
        if route >= 0:
            vehicle = np.uint32(cycle.vehicle[np.uint32(route)])
            cycle.counts[vehicle] += 1
            visits += 1
            most = max(most, np.int64(cycle.counts[vehicle]))
    return visits, most


@compiled
def take_back_choices(state: State, cycle: Cycle) -> None:
    """Give the groups that the step has touched the patterns and costs back that they had."""
    for i in range(cycle.facts[0].changed):
        group = np.int64(cycle.changed[np.uint32(i)])
        at = np.uint32(group)
        if cycle.pattern[at] != cycle.was[at]:
            choose(cycle, group, np.int64(cycle.was[at]))
        state.sums[0].cost += cycle.was_cost[at] - cycle.cost[at]
        cycle.cost[at] = cycle.was_cost[at]
    take_back_levels(state, cycle.shared)


@compiled
def count_changes(cycle: Cycle) -> None:
    """Count the groups whose pattern changes what people know."""
    facts = cycle.shared.facts[0]
    facts.changes = 0
    for group in range(cycle.facts[0].groups):
        pattern = cycle.pattern[np.uint32(group)]
        if pattern >= 0:
            facts.changes += cycle.shared.changes[np.uint32(pattern)]


@compiled
def read_choices(layout: Layout, state: State, cycle: Cycle) -> None:
    """Give every group the cheapest pattern that its visits keep, none if none is made."""
    for group in range(cycle.facts[0].groups):
        record = cycle.groups[np.uint32(group)]
        made = np.int64(0)
        for j in range(record.members, record.members_end):
            made += state.nodes[np.uint32(cycle.members[np.uint32(j)])].route >= 0
        best, chosen = NEVER, np.int64(-1)
        if made > 0:
            for pattern in range(record.patterns, record.patterns_end):
                cost = cycle.patterns[np.uint32(pattern)].cost
                if cost < best and keeps(state, cycle, group, pattern):
                    best, chosen = cost, np.int64(pattern)
        choose(cycle, group, chosen)
        settle_group(state, cycle, group)
    settle_levels(layout, state, cycle.shared)


@compiled
def keeps(state: State, cycle: Cycle, group: int, pattern: int) -> bool:
    """Tell whether a group's visits, as they stand, keep a pattern."""
    record = cycle.groups[np.uint32(group)]
    first = np.int64(cycle.patterns[np.uint32(pattern)].rows)
    for j in range(np.int64(record.members_end) - record.members):
        route = state.nodes[np.uint32(cycle.members[np.uint32(record.members + j)])].route
        row = cycle.pattern_rows[np.uint32(first + j)]
        if route >= 0:
            if row < 0 or cycle.row_has[np.uint32(row), np.uint32(route)] == 0:
                return False
        elif row >= 0 and record.whole:
            return False
    return True
