"""How far points lie from the roads, for checks of coordinates."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from bookcar.model import District, RoadProfile
from bookcar.roads import snap
from bookcar.roads.cache import load_network
from bookcar.roads.drive import drive_for

Distances = Callable[[Sequence[tuple[float, float]]], list[float | None]]


def distance_to_road(district: District, *, cache: Path | None = None) -> Distances:
    """Return a function from (lon, lat) points to metres to the nearest road a car can use.

    The distances are None where the district has no extract, or the extract no such road.

    Raises
    ------
    InputError
        If the extract cannot be used.
    """
    settings = district.settings.roads
    if settings.extract is None:
        return lambda points: [None] * len(points)
    named = {profile.name: profile for profile in settings.profiles}
    profile = named.get("car", RoadProfile(name="car"))
    roads = snap.index(drive_for(load_network(settings.extract, folder=cache), profile).network)

    def distances(points: Sequence[tuple[float, float]]) -> list[float | None]:
        _, metres = snap.nearest(roads, points)
        return [away if math.isfinite(away) else None for away in metres.tolist()]

    return distances
