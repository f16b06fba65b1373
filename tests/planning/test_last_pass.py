"""What still fits after the search is put in, with whichever batches the routes do not bring."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from builders import MONDAY, H, batch, district, past_visit, prepared, stop, vehicle
from planning.searches import first_fit

from bookcar.advice.reasons import unserved_stops
from bookcar.model import BatchSettings, District, Settings
from bookcar.optimiser.problem import Problem, Solution
from bookcar.planning.rounds import plan_rounds
from bookcar.planning.week import Week

CAR = vehicle("V", weekdays=(0,))


class LeavesOut:
    """Searches by first fit, but never serves the places of some stops."""

    def __init__(self, *steps: int) -> None:
        self.places = steps
        self.asked = 0

    def __call__(self, problem: Problem, **how: Any) -> Solution:
        self.asked += 1
        tasks = (
            replace(task, car_days=()) if task.location in self.places else task
            for task in problem.tasks
        )
        bound = 1.0 if how.get("bound", True) else None
        return replace(first_fit(replace(problem, tasks=tuple(tasks))), bound=bound)


def _served(week: Week) -> dict[str, tuple[str, ...]]:
    return {
        option.due.stop.id: tuple(b.id for b in option.drops)
        for route in week.routes
        for option in week.made(route)
    }


def _too_much(*others: Any, wanted: int = 50, **more: Any) -> District:
    """Return a district in which S9 gets the only batch, and then has no time for it."""
    far = stop("S9", priority=9, service_s=5 * H, books=wanted)
    first = stop("S1", priority=9, service_s=4 * H, books=0)
    fields = {"batches": (batch("B"),), "vehicles": (CAR,)} | more
    return district(first, far, *others, **fields)


def test_a_batch_of_a_stop_left_out_goes_to_one_that_fits() -> None:
    tables = _too_much(stop("S2"))
    week = plan_rounds(prepared(tables), search=first_fit)
    assert _served(week) == {"S1": (), "S2": ("B",)}


def test_who_loses_a_batch_to_another_is_told_so() -> None:
    ready = prepared(_too_much(stop("S2")))
    week = plan_rounds(ready, search=first_fit)
    found = {row.stop: row.reason for row in unserved_stops(ready, week=week)}
    assert found == {"S9": "batch-taken"}
    assert "S9" in {option.due.stop.id for option in week.unsupplied}


def test_where_nothing_fits_the_reason_is_the_room_and_not_the_batch() -> None:
    """Both stops could have the batch that nobody gets; neither has the time."""
    ready = prepared(_too_much(stop("S8", service_s=5 * H)))
    week = plan_rounds(ready, search=first_fit)
    assert _served(week) == {"S1": ()}
    rows = unserved_stops(ready, week=week)
    assert {row.stop: row.reason for row in rows} == {"S9": "full", "S8": "full"}


def test_a_required_stop_comes_first() -> None:
    """One batch and one place, once the stop that it was given to is left out."""
    tables = district(
        stop("S1", priority=9),
        stop("S2", priority=8),
        stop("S3", required=True),
        batches=(batch("B"), batch("C")),
        vehicles=(vehicle("V", weekdays=(0,), max_stops=1),),
    )
    week = plan_rounds(prepared(tables), search=LeavesOut(1, 2, 3))
    assert _served(week).keys() == {"S3"}


def test_the_bound_is_of_the_batches_as_they_are_then() -> None:
    search = LeavesOut()
    week = plan_rounds(prepared(_too_much(stop("S2"))), search=search)
    assert search.asked == 2
    assert (week.bound, week.no_bound) == (1.0, "")


def test_a_stop_gets_the_books_it_wants_and_not_the_smallest_batch() -> None:
    tables = _too_much(
        stop("S2"), batches=(batch("B"), batch("small", books=10)), settings=Settings()
    )
    week = plan_rounds(prepared(tables), search=LeavesOut(2, 3))
    assert _served(week)["S2"] == ("B",)


def test_a_stop_that_has_had_all_gets_the_oldest_that_is_left() -> None:
    had = (dt.date(2026, 3, 2), "young"), (dt.date(2026, 1, 5), "old")
    visits = tuple(
        row
        for day, name in had
        for row in (
            past_visit("S2", day, batch=name, action="dropped"),
            past_visit("S2", day + dt.timedelta(days=7), batch=name, action="collected"),
        )
    )
    tables = _too_much(
        stop("S2"),
        batches=(batch("young"), batch("old")),
        visits=visits,
        settings=Settings(batches=BatchSettings(no_repeat_months=24, when_seen_all="oldest")),
    )
    week = plan_rounds(prepared(tables), search=LeavesOut(2, 3))
    assert _served(week)["S2"] == ("old",)


def test_what_comes_back_is_brought_from_the_day_after() -> None:
    """S1 gives OLD back on Monday; S2 is left out by the search, and fits on Tuesday."""
    tables = district(
        stop("S1", priority=9),
        stop("S2"),
        batches=(batch("NEW"), batch("OLD", at="S1")),
        vehicles=(vehicle("V", weekdays=(0, 1)),),
    )
    week = plan_rounds(prepared(tables), search=LeavesOut(2))
    assert _served(week) == {"S1": ("NEW",), "S2": ("OLD",)}
    assert week.dates()["S2"] == MONDAY + dt.timedelta(days=1)


def test_a_stop_gets_the_oldest_again_once_another_has_left_it() -> None:
    """S9 is given "old", which it has not had, and is left out; S2 has had both."""
    visits = tuple(
        row
        for day, stop_id, name in (
            (dt.date(2026, 1, 5), "S2", "old"),
            (dt.date(2026, 3, 2), "S2", "young"),
            (dt.date(2026, 5, 4), "S9", "young"),
        )
        for row in (
            past_visit(stop_id, day, batch=name, action="dropped"),
            past_visit(stop_id, day + dt.timedelta(days=7), batch=name, action="collected"),
        )
    )
    tables = _too_much(stop("S2"), batches=(batch("young"), batch("old")), visits=visits)
    assert _served(plan_rounds(prepared(tables), search=first_fit))["S2"] == ("old",)


def test_two_batches_that_come_again_are_two_of_the_oldest() -> None:
    """S9 is given the two it has not had, and is left out; S2 has had all, and wants two."""
    names = ("a", "b", "c", "d")
    visits = tuple(
        row
        for month, (stop_id, name) in enumerate(
            [*(("S2", name) for name in names), ("S9", "c"), ("S9", "d")], start=1
        )
        for row in (
            past_visit(stop_id, dt.date(2026, month, 5), batch=name, action="dropped"),
            past_visit(stop_id, dt.date(2026, month, 12), batch=name, action="collected"),
        )
    )
    tables = _too_much(
        stop("S2", books=80),
        wanted=80,
        batches=tuple(batch(name) for name in names),
        visits=visits,
    )
    assert _served(plan_rounds(prepared(tables), search=first_fit))["S2"] == ("a", "b")


def test_who_is_put_in_with_another_on_another_day_is_no_other_visit() -> None:
    """One of the two gets what any batch is, the other what suits it best: both count alike."""
    tables = district(
        stop("S1", weekdays=(1,)),
        stop("S2", weekdays=(0,)),
        stop("S3", weekdays=(0,)),
        batches=(batch("B0", books=100), batch("B1", books=100)),
        vehicles=(vehicle("V", weekdays=(0, 1)),),
        visits=(past_visit("S1", dt.date(2026, 3, 2), batch="B1", action="collected"),),
    )
    week = plan_rounds(prepared(tables), search=LeavesOut(1, 2, 3))
    made = [option.key for route in week.routes for option in week.made(route)]
    assert len(made) == 2
    assert len(set(made)) == 2
    assert "S1" in made
