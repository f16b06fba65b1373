"""A week's errands and car-days as the plain numbers the search works on."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bookcar.model import Batch
from bookcar.optimiser.problem import CarDay, Problem, Task, TravelTable
from bookcar.planning.errands import Errand, Fleet, FleetDay
from bookcar.roads.travel import UNREACHABLE, Table, Travel

# Cars of one profile and speed share a table.
_TableKey = tuple[str, float]


def week_problem(
    errands: Sequence[Errand], fleet: Fleet, travel: Travel, *, buffer_s: int
) -> Problem:
    """Return the search's problem: a task per errand, in order, and a car-day per fleet day.

    Parameters
    ----------
    buffer_s
        Added to every leg longer than 0 m.
    """
    keys = sorted({_key(day) for day in fleet.days})
    numbers = {key: i for i, key in enumerate(keys)}
    tables = tuple(_driven(travel.tables[profile], speed, buffer_s) for profile, speed in keys)
    rows = travel.rows
    return Problem(
        tables=tables,
        tasks=tuple(_task(errand, fleet, rows[errand.due.stop.id]) for errand in errands),
        car_days=tuple(_car_day(day, fleet.monday, numbers[_key(day)], rows) for day in fleet.days),
    )


def _key(day: FleetDay) -> _TableKey:
    return day.vehicle.profile, day.vehicle.speed_factor


def _driven(table: Table, speed_factor: float, buffer_s: int) -> TravelTable:
    """Return a table as a car of that speed drives it, rounded up to whole seconds."""
    seconds = np.ceil(table.seconds / speed_factor).astype(np.int32)
    seconds += np.where(table.metres > 0, buffer_s, 0).astype(np.int32)
    closed: npt.NDArray[np.bool_] = table.seconds == UNREACHABLE
    seconds[closed] = UNREACHABLE
    return TravelTable(seconds=seconds, metres=table.metres)


def _task(errand: Errand, fleet: Fleet, location: int) -> Task:
    stop = errand.due.stop
    days = sorted({day_index(fleet.days[k].date, fleet.monday) for k in errand.fleet})
    return Task(
        location=location,
        prize=errand.prize,
        service_s=stop.service_s,
        windows=dict.fromkeys(days, stop.windows),
        car_days=errand.fleet,
        required=stop.required,
        drop_books=_books(errand.drops),
        drop_kg=_kg(errand.drops),
        collect_books=_books(errand.collects),
        collect_kg=_kg(errand.collects),
    )


def _car_day(day: FleetDay, monday: dt.date, table: int, rows: Mapping[str, int]) -> CarDay:
    vehicle = day.vehicle
    return CarDay(
        day=day_index(day.date, monday),
        table=table,
        start=rows[vehicle.depot],
        end=rows[vehicle.depot],
        starts=vehicle.starts,
        ends=vehicle.ends,
        max_seconds=vehicle.max_seconds,
        max_metres=vehicle.max_metres,
        books=vehicle.books,
        kg=vehicle.kg,
        max_stops=vehicle.max_stops,
        break_s=vehicle.break_s,
        break_after_s=vehicle.break_after_s,
        fixed_cost=vehicle.fixed_cost,
        cost_km=vehicle.cost_km,
        cost_hour=vehicle.cost_hour,
    )


def day_index(date: dt.date, monday: dt.date) -> int:
    """Return 0 for the week's Monday to 6 for its Sunday."""
    return (date - monday).days


def _books(batches: Iterable[Batch]) -> int:
    return sum(batch.books for batch in batches)


def _kg(batches: Iterable[Batch]) -> int:
    return math.ceil(sum(batch.kg for batch in batches))
