"""Places found on the map."""

from __future__ import annotations

import csv
import datetime as dt
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from roads.osmfile import Point, lon_lat, write_osm

from bookcar.cli import main
from bookcar.errors import InputError
from bookcar.inputs.reader import read
from bookcar.recurrence import days_in_week
from bookcar.roads.network import metres_between
from bookcar.roads.places import FoundPlaces, find_places

SQUARE = ((0, 0), (60, 0), (60, 60), (0, 60))


def found(
    tmp_path: Path,
    nodes: dict[int, tuple[Point, dict[str, str]]],
    squares: dict[int, tuple[Point, dict[str, str]]] | None = None,
) -> FoundPlaces:
    """Find places on a map of tagged points, and of square outlines by their south-west corner."""
    points = {ref: place for ref, (place, _) in nodes.items()}
    ways = []
    for number, ((x, y), tags) in (squares or {}).items():
        refs = [number * 1000 + k for k in range(4)]
        points |= {ref: (x + dx, y + dy) for ref, (dx, dy) in zip(refs, SQUARE, strict=True)}
        ways.append(([*refs, refs[0]], tags))
    tagged = {ref: tags for ref, (_, tags) in nodes.items() if tags}
    return find_places(write_osm(tmp_path / "high_hills.osm", points, ways, tagged))


TOWN = {"place": "town", "name": "\u53e4\u5357", "name:en": "Gunan", "population": "54 321"}
VILLAGE = {"place": "village", "name": "Zijing"}
LIBRARY = {"amenity": "library", "name": "Library of Gunan"}
SCHOOL = {"amenity": "school", "name": "Zijing School"}


def test_the_library_nearest_the_largest_town_is_the_depot(tmp_path: Path) -> None:
    city = {"place": "town", "name": "Big", "population": "90000"}
    places = found(
        tmp_path,
        {
            1: ((0, 0), TOWN),
            2: ((9000, 0), city),
            3: ((100, 0), LIBRARY),
            4: ((9100, 0), {**LIBRARY, "name": "Central"}),
        },
    )
    assert [(d.id, d.name) for d in places.depots] == [("D1", "Central")]
    assert places.note.text_in("en") == (
        "The depot is the library nearest to Big; 1 more is a stop."
    )
    assert [(s.id, s.kind, s.name) for s in places.stops] == [
        ("V001", "village", "\u53e4\u5357"),
        ("V002", "village", "Big"),
        ("L001", "other", "Library of Gunan"),
    ]
    assert places.stops[0].name_en == "Gunan"
    assert places.stops[0].people == 54_321
    assert places.stops[1].name_en == ""


def test_stops_of_a_mobile_library_are_visits_by_their_opening_hours(tmp_path: Path) -> None:
    mobile = {"amenity": "mobile_library", "name": "Mobile Library"}
    places = found(
        tmp_path,
        {
            1: ((0, 0), TOWN),
            2: ((5000, 0), VILLAGE),
            3: ((5100, 0), mobile | {"opening_hours": "week 1-52/3 We 10:00-10:30"}),
            4: ((200, 0), mobile | {"opening_hours": "Mo 09:00-09:40; Th 14:00-14:30"}),
            5: ((300, 0), {"amenity": "mobile_library", "opening_hours": "Tu[1] 11:00-11:20"}),
            6: ((400, 0), mobile | {"name": "Green", "opening_hours": "sunrise-sunset"}),
            7: ((500, 0), mobile | {"name": "Pond"}),
        },
    )
    stops = [s for s in places.stops if s.id.startswith("M")]
    assert [(s.id, s.kind, s.name) for s in stops] == [
        ("M001", "other", "Mobile Library, Zijing"),
        ("M002", "other", "Mobile Library, \u53e4\u5357"),
        ("M003", "other", "Mobile Library, \u53e4\u5357"),
        ("M004", "other", "Mobile library, \u53e4\u5357"),
        ("M005", "other", "Green"),
        ("M006", "other", "Pond"),
    ]
    assert places.visits.keys() == {"M001", "M002", "M003", "M004"}
    assert places.visits["M003"] == {
        "every": "1 week", "days": "Thu", "arrive": "14:00", "leave": "14:30",
    }  # fmt: skip
    (told,) = places.told
    assert told.text_in("en").endswith("these stops have none: Green (sunrise-sunset).")


