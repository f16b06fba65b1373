"""Rows of the table become visits."""

from __future__ import annotations

import datetime as dt

import builders

from bookcar.actuals.visits import Line, car_days, file_of, lines_of, recorded_visits
from bookcar.model import PastVisit, Where

DAY = dt.date(2026, 5, 4)


def rows(*given: dict) -> list[Line]:
    base = {"date": DAY, "stop": "S1", "vehicle": "C1"}
    return [Line(i, PastVisit(**base | fields)) for i, fields in enumerate(given, 2)]


def test_rows_of_one_visit_are_one_visit_whatever_row_the_counts_stand_on() -> None:
    (visit,) = recorded_visits(
        rows(
            {"batch": "B1", "action": "dropped"},
            {"readers": 4, "arrive": 36_000},
            {"leave": 37_800},
        )
    )
    assert visit.rows == (2, 3, 4)
    assert visit.seconds == 1_800
    assert visit.value("readers") == 4
    assert visit.value("loans") is None


def test_two_arrivals_are_two_visits_and_a_row_without_belongs_to_the_one_above() -> None:
    first, second = recorded_visits(
        rows({}, {"arrive": 30_000}, {"readers": 1}, {"arrive": 50_000}, {"readers": 2})
    )
    assert (first.rows, second.rows) == ((2, 3, 4), (5, 6))
    assert (first.value("readers"), second.value("readers")) == (1, 2)


def test_another_car_makes_another_visit() -> None:
    assert len(recorded_visits(rows({}, {"vehicle": "C2"}))) == 2


def test_a_stop_that_another_car_came_to_was_not_missed() -> None:
    (visit,) = recorded_visits(rows({"status": "missed", "note": "broken"}, {"vehicle": "C2"}))
    assert visit.done
    assert visit.vehicle == "C2"
    (missed,) = recorded_visits(rows({"status": "missed"}, {"status": "missed", "note": "snow"}))
    assert not missed.done
    assert missed.notes == ("snow",)


def test_what_rows_tell_in_two_ways_is_named_and_the_first_counts() -> None:
    (visit,) = recorded_visits(rows({"readers": 4}, {"readers": 4}, {"loans": 1}, {"loans": 2}))
    assert visit.unclear == ("loans",)
    assert visit.value("readers") == 4
    assert visit.value("loans") == 1


def test_the_km_of_a_day_may_stand_on_a_missed_visit_of_it() -> None:
    lines = rows({}, {"stop": "S2", "status": "missed", "day_metres": 42_000})
    (day,) = car_days(lines)
    assert day.metres is not None
    assert (day.metres.value, day.metres.row) == (42_000, 3)
    assert car_days(lines[1:]) == ()


def test_rows_have_the_numbers_that_a_spreadsheet_shows() -> None:
    visits = (PastVisit(date=DAY, stop="S1"), PastVisit(date=DAY, stop="S2"))
    bare = builders.district(builders.stop("S1"), visits=visits)
    assert [line.row for line in lines_of(bare)] == [2, 3]
    assert file_of(bare) == "visits.csv"
    origins = {"visits": {"4": Where("v.xlsx: visits", 4), "7": Where("v.xlsx: visits", 7)}}
    read = builders.district(builders.stop("S1"), visits=visits, origins=origins)
    assert [line.row for line in lines_of(read)] == [4, 7]
    assert file_of(read) == "v.xlsx: visits"
