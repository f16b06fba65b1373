"""What a visit to each due stop would be: its batches, its days, the cars that could come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from bookcar.due import DueStop
from bookcar.model import Batch, District, Vehicle
from bookcar.roads.travel import UNREACHABLE, Travel
from bookcar.weeks import week_dates


@dataclass(frozen=True)
class FleetDay:
    """A vehicle on one of its working days."""

    vehicle: Vehicle
    date: dt.date


@dataclass(frozen=True, kw_only=True)
class Errand:
    """A due stop with what a visit would bring and take.

    ``fleet`` has the indices of the car-days that may make it, of the week's fleet.
    """

    due: DueStop
    prize: float
    fleet: tuple[int, ...]
    drops: tuple[Batch, ...] = ()
    collects: tuple[Batch, ...] = ()
    short: int = 0


@dataclass(frozen=True)
class Fleet:
    """The week's car-days by date, then in the order of the vehicles table."""

    days: tuple[FleetDay, ...]
    monday: dt.date

    def depots(self, car_days: Iterable[int]) -> frozenset[str]:
        """Return the depots that some of the car-days start from."""
        return frozenset(self.days[k].vehicle.depot for k in car_days)


def fleet_of(district: District, monday: dt.date) -> Fleet:
    """Return the car-days of a week: each vehicle on its working days, holidays left out."""
    settings = district.settings
    open_days = [
        date
        for date in week_dates(monday)
        if date.weekday() in settings.weekdays and date not in settings.holidays
    ]
    days = tuple(
        FleetDay(vehicle, date)
        for date in open_days
        for vehicle in district.vehicles
        if date.weekday() in vehicle.weekdays
    )
    return Fleet(days, monday)


def allowed_car_days(due: DueStop, fleet: Fleet, travel: Travel) -> tuple[int, ...]:
    """Return the car-days that may come to a stop at all: its days, its vehicles, a road."""
    stop = due.stop
    if stop.access == "foot":
        return ()
    return tuple(
        k
        for k, day in enumerate(fleet.days)
        if day.date in due.dates
        and (not stop.vehicles or day.vehicle.id in stop.vehicles)
        and reaches(travel, day.vehicle, stop.id)
    )


def reaches(travel: Travel, vehicle: Vehicle, stop_id: str) -> bool:
    """Say whether a vehicle can drive from its depot to a stop and back."""
    table = travel.tables[vehicle.profile]
    rows = travel.rows
    home, there = rows[vehicle.depot], rows[stop_id]
    there_s, back_s = table.seconds[home, there], table.seconds[there, home]
    return UNREACHABLE not in (there_s, back_s)
