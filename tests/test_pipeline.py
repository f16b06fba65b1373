"""The whole way on small districts: any plan is clean and reads back the same."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from builders import MONDAY, H, batch, depot, district, holiday, past_visit, stop, vehicle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bookcar as bc
from bookcar.audit import audit
from bookcar.calendars.days import Calendar
from bookcar.errors import InfeasibleError, UsageError
from bookcar.model import (
    Batch,
    District,
    Settings,
    Stop,
    TimetableEntry,
    Vehicle,
    Weights,
    Where,
)
from bookcar.plan import Plan
from bookcar.recurrence import EveryWeeks, IsoWeeks, MonthWeekdays
from bookcar.roads.sources import travel_for
from bookcar.weeks import week_dates

WINDOWS = st.sampled_from(
    [((0, 86_400),), ((9 * H, 12 * H),), ((8 * H, 11 * H), (14 * H, 16 * H)), ((15 * H, 16 * H),)]
)


SATURDAY = MONDAY + dt.timedelta(days=5)
RULES = st.sampled_from(
    [
        *[None] * 6,
        EveryWeeks(weeks=2, first=MONDAY - dt.timedelta(weeks=6)),
        EveryWeeks(weeks=1, first=MONDAY - dt.timedelta(weeks=3), weekdays=(0, 2)),
        IsoWeeks(odd=True),
        IsoWeeks(odd=False),
        MonthWeekdays(nth=((1, 1), (5, 0))),
        MonthWeekdays(nth=((2, 1),)),
    ]
)
CALENDARS = st.sampled_from(
    [
        (),
        (holiday(MONDAY),),
        (holiday(MONDAY, does="move", to=SATURDAY),),
        (holiday(MONDAY, does="move", to=MONDAY + dt.timedelta(days=1), vehicles=("V",)),),
        (holiday(MONDAY - dt.timedelta(days=7), MONDAY + dt.timedelta(days=1), does="halt"),),
        (holiday(MONDAY, SATURDAY, what="school holiday", does="halt", kinds=("school",)),),
        (holiday(MONDAY, what="car off", vehicles=("V",)), holiday(MONDAY, stops=("S1",))),
    ]
)


@st.composite
def stops(draw: st.DrawFn) -> tuple[Stop, ...]:
    return tuple(
        stop(
            f"S{i}",
            lon=106.65 + draw(st.integers(-40, 40)) / 100,
            lat=29.02 + draw(st.integers(-20, 20)) / 100,
            kind=draw(st.sampled_from(["village", "school", "bookhouse"])),
            books=draw(st.sampled_from([0, 30, 50, 120])),
            windows=draw(WINDOWS),
            weekdays=draw(st.sampled_from([(), (0,), (1, 3), (6,)])),
            recurs=draw(RULES),
            school_days=draw(st.sampled_from([False, False, True])),
            priority=draw(st.integers(0, 9)),
            required=draw(st.booleans()),
            access=draw(st.sampled_from(["road", "road", "road", "foot"])),
            vehicles=draw(st.sampled_from([(), (), ("V",), ("W",)])),
            visits_a_week=draw(st.sampled_from([1, 1, 2])),
            days_between=draw(st.sampled_from([1, 2, 3])),
        )
        for i in range(draw(st.integers(0, 6)))
    )


@st.composite
def vehicles(draw: st.DrawFn) -> tuple[Vehicle, ...]:
    return tuple(
        vehicle(
            name,
            depot=draw(st.sampled_from(["D", "E"])),
            driver=draw(st.sampled_from(["", "Wu"])),
            fixed_cost=draw(st.sampled_from([0.0, 7.5])),
            cost_hour=draw(st.sampled_from([0.0, 2.0])),
            books=draw(st.sampled_from([100, 300])),
            kg=draw(st.sampled_from([None, 60])),
            max_metres=draw(st.sampled_from([60_000, 200_000])),
            max_seconds=draw(st.sampled_from([3 * H, 8 * H])),
            weekdays=draw(st.sampled_from([(0,), (0, 1, 2), (4,)])),
            break_s=draw(st.sampled_from([0, 1_800])),
            break_after_s=draw(st.sampled_from([H, 4 * H])),
            speed_factor=draw(st.sampled_from([1.0, 0.8])),
            max_stops=draw(st.sampled_from([None, 2])),
            max_driving_s=draw(st.sampled_from([None, 3_600])),
        )
        for name in ("V", "W")
    )


@st.composite
def batches(draw: st.DrawFn, places: list[str]) -> tuple[Batch, ...]:
    return tuple(
        batch(
            f"B{i}",
            at=draw(st.sampled_from(["D", "D", "E", *places])),
            books=draw(st.sampled_from([30, 50, 90])),
            kg=draw(st.integers(5, 40)),
        )
        for i in range(draw(st.integers(0, 8)))
    )


@st.composite
def timetables(draw: st.DrawFn, places: tuple[Stop, ...]) -> tuple[TimetableEntry, ...]:
    """Return promises of some stops, for this week and others, as many a week as their visits."""
    entries = []
    for place in places:
        for week in draw(st.sets(st.sampled_from([-4, -1, 0, 2]))):
            days = st.sets(st.integers(0, 6), min_size=1, max_size=place.visits_a_week)
            entries += [
                TimetableEntry(
                    stop=place.id,
                    date=MONDAY + dt.timedelta(weeks=week, days=day),
                    vehicle=draw(st.sampled_from(["", "V", "W", "gone"])),
                    arrive=draw(st.sampled_from([None, 9 * H, 12 * H, 15 * H])),
                    status=draw(st.sampled_from(["promised", "promised", "cancelled"])),
                )
                for day in sorted(draw(days))
            ]
    return tuple(entries)


@st.composite
def districts(draw: st.DrawFn) -> District:
    places = draw(stops())
    ids = [place.id for place in places]
    shelf = draw(batches(ids))
    visits = tuple(
        past_visit(
            draw(st.sampled_from(ids)),
            MONDAY - dt.timedelta(days=draw(st.integers(-14, 120))),
            batch=draw(st.sampled_from(["", *(b.id for b in shelf)])),
            action=draw(st.sampled_from(["dropped", "collected", ""])),
            status=draw(st.sampled_from(["done", "missed"])),
            vehicle=draw(st.sampled_from(["", "V", "W", "gone"])),
        )
        for _ in range(draw(st.integers(0, 5)) if ids else 0)
    )
    return district(
        *places,
        listed=draw(st.sampled_from([(), shelf])),
        depots=(depot("D"), depot("E", lon=106.9)),
        vehicles=draw(vehicles()),
        batches=shelf,
        visits=visits,
        calendar=draw(CALENDARS),
        timetable=draw(st.one_of(st.just(()), timetables(places))),
        settings=Settings(
            weights=draw(st.sampled_from([Weights(), Weights(balance_hour=9.0, car_day=12.5)])),
            fewest_car_days=draw(st.sampled_from([False, False, True])),
        ),
    )


@settings(max_examples=60, suppress_health_check=list(HealthCheck), derandomize=True)
@given(tables=districts())
def test_the_plan_of_any_district_is_clean_and_reads_back_the_same(tables: District) -> None:
    try:
        plan = bc.plan_week(tables, "2026-W49", effort="quick")
    except InfeasibleError:
        calendar, week = Calendar(tables), week_dates(MONDAY)
        assert not any(calendar.works(car, day) for car in tables.vehicles for day in week)
        return
    assert audit(plan, tables, travel_for(tables)) == []
    assert msgspec.json.decode(plan.to_json(), type=Plan) == plan
    assert plan.totals.served + plan.totals.unserved == plan.totals.due


def test_a_past_row_that_moved_no_batch_keeps_none_from_its_stop() -> None:
    """A row with a batch and no action is a warning of the tables, and moves nothing."""
    seen = past_visit("S1", MONDAY - dt.timedelta(weeks=5), batch="B001", action="")
    plan = bc.plan_week(district(stop("S1"), visits=(seen,)), "2026-W49", effort="quick")
    assert plan.routes[0].visits[0].drops == ("B001",)


def _begun(**fields: object) -> District:
    """Return two stops, of which S1 got its batch on the Monday of the week to be planned."""
    shelf = (batch("B001"), batch("B002"), batch("OLD", at="S1"))
    moved = (("B001", "dropped", "S1"), ("OLD", "collected", "D"))
    places = {name: at for name, _, at in moved}
    now = (
        msgspec.structs.replace(b, at=places[b.id], since=MONDAY) if b.id in places else b
        for b in shelf
    )
    done = (
        past_visit("S1", MONDAY, vehicle="V", batch=name, action=action)
        for name, action, _ in moved
    )
    defaults = {"batches": tuple(now), "listed": shelf, "visits": tuple(done)}
    return district(stop("S1"), stop("S2"), **defaults | fields)


def test_a_week_that_has_begun_is_planned_as_it_stood_before() -> None:
    """Monday's visit is recorded by Wednesday: its stop and its batches are as they were."""
    begun = _begun()
    before = msgspec.structs.replace(begun, batches=begun.listed, listed=(), visits=())
    plan = bc.plan_week(begun, "2026-W49", effort="quick")
    assert plan.routes == bc.plan_week(before, "2026-W49", effort="quick").routes
    monday = {v.stop: v for r in plan.routes for v in r.visits if r.date == MONDAY}
    assert monday["S1"].collects == ("OLD",)
    assert plan.warnings == ()
    assert audit(plan, begun, travel_for(begun)) == []


