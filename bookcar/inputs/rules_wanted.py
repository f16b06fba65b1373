"""The rules of a stop's own timetable: when the car is to arrive there, and how long it stays."""

from __future__ import annotations

from collections.abc import Iterator

from bookcar.errors import Fault
from bookcar.inputs.raw_district import RawDistrict
from bookcar.inputs.sheet import Record, Sheet

_DAY_S = 86_400
_STAY_S = 4 * 3_600
_FEWEST = 2
_OF_HOURS = ("opens", "closes")


def apply(stops: Sheet, late_s: int) -> None:
    """Give the stops that say when the car arrives their stay and their hours by that.

    Parameters
    ----------
    late_s
        Seconds after its time within which a visit may begin.
    """
    for record in stops.having("arrive", "leave", "service_min", *_OF_HOURS):
        values = record.values
        arrive, leave = values["arrive"], values["leave"]
        if arrive is None or (leave is not None and leave <= arrive):
            continue
        if leave is not None and "service_min" not in record.given:
            values["service_min"] = leave - arrive
        end = min(arrive + values["service_min"] + late_s, _DAY_S)
        values |= {"opens": (arrive,), "closes": (end,)}


def wanted_times(raw: RawDistrict) -> Iterator[Fault]:
    """Report times of arriving and leaving that contradict each other or the opening hours."""
    stops = raw["stops"]
    for record in stops.having("arrive", "leave"):
        arrive, leave = record.values["arrive"], record.values["leave"]
        if arrive is None and leave is not None:
            yield stops.fault("leave-without-arrive", at=record, column="leave")
        elif arrive is not None and leave is not None and leave <= arrive:
            yield stops.fault("leaves-before-arrives", at=record, column="leave", arrive=arrive)
        elif arrive is not None:
            yield from _contradictions(stops, record)


def _contradictions(stops: Sheet, record: Record) -> Iterator[Fault]:
    arrive, leave = record.values["arrive"], record.values["leave"]
    service = record.values.get("service_min")
    if leave is not None and service is not None and service != leave - arrive:
        stay = (leave - arrive) // 60
        yield stops.fault("stay-twice", at=record, column="service_min", minutes=stay)
    both = next((name for name in _OF_HOURS if name in record.given), None)
    if both:
        yield stops.fault("hours-beside-arrive", at=record, column=both, severity="warning")


def hours_not_stay(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of narrow hours in every row of a table that says nowhere how long the car stays."""
    stops = raw["stops"]
    if "service_min" in stops.headings or "week.service_min" in raw.given.rows:
        return
    records = [r for r in stops.having("service_min", *_OF_HOURS) if {*_OF_HOURS} <= r.given.keys()]
    if len(records) < max(_FEWEST, len(stops.records)):
        return
    hours = [(r.values["opens"], r.values["closes"]) for r in records]
    spans = [c[0] - o[0] for o, c in hours if len(o) == len(c) == 1]
    if len(spans) < len(records) or len({o for o, _ in hours}) < _FEWEST:
        return
    if all(0 < span <= _STAY_S for span in spans):
        minutes = records[0].values["service_min"] // 60
        first = records[0]
        yield stops.fault(
            "hours-not-stay",
            at=first,
            column="opens",
            severity="warning",
            minutes=minutes,
            shortest=min(spans) // 60,
            longest=max(spans) // 60,
        )
