"""Roads that belong to a place: one that it is named after, and the driveway that leads to it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import numpy as np

from bookcar.model import Place, Stop
from bookcar.roads.network import DRIVEWAY, PRIVATE, Network, mercator
from bookcar.roads.snap import Spot
from bookcar.roads.travel import Chosen

OWN_NAME_M = 100.0
"""So much further away may a road be that the place is named after."""
DRIVEWAY_M = 50.0
"""So much further away may the end of a driveway be that leads to the place."""
AHEAD_RAD = np.pi / 3
"""A driveway leads to what lies so far to the left or right of where its end points."""


class OwnRoads:
    """Tells of the roads of a network which belong to a place."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.named = bool(network.name.any())
        self.driveways = (network.flags & DRIVEWAY > 0) & (network.flags & PRIVATE == 0)
        ends = np.concatenate([network.tail, network.head])
        self.uses = np.bincount(ends) if len(ends) else np.zeros(0, dtype=np.int64)
        self._folded: dict[int, str] = {}

    @property
    def any(self) -> bool:
        """Whether a road has a name, or is a driveway."""
        return self.named or bool(self.driveways.any())

    def choice(self, place: Place, spot: Spot, *, further_m: float) -> Chosen:
        """Return why a car stands at a spot that is so much further away than the nearest road.

        ``nearest`` means that the road there does not belong to the place, or lies too far away.
        """
        if further_m <= OWN_NAME_M and self.is_namesake(place, spot.piece):
            return "name"
        if further_m <= DRIVEWAY_M and self.leads_to(place, spot):
            return "driveway"
        return "nearest"

    def may_be(self, place: Place, piece: int) -> bool:
        """Tell whether a piece may belong to a place, wherever on it a car would stand."""
        return bool(self.driveways[piece]) or self.is_namesake(place, piece)

    def is_namesake(self, place: Place, piece: int) -> bool:
        """Tell whether a place is named after a road: ``Mill Lane School`` stands in Mill Lane.

        Its landmark counts like its name. Words count whole: ``Mill`` is not in ``Millbrook``.
        """
        number = int(self.network.name[piece])
        if number not in self._folded:
            self._folded[number] = _folded(str(self.network.texts[number]))
        road = self._folded[number]
        return _long_enough(road) and any(_holds(_folded(text), road) for text in _texts(place))

    def leads_to(self, place: Place, spot: Spot) -> bool:
        """Tell whether a spot is the end of a driveway that points at a place.

        Not of a village: no house of it is the village's own.
        """
        if not isinstance(place, Stop) or place.kind == "village":
            return False
        if not self.driveways[spot.piece] or not self._is_dead_end(spot):
            return False
        line = self.network.lon_lat(spot.piece)
        plane = mercator(line[:, 0], line[:, 1])
        if spot.mm == 0:
            plane = plane[::-1]
        there = mercator(np.array([place.lon]), np.array([place.lat]))[0]
        ahead, aside = plane[-1] - plane[-2], there - plane[-1]
        turn = np.arctan2(ahead[0] * aside[1] - ahead[1] * aside[0], ahead @ aside)
        return bool(abs(turn) <= AHEAD_RAD)

    def _is_dead_end(self, spot: Spot) -> bool:
        network, piece = self.network, spot.piece
        if spot.mm not in (0, int(network.total_mm[piece])):
            return False
        return bool(self.uses[network.tail[piece] if spot.mm == 0 else network.head[piece]] == 1)


def _texts(place: Place) -> tuple[str, ...]:
    landmark = place.landmark if isinstance(place, Stop) else ""
    return place.name, place.name_en, landmark


@lru_cache(maxsize=1024)  # a place's words are held against every road nearby
def _folded(text: str) -> str:
    """Return a text without capitals and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().strip())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _long_enough(road: str) -> bool:
    return len(road) > 3 or (len(road) > 1 and not road.isascii())


def _holds(text: str, road: str) -> bool:
    """Tell whether a text holds a road's name; Chinese puts nothing between words."""
    if not road.isascii() or road not in text:
        return road in text
    return re.search(rf"(?<!\w){re.escape(road)}(?!\w)", text) is not None
