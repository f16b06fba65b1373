"""A horizon too large to be searched at once, parted by its cars.

A stop keeps its car, so the cars of one part have nothing to do with those of another, but for the
stops that might change over. Parts are first cut by the direction in which stops lie, then, around
what was found, half a part further on (as in POPMUSIC: Taillard and Voss, 2002).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bookcar.timetables.draft import Draft
from bookcar.timetables.options import Option

MOST_VISITS = 3_000
"""Visits that one search takes on."""


@dataclass(frozen=True)
class Part:
    """Stops and the vehicles that visit them."""

    stops: tuple[str, ...]
    vehicles: frozenset[str]

    def options(self, draft: Draft, stop: str) -> list[Option]:
        """Return the options of a stop that need no other vehicle."""
        return [o for o in draft.options[stop] if vehicles_of(draft, o) <= self.vehicles]


def vehicles_of(draft: Draft, option: Option) -> set[str]:
    """Return the vehicles that make the visits of an option."""
    return {draft.grid.fleet.days[k].vehicle.id for k in option.car_days}


def parts_of(draft: Draft, most: int = MOST_VISITS) -> list[Part]:
    """Return the parts of an empty draft: one, if it has no more visits than one search takes on.

    A part has a vehicle at least. A stop goes where it lies, or else to the first part whose
    vehicles can make one of its options.
    """
    visits = {stop: max(len(o.car_days) for o in own) for stop, own in draft.options.items() if own}
    vehicles = sorted({day.vehicle.id for day in draft.grid.fleet.days})
    total = sum(visits.values())
    count = min(len(vehicles), math.ceil(total / most))
    if count <= 1:
        return [Part(tuple(visits), frozenset(vehicles))]
    own = [frozenset(_share(vehicles, n, count)) for n in range(count)]
    stops: list[list[str]] = [[] for _ in own]
    ahead = 0
    for stop in sorted(visits, key=lambda stop: (_direction(draft, stop), stop)):
        wished = min(count - 1, ahead * count // total)
        ahead += visits[stop]
        able = [n for n in range(count) if Part((), own[n]).options(draft, stop)]
        if able:
            stops[wished if wished in able else able[0]].append(stop)
    order = {stop: n for n, stop in enumerate(visits)}
    return [
        Part(tuple(sorted(some, key=order.__getitem__)), cars)
        for some, cars in zip(stops, own, strict=True)
    ]


def shifted_parts(draft: Draft, count: int) -> list[Part]:
    """Return as many parts around what was found, each with half of two that were apart.

    Those are left out that have the cars of a part of `parts_of`: they were searched already.
    """
    vehicles = sorted({day.vehicle.id for day in draft.grid.fleet.days})
    by = {stop: vehicles_of(draft, option) for stop, option in draft.chosen.items()}
    about = {car: _about(draft, [stop for stop in by if car in by[stop]]) for car in vehicles}
    vehicles.sort(key=lambda car: (about[car], car))
    half = max(1, len(vehicles) // count // 2)
    turned = [*vehicles[half:], *vehicles[:half]]
    known = {frozenset(_share(sorted(about), n, count)) for n in range(count)}
    parts = []
    for cars in (frozenset(_share(turned, n, count)) for n in range(count)):
        if cars in known:
            continue
        parts.append(Part(tuple(stop for stop in by if by[stop] <= cars), cars))
    return parts


def _share(names: Sequence[str], n: int, count: int) -> Sequence[str]:
    return names[n * len(names) // count : (n + 1) * len(names) // count]


def _direction(draft: Draft, stop: str) -> float:
    depot, place = draft.grid.district.depots[0], draft.grid.district.stops_by_id[stop]
    east = (place.lon - depot.lon) * math.cos(math.radians(depot.lat))
    return math.atan2(place.lat - depot.lat, east)


def _about(draft: Draft, stops: Collection[str]) -> float:
    """Return the mean direction of some stops; beyond all directions if there are none."""
    if not stops:
        return 4.0
    angles = [_direction(draft, stop) for stop in stops]
    return math.atan2(sum(map(math.sin, angles)), sum(map(math.cos, angles)))
