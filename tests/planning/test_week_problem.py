"""A week as the plain numbers the search works on."""

from __future__ import annotations

import numpy as np
from builders import MONDAY, H, batch, district, stop, vehicle

from bookcar.due import due_stops
from bookcar.planning.errands import Errand, allowed_car_days, fleet_of
from bookcar.planning.week_problem import week_problem
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Table, Travel


def _travel(seconds: list[list[int]], metres: list[list[int]]) -> Travel:
    table = Table(seconds=np.array(seconds, np.int32), metres=np.array(metres, np.int32))
    return Travel(places=("D", "S1"), tables={"car": table}, estimated=False, note="")


def test_driving_is_slower_by_the_cars_speed_and_the_buffer_and_rounded_up() -> None:
    tables = district(stop("S1"), vehicles=(vehicle("V", speed_factor=0.7),))
    travel = _travel([[0, 100], [-1, 0]], [[0, 900], [-1, 0]])
    problem = week_problem([], fleet_of(tables, MONDAY), travel, buffer_s=60)
    assert problem.tables[0].seconds.tolist() == [[0, 143 + 60], [-1, 0]]
    assert problem.tables[0].metres.tolist() == [[0, 900], [-1, 0]]


def test_cars_of_one_speed_share_a_table() -> None:
    cars = (vehicle("V"), vehicle("W"), vehicle("X", speed_factor=0.9))
    tables = district(stop("S1"), vehicles=cars)
    problem = week_problem([], fleet_of(tables, MONDAY), travel_for(tables), buffer_s=0)
    assert len(problem.tables) == 2
    assert len(problem.car_days) == 15
    assert {car.table for car in problem.car_days} == {0, 1}


def test_a_task_has_its_batches_windows_and_days() -> None:
    wanted = stop("S1", weekdays=(2,), windows=((9 * H, 11 * H), (14 * H, 16 * H)), required=True)
    tables = district(wanted)
    fleet, travel = fleet_of(tables, MONDAY), travel_for(tables)
    due = due_stops(tables, MONDAY)[0]
    errand = Errand(
        due=due,
        prize=7.5,
        fleet=allowed_car_days(due, fleet, travel),
        drops=(batch("A", books=30, kg=9), batch("B", books=20, kg=8)),
        collects=(batch("C", books=10, kg=4),),
    )
    task = week_problem([errand], fleet, travel, buffer_s=0).tasks[0]
    assert (task.drop_books, task.drop_kg, task.collect_books, task.collect_kg) == (50, 17, 10, 4)
    assert task.windows == {2: wanted.windows}
    assert task.car_days == (2,)
    assert (task.required, task.prize, task.location) == (True, 7.5, 1)
