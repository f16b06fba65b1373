"""The rules of ids: each only once, and each one used somewhere exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bookcar.errors import Fault, Severity
from bookcar.inputs import text as tx
from bookcar.inputs.raw_district import RawDistrict, Suggestions
from bookcar.inputs.sheet import Record, Sheet
from bookcar.model import LOAD_MARK

_WITH_IDS = (
    "depots", "stops", "vehicles", "requests", "campaigns", "events", "pools", "carriers",
)  # fmt: skip


def duplicate_id(raw: RawDistrict) -> Iterator[Fault]:
    """Report an id given twice in a table; batches have a rule of their own."""
    for table in _WITH_IDS:
        sheet = raw[table]
        seen: dict[str, Record] = {}
        for record in sheet.having("id"):
            first = seen.setdefault(record.values["id"], record)
            if first is not record:
                yield sheet.fault("duplicate-id", at=record, column="id", first=first.row or 0)


def stop_named_as_depot(raw: RawDistrict) -> Iterator[Fault]:
    """Report a stop with the id of a depot: batches and the matrix could not tell them apart."""
    depots = raw["depots"].ids()
    for record in raw["stops"].having("id"):
        if record.values["id"] in depots:
            yield raw["stops"].fault("duplicate-id", variant="depot", at=record, column="id")


def bad_vehicle_id(raw: RawDistrict) -> Iterator[Fault]:
    """Report a vehicle's id with a space or comma: lists of vehicles could not name it."""
    yield from _unlistable(raw["vehicles"])


