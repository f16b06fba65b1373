"""How far points lie from the roads, for checks of coordinates."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from bookcar.model import District, RoadProfile
from bookcar.roads import snap
from bookcar.roads.drive import drive_for
from bookcar.roads.network import Network

Distances = Callable[[Sequence[tuple[float, float]]], list[float | None]]


def distance_to_road(district: District, network: Network) -> Distances:
    """Return a function from (lon, lat) points to metres to the nearest road a car can use.

    The distances are None where the network has no such road.
    """
    named = {profile.name: profile for profile in district.settings.roads.profiles}
    profile = named.get("car", RoadProfile(name="car"))
    roads = snap.index(drive_for(network, profile).network)

    def distances(points: Sequence[tuple[float, float]]) -> list[float | None]:
        _, metres = snap.nearest(roads, points)
        return [away if math.isfinite(away) else None for away in metres.tolist()]

    return distances