def test_rows_brought_up_to_date_leave_the_week_as_it_was() -> None:
    """Monday's two batches have their new places in the table; only one had been moved before."""
    begun = _begun()
    shelf = (*begun.batches, batch("B003"))
    brought = past_visit("S1", MONDAY - dt.timedelta(weeks=9), batch="OLD", action="dropped")
    rows = {"batches": {"B001": Where("batches.csv", 2), "OLD": Where("batches.csv", 4)}}
    updated = msgspec.structs.replace(
        begun, batches=shelf, listed=shelf, visits=(brought, *begun.visits), origins=rows
    )
    plan = bc.plan_week(updated, "2026-W49", effort="quick")
    monday = {v.stop: v for r in plan.routes for v in r.visits if r.date == MONDAY}
    assert "OLD" in monday["S1"].collects
    assert [(w.rule, w.row, w.column, w.value) for w in plan.warnings] == [
        ("batch-place-unknown", 2, "since", "2026-11-30")
    ]
    assert "1 batch (B001)" in plan.warnings[0].problem
    assert "leave since empty" in plan.warnings[0].fix
    assert audit(plan, updated, travel_for(updated)) == []


def test_a_visit_already_done_that_the_plan_does_not_have_is_told() -> None:
    plan = bc.plan_week(_begun(vehicles=(vehicle("V", weekdays=(3,)),)), "2026-W49", effort="quick")
    (warning,) = plan.warnings
    assert warning.rule == "done-otherwise"
    assert "S1 on Mon 30 Nov" in warning.problem
    assert "--apply" in warning.fix


