"""What the board is made of, without a browser: a card for every visit."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import msgspec
import pytest
from builders import MONDAY, batch, district, holiday, stop
from handing import planned, ring
from reloading import far_plan, far_village

import bookcar as bc
from bookcar.model import District, Vehicle
from bookcar.optimiser.violations import try_route
from bookcar.pages.board import board_page
from bookcar.pages.board_case import board_case
from bookcar.plan import Plan
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Travel


def test_a_stop_with_two_visits_has_two_cards_with_their_own_batches() -> None:
    tables = district(
        stop("S1", visits_a_week=2),
        batches=(batch("A"), batch("B", books=40), batch("OLD", at="S1")),
    )
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    case = board_case(plan, tables, travel_for(tables))
    assert [due.stop.id for due in case.due] == ["S1", "S1"]
    assert sorted(task.delivered(0) for task in case.problem.tasks) == [40, 50]
    assert [task.collected(0) for task in case.problem.tasks] == [50, 0]
    assert sorted(len(order) for order in case.orders) == [0, 0, 0, 1, 1]


def test_the_board_of_a_week_that_has_begun_shows_it_as_it_was_planned() -> None:
    """S1 was left over; what it held on Monday, and gave back since, is still there to collect."""
    tables = district(stop("S1"), batches=(batch("OLD", at="D"),), listed=(batch("OLD", at="S1"),))
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    assert [row.stop for row in plan.unserved] == ["S1"]
    (task,) = board_case(plan, tables, travel_for(tables)).problem.tasks
    assert task.collected(0) == 50


def test_a_missing_visit_has_a_card_among_those_not_served() -> None:
    """With one batch there is one visit; the other would collect nothing any more."""
    tables = district(stop("S1", visits_a_week=2), batches=(batch("A"), batch("OLD", at="S1")))
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    case = board_case(plan, tables, travel_for(tables))
    assert len(case.due) == 2
    assert sum(map(len, case.orders)) == 1
    assert case.problem.tasks[1].collected(0) == 0


def test_a_stop_that_gets_no_visit_of_two_has_two_cards() -> None:
    tables = district(stop("S1", visits_a_week=2), batches=(batch("OLD", at="S1"),))
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    case = board_case(plan, tables, travel_for(tables))
    assert [task.collected(0) for task in case.problem.tasks] == [50, 0]
    assert sum(map(len, case.orders)) == 0


def _changed(**changed: object) -> tuple[Plan, District, Travel]:
    """Return a plan with two reloads on Monday, and tables that were changed after it was made."""
    tables = msgspec.structs.replace(far_village(), **changed)
    return far_plan(), tables, travel_for(tables)


def _unserved(page: str) -> list[str]:
    """Return the stops in the first column of a board."""
    (text,) = re.findall(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', page)
    data = json.loads(text)
    return [data["stops"][k]["id"] for k in data["unserved"]]


def _car(**fields: object) -> Vehicle:
    return msgspec.structs.replace(far_village().vehicles[0], **fields)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"vehicles": (_car(reloads=0),)},
        {"vehicles": (_car(weekdays=(1, 2)),)},
        {"calendar": (holiday(MONDAY),)},
        {"batches": ()},
        {"stops": (*far_village().stops, stop("S30"))},
    ],
)
def test_a_route_stays_on_the_board_whatever_changed_in_the_tables(
    changed: dict[str, object],
) -> None:
    plan, tables, travel = _changed(**changed)
    case = board_case(plan, tables, travel)
    (order,) = [order for order in case.orders if order]
    day = case.fleet.days[case.orders.index(order)]
    assert (day.vehicle.id, day.date) == ("V", MONDAY)
    assert [due.stop.id for due in case.due] == [v.stop for v in plan.routes[0].visits]
    assert sorted(order) == list(range(6))
    assert [depot.id for depot in case.stores] == ["E", "E"]
    assert sorted(task.delivered(0) for task in case.problem.tasks[:4]) == [50, 50, 50, 100]
    assert _unserved(board_page(plan, tables, travel)) == []


def test_a_day_that_became_a_holiday_is_in_its_place_among_the_others() -> None:
    tables = district(stop("S1"), stop("S2"))
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    (date,) = {route.date for route in plan.routes}
    closed = msgspec.structs.replace(tables, calendar=(holiday(date),))
    days = [board_case(plan, t, travel_for(t)).fleet.days for t in (tables, closed)]
    assert days[0] == days[1]


def test_the_stops_of_a_car_that_is_gone_are_unserved() -> None:
    plan, tables, travel = _changed(vehicles=(_car(id="W"),))
    case = board_case(plan, tables, travel)
    assert case.orders == ((),)
    assert case.stores == ()
    assert _unserved(board_page(plan, tables, travel)) == [v.stop for v in plan.routes[0].visits]


def test_stops_and_stores_that_are_gone_are_left_out() -> None:
    plan, tables, travel = _changed(
        stops=far_village().stops[1:],
        depots=far_village().depots[:1],
        vehicles=(_car(reload_at=()),),
    )
    case = board_case(plan, tables, travel)
    assert sorted(due.stop.id for due in case.due) == ["S22", "S23", "S24"]
    assert [sorted(order) for order in case.orders] == [[0, 1, 2]]


def test_an_unserved_stop_that_is_gone_is_left_out() -> None:
    tables = district(stop("S1"), stop("S2"), batches=())
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    assert [row.stop for row in plan.unserved] == ["S1", "S2"]
    rest = tables.with_stops(["S2"])
    assert [due.stop.id for due in board_case(plan, rest, travel_for(rest)).due] == ["S2"]


def test_what_is_handed_on_comes_with_the_stop_that_gives_it_back() -> None:
    tables = ring(4, books=150)
    plan = planned(tables)
    case = board_case(plan, tables, travel_for(tables))
    (drawn,) = [order for order in case.orders if order]
    assert [(one.giver, one.taker, one.of(0)) for one in case.problem.hand_ons] == [
        (giver, taker, 100) for giver, taker in pairwise(drawn)
    ]
    trial = try_route(case.problem, 0, drawn)
    assert trial.aboard[0] == (100,) * 5
    assert not trial.violations
