"""An OpenStreetMap extract read into the road network, as arrays or as a networkx graph."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookcar.roads import profile
from bookcar.roads.extract import refuse
from bookcar.roads.network import BACKWARD, FERRY, FOOT, FORWARD, LAST, LIMITS, Network
from bookcar.roads.pieces import cut
from bookcar.roads.ways import read_ways

if TYPE_CHECKING:
    import networkx as nx

_WALK_S_PER_M = 3.6 / profile.FOOT_KMH


def read_network(path: Path) -> Network:
    """Read the roads and paths of an extract.

    Raises
    ------
    InputError
        If the file is missing, broken, not an OpenStreetMap file, or holds no road.
    """
    ways = read_ways(path)
    if not ways.ids:
        refuse(path, "empty")
    return cut(ways)


def read_graph(path: Path) -> nx.MultiDiGraph[int]:
    """Read an extract into a graph whose nodes are junctions and ends of ways.

    Nodes have ``lon``, ``lat`` and ``blocked`` (no car passes). A piece of way is two edges, one
    each way, if it can be driven or walked both ways, told apart by ``direction`` (``forward`` or
    ``backward`` along the OSM way). Edges have ``way`` (its id), ``name``, ``highway``, ``metres``,
    ``drive_s`` and ``foot_s`` (None where one may not drive or walk), ``last`` (only to places on
    it), ``ferry``, ``condition`` (see `bookcar.roads.conditions`), ``limits`` (by name of `LIMITS`,
    those that there are) and ``geometry``, an array of (lon, lat) of shape (points, 2). Turns
    that are forbidden are not in it: `Network.turns`.

    Raises
    ------
    InputError
        As `read_network`.
    """
    return graph_of(read_network(path))


def graph_of(network: Network) -> nx.MultiDiGraph[int]:
    """Return a network as the graph that `read_graph` describes."""
    import networkx as nx  # noqa: PLC0415  heavy, and seldom wanted

    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    for k in range(len(network)):
        line = network.lon_lat(k)
        tail, head = int(network.tail[k]), int(network.head[k])
        for node, (lon, lat) in ((tail, line[0]), (head, line[-1])):
            blocked = bool(network.blocked[node])
            graph.add_node(node, lon=float(lon), lat=float(lat), blocked=blocked)
        facts = _edge_facts(network, k)
        flags = int(network.flags[k])
        for direction, flag in (("forward", FORWARD), ("backward", BACKWARD)):
            if not flags & (flag | FOOT):
                continue
            ahead = direction == "forward"
            graph.add_edge(
                *((tail, head) if ahead else (head, tail)),
                direction=direction,
                drive_s=int(network.total_us[k]) / 1e6 if flags & flag else None,
                geometry=line if ahead else line[::-1],
                **facts,
            )
    return graph


def _edge_facts(network: Network, k: int) -> dict[str, Any]:
    metres = int(network.total_mm[k]) / 1000
    flags = int(network.flags[k])
    most = zip(LIMITS, network.limits[k].tolist(), strict=True)
    return {
        "way": int(network.way[k]),
        "name": str(network.texts[network.name[k]]),
        "highway": profile.CLASSES[network.klass[k]],
        "metres": metres,
        "foot_s": metres * _WALK_S_PER_M if flags & FOOT else None,
        "last": bool(flags & LAST),
        "ferry": bool(flags & FERRY),
        "condition": str(network.texts[network.condition[k]]),
        "limits": {name: limit for name, limit in most if math.isfinite(limit)},
    }
