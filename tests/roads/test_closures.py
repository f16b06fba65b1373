"""Roads closed on the days planned."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from builders import district, stop
from roads.osmfile import PATH, ROAD, lon_lat, on_roads, stop_at, write_osm

from bookcar.errors import InputError
from bookcar.model import Carrier, Closure, RoadSettings, Settings
from bookcar.phrases.sentence import told
from bookcar.roads.sources import network_of, travel_for, unclosed_by
from bookcar.roads.travel import Travel

LOOP = {1: (0, 0), 2: (800, 0), 3: (400, 600), 4: (400, 900)}
WAYS = [([1, 2], ROAD), ([1, 3, 2], ROAD), ([3, 4], PATH)]
DETOUR = 1442
HERE = lon_lat(800, 0)
CARRIER = Carrier(id="K", name="Li", lon=HERE[0], lat=HERE[1], stops=("S1",))
DAY = dt.date(2026, 11, 30)


def driven(
    tmp_path: Path,
    *closures: Closure,
    stops: tuple[object, ...] = (),
    carriers: tuple[Carrier, ...] = (),
) -> Travel:
    path = write_osm(tmp_path / "loop.osm", LOOP, WAYS)
    tables = on_roads(path, stop_at("S1", 800, 0), *stops, closures=closures, carriers=carriers)
    return travel_for(tables, dates=[DAY], cache=tmp_path / "cache")


def metres(travel: Travel) -> int:
    return int(travel.tables["car"].metres[0, 1])


def closure(**fields: object) -> Closure:
    return Closure(**{"first": DAY, "last": DAY} | fields)


def line(*points: tuple[float, float]) -> dict[str, object]:
    return {"type": "LineString", "coordinates": [lon_lat(*p) for p in points]}


def test_a_closed_way_is_driven_around(tmp_path: Path) -> None:
    assert metres(driven(tmp_path)) == 800
    found = driven(tmp_path, closure(ways=(101,)))
    assert metres(found) == DETOUR
    assert told(found.note, "en").endswith("closed this week: 1.")


@pytest.mark.parametrize(("before", "after"), [(3, -1), (-1, 5)])
def test_a_closure_of_other_days_does_not_count(tmp_path: Path, before: int, after: int) -> None:
    first, last = DAY - dt.timedelta(before), DAY + dt.timedelta(after)
    assert metres(driven(tmp_path, closure(first=first, last=last, ways=(101,)))) == 800


def test_a_line_across_the_road_closes_it(tmp_path: Path) -> None:
    assert metres(driven(tmp_path, closure(shape=line((300, 50), (300, -50))))) == DETOUR


def test_a_line_beside_the_road_does_not(tmp_path: Path) -> None:
    assert metres(driven(tmp_path, closure(shape=line((300, 50), (300, 5))))) == 800


def test_a_road_cut_by_a_line_is_used_up_to_it_from_both_sides(tmp_path: Path) -> None:
    slide = closure(shape=line((300, 50), (300, -50)))
    stops = (stop_at("S2", 290, 0), stop_at("S3", 310, 0))
    travel = driven(tmp_path, slide, stops=stops)
    found = travel.tables["car"]
    assert found.unreached == {}
    assert found.metres[0, 2] == 290
    assert found.metres[0, 3] == DETOUR + 490
    assert travel.way("car", 0, 3)[-1] == pytest.approx(lon_lat(310, 0), abs=2e-7)


def test_a_polygon_closes_what_it_covers_and_no_more(tmp_path: Path) -> None:
    ring = [lon_lat(*p) for p in ((200, -90), (600, -90), (600, 90), (200, 90), (200, -90))]
    slide = closure(shape={"type": "Polygon", "coordinates": [ring]})
    stops = (stop_at("S2", 150, 0), stop_at("S3", 350, 0), stop_at("S4", 650, 0))
    found = driven(tmp_path, slide, stops=stops).tables["car"]
    assert metres(driven(tmp_path, slide)) == DETOUR
    assert found.metres[0, 2] == 150
    assert found.metres[0, 4] == DETOUR + 150
    assert found.unreached["S3"].reason == "off-road"
    assert found.unreached["S3"].road_m == 150


def test_features_are_taken_for_their_geometry(tmp_path: Path) -> None:
    feature = {"type": "Feature", "properties": {}, "geometry": line((300, 50), (300, -50))}
    assert metres(driven(tmp_path, closure(shape=feature))) == DETOUR
    many = {"type": "FeatureCollection", "features": [feature]}
    assert metres(driven(tmp_path, closure(shape=many))) == DETOUR


def test_one_road_may_be_closed_at_two_places(tmp_path: Path) -> None:
    slides = [closure(shape=line((x, 50), (x, -50))) for x in (300, 500)]
    found = driven(tmp_path, *slides, stops=(stop_at("S2", 400, 0),)).tables["car"]
    assert found.metres[0, 1] == DETOUR
    assert found.unreached["S2"].reason == "disconnected"


def test_a_closed_road_all_around_cuts_off(tmp_path: Path) -> None:
    found = driven(tmp_path, closure(ways=(101,)), closure(shape=line((700, 100), (900, 100))))
    assert found.tables["car"].unreached["S1"].reason == "disconnected"


@pytest.mark.parametrize("carriers", [(), (CARRIER,)])
@pytest.mark.parametrize(
    ("days", "told"), [(9, "between Mon 30 Nov and Wed 9 Dec"), (0, "off on Mon 30 Nov:")]
)
def test_a_depot_that_closures_cut_off_is_told_of_them(
    carriers: tuple[Carrier, ...], days: int, told: str, tmp_path: Path
) -> None:
    shut = closure(ways=(101, 102), last=DAY + dt.timedelta(days))
    with pytest.raises(InputError) as caught:
        driven(tmp_path, shut, carriers=carriers)
    (fault,) = caught.value.faults
    assert fault.rule == "depot-off-road"
    assert told in fault.problem
    assert "Correct the closures" in fault.fix


def test_several_shapes_of_one_name_close_their_roads_all(tmp_path: Path) -> None:
    lines = [line((300, 50), (300, -50)), line((700, 100), (900, 100))]
    both = {"type": "GeometryCollection", "geometries": lines}
    found = driven(tmp_path, closure(shape=both))
    assert found.tables["car"].unreached["S1"].reason == "disconnected"


def test_the_note_counts_the_pieces_of_road_that_are_closed(tmp_path: Path) -> None:
    """Way 102 is two pieces, as a path joins it midway; the path itself is no road."""
    for ways, count in (((102, 103), 2), ((109,), 0)):
        assert driven(tmp_path, closure(ways=ways)).note[1].figures == {"count": count}
    assert [sentence.key for sentence in driven(tmp_path).note] == ["common.roads-osm"]


def missed(travel: Travel) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.reason, one.ways) for one in travel.unclosed]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ways": (102,)}, []),
        ({"ways": (101, 1022)}, [("way", (1022,))]),
        ({"ways": (103,)}, [("way", (103,))]),
        ({"shape": line((300, 50), (300, -50))}, []),
        ({"shape": line((300, 50), (300, 5))}, [("shape", ())]),
        ({"shape": line((300, 750), (500, 750))}, [("shape", ())]),
        ({"ways": (109,), "last": DAY - dt.timedelta(1)}, []),
    ],
    ids=["roads", "mistyped", "path", "across", "beside", "across a path", "over"],
)
def test_what_closes_no_road_for_cars_is_told(
    tmp_path: Path, fields: dict[str, object], expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert (
        missed(driven(tmp_path, closure(**{"first": DAY - dt.timedelta(9)} | fields))) == expected
    )


def test_before_a_week_is_chosen_closures_of_all_dates_are_looked_at(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "loop.osm", LOOP, WAYS)
    long_ago = closure(first=dt.date(2020, 1, 1), last=dt.date(2020, 1, 2), ways=(109,))
    tables = on_roads(path, closures=(long_ago, closure(ways=(101,))))
    found = unclosed_by(tables, network_of(tables, cache=tmp_path / "cache"))
    assert [one.closure for one in found] == [long_ago]


def test_an_estimate_and_a_matrix_keep_to_no_closure(tmp_path: Path) -> None:
    matrix = tmp_path / "matrix.csv"
    matrix.write_text("from,to,seconds,metres\nD,S1,60,800\n", "utf-8")
    later = closure(first=DAY + dt.timedelta(9), last=DAY + dt.timedelta(9), ways=(102,))
    closures = (closure(ways=(101,)), later)
    for roads in (RoadSettings(), RoadSettings(matrix=matrix)):
        tables = district(stop("S1"), closures=closures, settings=Settings(roads=roads))
        assert [(one.closure, one.reason) for one in travel_for(tables, dates=[DAY]).unclosed] == [
            (closures[0], "no-roads")
        ]
        assert [one.closure for one in unclosed_by(tables, network_of(tables))] == list(closures)
