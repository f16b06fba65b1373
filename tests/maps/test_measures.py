from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from builders import MONDAY, district, past_visit, stop
from calls import changed
from maps.plans import make_plan
from roads.osmfile import ROAD, on_roads, stop_at, write_osm

from bookcar.due import due_stops
from bookcar.maps.measures import measure, recorded_plan, with_records
from bookcar.model import PastVisit
from bookcar.roads.walk import walk_network

SUNDAY = MONDAY - dt.timedelta(days=1)


def weeks_before(weeks: int, day: int = 0) -> dt.date:
    return MONDAY - dt.timedelta(weeks=weeks) + dt.timedelta(days=day)


def visits(*given: tuple[str, dt.date], **fields: object) -> tuple[PastVisit, ...]:
    return tuple(past_visit(stop_id, date, **fields) for stop_id, date in given)


def visited(*rows: PastVisit):
    """Return a district of two stops with some records, and its plan without routes."""
    tables = district(stop("S1"), stop("S2"), visits=rows)
    return tables, recorded_plan(tables, SUNDAY)


def test_a_visit_of_many_rows_counts_once_and_its_books_are_added_up():
    day = weeks_before(2)
    tables, plan = visited(
        *visits(("S1", day), ("S1", day), action="dropped", books=40),
        *visits(("S1", day), action="collected", books=55),
    )
    service = measure(plan, tables, None).recorded
    assert service.visits == (1, 0)
    assert service.books == (80, 0)
    assert service.area is None


def test_a_missed_visit_counts_nowhere():
    tables, plan = visited(
        *visits(("S1", weeks_before(1)), status="missed", action="dropped", books=9)
    )
    assert measure(plan, tables, None).recorded.visits == (0, 0)
    assert plan.stops[0].weeks_since is None


def test_the_window_is_the_week_shown_and_eleven_before_it():
    tables = district(
        stop("S1"),
        visits=visits(("S1", weeks_before(11)), ("S1", weeks_before(12, day=6))),
    )
    plan = msgspec.structs.replace(recorded_plan(tables, SUNDAY), week="2026-W49")
    assert measure(plan, tables, None).recorded.visits == (1,)


def test_records_after_the_day_are_not_known_yet():
    tables = district(stop("S1"), visits=visits(("S1", MONDAY), ("S1", weeks_before(3))))
    plan = msgspec.structs.replace(recorded_plan(tables, SUNDAY), week="2026-W49")
    assert measure(plan, tables, None).recorded.visits == (1,)
    assert measure(plan, tables, None, upto=MONDAY).recorded.visits == (2,)


def test_a_plan_adds_its_visits_and_its_books():
    plan = make_plan(stops=20, routes=2, visits=3, unserved=1)
    tables = district(*(stop(s.id) for s in plan.stops))
    measures = measure(plan, tables, None)
    books = {b.id: b.books for b in plan.batches}
    drops = {v.stop: sum(books[b] for b in v.drops) for r in plan.routes for v in r.visits}
    assert measures.recorded.visits == (0,) * 20
    assert measures.planned.visits == tuple(int(s.id in drops) for s in plan.stops)
    assert measures.planned.books == tuple(drops.get(s.id, 0) for s in plan.stops)


@pytest.mark.parametrize("weeks", [0, 1, 4, 30])
def test_waits_up_to_the_day_before_a_week_are_those_the_planner_sees(weeks):
    tables, plan = visited(*visits(("S1", weeks_before(weeks)), ("S2", weeks_before(9, day=3))))
    shown = with_records(msgspec.structs.replace(plan, week="2026-W49"), tables, SUNDAY)
    assert [s.weeks_since for s in shown.stops] == [
        d.weeks_since for d in due_stops(tables, MONDAY)
    ]


def test_a_day_without_a_plan_counts_weeks_to_that_day():
    tables = district(stop("S1"), visits=visits(("S1", dt.date(2026, 11, 2))))
    wednesday = recorded_plan(tables, dt.date(2026, 11, 18))
    assert (wednesday.week, wednesday.id) == ("2026-W47", "")
    assert wednesday.stops[0].weeks_since == 2
    assert wednesday.stops[0].name == tables.stops[0].name


def test_only_stops_within_their_target_draw_people_to_them(tmp_path):
    """S1 was visited last week, S4 is late: S2 is near the one, S3 near the other."""
    extract = write_osm(tmp_path / "road.osm", {1: (0, 0), 2: (20_000, 0)}, [([1, 2], ROAD)])
    places = [stop_at(f"S{i}", x, 0) for i, x in enumerate((1_000, 2_000, 18_000, 19_000), start=1)]
    records = visits(("S1", weeks_before(1)), ("S4", weeks_before(9)))
    tables = on_roads(extract, *places, visits=records)
    plan = msgspec.structs.replace(recorded_plan(tables, SUNDAY), week="2026-W49")
    found = measure(plan, tables, walk_network(tables, cache=tmp_path))
    assert found.recorded.area.stops == {"S1", "S2"}
    assert found.near == ((1,), (0,), (3,), (2,))


def test_two_visits_of_a_plan_count_twice():
    plan = make_plan(stops=4, routes=2, visits=1, unserved=0)
    first, second = plan.routes
    again = msgspec.structs.replace(second.visits[0], stop=first.visits[0].stop)
    twice = msgspec.structs.replace(plan, routes=(first, changed(second, visits=(again,))))
    tables = district(*(stop(s.id) for s in plan.stops))
    planned = dict(
        zip((s.id for s in plan.stops), measure(twice, tables, None).planned.visits, strict=True)
    )
    assert planned[again.stop] == 2
    assert sum(planned.values()) == 2
