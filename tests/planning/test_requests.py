"""Readers' requests: which visit brings one, and what is said of the others."""

from __future__ import annotations

import datetime as dt
from typing import Any

from builders import MONDAY, batch, district, past_visit, stop, vehicle

import bookcar as bc
from bookcar.model import Request, Title
from bookcar.plan import Plan

TUESDAY = MONDAY + dt.timedelta(days=1)


def _asked(name: str = "Q1", **fields: Any) -> Request:
    defaults = {"id": name, "date": dt.date(2026, 11, 1), "stop": "S1", "title": "To Live"}
    return Request(**defaults | fields)


def _planned(*requests: Request) -> Plan:
    """Plan a week in which S1 is visited on Tuesday, and S2 is not due."""
    tables = district(
        stop("S1"),
        stop("S2"),
        vehicles=(vehicle("V", weekdays=(1,)),),
        batches=(batch("B1"), batch("B2")),
        visits=(past_visit("S2", MONDAY - dt.timedelta(weeks=1)),),
        requests=requests,
    )
    return bc.plan_week(tables, "2026-W49", effort="quick")


def _brought(plan: Plan) -> list[str]:
    return [name for route in plan.routes for visit in route.visits for name in visit.requests]


def test_a_request_comes_with_a_visit_between_its_two_days() -> None:
    plan = _planned(
        _asked("Q1"),
        _asked("Q2", wanted_by=TUESDAY),
        _asked("Q3", date=TUESDAY),
        _asked("Q4", status="cancelled"),
    )
    assert _brought(plan) == ["Q1", "Q2", "Q3"]
    assert [request.id for request in plan.requests] == ["Q1", "Q2", "Q3"]
    assert plan.warnings == ()


def test_a_request_wanted_by_the_day_before_is_not_printed_but_told() -> None:
    plan = _planned(_asked(wanted_by=MONDAY))
    assert _brought(plan) == []
    (warning,) = plan.warnings
    assert (warning.rule, warning.column, warning.value) == (
        "request-too-late",
        "wanted_by",
        "2026-11-30",
    )
    assert "it is wanted by Mon 30 Nov, and stop S1 is visited on Tue 1 Dec" in warning.problem
    assert "cancelled under status" in warning.fix


def test_a_request_that_lapses_without_a_visit_is_told_by_itself() -> None:
    long_ago = _asked("Q1", stop="S2", wanted_by=dt.date(2026, 11, 20))
    plan = _planned(long_ago, _asked("Q2", stop="S2", wanted_by=TUESDAY))
    assert [w.rule for w in plan.warnings] == ["request-too-late"] * 2
    assert "stop S2 gets no visit by then" in plan.warnings[0].problem


def test_requests_that_wait_for_a_later_week_are_told_together() -> None:
    plan = _planned(
        _asked("Q1", stop="S2"),
        _asked("Q2", stop="S2", wanted_by=dt.date(2026, 12, 24)),
        _asked("Q3", date=TUESDAY + dt.timedelta(days=1)),
        _asked("Q4", date=MONDAY + dt.timedelta(weeks=1)),
    )
    (warning,) = plan.warnings
    assert warning.rule == "requests-waiting"
    assert warning.problem.endswith(": Q1 for S2, Q2 for S2, Q3 for S1.")


def _listed(*requests: Request, **fields: Any) -> Plan:
    """Plan a week in which S1 gets B1, of which the titles are known, and S2 gets B2."""
    tables = district(
        stop("S1"),
        stop("S2", books=60),
        vehicles=(vehicle("V", weekdays=(1,)),),
        batches=(batch("B1", titles="b1.csv"), batch("B2", books=60)),
        titles={"b1.csv": (Title(title="To Live", isbn="9787506365437", copies=2),)},
        requests=requests,
        **fields,
    )
    return bc.plan_week(tables, "2026-W49", effort="quick")


def _means(plan: Plan) -> dict[str, tuple[str, str | None]]:
    return {request.id: (request.carried, request.in_batch) for request in plan.requests}


def _to_find(plan: Plan) -> list[str]:
    return [name for route in plan.routes for visit in route.visits for name in visit.to_find]


def test_without_any_list_an_open_request_is_taken_along() -> None:
    plan = _planned(_asked("Q1"), _asked("Q2", status="ready"), _asked("Q3", kind="reward"))
    assert _means(plan) == {"Q1": ("along", None), "Q2": ("single", None), "Q3": ("single", None)}


