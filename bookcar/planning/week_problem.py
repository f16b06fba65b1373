"""A week's options and car-days as the plain numbers the search works on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bookcar.due import change
from bookcar.model import Settings, Weights, Window
from bookcar.optimiser.limits import LOADS, SUMS
from bookcar.optimiser.problem import CarDay, HandOn, Loaded, Problem, Spacing, Task, TravelTable
from bookcar.plan_changes import EARLY_S, TOLD_S
from bookcar.planning.fleet import Aboard, Fleet, FleetDay, ReloadOption, is_aboard
from bookcar.planning.levels import levels_of
from bookcar.planning.tours import Visiting
from bookcar.planning.visit_options import SEVERAL, VisitOption
from bookcar.roads.travel import UNREACHABLE, Table, Travel
from bookcar.weeks import Horizon

# Cars of one profile and speed share a table.
_TableKey = tuple[str, float]


def week_problem(
    options: Sequence[VisitOption], fleet: Fleet, travel: Travel, *, settings: Settings
) -> Problem:
    """Return the search's problem: a car-day per fleet day, a task per option and per call.

    The tasks of the options come first, in order, then those of the fleet's calls.
    """
    keys = sorted({_key(day) for day in fleet.days})
    numbers = {key: i for i, key in enumerate(keys)}
    drivers = sorted({day.vehicle.driven_by for day in fleet.days})
    stores = store_numbers(fleet, travel)
    speeds = ((travel.tables[profile], speed) for profile, speed in keys)
    return Problem(
        tables=tuple(_driven(table, speed, settings.buffer_s) for table, speed in speeds),
        tasks=(
            *visit_tasks(options, fleet, travel, settings=settings),
            *(_reload(call, fleet, stores) for call in fleet.reloads),
        ),
        car_days=tuple(
            replace(
                _car_day(day, fleet.horizon, numbers[_key(day)], stores),
                fixed_cost=day.vehicle.fixed_cost + settings.weights.car_day,
                break_rule=settings.break_rule,
                driver=drivers.index(day.vehicle.driven_by),
            )
            for day in fleet.days
        ),
        spacings=tuple(_spacings(options)),
        hand_ons=tuple(_hand_ons(options)),
        balance=settings.weights.balance_hour,
        levels=levels_of(fleet.days, settings),
    )


def visit_tasks(
    options: Sequence[VisitOption], fleet: Fleet, travel: Travel, *, settings: Settings
) -> tuple[Task, ...]:
    """Return the tasks of some options alone, as `week_problem` has them."""
    stores = store_numbers(fleet, travel)
    return tuple(_task(option, fleet, stores, settings.weights) for option in options)


def _spacings(options: Sequence[VisitOption]) -> Iterator[Spacing]:
    """Yield a spacing for each stop with two visits among the options.

    Where it has more, each has days of its own.
    """
    first: dict[str, int] = {}
    for task, option in enumerate(options):
        stop = option.due.stop
        if stop.visits_a_week >= SEVERAL:
            continue
        other = first.setdefault(stop.id, task)
        if other != task:
            yield Spacing(tasks=(other, task), days=stop.days_between)


def _hand_ons(options: Sequence[VisitOption]) -> Iterator[HandOn]:
    """Yield what options hand on to each other, by taker, then by giver."""
    numbers = {option.key: task for task, option in enumerate(options)}
    for taker, option in enumerate(options):
        for giver in sorted({numbers[one.giver] for one in option.handed}):
            names = {one.batch for one in option.handed if numbers[one.giver] == giver}
            yield HandOn(giver=giver, taker=taker, loads=_loads(option, names))


def _loads(option: VisitOption, names: Collection[str]) -> tuple[int, ...]:
    """Return how much of each load the named ones of an option's batches are."""
    some = [batch for batch in option.drops if batch.id in names]
    return tuple(load.of_batches(some) for load in LOADS)


def _key(day: FleetDay) -> _TableKey:
    return day.vehicle.profile, day.vehicle.speed_factor


def _driven(table: Table, speed_factor: float, buffer_s: int) -> TravelTable:
    """Return a table as a car of that speed drives it, rounded up to whole seconds."""
    seconds = np.ceil(table.seconds / speed_factor).astype(np.int32)
    seconds += np.where(table.metres > 0, buffer_s, 0).astype(np.int32)
    closed: npt.NDArray[np.bool_] = table.seconds == UNREACHABLE
    seconds[closed] = UNREACHABLE
    return TravelTable(seconds=seconds, metres=table.metres)


def store_numbers(fleet: Fleet, travel: Travel) -> dict[str, int]:
    """Return the number of each place, and behind them one for each loading that is over."""
    first = 1 + max(travel.rows.values())
    known = {aboard.store: first + k for k, aboard in enumerate(fleet.aboard())}
    return {**travel.rows, **known}


