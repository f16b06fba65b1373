"""Each rule of the audit, broken alone in a plan that is otherwise clean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest
from audit.clean import LEG, Audited, clean, copy_of, listed, to_find
from builders import MONDAY, H, batch, holiday, past_visit
from calls import changed

from bookcar.audit import GROUND, LOADS, RULES, audit, carriers, require_clean
from bookcar.due import due_stops
from bookcar.errors import AuditError
from bookcar.model import Area, Pool, Settings, TimetableEntry, Title, Weights
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Break, Leg, PlanBatch, PlanPool, Unserved
from bookcar.recurrence import EveryWeeks, MonthWeekdays, Rule
from bookcar.roads.travel import UNREACHABLE, Footway, Meeting, Table

Case = Callable[[Audited], Audited]


def _unserved_twice(case: Audited) -> Audited:
    return case.with_plan(unserved=(), totals=_totals(case, due=3, unserved=0))


def _totals(case: Audited, **fields: int) -> object:
    return msgspec.structs.replace(case.plan.totals, **fields)


def _objective(case: Audited, **fields: object) -> object:
    assert case.plan.objective is not None
    return msgspec.structs.replace(case.plan.objective, **fields)


def _with_terms(case: Audited, **terms: float) -> Audited:
    """Return the plan with other terms of its cost, and their sum."""
    assert case.plan.objective is not None
    changed = {**case.plan.objective.terms, **terms}
    cost = sum(changed.values())
    return case.with_plan(
        objective=_objective(case, terms=changed, cost=cost, bound=None, gap=None)
    )


def _both_on_monday(case: Audited) -> Audited:
    changed = case.with_route(1, vehicle="V", date=MONDAY)
    return changed.with_row("vehicles", "V", break_s=600, break_after_s=6_000)


def _no_road_back(case: Audited) -> Audited:
    seconds = case.travel.tables["car"].seconds.copy()
    seconds[0, 1] = UNREACHABLE
    table = Table(seconds=seconds, metres=case.travel.tables["car"].metres)
    return replace(case, travel=replace(case.travel, tables={"car": table}))


def _drawn(case: Audited) -> Audited:
    far = Leg(seconds=840, metres=10_000, line="_p~iF~ps|U_ulLnnqC")
    return case.with_visit(0, 0, leg=far)


def _repeat(case: Audited) -> Audited:
    seen = past_visit("S1", dt.date(2026, 1, 15), batch="B1", action="collected")
    return case.with_district(visits=(*case.district.visits, seen))


def _not_due(case: Audited, *, weeks: int = 1) -> Audited:
    """Return the plan with S2 visited weeks ago, which the plan knows and goes there anyway."""
    seen = past_visit("S2", MONDAY - dt.timedelta(weeks=weeks))
    told = {"weeks_since": weeks, "overdue": weeks - 4, "due": False}
    stops = (msgspec.structs.replace(s, **told) if s.id == "S2" else s for s in case.plan.stops)
    known = case.with_district(visits=(*case.district.visits, seen))
    return known.with_plan(stops=tuple(stops))


def _ruled(case: Audited, rule: Rule) -> Audited:
    """Return the plan with S1 visited by a rule, which the plan knows and goes there anyway."""
    changed = case.with_row("stops", "S1", recurs=rule)
    due = {d.stop.id: d for d in due_stops(changed.district, MONDAY)}
    stops = (
        msgspec.structs.replace(s, **{k: getattr(due[s.id], k) for k in ("overdue", "due")})
        for s in changed.plan.stops
    )
    return changed.with_plan(stops=tuple(stops))


def _shut(case: Audited, **fields: Any) -> Audited:
    return case.with_district(calendar=(holiday(MONDAY, **{"what": "shut"} | fields),))


def _left_too_early(case: Audited) -> Audited:
    return case.with_row("vehicles", "V", starts=8 * H + 60)


def _stop_listed_twice(case: Audited) -> Audited:
    twice = (*case.plan.unserved, Unserved(stop="S1", reason="no-batch"))
    return case.with_plan(unserved=twice, totals=_totals(case, due=5, unserved=2))


def _pooled(case: Audited, *, batch: str = "B1", **fields: Any) -> Audited:
    """Return the plan with a batch of a pool, by default the one that goes to S1."""
    pool = Pool(**{"id": "P", "name": "pool"} | fields)
    known = case.with_row("batches", batch, pool="P").with_district(pools=(pool,))
    return known.with_plan(pools=(PlanPool(id="P", name="pool"),))


def _moved(case: Audited, *stops: str) -> Audited:
    """Return the plan with B1 brought to these stops long ago."""
    seen = tuple(past_visit(s, dt.date(2020, 1, 1), batch="B1", action="dropped") for s in stops)
    return case.with_district(visits=(*case.district.visits, *seen))


def _turn_of_another(case: Audited) -> Audited:
    return _moved(_pooled(case, kinds=("village", "bookhouse"), order="ring"), "S1")


def _worn(case: Audited) -> Audited:
    return _moved(_pooled(case, kinds=("village",), mend_after=1), "S1")


def _driving(case: Audited) -> int:
    """Return the seconds of driving on the longest route of V."""
    return max(route.drive_s for route in case.plan.routes if route.vehicle == "V")


def _promised(case: Audited, date: dt.date = MONDAY, **fields: Any) -> Audited:
    """Return the plan with a promise for S1 in the timetable that the plan says nothing of."""
    promised = case.with_district(timetable=(TimetableEntry(stop="S1", date=date, **fields),))
    due = {d.stop.id: d for d in due_stops(promised.district, MONDAY)}
    stops = (msgspec.structs.replace(s, overdue=due[s.id].overdue) for s in promised.plan.stops)
    return promised.with_plan(stops=tuple(stops))


BREAKS: dict[str, Case] = {
    "keeps-timetable": _promised,
    "plan-id": lambda c: c.with_plan(id="000000000000"),
    "inputs-unchanged": lambda c: c.with_district(inputs={"stops.csv": "bb"}),
    "one-route-a-car-day": _both_on_monday,
    "vehicle-works-that-day": lambda c: c.with_row("vehicles", "V", weekdays=(1, 2)),
    "depot-of-vehicle": lambda c: c.with_row("vehicles", "V", depot="E"),
    "visits-are-due": _not_due,
    "stop-allows-vehicle": lambda c: c.with_row("stops", "S1", vehicles=("W",)),
    "stop-allows-day": lambda c: c.with_row("stops", "S1", weekdays=(3,)),
    "stop-is-open": lambda c: _shut(c, stops=("S1",)),
    "rule-gives-date": lambda c: _ruled(c, MonthWeekdays(nth=((1, 2),))),
    "stop-is-reached-by-road": lambda c: c.with_row("stops", "S1", access="foot"),
    "max-stops": lambda c: c.with_row("vehicles", "V", max_stops=1),
    "lines-match-legs": _drawn,
    "service-lasts": lambda c: c.with_row("stops", "S1", service_s=1_260),
    "opening-hours": lambda c: c.with_row("stops", "S1", windows=((9 * H, 12 * H),)),
    "working-day": _left_too_early,
    "max-hours": lambda c: c.with_row("vehicles", "V", max_seconds=5_639),
    "max-driving": lambda c: c.with_row("vehicles", "V", max_driving_s=_driving(c) - 1),
    "max-km": lambda c: c.with_row("vehicles", "V", max_metres=29_999),
    "books-aboard": lambda c: c.with_visit(0, 0, books=99),
    "kg-aboard": lambda c: c.with_route(0, peak_kg=41),
    "books-within-limit": lambda c: c.with_row("vehicles", "V", books=99),
    "kg-within-limit": lambda c: c.with_row("vehicles", "V", kg=39),
    "repeats-are-marked": lambda c: c.with_visit(0, 0, repeats=("B1",)),
    "requests-belong": lambda c: c.with_district(
        requests=tuple(msgspec.structs.replace(r, status="brought") for r in c.district.requests)
    ),
    "requests-are-aboard": lambda c: c.with_plan(
        requests=tuple(msgspec.structs.replace(r, carried="single") for r in c.plan.requests)
    ),
    "requests-come-soonest": lambda c: to_find(listed(c)),
    "every-due-stop-accounted": _unserved_twice,
    "due-figures": lambda c: c.with_plan(
        stops=tuple(msgspec.structs.replace(s, overdue=s.overdue + 1) for s in c.plan.stops)
    ),
    "route-totals": lambda c: c.with_route(0, wait_s=719),
    "plan-totals": lambda c: c.with_plan(totals=_totals(c, books=151)),
    "copies-match-tables": lambda c: c.with_plan(
        stops=tuple(msgspec.structs.replace(s, phone="110") for s in c.plan.stops)
    ),
    "terms-add-up": lambda c: c.with_plan(objective=_objective(c, cost=50.02, gap=0.05)),
    "gap-is-of-bound": lambda c: c.with_plan(objective=_objective(c, gap=0.04)),
    "estimate-is-said": lambda c: c.with_plan(estimated=True),
    "clock-adds-up": lambda c: c.with_route(0, back=8 * H + 5_641, wait_s=721).with_plan(
        totals=_totals(c, seconds=9_121)
    ),
    "as-it-happened": lambda c: c.with_route(0, done=1),
    "pool-is-for-stop": lambda c: _pooled(c, kinds=("school",)),
    "pool-keeps-its-ring": _turn_of_another,
    "pool-keeps-its-reserve": lambda c: _pooled(c, kinds=("village",), reserve=1),
    "pool-mends": _worn,
    "break-taken": lambda c: c.with_row("vehicles", "W", break_after_s=839),
}


def test_the_plan_made_by_hand_is_clean() -> None:
    assert clean().findings() == []


@pytest.mark.parametrize("rule", BREAKS)
def test_a_breach_is_found_by_its_rule_alone(rule: str) -> None:
    assert BREAKS[rule](clean()).broken() == {rule}


@pytest.mark.parametrize(("weeks", "early"), [(1, "3 weeks"), (3, "1 week")])
def test_a_visit_before_its_time_is_told_with_what_to_do(weeks: int, early: str) -> None:
    (finding,) = _not_due(clean(), weeks=weeks).findings()
    assert f"stop S2 is visited {early} before it is due: take it off its route" in finding


def test_a_pool_that_keeps_its_rules_is_clean() -> None:
    fields = {"kinds": ("village", "bookhouse"), "weeks": 6, "mend_after": 3, "order": "ring"}
    assert _moved(_pooled(clean(), **fields), "S5").findings() == []


@pytest.mark.parametrize(("weeks", "right"), [(6, True), (7, False)])
def test_what_a_pool_leaves_for_some_weeks_is_not_collected_sooner(weeks: int, right: bool) -> None:
    """OLD came to S1 six weeks ago, and is collected there."""
    since = MONDAY - dt.timedelta(weeks=6)
    case = clean().with_row("batches", "OLD", since=since)
    found = _pooled(case, batch="OLD", kinds=("village",), weeks=weeks).broken()
    assert found == (set() if right else {"collects-what-is-there"})


def test_what_stays_at_a_bookhouse_is_collected_when_its_pool_says_so() -> None:
    case = _pooled(clean(), kinds=("bookhouse", "village"), weeks=1)
    held = {b.id: b for b in case.district.batches}
    held["STAYS"] = msgspec.structs.replace(held["STAYS"], pool="P")
    stays = tuple(held.values())
    assert case.with_district(batches=stays).broken() >= {"collects-what-is-there"}


def test_a_stop_with_a_pool_gets_no_other_batch() -> None:
    case = _pooled(clean(), kinds=("school",), batch="B2")
    assert case.with_row("stops", "S2", pool="P").findings() == []
    other = case.with_row("batches", "B2", pool="").with_row("stops", "S2", pool="P")
    assert "pool-is-for-stop" in other.broken()


def test_what_a_pool_lends_again_within_its_months_is_found() -> None:
    months = {"kinds": ("village",), "no_repeat_months": 240}
    assert _moved(_pooled(clean(), **months), "S1").broken() == {
        "nothing-seen-before",
        "repeats-are-marked",
    }
    shorter = months | {"no_repeat_months": 12}
    assert _moved(_pooled(clean(), **shorter), "S1").findings() == []


def test_every_rule_is_broken_somewhere_in_this_file() -> None:
    with_company = {
        "in-the-tables",
        "dates-in-week",
        "visits-a-week",
        "days-between",
        "legs-match-travel",
        "batch-is-where-it-is-taken",
        "collects-what-is-there",
        "books-are-brought",
        "nothing-seen-before",
        "as-it-left",  # test_custody breaks it
        "hands-on-where-allowed",  # so does it this
        *(rule.__name__.replace("_", "-") for rule in carriers.RULES),  # test_carriers_rules
        "nothing-driven-changes",  # tests/replan break it
        "fetches-meet-a-car-that-stands",  # so do they
        "parts-where-needed",  # test_parts_rules breaks both
        "parts-are-whole",
        "loads-of-the-week",  # test_fairs breaks these six
        "brought-before-it-opens",
        "event-gets-no-more",
        "pools-lend-what-they-can",
        "keeps-batches-for-promises",  # test_holding_back breaks it
        "staying-car-stays",
        "events-are-told",
    }
    names = {rule.__name__.replace("_", "-") for rule in (*GROUND, *LOADS, *RULES)}
    reloads = {name for name in names if name.startswith("reload")}  # test_reloads breaks them
    assert names == BREAKS.keys() | with_company | reloads


# Breaches that cannot come alone: a figure that depends on the broken one is wrong as well.


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.with_route(0, vehicle="X"),
        lambda c: c.with_route(0, depot="X"),
        lambda c: c.with_visit(0, 0, stop="X"),
        lambda c: c.with_visit(0, 0, drops=("X",)),
        lambda c: c.with_plan(unserved=(Unserved(stop="X", reason="full"),)),
    ],
)
def test_an_unknown_id_is_found_before_anything_else(change: Case) -> None:
    assert change(clean()).broken() == {"in-the-tables"}


def test_an_unknown_id_hides_neither_changed_tables_nor_a_changed_plan() -> None:
    """They say why the id is unknown."""
    case = clean().with_district(inputs={"stops.csv": "bb"}).with_visit(0, 0, stop="X")
    assert case.broken() == {"in-the-tables", "inputs-unchanged"}
    assert case.with_plan(id="000000000000").broken() == {
        "in-the-tables",
        "inputs-unchanged",
        "plan-id",
    }


def test_a_date_outside_the_week_is_found_before_anything_else() -> None:
    outside = clean().with_route(0, date=MONDAY + dt.timedelta(days=7))
    assert outside.broken() == {"dates-in-week"}


def test_a_week_that_does_not_exist_is_found() -> None:
    assert clean().with_plan(week="2026-W60").broken() == {"dates-in-week"}


@pytest.mark.parametrize(
    "said",
    [
        {"district": "Elsewhere"},
        {"district_en": "Elsewhere"},
        {"language": "zh"},
        {"time_zone": "Asia/Shanghai"},
        {"dispatch_phone": "110"},
        {"paper": "letter"},
        {"clock": "12h"},
    ],
)
def test_what_is_printed_of_the_district_is_what_it_says(said: dict[str, str]) -> None:
    case = clean().with_plan(**said)
    assert case.broken() == {"copies-match-tables"}
    assert f"{next(iter(said))} is " in case.findings()[0]


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ({"North": "Northing"}, True),
        (msgspec.UNSET, True),  # a plan of before it was known: named as the tables name it
        ({"North": "Southing"}, False),
        ({"North": "Northing", "West": "Westing"}, False),
        ({}, False),
    ],
)
def test_english_names_of_townships_are_those_of_the_areas(said: Any, *, holds: bool) -> None:
    """Of those that the plan's stops are in, and have one."""
    outline = {"type": "Polygon", "coordinates": []}
    areas = tuple(
        Area(name=name, name_en=english, outline=outline)
        for name, english in (("North", "Northing"), ("West", "Westing"), ("South", ""))
    )
    case = clean().with_district(areas=areas).with_plan(areas_en=said)
    assert case.broken() == (set() if holds else {"copies-match-tables"})
    assert holds or "areas_en is " in case.findings()[0]


