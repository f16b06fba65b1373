"""The example districts: built again byte for byte, true to the facts, and fit to be planned."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import networkx as nx
import osmium
import pytest

from bookcar.due import due_stops
from bookcar.inputs.reader import read_district
from bookcar.model import District
from bookcar.roads.sources import travel_for

EXAMPLES = ("qijiang", "fuhuan")
BUILT = (".csv", ".toml", ".geojson", ".pbf")
MONDAY = dt.date(2026, 11, 30)


@pytest.fixture(scope="module", params=EXAMPLES)
def district(request: pytest.FixtureRequest, root: Path) -> District:
    """Return an example as it is committed, read without any fault or warning."""
    checked = read_district(root / "examples" / request.param)
    assert [str(fault) for fault in checked.faults] == []
    assert checked.district is not None
    return checked.district


@pytest.fixture(scope="module")
def qijiang(root: Path) -> District:
    found = read_district(root / "examples" / "qijiang").district
    assert found is not None
    return found


@pytest.fixture(scope="module")
def roads(root: Path) -> Roads:
    return Roads(root / "examples" / "qijiang" / "made-up-roads.osm.pbf")


class Roads:
    """The extract as osmium and networkx see it; metres on the edges, paths left out."""

    def __init__(self, path: Path) -> None:
        self.places: dict[int, tuple[float, float]] = {}
        self.towns: dict[str, tuple[float, float]] = {}
        self.tags: list[dict[str, str]] = []
        self.graph = nx.DiGraph()
        for item in osmium.FileProcessor(str(path)):
            if item.is_node():
                self._node(item)
            elif item.is_way() and "highway" in item.tags:
                self._way([node.ref for node in item.nodes], dict(item.tags))

    def _node(self, node: osmium.osm.Node) -> None:
        self.places[node.id] = (node.lon, node.lat)
        if node.tags.get("place") == "town":
            self.towns[node.tags["name"]] = (node.lon, node.lat)

    def _way(self, nodes: list[int], tags: dict[str, str]) -> None:
        self.tags.append(tags)
        if tags["highway"] == "path" or tags.get("access") == "private":
            return
        for a, b in pairwise(nodes):
            metres = straight(self.places[a], self.places[b])
            self.graph.add_edge(a, b, metres=metres)
            if tags.get("oneway") != "yes":
                self.graph.add_edge(b, a, metres=metres)

    def metres(self, town: str, other: str) -> float:
        ends = [
            min(self.graph, key=lambda n, p=self.towns[t]: straight(self.places[n], p))
            for t in (town, other)
        ]
        return float(nx.shortest_path_length(self.graph, *ends, weight="metres"))


def straight(a: tuple[float, float], b: tuple[float, float]) -> float:
    lon_a, lat_a, lon_b, lat_b = map(math.radians, (*a, *b))
    h = math.sin((lat_b - lat_a) / 2) ** 2
    h += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(h))


@pytest.mark.slow
def test_building_again_gives_the_committed_files_byte_for_byte(root: Path, tmp_path: Path) -> None:
    script = root / "examples" / "qijiang" / "build.py"
    subprocess.run([sys.executable, "-B", script, "--out", tmp_path], check=True, timeout=600)
    for name in EXAMPLES:
        committed = {p.name: p for p in (root / "examples" / name).iterdir() if p.suffix in BUILT}
        built = {p.name: p for p in (tmp_path / name).iterdir()}
        assert sorted(built) == sorted(committed)
        differ = [n for n in built if built[n].read_bytes() != committed[n].read_bytes()]
        assert differ == []


def test_the_kinds_of_stops_are_those_of_the_librarys_summary(qijiang: District) -> None:
    kinds = Counter(stop.kind for stop in qijiang.stops)
    assert kinds == {
        "bookhouse": 302,
        "village": 9,
        "school": 3,
        "teahouse": 6,
        "organisation": 20,
    }
    assert sum(stop.books for stop in qijiang.stops if stop.kind == "bookhouse") == 20_536


def test_bookhouses_are_named_after_villages_of_their_town(root: Path, qijiang: District) -> None:
    with (root / "examples/qijiang/facts/villages.csv").open(encoding="utf-8", newline="") as file:
        real = {(row["town"], row["village"]) for row in csv.DictReader(file)}
    for stop in qijiang.stops:
        if stop.kind == "bookhouse":
            name = stop.name.removesuffix("农家书屋")
            endings = ("村民委员会", "居民委员会")
            assert any((stop.area, name + ending) in real for ending in endings), stop.name


def test_only_the_stops_on_foot_are_out_of_reach_of_the_car(district: District) -> None:
    on_foot = {stop.id for stop in district.stops if stop.access == "foot"}
    unreached = travel_for(district).tables["car"].unreached
    assert set(unreached) == on_foot
    assert {why.reason for why in unreached.values()} == {"foot-only"}


def test_a_path_leads_to_every_stop_on_foot(district: District) -> None:
    unreached = travel_for(district).tables["car"].unreached
    assert unreached
    assert all(why.path_m is not None and why.path_m <= 100 for why in unreached.values())


def test_the_large_car_reaches_fewer_stops_but_most(qijiang: District) -> None:
    tables = travel_for(qijiang).tables
    small, large = set(tables["car"].unreached), set(tables["large"].unreached)
    assert small < large
    assert len(large) < 40


def test_about_a_hundred_stops_are_due_in_the_week(qijiang: District) -> None:
    due = [stop for stop in due_stops(qijiang, MONDAY) if stop.due]
    assert 90 <= len(due) <= 110
    assert all(stop.dates for stop in due)
    assert any(stop.weeks_since is None for stop in due)
    assert any(stop.overdue > 0 and stop.weeks_since is not None for stop in due)


def test_the_small_example_has_one_of_everything(root: Path) -> None:
    found = read_district(root / "examples" / "fuhuan").district
    assert found is not None
    assert len(found.stops) == 14
    assert [stop.access for stop in found.stops].count("foot") == 1
    assert any(stop.month_days for stop in found.stops)
    assert any(stop.kind == "school" and len(stop.windows) == 2 for stop in found.stops)
    assert any(batch.at.startswith("T") for batch in found.batches)
    assert len(found.requests) == 1
    assert (root / "examples/fuhuan/made-up-roads.osm.pbf").stat().st_size < 60_000


def test_no_telephone_number_could_be_anybodys(district: District) -> None:
    """No local number in China begins with 0."""
    holders = (*district.stops, *district.vehicles, *district.depots)
    numbers = [holder.phone for holder in holders if holder.phone]
    assert numbers
    assert all(number.startswith("023-0") for number in [*numbers, district.dispatch_phone])


def test_every_road_can_be_reached_and_left(roads: Roads) -> None:
    assert nx.is_strongly_connected(roads.graph)


def test_gunan_to_dongxi_is_as_winding_as_it_really_is(roads: Roads) -> None:
    """Really 29 km straight and about 48 km by road; the shortest way is a little less."""
    away = straight(roads.towns["古南街道"], roads.towns["东溪镇"])
    assert 1.45 < roads.metres("古南街道", "东溪镇") / away < 1.75


@pytest.mark.parametrize("kind", ["trunk", "secondary", "tertiary", "track", "path", "residential"])
def test_the_roads_are_of_many_classes(roads: Roads, kind: str) -> None:
    assert sum(tags["highway"] == kind for tags in roads.tags) > 10


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("oneway", "yes"),
        ("bridge", "yes"),
        ("access", "private"),
        ("width", "2.2"),
        ("maxweight", "5"),
        ("surface", "gravel"),
    ],
)
def test_the_roads_carry_what_a_car_must_heed(roads: Roads, key: str, value: str) -> None:
    assert any(tags.get(key) == value for tags in roads.tags)


def test_the_extract_is_of_moderate_size(roads: Roads) -> None:
    assert 15_000 < len(roads.places) < 30_000


def test_the_closure_shuts_a_road_that_exists(qijiang: District) -> None:
    (closure,) = qijiang.closures
    travel = [travel_for(qijiang, dates=dates) for dates in ((), (closure.first,))]
    before, after = (found.tables["car"].seconds for found in travel)
    assert (after != before).any()


def test_outlines_are_closed_and_say_they_are_made_up(root: Path) -> None:
    outlines = json.loads((root / "examples/qijiang/areas.geojson").read_text(encoding="utf-8"))
    assert len(outlines["features"]) == 21
    for feature in outlines["features"]:
        (ring,) = feature["geometry"]["coordinates"]
        assert ring[0] == ring[-1]
        assert "made-up" in feature["properties"]["note"]
