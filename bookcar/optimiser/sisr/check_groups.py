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


def shared_cost(cycle: Cycle) -> int:
    """Return what groups and levels cost, as the sum of all cost has it."""
    return int(cycle.cost.sum()) + int(cycle.shared.facts["cost"][0])


def shared_faults(layout: Layout, state: State, cycle: Cycle) -> list[str]:
    """Return where levels cost what they should not, or supplies and changes are overdrawn."""
    shared = cycle.shared
    found = []
    cost = sum(_level_cost(state, cycle, level) for level in range(len(shared.levels)))
    if cost != int(shared.facts["cost"][0]):
        found.append(f"levels cost {cost}, not {shared.facts['cost'][0]}")
    changes = sum(int(shared.changes[pattern]) for pattern in cycle.pattern if pattern >= 0)
    if changes > int(shared.facts["most_changes"][0]):
        found.append(f"{changes} groups change")
    days = layout.cars["day"]
    made = [
        (int(shared.supply_of[i]), int(days[route]), bool(shared.stays[i]))
        for i, route in enumerate(state.nodes["route"][: len(layout.tasks)].tolist())
        if route >= 0 and shared.supply_of[i] >= 0
    ]
    for supply, most in enumerate(shared.most.tolist()):
        for day in range(int(shared.facts["days"][0])):
            taken = [
                s for s, on, stays in made if s == supply and (on == day or (stays and on < day))
            ]
            if len(taken) > most:
                found.append(f"{len(taken)} of supply {supply} are out on day {day}, of {most}")
    return found


def _level_cost(state: State, cycle: Cycle, number: int) -> int:
    level, part_of = cycle.shared.levels[number], cycle.shared.part_of[number]
    seconds, days = Counter[int](), Counter[int]()
    for car, part in enumerate(part_of.tolist()):
        if part >= 0:
            days[part] += 1
            seconds[part] += int(state.routes["seconds"][car])
    total, count = seconds.total(), days.total()
    off = 0
    for part, share in days.items():
        off += max(0, 1000 * abs(seconds[part] * count - share * total)
                   - int(level["ease"]) * share * total)  # fmt: skip
    return int(level["per_second"]) * (off // (1000 * count))


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
