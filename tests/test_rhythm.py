"""The planned rhythm: a late visit moves neither the weekday nor the weeks of a stop."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import MONDAY, district, past_visit, stop

from bookcar.due import due_stops
from bookcar.rhythm import Rhythm

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
TUESDAY = MONDAY - 8 * WEEK + DAY


def _done(date: dt.date):  # type: ignore[no-untyped-def]
    return past_visit("S1", date)


def _missed(date: dt.date):  # type: ignore[no-untyped-def]
    return past_visit("S1", date, status="missed")


def test_visits_that_were_made_as_planned_are_the_rhythm() -> None:
    visits = [_done(TUESDAY), _done(TUESDAY + 4 * WEEK), _done(TUESDAY + 4 * WEEK + 2 * DAY)]
    assert Rhythm.of(visits, 4) == Rhythm(
        made=TUESDAY + 4 * WEEK + 2 * DAY, last=TUESDAY + 4 * WEEK + 2 * DAY, weekdays=(1, 3)
    )
    assert Rhythm.of([], 4) == Rhythm()


@pytest.mark.parametrize(("late", "counts"), [(0, True), (1, True), (2, True), (3, False)])
def test_a_visit_made_up_for_keeps_the_weekday_and_within_half_a_cycle_the_weeks(
    late: int, counts: bool
) -> None:
    waited, made = TUESDAY + 4 * WEEK, TUESDAY + (4 + late) * WEEK + 2 * DAY
    visits = [_done(made), _missed(waited), _done(TUESDAY)]
    assert Rhythm.of(visits, 4) == Rhythm(made=made, last=waited if counts else made, weekdays=(1,))


def test_what_was_missed_before_an_earlier_visit_is_forgotten() -> None:
    visits = [_missed(TUESDAY), _done(TUESDAY + 2 * DAY), _done(TUESDAY + 4 * WEEK + 3 * DAY)]
    assert Rhythm.of(visits, 4).weekdays == (4,)


def test_a_stop_that_was_never_reached_keeps_the_weekday_it_was_first_planned_for() -> None:
    assert Rhythm.of([_missed(TUESDAY), _missed(TUESDAY + WEEK + DAY)], 4) == Rhythm(weekdays=(1,))


def test_a_stop_served_a_week_late_is_due_when_it_would_have_been() -> None:
    visits = (
        past_visit("S1", MONDAY - 4 * WEEK + DAY, status="missed"),
        past_visit("S1", MONDAY - 3 * WEEK + 3 * DAY),
    )
    (due,) = due_stops(district(stop("S1"), visits=visits), MONDAY)
    assert (due.due, due.overdue, due.weeks_since, due.last_weekdays) == (True, 0, 3, (1,))
    (due,) = due_stops(district(stop("S1"), visits=visits[1:]), MONDAY)
    assert (due.due, due.overdue, due.last_weekdays) == (False, -1, (3,))
