"""A place stands in the road it is named after, or at the end of its driveway."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from roads.osmfile import ROAD, depot_at, on_roads, stop_at, write_osm

from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Placed

# The street in the south is 40 m from the place at (500, 0), the lane in the north 90 m; 2-7 goes
# from the lane down towards the place, and ends 50 m from it.
NODES = {1: (0, -40), 2: (500, 90), 3: (1000, -40), 4: (0, 90), 5: (1000, 90), 7: (500, 50)}
STREET, LANE, DRIVEWAY = 101, 102, 105
DRIVE = {"highway": "service", "service": "driveway"}


def _placed(
    tmp_path: Path, lane: str = "", drive: Mapping[str, str] | None = None, **fields: object
) -> Placed:
    ways = [
        ([1, 3], ROAD | {"name": "High Street"}),
        ([4, 2, 5], ROAD | ({"name": lane} if lane else {})),
        ([1, 4], ROAD),
        ([3, 5], ROAD),
    ]
    ways += [([2, 7], drive)] if drive else []
    path = write_osm(tmp_path / "a.osm", NODES, ways)
    stop = stop_at("S1", *fields.pop("at", (500, 0)), **fields)  # type: ignore[misc]
    district = on_roads(path, stop, depots=[depot_at(0, 90)], max_snap_m=500)
    return travel_for(district, cache=tmp_path / "cache").tables["car"].placed["S1"]


@pytest.mark.parametrize(
    ("fields", "road"),
    [
        ({"name": "Mill Lane"}, "Mill Lane"),
        ({"name": "MILL LANE, by the pump"}, "Mill Lane"),
        ({"name": "水磨村", "name_en": "Mill Lane"}, "Mill Lane"),
        ({"name": "Pump", "landmark": "corner of Mill Lane"}, "Mill Lane"),
        ({"name": "Windmill Lane End"}, "High Street"),
        ({"name": "Mill Lanes"}, "High Street"),
        ({"name": "High Street"}, "High Street"),
    ],
)
def test_a_place_stands_in_the_road_of_its_name(
    tmp_path: Path, fields: dict[str, str], road: str
) -> None:
    found = _placed(tmp_path, "Mill Lane", **fields)
    chosen = "name" if road.casefold() in str(fields).casefold() else "nearest"
    assert (found.road, found.chosen) == (road, chosen)


@pytest.mark.parametrize(
    ("lane", "name"),
    [("Carrer Pàl", "carrer pal 7"), ("水磨路", "水磨路小学"), ("Rue Évry", "RUE EVRY")],
)
def test_accents_and_capitals_make_no_difference(tmp_path: Path, lane: str, name: str) -> None:
    assert _placed(tmp_path, lane, name=name).chosen == "name"


@pytest.mark.parametrize("lane", ["Ln", "路"])
def test_a_name_too_short_to_tell_counts_for_nothing(tmp_path: Path, lane: str) -> None:
    assert _placed(tmp_path, lane, name=f"{lane} {lane}").chosen == "nearest"


def test_a_road_of_the_name_may_be_a_hundred_metres_further(tmp_path: Path) -> None:
    assert _placed(tmp_path, "Mill Lane", name="Mill Lane", at=(500, -26)).chosen == "nearest"
    assert _placed(tmp_path, "Mill Lane", name="Mill Lane", at=(500, -20)).chosen == "name"


def test_a_building_is_served_at_the_end_of_its_driveway(tmp_path: Path) -> None:
    found = _placed(tmp_path, drive=DRIVE, kind="school")
    assert (found.way, found.metres, found.chosen) == (DRIVEWAY, 50, "driveway")


@pytest.mark.parametrize(
    ("drive", "fields"),
    [
        (DRIVE, {"kind": "village"}),  # it has no driveway of its own
        ({"highway": "service"}, {"kind": "school"}),
        (DRIVE | {"access": "private"}, {"kind": "school"}),
        (DRIVE, {"kind": "school", "at": (435, 20)}),  # it points past the place
        (DRIVE, {"kind": "school", "at": (500, -31)}),  # 81 m away, the street 9 m
    ],
)
def test_a_driveway_of_others_is_none(
    tmp_path: Path, drive: Mapping[str, str], fields: dict[str, object]
) -> None:
    found = _placed(tmp_path, drive=drive, **fields)
    assert (found.way, found.chosen) == (STREET, "nearest")


def test_a_driveway_that_goes_on_as_a_lane_leads_to_nothing(tmp_path: Path) -> None:
    ways = [
        ([1, 3], ROAD),
        ([4, 2, 5], ROAD),
        ([1, 4], ROAD),
        ([3, 5], ROAD),
        ([2, 7], DRIVE),
        ([7, 8], ROAD),
    ]
    path = write_osm(tmp_path / "a.osm", NODES | {8: (600, 80)}, ways)
    district = on_roads(path, stop_at("S1", 500, 0, kind="school"), depots=[depot_at(0, 90)])
    placed = travel_for(district, cache=tmp_path / "cache").tables["car"].placed["S1"]
    assert (placed.way, placed.chosen) == (STREET, "nearest")


def test_the_name_goes_before_the_driveway(tmp_path: Path) -> None:
    found = _placed(tmp_path, "Mill Lane", DRIVE, kind="school", name="Mill Lane School")
    assert (found.way, found.chosen) == (LANE, "name")
