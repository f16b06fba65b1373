"""How a route goes up and down: heights along its road, the climb, and their picture as SVG.

On bridges and in tunnels a road is taken to be straight between its portals, where the heights
given are known again. Beside a road in a steep valley a grid of heights knows the slope. So heights
are smoothed along the way, and a rise counts as climb only if it exceeds what such grids are wrong
by.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bookcar.earth import M_PER_DEGREE
from bookcar.plan import Plan, Route, Visit
from bookcar.web.geometry import Points, route_ways

Array = npt.NDArray[np.float64]

WIDTH, HEIGHT = 640.0, 84.0
_STEP_M = 50.0  # finer than the grids' own 30 to 90 m would add nothing
_SMOOTH_M = 300.0
_LEAST_RISE_M = 10.0  # SRTM is right to some 10 m (Farr et al. 2007, doi:10.1029/2005RG000183)
_LEAST_SPAN_M = 100.0  # a flat route is drawn flat
_LEFT, _RIGHT, _TOP, _FLOOR = 44.0, 626.0, 16.0, 68.0
_BETWEEN = 15.0  # units from one number to the next
_FONT = "'Noto Sans SC', 'Noto Sans CJK SC', 'Noto Sans', 'DejaVu Sans', sans-serif"


class Heights(Protocol):
    """Heights along roads: what `RoadHeights` of the roads package gives."""

    def at(self, lons: npt.ArrayLike, lats: npt.ArrayLike, /) -> Array:
        """Return metres above the sea at points, nan where they are not known."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A route's heights.

    Attributes
    ----------
    metres, heights
        Along the way, from 0 to the plan's own metres of the route, and above the sea there.
    stops
        Metres along the way to each stop.
    climb
        All rises together, in whole metres.
    """

    metres: Array
    heights: Array
    stops: tuple[float, ...]
    climb: int

    def height_at(self, metres: float) -> int:
        """Return the height at a point of the way, in whole metres."""
        return round(float(np.interp(metres, self.metres, self.heights)))


def route_profile(plan: Plan, route: Route, heights: Heights) -> Profile | None:
    """Return the profile of a route, or None if the heights of more than half of it are unknown.

    Legs are as long as the plan says, whatever their line measures.
    """
    ways = [way.points for way in route_ways(plan, route)]
    legs = [leg.metres for leg in route.legs]
    ends = np.cumsum([0, *legs])
    parts = [_sampled(*part) for part in zip(ways, ends[:-1], legs, strict=True)]
    points = np.concatenate([points for points, _ in parts])
    metres = np.concatenate([along for _, along in parts])
    ground = heights.at(points[:, 0], points[:, 1])
    known = ~np.isnan(ground)
    if known.mean() <= 0.5 or metres[-1] <= 0:
        return None
    smooth = _smoothed(metres, np.interp(metres, metres[known], ground[known]))
    calls = zip(route.halts, ends[1:-1], strict=True)
    stops = tuple(float(end) for call, end in calls if isinstance(call, Visit))
    return Profile(metres=metres, heights=smooth, stops=stops, climb=climb_of(smooth))


def climb_of(heights: Array, *, least: float = _LEAST_RISE_M) -> int:
    """Return the sum of all rises of at least ``least`` metres, in whole metres.

    A rise ends where the way goes down by as much again.
    """
    climb = 0.0
    low = high = float(heights[0])
    for height in map(float, heights):
        if height > high:
            high = height
        elif high - height >= least or height < low:
            climb += high - low if high - low >= least else 0.0
            low = high = height
    return round(climb + (high - low if high - low >= least else 0.0))


def _sampled(line: Points, start: float, metres: int) -> tuple[Points, Array]:
    """Return points along a line, one every few metres, and how far along the route each lies."""
    shrink = math.cos(math.radians(float(line[:, 1].mean())))
    steps = np.diff(line, axis=0) * (M_PER_DEGREE * shrink, M_PER_DEGREE)
    travelled = np.concatenate(([0.0], np.cumsum(np.hypot(*steps.T))))
    whole = travelled[-1]
    count = max(2, math.ceil(metres / _STEP_M) + 1)
    at = np.linspace(0.0, whole, count)
    points = np.column_stack([np.interp(at, travelled, line[:, k]) for k in (0, 1)])
    return points, start + np.linspace(0.0, metres, count)


def _smoothed(metres: Array, heights: Array) -> Array:
    """Return heights as their mean over a stretch of the way around each point."""
    sums = np.concatenate(([0.0], np.cumsum(heights)))
    first = np.searchsorted(metres, metres - _SMOOTH_M / 2, side="left")
    last = np.searchsorted(metres, metres + _SMOOTH_M / 2, side="right")
    mean: Array = (sums[last] - sums[first]) / (last - first)
    return mean


def profile_svg(profile: Profile, *, font: str = _FONT) -> str:
    """Return the picture of a profile as an SVG of `WIDTH` by `HEIGHT` units, black on white.

    Stops stand above it by their numbers, as far as there is room. Its only words are figures and
    units, so it needs no language.
    """
    axes = _Axes(profile)
    view = f'viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {view} font-family="{font}">',
        f'<rect width="{WIDTH:.0f}" height="{HEIGHT:.0f}" fill="#fff"/>',
        *_ground(axes, profile),
        *_stops(axes, profile.stops),
        *_scales(axes),
        "</svg>",
    ]
    return "".join(parts)


class _Axes:
    """Metres along the way and above the sea as places on the picture."""

    def __init__(self, profile: Profile) -> None:
        self.length = float(profile.metres[-1])
        self.low = math.floor(float(profile.heights.min()) / 10) * 10
        self.high = math.ceil(max(float(profile.heights.max()), self.low + _LEAST_SPAN_M) / 10) * 10

    def x(self, metres: float) -> float:
        return _LEFT + metres / self.length * (_RIGHT - _LEFT)

    def y(self, height: float) -> float:
        return _FLOOR - (height - self.low) / (self.high - self.low) * (_FLOOR - _TOP - 6)


def _ground(axes: _Axes, profile: Profile) -> Iterator[str]:
    at = np.linspace(0, axes.length, 292)  # a point every two units
    heights = np.interp(at, profile.metres, profile.heights)
    drawn = [f"{axes.x(m):.1f} {axes.y(h):.1f}" for m, h in zip(at, heights, strict=True)]
    line = "L".join(drawn)
    yield f'<path d="M{_LEFT} {_FLOOR}L{line}L{_RIGHT} {_FLOOR}Z" fill="#ddd"/>'
    yield f'<path d="M{line}" fill="none" stroke="#000" stroke-width="1.4"/>'
    yield f'<path d="M{_LEFT} {_FLOOR}H{_RIGHT}" fill="none" stroke="#000" stroke-width=".8"/>'


def _stops(axes: _Axes, stops: Sequence[float]) -> Iterator[str]:
    """Yield a mark at every stop, and its number where it does not cover the one before."""
    free = 0.0
    for number, metres in enumerate(stops, start=1):
        x = axes.x(metres)
        yield (
            f'<path d="M{x:.1f} {_TOP}V{_FLOOR}" fill="none" stroke="#000" stroke-width=".7" '
            'stroke-dasharray="2 2"/>'
        )
        if x >= free:
            yield _text(x, 11, str(number), anchor="middle", weight=700)
            free = x + _BETWEEN


def _scales(axes: _Axes) -> Iterator[str]:
    yield _text(_LEFT - 4, axes.y(axes.high) + 4, f"{axes.high} m", anchor="end")
    yield _text(_LEFT - 4, _FLOOR, f"{axes.low} m", anchor="end")
    yield _text(_LEFT, _FLOOR + 12, "0", anchor="start")
    yield _text(_RIGHT, _FLOOR + 12, f"{axes.length / 1000:.1f} km", anchor="end")


def _text(x: float, y: float, text: str, *, anchor: str, weight: int = 500) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="10" font-weight="{weight}" '
        f'text-anchor="{anchor}">{text}</text>'
    )
