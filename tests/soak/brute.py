"""Whether a car can drive a route, tried by hand: no code of the planner or its search is used.

For a given departure and places of the breaks nothing is won by being later than one must, so a
route is driven call by call. A departure after which the day, or the time until a break, is too
long tells how much later one must leave at the least; that is tried next, which is exact whatever
the figures are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

Window = tuple[int, int]

EVER = 10**9

LIMITS: dict[str, tuple[str, ...]] = {
    "books": ("books",),
    "kg": ("kg",),
    "distance": ("metres",),
    "driving-time": ("driving",),
    "stops": ("stops",),
    "reloads": ("reloads",),
    "working-time": ("seconds",),
    "latest-return": ("ends",),
    "time": ("seconds", "ends"),
    "break": ("break_after_s",),
    "opening-hours": (),
}
"""What of a `Car` each limit of the reasons stands for; opening hours are those of calls."""

Lifted = Mapping[str, int]
"""Limits that are raised, each to how much; by the names of `LIMITS`."""

NOTHING: Lifted = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Call:
    """A stop, or a depot to reload at; loads are (books, kg).

    ``stays`` came aboard at a reload and is dropped at no stop. A stop ``gets`` what those places
    before it give back, which is not among its ``drops`` then, but less is collected for it. One on
    foot is met ``at`` another place.
    """

    place: str
    service_s: int
    windows: tuple[Window, ...]
    reload: bool = False
    drops: tuple[int, int] = (0, 0)
    collects: tuple[int, int] = (0, 0)
    stays: tuple[int, int] = (0, 0)
    gets: frozenset[str] = frozenset()
    at: str = ""

    @property
    def stands(self) -> str:
        """Where the car stands."""
        return self.at or self.place


@dataclass(frozen=True, kw_only=True)
class Car:
    """What limits a car on a day; None where nothing does. ``stays`` as in `Call`, on leaving."""

    books: int
    kg: int | None
    metres: int
    seconds: int
    starts: int
    ends: int
    break_s: int
    break_after_s: int
    stops: int | None
    reloads: int
    driving: int | None = None
    stays: tuple[int, int] = (0, 0)
    by_driving: bool = False

    def with_more(self, lifted: Lifted) -> Car:
        """Return the car with some limits raised."""
        changes = {name: most for limit, most in lifted.items() for name in LIMITS[limit]}
        return replace(self, **changes)


@dataclass(frozen=True)
class Legs:
    """The seconds and metres of each leg of a route, the return last; None if one has no road."""

    seconds: tuple[int, ...]
    metres: tuple[int, ...]


def drives(car: Car, calls: Sequence[Call], legs: Legs | None, lifted: Lifted = NOTHING) -> bool:
    """Tell whether a route keeps every limit, some of them raised."""
    car = car.with_more(lifted)
    if legs is None or not calls:
        return False
    calls = [_freed(call, lifted) for call in calls]
    visits = [call for call in calls if not call.reload]
    return (
        sum(legs.metres) <= car.metres
        and (car.driving is None or sum(legs.seconds) <= car.driving)
        and (car.stops is None or len(visits) <= car.stops)
        and len(calls) - len(visits) <= car.reloads
        and _given(calls)
        and _carries(car, calls, car.books, 0)
        and (car.kg is None or _carries(car, calls, car.kg, 1))
        and _in_time(car, calls, legs)
    )


def _given(calls: Sequence[Call]) -> bool:
    """Tell whether what is handed on was given back since the last reload."""
    aboard: set[str] = set()
    for call in calls:
        if call.reload:
            aboard.clear()
        if not call.gets <= aboard:
            return False
        aboard.add(call.place)
    return True


def _freed(call: Call, lifted: Lifted) -> Call:
    return replace(call, windows=((-EVER, EVER),)) if "opening-hours" in lifted else call


def _carries(car: Car, calls: Sequence[Call], most: int, load: int) -> bool:
    """Tell whether never more is aboard than a car may carry."""
    aboard = car.stays[load] + _next_load(calls, load)
    if aboard > most:
        return False
    for k, call in enumerate(calls):
        if call.reload:
            aboard = call.stays[load] + _next_load(calls[k + 1 :], load)
        else:
            aboard += call.collects[load] - call.drops[load]
        if aboard > most:
            return False
    return True


def _next_load(calls: Sequence[Call], load: int) -> int:
    """Return what is dropped until the next reload."""
    total = 0
    for call in calls:
        if call.reload:
            break
        total += call.drops[load]
    return total


def _in_time(car: Car, calls: Sequence[Call], legs: Legs) -> bool:
    """Tell whether some departure keeps the day; a later one is back no earlier."""
    if sum(legs.seconds) + sum(call.service_s for call in calls) > car.seconds:
        return False
    depart = car.starts
    while True:
        back = _back(car, calls, legs, depart)
        if back is None or back > car.ends:
            return False
        if back - depart <= car.seconds:
            return True
        depart = back - car.seconds  # who leaves before would be away too long


def _back(car: Car, calls: Sequence[Call], legs: Legs, depart: int) -> int | None:
    """Return the earliest return, with as many breaks as that takes."""
    end = 2 * len(calls)
    begins: dict[int, int] = {}
    starts = {-1: depart}
    for point in range(-1, end):
        if point >= 0 and point in begins and car.break_s > 0:
            starts[point] = begins[point] + car.break_s
        if point not in starts:
            continue
        for there in range(point + 1, end + 1):
            reached = _stretch(car, calls, legs, (point, starts[point], there))
            if reached is not None and reached < begins.get(there, EVER * 4):
                begins[there] = reached
    return begins.get(end)


def _stretch(car: Car, calls: Sequence[Call], legs: Legs, way: tuple[int, int, int]) -> int | None:
    """Return when a point is reached at the earliest, the crew not resting on the way there.

    Point 2 * k is before the service of call k, 2 * k + 1 behind it, -1 the departure.
    """
    point, start, there = way
    driven = sum(legs.seconds[(k + 1) // 2] for k in range(point, there) if k % 2)
    served = sum(calls[k // 2].service_s for k in range(point, there) if not k % 2)
    limited = car.break_s > 0
    if limited and driven + (0 if car.by_driving else served) > car.break_after_s:
        return None
    while True:
        now: int | None = start
        for k in range(point, there):
            if now is not None and k % 2:
                now += legs.seconds[(k + 1) // 2]
            elif now is not None:
                begin = _opening(calls[k // 2], now)
                now = None if begin is None else begin + calls[k // 2].service_s
        if now is None or car.by_driving or not limited or now - start <= car.break_after_s:
            return now
        start = now - car.break_after_s  # who starts before waits too long


def _opening(call: Call, ready: int) -> int | None:
    fits = [max(ready, o) for o, c in call.windows if max(ready, o) + call.service_s <= c]
    return min(fits, default=None)
