"""Whether a car can drive a route, tried by hand: no code of the planner or its search is used.

For a given departure and place of the break nothing is won by being later than one must, so a
route is driven call by call. The latest departure of any timing that keeps the hours is that at
which some call just ends in time, or the car is just back: so only these departures are tried, and
that is exact whatever the figures are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

Window = tuple[int, int]
Break = tuple[int, str] | None

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

    ``stays`` came aboard at a reload and is dropped at no stop.
    """

    place: str
    service_s: int
    windows: tuple[Window, ...]
    reload: bool = False
    drops: tuple[int, int] = (0, 0)
    collects: tuple[int, int] = (0, 0)
    stays: tuple[int, int] = (0, 0)


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
        and _carries(car, calls, car.books, 0)
        and (car.kg is None or _carries(car, calls, car.kg, 1))
        and any(_in_time(car, calls, legs, place) for place in _breaks(car, calls))
    )


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


def _breaks(car: Car, calls: Sequence[Call]) -> Iterator[Break]:
    """Yield where the break may be: nowhere, or at a call, before or after its service."""
    yield None
    if car.break_s > 0:
        for k in range(len(calls)):
            yield (k, "before")
            yield (k, "after")


def _in_time(car: Car, calls: Sequence[Call], legs: Legs, place: Break) -> bool:
    rest = car.break_s if place else 0
    latest, passed = [], 0
    for k, call in enumerate(calls):
        passed += legs.seconds[k] + (rest if place == (k, "before") else 0)
        latest += [closes - call.service_s - passed for _, closes in call.windows]
        passed += call.service_s + (rest if place == (k, "after") else 0)
    latest.append(car.ends - passed - legs.seconds[-1])
    departures = sorted({d for d in latest if d >= car.starts})
    return any(_keeps_time(car, calls, legs, (d, place)) for d in departures)


def _keeps_time(car: Car, calls: Sequence[Call], legs: Legs, plan: tuple[int, Break]) -> bool:
    depart, place = plan
    now, rested = depart, depart
    for k, call in enumerate(calls):
        now += legs.seconds[k]
        if place == (k, "before"):
            rested = now
            now += car.break_s
        begin = _opening(call, now)
        if begin is None:
            return False
        now = begin + call.service_s
        if place == (k, "after"):
            rested = now
            now += car.break_s
    away = now + legs.seconds[-1] - depart
    longest = car.break_after_s if place is None and car.break_s > 0 else EVER * 4
    return (
        depart + away <= car.ends
        and away <= min(car.seconds, longest)
        and rested - depart <= car.break_after_s
    )


def _opening(call: Call, ready: int) -> int | None:
    fits = [max(ready, o) for o, c in call.windows if max(ready, o) + call.service_s <= c]
    return min(fits, default=None)