@pytest.mark.parametrize("table", ["depots", "stops", "vehicles", "batches", "requests"])
def test_a_plan_without_its_records_could_not_be_printed(table: str) -> None:
    assert "copies-match-tables" in clean().with_plan(**{table: ()}).broken()


def test_a_note_on_roads_that_is_not_theirs_is_found() -> None:
    assert clean().with_plan(road_note=()).broken() == {"estimate-is-said"}


@pytest.mark.parametrize(
    ("fields", "clean_again"),
    [
        ({"date": MONDAY + dt.timedelta(days=1)}, False),
        ({"wanted_by": MONDAY - dt.timedelta(days=1)}, False),
        ({"wanted_by": MONDAY}, True),
    ],
)
def test_a_request_is_brought_on_a_day_on_which_it_is_wanted(
    fields: dict[str, dt.date], clean_again: bool
) -> None:
    """S1 is visited on Monday: not before a request of Tuesday, nor after one of last week."""
    case = clean()
    asked = (msgspec.structs.replace(case.district.requests[0], **fields),)
    changed = case.with_district(requests=asked)
    assert changed.broken() == (set() if clean_again else {"requests-belong"})
    left = changed.with_visit(0, 0, requests=())
    assert left.broken() == ({"requests-belong"} if clean_again else set())


