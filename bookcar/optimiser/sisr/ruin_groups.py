"""Ruin where stops have patterns: strings of one date, or of groups with all their visits.

A step either keeps every pattern, and then takes strings out of neighbouring routes of one date, as
without patterns; or it takes strings out of neighbouring routes of any dates, and with each visit
all others of its group, which then get the best of their patterns.
"""

from __future__ import annotations

import numpy as np

from bookcar.compiled import compiled, inlined
from bookcar.optimiser.sisr.choices import choose, note
from bookcar.optimiser.sisr.groups import Cycle
from bookcar.optimiser.sisr.layout import Layout
from bookcar.optimiser.sisr.node_data import repair
from bookcar.optimiser.sisr.rng import below, uniform
from bookcar.optimiser.sisr.ruin import (
    LONGEST_STRING,
    UNSERVED_ANYWHERE,
    UNSERVED_NEAR,
    remove_string,
)
from bookcar.optimiser.sisr.state import LISTED, UNSERVED, State, remove


@compiled
def ruin_groups(layout: Layout, state: State, cycle: Cycle, anew: bool) -> int:
    """Remove strings around a random stop; with ``anew``, their groups whole. Return that stop."""
    facts, sums = layout.facts[0], state.sums[0]
    seed = state.own[np.uint32(below(state.rng, sums.own))]
    sums.removed = 0
    if sums.served == 0:
        return seed
    if state.nodes[seed].route < 0:
        anew = True
    longest = min(LONGEST_STRING, sums.served / sums.used)
    average = cycle.facts[0].removed_anew if anew else cycle.facts[0].removed_kept
    most = max(1.0, 4.0 * average / (1.0 + longest) - 1.0)
    strings = np.int64(uniform(state.rng) * most + 1.0)
    day = np.int64(-1)
    if not anew:
        day = np.int64(layout.cars[np.uint32(state.nodes[seed].route)].day)
    strings -= _ruin_at(layout, state, cycle, seed, longest)
    for j in range(facts.nearest):
        if strings <= 0:
            break
        group = np.int64(cycle.group_of[layout.near[seed, np.uint32(j)].stop])
        stop = _visit_of(layout, state, cycle, group, day)
        if stop >= 0:
            strings -= _ruin_at(layout, state, cycle, np.uint32(stop), longest)
    if anew:
        _complete(layout, state, cycle)
    return seed


@inlined
def _visit_of(layout: Layout, state: State, cycle: Cycle, group: int, day: int) -> int:
    """Return the stop of a group that is visited on a day, any that is if that is -1; or -1."""
    record = cycle.groups[np.uint32(group)]
    count = np.int64(record.members_end) - record.members
    begin = np.int64(0)
    if day < 0:
        begin = below(state.rng, count)
    for j in range(count):
        at = record.members + (begin + j) % count
        stop = np.uint32(cycle.members[np.uint32(at)])
        route = state.nodes[stop].route
        if route >= 0 and (day < 0 or layout.cars[np.uint32(route)].day == day):
            return np.int64(stop)
    return np.int64(-1)


@compiled
def _ruin_at(layout: Layout, state: State, cycle: Cycle, stop: np.uint32, longest: float) -> int:
    """Remove a string that holds the stop, once a route; return how many strings that was."""
    number = state.nodes[stop].route
    if number < 0 or layout.tasks[stop].locked:
        return 0
    route = state.routes[np.uint32(number)]
    if route.ruined >= state.sums[0].stamp:  # this time, or another chain's
        return 0
    route.ruined = state.sums[0].stamp
    remove_string(layout, state, stop, longest)
    if not cycle.facts[0].light:
        repair(layout, state, np.uint32(number))
    return 1


@compiled
def _complete(layout: Layout, state: State, cycle: Cycle) -> None:
    """Take the pattern of every removed stop's group away, and its other visits out."""
    for i in range(state.sums[0].removed):
        group = np.int64(cycle.group_of[state.removed[np.uint32(i)]])
        if group >= 0 and cycle.pattern[np.uint32(group)] >= 0:
            note(state, cycle, group)
            choose(cycle, group, np.int64(-1))
            _take_out(layout, state, cycle, group)


@compiled
def _take_out(layout: Layout, state: State, cycle: Cycle, group: int) -> None:
    """Remove the visits of a group, but those that are fixed or another chain's."""
    record = cycle.groups[np.uint32(group)]
    for j in range(record.members, record.members_end):
        stop = np.uint32(cycle.members[np.uint32(j)])
        number = state.nodes[stop].route
        if number < 0 or layout.tasks[stop].locked or state.away[stop]:
            continue
        remove(layout, state, stop)
        if not cycle.facts[0].light:
            repair(layout, state, np.uint32(number))


@compiled
def list_units(state: State, cycle: Cycle) -> None:
    """List of each group that has no pattern one stop, of the others each stop that is removed."""
    sums = state.sums[0]
    kept = 0
    for i in range(sums.removed):
        stop = state.removed[np.uint32(i)]
        group = np.int64(cycle.group_of[stop])
        if group >= 0:
            record = cycle.groups[np.uint32(group)]
            note(state, cycle, group)
            if record.members_end - record.members == 1:
                choose(cycle, group, np.int64(-1))
            if cycle.pattern[np.uint32(group)] < 0:
                if cycle.row[stop] == TAKEN:
                    continue
                _mark(cycle, group)
        state.removed[np.uint32(kept)] = stop
        kept += 1
    sums.removed = kept


TAKEN = -2
"""Instead of a row: a stop whose group is listed already."""


@inlined
def _mark(cycle: Cycle, group: int) -> None:
    record = cycle.groups[np.uint32(group)]
    for j in range(record.members, record.members_end):
        cycle.row[np.uint32(cycle.members[np.uint32(j)])] = TAKEN


@compiled
def invite_groups(layout: Layout, state: State, cycle: Cycle, seed: np.uint32) -> None:
    """List groups and visits near a ruin that are not served, at times some from anywhere."""
    facts, sums = layout.facts[0], state.sums[0]
    if cycle.group_of[seed] < 0:
        return
    room = UNSERVED_NEAR - _invite(state, cycle, np.int64(cycle.group_of[seed]))
    for j in range(facts.nearest):
        if room <= 0:
            break
        near = layout.near[seed, np.uint32(j)].stop
        room -= _invite(state, cycle, np.int64(cycle.group_of[near]))
    if sums.iteration % UNSERVED_ANYWHERE == 0:
        for _ in range(UNSERVED_ANYWHERE):
            stop = state.own[np.uint32(below(state.rng, sums.own))]
            if cycle.group_of[stop] >= 0:
                _invite(state, cycle, np.int64(cycle.group_of[stop]))


@compiled
def _invite(state: State, cycle: Cycle, group: int) -> int:
    """List what of a group is neither served nor listed; return how many units that adds."""
    record, sums = cycle.groups[np.uint32(group)], state.sums[0]
    if cycle.pattern[np.uint32(group)] >= 0 and record.whole:
        return 0
    added = 0
    for j in range(record.members, record.members_end):
        stop = np.uint32(cycle.members[np.uint32(j)])
        if state.nodes[stop].route != UNSERVED:
            if cycle.pattern[np.uint32(group)] < 0:
                return added
            continue
        if cycle.pattern[np.uint32(group)] >= 0 and cycle.row[stop] < 0:
            continue
        note(state, cycle, group)
        state.nodes[stop].route = LISTED
        state.removed[np.uint32(sums.removed)] = stop
        sums.removed += 1
        added += 1
        if cycle.pattern[np.uint32(group)] < 0:
            return added
    return added
