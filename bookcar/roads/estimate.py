"""Distances and times from coordinates alone, where no roads are given."""

from __future__ import annotations

import numpy as np

from bookcar.model import District
from bookcar.phrases.sentence import Sentence
from bookcar.roads.network import Floats, metres_between
from bookcar.roads.travel import UNREACHABLE, Line, Table, Travel, Unreached


def estimate(district: District, profiles: tuple[str, ...]) -> Travel:
    """Return straight lines, lengthened by a detour and driven at one speed.

    The detour of 1.65 and 30 km/h by default are those of mountains (Gunan to Dongxi in Qijiang:
    48 km by road, 29 km straight); lowlands have 1.33.
    """
    roads = district.settings.roads
    places = (*district.depots, *district.stops)
    lon, lat = (np.array([getattr(p, axis) for p in places]) for axis in ("lon", "lat"))
    metres = roads.detour * metres_between(lon[:, None], lat[:, None], lon[None, :], lat[None, :])
    table = _table(district, metres, metres * 3.6 / roads.speed_kmh)

    def way(_profile: str, origin: int, destination: int) -> Line:
        if table.seconds[origin, destination] == UNREACHABLE:
            return []
        return [(places[k].lon, places[k].lat) for k in (origin, destination)]

    figures = {"detour": roads.detour, "speed": roads.speed_kmh}
    return Travel(
        places=tuple(place.id for place in places),
        tables=dict.fromkeys(profiles, table),
        estimated=True,
        note=(Sentence(key="common.roads-estimate", figures=figures),),
        way=way,
    )


def _table(district: District, metres: Floats, seconds: Floats) -> Table:
    on_foot = [stop.access == "foot" for stop in district.stops]
    cut_off = np.array([False] * len(district.depots) + on_foot)
    whole = [np.floor(figures + 0.5).astype(np.int32) for figures in (metres, seconds)]
    for figures in whole:
        figures[cut_off[:, None] | cut_off[None, :]] = UNREACHABLE
        np.fill_diagonal(figures, 0)
    return Table(
        metres=whole[0],
        seconds=whole[1],
        unreached={
            stop.id: Unreached(reason="foot-only", road_m=None, path_m=None)
            for stop in district.stops
            if stop.access == "foot"
        },
    )
