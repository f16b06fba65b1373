"""The rules of what happened and what is wished: batches, visits, requests, closures."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from bookcar.errors import Fault
from bookcar.inputs.raw_district import RawDistrict
from bookcar.inputs.rules_spans import ends_before_begins
from bookcar.inputs.sheet import Record


def batch_twice(raw: RawDistrict) -> Iterator[Fault]:
    """Report a batch listed twice: at one place, or in two places at once."""
    batches = raw["batches"]
    seen: dict[str, Record] = {}
    for record in batches.having("id"):
        first = seen.setdefault(record.values["id"], record)
        if first is record:
            continue
        here, there = (row.values.get("at") or "?" for row in (record, first))
        if here == there:
            yield batches.fault("duplicate-id", at=record, column="id", first=first.row or 0)
        else:
            yield batches.fault(
                "batch-in-two-places",
                at=record,
                column="id",
                here=here,
                there=there,
                first=first.row or 0,
            )


def batch_position(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a batch that the table and a visit of the same day have in different places."""
    batches, visits = raw["batches"], raw["visits"]
    for record, movement in _contradictions(raw):
        if record.values["since"] == movement.values["date"]:
            yield batches.fault(
                "batch-position",
                at=record,
                column="at",
                severity="warning",
                other=movement.row or 0,
                visits=visits.file,
                action=movement.values["action"],
                stop=movement.values["stop"],
            )


def batch_moved(raw: RawDistrict) -> Iterator[Fault]:
    """Warn once of the batches that visits took from another place than the table has them at.

    That they moved on from there is nothing to be told: the table says where things began.
    """
    stops = raw["stops"].ids()
    movements: dict[str, list[Record]] = {}
    for movement in _movements(raw):
        movements.setdefault(movement.values["batch"], []).append(movement)
    moved = [
        record
        for record, last in _contradictions(raw)
        if record.values["since"] != last.values["date"]
        and not _moved_on(record, movements[record.values["id"]], stops)
    ]
    if moved:
        yield raw["batches"].fault(
            "batch-moved",
            at=moved[0],
            column="at",
            severity="warning",
            names=tuple(record.values["id"] for record in moved),
            count=len(moved),
        )


def _contradictions(raw: RawDistrict) -> Iterator[tuple[Record, Record]]:
    """Yield each batch that is elsewhere than its last movement, no earlier than since, left it."""
    last = _last_movements(raw)
    for record in raw["batches"].having("id", "at", "since"):
        movement = last.get(record.values["id"])
        if movement and _contradicts(record, movement):
            yield record, movement


def _moved_on(batch: Record, movements: Iterable[Record], stops: Container[str]) -> bool:
    """Tell whether the first movement after the table's day begins where the table has it."""
    since, at = batch.values["since"], batch.values["at"]
    later = (m for m in movements if since is None or m.values["date"] > since)
    first = next(later, None)
    if first is None:
        return False
    if first.values["action"] == "dropped":
        return at not in stops
    return bool(first.values["stop"] == at)


def _last_movements(raw: RawDistrict) -> dict[str, Record]:
    """Return what `bookcar.inputs.movements.last_movements` does, of the rows that are readable."""
    return {row.values["batch"]: row for row in _movements(raw)}


def _movements(raw: RawDistrict) -> list[Record]:
    """Return the rows that moved a batch, by day."""
    rows = raw["visits"].having("date", "stop", "vehicle", "batch", "action", "status", "depot")
    done = [
        row
        for row in rows
        if row.values["batch"] and row.values["action"] and row.values["status"] == "done"
    ]
    return sorted(done, key=lambda row: row.values["date"])


def _contradicts(batch: Record, moved: Record) -> bool:
    since = batch.values["since"]
    if since is not None and since > moved.values["date"]:
        return False
    there = batch.values["at"] == moved.values["stop"]
    return bool(there != (moved.values["action"] == "dropped"))


def batch_without_action(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a visit that names a batch but not whether it came or went, or the reverse."""
    visits = raw["visits"]
    for record in visits.having("batch", "action"):
        if bool(record.values["batch"]) != bool(record.values["action"]):
            missing = "action" if record.values["batch"] else "batch"
            yield visits.fault(
                "batch-without-action",
                at=record,
                column="batch" if missing == "action" else "action",
                severity="warning",
                missing=missing,
            )


def unknown_put_off(raw: RawDistrict) -> Iterator[Fault]:
    """Warn once of the batches last collected by an unknown vehicle, and put off in no named depot.

    With one depot there is no doubt.
    """
    depots, visits = list(raw["depots"].having("id")), raw["visits"]
    known = {record.values["id"] for record in raw["vehicles"].having("id")}
    lost = [
        record
        for record in _still_moved(raw)
        if record.values["action"] == "collected"
        and not record.values["depot"]
        and record.values["vehicle"] not in known
    ]
    if lost and len(depots) > 1:
        yield visits.fault(
            "unknown-put-off",
            at=lost[0],
            column="depot",
            severity="warning",
            names=tuple(record.values["batch"] for record in lost),
            count=len(lost),
            depot=depots[0].values["id"],
        )


def _still_moved(raw: RawDistrict) -> Iterator[Record]:
    """Yield the movements that say where a batch is: its last one, if the table is no newer."""
    last = _last_movements(raw)
    for batch in raw["batches"].having("id", "since"):
        movement, since = last.get(batch.values["id"]), batch.values["since"]
        if movement and (since is None or since < movement.values["date"]):
            yield movement


def unfilled_visit(raw: RawDistrict) -> Iterator[Fault]:
    """Report a visit whose status is still to be filled in: it must not count as done unseen."""
    visits = raw["visits"]
    if "status" in visits.headings:
        for record in visits.records:
            if "status" not in record.given and "status" in record.values:
                yield visits.fault("unfilled-visit", at=record, column="status")


def wanted_before_made(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a request wanted before the day it was made."""
    requests = raw["requests"]
    for record in requests.having("date", "wanted_by"):
        wanted = record.values["wanted_by"]
        if wanted is not None and wanted < record.values["date"]:
            yield requests.fault(
                "wanted-before-made",
                at=record,
                column="wanted_by",
                severity="warning",
                made=record.values["date"].isoformat(),
            )


def closure_dates(raw: RawDistrict) -> Iterator[Fault]:
    """Report a closure that ends before it begins."""
    return ends_before_begins(raw["closures"])


def closure_road(raw: RawDistrict) -> Iterator[Fault]:
    """Report a closure that names no road, or a shape that does not exist."""
    closures, shapes = raw["closures"], raw.shapes
    for record in closures.having("ways", "shape"):
        ways, shape = record.values["ways"], record.values["shape"]
        if bool(ways) == bool(shape):
            yield closures.fault(
                "closure-without-road", variant="both" if ways else "", at=record, column="ways"
            )
        elif shape and shape not in (shapes or {}):
            none = "no-file" if shapes is None else "none"
            yield closures.fault(
                "unknown-shape",
                at=record,
                column="shape",
                variant="" if shapes else none,
                known=tuple(sorted(shapes or {})),
            )
