"""Accept by annealing, and the loop of a chain: ruin, recreate, accept."""

from __future__ import annotations

import math

import numpy as np

from bookcar.compiled import compiled, entry, inlined
from bookcar.optimiser.sisr.decomposition import keep_to_share, look_after_all
from bookcar.optimiser.sisr.layout import Layout
from bookcar.optimiser.sisr.node_data import drop_idle_calls, refresh
from bookcar.optimiser.sisr.recreate import recreate
from bookcar.optimiser.sisr.rng import uniform
from bookcar.optimiser.sisr.routes import Routes
from bookcar.optimiser.sisr.ruin import add_reload, add_unserved, ruin
from bookcar.optimiser.sisr.state import LISTED, UNSERVED, State, copy_routes, take_back


@entry
def anneal(
    layout: Layout, state: State, iterations: int, heat: tuple[float, float], routes: Routes
) -> None:
    """Search on for some iterations while the temperature goes from one value to another.

    ``routes``: those to go on from, in the form of `State.best`; if it is empty, the state's own.
    """
    if state.sums[0].iteration == 0:
        begin(layout, state)
    if len(routes) > 0:
        adopt(layout, state, routes)
    keep_to_share(layout, state)
    cooling = (heat[1] / heat[0]) ** (1.0 / max(1, iterations))
    temperature = heat[0]
    for _ in range(iterations):
        step(layout, state, temperature)
        temperature *= cooling
    look_after_all(layout, state)
    write_routes(layout, state, state.now)


@inlined
def step(layout: Layout, state: State, temperature: float) -> None:
    """Change the solution, and keep it or take it back."""
    sums = state.sums[0]
    before = sums.cost
    sums.stamp += 1
    sums.iteration += 1
    sums.logged = sums.touched = 0
    seed = ruin(layout, state)
    if sums.served + sums.removed < layout.facts[0].stops:
        add_unserved(layout, state, seed)
    if layout.facts[0].reloads:
        drop_idle_calls(layout, state)
        add_reload(layout, state)
    recreate(layout, state)
    if accepts(state, sums.cost - before, temperature):
        if sums.cost < sums.best:
            keep_best(layout, state)
    else:
        reject(layout, state)


@inlined
def accepts(state: State, worse: int, temperature: float) -> bool:
    """Tell whether a change of cost is taken: if it is less than an exponential draw."""
    return worse < -temperature * math.log(1.0 - uniform(state.rng))


@inlined
def reject(layout: Layout, state: State) -> None:
    """Take the step back."""
    take_back(layout, state)
    if not layout.facts[0].plain:
        for i in range(state.sums[0].touched):
            refresh(layout, state, state.touched[np.uint32(i)])


@compiled
def keep_best(layout: Layout, state: State) -> None:
    """Copy the solution to where the best one is kept."""
    state.sums[0].best = state.sums[0].cost
    write_routes(layout, state, state.best)


@inlined
def write_routes(layout: Layout, state: State, routes: Routes) -> None:
    """Write the solution down as `State.best` has it."""
    facts, sums = layout.facts[0], state.sums[0]
    end, left = 0, sums.used
    for car in range(facts.cars):
        if left == 0:
            break
        size = state.routes[np.uint32(car)].size
        if size == 0:
            continue
        left -= 1
        routes[np.uint32(end)], routes[np.uint32(end + 1)] = car, size
        end += 2
        node = state.nodes[np.uint32(facts.stops + car)].next
        for _ in range(size):
            routes[np.uint32(end)] = np.int32(node)
            end += 1
            node = state.nodes[node].next
    routes[np.uint32(end)] = -1


@compiled
def begin(layout: Layout, state: State) -> None:
    """Insert all stops that are not served; what fits nowhere stays unserved."""
    sums = state.sums[0]
    sums.stamp += 1
    sums.logged = sums.touched = sums.removed = 0
    copy_routes(layout, state, layout.fixed)
    refresh_all(layout, state)
    for i in range(layout.facts[0].stops):
        stop = np.uint32(i)
        if state.nodes[stop].route == UNSERVED and not layout.tasks[stop].reload:
            state.nodes[stop].route = LISTED
            state.removed[np.uint32(sums.removed)] = stop
            sums.removed += 1
    recreate(layout, state)
    keep_best(layout, state)


@compiled
def adopt(layout: Layout, state: State, routes: Routes) -> None:
    """Replace the solution by other routes."""
    copy_routes(layout, state, routes)
    refresh_all(layout, state)
    if state.sums[0].cost < state.sums[0].best:
        keep_best(layout, state)


@compiled
def refresh_all(layout: Layout, state: State) -> None:
    """Refresh every route, those of cars at home too."""
    if layout.facts[0].plain:
        return
    for car in range(layout.facts[0].cars):
        refresh(layout, state, np.uint32(car))
