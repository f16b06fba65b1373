"""Recombine routes: choose the best set of routes out of all that good solutions had.

Set partitioning over a pool of routes, by CP-SAT: each car-day drives at most one route, each stop
is served at most once or its prize is lost. It pays where routes are short, as in a week of book
cars, for then the same good routes come up in many solutions; see Subramanian, Uchoa and Ochi, "A
hybrid algorithm for a class of vehicle routing problems", Computers & Operations Research 40(10),
2013. CP-SAT works on one thread to a deterministic limit: the outcome hangs on no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from bookcar.optimiser.sisr.layout import Layout
from bookcar.optimiser.sisr.routes import Routes, pack, unpack
from bookcar.optimiser.sisr.state import State

MOST_ROUTES = 3_000
EFFORT = 0.1
"""CP-SAT's deterministic time of one recombination."""

LONGEST_USEFUL = 15
"""Beyond so many stops a route on the average, recombination finds nothing and is left out."""

_LARGEST_COST = 2**40


class PooledRoute(NamedTuple):
    """A route of the pool: its kind of car-day, its stops in order, its cost."""

    kind: int
    stops: tuple[int, ...]
    cost: int


class Pool:
    """The cheapest order known of every set of stops on every kind of car-day."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.routes: dict[tuple[int, frozenset[int]], PooledRoute] = {}

    def gather(self, state: State) -> None:
        """Take in the routes of a chain's solution."""
        stops = int(self.layout.facts["stops"][0])
        following = state.nodes["next"]
        for car in np.flatnonzero(state.routes["size"]).tolist():
            node, order = int(following[stops + car]), []
            while node < stops:
                order.append(node)
                node = int(following[node])
            kind = int(self.layout.cars["kind"][car])
            self._add(PooledRoute(kind, tuple(order), int(state.routes["cost"][car])))
        self._forget()

    def _add(self, route: PooledRoute) -> None:
        key = route.kind, frozenset(route.stops)
        known = self.routes.pop(key, None)
        self.routes[key] = route if known is None or route.cost < known.cost else known

    def _forget(self) -> None:
        """Drop the routes that were met longest ago."""
        for key in list(self.routes)[: max(0, len(self.routes) - MOST_ROUTES)]:
            del self.routes[key]

    def useful(self) -> bool:
        """Tell whether routes are short enough for recombination to find something.

        What evens out drivers' hours is no sum over routes: with that, there is none.
        """
        if not self.routes or self.layout.facts["drivers"][0]:
            return False
        return sum(len(r.stops) for r in self.routes.values()) <= LONGEST_USEFUL * len(self.routes)

    def recombine(self, known: Routes, cost: int) -> Routes | None:
        """Return the best routes that the pool holds; None if they cost no less than known ones."""
        routes = list(self.routes.values())
        prizes = int(self.layout.tasks["prize"].sum())
        chosen, gain = _choose(self.layout, routes, _chosen(self.layout, routes, known))
        if prizes - gain >= cost:
            return None
        return _on_car_days(self.layout, [routes[i] for i in chosen])


def _chosen(layout: Layout, routes: Sequence[PooledRoute], known: Routes) -> set[int]:
    """Return which routes of the pool make up a known solution, as far as it is in the pool."""
    numbers = {(r.kind, frozenset(r.stops)): i for i, r in enumerate(routes)}
    keys = ((int(layout.cars["kind"][car]), frozenset(stops)) for car, stops in unpack(known))
    return {numbers[key] for key in keys if key in numbers}


def _choose(layout: Layout, routes: Sequence[PooledRoute], hint: set[int]) -> tuple[list[int], int]:
    """Return the numbers of the best routes, and by how much they beat serving nobody."""
    from ortools.sat.python import cp_model  # noqa: PLC0415  (heavy)

    prizes = layout.tasks["prize"].tolist()
    gains = [sum(prizes[s] for s in route.stops) - route.cost for route in routes]
    coarse = max(1, max(abs(gain) for gain in gains) // _LARGEST_COST)
    model = cp_model.CpModel()
    used = [model.new_bool_var(f"r{i}") for i in range(len(routes))]
    by_stop: dict[int, list[int]] = {}
    by_kind: dict[int, list[int]] = {}
    for i, route in enumerate(routes):
        by_kind.setdefault(route.kind, []).append(i)
        for stop in route.stops:
            by_stop.setdefault(stop, []).append(i)
    for members in by_stop.values():
        model.add_at_most_one(used[i] for i in members)
    cars = np.bincount(layout.cars["kind"])
    for kind, members in by_kind.items():
        model.add(sum(used[i] for i in members) <= int(cars[kind]))
    for kind in {int(layout.cars["kind"][car]) for car, _ in unpack(layout.fixed)}:
        model.add(sum(used[i] for i in by_kind.get(kind, ())) == 1)
    for clash in _clashes(layout, routes, by_stop):
        model.add_at_most_one(used[i] for i in clash)
    for i, variable in enumerate(used):
        model.add_hint(variable, i in hint)
    model.maximize(sum(gain // coarse * v for gain, v in zip(gains, used, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    # Else it leaves Ctrl-C set to end the process at once, files half written or not.
    solver.parameters.catch_sigint_signal = False
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = EFFORT
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return [], 0
    chosen = [i for i, variable in enumerate(used) if solver.boolean_value(variable)]
    return chosen, sum(gains[i] for i in chosen)


def _clashes(
    layout: Layout, routes: Sequence[PooledRoute], by_stop: dict[int, list[int]]
) -> Iterator[list[int]]:
    """Yield routes of which one at most may be driven: twin visits too few days apart."""
    days = [
        int(layout.cars["day"][int(layout.kind_cars[layout.kind_from[r.kind]])]) for r in routes
    ]
    for stop in np.flatnonzero(layout.tasks["twin"] > np.arange(len(layout.tasks))).tolist():
        apart, twin = int(layout.tasks["apart"][stop]), int(layout.tasks["twin"][stop])
        for i in by_stop.get(stop, ()):
            near = [j for j in by_stop.get(twin, ()) if abs(days[i] - days[j]) < apart]
            if near:
                yield from ([i, j] for j in near)


def _on_car_days(layout: Layout, routes: Sequence[PooledRoute]) -> Routes:
    """Give each route a car-day of its kind."""
    taken = dict.fromkeys(range(len(layout.kind_from) - 1), 0)
    placed = []
    for route in routes:
        car = layout.kind_cars[int(layout.kind_from[route.kind]) + taken[route.kind]]
        taken[route.kind] += 1
        placed.append((int(car), route.stops))
    return pack(placed)