def test_a_request_brought_twice_is_found() -> None:
    twice = clean().with_visit(0, 0, requests=("Q1", "Q1"))
    assert twice.broken() == {"requests-belong"}


def test_titles_that_are_not_the_lists_are_found() -> None:
    """A title list on paper is the one the district has now."""
    case = clean()
    invented = msgspec.structs.replace(case.plan.batches[0], contents=(Title(title="To Live"),))
    changed = case.with_plan(batches=(invented, *case.plan.batches[1:]))
    assert changed.broken() == {"copies-match-tables"}


def test_a_leg_shorter_than_the_table_is_found() -> None:
    short = clean().with_visit(0, 0, leg=Leg(seconds=839, metres=10_000))
    assert "legs-match-travel" in short.broken()


def test_a_second_visit_is_found() -> None:
    twice = clean().with_visit(0, 1, stop="S1")
    assert "visits-a-week" in twice.broken()


def _twice(**fields: object) -> Audited:
    """Return the plan with S3 visited for a second time on Wednesday, by the car of Tuesday."""
    case = clean().with_row("stops", "S3", visits_a_week=2, **fields)
    case = case.with_district(batches=(*case.district.batches, batch("B4")))
    extra = copy_of(PlanBatch, case.district.batches[-1], contents=())
    tuesday = case.plan.routes[1]
    visit = msgspec.structs.replace(tuesday.visits[0], drops=("B4",))
    wednesday = changed(tuesday, id="R03", date=MONDAY + dt.timedelta(days=2), visits=(visit,))
    totals = _totals(
        case, routes=3, metres=70_000, seconds=9_120 + 3_480, books=200, batches_dropped=4, visits=4
    )
    whole = case.with_plan(
        routes=(*case.plan.routes, wednesday), batches=(*case.plan.batches, extra), totals=totals
    )
    return _with_terms(whole, km=70.0)


