"""Which car-days could make a visit and nothing else, by where its batches come aboard."""

from __future__ import annotations

from typing import Any

import pytest
from builders import H, batch, depot, district, prepared, stop, vehicle

from bookcar.model import District
from bookcar.planning.alone import Reach, tried_alone
from bookcar.planning.visit_options import options_of


def _reach(tables: District) -> Reach:
    ready = prepared(tables)
    (option,) = options_of(ready)
    return tried_alone([option], ready)[option.key]


def _cars(**limits: Any) -> District:
    """Return a stop that a car of no limits and one of these could serve, on two days."""
    days = {"weekdays": (0, 1)}
    return district(stop("S9"), vehicles=(vehicle("V", **days), vehicle("W", **days, **limits)))


@pytest.mark.parametrize(
    "limits",
    [
        {"max_metres": 20_000},
        {"max_seconds": 2_400},
        {"ends": 8 * H + 2_400},
        {"max_driving_s": 2_400},
        {"max_stops": 0},
    ],
)
def test_a_car_that_breaks_a_limit_alone_is_left_out(limits: dict[str, Any]) -> None:
    assert _reach(_cars()) == {"D": (0, 1, 2, 3)}
    assert _reach(_cars(**limits)) == {"D": (0, 2)}


def test_what_is_collected_counts_and_what_is_brought_does_not() -> None:
    there = (batch("OLD", at="S1", books=60),)
    for books, reach in ((60, {"D": (0,)}), (59, {})):
        car = vehicle("V", weekdays=(0,), books=books)
        assert _reach(district(stop("S1"), vehicles=(car,), batches=there)) == reach


def test_from_another_depot_a_car_comes_by_a_reload() -> None:
    depots = (depot("D"), depot("E", lon=106.7))
    for ends, stores in ((17 * H, {"D", "E"}), (8 * H + 3_000, {"D"})):
        car = vehicle("V", reloads=1, reload_at=("E",), ends=ends, weekdays=(0,))
        assert _reach(district(stop("S1"), depots=depots, vehicles=(car,))).keys() == stores


def test_no_car_no_depot() -> None:
    assert _reach(district(stop("S9"), vehicles=(vehicle("V", max_metres=1_000),))) == {}
