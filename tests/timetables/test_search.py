"""The search over a horizon: whole options, level hours, few changes, and who is left out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from builders import district, stop, vehicle
from timetables.small import FIRST, LAST, county, made

from bookcar.due import due_stops
from bookcar.model import District, Settings, Weights
from bookcar.planning.fleet import fleet_of
from bookcar.roads.sources import travel_for
from bookcar.timetable_changes import told_by
from bookcar.timetables.draft import Draft
from bookcar.timetables.grid import grid_of
from bookcar.timetables.options import CarDays, options_for
from bookcar.timetables.parts import parts_of
from bookcar.timetables.patterns import choices_of
from bookcar.timetables.search import search
from bookcar.weeks import Horizon


def searched(given: District, **how: Any) -> Draft:
    horizon = Horizon(FIRST, 4)
    travel = travel_for(given, dates=horizon.dates)
    choices = choices_of(given, due_stops(given, FIRST), horizon.dates)
    grid = grid_of(given, fleet_of(given, horizon), travel, given.stops)
    car_days = CarDays.of(grid)
    every = {s.id: options_for(s, choices.patterns[s.id], car_days) for s in given.stops}
    found = Draft(car_days, every)
    search(found, seed=1, iterations=2_000, **how)
    return found


def test_every_stop_is_on_the_car_days_of_one_of_its_options() -> None:
    found = searched(county())
    assert found.chosen.keys() == found.options.keys()
    for name, option in found.chosen.items():
        assert option in found.options[name]
        on = {k for k, order in enumerate(found.orders) if name in order}
        assert on == set(option.car_days)
    assert all(found.fits(k, order) for k, order in enumerate(found.orders) if order)


def test_no_more_stops_change_their_days_than_may() -> None:
    given = county()
    before = told_by(made(given))
    later = LAST + dt.timedelta(days=1)
    for keep, most in ((1.0, 0), (0.75, 4)):
        then = made(given, later, later + dt.timedelta(days=27), told=before, keep_days=keep)
        assert then.before is not None
        assert sum(change.kind == "day" for change in then.before.changes) <= most


def test_where_cars_are_full_the_stop_of_the_least_worth_is_left() -> None:
    often = [stop(f"S{n}", every_weeks=1, weekdays=(0,), priority=n) for n in range(1, 4)]
    found = searched(district(*often, vehicles=(vehicle(max_stops=2),)))
    assert set(found.chosen) == {"S2", "S3"}


@pytest.mark.parametrize("level", [0.0, 40.0])
def test_weeks_cars_and_weekdays_are_level_where_level_weighs(level: float) -> None:
    stops = [stop(f"S{n}", every_weeks=4) for n in range(1, 41)]
    cars = (vehicle("V1"), vehicle("V2"))
    weights = Weights(level=level, overdue_week=0.0)
    found = searched(district(*stops, vehicles=cars, settings=Settings(weights=weights)))
    days = [found.grid.fleet.days[k] for k, order in enumerate(found.orders) for _ in order]
    weekdays = Counter(day.date.weekday() for day in days)
    cars_used = Counter(day.vehicle.id for day in days)
    if level:
        assert found.worst_week() <= 0.1
        assert max(weekdays.values()) <= 12
        assert max(cars_used.values()) <= 24
    else:
        assert found.worst_week() > 0.1 or max(weekdays.values()) > 12


def test_a_large_horizon_is_searched_in_parts_by_its_cars() -> None:
    every = tuple(f"V{n}" for n in range(1, 5))
    stops = [stop(f"S{n}", every_weeks=2, lat=29.02 + 0.01 * (n % 5 - 2)) for n in range(1, 25)]
    stops.append(stop("S30", every_weeks=2, vehicles=("V4",)))
    given = district(*stops, vehicles=tuple(vehicle(car, max_stops=6) for car in every))
    found = searched(given, most_visits=20)
    parts = parts_of(Draft(found.car_days, found.options), 20)
    assert len(parts) == 3
    assert sorted(car for part in parts for car in part.vehicles) == list(every)
    assert sorted(name for part in parts for name in part.stops) == sorted(s.id for s in stops)
    assert "S30" in next(part for part in parts if "V4" in part.vehicles).stops
    assert len(found.chosen) == 25
    for name, option in found.chosen.items():
        on = {k for k, order in enumerate(found.orders) if name in order}
        assert on == set(option.car_days)
    assert all(found.fits(k, order) for k, order in enumerate(found.orders) if order)
    assert [len(parts_of(Draft(found.car_days, found.options)))] == [1]
