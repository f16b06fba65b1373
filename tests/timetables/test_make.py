"""A timetable from end to end: audited, the same bytes, level, and held against brute force."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise, product

import pytest
from builders import district, holiday, stop, vehicle
from timetables.small import FIRST, county, made, travel_of

from bookcar.audit.timetable import audit_timetable
from bookcar.errors import InfeasibleError
from bookcar.model import Settings, Weights
from bookcar.timetable_changes import told_by
from bookcar.timetables.make import make_timetable
from bookcar.timetables.times import Times


def test_every_stop_has_its_dates_and_nothing_breaks_a_rule() -> None:
    given = county()
    table = made(given)
    assert audit_timetable(table, given, travel_of(given, table)) == []
    visits = Counter(v.stop for r in table.routes for v in r.visits)
    assert visits == {f"S{n}": 2 for n in range(1, 13)} | {f"R{n}": 1 for n in range(1, 5)}


def test_the_same_input_and_seed_give_the_same_bytes() -> None:
    assert made(county()).to_json() == made(county()).to_json()


def test_work_is_level_where_that_can_be() -> None:
    given = county(settings=Settings(weights=Weights(level=100.0)))
    hours = [week.seconds for week in made(given).weeks]
    mean = sum(hours) / len(hours)
    assert max(abs(own - mean) for own in hours) <= 0.25 * mean


def test_a_stop_that_a_settled_day_has_no_times_without_stays_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Times] = []
    monkeypatch.setattr("bookcar.timetables.make.level_weeks", lambda t, **_: seen.append(t))
    made(county())
    (times,) = seen
    shared = next(day for day in times.days.values() if len(day.order) > 1)
    stop_off, before = shared.order[0], dict(times.days)
    monkeypatch.setattr(Times, "day", lambda *_, **__: None)
    assert not times.take_off(stop_off)
    assert times.days == before
    assert stop_off in times.draft.chosen
    off = times._with_its_days_off(stop_off)
    assert set(off) >= set(shared.order)
    assert not set(off) & ({s for day in times.days.values() for s in day.order})
    assert not set(off) & times.draft.chosen.keys()


def test_a_holiday_is_told_and_no_car_goes_out() -> None:
    shut = FIRST + dt.timedelta(days=7)
    given = county(calendar=(holiday(shut),))
    table = made(given)
    assert shut not in {route.date for route in table.routes}
    assert audit_timetable(table, given, travel_of(given, table)) == []


def test_a_stop_gets_no_date_only_for_a_true_reason() -> None:
    given = county(
        stops=(
            stop("S1", every_weeks=2),
            stop("S2", access="foot"),
            stop("S900", every_weeks=2),
            stop("S3", books=5_000),
            stop("S4", weekdays=(6,)),
            stop("S5", vehicles=("V9",)),
        )
    )
    keys = {one.stop: one.reason.key for one in made(given).left}
    assert keys == {
        "S2": "timetable.left-foot-only",
        "S900": "timetable.left-alone-distance",
        "S3": "timetable.left-alone-books",
        "S4": "timetable.left-no-day",
        "S5": "timetable.left-others-reach",
    }


def test_who_has_no_room_beside_the_others_is_told_so() -> None:
    stops = [stop(f"S{n}", every_weeks=1, weekdays=(0,), required=n != 3) for n in range(1, 4)]
    given = district(*stops, vehicles=(vehicle(max_stops=2),), batches=())
    (left,) = made(given).left
    assert left.stop == "S3"
    assert left.reason.key == "timetable.left-full"
    assert left.reason.figures == {"patterns": 1, "room": 0, "dates": 4}


def test_no_vehicle_at_all_is_refused() -> None:
    with pytest.raises(InfeasibleError):
        made(district(stop("S1"), vehicles=(vehicle(weekdays=(6,)),)))


def test_the_days_that_people_know_are_kept() -> None:
    given = county()
    table = made(given)
    later = table.last + dt.timedelta(days=1)
    then = make_timetable(
        given,
        later,
        later + dt.timedelta(days=27),
        effort="quick",
        seed=5,
        told=told_by(table),
        keep_days=1.0,
    )
    assert then.before is not None
    assert {c.kind for c in then.before.changes} <= {"same", "car", "time"}
    for told, now in zip(table.stops, then.stops, strict=True):
        assert told.weekdays == now.weekdays


def test_a_small_cycle_costs_what_brute_force_finds() -> None:
    """Three stops of every second week, one car on two days a week: all 4 ** 3 choices driven."""
    weights = Weights(level=0.0, overdue_week=0.0)
    stops = [
        stop("S10", every_weeks=2),
        stop("S12", every_weeks=2),
        stop("S11", lat=29.1, every_weeks=2),
    ]
    car = vehicle(weekdays=(0, 1), max_stops=2)
    given = district(*stops, vehicles=(car,), settings=Settings(weights=weights), batches=())
    table = made(given)
    travel = travel_of(given, table)
    metres, rows = travel.tables["car"].metres, travel.rows

    def driven(names: tuple[str, ...]) -> int:
        way = ["D", *names, "D"]
        return sum(int(metres[rows[a], rows[b]]) for a, b in pairwise(way))

    best = min(
        sum(
            min(driven(names), driven(names[::-1]))
            for day in range(4)
            for names in [tuple(s.id for s, own in zip(stops, choice, strict=True) if own == day)]
            if names
        )
        for choice in product(range(4), repeat=3)
        if max(Counter(choice).values()) <= 2
    )
    assert table.metres == 2 * best
