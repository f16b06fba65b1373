"""A week drives its promises: the day, the car and nearly the time; else it says why."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Any

import pytest
from builders import MONDAY, H, batch, district, holiday, past_visit, stop, vehicle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bookcar as bc
from bookcar.advice.wording import why_not_kept
from bookcar.audit import audit
from bookcar.model import District, Settings, TimetableEntry, Weights
from bookcar.phrases import LANGUAGES, Phrases
from bookcar.plan import Plan, PlanPromise
from bookcar.roads.sources import travel_for

DAY = dt.timedelta(days=1)


def promise(stop: str, day: int, **fields: Any) -> TimetableEntry:
    return TimetableEntry(stop=stop, date=MONDAY + day * DAY, **fields)


def planned(tables: District, **how: Any) -> Plan:
    plan = bc.plan_week(tables, "2026-W49", effort="quick", **how)
    assert audit(plan, tables, travel_for(tables)) == []
    return plan


def became(plan: Plan) -> dict[str, str]:
    return {promise.stop: promise.becomes for promise in plan.promises}


def at(plan: Plan) -> dict[str, tuple[int, str, int]]:
    """Return the day, the car and the time of each stop that is visited."""
    return {
        visit.stop: ((route.date - MONDAY).days, route.vehicle, visit.begin)
        for route in plan.routes
        for visit in route.visits
    }


def only(plan: Plan) -> PlanPromise:
    (promise,) = plan.promises
    return promise


def test_promises_are_driven_though_other_days_would_save_kilometres() -> None:
    """Neighbours are promised on five days, each by a car and at a time of its own."""
    times = (9 * H, 11 * H, 13 * H, 15 * H, 10 * H)
    entries = [
        promise(f"S{k}", k - 1, vehicle="VW"[k % 2], arrive=time)
        for k, time in enumerate(times, start=1)
    ]
    tables = district(
        *(stop(f"S{k}") for k in range(1, 6)),
        vehicles=(vehicle("V"), vehicle("W")),
        timetable=tuple(entries),
    )
    plan = planned(tables)
    assert set(became(plan).values()) == {"same"}
    for entry in entries:
        day, car, begin = at(plan)[entry.stop]
        assert (day, car) == ((entry.date - MONDAY).days, entry.vehicle)
        assert entry.arrive is not None
        assert entry.arrive - 300 <= begin <= entry.arrive + 900


def test_new_stops_fill_the_room_that_is_left_and_push_nobody_out() -> None:
    cars = (vehicle("V", max_stops=2, weekdays=(0,)),)
    tables = district(
        *(stop(f"S{k}") for k in range(1, 5)),
        vehicles=cars,
        timetable=(promise("S4", 0, arrive=10 * H), *[]),
    )
    plan = planned(tables)
    assert became(plan) == {"S4": "same"}
    assert len(at(plan)) == 2
    assert {row.reason for row in plan.unserved} == {"full"}


def test_a_closed_day_moves_the_visit_in_its_week_and_names_the_day() -> None:
    tables = district(stop("S1"), timetable=(promise("S1", 1),), calendar=(holiday(MONDAY + DAY),))
    moved = only(planned(tables))
    assert (moved.becomes, moved.why.reason) == ("day", "day-closed")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("cars", "becomes", "reason"),
    [
        ((vehicle("V", weekdays=(0,)), vehicle("W")), "car", "no-vehicle"),
        ((vehicle("V", weekdays=(0,)),), "day", "no-vehicle"),
        ((vehicle("V", books=40), vehicle("W")), "car", "too-many-books"),
        ((vehicle("V", max_stops=1), vehicle("W", weekdays=(2,))), "day", "full"),
    ],
)
def test_a_promise_that_its_car_or_day_cannot_keep_says_truly_why(
    cars: tuple[Any, ...], becomes: str, reason: str
) -> None:
    required = stop("S2", required=True, weekdays=(1,))
    tables = district(
        stop("S1"),
        required,
        vehicles=cars,
        batches=(batch("B1", books=50), batch("B2", books=50)),
        timetable=(promise("S1", 1, vehicle="V"), promise("S2", 1)),
    )
    plan = planned(tables)
    moved = next(one for one in plan.promises if one.stop == "S1")
    assert moved.becomes == becomes
    assert moved.why.reason == reason  # type: ignore[union-attr]
    for language in LANGUAGES:
        assert why_not_kept(plan, moved.why, Phrases(language))  # type: ignore[arg-type]


def test_a_stop_that_nobody_can_reach_any_more_is_said_to_be_left() -> None:
    tables = district(
        stop("S1"), stop("S2"), vehicles=(vehicle("V", max_stops=1, weekdays=(0,)),),
        timetable=(promise("S1", 0), promise("S2", 0)),
    )  # fmt: skip
    plan = planned(tables)
    assert sorted(became(plan).values()) == ["gone", "same"]
    (left,) = [one for one in plan.promises if one.becomes == "gone"]
    assert left.why.reason == "full"  # type: ignore[union-attr]
    told = [w for w in plan.warnings if w.rule == "promises-kept"]
    assert [(w.variant, w.figures.get("reason")) for w in told] == [("", None), ("gone", "full")]


def test_times_that_exclude_each_other_are_let_go_and_the_days_kept() -> None:
    """Two stops 40 km apart are promised for the same minute, with one car."""
    tables = district(
        stop("S1", lat=29.2),
        stop("S2", lat=28.8),
        timetable=(promise("S1", 2, arrive=10 * H), promise("S2", 2, arrive=10 * H)),
    )
    plan = planned(tables)
    assert set(became(plan).values()) <= {"same", "time"}
    assert "time" in became(plan).values()
    assert {day for day, _, _ in at(plan).values()} == {2}


def test_without_weight_promises_are_due_and_no_more() -> None:
    weights = Weights(promise=0.0)
    tables = district(
        stop("S1"), stop("S2"), timetable=(promise("S1", 0), promise("S2", 4)),
        settings=Settings(weights=weights),
    )  # fmt: skip
    plan = planned(tables)
    assert len(plan.routes) == 1


@settings(max_examples=25, suppress_health_check=list(HealthCheck), derandomize=True, deadline=None)
@given(
    days=st.lists(st.sampled_from([0, 1, 2]), min_size=3, max_size=3),
    most=st.sampled_from([1, 2, 3]),
    off=st.sampled_from([(), (0,), (1, 2)]),
)
def test_as_many_promises_are_kept_as_brute_force_keeps(
    days: list[int], most: int, off: tuple[int, ...]
) -> None:
    """One car of so many stops a day, some days off: of all assignments the best is found."""
    works = tuple(day for day in (0, 1, 2) if day not in off)
    names = ("S1", "S2", "S3")
    tables = district(
        *(stop(name) for name in names),
        vehicles=(vehicle("V", max_stops=most, weekdays=works),),
        timetable=tuple(promise(name, day) for name, day in zip(names, days, strict=True)),
    )
    kinds = list(became(planned(tables)).values())
    served, kept = len(kinds) - kinds.count("gone"), kinds.count("same")
    assert (served, kept) == _best(days, works, most)


def _best(days: list[int], works: tuple[int, ...], most: int) -> tuple[int, int]:
    """Return the most stops that can be served, and then the most of them on their days."""
    every = product((None, *works), repeat=len(days))
    able = [one for one in every if all(one.count(day) <= most for day in works)]
    return max(
        (
            sum(day is not None for day in one),
            sum(day == wanted for day, wanted in zip(one, days, strict=True)),
        )
        for one in able
    )


@pytest.mark.parametrize("weeks", [8, 60])
def test_however_long_others_have_waited_a_promise_comes_first(weeks: int) -> None:
    """Two places and two promises: the stop that waits a year gets neither day nor car of one."""
    long_ago = past_visit("S3", MONDAY - weeks * 7 * DAY)
    tables = district(
        stop("S1"),
        stop("S2"),
        stop("S3", priority=3),
        vehicles=(
            vehicle("V", max_stops=1, weekdays=(1,)),
            vehicle("W", max_stops=2, weekdays=(1,), books=50),
        ),
        batches=tuple(batch(f"B{n}") for n in range(4)),
        visits=(long_ago,),
        timetable=(promise("S1", 1, vehicle="V"), promise("S2", 1, vehicle="W")),
    )
    plan = planned(tables)
    assert became(plan) == {"S1": "same", "S2": "same"}
    assert "S3" not in at(plan)


def test_another_car_is_still_nearer_to_a_promise_than_another_day() -> None:
    tables = district(
        stop("S1"),
        vehicles=(vehicle("V", weekdays=(0,)), vehicle("W", weekdays=(1,), cost_km=20.0)),
        batches=(batch("B1"),),
        timetable=(promise("S1", 1, vehicle="V"),),
    )
    assert became(planned(tables)) == {"S1": "car"}
