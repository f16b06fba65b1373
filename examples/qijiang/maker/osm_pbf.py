"""A writer of small OSM extracts that gives the same bytes on every machine.

OpenStreetMap's PBF, but its blobs are not compressed: what zlib makes of them differs from version
to version. The format is described at https://wiki.openstreetmap.org/wiki/PBF_Format.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

UNITS = 10_000_000  # a degree, in the 100 nanodegrees OSM stores
BLOCK = 8_000  # elements in a block: the format's own recommendation


@dataclass(frozen=True)
class Node:
    """A point; ``lon`` and ``lat`` in 100 nanodegrees."""

    id: int
    lon: int
    lat: int
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """A line through nodes."""

    id: int
    nodes: tuple[int, ...]
    tags: Mapping[str, str] = field(default_factory=dict)


def write_pbf(path: Path, nodes: Sequence[Node], ways: Sequence[Way], *, program: str) -> None:
    """Write nodes and ways, both in ascending order of id."""
    blocks = [_node_block(nodes[i : i + BLOCK]) for i in range(0, len(nodes), BLOCK)]
    blocks += [_way_block(ways[i : i + BLOCK]) for i in range(0, len(ways), BLOCK)]
    blobs = [_blob("OSMHeader", _header(nodes, program))]
    blobs += [_blob("OSMData", block) for block in blocks]
    path.write_bytes(b"".join(blobs))


def _blob(kind: str, content: bytes) -> bytes:
    blob = _bytes(1, content)
    header = _bytes(1, kind.encode()) + _number(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def _header(nodes: Sequence[Node], program: str) -> bytes:
    lons, lats = [node.lon for node in nodes], [node.lat for node in nodes]
    corners = (min(lons), max(lons), max(lats), min(lats))
    box = b"".join(_number(i, _zigzag(c * 100)) for i, c in enumerate(corners, start=1))
    return (
        _bytes(1, box)
        + _bytes(4, b"OsmSchema-V0.6")
        + _bytes(4, b"DenseNodes")
        + _bytes(5, b"Sort.Type_then_ID")
        + _bytes(16, program.encode())
    )


def _node_block(nodes: Sequence[Node]) -> bytes:
    words = _Words()
    keys_values: list[int] = []
    for node in nodes:
        for key, value in node.tags.items():
            keys_values += [words.index(key), words.index(value)]
        keys_values.append(0)
    dense = (
        _bytes(1, _packed(_deltas(node.id for node in nodes)))
        + _bytes(8, _packed(_deltas(node.lat for node in nodes)))
        + _bytes(9, _packed(_deltas(node.lon for node in nodes)))
        + _bytes(10, _packed(keys_values))
    )
    return _block(words, _bytes(2, dense))


def _way_block(ways: Sequence[Way]) -> bytes:
    words = _Words()
    group = b"".join(_bytes(3, _way(way, words)) for way in ways)
    return _block(words, group)


def _way(way: Way, words: _Words) -> bytes:
    return (
        _number(1, way.id)
        + _bytes(2, _packed(words.index(key) for key in way.tags))
        + _bytes(3, _packed(words.index(value) for value in way.tags.values()))
        + _bytes(8, _packed(_deltas(way.nodes)))
    )


def _block(words: _Words, group: bytes) -> bytes:
    table = b"".join(_bytes(1, word.encode()) for word in words.found)
    return _bytes(1, table) + _bytes(2, group)


class _Words:
    """The string table of a block; entry 0 is reserved."""

    def __init__(self) -> None:
        self.found = {"": 0}

    def index(self, word: str) -> int:
        return self.found.setdefault(word, len(self.found))


def _deltas(numbers: Iterable[int]) -> Iterable[int]:
    before = 0
    for number in numbers:
        yield _zigzag(number - before)
        before = number


def _zigzag(number: int) -> int:
    return number * 2 if number >= 0 else -number * 2 - 1


def _packed(numbers: Iterable[int]) -> bytes:
    return b"".join(_varint(number) for number in numbers)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _number(index: int, value: int) -> bytes:
    return _varint(index << 3) + _varint(value)


def _bytes(index: int, content: bytes) -> bytes:
    return _varint(index << 3 | 2) + _varint(len(content)) + content
