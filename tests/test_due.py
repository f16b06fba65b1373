import datetime as dt

import pytest
from builders import MONDAY, district, holiday, past_visit, stop, vehicle
from hypothesis import given
from hypothesis import strategies as st

from bookcar.due import due_stops, prize
from bookcar.model import Settings, Weights
from bookcar.recurrence import EveryWeeks, IsoWeeks, MonthWeekdays, rrule
from bookcar.weeks import parse_week


def _weeks_ago(weeks: int, day: int = 0) -> dt.date:
    return MONDAY - dt.timedelta(weeks=weeks) + dt.timedelta(days=day)


def _one(**fields: object):
    visits = fields.pop("visits", ())
    settings = fields.pop("settings", Settings())
    monday = fields.pop("monday", MONDAY)
    calendar = fields.pop("calendar", ())
    given = district(stop("s1", **fields), visits=visits, settings=settings, calendar=calendar)
    return due_stops(given, monday)[0]


def test_a_stop_falls_due_in_the_week_its_target_is_reached():
    for weeks, overdue, due in ((3, -1, False), (4, 0, True), (6, 2, True)):
        seen = _one(every_weeks=4, visits=(past_visit("s1", _weeks_ago(weeks, day=3)),))
        assert (seen.weeks_since, seen.overdue, seen.due) == (weeks, overdue, due)


def test_the_last_visit_counts_whatever_the_order_of_the_table():
    visits = tuple(past_visit("s1", _weeks_ago(w)) for w in (2, 9, 5))
    assert _one(visits=visits).weeks_since == 2


def test_a_missed_visit_is_no_visit():
    visits = (past_visit("s1", _weeks_ago(9)), past_visit("s1", _weeks_ago(1), status="missed"))
    assert _one(visits=visits).weeks_since == 9


def test_a_stop_only_ever_missed_counts_as_never_visited():
    seen = _one(visits=(past_visit("s1", _weeks_ago(1), status="missed"),))
    assert seen.weeks_since is None
    assert seen.due


def test_visits_from_the_monday_on_do_not_count():
    visits = (past_visit("s1", _weeks_ago(5)), past_visit("s1", MONDAY))
    assert _one(visits=visits).weeks_since == 5


def test_a_visit_on_the_sunday_before_is_one_week_ago():
    assert _one(visits=(past_visit("s1", MONDAY - dt.timedelta(days=1)),)).weeks_since == 1


def test_never_visited_is_more_overdue_than_any_visited_stop():
    given = district(
        stop("s1"), stop("s2", every_weeks=2), visits=(past_visit("s2", _weeks_ago(9)),)
    )
    never, visited = due_stops(given, MONDAY)
    assert (visited.overdue, never.overdue) == (7, 8)


def test_never_visited_is_overdue_by_one_week_where_nothing_else_is_overdue():
    given = district(stop("s1"), stop("s2"), visits=(past_visit("s2", _weeks_ago(1)),))
    assert [seen.overdue for seen in due_stops(given, MONDAY)] == [1, -3]
    assert _one().overdue == 1


def test_a_visit_to_an_unknown_stop_changes_nothing():
    assert _one(visits=(past_visit("gone", _weeks_ago(80)),)).overdue == 1


def test_all_stops_come_in_the_order_of_the_district():
    given = district(stop("s2"), stop("s1"), stop("s3"), visits=(past_visit("s1", _weeks_ago(1)),))
    assert [seen.stop.id for seen in due_stops(given, MONDAY)] == ["s2", "s1", "s3"]


def test_dates_are_the_days_cars_go_out():
    settings = Settings(weekdays=(0, 2, 5))
    assert [d.weekday() for d in _one(settings=settings).dates] == [0, 2, 5]


def test_holidays_are_left_out():
    calendar = (holiday(MONDAY), holiday(MONDAY + dt.timedelta(days=3)))
    assert [d.weekday() for d in _one(calendar=calendar).dates] == [1, 2, 4]


def test_a_day_that_fits_weekdays_or_market_days_will_do():
    # The week of Monday 30 November 2026: 30, 1, 2, 3, 4 December on working days.
    seen = _one(weekdays=(4,), month_days=(3, 6, 9))
    assert seen.dates == (dt.date(2026, 12, 3), dt.date(2026, 12, 4))


def test_market_days_alone_allow_no_other_day():
    assert _one(month_days=(1, 30)).dates == (MONDAY, dt.date(2026, 12, 1))


def test_a_due_stop_whose_days_do_not_occur_stays_due():
    seen = _one(month_days=(15,))
    assert seen.due
    assert seen.dates == ()
    assert _one(weekdays=(6,)).dates == ()


