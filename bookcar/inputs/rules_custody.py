"""The rules of records that cannot be: a batch is in one place at a time, a day has one of each.

A record that is odd but possible passes: what moved before a batch's ``since`` is history that the
batches table has overruled, and a batch of which nothing is known may have been anywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import msgspec

from bookcar.errors import Fault, Severity
from bookcar.inputs.raw_district import RawDistrict
from bookcar.inputs.rules_ids import event_of
from bookcar.inputs.sheet import Record

_MOVED = ("date", "stop", "batch", "action", "status")
_OF_A_VISIT = ("date", "stop", "vehicle", "batch", "action", "status", "arrive")


class _Place(msgspec.Struct, frozen=True):
    """Where a batch has been since when, and the row that says so; ``stop`` is empty at depots."""

    stop: str
    since: dt.date
    row: int


def visit_in_future(raw: RawDistrict) -> Iterator[Fault]:
    """Report each day that has not come yet, where the reader was told what day it is."""
    visits, today = raw["visits"], raw.today
    rows: dict[dt.date, list[Record]] = {}
    for record in visits.having("date"):
        if today is not None and record.values["date"] > today:
            rows.setdefault(record.values["date"], []).append(record)
    for records in rows.values():
        yield visits.fault(
            "visit-in-future",
            at=records[0],
            column="date",
            today=str(today),
            count=len(records),
        )


def leaves_before_arrives(raw: RawDistrict) -> Iterator[Fault]:
    """Report a car that left a stop, or is to leave it, before it arrives there."""
    for sheet in (raw["visits"], raw["timetable"]):
        for record in sheet.having("arrive", "leave"):
            arrive, leave = record.values["arrive"], record.values["leave"]
            if arrive is not None and leave is not None and leave < arrive:
                yield sheet.fault("leaves-before-arrives", at=record, column="leave", arrive=arrive)


def day_km_differ(raw: RawDistrict) -> Iterator[Fault]:
    """Report two different distances of a vehicle's day."""
    visits = raw["visits"]
    first: dict[tuple[Any, ...], Record] = {}
    for record in visits.having("date", "vehicle", "km"):
        metres, vehicle = record.values["km"], record.values["vehicle"]
        if metres is None or not vehicle:
            continue
        earlier = first.setdefault((record.values["date"], vehicle), record)
        if earlier.values["km"] != metres:
            yield visits.fault(
                "day-km-differ",
                at=record,
                column="km",
                vehicle=vehicle,
                date=record.values["date"].isoformat(),
                other=earlier.values["km"],
                first=earlier.row or 0,
            )


def visit_twice(raw: RawDistrict) -> Iterator[Fault]:
    """Report a row that is there twice; without a batch it may be another visit of that day."""
    visits = raw["visits"]
    first: dict[tuple[Any, ...], Record] = {}
    for record in visits.having(*_OF_A_VISIT):
        key = tuple(record.values[column] for column in _OF_A_VISIT)
        earlier = first.setdefault(key, record)
        if earlier is not record:
            severity: Severity = "error" if _moves(record) else "warning"
            yield visits.fault(
                "visit-twice", at=record, column="stop", severity=severity, first=earlier.row or 0
            )


def more_books_than_batch(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of more books moved than the batch has: it may have had more of them then."""
    visits = raw["visits"]
    has = {r.values["id"]: r.values["books"] for r in raw["batches"].having("id", "books")}
    for record in visits.having("batch", "books"):
        batch, books = record.values["batch"], record.values["books"]
        if books > has.get(batch, books):
            yield visits.fault(
                "more-books-than-batch",
                at=record,
                column="books",
                severity="warning",
                batch=batch,
                books=has[batch],
            )


def batch_not_there(raw: RawDistrict) -> Iterator[Fault]:
    """Report a batch dropped while it was at a stop, or collected where it was not."""
    moved = [record for record in raw["visits"].having(*_MOVED) if _moves(record)]
    moved.sort(key=lambda record: (record.values["batch"], record.values["date"]))
    since = {r.values["id"]: r.values["since"] for r in raw["batches"].having("id", "since")}
    for batch, records in groupby(moved, key=lambda record: record.values["batch"]):
        first = since.get(batch)
        yield from _chain(raw, [r for r in records if first is None or r.values["date"] > first])


def _chain(raw: RawDistrict, records: list[Record]) -> Iterator[Fault]:
    """Follow a batch through its movements; where it was before the first is for batch-moved.

    What one load brought to an event may go with any other.
    """
    events = raw["events"].ids()
    place: _Place | None = None
    seen: set[tuple[Any, ...]] = set()
    for record in records:
        key = tuple(record.values[column] for column in ("date", "stop", "action"))
        if key in seen:
            continue  # told by visit-twice
        seen.add(key)
        here = event_of(record.values["stop"], events) or record.values["stop"]
        if place is not None and _cannot_be(record, here, place):
            yield _not_there(raw, record, place)
        stop = here if record.values["action"] == "dropped" else ""
        place = _Place(stop, record.values["date"], record.row or 0)


def _cannot_be(record: Record, here: str, place: _Place) -> bool:
    if record.values["action"] == "dropped":
        return bool(place.stop)
    return place.stop != here


def _not_there(raw: RawDistrict, record: Record, place: _Place) -> Fault:
    collected = "elsewhere" if place.stop else "away"
    return raw["visits"].fault(
        "batch-not-there",
        at=record,
        column="batch",
        variant="" if record.values["action"] == "dropped" else collected,
        batch=record.values["batch"],
        stop=record.values["stop"],
        there=place.stop,
        since=place.since.isoformat(),
        other=place.row,
    )


def _moves(record: Record) -> bool:
    values = record.values
    return bool(values["batch"] and values["action"] and values["status"] == "done")
