"""Random records of a small service, seeded: with everything that people leave out."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import builders

from bookcar.model import KINDS, Batch, District, PastVisit, Request

FIRST, LAST = dt.date(2026, 11, 2), dt.date(2027, 1, 24)
"""The days on which visits are made: the period of the tests lies inside, over New Year."""
TOWNSHIPS = ("North", "South", "")


def random_district(seed: int, *, visits: int = 120, stops: int = 9) -> District:
    """Return a district with visits of several rows, two a day, other cars, and gaps."""
    rng = random.Random(seed)
    places = tuple(
        builders.stop(
            f"S{i}",
            area=TOWNSHIPS[i % 3],
            people=rng.choice((0, 100, 2_500)),
            kind=rng.choice(KINDS),
        )
        for i in range(stops)
    )
    batches = tuple(
        Batch(id=f"B{i}", books=rng.randrange(1, 90), at=rng.choice(("D", "S0", "S1")))
        for i in range(12)
    )
    rows = [row for _ in range(visits) for row in _visit(rng, stops)]
    return builders.district(
        *places,
        vehicles=(builders.vehicle("C1"), builders.vehicle("C2", name="second car")),
        batches=batches,
        listed=batches,
        visits=tuple(rows),
        requests=tuple(_request(rng, i, stops) for i in range(20)),
    )


def _visit(rng: random.Random, stops: int) -> list[PastVisit]:
    rows = [_row(rng) for _ in range(rng.choice((1, 1, 2, 3)))]
    date = FIRST + dt.timedelta(days=rng.randrange((LAST - FIRST).days + 1))
    stop, vehicle = f"S{rng.randrange(stops)}", rng.choice(("C1", "C1", "C2", "sold", ""))
    told = rng.choice(rows)
    if rng.random() < 0.6:
        told["arrive"] = 60 * rng.randrange(480, 900)
    if rng.random() < 0.6:  # perhaps on another row
        rng.choice(rows)["leave"] = told.get("arrive", 36_000) + 60 * rng.randrange(1, 90)
    for column in ("readers", "loans", "new_cards"):
        if rng.random() < 0.5:
            rng.choice(rows)[column] = rng.choice((0, 1, 7, 31))
    if rng.random() < 0.4:
        rng.choice(rows)["day_metres"] = rng.randrange(1_000, 90_000)
    status = "missed" if rng.random() < 0.15 else "done"
    return [PastVisit(date=date, stop=stop, vehicle=vehicle, status=status, **row) for row in rows]


def _row(rng: random.Random) -> dict[str, Any]:
    if rng.random() < 0.2:
        return {"note": rng.choice(("", "snow", "{{ nobody }} there"))}
    return {
        "batch": f"B{rng.randrange(12)}",
        "action": rng.choice(("dropped", "collected")),
        "books": rng.choice((0, 12, 50, 68)),
    }


def _request(rng: random.Random, i: int, stops: int) -> Request:
    return Request(
        id=f"Q{i}",
        date=FIRST + dt.timedelta(days=rng.randrange((LAST - FIRST).days + 1)),
        stop=f"S{rng.randrange(stops)}",
        title=f"title {i}",
        status=rng.choice(("open", "brought", "cancelled")),
    )
