"""Weeks of a car that drives and serves in its own way, with the plans that it was to keep."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import builders
from report.weeks import call, route, write_plan

from bookcar.model import District, PastVisit, Settings
from bookcar.weeks import week_name

MONDAY = dt.date(2026, 1, 5)
START = 9 * 3600
BUFFER, SERVICE = 240, 1_200


def lived(
    folder: Path,
    *,
    weeks: int,
    slower: float = 1.0,
    buffer: int = BUFFER,
    service: int = SERVICE,
    noise: int = 0,
    inputs: Mapping[str, str] = MappingProxyType({}),
) -> list[PastVisit]:
    """Write the plans of some weeks and return what was recorded of them."""
    rng = random.Random(1)
    rows: list[PastVisit] = []
    for k in range(weeks):
        date = MONDAY + dt.timedelta(weeks=k)
        calls, clock, real = [], START, START
        for i in range(5):
            drive = rng.randrange(300, 3_000)
            clock += drive + BUFFER if i else 0
            real += round(drive * slower) + buffer + rng.randint(-noise, noise) if i else 0
            calls.append(call(f"S{i}", clock, clock + SERVICE, drive=drive + BUFFER))
            lasted = service + rng.randint(-noise, noise)
            rows.append(
                PastVisit(date=date, stop=f"S{i}", vehicle="C1", arrive=real, leave=real + lasted)
            )
            clock, real = clock + SERVICE, real + lasted
        write_plan(folder, week_name(date), [route(date, "C1", *calls)], inputs)
    return rows


def county(rows: list[PastVisit], factor: float = 1.0) -> District:
    return builders.district(
        *(builders.stop(f"S{i}") for i in range(5)),
        vehicles=(builders.vehicle("C1", speed_factor=factor),),
        visits=tuple(rows),
        settings=Settings(buffer_s=BUFFER),
    )
