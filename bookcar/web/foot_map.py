"""The little map on a carrier's slip: the path from the road to the stop, as SVG."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polyline

from bookcar.plan import Plan, Visit
from bookcar.web.geometry import Paper, Points, thinned
from bookcar.web.minimap import Roads, drawn_path, drawn_roads

WIDTH, HEIGHT = 400.0, 170.0
_MARGIN = 18.0
_BARS = (100, 200, 250, 500, 1_000, 2_000, 5_000)


def foot_map(plan: Plan, visit: Visit, *, roads: Roads | None = None) -> str:
    """Return the path of a visit on foot as an SVG of `WIDTH` by `HEIGHT` units, north upwards.

    A square is where the car is met, a disc the stop. A way known only by its ends is dashed. Its
    only words are the figures of the scale, so it needs no language.
    """
    foot, stop = visit.foot, plan.stops_by_id[visit.stop]
    assert foot
    points = np.asarray(polyline.decode(foot.line, 5), float).reshape(-1, 2)[:, ::-1]
    ends = np.array([[foot.lon, foot.lat], [stop.lon, stop.lat]])
    line = points if len(points) > 1 else ends
    paper = Paper.around((line, ends), width=WIDTH, height=HEIGHT, margin=_MARGIN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}">',
        f'<rect width="{WIDTH:.0f}" height="{HEIGHT:.0f}" fill="#fff"/>',
        *(drawn_roads(paper, roads.lines) if roads else ()),
        *_path(thinned(paper.place(line), 0.7), known=len(points) > 2),
        *_ends(paper.place(ends)),
        *_scale(paper),
        f'<rect width="{WIDTH:.0f}" height="{HEIGHT:.0f}" fill="none" stroke="#000"/>',
        "</svg>",
    ]
    return "".join(parts)


def _path(drawn: Points, *, known: bool) -> Iterator[str]:
    dash = "" if known else ' stroke-dasharray="6 4"'
    for paint, width in (("#fff", 6.0), ("#000", 3.0)):
        style = f'fill="none" stroke="{paint}" stroke-width="{width}" stroke-linejoin="round"'
        yield f'<path d="{drawn_path(drawn)}" {style}{dash if paint == "#000" else ""}/>'


def _ends(drawn: Points) -> Iterator[str]:
    (x, y), (a, b) = drawn.tolist()
    style = 'fill="#fff" stroke="#000" stroke-width="2.4"'
    yield f'<rect x="{x - 6:.1f}" y="{y - 6:.1f}" width="12" height="12" {style}/>'
    yield f'<circle cx="{a:.1f}" cy="{b:.1f}" r="7" {style}/>'
    yield f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3"/>'


def _scale(paper: Paper) -> Iterator[str]:
    """Yield a bar of a round length, at most a third of the map."""
    metres = max((m for m in _BARS if m * paper.units <= WIDTH / 3), default=_BARS[0])
    length, y = metres * paper.units, HEIGHT - 8
    yield f'<path d="M8 {y - 4}V{y}H{8 + length:.1f}V{y - 4}" fill="none" stroke="#000"/>'
    text = f"{metres} m" if metres < 1_000 else f"{metres // 1_000} km"
    style = "font-size=\"11\" font-family=\"'Noto Sans SC', 'Noto Sans', sans-serif\""
    yield f'<text x="{14 + length:.1f}" y="{y}" {style}>{text}</text>'