def test_two_visits_a_week_are_clean_where_the_stop_wants_them_far_enough_apart() -> None:
    assert _twice(days_between=1).findings() == []
    close = _twice(days_between=2)
    assert close.broken() == {"days-between"}
    assert "less than 2 days apart" in close.findings()[0]


def test_one_of_two_visits_must_be_listed_as_such() -> None:
    case = clean().with_row("stops", "S1", visits_a_week=2)
    assert case.broken() == {"every-due-stop-accounted", "plan-totals"}
    rows = (*case.plan.unserved, Unserved(stop="S1", reason="full", made=1, lost=60.0))
    listed = case.with_plan(unserved=rows, totals=_totals(case, served=2, unserved=2))
    listed = _with_terms(listed, prizes_lost=60.0)
    assert listed.findings() == []
    none = (*case.plan.unserved, Unserved(stop="S1", reason="no-batch"))
    unlisted = _with_terms(listed.with_plan(unserved=none), prizes_lost=0.0)
    assert unlisted.broken() == {"every-due-stop-accounted"}


def test_the_earlier_batch_is_collected_once_by_one_of_two_visits() -> None:
    both = _twice(days_between=1, kind="village")
    assert "collects-what-is-there" in both.broken()
    last = both.with_visit(2, 0, collects=("STAYS",))
    assert "collects-what-is-there" not in last.broken()
    assert "collects-what-is-there" in last.with_visit(1, 0, collects=("STAYS",)).broken()


