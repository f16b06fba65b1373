"""A district whose plan has every kind of limit on it, for the tests of the board."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
from builders import H, batch, district, stop, vehicle

import bookcar as bc
from bookcar.model import District
from bookcar.plan import Plan
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import UNREACHABLE, Travel

WINDOWS = (
    ((0, 86_400),),
    ((9 * H, 12 * H),),
    ((8 * H, 11 * H), (14 * H, 16 * H)),
    ((13 * H, 15 * H),),
)


def busy_district(stops: int = 24, **fields: Any) -> District:
    """Return a district of stops all around, three cars with different limits, and batches."""
    chance = random.Random(7)
    places = tuple(
        stop(
            f"S{k:02d}",
            lon=106.65 + chance.uniform(-0.12, 0.12),
            lat=29.02 + chance.uniform(-0.1, 0.1),
            kind=chance.choice(["village", "school", "bookhouse"]),
            books=chance.choice([0, 40, 50, 120]),
            windows=chance.choice(WINDOWS),
            weekdays=chance.choice([(), (), (0, 1), (0, 2)]),
            vehicles=chance.choice([(), (), ("V1",), ("V2", "V3")]),
            access="foot" if k == 5 else "road",
        )
        for k in range(1, stops + 1)
    )
    days = {"weekdays": (0, 1)}
    cars = (
        vehicle("V1", books=400, kg=260, break_s=1_800, break_after_s=4 * H, **days),
        vehicle(
            "V2",
            books=300,
            max_seconds=6 * H,
            max_driving_s=H,
            break_s=2_700,
            break_after_s=2 * H,
            **days,
        ),
        vehicle("V3", books=900, max_metres=60_000, max_stops=4, starts=9 * H, **days),
    )
    held = tuple(batch(f"H{k:02d}", at=f"S{k:02d}", books=60, kg=31) for k in range(1, stops, 3))
    stock = tuple(batch(f"B{k:03d}", books=40 + 10 * (k % 3), kg=20 + k % 9) for k in range(90))
    return district(*places, **{"vehicles": cars, "batches": (*held, *stock)} | fields)


def planned(tables: District) -> tuple[Plan, Travel]:
    """Return a quick plan and travel between all places."""
    return bc.plan_week(tables, "2026-W49", effort="quick"), travel_for(tables)


def cut_off(travel: Travel, place: str) -> Travel:
    """Return travel without any way to or from a place."""
    row = travel.rows[place]
    tables = {}
    for name, table in travel.tables.items():
        seconds, metres = np.array(table.seconds), np.array(table.metres)
        for figures in (seconds, metres):
            figures[row, :] = figures[:, row] = UNREACHABLE
        tables[name] = replace(table, seconds=seconds, metres=metres)
    return replace(travel, tables=tables)
