"""Reading an extract into the network and the graph."""

from __future__ import annotations

import bz2
import gzip
import math
from pathlib import Path

import osmium
import pytest
from roads.osmfile import PATH, ROAD, write_osm

from bookcar.errors import InputError
from bookcar.roads.network import BACKWARD, FOOT, FORWARD, HALT
from bookcar.roads.osm import read_graph, read_network

CROSS = {1: (0, 0), 2: (500, 0), 3: (1000, 0), 4: (500, 400), 5: (500, 800)}
CROSS_WAYS = [([1, 2, 3], ROAD), ([2, 4, 5], PATH)]


def test_pieces_end_at_junctions(tmp_path: Path) -> None:
    network = read_network(write_osm(tmp_path / "a.osm", CROSS, CROSS_WAYS))
    assert [round(mm / 1000) for mm in network.total_mm] == [500, 500, 800]
    assert network.way.tolist() == [101, 101, 102]
    assert network.flags.tolist() == [FORWARD | BACKWARD | FOOT | HALT] * 2 + [FOOT]


def test_the_graph_says_what_each_piece_allows(tmp_path: Path) -> None:
    ways = [([1, 2, 3], {**ROAD, "oneway": "yes", "maxheight": "3.2"}), ([2, 4, 5], PATH)]
    graph = read_graph(write_osm(tmp_path / "a.osm", CROSS, ways))
    assert graph.number_of_nodes() == 4
    assert graph.number_of_edges() == 6
    driven = [d for *_, d in graph.edges(data=True) if d["drive_s"] is not None]
    assert {(d["way"], d["highway"], d["direction"]) for d in driven} == {
        (101, "unclassified", "forward")
    }
    assert driven[0]["metres"] == pytest.approx(500, abs=0.6)
    assert driven[0]["drive_s"] == pytest.approx(500 / 30 * 3.6, rel=0.01)
    assert driven[0]["limits"] == {"height": pytest.approx(3.2)}
    path = next(d for *_, d in graph.edges(data=True) if d["way"] == 102)
    assert path["foot_s"] == pytest.approx(800 / 4 * 3.6, rel=0.01)
    assert path["geometry"].shape == (3, 2)


def test_a_backward_edge_runs_the_other_way(tmp_path: Path) -> None:
    graph = read_graph(write_osm(tmp_path / "a.osm", CROSS, CROSS_WAYS))
    for tail, head, facts in graph.edges(data=True):
        ends = [(graph.nodes[n]["lon"], graph.nodes[n]["lat"]) for n in (tail, head)]
        assert [tuple(facts["geometry"][k]) for k in (0, -1)] == ends


def test_a_barrier_is_a_junction_of_its_own(tmp_path: Path) -> None:
    tagged = {2: {"barrier": "bollard"}}
    graph = read_graph(write_osm(tmp_path / "a.osm", CROSS, CROSS_WAYS[:1], tagged))
    assert sorted(blocked for _, blocked in graph.nodes(data="blocked")) == [False, False, True]


def switchbacks(tmp_path: Path, bends: int) -> tuple[float, float]:
    """Return km/h on a tertiary road of hairpins 200 m apart, and radians turned per km."""
    nodes = {}
    for k in range(bends):
        y, east = 40.0 * k, k % 2 == 0
        nodes[len(nodes) + 1] = (0 if east else 200, y)
        nodes[len(nodes) + 1] = (200 if east else 0, y)
        for step in (1, 2, 3):  # half a circle of 20 m radius
            angle = math.pi * step / 4
            x = 200 + 20 * math.sin(angle) if east else -20 * math.sin(angle)
            nodes[len(nodes) + 1] = (x, y + 20 - 20 * math.cos(angle))
    ways = [(sorted(nodes), {"highway": "tertiary"})]
    network = read_network(write_osm(tmp_path / "bends.osm", nodes, ways))
    metres = network.total_mm.sum() / 1e3
    return metres / network.total_us.sum() * 3.6e6, bends * math.pi / metres * 1e3


def test_a_winding_mountain_road_is_slow(tmp_path: Path) -> None:
    kmh, per_km = switchbacks(tmp_path, 20)
    assert 11 < per_km < 13
    assert 20 < kmh < 30


def test_a_gentle_curve_costs_nothing(tmp_path: Path) -> None:
    turn = {k: (300 * math.sin(k / 10), 300 - 300 * math.cos(k / 10)) for k in range(1, 16)}
    ways = [(sorted(turn), {"highway": "tertiary"})]
    network = read_network(write_osm(tmp_path / "curve.osm", turn, ways))
    kmh = network.total_mm.sum() / network.total_us.sum() * 3.6e3
    assert kmh == pytest.approx(40, rel=1e-3)


def test_one_sharp_corner_costs_its_angle(tmp_path: Path) -> None:
    corner = {1: (0, 0), 2: (500, 0), 3: (500, 500)}
    network = read_network(write_osm(tmp_path / "c.osm", corner, [([1, 2, 3], ROAD)]))
    straight = network.total_mm.sum() / 1e3 / 30 * 3.6
    assert network.total_us.sum() / 1e6 - straight == pytest.approx(math.pi / 2 * 3, rel=0.01)


@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf"])
def test_every_format_reads_the_same(tmp_path: Path, suffix: str) -> None:
    plain = write_osm(tmp_path / "plain.osm", CROSS, CROSS_WAYS)
    path = tmp_path / f"other{suffix}"
    if suffix == ".osm.pbf":
        with osmium.SimpleWriter(str(path)) as writer:
            for thing in osmium.FileProcessor(str(plain)):
                writer.add(thing)
    else:
        pack = {".osm": bytes, ".osm.gz": gzip.compress, ".osm.bz2": bz2.compress}[suffix]
        path.write_bytes(pack(plain.read_bytes()))
    assert read_network(path).total_mm.tolist() == read_network(plain).total_mm.tolist()


def test_a_way_without_some_nodes_is_read_in_parts(tmp_path: Path) -> None:
    """As at the edge of a cut extract."""
    nodes = {1: (0, 0), 2: (100, 0), 4: (300, 0), 5: (400, 0), 7: (600, 0)}
    path = write_osm(tmp_path / "cut.osm", nodes, [([1, 2, 3, 4, 5, 6, 7], ROAD)])
    network = read_network(path)
    assert [round(mm / 1000) for mm in network.total_mm] == [100, 100]


def test_a_node_twice_in_a_row_is_one(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", CROSS, [([1, 2, 2, 3], ROAD)])
    assert round(read_network(path).total_mm.sum() / 1000) == 1000


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_network(path)
    (fault,) = caught.value.faults
    assert fault.file == path.name
    assert fault.fix
    return fault.problem


def test_refuses_what_is_no_extract(tmp_path: Path) -> None:
    good = write_osm(tmp_path / "good.osm", CROSS, CROSS_WAYS).read_bytes()
    for name, data, words in [
        ("empty.osm", b"", "is empty"),
        ("words.osm", b"not XML at all", "broken"),
        ("cut.osm", good[: len(good) // 2], "broken"),
        ("cut.osm.gz", gzip.compress(good)[:60], "broken"),
        ("noise.osm.pbf", bytes(range(256)) * 9, "broken"),
        ("map.shp", good, "not an OpenStreetMap extract"),
        ("bare.osm", b'<osm version="0.6"></osm>', "no road"),
    ]:
        path = tmp_path / name
        path.write_bytes(data)
        assert words in refusal(path), name
    assert "not there" in refusal(tmp_path / "missing.osm")
