"""Plans of weeks as a routes folder holds them, in what `bookcar.actuals.plans` reads of them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from bookcar.actuals.plans import weeks_of
from bookcar.model import District
from bookcar.weeks import parse_week


def write_plan(
    folder: Path,
    week: str,
    routes: Sequence[dict[str, Any]],
    inputs: Mapping[str, str] = MappingProxyType({}),
) -> None:
    path = folder / week / "plan.json"
    path.parent.mkdir(parents=True)
    plan = {"week": week, "id": "abc", "routes": routes, "provenance": {"inputs": dict(inputs)}}
    path.write_bytes(msgspec.json.encode(plan))


def route(date: dt.date, vehicle: str, *calls: dict[str, Any], metres: int = 0) -> dict[str, Any]:
    return {"date": date, "vehicle": vehicle, "metres": metres, "calls": calls}


def call(stop: str, begin: int, depart: int, *, drive: int = 600, **fields: Any) -> dict[str, Any]:
    timed = {"arrive": begin, "begin": begin, "depart": depart, "leg": {"seconds": drive}}
    return {"kind": "visit", "stop": stop} | timed | fields


def write_plans(
    folder: Path, district: District, *, seed: int, first: dt.date, last: dt.date
) -> None:
    """Write random plans of most of a period's weeks, partly of what was really visited."""
    rng = random.Random(seed)
    for week in weeks_of(first, last):
        if rng.random() < 0.8:
            write_plan(folder, week, list(_routes(rng, week, district)))


def _routes(rng: random.Random, week: str, district: District):
    monday = parse_week(week)
    for vehicle in ("C1", "C2"):
        for day in rng.sample(range(5), 3):
            stops = rng.sample([s.id for s in district.stops], 3)
            begin = [60 * rng.randrange(480, 900) for _ in stops]
            calls = [
                call(s, b, b + 60 * rng.randrange(5, 60)) for s, b in zip(stops, begin, strict=True)
            ]
            date = monday + dt.timedelta(days=day)
            yield route(date, vehicle, *calls, metres=rng.randrange(1_000, 90_000))