def test_init_writes_the_visits_of_a_mobile_library(tmp_path: Path) -> None:
    hours = {"amenity": "mobile_library", "name": "Green"}
    first = {**hours, "name": "Hall", "opening_hours": "Tu[1] 11:00-11:20"}
    nodes = {1: (0, 0), 2: (900, 0), 3: (950, 0)}
    tags = {1: TOWN, 2: hours | {"opening_hours": "week 1-52/3 We 10:00-10:30"}, 3: first}
    extract = write_osm(tmp_path / "a.osm", nodes, [], tags)
    folder = tmp_path / "d"
    result = CliRunner().invoke(main, ["init", str(folder), "--from-osm", str(extract)])
    assert result.exit_code == 0, result.output
    settings = (folder / "district.toml").read_text("utf-8")
    roadless = "\n".join(x for x in settings.splitlines() if not x.startswith("extract"))
    (folder / "district.toml").write_text(roadless, "utf-8")
    stops = {stop.name: stop for stop in read(folder).stops}
    green, hall = stops["Green"], stops["Hall"]
    assert (green.windows, green.service_s) == (((36_000, 37_800),), 1_800)
    for stop, year in ((green, 2027), (green, 2032)):
        weeks = [
            n
            for n in range(1, 53)
            if days_in_week(stop.recurs, dt.date.fromisocalendar(year, n, 1))
        ]
        assert weeks == [*range(1, 53, 3)]
    assert hall.every_weeks == 5


def test_without_a_library_the_largest_town_is_the_depot_and_no_stop(tmp_path: Path) -> None:
    places = found(tmp_path, {1: ((0, 0), TOWN), 2: ((3000, 0), VILLAGE)})
    assert places.depots[0].name == "\u53e4\u5357"
    assert [s.name for s in places.stops] == ["Zijing"]
    assert "no library" in places.note.text_in("en")


def test_schools_have_school_hours(tmp_path: Path) -> None:
    places = found(tmp_path, {1: ((0, 0), TOWN), 2: ((0, 500), LIBRARY), 3: ((9, 9), SCHOOL)})
    school = places.stops[-1]
    assert (school.id, school.kind, school.books) == ("S001", "school", 40)
    assert school.windows == ((30_600, 59_400),)
    assert school.weekdays == (0, 1, 2, 3, 4)
    assert school.note == "OSM node 3"
    assert places.stops[0].windows == ((0, 86_400),)


def test_an_outline_is_found_at_its_middle(tmp_path: Path) -> None:
    places = found(tmp_path, {1: ((0, 0), TOWN), 2: ((0, 500), LIBRARY)}, {9: ((900, 0), SCHOOL)})
    school = places.stops[-1]
    assert (school.lon, school.lat) == pytest.approx(lon_lat(930, 30), abs=2e-6)
    assert school.note == "OSM way 101"


@pytest.mark.parametrize(
    ("away", "name", "schools"),
    [(200, "Zijing School", 1), (200, "Other", 2), (400, "Zijing School", 2), (20, "", 1)],
)
def test_a_point_and_an_outline_are_one_school(
    tmp_path: Path, away: float, name: str, schools: int
) -> None:
    point = {"amenity": "school", "name": name} if name else {"amenity": "school"}
    nodes = {1: ((0, 0), TOWN), 2: ((0, 500), LIBRARY), 3: ((30 + away, 30), point)}
    places = found(tmp_path, nodes, {9: ((0, 0), SCHOOL)})
    assert len([s for s in places.stops if s.kind == "school"]) == schools


def test_a_village_and_its_outline_are_one(tmp_path: Path) -> None:
    """Whatever accents the mappers gave it; the point is its centre."""
    nodes = {1: ((0, 0), LIBRARY), 2: ((2000, 0), {"place": "village", "name": "Sorn\u00e1s"})}
    outline = {"place": "village", "name": "Sorn\u00e0s"}
    places = found(tmp_path, nodes, {9: ((2500, 0), outline)})
    assert [s.note for s in places.stops] == ["OSM node 2"]


