"""The rules of time: opening hours, working days, and whether a car can meet a stop's hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.raw_district import RawDistrict
from bookcar.inputs.settings import Given
from bookcar.inputs.sheet import Record, Sheet
from bookcar.model import Window


def windows(values: Mapping[str, Any]) -> tuple[Window, ...]:
    """Return a stop's opening hours as ascending pairs."""
    return tuple(sorted(zip(values["opens"], values["closes"], strict=False)))


def opening_hours(raw: RawDistrict) -> Iterator[Fault]:
    """Report opening hours that make no windows, each stop and depot by the first rule broken."""
    for sheet in (raw["stops"], raw["depots"]):
        for record in sheet.having("opens", "closes"):
            if "opens" in record.given or "closes" in record.given:
                yield from _opening_hours(sheet, record)


def _opening_hours(stops: Sheet, record: Record) -> Iterator[Fault]:
    opens, closes = record.values["opens"], record.values["closes"]
    column = "closes" if "closes" in record.given else "opens"
    pairs = windows(record.values)
    if len(opens) != len(closes):
        yield unpaired_hours(stops, record, column)
    elif any(b <= a for a, b in pairs):
        yield closes_before_opens(stops, record, column)
    elif any(pairs[i][1] > pairs[i + 1][0] for i in range(len(pairs) - 1)):
        yield overlapping_windows(stops, record, column)


def unpaired_hours(stops: Sheet, record: Record, column: str) -> Fault:
    """Report a stop that opens more often than it closes, or less often."""
    opens, closes = len(record.values["opens"]), len(record.values["closes"])
    return stops.fault("unpaired-hours", at=record, column=column, opens=opens, closes=closes)


def closes_before_opens(stops: Sheet, record: Record, column: str) -> Fault:
    """Report a stop that closes before it opens."""
    bad = next((a, b) for a, b in windows(record.values) if b <= a)
    return stops.fault("closes-before-opens", at=record, column=column, opens=bad[0], closes=bad[1])


def overlapping_windows(stops: Sheet, record: Record, column: str) -> Fault:
    """Report opening hours that overlap."""
    return stops.fault("overlapping-windows", at=record, column=column)


def week_hours(raw: RawDistrict) -> Iterator[Fault]:
    """Report a working day or opening hours of [week] that end before they begin."""
    given, values = raw.given, raw.given.values
    if values["week.ends"] <= values["week.starts"]:
        key = "week.ends" if "week.ends" in given.rows else "week.starts"
        yield given.fault(
            "ends-before-starts",
            variant="week",
            key=key,
            starts=values["week.starts"],
            ends=values["week.ends"],
        )
    opens, closes = values["week.opens"], values["week.closes"]
    if len(opens) != len(closes) or any(b <= a for a, b in zip(opens, closes, strict=False)):
        key = "week.closes" if "week.closes" in given.rows else "week.opens"
        yield given.fault("closes-before-opens", variant="week", key=key)


def ends_before_starts(raw: RawDistrict) -> Iterator[Fault]:
    """Report a vehicle or a carrier whose day ends before it starts."""
    for sheet in (raw["vehicles"], raw["carriers"]):
        for record in sheet.having("starts", "ends"):
            starts, ends = record.values["starts"], record.values["ends"]
            column = "ends" if "ends" in record.given else "starts"
            if ends <= starts and column in record.given:
                yield sheet.fault(
                    "ends-before-starts", at=record, column=column, starts=starts, ends=ends
                )


def vehicle_works_no_day(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a vehicle that works on no day on which the library sends cars out."""
    week = raw.given.values["week.days"]
    vehicles = raw["vehicles"]
    for record in vehicles.having("days"):
        if not set(record.values["days"]) & set(week):
            yield vehicles.fault(
                "vehicle-works-no-day", at=record, column="days", severity="warning", days=week
            )


def no_working_vehicle(raw: RawDistrict) -> Iterator[Fault]:
    """Report a district in which no vehicle works on any day."""
    vehicles, week = raw["vehicles"], set(raw.given.values["week.days"])
    records = list(vehicles.having("days"))
    if not records or len(records) < len(vehicles.records):
        return
    if not any(set(record.values["days"]) & week for record in records):
        yield vehicles.file_fault("no-working-vehicle")


def driver_in_two_cars(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a driver whose cars work at the same time: nobody drives two, yet both get routes."""
    vehicles, week = raw["vehicles"], set(raw.given.values["week.days"])
    before: dict[str, list[Record]] = {}
    for record in vehicles.having("driver", "days", "starts", "ends"):
        others = before.setdefault(tx.key(record.values["driver"]), [])
        clash = next((other for other in others if _together(record, other, week)), None)
        if record.values["driver"] and clash:
            yield _one_driver(vehicles, record, clash, week)
        others.append(record)


def _together(one: Record, other: Record, week: set[int]) -> set[int]:
    """Return the weekdays on which the hours of two vehicles overlap."""
    starts = max(record.values["starts"] for record in (one, other))
    ends = min(record.values["ends"] for record in (one, other))
    return set(one.values["days"]) & set(other.values["days"]) & week if starts < ends else set()


def _one_driver(vehicles: Sheet, record: Record, other: Record, week: set[int]) -> Fault:
    return vehicles.fault(
        "driver-in-two-cars",
        at=record,
        column="driver",
        severity="warning",
        other=other.values.get("id") or "?",
        other_row=other.row or 0,
        days=tuple(sorted(_together(record, other, week))),
    )


def hours_no_car_meets(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a stop at which no allowed car can be within its opening hours, on any day.

    Compares days and hours alone; the way there comes on top.
    """
    stops, vehicles = raw["stops"], raw["vehicles"]
    cars = [*vehicles.having("id", "starts", "ends", "days", "max_hours")]
    if not cars or len(cars) < len(vehicles.records):
        return
    for record in stops.having("opens", "closes", "days", "service_min", "vehicles"):
        pairs = windows(record.values)
        if any(b <= a for a, b in pairs) or record.values.get("access") == "foot":
            continue
        allowed = record.values["vehicles"] or None
        mine = [car for car in cars if allowed is None or car.values["id"] in allowed]
        if mine and not any(_meets(record, car, raw.given) for car in mine):
            yield _unmet(stops, record, mine)


def _meets(stop: Record, car: Record, given: Given) -> bool:
    weekdays, month_days = stop.values["days"]
    working = set(car.values["days"]) & set(given.values["week.days"])
    if weekdays and not month_days and not working & set(weekdays):
        return False
    service = stop.values["service_min"]
    starts, ends = car.values["starts"], car.values["ends"]
    return bool(working) and any(
        max(opens, starts) + service <= min(closes, ends) and service <= car.values["max_hours"]
        for opens, closes in windows(stop.values)
    )


def _unmet(stops: Sheet, record: Record, cars: list[Record]) -> Fault:
    weekdays, _ = record.values["days"]
    shifts = (car.values for car in cars[:4])
    columns = ("opens", "closes", "days", "service_min", "vehicles")
    return stops.fault(
        "hours-no-car-meets",
        at=record,
        column=next((column for column in columns if column in record.given), None),
        severity="warning",
        variant="days" if weekdays else "",
        minutes=record.values["service_min"] // 60,
        hours=tuple(second for window in windows(record.values) for second in window),
        days=weekdays,
        cars=tuple((car["id"], car["starts"], car["ends"], *car["days"]) for car in shifts),
    )
