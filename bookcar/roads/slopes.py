"""Steep roads, where heights are known: a loaded van climbs them as its engine can.

And it goes down them in the gear in which it goes up, as drivers of heavy cars are taught: one
speed holds for both directions.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bookcar.roads.heights import Heights
from bookcar.roads.network import (
    BACKWARD,
    FERRY,
    FORWARD,
    HALT,
    Floats,
    Ints,
    Network,
    degrees,
    ranges,
)

WINDOW_M = 500.0
"""Slopes are measured over so much road: samples of heights lie 30 or 90 m apart."""
SHORTEST_M = 150.0
"""Of a shorter piece of road no slope is known."""

# A van of 3.5 t with 15 W/kg at its wheels, half of what its engine has: nobody drives it harder.
KG, WATTS = 3_500.0, 52_500.0
ROLLING, DRAG_M2, AIR_KG_M3, GRAVITY = 0.012, 1.8, 1.1, 9.81
_GRADES = np.linspace(0.0, 0.4, 81)


def climbing_kmh(grade: float) -> float:
    """Return the speed at which the power suffices for a slope: metres up per metre of way.

    ``P = (m g (sin a + c_r cos a) + A rho v^2 / 2) v``, the equation of motion at a steady speed.
    """
    sine, cosine = grade / np.hypot(1.0, grade), 1.0 / np.hypot(1.0, grade)
    cubic = [AIR_KG_M3 * DRAG_M2 / 2, 0.0, KG * GRAVITY * (sine + ROLLING * cosine), -WATTS]
    roots = np.roots(cubic)
    return float(max(root.real for root in roots if abs(root.imag) < 1e-9)) * 3.6


_KMH = np.array([climbing_kmh(grade) for grade in _GRADES])


def on_slopes(network: Network, heights: Heights) -> Network:
    """Return the network with the times that cars take on its slopes.

    Between the ends of a piece on which no car may stand (a tunnel, a long bridge, a motorway) the
    road is taken to be straight: the ground above or below says nothing. Where heights are not
    known, nothing changes.
    """
    pieces = np.flatnonzero(
        (network.flags & (FORWARD | BACKWARD) > 0) & (network.flags & FERRY == 0)
    )
    if not len(pieces):
        return network
    roads = network.take(pieces)
    kmh = np.interp(_grades(roads, heights), _GRADES, _KMH)
    step_mm, step_us, inner = _steps(roads)
    slow = np.rint(step_mm * 3_600 / kmh).astype(np.int64)
    steps = np.where(inner, np.maximum(step_us, slow), 0)
    total = np.concatenate([[0], np.cumsum(steps)])
    us = network.us.copy()
    points = ranges(network.offset[pieces], np.diff(roads.offset))
    us[points] = total - np.repeat(total[roads.offset[:-1]], np.diff(roads.offset))
    return replace(network, us=us)


def _steps(roads: Network) -> tuple[Ints, Ints, np.ndarray]:
    """Return millimetres and microseconds from each point to the next, and whether on one piece."""
    inner = np.ones(len(roads.mm) - 1, dtype=np.bool_)
    inner[roads.offset[1:-1] - 1] = False
    return np.diff(roads.mm), np.diff(roads.us), inner


def _grades(roads: Network, heights: Heights) -> Floats:
    """Return the slope from each point to the next, over `WINDOW_M` around it; 0 if not known."""
    counts, total = np.diff(roads.offset), roads.total_mm / 1000
    start = np.cumsum(total + 1.0) - total  # pieces on end, a metre apart
    at = roads.mm / 1000 + np.repeat(start, counts)
    up = _straightened(roads, heights.at(degrees(roads.x), degrees(roads.y)))
    low, high = (np.repeat(edge, counts)[:-1] for edge in (start, start + total))
    middle = (at[1:] + at[:-1]) / 2
    behind = np.clip(middle - WINDOW_M / 2, low, high)
    before = np.clip(middle + WINDOW_M / 2, low, high)
    climb = np.abs(np.interp(before, at, up) - np.interp(behind, at, up))
    span = before - behind
    known = (span >= SHORTEST_M) & np.isfinite(climb)
    return np.asarray(np.where(known, climb / np.maximum(span, 1.0), 0.0), dtype=np.float64)


def _straightened(roads: Network, up: Floats) -> Floats:
    """Return heights that run straight between the ends of tunnels and long bridges."""
    counts = np.diff(roads.offset)
    first, last = up[roads.offset[:-1]], up[roads.offset[1:] - 1]
    share = roads.mm / np.repeat(np.maximum(roads.total_mm, 1), counts)
    straight = np.repeat(first, counts) + share * np.repeat(last - first, counts)
    return np.where(np.repeat(roads.flags & HALT == 0, counts), straight, up)