def test_what_has_no_name_is_called_by_the_place_it_is_near(tmp_path: Path) -> None:
    nodes = {1: ((0, 0), LIBRARY), 2: ((2000, 0), VILLAGE), 3: ((2100, 0), {"amenity": "school"})}
    assert found(tmp_path, nodes).stops[-1].name == "School, Zijing"


def test_private_libraries_and_places_without_name_are_left_out(tmp_path: Path) -> None:
    nodes = {
        1: ((0, 0), TOWN),
        2: ((500, 0), {**LIBRARY, "access": "private"}),
        3: ((900, 0), {"place": "hamlet"}),
        4: ((2000, 0), {"place": "hamlet", "name": "H"}),
        5: ((3000, 0), {"place": "isolated_dwelling", "name": "I"}),
    }
    places = found(tmp_path, nodes)
    assert places.depots[0].name == TOWN["name"]
    assert [(s.id, s.kind, s.area) for s in places.stops] == [("H001", "village", TOWN["name"])]


def test_the_address_gives_the_area(tmp_path: Path) -> None:
    nodes = {1: ((0, 0), TOWN), 2: ((0, 9), LIBRARY), 3: ((9, 9), {**SCHOOL, "addr:city": "C"})}
    assert found(tmp_path, nodes).stops[-1].area == "C"


def test_without_boundaries_the_file_names_the_district(tmp_path: Path) -> None:
    assert found(tmp_path, {1: ((0, 0), TOWN), 2: ((9, 9), VILLAGE)}).name == "High Hills"


def test_a_boundary_gives_area_and_name(tmp_path: Path) -> None:
    corners = [(-500, -500), (2500, -500), (2500, 500), (-500, 500)]
    text = ['<osm version="0.6">']
    for ref, place in enumerate([(0, 0), (2000, 0), *corners], start=1):
        lon, lat = lon_lat(*place)
        tags = {1: LIBRARY, 2: VILLAGE}.get(ref, {})
        inner = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        text.append(f'<node id="{ref}" lon="{lon}" lat="{lat}">{inner}</node>')
    ring = "".join(f'<nd ref="{ref}"/>' for ref in (3, 4, 5, 6, 3))
    text.append(f'<way id="1">{ring}</way>')
    boundary = {"type": "boundary", "boundary": "administrative", "admin_level": "8"}
    tags = {**boundary, "name": "Yongxin"}
    inner = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
    text.append(f'<relation id="1"><member type="way" ref="1" role="outer"/>{inner}</relation>')
    path = tmp_path / "a.osm"
    path.write_text("".join([*text, "</osm>"]), "utf-8")
    places = find_places(path)
    assert places.name == "Yongxin"
    assert [s.area for s in places.stops] == ["Yongxin"]


@pytest.mark.parametrize("nodes", [{1: ((0, 0), SCHOOL)}, {1: ((0, 0), TOWN)}, {1: ((0, 0), {})}])
def test_a_map_with_nothing_to_plan_is_refused(tmp_path: Path, nodes: dict) -> None:
    with pytest.raises(InputError, match="bookcar init"):
        found(tmp_path, nodes)


def plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in letters if c.isalnum())


def test_every_place_of_andorra_is_found(shared: Path) -> None:
    """Against a table made apart: 34 villages, 27 hamlets, 7 towns, schools and libraries."""
    places = find_places(shared / "osm" / "andorra.osm.pbf")
    found_at = [*places.depots, *places.stops]
    lon, lat = (np.array([getattr(p, axis) for p in found_at]) for axis in ("lon", "lat"))
    with (shared / "osm" / "andorra_sites.csv").open(encoding="utf-8") as stream:
        sites = list(csv.DictReader(stream))
    for site in sites:
        here = np.array([float(site["lon"])]), np.array([float(site["lat"])])
        metres = metres_between(*here, lon, lat)
        if site["name"]:
            same = [plain(p.name) == plain(site["name"]) for p in found_at]
            assert metres[same].min(initial=np.inf) < 300, site
        else:
            assert metres.min() < 60, site
    ids = [stop.id for stop in places.stops]
    assert len(set(ids)) == len(ids)
    assert {letter: sum(i[0] == letter for i in ids) for letter in "VHSL"} == {
        "V": 41,
        "H": 28,
        "S": 22,
        "L": 3,
    }
    assert places.name == "Andorra"
    assert places.depots[0].name == "Biblioteca Publica del Govern"
