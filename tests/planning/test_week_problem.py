"""A week as the plain numbers the search works on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from builders import MONDAY, H, batch, district, past_visit, stop, vehicle

from bookcar.due import due_stops
from bookcar.model import District, Settings, Weights
from bookcar.optimiser.problem import Problem, Spacing
from bookcar.planning.fleet import fleet_of
from bookcar.planning.visit_options import VisitOption, allowed_car_days
from bookcar.planning.week_problem import week_problem
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Table, Travel
from bookcar.weeks import Horizon

WEEK = Horizon(MONDAY)


def _travel(seconds: list[list[int]], metres: list[list[int]]) -> Travel:
    table = Table(seconds=np.array(seconds, np.int32), metres=np.array(metres, np.int32))
    return Travel(places=("D", "S1"), tables={"car": table}, estimated=False, note=())


def test_driving_is_slower_by_the_cars_speed_and_the_buffer_and_rounded_up() -> None:
    tables = district(stop("S1"), vehicles=(vehicle("V", speed_factor=0.7),))
    travel = _travel([[0, 100], [-1, 0]], [[0, 900], [-1, 0]])
    problem = week_problem([], fleet_of(tables, WEEK), travel, settings=Settings(buffer_s=60))
    assert problem.tables[0].seconds.tolist() == [[0, 143 + 60], [-1, 0]]
    assert problem.tables[0].metres.tolist() == [[0, 900], [-1, 0]]


def test_cars_of_one_speed_share_a_table() -> None:
    cars = (vehicle("V"), vehicle("W"), vehicle("X", speed_factor=0.9))
    tables = district(stop("S1"), vehicles=cars)
    problem = week_problem(
        [], fleet_of(tables, WEEK), travel_for(tables), settings=Settings(buffer_s=0)
    )
    assert len(problem.tables) == 2
    assert len(problem.car_days) == 15
    assert {car.table for car in problem.car_days} == {0, 1}


def test_a_task_has_its_batches_windows_and_days() -> None:
    wanted = stop("S1", weekdays=(2,), windows=((9 * H, 11 * H), (14 * H, 16 * H)), required=True)
    tables = district(wanted)
    fleet, travel = fleet_of(tables, WEEK), travel_for(tables)
    due = due_stops(tables, MONDAY)[0]
    option = VisitOption(
        due=due,
        prize=7.5,
        fleet=allowed_car_days(due, fleet, travel),
        drops=(batch("A", books=30, kg=9), batch("B", books=20, kg=8)),
        collects=(batch("C", books=10, kg=4),),
    )
    task = week_problem([option], fleet, travel, settings=Settings(buffer_s=0)).tasks[0]
    assert (task.delivers, task.collects) == ((50, 17), (10, 4))
    assert task.windows == {2: wanted.windows}
    assert task.car_days == (2,)
    assert (task.required, task.prize, task.location) == (True, 7.5, 1)


def _option(tables: District, **fields: Any) -> VisitOption:
    fleet, travel = fleet_of(tables, WEEK), travel_for(tables)
    due = due_stops(tables, MONDAY)[0]
    return VisitOption(due=due, prize=1.0, fleet=allowed_car_days(due, fleet, travel), **fields)


def _problem(tables: District, *options: VisitOption, **weights: float) -> Problem:
    settings = Settings(weights=Weights(**weights))
    return week_problem(options, fleet_of(tables, WEEK), travel_for(tables), settings=settings)


def test_two_visits_of_a_stop_are_spaced_and_others_are_not() -> None:
    tables = district(stop("S1", visits_a_week=2, days_between=3))
    problem = _problem(tables, _option(tables), _option(tables, number=2))
    assert problem.spacings == (Spacing(tasks=(0, 1), days=3),)
    assert _problem(tables, _option(tables)).spacings == ()


def test_another_weekday_and_another_driver_than_last_time_cost_on_top() -> None:
    """Last time W came on a Tuesday: V on Monday is both, V on Tuesday another driver only."""
    seen = past_visit("S1", MONDAY - dt.timedelta(weeks=5) + dt.timedelta(days=1), vehicle="W")
    cars = (vehicle("V", weekdays=(0, 1)), vehicle("W", driver="Wu", weekdays=(0, 1)))
    tables = district(stop("S1"), vehicles=cars, visits=(seen,))
    task = _problem(tables, _option(tables), other_weekday=3.0, other_driver=4.0).tasks[0]
    assert task.surcharges == {0: 7.0, 1: 3.0, 2: 4.0}
    free = _problem(tables, _option(tables), other_weekday=0, other_driver=0).tasks[0]
    assert free.surcharges == {}


def test_a_stop_visited_on_days_of_the_month_has_no_weekday_to_keep() -> None:
    seen = past_visit("S1", MONDAY - dt.timedelta(weeks=5, days=-1))
    tables = district(stop("S1", month_days=(2, 4)), visits=(seen,))
    assert _problem(tables, _option(tables)).tasks[0].surcharges == {}


def test_every_weekday_of_the_last_week_counts_as_last_time() -> None:
    days = (MONDAY - dt.timedelta(days=k) for k in (7, 5, 21))
    tables = district(stop("S1", every_weeks=1), visits=tuple(past_visit("S1", d) for d in days))
    assert _problem(tables, _option(tables)).tasks[0].surcharges == {1: 5.0, 3: 5.0, 4: 5.0}


def test_cars_of_one_driver_share_a_number_and_a_car_without_one_has_its_own() -> None:
    cars = (vehicle("V", driver="Wu"), vehicle("W"), vehicle("X", driver="Wu"))
    tables = district(stop("S1"), vehicles=cars)
    problem = _problem(tables, balance_hour=2.0)
    assert [car.driver for car in problem.car_days[:3]] == [1, 0, 1]
    assert problem.balance == 2.0


def test_a_car_day_costs_the_weight_on_top_of_the_cars_own() -> None:
    tables = district(stop("S1"), vehicles=(vehicle("V", fixed_cost=4.0),))
    assert {car.fixed_cost for car in _problem(tables, car_day=30.0).car_days} == {34.0}
