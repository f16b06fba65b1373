"""The time zone of a place, from the outlines of all zones that tzfpy holds (OpenStreetMap's)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

_AT_SEA = "Etc/"
_YEAR = 2026
"""Of which the hours of two zones are compared: a fixed one, as nothing depends on the clock."""


def zone_at(lon: float, lat: float) -> str | None:
    """Return the IANA zone of a place on land, None at sea and off the globe.

    Where people go by two zones, as in Xinjiang, it is the official one.
    """
    found = _zones_at(lon, lat)
    return found[0] if found else None


def keeps_hours_of(zone: str, lon: float, lat: float) -> bool:
    """Tell whether clocks at a place show what those of a zone do; at sea they may show any."""
    found = _zones_at(lon, lat)
    return not found or any(_hours(zone) == _hours(own) for own in found)


def _zones_at(lon: float, lat: float) -> list[str]:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return []
    import tzfpy  # noqa: PLC0415  34 MB, and not always wanted

    official = tzfpy.get_tz(lon, lat)
    found = [official, *(zone for zone in tzfpy.get_tzs(lon, lat) if zone != official)]
    return [zone for zone in found if zone and not zone.startswith(_AT_SEA)]


def _hours(zone: str) -> list[dt.timedelta | None]:
    """Return how far a zone is from UTC at noon of each month's first day."""
    days = (dt.datetime(_YEAR, month, 1, 12) for month in range(1, 13))
    return [ZoneInfo(zone).utcoffset(day) for day in days]
