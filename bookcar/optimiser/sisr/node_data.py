"""What is known at every node of a route, so that an insertion is judged in constant time.

Times, forward, on leaving the node: ``work``, ``floor`` and ``hi`` as in
`bookcar.optimiser.timing`, for the earliest departure; ``arrive`` is the arrival then. Backward, on
reaching the node: who arrives at t is back at ``max(t + work_on, floor_on)`` as long as t lies
between ``arrive`` and ``same``, that is, while every later stop keeps its window; with other
windows up to ``latest`` (the segments of Vidal et al., EJOR 234(3), 2014, with several windows).
``leg`` is the way to the next node in seconds, nothing if the car stays at home.

Loads: ``high`` is the most aboard from the depot (or the last reload) until the node is left,
``ahead`` from then on, until the next reload. ``store`` is where the car last loaded.
"""

from __future__ import annotations

import numpy as np

from bookcar.compiled import compiled, inlined
from bookcar.optimiser.sisr.clock import NO_STOP, best_times, first_slot
from bookcar.optimiser.sisr.layout import FAR_FUTURE, FAR_PAST, Layout
from bookcar.optimiser.sisr.state import State, remove


@compiled
def repair(layout: Layout, state: State, number: np.uint32) -> None:
    """Refresh a route that lost stops; empty it if that broke a limit, down to what is fixed.

    It can: where the way past a stop is shorter than the way without it, where the break was taken
    there, or where it was a reload. What lost stops were to hand on is not there: who was to get it
    goes first.
    """
    if layout.facts[0].handed:
        _remove_takers(layout, state, number)
    if not refresh(layout, state, number):
        _empty(layout, state, number)


@compiled
def _remove_takers(layout: Layout, state: State, number: np.uint32) -> None:
    """Remove from a route what gets something of stops that are not on it any more."""
    stops = np.uint32(layout.facts[0].stops)
    node = state.nodes[stops + number].next
    while node < stops:
        following = state.nodes[node].next
        for i in range(layout.givers_from[node], layout.givers_from[node + np.uint32(1)]):
            if state.nodes[layout.givers[np.uint32(i)]].route != np.int64(number):
                remove(layout, state, node)
                break
        node = following


@compiled
def drop_idle_calls(layout: Layout, state: State) -> None:
    """Take the reloads out of routes that were touched and have nothing else, and list them."""
    for i in range(state.sums[0].touched):
        number = state.touched[np.uint32(i)]
        if 0 < state.routes[number].size <= state.routes[number].calls:
            _empty(layout, state, number)


@compiled
def _empty(layout: Layout, state: State, number: np.uint32) -> None:
    """Remove all of a route but what is fixed."""
    stops = np.uint32(layout.facts[0].stops)
    node = state.nodes[stops + number].next
    while node < stops:
        following = state.nodes[node].next
        if not layout.tasks[node].locked:
            remove(layout, state, node)
        node = following
    refresh(layout, state, number)


@compiled
def refresh(layout: Layout, state: State, number: np.uint32) -> bool:
    """Write what is known along a route anew; return whether it keeps every limit."""
    facts = layout.facts[0]
    fits = state.routes[number].metres <= layout.cars[number].max_metres
    _aboard_forward(layout, state, number)
    _aboard_backward(layout, state, number)
    # Without a drop of what was aboard anyway, more is.
    if facts.reloads or facts.stocked or facts.handed:
        fits = _loads_fit(layout, state, number) and fits
    if facts.stocked:
        fits = _stocked(layout, state, number) and fits
    if facts.timed:
        fits = _times_forward(layout, state, number) and fits
        if fits:
            _times_backward(layout, state, number)
            _time_left(layout, state, number)
            fits = _hours(layout, state, number)
    if facts.driven:
        fits = _driving(layout, state, number) and fits
    return fits


@inlined
def _driving(layout: Layout, state: State, number: np.uint32) -> bool:
    """Write how long a route's legs take; return whether its car may drive that long."""
    car, route = layout.cars[number], state.routes[number]
    stops = np.uint32(layout.facts[0].stops)
    node = np.uint32(stops + number)
    total = np.int64(0)
    while route.size > 0:
        here = state.nodes[node]
        total += layout.seconds[np.uint32(car.table), here.place, here.next_place]
        node = here.next
        if node >= stops:
            break
    route.driving = total
    return total <= car.max_driving


