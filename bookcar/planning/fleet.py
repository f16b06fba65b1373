"""The car-days of a horizon: each vehicle on its working days, and the reloads it may make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from types import MappingProxyType
from typing import NamedTuple

from bookcar.calendars.days import Calendar
from bookcar.due import DueStop
from bookcar.model import Batch, District, Vehicle, Window
from bookcar.planning.on_foot import Told, crews_of
from bookcar.planning.tours import Crew
from bookcar.roads.travel import UNREACHABLE, Travel
from bookcar.weeks import Horizon


@dataclass(frozen=True)
class Aboard:
    """What came aboard a car at a loading that is over: a store of its own, for this car alone.

    ``store`` is its id; no depot has it.
    """

    store: str
    batches: tuple[Batch, ...]


def aboard_store(vehicle: str, date: dt.date, loading: int) -> str:
    """Return the id of what came aboard a car on a day, by its loadings counted from 0.

    No id of the tables has a line break in it.
    """
    return f"{vehicle}\n{date}\n{loading}"


def is_aboard(store: str | None) -> bool:
    """Tell whether a store is what came aboard a car."""
    return store is not None and "\n" in store


@dataclass(frozen=True)
class FleetDay:
    """A vehicle on one of its working days; ``aboard`` is with what it has left, if it has."""

    vehicle: Vehicle
    date: dt.date
    aboard: Aboard | None = None

    @property
    def store(self) -> str:
        """Id of where what it drops before any reload comes aboard."""
        return self.vehicle.depot if self.aboard is None else self.aboard.store


@dataclass(frozen=True, kw_only=True)
class ReloadOption:
    """A reload that a car-day may make at a depot; ``number`` tells several there apart, from 1.

    ``aboard`` is what came aboard there, if it is over.
    """

    car_day: int
    place: str
    number: int
    service_s: int
    windows: tuple[Window, ...]
    aboard: Aboard | None = None

    @property
    def store(self) -> str:
        """Id of where what is dropped behind it comes aboard."""
        return self.place if self.aboard is None else self.aboard.store


@dataclass(frozen=True)
class Fleet:
    """The car-days of a horizon by date, then in the order of the vehicles table.

    ``reloads`` are those they may make, by car-day; ``crews`` who carries books to the stops that
    no car reaches, by stop.
    """

    days: tuple[FleetDay, ...]
    horizon: Horizon
    reloads: tuple[ReloadOption, ...] = ()
    crews: Mapping[str, Crew] = field(default_factory=dict)

    def only(self, car_days: Sequence[int]) -> Fleet:
        """Return the fleet of some car-days, which are counted anew in their order."""
        numbers = {k: n for n, k in enumerate(car_days)}
        reloads = (
            replace(call, car_day=numbers[call.car_day])
            for call in self.reloads
            if call.car_day in numbers
        )
        days = tuple(self.days[k] for k in car_days)
        return Fleet(days, self.horizon, tuple(reloads), self.crews)

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The days on which some car is out."""
        return tuple(sorted({day.date for day in self.days}))

    def with_crews(
        self,
        district: District,
        due: Sequence[DueStop],
        travel: Travel,
        *,
        told: Mapping[str, Sequence[Told]] = MappingProxyType({}),
    ) -> Fleet:
        """Return the fleet with the carriers who come for its due stops, as far as is told."""
        if not travel.meetings:
            return self
        return replace(self, crews=crews_of(district, due, self.dates, travel, told=told))

    def stores(self, car_days: Collection[int]) -> frozenset[str]:
        """Return the stores from which some of the car-days load, at the start or at a reload."""
        called = {call.store for call in self.reloads if call.car_day in car_days}
        return self.depots(car_days) | called

    def elsewhere(self) -> bool:
        """Tell whether it matters where a car loads: some may reload elsewhere, or have left."""
        return bool(self.aboard()) or any(
            call.place != self.days[call.car_day].vehicle.depot for call in self.reloads
        )

    def depots(self, car_days: Iterable[int]) -> frozenset[str]:
        """Return the stores that some of the car-days start from."""
        return frozenset(self.days[k].store for k in car_days)

    def came_from(self) -> dict[str, str]:
        """Return the depot where what is aboard came from, by the store that it is now."""
        days = ((day.store, day.vehicle.depot) for day in self.days if day.aboard)
        calls = ((call.store, call.place) for call in self.reloads if call.aboard)
        return dict((*days, *calls))

    def last_aboard(self) -> dict[int, Aboard]:
        """Return what last came aboard each car-day that has left."""
        first = [(k, day.aboard) for k, day in enumerate(self.days)]
        then = [(call.car_day, call.aboard) for call in self.reloads]
        return {k: aboard for k, aboard in (*first, *then) if aboard is not None}

    def aboard(self) -> tuple[Aboard, ...]:
        """Return what came aboard at every loading that is over."""
        first = [day.aboard for day in self.days]
        every = (*first, *(call.aboard for call in self.reloads))
        return tuple(found for found in every if found is not None)


