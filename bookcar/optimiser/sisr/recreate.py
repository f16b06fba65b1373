"""Recreate: put stops back greedily, each where it costs least, now and then blinking.

Section 5.2 of the paper. Places next to a stop's neighbours and one empty route of each kind are
looked at; if none of them is good, all places are.
"""

from __future__ import annotations

import numpy as np

from bookcar.compiled import compiled, inlined
from bookcar.optimiser.sisr.feasibility import rich_cost
from bookcar.optimiser.sisr.layout import NEVER, Layout
from bookcar.optimiser.sisr.node_data import drop_idle_calls, refresh
from bookcar.optimiser.sisr.rng import below, uniform, wait
from bookcar.optimiser.sisr.state import UNSERVED, State, insert, top_empty

LOG_SIGHT = float(np.log(1 - 0.01))
"""The logarithm of how likely a place is seen: one in a hundred is blinked over."""

LOOK_EVERYWHERE = 8
"""One in so many optional stops without a place near its neighbours is tried everywhere."""

OVERLOOK = 8
"""One empty route in so many is overlooked: the cheapest car-day is not always the right one."""

GENEROUS = 8
"""One recreation in so many inserts stops that cost more than their prize."""

UNHURRIED = 20
"""One recreation in so many takes time to be worth nothing."""

GENEROSITY = 8
"""Up to so many times their prize: two far stops may pay for a route that neither pays for."""


@compiled
def recreate(layout: Layout, state: State) -> None:
    """Insert what was removed, in a random kind of order; what fits nowhere stays unserved."""
    sort_removed(layout, state)
    stops = np.int64(layout.facts[0].stops)
    generous = layout.facts[0].prized and below(state.rng, GENEROUS) == 0
    state.sums[0].time_price = time_price(layout, state)
    state.sums[0].opened = -1
    for i in range(state.sums[0].removed):
        stop = state.removed[np.uint32(i)]
        if layout.facts[0].plain:
            after = plain_place(layout, state, stop)
        elif layout.tasks[stop].reload:
            after = reload_place(layout, state, stop)
            if after >= stops and state.routes[np.uint32(after - stops)].size == 0:
                state.sums[0].opened = stop
        elif layout.facts[0].handed and gets(layout, stop):
            after = place_behind(layout, state, stop, generous)
        else:
            after = rich_place(layout, state, stop, generous)
        if after >= 0:
            insert(layout, state, stop, np.uint32(after))
            if not layout.facts[0].plain:
                refresh(layout, state, np.uint32(state.nodes[stop].route))
        else:
            state.nodes[stop].route = UNSERVED
    if layout.facts[0].handed:
        hand_on(layout, state, generous)
    if layout.facts[0].reloads:
        leave_idle_calls(layout, state)


@compiled
def hand_on(layout: Layout, state: State, generous: bool) -> None:
    """Try again what gets something of stops that were put back behind it in the order."""
    more = True
    while more:
        more = False
        for i in range(state.sums[0].removed):
            stop = state.removed[np.uint32(i)]
            if state.nodes[stop].route != UNSERVED or not gets(layout, stop):
                continue
            after = place_behind(layout, state, stop, generous)
            if after >= 0:
                insert(layout, state, stop, np.uint32(after))
                refresh(layout, state, np.uint32(state.nodes[stop].route))
                more = True


@inlined
def leave_idle_calls(layout: Layout, state: State) -> None:
    """Leave no car-day that does nothing but reload."""
    listed = state.sums[0].removed
    drop_idle_calls(layout, state)
    for i in range(listed, state.sums[0].removed):
        state.nodes[state.removed[np.uint32(i)]].route = UNSERVED


@inlined
def time_price(layout: Layout, state: State) -> int:
    """Draw what a second is worth this time: nothing, or up to twice what it is on the average."""
    if layout.facts[0].worth_of_time == 0 or below(state.rng, UNHURRIED) == 0:
        return np.int64(0)
    return np.int64(2.0 * uniform(state.rng) * layout.facts[0].worth_of_time)


@compiled
def sort_removed(layout: Layout, state: State) -> None:
    """Order the removed stops: at random, by size, by distance, by window or by prize."""
    facts = layout.facts[0]
    order = below(state.rng, 11 + 6 * facts.timed + 6 * facts.prized)
    if order >= 11 and not facts.timed:
        order += 6
    for i in range(state.sums[0].removed):
        stop = state.removed[np.uint32(i)]
        if layout.tasks[stop].reload and i > 0:  # it goes behind any of the stops before it
            state.keys[np.uint32(i)] = state.keys[np.uint32(below(state.rng, i))]
        else:
            state.keys[np.uint32(i)] = _key(layout, state, stop, order)
    _sort(state)


