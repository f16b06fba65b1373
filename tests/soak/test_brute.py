"""The brute force itself: against every departure by the minute, and limits that must bind."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import pytest
from soak.brute import EVER, Call, Car, Legs, drives

M = 60
CAR = Car(
    books=100,
    kg=None,
    metres=50_000,
    seconds=480 * M,
    starts=480 * M,
    ends=1_020 * M,
    break_s=0,
    break_after_s=240 * M,
    stops=None,
    reloads=0,
)
STOP = Call(place="S", service_s=20 * M, windows=((0, 1_440 * M),), drops=(50, 10))
NEAR = Legs((30 * M, 30 * M), (10_000, 10_000))


def _by_the_minute(car: Car, calls: list[Call], legs: Legs) -> bool:
    """Drive every minute's departure with every place and length of every break."""
    end = 2 * len(calls)

    @cache
    def earliest(point: int, start: int) -> int:
        """Return the earliest return of a crew that goes on at a minute or later."""
        found = [EVER]
        for there in range(point + 1, end + 1):
            for late in range(start, car.ends + 1, M):
                reached = _driven(car, calls, legs, (point, late, there))
                if reached is None:
                    break
                if _rested(car, legs, reached - late, (point, there)):
                    found.append(reached if there == end else onward(there, reached))
                    break
        return min(found)

    def onward(point: int, now: int) -> int:
        return earliest(point, now + car.break_s) if car.break_s else EVER

    def back(depart: int) -> int:
        found = [EVER]
        for there in range(end + 1):
            reached = _driven(car, calls, legs, (-1, depart, there))
            if reached is not None and _rested(car, legs, reached - depart, (-1, there)):
                found.append(reached if there == end else onward(there, reached))
        return min(found)

    departures = range(car.starts, car.ends + 1, M)
    return any(back(depart) <= min(car.ends, depart + car.seconds) for depart in departures)


def _rested(car: Car, legs: Legs, passed: int, way: tuple[int, int]) -> bool:
    driven = sum(legs.seconds[(k + 1) // 2] for k in range(*way) if k % 2)
    return not car.break_s or (driven if car.by_driving else passed) <= car.break_after_s


def _driven(car: Car, calls: list[Call], legs: Legs, way: tuple[int, int, int]) -> int | None:
    """Return when a car is at a point without a break before it; None if a door is shut by then."""
    point, now, there = way
    for k in range(point, there):
        if k % 2:
            now += legs.seconds[(k + 1) // 2]
            continue
        call = calls[k // 2]
        begins = [t for o, c in call.windows for t in range(o, c - call.service_s + 1, M)]
        later = [t for t in begins if t >= now]
        if not later or now > car.ends:
            return None
        now = later[0] + call.service_s
    return now


@pytest.mark.parametrize("seed", range(60))
def test_it_agrees_with_every_departure_by_the_minute(seed: int) -> None:
    chance = Random(seed)
    car = Car(
        books=EVER,
        kg=None,
        metres=EVER,
        seconds=chance.choice((120, 200, 400)) * M,
        starts=480 * M,
        ends=chance.choice((700, 900)) * M,
        break_s=chance.choice((0, 30)) * M,
        break_after_s=chance.choice((60, 100, 150)) * M,
        by_driving=chance.random() < 0.3,
        stops=None,
        reloads=0,
    )
    calls = [
        Call(
            place=f"S{k}",
            service_s=chance.choice((5, 20, 60)) * M,
            windows=chance.choice((((0, 1440 * M),), ((540 * M, 600 * M), (700 * M, 760 * M)))),
        )
        for k in range(chance.randint(1, 3))
    ]
    legs = tuple(chance.choice((4, 20, 48)) * M for _ in range(len(calls) + 1))
    driven = Legs(legs, (0,) * len(legs))
    assert drives(car, calls, driven) == _by_the_minute(car, calls, driven)


@pytest.mark.parametrize(
    ("limit", "car", "call"),
    [
        ("books", {"books": 49}, {}),
        ("books", {"books": 70}, {"collects": (71, 0)}),
        ("kg", {"kg": 9}, {}),
        ("distance", {"metres": 19_999}, {}),
        ("driving-time", {"driving": 59 * M}, {}),
        ("stops", {"stops": 0}, {}),
        ("working-time", {"seconds": 79 * M}, {}),
        ("latest-return", {"ends": 559 * M}, {}),
        ("time", {"ends": 559 * M, "seconds": 79 * M}, {}),
        ("opening-hours", {}, {"windows": ((480 * M, 529 * M),)}),
        ("break", {"break_s": M, "break_after_s": 29 * M}, {}),
        ("reloads", {}, {"reload": True}),
    ],
)
def test_each_limit_binds_until_it_is_lifted(
    limit: str, car: dict[str, Any], call: dict[str, Any]
) -> None:
    tight, stop = replace(CAR, **car), replace(STOP, **call)
    assert drives(CAR, [STOP], NEAR)
    assert not drives(tight, [stop], NEAR)
    assert drives(tight, [stop], NEAR, {limit: EVER})


def test_a_reload_puts_off_what_is_aboard_and_takes_what_comes_next() -> None:
    reload = Call(place="D", service_s=0, windows=((0, 1_440 * M),), reload=True)
    full = Call(place="S", service_s=0, windows=reload.windows, drops=(60, 0))
    tight = replace(CAR, reloads=1)
    legs = Legs((M,) * 4, (1,) * 4)
    assert not drives(tight, [full, full], Legs((M,) * 3, (1,) * 3))
    assert drives(tight, [full, reload, full], legs)
