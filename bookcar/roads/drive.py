"""What one kind of car may use of the network, and which parts hang together for it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from bookcar.model import LORRY_T, RoadProfile
from bookcar.roads.network import BACKWARD, FERRY, FOOT, FORWARD, Bools, Ints, Network

LOWEST_M = 2.5


@dataclass(frozen=True, kw_only=True)
class Drive:
    """The pieces a profile may drive.

    Attributes
    ----------
    network
        Only those pieces; its ``tail`` and ``head`` end apart at a junction the car cannot pass.
    part
        Which strongly connected part each piece belongs to, -1 for a piece one can only enter or
        only leave: shape (pieces,).
    size_mm
        Length of each part.
    source
        Which piece of the whole network each piece is.
    """

    network: Network
    part: npt.NDArray[np.int32]
    size_mm: Ints
    source: npt.NDArray[np.intp]


def drive_for(network: Network, profile: RoadProfile, *, ferries: bool = False) -> Drive:
    """Return what a profile may drive; its limits hold on roads and at barriers.

    A car whose height nobody gives is `LOWEST_M` high: no book car is lower.
    """
    need = _needed(profile)
    fits = (network.limits >= need).all(axis=1)
    closed_to_it = np.uint8(0 if ferries else FERRY)
    usable = np.flatnonzero(
        fits & ((network.flags & (FORWARD | BACKWARD)) > 0) & (network.flags & closed_to_it == 0)
    )
    shut = network.blocked | (network.node_limits < need).any(axis=1)
    turns = network.with_turns(~network.turn_lorry | profile.is_lorry)
    return _with_parts(_end_at(turns.take(usable), shut), usable)


def _needed(profile: RoadProfile) -> npt.NDArray[np.float32]:
    """Return what a road must allow, in the order of `LIMITS`."""
    lorry_t = (profile.weight_t or LORRY_T) if profile.is_lorry else None
    need = (
        profile.width_m,
        LOWEST_M if profile.height_m is None else profile.height_m,
        profile.weight_t,
        profile.length_m,
        profile.axle_t,
        lorry_t,
    )
    # as the network keeps them: 2.1 must pass under 2.1
    return np.array([-math.inf if n is None else n for n in need], dtype=np.float32)


def paths_from(network: Network, roads: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the pieces that can be walked to from some roads, whatever may be driven on them."""
    foot = np.flatnonzero(network.flags & FOOT)
    used = np.union1d(foot, roads)
    tail, head = network.tail[used], network.head[used]
    size = len(network.blocked)
    matrix = csr_array((np.ones(len(used), dtype=np.int8), (tail, head)), shape=(size, size))
    _, label = connected_components(matrix, directed=False)
    joined = np.unique(label[network.tail[roads]])
    return foot[np.isin(label[network.tail[foot]], joined)]


def over_ferries(
    network: Network, roads: npt.NDArray[np.intp], main: npt.NDArray[np.intp]
) -> Bools:
    """Tell which of the roads hang together with the main ones, but over a ferry alone.

    Parameters
    ----------
    roads
        Pieces of the network.
    main
        Positions among them.
    """
    boats = np.flatnonzero(network.flags & FERRY)
    if not len(boats):
        return np.zeros(len(roads), dtype=np.bool_)
    used = np.concatenate([roads, boats])
    size = len(network.blocked)
    ends = network.tail[used], network.head[used]
    matrix = csr_array((np.ones(len(used), dtype=np.int8), ends), shape=(size, size))
    label = connected_components(matrix, directed=False)[1][network.tail[roads]]
    joined = np.isin(label, np.unique(label[main]))
    joined[main] = False
    return joined


def _with_parts(network: Network, source: npt.NDArray[np.intp]) -> Drive:
    """Work out the strongly connected parts of a network of drivable pieces."""
    tail, head = network.tail, network.head
    if not len(tail):
        none = np.zeros(0, dtype=np.int64)
        return Drive(network=network, part=none.astype(np.int32), size_mm=none, source=source)
    ahead, back = (network.flags & FORWARD) > 0, (network.flags & BACKWARD) > 0
    size = int(max(tail.max(), head.max())) + 1
    edges = np.concatenate([tail[ahead], head[back]]), np.concatenate([head[ahead], tail[back]])
    matrix = csr_array((np.ones(len(edges[0]), dtype=np.int8), edges), shape=(size, size))
    count, label = connected_components(matrix, directed=True, connection="strong")
    part = np.where(label[tail] == label[head], label[tail], -1).astype(np.int32)
    inside = part >= 0
    size_mm = np.bincount(part[inside], network.total_mm[inside], minlength=count)
    return Drive(network=network, part=part, size_mm=size_mm.astype(np.int64), source=source)


def _end_at(network: Network, shut: npt.NDArray[np.bool_]) -> Network:
    """Give each piece that ends at a shut junction an end of its own there."""
    fresh = len(shut)
    ends = np.concatenate([network.tail, network.head])
    apart = np.flatnonzero(shut[ends])
    ends[apart] = fresh + np.arange(len(apart))
    tail, head = np.split(ends, 2)
    return replace(network, tail=tail, head=head)
