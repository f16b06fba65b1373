"""Maps as an editor such as JOSM saves them, brought into the order that osmium reads.

JOSM keeps in its ``.osm`` files what was deleted (``action="delete"``), gives new objects ids below
zero, and writes them in any order (https://wiki.openstreetmap.org/wiki/JOSM_file_format).
"""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

TEXT = (".osm", ".osm.gz", ".osm.bz2")
KINDS = ("node", "way", "relation")  # in the order in which a sorted file has them
_OBJECT = re.compile(rb"<(node|way|relation)\b([^>]*)>")
_ID = re.compile(rb"""\bid\s*=\s*["'](-?\d+)["']""")
_GONE = re.compile(rb"""\baction\s*=\s*["']delete["']|\bvisible\s*=\s*["']false["']""")
_CHUNK = 1 << 24


@contextmanager
def in_order(path: Path) -> Iterator[Path]:
    """Give a file with the same map that is sorted by kind and id, without what was deleted.

    That is the file itself, unless an editor left it otherwise. New objects get the numbers that
    follow the highest of their kind, so that no two files name them differently.

    Raises
    ------
    OSError
        If the file cannot be read or the other one not be written.
    ValueError
        If the file is no XML.
    """
    if not path.name.lower().endswith(TEXT) or _is_in_order(path):
        yield path
        return
    with TemporaryDirectory(prefix="bookcar-") as folder:
        sorted_map = Path(folder) / "map.osm"
        _write(sorted_map, _objects(path).numbered())
        yield sorted_map


def _open(path: Path) -> IO[bytes]:
    if path.suffix.lower() == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    return bz2.open(path) if path.suffix.lower() == ".bz2" else path.open("rb")


def _is_in_order(path: Path) -> bool:
    """Tell whether osmium reads a file right: all there, ids above zero and ascending by kind."""
    last = (0, 0)
    try:
        with _open(path) as stream:
            for kind, attributes in _opening_tags(stream):
                found = _ID.search(attributes)
                place = (KINDS.index(kind), int(found[1]) if found else 0)
                if place[1] < 0 or place < last or _GONE.search(attributes):
                    return False
                last = place
    except (EOFError, OSError, zlib.error):
        return True  # osmium says what is wrong with it
    return True


def _opening_tags(stream: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield kind and attributes of every object, a piece of the file at a time."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        text = rest + chunk
        done = 0
        for found in _OBJECT.finditer(text):
            yield found[1].decode(), found[2]
            done = found.end()
        rest = text[max(done, text.rfind(b"<")) :]


def _objects(path: Path) -> _Objects:
    """Return what is left of the map, by kind, in the order of the file, and what was deleted."""
    found = _Objects()
    try:
        with _open(path) as stream:
            for _, element in ElementTree.iterparse(stream):
                if element.tag in KINDS:
                    found.take(element)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error
    return found


class _Objects:
    """The objects of a map by kind, and the ids of those that were deleted."""

    def __init__(self) -> None:
        self.left: dict[str, list[Element]] = {kind: [] for kind in KINDS}
        self.deleted: dict[str, set[str]] = {kind: set() for kind in KINDS}

    def take(self, element: Element) -> None:
        """Take an object as the editor left it."""
        if element.get("action") == "delete" or element.get("visible") == "false":
            self.deleted[element.tag].add(element.get("id", ""))
        else:
            self.left[element.tag].append(element)

    def numbered(self) -> dict[str, list[Element]]:
        """Return each kind by number, new objects numbered, and no reference to deleted ones."""
        numbers = {kind: _numbers(elements) for kind, elements in self.left.items()}
        for kind, elements in self.left.items():
            for element in elements:
                element.set("id", str(numbers[kind][element.get("id", "")]))
                for child in list(element):
                    self._refer(element, child, numbers)
            elements.sort(key=_number)
        return self.left

    def _refer(self, element: Element, child: Element, numbers: dict[str, dict[str, int]]) -> None:
        """Let a child name the new number; an object that a clipped map lacks keeps its id."""
        kind = "node" if child.tag == "nd" else child.get("type", "")
        name = child.get("ref", "")
        if kind not in KINDS:
            return
        if name in self.deleted[kind]:
            element.remove(child)
        elif name in numbers[kind]:
            child.set("ref", str(numbers[kind][name]))


def _number(element: Element) -> int:
    return int(element.get("id", ""))


def _numbers(elements: list[Element]) -> dict[str, int]:
    """Return the number of each object by its id: its own, or the next free one."""
    ids = [element.get("id", "") for element in elements]
    numbers = {name: int(name) for name in ids}
    highest = max([0, *numbers.values()])
    fresh = (name for name in ids if numbers[name] < 0)
    return numbers | {name: highest + k for k, name in enumerate(fresh, start=1)}


def _write(path: Path, objects: dict[str, list[Element]]) -> None:
    root = Element("osm", version="0.6")
    for kind in KINDS:
        root.extend(objects[kind])
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