@inlined
def _key(layout: Layout, state: State, stop: np.uint32, order: int) -> float:
    """Return what a stop is sorted by; the weights of the orders are the paper's."""
    task = layout.tasks[stop]
    if order < 4:
        return uniform(state.rng)
    if order < 8:
        return -np.float64(max(task.drop_books, task.collect_books))
    if order < 10:
        return -np.float64(task.remote)
    if order < 11:
        return np.float64(task.remote)
    if order < 13:
        return np.float64(task.closes - task.opens)
    if order < 15:
        return np.float64(task.opens)
    if order < 17:
        return -np.float64(task.closes)
    if order < 21:
        return -task.prize * (0.8 + 0.4 * uniform(state.rng))
    return -task.prize / (task.service + 600.0)


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
    need = layout.tasks[stop].drop_books
    row, column = layout.metres[0, stop], layout.metres_back[0, stop]
    nodes, routes, near = state.nodes, state.routes, layout.near[stop]
    blink = state.sums[0].blink
    best, after = np.int64(NEVER), np.int64(-1)
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
def _or_new_route(layout: Layout, state: State, stop: np.uint32, best: int, after: int) -> int:
    """Return the place found, or the start of an empty route if that is cheaper."""
    empty = top_empty(layout, state, np.uint32(0))
    if empty < 0:
        return after
    car = layout.cars[np.uint32(empty)]
    if car.books < layout.tasks[stop].drop_books:
        return after
    alone = np.int64(layout.metres[0, car.start, stop]) + layout.metres[0, stop, car.end]
    if car.per_metre * best > car.fixed + car.per_metre * alone or after < 0:
        return layout.facts[0].stops + empty
    return after


@compiled
def _any_plain_place(layout: Layout, state: State, stop: np.uint32) -> tuple[int, int]:
    need = layout.tasks[stop].drop_books
    row, column = layout.metres[0, stop], layout.metres_back[0, stop]
    best, after = np.int64(NEVER), np.int64(-1)
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


@compiled
def rich_place(layout: Layout, state: State, stop: np.uint32, generous: bool) -> int:
    """Return the node after which a stop costs least, -1 if its prize is not worth any place."""
    worth = np.int64(layout.tasks[stop].prize)
    if generous and not layout.tasks[stop].required:
        worth *= 1 + below(state.rng, GENEROSITY)
    best, after = _near_place(layout, state, stop, worth)
    best, after = _new_route(layout, state, stop, worth, best, after)
    if after < 0 and (layout.tasks[stop].required or below(state.rng, LOOK_EVERYWHERE) == 0):
        best, after = _any_place(layout, state, stop, worth)
    return after


@inlined
def gets(layout: Layout, stop: np.uint32) -> bool:
    """Tell whether other stops hand something on to a stop."""
    return bool(layout.givers_from[stop] < layout.givers_from[stop + np.uint32(1)])


@compiled
def place_behind(layout: Layout, state: State, stop: np.uint32, generous: bool) -> int:
    """Return the cheapest node behind all that hand on to a stop, up to the next reload; or -1.

    They must be on one route, with no reload between them.
    """
    stops = np.uint32(layout.facts[0].stops)
    first, end = layout.givers_from[stop], layout.givers_from[stop + np.uint32(1)]
    number = np.int64(state.nodes[layout.givers[first]].route)
    for i in range(first, end):
        if state.nodes[layout.givers[np.uint32(i)]].route != number:
            return -1
    if number < 0:
        return -1
    route = state.routes[np.uint32(number)]
    if route.room < layout.tasks[stop].drop_books or route.spare < layout.tasks[stop].service:
        return -1
    worth = np.int64(layout.tasks[stop].prize)
    if generous and not layout.tasks[stop].required:
        worth *= 1 + below(state.rng, GENEROSITY)
    best, after = np.int64(NEVER), np.int64(-1)
    missing = np.int64(end) - np.int64(first)
    node = state.nodes[stops + np.uint32(number)].next
    while node < stops:
        if layout.tasks[node].reload:
            if missing < np.int64(end) - np.int64(first):
                break
        else:
            for i in range(first, end):
                if layout.givers[np.uint32(i)] == node:
                    missing -= 1
        if missing == 0:
            cost = rich_cost(layout, state, stop, node, best, worth)
            if cost < best:
                best, after = cost, np.int64(node)
        node = state.nodes[node].next
    return after


@compiled
def parts_hand_on(layout: Layout, state: State, after: np.uint32) -> bool:
    """Tell whether something that is aboard behind a node is dropped before the next reload."""
    stops = np.uint32(layout.facts[0].stops)
    node = state.nodes[after].next
    while node < stops and not layout.tasks[node].reload:
        for i in range(layout.givers_from[node], layout.givers_from[node + np.uint32(1)]):
            if not _lies_behind(state, layout.givers[np.uint32(i)], after, node):
                return True
        node = state.nodes[node].next
    return False


