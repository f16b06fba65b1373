"""What the board is made of, without a browser: a card for every visit."""

from __future__ import annotations

from builders import batch, district, stop

import bookcar as bc
from bookcar.pages.board import board_case
from bookcar.roads.sources import travel_for


def test_a_stop_with_two_visits_has_two_cards_with_their_own_batches() -> None:
    tables = district(
        stop("S1", visits_a_week=2),
        batches=(batch("A"), batch("B", books=40), batch("OLD", at="S1")),
    )
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    case = board_case(plan, tables, travel_for(tables))
    assert [due.stop.id for due in case.due] == ["S1", "S1"]
    assert sorted(task.drop_books for task in case.problem.tasks) == [40, 50]
    assert [task.collect_books for task in case.problem.tasks] == [50, 0]
    assert sorted(len(order) for order in case.orders) == [0, 0, 0, 1, 1]


def test_the_board_of_a_week_that_has_begun_shows_it_as_it_was_planned() -> None:
    """S1 was left over; what it held on Monday, and gave back since, is still there to collect."""
    tables = district(stop("S1"), batches=(batch("OLD", at="D"),), listed=(batch("OLD", at="S1"),))
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    assert [row.stop for row in plan.unserved] == ["S1"]
    (task,) = board_case(plan, tables, travel_for(tables)).problem.tasks
    assert task.collect_books == 50


def test_a_missing_visit_has_a_card_among_those_not_served() -> None:
    """With one batch there is one visit; the other would collect nothing any more."""
    tables = district(stop("S1", visits_a_week=2), batches=(batch("A"), batch("OLD", at="S1")))
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    case = board_case(plan, tables, travel_for(tables))
    assert len(case.due) == 2
    assert sum(map(len, case.orders)) == 1
    assert case.problem.tasks[1].collect_books == 0


def test_a_stop_that_gets_no_visit_of_two_has_two_cards() -> None:
    tables = district(stop("S1", visits_a_week=2), batches=(batch("OLD", at="S1"),))
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    case = board_case(plan, tables, travel_for(tables))
    assert [task.collect_books for task in case.problem.tasks] == [50, 0]
    assert sum(map(len, case.orders)) == 0