@pytest.mark.parametrize(
    ("change", "term"),
    [
        (lambda c: c.with_row("vehicles", "V", fixed_cost=3.0), "fixed"),
        (lambda c: c.with_row("vehicles", "V", cost_km=2.0), "km"),
        (lambda c: c.with_row("vehicles", "V", cost_hour=2.0), "hours"),
        (lambda c: c.with_district(settings=Settings(weights=Weights(car_day=9.0))), "fixed"),
        (
            lambda c: c.with_district(settings=Settings(weights=Weights(balance_hour=9.0))),
            "balance",
        ),
        (
            lambda c: c.with_district(settings=Settings(weights=Weights(level_days=9.0))),
            "uneven",
        ),
        (
            lambda c: c.with_plan(unserved=(Unserved(stop="S4", reason="foot-only", lost=9.0),)),
            "prizes_lost",
        ),
        (lambda c: _seen_on(c, weekday=1, vehicle=""), "changes"),
        (lambda c: _seen_on(c, weekday=0, vehicle="W"), "changes"),
    ],
)
def test_a_term_that_is_not_what_the_weights_make_it_is_found(change: Case, term: str) -> None:
    findings = change(clean()).findings()
    assert [f for f in findings if f"terms-add-up: the term {term} is" in f], findings


def _weighing(case: Audited, **weights: float) -> Audited:
    return case.with_district(settings=Settings(weights=Weights(**weights)))


