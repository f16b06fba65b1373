"""Recreate where stops have patterns: each group by the best of them, each visit on its date.

The dates of a pattern are served by different routes, so the cheapest place on each car-day,
looked for once, gives the exact price of every pattern: their sum, and the cost of other vehicles.
"""

from __future__ import annotations

import numpy as np

from bookcar.compiled import compiled, inlined
from bookcar.optimiser.sisr.choices import choose, count_changes, count_vehicles, note
from bookcar.optimiser.sisr.feasibility import more_seconds, rich_cost
from bookcar.optimiser.sisr.groups import Cycle
from bookcar.optimiser.sisr.layout import NEVER, Layout
from bookcar.optimiser.sisr.node_data import refresh
from bookcar.optimiser.sisr.recreate import (
    GENEROSITY,
    GENEROUS,
    LOG_SIGHT,
    OVERLOOK,
    reload_place,
    sort_removed,
    time_price,
)
from bookcar.optimiser.sisr.rng import below, wait
from bookcar.optimiser.sisr.shared import (
    MANY,
    count_supplies,
    has_room,
    level_price,
    put_in,
    weigh_hours,
)
from bookcar.optimiser.sisr.state import LISTED, UNSERVED, State, insert, top_empty


@compiled
def recreate_groups(layout: Layout, state: State, cycle: Cycle) -> bool:
    """Insert what is listed; return whether every group is whole that has to be."""
    sort_removed(layout, state)
    stops = np.int64(layout.facts[0].stops)
    generous = layout.facts[0].prized and below(state.rng, GENEROUS) == 0
    state.sums[0].time_price = time_price(layout, state)
    state.sums[0].opened = -1
    weigh_hours(layout, state, cycle.shared)
    count_supplies(layout, state, cycle.shared)
    if cycle.shared.facts[0].most_changes < MANY:
        count_changes(cycle)
    whole = True
    for i in range(state.sums[0].removed):
        stop = state.removed[np.uint32(i)]
        group = np.int64(cycle.group_of[stop])
        if group < 0:
            after = reload_place(layout, state, stop)
            if after >= stops and state.routes[np.uint32(after - stops)].size == 0:
                state.sums[0].opened = stop
            _put(layout, state, cycle, stop, after)
        elif cycle.pattern[np.uint32(group)] < 0:
            whole = put_group(layout, state, cycle, group, generous) and whole
        else:
            after = date_place(layout, state, cycle, stop)
            _put(layout, state, cycle, stop, after)
            if after < 0 and cycle.groups[np.uint32(group)].whole:
                whole = False
    return whole


@compiled
def _put(layout: Layout, state: State, cycle: Cycle, stop: np.uint32, after: int) -> None:
    """Insert a stop after a node, or leave it unserved if that is -1."""
    if after < 0:
        state.nodes[stop].route = UNSERVED
        return
    car = np.uint32(state.nodes[np.uint32(after)].route)
    seconds = np.int64(0)
    if state.routes[car].size > 0:
        seconds = np.int64(state.routes[car].seconds)
    insert(layout, state, stop, np.uint32(after))
    if not cycle.facts[0].light:
        refresh(layout, state, car)
    put_in(layout, cycle.shared, stop, car, np.int64(state.routes[car].seconds) - seconds)


@compiled
def date_place(layout: Layout, state: State, cycle: Cycle, stop: np.uint32) -> int:
    """Return the node after which a visit costs least on the date it has, or -1."""
    group = np.int64(cycle.group_of[stop])
    record = cycle.groups[np.uint32(group)]
    row = np.uint32(cycle.row[stop])
    visits, most = np.int64(0), np.int64(0)
    if record.other_vehicle > 0:
        visits, most = count_vehicles(state, cycle, group)
    best, after = NEVER, np.int64(-1)
    if not record.whole:
        best = np.int64(layout.tasks[stop].prize)
    if not _in_supply(layout, cycle, stop, row, np.int64(0)):
        return after
    for k in range(cycle.row_from[row], cycle.row_from[row + np.uint32(1)]):
        car = np.uint32(cycle.row_cars[np.uint32(k)])
        extra = np.int64(0)
        if record.other_vehicle > 0:
            now = np.int64(cycle.counts[np.uint32(cycle.vehicle[car])]) + 1
            extra = record.other_vehicle * (visits + 1 - max(most, now) - (visits - most))
        cost, place = _on_route(layout, state, cycle, (stop, car), best - extra)
        if place >= 0 and cost + extra < best:
            best, after = cost + extra, place
    return after


