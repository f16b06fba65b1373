"""The plans of past weeks are found, or it is known that they are not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from report.weeks import call, route, write_plan

from bookcar.actuals.plans import find_plans, weeks_of
from bookcar.actuals.visits import Line, recorded_visits
from bookcar.model import PastVisit

MONDAY = dt.date(2026, 12, 28)  # of 2026-W53
STOPS = {"S1", "S2", "S3"}


def test_a_period_over_new_year_has_the_weeks_of_the_calendar() -> None:
    weeks = list(weeks_of(dt.date(2026, 12, 24), dt.date(2027, 1, 4)))
    assert weeks == ["2026-W52", "2026-W53", "2027-W01"]


def test_missing_broken_and_foreign_plans_are_told_apart(tmp_path: Path) -> None:
    write_plan(tmp_path, "2026-W52", [route(MONDAY, "C1", call("S1", 1, 2))])
    write_plan(tmp_path, "2026-W53", [route(MONDAY, "C1", call("elsewhere", 1, 2))])
    (tmp_path / "2027-W01").mkdir()
    (tmp_path / "2027-W01" / "plan.json").write_text("{")
    plans = find_plans(tmp_path, dt.date(2026, 12, 21), dt.date(2027, 1, 17), stops=STOPS)
    assert [week.week for week in plans.weeks] == ["2026-W52"]
    assert plans.unreadable == ("2026-W53", "2027-W01")
    assert plans.missing == ("2027-W02",)
    assert find_plans(None, MONDAY, MONDAY, stops=STOPS).missing == ("2026-W53",)


def test_the_sample_plan_is_read(root: Path) -> None:
    monday = dt.date(2026, 11, 30)
    folder = root / "routes" / "fuhuan"
    (week,) = find_plans(folder, monday, monday, stops={"T01", "S01", "B01"} | _stops(root)).weeks
    assert week.week == "2026-W49"
    assert all(r.metres > 0 for r in week.routes)


def _stops(root: Path) -> set[str]:
    from bookcar import read  # noqa: PLC0415

    return set(read(root / "examples" / "fuhuan").stops_by_id)


def recorded(*given: tuple[str, int, str]):
    rows = [
        Line(i, PastVisit(date=MONDAY + dt.timedelta(days=day), stop=stop, vehicle=car))
        for i, (stop, day, car) in enumerate(given, 2)
    ]
    return recorded_visits(rows)


def test_a_visit_is_held_against_the_plan_of_its_day_and_car_first(tmp_path: Path) -> None:
    tuesday = MONDAY + dt.timedelta(days=1)
    write_plan(
        tmp_path,
        "2026-W53",
        [
            route(MONDAY, "C1", call("S1", 0, 60)),
            route(tuesday, "C1", call("S1", 0, 120)),
            route(tuesday, "C2", call("S1", 0, 180)),
        ],
    )
    plans = find_plans(tmp_path, MONDAY, MONDAY, stops=STOPS)
    visits = recorded(("S1", 1, "C2"), ("S1", 1, "C9"), ("S1", 3, "C2"), ("S2", 0, "C1"))
    found = [plans.of(visit) for visit in visits]
    told = {
        v.vehicle + str(v.date.day): p and p.seconds for v, p in zip(visits, found, strict=True)
    }
    assert told == {"C229": 180, "C929": 120, "C231": 180, "C128": None}


def test_a_record_on_another_day_stands_for_a_planned_visit(tmp_path: Path) -> None:
    friday = MONDAY + dt.timedelta(days=4)
    routes = [
        route(MONDAY, "C1", call("S1", 0, 60), call("S2", 0, 60), call("S3", 0, 60)),
        route(friday, "C1", call("S1", 0, 60)),
    ]
    write_plan(tmp_path, "2026-W53", routes)
    plans = find_plans(tmp_path, MONDAY, MONDAY, stops=STOPS)
    left = plans.without_record(recorded(("S1", 4, "C1"), ("S2", 2, "C2")))
    assert [(v.stop, v.date) for v in left] == [("S1", MONDAY), ("S3", MONDAY)]
