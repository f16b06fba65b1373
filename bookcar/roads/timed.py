"""The network as it is at the times when cars are out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bookcar.model import RoadProfile
from bookcar.roads.conditions import State, Times, state
from bookcar.roads.network import BACKWARD, FORWARD, Ints, Network

Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Timed:
    """A network without what is shut at some times.

    Attributes
    ----------
    network
        What is unclear keeps its condition; what is open has none.
    shut
        How many pieces of road and gates are shut.
    """

    network: Network
    shut: int


def at_times(network: Network, times: Times | None, profile: RoadProfile) -> Timed:
    """Return the network a profile has at some times; all that is ever open if None."""
    numbers = (network.condition, network.node_condition, network.turn_condition)
    used = np.unique(np.concatenate(numbers)).tolist()
    if used in ([], [0]):
        return Timed(network=network, shut=0)
    if times is None:
        return Timed(network=network.with_turns(network.turn_condition == 0), shut=0)
    states = {number: _state(str(network.texts[number]), times, profile) for number in used}
    shut, unclear = (
        np.array([number for number, said in states.items() if said == wanted], dtype=np.int64)
        for wanted in ("shut", "unclear")
    )
    roads, gates = np.isin(network.condition, shut), np.isin(network.node_condition, shut)
    cars = np.uint8(FORWARD | BACKWARD)
    closed = replace(
        network,
        flags=np.where(roads, network.flags & ~cars, network.flags).astype(np.uint8),
        blocked=network.blocked | gates,
        condition=_only(network.condition, unclear),
        node_condition=_only(network.node_condition, unclear),
    )
    holds = np.isin(network.turn_condition, [0, *shut.tolist()])
    closed = closed.with_turns(holds)
    return Timed(network=closed, shut=int(roads.sum() + gates.sum()))


def _state(text: str, times: Times, profile: RoadProfile) -> State:
    return state(text, times, profile) if text else "open"


def _only(numbers: Numbers, kept: Ints) -> Numbers:
    return np.where(np.isin(numbers, kept), numbers, 0).astype(np.int32)
