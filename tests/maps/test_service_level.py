from __future__ import annotations

import pytest
from maps.plans import make_plan

from bookcar.maps.service_level import (
    EARLY,
    LATE,
    NEVER,
    ON_TARGET,
    VERY_LATE,
    visit_class,
    weeks_since,
    within_target,
)

PLAN = make_plan(stops=90, routes=4, visits=5, unserved=6)


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


def test_served_stops_count_as_visited_this_week():
    served = {v.stop for r in PLAN.routes for v in r.visits}
    for stop, before, after in zip(
        PLAN.stops, weeks_since(PLAN, planned=False), weeks_since(PLAN, planned=True), strict=True
    ):
        assert before == stop.weeks_since
        assert after == (0 if stop.id in served else stop.weeks_since)


def test_within_target_are_the_two_blue_classes():
    weeks = weeks_since(PLAN, planned=False)
    for stop, since, kept in zip(PLAN.stops, weeks, within_target(PLAN.stops, weeks), strict=True):
        assert kept == (since is not None and since <= stop.every_weeks)
