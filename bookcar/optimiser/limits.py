"""Every limit of a route, in one list: whoever asks about limits goes through it.

The search, the reasons, what somebody fixed by hand and the board all iterate over `LIMITS`, so a
limit is named here and nowhere else. The audit names each once more, by code of its own.
CONTRIBUTING.md says what a new limit needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from bookcar.model import Batch, Vehicle
from bookcar.optimiser.problem import CarDay

Unit = Literal["books", "kg", "stops", "reloads", "metres", "seconds", "clock"]
"""What a limit's figures are: ``seconds`` are a length of time, ``clock`` a time of day."""

Total = Literal["stops", "reloads", "metres", "driving"]
"""What adds up along a route: its stops, its reloads, the metres and the seconds of its legs."""

Measure = Total | Literal["road", "aboard", "back", "away", "break", "open"]
"""What of a route is held against a limit, besides a `Total`.

``road``: whether a road leads on; ``aboard``: the most of a load at any time; ``back``: the return;
``away``: from departure until return; ``break``: whether one fits in where it is due; ``open``:
whether every service does.
"""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """Something of which a route may have only so much.

    Attributes
    ----------
    code
        Its name: in violations, reasons and rules (``route-CODE``), and in the keys of phrases.
    of_car
        The most a car-day may have; None where it has no such limit, or that is no number.
    load
        Of ``aboard``: which of `LOADS`.
    """

    code: str
    unit: Unit
    measure: Measure
    of_car: Callable[[CarDay], int | None] = lambda _: None
    load: int = 0


@dataclass(frozen=True, kw_only=True)
class Load:
    """Something that is carried and that room is limited for.

    Attributes
    ----------
    of_batches
        How much of it batches are.
    of_vehicle
        How much of it a vehicle may carry; None for any amount.
    """

    code: Literal["books", "kg"]
    of_batches: Callable[[Iterable[Batch]], int]
    of_vehicle: Callable[[Vehicle], int | None]

    def limit(self, place: int) -> Limit:
        """Return the limit that the load at this place of `CarDay.capacity` has."""
        return Limit(
            code=self.code,
            unit=self.code,
            measure="aboard",
            of_car=lambda car: car.capacity[place] if place < len(car.capacity) else None,
            load=place,
        )


@dataclass(frozen=True, kw_only=True)
class Sum:
    """Something that adds up along a route and must not exceed what a vehicle may.

    Attributes
    ----------
    of_vehicle
        The most a vehicle may have of it in a day; None for no limit.
    """

    code: str
    unit: Unit
    total: Total
    of_vehicle: Callable[[Vehicle], int | None]

    def limit(self, place: int) -> Limit:
        """Return the limit at this place of `CarDay.most`."""
        return Limit(
            code=self.code,
            unit=self.unit,
            measure=self.total,
            of_car=lambda car: car.most[place] if place < len(car.most) else None,
        )


LOADS: tuple[Load, ...] = (
    Load(
        code="books",
        of_batches=lambda batches: sum(batch.books for batch in batches),
        of_vehicle=lambda vehicle: vehicle.books,
    ),
    Load(
        code="kg",
        of_batches=lambda batches: math.ceil(sum(batch.kg for batch in batches)),
        of_vehicle=lambda vehicle: vehicle.kg,
    ),
)
"""What is carried: `Task.delivers`, `Task.collects` and `CarDay.capacity` are in this order."""

SUMS: tuple[Sum, ...] = (
    Sum(code="stops", unit="stops", total="stops", of_vehicle=lambda v: v.max_stops),
    Sum(code="reloads", unit="reloads", total="reloads", of_vehicle=lambda v: v.reloads),
    Sum(code="distance", unit="metres", total="metres", of_vehicle=lambda v: v.max_metres),
    Sum(code="driving-time", unit="seconds", total="driving", of_vehicle=lambda v: v.max_driving_s),
)
"""What adds up: `CarDay.most` is in this order."""

LIMITS: tuple[Limit, ...] = (
    Limit(code="road", unit="metres", measure="road"),
    *(one.limit(place) for place, one in enumerate(SUMS)),
    *(one.limit(place) for place, one in enumerate(LOADS)),
    Limit(code="latest-return", unit="clock", measure="back", of_car=lambda car: car.ends),
    Limit(code="working-time", unit="seconds", measure="away", of_car=lambda car: car.max_seconds),
    Limit(
        code="break",
        unit="seconds",
        measure="break",
        of_car=lambda car: car.break_after_s if car.break_s > 0 else None,
    ),
    Limit(code="opening-hours", unit="clock", measure="open"),
)
"""Every limit, in the order in which what a route breaks is told."""


def most_of(car: CarDay, total: Total) -> int | None:
    """Return the most a car-day may have of a total: the least of all limits of it."""
    given = (most for one, most in zip(SUMS, car.most, strict=False) if one.total == total)
    return min((most for most in given if most is not None), default=None)


def at_most(**limits: int | None) -> tuple[int | None, ...]:
    """Return a `CarDay.most` of limits by their codes, with _ for -; the others are none."""
    unknown = limits.keys() - {one.code.replace("-", "_") for one in SUMS}
    if unknown:
        raise TypeError(f"There is no limit called {', '.join(sorted(unknown))}.")
    return tuple(limits.get(one.code.replace("-", "_")) for one in SUMS)


def limited(car: CarDay, **limits: int | None) -> CarDay:
    """Return a car-day with some of its limits changed, by their codes with _ for -."""
    changed = at_most(**limits)
    names = [one.code.replace("-", "_") for one in SUMS]
    own = [*car.most, *(None for _ in names[len(car.most) :])]
    most = (new if n in limits else old for n, new, old in zip(names, changed, own, strict=True))
    return replace(car, most=tuple(most))
