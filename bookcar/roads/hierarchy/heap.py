"""A binary heap of numbered nodes whose keys may change: compiled, and in arrays given to it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.compiled import by_address, compiled


@by_address
class Heap(NamedTuple):
    """Nodes in the order of a heap; of equal keys the lower node comes first.

    Attributes
    ----------
    nodes, size
        The tree, and how many nodes are in it, shape (1,).
    at, key
        By node: where in the tree it is, -1 for nowhere, and what it is ordered by.
    """

    nodes: npt.NDArray[np.int32]
    size: npt.NDArray[np.int64]
    at: npt.NDArray[np.int32]
    key: npt.NDArray[np.int64]


def heap_for(size: int) -> Heap:
    """Return an empty heap for nodes below ``size``."""
    return Heap(
        nodes=np.zeros(size, dtype=np.int32),
        size=np.zeros(1, dtype=np.int64),
        at=np.full(size, -1, dtype=np.int32),
        key=np.zeros(size, dtype=np.int64),
    )


@compiled
def put(heap: Heap, node: int, key: int) -> None:
    """Put a node in, or give it another key."""
    heap.key[node] = key
    place = heap.at[node]
    if place < 0:
        place = heap.size[0]
        heap.size[0] += 1
        heap.nodes[place] = node
        heap.at[node] = place
    _rise(heap, place)
    _sink(heap, heap.at[node])


@compiled
def pop(heap: Heap) -> int:
    """Take the first node out of a heap that is not empty."""
    node = heap.nodes[0]
    heap.at[node] = -1
    heap.size[0] -= 1
    left = heap.size[0]
    if left > 0:
        heap.nodes[0] = heap.nodes[left]
        heap.at[heap.nodes[0]] = 0
        _sink(heap, 0)
    return node


@compiled
def empty(heap: Heap) -> None:
    """Take all nodes out."""
    for place in range(heap.size[0]):
        heap.at[heap.nodes[place]] = -1
    heap.size[0] = 0


@compiled
def _before(heap: Heap, one: int, other: int) -> bool:
    return heap.key[one] < heap.key[other] or (heap.key[one] == heap.key[other] and one < other)


@compiled
def _set(heap: Heap, place: int, node: int) -> None:
    heap.nodes[place] = node
    heap.at[node] = place


@compiled
def _rise(heap: Heap, place: int) -> None:
    node = heap.nodes[place]
    while place > 0:
        above = (place - 1) // 2
        if not _before(heap, node, heap.nodes[above]):
            break
        _set(heap, place, heap.nodes[above])
        place = above
    _set(heap, place, node)


@compiled
def _sink(heap: Heap, place: int) -> None:
    node = heap.nodes[place]
    size = heap.size[0]
    while 2 * place + 1 < size:
        below = 2 * place + 1
        if below + 1 < size and _before(heap, heap.nodes[below + 1], heap.nodes[below]):
            below += 1
        if not _before(heap, heap.nodes[below], node):
            break
        _set(heap, place, heap.nodes[below])
        place = below
    _set(heap, place, node)
