"""The split network with a node more for each beginning of a forbidden turn.

Who comes along such a beginning arrives at a node of its own, from which all goes on but the end of
the turn: shortest ways in the larger graph are the shortest that make no forbidden turn (Villeneuve
and Desaulniers, The shortest path problem with forbidden paths, 2005). The graph grows by a few
edges for each turn, not by all pairs of edges. A car may turn round where roads meet or end, and at
the place it serves.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bookcar.roads.contract import Split
from bookcar.roads.last_stretch import Layered
from bookcar.roads.network import Ints, Network

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
    forbidden = set(_sequences(parts, network, at_kerbs=at_kerbs))
    if not forbidden:
        return layers
    grown = _Grown(layers, forbidden)
    grown.grow()
    return grown.layered()


def _sequences(parts: Split, network: Network, *, at_kerbs: bool) -> Iterator[Path]:
    """Yield the forbidden turns as edges of the split network, one after the other."""
    turns = network.turns()
    if not turns and not at_kerbs:
        return  # without either, the shortest way never turns round
    finder = _Finder(parts, network)
    for ways, nodes in turns:
        yield from finder.sequences(ways, nodes)
    junctions = int(max(network.tail.max(), network.head.max())) + 1
    for place in np.unique(parts.node[parts.node >= junctions]).tolist():
        yield from finder.turning_round(place)


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

    def turning_round(self, node: int) -> Iterator[Path]:
        """Yield the ways to turn round on a road, where only a car that serves a place does."""
        for edge in self.into(node):
            for other in self.out(node):
                if self.backward[other] != self.backward[edge]:
                    yield edge, other

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
        low, high = np.searchsorted(self.ends, [node, node + 1])
        found: list[int] = self.order[low:high].tolist()
        return found


def _by_node(ends: Ints) -> _ByNode:
    return _ByNode(ends)


@dataclass
class _New:
    """An edge that is added: what it copies, and its ends."""

    copied: int
    tail: int
    head: int


class _Grown:
    """The graph with the nodes added so far."""

    def __init__(self, layers: Layered, forbidden: set[Path]) -> None:
        self.layers, self.forbidden = layers, forbidden
        self.begun = {turn[:k] for turn in forbidden for k in range(1, len(turn))}
        self.edges = layers.split.edges
        self.labels: list[int] = layers.rows.tolist()
        self.out = _by_node(self.edges.tail)
        self.size = int(max(self.edges.tail.max(), self.edges.head.max(), layers.target.max())) + 1
        self.number: dict[State, int] = {}
        self.waiting: list[State] = []
        self.head = self.edges.head.copy()
        self.new: list[_New] = []

    def grow(self) -> None:
        """Turn the beginnings off to nodes of their own, and let all but the ends go on there."""
        beginnings = {turn[0] for turn in self.begun if len(turn) == 1}
        for edge in np.flatnonzero(np.isin(self.layers.rows, sorted(beginnings))).tolist():
            self.head[edge] = self._arrive(int(self.edges.head[edge]), (self.labels[edge],))
        while self.waiting:
            node, come = self.waiting.pop()
            for edge in self.out(node):
                path = (*come, self.labels[edge])
                if any(path[k:] in self.forbidden for k in range(len(path))):
                    continue
                head = self._arrive(int(self.edges.head[edge]), path)
                self.new.append(_New(copied=edge, tail=self.number[node, come], head=head))

    def _arrive(self, node: int, path: Path) -> int:
        """Return the node at which a car arrives that came along a path."""
        come = next((path[k:] for k in range(len(path)) if path[k:] in self.begun), None)
        if come is None or not self.out(node):
            return node
        if (node, come) not in self.number:
            self.number[node, come] = self.size + len(self.number)
            self.waiting.append((node, come))
        return self.number[node, come]

    def layered(self) -> Layered:
        """Return the grown graph; a place where turns begin gets a node to arrive at."""
        target = self.layers.target.copy()
        copies: dict[int, list[int]] = {}
        for (node, _), number in self.number.items():
            copies.setdefault(node, []).append(number)
        fresh = self.size + len(self.number)
        heads = np.concatenate([self.head, np.array([n.head for n in self.new], dtype=np.int64)])
        tails = np.concatenate(
            [self.edges.tail, np.array([n.tail for n in self.new], dtype=np.int64)]
        )
        rows = np.concatenate(
            [np.arange(len(self.edges)), np.array([n.copied for n in self.new], dtype=np.int64)]
        )
        for node in sorted(set(target.tolist()) & copies.keys()):
            ends = np.flatnonzero(np.isin(heads, [node, *copies[node]]))
            rows, tails = np.concatenate([rows, rows[ends]]), np.concatenate([tails, tails[ends]])
            heads = np.concatenate([heads, np.full(len(ends), fresh)])
            target[self.layers.target == node] = fresh
            fresh += 1
        return self.layers.copied(rows, tails, heads, target=target)
