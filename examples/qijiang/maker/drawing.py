"""From edges that carry roads to OSM nodes and ways: chains, hairpins, smooth bends, tags."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from maker.lattice import SPACING, Edge, Lattice, edge
from maker.network import GRADES, Network
from maker.osm_pbf import UNITS, Node, Way
from maker.relief import Point, River, to_degrees

LONGEST = 160  # lattice edges in one way
TOLERANCE = 2.5  # metres a drawn line may leave the smooth one
REACH = 0.26 * SPACING  # how far a hairpin may leave its edge without meeting a neighbour's

SURFACES = {
    "trunk": {"surface": "asphalt", "maxspeed": "60", "lanes": "2"},
    "primary": {"surface": "asphalt", "maxspeed": "60", "lanes": "2"},
    "secondary": {"surface": "asphalt", "maxspeed": "40"},
    "tertiary": {"surface": "concrete", "maxspeed": "40", "width": "5.5"},
    "residential": {"surface": "concrete", "maxspeed": "30"},
    "unclassified": {"surface": "concrete", "width": "4.5"},
    "service": {"surface": "concrete"},
    "track": {"surface": "gravel", "tracktype": "grade2", "width": "3.5"},
    "path": {"surface": "ground"},
}


@dataclass(frozen=True)
class Chain:
    """Lattice points in order, joined by edges that all carry the same tags."""

    points: tuple[int, ...]
    kind: str
    tags: tuple[tuple[str, str], ...]


class Sheet:
    """Collects nodes and ways; lattice points become one node each, however many ways meet."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.ways: list[Way] = []
        self._joints: dict[int, int] = {}

    def draw(self, chain: Chain, line: list[Point]) -> None:
        """Add a way along ``line``, which begins and ends at the chain's ends."""
        inner = [self.node(place) for place in line[1:-1]]
        first = self._joint(chain.points[0], line[0])
        last = self._joint(chain.points[-1], line[-1])
        self.way((first, *inner, last), {"highway": chain.kind, **dict(chain.tags)})

    def way(self, nodes: tuple[int, ...], tags: Mapping[str, str]) -> None:
        """Add a way through nodes drawn before."""
        self.ways.append(Way(len(self.ways) + 1, nodes, tags))

    def node(self, place: Point, tags: Mapping[str, str] | None = None) -> int:
        """Add a node and return its id."""
        lon, lat = to_degrees(*place)
        # A decimetre is as near as anyone maps; the rest would only make the file larger.
        node = Node(len(self.nodes) + 1, _round(lon), _round(lat), tags or {})
        self.nodes.append(node)
        return node.id

    def river(self, river: River) -> None:
        """Add a waterway."""
        nodes = tuple(self.node(place) for place in river.line)
        self.way(nodes, {"waterway": "river", "name": river.name})

    def _joint(self, point: int, place: Point) -> int:
        if point not in self._joints:
            self._joints[point] = self.node(place)
        return self._joints[point]


