"""Which part of the solution a chain works on, where several work on one solution together.

A chain leaves the routes of the others as they are: it ruins none of them, puts nothing on them,
and does not try the stops that another chain looks after.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
import numpy.typing as npt

from bookcar.compiled import compiled
from bookcar.optimiser.sisr.layout import FAR_FUTURE, Layout
from bookcar.optimiser.sisr.routes import Routes, pack, unpack
from bookcar.optimiser.sisr.state import AWAY, UNSERVED, State, stack_empties

FEWEST_STOPS = 50
"""For each chain: with less, what it may do is too little."""

_NEVER_RUINED = 2**31 - 1


@compiled
def keep_to_share(layout: Layout, state: State) -> None:
    """Leave alone what `State.away` says is another chain's."""
    sums, stops = state.sums[0], layout.facts[0].stops
    sums.own = 0
    for i in range(stops):
        stop = np.uint32(i)
        if not state.away[stop]:
            state.own[np.uint32(sums.own)] = stop
            sums.own += 1
        elif state.nodes[stop].route == UNSERVED:
            state.nodes[stop].route = AWAY
    for i in range(layout.facts[0].cars):
        if state.away[np.uint32(stops + i)]:
            state.routes[np.uint32(i)].room -= FAR_FUTURE
            state.routes[np.uint32(i)].ruined = _NEVER_RUINED
    stack_empties(layout, state)


@compiled
def look_after_all(layout: Layout, state: State) -> None:
    """Take the whole solution into account again."""
    stops = layout.facts[0].stops
    for i in range(stops):
        if state.nodes[np.uint32(i)].route == AWAY:
            state.nodes[np.uint32(i)].route = UNSERVED
    for i in range(layout.facts[0].cars):
        if state.away[np.uint32(stops + i)]:
            state.routes[np.uint32(i)].room += FAR_FUTURE
            state.routes[np.uint32(i)].ruined = 0
    state.away[:] = 0
    stack_empties(layout, state)


class Decomposition:
    """Who looks after what, from one meeting of the chains to the next."""

    def __init__(self, layout: Layout, seed: int) -> None:
        self.layout, self.chance = layout, Random(seed)
        self.owners: npt.NDArray[np.int64] | None = None

    def possible(self, states: Sequence[State]) -> bool:
        """Tell whether chains have enough to do each, and do nothing that bears on the others.

        Two visits to one stop and the balance of hours tie routes together.
        """
        facts = self.layout.facts
        if facts["spaced"][0] or facts["drivers"][0] or len(states) == 1:
            return False
        return int(facts["stops"][0]) >= FEWEST_STOPS * len(states)

    def hand_out(self, states: Sequence[State], routes: Routes) -> None:
        """Part a solution among the chains, which all have to go on from it."""
        self.owners = _owners(self.layout, routes, len(states), self.chance)
        for number, state in enumerate(states):
            state.away[:] = self.owners != number

    def joined(self, states: Sequence[State]) -> Routes | None:
        """Return the solution that the chains' shares make up; None if they went apart."""
        owners, self.owners = self.owners, None
        if owners is None:
            return None
        stops = int(self.layout.facts["stops"][0])
        return pack(
            (car, order)
            for number, state in enumerate(states)
            for car, order in unpack(state.now)
            if owners[stops + car] == number
        )


def _owners(layout: Layout, routes: Routes, chains: int, chance: Random) -> npt.NDArray[np.int64]:
    """Return the chain that each stop, and behind them each car-day, belongs to.

    Each gets neighbouring routes with as many stops in all, the stops that are not served beside
    them, and as many of the car-days that stay at home. Reloads are their car-day's.
    """
    stops, cars = (int(layout.facts[name][0]) for name in ("stops", "cars"))
    owners = np.full(stops + cars, -1)
    metres = layout.metres[0, _far_out(layout, chance)].astype(np.int64)
    driven = sorted(unpack(routes), key=lambda r: int(metres[list(r[1])].sum()) / len(r[1]))
    ahead, served = 0, sum(len(order) for _, order in driven)
    for car, order in driven:
        owners[[*order, stops + car]] = (2 * ahead + len(order)) * chains // (2 * served)
        ahead += len(order)
    idle = np.flatnonzero(owners[stops:] < 0)
    owners[stops + idle] = np.arange(len(idle)) % chains
    remote = owners[stops + (driven[0][0] if driven else 0)]
    for stop in np.flatnonzero(owners[:stops] < 0).tolist():
        near = owners[layout.near["stop"][stop]]
        owners[stop] = next((owner for owner in near.tolist() if owner >= 0), remote)
    owners[layout.calls] = owners[stops + _callers(layout)]
    return owners


def _callers(layout: Layout) -> npt.NDArray[np.int64]:
    """Return the car-day of each of ``layout.calls``."""
    return np.searchsorted(layout.calls_from, np.arange(len(layout.calls)), side="right") - 1


def _far_out(layout: Layout, chance: Random) -> int:
    """Return a stop at the edge: the one that is farthest from some stop."""
    stops = int(layout.facts["stops"][0])
    return int(np.argmax(layout.metres[0, chance.randrange(stops), :stops]))
