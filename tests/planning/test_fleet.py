"""The stores that a car can reload at within its day."""

from __future__ import annotations

import pytest
from builders import depot, district, prepared, stop, vehicle

from bookcar.planning.fleet import near_enough


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
