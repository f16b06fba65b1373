"""The stores that a car can reload at within its day."""

from __future__ import annotations

import pytest
from builders import depot, district, prepared, stop, vehicle

from bookcar.planning.fleet import finds_open, fleet_of, near_enough, within_reach


@pytest.mark.parametrize(
    ("limits", "near"),
    [
        ({}, True),
        ({"max_metres": 10_000}, False),
        ({"max_seconds": 1_200}, False),
        ({"max_driving_s": 1_200}, False),
        ({"max_driving_s": 3_600}, True),
    ],
)
def test_a_store_is_near_enough_within_every_limit_of_the_way(
    limits: dict[str, int], near: bool
) -> None:
    """E is some 8 km east of D as the crow flies: a good half hour there and back."""
    car = vehicle("V", reloads=1, reload_at=("E",), **limits)
    ready = prepared(
        district(stop("S1"), depots=(depot("D"), depot("E", lon=106.73)), vehicles=(car,))
    )
    assert near_enough(car, "E", ready.travel) is near
    assert bool(ready.fleet.reloads) is near


def test_a_store_may_be_near_by_way_of_a_stop() -> None:
    """In a table of somebody's own the way straight back may be the longer one."""
    car = vehicle("V", reloads=1, reload_at=("E",), max_driving_s=3_000, max_metres=30_000)
    tables = district(stop("S1"), depots=(depot("D"), depot("E", lon=106.73)), vehicles=(car,))
    ready = prepared(tables)
    rows, given = ready.travel.rows, ready.travel.tables[car.profile]
    for place, legs in (("seconds", 600), ("metres", 5_000)):
        own = getattr(given, place)
        own[:] = 9 * legs
        for a, b in (("D", "E"), ("E", "S1"), ("S1", "D")):
            own[rows[a], rows[b]] = legs
    assert near_enough(car, "E", ready.travel)
    assert finds_open(car, "E", ready.travel, windows=((car.starts, car.starts + 2_400),))
    assert not finds_open(car, "E", ready.travel, windows=((0, car.starts + 600),))
    assert within_reach(fleet_of(tables, ready.horizon), ready.travel).reloads
