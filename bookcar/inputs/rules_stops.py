"""The rules of what a district holds at least, of names, townships, required and frequent stops."""

from __future__ import annotations

from collections.abc import Iterator

from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.raw_district import RawDistrict

_LONGEST_NAME = 300


def no_rows(raw: RawDistrict) -> Iterator[Fault]:
    """Report a table of stops or vehicles that has a header and no rows."""
    for table in ("stops", "vehicles"):
        sheet = raw[table]
        if sheet.complete and sheet.headings and not sheet.records:
            yield sheet.file_fault(f"no-{table}")


def no_depot(raw: RawDistrict) -> Iterator[Fault]:
    """Report a district without a depot."""
    if raw.given.complete and not raw.given.depots.records:
        yield raw.given.fault("no-depot", key="depot")


def long_names(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a name too long to be printed whole."""
    for table in ("depots", "stops", "vehicles"):
        for record in raw[table].records:
            for column in ("name", "name_en"):
                length = len(record.values.get(column) or "")
                if length > _LONGEST_NAME:
                    yield raw[table].fault(
                        "name-too-long", at=record, column=column, severity="warning", length=length
                    )


def unknown_area(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a township that areas.geojson does not have, once for each."""
    names = {area.name for area in raw.areas}
    if not names:
        return
    told: set[str] = set()
    for record in raw["stops"].having("area"):
        name = record.values["area"]
        if name and name not in names and name not in told:
            told.add(name)
            near = tx.nearest(name, names)
            yield raw["stops"].fault(
                "unknown-area",
                variant="near" if near else "",
                at=record,
                column="area",
                severity="warning",
                near=near or "",
            )


def twice_but_not_weekly(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of two visits a week to a stop that is not due every week."""
    stops = raw["stops"]
    for record in stops.having("visits_a_week", "every_weeks"):
        weeks = record.values["every_weeks"]
        if record.values.get("every") is not None:
            continue  # the rule of dates-beside-visits holds its dates against its visits
        if record.values["visits_a_week"] > 1 and weeks > 1:
            yield stops.fault(
                "twice-but-not-weekly",
                at=record,
                column="visits_a_week",
                severity="warning",
                weeks=weeks - 1,
            )


def days_too_close(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of two visits a week for which no two days are far enough apart."""
    stops, week = raw["stops"], raw.given.values["week.days"]
    for record in stops.having("visits_a_week", "days_between", "days"):
        weekdays, month_days = record.values["days"]
        if record.values["visits_a_week"] == 1 or month_days:
            continue  # days of the month fall elsewhere every week
        own = sorted(set(weekdays or week) & set(week))
        gap = record.values["days_between"]
        if own and own[-1] - own[0] < gap:
            yield stops.fault(
                "days-too-close",
                at=record,
                column="days_between" if "days_between" in record.given else "visits_a_week",
                severity="warning",
                days=gap,
            )