def test_a_week_that_crosses_the_year_counts_as_any_other():
    monday = parse_week("2026-W53")
    seen = _one(
        monday=monday,
        every_weeks=1,
        month_days=(31, 1),
        visits=(past_visit("s1", dt.date(2026, 12, 27)),),
    )
    assert (seen.weeks_since, seen.overdue) == (1, 0)
    assert seen.dates == (dt.date(2026, 12, 31), dt.date(2027, 1, 1))
    later = _one(monday=parse_week("2027-W01"), visits=(past_visit("s1", monday),))
    assert later.weeks_since == 1


def test_a_week_is_named_by_its_monday():
    with pytest.raises(ValueError, match="2026-12-01 is not a Monday"):
        _one(monday=MONDAY + dt.timedelta(days=1))


def test_prize_adds_stop_priority_weeks_overdue_and_people():
    seen = _one(every_weeks=4, priority=3, people=250, visits=(past_visit("s1", _weeks_ago(6)),))
    weights = Weights(stop=1_000.0, priority=100.0, overdue_week=10.0, people=2.0)
    assert prize(seen, weights) == 1_000 + 300 + 20 + 5


def test_a_stop_not_yet_due_loses_nothing_of_its_prize():
    seen = _one(every_weeks=8, visits=(past_visit("s1", _weeks_ago(1)),))
    assert seen.overdue == -7
    assert prize(seen, Weights(stop=60.0)) == 60.0


@given(
    ages=st.lists(st.none() | st.integers(1, 60), min_size=1, max_size=6),
    every=st.integers(1, 12),
)
def test_never_visited_stops_are_strictly_the_most_overdue(ages, every):
    stops = [stop(f"s{i}", every_weeks=every) for i in range(len(ages))]
    visits = tuple(
        past_visit(f"s{i}", _weeks_ago(age, day=2)) for i, age in enumerate(ages) if age is not None
    )
    seen = due_stops(district(*stops, visits=visits), MONDAY)
    never = [s.overdue for s in seen if s.weeks_since is None]
    visited = [s.overdue for s in seen if s.weeks_since is not None]
    assert len(visited) == len(visits)
    assert all(n > v for n in never for v in visited)
    assert all(n >= 1 for n in never)


def test_a_second_visit_wins_no_weeks_overdue():
    seen = _one(every_weeks=4, priority=1, visits=(past_visit("s1", _weeks_ago(6)),))
    weights = Weights(stop=60, priority=20, overdue_week=15)
    assert (prize(seen, weights), prize(seen, weights, visit=2)) == (110.0, 80.0)


def test_the_last_week_with_visits_tells_weekdays_and_drivers():
    visits = (
        past_visit("s1", _weeks_ago(5, day=2), vehicle="V"),
        past_visit("s1", _weeks_ago(3, day=4), vehicle="W"),
        past_visit("s1", _weeks_ago(3, day=1), vehicle="gone"),
        past_visit("s1", _weeks_ago(1), status="missed"),
    )
    cars = (vehicle("V"), vehicle("W", driver="Wu"))
    seen = due_stops(district(stop("s1"), visits=visits, vehicles=cars), MONDAY)[0]
    assert (seen.last_weekdays, seen.last_drivers) == ((1, 4), ("Wu",))
    assert (_one().last_weekdays, _one().last_drivers) == ((), ())


def _ruled(rule, *, calendar=(), visits=(), monday=MONDAY, **fields):
    return _one(recurs=rule, calendar=calendar, visits=visits, monday=monday, **fields)


def _mondays(rule, count=8, **fields):
    """Return how many weeks after the first a stop is due, of so many weeks."""
    weeks = ((n, MONDAY + dt.timedelta(weeks=n)) for n in range(count))
    return [n for n, monday in weeks if _ruled(rule, monday=monday, **fields).due]


def test_a_fortnightly_pair_with_other_first_visits_is_due_in_other_weeks():
    """MONDAY's year has a week 53, four weeks later."""
    one, other = (EveryWeeks(weeks=2, first=MONDAY + dt.timedelta(weeks=n)) for n in (0, 1))
    assert (_mondays(one), _mondays(other)) == ([0, 2, 4, 6], [1, 3, 5, 7])


def test_a_rule_does_not_ask_when_the_stop_was_visited_last():
    rule = EveryWeeks(weeks=2, first=_weeks_ago(8))
    for weeks, overdue in ((1, 0), (2, 0), (3, 2), (5, 4)):
        seen = _ruled(rule, visits=(past_visit("s1", _weeks_ago(weeks)),))
        assert (seen.due, seen.overdue) == (True, overdue)
    assert _ruled(rule, monday=MONDAY + dt.timedelta(weeks=1)).overdue == -1


def test_a_stop_with_a_rule_that_was_never_visited_is_overdue_from_its_second_date_on():
    assert _ruled(EveryWeeks(weeks=2, first=MONDAY)).overdue == 0
    assert _ruled(EveryWeeks(weeks=2, first=_weeks_ago(2))).overdue == 1
    assert _ruled(EveryWeeks(weeks=2, first=MONDAY + dt.timedelta(weeks=3))).overdue == -3