@compiled
def _lies_behind(state: State, stop: np.uint32, after: np.uint32, until: np.uint32) -> bool:
    """Tell whether a stop lies between two nodes of a route."""
    node = state.nodes[after].next
    while node != until:
        if node == stop:
            return True
        node = state.nodes[node].next
    return False


@compiled
def reload_place(layout: Layout, state: State, stop: np.uint32) -> int:
    """Return the cheapest of some places for a reload on its car-day, or -1.

    Behind a stop, or where it starts, if that is another store. It pays only with the stops that
    follow it in, so it is put in at any price: half the places are overlooked, for the next step
    to find another.
    """
    stops = np.uint32(layout.facts[0].stops)
    kind = np.uint32(0)
    while layout.allowed[kind, stop] == 0:
        kind += np.uint32(1)
        if kind == layout.facts[0].kinds:
            return -1
    car = layout.kind_cars[layout.kind_from[kind]]
    start = np.uint32(stops + car)
    best, after = np.int64(NEVER), np.int64(-1)
    if _may_begin(layout, state, stop, car) and below(state.rng, 2) > 0:
        best = rich_cost(layout, state, stop, start, best, np.int64(NEVER))
        after = np.int64(start) if best < NEVER else -1
    node = state.nodes[start].next
    while node < stops:
        if (
            below(state.rng, 2) > 0
            and not layout.tasks[node].reload
            and not (layout.facts[0].handed and parts_hand_on(layout, state, node))
        ):
            cost = rich_cost(layout, state, stop, node, best, np.int64(NEVER))
            if cost < best:
                best, after = cost, np.int64(node)
        node = state.nodes[node].next
    return after


@inlined
def _may_begin(layout: Layout, state: State, call: np.uint32, car: np.uint32) -> bool:
    """Tell whether a reload may come first: at another store, for stops that want just that one.

    Nor before another reload, and one of a recreation at most as the beginning of a route.
    """
    if not layout.facts[0].elsewhere or layout.cars[car].store == layout.tasks[call].store:
        return False
    if state.routes[car].size == 0:
        return bool(state.sums[0].opened < 0)
    return not layout.tasks[state.nodes[np.uint32(layout.facts[0].stops) + car].next].reload


@inlined
def _near_place(layout: Layout, state: State, stop: np.uint32, worth: int) -> tuple[int, int]:
    """Look before and after the stop's neighbours, on routes with books and time to spare."""
    need, service = layout.tasks[stop].drop_books, layout.tasks[stop].service
    best, after = np.int64(NEVER), np.int64(-1)
    blink = state.sums[0].blink
    for j in range(layout.facts[0].nearest):
        other = layout.near[stop, np.uint32(j)].stop
        node = state.nodes[other]
        if node.route < 0:
            continue
        route = state.routes[np.uint32(node.route)]
        if route.room < need or route.spare < service:
            continue
        if blink > 0:
            cost = rich_cost(layout, state, stop, other, best, worth)
            if cost < best:
                best, after = cost, np.int64(other)
        if blink != 1:
            cost = rich_cost(layout, state, stop, node.prev, best, worth)
            if cost < best:
                best, after = cost, np.int64(node.prev)
        if blink < 2:
            blink = wait(state.rng, LOG_SIGHT) + 2
        blink -= 2
    state.sums[0].blink = blink
    return best, after


@inlined
def _new_route(
    layout: Layout, state: State, stop: np.uint32, worth: int, best: int, after: int
) -> tuple[int, int]:
    """Look at an empty route of each kind, and at one that a reload has just begun."""
    for kind in range(layout.facts[0].kinds):
        if layout.allowed[np.uint32(kind), stop] == 0:
            continue
        empty = top_empty(layout, state, np.uint32(kind))
        if empty < 0 or below(state.rng, OVERLOOK) == 0:
            continue
        start = np.uint32(layout.facts[0].stops + empty)
        cost = rich_cost(layout, state, stop, start, best, worth)
        if cost < best:
            best, after = cost, np.int64(start)
    if state.sums[0].opened >= 0:
        cost = rich_cost(layout, state, stop, np.uint32(state.sums[0].opened), best, worth)
        if cost < best:
            best, after = cost, np.int64(state.sums[0].opened)
    return best, after


@compiled
def _any_place(layout: Layout, state: State, stop: np.uint32, worth: int) -> tuple[int, int]:
    """Look at every place of every route that is used and has books and time to spare."""
    stops = layout.facts[0].stops
    need, service = layout.tasks[stop].drop_books, layout.tasks[stop].service
    best, after = np.int64(NEVER), np.int64(-1)
    for i in range(stops + layout.facts[0].cars):
        other = np.uint32(i)
        number = state.nodes[other].route
        if number < 0:
            continue
        route = state.routes[np.uint32(number)]
        if route.size == 0 or route.room < need or route.spare < service:
            continue
        cost = rich_cost(layout, state, stop, other, best, worth)
        if cost < best:
            best, after = cost, np.int64(other)
    return best, after