@inlined
def _in_supply(layout: Layout, cycle: Cycle, stop: np.uint32, row: np.uint32, before: int) -> bool:
    """Tell whether there is one more for a visit on its date.

    ``before``: of how many that are not put in yet its group keeps one by then.
    """
    if cycle.shared.facts[0].supplies == 0 or cycle.shared.supply_of[stop] < 0:
        return True
    first = cycle.row_cars[np.uint32(cycle.row_from[row])]
    return has_room(cycle.shared, stop, np.int64(layout.cars[np.uint32(first)].day), before)


@compiled
def put_group(layout: Layout, state: State, cycle: Cycle, group: int, generous: bool) -> bool:
    """Insert a group by the best of its patterns, if it is worth that.

    Returns
    -------
    Whether it is whole now, or wholly unserved, as far as it has to be.
    """
    note(state, cycle, group)
    _look(layout, state, cycle, group)
    pattern, vehicle, gain = _best_pattern(layout, state, cycle, group)
    if pattern >= 0 and not _pays(layout, state, cycle, (group, pattern, vehicle, gain), generous):
        pattern = np.int64(-1)
    choose(cycle, group, pattern)
    record = cycle.groups[np.uint32(group)]
    standing = False
    for j in range(record.members, record.members_end):
        stop = np.uint32(cycle.members[np.uint32(j)])
        if state.nodes[stop].route >= 0:
            standing = True
            continue
        if state.nodes[stop].route == LISTED:
            state.nodes[stop].route = UNSERVED
        if pattern >= 0 and cycle.row[stop] >= 0:
            row = np.uint32(cycle.row[stop])
            if not record.whole and not _in_supply(layout, cycle, stop, row, np.int64(0)):
                continue
            car = _best_car(layout, cycle, (group, stop, vehicle))[1]
            if car >= 0:
                after = cycle.place[np.uint32(cycle.alike[stop]), np.uint32(car)]
                _put(layout, state, cycle, stop, np.int64(after))
    if pattern >= 0:
        cycle.shared.facts[0].changes += cycle.shared.changes[np.uint32(pattern)]
    return pattern >= 0 or not (standing and record.whole)


@compiled
def _look(layout: Layout, state: State, cycle: Cycle, group: int) -> None:
    """Write the cheapest place of each different visit on each car-day of the patterns."""
    record = cycle.groups[np.uint32(group)]
    different = 0
    for j in range(record.members, record.members_end):
        stop = np.uint32(cycle.members[np.uint32(j)])
        if cycle.alike[stop] < different:
            continue
        line = np.uint32(different)
        different += 1
        for k in range(record.cars, record.cars_end):
            car = np.uint32(cycle.group_cars[np.uint32(k)])
            cost, place = _on_route(layout, state, cycle, (stop, car), np.int64(NEVER))
            if place >= 0 and cycle.shared.facts[0].levels > 0:
                longer = more_seconds(layout, state, stop, np.uint32(place))
                cost += level_price(
                    cycle.shared, car, np.int64(longer + layout.tasks[stop].service)
                )
            cycle.best[line, car] = cost
            cycle.place[line, car] = place


