"""Open days of vehicles and stops: what each entry of the calendar closes, and what stands in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from builders import MONDAY, district, holiday, stop, vehicle

from bookcar.calendars.days import Calendar
from bookcar.model import CalendarEntry, District, Settings

WEEK = [MONDAY + dt.timedelta(days=n) for n in range(7)]
SATURDAY = WEEK[5]


def _entry(first: int = 0, last: int | None = None, **fields: Any) -> CalendarEntry:
    days = (WEEK[first], WEEK[first if last is None else last])
    return holiday(*days, **fields)


def _open(*entries: CalendarEntry, **fields: Any) -> list[int]:
    """Return the weekdays of the week on which a stop is open."""
    cars = (vehicle("V"), vehicle("W", weekdays=(1, 2)))
    tables = district(stop("S1", **fields), vehicles=cars, calendar=entries)
    days = Calendar(tables).of_stop(tables.stops[0])
    return [day.weekday() for day in days.open_days(MONDAY)]


def _works(*entries: CalendarEntry, id: str = "V") -> list[int]:
    """Return the weekdays of the week on which a car works."""
    tables = district(stop("S1"), vehicles=(vehicle("V"), vehicle("W")), calendar=entries)
    calendar, car = Calendar(tables), tables.vehicles_by_id[id]
    return [day.weekday() for day in WEEK if calendar.works(car, day)]


def test_a_district_without_a_calendar_is_open_on_its_working_days() -> None:
    assert _open() == _works() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("what", ["holiday", "rest"])
@pytest.mark.parametrize("does", ["drop", "halt"])
def test_a_holiday_or_rest_for_all_closes_cars_and_stops(what: str, does: str) -> None:
    entry = _entry(1, 3, what=what, does=does)
    assert _open(entry) == _works(entry) == [0, 4]


def test_a_stop_that_is_shut_keeps_no_car_at_home() -> None:
    entry = _entry(what="shut", stops=("S1",))
    assert _open(entry) == [1, 2, 3, 4]
    assert _works(entry) == [0, 1, 2, 3, 4]
    assert _open(_entry(what="shut", stops=("S2",))) == [0, 1, 2, 3, 4]


def test_an_entry_for_a_kind_closes_the_stops_of_that_kind() -> None:
    entry = _entry(what="holiday", kinds=("school",))
    assert _open(entry, kind="school") == [1, 2, 3, 4]
    assert _open(entry, kind="village") == _works(entry) == [0, 1, 2, 3, 4]


def test_a_school_holiday_is_for_stops_visited_on_school_days_or_named() -> None:
    for_all = _entry(0, 4, what="school holiday")
    assert _open(for_all, school_days=True) == []
    assert _open(for_all) == _works(for_all) == [0, 1, 2, 3, 4]
    named = _entry(0, 4, what="school holiday", kinds=("school",))
    assert _open(named, kind="school") == []


def test_a_saturday_is_a_school_day_only_where_the_stops_own_days_say_so() -> None:
    week = Settings(weekdays=(0, 5))
    for weekdays, opened in (((), [0]), ((0, 5), [0, 5])):
        tables = district(stop("S1", school_days=True, weekdays=weekdays), settings=week)
        days = Calendar(tables).of_stop(tables.stops[0])
        assert [day.weekday() for day in days.open_days(MONDAY)] == opened


def test_a_car_that_is_off_stays_at_home_and_the_other_goes() -> None:
    entry = _entry(1, 2, what="car off", vehicles=("V",))
    assert _works(entry) == [0, 3, 4]
    assert _works(entry, id="W") == [0, 1, 2, 3, 4]


def test_a_stop_is_closed_when_every_car_that_may_come_is_off() -> None:
    entry = _entry(0, 4, what="car off", vehicles=("V",))
    assert _open(entry, vehicles=("V",)) == []
    assert _open(entry, vehicles=("V", "W")) == [1, 2]
    assert _open(entry) == [1, 2]  # V is off, and W works on those days only
    both = (entry, _entry(1, what="car off", vehicles=("W",)))
    assert _open(*both) == [2]


def test_a_moved_day_is_made_up_for_by_another() -> None:
    """As in China, where a Saturday is worked for a Monday of the festival."""
    entry = _entry(0, does="move", to=SATURDAY)
    assert _open(entry) == _works(entry) == [1, 2, 3, 4, 5]
    assert _open(entry, weekdays=(0,)) == [5]
    assert _open(entry, weekdays=(1,)) == [1]
    assert _works(_entry(6, does="move", to=SATURDAY)) == [0, 1, 2, 3, 4]  # no Sunday to make up


def test_a_move_for_one_car_or_one_stop_is_for_no_other() -> None:
    car = _entry(0, does="move", to=SATURDAY, vehicles=("V",))
    assert _works(car) == [1, 2, 3, 4, 5]
    assert _works(car, id="W") == [0, 1, 2, 3, 4]
    place = _entry(0, does="move", to=SATURDAY, stops=("S1",), what="shut")
    assert _open(place) == [1, 2, 3, 4, 5]
    assert _works(place) == [0, 1, 2, 3, 4]


def test_the_most_particular_entry_counts_then_halt_then_move() -> None:
    day, to = WEEK[0], WEEK[2]
    everyone = _entry(0, does="halt")
    kind = _entry(0, does="drop", kinds=("village",))
    moved = _entry(0, does="move", to=to, kinds=("village",))
    car = _entry(0, does="drop", vehicles=("V",))
    own = _entry(0, does="move", to=to, stops=("S1",))
    ranked = (everyone, kind, moved, car, own)
    for count, strongest in ((1, everyone), (2, kind), (3, moved), (4, car), (5, own)):
        tables: District = district(stop("S1"), calendar=ranked[:count])
        assert Calendar(tables).of_stop(tables.stops[0]).closed_by(day) is strongest
