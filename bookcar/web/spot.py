"""The little map on a poster: where a stop is, on the roads about it, as SVG."""

from __future__ import annotations

import math

import numpy as np

from bookcar.earth import M_PER_DEGREE
from bookcar.web.geometry import Paper
from bookcar.web.minimap import Roads, drawn_roads, scale_bar

WIDTH, HEIGHT = 200.0, 150.0
REACH_M = 900.0
"""From the stop to the upper and lower edge: a walk of a quarter of an hour."""
_FONT = "'Noto Sans SC', 'Noto Sans CJK SC', 'Noto Sans', 'DejaVu Sans', sans-serif"


def spot_map(lon: float, lat: float, roads: Roads, *, font: str = _FONT) -> str:
    """Return the roads about a place as an SVG of `WIDTH` by `HEIGHT` units, a pin where it is.

    Its only words are the figures of the scale. Empty where no road comes near: a pin on white
    paper would tell nobody anything.
    """
    paper = _about(lon, lat)
    drawn = "".join(drawn_roads(paper, roads.lines))
    if not drawn:
        return ""
    x, y = WIDTH / 2, HEIGHT / 2
    return "".join(
        (
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" '
                f'font-family="{font}">'
            ),
            f'<rect width="{WIDTH:.0f}" height="{HEIGHT:.0f}" fill="#fff"/>',
            drawn,
            (
                f'<path transform="translate({x:.0f} {y:.0f})" stroke="#fff" stroke-width="1.5" '
                'd="M0 0C-3 -8 -10 -12 -10 -20A10 10 0 0 1 10 -20C10 -12 3 -8 0 0Z"/>'
            ),
            f'<circle cx="{x:.0f}" cy="{y - 20:.0f}" r="4" fill="#fff"/>',
            scale_bar(paper, most=60),
            (
                f'<rect width="{WIDTH:.0f}" height="{HEIGHT:.0f}" fill="none" stroke="#000" '
                'stroke-width="1.5"/></svg>'
            ),
        )
    )


def _about(lon: float, lat: float) -> Paper:
    """Return the paper about a place."""
    high = REACH_M / M_PER_DEGREE
    wide = high * WIDTH / HEIGHT / max(math.cos(math.radians(lat)), 0.01)
    corners = np.array([[lon - wide, lat - high], [lon + wide, lat + high]])
    return Paper.around((corners,), width=WIDTH, height=HEIGHT, margin=0)