@inlined
def _on_route(
    layout: Layout, state: State, cycle: Cycle, where: tuple[np.uint32, np.uint32], best: int
) -> tuple[int, int]:
    """Return the cost of the cheapest place on a car-day below ``best``, and the node before it.

    ``where``: the stop and the car-day. `NEVER` and -1 if there is none.
    """
    stop, car = where
    record, route, task = layout.cars[car], state.routes[car], layout.tasks[stop]
    if layout.allowed[np.uint32(record.kind), stop] == 0 or route.room < task.drop_books:
        return NEVER, np.int64(-1)
    if route.size == 0:
        if top_empty(layout, state, record.kind) != car:
            return NEVER, np.int64(-1)
        if not cycle.facts[0].light and below(state.rng, OVERLOOK) == 0:
            return NEVER, np.int64(-1)
    if cycle.facts[0].light:
        return _light_place(layout, state, stop, car, best)
    if route.spare < task.service:
        return NEVER, np.int64(-1)
    return _rich_place(layout, state, stop, car, best)


@inlined
def _light_place(
    layout: Layout, state: State, stop: np.uint32, car: np.uint32, best: int
) -> tuple[int, int]:
    """Look at every place of a route where only metres count."""
    stops, record = np.uint32(layout.facts[0].stops), layout.cars[car]
    table = np.uint32(record.table)
    row, column = layout.metres[table, stop], layout.metres_back[table, stop]
    fixed = np.int64(0)
    if state.routes[car].size == 0:
        fixed = record.fixed
    most = (best - fixed) // max(np.int64(1), record.per_metre)
    least, after = most, np.int64(-1)
    node, blink = np.uint32(stops + car), state.sums[0].blink
    while True:
        left = state.nodes[node]
        more = np.int64(column[left.place]) + row[left.next_place] - left.to_next
        if blink <= 0:
            blink = wait(state.rng, LOG_SIGHT) + 1
        elif more < least:
            least, after = more, np.int64(node)
        blink -= 1
        node = left.next
        if node >= stops:
            break
    state.sums[0].blink = blink
    if after < 0:
        return NEVER, after
    return fixed + record.per_metre * least, after


@compiled
def _rich_place(
    layout: Layout, state: State, stop: np.uint32, car: np.uint32, best: int
) -> tuple[int, int]:
    """Look at every place of a route, with every limit."""
    stops, record = np.uint32(layout.facts[0].stops), layout.cars[car]
    table = np.uint32(record.table)
    row = layout.metres[table, stop]
    cheapest, after = best, np.int64(-1)
    node, blink = np.uint32(stops + car), state.sums[0].blink
    while True:
        left = state.nodes[node]
        if blink <= 0:
            blink = wait(state.rng, LOG_SIGHT) + 1
        else:
            into = np.int64(layout.metres[table, left.place, stop])
            more = record.per_metre * (into + row[left.next_place] - left.to_next)
            if record.priced or more < cheapest:
                cost = rich_cost(layout, state, stop, node, cheapest, np.int64(NEVER))
                if cost < cheapest:
                    cheapest, after = cost, np.int64(node)
        blink -= 1
        node = left.next
        if node >= stops:
            break
    state.sums[0].blink = blink
    if after < 0:
        return NEVER, after
    return cheapest, after


@compiled
def _best_pattern(layout: Layout, state: State, cycle: Cycle, group: int) -> tuple[int, int, int]:
    """Return the best pattern, the vehicle of most of its visits or -1, and how it is priced.

    That is what it costs, less the prizes of its visits; -1, -1 and `NEVER` if none can be.
    """
    record = cycle.groups[np.uint32(group)]
    first, last = np.int64(-1), np.int64(0)
    if record.other_vehicle > 0:
        first, last = np.int64(0), np.int64(cycle.facts[0].vehicles)
    least, best, chosen = NEVER, np.int64(-1), np.int64(-1)
    for pattern in range(record.patterns, record.patterns_end):
        if below(state.rng, cycle.facts[0].overlooked) == 0 or _one_too_many(cycle, pattern):
            continue
        for vehicle in range(first, last):
            price = _price(layout, state, cycle, (group, pattern, vehicle))
            if price < least:
                least, best, chosen = price, np.int64(pattern), np.int64(vehicle)
    return best, chosen, least


