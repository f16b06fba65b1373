"""Lines for the maps: roads by class and the roads of legs, thinned and encoded.

An encoded polyline (Google's algorithm, 5 decimals, lat-lon) takes some 5 characters a vertex and
is what ``plan.json`` holds already, so the pages know one form only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polyline
import shapely

Vertices = npt.NDArray[np.float64]

_Key = tuple[int, int]

_STEP = 1e-5
_FIRST_TOLERANCE = 3.0  # steps, some 3 m: less than half a pixel at the closest zoom
_LAST_TOLERANCE = 200.0


def encode_legs(legs: Sequence[str], budget: int = 30_000) -> list[str]:
    """Return encoded polylines with at most about ``budget`` vertices in all.

    An encoded vertex has at least two characters, so short ones need no decoding.
    """
    if sum(map(len, legs)) <= 2 * budget:
        return list(legs)
    lines = [np.array(polyline.decode(leg), dtype=float).reshape(-1, 2)[:, ::-1] for leg in legs]
    if sum(map(len, lines)) <= budget:
        return list(legs)
    return [encode(line) if len(line) else "" for line in thin(lines, budget)]


def encode(line: Vertices) -> str:
    """Return the (lon, lat) vertices as an encoded polyline."""
    return str(polyline.encode(line[:, ::-1].tolist(), 5))


def thin(
    lines: Sequence[Vertices], budget: int, *, tolerance: float = _FIRST_TOLERANCE
) -> list[Vertices]:
    """Return the lines simplified (Douglas-Peucker) until all have at most ``budget`` vertices.

    The first attempt allows ``tolerance`` metres; if 200 are not enough, lines are emptied from the
    end of the sequence.
    """
    thinned = [np.asarray(line, dtype=float) for line in lines]
    while sum(map(len, thinned)) > budget and tolerance < _LAST_TOLERANCE:
        thinned = [_simplify(np.asarray(line, dtype=float), tolerance) for line in lines]
        tolerance *= 1.6
    return _cut(thinned, budget)


def joined(lines: Sequence[Vertices]) -> list[Vertices]:
    """Return lines joined end to end wherever only two of them meet, the longest first."""
    if not lines:
        return []
    merged = shapely.line_merge(shapely.MultiLineString([np.rint(x / _STEP) for x in lines]))
    parts = shapely.get_parts(merged)
    found = [shapely.get_coordinates(part) * _STEP for part in parts]
    long = shapely.length(parts)
    rank = [(-m, *line[0], *line[-1]) for m, line in zip(long, found, strict=True)]
    return [found[k] for k in sorted(range(len(found)), key=rank.__getitem__)]


def trails(lines: Sequence[Vertices]) -> list[Vertices]:
    """Return lines joined end to end across junctions too, as few and long as a walk makes them.

    Each is passed once, some backwards. An encoded line's first vertex takes as many characters as
    two later ones or three, so that of streets between crossings little else would be left.
    """
    keys = [tuple(map(_key, (line[0], line[-1]))) for line in lines]
    ends: dict[_Key, list[int]] = {}
    for i, pair in enumerate(keys):
        for key in pair:
            ends.setdefault(key, []).append(i)
    # A trail that begins where an odd number of lines meet ends at another such place.
    starts = sorted(ends, key=lambda key: len(ends[key]) % 2 == 0)
    used = [False] * len(lines)
    found = []
    for start in starts:
        while trail := _trail(start, lines, keys, ends=ends, used=used):
            found.append(np.concatenate([trail[0], *(part[1:] for part in trail[1:])]))
    return found


def _trail(
    here: _Key,
    lines: Sequence[Vertices],
    keys: Sequence[tuple[_Key, ...]],
    *,
    ends: dict[_Key, list[int]],
    used: list[bool],
) -> list[Vertices]:
    """Return unused lines from a place onwards, each in the direction it is passed."""
    trail: list[Vertices] = []
    while True:
        while ends[here] and used[ends[here][-1]]:
            ends[here].pop()
        if not ends[here]:
            return trail
        i = ends[here].pop()
        used[i] = True
        forwards = keys[i][0] == here
        trail.append(lines[i] if forwards else lines[i][::-1])
        here = keys[i][1 if forwards else 0]


def _key(vertex: Vertices) -> _Key:
    return round(vertex[0] / _STEP), round(vertex[1] / _STEP)


def _simplify(line: Vertices, tolerance: float) -> Vertices:
    if len(line) < 3:
        return line
    # Whole steps make the distances, and so the vertices kept, the same on every machine.
    steps = shapely.LineString(np.rint(line / _STEP))
    return shapely.get_coordinates(steps.simplify(tolerance)) * _STEP


def _cut(lines: Sequence[Vertices], budget: int) -> list[Vertices]:
    kept, room = [], budget
    for line in lines:
        room -= len(line)
        kept.append(line if room >= 0 else line[:0])
    return kept
