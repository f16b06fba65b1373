"""Where the figures come from."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from builders import vehicle
from roads.osmfile import LON, ROAD, depot_at, lon_lat, on_roads, stop_at, write_osm

from bookcar.errors import InputError, UsageError
from bookcar.model import RoadProfile
from bookcar.phrases.sentence import told
from bookcar.roads.sources import network_of, reached_by, travel_for

NODES = {1: (0, 0), 2: (500, 0), 3: (900, 300)}


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return write_osm(tmp_path / "a.osm", NODES, [([1, 2, 3], ROAD)])


def test_places_and_note(tmp_path: Path, extract: Path) -> None:
    district = on_roads(extract, stop_at("S1", 200, 10), stop_at("S2", 900, 300))
    travel = travel_for(district, cache=tmp_path / "cache")
    assert travel.places == ("D", "S1", "S2")
    assert not travel.estimated
    assert told(travel.note, "en") == "Roads: OpenStreetMap contributors, ODbL, from a.osm."
    table = travel.tables["car"]
    assert table.seconds.dtype == table.metres.dtype == np.int32
    assert table.metres.tolist() == [[0, 200, 1000], [200, 0, 800], [1000, 800, 0]]


def test_the_way_follows_the_road_from_spot_to_spot(tmp_path: Path, extract: Path) -> None:
    district = on_roads(extract, stop_at("S1", 200, 10), stop_at("S2", 900, 300))
    way = travel_for(district, cache=tmp_path / "cache").way
    expected = [lon_lat(200, 0), lon_lat(500, 0), lon_lat(900, 300)]
    assert np.abs(np.array(way("car", 1, 2)) - expected).max() < 2e-7
    assert way("car", 2, 1) == way("car", 1, 2)[::-1]
    assert len(way("car", 0, 0)) == 2


def test_no_way_leads_to_what_is_not_reached(tmp_path: Path, extract: Path) -> None:
    district = on_roads(extract, stop_at("S1", 200, 10), stop_at("S2", 200, 900))
    assert travel_for(district, cache=tmp_path / "cache").way("car", 0, 2) == []


def test_the_same_input_gives_the_same_travel(tmp_path: Path, extract: Path) -> None:
    district = on_roads(extract, stop_at("S1", 200, 10), stop_at("S2", 900, 300))
    cold, cached = (travel_for(district, cache=tmp_path / "cache") for _ in range(2))
    assert (cold.tables["car"].seconds == cached.tables["car"].seconds).all()
    assert cold.way("car", 0, 2) == cached.way("car", 0, 2)


def test_only_profiles_in_use_get_a_table(tmp_path: Path, extract: Path) -> None:
    profiles = [RoadProfile(name=name) for name in ("car", "bus", "van")]
    cars = (vehicle("V1", profile="van"), vehicle("V2", profile="car"), vehicle("V3"))
    district = on_roads(extract, stop_at("S1", 200, 10), profiles=profiles, vehicles=cars)
    assert list(travel_for(district, cache=tmp_path / "cache").tables) == ["van", "car"]


def test_an_unknown_profile_is_named(extract: Path) -> None:
    cars = (vehicle("V1", profile="tank"),)
    with pytest.raises(InputError, match="'tank': There is no such road profile"):
        travel_for(on_roads(extract, stop_at("S1", 200, 10), vehicles=cars))


def test_an_extract_of_another_region_names_both_boxes(tmp_path: Path, extract: Path) -> None:
    far = msgspec.structs.replace(depot_at(0, 0), lon=LON - 100)
    stop = msgspec.structs.replace(stop_at("S1", 0, 0), lon=LON - 100.5)
    with pytest.raises(InputError) as caught:
        travel_for(on_roads(extract, stop, depots=[far]), cache=tmp_path / "cache")
    (fault,) = caught.value.faults
    assert fault.rule == "extract-elsewhere"
    assert "covers longitude 106.650 to 106.659, latitude 29.020 to 29.023" in fault.problem
    assert "lie in longitude 6.150 to 6.650, latitude 29.020 to 29.020" in fault.problem


def test_all_roads_closed_to_a_profile_names_the_depot(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "low.osm", NODES, [([1, 2, 3], {**ROAD, "maxheight": "2"})])
    profile = RoadProfile(name="car", height_m=3)
    with pytest.raises(InputError, match="there is none in the extract"):
        travel_for(on_roads(path, stop_at("S1", 200, 10), profiles=[profile]))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKCAR_CACHE", str(tmp_path / "own"))


def test_only_the_stops_that_matter_are_measured(tmp_path: Path, extract: Path) -> None:
    district = on_roads(extract, stop_at("S1", 200, 10), stop_at("S2", 900, 300))
    travel = travel_for(district, stops={"S2"}, cache=tmp_path / "cache")
    assert travel.places == ("D", "S2")
    assert travel.tables["car"].metres.tolist() == [[0, 1000], [1000, 0]]


def test_unreached_stops_are_found_without_measuring(tmp_path: Path, extract: Path) -> None:
    district = on_roads(extract, stop_at("S1", 200, 10), stop_at("S2", 200, 900))
    found = reached_by(district, network_of(district, cache=tmp_path / "cache"))
    full = travel_for(district, cache=tmp_path / "cache").tables["car"]
    assert (found["car"].unreached, found["car"].placed) == (full.unreached, full.placed)
    assert found["car"].unreached.keys() == {"S2"}


def test_too_many_places_are_refused_before_memory_runs_out(
    tmp_path: Path, extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookcar.roads.sources.MOST_PLACES", 2)
    district = on_roads(extract, stop_at("S1", 200, 10), stop_at("S2", 900, 300))
    with pytest.raises(UsageError, match="at most 2 can be planned"):
        travel_for(district, cache=tmp_path / "cache")
    assert travel_for(district, stops={"S1"}, cache=tmp_path / "cache").places == ("D", "S1")
