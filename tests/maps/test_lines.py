from __future__ import annotations

from itertools import pairwise

import numpy as np
import polyline

from bookcar.maps.lines import encode, encode_legs, thin, trails


def curve(vertices: int = 2_000) -> np.ndarray:
    t = np.linspace(0, 1, vertices)
    return np.stack([106 + 0.3 * t, 29 + 0.02 * np.sin(25 * t)], axis=1)


def vertices(encoded: dict[str, list[str]]) -> int:
    return sum(len(polyline.decode(line)) for lines in encoded.values() for line in lines)


def furthest(points: np.ndarray, line: np.ndarray) -> float:
    """Return the largest distance of points from a line, in degrees, by brute force."""
    a, b = line[:-1], line[1:]
    d = b - a
    t = np.clip(((points[:, None] - a) * d).sum(-1) / (d * d).sum(-1), 0, 1)
    return float(np.linalg.norm(points[:, None] - (a + t[..., None] * d), axis=-1).min(1).max())


def test_encode_swaps_lon_lat():
    assert polyline.decode(encode(np.array([[106.5, 29.25], [106.6, 29.35]]))) == [
        (29.25, 106.5),
        (29.35, 106.6),
    ]


def test_thin_stays_close_to_the_line():
    line = curve()
    (thinned,) = thin([line], 400)
    assert len(thinned) <= 400
    assert furthest(line, thinned) < 30e-5  # 30 m
    np.testing.assert_allclose(thinned[[0, -1]], line[[0, -1]], atol=1e-5)


def test_thin_leaves_points_and_empty_lines_alone():
    lines = [np.zeros((0, 2)), curve(1), curve(2)]
    assert [len(line) for line in thin(lines, 2)] == [0, 1, 0]


def test_legs_within_the_budget_stay_as_they_are():
    legs = [encode(curve(50)), ""]
    assert encode_legs(legs, budget=60) == legs


def test_legs_over_the_budget_are_thinned_and_keep_their_order():
    legs = [encode(curve()), "", encode(curve()[::-1])]
    thinned = encode_legs(legs, budget=500)
    assert thinned[1] == ""
    assert sum(len(polyline.decode(leg)) for leg in thinned if leg) <= 500
    for before, after in ((legs[0], thinned[0]), (legs[2], thinned[2])):
        np.testing.assert_allclose(
            np.array(polyline.decode(after))[[0, -1]],
            np.array(polyline.decode(before))[[0, -1]],
            atol=1.1e-5,
        )


def grid(size: int = 5) -> list[np.ndarray]:
    """Return the streets of a chessboard town from crossing to crossing, some against the rest."""
    across = [
        [[x, y], [x + 0.5, y + 0.1], [x + 1, y]] for x in range(size) for y in range(size + 1)
    ]
    up = [[[x, y + 1], [x, y]] for x in range(size + 1) for y in range(size)]
    return [np.array(line, dtype=float) * 1e-2 for line in (*across, *up)]


def segments(lines: list[np.ndarray]) -> list[tuple]:
    steps = [np.rint(line / 1e-5).astype(int).tolist() for line in lines]
    pairs = [sorted((a, b)) for line in steps for a, b in pairwise(line)]
    return sorted((*a, *b) for a, b in pairs)


def test_trails_pass_every_street_once():
    streets = grid()
    joined = trails(streets)
    assert segments(joined) == segments(streets)
    odd = 4 * 4  # crossings at the rim, without the corners, where three streets meet
    assert odd // 2 <= len(joined) <= odd < len(streets) // 2


def test_trails_of_rings_that_touch_stay_closed():
    ring = np.array([[0, 0], [1, 0], [1, 1], [0, 0]], dtype=float)
    (joined,) = trails([ring, -ring])
    assert joined[0].tolist() == joined[-1].tolist() == [0, 0]
    assert segments([joined]) == segments([ring, -ring])


def test_trails_of_nothing_are_none():
    assert trails([]) == []