def test_a_title_comes_in_the_batch_that_lists_it() -> None:
    plan = _listed(_asked("Q1"), _asked("Q2", title="活着", isbn="7-5063-6543-2"))
    assert _brought(plan) == ["Q1", "Q2"]
    assert _means(plan) == {"Q1": ("batch", "B1"), "Q2": ("batch", "B1")}
    assert plan.warnings == ()


def test_what_no_list_has_is_to_find_and_not_brought() -> None:
    plan = _listed(_asked("Q1", title="Red Crag"), _asked("Q2", stop="S2"))
    assert (_brought(plan), sorted(_to_find(plan))) == ([], ["Q1", "Q2"])
    assert _means(plan) == {"Q1": ("none", None), "Q2": ("none", None)}
    (warning,) = plan.warnings
    assert warning.rule == "requests-to-find"
    assert warning.problem.endswith(": Q1 for S1, Q2 for S2.")


def test_the_copies_go_to_who_asked_first() -> None:
    days = [dt.date(2026, 11, day) for day in (3, 1, 2)]
    plan = _listed(*(_asked(f"Q{i}", date=day) for i, day in enumerate(days)))
    assert (_brought(plan), _to_find(plan)) == (["Q1", "Q2"], ["Q0"])


def test_a_copy_is_kept_for_the_request_that_names_its_batch() -> None:
    late = dt.date(2026, 11, 20)
    plan = _listed(
        *(_asked(f"Q{i}") for i in range(2)), _asked("Q2", date=late, status="ready", batch="B1")
    )
    assert (_brought(plan), _to_find(plan)) == (["Q0", "Q2"], ["Q1"])


def test_a_request_whose_batch_stays_away_is_told_and_not_printed() -> None:
    plan = _listed(_asked(status="ready", batch="B2"))
    assert plan.requests == ()
    (warning,) = plan.warnings
    assert (warning.rule, warning.value) == ("request-batch-away", "B2")
    assert "its batch B2 is at D, and does not come to S1" in warning.problem


def test_single_books_come_whatever_the_lists_say() -> None:
    plan = _listed(
        _asked("Q1", title="Red Crag", status="ready", copy="C7"),
        _asked("Q2", title="A mug", kind="reward"),
        _asked("Q3", title="Red Crag", kind="bought"),
        _asked("Q4", title="Red Crag", status="returned", copy="C8"),
    )
    assert _brought(plan) == ["Q1", "Q2", "Q3"]
    assert {request.carried for request in plan.requests} == {"single"}


def test_of_two_visits_the_first_that_has_the_title_brings_it() -> None:
    """B1 can come with either visit; what lies ready comes with the first."""
    tables = district(
        stop("S1", visits_a_week=2, every_weeks=1),
        vehicles=(vehicle("V"),),
        batches=(batch("B1", titles="b1.csv"), batch("B2")),
        titles={"b1.csv": (Title(title="To Live"),)},
        requests=(_asked("Q1"), _asked("Q2", copy="C7"), _asked("Q3", title="Red Crag")),
    )
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    visits = [visit for route in plan.routes for visit in route.visits]
    assert len(visits) == 2
    (brings,) = [visit for visit in visits if "B1" in visit.drops]
    assert "Q1" in brings.requests
    assert "Q2" in visits[0].requests
    assert visits[0].to_find == ("Q3",)


def test_a_stop_gets_the_batch_that_has_what_its_reader_wishes_for() -> None:
    """B1, the oldest, would come otherwise, and comes to whom nobody brings a wish."""
    titles = {"b2.csv": (Title(title="To Live"),)}
    late = dt.date(2026, 11, 1)
    batches = (batch("B1"), batch("B2", titles="b2.csv", since=late))

    def dropped(**fields: Any) -> tuple[str, ...]:
        tables = district(
            stop("S1"),
            vehicles=(vehicle("V", weekdays=(1,)),),
            batches=batches,
            titles=titles,
            requests=(_asked(**fields),),
        )
        (route,) = bc.plan_week(tables, "2026-W49", effort="quick").routes
        return route.visits[0].drops

    assert dropped(title="Red Crag") == ("B1",)
    assert dropped() == ("B2",)
    assert dropped(title="Red Crag", batch="B2") == ("B2",)
    assert dropped(copy="C7") == ("B1",)
    assert dropped(kind="bought") == ("B1",)
    assert dropped(status="brought") == ("B1",)
    assert dropped(wanted_by=MONDAY - dt.timedelta(days=1)) == ("B1",)
