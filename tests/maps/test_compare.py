from __future__ import annotations

import json
import re
from fractions import Fraction

import msgspec
import pytest
from calls import changed
from maps.plans import make_areas, make_roads, make_two

from bookcar.maps.compare import (
    GAINED,
    KEPT,
    LOST,
    NEITHER,
    change_class,
    compare,
    compare_map,
    signed,
)
from bookcar.phrases import Phrases

BEFORE, AFTER = make_two(90)


def data(page: str) -> dict:
    return json.loads(re.search(r'id="bookcar-data">(.*?)</script>', page, re.DOTALL)[1])


def on_routes(plan) -> set[str]:
    return {v.stop for r in plan.routes for v in r.visits}


def test_plans_for_one_week_are_compared_by_their_routes():
    found = compare(BEFORE, AFTER)
    assert (len(found.of(GAINED)), len(found.of(LOST)), len(found.of(KEPT))) == (10, 5, 25)
    old, new = on_routes(BEFORE), on_routes(AFTER)
    assert {s.id for s in found.of(GAINED)} == new - old
    assert {s.id for s in found.of(LOST)} == old - new
    assert {s.id for s in found.of(KEPT)} == old & new
    assert len(found.of(NEITHER)) == 90 - len(old | new)


def test_weeks_are_compared_by_the_target_of_each_stop():
    """A stop served last week and resting this week has lost nothing."""
    stops = tuple(
        msgspec.structs.replace(s, weeks_since=1 if s.id in on_routes(BEFORE) else 9)
        for s in AFTER.stops
    )
    later = msgspec.structs.replace(AFTER, week="2026-W50", stops=stops)
    found = compare(BEFORE, later)
    rested = on_routes(BEFORE) - on_routes(later)
    assert rested
    assert rested <= {s.id for s in found.of(KEPT)}
    late = {s.id for s in later.stops} - on_routes(BEFORE) - on_routes(later)
    assert late == {s.id for s in (*found.of(LOST), *found.of(NEITHER))}


def test_a_stop_that_is_gone_loses_and_a_new_one_gains():
    served = sorted(on_routes(AFTER))[0]
    without = msgspec.structs.replace(
        AFTER,
        stops=tuple(s for s in AFTER.stops if s.id != served),
        routes=tuple(
            changed(r, visits=tuple(v for v in r.visits if v.stop != served)) for r in AFTER.routes
        ),
    )
    assert [s.id for s in compare(AFTER, without).of(LOST)] == [served]
    assert [s.id for s in compare(without, AFTER).of(GAINED)] == [served]
    drawn = data(compare_map(AFTER, without, None))
    assert [stop["gone"] for stop in drawn["stops"] if "gone" in stop] == [True]
    assert drawn["lost"] == [len(drawn["stops"]) - 1]


def test_a_plan_held_against_itself_changes_nothing():
    found = compare(AFTER, AFTER)
    assert found.of(GAINED) == found.of(LOST) == []
    assert {row[-1] for row in data(compare_map(AFTER, AFTER, None))["figures"]} == {"0"}


def test_changed_figures_are_those_of_the_plans():
    rows = {r[0]: r[1:] for r in data(compare_map(BEFORE, AFTER, None, language="en"))["figures"]}
    assert rows["stops on a route"] == ["30", "35", "+5"]
    assert rows["due, not served"] == ["16", "11", "−5"]
    assert rows["routes"] == ["6", "7", "+1"]
    kilometres = [round(p.totals.metres / 1000) for p in (BEFORE, AFTER)]
    assert rows["km"][:2] == [f"{n:,}" for n in kilometres]
    assert rows["km"][2] == signed(kilometres[1] - kilometres[0], Phrases("en"))
    people = [sum(s.people for s in p.stops if s.id in on_routes(p)) for p in (BEFORE, AFTER)]
    assert rows["people with service"][:2] == [f"{n:,}" for n in people]


@pytest.mark.parametrize(
    ("points", "expected"),
    [(-30, 0), (-10, 0), (-9.9, 1), (-2.1, 1), (-2, 2), (0, 2), (2, 2), (2.1, 3), (9.9, 3),
     (10, 4), (50, 4)],
)  # fmt: skip
def test_classes_of_change(points, expected):
    assert change_class(Fraction(points).limit_denominator(10)) == expected


def test_townships_that_lose_most_come_first():
    drawn = data(compare_map(BEFORE, AFTER, None, areas=make_areas(), language="en"))
    shown = drawn["shading"]["change"]
    cells = [shown["cells"][i] for i in shown["order"] if "name" in drawn["areas"][i]]
    points = [int(c["value"].split()[0].replace("−", "-")) for c in cells if c["value"]]
    assert points == sorted(points)
    assert points[0] < 0 < points[-1]


def test_a_stop_that_loses_service_says_why():
    lost = compare(BEFORE, AFTER).of(LOST)
    reasons = {u.stop for u in AFTER.unserved}
    drawn = data(compare_map(BEFORE, AFTER, None, language="en"))
    said = {AFTER.stops[i].id for i in drawn["lost"] if drawn["stops"][i].get("reason")}
    assert said == {s.id for s in lost} <= reasons


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (1234, "+1,234"), (-5, "−5")])
def test_changes_carry_their_sign(value, text):
    assert signed(value, Phrases("en")) == text


def test_same_input_same_page():
    pages = {compare_map(BEFORE, AFTER, make_roads(), areas=make_areas()) for _ in range(2)}
    assert len(pages) == 1
