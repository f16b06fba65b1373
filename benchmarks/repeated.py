"""Write an extract of the size of a province: copies of a small one side by side, on one road.

Run: ``python benchmarks/repeated.py EXTRACT OUT.osm.pbf --times 33``. Every copy is shifted by a
little more than the extract is wide, and all its objects get ids of their own. A road joins the
first road of each copy with that of the next.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium
from osmium.osm import NODE, RELATION, WAY
from osmium.osm.mutable import Way

STEP = 2**36  # more than any id that OpenStreetMap has given
WIDE = 10  # copies in a row
GAP_DEG = 0.05


@dataclass(frozen=True)
class Grid:
    """Where each copy goes: degrees from one to the next."""

    east: float
    north: float

    def shift(self, copy: int) -> tuple[float, float]:
        """Return by how many degrees a copy is shifted."""
        return copy % WIDE * self.east, copy // WIDE * self.north


def repeat(extract: Path, out: Path, times: int) -> None:
    """Write the copies: nodes, ways and relations, each by ascending ids, as a reader expects."""
    grid, joint = _grid(extract), _joint(extract)
    with osmium.SimpleWriter(str(out), overwrite=True) as writer:
        for copy in range(times):
            east, north = grid.shift(copy)
            for node in osmium.FileProcessor(extract, NODE):
                at = node.location.lon + east, node.location.lat + north
                writer.add_node(node.replace(id=node.id + copy * STEP, location=at))
        for copy in range(times):
            _write_ways(writer, extract, copy * STEP)
            if copy + 1 < times:
                nodes = [joint + copy * STEP, joint + (copy + 1) * STEP]
                tags = {"highway": "primary"}
                writer.add_way(Way(id=(copy + 1) * STEP - 1, nodes=nodes, tags=tags))
        for copy in range(times):
            _write_relations(writer, extract, copy * STEP)


def _write_ways(writer: Any, extract: Path, first: int) -> None:
    for way in osmium.FileProcessor(extract, WAY):
        nodes = [node.ref + first for node in way.nodes]
        writer.add_way(way.replace(id=way.id + first, nodes=nodes))


def _write_relations(writer: Any, extract: Path, first: int) -> None:
    for relation in osmium.FileProcessor(extract, RELATION):
        members = [(member.type, member.ref + first, member.role) for member in relation.members]
        writer.add_relation(relation.replace(id=relation.id + first, members=members))


def _grid(extract: Path) -> Grid:
    locations = [node.location for node in osmium.FileProcessor(extract, NODE)]
    lons, lats = [at.lon for at in locations], [at.lat for at in locations]
    return Grid(max(lons) - min(lons) + GAP_DEG, max(lats) - min(lats) + GAP_DEG)


def _joint(extract: Path) -> int:
    """Return the node at which the first big road of the extract begins."""
    big = osmium.filter.TagFilter(("highway", "primary"), ("highway", "trunk"))
    for way in osmium.FileProcessor(extract, WAY).with_filter(big):
        return int(way.nodes[0].ref)
    raise SystemExit(f"{extract} has no primary or trunk road.")


def main() -> None:
    """Write the copies, and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extract", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--times", type=int, default=33)
    given = parser.parse_args()
    repeat(given.extract, given.out, given.times)
    print(f"{given.out}: {given.out.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