@inlined
def _aboard_forward(layout: Layout, state: State, number: np.uint32) -> None:
    """Write the most that was aboard so far, and what is aboard now into ``ahead``."""
    stops = np.uint32(layout.facts[0].stops)
    node = np.uint32(stops + number)
    books, kg = _taken_aboard(layout, state, node)
    books += layout.cars[number].loaded_books
    kg += layout.cars[number].loaded_kg
    high_books, high_kg = books, kg
    while True:
        here = state.along[node]
        here.high_books, here.high_kg = high_books, high_kg
        here.ahead_books, here.ahead_kg = books, kg
        node = state.nodes[node].next
        if node >= stops:
            return
        task = layout.tasks[node]
        if task.reload:
            books, kg = _taken_aboard(layout, state, node)
            books += task.collect_books
            kg += task.collect_kg
            high_books, high_kg = books, kg
            continue
        books += task.collect_books - task.drop_books
        kg += task.collect_kg - task.drop_kg
        high_books, high_kg = max(high_books, books), max(high_kg, kg)


@inlined
def _taken_aboard(layout: Layout, state: State, node: np.uint32) -> tuple[int, int]:
    """Return books and kg loaded at a start or reload: what is dropped until the next reload."""
    stops = np.uint32(layout.facts[0].stops)
    books, kg = np.int64(0), np.int64(0)
    node = state.nodes[node].next
    while node < stops and not layout.tasks[node].reload:
        books += layout.tasks[node].drop_books
        kg += layout.tasks[node].drop_kg
        node = state.nodes[node].next
    return books, kg


@inlined
def _aboard_backward(layout: Layout, state: State, number: np.uint32) -> None:
    """Turn what is aboard at a node into the most that is aboard from there until a reload."""
    stops = np.uint32(layout.facts[0].stops)
    start = np.uint32(stops + number)
    node = state.nodes[np.uint32(start + layout.facts[0].cars)].prev
    books, kg = np.int32(0), np.int32(0)
    while True:
        here = state.along[node]
        books, kg = max(books, here.ahead_books), max(kg, here.ahead_kg)
        here.ahead_books, here.ahead_kg = books, kg
        if node == start:
            return
        if layout.tasks[node].reload:
            books, kg = np.int32(0), np.int32(0)
        node = state.nodes[node].prev


@compiled
def _loads_fit(layout: Layout, state: State, number: np.uint32) -> bool:
    """Tell whether no part of the route between reloads carries too much."""
    car = layout.cars[number]
    stops = np.uint32(layout.facts[0].stops)
    node = np.uint32(stops + number)
    while True:
        here = state.along[node]
        if here.ahead_books > car.books or here.ahead_kg > car.kg:
            return False
        node = state.nodes[node].next
        if node >= stops:
            return True


@compiled
def _stocked(layout: Layout, state: State, number: np.uint32) -> bool:
    """Write where the car last loaded; return whether every stop's store was that one."""
    stops = np.uint32(layout.facts[0].stops)
    node = np.uint32(stops + number)
    store = layout.cars[number].store
    fits = True
    while True:
        state.along[node].store = store
        node = state.nodes[node].next
        if node >= stops:
            return fits
        task = layout.tasks[node]
        if task.reload:
            store = task.store
        elif task.store >= 0 and task.store != store:
            fits = False


@inlined
def _times_forward(layout: Layout, state: State, number: np.uint32) -> bool:
    """Drive the route at the earliest; return whether every window is met."""
    car = layout.cars[number]
    stops = np.uint32(layout.facts[0].stops)
    seconds = layout.seconds[np.uint32(car.table)]
    node = np.uint32(stops + number)
    here = state.along[node]
    work, floor, hi = np.int64(0), np.int64(FAR_PAST), np.int64(FAR_FUTURE)
    here.work, here.floor, here.hi, here.arrive = work, floor, hi, car.starts
    while True:
        leg = seconds[state.nodes[node].place, state.nodes[node].next_place]
        if state.routes[number].size == 0:
            leg = 0  # it stays at home; there may be no way from its start to its end at all
        here.leg = leg
        work, floor = work + leg, floor + leg
        node = state.nodes[node].next
        here = state.along[node]
        here.arrive = max(car.starts + work, floor)
        if node >= stops:
            return here.arrive <= car.ends
        at = np.uint32(node * np.uint32(layout.facts[0].days) + np.uint32(car.day))
        slot = first_slot(
            layout, layout.slots[at], layout.slots[at + np.uint32(1)], np.int64(here.arrive)
        )
        if slot < 0:
            return False
        service = layout.tasks[node].service
        hi = min(hi, layout.closes[np.uint32(slot)] - work)
        work += service
        floor = max(floor, np.int64(layout.opens[np.uint32(slot)])) + service
        here.work, here.floor, here.hi = work, floor, hi


