"""Places for stops and stores, and stops to merge, of small districts worked out by hand."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import jsonschema
import msgspec
import pytest
from roads.osmfile import PATH, ROAD, on_roads, stop_at, write_osm
from written import small_county

from bookcar.errors import InputError
from bookcar.inputs.reader import read
from bookcar.model import District
from bookcar.phrases import LANGUAGES, Language, Phrases
from bookcar.roads.basemap import basemap
from bookcar.roads.sources import travel_for
from bookcar.roads.walk import service_area, walk_network, walked_between
from bookcar.siting.page import write_where
from bookcar.siting.villages import villages_in
from bookcar.siting.where import merged, new_stops, new_stores, where_schema
from bookcar.siting.words import WhereWords

CROSS = {1: (0, 0), 2: (3_000, 0), 3: (3_000, 800), 4: (3_000, -2_500), 5: (7_000, 0)}
CROSS_WAYS = [([1, 2], ROAD), ([2, 3], PATH), ([2, 4], PATH), ([2, 5], ROAD)]


@pytest.fixture
def cross(tmp_path: Path) -> District:
    """A road of 7 km with paths at a crossing at 3 km."""
    extract = write_osm(tmp_path / "cross.osm", CROSS, CROSS_WAYS)
    stops = [stop_at("S1", 2_000, 0), stop_at("S2", 3_000, 790), stop_at("S3", 3_000, -1_050)]
    found: District = on_roads(extract, *stops, stop_at("S4", 2_000, 4_000))
    return found


@pytest.mark.parametrize("seconds", [600, 1_200, 1_850, 3_600])
def test_walks_between_places_are_those_of_the_area_of_each(
    cross: District, tmp_path: Path, seconds: int
) -> None:
    walk = walk_network(cross, cache=tmp_path)
    assert walk is not None
    ways = walked_between(walk, seconds=seconds)
    for stop in walk.row:
        area = service_area(walk, [stop], seconds=seconds).stops
        assert {stop, *ways[stop]} == area
    assert all(ways[b][a] == s for a, own in ways.items() for b, s in own.items())


def test_a_walk_takes_its_metres_at_four_km_an_hour(cross: District, tmp_path: Path) -> None:
    walk = walk_network(cross, cache=tmp_path)
    assert walk is not None
    assert walked_between(walk, seconds=1_800)["S1"] == {
        "S2": pytest.approx((1_000 + 790) * 0.9, abs=3)
    }


STOPS = """id,name,kind,lon,lat,books,people,every_weeks,required,access
S1,one,village,106.60,29.0,50,100,4,,
S2,two,village,106.605,29.0,50,300,4,,
S3,three,village,106.61,29.0,50,200,4,,
S4,four,school,106.6051,29.0,50,900,4,,
S5,five,village,106.70,29.0,50,80,2,,
S6,six,village,106.705,29.0,50,50,4,,
"""
VILLAGES = """name,lon,lat,people,id
near one,106.601,29.0,"1,000",a
far away,106.80,29.0,400,b
beside far,106.805,29.0,300,c
alone,106.90,29.0,600,d
"""


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """Return a county without roads, of two groups of stops and a store between them."""
    (tmp_path / "villages.csv").write_text(VILLAGES, "utf-8")
    return small_county(
        tmp_path / "county",
        depot=(106.60, 29.0),
        stops=STOPS,
        vehicles="id,books,max_km,max_hours\nC1,800,200,8\n",
        batches="id,books,kg\nB1,50,20\n",
    )


def test_a_stop_goes_where_most_people_have_none(county: Path) -> None:
    """Two villages of 700 within a walk of each other are more than one of 600."""
    villages = villages_in(county.parent / "villages.csv")
    assert [village.people for village in villages] == [1_000, 400, 300, 600]
    one = new_stops(read(county), villages, count=1, minutes=30)
    assert (one.before, one.after, one.total) == (1_000, 1_700, 2_300)
    assert [site.name for site in one.sites] == ["far away"]  # the larger one walks no step
    assert [place.name for place in one.sites[0].places] == ["far away", "beside far"]
    assert one.estimated
    assert one.proven
    all_of_them = new_stops(read(county), villages, count=9, minutes=30)
    assert all_of_them.after == 2_300
    assert [site.people for site in all_of_them.sites] == [600, 400, 300]


def test_where_a_stop_is_everywhere_none_is_added(county: Path) -> None:
    villages = villages_in(county.parent / "villages.csv")[:1]
    found = new_stops(read(county), villages, count=2, minutes=30)
    assert (found.before, found.after, found.sites) == (1_000, 1_000, ())


def test_stops_of_a_kind_are_merged_within_a_walk(county: Path) -> None:
    """S2 is 486 m from S1 and S3, times 1.65 along roads: 12 minutes; S1 is 24 from S3."""
    found = merged(read(county), minutes=15)
    assert (found.before, found.after) == (5, 2)
    assert [(site.id, [p.id for p in site.places]) for site in found.sites] == [
        ("S2", ["S1", "S3"]),
        ("S5", ["S6"]),
    ]
    assert found.sites[0].places[0].minutes == pytest.approx(0.4865 * 1.65 / 4 * 60, abs=0.1)
    assert merged(read(county), minutes=5).sites == ()


def test_what_is_required_stays(county: Path) -> None:
    text = STOPS.replace(
        "S6,six,village,106.705,29.0,50,50,4,,", "S6,six,village,106.705,29.0,50,50,4,yes,"
    )
    (county / "stops.csv").write_text(text, "utf-8")
    found = merged(read(county), minutes=15)
    assert [(site.id, [p.id for p in site.places]) for site in found.sites][1] == ("S6", ["S5"])


def test_a_store_goes_where_it_saves_most_driving(county: Path) -> None:
    """S5 is visited every other week, so a store stands there rather than at S6."""
    found = new_stores(read(county), count=1)
    assert [site.id for site in found.sites] == ["S5"]
    assert {place.id for place in found.sites[0].places} == {"S5", "S6"}
    assert found.after < found.before
    district = read(county)
    roads = district.settings.roads
    hours = [
        visits * abs(lon - 106.60) * 97.24 * roads.detour / roads.speed_kmh
        for lon, visits in ((106.60, 13), (106.605, 13), (106.61, 13), (106.6051, 13), (106.7, 26))
    ]
    assert found.before == pytest.approx(
        sum(hours) + 13 * 0.105 * 97.24 * roads.detour / roads.speed_kmh, abs=1
    )


def test_a_bad_list_of_villages_is_refused_with_every_fault(county: Path) -> None:
    path = county.parent / "bad.csv"
    path.write_text("name,lon,lat,people\na,206,29,10\nb,106,29,many\nc,106,,-3\n", "utf-8")
    with pytest.raises(InputError) as caught:
        villages_in(path)
    assert [(f.row, f.column, f.value) for f in caught.value.faults] == [
        (2, "lon", "206"),
        (3, "people", "many"),
        (4, "lat", ""),
        (4, "people", "-3"),
    ]
    path.write_text("name,lon\na,106\n", "utf-8")
    with pytest.raises(InputError, match="lat and people"):
        villages_in(path)
    with pytest.raises(InputError, match="not there"):
        villages_in(county / "nowhere.csv")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_found_is_written_whole_and_the_same_again(
    county: Path, tmp_path: Path, language: Language
) -> None:
    district, villages = read(county), villages_in(county.parent / "villages.csv")
    out = tmp_path / "out"
    for found, places in (
        (new_stops(district, villages, count=2, minutes=30), villages),
        (merged(district, minutes=15), ()),
        (new_stores(district, count=1), ()),
    ):
        say = Phrases(language)
        paths = write_where(found, district, out, places=places, roads=basemap(district), say=say)
        page, table, data = (path.read_bytes() for path in paths)
        jsonschema.validate(msgspec.json.decode(data), where_schema())
        assert page.decode().count("<text") == len(found.sites)
        assert table.decode("utf-8-sig").count("\r\n") == 1 + sum(
            len(site.places) for site in found.sites
        )
        again = write_where(found, district, out, places=places, roads=basemap(district), say=say)
        assert [path.read_bytes() for path in again] == [page, table, data]


def test_two_stores_of_the_small_example_are_the_best_of_all_pairs() -> None:
    """Every pair of stops is a pair of stores here, told by nothing but the ways of the roads."""
    district = read(Path("examples/fuhuan"))
    found = new_stores(district, count=2)
    stops = [stop for stop in district.stops if stop.access == "road"]
    travel = travel_for(district, stops={stop.id for stop in stops})
    drive, rows = travel.tables[district.vehicles[0].profile].seconds, travel.rows
    times = {stop.id: max(1, round(52 * stop.visits_a_week / stop.every_weeks)) for stop in stops}

    def driven(*stores: str) -> int:
        every = [district.depots[0].id, *stores]
        return sum(
            times[s.id] * min(int(drive[rows[store], rows[s.id]]) for store in every) for s in stops
        )

    pairs = list(combinations((stop.id for stop in stops), 2))
    assert len(pairs) == 78
    assert found.proven
    assert driven(*(site.id for site in found.sites)) == min(driven(*pair) for pair in pairs)
    assert found.after == round(min(driven(*pair) for pair in pairs) / 3600)
    assert found.before == round(driven() / 3600)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_proven_is_said(county: Path, language: Language) -> None:
    found, say = new_stores(read(county), count=1), Phrases(language)
    assert say("where.proven") in list(WhereWords(found, say).notes())
    unsure = msgspec.structs.replace(found, proven=False)
    assert say("where.not-proven") in list(WhereWords(unsure, say).notes())
