"""Recreate: put stops back greedily, each where it costs least, now and then blinking.

Section 5.2 of the paper. Places next to a stop's neighbours and one empty route of each kind are
looked at; if none of them is good, all places are.
"""

from __future__ import annotations

import numpy as np

from bookcar.optimiser.sisr.along import refresh
from bookcar.optimiser.sisr.chance import below, uniform, wait
from bookcar.optimiser.sisr.compiled import compiled, inlined
from bookcar.optimiser.sisr.fits import rich_cost
from bookcar.optimiser.sisr.layout import NEVER, Layout
from bookcar.optimiser.sisr.state import State, insert, top_empty

LOG_SIGHT = float(np.log(1 - 0.01))
"""The logarithm of how likely a place is seen: one in a hundred is blinked over."""


@compiled
def recreate(layout: Layout, state: State) -> None:
    """Insert what was removed, in a random kind of order; what fits nowhere stays unserved."""
    sort_removed(layout, state)
    for i in range(state.sums[0].removed):
        stop = state.removed[np.uint32(i)]
        if layout.facts[0].plain:
            after = plain_place(layout, state, stop)
        else:
            after = -1
        if after >= 0:
            insert(layout, state, stop, np.uint32(after))
            if not layout.facts[0].plain:
                refresh(layout, state, np.uint32(state.nodes[stop].route))


@compiled
def sort_removed(layout: Layout, state: State) -> None:
    """Order the removed stops: at random, largest first, farthest first, or nearest first."""
    order = below(state.rng, 11)
    for i in range(state.sums[0].removed):
        state.keys[np.uint32(i)] = _plain_key(layout, state, state.removed[np.uint32(i)], order)
    _sort(state)


@inlined
def _plain_key(layout: Layout, state: State, stop: np.uint32, order: int) -> float:
    if order < 4:
        return uniform(state.rng)
    ask = layout.asks[stop]
    if order < 8:
        return -np.float64(max(ask.drop_books, ask.collect_books))
    if order < 10:
        return -np.float64(ask.remote)
    return np.float64(ask.remote)


@inlined
def _sort(state: State) -> None:
    """Sort the removed stops by their keys: by insertion, as they are few."""
    for i in range(1, state.sums[0].removed):
        key, stop = state.keys[np.uint32(i)], state.removed[np.uint32(i)]
        j = i
        while j > 0 and state.keys[np.uint32(j - 1)] > key:
            state.keys[np.uint32(j)] = state.keys[np.uint32(j - 1)]
            state.removed[np.uint32(j)] = state.removed[np.uint32(j - 1)]
            j -= 1
        state.keys[np.uint32(j)], state.removed[np.uint32(j)] = key, stop


@compiled
def plain_place(layout: Layout, state: State, stop: np.uint32) -> int:
    """Return the node after which a stop costs least, -1 if it fits nowhere; books alone bind.

    A place costs three table look-ups at most: distances between neighbours are in the nodes, those
    from a neighbour to the stop beside its number.
    """
    need = layout.asks[stop].drop_books
    row, column = layout.metres[0, stop], layout.metres_back[0, stop]
    nodes, routes, near = state.nodes, state.routes, layout.near[stop]
    blink = state.sums[0].blink
    best, after = NEVER, -1
    for j in range(layout.facts[0].nearest):
        other = near[np.uint32(j)]
        node = nodes[other.stop]
        if node.route < 0 or routes[np.uint32(node.route)].room < need:
            continue
        behind = np.int64(other.from_it) + row[node.next_place] - node.to_next
        ahead = np.int64(column[node.prev_place]) + other.to_it - node.from_prev
        if blink == 0:
            behind = NEVER
            blink = wait(state.rng, LOG_SIGHT) + 2
        elif blink == 1:
            ahead = NEVER
            blink = wait(state.rng, LOG_SIGHT) + 2
        blink -= 2
        if behind < best:
            best, after = behind, np.int64(other.stop)
        if ahead < best:
            best, after = ahead, np.int64(node.prev)
    state.sums[0].blink = blink
    if after < 0:
        best, after = _any_plain_place(layout, state, stop)
    return _or_new_route(layout, state, stop, best, after)


@inlined
def _or_new_route(
    layout: Layout, state: State, stop: np.uint32, best: int, after: int
) -> int:
    """Return the place found, or the start of an empty route if that is cheaper."""
    empty = top_empty(layout, state, 0)
    if empty < 0:
        return after
    car = layout.cars[np.uint32(empty)]
    if car.books < layout.asks[stop].drop_books:
        return after
    alone = np.int64(layout.metres[0, car.start, stop]) + layout.metres[0, stop, car.end]
    if car.per_metre * best > car.fixed + car.per_metre * alone or after < 0:
        return layout.facts[0].stops + empty
    return after


@compiled
def _any_plain_place(layout: Layout, state: State, stop: np.uint32) -> tuple[int, int]:
    need = layout.asks[stop].drop_books
    row, column = layout.metres[0, stop], layout.metres_back[0, stop]
    best, after = NEVER, -1
    for other in range(layout.facts[0].stops):
        node = state.nodes[np.uint32(other)]
        if node.route < 0 or state.routes[np.uint32(node.route)].room < need:
            continue
        behind = np.int64(column[np.uint32(other)]) + row[node.next_place] - node.to_next
        ahead = np.int64(column[node.prev_place]) + row[np.uint32(other)] - node.from_prev
        if behind < best:
            best, after = behind, np.int64(other)
        if ahead < best:
            best, after = ahead, np.int64(node.prev)
    return best, after
