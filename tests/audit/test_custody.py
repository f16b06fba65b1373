"""The rule on where every batch is, in plans that move one that is elsewhere at that time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec
import pytest
from audit.clean import Audited, clean, copy_of
from audit.test_reloads import AT_HOME, T, reloading
from builders import MONDAY, batch
from handing import planned, ring

from bookcar.audit import audit
from bookcar.model import Settings
from bookcar.plan import PlanBatch
from bookcar.roads.sources import travel_for

RULE = "batch-is-where-it-is-taken"
TUESDAY = MONDAY + dt.timedelta(days=1)
MONDAYS_CAR, TUESDAYS_CAR = (MONDAY, "V"), (TUESDAY, "W")


def told(case: Audited, **known: object) -> list[str]:
    """Return what the rule says."""
    return [f.partition(": ")[2] for f in case.findings(**known) if f.startswith(f"{RULE}:")]


def _with_reload(**fields: object) -> Audited:
    return reloading().with_route(0, reloads=[(1, msgspec.structs.replace(AT_HOME, **fields))])


def _same_day(case: Audited) -> Audited:
    return case.with_route(1, date=MONDAY)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda: clean().with_row("batches", "B3", at="S5"),
            "R02: batch B3 is not in depot D but at S5.",
        ),
        (
            lambda: clean().with_visit(1, 0, drops=("B1",)),
            "R02: batch B1 is not in depot D but at S1.",
        ),
        (
            lambda: _same_day(clean()).with_visit(1, 0, drops=("B1",)),
            "R02: batch B1 is not in depot D but aboard V (R01).",
        ),
        (
            lambda: clean().with_visit(0, 1, collects=("OLD",)),
            "R01: batch OLD is not at S2 but aboard V (R01).",
        ),
        (
            lambda: clean().with_visit(1, 0, collects=("OLD",)),
            "R02: batch OLD is not at S3 but at D.",
        ),
        (
            lambda: _with_reload(loads=()),
            "R01: batch B2 for S2 is not aboard but at D.",
        ),
        (
            lambda: _with_reload(loads=("B2", "B3")),
            "R01: batch B3 is loaded, and no visit drops it.",
        ),
        (
            lambda: _with_reload(loads=("B2", "STAYS")),
            "R01: batch STAYS is not in depot D but at S3.",
        ),
        (
            lambda: _with_reload(unloads=("OLD", "B1")),
            "R01: batch B1, unloaded at D, is not aboard but at S1.",
        ),
    ],
)
def test_a_batch_that_is_elsewhere_is_told_once(change: Callable[[], Audited], said: str) -> None:
    assert told(change()) == [said]


def test_what_comes_back_may_go_out_on_the_next_day_only() -> None:
    brought = clean().with_visit(1, 0, drops=("OLD",))
    assert told(brought) == []
    evening = _same_day(brought).with_route(1, depart=T + 6_000, back=T + 9_480)
    late = evening.with_visit(1, 0, begin=T + 7_440)
    assert told(late) == [
        "R02: batch OLD comes back to depot D on Mon 30 Nov and may be loaded from the next day on."
    ]


def test_what_a_reload_unloads_may_not_be_loaded_there_on_that_day() -> None:
    again = _with_reload(loads=("B2", "OLD")).with_visit(0, 1, drops=("B2", "OLD"))
    (said,) = told(again)
    assert "OLD comes back to depot D" in said


def test_the_earlier_of_two_cars_has_the_batch_whatever_their_place_in_the_plan() -> None:
    case = clean().with_visit(1, 0, drops=("B1",))
    turned = case.with_plan(routes=case.plan.routes[::-1])
    assert told(turned) == told(case) == ["R02: batch B1 is not in depot D but at S1."]


def test_a_batch_collected_by_two_cars_on_one_day_is_found() -> None:
    """The first car is still on its way with it."""
    case = _same_day(clean()).with_visit(1, 0, stop="S1", collects=("OLD",))
    assert told(case) == ["R02: batch OLD is not at S1 but aboard V (R01)."]


def test_a_car_that_left_with_what_it_drops_is_clean() -> None:
    known = {MONDAYS_CAR: (frozenset({"B1", "B2"}),), TUESDAYS_CAR: (frozenset({"B3"}),)}
    assert clean().findings(left_with=known) == []


def test_a_car_that_has_left_cannot_drop_what_it_did_not_take() -> None:
    known = {MONDAYS_CAR: (frozenset({"B1"}),)}
    assert told(clean(), left_with=known) == ["R01: batch B2 for S2 is not aboard but at D."]
    assert "books-aboard" in clean().broken(left_with=known)


def test_what_a_car_left_with_and_does_not_drop_is_aboard_all_the_way() -> None:
    case = clean().with_district(batches=(*clean().district.batches, batch("B4")))
    known = {MONDAYS_CAR: (frozenset({"B1", "B2", "B4"}),)}
    assert case.broken(left_with=known) == {"as-it-left", "books-aboard", "kg-aboard"}
    case = case.with_visit(0, 0, books=150, kg=60).with_visit(0, 1, books=100, kg=40)
    case = case.with_route(0, books_out=150, kg_out=60, peak_books=150, peak_kg=60)
    assert case.broken(left_with=known) == {"as-it-left"}
    assert case.broken() == {"books-aboard", "kg-aboard"}
    row = copy_of(PlanBatch, batch("B4"), contents=())
    case = case.with_plan(batches=(*case.plan.batches, row))
    case = case.with_route(0, stays_aboard=("B4",))
    assert case.findings(left_with=known) == []
    assert case.findings() == [], "the plan itself says what the car left with"


def test_what_a_car_left_with_is_in_its_depot_on_the_next_day_only() -> None:
    known = {MONDAYS_CAR: (frozenset({"B1", "B2", "B3"}),)}
    assert told(clean(), left_with=known) == []
    (said,) = told(_same_day(clean()), left_with=known)
    assert said == "R02: batch B3 is not in depot D but aboard V (R01)."


def test_what_a_car_left_with_is_unloaded_at_its_reload() -> None:
    known = {MONDAYS_CAR: (frozenset({"B1", "B3"}),)}
    assert "reload-moves" in reloading().broken(left_with=known)
    unloaded = _with_reload(unloads=("OLD", "B3"))
    assert not {"reload-moves", RULE} & unloaded.broken(left_with=known)
    assert "reload-moves" in unloaded.broken()
    assert "reload-moves" not in unloaded.with_route(0, stays_aboard=("B3",)).broken()


def test_what_came_aboard_at_a_reload_that_is_over_is_known_too() -> None:
    known = {MONDAYS_CAR: (frozenset({"B1"}), frozenset({"B2", "B3"}))}
    assert {"as-it-left", "reload-moves"} <= reloading().broken(left_with=known)
    full = _with_reload(loads=("B2", "B3"), stays_aboard=("B3",), books=100, kg=40)
    full = full.with_visit(0, 1, books=50, kg=20)
    full = full.with_route(0, peak_books=100, peak_kg=40)
    assert full.findings(left_with=known) == full.findings() == []
    never = {MONDAYS_CAR: (frozenset({"B1"}), frozenset({"B3"}))}
    assert told(full, left_with=never) == ["R01: batch B2 for S2 is not aboard but at D."]


def test_a_plan_that_drops_what_was_never_loaded_is_found() -> None:
    """As when a beginning is planned anew, and the stops behind it get batches of the depot."""
    case = clean().with_district(batches=(*clean().district.batches, batch("B4")))
    known = {MONDAYS_CAR: (frozenset({"B1", "B4"}),)}
    assert told(case, left_with=known) == ["R01: batch B2 for S2 is not aboard but at D."]
    (said,) = [f for f in case.findings(left_with=known) if f.startswith("as-it-left")]
    assert said == "as-it-left: R01: has left with B1, B4, the plan has B1, B2."


def test_what_stays_aboard_is_dropped_nowhere() -> None:
    twice = clean().with_route(0, stays_aboard=("B2",))
    assert "as-it-left: R01: B2 is to be dropped and stays aboard." in twice.findings()


def test_what_stays_aboard_is_withheld_from_other_cars_until_it_is_back() -> None:
    case = clean().with_route(0, stays_aboard=("B3",))
    assert told(case) == []
    assert told(_same_day(case)) == ["R02: batch B3 is not in depot D but aboard V (R01)."]


def test_a_car_that_has_left_has_a_route() -> None:
    known = {(TUESDAY, "V"): (frozenset({"B9"}),)}
    assert clean().broken(left_with=known) == {"in-the-tables"}
    known = {(TUESDAY, "V"): (frozenset({"B1"}),)}
    assert told(clean(), left_with=known) == [
        "vehicle V left on Tue 1 Dec with B1, and has no route."
    ]


def test_what_is_handed_on_comes_aboard_on_the_way_and_stays_with_the_taker() -> None:
    tables = ring(3, books=150)
    plan, travel = planned(tables), travel_for(tables)
    assert audit(plan, tables, travel) == []
    (route,) = plan.routes
    back = msgspec.structs.replace(route, calls=route.calls[::-1])
    turned = msgspec.structs.replace(plan, routes=(back,))
    said = [f for f in audit(turned, tables, travel) if f.startswith(f"{RULE}:")]
    assert said, "the taker comes before the giver"


def test_a_batch_goes_on_unseen_by_the_store_only_where_the_district_says_so() -> None:
    tables = ring(3, books=150)
    plan, travel = planned(tables), travel_for(tables)
    off = msgspec.structs.replace(tables, settings=Settings())
    said = [f for f in audit(plan, off, travel) if f.startswith("hands-on-where-allowed:")]
    taken = [visit for visit in plan.routes[0].visits if visit.drops[0].startswith("B")]
    assert said == [
        f"hands-on-where-allowed: R01: {visit.drops[0]} goes on to {visit.stop} unseen by the "
        "store."
        for visit in taken
    ]


def test_a_car_that_hands_on_what_it_has_no_room_for_is_found() -> None:
    tables = ring(3, books=150)
    plan = planned(tables)
    small = msgspec.structs.replace(
        tables, vehicles=(msgspec.structs.replace(tables.vehicles[0], books=99),)
    )
    rules = {f.partition(":")[0] for f in audit(plan, small, travel_for(tables))}
    assert "books-within-limit" in rules
