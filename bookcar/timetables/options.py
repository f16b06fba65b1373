"""Which car-days each stop may be put on: its patterns with the cars that can make all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bookcar.model import Stop, Vehicle
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.timing import schedule
from bookcar.optimiser.violations import Violation, try_route
from bookcar.planning.visit_options import reaches
from bookcar.timetables.grid import Grid
from bookcar.timetables.patterns import StopPattern
from bookcar.weeks import weeks_between


@dataclass(frozen=True, kw_only=True)
class Option:
    """A pattern of a stop by one car; on days on which that stays at home, by another.

    Attributes
    ----------
    car_days
        One for each date of the pattern.
    changes
        Whether a visit is made on another day than people were told before.
    """

    stop: str
    pattern: StopPattern
    vehicle: str
    car_days: tuple[int, ...]
    changes: bool = False


@dataclass(frozen=True, kw_only=True)
class Habit:
    """What people know of a stop from the timetable before.

    Attributes
    ----------
    anchor
        One of its dates: a cycle goes on from it.
    vehicle, begin
        The car and the time of day of most visits.
    """

    weekdays: tuple[int, ...]
    anchor: dt.date
    vehicle: str = ""
    begin: int = 0

    def kept_by(self, pattern: StopPattern, stop: Stop) -> bool:
        """Tell whether a pattern goes on with it: its weekdays, in the weeks of its cycle."""
        if stop.recurs is not None or stop.month_days:
            return set(pattern.weekdays) <= set(self.weekdays) or not pattern.weekdays
        weeks = weeks_between(self.anchor, pattern.begins)
        return pattern.weekdays == self.weekdays and weeks % stop.every_weeks == 0


@dataclass(frozen=True)
class CarDays:
    """The car-days of a grid by car and day, and which cars can come to a stop at all."""

    grid: Grid
    problem: Problem
    numbers: Mapping[str, int]
    by_car: Mapping[tuple[str, dt.date], int]
    _met: dict[tuple[str, int], bool] = field(default_factory=dict)

    @classmethod
    def of(cls, grid: Grid) -> CarDays:
        """Return those of a grid, with a task for each stop in the order of ``grid.tasks``."""
        by_car = {(day.vehicle.id, day.date): k for k, day in enumerate(grid.fleet.days)}
        numbers = {stop: i for i, stop in enumerate(grid.tasks)}
        return cls(grid, grid.problem(list(grid.tasks.values())), numbers, by_car)

    def first_of(self, vehicle: str, stop: str) -> int | None:
        """Return the first car-day of a vehicle, on a day on which carriers to a stop can be met.

        On which a stop without carriers is open is for the patterns.
        """
        afoot, hours = stop in self.grid.carrying.crews, self.grid.tasks[stop].windows
        own = (k for (car, _), k in self.by_car.items() if car == vehicle)
        days = self.grid.car_days
        return next((k for k in own if not afoot or hours[days[k].day]), None)

    def able(self, stop: Stop) -> tuple[str, ...]:
        """Return the vehicles that keep every limit on a route of this stop alone."""
        number = self.numbers[stop.id]
        found = self.firsts(stop)
        if stop.id in self.grid.carrying.crews:  # when they can be met differs from day to day
            near = {car for (car, _), k in self.by_car.items() if self.takes(stop.id, k)}
            return tuple(car for car in found if car in near)
        return tuple(car for car, k in found.items() if schedule(self.problem, k, (number,)))

    def takes(self, stop: str, k: int) -> bool:
        """Tell whether a stop can be visited on a car-day that can come to it on others."""
        if stop not in self.grid.carrying.crews:
            return True
        if (stop, k) not in self._met:
            number = self.numbers[stop]
            self._met[stop, k] = schedule(self.problem, k, (number,)) is not None
        return self._met[stop, k]

    def alone(self, stop: Stop) -> dict[str, tuple[Violation, ...]]:
        """Return what a route of this stop alone breaks, by vehicle that reaches it."""
        number = self.numbers[stop.id]
        found = self.firsts(stop)
        return {car: try_route(self.problem, k, (number,)).violations for car, k in found.items()}

    def firsts(self, stop: Stop) -> dict[str, int]:
        """Return a car-day of each vehicle that may come to a stop and has a road there."""
        travel = self.grid.travel
        near = (car for car in self.may_come(stop) if reaches(travel, car, stop.id))
        pairs = ((car.id, self.first_of(car.id, stop.id)) for car in near)
        return {car: k for car, k in pairs if k is not None}

    def may_come(self, stop: Stop) -> list[Vehicle]:
        """Return the vehicles that the stop admits."""
        if stop.id not in self.grid.carrying.crews and (
            stop.access == "foot" or stop.id in self.grid.travel.meetings
        ):
            return []
        own = stop.vehicles
        return [v for v in self.grid.district.vehicles if not own or v.id in own]


def options_for(
    stop: Stop,
    patterns: Sequence[StopPattern],
    car_days: CarDays,
    *,
    told: Habit | None = None,
) -> tuple[Option, ...]:
    """Return every way to visit a stop over the horizon.

    Parameters
    ----------
    told
        What people were told before; None if they were told nothing.
    """
    able = car_days.able(stop)
    return tuple(
        replace(option, changes=told is not None and not told.kept_by(pattern, stop))
        for pattern in patterns
        for option in _options(pattern, car_days, able)
    )


def _options(pattern: StopPattern, car_days: CarDays, able: Sequence[str]) -> Iterator[Option]:
    """Yield a pattern by each car, those that come to the same only once."""
    seen: set[tuple[int, ...]] = set()
    for vehicle in able:
        cars = [_car_day(car_days, vehicle, able, day) for day in pattern.dates]
        found = tuple(k for k in cars if k is not None and car_days.takes(pattern.stop, k))
        if len(found) == len(cars) and found not in seen:
            seen.add(found)
            yield Option(stop=pattern.stop, pattern=pattern, vehicle=vehicle, car_days=found)


def _car_day(car_days: CarDays, vehicle: str, able: Sequence[str], day: dt.date) -> int | None:
    """Return the car-day of a vehicle, or of the first other one that can come on the day."""
    for car in (vehicle, *able):
        if (car, day) in car_days.by_car:
            return car_days.by_car[car, day]
    return None