def _round(degrees: float) -> int:
    return round(degrees * 1_000_000) * (UNITS // 1_000_000)


def draw(network: Network, sheet: Sheet) -> dict[Edge, int]:
    """Draw every road and path; return the id of the way each edge became part of."""
    owner = {}
    for chain in chains(network):
        sheet.draw(chain, shape(network.lattice, chain))
        for a, b in zip(chain.points, chain.points[1:], strict=False):
            owner[edge(a, b)] = sheet.ways[-1].id
    return owner


def chains(network: Network) -> list[Chain]:
    """Return the roads as chains between junctions and changes of tags, in a fixed order."""
    web = _Web(network)
    found: list[Chain] = []
    for start in [*sorted(web.breaks), *sorted(web.beside)]:
        for first in web.beside[start]:
            if edge(start, first) in web.left:
                found += web.trace(start, first)
    return found


class _Web:
    """The edges not drawn yet, who is beside whom, and where a chain must break."""

    def __init__(self, network: Network) -> None:
        self._looks = {e: _look(network, e) for e in network.kinds}
        self.left = set(self._looks)
        self.beside: dict[int, list[int]] = {}
        for a, b in sorted(self._looks):
            self.beside.setdefault(a, []).append(b)
            self.beside.setdefault(b, []).append(a)
        self.breaks = {n for n, others in self.beside.items() if self._breaks(n, others)}

    def _breaks(self, n: int, others: list[int]) -> bool:
        return len(others) != 2 or len({self._looks[edge(n, other)] for other in others}) != 1

    def trace(self, start: int, first: int) -> Iterator[Chain]:
        """Follow a chain from its start, and yield it in lengths that are not too long."""
        points = [start, first]
        self.left.discard(edge(start, first))
        while points[-1] not in self.breaks and points[-1] != start:
            onward = next(n for n in self.beside[points[-1]] if n != points[-2])
            if edge(points[-1], onward) not in self.left:
                break
            self.left.discard(edge(points[-1], onward))
            points.append(onward)
        for cut in range(0, len(points) - 1, LONGEST):
            yield Chain(tuple(points[cut : cut + LONGEST + 1]), *self._looks[edge(start, first)])


def _look(network: Network, e: Edge) -> tuple[str, tuple[tuple[str, str], ...]]:
    kind = network.kinds[e]
    tags = dict(SURFACES[kind])
    if e in network.names:
        tags["name"] = network.names[e]
    if e in network.lattice.wet:
        tags["bridge"] = "yes"
    tags |= network.traits.get(e, {})
    return kind, tuple(tags.items())


def shape(lattice: Lattice, chain: Chain) -> list[Point]:
    """Return the line of a chain: hairpins on steep edges, rounded, thinned."""
    line = [lattice.places[chain.points[0]]]
    if len(chain.points) == 2 and ("bridge", "yes") in chain.tags:
        return [*line, lattice.places[chain.points[1]]]
    for a, b in zip(chain.points, chain.points[1:], strict=False):
        line += hairpins(lattice, a, b, GRADES[chain.kind])
        line.append(lattice.places[b])
    return thin(rounded(rounded(line)), TOLERANCE)


def hairpins(lattice: Lattice, a: int, b: int, grade: float) -> list[Point]:
    """Return the points between two lattice points that lengthen the way to keep a grade.

    They stay inside the rhomb of the edge, so that no other edge's way is met.
    """
    straight = lattice.length(a, b)
    wanted = lattice.climb(a, b) / grade
    if wanted < 1.12 * straight:
        return []
    for teeth in (1, 2, 3, 4, 5, 6):
        line = _zigzag(lattice.places[a], lattice.places[b], teeth)
        if _metres(rounded(rounded(line))) >= wanted:
            break
    return line[1:-1]


def _zigzag(a: Point, b: Point, teeth: int) -> list[Point]:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.hypot(dx, dy)
    line = [a]
    for number in range(teeth):
        t = (number + 0.5) / teeth
        off = REACH * (1 - abs(2 * t - 1)) * (1 if number % 2 else -1)
        line.append((a[0] + dx * t - dy / length * off, a[1] + dy * t + dx / length * off))
    return [*line, b]


def rounded(line: list[Point]) -> list[Point]:
    """Return the line with its corners cut once (Chaikin 1974), its ends kept."""
    out = [line[0]]
    for (ax, ay), (bx, by) in itertools.pairwise(line):
        out.append((ax * 0.75 + bx * 0.25, ay * 0.75 + by * 0.25))
        out.append((ax * 0.25 + bx * 0.75, ay * 0.25 + by * 0.75))
    return [*out, line[-1]]


def thin(line: list[Point], tolerance: float) -> list[Point]:
    """Return the line without the points it can do without (Douglas and Peucker 1973)."""
    if len(line) < 3:
        return line
    far, worst = max((_off(p, line[0], line[-1]), i) for i, p in enumerate(line[1:-1], start=1))
    if far <= tolerance:
        return [line[0], line[-1]]
    return thin(line[: worst + 1], tolerance)[:-1] + thin(line[worst:], tolerance)


def _off(p: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.hypot(dx, dy)
    if length == 0:
        return math.hypot(p[0] - a[0], p[1] - a[1])
    return abs((p[0] - a[0]) * dy - (p[1] - a[1]) * dx) / length


def _metres(line: Iterable[Point]) -> float:
    points = list(line)
    return sum(math.hypot(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(points))
