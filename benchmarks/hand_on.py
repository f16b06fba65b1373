"""Rotations with and without hand-ons: what is served, driven, carried and handled at the store.

Made-up districts of stops all around a library. Each holds a collection, has had some of the
others, and wants another one; some more lie in the library. One car (two for 60 stops) goes out on
five days. The small one holds one collection and a half, the large one all that a route needs.

With --example, the week of examples/qijiang as it is and with the switch turned on.

Run: python -m benchmarks.hand_on [--stops 6 20 60] [--seeds 3] [--effort quick] [--example]
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, cast

import msgspec

import bookcar as bc
from bookcar.model import Batch, BatchSettings, Depot, District, PastVisit, Settings, Stop, Vehicle
from bookcar.optimiser.effort import Effort
from bookcar.plan import Plan
from bookcar.plan_index import trips

WEEK = "2026-W49"
LONG_AGO = dt.date(2026, 9, 7)
SMALL, LARGE = 150, 3_000
WANTED = 100


class Measured(NamedTuple):
    """What a plan comes to; ``handled``: batches loaded at the library or unloaded there."""

    served: float
    km: float
    routes: float
    peak: float
    handled: float
    handed_on: float
    seconds: float


def rotation(stops: int, seed: int, *, car: int, hand_on: bool) -> District:
    """Return a district of so many stops that rotate, with cars for so many books."""
    draw = random.Random(f"{stops} {seed}")
    places = tuple(_stop(k, draw) for k in range(1, stops + 1))
    out = tuple(
        Batch(id=f"B{k}", books=_size(draw), kg=40, at=f"S{k}", since=LONG_AGO)
        for k in range(1, stops + 1)
    )
    spare = tuple(
        Batch(id=f"N{k}", books=_size(draw), kg=40, at="D", since=LONG_AGO)
        for k in range(1, max(2, stops // 3) + 1)
    )
    cars = 1 if stops < 60 else 2
    return District(
        name="Rotation",
        folder=Path("rotation"),
        depots=(Depot(id="D", name="library", lon=106.65, lat=29.02),),
        stops=places,
        vehicles=tuple(_vehicle(f"V{k}", car) for k in range(1, cars + 1)),
        batches=(*out, *spare),
        visits=tuple(_had(places, out, draw)),
        settings=Settings(batches=BatchSettings(hand_on=hand_on)),
    )


def _stop(number: int, draw: random.Random) -> Stop:
    angle, far = draw.uniform(0, math.tau), 25 * math.sqrt(draw.random())
    return Stop(
        id=f"S{number}",
        name=f"stop {number}",
        kind="teahouse",
        lon=106.65 + far * math.cos(angle) / 97,
        lat=29.02 + far * math.sin(angle) / 111,
        books=WANTED,
        service_s=1_800,
    )


def _size(draw: random.Random) -> int:
    return draw.choice((90, 100, 100, 110))


def _vehicle(name: str, books: int) -> Vehicle:
    return Vehicle(
        id=name,
        depot="D",
        books=books,
        max_metres=200_000,
        max_seconds=8 * 3_600,
        starts=8 * 3_600,
        ends=17 * 3_600,
        weekdays=(0, 1, 2, 3, 4),
    )


def _had(stops: Sequence[Stop], batches: Sequence[Batch], draw: random.Random) -> list[PastVisit]:
    """Return that each stop has had some two of what the others hold now."""
    found = []
    for stop in stops:
        for batch in draw.sample(batches, 2):
            if batch.at != stop.id:
                when = LONG_AGO - dt.timedelta(weeks=draw.randint(4, 40))
                found.append(PastVisit(stop=stop.id, date=when, batch=batch.id, action="collected"))
    return sorted(found, key=lambda visit: visit.date)


def measured(district: District, effort: Effort, seed: int = 1) -> Measured:
    """Return what the plan of a district comes to; it is audited, or an error."""
    began = time.process_time()
    plan = bc.plan_week(district, WEEK, effort=effort, seed=seed)
    return _of(plan, time.process_time() - began)


def _of(plan: Plan, seconds: float) -> Measured:
    every = [trip for route in plan.routes for trip in trips(route)]
    return Measured(
        served=plan.totals.served,
        km=plan.totals.metres / 1000,
        routes=plan.totals.routes,
        peak=max((route.peak_books for route in plan.routes), default=0),
        handled=sum(len(trip.loads) + len(trip.brings_back) for trip in every),
        handed_on=sum(len(trip.handed_on) for trip in every),
        seconds=seconds,
    )


def _mean(some: Sequence[Measured]) -> Measured:
    return Measured(*(sum(column) / len(some) for column in zip(*some, strict=True)))


def _row(name: str, car: str, hand_on: bool, found: Sequence[Measured]) -> None:
    figures = " | ".join(f"{figure:,.1f}" for figure in _mean(found))
    print(f"| {name} | {car} | {'yes' if hand_on else 'no'} | {figures} |", flush=True)


def _example(effort: Effort, seeds: int) -> None:
    district = bc.read("examples/qijiang")
    for hand_on in (False, True):
        batches = msgspec.structs.replace(district.settings.batches, hand_on=hand_on)
        settings = msgspec.structs.replace(district.settings, batches=batches)
        turned = msgspec.structs.replace(district, settings=settings)
        found = [measured(turned, effort, seed) for seed in range(1, seeds + 1)]
        _row("example", "its own", hand_on, found)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stops", type=int, nargs="+", default=[6, 20, 60])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--effort", choices=("quick", "normal", "thorough"), default="quick")
    parser.add_argument("--example", action="store_true")
    given = parser.parse_args()
    effort = cast("Effort", given.effort)
    names = " | ".join(name.replace("_", " ") for name in Measured._fields)
    print(f"| stops | car | hand-ons | {names} |")
    print("| --- " * (3 + len(Measured._fields)) + "|")
    if given.example:
        _example(effort, given.seeds)
        return
    for stops in given.stops:
        for car in (SMALL, LARGE):
            for hand_on in (False, True):
                found = [
                    measured(rotation(stops, seed, car=car, hand_on=hand_on), effort)
                    for seed in range(1, given.seeds + 1)
                ]
                _row(str(stops), f"{car:,}", hand_on, found)


if __name__ == "__main__":
    main()
