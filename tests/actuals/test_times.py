"""Settings are proposed from recorded times where enough was seen, and come out as put in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import numpy as np
import pytest
from actuals.weeks import BUFFER, MONDAY, SERVICE, START, county, lived
from report.weeks import call, route, write_plan

from bookcar.actuals.plans import find_plans
from bookcar.actuals.spread import spread
from bookcar.actuals.times import FEWEST_AT_STOP, FEWEST_LEGS, Times, times_of
from bookcar.actuals.visits import lines_of, recorded_visits
from bookcar.model import District, PastVisit, Where
from bookcar.weeks import week_name


def driven(folder: Path, *, weeks: int, factor: float = 1.0, **changes: float) -> Times | None:
    """Return what is told by weeks of a car that drives and serves in its own way."""
    return told(folder, county(lived(folder, weeks=weeks, **changes), factor), weeks)


def told(folder: Path | None, district: District, weeks: int) -> Times | None:
    visits = recorded_visits(lines_of(district))
    last = MONDAY + dt.timedelta(weeks=weeks)
    plans = find_plans(folder, MONDAY, last, stops=district.stops_by_id)
    return times_of(district, [visit for visit in visits if visit.done], plans)


def test_as_planned_proposes_nothing(tmp_path: Path) -> None:
    times = driven(tmp_path, weeks=30, noise=90)
    assert times is not None
    assert times.legs == 30 * 4
    assert (times.visits, times.of, times.with_plan) == (150, 150, 150)
    proposals = (*times.cars, times.buffer, *times.kinds, *times.stops)
    assert [p.proposed for p in proposals if p is not None] == [None] * 8


@pytest.mark.parametrize(("slower", "factor"), [(1.25, 0.8), (2.0, 0.5), (0.8, 1.25)])
def test_the_speed_of_a_car_comes_out(tmp_path: Path, slower: float, factor: float) -> None:
    times = driven(tmp_path, weeks=40, slower=slower, noise=60)
    assert times is not None
    (car,) = times.cars
    assert (car.of, car.now, car.proposed) == ("C1", 1.0, factor)
    assert car.seen.low <= car.seen.median <= car.seen.high
    assert times.buffer is not None
    assert times.buffer.proposed is None  # what is slow is the driving


def test_the_factor_is_told_from_the_one_the_plans_were_made_with(tmp_path: Path) -> None:
    times = driven(tmp_path, weeks=20, slower=1.25, noise=60, factor=0.8)
    assert times is not None
    assert times.cars[0].proposed == 0.65


def test_the_buffer_comes_out_and_is_not_taken_for_slow_driving(tmp_path: Path) -> None:
    times = driven(tmp_path, weeks=20, buffer=BUFFER + 360, noise=60)
    assert times is not None
    assert times.buffer is not None
    assert times.buffer.proposed == BUFFER + 360
    assert times.cars[0].proposed is None


def test_the_minutes_of_a_kind_come_out_once_and_not_for_each_of_its_stops(tmp_path: Path) -> None:
    times = driven(tmp_path, weeks=20, service=1_790, noise=60)
    assert times is not None
    (kind,) = times.kinds
    assert (kind.of, kind.now, kind.planned, kind.proposed) == ("village", 1_200, 1_200, 1_800)
    assert [stop.proposed for stop in times.stops] == [None] * 5


def test_a_stop_that_differs_from_its_kind_has_its_own_minutes(tmp_path: Path) -> None:
    rows = [
        PastVisit(
            date=MONDAY + dt.timedelta(weeks=k),
            stop=f"S{i}",
            vehicle="C1",
            arrive=START,
            leave=START + (2_700 if i == 4 else SERVICE) + k % 3,
        )
        for k in range(FEWEST_AT_STOP)
        for i in range(5)
    ]
    times = told(None, county(rows), 10)
    assert times is not None
    assert times.with_plan == times.legs == 0
    assert {s.of: s.proposed for s in times.stops if s.proposed} == {"S4": 2_700}
    fewer = told(None, county(rows[:-5]), 10)
    assert fewer is not None
    assert not any(stop.proposed for stop in fewer.stops)


def test_too_few_legs_propose_nothing(tmp_path: Path) -> None:
    times = driven(tmp_path, weeks=FEWEST_LEGS // 4 - 1, slower=2.0, buffer=900)
    assert times is not None
    assert times.legs < FEWEST_LEGS
    assert times.cars[0].proposed is None
    assert times.buffer is not None
    assert times.buffer.proposed is None


def test_another_order_and_calls_between_are_no_legs(tmp_path: Path) -> None:
    calls = [call(f"S{i}", START + 2_000 * i, START + 2_000 * i + 900) for i in range(5)]
    calls[2]["arrive"] -= 60  # waits for the opening
    calls.insert(4, {"kind": "break", "begin": START + 7_000, "end": START + 7_900})
    write_plan(tmp_path, week_name(MONDAY), [route(MONDAY, "C1", *calls)])
    rows = [
        PastVisit(
            date=MONDAY,
            stop=f"S{i}",
            vehicle="C1",
            arrive=START + 2_000 * i,
            leave=START + 2_000 * i + 900,
        )
        for i in range(5)
    ]
    times = told(tmp_path, county(rows), 1)
    assert times is not None
    assert times.legs == 2  # to S1 and S3; the others waited, or took the break
    swapped = [rows[1], rows[0], *rows[2:]]
    swapped = [
        PastVisit(
            date=MONDAY,
            stop=r.stop,
            vehicle="C1",
            arrive=START + 2_000 * i,
            leave=START + 2_000 * i + 900,
        )
        for i, r in enumerate(swapped)
    ]
    other = told(tmp_path, county(swapped), 1)
    assert other is not None
    assert other.legs == 1


def test_without_times_nothing_is_told() -> None:
    assert told(None, county([PastVisit(date=MONDAY, stop="S1", arrive=START)]), 1) is None


@pytest.mark.parametrize("count", [1, 2, 3, 10, 101])
def test_the_five_numbers_are_those_of_numpy(count: int) -> None:
    values = [float(v) for v in np.random.default_rng(count).normal(100, 20, count)]
    seen = spread(values)
    assert seen is not None
    assert seen.count == count
    quartiles = [seen.low, seen.median, seen.high]
    assert quartiles == pytest.approx(np.quantile(values, [0.25, 0.5, 0.75]).tolist())
    assert seen.surely_low <= seen.median <= seen.surely_high
    assert spread([]) is None


def test_the_true_median_is_nearly_always_where_it_surely_is() -> None:
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(400):
        seen = spread(rng.exponential(1.0, 30).tolist())
        assert seen is not None
        hits += not seen.excludes(float(np.log(2)))
    assert hits >= 0.94 * 400


@pytest.mark.parametrize(
    ("made_from", "older"),
    [
        ({"district.toml": "1", "vehicles.csv": "1", "visits.csv": "old"}, 0),
        ({"district.toml": "1", "vehicles.csv": "0", "visits.csv": "new"}, 80),
        ({"district.toml": "0", "vehicles.csv": "1"}, 80),
        ({}, 80),
    ],
)
def test_legs_of_other_settings_say_nothing_of_those_of_today(
    tmp_path: Path, made_from: dict[str, str], older: int
) -> None:
    """A proposal that was followed is not made again from the weeks before it."""
    rows = lived(tmp_path, weeks=20, slower=1.25, inputs=made_from)
    now = {"district.toml": "1", "vehicles.csv": "1", "visits.csv": "new", "stops.csv": "1"}
    changed = msgspec.structs.replace(
        county(rows), inputs=now, origins={"vehicles": {"C1": Where("vehicles.csv", 2)}}
    )
    times = told(tmp_path, changed, 20)
    assert times is not None
    assert (times.legs, times.older) == (80 - older, older)
    assert [car.proposed for car in times.cars] == ([] if older else [0.8])
    assert (times.buffer is None) == bool(older)
    assert times.with_plan == times.visits


def test_a_workbook_is_one_file(tmp_path: Path) -> None:
    rows = lived(tmp_path, weeks=20, slower=1.25, inputs={"book.xlsx": "0"})
    origins = {"vehicles": {"C1": Where("book.xlsx: vehicles", 2)}}
    changed = msgspec.structs.replace(county(rows), inputs={"book.xlsx": "1"}, origins=origins)
    times = told(tmp_path, changed, 20)
    assert times is not None
    assert (times.legs, times.older) == (0, 80)
