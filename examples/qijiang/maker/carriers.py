"""Who carries books to the villages that only a path leads to: two villagers each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from maker.chance import Chance
from maker.served import Stop, nobody

CARRIER_COLUMNS = ("id", "name", "phone", "at", "kg", "km", "serves")
KG = 20
KM = 10
STRONG = {"观音村农家书屋": 12}
"""Km a day of those whose path is longest."""


def carriers(stops: Iterable[Stop], chance: Chance) -> Iterator[tuple[str, ...]]:
    """Yield for each stop on foot its contact and a neighbour."""
    number = 0
    for stop in stops:
        if stop.access != "foot":
            continue
        neighbour = nobody(chance)
        for name, phone in (
            (stop.contact, stop.phone),
            (neighbour["contact"], neighbour["phone"]),
        ):
            number += 1
            km = STRONG.get(stop.name, KM)
            yield (f"K{number:02d}", name, phone, stop.id, str(KG), str(km), stop.id)
