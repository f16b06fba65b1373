"""What a stop would cost at a place, and whether it may go there: each limit a named function.

Cheap tests first; all of them take constant time but the last, which times the whole route and is
reached only by a place that would be the best so far.
"""

from __future__ import annotations

import numpy as np

from bookcar.compiled import compiled, inlined
from bookcar.optimiser.sisr.breaks import BY_DRIVING, NONE
from bookcar.optimiser.sisr.clock import best_times, first_slot
from bookcar.optimiser.sisr.layout import NEVER, Layout, Records
from bookcar.optimiser.sisr.node_data import balance_cost
from bookcar.optimiser.sisr.state import State


@inlined
def rich_cost(
    layout: Layout, state: State, stop: np.uint32, after: np.uint32, best: int, worth: int
) -> int:
    """Return how dear it is to put a stop after a node; `NEVER` if a limit or the best forbids.

    That is what it costs, which must be less than ``worth``, and what its way is taken to be worth
    in time: where the day ends before all are served, time is dearer than metres. Most places fail
    for want of time, so that is looked at before anything is called.
    """
    longer = np.int64(0)
    if layout.facts[0].timed:
        longer = more_seconds(layout, state, stop, after)
        spare = state.routes[np.uint32(state.nodes[after].route)].spare
        if longer + layout.tasks[stop].service > spare:
            return NEVER
    return _cost_with_time(layout, state, stop, after, longer, best, worth)


@compiled
def _cost_with_time(
    layout: Layout,
    state: State,
    stop: np.uint32,
    after: np.uint32,
    longer: int,
    best: int,
    worth: int,
) -> int:
    left = state.nodes[after]
    number = np.uint32(left.route)
    car, route = layout.cars[number], state.routes[number]
    more = _more_metres(layout, left, car, stop)
    cost = car.per_metre * more
    if route.size == 0:
        cost += car.fixed
    if layout.facts[0].surcharged:
        cost += layout.surcharges[np.uint32(car.kind), stop]
    time_price = state.sums[0].time_price * longer
    if not car.priced and (cost >= worth or cost + time_price >= best):
        return NEVER
    if not may_serve(layout, car, stop) or not metres_fit(car, route, more):
        return NEVER
    if not driving_fits(layout, car, route, longer):
        return NEVER
    if not stops_fit(layout, car, route, stop) or not loads_fit(layout, state, stop, after):
        return NEVER
    if not in_stock(layout, state, stop, after):
        return NEVER
    if not is_open(layout, after) or not apart_enough(layout, state, car, stop):
        return NEVER
    if layout.facts[0].timed:
        hours = hours_cost(layout, state, stop, after, min(worth, best - time_price) - cost)
        if hours == NEVER:
            return NEVER  # the sum might be less, as the way past a stop may be the shorter one
        cost += hours
    return cost + time_price if cost < worth else NEVER


@inlined
def _more_metres(layout: Layout, left: Records, car: Records, stop: np.uint32) -> int:
    table = np.uint32(car.table)
    if layout.facts[0].one_way:
        into = np.int64(layout.metres[table, left.place, stop])
    else:
        into = np.int64(layout.metres_back[table, stop, left.place])
    return into + layout.metres[table, stop, left.next_place] - left.to_next


@inlined
def more_seconds(layout: Layout, state: State, stop: np.uint32, after: np.uint32) -> int:
    """Return how much longer the way gets, without service and waiting."""
    left = state.nodes[after]
    table = np.uint32(layout.cars[np.uint32(left.route)].table)
    if layout.facts[0].one_way:
        into = np.int64(layout.seconds[table, left.place, stop])
    else:
        into = np.int64(layout.seconds_back[table, stop, left.place])
    return into + layout.seconds[table, stop, left.next_place] - state.along[after].leg


@inlined
def may_serve(layout: Layout, car: Records, stop: np.uint32) -> bool:
    """Tell whether a car-day is listed for a stop that is open that day."""
    return layout.allowed[np.uint32(car.kind), stop] != 0


@inlined
def metres_fit(car: Records, route: Records, more: int) -> bool:
    """Tell whether a route may be that much longer."""
    return route.metres + more <= car.max_metres


@inlined
def driving_fits(layout: Layout, car: Records, route: Records, longer: int) -> bool:
    """Tell whether the legs of a route may take that many seconds more."""
    return layout.facts[0].driven == 0 or route.driving + longer <= car.max_driving


@inlined
def stops_fit(layout: Layout, car: Records, route: Records, stop: np.uint32) -> bool:
    """Tell whether a route may have one more stop, or one more reload; they count apart."""
    if layout.tasks[stop].reload:
        return route.calls < car.max_reloads
    return route.size - route.calls < car.max_stops


@inlined
def is_open(layout: Layout, after: np.uint32) -> bool:
    """Tell whether a stop may come behind a node: nothing comes into a fixed route."""
    return layout.facts[0].fixed == 0 or layout.closed[after] == 0


