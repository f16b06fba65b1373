"""A horizon as the search's problem, on a clock of five minutes.

What the public is told is a time of day in steps of five minutes, and service begins when it was
told to begin. So every leg is as long as it takes from the end of a service until the next step at
which another may begin: a route that keeps its limits on this clock keeps them, too, as it is
driven, with the waits that the steps cost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from bookcar.model import District, Stop, Window
from bookcar.optimiser.limits import LOADS, SUMS
from bookcar.optimiser.problem import CarDay, Problem, Task, TravelTable
from bookcar.planning.fleet import Fleet, FleetDay
from bookcar.roads.travel import UNREACHABLE, Table, Travel
from bookcar.timetables.on_foot import Carrying, loads_told

STEP_S = 300
"""The public is told times of day that are multiples of this."""


@dataclass(frozen=True)
class Grid:
    """The car-days of a horizon, and what a visit to each stop asks of them.

    Attributes
    ----------
    tables
        Of the driving as it is, with buffers; those of the car-days' problem are on the clock.
    tasks
        By stop: one visit, on any car-day.
    car_days
        By vehicle and day.
    carrying
        Who carries to the stops that no car reaches.
    """

    district: District
    fleet: Fleet
    travel: Travel
    car_days: tuple[CarDay, ...]
    clock: tuple[TravelTable, ...]
    tables: tuple[TravelTable, ...]
    tasks: Mapping[str, Task]
    carrying: Carrying = field(default_factory=Carrying)

    def problem(self, tasks: Sequence[Task]) -> Problem:
        """Return the problem of some tasks on the clock."""
        return Problem(tables=self.clock, tasks=tuple(tasks), car_days=self.car_days)


def grid_of(
    district: District,
    fleet: Fleet,
    travel: Travel,
    stops: Sequence[Stop],
    *,
    carrying: Carrying = Carrying(),  # noqa: B008 (it cannot be changed)
) -> Grid:
    """Return the problem of a horizon: a car-day for each of the fleet, a visit for each stop.

    Books are those that stops want, each of the mean weight of the district's batches; where what
    was there is collected, as many come back. A stop to which carriers go is where they are met,
    at a place of its own in the tables.
    """
    keys = sorted({(day.vehicle.profile, day.vehicle.speed_factor) for day in fleet.days})
    buffer_s = district.settings.buffer_s
    travel = travel.meeting_at(carrying.met)
    afoot = [stop.id for stop in stops if stop.id in carrying.crews]
    rows = [travel.rows[stop] for stop in afoot]
    driven = tuple(
        _with_rows(_driven(travel.tables[name], speed, buffer_s), rows) for name, speed in keys
    )
    on_foot = {stop: _on_foot(stop, district, fleet, carrying) for stop in afoot}
    service = _services(district, travel)
    service = np.concatenate(
        [service, np.array([on_foot[stop].service_s for stop in afoot], dtype=np.int32)]
    )
    places = travel.rows | {stop: len(travel.places) + k for k, stop in enumerate(afoot)}
    cars = []
    vehicles = [vehicle.id for vehicle in district.vehicles]
    for day in fleet.days:
        car = day.vehicle
        cars.append(
            CarDay(
                day=fleet.horizon.index(day.date),
                table=keys.index((car.profile, car.speed_factor)),
                start=travel.rows[car.depot],
                end=travel.rows[car.depot],
                starts=_up(car.starts),
                ends=car.ends,
                max_seconds=car.max_seconds,
                capacity=tuple(load.of_vehicle(car) for load in LOADS),
                most=tuple(one.of_vehicle(car) for one in SUMS),
                break_s=_up(car.break_s),
                break_after_s=car.break_after_s,
                break_rule=district.settings.break_rule,
                fixed_cost=car.fixed_cost + district.settings.weights.car_day,
                cost_km=car.cost_km,
                cost_hour=car.cost_hour,
                vehicle=vehicles.index(car.id),
            )
        )
    days = sorted({car.day for car in cars})
    return Grid(
        district=district,
        fleet=fleet,
        travel=travel,
        car_days=tuple(cars),
        clock=tuple(_on_clock(table, service) for table in driven),
        tables=driven,
        tasks={
            stop.id: replace(
                on_foot.get(stop.id) or _visit(stop, district, days),
                location=places[stop.id],
                car_days=tuple(k for k, day in enumerate(fleet.days) if _admits(stop, day)),
            )
            for stop in stops
        },
        carrying=carrying,
    )


def _on_foot(stop: str, district: District, fleet: Fleet, carrying: Carrying) -> Task:
    """Return a visit at a meeting place, on the days on which its carriers can be met."""
    own, crew = district.stops_by_id[stop], carrying.crews[stop]
    visiting = crew.visiting(*loads_told(own, district))
    days = sorted({fleet.horizon.index(day.date) for day in fleet.days})
    hours = {
        day: _on_steps(visiting.windows.get(fleet.horizon.dates[day], ()), visiting.service_s)
        for day in days
    }
    return replace(_visit(own, district, days), service_s=visiting.service_s, windows=hours)


def _with_rows(table: TravelTable, rows: Sequence[int]) -> TravelTable:
    """Return a table with further places where others are."""
    every = [*range(len(table.seconds)), *rows]
    at = np.ix_(every, every)
    return TravelTable(seconds=table.seconds[at], metres=table.metres[at]) if rows else table


def _on_steps(windows: Sequence[Window], service_s: int) -> tuple[Window, ...]:
    """Return windows in which the first begin and the last one of a service are on steps."""
    cut = ((_up(o), service_s + (c - service_s) // STEP_S * STEP_S) for o, c in windows)
    return tuple((opens, closes) for opens, closes in cut if opens + service_s <= closes)


def mean_weight(district: District) -> float:
    """Return the kg of a book: the mean of the batches with a weight, 0 if there are none."""
    weighed = [batch for batch in district.batches if batch.kg]
    return sum(b.kg for b in weighed) / max(1, sum(b.books for b in weighed))


def _up(seconds: int) -> int:
    return -(-seconds // STEP_S) * STEP_S


def _driven(table: Table, speed_factor: float, buffer_s: int) -> TravelTable:
    """Return a table as a car of that speed drives it, rounded up to whole seconds."""
    seconds = np.ceil(table.seconds / speed_factor).astype(np.int32)
    seconds += np.where(table.metres > 0, buffer_s, 0).astype(np.int32)
    closed: npt.NDArray[np.bool_] = table.seconds == UNREACHABLE
    seconds[closed] = UNREACHABLE
    return TravelTable(seconds=seconds, metres=table.metres)


def _services(district: District, travel: Travel) -> npt.NDArray[np.int32]:
    """Return the seconds of service at each place of the travel tables; 0 at depots."""
    service = np.zeros(len(travel.places), dtype=np.int32)
    for stop in district.stops:
        if stop.id in travel.rows and stop.id not in travel.meetings:
            service[travel.rows[stop.id]] = stop.service_s
    return service


def _on_clock(table: TravelTable, service: npt.NDArray[np.int32]) -> TravelTable:
    """Return a table in which a service that begins on a step is followed by another on one."""
    before = service[: len(table.seconds), None]
    until = -(-(table.seconds + before) // STEP_S) * STEP_S - before
    seconds = np.where(table.seconds == UNREACHABLE, UNREACHABLE, until).astype(np.int32)
    return TravelTable(seconds=seconds, metres=table.metres)


def _admits(stop: Stop, day: FleetDay) -> bool:
    return not stop.vehicles or day.vehicle.id in stop.vehicles


def _visit(stop: Stop, district: District, days: Sequence[int]) -> Task:
    """Return a visit to a stop on any of some days; where it is, is not yet said."""
    windows = _on_steps(stop.windows, stop.service_s)
    load = (stop.books, math.ceil(stop.books * mean_weight(district)))
    returns = stop.kind in district.settings.batches.rotate
    return Task(
        location=0,
        prize=prize_of(stop, district),
        service_s=stop.service_s,
        windows=dict.fromkeys(days, windows),
        car_days=(),
        required=stop.required,
        delivers=load,
        collects=load if returns else (),
    )


def prize_of(stop: Stop, district: District) -> float:
    """Return what a visit to a stop is worth, without what a week adds to it."""
    weights = district.settings.weights
    return weights.stop + weights.priority * stop.priority + weights.people * stop.people / 100
