"""Stops that hold a batch each, and a car that hands these on."""

from __future__ import annotations

import datetime as dt

from builders import batch, district, stop, vehicle

import bookcar as bc
from bookcar.model import BatchSettings, District, Settings
from bookcar.plan import Plan

WEEK = "2026-W49"
ON = Settings(batches=BatchSettings(hand_on=True))
LONG_AGO = dt.date(2026, 1, 5)


def ring(
    count: int, *, books: int, settings: Settings = ON, spare: int = 1, days: int = 1, cars: int = 1
) -> District:
    """Return stops that hold a batch of 100 books each, and a depot with few to spare.

    Cars for so many books go out on the first days of the week.
    """
    stops = [stop(f"S{k}", books=100) for k in range(1, count + 1)]
    out = [batch(f"B{k}", books=100, at=f"S{k}", since=LONG_AGO) for k in range(1, count + 1)]
    more = [batch(f"N{k}", books=100) for k in range(1, spare + 1)]
    fleet = (vehicle(name, books=books, weekdays=tuple(range(days))) for name in "VWX"[:cars])
    return district(*stops, batches=(*out, *more), vehicles=tuple(fleet), settings=settings)


def planned(tables: District) -> Plan:
    """Return the plan of the tested week."""
    return bc.plan_week(tables, WEEK, effort="quick")


def drops(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return what every stop gets."""
    return {visit.stop: visit.drops for route in plan.routes for visit in route.visits}


def order(plan: Plan) -> list[str]:
    """Return the stops in the order of the routes."""
    return [visit.stop for route in plan.routes for visit in route.visits]
