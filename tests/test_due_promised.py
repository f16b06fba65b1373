"""What the timetable promises for a week is due in it, and what was missed is due the next."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from builders import MONDAY, district, holiday, past_visit, stop, vehicle

from bookcar.due import DueStop, change, due_stops, prize
from bookcar.model import District, PastVisit, TimetableEntry, Weights
from bookcar.recurrence import EveryWeeks

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
BEFORE, AFTER = MONDAY - 3 * WEEK, MONDAY + 3 * WEEK
WEIGHTS = Weights()


def promise(date: dt.date, stop: str = "S1", **fields: Any) -> TimetableEntry:
    return TimetableEntry(stop=stop, date=date, **fields)


def tables(*entries: TimetableEntry, visits: tuple[PastVisit, ...] = (), **fields: Any) -> District:
    """Return a district with promises, before and after the week for S2 so that it is covered."""
    around = (promise(BEFORE, "S2"), promise(AFTER, "S2"))
    own = stop("S1", **fields)
    return district(own, stop("S2"), timetable=(*entries, *around), visits=visits)


def seen(given: District, monday: dt.date = MONDAY) -> DueStop:
    return due_stops(given, monday)[0]


def test_a_promise_makes_a_stop_due_in_its_week_whatever_its_weeks_say() -> None:
    visits = (past_visit("S1", MONDAY - WEEK),)
    due = seen(tables(promise(MONDAY + DAY), visits=visits))
    assert (due.due, due.overdue, [p.date for p in due.promises]) == (True, 0, [MONDAY + DAY])
    rule = EveryWeeks(weeks=2, first=MONDAY + WEEK)
    assert seen(tables(promise(MONDAY + DAY), recurs=rule)).due


def test_a_week_without_a_promise_asks_for_nobody_in_the_timetable() -> None:
    due = seen(tables(promise(MONDAY - WEEK), promise(MONDAY + 2 * WEEK + DAY)))
    assert (due.due, due.overdue, due.dates) == (False, -2, ())
    assert due.why_not is not None
    assert due.why_not.key == "calendar.promised"
    assert due.why_not.figures["day"] == "2026-12-15"


def test_a_stop_that_is_new_to_the_timetable_is_due_as_without_one() -> None:
    given = tables()
    assert seen(given).due
    assert not due_stops(given, MONDAY)[1].due  # S2 is promised before and after


def test_beyond_the_timetable_stops_are_due_as_without_one() -> None:
    given = tables(promise(MONDAY), visits=(past_visit("S1", MONDAY),))
    assert [seen(given, AFTER + n * WEEK).due for n in (0, 1, 2)] == [False, True, True]


def test_what_was_moved_is_due_on_its_new_day_and_not_on_the_old() -> None:
    moved = promise(MONDAY + DAY, status="moved", was=MONDAY - WEEK)
    assert seen(tables(moved)).due
    assert not seen(tables(moved), MONDAY - WEEK).due


def test_what_was_cancelled_is_not_due_and_says_so() -> None:
    due = seen(tables(promise(MONDAY, status="cancelled", note="road")))
    assert due.why_not is not None
    assert (due.due, due.why_not.key) == (False, "calendar.promise-cancelled")


@pytest.mark.parametrize(
    ("visits", "overdue"),
    [
        ((past_visit("S1", MONDAY - WEEK + DAY, status="missed"),), 1),
        ((past_visit("S2", MONDAY - WEEK),), 1),  # the week was recorded, and not this visit
        ((past_visit("S1", MONDAY - WEEK + 3 * DAY),), None),
        ((), None),  # nothing was recorded: nobody knows
        ((past_visit("S1", MONDAY - 2 * WEEK),), None),
    ],
)
def test_a_missed_promise_is_due_the_next_week_and_keeps_its_weekday(
    visits: tuple[PastVisit, ...], overdue: int | None
) -> None:
    due = seen(tables(promise(MONDAY - WEEK + DAY), visits=visits))
    assert due.due == (overdue is not None)
    if overdue is not None:
        assert (due.overdue, due.last_weekdays, due.promises) == (overdue, (1,), ())


def test_a_missed_promise_stays_due_until_somebody_comes_or_the_next_one() -> None:
    missed = past_visit("S1", MONDAY, status="missed")
    given = tables(promise(MONDAY), promise(MONDAY + 3 * WEEK), visits=(missed,))
    assert [seen(given, MONDAY + n * WEEK).overdue for n in (1, 2, 3)] == [1, 2, 3]
    made = (missed, past_visit("S1", MONDAY + WEEK))
    given = tables(promise(MONDAY), promise(MONDAY + 3 * WEEK), visits=made)
    assert [seen(given, MONDAY + n * WEEK).due for n in (1, 2, 3)] == [True, False, True]


def test_a_promise_on_a_closed_day_leaves_the_other_days_of_its_week() -> None:
    given = district(stop("S1"), timetable=(promise(MONDAY),), calendar=(holiday(MONDAY),))
    due = seen(given)
    assert (due.due, due.dates[0]) == (True, MONDAY + DAY)
    week = holiday(MONDAY, MONDAY + 6 * DAY)
    closed = seen(district(stop("S1"), timetable=(promise(MONDAY),), calendar=(week,)))
    assert (closed.due, closed.dates, closed.closed_by) == (True, (), week)


@pytest.mark.parametrize(
    ("day", "car", "cost"), [(0, "V", 0.0), (0, "W", 150.0), (1, "V", 300.0), (1, "W", 300.0)]
)
def test_a_broken_promise_costs_what_its_weight_says(day: int, car: str, cost: float) -> None:
    due = seen(tables(promise(MONDAY, vehicle="V")))
    assert change(due, MONDAY + day * DAY, vehicle(car), WEIGHTS) == cost


def test_a_promise_of_a_car_that_was_sold_is_one_of_any_car() -> None:
    due = seen(tables(promise(MONDAY, vehicle="sold")))
    assert change(due, MONDAY, vehicle("W"), WEIGHTS) == 0.0


def test_a_promised_visit_is_worth_what_it_costs_that_it_falls_away() -> None:
    plain, promised = seen(tables()), seen(tables(promise(MONDAY)))
    assert (
        prize(promised, WEIGHTS) - prize(plain, WEIGHTS) == WEIGHTS.promise - 15.0 * plain.overdue
    )
    assert prize(promised, WEIGHTS, visit=2) == prize(plain, WEIGHTS, visit=2)