@inlined
def _one_too_many(cycle: Cycle, pattern: int) -> bool:
    """Tell whether a pattern would be one more change than may be."""
    facts = cycle.shared.facts[0]
    if facts.changes < facts.most_changes:
        return False
    return cycle.shared.changes[np.uint32(pattern)] != 0


@inlined
def _price(layout: Layout, state: State, cycle: Cycle, choice: tuple[int, int, int]) -> int:
    """Return what a group's pattern costs with a vehicle for most visits, less the prizes."""
    group, pattern, vehicle = choice
    record = cycle.groups[np.uint32(group)]
    rows = np.int64(cycle.patterns[np.uint32(pattern)].rows)
    price, made, kept = cycle.patterns[np.uint32(pattern)].cost, 0, np.int64(0)
    for j in range(np.int64(record.members_end) - record.members):
        stop = np.uint32(cycle.members[np.uint32(record.members + j)])
        row = cycle.pattern_rows[np.uint32(rows + j)]
        route = state.nodes[stop].route
        if route >= 0:  # it stands, and stays
            if row < 0 or cycle.row_has[np.uint32(row), np.uint32(route)] == 0:
                return NEVER
            if vehicle >= 0 and cycle.vehicle[np.uint32(route)] != vehicle:
                price += record.other_vehicle
            made += 1
            continue
        if row < 0:
            continue
        cycle.row[stop] = row
        if not _in_supply(layout, cycle, stop, np.uint32(row), kept):
            if record.whole:
                return NEVER
            continue
        kept += cycle.shared.stays[stop]
        cost = _best_car(layout, cycle, (group, stop, vehicle))[0]
        if cost < NEVER:
            price += cost - layout.tasks[stop].prize
            made += 1
        elif record.whole:
            return NEVER
    return price if made > 0 else NEVER


@inlined
def _best_car(layout: Layout, cycle: Cycle, choice: tuple[int, np.uint32, int]) -> tuple[int, int]:
    """Return the cost of a visit in its row and the car-day; `NEVER`, -1 where it is not made."""
    group, stop, vehicle = choice
    record, row = cycle.groups[np.uint32(group)], np.uint32(cycle.row[stop])
    line = np.uint32(cycle.alike[stop])
    least, best = NEVER, np.int64(-1)
    if not record.whole:
        least = np.int64(layout.tasks[stop].prize)
    for k in range(cycle.row_from[row], cycle.row_from[row + np.uint32(1)]):
        car = np.uint32(cycle.row_cars[np.uint32(k)])
        cost = cycle.best[line, car]
        if cost < NEVER and vehicle >= 0 and cycle.vehicle[car] != vehicle:
            cost += record.other_vehicle
        if cost < least:
            least, best = cost, np.int64(car)
    if best < 0:
        return NEVER, best
    return least, best


@compiled
def _pays(
    layout: Layout,
    state: State,
    cycle: Cycle,
    choice: tuple[int, int, int, int],
    generous: bool,
) -> bool:
    """Tell whether a pattern costs less than its visits are worth, time not counted.

    Where the recreation is ``generous``, up to `GENEROSITY` times that.
    """
    group, pattern, vehicle, price = choice
    record = cycle.groups[np.uint32(group)]
    rows = np.int64(cycle.patterns[np.uint32(pattern)].rows)
    prizes = np.int64(0)
    for j in range(np.int64(record.members_end) - record.members):
        stop = np.uint32(cycle.members[np.uint32(record.members + j)])
        cycle.row[stop] = cycle.pattern_rows[np.uint32(rows + j)]
        if state.nodes[stop].route >= 0 or cycle.row[stop] < 0:
            continue
        car = _best_car(layout, cycle, (group, stop, vehicle))[1]
        if car < 0:
            continue
        if not layout.tasks[stop].required:
            prizes += layout.tasks[stop].prize
        if state.sums[0].time_price > 0:
            line = np.uint32(cycle.alike[stop])
            after = np.uint32(cycle.place[line, np.uint32(car)])
            price -= state.sums[0].time_price * more_seconds(layout, state, stop, after)
    if generous:
        price -= below(state.rng, GENEROSITY) * prizes
    return price < 0