def _seen_on(case: Audited, *, weekday: int, vehicle: str) -> Audited:
    """Record that S2, on Monday's route of V, was last visited on another day or by another car."""
    date = MONDAY - dt.timedelta(weeks=8) + dt.timedelta(days=weekday)
    seen = past_visit("S2", date, vehicle=vehicle)
    return case.with_district(visits=(*case.district.visits, seen))


def test_the_weekday_and_driver_of_last_time_cost_nothing() -> None:
    again = _seen_on(clean(), weekday=0, vehicle="V")
    assert "terms-add-up" not in again.broken()


@pytest.mark.parametrize(
    ("fields", "reason", "made", "worths"),
    [
        ({}, "full", 0, (0.0, 135.0)),
        ({}, "not-worth", 0, (0.0, 135.0)),
        ({}, "too-far", 0, (0.0, 135.0)),
        ({}, "foot-only", 0, (0.0,)),
        ({}, "no-batch", 0, (0.0,)),
        ({}, "left-out", 0, (0.0, 135.0)),
        ({"required": True}, "full", 0, (0.0,)),
        ({"visits_a_week": 2}, "full", 0, (0.0, 60.0, 135.0, 195.0)),
        ({"visits_a_week": 2}, "full", 1, (0.0, 60.0, 135.0)),
        ({"visits_a_week": 2}, "no-batch", 0, (0.0, 60.0)),
        ({"visits_a_week": 2}, "no-batch", 1, (0.0,)),
        ({"visits_a_week": 2}, "too-close", 1, (0.0, 60.0, 135.0)),
    ],
)
def test_a_stop_loses_what_its_missing_visits_are_worth(
    fields: dict[str, object], reason: Any, made: int, worths: tuple[float, ...]
) -> None:
    """S4 is 5 weeks overdue: 60 for any visit, and 75 more for its first."""
    case = clean()
    visits = (*case.district.visits, past_visit("S4", MONDAY - dt.timedelta(weeks=9)))
    case = case.with_row("stops", "S4", **fields).with_district(visits=visits)
    for lost in (0.0, 20.0, 60.0, 75.0, 135.0, 195.0, 200.0):
        row = Unserved(stop="S4", reason=reason, made=made, lost=lost)
        said = _with_terms(case.with_plan(unserved=(row,)), prizes_lost=lost)
        assert ("terms-add-up" in said.broken()) == (lost not in worths), lost


@pytest.mark.parametrize(("lost", "right"), [(0.0, True), (60.0, True), (20.0, False)])
def test_a_stop_met_on_foot_may_lose_what_nobody_had_the_time_to_carry(
    lost: float, right: bool
) -> None:
    case = clean().with_row("stops", "S4", visits_a_week=2)
    place = Meeting(row="S1", number=1, lon=0, lat=0, up=Footway(metres=500))
    case = replace(case, travel=replace(case.travel, meetings={"S4": (place,)}))
    row = Unserved(stop="S4", reason="no-batch", made=1, lost=lost)
    said = _with_terms(case.with_plan(unserved=(row,)), prizes_lost=lost)
    assert ("terms-add-up" not in said.broken()) == right


def test_a_bound_above_the_cost_or_beside_a_reason_for_none_is_found() -> None:
    above = clean()
    for fields in ({"bound": 50.5, "gap": 0.0}, {"no_bound": "unknown"}):
        broken = above.with_plan(objective=_objective(above, **fields)).broken()
        assert broken == {"gap-is-of-bound"}


def test_an_empty_route_is_found() -> None:
    assert "visits-a-week" in clean().with_route(1, visits=(), breaks=[]).broken()