def bad_depot_id(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a depot's id with a space or comma: only reload_at could not name it."""
    yield from _unlistable(raw["depots"], variant="depot", severity="warning")


def _unlistable(
    sheet: Sheet, *, variant: str = "", severity: Severity = "error"
) -> Iterator[Fault]:
    """Yield the ids that a list of ids in a cell would be taken for several."""
    for record in sheet.having("id"):
        name = record.values["id"]
        if tx.words(name) != [name]:
            yield sheet.fault("bad-id", at=record, column="id", severity=severity, variant=variant)


def unknown_stop(raw: RawDistrict) -> Iterator[Fault]:
    """Report a stop in visits, requests or timetable that the table of stops does not have.

    Visits may name an event, or one of its loads.
    """
    stops, events = raw["stops"], raw["events"].ids()
    for table in ("requests", "timetable"):
        yield from _unknown(raw[table], "stop", stops, rule="unknown-stop")
    visits = raw["visits"].having("stop") if events else ()
    own = {r.values["stop"] for r in visits if event_of(r.values["stop"], events)}
    yield from _unknown(raw["visits"], "stop", stops, rule="unknown-stop", also=own)


def event_of(stop: str, events: Collection[str]) -> str:
    """Return the event that an id stands for: its own, or that of a load; empty if none."""
    event, mark, number = stop.rpartition(LOAD_MARK)
    load = event in events and mark and number.isdigit()
    return stop if stop in events else event if load else ""


def event_named_as_stop(raw: RawDistrict) -> Iterator[Fault]:
    """Report an event with the id of a stop or a depot, or a stop with that of one of its loads."""
    events, places = raw["events"], raw.places()
    for record in events.having("id"):
        if record.values["id"] in places:
            yield events.fault("duplicate-id", variant="event", at=record, column="id")
    for record in raw["stops"].having("id") if events.ids() else ():
        name = record.values["id"]
        if name not in events.ids() and event_of(name, events.ids()):
            yield raw["stops"].fault("duplicate-id", variant="load", at=record, column="id")


def unknown_vehicle(raw: RawDistrict) -> Iterator[Fault]:
    """Report a vehicle that stops allow and that does not exist."""
    yield from _unknown_in_list(raw["stops"], "vehicles", raw["vehicles"], rule="unknown-vehicle")


def unknown_carrier(raw: RawDistrict) -> Iterator[Fault]:
    """Report a carrier that a stop names and that does not exist."""
    stops, carriers = raw["stops"], raw["carriers"]
    if not carriers.complete:
        return
    ids, meant = carriers.ids(), Suggestions(carriers.records)
    for record in stops.having("carrier"):
        for name in record.values["carrier"]:
            if name not in ids:
                yield stops.fault(
                    "unknown-carrier", at=record, column="carrier", name=name, ids=meant.ids(name)
                )


def unknown_past_vehicle(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a vehicle in visits or timetable that is not in the table: it may have been sold."""
    for table in ("visits", "timetable"):
        yield from _unknown(
            raw[table], "vehicle", raw["vehicles"],
            rule="unknown-vehicle", severity="warning",
        )  # fmt: skip


def unknown_depot(raw: RawDistrict) -> Iterator[Fault]:
    """Report a depot of a vehicle or a visit that district.toml does not have."""
    for table in ("vehicles", "visits"):
        yield from _unknown(raw[table], "depot", raw["depots"], rule="unknown-depot")


def unknown_store(raw: RawDistrict) -> Iterator[Fault]:
    """Report a place to reload at that is no depot."""
    yield from _unknown_in_list(raw["vehicles"], "reload_at", raw["depots"], rule="unknown-depot")


def unknown_place(raw: RawDistrict) -> Iterator[Fault]:
    """Report a batch that is at neither a depot nor a stop nor an event."""
    stops, depots, batches = raw["stops"], raw["depots"], raw["batches"]
    if not stops.complete or not stops.records or not depots.records:
        return
    places = {**raw.places(), **raw["events"].ids()}
    meant = Suggestions([*depots.records, *stops.records])
    for record in batches.having("at"):
        name = record.values["at"]
        if name and name not in places:
            yield batches.fault(
                "unknown-place",
                at=record,
                column="at",
                ids=meant.ids(name),
            )


def unknown_batch(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a batch in visits that is not in the table: it may have been retired."""
    if not raw["batches"].headings:
        return
    yield from _unknown(
        raw["visits"], "batch", raw["batches"],
        rule="unknown-batch", severity="warning",
    )  # fmt: skip


def unknown_profile(raw: RawDistrict) -> Iterator[Fault]:
    """Report a vehicle's road profile that district.toml does not define."""
    profiles = [r.values.get("name", "") for r in raw.given.profiles.records]
    known = sorted({"car", *profiles} - {""})
    for record in raw["vehicles"].having("profile"):
        if record.values["profile"] not in known:
            yield raw["vehicles"].fault(
                "unknown-profile", at=record, column="profile", known=tuple(known)
            )


def duplicate_profile(raw: RawDistrict) -> Iterator[Fault]:
    """Report a road profile defined twice."""
    sheet = raw.given.profiles
    names = [record.values.get("name") for record in sheet.records]
    for i, record in enumerate(sheet.records):
        if names[i] and names[i] in names[:i]:
            yield sheet.fault("duplicate-id", variant="profile", at=record, column="name")


def _unknown(
    sheet: Sheet,
    column: str,
    known: Sheet,
    *,
    rule: str,
    severity: Severity = "error",
    also: Collection[str] = (),
) -> Iterator[Fault]:
    if not known.complete or not (known.records or known.name == "batches"):
        return  # that there are none at all is a fault of its own, and all rows would repeat it
    ids, meant = known.ids(), Suggestions(known.records)
    for record in sheet.having(column):
        name = record.values[column]
        if name and name not in ids and name not in also:
            yield sheet.fault(
                rule, at=record, column=column, severity=severity, ids=meant.ids(name)
            )


def _unknown_in_list(sheet: Sheet, column: str, known: Sheet, *, rule: str) -> Iterator[Fault]:
    """Yield the ids in a column's lists that another table does not have."""
    if not known.complete or not known.records:
        return
    ids, meant = known.ids(), Suggestions(known.records)
    for record in sheet.having(column):
        for name in record.values[column]:
            if name not in ids:
                yield sheet.fault(
                    rule, at=record, column=column, variant="list", name=name, ids=meant.ids(name)
                )
