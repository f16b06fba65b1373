"""Random small districts whose stops exchange what they hold: rings, with visits twice a week."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from builders import batch, depot, district, past_visit, stop, vehicle

from bookcar.model import Batch, BatchSettings, Depot, District, PastVisit, Settings, Stop, Vehicle

WEEK = "2026-W49"
LONG = dt.date(2026, 1, 5)
SHORT = dt.date(2026, 10, 5)
HOUR = 3600


def ring_district(seed: int) -> District:
    """Return a district that hands on along its routes: most batches are at stops, few in depots.

    So many of its cars hold a collection and a half, and many stops want two visits.
    """
    chance = Random(f"ring {seed}")
    books = chance.choice((40, 100, 0))
    depots = _depots(chance)
    stops = [_stop(k, books, chance) for k in range(1, chance.randint(2, 8) + 1)]
    batches = [*_held(stops, books, chance), *_stored(len(stops), depots, books, chance)]
    return district(
        *stops,
        batches=tuple(batches),
        vehicles=tuple(_cars(depots, chance)),
        depots=depots,
        settings=Settings(batches=BatchSettings(hand_on=True)),
        visits=tuple(_past(stops, batches, chance)),
    )


def _depots(chance: Random) -> tuple[Depot, ...]:
    near = depot()
    return (near, depot("E", lon=106.69, lat=29.05)) if chance.random() < 0.2 else (near,)


def _size(books: int, chance: Random) -> int:
    return books or chance.choice((30, 40, 60, 100))


def _stop(number: int, books: int, chance: Random) -> Stop:
    own: dict[str, Any] = {
        "lon": 106.65 + chance.uniform(-0.06, 0.06),
        "lat": 29.02 + chance.uniform(-0.06, 0.06),
        "books": _size(books, chance),
        "service_s": chance.choice((300, 900, 2400)),
    }
    if chance.random() < 0.45:
        own |= {"visits_a_week": 2, "days_between": chance.choice((1, 1, 2))}
    if chance.random() < 0.15:
        own |= {"required": True}
    if chance.random() < 0.2:
        own |= {"weekdays": tuple(sorted(chance.sample(range(5), 3)))}
    return stop(f"S{number}", **own)


def _held(stops: list[Stop], books: int, chance: Random) -> list[Batch]:
    """Return what is at the stops: none, one or two batches at each, not all there for long."""
    return [
        batch(
            f"B{at.id}{letter}",
            books=_size(books, chance),
            at=at.id,
            since=chance.choice((LONG, LONG, SHORT)),
        )
        for at in stops
        for letter in "ab"[: chance.choice((0, 1, 1, 1, 2))]
    ]


def _stored(stops: int, depots: tuple[Depot, ...], books: int, chance: Random) -> list[Batch]:
    count = chance.choice((1, 1, 2, 3, stops, 2 * stops))
    return [
        batch(f"N{k}", books=_size(books, chance), at=chance.choice(depots).id)
        for k in range(1, count + 1)
    ]


def _cars(depots: tuple[Depot, ...], chance: Random) -> list[Vehicle]:
    cars = []
    for name in "VWX"[: chance.choice((1, 1, 2))]:
        own: dict[str, Any] = {
            "books": chance.choice((100, 100, 150, 200, 250, 400, 1000)),
            "weekdays": tuple(sorted(chance.sample(range(5), chance.randint(1, 4)))),
        }
        if chance.random() < 0.3:
            own |= {"reloads": chance.choice((1, 2))}
        if chance.random() < 0.3:
            own |= {"max_seconds": chance.choice((2, 3, 4)) * HOUR}
        if len(depots) > 1 and chance.random() < 0.3:
            own |= {"depot": depots[1].id}
        cars.append(vehicle(name, **own))
    return cars


def _past(stops: list[Stop], batches: list[Batch], chance: Random) -> list[PastVisit]:
    """Return that some stops have had batches that are elsewhere now."""
    found = []
    for one in batches:
        at = chance.choice(stops).id
        if chance.random() < 0.25 and one.at != at:
            found.append(past_visit(at, dt.date(2026, 3, 2), batch=one.id, action="collected"))
    return found