@inlined
def apart_enough(layout: Layout, state: State, car: Records, stop: np.uint32) -> bool:
    """Tell whether the day is far enough from that of the other visit to the same stop."""
    if layout.facts[0].spaced == 0 or layout.tasks[stop].twin < 0:
        return True
    other = state.nodes[np.uint32(layout.tasks[stop].twin)].route
    if other < 0:
        return True
    return abs(layout.cars[np.uint32(other)].day - car.day) >= layout.tasks[stop].apart


@inlined
def loads_fit(layout: Layout, state: State, stop: np.uint32, after: np.uint32) -> bool:
    """Tell whether books and kg stay under the limit all along the route.

    What is dropped here rides along until here, what is collected from here on. A reload adds
    nothing, and parts the route.
    """
    car = layout.cars[np.uint32(state.nodes[after].route)]
    task, here = layout.tasks[stop], state.along[after]
    if here.high_books + task.drop_books > car.books:
        return False
    if here.ahead_books + task.collect_books > car.books:
        return False
    if not layout.facts[0].weighed:
        return True
    return here.high_kg + task.drop_kg <= car.kg and here.ahead_kg + task.collect_kg <= car.kg


@inlined
def in_stock(layout: Layout, state: State, stop: np.uint32, after: np.uint32) -> bool:
    """Tell whether a stop comes after its store; a reload, whether those behind it take its store.

    That is, until the next reload.
    """
    if layout.facts[0].stocked == 0:
        return True
    store = layout.tasks[stop].store
    if not layout.tasks[stop].reload:
        return store < 0 or store == state.along[after].store
    node = state.nodes[after].next
    while node < np.uint32(layout.facts[0].stops) and not layout.tasks[node].reload:
        if layout.tasks[node].store >= 0 and layout.tasks[node].store != store:
            return False
        node = state.nodes[node].next
    return True


@inlined
def hours_cost(layout: Layout, state: State, stop: np.uint32, after: np.uint32, best: int) -> int:
    """Return what the change of a route's hours costs; `NEVER` if no timing keeps every limit.

    ``best`` is what the hours must cost less than for the place to be of use.
    """
    left, right = state.along[after], state.along[state.nodes[after].next]
    number = np.uint32(state.nodes[after].route)
    car, task, route = layout.cars[number], layout.tasks[stop], state.routes[number]
    legs = layout.seconds[np.uint32(car.table)]
    into = np.int64(legs[state.nodes[after].place, stop])
    out = np.int64(legs[stop, state.nodes[after].next_place]) + task.service
    work, floor = left.work + into, left.floor + into
    at = np.uint32(stop * np.uint32(layout.facts[0].days) + np.uint32(car.day))
    slot = first_slot(
        layout, layout.slots[at], layout.slots[at + np.uint32(1)], max(car.starts + work, floor)
    )
    if slot < 0:
        return NEVER
    hi = min(np.int64(left.hi), layout.closes[np.uint32(slot)] - work)
    work += out
    floor = max(floor, np.int64(layout.opens[np.uint32(slot)])) + out
    reach = max(car.starts + work, floor)
    if reach > right.latest:
        return NEVER
    if not car.exact:
        return 0
    total = work + right.work_on
    if not work_fits(car, total):
        return NEVER
    if car.driver < 0 and car.per_second * (total - route.seconds) >= best:
        return NEVER
    if right.arrive <= reach <= right.same:
        hi = min(hi, right.same - work)
        floor = max(floor + right.work_on, np.int64(right.floor_on))
        breaks = np.int64(car.breaks)
        if breaks == BY_DRIVING:
            driven = route.driving + into + out - task.service - left.leg
            breaks = np.int64(NONE if driven <= car.break_after else BY_DRIVING)
        seconds = _seconds_at_a_glance(car, breaks, total, floor, hi)
        if seconds >= 0:
            return _hours_price(layout, state, car, seconds - route.seconds)
    depart, back = best_times(layout, state, stop, after)
    if back < 0:
        return NEVER
    return _hours_price(layout, state, car, back - depart - route.seconds)


@inlined
def _hours_price(layout: Layout, state: State, car: Records, longer: int) -> int:
    """Return what the driver's longer day costs, the balance between drivers included."""
    price = car.per_second * longer
    if car.driver >= 0:
        price += balance_cost(layout, state, car.driver, longer)
    return price


@inlined
def work_fits(car: Records, work: int) -> bool:
    """Tell whether driving, service and the breaks they call for fit into the car's longest day."""
    return work <= car.max_work


@inlined
def _seconds_at_a_glance(car: Records, breaks: int, work: int, floor: int, hi: int) -> int:
    """Return how long a route takes that needs no break, or -1 if that takes a closer look.

    It keeps the windows it has on the earliest departure. Without a cost of hours, any length that
    keeps the limits will do.
    """
    if breaks == BY_DRIVING:
        return -1
    longest = car.break_after if breaks else car.max_seconds
    earliest = max(np.int64(car.starts), floor - longest)
    if work > longest or earliest > hi:
        return -1
    depart = min(max(earliest, floor - work), hi)
    back = max(depart + work, floor)
    if back > car.ends:
        return -1
    if not car.priced:
        return back - depart
    if depart < floor - work or (breaks and back > max(car.starts + work, floor)):
        return -1
    return back - depart
