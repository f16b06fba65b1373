"""A week's driving, service and breaks, drawn to scale: a row a route."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bookcar.plan import Again, Fetch, PlanVehicle, Reload, Route, Visit
from bookcar.web.colours import DAY_COLOURS
from bookcar.web.markup import Html, each, tag

_HOUR = 3_600
_LEFT = 150
_WIDTH = 1_100
_ROW = 24
_TOP = 20

_DRIVING, _LOADING, _DAY_END = "#b4bcc4", "#6b7684", "#B3261E"
_REST, _REST_EDGE = "#fff", "#555"


def timeline(
    rows: Sequence[tuple[str, Route, PlanVehicle]], *, hour_text: Callable[[int], str]
) -> Html:
    """Return the picture of routes, each with its label and vehicle.

    The axis spans whole hours around all departures, returns and limits; ``hour_text`` writes one,
    given in seconds.
    """
    first = min(route.depart for _, route, _ in rows) // _HOUR
    latest = max(max(route.back, limit_of(route, vehicle)) for _, route, vehicle in rows)
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


def limit_of(route: Route, vehicle: PlanVehicle) -> int:
    """Return when a route must be over: by its car's latest return, or as its hours end."""
    return min(vehicle.ends, route.depart + vehicle.max_seconds)


def legend(routes: Sequence[Route], say: Callable[[str], str]) -> Html:
    """Return what the bars of routes mean, each in the colours that it has there.

    Service has a hue a weekday, so its sign has those of the routes.
    """
    days = sorted({route.date.weekday() for route in routes})
    signs: dict[str, list[dict[str, str | int]]] = {
        "driving": [{"fill": _DRIVING, "y": 5, "height": 6}],
        "service": [{"fill": DAY_COLOURS[day]} for day in days],
        "reloading": [{"fill": _LOADING}],
        "break": [{"fill": _REST, "stroke": _REST_EDGE, "y": 2, "height": 12}],
        "day-end": [{"fill": _DAY_END, "width": 2}],
    }
    if not any(route.reloads or route.fetches for route in routes):
        del signs["reloading"]
    return tag(
        "p",
        *(tag("span", _sign(parts), " ", say(key), class_=key) for key, parts in signs.items()),
        class_="legend",
    )


def _sign(parts: Sequence[Mapping[str, str | int]]) -> Html:
    """Return a small picture of bars side by side."""
    one = round(22 / len(parts), 1)
    plain: dict[str, str | int] = {"y": 1, "width": str(one), "height": 14}
    bars = (
        tag("rect", x=str(round(k * one, 1)), **(plain | dict(part)))
        for k, part in enumerate(parts)
    )
    return tag("svg", each(bars), viewBox="0 0 22 16", width=22, height=16, aria_hidden="true")


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
    yield _bar(axis, (route.depart, route.back), y=y + 6, height=6, fill=_DRIVING)
    for rest in route.breaks:
        span = (rest.begin, rest.end)
        yield _bar(axis, span, y=y + 3, height=12, fill=_REST, stroke=_REST_EDGE)
    stands: tuple[Visit | Again, ...] = (*route.visits, *route.second_calls)
    for visit in stands:
        hue = DAY_COLOURS[route.date.weekday()]
        yield _bar(axis, (visit.begin, visit.depart), y=y + 1, height=16, fill=hue)
    loads: tuple[Reload | Fetch, ...] = (*route.reloads, *route.fetches)
    for load in loads:
        yield _bar(axis, (load.begin, load.depart), y=y + 1, height=16, fill=_LOADING)
    x = str(axis.x(limit_of(route, vehicle)))
    yield tag("line", x1=x, x2=x, y1=y - 1, y2=y + 20, stroke=_DAY_END, stroke_width=2)


def _bar(
    axis: _Axis, span: tuple[int, int], *, y: int, height: int, fill: str, stroke: str | None = None
) -> Html:
    start, end = map(axis.x, span)
    width = round(max(end - start, 2), 1)
    return tag("rect", x=str(start), y=y, width=str(width), height=height, fill=fill, stroke=stroke)