def test_a_rule_that_names_its_day_is_visited_on_that_day():
    tuesday = dt.date(2026, 12, 1)
    seen = _ruled(MonthWeekdays(nth=((1, 1),)))
    assert (seen.dates, seen.due, seen.why_not) == ((tuesday,), True, None)
    weeks = _ruled(IsoWeeks(odd=True), weekdays=(1, 3))
    assert weeks.dates == (tuesday, dt.date(2026, 12, 3))


def _why(seen):
    return seen.why_not.text_in("en"), seen.why_not.text_in("zh")


def test_a_week_without_a_date_says_when_the_next_is():
    seen = _ruled(MonthWeekdays(nth=((2, 1),)))
    assert (seen.due, seen.overdue, seen.dates) == (False, -1, ())
    assert _why(seen) == (
        "Its rule gives no visit this week; the next is on Tue 8 Dec.",
        "按规则本周没有服务；下一次是12月8日（周二）。",
    )


def test_a_rule_that_has_ended_says_so():
    seen = _ruled(rrule("FREQ=MONTHLY;BYDAY=1TU;COUNT=1", dt.date(2026, 11, 3)))
    assert (seen.due, seen.overdue) == (False, -520)
    assert _why(seen)[0] == "Its rule gives no more visits."


TUESDAY = MONDAY + dt.timedelta(days=1)
FIRST_TUESDAYS = MonthWeekdays(nth=((1, 1),))


def test_a_holiday_on_its_day_drops_a_visit():
    seen = _ruled(FIRST_TUESDAYS, calendar=(holiday(TUESDAY, note="National Day"),))
    assert (seen.due, seen.dates, seen.overdue) == (False, (), -5)
    assert _why(seen) == (
        "Its visit on Tue 1 Dec falls away: holiday (National Day).",
        "12月1日（周二）的服务取消：节假日（National Day）。",
    )


def test_a_holiday_on_its_day_moves_a_visit_to_another_week():
    to = dt.date(2026, 12, 9)
    calendar = (holiday(TUESDAY, does="move", to=to),)
    seen = _ruled(FIRST_TUESDAYS, calendar=calendar)
    assert (seen.due, seen.overdue) == (False, -1)
    assert _why(seen)[0] == "Its visit on Tue 1 Dec is moved to Wed 9 Dec: holiday."
    then = _ruled(FIRST_TUESDAYS, calendar=calendar, monday=dt.date(2026, 12, 7))
    assert (then.due, then.dates) == (True, (to,))


def test_a_rest_halts_a_cycle():
    rule = EveryWeeks(weeks=2, first=MONDAY)
    calendar = (holiday(MONDAY, MONDAY + dt.timedelta(days=13), what="rest", does="halt"),)
    assert _mondays(rule, calendar=calendar) == [2, 4, 6]
    assert _why(_ruled(rule, calendar=calendar))[1] == "本周周期暂停：暂停服务。"


def test_weeks_that_halt_do_not_count_for_a_stop_without_a_rule():
    """Visited four weeks ago, of which one rested; then this week rests as well."""
    visits = (past_visit("s1", _weeks_ago(4)),)
    rest = {"what": "rest", "does": "halt"}
    earlier = holiday(_weeks_ago(2), _weeks_ago(2, day=4), **rest)
    seen = _one(visits=visits, calendar=(earlier,))
    assert (seen.weeks_since, seen.overdue, seen.due) == (4, -1, False)
    now = holiday(MONDAY, MONDAY + dt.timedelta(days=9), **rest)
    seen = _one(visits=visits, calendar=(now,))
    assert (seen.overdue, seen.due, seen.dates) == (-1, False, ())
    assert _why(seen)[0] == "This week does not count in its weeks: the service rests."
    assert not _one(calendar=(now,)).due  # never visited


def test_a_week_that_the_calendar_closes_leaves_a_stop_without_a_rule_due():
    shut = holiday(MONDAY, MONDAY + dt.timedelta(days=6), what="shut", stops=("s1",))
    seen = _one(calendar=(shut,))
    assert (seen.due, seen.dates, seen.closed_by) == (True, (), shut)
    assert _one(calendar=(shut,), weekdays=(6,)).closed_by is None  # it has no day anyway
    market = holiday(MONDAY, what="rest")
    only = holiday(TUESDAY, what="shut", stops=("s1",))
    assert _one(calendar=(market, only), weekdays=(1,)).closed_by is only


def test_a_rule_on_a_day_on_which_no_car_goes_out_stays_due_without_a_day():
    seen = _ruled(MonthWeekdays(nth=((1, 5),)))
    assert (seen.due, seen.dates, seen.why_not) == (True, (), None)
