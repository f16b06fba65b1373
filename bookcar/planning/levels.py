"""What of a week is to be level, where the district asks for that: its days, and its cars."""

from __future__ import annotations

from collections.abc import Sequence

from bookcar.model import Settings
from bookcar.optimiser.shared import Level
from bookcar.planning.fleet import FleetDay

EASE_OF_DAYS = 0.25
"""So much of its share a day may be off it for nothing."""

EASE_OF_CARS = 0.05
"""The same of a car."""


def levels_of(days: Sequence[FleetDay], settings: Settings) -> tuple[Level, ...]:
    """Return what is to be level over some car-days: their dates, and their vehicles.

    None where batches are handed on along routes: the search does not do both together.
    """
    cost = settings.weights.level_days
    if not cost or settings.batches.hand_on:
        return ()
    dates = sorted({day.date for day in days})
    cars = sorted({day.vehicle.id for day in days})
    return (
        Level(
            parts=tuple(dates.index(day.date) for day in days),
            cost=cost,
            ease=EASE_OF_DAYS,
        ),
        Level(
            parts=tuple(cars.index(day.vehicle.id) for day in days),
            cost=cost,
            ease=EASE_OF_CARS,
        ),
    )
