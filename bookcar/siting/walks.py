"""How long people walk between places: along roads and paths, or straight where none are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bookcar.earth import metres
from bookcar.model import District, Place
from bookcar.roads.cache import load_network
from bookcar.roads.profile import FOOT_KMH
from bookcar.roads.walk import walked_between, walked_on


@dataclass(frozen=True, kw_only=True)
class Walks:
    """The walks between some places that take no longer than a limit.

    Attributes
    ----------
    ways
        By place, the places it is walked to and the seconds; either way takes as long.
    """

    ways: Mapping[str, Mapping[str, int]]
    estimated: bool

    @classmethod
    def of(cls, district: District, places: Sequence[Place], *, seconds: int) -> Walks:
        """Return the walks between places of different ids; none leads to the place itself.

        Raises
        ------
        InputError
            If the extract cannot be used.
        """
        settings = district.settings.roads
        if settings.extract is not None:
            network = load_network(settings.extract)
            walk = walked_on(network, places, settings.max_snap_m)
            if walk is not None:
                return cls(ways=walked_between(walk, seconds=seconds), estimated=False)
        return cls(ways=_straight(places, seconds, settings.detour), estimated=True)

    def between(self, places: Sequence[Place]) -> list[dict[int, int]]:
        """Return, of each place, the others by their position, and itself, with the seconds."""
        number = {place.id: k for k, place in enumerate(places)}
        return [
            {k: 0}
            | {
                number[other]: s
                for other, s in self.ways.get(place.id, {}).items()
                if other in number
            }
            for k, place in enumerate(places)
        ]

    def pairs(self, origins: Sequence[Place], others: Sequence[Place]) -> Iterator[tuple[str, str]]:
        """Yield the ids of each of the others that is within the walk of an origin, and of this."""
        wanted = {place.id for place in others}
        for origin in origins:
            for other in self.ways.get(origin.id, {}):
                if other in wanted:
                    yield other, origin.id


def _straight(places: Sequence[Place], seconds: int, detour: float) -> dict[str, dict[str, int]]:
    pace = 3.6 / FOOT_KMH * detour
    found: dict[str, dict[str, int]] = {place.id: {} for place in places}
    for n, one in enumerate(places):
        for other in places[:n]:
            s = round(metres((one.lon, one.lat), (other.lon, other.lat)) * pace)
            if s <= seconds:
                found[one.id][other.id] = found[other.id][one.id] = s
    return found
