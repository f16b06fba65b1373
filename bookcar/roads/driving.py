"""One profile's table of driving and the roads it takes, from the network."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bookcar.compiled import is_ready
from bookcar.model import District, RoadProfile
from bookcar.progress import SILENT, Progress
from bookcar.roads.contract import Contracted, Split, contract, split
from bookcar.roads.drive import drive_for
from bookcar.roads.forbidden import without_turns
from bookcar.roads.hierarchy.sweep import sweep
from bookcar.roads.kerb import Together, held_to_kerbs
from bookcar.roads.last_stretch import layered
from bookcar.roads.matrix import Ways, fastest_ways
from bookcar.roads.network import E7, Floats, Ints, Network
from bookcar.roads.reach import Reach, reach
from bookcar.roads.snap import Spot
from bookcar.roads.travel import UNREACHABLE, Line, Table, Unclear
from bookcar.roads.water import Water


@dataclass(frozen=True, kw_only=True)
class Driving:
    """All that is known of a profile's ways.

    Attributes
    ----------
    spots
        Where the places reached stand; ``row`` is the row of each place among them, or -1.
    together
        Which of them are served without driving in between.
    lines
        Points of the contracted edges that were asked for so far.
    """

    table: Table
    network: Network
    spots: list[Spot]
    row: Ints
    parts: Split
    graph: Contracted
    ways: Ways
    together: Together
    lines: dict[int, Floats] = field(default_factory=dict)

    def way(self, origin: int, destination: int) -> Line:
        """Return the road from one place to another as (lon, lat), both ends included."""
        if self.table.seconds[origin, destination] == UNREACHABLE:
            return []
        start, end = int(self.row[origin]), int(self.row[destination])
        chains = [] if self.together.holds(start, end) else self.ways.edges(start, end)
        if chains:
            return _line([self._points_of(chain) for chain in chains])
        spot = self.spots[start]
        return _line([stretch(self.network, spot.piece, spot.mm, spot.mm)])

    def unclear(self, origin: int, destination: int) -> frozenset[Unclear]:
        """Return what may be shut on the road from one place to another."""
        if self.table.seconds[origin, destination] == UNREACHABLE:
            return frozenset()
        if not (self.network.condition.any() or self.network.node_condition.any()):
            return frozenset()
        found: set[Unclear] = set()
        start, end = int(self.row[origin]), int(self.row[destination])
        for chain in () if self.together.holds(start, end) else self.ways.edges(start, end):
            for edge in self._edges_of(chain):
                found |= self._unclear_at(int(self.parts.piece[edge]))
        return frozenset(found)

    def _unclear_at(self, piece: int) -> set[Unclear]:
        roads = self.network
        ends = (roads.tail[piece], roads.head[piece])
        numbers = [roads.condition[piece]]
        numbers += [roads.node_condition[n] for n in ends if n < len(roads.node_condition)]
        way = int(roads.way[piece])
        return {Unclear(way=way, words=str(roads.texts[n])) for n in numbers if n}

    def _edges_of(self, chain: int) -> list[int]:
        """Return the edges of the split network that a contracted edge is made of."""
        edges = [int(self.graph.first[chain])]
        while (following := int(self.graph.following[edges[-1]])) >= 0:
            edges.append(following)
        return edges

    def _points_of(self, chain: int) -> Floats:
        """Return the points of a contracted edge; they are kept, as many ways share them."""
        if chain not in self.lines:
            edges = self._edges_of(chain)
            self.lines[chain] = np.concatenate([self._points(edge) for edge in edges])
        return self.lines[chain]

    def _points(self, edge: int) -> Floats:
        begin, end = int(self.parts.begin_mm[edge]), int(self.parts.end_mm[edge])
        return stretch(self.network, int(self.parts.piece[edge]), begin, end)


def drive_between(
    district: District,
    network: Network,
    profile: RoadProfile,
    *,
    water: Water | None = None,
    progress: Progress = SILENT,
) -> Driving:
    """Work out a profile's driving between all places of a district.

    Raises
    ------
    InputError
        If a depot stands at no road the profile may use.
    """
    drive = drive_for(network, profile, ferries=district.settings.roads.ferries)
    reached = reach(district, drive, network, water=water)
    spots = [spot for spot in reached.spots if spot is not None]
    roads = drive.network
    whole = split(roads, spots)
    layers = held_to_kerbs(layered(whole, drive), whole, reached.directions)
    layers = without_turns(layers, whole, roads, at_kerbs=bool(reached.directions.any()))
    parts = layers.split
    graph = contract(parts.edges, layers.source, layers.target)
    progress.start("steps.matrix", len(spots), profile=profile.name)
    if not is_ready(sweep):
        progress.advance(0, "steps.compiling")
    ways = fastest_ways(graph, done=progress.advance)
    row, here = _rows(reached), Together(node=whole.node, directions=reached.directions)
    progress.finish("steps.matrix-done", places=len(spots), junctions=graph.size)
    return Driving(
        table=_table(ways, row, reached, here),
        network=roads,
        spots=spots,
        row=row,
        parts=parts,
        graph=graph,
        ways=ways,
        together=here,
    )


def _rows(reached: Reach) -> Ints:
    there = np.array([spot is not None for spot in reached.spots])
    return np.where(there, np.cumsum(there) - 1, -1)


def _table(ways: Ways, row: Ints, reached: Reach, here: Together) -> Table:
    return Table(
        seconds=_spread(here.without_driving(ways.seconds), row),
        metres=_spread(here.without_driving(ways.metres), row),
        unreached=reached.unreached,
        placed=reached.placed,
    )


def _spread(whole: npt.NDArray[np.int32], row: Ints) -> npt.NDArray[np.int32]:
    """Return a table with rows and columns for the places not reached too."""
    there = np.flatnonzero(row >= 0)
    if len(there) == len(row):
        return whole
    full = np.full((len(row), len(row)), UNREACHABLE, dtype=np.int32)
    full[np.ix_(there, there)] = whole
    np.fill_diagonal(full, 0)
    return full


def stretch(network: Network, piece: int, begin_mm: int, end_mm: int) -> Floats:
    """Return the points of a piece between two distances along it, in the order driven."""
    span = slice(network.offset[piece], network.offset[piece + 1])
    mm = network.mm[span]
    low, high = min(begin_mm, end_mm), max(begin_mm, end_mm)
    at = np.concatenate([[low], mm[(mm > low) & (mm < high)], [high]])
    if begin_mm > end_mm:
        at = at[::-1]
    return np.column_stack([np.interp(at, mm, axis[span]) for axis in (network.x, network.y)]) * E7


def _line(parts: list[Floats]) -> Line:
    """Return the parts on end, without the points where they meet standing twice."""
    points = np.round(np.concatenate(parts), 7)
    new = np.ones(len(points), dtype=np.bool_)
    new[1:-1] = (points[1:-1] != points[:-2]).any(axis=1)
    new[-1] = True
    return list(zip(*points[new].T.tolist(), strict=True))
