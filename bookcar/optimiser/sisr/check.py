"""Recompute a state from scratch, in plain Python: what the tests hold the kernel to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bookcar.optimiser.sisr.layout import LOADS, Layout
from bookcar.optimiser.sisr.state import State


def faults(layout: Layout, state: State, groups: int = 0) -> list[str]:
    """Return where the kernel's running figures differ from those of its routes, one a line.

    ``groups``: what patterns and other vehicles cost; see `check_groups.group_faults`.
    """
    stops, cars = int(layout.facts["stops"][0]), int(layout.facts["cars"][0])
    orders = [order(layout, state, car) for car in range(cars)]
    served = [stop for one in orders for stop in one]
    found = [f"stop {s} is visited twice" for s in set(served) if served.count(s) > 1]
    found += [
        f"stop {s} has route {state.nodes['route'][s]}"
        for s in set(range(stops)) - set(served)
        if state.nodes["route"][s] != -1
    ]
    served = [stop for stop in served if not layout.tasks["reload"][stop]]
    for car, one in enumerate(orders):
        found += [f"car-day {car}: {text}" for text in _route_faults(layout, state, car, one)]
    prizes = sum(int(layout.tasks["prize"][s]) for s in set(range(stops)) - set(served))
    cost = prizes + int(state.routes["cost"].sum()) + _balance(layout, state) + groups
    if cost != int(state.sums["cost"][0]):
        found.append(f"the cost is {cost}, not {state.sums['cost'][0]}")
    if len(served) != int(state.sums["served"][0]):
        found.append(f"{len(served)} stops are served, not {state.sums['served'][0]}")
    if sum(bool(one) for one in orders) != int(state.sums["used"][0]):
        found.append("the count of used car-days is wrong")
    return found + list(_stack_faults(layout, state, orders))


def order(layout: Layout, state: State, car: int) -> list[int]:
    """Return the stops of a car-day in order, by its links."""
    stops = int(layout.facts["stops"][0])
    found: list[int] = []
    node = int(state.nodes["next"][stops + car])
    while node < stops and len(found) <= stops:
        found.append(node)
        node = int(state.nodes["next"][node])
    return found


def _route_faults(layout: Layout, state: State, car: int, stops: list[int]) -> Iterator[str]:
    record, route = layout.cars[car], state.routes[car]
    count = int(layout.facts["stops"][0])
    nodes = [count + car, *stops, count + int(layout.facts["cars"][0]) + car]
    metres = driving = 0
    for a, b in pairwise(nodes):
        left, right = state.nodes[a], state.nodes[b]
        leg = int(layout.metres[record["table"], left["place"], right["place"]]) if stops else 0
        metres += leg
        way = record["table"], left["place"], right["place"]
        driving += int(layout.seconds[way]) if stops else 0
        if (left["next"], right["prev"]) != (b, a) or left["route"] != car:
            yield f"the link from node {a} to {b} is broken"
        if (left["to_next"], right["from_prev"]) != (leg, leg):
            yield f"the metres from node {a} to {b} are {leg}, not {left['to_next']}"
        if (left["next_place"], right["prev_place"]) != (right["place"], left["place"]):
            yield f"the places of nodes {a} and {b} are wrong"
    drops = sum(int(layout.tasks["drop_books"][s]) for s in stops)
    hours = int(record["per_second"]) * int(route["seconds"])
    cost = int(record["per_metre"]) * metres + hours + (int(record["fixed"]) if stops else 0)
    if layout.facts["surcharged"][0]:
        cost += sum(int(layout.surcharges[record["kind"], s]) for s in stops)
    reloads = [s for s in stops if layout.tasks["reload"][s]]
    calls, known = len(reloads), sum(int(layout.tasks["collect_books"][s]) for s in reloads)
    figures = {
        "size": len(stops),
        "calls": calls,
        "metres": metres,
        "room": int(record["books"]) * (1 + calls) - int(record["loaded_books"]) - drops - known,
        "cost": cost,
    }
    if layout.facts["driven"][0]:
        figures["driving"] = driving
    if driving > int(record["max_driving"]):
        yield f"{driving} s of driving are too many"
    for name, value in figures.items():
        if int(route[name]) != value:
            yield f"{name} is {value}, not {route[name]}"
    if not layout.facts["plain"][0]:
        yield from _load_faults(layout, state, car, stops)
    if layout.facts["stocked"][0]:
        yield from _store_faults(layout, state, car, stops)
    yield from _hand_on_faults(layout, stops)


def _load_faults(layout: Layout, state: State, car: int, stops: list[int]) -> Iterator[str]:
    """Check loads part by part, each from the start or a reload until the next reload."""
    part = [int(layout.facts["stops"][0]) + car]
    for s in stops:
        if layout.tasks["reload"][s]:
            yield from _part_faults(layout, state, car, part)
            part = []
        part.append(s)
    yield from _part_faults(layout, state, car, part)


def _part_faults(layout: Layout, state: State, car: int, nodes: list[int]) -> Iterator[str]:
    for what in LOADS:
        tasks = [layout.tasks[s] for s in nodes[1:]]
        begins = nodes[0] < len(layout.tasks)
        known = (
            layout.tasks[f"collect_{what}"][nodes[0]]
            if begins
            else layout.cars[f"loaded_{what}"][car]
        )
        aboard = [int(known) + sum(int(task[f"drop_{what}"]) for task in tasks)]
        for task in tasks:
            aboard.append(aboard[-1] - int(task[f"drop_{what}"]) + int(task[f"collect_{what}"]))
        for i, node in enumerate(nodes):
            here = state.along[node]
            if int(here[f"high_{what}"]) != max(aboard[: i + 1]):
                yield f"the most {what} aboard until node {node} is wrong"
            if int(here[f"ahead_{what}"]) != max(aboard[i:]):
                yield f"the most {what} aboard from node {node} on is wrong"
        if max(aboard) > int(layout.cars[what][car]):
            yield f"{max(aboard)} {what} are too many"


def _store_faults(layout: Layout, state: State, car: int, stops: list[int]) -> Iterator[str]:
    """Check for each node where the car last loaded, and that stops come after their store."""
    store = int(layout.cars["store"][car])
    for node in [int(layout.facts["stops"][0]) + car, *stops]:
        own = int(layout.tasks["store"][node]) if node < len(layout.tasks) else store
        if node < len(layout.tasks) and layout.tasks["reload"][node]:
            store = own
        if int(state.along["store"][node]) != store:
            yield f"at node {node} the car last loaded at {store}"
        if own not in (-1, store):
            yield f"stop {node} takes from {own}, the car last loaded at {store}"


def _hand_on_faults(layout: Layout, stops: list[int]) -> Iterator[str]:
    """Check that what is handed on was collected since the last reload."""
    aboard: set[int] = set()
    for stop in stops:
        if layout.tasks["reload"][stop]:
            aboard.clear()
        first, end = layout.givers_from[stop : stop + 2]
        for giver in set(layout.givers[first:end].tolist()) - aboard:
            yield f"stop {stop} gets what {giver} collects, which is not aboard"
        aboard.add(stop)


def _balance(layout: Layout, state: State) -> int:
    drivers = int(layout.facts["drivers"][0])
    seconds = state.routes["seconds"].astype(int)
    own = [int(seconds[layout.cars["driver"] == driver].sum()) for driver in range(drivers)]
    uneven = sum(abs(drivers * one - sum(own)) for one in own)
    return int(layout.facts["per_balance"][0]) * uneven // max(1, drivers)


def _stack_faults(layout: Layout, state: State, orders: list[list[int]]) -> Iterator[str]:
    for kind, height in enumerate(state.empties):
        first, end = layout.kind_from[kind : kind + 2]
        home = {int(car) for car in layout.kind_cars[first:end] if not orders[int(car)]}
        if set(state.empty[first : first + height].tolist()) != home:
            yield f"the stack of empty car-days of kind {kind} is wrong"
