"""Stops on their side of Andorra's real roads: against networkx, with the forbidden turns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import pytest
from builders import depot, stop
from roads.test_andorra_roads import (  # noqa: F401  fixtures
    LIBRARY,
    _bans,
    _lawful,
    _without_turns,
    extract,
    kept,
    lonely,
    roads,
    travel,
)

from bookcar.model import Stop

WANTED, OFF_M = 24, 4.0


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A stop beside the middle of a two-way segment; ``u`` to ``v`` has it on the right."""

    id: str
    u: int
    v: int


def _spots(graph: nx.DiGraph, places: dict) -> list[Spot]:
    """Return long segments of open roads, far from other roads, spread over the country."""
    home = max(nx.strongly_connected_components(graph), key=len)
    found = [
        (u, v)
        for u, v, facts in sorted(graph.edges(data=True), key=lambda edge: edge[:2])
        if u < v and u in home and graph.has_edge(v, u) and facts["halt"] and not facts["last"]
        if facts["m"] > 60 and not graph.nodes[u]["junction"] and not graph.nodes[v]["junction"]
        if graph.edges[v, u]["way"] == facts["way"]
    ]
    near = set(lonely(places, sorted({node for pair in found for node in pair})))
    alone = [pair for pair in found if set(pair) <= near]
    chosen = alone[:: max(1, len(alone) // WANTED)][:WANTED]
    turned = [pair if k % 2 else pair[::-1] for k, pair in enumerate(chosen)]
    return [Spot(id=f"S{k}", u=u, v=v) for k, (u, v) in enumerate(turned)]


def _middle(places: dict, spot: Spot) -> tuple[float, float]:
    return tuple((a + b) / 2 for a, b in zip(places[spot.u], places[spot.v], strict=True))  # type: ignore[return-value]


def _stop(places: dict, spot: Spot) -> Stop:
    """Return a stop so many metres to the right of who drives from ``u`` to ``v``."""
    lon, lat = _middle(places, spot)
    east = (places[spot.v][0] - places[spot.u][0]) * math.cos(math.radians(lat))
    north = places[spot.v][1] - places[spot.u][1]
    off = OFF_M / 111_195 / math.hypot(east, north)
    lon += north * off / math.cos(math.radians(lat))
    return stop(spot.id, lon=lon, lat=lat - east * off, kerb="side")


def _with_spots(graph: nx.DiGraph, spots: list[Spot]) -> nx.DiGraph:
    """Return the roads with each spot as a node in the middle of its segment."""
    split = graph.copy()
    for spot in spots:
        for u, v in ((spot.u, spot.v), (spot.v, spot.u)):
            facts = dict(split.edges[u, v])
            split.remove_edge(u, v)
            half = facts | {"s": facts["s"] / 2, "m": facts["m"] / 2}
            split.add_edge(u, spot.id, **half)
            split.add_edge(spot.id, v, **half)
        split.nodes[spot.id]["junction"] = False
    return split


def _on_their_side(steps: nx.DiGraph, spots: list[Spot]) -> nx.DiGraph:
    """Return the steps without those that come to a spot, or leave it, on the other side."""
    held = steps.copy()
    for spot in spots:
        away = [b for b in held.successors(("from", spot.id)) if b[1][0] != spot.v]
        held.remove_edges_from([(("from", spot.id), b) for b in away])
        come = [a for a in held.predecessors(("to", spot.id)) if a[0][0] != spot.u]
        held.remove_edges_from([(a, ("to", spot.id)) for a in come])
    return held


@pytest.mark.shared
def test_ways_to_kerbs_equal_networkx(extract: Path, roads: tuple, kept: Path) -> None:  # noqa: F811
    graph, places = roads
    spots = _spots(graph, places)
    assert len(spots) == WANTED
    split = _with_spots(graph, spots)
    steps = _without_turns(_lawful(split), split, _bans(extract, graph))
    held = _on_their_side(steps, spots)
    stops = [_stop(places, spot) for spot in spots]
    table = travel(extract, kept, depots=[depot(**LIBRARY)], stops=stops, snap=300).tables["car"]
    assert {table.placed[spot.id].beside for spot in spots} == {"side"}
    assert (table.seconds >= 0).all()
    longer = compared = 0
    for i, spot in enumerate(spots, start=1):
        seconds = nx.single_source_dijkstra_path_length(held, ("from", spot.id), weight="s")
        freely = nx.single_source_dijkstra_path_length(steps, ("from", spot.id), weight="s")
        for j, other in enumerate(spots, start=1):
            end = ("to", other.id)
            if i != j:
                assert abs(table.seconds[i, j] - seconds[end]) <= 1, (spot, other)
                compared += 1
                longer += seconds[end] > freely[end] + 5
    assert longer > compared / 4  # sides matter
