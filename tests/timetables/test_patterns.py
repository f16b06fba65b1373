"""The patterns of a stop: every choice that its rule, its days and what was recorded leave."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import district, holiday, past_visit, stop, vehicle
from dateutil.rrule import rrulestr

from bookcar.due import due_stops
from bookcar.model import District
from bookcar.recurrence import IsoWeeks, MonthWeekdays, rrule
from bookcar.timetables.patterns import StopPattern, choices_of

FIRST = dt.date(2027, 1, 4)
SPAN = tuple(FIRST + dt.timedelta(days=n) for n in range(84))


def patterns(given: District, name: str = "S1", **more) -> tuple[StopPattern, ...]:
    return choices_of(given, due_stops(given, FIRST), SPAN, **more).patterns[name]


def test_a_stop_never_visited_may_begin_in_any_week_of_its_cycle() -> None:
    found = patterns(district(stop("S1", every_weeks=4)))
    assert len(found) == 4 * 5
    assert {len(pattern.dates) for pattern in found} == {3}
    assert len({pattern.dates for pattern in found}) == len(found)


@pytest.mark.parametrize("weeks", [1, 2, 3, 5, 7, 12])
def test_a_pattern_is_what_dateutil_makes_of_its_rule(weeks: int) -> None:
    for pattern in patterns(district(stop("S1", every_weeks=weeks))):
        begins = pattern.begins + dt.timedelta(days=pattern.weekdays[0])
        text = f"FREQ=WEEKLY;INTERVAL={weeks};UNTIL={SPAN[-1]:%Y%m%d}"
        given = rrulestr(text, dtstart=dt.datetime.combine(begins, dt.time()))
        assert pattern.dates == tuple(moment.date() for moment in given)


def test_the_last_visit_settles_the_week_but_for_a_quarter_of_the_cycle() -> None:
    visited = past_visit("S1", FIRST - dt.timedelta(weeks=2))
    given = district(stop("S1", every_weeks=8, weekdays=(1,)), visits=(visited,))
    begins = [(p.begins - FIRST).days // 7 for p in patterns(given)]
    assert begins == [4, 5, 6, 7, 8]


def test_what_is_due_later_has_no_pattern_and_its_week_is_told() -> None:
    visited = past_visit("S1", FIRST - dt.timedelta(weeks=2))
    given = district(stop("S1", every_weeks=26), visits=(visited,))
    found = choices_of(given, due_stops(given, FIRST), SPAN)
    assert found.patterns["S1"] == ()
    assert found.later == {"S1": FIRST + dt.timedelta(weeks=24)}


def test_a_cycle_that_people_were_told_of_may_go_on() -> None:
    visited = past_visit("S1", FIRST - dt.timedelta(weeks=2))
    given = district(stop("S1", every_weeks=8, weekdays=(1,)), visits=(visited,))
    told = {"S1": FIRST - dt.timedelta(weeks=6)}
    assert FIRST + dt.timedelta(weeks=2) in {p.begins for p in patterns(given, told=told)}


def test_two_visits_a_week_are_pairs_far_enough_apart() -> None:
    found = patterns(district(stop("S1", every_weeks=1, visits_a_week=2, days_between=3)))
    assert {pattern.weekdays for pattern in found} == {(0, 3), (0, 4), (1, 4)}
    assert {len(pattern.dates) for pattern in found} == {24}


def test_a_rule_that_names_its_days_has_one_pattern() -> None:
    monthly = stop("S1", recurs=MonthWeekdays(nth=((1, 1),)))
    (only,) = patterns(district(monthly))
    assert only.dates == tuple(dt.date(2027, month, day) for month, day in ((1, 5), (2, 2), (3, 2)))


def test_odd_weeks_leave_the_choice_of_the_weekday() -> None:
    found = patterns(district(stop("S1", recurs=IsoWeeks(odd=True), weekdays=(0, 2))))
    assert [pattern.weekdays for pattern in found] == [(0,), (2,)]
    assert all(day.isocalendar().week % 2 for pattern in found for day in pattern.dates)


def test_the_calendar_drops_moves_and_halts() -> None:
    shut = FIRST + dt.timedelta(weeks=1)
    weekly = stop("S1", recurs=rrule("FREQ=WEEKLY;INTERVAL=2", FIRST))
    every = [FIRST + dt.timedelta(weeks=n) for n in range(0, 12, 2)]

    def dates(**entry) -> list[dt.date]:
        given = district(weekly, calendar=(holiday(*entry.pop("days"), **entry),))
        (only,) = patterns(given)
        return list(only.dates)

    assert dates(days=[every[1]]) == [d for d in every if d != every[1]]
    moved = every[1] + dt.timedelta(days=1)
    assert dates(days=[every[1]], does="move", to=moved) == sorted({*every, moved} - {every[1]})
    week = [shut + dt.timedelta(days=n) for n in range(7)]
    halted = dates(days=week, does="halt")
    assert halted == [FIRST, *(FIRST + dt.timedelta(weeks=n) for n in range(3, 12, 2))]


def test_a_stop_on_days_of_the_month_is_visited_on_the_first_open_one_of_its_week() -> None:
    given = district(
        stop("S1", every_weeks=4, month_days=tuple(range(1, 32))), vehicles=(vehicle(),)
    )
    assert all(day.weekday() == 0 for pattern in patterns(given) for day in pattern.dates)
