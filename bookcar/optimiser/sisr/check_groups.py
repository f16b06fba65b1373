"""Recompute the groups of a state from scratch, in plain Python: what the tests hold them to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bookcar.optimiser.sisr.groups import Cycle
from bookcar.optimiser.sisr.layout import Layout
from bookcar.optimiser.sisr.state import State


def group_faults(layout: Layout, state: State, cycle: Cycle) -> list[str]:
    """Return where groups break their pattern, or cost what they should not, one a line."""
    found = []
    for number in range(len(cycle.groups)):
        found += [f"group {number}: {text}" for text in _faults(layout, state, cycle, number)]
    return found


def _faults(layout: Layout, state: State, cycle: Cycle, number: int) -> Iterator[str]:
    group, pattern = cycle.groups[number], int(cycle.pattern[number])
    stops = cycle.members[group["members"] : group["members_end"]].tolist()
    routes = [int(state.nodes["route"][stop]) for stop in stops]
    made = [route for route in routes if route >= 0]
    if pattern < 0:
        if made:
            yield "it has visits but no pattern"
        if cycle.cost[number] != 0:
            yield "it costs something without a pattern"
        if any(cycle.row[stop] != -1 for stop in stops):
            yield "its stops have rows without a pattern"
        return
    if not group["patterns"] <= pattern < group["patterns_end"]:
        yield f"pattern {pattern} is another group's"
    first = int(cycle.patterns["rows"][pattern])
    rows = cycle.pattern_rows[first : first + len(stops)].tolist()
    if [int(cycle.row[stop]) for stop in stops] != rows:
        yield "its stops' rows are not those of its pattern"
    for stop, route, row in zip(stops, routes, rows, strict=True):
        if route < 0 and row >= 0 and group["whole"]:
            yield f"stop {stop} is not visited, although others are"
        if route >= 0 and (row < 0 or not cycle.row_has[row, route]):
            yield f"stop {stop} is visited by car-day {route}, not by the pattern"
        if route >= 0 and not layout.allowed[layout.cars["kind"][route], stop]:
            yield f"stop {stop} is visited by car-day {route}, which may not"
    by = Counter(int(cycle.vehicle[route]) for route in made)
    cost = int(cycle.patterns["cost"][pattern])
    cost += int(group["other_vehicle"]) * (len(made) - max(by.values(), default=0))
    if not made:
        yield "it has a pattern but no visits"
    elif cost != int(cycle.cost[number]):
        yield f"it costs {cost}, not {cycle.cost[number]}"
