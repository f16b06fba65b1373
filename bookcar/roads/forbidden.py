"""The split network with a node more for each beginning of a forbidden turn.

Who comes along such a beginning arrives at a node of its own, from which all goes on but the end of
the turn: shortest ways in the larger graph are the shortest that make no forbidden turn (Villeneuve
and Desaulniers, The shortest path problem with forbidden paths, 2005). The graph grows by a few
edges for each turn, not by all pairs of edges. A car may turn round where roads meet or end, and at
the place it serves; not where a road just goes on.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from bookcar.roads.contract import Split
from bookcar.roads.last_stretch import Layered
from bookcar.roads.network import Ints, Network, ranges

Path = tuple[int, ...]
State = tuple[int, Path]
"""A node, and the beginning of a forbidden turn along which a car has come there."""


def without_turns(
    layers: Layered, parts: Split, network: Network, *, at_kerbs: bool = False
) -> Layered:
    """Return the graph in which no way makes a forbidden turn.

    Parameters
    ----------
    layers
        What the graph is made from: ``layers.rows`` names the edges of ``parts`` its edges copy.
    at_kerbs
        Some places are come to in one direction alone (`kerb.held_to_kerbs`).
    """
    turns = network.turns()
    if not turns and not at_kerbs:
        return layers  # without either, the shortest way never turns round
    finder = _Finder(parts, network)
    found = {path for ways, nodes in turns for path in finder.sequences(ways, nodes)}
    short = np.array([path for path in found if len(path) == 2], dtype=np.int64).reshape(-1, 2)
    pairs = np.concatenate([short, _turning_round(parts, network)])
    longer = [path for path in sorted(found) if len(path) > 2]
    return _Grown(layers, pairs, longer).layered() if len(pairs) or longer else layers


def _turning_round(parts: Split, network: Network) -> Ints:
    """Return the edges by which a car comes to where nobody turns round, and goes back.

    That is at places on a road that are passed, and where two pieces of road meet and no third: at
    a footpath, or where a bridge begins. Shape (pairs, 2).
    """
    edges = parts.edges
    size = int(max(edges.tail.max(), edges.head.max())) + 1
    ends = np.bincount(np.concatenate([network.tail, network.head]), minlength=size)
    junctions = int(max(network.tail.max(), network.head.max())) + 1
    passed = ends == 2
    passed[junctions:] = True
    into = np.flatnonzero(passed[edges.head])
    there = np.column_stack([parts.piece, parts.begin_mm, parts.end_mm])
    back = _found_in(there, there[into][:, [0, 2, 1]])
    return np.column_stack([into, back])[back >= 0]


def _found_in(rows: Ints, wanted: Ints) -> Ints:
    """Return where each wanted row stands among others, -1 for those that are not there."""
    both = np.concatenate([rows, wanted])
    _, number = np.unique(both, axis=0, return_inverse=True)
    place = np.full(int(number.max()) + 1, -1, dtype=np.int64)
    place[number.reshape(-1)[: len(rows)]] = np.arange(len(rows))
    return place[number.reshape(-1)[len(rows) :]]


class _Finder:
    """Finds the edges that run along a way to or from a junction."""

    def __init__(self, parts: Split, network: Network) -> None:
        self.edges, self.piece = parts.edges, parts.piece
        self.way = network.way[parts.piece]
        self.backward = parts.begin_mm > parts.end_mm
        self.out, self.into = _by_node(parts.edges.tail), _by_node(parts.edges.head)

    def sequences(self, ways: Sequence[int], nodes: Sequence[int]) -> Iterator[Path]:
        """Yield the ways to make a turn, from its first edge to its last."""
        first = [e for e in self.into(nodes[0]) if self.way[e] == ways[0]]
        middle = [
            self._along(way, begin, end)
            for way, (begin, end) in zip(ways[1:-1], itertools.pairwise(nodes), strict=True)
        ]
        last = [e for e in self.out(nodes[-1]) if self.way[e] == ways[-1]]
        for chosen in itertools.product([(e,) for e in first], *middle, [(e,) for e in last]):
            yield tuple(itertools.chain.from_iterable(chosen))

    def _along(self, way: int, begin: int, end: int) -> list[Path]:
        """Return the edges from one junction to the next along a way, through the places on it."""
        found = []
        for edge in self.out(begin):
            if self.way[edge] == way:
                run = self._run(edge)
                if self.edges.head[run[-1]] == end:
                    found.append(run)
        return found

    def _run(self, edge: int) -> Path:
        """Return an edge and those that follow it on the same piece."""
        run = [edge]
        while (following := self._next(run[-1])) is not None:
            run.append(following)
        return tuple(run)

    def _next(self, edge: int) -> int | None:
        on = (self.piece[edge], self.backward[edge])
        for other in self.out(int(self.edges.head[edge])):
            if (self.piece[other], self.backward[other]) == on:
                return other
        return None


class _ByNode:
    """Edges by the node at one of their ends."""

    def __init__(self, ends: Ints) -> None:
        self.order = np.argsort(ends, kind="stable")
        self.ends = ends[self.order]

    def __call__(self, node: int) -> list[int]:
        low, high = self.span(np.array([node]))
        found: list[int] = self.order[low[0] : high[0]].tolist()
        return found

    def span(self, nodes: Ints) -> tuple[Ints, Ints]:
        """Return where in the order the edges of each node begin and end."""
        return np.searchsorted(self.ends, nodes), np.searchsorted(self.ends, nodes + 1)


def _by_node(ends: Ints) -> _ByNode:
    return _ByNode(ends)


class _Grown:
    """The graph with a node more for each beginning of a forbidden turn and node it leads to.

    Beginnings of a single edge, at which nearly all forbidden turns begin, are dealt with all at
    once; the few that are longer one by one.
    """

    def __init__(self, layers: Layered, pairs: Ints, longer: Sequence[Path]) -> None:
        self.layers, self.label = layers, layers.rows
        self.longer = set(longer)
        self.begun = {turn[:k] for turn in longer for k in range(2, len(turn))}
        edges = layers.split.edges
        self.out = _by_node(edges.tail)
        self.size = int(max(edges.tail.max(), edges.head.max(), layers.target.max())) + 1
        self.pairs = np.unique(self._pair(pairs[:, 0], pairs[:, 1]))
        first = [pairs[:, 0], np.array([turn[0] for turn in longer], dtype=np.int64)]
        self.first = np.unique(np.concatenate(first))
        self.number: dict[State, int] = {}
        self.waiting: list[State] = []
        self.node, self.come, self.head = self._arrivals()
        self.copied, self.tail, self.end = self._onward()
        self._go_on()

    def _pair(self, first: Ints, second: Ints) -> Ints:
        """Return a number for each two labels."""
        return first * np.int64(2**31) + second

    def _arrivals(self) -> tuple[Ints, Ints, Ints]:
        """Let each edge with which a turn begins end at a node of its own.

        Returns
        -------
        Of each such node where it stands and along which label a car has come; heads of all edges.
        """
        edges = self.layers.split.edges
        head = edges.head.copy()
        leads_on = np.isin(head, edges.tail)
        begins = np.flatnonzero(np.isin(self.label, self.first) & leads_on)
        states = np.column_stack([head[begins], self.label[begins]])
        unique, number = np.unique(states, axis=0, return_inverse=True)
        head[begins] = self.size + number.reshape(-1)
        return unique[:, 0], unique[:, 1], head

    def _onward(self) -> tuple[Ints, Ints, Ints]:
        """Return the edges that leave those nodes: which each copies, and its ends."""
        low, high = self.out.span(self.node)
        edge = self.out.order[ranges(low, high - low)]
        state = np.repeat(np.arange(len(self.node)), high - low)
        come, label = self.come[state], self.label[edge]
        allowed = ~np.isin(self._pair(come, label), self.pairs)
        edge, state, come, label = (a[allowed] for a in (edge, state, come, label))
        end = self.head[edge].copy()
        begun = np.array(sorted(path for path in self.begun if len(path) == 2), dtype=np.int64)
        begun = begun.reshape(-1, 2)
        deeper = np.isin(self._pair(come, label), self._pair(begun[:, 0], begun[:, 1]))
        for k in np.flatnonzero(deeper).tolist():
            end[k] = self._arrive(int(edge[k]), (int(come[k]), int(label[k])))
        return edge, self.size + state, end

    def _go_on(self) -> None:
        """Add the edges that leave the nodes with longer beginnings."""
        new = []
        while self.waiting:
            node, come = state = self.waiting.pop()
            for edge in self.out(node):
                path = (*come, int(self.label[edge]))
                if not self._is_forbidden(path):
                    new.append((edge, self.number[state], self._arrive(edge, path)))
        rows = np.array(new, dtype=np.int64).reshape(-1, 3)
        self.copied, self.tail, self.end = (
            np.concatenate([old, rows[:, k]])
            for k, old in enumerate((self.copied, self.tail, self.end))
        )

    def _is_forbidden(self, path: Path) -> bool:
        pair = self._pair(np.array(path[-2:-1]), np.array(path[-1:]))
        return bool(np.isin(pair, self.pairs)[0]) or any(
            path[k:] in self.longer for k in range(len(path) - 2)
        )

    def _arrive(self, edge: int, path: Path) -> int:
        """Return the node at which a car arrives that came along a path, ``edge`` the last."""
        node = int(self.layers.split.edges.head[edge])
        come = next((path[k:] for k in range(len(path) - 1) if path[k:] in self.begun), None)
        if come is None or not self.out(node):
            return int(self.head[edge])
        if (node, come) not in self.number:
            self.number[node, come] = self.size + len(self.node) + len(self.number)
            self.waiting.append((node, come))
        return self.number[node, come]

    def layered(self) -> Layered:
        """Return the grown graph; a place where turns begin gets a node to arrive at."""
        edges, target = self.layers.split.edges, self.layers.target
        rows = np.concatenate([np.arange(len(edges)), self.copied])
        tails = np.concatenate([edges.tail, self.tail])
        heads = np.concatenate([self.head, self.end])
        apart = np.concatenate([self.node, np.array([n for n, _ in self.number], dtype=np.int64)])
        stands = np.concatenate([np.arange(self.size), apart])[heads]
        ends = np.intersect1d(target, apart)
        fresh = len(apart) + self.size + np.arange(len(ends))
        into = np.flatnonzero(np.isin(stands, ends))
        here = np.isin(target, ends)
        moved = target.copy()
        moved[here] = fresh[np.searchsorted(ends, target[here])]
        rows, tails = np.concatenate([rows, rows[into]]), np.concatenate([tails, tails[into]])
        heads = np.concatenate([heads, fresh[np.searchsorted(ends, stands[into])]])
        come_to = np.zeros(int(max(tails.max(), heads.max())) + 1, dtype=np.bool_)
        come_to[heads] = come_to[self.layers.source] = True
        kept = come_to[tails]  # where nobody comes any more, nobody leaves
        return self.layers.copied(rows[kept], tails[kept], heads[kept], target=moved)
