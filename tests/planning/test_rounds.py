"""Batches and routes in the light of each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from builders import MONDAY, batch, depot, district, past_visit, prepared, stop, vehicle
from planning.searches import first_fit, interrupted, nothing, routed

from bookcar.model import District
from bookcar.optimiser.problem import Problem, Solution
from bookcar.planning.returning import filled_up, first_missing
from bookcar.planning.rounds import plan_options, plan_rounds
from bookcar.planning.visit_options import options_of
from bookcar.planning.week import Week


def _plan(tables: District, search: Any = first_fit) -> Week:
    return plan_rounds(prepared(tables), search=search)


def _searched(tables: District, search: Any) -> Week:
    """Return the week as it is searched, before what still fits is put in."""
    ready = prepared(tables)
    return plan_options(ready, options_of(ready), search=search)


def _visits(week: Week) -> list[tuple[str, dt.date, tuple[str, ...], tuple[str, ...]]]:
    """Return stop, day, batches dropped and collected of every visit, by day."""
    found = [
        (
            option.due.stop.id,
            week.fleet.days[route.car_day].date,
            tuple(b.id for b in option.drops),
            tuple(b.id for b in option.collects),
        )
        for route in week.routes
        for option in (week.options[task] for task in route.tasks)
    ]
    return sorted(found, key=lambda visit: (visit[1], visit[0]))


def _served(week: Week) -> dict[str, tuple[dt.date, tuple[str, ...]]]:
    return {
        week.options[task].due.stop.id: (
            week.fleet.days[route.car_day].date,
            tuple(b.id for b in week.options[task].drops),
        )
        for route in week.routes
        for task in route.tasks
    }


def test_each_due_stop_gets_a_batch_from_the_store() -> None:
    week = _plan(district(stop("S1"), stop("S2")))
    assert {drops for _, drops in _served(week).values()} == {("B001",), ("B002",)}
    assert not week.unsupplied


def test_a_stop_not_due_is_left_out() -> None:
    tables = district(stop("S1"), stop("S2"), visits=(past_visit("S1", MONDAY - dt.timedelta(7)),))
    assert _served(_plan(tables)).keys() == {"S2"}


def test_a_batch_collected_on_monday_serves_another_stop_later() -> None:
    """S1 gets the only batch in the store; what it gives back goes to S2 on a later day."""
    tables = district(
        stop("S1", priority=9),
        stop("S2"),
        batches=(batch("NEW"), batch("OLD", at="S1")),
    )
    served = _served(_plan(tables))
    assert served["S1"] == (MONDAY, ("NEW",))
    assert served["S2"][1] == ("OLD",)
    assert served["S2"][0] > MONDAY


def test_a_batch_not_brought_back_in_time_is_not_counted_on() -> None:
    """The second search forgets S1, so OLD never comes back and S2 cannot have it."""
    tables = district(
        stop("S1", priority=9), stop("S2"), batches=(batch("NEW"), batch("OLD", at="S1"))
    )
    calls = []

    def forgetful(problem: Problem, **_: object) -> Solution:
        calls.append(problem)
        solution = first_fit(problem)
        if len(calls) != 2:
            return solution
        routes = tuple(r for r in solution.routes if problem.car_days[r.car_day].day > 0)
        return Solution(routes=routes, unserved=(0,), cost=0.0, iterations=1)

    week = _searched(tables, forgetful)
    assert len(calls) == 3
    assert _served(week) == {"S1": (MONDAY, ("NEW",))}


def test_no_batch_at_all_leaves_the_stop_unsupplied() -> None:
    week = _plan(district(stop("S1"), stop("S2"), batches=(batch("B1"),)))
    assert [e.due.stop.id for e in week.unsupplied] == ["S2"]


def test_a_stop_that_wants_no_books_is_visited_without() -> None:
    assert _served(_plan(district(stop("S1", books=0), batches=())))["S1"] == (MONDAY, ())


def test_batches_come_from_the_depot_of_the_car_that_goes() -> None:
    tables = district(
        stop("S1", vehicles=("W",)),
        depots=(depot("D"), depot("E", lon=106.7)),
        vehicles=(vehicle("V"), vehicle("W", depot="E")),
        batches=(batch("HERE", at="D"), batch("THERE", at="E")),
    )
    assert _served(_plan(tables))["S1"][1] == ("THERE",)


def test_a_bookhouse_keeps_what_it_has() -> None:
    tables = district(stop("S1", kind="bookhouse"), batches=(batch("B1"), batch("B0", at="S1")))
    week = _plan(tables)
    assert [e.collects for e in week.options] == [()]


def test_two_visits_bring_two_batches_and_the_first_collects_what_was_there() -> None:
    tables = district(
        stop("S1", visits_a_week=2, every_weeks=1),
        batches=(batch("A"), batch("B"), batch("OLD", at="S1")),
    )
    wednesday = MONDAY + dt.timedelta(days=2)
    week = _plan(tables)
    assert _visits(week) == [
        ("S1", MONDAY, ("A",), ("OLD",)),
        ("S1", wednesday, ("B",), ()),
    ]
    assert [task.collected(0) for task in week.problem.tasks] == [50, 0]


def test_without_a_second_batch_there_is_one_visit() -> None:
    """What the only visit gives back is no batch for the second: the stop has had it."""
    tables = district(stop("S1", visits_a_week=2), batches=(batch("A"), batch("OLD", at="S1")))
    week = _plan(tables)
    assert _visits(week) == [("S1", MONDAY, ("A",), ("OLD",))]
    assert [(e.due.stop.id, e.number) for e in week.unsupplied] == [("S1", 2)]


def test_a_second_visit_gets_what_another_stop_gave_back() -> None:
    tables = district(
        stop("S1", visits_a_week=2, days_between=1),
        stop("S2", priority=9),
        batches=(batch("A"), batch("B"), batch("OLD", at="S2")),
    )
    week = _plan(tables)
    first, second = (visit for visit in _visits(week) if visit[0] == "S1")
    assert (first[1], second[1]) == (MONDAY, MONDAY + dt.timedelta(days=1))
    assert first[2] in {("A",), ("B",)}
    assert second[2] == ("OLD",)
    assert week.no_bound == "unknown"


class Recorder:
    """Searches by first fit, notes what it was asked, and serves nothing after some searches."""

    def __init__(self, *, good: int = 9) -> None:
        self.asked: list[dict[str, Any]] = []
        self.problems: list[Problem] = []
        self.good = good

    def __call__(self, problem: Problem, **how: Any) -> Solution:
        self.asked.append(how)
        self.problems.append(problem)
        found = first_fit(problem) if len(self.asked) <= self.good else nothing(problem)
        return replace(found, bound=float(len(self.asked)) if how.get("bound", True) else None)


def _one_batch_for_two() -> District:
    return district(
        stop("S1", priority=9), stop("S2"), batches=(batch("NEW"), batch("OLD", at="S1"))
    )


def test_the_second_round_begins_with_the_routes_of_the_first_and_keeps_a_bound() -> None:
    search = Recorder()
    week = _plan(_one_batch_for_two(), search)
    assert [how["bound"] for how in search.asked[:1]] == [False]
    assert search.asked[1]["start"] == [(0, (0,))]
    assert (week.bound, week.no_bound) == (2.0, "")


def test_the_bound_of_a_second_round_holds_on_all_days_again() -> None:
    """The search keeps S1 on its Monday; the bound allows it any day."""
    search = Recorder()
    _plan(_one_batch_for_two(), search)
    days = [
        {search.problems[1].car_days[k].day for k in problem.tasks[0].car_days}
        for problem in (search.problems[1], search.asked[1]["bound"])
    ]
    assert days[0] == {0}
    assert days[1] > {0}


def test_a_second_round_that_serves_worse_is_forgotten() -> None:
    search = Recorder(good=1)
    week = _searched(_one_batch_for_two(), search)
    assert len(search.asked) == 3
    assert search.asked[2]["start"] == [(0, (0,))]
    assert week.bound == 3.0


def test_what_fits_is_put_in_at_last_but_no_visit_whose_batch_is_not_there() -> None:
    tables = district(
        stop("S1", priority=9),
        stop("S2"),
        stop("S3", books=0),
        batches=(batch("NEW"), batch("OLD", at="S1")),
    )
    week = _plan(tables)
    assert _served(week).keys() == {"S1", "S2", "S3"}
    assert _served(filled_up(replace(week, routes=()))).keys() == {"S1", "S3"}


def test_no_second_round_after_ctrl_c() -> None:
    tables = district(
        stop("S1", priority=9), stop("S2"), batches=(batch("NEW"), batch("OLD", at="S1"))
    )
    week = _searched(tables, interrupted)
    assert week.interrupted
    assert [stop for stop, *_ in _visits(week)] == ["S1"]
    assert not _plan(tables).interrupted


def _by_the_other_depot(problem: Problem, **_: object) -> Solution:
    """Serve the first two tasks on Monday, with a reload between them."""
    (call,) = (k for k, t in enumerate(problem.tasks) if t.reload and 0 in t.car_days)
    route = routed(problem, 0, (0, call, 1))
    return Solution(routes=(route,), unserved=(2,), cost=0.0, iterations=1, bound=3.0)


def test_searching_on_does_not_load_in_a_depot_what_is_in_another() -> None:
    """Both batches are in D; the third search finds that one day is enough, with a reload in E."""
    tables = district(
        stop("S1", priority=9),
        stop("S2", priority=8),
        stop("S3"),
        depots=(depot("D"), depot("E", lon=106.66)),
        vehicles=(vehicle("V", books=60, weekdays=(0, 1), reloads=1, reload_at=("E",)),),
        batches=(batch("N1"), batch("N2"), batch("OLD", at="S1")),
    )
    searches = iter((first_fit, nothing, _by_the_other_depot))

    def search(problem: Problem, **more: object) -> Solution:
        return next(searches)(problem, **more)

    week = _searched(tables, search)
    assert next(searches, None) is None
    assert week.loaded_at() == {"S1": "D", "S2": "D"}
    assert first_missing(week) is None
    assert week.bound == 3.0
