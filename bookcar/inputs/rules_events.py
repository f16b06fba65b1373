"""The rules of events: where one is, when its books come and go, and which car stays there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.columns import YES_WORDS
from bookcar.inputs.raw_district import RawDistrict, Suggestions
from bookcar.inputs.rules_spans import ends_before_begins
from bookcar.inputs.sheet import Record

_ANSWERS = {
    tx.key(word): answer == "yes"
    for answer, words in YES_WORDS.items()
    for word in (answer, *words)
}


def staying(raw: RawDistrict, record: Record) -> tuple[str, ...]:
    """Return the ids of the cars that stay: those named; of ``yes`` the only one there is."""
    cars = raw["vehicles"].ids()
    names: tuple[str, ...] = record.values["stays"]
    if len(names) == 1 and names[0] not in cars and tx.key(names[0]) in _ANSWERS:
        return tuple(cars)[:1] if _ANSWERS[tx.key(names[0])] else ()
    return names


def event_dates(raw: RawDistrict) -> Iterator[Fault]:
    """Report an event that ends before it begins, or closes before it opens."""
    events = raw["events"]
    yield from ends_before_begins(events, "event")
    for record in events.having("opens", "closes"):
        opens, closes = record.values["opens"], record.values["closes"]
        if opens is not None and closes is not None and closes <= opens:
            yield events.fault("event-hours", at=record, column="closes")


def event_days(raw: RawDistrict) -> Iterator[Fault]:
    """Report books that come when it has opened, go while it lasts, or whose days are reversed."""
    events = raw["events"]
    for record in events.having("from", "to", "bring_from", "bring_by", "fetch_from", "fetch_by"):
        v = record.values
        opens, ends = v["from"], v["to"]
        for column in ("bring_from", "bring_by"):
            if v[column] and v[column] >= opens:
                yield events.fault("event-days", at=record, column=column, day=opens.isoformat())
        for column in ("fetch_from", "fetch_by"):
            if v[column] and v[column] <= ends:
                yield events.fault(
                    "event-days", variant="fetch", at=record, column=column, day=ends.isoformat()
                )
        for first, last in (("bring_from", "bring_by"), ("fetch_from", "fetch_by")):
            if v[first] and v[last] and v[last] < v[first]:
                yield events.fault(
                    "event-days",
                    variant="reversed",
                    at=record,
                    column=last,
                    day=v[first].isoformat(),
                )


def event_place(raw: RawDistrict) -> Iterator[Fault]:
    """Report an event of which nobody says where it is, or at a stop that there is not."""
    events, stops = raw["events"], raw["stops"]
    ids, meant = stops.ids(), Suggestions(stops.records)
    for record in events.having("place", "lon", "lat"):
        place = record.values["place"]
        given = [record.values[axis] is not None for axis in ("lon", "lat")]
        if place and place not in ids:
            if stops.complete and stops.records:
                yield events.fault("event-place", at=record, column="place", ids=meant.ids(place))
        elif place and any(given):
            yield events.fault("event-place", variant="both", at=record, column="place")
        elif not place and not all(given):
            yield events.fault("event-place", variant="none", at=record, column="place")
        elif place and ids[place].values.get("access") == "foot":
            yield events.fault("event-place", variant="foot", at=record, column="place")


def event_lenders(raw: RawDistrict) -> Iterator[Fault]:
    """Report a pool in a ring that is to lend: it would not know whose turn comes next."""
    events, pools = raw["events"], raw["pools"].ids()
    for record in events.having("id", "pool"):
        for name in record.values["pool"]:
            pool = pools.get(name)
            if pool is not None and pool.values.get("order") == "ring":
                yield events.fault("ring-lends", at=record, column="pool", pool=name)


def event_cars(raw: RawDistrict) -> Iterator[Fault]:
    """Report a car that is to stay and that there is not, is not named, or stays elsewhere."""
    events, cars = raw["events"], raw["vehicles"]
    if not cars.complete or not cars.records:
        return
    ids, meant = cars.ids(), Suggestions(cars.records)
    rows = [*events.having("id", "from", "to", "stays")]
    for record in rows:
        names = record.values["stays"]
        word = tx.key(names[0]) if len(names) == 1 and names[0] not in ids else ""
        if _ANSWERS.get(word) and len(ids) > 1:
            yield events.fault("event-stays", variant="which", at=record, column="stays")
        for name in () if word in _ANSWERS else names:
            if name not in ids:
                yield events.fault(
                    "event-stays", at=record, column="stays", name=name, ids=meant.ids(name)
                )
    for one, other in combinations(rows, 2):
        begins = max(one.values["from"], other.values["from"])
        ends = min(one.values["to"], other.values["to"])
        for car in sorted({*staying(raw, one)} & {*staying(raw, other)} & {*ids}):
            if begins <= ends:
                yield events.fault(
                    "event-stays",
                    variant="twice",
                    at=other,
                    column="stays",
                    name=car,
                    other=one.values["id"],
                )
