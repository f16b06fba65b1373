"""When it is light enough to walk at a place: from civil dawn to civil dusk."""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

from bookcar.model import Window

TWILIGHT = 6.0
"""Degrees of the sun below the horizon until which people see a path without a lamp."""


@cache
def daylight(lon: float, lat: float, date: dt.date, time_zone: str) -> Window:
    """Return civil dawn and dusk of a day, in seconds after local midnight by the clock.

    Dawn is rounded up and dusk down to whole minutes: the figures hold for a flat horizon, and
    hills take more of the light. Where the sun sinks no deeper than 6 degrees, the whole day is
    light; where it does not come up so far, none of it. By the library astral, whose sun is that
    of the solar calculator of NOAA.
    """
    # A quarter of the start of the command line, and only districts with carriers ask.
    from astral import Observer  # noqa: PLC0415
    from astral.sun import dawn, dusk, elevation, noon  # noqa: PLC0415

    zone, here = ZoneInfo(time_zone), Observer(latitude=lat, longitude=lon)
    try:
        begins = dawn(here, date, depression=TWILIGHT, tzinfo=zone)
        ends = dusk(here, date, depression=TWILIGHT, tzinfo=zone)
    except ValueError:
        high = elevation(here, noon(here, date, tzinfo=zone)) > -TWILIGHT
        return (0, 86_400) if high else (0, 0)
    first, last = _seconds(begins, date), _seconds(ends, date)
    return -(-first // 60) * 60, max(0, last // 60 * 60)


def _seconds(moment: dt.datetime, date: dt.date) -> int:
    """Return the time of a moment by the clock, counted from midnight of a day."""
    days = (moment.date() - date).days
    return days * 86_400 + moment.hour * 3_600 + moment.minute * 60 + moment.second
