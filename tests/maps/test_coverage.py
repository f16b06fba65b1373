from __future__ import annotations

import json
import re

import msgspec
import pytest
from maps.plans import make_areas, make_plan, make_roads

from bookcar.maps.coverage import (
    EARLY,
    LATE,
    NEVER,
    ON_TARGET,
    VERY_LATE,
    coverage_map,
    shade,
    visit_class,
    weeks_since,
)

PLAN = make_plan(stops=90, routes=4, visits=5, unserved=6)


def data(page: str) -> dict:
    return json.loads(re.search(r'id="bookcar-data">(.*?)</script>', page, re.DOTALL)[1])


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [(0, EARLY), (2, EARLY), (3, ON_TARGET), (4, ON_TARGET), (5, LATE), (8, LATE), (9, VERY_LATE),
     (200, VERY_LATE), (None, NEVER)],
)  # fmt: skip
def test_classes_of_a_four_week_target(weeks, expected):
    assert visit_class(weeks, 4) == expected


@pytest.mark.parametrize("target", [1, 2, 3, 5, 8, 13])
def test_classes_follow_the_target(target):
    for weeks in range(4 * target):
        part = weeks / target
        expected = [part <= 0.5, part <= 1, part <= 2, True].index(True)
        assert visit_class(weeks, target) == expected


@pytest.mark.parametrize(
    ("within", "stops", "expected"),
    [(2, 2, None), (0, 3, 0), (39, 100, 0), (40, 100, 1), (54, 100, 1), (55, 100, 2), (69, 100, 2),
     (70, 100, 3), (84, 100, 3), (85, 100, 4), (100, 100, 4), (11, 20, 2)],
)  # fmt: skip
def test_shades_break_where_they_say(within, stops, expected):
    assert shade(within, stops) == expected


def test_served_stops_count_as_visited_this_week():
    served = {v.stop for r in PLAN.routes for v in r.visits}
    for stop, before, after in zip(
        PLAN.stops, weeks_since(PLAN, planned=False), weeks_since(PLAN, planned=True), strict=True
    ):
        assert before == stop.weeks_since
        assert after == (0 if stop.id in served else stop.weeks_since)


@pytest.mark.parametrize("mode", ["recorded", "planned"])
def test_figures_agree_with_a_count_by_hand(mode):
    drawn = data(coverage_map(PLAN, None, areas=make_areas()))["modes"][mode]
    served = {v.stop for r in PLAN.routes for v in r.visits} if mode == "planned" else set()
    kept = [
        s.id in served or (s.weeks_since is not None and s.weeks_since <= s.every_weeks)
        for s in PLAN.stops
    ]
    assert drawn["within"] == sum(kept)
    assert sum(drawn["counts"]) == len(PLAN.stops)
    assert sum(row["n"] for row in drawn["rows"]) == len(PLAN.stops)
    assert sum(row["within"] for row in drawn["rows"]) == sum(kept)
    assert drawn["people"] == sum(s.people for s, ok in zip(PLAN.stops, kept, strict=True) if ok)
    assert sorted(drawn["gaps"]) == [i for i, ok in enumerate(kept) if not ok]


def test_gaps_stand_by_people():
    gaps = data(coverage_map(PLAN, None))["modes"]["recorded"]["gaps"]
    people = [PLAN.stops[i].people for i in gaps]
    assert people == sorted(people, reverse=True)


def test_worst_townships_come_first_and_those_without_a_share_last():
    drawn = data(coverage_map(PLAN, None, areas=make_areas()))
    mode = drawn["modes"]["recorded"]
    shares = [
        mode["rows"][i]["within"] / mode["rows"][i]["n"]
        for i in mode["order"]
        if mode["rows"][i]["shade"] is not None and "name" in drawn["areas"][i]
    ]
    assert shares == sorted(shares)
    few = [mode["rows"][i]["shade"] is None for i in mode["order"] if "name" in drawn["areas"][i]]
    assert few == sorted(few)


def test_targets_that_differ_leave_the_classes_without_weeks():
    stops = (msgspec.structs.replace(PLAN.stops[0], every_weeks=2), *PLAN.stops[1:])
    mixed = msgspec.structs.replace(PLAN, stops=stops)
    assert data(coverage_map(PLAN, None))["target"] == 4
    assert data(coverage_map(mixed, None))["target"] is None


def test_same_input_same_page():
    one = coverage_map(PLAN, make_roads(), areas=make_areas())
    assert one == coverage_map(PLAN, make_roads(), areas=make_areas())


def test_plan_without_stops():
    empty = make_plan(stops=0, routes=0, visits=0, unserved=0)
    assert data(coverage_map(empty, None))["modes"]["recorded"]["longest"] is None
