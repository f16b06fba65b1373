"""The sheets say what the plan says."""

from __future__ import annotations

import msgspec
import pytest
from calls import changed
from manifests.plans import ZH, make_plan

from bookcar.manifests.rows import file_stem, week_sheet


def test_figures_are_the_plans() -> None:
    plan = make_plan(routes=3, stops=7, batches=2)
    week = week_sheet(plan)
    for route, sheet in zip(plan.routes, week.routes, strict=True):
        assert sheet.km.value == round(route.metres / 1000, 1)
        assert sheet.hours.value * 86_400 == pytest.approx(route.back - route.depart)
        assert (sheet.peak_books, sheet.parts[0].books) == (route.peak_books, route.books_out)
        assert sheet.drop_books == 40 * 2 * 7
        assert [row.aboard for row in sheet.rows] == [visit.books for visit in route.visits]
        driven = sum(visit.leg.metres for visit in route.visits)
        assert sheet.rows[-1].total_km.text == f"{driven / 1000:.1f}"
    assert (week.served, week.due, week.books) == (21, 23, 21 * 2 * 40)


def test_times_are_rounded_down_to_the_minute() -> None:
    plan = make_plan()
    assert plan.routes[0].depart % 60 == 30
    assert week_sheet(plan).routes[0].depart.text == "08:01"


def test_the_last_stops_batches_are_loaded_first() -> None:
    (sheet,) = week_sheet(make_plan(routes=1, stops=4, batches=2)).routes
    assert [row.number for row in sheet.load] == [4, 4, 3, 3, 2, 2, 1, 1]
    assert [row.order for row in sheet.load] == list(range(1, 9))
    assert sum(row.batch.books for row in sheet.load) == sheet.parts[0].books


def test_a_batch_handed_on_along_the_route_is_not_loaded() -> None:
    plan = make_plan(routes=1, stops=3)
    first, second, third = plan.routes[0].visits
    third = msgspec.structs.replace(third, drops=first.collects)
    route = changed(plan.routes[0], visits=(first, second, third))
    (sheet,) = week_sheet(msgspec.structs.replace(plan, routes=(route,))).routes
    assert [row.number for row in sheet.load] == [2, 1]


def test_the_break_stands_at_its_stop() -> None:
    (sheet,) = week_sheet(make_plan(routes=1, stops=5)).routes
    assert [row.number for row in sheet.rows if row.break_before] == [3]
    assert sheet.rows[2].begin_text == f"from {sheet.rows[2].begin.text}"


def test_emergency_numbers_only_where_they_are_known() -> None:
    assert "120" in week_sheet(make_plan(plan=ZH)).emergency
    assert week_sheet(make_plan(plan={"time_zone": "Europe/Andorra"})).emergency == ""


def test_language_can_be_chosen() -> None:
    plan = make_plan(plan=ZH)
    assert week_sheet(plan).routes[0].weekday == "周一"
    assert week_sheet(plan, language="en").routes[0].weekday == "Mon"


def test_vehicle_without_a_weight_limit_prints_none() -> None:
    sheet = week_sheet(make_plan(vehicle={"kg": None})).routes[0]
    assert (sheet.peak_kg, sheet.max_kg) == (None, None)
    assert "kg" not in sheet.rows[0].aboard_text


@pytest.mark.parametrize(("route_id", "stem"), [("R01", "R01"), ("../../x", "_x"), ("a b", "a_b")])
def test_file_names_stay_in_their_folder(route_id: str, stem: str) -> None:
    assert file_stem(route_id) == stem
