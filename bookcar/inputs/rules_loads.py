"""The rules of loads and shares: what no car can carry, and class mixes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from bookcar.errors import Fault
from bookcar.inputs.raw_district import RawDistrict, weight
from bookcar.inputs.sheet import Record

_SHARE_SLACK = 0.02


def batch_larger_than_any_car(raw: RawDistrict) -> Iterator[Fault]:
    """Report a batch with more books or kilograms than any vehicle carries."""
    batches = raw["batches"]
    cars = _cars(raw)
    if not cars:
        return
    most_books = max(car.values["books"] for car in cars)
    most_kg = max(_limit_kg(car) for car in cars)
    for record in batches.having("books", "kg"):
        books, kg = record.values["books"], weight(record)
        if any(books <= c.values["books"] and kg <= _limit_kg(c) for c in cars):
            continue
        column = "kg" if books <= most_books and "kg" in record.given else "books"
        limits: dict[str, Any] = {"most_kg": int(most_kg)} if most_kg < math.inf else {}
        yield batches.fault(
            "batch-larger-than-any-car",
            at=record,
            column=column,
            variant="kg" if limits else "",
            books=books,
            kg=kg,
            most_books=most_books,
            **limits,
        )


def stop_larger_than_any_car(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a stop that wants more books than any vehicle that may come carries."""
    stops, cars = raw["stops"], _cars(raw)
    if not cars:
        return
    for record in stops.having("books", "vehicles"):
        allowed = record.values["vehicles"]
        room = [c.values["books"] for c in cars if not allowed or c.values.get("id") in allowed]
        if room and record.values["books"] > max(room):
            yield stops.fault(
                "stop-larger-than-any-car",
                at=record,
                column="books",
                severity="warning",
                most=max(room),
            )


def store_without_reloads(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a vehicle that names where it may reload, and never may."""
    vehicles = raw["vehicles"]
    for record in vehicles.having("reloads", "reload_at"):
        if record.values["reload_at"] and not record.values["reloads"]:
            yield vehicles.fault(
                "store-without-reloads", at=record, column="reload_at", severity="warning"
            )


def mix_sum(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of shares that do not add up to 1; they are used in proportion."""
    for table in ("stops", "batches"):
        for record in raw[table].having("mix"):
            total = sum(record.values["mix"].values())
            if record.values["mix"] and abs(total - 1) > _SHARE_SLACK:
                yield raw[table].fault(
                    "mix-sum", at=record, column="mix", severity="warning", total=round(total, 4)
                )


def unknown_class(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a class of books that a stop wants and no batch has, once for each class."""
    offered = {name for r in raw["batches"].having("mix") for name in r.values["mix"]}
    if not offered:
        return
    told: set[str] = set()
    for record in raw["stops"].having("mix"):
        for name in record.values["mix"]:
            if name not in offered and name not in told:
                told.add(name)
                yield raw["stops"].fault(
                    "unknown-class",
                    at=record,
                    column="mix",
                    severity="warning",
                    name=name,
                    offered=tuple(sorted(offered)),
                )


def _cars(raw: RawDistrict) -> list[Record]:
    """Return the vehicles if the load limits of all could be read, else none."""
    cars = [*raw["vehicles"].having("books", "kg")]
    return cars if len(cars) == len(raw["vehicles"].records) else []


def _limit_kg(car: Record) -> float:
    return math.inf if car.values["kg"] is None else float(car.values["kg"])
