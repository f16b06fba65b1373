"""Which edges of the lattice carry which road: towns first, then villages, then paths."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from maker.lattice import Edge, Lattice, cheapest_way, edge

# From the widest road to the narrowest way. A road is made where none as good lies already.
CLASSES = (
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "residential",
    "unclassified",
    "service",
    "track",
    "path",
)
RANK = {name: number for number, name in enumerate(CLASSES)}

# Steepest lasting grade; on steeper ground a road winds until it keeps it. Streets have no room to.
GRADES = {
    "trunk": 0.035,
    "primary": 0.05,
    "secondary": 0.06,
    "tertiary": 0.075,
    "residential": 0.40,
    "unclassified": 0.09,
    "service": 0.12,
    "track": 0.13,
    "path": 0.35,
}

HAIRPIN = 1.5  # metres one rather goes round than winds up, for each metre that adds
BRIDGE = 250.0  # metres of road one rather builds than a bridge


@dataclass
class Network:
    """The roads so far: what lies on each edge.

    Attributes
    ----------
    kinds
        Highway class by edge.
    closed
        Points no car road may come near, so that some villages keep without one.
    traits
        Further tags by edge, e.g. ``{"access": "private"}``.
    """

    lattice: Lattice
    kinds: dict[Edge, str] = field(default_factory=dict)
    names: dict[Edge, str] = field(default_factory=dict)
    traits: dict[Edge, dict[str, str]] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    on_road: set[int] = field(default_factory=set)

    def build(self, way: list[int], kind: str, name: str = "") -> None:
        """Lay a road along the points; better roads that lie there already stay."""
        for a, b in itertools.pairwise(way):
            here = edge(a, b)
            if here not in self.kinds or RANK[kind] < RANK[self.kinds[here]]:
                self.kinds[here] = kind
                if name:
                    self.names[here] = name
            if kind != "path":
                self.on_road.update(here)

    def price(self, kind: str, *, reuse: float) -> Callable[[int, int], float]:
        """Return what an edge costs a road of this kind; along existing roads ``reuse`` of it."""
        lattice, grade, walk = self.lattice, GRADES[kind], kind == "path"

        def cost(a: int, b: int) -> float:
            if b in self.closed and not walk:
                return math.inf
            metres = winding(lattice, a, b, grade)
            # Builders go round a slope sooner than up it in hairpins.
            metres += HAIRPIN * (metres - lattice.length(a, b))
            metres *= (lattice.rough[a] + lattice.rough[b]) / 2
            here = edge(a, b)
            if self.kinds.get(here, "path") != "path":
                return metres * reuse
            return metres + (BRIDGE if here in lattice.wet else 0)

        return cost

    def join(self, start: int, goal: int, kind: str, *, name: str = "") -> list[int]:
        """Build the cheapest road between two points, along existing roads where they serve."""
        price = self.price(kind, reuse=0.55)
        way = cheapest_way(self.lattice, start, lambda n: n == goal, price)
        if not way:
            raise ValueError(f"no way for a {kind} between points {start} and {goal}")
        self.build(way, kind, name)
        return way

    def reach(self, start: int, kind: str, *, limit: float = math.inf) -> list[int]:
        """Build the cheapest way from a point to the nearest road; return it, empty if too dear."""
        price = self.price(kind, reuse=1.0)
        way = cheapest_way(
            self.lattice, start, lambda n: n in self.on_road and n != start, price, limit=limit
        )
        self.build(way, kind)
        return way

    def along(self, *, on_foot: bool) -> Callable[[int, int], float]:
        """Return the metres between neighbouring points by road, or by path too; else endless."""

        def metres(a: int, b: int) -> float:
            kind = self.kinds.get(edge(a, b))
            if kind is None or (kind == "path" and not on_foot):
                return math.inf
            return winding(self.lattice, a, b, GRADES[kind])

        return metres

    def distances(self, start: int, *, limit: float = math.inf) -> dict[int, float]:
        """Return the road metres from a point to every point on a road within a limit."""
        return road_metres(self, [start], limit=limit)[0]


def winding(lattice: Lattice, a: int, b: int, grade: float) -> float:
    """Return the metres a road of this grade needs between two neighbouring points."""
    return max(lattice.length(a, b), min(lattice.climb(a, b) / grade, 3 * lattice.length(a, b)))


def road_metres(
    network: Network, starts: Iterable[int], *, limit: float = math.inf
) -> tuple[dict[int, float], dict[int, int]]:
    """Return metres along roads from the nearest start, and the point before on the way."""
    best = dict.fromkeys(starts, 0.0)
    before: dict[int, int] = {}
    heap = [(0.0, start) for start in best]
    heapq.heapify(heap)
    while heap:
        metres, here = heapq.heappop(heap)
        if metres > best[here]:
            continue
        for other in network.lattice.near[here]:
            kind = network.kinds.get(edge(here, other), "path")
            if kind == "path":
                continue
            total = metres + winding(network.lattice, here, other, GRADES[kind])
            if total < best.get(other, math.inf) and total <= limit:
                best[other], before[other] = total, here
                heapq.heappush(heap, (total, other))
    return best, before


def connected(edges: set[Edge], start: int) -> set[int]:
    """Return the points that edges join to a start, however many edges lie between."""
    beside: dict[int, list[int]] = {}
    for a, b in edges:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    found, open_ends = {start}, [start]
    while open_ends:
        for other in beside.get(open_ends.pop(), ()):
            if other not in found:
                found.add(other)
                open_ends.append(other)
    return found