def test_the_same_call_gives_the_same_bytes() -> None:
    tables = district(*(stop(f"S{i}") for i in range(1, 9)))
    first = bc.plan_week(tables, "2026-W49", effort="quick", seed=3)
    assert bc.plan_week(tables, "2026-W49", effort="quick", seed=3).to_json() == first.to_json()


def test_no_stops_and_nothing_due_give_an_empty_plan() -> None:
    assert bc.plan_week(district(), "2026-W49", effort="quick").totals.due == 0
    seen = past_visit("S1", MONDAY - dt.timedelta(days=7))
    plan = bc.plan_week(district(stop("S1"), visits=(seen,)), "2026-W49", effort="quick")
    assert (plan.totals.due, plan.routes, plan.unserved) == (0, (), ())


def test_a_week_without_any_car_is_infeasible() -> None:
    with pytest.raises(InfeasibleError, match="No vehicle works"):
        bc.plan_week(district(stop("S1"), vehicles=()), "2026-W49")


def test_a_week_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="ISO week"):
        bc.plan_week(district(stop("S1")), "2026-W60")


def test_every_stop_unserved_is_a_plan_with_every_reason() -> None:
    plan = bc.plan_week(district(stop("S1"), stop("S2"), batches=()), "2026-W49", effort="quick")
    assert [u.reason for u in plan.unserved] == ["no-batch", "no-batch"]


def test_required_stops_come_first() -> None:
    """One car-day with room for one stop: the required one, though the other is worth more."""
    cars = (vehicle("V", weekdays=(0,), max_stops=1),)
    tables = district(stop("S1", priority=9), stop("S9", required=True), vehicles=cars)
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    assert [v.stop for r in plan.routes for v in r.visits] == ["S9"]


def test_the_more_overdue_stop_is_served_when_only_one_fits() -> None:
    cars = (vehicle("V", weekdays=(0,), max_stops=1),)
    seen = (
        past_visit("S1", MONDAY - dt.timedelta(weeks=5)),
        past_visit("S2", MONDAY - dt.timedelta(weeks=12)),
    )
    tables = district(stop("S1"), stop("S2"), vehicles=cars, visits=seen)
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    assert [v.stop for r in plan.routes for v in r.visits] == ["S2"]
    assert [(u.stop, u.reason) for u in plan.unserved] == [("S1", "full")]