def test_a_stop_no_road_leads_to_is_found() -> None:
    assert "stop-is-reached-by-road" in _no_road_back(clean()).broken()


def test_a_batch_dropped_on_two_routes_is_found() -> None:
    assert "batch-is-where-it-is-taken" in clean().with_visit(1, 0, drops=("B1",)).broken()


def test_a_batch_collected_on_monday_may_go_out_on_tuesday_but_not_the_same_day() -> None:
    tuesday = clean().with_visit(1, 0, drops=("OLD",))
    assert "batch-is-where-it-is-taken" not in tuesday.broken()
    monday = clean().with_visit(0, 1, drops=("OLD",))
    assert "hands-on-where-allowed" in monday.broken()
    other = clean().with_route(1, date=MONDAY).with_visit(1, 0, drops=("OLD",))
    assert "batch-is-where-it-is-taken" in other.broken()


def test_a_batch_from_a_stop_that_was_not_visited_before_is_found() -> None:
    assert "batch-is-where-it-is-taken" in clean().with_visit(0, 1, drops=("STAYS",)).broken()


def test_leaving_the_old_batch_behind_is_found() -> None:
    assert "collects-what-is-there" in clean().with_visit(0, 0, collects=()).broken()


def test_taking_what_stays_at_a_bookhouse_is_found() -> None:
    assert "collects-what-is-there" in clean().with_visit(1, 0, collects=("STAYS",)).broken()


def test_a_visit_without_books_is_found() -> None:
    assert "books-are-brought" in clean().with_visit(1, 0, drops=()).broken()


def test_a_batch_that_a_stop_has_had_is_found_marked_or_not() -> None:
    """There are others that it has not had, so no setting lets it have one again."""
    for marked in ((), ("B1",)):
        case = _repeat(clean()).with_visit(0, 0, repeats=marked)
        assert "nothing-seen-before" in case.broken()


def test_a_stop_served_and_unserved_is_found() -> None:
    assert _stop_listed_twice(clean()).broken() == {"every-due-stop-accounted"}


@pytest.mark.parametrize(
    "breaks",
    [
        [],
        [Break(moment="before", begin=8 * H + 900, end=8 * H + 1_440)],
        [Break(moment="before", begin=8 * H + 839, end=8 * H + 1_439)],
        [Break(moment="after", begin=8 * H + 840, end=8 * H + 1_440)],
        [Break(moment="before", begin=8 * H + 840, end=8 * H + 1_440)] * 2,
    ],
)
def test_a_wrong_break_is_found(breaks: list[Break]) -> None:
    visits = clean().plan.routes[1].visits
    wrong = clean().with_plan(
        routes=(
            clean().plan.routes[0],
            msgspec.structs.replace(clean().plan.routes[1], calls=(*breaks, *visits)),
        )
    )
    assert "break-taken" in wrong.broken()


def _by_driving(case: Audited) -> Audited:
    settings = msgspec.structs.replace(case.district.settings, break_rule="driving")
    return case.with_district(settings=settings)


@pytest.mark.parametrize(
    ("rule", "longest"),
    [("work", 2_040), ("driving", 840)],  # break, service, way back; the way back alone
)
def test_no_stretch_without_a_break_is_too_long(rule: str, longest: int) -> None:
    """The break begins after one leg, and another leg and the service are to come after it."""
    case = clean() if rule == "work" else _by_driving(clean())
    assert case.with_row("vehicles", "W", break_after_s=longest).broken() == set()
    assert case.with_row("vehicles", "W", break_after_s=longest - 1).broken() == {"break-taken"}


def test_a_second_break_shortens_the_stretch() -> None:
    """A break after the service, too: then only the way back is left."""
    route = clean().plan.routes[1]
    rest = Break(moment="after", begin=8 * H + 2_640, end=8 * H + 3_240)
    calls = (*route.calls, rest)
    longer = msgspec.structs.replace(route, calls=calls, back=route.back + 600)
    case = clean().with_plan(routes=(clean().plan.routes[0], longer))
    shorter = case.with_row("vehicles", "W", break_after_s=1_200)
    assert "break-taken" not in shorter.broken()
    assert "clock-adds-up" not in shorter.broken()
    assert "break-taken" in clean().with_row("vehicles", "W", break_after_s=1_200).broken()