def fleet_of(district: District, horizon: Horizon) -> Fleet:
    """Return the car-days of a horizon: each vehicle on its working days, those closed left out."""
    calendar = Calendar(district)
    days = tuple(
        FleetDay(vehicle, date)
        for date in horizon.dates
        for vehicle in district.vehicles
        if calendar.works(vehicle, date)
    )
    return Fleet(days, horizon, tuple(_reload_options(district, days)))


def _reload_options(district: District, days: Sequence[FleetDay]) -> Iterator[ReloadOption]:
    """Yield the reloads a car-day may make."""
    for k, day in enumerate(days):
        for place in day.vehicle.stores:
            for number in range(1, day.vehicle.reloads + 1):
                yield ReloadOption(
                    car_day=k,
                    place=place,
                    number=number,
                    service_s=day.vehicle.reload_s,
                    windows=district.depots_by_id[place].windows,
                )


def within_reach(fleet: Fleet, travel: Travel) -> Fleet:
    """Return the fleet without calls at stores that a car cannot reach, or not while open."""
    known: dict[tuple[str, str], bool] = {}
    for call in fleet.reloads:  # a store is as open on one day as on another
        vehicle = fleet.days[call.car_day].vehicle
        key = vehicle.id, call.place
        if key not in known:
            near = near_enough(vehicle, call.place, travel)
            known[key] = near and finds_open(vehicle, call.place, travel, windows=call.windows)
    reloads = (c for c in fleet.reloads if known[fleet.days[c.car_day].vehicle.id, c.place])
    return replace(fleet, reloads=tuple(reloads))


def near_enough(vehicle: Vehicle, store: str, travel: Travel) -> bool:
    """Say whether a vehicle can drive to a store, reload and drive back, within its day's limits.

    Straight, or by stops in between where that is quicker or shorter, as in a table of somebody's
    own it may be. The buffers of the legs come on top.
    """
    return any(_within_limits(vehicle, way) for way in _there_and_back(vehicle, store, travel))


def _within_limits(vehicle: Vehicle, way: _Ways) -> bool:
    driving = (way.there_s + way.back_s) / vehicle.speed_factor
    return (
        way.metres <= vehicle.max_metres
        and (vehicle.max_driving_s is None or driving <= vehicle.max_driving_s)
        and driving + vehicle.reload_s <= vehicle.max_seconds
    )


def finds_open(vehicle: Vehicle, store: str, travel: Travel, *, windows: Iterable[Window]) -> bool:
    """Say whether a vehicle can reload at a store that is near enough within one of its windows.

    Between leaving its depot at its earliest and being back at its latest; buffers come on top.
    """
    hours = tuple(windows)
    return any(
        max(opens, vehicle.starts + way.there_s / vehicle.speed_factor) + vehicle.reload_s
        <= min(closes, vehicle.ends - way.back_s / vehicle.speed_factor)
        for way in _there_and_back(vehicle, store, travel)
        for opens, closes in hours
    )


class _Ways(NamedTuple):
    """Seconds to a store and back, and the metres of both."""

    there_s: float
    back_s: float
    metres: float


def _there_and_back(vehicle: Vehicle, store: str, travel: Travel) -> Iterator[_Ways]:
    """Yield the ways to a store and back: the straight one, then the least by places in between."""
    table = travel.tables[vehicle.profile]
    home, place = travel.rows[vehicle.depot], travel.rows[store]
    there, back = (home, place), (place, home)
    if UNREACHABLE not in (table.seconds[there], table.seconds[back]):
        metres = int(table.metres[there]) + int(table.metres[back])
        yield _Ways(int(table.seconds[there]), int(table.seconds[back]), metres)
    seconds, metres_there = table.least(home, place)
    seconds_back, metres_back = table.least(place, home)
    if max(seconds, seconds_back) < inf:
        yield _Ways(seconds, seconds_back, metres_there + metres_back)