def _loaded(aboard: Aboard | None, stores: Mapping[str, int]) -> Loaded | None:
    if aboard is None:
        return None
    loads = tuple(load.of_batches(aboard.batches) for load in LOADS)
    return Loaded(depot=stores[aboard.store], loads=loads)


def _reload(call: ReloadOption, fleet: Fleet, stores: Mapping[str, int]) -> Task:
    day = fleet.horizon.index(fleet.days[call.car_day].date)
    return Task(
        location=stores[call.place],
        prize=0.0,
        service_s=call.service_s,
        windows={day: call.windows},
        car_days=(call.car_day,),
        reload=True,
        loaded=_loaded(call.aboard, stores),
    )


def _task(option: VisitOption, fleet: Fleet, stores: Mapping[str, int], weights: Weights) -> Task:
    stop = option.due.stop
    days = sorted({fleet.horizon.index(fleet.days[k].date) for k in option.fleet})
    return Task(
        location=stores[stop.id],
        prize=option.prize,
        **_clock(option, fleet, days),
        car_days=option.fleet,
        required=stop.required or option.must,
        delivers=tuple(load.of_batches(option.drops) for load in LOADS),
        collects=tuple(load.of_batches(option.collects) for load in LOADS),
        surcharges={
            k: cost
            for k in option.fleet
            if (cost := change(option.due, fleet.days[k].date, fleet.days[k].vehicle, weights)) > 0
        },
        depot=None if option.store is None else stores[option.store],
        aboard=is_aboard(option.store),
        handed=_loads(option, option.handed_on) if option.handed else (),
    )


def carried_anew(task: Task, option: VisitOption, fleet: Fleet) -> Task:
    """Return the task of a visit with the time that it takes, and its hours, for its loads now."""
    return replace(task, **_clock(option, fleet, task.windows))


def _clock(option: VisitOption, fleet: Fleet, days: Iterable[int]) -> dict[str, Any]:
    visiting = visiting_of(option, fleet)
    return {
        "service_s": option.due.stop.service_s if visiting is None else visiting.service_s,
        "windows": {day: _windows(option, fleet.horizon.dates[day], visiting) for day in days},
    }


def visiting_of(option: VisitOption, fleet: Fleet) -> Visiting | None:
    """Return how carriers make a visit with its loads; None for a stop that a car reaches.

    And for a second call, which belongs to the visit before it.
    """
    crew = fleet.crews.get(option.due.stop.id)
    if crew is None or option.again:
        return None
    if option.later:
        return crew.twice(sum(b.kg for b in option.drops), sum(b.kg for b in option.later))
    return crew.visiting(sum(b.kg for b in option.drops), sum(b.kg for b in option.collects))


def carried_on(option: VisitOption, fleet: Fleet) -> tuple[int, ...]:
    """Return the car-days of a visit on which carriers, if any make it, can with its loads."""
    visiting = visiting_of(option, fleet)
    if visiting is None:
        return option.fleet
    return tuple(k for k in option.fleet if visiting.windows.get(fleet.days[k].date))


def _windows(option: VisitOption, date: dt.date, visiting: Visiting | None) -> tuple[Window, ...]:
    """Return the hours of a visit: those around the times promised that day, if they are held."""
    stop, promises = option.due.stop, option.due.promises
    hours = stop.windows if visiting is None else visiting.windows.get(date, ())
    service = stop.service_s if visiting is None else visiting.service_s
    times = [p.arrive for p in promises if p.date == date and p.arrive is not None]
    if not option.held or not times:
        return hours
    near = (
        (max(opens, time - EARLY_S), min(closes, time + TOLD_S + service))
        for time in times
        for opens, closes in hours
    )
    fitting = tuple(window for window in near if window[1] - window[0] >= service)
    return fitting or hours


def _car_day(day: FleetDay, horizon: Horizon, table: int, stores: Mapping[str, int]) -> CarDay:
    vehicle = day.vehicle
    return CarDay(
        day=horizon.index(day.date),
        table=table,
        start=stores[vehicle.depot],
        end=stores[vehicle.depot],
        loaded=_loaded(day.aboard, stores),
        starts=vehicle.starts,
        ends=vehicle.ends,
        max_seconds=vehicle.max_seconds,
        capacity=tuple(load.of_vehicle(vehicle) for load in LOADS),
        most=tuple(one.of_vehicle(vehicle) for one in SUMS),
        break_s=vehicle.break_s,
        break_after_s=vehicle.break_after_s,
        cost_km=vehicle.cost_km,
        cost_hour=vehicle.cost_hour,
    )
