"""What to look at before a week is approved."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from calls import changed
from manifests.plans import HOSTILE, make_plan

from bookcar.errors import Fault
from bookcar.manifests.rows import week_sheet
from bookcar.pages.attention import Point, points
from bookcar.plan import Break, Plan


def _points(plan: Plan) -> list[Point]:
    return points(plan, week_sheet(plan))


def _texts(**wanted: Any) -> list[str]:
    return [point.text for point in _points(make_plan(**wanted))]


def _with_areas(plan: Plan, areas: list[str]) -> Plan:
    stops = (
        msgspec.structs.replace(stop, area=area)
        for stop, area in zip(plan.stops, areas, strict=True)
    )
    return msgspec.structs.replace(plan, stops=tuple(stops))


def test_an_ordinary_week_asks_for_nothing() -> None:
    assert _texts() == []


def test_required_stops_left_over_come_first_and_are_named() -> None:
    found = _points(make_plan(unserved=2, stop={"required": True, "phone": ""}))
    assert found[0].weight == "bad"
    told = "2 stops that must be served are not: Huatian Village 11, Huatian Village 12."
    assert told in found[0].text
    assert [point.weight for point in found] == ["bad", "note"]


def test_townships_with_less_than_half_of_their_due_stops_served() -> None:
    """Served stops first: 4 of A; left over: 3 of B, 1 of A, 2 of C, of which nothing is said."""
    plan = make_plan(routes=1, stops=4, unserved=6)
    plan = _with_areas(plan, ["A", "A", "A", "B", "B", "B", "B", "A", "C", "C"])
    assert [point.text for point in _points(plan)] == ["B: only 1 of 4 due stops are served."]


def test_townships_are_judged_by_stops_and_not_by_visits() -> None:
    """Two stops visited twice and three not at all; one that gets half its visits is not served."""
    plan = make_plan(routes=1, stops=4, unserved=3)
    (route,) = plan.routes
    visits = (route.visits[0], route.visits[1]) * 2
    route = changed(route, visits=visits)
    plan = _with_areas(plan, ["A", "A", "B", "B", "A", "A", "A"])
    plan = msgspec.structs.replace(plan, routes=(route,))
    assert [point.text for point in _points(plan)] == ["A: only 2 of 5 due stops are served."]
    half = msgspec.structs.replace(plan.unserved[0], stop=route.visits[0].stop, made=1)
    plan = msgspec.structs.replace(plan, unserved=(*plan.unserved, half))
    assert [point.text for point in _points(plan)] == ["A: only 1 of 5 due stops are served."]


@pytest.mark.parametrize("to_spare", [599, 600])
@pytest.mark.parametrize("limit", ["ends", "max_seconds"])
def test_a_route_that_one_delay_breaks(limit: str, to_spare: int) -> None:
    plain = make_plan(routes=1, stops=3)
    (route,) = plain.routes
    used = {"ends": route.back, "max_seconds": route.back - route.depart}[limit]
    found = _texts(routes=1, stops=3, vehicle={limit: used + to_spare})
    assert [text.partition(":")[2] for text in found] == (
        [" R01 (9 min)."] if to_spare < 600 else []
    )


@pytest.mark.parametrize(("hours", "rests", "told"), [(6, 0, 0), (6.1, 0, 1), (6.1, 1, 0)])
def test_a_long_route_without_a_break_is_told_though_no_rule_asks_for_one(
    hours: float, rests: int, told: int
) -> None:
    (route,) = make_plan(routes=1, stops=3).routes
    begin = route.depart + 3600
    calls = [Break(moment="before", begin=begin, end=begin + 1800)] * rests + list(route.visits)
    back = route.depart + round(hours * 3600)
    route = msgspec.structs.replace(route, calls=tuple(calls), back=back)
    plan = msgspec.structs.replace(make_plan(routes=1, stops=3), routes=(route,))
    texts = [text for text in (point.text for point in _points(plan)) if "No break" in text]
    assert [text.partition(":")[0] for text in texts] == [
        "No break on R01, which is longer than 6 hours"
    ] * told


def test_stops_without_a_phone_and_routes_without_a_driver() -> None:
    phones, drivers = _texts(routes=2, stops=5, stop={"phone": ""}, vehicle={"driver": ""})
    assert phones.startswith("10 stops have no phone number: R01 1 Huatian Village 1, R01 2 ")
    assert phones.endswith(" and 4 more.")
    assert drivers == "No driver is named for R01, R02."


def test_estimated_distances_are_one_of_them() -> None:
    assert _texts(plan={"estimated": True}) == [
        "Distances and times are estimated from coordinates, not from roads."
    ]


def test_hostile_names_are_cut_and_one_line() -> None:
    plan = make_plan(routes=1, stops=len(HOSTILE), names=HOSTILE, stop={"phone": ""})
    for point in _points(plan):
        assert "\n" not in point.text
        assert len(point.text) < 400


def test_a_closure_not_kept_to_comes_before_other_warnings() -> None:
    """A car may stand before a landslide; a phone that is missing can wait."""
    waiting = {"count": 1, "requests": (("Q1", "S1"),)}
    closed = {"extract": "a.osm", "ways": (12,), "others": ()}
    warnings = (
        Fault(rule="requests-waiting", file="f.csv", figures=waiting, severity="warning"),
        Fault(rule="unknown-way", file="f.csv", row=2, figures=closed, severity="warning"),
    )
    found = _points(make_plan(stop={"phone": ""}, plan={"warnings": warnings}))
    assert [point.weight for point in found] == ["bad", "note", "note"]
    assert found[0].text.startswith("No road for cars in the extract a.osm has the way id 12")
    assert found[0].text.endswith("(f.csv row 2)")
    assert found[-1].text.startswith("1 open request cannot be brought this week: Q1 for S1.")


def test_warnings_of_one_kind_are_told_together() -> None:
    def short(row: int, rule: str = "short-of-books") -> Fault:
        figures = {"stop": f"S{row}", "name": "", "books": 100}
        return Fault(
            rule=rule,
            file="stops.csv",
            row=row,
            column="books",
            value="200",
            severity="warning",
            figures=figures,
        )

    plan = make_plan(plan={"warnings": tuple(short(row) for row in (2, 5, 7, 9))})
    (told,) = (point.text for point in _points(plan) if "S2" in point.text)
    assert "And 3 more of this kind: rows 5, 7, 9." in told
    plan = make_plan(plan={"warnings": (short(2), short(5))})
    assert len([point for point in _points(plan) if "100" in point.text]) == 2
