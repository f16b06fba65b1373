"""What is settled before a horizon is searched."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import MONDAY, batch, depot, district, past_visit, stop, vehicle

from bookcar.errors import InfeasibleError
from bookcar.planning.prepared import Scope
from bookcar.weeks import Horizon


def test_a_horizon_of_two_weeks_has_car_days_in_both() -> None:
    tables = district(stop("S1"), vehicles=(vehicle("V", weekdays=(0, 4)),))
    scope = Scope.of(tables, Horizon(MONDAY, weeks=2))
    days = [(day.date - MONDAY).days for day in scope.fleet.days]
    assert days == [0, 4, 7, 11]
    assert [scope.horizon.index(day.date) for day in scope.fleet.days] == days


def test_a_horizon_begins_on_a_monday_and_has_a_week_at_least() -> None:
    for monday, weeks in ((MONDAY + dt.timedelta(days=1), 1), (MONDAY, 0)):
        with pytest.raises(ValueError, match=r"Monday|horizon"):
            Horizon(monday, weeks)


def test_the_district_is_seen_as_it_stood_before_the_horizon() -> None:
    dropped = past_visit("S1", MONDAY, batch="B", action="dropped", books=50)
    tables = district(stop("S1"), batches=(batch("B", at="S1"),), listed=(batch("B"),))
    later = Scope.of(district(*tables.stops, listed=tables.listed, visits=(dropped,)), _week(1))
    earlier = Scope.of(district(*tables.stops, listed=tables.listed, visits=(dropped,)), _week(0))
    assert earlier.due_ids == {"S1"}
    assert later.due_ids == set()


def test_nobody_working_is_told_in_words() -> None:
    with pytest.raises(InfeasibleError, match="No vehicle works"):
        Scope.of(district(stop("S1"), vehicles=(vehicle("V", weekdays=(6,)),)), _week(0))


def test_reloads_out_of_reach_are_no_part_of_the_prepared_fleet() -> None:
    car = vehicle("V", reloads=1, reload_at=("D", "far"), max_metres=50_000)
    tables = district(stop("S1"), depots=(depot(), depot("far", lon=109.0)), vehicles=(car,))
    scope = Scope.of(tables, _week(0))
    ready = scope.on_roads(scope.due_ids)
    assert {r.place for r in scope.fleet.reloads} == {"D", "far"}
    assert {r.place for r in ready.fleet.reloads} == {"D"}


def _week(number: int) -> Horizon:
    return Horizon(MONDAY + dt.timedelta(weeks=number))
