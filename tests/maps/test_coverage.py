from __future__ import annotations

import json
import re

import msgspec
import pytest
from maps.plans import make_areas, make_plan, make_roads

from bookcar.maps.coverage import coverage_map

PLAN = make_plan(stops=90, routes=4, visits=5, unserved=6)


def data(page: str) -> dict:
    return json.loads(re.search(r'id="bookcar-data">(.*?)</script>', page, re.DOTALL)[1])


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
    cells = drawn["shading"]["window"]["cells"]
    counts = [re.findall(r"\d+", c["count"]) for c in cells if c["count"]]
    assert sum(int(total) for _, total in counts) == len(PLAN.stops)
    assert sum(int(n) for n, _ in counts) == sum(kept)
    assert drawn["people"] == sum(s.people for s, ok in zip(PLAN.stops, kept, strict=True) if ok)
    assert sorted(drawn["gaps"]) == [i for i, ok in enumerate(kept) if not ok]


def test_gaps_stand_by_people():
    gaps = data(coverage_map(PLAN, None))["modes"]["recorded"]["gaps"]
    people = [PLAN.stops[i].people for i in gaps]
    assert people == sorted(people, reverse=True)


def test_worst_townships_come_first_and_those_without_a_share_last():
    drawn = data(coverage_map(PLAN, None, areas=make_areas(), language="en"))
    shading = drawn["modes"]["recorded"]["shading"]["window"]
    cells = [shading["cells"][i] for i in shading["order"] if "name" in drawn["areas"][i]]
    shares = [int(c["value"].removesuffix("\N{NO-BREAK SPACE}%")) for c in cells if c["value"]]
    assert shares == sorted(shares)
    few = [c["shade"] is None for c in cells]
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
