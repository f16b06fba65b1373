"""What a visit to each due stop would be: its batches, its days, the cars that could come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from bookcar.batches.terms import Demand
from bookcar.due import DueStop, prize
from bookcar.model import Batch, District, Vehicle, Weights, Window
from bookcar.roads.travel import UNREACHABLE, Travel
from bookcar.weeks import week_dates


@dataclass(frozen=True)
class FleetDay:
    """A vehicle on one of its working days."""

    vehicle: Vehicle
    date: dt.date


@dataclass(frozen=True, kw_only=True)
class Errand:
    """A visit to a due stop, with what it would bring and take.

    ``fleet`` has the indices of the car-days that may make it, of the week's fleet. A stop that
    wants two visits a week has two errands, of ``number`` 1 and 2; either may come first. One that
    somebody fixed ``must`` be made; if it has batches already, it keeps them. ``store`` is the
    depot where its batches come aboard; None while that does not matter.
    """

    due: DueStop
    prize: float
    fleet: tuple[int, ...]
    number: int = 1
    must: bool = False
    drops: tuple[Batch, ...] = ()
    collects: tuple[Batch, ...] = ()
    short: int = 0
    store: str | None = None

    @property
    def key(self) -> str:
        """Tells the errands of a week apart: the stop's id, with a mark for a second visit."""
        return visit_key(self.due.stop.id, self.number)

    def demand(self, *, depots: frozenset[str] | None, day: dt.date | None = None) -> Demand:
        """Return what it asks of the batches: each visit is supplied as if it were a stop."""
        stop = msgspec.structs.replace(self.due.stop, id=self.key)
        return Demand(stop=stop, depots=depots, day=day, weight=self.prize)


def visit_key(stop_id: str, number: int) -> str:
    """Return the key of a stop's first or second visit; no id has a line break in it."""
    return stop_id if number == 1 else f"{stop_id}\n{number}"


def had_by_visit(
    had: Mapping[str, frozenset[str]], errands: Iterable[Errand]
) -> dict[str, frozenset[str]]:
    """Return, by the key of each errand, the batches its stop must not get."""
    return {e.key: had[e.due.stop.id] for e in errands if e.due.stop.id in had}


@dataclass(frozen=True, kw_only=True)
class Call:
    """A reload that a car-day may make at a store; ``number`` tells several there apart, from 1."""

    car_day: int
    place: str
    number: int
    service_s: int
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Fleet:
    """The week's car-days by date, then in the order of the vehicles table.

    ``calls`` are the reloads they may make, by car-day.
    """

    days: tuple[FleetDay, ...]
    monday: dt.date
    calls: tuple[Call, ...] = ()

    def only(self, car_days: Sequence[int]) -> Fleet:
        """Return the fleet of some car-days, which are counted anew in their order."""
        numbers = {k: n for n, k in enumerate(car_days)}
        calls = (
            replace(call, car_day=numbers[call.car_day])
            for call in self.calls
            if call.car_day in numbers
        )
        return Fleet(tuple(self.days[k] for k in car_days), self.monday, tuple(calls))

    def stores(self, car_days: Collection[int]) -> frozenset[str]:
        """Return the depots where some of the car-days start or may reload."""
        called = {call.place for call in self.calls if call.car_day in car_days}
        return self.depots(car_days) | called

    def elsewhere(self) -> bool:
        """Tell whether some car-day may reload where it does not start."""
        return any(call.place != self.days[call.car_day].vehicle.depot for call in self.calls)

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
    return Fleet(days, monday, tuple(_calls(district, days)))


def _calls(district: District, days: Sequence[FleetDay]) -> Iterator[Call]:
    """Yield the calls a car-day may make."""
    windows = {depot.id: depot.windows for depot in district.depots}
    for k, day in enumerate(days):
        for place in day.vehicle.stores:
            for number in range(1, day.vehicle.reloads + 1):
                yield Call(
                    car_day=k,
                    place=place,
                    number=number,
                    service_s=day.vehicle.reload_s,
                    windows=windows[place],
                )


def within_reach(fleet: Fleet, travel: Travel) -> Fleet:
    """Return the fleet without calls at stores that a car cannot reach, or not while open."""
    calls = tuple(call for call in fleet.calls if _reachable(call, fleet, travel))
    return replace(fleet, calls=calls)


def _reachable(call: Call, fleet: Fleet, travel: Travel) -> bool:
    vehicle = fleet.days[call.car_day].vehicle
    near = near_enough(vehicle, call.place, travel)
    return near and finds_open(vehicle, call.place, travel, windows=call.windows)


def near_enough(vehicle: Vehicle, store: str, travel: Travel) -> bool:
    """Say whether a vehicle can drive to a store, reload and drive back, within its day's limits.

    The buffers of the legs come on top.
    """
    there, back, metres = _there_and_back(vehicle, store, travel)
    return (
        UNREACHABLE not in (there, back)
        and metres <= vehicle.max_metres
        and (there + back) / vehicle.speed_factor + vehicle.reload_s <= vehicle.max_seconds
    )


def finds_open(vehicle: Vehicle, store: str, travel: Travel, *, windows: Iterable[Window]) -> bool:
    """Say whether a vehicle can reload at a store that is near enough within one of its windows.

    Between leaving its depot at its earliest and being back at its latest; buffers come on top.
    """
    there, back, _ = _there_and_back(vehicle, store, travel)
    first = vehicle.starts + there / vehicle.speed_factor
    last = vehicle.ends - back / vehicle.speed_factor
    return any(
        max(opens, first) + vehicle.reload_s <= min(closes, last) for opens, closes in windows
    )


def _there_and_back(vehicle: Vehicle, store: str, travel: Travel) -> tuple[int, int, int]:
    """Return the seconds of each way to a store, and the metres of both."""
    table = travel.tables[vehicle.profile]
    home, place = travel.rows[vehicle.depot], travel.rows[store]
    there, back = (home, place), (place, home)
    metres = int(table.metres[there]) + int(table.metres[back])
    return int(table.seconds[there]), int(table.seconds[back]), metres


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


def errands_of(
    due: Iterable[DueStop], *, fleet: Fleet, travel: Travel, weights: Weights
) -> list[Errand]:
    """Return an errand for every visit of the week that some car-day could make."""
    return [
        Errand(due=d, number=n, prize=prize(d, weights, visit=n), fleet=car_days)
        for d in due
        if d.due and (car_days := allowed_car_days(d, fleet, travel))
        for n in range(1, d.stop.visits_a_week + 1)
    ]


def reaches(travel: Travel, vehicle: Vehicle, stop_id: str) -> bool:
    """Say whether a vehicle can drive from its depot to a stop and back."""
    table = travel.tables[vehicle.profile]
    rows = travel.rows
    home, there = rows[vehicle.depot], rows[stop_id]
    there_s, back_s = table.seconds[home, there], table.seconds[there, home]
    return UNREACHABLE not in (there_s, back_s)
