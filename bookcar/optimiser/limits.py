"""Every limit of a route, in one list: whoever asks about limits goes through it.

The search, the reasons, what somebody fixed by hand and the board all iterate over `LIMITS`, so a
limit is named here and nowhere else. The audit names each once more, by code of its own.
CONTRIBUTING.md says what a new limit needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from bookcar.model import Batch, Vehicle
from bookcar.optimiser.problem import CarDay

Unit = Literal["books", "kg", "stops", "reloads", "metres", "seconds", "clock"]
"""What a limit's figures are: ``seconds`` are a length of time, ``clock`` a time of day."""

Measure = Literal["road", "stops", "reloads", "metres", "aboard", "back", "away", "break", "open"]
"""What of a route is held against a limit.

``road``: whether a road leads on; ``stops`` and ``reloads``: how many; ``metres``: of all legs;
``aboard``: the most of a load at any time; ``back``: the return; ``away``: from departure until
return; ``break``: whether one fits in where it is due; ``open``: whether every service does.
"""


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


@dataclass(frozen=True, kw_only=True)
class Limit:
    """Something of which a route may have only so much.

    Attributes
    ----------
    code
        Its name: in violations, reasons, rules (``route-CODE``), and in the keys of phrases.
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


def _aboard(load: int) -> Limit:
    def of_car(car: CarDay) -> int | None:
        return car.capacity[load] if load < len(car.capacity) else None

    code = LOADS[load].code
    return Limit(code=code, unit=code, measure="aboard", of_car=of_car, load=load)


LIMITS: tuple[Limit, ...] = (
    Limit(code="road", unit="metres", measure="road"),
    Limit(code="stops", unit="stops", measure="stops", of_car=lambda car: car.max_stops),
    Limit(code="reloads", unit="reloads", measure="reloads", of_car=lambda car: car.max_reloads),
    Limit(code="distance", unit="metres", measure="metres", of_car=lambda car: car.max_metres),
    *(_aboard(load) for load in range(len(LOADS))),
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
