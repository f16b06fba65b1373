"""Ruin: take strings of neighbouring stops out of neighbouring routes (section 5.1)."""

from __future__ import annotations

import numpy as np

from bookcar.compiled import compiled, inlined
from bookcar.optimiser.sisr.layout import Layout
from bookcar.optimiser.sisr.node_data import repair
from bookcar.optimiser.sisr.rng import below, uniform
from bookcar.optimiser.sisr.state import LISTED, UNSERVED, State, remove, top_empty

AVERAGE_REMOVED = 10.0
LONGEST_STRING = 10.0
SPLIT = 0.5
"""How many strings are split: they keep a run of stops in their middle."""

KEEP_ONE_MORE = 0.99
"""How likely the kept middle of a split string grows by one more stop. The paper's 1 - 0.01: the
middle is long wherever the route is."""

UNSERVED_NEAR = 12
"""How many unserved stops near a ruin are tried with the removed ones."""

UNSERVED_ANYWHERE = 8
"""Every so many ruins, as many stops from anywhere are looked at too."""

CALL_IN = 4
"""One car-day in so many that lost stops tries a reload it does not use yet."""


@compiled
def ruin(layout: Layout, state: State) -> int:
    """Remove strings around a random stop; return that stop."""
    facts, sums = layout.facts[0], state.sums[0]
    seed = state.own[np.uint32(below(state.rng, sums.own))]
    sums.removed = 0
    if sums.served == 0:
        return seed
    longest = min(LONGEST_STRING, sums.served / sums.used)
    most = 4.0 * AVERAGE_REMOVED / (1.0 + longest) - 1.0
    strings = np.int64(uniform(state.rng) * most + 1.0)
    strings -= _ruin_at(layout, state, seed, longest)
    near = layout.near[seed]
    for j in range(facts.nearest):
        if strings <= 0:
            break
        strings -= _ruin_at(layout, state, near[np.uint32(j)].stop, longest)
    return seed


@inlined
def _ruin_at(layout: Layout, state: State, stop: np.uint32, longest: float) -> int:
    """Remove a string that holds the stop, once a route; return how many strings that was."""
    number = state.nodes[stop].route
    if number < 0 or layout.tasks[stop].locked:
        return 0
    route = state.routes[np.uint32(number)]
    if route.ruined >= state.sums[0].stamp:  # this time, or another chain's
        return 0
    route.ruined = state.sums[0].stamp
    remove_string(layout, state, stop, longest)
    if not layout.facts[0].plain:
        repair(layout, state, np.uint32(number))
    return 1


@compiled
def remove_string(layout: Layout, state: State, stop: np.uint32, longest: float) -> None:
    """Remove a string of random length and place that holds the stop, whole or split."""
    size = state.routes[np.uint32(state.nodes[stop].route)].size
    length = min(size, np.int64(uniform(state.rng) * min(np.float64(size), longest) + 1.0))
    kept = 0
    if 1 < length < size and uniform(state.rng) < SPLIT:
        kept = _kept(state, size - length)
    total = length + kept
    first = _string_start(layout, state, stop, total)
    begin = 1 + below(state.rng, total - kept) if kept else total
    node = first
    for i in range(total):
        following = state.nodes[node].next
        if (i < begin or i >= begin + kept) and not layout.tasks[node].locked:
            remove(layout, state, node)
        node = following


@inlined
def _kept(state: State, most: int) -> int:
    """Return how many stops a split string keeps, at least one."""
    kept = 1
    if uniform(state.rng) < SPLIT:
        return kept
    while kept < most and uniform(state.rng) < KEEP_ONE_MORE:
        kept += 1
    return kept


@inlined
def _string_start(layout: Layout, state: State, stop: np.uint32, total: int) -> np.uint32:
    """Return the first stop of a random string of the length that holds the stop."""
    stops = np.uint32(layout.facts[0].stops)
    behind = 0
    node = state.nodes[stop].prev
    while behind < total - 1 and node < stops:
        behind += 1
        node = state.nodes[node].prev
    ahead = 0
    node = state.nodes[stop].next
    while ahead < total - 1 and node < stops:
        ahead += 1
        node = state.nodes[node].next
    least = max(0, total - 1 - ahead)
    back = least + below(state.rng, behind - least + 1)
    node = stop
    for _ in range(back):
        node = state.nodes[node].prev
    return node


@compiled
def add_unserved(layout: Layout, state: State, seed: np.uint32) -> None:
    """List unserved stops with the removed ones: those near, at times some from anywhere."""
    facts, sums = layout.facts[0], state.sums[0]
    room = UNSERVED_NEAR - _invite(layout, state, seed)
    for j in range(facts.nearest):
        if room == 0:
            break
        room -= _invite(layout, state, layout.near[seed, np.uint32(j)].stop)
    if sums.iteration % UNSERVED_ANYWHERE == 0:
        for _ in range(UNSERVED_ANYWHERE):
            _invite(layout, state, state.own[np.uint32(below(state.rng, sums.own))])


@inlined
def _invite(layout: Layout, state: State, stop: np.uint32) -> int:
    """List a stop that is neither served nor listed; return how many that adds."""
    if state.nodes[stop].route != UNSERVED or layout.tasks[stop].reload:
        return 0
    state.nodes[stop].route = LISTED
    state.removed[np.uint32(state.sums[0].removed)] = stop
    state.sums[0].removed += 1
    return 1


@compiled
def add_reload(layout: Layout, state: State) -> None:
    """List a reload of some car-days that lost stops: it may make room.

    And now and then of one that stays at home, which may load elsewhere before its first stop, or
    of any, for one that has left may have nothing but its fixed beginning, which is never ruined.
    """
    stops = np.uint32(layout.facts[0].stops)
    for i in range(state.sums[0].touched):
        if below(state.rng, CALL_IN) == 0:
            _call_in(layout, state, state.touched[np.uint32(i)])
    if layout.facts[0].elsewhere and below(state.rng, CALL_IN) == 0:
        idle = top_empty(layout, state, np.uint32(below(state.rng, layout.facts[0].kinds)))
        if idle >= 0:
            _call_in(layout, state, np.uint32(idle))
    if layout.facts[0].elsewhere and layout.facts[0].fixed:
        car = np.uint32(below(state.rng, layout.facts[0].cars))
        if not state.away[stops + car]:
            _call_in(layout, state, car)


@inlined
def _call_in(layout: Layout, state: State, car: np.uint32) -> None:
    """List a reload of a car-day that is not used, any of them."""
    unused, chosen = 0, np.uint32(0)
    for j in range(layout.calls_from[car], layout.calls_from[car + np.uint32(1)]):
        stop = layout.calls[np.uint32(j)]
        if state.nodes[stop].route == UNSERVED:
            unused += 1
            if below(state.rng, unused) == 0:
                chosen = stop
    if unused > 0:
        state.nodes[chosen].route = LISTED
        state.removed[np.uint32(state.sums[0].removed)] = chosen
        state.sums[0].removed += 1
