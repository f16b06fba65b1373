"""What a planner should know of a district's time zone."""

from __future__ import annotations

from collections.abc import Iterator

from bookcar.advice.warn import warning
from bookcar.errors import Fault
from bookcar.model import District
from bookcar.time_zones import keeps_hours_of, zone_at


def zone_warnings(district: District) -> Iterator[Fault]:
    """Yield a warning if clocks at the first depot do not show the time of the district's zone.

    Calendars on phones go by it. A district that was not read from files is believed.
    """
    if not district.inputs or not district.depots:
        return
    depot = district.depots[0]
    if keeps_hours_of(district.time_zone, depot.lon, depot.lat):
        return
    yield warning(
        district.where("district", "time_zone"),
        rule="time-zone-elsewhere",
        column="time_zone",
        value=district.time_zone,
        depot=depot.id,
        zone=zone_at(depot.lon, depot.lat) or "",
    )
