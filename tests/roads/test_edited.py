"""Maps as JOSM saves them: deleted roads are gone, new ones are there, in whatever order."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path
from types import ModuleType

import osmium
import pytest
from roads.osmfile import lon_lat

from bookcar.roads.edited import in_order
from bookcar.roads.network import Network
from bookcar.roads.osm import read_network
from bookcar.roads.water import read_water

PLACES = {"1": (0, 0), "2": (1000, 0), "3": (500, 600), "-7": (500, 0)}
SAVED = "action='modify' visible='true'"


def _node(name: str, attributes: str = "version='1'") -> str:
    lon, lat = lon_lat(*PLACES[name])
    return f"<node id='{name}' {attributes} lon='{lon}' lat='{lat}'/>"


def _way(name: str, refs: str, attributes: str = "version='1'", tag: str = "highway") -> str:
    value = {"highway": "tertiary", "waterway": "river"}[tag]
    nodes = "".join(f"<nd ref='{ref}'/>" for ref in refs.split())
    return f"<way id='{name}' {attributes}>{nodes}<tag k='{tag}' v='{value}'/></way>"


def _saved(path: Path, *objects: str) -> Path:
    path.write_text(f"<osm version='0.6' generator='JOSM'>{''.join(objects)}</osm>", "utf-8")
    return path


def _lengths(network: Network) -> list[int]:
    return sorted(round(mm / 1000) for mm in network.total_mm)


NODES = [_node(name) for name in ("1", "2", "3")]


def test_a_deleted_road_is_gone(tmp_path: Path) -> None:
    roads = (_way("8", "1 3"), _way("9", "1 2", "action='delete' version='1'"))
    network = read_network(_saved(tmp_path / "a.osm", *NODES, *roads))
    assert network.way.tolist() == [8]


def test_a_deleted_point_leaves_its_road_to_the_others(tmp_path: Path) -> None:
    gone = _node("3", "action='delete' version='1'")
    network = read_network(
        _saved(tmp_path / "a.osm", _node("1"), _node("2"), gone, _way("9", "1 3 2"))
    )
    assert _lengths(network) == [1000]


@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
def test_a_new_road_is_driven_wherever_it_stands(tmp_path: Path, *, last: bool) -> None:
    fresh = [_way("-1", "1 -7 2", SAVED), _node("-7", SAVED)]
    known = [*NODES, _way("8", "1 3"), _way("9", "3 2")]
    objects = [*known, *fresh] if last else [*fresh[::-1], *known]
    network = read_network(_saved(tmp_path / "a.osm", *objects))
    assert _lengths(network) == [781, 781, 1000]
    assert network.way.tolist() == [8, 9, 10]  # the next free number


def test_a_clipped_map_keeps_its_gaps(tmp_path: Path) -> None:
    """A way whose points are not in the file is two roads, not one across the gap."""
    objects = [_way("-1", "1 3", SAVED), *NODES, _way("8", "1 77 2 3")]
    network = read_network(_saved(tmp_path / "a.osm", *objects))
    assert _lengths(network) == [781, 781]


@pytest.mark.parametrize("pack", [gzip, bz2])
def test_packed_maps_are_sorted_too(tmp_path: Path, pack: ModuleType) -> None:
    text = _saved(tmp_path / "a.osm", _way("-1", "1 2", SAVED), *NODES).read_bytes()
    packed = tmp_path / {gzip: "a.osm.gz", bz2: "a.osm.bz2"}[pack]
    packed.write_bytes(pack.compress(text))
    assert _lengths(read_network(packed)) == [1000]


def test_waters_of_an_edited_map(tmp_path: Path) -> None:
    river = _way("-4", "1 3", SAVED, "waterway")
    assert len(read_water(_saved(tmp_path / "a.osm", river, *NODES))) == 1


def test_the_same_map_in_every_form_gives_the_same_roads(tmp_path: Path) -> None:
    objects = [*NODES, _way("8", "1 3"), _way("9", "3 2")]
    plain = _saved(tmp_path / "a.osm", *objects)
    shuffled = _saved(tmp_path / "b.osm", *objects[::-1])
    with osmium.SimpleWriter(str(tmp_path / "c.osm.pbf")) as writer:
        for thing in osmium.FileProcessor(plain):
            writer.add(thing)
    networks = [read_network(p) for p in (plain, shuffled, tmp_path / "c.osm.pbf")]
    assert len({_same(network) for network in networks}) == 1


def _same(network: Network) -> tuple[bytes, ...]:
    return tuple(a.tobytes() for a in (network.way, network.x, network.y, network.mm, network.us))


def test_a_sorted_map_is_read_as_it_is(tmp_path: Path) -> None:
    plain = _saved(tmp_path / "a.osm", *NODES, _way("8", "1 3"))
    with in_order(plain) as source:
        assert source == plain