def test_a_break_that_stands_at_no_stop_is_found() -> None:
    route = clean().plan.routes[1]
    last = (*route.visits, *route.breaks)
    routes = (clean().plan.routes[0], msgspec.structs.replace(route, calls=last))
    assert "break-taken" in clean().with_plan(routes=routes).broken()


def test_a_slow_car_needs_longer_legs() -> None:
    slow = clean().with_row("vehicles", "V", speed_factor=0.8)
    assert slow.broken() == {"legs-match-travel"}
    assert "990 s with buffer" in slow.findings()[0]


def test_no_buffer_on_a_leg_of_no_length() -> None:
    case = clean()
    metres = case.travel.tables["car"].metres.copy()
    seconds = case.travel.tables["car"].seconds.copy()
    metres[0, 3] = seconds[0, 3] = 0
    table = Table(seconds=seconds, metres=np.asarray(metres))
    near = replace(case, travel=replace(case.travel, tables={"car": table}))
    assert "D to S3 is 0 m and 0 s with buffer" in " ".join(near.findings())


def test_a_holiday_is_found() -> None:
    closed = clean().with_district(calendar=(holiday(MONDAY),))
    assert closed.broken() == {"vehicle-works-that-day", "stop-is-open"}


@pytest.mark.parametrize(
    ("fields", "broken"),
    [
        ({"what": "car off", "vehicles": ("V",)}, {"vehicle-works-that-day"}),
        ({"what": "car off", "vehicles": ("W",)}, set()),
        ({"what": "school holiday"}, set()),
        ({"what": "school holiday", "kinds": ("village",)}, {"stop-is-open"}),
        ({"what": "rest", "does": "halt"}, {"vehicle-works-that-day", "stop-is-open"}),
        ({"stops": ("S3",)}, set()),
    ],
)
def test_days_that_the_calendar_closes_are_found(fields: dict[str, Any], broken: set[str]) -> None:
    """V drives on Monday, to S1 among others; S3 is visited on Tuesday."""
    assert _shut(clean(), **fields).broken() == broken


def test_a_plan_tells_no_rule_or_the_stops_own() -> None:
    case = _ruled(clean(), EveryWeeks(weeks=2, first=MONDAY - dt.timedelta(weeks=4)))
    for weeks, broken in ((2, set()), (5, {"due-figures"})):
        told = Sentence(key="calendar.every-weeks", figures={"weeks": weeks})
        first, *rest = case.plan.stops
        stops = (msgspec.structs.replace(first, rule=told), *rest)
        assert case.with_plan(stops=stops).broken() == broken


def test_a_visit_on_a_date_of_its_rule_or_one_it_is_moved_to_is_clean() -> None:
    first = MONDAY - dt.timedelta(weeks=4)
    assert _ruled(clean(), EveryWeeks(weeks=2, first=first)).findings() == []
    wednesdays = _ruled(clean(), MonthWeekdays(nth=((1, 2),)))
    wednesday = MONDAY + dt.timedelta(days=2)
    move = holiday(wednesday, does="move", to=MONDAY, stops=("S1",))
    moved = wednesdays.with_district(calendar=(move,))
    assert moved.broken() == set()


def test_a_visit_in_a_week_in_which_its_cycle_halts_is_found() -> None:
    """Where cycles halt, the weeks are counted again; here the visit would be a week later."""
    first = MONDAY - dt.timedelta(weeks=4)
    case = _ruled(clean(), EveryWeeks(weeks=2, first=first))
    earlier = holiday(MONDAY - dt.timedelta(weeks=1), MONDAY - dt.timedelta(days=1), does="halt")
    halted = case.with_district(calendar=(earlier,))
    assert "rule-gives-date" in halted.broken()


def test_months_without_a_repeat_end(monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago = past_visit("S1", dt.date(2024, 11, 29), batch="B1", action="collected")
    case = clean()
    assert case.with_district(visits=(*case.district.visits, long_ago)).findings() == []


def test_require_clean_carries_every_finding() -> None:
    broken = clean().with_route(0, wait_s=719).with_plan(estimated=True)
    with pytest.raises(AuditError) as caught:
        require_clean(broken.plan, broken.district, broken.travel)
    assert len(caught.value.findings) == 2
    assert audit(broken.plan, broken.district, broken.travel) == list(caught.value.findings)


def test_the_legs_used_here_are_the_tables() -> None:
    assert (LEG.seconds, LEG.metres) == (840, 10_000)
