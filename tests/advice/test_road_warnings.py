"""Where cars stand, and what may be shut on the way, as warnings."""

from __future__ import annotations

import numpy as np
from builders import district, stop

from bookcar.advice.road_warnings import nearest_stand, road_warnings
from bookcar.roads.travel import Placed, Table

NONE = np.zeros((0, 0), dtype=np.int32)
NEAR = Placed(way=7, road="Mill Lane", metres=20)


def _table(**placed: Placed) -> Table:
    return Table(seconds=NONE, metres=NONE, placed=placed)


def _rules(*tables: Table) -> list[tuple[str, str]]:
    tables_by_name = {str(k): table for k, table in enumerate(tables)}
    county = district(stop("S1", name="One"), stop("S2", name="Two"))
    return [(fault.rule, fault.problem) for fault in road_warnings(county, tables_by_name)]


def test_nothing_is_said_of_stops_by_the_road() -> None:
    assert _rules(_table(S1=NEAR, S2=NEAR)) == []


def test_stops_far_from_their_road_are_told_together_the_farthest_first() -> None:
    far = {"S1": Placed(way=7, road="", metres=101), "S2": Placed(way=8, road="", metres=340)}
    assert _rules(_table(**far)) == [
        (
            "far-from-road",
            "The car stands more than 100 m from 2 stops: S2 Two (340 m), S1 One (101 m).",
        )
    ]


def test_water_between_is_told_of_each_stop() -> None:
    (found,) = _rules(_table(S1=Placed(way=7, road="Mill Lane", metres=60, across=True), S2=NEAR))
    assert found[0] == "across-water"
    assert "the car stands on Mill Lane (7), 60 m away" in found[1]


def test_private_roads_are_told_together() -> None:
    (found,) = _rules(_table(S1=Placed(way=7, road="", metres=6, private=True), S2=NEAR))
    assert found == ("over-private-road", "1 stop is reached over a private road: S1 One (7).")


def test_a_car_that_stands_better_speaks_for_all() -> None:
    small, large = _table(S1=NEAR), _table(S1=Placed(way=9, road="", metres=400))
    assert nearest_stand({"small": small, "large": large}, "S1") == NEAR
    assert _rules(small, large) == []


def test_stops_that_ask_for_a_side_where_none_is_known_are_told_together() -> None:
    county = district(stop("S1", name="One", kerb="side"), stop("S2", name="Two", kerb="side"))
    on_the_road = Placed(way=7, road="", metres=0, beside="on-the-road")
    at_the_kerb = Placed(way=7, road="", metres=5, beside="side")
    (found,) = road_warnings(county, {"car": _table(S1=at_the_kerb, S2=on_the_road)})
    assert found.rule == "kerb-unheeded"
    assert found.problem.endswith("there is none: S2 Two.")
    (found,) = road_warnings(county, {"car": _table()})
    assert found.problem.endswith("no side is known: S1 One, S2 Two.")
    assert road_warnings(county, {"car": _table(S1=at_the_kerb, S2=at_the_kerb)}) == ()
