"""The rules of loads and shares: what no car can carry, and class mixes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.raw_district import Draft, weight
from bookcar.inputs.sheet import Record

_SHARE_SLACK = 0.02


def batch_larger_than_any_car(draft: Draft) -> Iterator[Fault]:
    """Report a batch with more books or kilograms than any vehicle carries."""
    batches = draft["batches"]
    cars = _cars(draft)
    if not cars:
        return
    most_books = max(car.values["books"] for car in cars)
    most_kg = max(_limit_kg(car) for car in cars)
    for record in batches.having("books", "kg"):
        books, kg = record.values["books"], weight(record)
        if any(books <= c.values["books"] and kg <= _limit_kg(c) for c in cars):
            continue
        column = "kg" if books <= most_books and "kg" in record.given else "books"
        limit = f"{most_books:,} books" + (f" and {most_kg:,} kg" if most_kg < math.inf else "")
        yield batches.fault(
            "batch-larger-than-any-car",
            f"No vehicle carries the batch of {books:,} books and {kg:,} kg; the most is {limit}.",
            "Correct the number, or split the batch into several with ids of their own.",
            at=record,
            column=column,
        )


def stop_larger_than_any_car(draft: Draft) -> Iterator[Fault]:
    """Warn of a stop that wants more books than any vehicle that may come carries."""
    stops, cars = draft["stops"], _cars(draft)
    if not cars:
        return
    for record in stops.having("books", "vehicles"):
        allowed = record.values["vehicles"]
        room = [c.values["books"] for c in cars if not allowed or c.values.get("id") in allowed]
        if room and record.values["books"] > max(room):
            yield stops.fault(
                "stop-larger-than-any-car",
                f"The vehicles that may come carry at most {max(room):,} books.",
                "Lower the books wanted per visit, or allow a larger vehicle.",
                at=record,
                column="books",
                severity="warning",
            )


def store_without_reloads(draft: Draft) -> Iterator[Fault]:
    """Warn of a vehicle that names where it may reload, and never may."""
    vehicles = draft["vehicles"]
    for record in vehicles.having("reloads", "reload_at"):
        if record.values["reload_at"] and not record.values["reloads"]:
            yield vehicles.fault(
                "store-without-reloads",
                "It names where it may reload, but makes no reloads.",
                "Write under reloads how often a day it may, or clear this cell.",
                at=record,
                column="reload_at",
                severity="warning",
            )


def mix_sum(draft: Draft) -> Iterator[Fault]:
    """Warn of shares that do not add up to 1; they are used in proportion."""
    for table in ("stops", "batches"):
        for record in draft[table].having("mix"):
            total = sum(record.values["mix"].values())
            if record.values["mix"] and abs(total - 1) > _SHARE_SLACK:
                yield draft[table].fault(
                    "mix-sum",
                    f"The shares add up to {total:.3g}, not to 1; they are used in proportion.",
                    "Write shares that add up to 1.",
                    at=record,
                    column="mix",
                    severity="warning",
                )


def unknown_class(draft: Draft) -> Iterator[Fault]:
    """Warn of a class of books that a stop wants and no batch has, once for each class."""
    offered = {name for r in draft["batches"].having("mix") for name in r.values["mix"]}
    if not offered:
        return
    told: set[str] = set()
    for record in draft["stops"].having("mix"):
        for name in record.values["mix"]:
            if name not in offered and name not in told:
                told.add(name)
                yield draft["stops"].fault(
                    "unknown-class",
                    f"No batch holds books of the class {name!r}.",
                    f"Use the names of the batches: {tx.listing(sorted(offered), limit=8)}.",
                    at=record,
                    column="mix",
                    severity="warning",
                )


def _cars(draft: Draft) -> list[Record]:
    """Return the vehicles if the load limits of all could be read, else none."""
    cars = [*draft["vehicles"].having("books", "kg")]
    return cars if len(cars) == len(draft["vehicles"].records) else []


def _limit_kg(car: Record) -> float:
    return math.inf if car.values["kg"] is None else float(car.values["kg"])
