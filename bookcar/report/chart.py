"""Bars of figures of parts as SVG, for the page and the print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bookcar.web.markup import Html, each, tag
from bookcar.web.text import cut

HUES = ("#0057B8", "#E69F00")
_WIDE, _NARROW, _HEIGHT = 1_000, 480, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 12, 26
_TURNED = 76  # below, for labels that are turned
_LABEL = 62  # the room that an upright label takes
_MANY = 9
_LONGEST = 12
_TICKS = 4


@dataclass(frozen=True)
class Series:
    """A row of bars; None where nothing was recorded, so that no bar is drawn."""

    name: str
    values: tuple[int | None, ...]


def is_wide(labels: Sequence[str]) -> bool:
    """Tell whether so many labels need the whole width of a page."""
    return len(labels) >= _MANY


def bars(
    labels: Sequence[str], series: Sequence[Series], *, alt: str, number: Callable[[int], str]
) -> Html | None:
    """Return bars side by side for every label, None where there is nothing to draw."""
    tallest = max((v for one in series for v in one.values if v is not None), default=0)
    if not labels or not tallest:
        return None
    step = _step(tallest)
    frame = _Frame(
        _WIDE if is_wide(labels) else _NARROW, -(-tallest // step) * step, labels, number
    )
    return tag(
        "svg",
        tag("title", alt),
        each(_grid(frame, step)),
        each(_columns(frame, labels, series)),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {frame.width} {frame.height}",
        font_size=12,
        font_family="inherit",
        role="img",
        aria_label=alt,
    )


class _Frame:
    """Where values and labels stand."""

    def __init__(
        self, width: int, top: int, labels: Sequence[str], number: Callable[[int], str]
    ) -> None:
        self.width, self.top, self.number = width, top, number
        self.room = (width - _LEFT - _RIGHT) / len(labels)
        self.turned = self.room < _LABEL
        self.height = _HEIGHT + (_TURNED - _BOTTOM if self.turned else 0)

    def y(self, value: int) -> float:
        """Return the height of a value."""
        return round(_TOP + (1 - value / self.top) * (_HEIGHT - _TOP - _BOTTOM), 1)

    def label(self, text: str, middle: float) -> Html:
        """Return a label below its bars, turned where there is no room."""
        x, y = f"{middle:.1f}", str(_HEIGHT - 8)
        if not self.turned:
            return tag("text", text, x=x, y=y, text_anchor="middle")
        return tag("text", text, x=x, y=y, text_anchor="end", transform=f"rotate(-35 {x} {y})")


def _step(tallest: int) -> int:
    """Return a round distance between the lines, so that there are some four."""
    for power in range(12):
        for base in (1, 2, 5):
            step: int = base * 10**power
            if step * _TICKS >= tallest:
                return step
    return tallest


def _grid(frame: _Frame, step: int) -> Iterator[Html]:
    for value in range(0, frame.top + 1, step):
        y = str(frame.y(value))
        yield tag("line", x1=_LEFT, x2=frame.width - _RIGHT, y1=y, y2=y, stroke="#d6dade")
        yield tag(
            "text", frame.number(value), x=_LEFT - 6, y=y, dy="4", text_anchor="end", fill="#505c66"
        )


def _columns(frame: _Frame, labels: Sequence[str], series: Sequence[Series]) -> Iterator[Html]:
    width = min(46.0, frame.room * 0.8 / len(series))
    for i, label in enumerate(labels):
        middle = _LEFT + frame.room * (i + 0.5)
        yield frame.label(cut(label, _LONGEST), middle)
        for k, one in enumerate(series):
            value = one.values[i]
            if value:
                y = frame.y(value)
                yield tag(
                    "rect",
                    tag("title", f"{label} · {one.name}: {frame.number(value)}"),
                    x=f"{middle + (k - len(series) / 2) * width:.1f}",
                    y=str(y),
                    width=f"{width:.1f}",
                    height=str(round(frame.y(0) - y, 1)),
                    fill=HUES[k],
                )
