"""The rules of loads and shares: what no car can carry, and class mixes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bookcar.errors import Fault
from bookcar.inputs.raw_district import RawDistrict, weight
from bookcar.inputs.sheet import Record

_SHARE_SLACK = 0.02


def batch_larger_than_any_car(raw: RawDistrict) -> Iterator[Fault]:
    """Report a batch with more books or kilograms than any vehicle carries.

    What is told is what fails: the books, the kilograms or both on every vehicle, or that those
    which have room for the one have none for the other.
    """
    batches, cars = raw["batches"], _cars(raw)
    if not cars:
        return
    for record in batches.having("books", "kg"):
        books, kg = record.values["books"], weight(record)
        roomy = [car for car in cars if books <= car.values["books"]]
        strong = [car for car in cars if kg <= _limit_kg(car)]
        if any(car in strong for car in roomy):
            continue
        variant, figures = _too_large(cars, roomy, strong)
        yield batches.fault(
            "batch-larger-than-any-car",
            at=record,
            column="kg" if roomy and "kg" in record.given else "books",
            variant=variant,
            books=books,
            kg=kg,
            **figures,
        )


def _too_large(
    cars: Sequence[Record], roomy: Sequence[Record], strong: Sequence[Record]
) -> tuple[str, Mapping[str, Any]]:
    """Return what no car has room for, as a variant, and the most that there is room for.

    ``roomy`` cars have room for the books, ``strong`` ones for the kilograms, none for both.
    """
    if roomy and strong:
        return "apart", {
            "roomy": _names(roomy),
            "strong": _names(strong),
            "most_kg": int(max(map(_limit_kg, roomy))),
            "most_books": max(car.values["books"] for car in strong),
        }
    most: dict[str, Any] = {}
    if not roomy:
        most["most_books"] = max(car.values["books"] for car in cars)
    if not strong:
        most["most_kg"] = int(max(map(_limit_kg, cars)))
    return ("" if strong else "kg" if roomy else "both"), most


def _names(cars: Sequence[Record]) -> tuple[str, ...]:
    return tuple(str(car.values.get("id") or car.row) for car in cars)


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
