"""A week's driving, service and breaks, drawn to scale: a row a route."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bookcar.plan import Fetch, PlanVehicle, Reload, Route
from bookcar.web.markup import Html, each, tag

_HOUR = 3_600
_LEFT = 150
_WIDTH = 1_100
_ROW = 24
_TOP = 20

_LOADING = "#6b7684"

# One hue a weekday, the same as on the maps; told apart by three kinds of colour blindness.
HUES = ("#0057B8", "#E69F00", "#C2185B", "#111111", "#00A99D", "#7A5195", "#6B7280")


def timeline(
    rows: Sequence[tuple[str, Route, PlanVehicle]], *, hour_text: Callable[[int], str]
) -> Html:
    """Return the picture of routes, each with its label and vehicle.

    The axis spans whole hours around all departures, returns and latest returns; ``hour_text``
    writes one, given in seconds.
    """
    first = min(route.depart for _, route, _ in rows) // _HOUR
    latest = max(max(route.back, vehicle.ends) for _, route, vehicle in rows)
    last = -(-latest // _HOUR)
    axis = _Axis(first, last)
    height = _TOP + _ROW * len(rows) + 6
    bars = (bar for k, row in enumerate(rows) for bar in _row(axis, _TOP + _ROW * k, row))
    return tag(
        "svg",
        each(_hours(axis, height, hour_text)),
        each(bars),
        viewBox=f"0 0 {_WIDTH} {height}",
        font_size=12,
        aria_hidden="true",
    )


class _Axis:
    """Seconds of the day as horizontal positions."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last

    def x(self, seconds: float) -> float:
        """Return where a time of day stands."""
        share = (seconds / _HOUR - self.first) / (self.last - self.first)
        return round(_LEFT + share * (_WIDTH - _LEFT - 20), 1)


def _hours(axis: _Axis, height: int, hour_text: Callable[[int], str]) -> Iterator[Html]:
    for hour in range(axis.first, axis.last + 1):
        x = axis.x(hour * _HOUR)
        yield tag("line", x1=str(x), x2=str(x), y1=_TOP - 4, y2=height, stroke="#dcdcdc")
        yield tag(
            "text", hour_text(hour * _HOUR), x=str(x), y=11, text_anchor="middle", fill="#555"
        )


def _row(axis: _Axis, y: int, row: tuple[str, Route, PlanVehicle]) -> Iterator[Html]:
    label, route, vehicle = row
    yield tag("text", label, x=0, y=y + 14)
    yield _bar(axis, (route.depart, route.back), y=y + 6, height=6, fill="#b4bcc4")
    for rest in route.breaks:
        span = (rest.begin, rest.end)
        yield _bar(axis, span, y=y + 3, height=12, fill="#fff", stroke="#555")
    for visit in route.visits:
        hue = HUES[route.date.weekday()]
        yield _bar(axis, (visit.begin, visit.depart), y=y + 1, height=16, fill=hue)
    loads: tuple[Reload | Fetch, ...] = (*route.reloads, *route.fetches)
    for load in loads:
        yield _bar(axis, (load.begin, load.depart), y=y + 1, height=16, fill=_LOADING)
    x = str(axis.x(vehicle.ends))
    yield tag("line", x1=x, x2=x, y1=y - 1, y2=y + 20, stroke="#B3261E", stroke_width=2)


def _bar(
    axis: _Axis, span: tuple[int, int], *, y: int, height: int, fill: str, stroke: str | None = None
) -> Html:
    start, end = map(axis.x, span)
    width = round(max(end - start, 2), 1)
    return tag("rect", x=str(start), y=y, width=str(width), height=height, fill=fill, stroke=stroke)