def test_two_visits_a_week_come_days_apart_with_two_batches() -> None:
    tables = district(
        stop("S1", visits_a_week=2, days_between=3, required=True),
        stop("S2"),
        batches=tuple(batch(f"B{i}") for i in range(3)),
    )
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    visits = [(r.date, v.drops) for r in plan.routes for v in r.visits if v.stop == "S1"]
    (first, brought), (second, more) = visits
    assert (second - first).days >= 3
    assert brought != more
    assert (plan.totals.served, plan.totals.visits, plan.totals.due) == (2, 3, 2)


def test_the_weekday_and_driver_of_last_time_are_kept_where_nothing_speaks_against() -> None:
    cars = (vehicle("V", driver="Wu"), vehicle("W", driver="Zhou"))
    seen = past_visit("S1", MONDAY - dt.timedelta(weeks=5, days=-2), vehicle="W")
    tables = district(stop("S1"), vehicles=cars, visits=(seen,))
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    assert [(r.vehicle, r.date.weekday()) for r in plan.routes] == [("W", 2)]
    assert plan.objective is not None
    assert plan.objective.terms["changes"] == 0.0


def test_hours_are_shared_between_drivers_if_that_is_worth_it() -> None:
    """Two stops in a line fit one route; with a weight on balance each driver gets one."""
    cars = tuple(vehicle(v, driver=v, weekdays=(0,)) for v in ("V", "W"))
    for weight, routes in ((0.0, 1), (100.0, 2)):
        tables = district(
            stop("S9"),
            stop("S10"),
            vehicles=cars,
            settings=Settings(weights=Weights(balance_hour=weight)),
        )
        assert bc.plan_week(tables, "2026-W49", effort="quick").totals.routes == routes


@pytest.mark.parametrize("cars", [("V",), ("V", "W")])
def test_days_and_cars_are_level_if_that_is_worth_it(cars: tuple[str, ...]) -> None:
    """Four stops in a line fit one route; with a weight two days share them, and two cars."""
    for weight, routes in ((0.0, 1), (100.0, 2)):
        tables = district(
            *(stop(f"S{n}") for n in (9, 10, 11, 12)),
            vehicles=tuple(vehicle(name, driver=name, weekdays=(0, 1)) for name in cars),
            settings=Settings(weights=Weights(level_days=weight)),
        )
        plan = bc.plan_week(tables, "2026-W49", effort="quick")
        assert plan.objective is not None
        assert (plan.totals.served, plan.totals.routes) == (4, routes)
        assert len({route.date for route in plan.routes}) == routes
        assert len({route.vehicle for route in plan.routes}) == min(routes, len(cars))
        assert ("uneven" in plan.objective.terms) == (weight > 0)


def test_a_level_week_is_never_worse_than_one_that_was_not_searched_for_it() -> None:
    """As many stops served, and no more paid in all; and the fewest car-days stay the fewest."""
    stops = tuple(stop(f"S{n}", priority=n % 3) for n in range(8, 30))
    cars = (vehicle("V"), vehicle("W", driver="Wu"))
    plain, level = (
        district(*stops, vehicles=cars, settings=Settings(weights=Weights(level_days=weight)))
        for weight in (0.0, 15.0)
    )
    first, then = (bc.plan_week(tables, "2026-W49", effort="quick") for tables in (plain, level))
    assert then.totals.served >= first.totals.served
    hours = {}
    for name, plan in (("first", first), ("then", then)):
        days: dict[int, float] = dict.fromkeys(range(5), 0.0)
        for route in plan.routes:
            days[route.date.weekday()] += (route.back - route.depart) / 3600
        hours[name] = max(days.values()) - min(days.values())
    assert hours["then"] < hours["first"]
    fewest = bc.plan_week(level.saving_car_days(), "2026-W49", effort="quick")
    assert fewest.totals.routes <= min(first.totals.routes, then.totals.routes)


def test_a_dear_car_day_joins_two_routes() -> None:
    """A stop beside each of two depots, as if the second car did not come for free."""
    for weight, routes in ((0.0, 2), (1_000.0, 1)):
        tables = district(
            stop("S1", books=0, required=True),
            stop("S30", books=0, required=True),
            depots=(depot("D"), depot("E", lon=106.96)),
            vehicles=(vehicle("V", weekdays=(0,)), vehicle("W", depot="E", weekdays=(0,))),
            settings=Settings(weights=Weights(car_day=weight)),
        )
        assert bc.plan_week(tables, "2026-W49", effort="quick").totals.routes == routes