@inlined
def _times_backward(layout: Layout, state: State, number: np.uint32) -> None:
    """Write how the return follows from the arrival at each node; arrivals must be written."""
    car = layout.cars[number]
    stops = np.uint32(layout.facts[0].stops)
    seconds = layout.seconds[np.uint32(car.table)]
    node = np.uint32(stops + np.uint32(layout.facts[0].cars) + number)
    there = state.along[node]
    there.work_on, there.floor_on, there.same, there.latest = 0, FAR_PAST, FAR_FUTURE, car.ends
    while True:
        leg = np.int64(seconds[state.nodes[node].prev_place, state.nodes[node].place])
        node = state.nodes[node].prev
        if node >= stops:
            return
        here = state.along[node]
        leg += layout.tasks[node].service
        at = np.uint32(node * np.uint32(layout.facts[0].days) + np.uint32(car.day))
        first, end = layout.slots[at], layout.slots[at + np.uint32(1)]
        slot = np.uint32(first_slot(layout, first, end, np.int64(here.arrive)))
        here.work_on = there.work_on + leg
        here.floor_on = max(there.floor_on, layout.opens[slot] + here.work_on)
        here.same = min(layout.closes[slot], there.same - leg)
        here.latest = _latest_begin(layout, first, end, there.latest - leg)
        there = here


@inlined
def _time_left(layout: Layout, state: State, number: np.uint32) -> None:
    """Write how many seconds the day has left, whatever waiting and the break take."""
    car = layout.cars[number]
    start = np.uint32(layout.facts[0].stops) + number
    first = state.nodes[start]
    work = np.int64(0)
    if state.routes[number].size > 0:
        leg = layout.seconds[np.uint32(car.table), first.place, first.next_place]
        work = np.int64(leg) + state.along[first.next].work_on
    state.routes[number].spare = min(car.max_work, car.ends - car.starts) - work


@inlined
def _latest_begin(layout: Layout, first: np.uint32, end: np.uint32, limit: int) -> int:
    """Return the last moment in a window that is not after the limit."""
    latest = np.int64(FAR_PAST)
    for i in range(np.int64(first), np.int64(end)):
        if layout.opens[np.uint32(i)] <= limit:
            latest = max(latest, min(np.int64(layout.closes[np.uint32(i)]), limit))
    return latest


@inlined
def _hours(layout: Layout, state: State, number: np.uint32) -> bool:
    """Bring the cost of a route's hours up to date; return whether it keeps the limits of time."""
    car, route = layout.cars[number], state.routes[number]
    start = np.uint32(np.uint32(layout.facts[0].stops) + number)
    if not car.exact:
        return True
    depart, back = np.int64(0), np.int64(0)
    if route.size > 0:
        depart, back = best_times(layout, state, NO_STOP, start)
        if back < 0:
            return False
    longer = back - depart - route.seconds
    more = car.per_second * longer
    route.seconds = back - depart
    route.cost += more
    state.sums[0].cost += more
    if car.driver >= 0:
        more = balance_cost(layout, state, car.driver, longer)
        state.hours[np.uint32(car.driver)] += longer
        state.sums[0].balance += more
        state.sums[0].cost += more
    return True


@compiled
def balance_cost(layout: Layout, state: State, driver: int, longer: int) -> int:
    """Return what it costs that a driver's week takes longer: the change of hours off the mean."""
    drivers = np.int64(layout.facts[0].drivers)
    total = np.int64(0)
    for i in range(drivers):
        total += state.hours[np.uint32(i)]
    before, after = np.int64(0), np.int64(0)
    for i in range(drivers):
        own = drivers * state.hours[np.uint32(i)]
        before += abs(own - total)
        if i == driver:
            own += drivers * longer
        after += abs(own - total - longer)
    per_balance = layout.facts[0].per_balance
    return per_balance * after // drivers - per_balance * before // drivers
