"""The loop of a chain where stops have patterns; see `bookcar.optimiser.sisr.anneal`."""

from __future__ import annotations

import numpy as np

from bookcar.compiled import compiled, entry, inlined
from bookcar.optimiser.sisr.anneal import accepts, keep_best, refresh_all, write_routes
from bookcar.optimiser.sisr.choices import (
    choose,
    note,
    read_choices,
    settle,
    take_back_choices,
)
from bookcar.optimiser.sisr.decomposition import keep_to_share, look_after_all
from bookcar.optimiser.sisr.groups import Cycle
from bookcar.optimiser.sisr.layout import Layout
from bookcar.optimiser.sisr.node_data import drop_idle_calls, refresh
from bookcar.optimiser.sisr.recreate import leave_idle_calls
from bookcar.optimiser.sisr.recreate_groups import recreate_groups
from bookcar.optimiser.sisr.rng import uniform
from bookcar.optimiser.sisr.routes import Routes
from bookcar.optimiser.sisr.ruin import add_reload
from bookcar.optimiser.sisr.ruin_groups import invite_groups, list_units, ruin_groups
from bookcar.optimiser.sisr.state import LISTED, UNSERVED, State, copy_routes, take_back


@entry
def anneal_groups(
    layout: Layout,
    state: State,
    cycle: Cycle,
    iterations: int,
    heat: tuple[float, float],
    routes: Routes,
) -> None:
    """Search on for some iterations while the temperature goes from one value to another.

    ``routes``: those to go on from, in the form of `State.best`; if it is empty, the state's own.
    """
    if state.sums[0].iteration == 0:
        _begin(layout, state, cycle)
    if len(routes) > 0:
        _adopt(layout, state, cycle, routes)
    keep_to_share(layout, state)
    cooling = (heat[1] / heat[0]) ** (1.0 / max(1, iterations))
    temperature = heat[0]
    for _ in range(iterations):
        _step(layout, state, cycle, temperature)
        temperature *= cooling
    look_after_all(layout, state)
    write_routes(layout, state, state.now)


@inlined
def _step(layout: Layout, state: State, cycle: Cycle, temperature: float) -> None:
    """Change the solution, and keep it or take it back."""
    sums = state.sums[0]
    before = sums.cost
    sums.stamp += 1
    sums.iteration += 1
    sums.logged = sums.touched = 0
    cycle.facts[0].changed = 0
    cycle.shared.facts[0].was = cycle.shared.facts[0].cost
    seed = ruin_groups(layout, state, cycle, uniform(state.rng) < cycle.facts[0].anew)
    invite_groups(layout, state, cycle, seed)
    if layout.facts[0].reloads:
        drop_idle_calls(layout, state)
        add_reload(layout, state)
    list_units(state, cycle)
    whole = recreate_groups(layout, state, cycle)
    if layout.facts[0].reloads:
        leave_idle_calls(layout, state)
    settle(layout, state, cycle)
    if whole and accepts(state, sums.cost - before, temperature):
        if sums.cost < sums.best:
            keep_best(layout, state)
    else:
        _reject(layout, state, cycle)


@compiled
def _reject(layout: Layout, state: State, cycle: Cycle) -> None:
    """Take the step back."""
    take_back(layout, state)
    if not cycle.facts[0].light:
        for i in range(state.sums[0].touched):
            refresh(layout, state, state.touched[np.uint32(i)])
    take_back_choices(state, cycle)


@compiled
def _begin(layout: Layout, state: State, cycle: Cycle) -> None:
    """Insert all groups; what fits nowhere stays unserved."""
    sums = state.sums[0]
    sums.stamp += 1
    sums.logged = sums.touched = sums.removed = 0
    cycle.facts[0].changed = 0
    copy_routes(layout, state, layout.fixed)
    if not cycle.facts[0].light:
        refresh_all(layout, state)
    for group in range(cycle.facts[0].groups):
        record = cycle.groups[np.uint32(group)]
        note(state, cycle, np.int64(group))
        choose(cycle, np.int64(group), np.int64(-1))
        for j in range(record.members, record.members_end):
            stop = np.uint32(cycle.members[np.uint32(j)])
            if state.nodes[stop].route == UNSERVED:
                state.nodes[stop].route = LISTED
                state.removed[np.uint32(sums.removed)] = stop
                sums.removed += 1
    list_units(state, cycle)
    recreate_groups(layout, state, cycle)
    read_choices(layout, state, cycle)
    keep_best(layout, state)


@compiled
def _adopt(layout: Layout, state: State, cycle: Cycle, routes: Routes) -> None:
    """Replace the solution by other routes."""
    copy_routes(layout, state, routes)
    if not cycle.facts[0].light:
        refresh_all(layout, state)
    read_choices(layout, state, cycle)
    if state.sums[0].cost < state.sums[0].best:
        keep_best(layout, state)
